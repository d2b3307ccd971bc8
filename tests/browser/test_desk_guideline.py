"""A guideline is read before the work goes on."""

import pytest
from playwright.sync_api import expect

from labeling.services import decisions
from labeling.store import guidelines

CHANGED = """# What the message wants

Choose by what the writer **wants done**, not by how they feel.

- Two wishes in one message: take the stronger one.
- Irony counts as meant.
"""


@pytest.fixture
def project(site):
    made = site.project()
    site.publishes(made)
    site.role(made, site.member("ann"))
    return made


def test_the_first_version_is_read_before_the_first_item(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.is_shown("Read the guideline first")
    expect(page.locator("#work")).to_be_hidden()
    page.get_by_role("button", name="I have read v1").press("Enter")
    expect(page.get_by_role("radio", name="refund")).to_be_focused()


def test_a_change_interrupts_shows_what_changed_and_is_acknowledged(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    page.get_by_role("button", name="I have read v1").click()
    ann.answers("1")
    ann.waits_until_saved()
    site.publishes(project, CHANGED, note="The stronger wish counts.", change="meaning")
    ann.answers("2")
    ann.is_shown("The guideline has changed")
    ann.is_shown("You have read v1; this is v2, a change of meaning.")
    ann.is_shown("The stronger wish counts.")
    expect(page.locator("#ack-diff ins").first).to_be_visible()
    page.get_by_role("button", name="I have read v2").click()
    ann.answers("3")
    ann.waits_until_saved()
    with site.store.read() as connection:
        assert guidelines.acknowledged(connection, project.id, 1) == 2
    assert len(site.rows(project)) == 3


def test_an_item_that_was_already_fetched_waits_for_the_reading_too(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    page.get_by_role("button", name="I have read v1").click()
    expect(page.locator("#work")).to_be_visible()
    site.publishes(project, CHANGED, note="The stronger wish counts.", change="clarification")
    ann.answers("1")
    ann.is_shown("The guideline has changed")
    expect(page.locator("#work")).to_be_hidden()
    ann.presses("2", "Enter")
    page.wait_for_timeout(300)
    assert len(site.rows(project)) == 1


def decide(site, project, decision, reason):
    site.store.write(
        decisions.decide, project=project.id, annotator="ann", decision=decision, reason=reason, actor=None
    )


def test_who_is_to_read_again_sees_the_managers_words_with_the_next_answer(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    page.get_by_role("button", name="I have read v1").click()
    ann.answers("1")
    ann.waits_until_saved()
    decide(site, project, "retrain", "Irony, please, once more.")
    ann.answers("2")
    ann.is_shown("Read the guideline again")
    ann.is_shown("You are asked to read v1 once more before the next item.")
    ann.is_shown("Irony, please, once more.")
    page.get_by_role("button", name="I have read v1").click()
    expect(page.locator("#work")).to_be_visible()


def test_who_is_paused_sees_the_managers_words_with_the_next_answer(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    page.get_by_role("button", name="I have read v1").click()
    expect(page.locator("#work")).to_be_visible()
    decide(site, project, "pause", "Let us talk first.")
    ann.answers("1")
    ann.is_shown("Your work here is paused")
    expect(page.locator('[data-when="paused"] q')).to_have_text("Let us talk first.")
    expect(page.locator('[data-when="paused"] q')).to_be_visible()
    assert len(site.rows(project)) == 1


def test_a_version_that_comes_while_one_reads_is_shown_in_its_place(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    site.publishes(project, CHANGED, note="The stronger wish counts.", change="meaning")
    page.get_by_role("button", name="I have read v1").click()
    page.get_by_role("button", name="I have read v2").click()
    expect(page.locator("#work")).to_be_visible()


def test_the_guideline_stands_beside_the_item_and_g_puts_it_away(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    page.get_by_role("button", name="I have read v1").click()
    aside = page.get_by_role("complementary")
    expect(aside).to_contain_text("Guideline v1")
    expect(aside).to_contain_text("Irony counts as meant.")
    ann.presses("g")
    expect(aside).to_be_hidden()
    ann.at_desk()
    expect(aside).to_be_hidden()  # remembered


def test_the_entry_of_the_chosen_label_comes_into_view(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    page.get_by_role("button", name="I have read v1").click()
    page.get_by_role("radio", name="refund").wait_for()
    ann.presses("4")
    expect(page.locator(".entry.here dt")).to_have_text("account")
    expect(page.locator(".entry.here")).to_be_in_viewport()


def test_on_a_phone_the_guideline_is_a_sheet_that_leaves_the_item_in_sight(site, project):
    ann = site.sit("ann", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = ann.at_desk()
    page.get_by_role("button", name="I have read v1").tap()
    page.get_by_role("button", name="Guideline v1").tap()
    sheet = page.get_by_role("complementary").bounding_box()
    text = page.locator("#item p").bounding_box()
    assert sheet["y"] >= text["y"] + text["height"]
    page.get_by_role("button", name="Close").tap()
    expect(page.get_by_role("complementary")).to_be_hidden()
