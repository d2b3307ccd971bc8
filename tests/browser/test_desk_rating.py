"""A rating as points, stars or a slider: by keyboard, by mouse, by touch, and without a script."""

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
WORDS = {"1": "polite", "3": "so so", "5": "an insult"}


@pytest.fixture
def ann(site):
    site.member("ann")

    def sits(look="stars", low=1, high=5, words=WORDS, **more):
        made = site.project("rude", kind="rating", options={"look": look, "low": low, "high": high, "anchors": words})
        site.role(made, 1)
        person = site.sit("ann", **more)
        person.project = made
        return person

    return sits


def points(site, person) -> list[int]:
    person.waits_until_saved()
    return [int(label) for _, label in site.rows(person.project)]


@pytest.mark.parametrize("look", ["points", "stars", "slider"])
def test_a_digit_chooses_an_arrow_moves_on_and_enter_submits(site, ann, look):
    person = ann(look)
    page = person.at_desk("rude")
    person.settles()
    person.presses("2", "ArrowRight")
    expect(page.get_by_role("radio", name="3 so so")).to_be_checked()
    person.presses("Enter")
    assert points(site, person) == [3]


def test_on_a_long_slider_the_number_itself_is_typed(site, ann):
    person = ann("slider", 0, 100, {})
    person.at_desk("rude")
    person.settles()
    person.presses("7", "3", "Enter")
    assert points(site, person) == [73]


def test_a_slider_is_dragged_by_mouse(site, ann):
    person = ann("slider")
    page = person.at_desk("rude")
    person.settles()
    first, last = page.locator(".dot").nth(0).bounding_box(), page.locator(".dot").nth(4).bounding_box()
    page.mouse.move(first["x"] + 8, first["y"] + 30)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] - 8, last["y"] + 30, steps=4)
    page.mouse.up()
    page.click("#submit")
    assert points(site, person) == [5]


def test_the_words_of_the_chosen_point_show_and_those_of_the_ends_always_do(ann):
    page = ann("stars").at_desk("rude")
    opacity = "one => getComputedStyle(one).opacity"
    middle = page.locator("small", has_text="so so")
    assert middle.evaluate(opacity) == "0"
    page.locator(".spot").nth(2).click()
    page.mouse.move(5, 5)
    assert [middle.evaluate(opacity), page.locator("small", has_text="an insult").evaluate(opacity)] == ["1", "1"]


@pytest.mark.parametrize("look", ["stars", "slider"])
def test_on_a_phone_a_tap_chooses_and_everything_fits(site, ann, look):
    person = ann(look, **PHONE)
    page = person.at_desk("rude")
    person.settles()
    spot = page.locator(".dot").nth(3)
    box = spot.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    spot.tap()
    page.locator("#submit").tap()
    assert points(site, person) == [4]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_a_script_stars_are_radio_buttons(site, ann):
    person = ann("stars", java_script_enabled=False)
    page = person.opens("/projects/rude/desk")
    page.locator(".spot").nth(1).click()
    page.get_by_role("button", name="Submit").click()
    assert [int(label) for _, label in site.rows(person.project)] == [2]
