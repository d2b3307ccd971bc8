"""Several questions on one item: by keyboard, by mouse, by touch, and without a script."""

import json
import re

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
QUESTIONS = [
    {"name": "topic", "words": "What is it about?", "kind": "choice", "labels": ["refund", "praise", "other"]},
    {"name": "why", "words": "What went wrong?", "kind": "multichoice", "labels": ["late", "broken", "wrong item"]},
    {"name": "rude", "words": "How rude is it?", "kind": "rating", "low": 1, "high": 5},
    {"name": "place", "words": "Which product?", "kind": "taxonomy", "tree": "shoes\n  boots\n  sandals\nhats"},
    {"name": "note", "words": "Anything else?", "kind": "text", "required": False},
]
QUESTIONS[1]["only_if"] = {"topic": ["refund"]}
QUESTIONS[3]["only_if"] = {"why": ["wrong item"]}


@pytest.fixture
def ann(site):
    project = site.project("mails", kind="form", options={"questions": QUESTIONS}, question="Read the message.")
    site.role(project, site.member("ann"))

    def sits(**look):
        person = site.sit("ann", **look)
        person.project = project
        return person

    return sits


def said(site, person) -> list:
    return [json.loads(one) if isinstance(one, str) else one for _, one in site.rows(person.project)]


def here(page) -> str:
    return page.locator(".question.here").get_attribute("data-name")


def test_by_keyboard_a_choice_moves_on_to_what_it_brings_up_and_enter_submits_the_whole(site, ann):
    person = ann()
    page = person.at_desk("mails")
    person.settles()
    assert here(page) == "topic"
    person.presses("1")
    assert here(page) == "why"
    person.presses("1", "3", "n")
    assert here(page) == "rude"
    person.presses("4")
    assert here(page) == "place"
    person.presses("ArrowDown", "Enter")
    page.keyboard.press("n")
    assert here(page) == "note"
    page.keyboard.type("no news since Monday")
    person.presses("Control+Enter")
    person.waits_until_saved()
    assert said(site, person) == [
        {
            "topic": "refund",
            "why": ["late", "wrong item"],
            "rude": 4,
            "place": "shoes > boots",
            "note": "no news since Monday",
        }
    ]


def test_a_digit_counts_for_the_question_in_focus_and_for_no_other(ann):
    person = ann()
    page = person.at_desk("mails")
    person.settles()
    page.locator("[data-name=rude] legend").click()
    person.presses("3")
    expect(page.locator("[data-name=rude] input[value='3']")).to_be_checked()
    assert page.locator("[data-name=topic] input:checked").count() == 0


def test_a_refused_submit_names_the_question_that_is_missing_and_puts_focus_there(ann):
    person = ann()
    page = person.at_desk("mails")
    person.settles()
    person.presses("2")
    page.click("#submit")
    expect(page.locator("#fault")).to_have_text("“How rude is it?” is not answered yet. Answer it, then submit.")
    assert here(page) == "rude"
    assert page.evaluate("document.activeElement.closest('.question').dataset.name") == "rude"


def test_a_question_that_is_no_longer_asked_loses_its_answer_and_what_hung_on_it(site, ann):
    person = ann()
    page = person.at_desk("mails")
    person.settles()
    person.presses("1", "3")
    expect(page.locator("[data-name=place]")).to_be_visible()
    page.get_by_role("radio", name="other").click()
    expect(page.locator("[data-name=why]")).to_be_hidden()
    expect(page.locator("[data-name=place]")).to_be_hidden()
    page.locator("[data-name=rude] input[value='1']").click()
    page.click("#submit")
    person.waits_until_saved()
    assert said(site, person) == [{"topic": "other", "rude": 1}]


def test_what_was_begun_is_there_after_a_reload(ann):
    person = ann()
    page = person.at_desk("mails")
    person.settles()
    person.presses("1", "2")
    page.reload()
    page.wait_for_selector("#desk[data-ready]")
    expect(page.get_by_role("radio", name="refund")).to_be_checked()
    expect(page.get_by_role("checkbox", name="broken")).to_be_checked()


def test_an_earlier_answer_is_looked_at_again_whole(ann):
    person = ann()
    page = person.at_desk("mails")
    person.settles()
    person.presses("2", "5", "Enter")
    person.waits_until_saved()
    page.get_by_role("button", name="← Back").click()
    expect(page.get_by_role("radio", name="praise")).to_be_checked()
    expect(page.locator("[data-name=rude] input[value='5']")).to_be_checked()
    expect(page.locator("[data-name=why]")).to_be_hidden()


def test_on_a_phone_the_form_is_answered_by_touch_and_fits(site, ann):
    person = ann(**PHONE)
    page = person.at_desk("mails")
    person.settles()
    page.locator("label", has_text="praise").tap()
    page.locator("[data-name=rude] label").nth(1).tap()
    page.locator("#submit").tap()
    person.waits_until_saved()
    assert said(site, person) == [{"topic": "praise", "rude": 2}]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_a_script_every_question_is_shown_and_the_server_keeps_the_conditions(site, ann):
    person = ann(java_script_enabled=False)
    page = person.opens("/projects/mails/desk")
    expect(page.locator(".only-if").first).to_have_text("Only if “What is it about?” is refund")
    page.get_by_role("radio", name="refund").check()
    page.locator("[data-name=rude] input[value='2']").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#fault")).to_contain_text("The question “What went wrong?” is not answered")
    expect(page.locator("[data-name=rude] input[value='2']")).to_be_checked()
    page.get_by_role("radio", name="praise").check()
    page.get_by_role("checkbox", name="late").check()
    page.get_by_label("Entry of the tree").select_option("hats")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#progress")).to_have_text(re.compile("^1 done"))
    assert said(site, person) == [{"topic": "praise", "rude": 2}]
