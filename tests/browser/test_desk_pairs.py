"""Comparisons and rankings at the desk: by keyboard, mouse, touch and without a script; audited for access."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

AUDIT = (Path(__file__).parent / "audit.js").read_text()
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
REPLIES = [
    {"prompt": f"Where is parcel {n}?", "x": f"It is near {n}.", "y": f"Wait {n} days.", "mx": "m1", "my": "m2"}
    for n in range(8)
]
LISTS = [{"prompt": f"Parcel {n}?", "replies": ["one", "two", "three"]} for n in range(4)]


@pytest.fixture
def ann(site):
    return site.member("ann")


@pytest.fixture
def duel(site, ann):
    project = site.project(
        "duel", REPLIES, kind="pairwise", question="Which reply helps more?", show=None,
        options={"fields": ["x", "y"], "things": ["mx", "my"]},
    )  # fmt: skip
    site.role(project, ann)
    return project


@pytest.fixture
def rank(site, ann):
    project = site.project(
        "rank", LISTS, kind="ranking", question="Order the replies", show=None, options={"fields": ["replies"], "count": 3, "ties": True},
    )  # fmt: skip
    site.role(project, ann)
    return project


def first_side(page):
    return page.locator("#item .paired").first.inner_text()


def test_the_side_that_was_chosen_is_stored_in_the_items_own_order(site, duel):
    ann = site.sit("ann")
    page = ann.at_desk("duel")
    wanted = {}
    for key in ("1", "2", "1", "1", "0", "2"):
        ann.settles()
        text = page.inner_text("#item")
        number = text.split("Where is parcel ")[1][0]
        is_x_first = "near" in first_side(page)
        wanted[f"m{number}"] = "tie" if key == "0" else "a" if (key == "1") == is_x_first else "b"
        assert "m1" not in text
        ann.presses(key, "Enter")
        expect(page.locator("#item")).not_to_contain_text(f"parcel {number}?")
    ann.waits_until_saved()
    assert dict(site.rows(duel)) == wanted
    ann.presses("ArrowLeft")
    expect(page.locator("#answer input:checked")).to_have_attribute("data-key", "2")


def test_sides_stand_beside_each_other_and_on_a_phone_one_above_the_other(site, duel):
    wide = site.sit("ann").at_desk("duel")
    left, right = (wide.locator("#item .paired").nth(k).bounding_box() for k in (0, 1))
    assert left["y"] == right["y"]
    assert wide.evaluate(AUDIT) == []
    mobile = site.sit("ann", **PHONE)
    phone = mobile.at_desk("duel")
    upper, lower = (phone.locator("#item .paired").nth(k).bounding_box() for k in (0, 1))
    assert upper["x"] == lower["x"]
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    phone.wait_for_timeout(270)
    phone.locator("#answer .label-row").nth(2).tap()
    phone.locator("#submit").tap()
    mobile.waits_until_saved()
    assert len(site.rows(duel)) == 1


def test_without_a_script_sides_and_places_are_chosen_in_a_form(site, duel, rank):
    ann = site.sit("ann", java_script_enabled=False)
    page = ann.opens("/projects/duel/desk")
    is_x_first = "near" in first_side(page)
    page.get_by_role("radio", name="1").check()
    page.get_by_role("button", name="Submit").click()
    assert [label for _, label in site.rows(duel)] == ["a" if is_x_first else "b"]
    page = ann.opens("/projects/rank/desk")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#fault")).to_contain_text("Nothing was put in order")
    for thing, place in (("A", "2"), ("B", "1"), ("C", "2")):
        page.get_by_label(f"Place of {thing}").select_option(label=place)
    second = page.locator("#item .ranked").nth(1).inner_text().split()[-1]
    page.get_by_role("button", name="Submit").click()
    ((_, order),) = site.rows(rank)
    assert order[0] == ["one", "two", "three"].index(second) + 1
    assert len(order[1]) == 2


def test_things_are_ordered_by_keyboard_alone_and_every_step_is_said(site, rank):
    ann = site.sit("ann")
    page = ann.at_desk("rank")
    assert page.evaluate(AUDIT) == []
    titles = [page.locator("#item .ranked").nth(k).inner_text().split()[-1] for k in range(3)]
    own = [["one", "two", "three"].index(text) + 1 for text in titles]
    ann.settles()
    ann.presses("Control+Enter")
    expect(page.locator("#fault")).to_contain_text("3 to place")
    ann.presses("3", "1", "2")
    said = page.locator(".ranking [role=status]")
    expect(said).to_contain_text("B is at place 3 of 3. All have a place.")
    ann.presses("ArrowUp")
    expect(said).to_contain_text("B is at place 2 of 3.")
    ann.presses("ArrowDown", "=")
    expect(said).to_contain_text("B is equal to A.")
    assert page.evaluate(AUDIT) == []
    ann.presses("Control+Enter")
    ann.waits_until_saved()
    ((_, order),) = site.rows(rank)
    assert order == [own[2], sorted([own[0], own[1]])]


def test_things_are_ordered_by_dragging_and_by_buttons(site, rank):
    page = site.sit("ann").at_desk("rank")
    for _ in range(3):
        page.locator(".rank-waiting button").first.click()
    assert page.locator(".rank-order > li b").all_inner_texts() == ["A", "B", "C"]
    last, first = page.locator(".rank-order > li").nth(2), page.locator(".rank-order > li").nth(0)
    start, end = last.bounding_box(), first.bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + end["height"] / 2, steps=6)
    page.mouse.move(end["x"] + 60, end["y"] + 2, steps=3)
    page.mouse.up()
    assert page.locator(".rank-order > li b").all_inner_texts() == ["C", "A", "B"]
    page.get_by_role("button", name="Move B up").click()
    page.get_by_role("button", name="Take C out of the order").click()
    assert page.locator(".rank-order > li b").all_inner_texts() == ["B", "A"]


def test_things_are_ordered_on_a_phone_by_touch(site, rank):
    mobile = site.sit("ann", **PHONE)
    page = mobile.at_desk("rank")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for _ in range(3):
        page.locator(".rank-waiting button").first.tap()
    assert page.locator(".rank-acts button").first.bounding_box()["height"] >= 40
    assert page.evaluate(AUDIT) == []
    page.locator("#submit").tap()
    mobile.waits_until_saved()
    assert len(site.rows(rank)) == 1
