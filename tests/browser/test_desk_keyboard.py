"""An annotator at the desk, by keyboard only."""

import pytest
from playwright.sync_api import expect

from labeling.services import projects
from labeling.services.suggestions import put_suggestions
from tests.browser.conftest import LABELS


@pytest.fixture
def project(site):
    made = site.project()
    for name in ("ann", "ben"):
        site.role(made, site.member(name))
    return made


def test_two_annotators_sign_in_and_label_to_the_end_by_keyboard_alone(site, project):
    for name in ("ann", "ben"):
        person = site.sit("")
        page = person.opens("/projects/intents/desk")
        page.get_by_label("Name").focus()
        page.keyboard.type(name)
        person.presses("Tab")
        page.keyboard.type("correct horse battery")
        person.presses("Enter")
        page.wait_for_selector("#desk[data-ready]")
        person.answers("1", "2", "3", "1", "2", "3")
        person.is_shown("Nothing waits for you here")
        person.waits_until_saved()
    assert site.counts(project) == {"ann": 6, "ben": 6}
    assert len(site.rows(project)) == 12


def test_focus_starts_on_the_first_label(site, project):
    page = site.sit("ann").at_desk()
    expect(page.get_by_role("radio", name="refund")).to_be_focused()


def test_three_quick_presses_of_submit_make_one_row(site, project):
    ann = site.sit("ann")
    ann.at_desk()
    ann.settles()
    ann.presses("1", "Enter", "Enter", "Enter")
    ann.waits_until_saved()
    assert len(site.rows(project)) == 1


def test_a_double_click_on_submit_does_not_touch_the_next_item(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.settles()
    ann.presses("1")
    page.dblclick("#submit")
    ann.waits_until_saved()
    assert len(site.rows(project)) == 1
    expect(page.locator("#fault")).to_be_empty()


def test_an_empty_answer_is_refused_in_words_and_focus_goes_to_the_labels(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.settles()
    page.click("#submit")
    expect(page.locator("#fault[role=alert]")).to_have_text("Nothing is chosen yet. Choose a label, then submit.")
    expect(page.get_by_role("radio", name="refund")).to_be_focused()
    assert site.rows(project) == []


def test_a_key_held_down_submits_nothing_more(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.settles()
    ann.presses("1")
    for _ in range(3):
        page.keyboard.down("Enter")  # the second and third count as repeats
        page.wait_for_timeout(300)
    page.keyboard.up("Enter")
    ann.waits_until_saved()
    assert len(site.rows(project)) == 1


def test_space_chooses_the_label_in_focus_and_then_submits(site, project):
    ann = site.sit("ann")
    ann.at_desk()
    ann.settles()
    ann.presses("Space", "Space")
    ann.waits_until_saved()
    assert [label for _, label in site.rows(project)] == ["refund"]


def test_labels_keys_are_letters_in_a_comment_and_ctrl_enter_submits_from_it(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.settles()
    ann.presses("2", "c")
    expect(page.get_by_label("A comment on this item, for the manager")).to_be_focused()
    page.keyboard.type("1 gf s")
    ann.presses("Control+Enter")
    ann.waits_until_saved()
    assert [label for _, label in site.rows(project)] == ["delivery"]


def test_back_opens_the_last_answer_and_a_change_is_a_new_revision(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    first = ann.item()
    ann.answers("1")
    ann.waits_until_saved()
    ann.presses("ArrowLeft")
    assert ann.item() == first
    expect(page.get_by_role("radio", name="refund")).to_be_checked()
    ann.presses("3")
    expect(page.locator("#saved")).to_have_text("Changed, not yet saved")
    ann.settles()
    ann.presses("Enter")
    ann.waits_until_saved()
    assert [label for _, label in site.rows(project)] == ["broken"]
    assert ann.item() != first


def test_back_reaches_answers_of_an_earlier_day(site, project):
    ann = site.sit("ann")
    ann.at_desk()
    first = ann.item()
    ann.answers("1", "2")
    ann.waits_until_saved()
    page = ann.at_desk()
    ann.presses("ArrowLeft")
    page.locator("#earlier").wait_for()
    ann.presses("ArrowLeft")
    assert ann.item() == first


def test_looking_back_without_a_change_writes_nothing(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.answers("1")
    ann.waits_until_saved()
    ann.presses("ArrowLeft")
    ann.settles()
    seen = []
    page.on("request", lambda request: seen.append(request.url))
    ann.presses("Enter")
    page.wait_for_timeout(200)
    assert not seen
    assert not page.locator("#earlier").is_visible()


def test_a_key_submits_at_once_where_that_is_switched_on_and_z_takes_it_back(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    first = ann.item()
    ann.presses("?")
    page.get_by_label("A label’s key submits at once").check()
    ann.settles()
    ann.presses("2")
    ann.waits_until_saved()
    assert [label for _, label in site.rows(project)] == ["delivery"]
    ann.presses("z")
    assert ann.item() == first


def test_skipping_asks_for_a_reason_by_one_key(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    first = ann.item()
    ann.settles()
    ann.presses("s")
    page.get_by_text("Why skip this item?").wait_for()
    ann.presses("4")
    page.wait_for_timeout(300)
    assert ann.item() != first
    assert site.rows(project) == []


def test_a_chosen_label_is_cleared_by_backspace(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.presses("2", "Backspace")
    assert page.locator("#answer input:checked").count() == 0


def test_what_was_begun_is_there_again_after_a_reload(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    before = ann.item()
    ann.presses("3", "f")
    page = ann.at_desk()
    assert ann.item() == before
    expect(page.get_by_role("radio", name="broken")).to_be_checked()
    expect(page.get_by_label("Unsure")).to_be_checked()


def test_every_key_in_the_help_is_bound_and_every_label_shows_its_own(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.presses("?")
    shown = page.locator("#keys dt kbd").all_inner_texts()
    assert {"Enter", "Space", "s", "f", "c", "g", "m", "?", "←", "→", "z", "u"} <= set(shown)
    assert page.locator("#answer kbd").all_inner_texts() == ["1", "2", "3", "4", "5"]


def test_the_submit_button_stands_at_the_same_pixel_for_a_short_and_a_long_text(site):
    project = site.project("long", texts=["Short.", "A long one. " * 400])
    site.role(project, site.member("cleo"))
    cleo = site.sit("cleo")
    page = cleo.at_desk("long")
    before = page.locator("#submit").bounding_box()
    cleo.answers("1")
    cleo.settles()
    assert page.locator("#submit").bounding_box() == before
    assert page.locator("#item").get_attribute("tabindex") in {"0", None}


def test_from_a_label_to_submit_is_a_short_way_for_the_mouse(site, project):
    page = site.sit("ann").at_desk()
    box = page.locator("#submit").bounding_box()
    middle = box["y"] + box["height"] / 2
    ways = [
        middle - (row["y"] + row["height"] / 2)
        for row in (one.bounding_box() for one in page.locator("#answer .label-row").all())
    ]
    assert sum(ways) / len(ways) <= 200


def test_labels_in_a_drawn_order_are_chosen_by_their_place_on_the_screen(site):
    project = site.project("drawn", options={"labels": LABELS, "shuffle": "assignment"})
    site.role(project, site.member("ann"))
    ann = site.sit("ann")
    page = ann.at_desk("drawn")
    wanted = []
    for _ in range(6):
        rows = page.locator("#answer .label-row span").all_inner_texts()
        assert page.locator("#answer kbd").all_inner_texts() == ["1", "2", "3", "4", "5"]
        wanted.append(rows[1])
        ann.answers("2")
    ann.waits_until_saved()
    ann.presses("ArrowLeft")
    expect(page.locator("#answer .label-row span").nth(1)).to_have_text(wanted[-1])
    expect(page.get_by_role("radio", name=wanted[-1])).to_be_checked()
    assert sorted(label for _, label in site.rows(project)) == sorted(wanted)
    assert len(set(wanted)) > 1


def test_a_suggestion_is_filled_in_by_one_enter_and_submitted_by_the_next(site):
    project = site.project("hinted", texts=3)
    rows = [{"item": f"m{n}", "answer": "broken", "model": "bert", "confidence": 0.87} for n in range(3)]
    site.store.write(put_suggestions, project=project.id, rows=rows, actor=None)
    site.store.write(projects.change_project, project=project.id, actor=None, withheld=0)
    site.role(project, site.member("ann"))
    ann = site.sit("ann")
    page = ann.at_desk("hinted")
    expect(page.locator("#suggestion")).to_contain_text("Suggested by bert, .87: broken")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    ann.settles()
    ann.presses("Enter", "Enter", "Enter")  # the second and third come too soon to be meant
    expect(page.get_by_role("radio", name="broken")).to_be_checked()
    assert site.rows(project) == []
    ann.settles()
    ann.presses("Enter")
    ann.waits_until_saved()
    ann.answers("1")
    ann.settles()
    ann.presses("=")
    ann.settles()
    ann.presses("Enter")
    ann.is_shown("Nothing waits for you here")
    ann.waits_until_saved()
    assert sorted(label for _, label in site.rows(project)) == ["broken", "broken", "refund"]


def test_a_key_is_chosen_anew_a_clash_is_said_and_the_choice_comes_along_to_another_browser(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.presses("?")
    page.get_by_role("button", name="Choose other keys").click()
    page.get_by_role("button", name="Skip, with a reason").click()
    ann.presses("f")
    expect(page.locator("#change-keys [role=alert]")).to_contain_text("The key 'f' would both skip and mark as unsure.")
    page.get_by_role("button", name="Skip, with a reason").click()
    ann.presses("x")
    expect(page.locator("#skip summary kbd")).to_have_text("x")
    page.get_by_label("Keys of the labels, in their order").fill("jkl")
    ann.presses("Tab")
    expect(page.locator("#answer kbd").first).to_have_text("j")
    other = site.sit("ann")
    there = other.at_desk()
    other.presses("x")
    expect(there.locator("#skip")).to_have_attribute("open", "")
    other.presses("Escape", "k")
    expect(there.get_by_role("radio", name="delivery")).to_be_checked()
    page.get_by_role("button", name="All as they came").click()
    expect(page.locator("#skip summary kbd")).to_have_text("s")
    expect(page.locator("#answer kbd").first).to_have_text("1")


def test_one_of_many_labels_is_found_by_its_words_whatever_its_accents(site):
    labels = [*(f"label {n}" for n in range(20)), "Café au lait", "Crème brûlée"]
    project = site.project("many", texts=2, options={"labels": labels})
    site.role(project, site.member("ann"))
    ann = site.sit("ann")
    page = ann.at_desk("many")
    ann.settles()
    ann.presses("/")
    page.keyboard.type("brulee CREME")
    expect(page.locator("#answer .label-row:visible")).to_have_count(1)
    ann.presses("Enter")
    expect(page.get_by_role("radio", name="Crème brûlée")).to_be_checked()
    expect(page.locator("#answer .label-row:visible")).to_have_count(22)
    ann.presses("Enter")
    ann.waits_until_saved()
    assert [label for _, label in site.rows(project)] == ["Crème brûlée"]
    ann.presses("m")
    expect(page.locator("#today")).to_contain_text("Today: 1 answer in 1 min at work")
