"""The desk without a script, and with other kinds and odd texts."""

import pytest
from playwright.sync_api import expect

from labeling.services.answers import import_answers
from tests.browser.conftest import PHONE


@pytest.fixture
def project(site):
    made = site.project(texts=3)
    site.publishes(made)
    site.role(made, site.member("ann"))
    return made


def test_without_a_script_the_desk_is_a_form_that_reads_submits_skips_and_refuses(site, project):
    ann = site.sit("ann", java_script_enabled=False)
    page = ann.opens("/projects/intents/desk")
    page.get_by_role("button", name="I have read v1").click()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#fault")).to_contain_text("No label was chosen")
    page.get_by_role("radio", name="broken").check()
    page.get_by_role("button", name="Submit").click()
    page.locator("#skip summary").click()
    page.get_by_role("radio", name="I cannot decide").check()
    page.get_by_role("button", name="Skip it").click()
    page.get_by_role("radio", name="refund").check()
    page.get_by_role("button", name="Submit").click()
    ann.is_shown("Nothing waits for you here")
    assert sorted(label for _, label in site.rows(project)) == ["broken", "refund"]


def test_without_a_script_the_whole_text_is_seen_and_no_empty_guideline(site):
    project = site.project(texts=["A long line.\n" * 12], options={"labels": ["good", "bad"]})
    site.role(project, site.member("ann"))
    page = site.sit("ann", java_script_enabled=False).opens("/projects/intents/desk")
    item, answer = page.locator("#item"), page.locator("fieldset.answer")
    expect(item).to_be_visible()
    assert item.bounding_box()["height"] > 12 * 20
    assert answer.bounding_box()["y"] >= item.bounding_box()["y"] + item.bounding_box()["height"] - 1
    expect(page.locator("#side")).to_be_hidden()


def test_a_desk_without_a_guideline_opens_its_side_only_when_asked(site):
    project = site.project(options={"labels": ["good", "bad"]})
    site.role(project, site.member("ann"))
    page = site.sit("ann").at_desk()
    expect(page.locator("#side")).to_be_hidden()
    page.get_by_role("button", name="Answers").click()
    expect(page.locator("#side")).to_be_visible()


def test_a_phone_shows_the_item_to_be_ruled_on_first(site):
    project = site.project(texts=["One of two.", "Two of two."])
    for name, label in (("ann", "refund"), ("bea", "delivery")):
        rows = [{"item": item, "annotator": name, "label": label} for item in ("m0", "m1")]
        import_answers(site.store, project=project.id, rows=rows, actor=None)
    site.role(project, site.member("rea"), "reviewer")
    page = site.sit("rea", viewport=PHONE, has_touch=True, is_mobile=True).opens("/projects/intents/disagreements")
    page.wait_for_load_state("load")
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") == 0


def test_a_point_on_a_scale_is_chosen_by_its_digit(site):
    project = site.project(
        "rude", kind="rating", options={"low": 1, "high": 5, "anchors": {"1": "polite", "5": "rude"}}
    )
    site.role(project, site.member("ann"))
    ann = site.sit("ann")
    ann.at_desk("rude")
    ann.answers("4")
    ann.waits_until_saved()
    assert [int(label) for _, label in site.rows(project)] == [4]


def test_a_scale_through_zero_is_chosen_by_place(site):
    project = site.project("tone", kind="rating", options={"low": -3, "high": 1})
    site.role(project, site.member("ann"))
    ann = site.sit("ann")
    ann.at_desk("tone")
    ann.answers("1")
    ann.waits_until_saved()
    assert [int(label) for _, label in site.rows(project)] == [-3]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "</script><b>bold</b>",
        "مرحبا بالعالم، هذا نص طويل",
        "👩‍👩‍👧‍👦 e\u0301 \u202e backwards",
        "{{ 7 * 7 }} ${1}",
        "line one\nline two\n\n   indented",
    ],
)
def test_a_text_is_shown_as_it_is_in_the_page_and_by_the_script(site, text):
    project = site.project("odd", texts=["first", text])
    site.role(project, site.member("ann"))
    ann = site.sit("ann")
    page = ann.at_desk("odd")
    seen = [page.locator("#item p").text_content()]
    ann.answers("1")
    seen.append(page.locator("#item p").text_content())
    assert sorted(seen) == sorted(["first", text])


def test_labels_with_quotes_and_tags_are_stored_exactly(site):
    labels = ['it\'s "so"', "<b>&amp;</b>", "😀 maybe", "-1"]
    project = site.project("quotes", texts=4, options={"labels": labels}, overlap=1)
    site.role(project, site.member("ann"))
    ann = site.sit("ann")
    ann.at_desk("quotes")
    ann.answers("1", "2", "3", "4")
    ann.is_shown("Nothing waits for you here")
    ann.waits_until_saved()
    assert [label for _, label in site.rows(project)] == labels


def test_a_hundred_labels_can_all_be_reached_and_submit_stays_in_sight(site):
    project = site.project("many", options={"labels": [f"label {number}" for number in range(100)]})
    site.role(project, site.member("ann"))
    ann = site.sit("ann", viewport={"width": 360, "height": 640})
    page = ann.at_desk("many")
    page.get_by_role("radio", name="label 99").check()
    expect(page.locator("#submit")).to_be_in_viewport(ratio=1)
    ann.settles()
    page.click("#submit")
    ann.waits_until_saved()
    assert [label for _, label in site.rows(project)] == ["label 99"]


def test_several_fields_are_shown_with_their_names_and_hidden_ones_are_not(site):
    rows = [{"text": f"message {n}", "channel": "mail", "stars": 0, "secret": "truth"} for n in range(2)]
    project = site.project("fields", texts=rows, show=["channel", "stars", "text"])
    site.role(project, site.member("ann"))
    ann = site.sit("ann")
    page = ann.at_desk("fields")
    by_server = page.inner_text("#item").replace("message 0", "message 1")
    ann.answers("1")
    by_script = page.inner_text("#item").replace("message 0", "message 1")
    assert by_script == by_server
    assert by_server.split() == ["channel", "mail", "stars", "0", "text", "message", "1"]
    assert "truth" not in page.content()


def test_a_project_that_is_closed_meanwhile_says_so(site, project):
    from labeling.services import guidelines, projects

    site.store.write(guidelines.acknowledge, project=project.id, member=1, version=1)
    ann = site.sit("ann")
    ann.at_desk()
    site.store.write(projects.close_project, project=project.id, actor=None)
    ann.answers("1")
    ann.is_shown("This project is closed")
    ann.is_shown("takes no answers")


def test_somebody_whose_role_was_taken_is_told_in_words(site, project):
    from labeling.services import guidelines

    site.store.write(guidelines.acknowledge, project=project.id, member=1, version=1)
    ann = site.sit("ann")
    page = ann.at_desk()
    site.role(project, 1, None)
    ann.answers("1")
    expect(page.locator("#notice")).to_contain_text("Not saved")
