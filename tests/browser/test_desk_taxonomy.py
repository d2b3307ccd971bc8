"""Choosing an entry of a tree: by search, by walking, by mouse, by touch, and without a script."""

import re

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
TREE = [
    {
        "name": "animals",
        "children": [
            {"name": "birds", "children": [{"name": "owl", "description": "Flies at night."}, "hawk", "crow"]},
            {"name": "mammals", "children": ["dog", "cat"]},
        ],
    },
    {"name": "places", "children": ["café", "Straße", "park"]},
    "other",
]
LARGE = [
    {"name": f"part {a}", "children": [{"name": f"shelf {a}.{b}", "children": [f"box {a}.{b}.{c}" for c in range(20)]} for b in range(20)]}
    for a in range(24)
]  # fmt: skip


@pytest.fixture
def zoo(site):
    made = site.project("zoo", kind="taxonomy", options={"tree": TREE}, question="What is it about?")
    site.role(made, site.member("ann"))
    return made


def chosen(page) -> str:
    return " > ".join(re.split(r"\s*›\s*", page.locator(".tree-chosen").inner_text().splitlines()[0].strip()))


def labels(site, project) -> list[str]:
    return sorted(label for _, label in site.rows(project))


def test_an_entry_is_searched_by_part_of_its_path_chosen_and_submitted_by_keyboard_alone(site, zoo):
    ann = site.sit("ann")
    page = ann.at_desk("zoo")
    ann.settles()
    ann.presses("/")
    page.keyboard.type("bir ow")
    ann.presses("Enter")
    assert chosen(page).startswith("animals > birds > owl")
    ann.presses("Enter")
    ann.waits_until_saved()
    assert labels(site, zoo) == ["animals > birds > owl"]


def test_accents_and_case_do_not_matter_to_a_search(site, zoo):
    ann = site.sit("ann")
    page = ann.at_desk("zoo")
    for typed, found in (("CAFE", "café"), ("strasse", "Straße")):
        page.get_by_label("Search the tree").fill(typed)
        expect(page.get_by_role("option")).to_have_count(1)
        expect(page.get_by_role("option")).to_contain_text(found)


def test_what_is_not_found_is_said_and_escape_brings_the_tree_back(site, zoo):
    ann = site.sit("ann")
    page = ann.at_desk("zoo")
    page.get_by_label("Search the tree").fill("zebra")
    expect(page.get_by_role("status")).to_have_text("Nothing is found.")
    ann.presses("Escape")
    expect(page.get_by_role("tree")).to_be_visible()


def test_the_tree_is_walked_by_arrows_and_none_of_them_leaves_the_item(site, zoo):
    ann = site.sit("ann")
    page = ann.at_desk("zoo")
    ann.settles()
    expect(page.get_by_role("treeitem", name="animals")).to_be_focused()
    ann.presses("ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft")
    expect(page.get_by_role("treeitem", name="animals")).to_have_attribute("aria-expanded", "false")
    ann.presses("ArrowDown")
    expect(page.get_by_role("treeitem", name="places")).to_be_focused()
    ann.presses("Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown")
    expect(page.get_by_role("treeitem", name="hawk")).to_be_focused()
    ann.presses("Enter", "Enter")
    ann.waits_until_saved()
    assert labels(site, zoo) == ["animals > birds > hawk"]


def test_enter_on_an_entry_with_others_below_opens_and_shuts_it_and_chooses_nothing(site, zoo):
    ann = site.sit("ann")
    page = ann.at_desk("zoo")
    ann.settles()
    ann.presses("Enter")
    expect(page.get_by_role("treeitem", name="animals")).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".tree-chosen")).to_have_text("Nothing chosen yet")


def test_nothing_chosen_is_refused_in_words_with_focus_in_the_tree(site, zoo):
    ann = site.sit("ann")
    page = ann.at_desk("zoo")
    ann.settles()
    page.click("#submit")
    expect(page.locator("#fault")).to_have_text("Nothing is chosen yet. Choose an entry of the tree, then submit.")
    expect(page.get_by_role("treeitem", name="animals")).to_be_focused()


def test_where_every_entry_counts_an_inner_one_is_chosen(site):
    loose = site.project("loose", kind="taxonomy", options={"tree": TREE, "leaves_only": False})
    site.role(loose, site.member("ann"))
    ann = site.sit("ann")
    ann.at_desk("loose")
    ann.settles()
    ann.presses("ArrowDown", "Enter", "Enter")
    ann.waits_until_saved()
    assert labels(site, loose) == ["animals > birds"]


def test_an_answer_is_looked_at_again_and_changed_by_mouse(site, zoo):
    ann = site.sit("ann")
    page = ann.at_desk("zoo")
    ann.settles()
    page.locator(".tree-row", has_text="dog").click()
    page.click("#submit")
    ann.waits_until_saved()
    page.get_by_role("button", name="← Back").click()
    assert chosen(page) == "animals > mammals > dog"
    ann.settles()
    page.locator(".tree-row", has_text="cat").click()
    page.click("#submit")
    ann.waits_until_saved()
    assert labels(site, zoo) == ["animals > mammals > cat"]


def test_on_a_phone_an_entry_is_found_and_chosen_by_touch(site, zoo):
    ann = site.sit("ann", **PHONE)
    page = ann.at_desk("zoo")
    ann.settles()
    row = page.locator(".tree-row", has_text="crow")
    assert row.bounding_box()["height"] >= 44
    row.tap()
    page.locator("#submit").tap()
    ann.waits_until_saved()
    assert labels(site, zoo) == ["animals > birds > crow"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_a_script_it_is_a_list_with_indentation(site, zoo):
    ann = site.sit("ann", java_script_enabled=False)
    page = ann.opens("/projects/zoo/desk")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#fault")).to_contain_text("Nothing was chosen")
    page.get_by_label("Entry of the tree").select_option("animals > birds > owl")
    page.get_by_role("button", name="Submit").click()
    assert labels(site, zoo) == ["animals > birds > owl"]


def test_ten_thousand_entries_draw_only_what_is_open_and_are_searched_whole(site):
    large = site.project("large", kind="taxonomy", options={"tree": LARGE})
    site.role(large, site.member("ann"))
    ann = site.sit("ann")
    page = ann.at_desk("large")
    assert page.locator("select.tree-list option").count() == 24 + 24 * 20 + 24 * 20 * 20 + 1
    assert page.locator("[role=treeitem]").count() < 100
    ann.settles()
    ann.presses("/")
    page.keyboard.type("box 23.19.7")
    expect(page.get_by_role("option")).to_have_count(1)
    ann.presses("Enter")
    expect(page.get_by_role("treeitem", name="box 23.19.7", exact=True)).to_be_focused()
    ann.presses("Enter")
    ann.waits_until_saved()
    assert labels(site, large) == ["part 23 > shelf 23.19 > box 23.19.7"]
