"""A form that holds every kind: names in a text beside its tone, two questions on one text, boxes, comparisons, an order."""

import io
import json

import pytest
from playwright.sync_api import expect

from labeling.services import items, media, projects
from labeling.services.suggestions import put_suggestions
from labeling.store import answers
from tests import media as made

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
TEXT = "Marie Curie met the people of Siemens in Paris. 😀 She said that it would never pay."
NAMES = {"name": "names", "words": "Who is named?", "kind": "spans", "labels": ["person", "firm", "place"]}
MOOD = {"name": "mood", "words": "How does it sound?", "kind": "choice", "labels": ["glad", "plain", "angry"]}
CLAIMS = {"name": "claims", "words": "What is claimed?", "kind": "spans", "labels": ["claim"]}
FIRM = {
    "name": "trade",
    "words": "Which trade?",
    "kind": "choice",
    "labels": ["chips", "trains"],
    "only_if": {"names": ["firm"]},
}
MARIE = {"start": 0, "end": 11, "label": "person"}
SIEMENS = {"start": 30, "end": 37, "label": "firm"}


@pytest.fixture
def asked(site):
    """A form of these questions, ann at its desk."""

    def of(*questions, texts=(TEXT, TEXT, TEXT), suggested=None, **look):
        project = site.project(
            "news", kind="form", options={"questions": list(questions)}, texts=list(texts), show=None
        )
        if suggested is not None:
            rows = [{"item": f"m{n}", "model": "bert", "confidence": 0.9, "answer": suggested} for n in range(3)]
            site.store.write(put_suggestions, project=project.id, rows=rows, actor=None)
            site.store.write(projects.change_project, project=project.id, actor=None, withheld=0)
        site.role(project, site.member("ann"))
        person = site.sit("ann", **look)
        person.at_desk("news")
        person.settles()
        person.project = project
        return person

    return of


def said(site, person) -> list:
    return [json.loads(one) if isinstance(one, str) else one for _, one in site.rows(person.project)]


def here(page) -> str:
    return page.locator(".question.here").get_attribute("data-name")


def marked(page) -> list[str]:
    return [one.inner_text() for one in page.locator(".span-mark:not(.faint, .guess)").all()]


def sends(person) -> None:
    person.presses("Enter")
    person.waits_until_saved()


def test_names_and_tone_by_keyboard_alone_enter_goes_on_and_then_submits(site, asked):
    person = asked(NAMES, MOOD)
    page = person.page
    assert here(page) == "names"
    person.presses("Shift+ArrowRight", "1", *["ArrowRight"] * 5, "2")
    assert marked(page) == ["Marie Curie", "Siemens"]
    person.presses("Enter")
    assert here(page) == "mood"
    assert page.inner_text("#fault") == "", "to go on is no fault"
    assert page.evaluate("document.activeElement.closest('.question').dataset.name") == "mood"
    person.presses("3")
    sends(person)
    assert said(site, person) == [{"names": {"spans": [MARIE, SIEMENS]}, "mood": "angry"}]


def test_names_and_tone_by_mouse_a_press_into_the_text_takes_its_question_in_hand(site, asked):
    person = asked(MOOD, NAMES)
    page = person.page
    page.locator("[data-name=mood] label", has_text="plain").click()
    assert here(page) == "names", "a choice moves on"
    page.locator("[data-name=mood] label", has_text="glad").click()
    page.locator("[data-name=mood] legend").click()
    assert here(page) == "mood"
    box = page.locator(".span-text").bounding_box()
    page.mouse.dblclick(box["x"] + 20, box["y"] + 16)
    assert here(page) == "names"
    page.locator(".span-menu button", has_text="person").click()
    assert marked(page) == ["Marie"]
    page.click("#submit")
    person.waits_until_saved()
    assert said(site, person) == [{"mood": "glad", "names": {"spans": [{**MARIE, "end": 5}]}}]


def test_two_questions_mark_one_text_and_what_is_pressed_counts_for_the_one_in_hand(site, asked):
    person = asked(NAMES, CLAIMS)
    page = person.page
    assert page.locator(".span-text").count() == 1
    person.presses("1", "n")
    assert here(page) == "claims"
    expect(page.locator(".span-text")).to_have_attribute(
        "aria-label", "What is claimed? " + page.locator(".span-text").get_attribute("aria-label").partition("? ")[2]
    )
    assert marked(page) == [], "what another question has marked is a line and no more"
    assert page.locator(".span-mark.faint").inner_text() == "Marie"
    person.presses("Shift+ArrowRight", "1")
    assert [one.inner_text() for one in page.locator(".span-mark:not(.faint)").all()] == ["Marie", " Curie"]
    person.presses("Control+z")
    assert page.locator("[data-name=claims] .span-list li").count() == 0
    assert page.locator("[data-name=names] .span-list li").count() == 1, "undo is the question's own"
    person.presses("1", "Control+ArrowUp")
    assert here(page) == "names"
    sends(person)
    assert said(site, person) == [
        {"names": {"spans": [{**MARIE, "end": 5}]}, "claims": {"spans": [{**MARIE, "label": "claim"}]}}
    ]


def test_a_question_hangs_on_a_label_that_was_marked_and_goes_with_it(site, asked):
    person = asked(NAMES, FIRM)
    page = person.page
    expect(page.locator("[data-name=trade]")).to_be_hidden()
    person.presses(*["ArrowRight"] * 6, "2")
    expect(page.locator("[data-name=trade]")).to_be_visible()
    person.presses("Backspace", "0")
    expect(page.locator("[data-name=trade]")).to_be_hidden()
    sends(person)
    assert said(site, person) == [{"names": {"none": True}}]


def test_what_was_begun_is_there_after_a_reload_and_an_earlier_answer_is_looked_at_whole(site, asked):
    person = asked(NAMES, MOOD)
    page = person.page
    person.presses("Shift+ArrowRight", "1")
    page.reload()
    page.wait_for_selector("#desk[data-ready]")
    assert marked(page) == ["Marie Curie"]
    person.settles()
    person.presses("Enter", "1")
    sends(person)
    page.get_by_role("button", name="← Back").click()
    assert marked(page) == ["Marie Curie"]
    expect(page.get_by_role("radio", name="glad")).to_be_checked()
    page.click("[data-side=mine]")
    expect(page.locator("#mine strong")).to_have_text("person 1 · glad")


def test_a_suggestion_is_drawn_as_one_filled_in_by_enter_and_its_acceptance_is_recorded(site, asked):
    answer = {"names": {"spans": [MARIE, SIEMENS]}, "mood": "plain"}
    person = asked(NAMES, MOOD, suggested=answer)
    page = person.page
    expect(page.locator("#suggestion")).to_contain_text("Suggested by bert, .90: person 1, firm 1 · plain")
    assert [one.inner_text() for one in page.locator(".span-mark.guess").all()] == ["Marie Curie", "Siemens"]
    assert page.locator(".label-row.suggested").inner_text().split() == ["2", "plain"]
    assert page.locator(".span-list li").count() == 0, "a suggestion is no answer"
    person.presses("Enter")
    assert marked(page) == ["Marie Curie", "Siemens"]
    person.settles()
    sends(person)
    person.settles()
    person.presses("Enter")
    person.settles()
    page.locator("[data-name=mood] legend").click()
    person.presses("3")
    sends(person)
    fates = fates_of(site, person.project)
    assert [(said["mood"], told["is_shown"]) for said, told in fates] == [("plain", True), ("angry", True)]
    assert all(told["answer"] == answer for _, told in fates)


def test_what_was_answered_of_a_form_never_gives_way_to_its_suggestion(site, asked):
    person = asked(NAMES, MOOD, suggested={"names": {"spans": [MARIE]}, "mood": "plain"})
    person.presses("0")
    person.page.click("#submit")
    expect(person.page.locator("#fault")).to_contain_text("“How does it sound?” is not answered yet")
    person.presses("1")
    sends(person)
    assert said(site, person) == [{"names": {"none": True}, "mood": "glad"}]


def fates_of(site, project) -> list:
    """(answer, what was suggested) of every answer, the first given first."""
    with site.store.read() as connection:
        rows = answers.mine(connection, project.id, 1)
    return [(row["answer"], row["suggested"]) for row in reversed(rows)]


def test_on_a_phone_names_and_tone_are_given_by_touch_and_the_page_fits(site, asked):
    person = asked(NAMES, MOOD, **PHONE)
    page = person.page
    page.locator(".span-text").tap(position={"x": 24, "y": 14})
    page.locator("[data-name=names] [data-label='0']").tap()
    assert marked(page) == ["Marie"]
    page.locator("[data-name=mood] label", has_text="angry").tap()
    assert here(page) == "mood"
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [360, 640]
    page.locator("#submit").tap()
    person.waits_until_saved()
    assert said(site, person) == [{"names": {"spans": [{**MARIE, "end": 5}]}, "mood": "angry"}]


# --- Boxes, outlines, comparisons, orders ---------------------------------------------------------------------------------

CARS = {"name": "cars", "words": "Where are cars?", "kind": "boxes", "labels": ["car", "van"]}
SIGNS = {"name": "signs", "words": "Where are signs?", "kind": "boxes", "labels": ["sign"], "required": False}
SEASON = {"name": "season", "words": "Which season?", "kind": "choice", "labels": ["summer", "winter"]}


@pytest.fixture
def street(site):
    """A form of questions on an image, 800 × 600; ann at its desk."""

    def of(*questions, suggested=None, **look):
        shown = {"show": ["photo"], "shows": {"photo": "image"}, "overlap": 2, "seed": 7}
        project = site.store.write(
            projects.create_project, name="news", question="Look.", kind="form", options={"questions": list(questions)},
            actor=None, **shown,
        )  # fmt: skip
        sent = [media.Sent("street.png", lambda: io.BytesIO(made.png(800, 600)))]
        media.add_media(site.store, workspace=site.path / "workspace", project=project.id, files=sent, actor=None)
        items.import_items(
            site.store, project=project.id, rows=[{"id": f"m{n}", "photo": "street.png"} for n in range(3)], actor=None
        )
        if suggested is not None:
            rows = [{"item": f"m{n}", "model": "yolo", "answer": suggested} for n in range(3)]
            site.store.write(put_suggestions, project=project.id, rows=rows, actor=None)
            site.store.write(projects.change_project, project=project.id, actor=None, withheld=0)
        site.role(project, site.member("ann"))
        person = site.sit("ann", **look)
        page = person.at_desk("news")
        page.wait_for_selector(".stage[data-ready]")
        person.settles()
        person.project = project
        return person

    return of


def test_two_questions_draw_on_one_image_by_keyboard_and_n_belongs_to_the_drawing(site, street):
    person = street(CARS, SIGNS, SEASON)
    page = person.page
    assert page.locator(".stage").count() == 1
    person.presses("n", "2")
    assert here(page) == "cars", "in a drawing n makes one"
    person.presses("Control+ArrowDown")
    assert here(page) == "signs"
    person.presses("n", "Alt+ArrowRight")
    assert page.locator("[data-name=cars] .shape-list li").count() == 1
    assert (
        page.locator("[data-name=signs] .shape-list button")
        .get_attribute("aria-label")
        .startswith("box 1, sign, at 326")
    )
    assert page.locator(".over .shape").count() == 2, "what the other question has drawn shows too"
    person.presses("Control+ArrowDown", "2")
    sends(person)
    assert said(site, person) == [
        {
            "cars": [{"label": "van", "x": 325, "y": 225, "width": 150, "height": 150}],
            "signs": [{"label": "sign", "x": 326, "y": 225, "width": 150, "height": 150}],
            "season": "winter",
        }
    ]


def test_a_box_is_drawn_by_mouse_after_another_question_was_answered(site, street):
    person = street(CARS, SEASON)
    page = person.page
    page.locator("label", has_text="summer").click()
    frame = page.locator(".stage > img").bounding_box()
    page.mouse.move(frame["x"] + frame["width"] * 0.25, frame["y"] + frame["height"] * 0.25)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.5, frame["y"] + frame["height"] * 0.5, steps=4)
    page.mouse.up()
    assert here(page) == "cars"
    page.click("#submit")
    person.waits_until_saved()
    [answer] = said(site, person)
    assert answer["season"] == "summer"
    assert [round(answer["cars"][0][side], -1) for side in ("x", "y", "width", "height")] == [200, 150, 200, 150]


def test_suggested_boxes_of_a_form_are_drawn_dashed_and_taken_by_enter(site, street):
    cars = [{"label": "car", "x": 100, "y": 100, "width": 60, "height": 40}]
    person = street(CARS, SEASON, suggested={"cars": cars, "season": "winter"})
    page = person.page
    assert page.locator(".over .guess").count() == 1
    assert page.locator(".shape-list li").count() == 0
    person.presses("Enter")
    assert page.locator(".shape-list li").count() == 1
    assert page.locator(".over .guess").count() == 0
    person.settles()
    sends(person)
    assert fates_of(site, person.project)[0] == (
        {"cars": cars, "season": "winter"},
        {"answer": {"cars": cars, "season": "winter"}, "model": "yolo", "confidence": None, "is_shown": True},
    )


def test_on_a_phone_a_box_and_a_choice_are_given_by_touch(site, street):
    person = street(CARS, SEASON, **PHONE)
    page = person.page
    page.locator("[data-name=cars] [data-tool=make]").tap()
    page.locator("[data-name=season] label", has_text="winter").tap()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator("#submit").tap()
    person.waits_until_saved()
    [answer] = said(site, person)
    assert (answer["season"], len(answer["cars"])) == ("winter", 1)


BETTER = {"name": "better", "words": "Which is better?", "kind": "pairwise", "fields": ["a", "b"]}
SAFER = {"name": "safer", "words": "Which is safer?", "kind": "pairwise", "fields": ["a", "b"]}
ORDER = {"name": "order", "words": "Best first?", "kind": "ranking", "fields": ["x", "y", "z"]}
PAIRS = [{"text": "Say hello.", "a": "Hello from A", "b": "Hi from B", "x": "the x", "y": "the y", "z": "the z"}] * 6


def test_two_comparisons_and_an_order_by_keyboard_each_counted_in_the_order_it_was_seen(site, asked):
    person = asked(BETTER, SAFER, ORDER, texts=PAIRS)
    page = person.page
    first = page.locator("#item .paired p").first.inner_text()
    titles = {
        line.locator(".name").inner_text(): line.locator("p").inner_text()
        for line in page.locator("#item .ranked").all()
    }
    person.presses("1", "2")
    assert here(page) == "order"
    person.presses("2", "1", "3", "ArrowUp")
    sends(person)
    side, other = ("a", "b") if first == "Hello from A" else ("b", "a")
    placed = [titles[title][-1] for title in ("B", "C", "A")]
    assert said(site, person) == [{"better": side, "safer": other, "order": placed}]


def test_over_items_both_comparisons_swap_together_and_the_draw_is_kept_for_each(site, asked):
    person = asked(BETTER, SAFER, texts=PAIRS)
    for _ in range(6):
        person.settles()
        person.presses("1", "1")
        sends(person)
    with site.store.read() as connection:
        shown = answers.columns(connection, person.project.id).shown
    assert len(shown) == 6
    assert all(one["better"] == one["safer"] for one in shown)
    assert {one["better"]["swapped"] for one in shown} == {True, False}
    assert all(answer["better"] == answer["safer"] for answer in said(site, person))


def test_an_order_and_a_comparison_are_given_by_mouse_and_a_half_made_order_outlives_a_reload(site, asked):
    person = asked(BETTER, ORDER, texts=PAIRS)
    page = person.page
    page.locator("[data-name=better] label", has_text="Tie").click()
    page.locator("[data-name=order] .rank-waiting button").nth(2).click()
    page.reload()
    page.wait_for_selector("#desk[data-ready]")
    person.settles()
    assert page.locator(".rank-order li").count() == 1
    page.click("#submit")
    expect(page.locator("#fault")).to_have_text("“Best first?”: 2 to place, then submit.")
    for _ in range(2):
        page.locator("[data-name=order] .rank-waiting button").first.click()
    page.click("#submit")
    person.waits_until_saved()
    [answer] = said(site, person)
    assert answer["better"] == "tie"
    assert sorted(answer["order"]) == ["x", "y", "z"]
