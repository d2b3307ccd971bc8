"""Several labels and free text at the desk: by keyboard, by mouse, by touch, without a script; and ruled on."""

import json

import pytest
from playwright.sync_api import expect

from labeling.services.answers import import_answers
from labeling.services.consensus import run_consensus
from labeling.store import consensus

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
TOPICS = {"labels": ["refund", "delivery", {"name": "broken", "description": "Came damaged."}], "most": 2, "none": True}


@pytest.fixture
def member(site):
    return site.member("ann")


@pytest.fixture
def topics(site, member):
    made = site.project("topics", kind="multichoice", options=TOPICS, question="What is it about?")
    site.role(made, member)
    return made


@pytest.fixture
def words(site, member):
    made = site.project("words", kind="text", options={"least": 2, "most": 40}, question="What is said?")
    site.role(made, member)
    return made


def given(site, project):
    return [answer for _, answer in site.rows(project)]


def test_keys_tick_labels_and_take_them_away_and_nought_is_none_of_these(site, topics):
    ann = site.sit("ann")
    page = ann.at_desk("topics")
    ann.settles()
    ann.presses("1", "2", "3", "2", "Enter")
    expect(page.locator("#progress")).to_contain_text("1 done")
    ann.settles()
    ann.presses("1", "0")
    expect(page.get_by_role("checkbox", name="refund")).not_to_be_checked()
    ann.presses("Enter")
    expect(page.locator("#progress")).to_contain_text("2 done")
    ann.settles()
    ann.presses("0", "2", "Enter")
    ann.waits_until_saved()
    assert given(site, topics) == [["refund", "broken"], [], ["delivery"]]


def test_too_many_labels_and_none_at_all_are_not_sent_and_the_desk_says_what_is_wanted(site, topics):
    ann = site.sit("ann")
    page = ann.at_desk("topics")
    ann.settles()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#fault")).to_contain_text("Nothing is chosen yet. Choose 1 to 2 of them, or none")
    for name in ("refund", "delivery", "broken"):
        page.get_by_role("checkbox", name=name).click()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#fault")).to_contain_text("3 labels are chosen, and 2 are the most")
    page.reload()
    page.wait_for_selector("#desk[data-ready]")
    assert page.locator("#answer input:checked").count() == 3, "what was begun is there again"
    assert given(site, topics) == []


def test_labels_are_ticked_by_touch_on_a_narrow_phone(site, topics):
    ann = site.sit("ann", **PHONE)
    page = ann.at_desk("topics")
    ann.settles()
    page.get_by_role("checkbox", name="delivery").tap()
    page.get_by_role("checkbox", name="broken").tap()
    page.get_by_role("button", name="Submit").tap()
    ann.waits_until_saved()
    assert given(site, topics) == [["delivery", "broken"]]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_no_key_is_stolen_from_a_text_and_ctrl_enter_submits_it(site, words):
    ann = site.sit("ann")
    page = ann.at_desk("words")
    ann.settles()
    page.keyboard.type("s f c 1 g?")
    ann.presses("Enter")
    page.keyboard.type("zwei 😀")
    assert page.locator("#skip").get_attribute("open") is None
    page.reload()
    page.wait_for_selector("#desk[data-ready]")
    expect(page.locator("#answer textarea")).to_have_value("s f c 1 g?\nzwei 😀")
    ann.settles()
    ann.presses("Control+Enter")
    ann.waits_until_saved()
    assert given(site, words) == ["s f c 1 g?\nzwei 😀"]


def test_a_text_too_short_or_too_long_says_so_and_is_kept(site, words):
    ann = site.sit("ann", **PHONE)
    page = ann.at_desk("words")
    field = page.locator("#answer textarea")
    ann.settles()
    for text, fault in (("a", "Write at least 2 characters; there are 1"), ("y" * 30, "")):
        field.fill(text)
        page.get_by_role("button", name="Submit").tap()
        if fault:
            expect(page.locator("#fault")).to_contain_text(fault)
            expect(field).to_have_value(text)
    ann.waits_until_saved()
    assert given(site, words) == ["y" * 30]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_both_are_plain_forms_without_a_script(site, topics, words):
    ann = site.sit("ann", java_script_enabled=False)
    page = ann.opens("/projects/topics/desk")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#fault")).to_contain_text("No label was chosen")
    page.get_by_role("checkbox", name="refund").check()
    page.get_by_role("checkbox", name="broken").check()
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("checkbox", name="None of these").check()
    page.get_by_role("button", name="Submit").click()
    ann.opens("/projects/words/desk")
    page.locator("#answer textarea").fill("ohne Skript")
    page.get_by_role("button", name="Submit").click()
    assert given(site, topics) == [["refund", "broken"], []]
    assert given(site, words) == ["ohne Skript"]


def test_a_reviewer_takes_an_answer_over_mends_it_and_rules_by_keyboard(site, topics):
    rows = [
        {"item": "m0", "annotator": who, "label": label}
        for who, label in (("bob", ["refund"]), ("cid", ["delivery"]), ("dee", ["refund"]))
    ]
    import_answers(site.store, project=topics.id, rows=rows, actor=None)
    run_consensus(site.store, project=topics.id, actor=None)
    site.role(topics, site.member("rev"), "reviewer")
    rev = site.sit("rev")
    page = rev.opens("/projects/topics/disagreements")
    page.wait_for_selector("form[data-ruling][data-ready]")
    expect(page.get_by_role("checkbox", name="refund")).to_be_checked()
    page.locator("[data-take]").nth(2).click()
    expect(page.get_by_role("checkbox", name="refund")).not_to_be_checked()
    page.keyboard.type("a reason")
    rev.settles()
    rev.presses("Escape", "3", "Enter")
    rev.is_shown("m0 is ruled delivery, broken", 15_000)
    with site.store.read() as connection:
        ruled = consensus.rulings(connection, topics.id)
    assert json.dumps(ruled["m0"][0]) == '["delivery", "broken"]'
