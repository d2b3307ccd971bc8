"""Boxes and outlines on an image at the desk: by keyboard, by mouse, by touch at 360 px; what is sent is what is seen."""

import base64
import io
import struct
from pathlib import Path

import pytest
from playwright.sync_api import expect

from labeling.services import items, media, projects
from labeling.services.answers import import_answers
from labeling.services.consensus import run_consensus
from labeling.store import answers, consensus
from tests import media as made

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
LABELS = ["car", "person", {"name": "traffic sign", "description": "Also the back of one."}]
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def street(site):
    """A project of images, 800 × 600 but for what a test brings; ann labels it."""

    def of(kind="boxes", files=None, **more):
        files = files or {"street.png": made.png(800, 600)}
        shown = {"show": ["photo"], "shows": {"photo": "image"}, "question": "Where are they?"}
        options = {"labels": LABELS, **more}
        made_of = {
            "name": "intents",
            "title": "Streets",
            "kind": kind,
            "options": options,
            "overlap": 2,
            "seed": 7,
            **shown,
        }
        project = site.store.write(projects.create_project, actor=None, **made_of)
        sent = [media.Sent(name, lambda body=body: io.BytesIO(body)) for name, body in files.items()]
        media.add_media(site.store, workspace=site.path / "workspace", project=project.id, files=sent, actor=None)
        rows = [{"id": f"m{place}", "photo": name} for place, name in enumerate(files)]
        items.import_items(site.store, project=project.id, rows=rows, actor=None)
        site.role(project, site.member("ann"))
        return project

    return of


@pytest.fixture
def ann(site):
    def sits(**look):
        person = site.sit("ann", **look)
        page = person.at_desk()
        page.wait_for_selector(".stage[data-ready]")
        person.settles()
        return person

    return sits


def kept(site, project):
    """The answers that stand."""
    with site.store.read() as connection:
        return list(answers.columns(connection, project.id).label)


def drawn(person):
    """What the list says is drawn."""
    return [row.get_attribute("aria-label") for row in person.page.locator(".shape-list button").all()]


def at(person, x, y):
    """Where a place of the image (as shares of it) is on the screen."""
    frame = person.page.locator(".stage > img").bounding_box()
    return frame["x"] + frame["width"] * x, frame["y"] + frame["height"] * y


def drags(person, start, end):
    mouse = person.page.mouse
    mouse.move(*at(person, *start))
    mouse.down()
    mouse.move(*at(person, *end), steps=4)
    mouse.up()


def submits(person):
    person.presses("Enter")
    person.waits_until_saved()


def test_a_box_is_made_moved_sized_and_labelled_by_keyboard_alone(site, street, ann):
    project, person = street(), ann()
    person.presses("n")
    assert drawn(person) == ["box 1, car, at 325, 225, 150 by 150 pixels"]
    person.presses("2", "Alt+ArrowRight", "Alt+ArrowDown", "Alt+ArrowDown", "Shift+Alt+ArrowRight")
    assert drawn(person) == ["box 1, person, at 326, 227, 151 by 150 pixels"]
    person.presses("n", "ArrowLeft", "Escape", ",")
    expect(person.page.locator(".shape-list button").nth(1)).to_be_focused()
    person.presses("Delete", "Escape")
    submits(person)
    assert kept(site, project) == [[{"label": "person", "x": 326, "y": 227, "width": 151, "height": 150}]]


def test_undo_and_redo_go_through_everything_that_was_done_and_a_reload_loses_nothing(street, ann):
    street()
    person = ann()
    person.presses("n", "2", "Alt+ArrowRight")
    now = drawn(person)
    person.presses("Control+z")
    assert drawn(person) == ["box 1, person, at 325, 225, 150 by 150 pixels"]
    person.presses("Control+z", "Control+z")
    assert drawn(person) == []
    person.presses("Control+z", "Control+y", "Control+y", "Control+Shift+z")
    assert drawn(person) == now
    person.at_desk().wait_for_selector(".stage[data-ready]")
    assert drawn(person) == now


def test_a_box_is_drawn_by_a_drag_and_pulled_and_moved_by_others(site, street, ann):
    project, person = street(), ann()
    drags(person, (0.25, 0.25), (0.5, 0.5))
    drags(person, (0.5, 0.5), (0.75, 0.5))  # by its corner
    drags(person, (0.4, 0.3), (0.4, 0.4))  # the whole
    submits(person)
    [[box]] = kept(site, project)
    assert box == pytest.approx({"label": "car", "x": 200, "y": 210, "width": 400, "height": 150}, abs=3)


def test_a_box_is_drawn_by_two_clicks_for_those_who_cannot_drag(street, ann):
    street()
    person = ann()
    page = person.page
    page.mouse.click(*at(person, 0.1, 0.1))
    assert drawn(person) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator("#fault")).to_have_text("Finish the box you are drawing, or leave it with Esc.")
    page.mouse.click(*at(person, 0.2, 0.3))
    assert len(drawn(person)) == 1


def test_a_box_in_a_box_is_chosen_by_a_click_on_it(street, ann):
    street()
    person = ann()
    drags(person, (0.1, 0.1), (0.9, 0.9))
    person.presses("Escape")
    drags(person, (0.4, 0.4), (0.6, 0.6))
    person.presses("Escape")
    person.page.mouse.click(*at(person, 0.5, 0.5))
    expect(person.page.locator(".shape-list [aria-pressed=true]")).to_have_text("2 car")
    person.page.mouse.click(*at(person, 0.2, 0.2))
    person.page.mouse.click(*at(person, 0.2, 0.2))
    expect(person.page.locator(".shape-list [aria-pressed=true]")).to_have_text("1 car")


def test_an_image_without_anything_is_an_answer_only_when_that_is_said(site, street, ann):
    project, person = street(), ann()
    person.presses("Enter")
    expect(person.page.locator("#fault")).to_contain_text("Nothing is marked yet. Draw a box, press n for one, or x")
    assert kept(site, project) == []
    person.presses("x")
    expect(person.page.get_by_label("Nothing to mark")).to_be_checked()
    submits(person)
    assert kept(site, project) == [[]]


def test_where_every_image_has_something_there_is_no_saying_nothing(street, ann):
    street(nothing=False)
    person = ann()
    assert person.page.get_by_label("Nothing to mark").count() == 0
    person.presses("x", "Enter")
    expect(person.page.locator("#fault")).to_contain_text("Nothing is marked yet")


def test_zooming_keeps_the_place_under_the_pointer_and_what_is_drawn_where_it_is(street, ann):
    street()
    person = ann()
    drags(person, (0.4, 0.4), (0.6, 0.6))
    before = drawn(person)
    x, y = at(person, 0.6, 0.6)
    person.page.mouse.move(x, y)
    person.page.mouse.wheel(0, -600)
    corner = person.page.locator(".over .chosen rect.above").bounding_box()
    assert (corner["x"] + corner["width"], corner["y"] + corner["height"]) == pytest.approx((x, y), abs=8)
    assert drawn(person) == before
    stage = person.page.locator(".stage").bounding_box()
    assert person.page.locator(".stage > img").bounding_box()["width"] > stage["width"]
    person.presses("0")
    assert person.page.locator(".stage > img").bounding_box()["width"] <= stage["width"]


def test_arrows_pan_where_nothing_is_chosen_and_space_and_a_drag_always(street, ann):
    street()
    person = ann()
    person.presses("+", "+", "+", "+", "+")
    place = at(person, 0.5, 0.5)
    person.presses("ArrowRight")
    assert at(person, 0.5, 0.5)[0] == pytest.approx(place[0] - 60, abs=1)
    person.page.keyboard.down("Space")
    drags(person, (0.5, 0.5), (0.52, 0.5))
    person.page.keyboard.up("Space")
    assert drawn(person) == []
    assert at(person, 0.5, 0.5)[0] > place[0] - 60


def test_an_earlier_answer_opens_as_it_was_and_a_change_is_a_new_revision(site, street, ann):
    project = street(files={"a.png": made.png(800, 600), "b.png": made.png(640, 480)})
    person = ann()
    person.presses("n", "Escape")
    submits(person)
    person.settles()
    person.presses("z")
    expect(person.page.locator("#earlier")).to_be_visible()
    assert len(drawn(person)) == 1
    person.page.wait_for_selector(".stage[data-ready]")
    person.presses(".", "3", "Escape")
    person.settles()
    submits(person)
    assert [[shape["label"] for shape in one] for one in kept(site, project)] == [["traffic sign"]]


def test_an_outline_is_drawn_click_by_click_and_closed_on_its_first_point(site, street, ann):
    project, person = street("polygons"), ann()
    for place in ((0.2, 0.2), (0.6, 0.2), (0.4, 0.4), (0.6, 0.6), (0.2, 0.6), (0.2, 0.2)):
        person.page.mouse.click(*at(person, *place))
    submits(person)
    [[outline]] = kept(site, project)
    wanted = [160, 120, 480, 120, 320, 240, 480, 360, 160, 360]
    assert [value for point in outline["points"] for value in point] == pytest.approx(wanted, abs=3)


def test_points_of_an_outline_are_moved_added_and_deleted_by_keyboard(site, street, ann):
    project, person = street("polygons"), ann()
    person.presses("n", "v", "Alt+ArrowLeft")
    assert drawn(person) == ["outline 1, car, 4 points, at 324, 225, 151 by 150 pixels"]
    person.presses("i", "Alt+ArrowUp", "Alt+ArrowUp")
    assert drawn(person)[0].startswith("outline 1, car, 5 points, at 324, 22")
    person.presses("Delete")
    assert "4 points" in drawn(person)[0]
    person.presses("Escape", "Escape")
    submits(person)
    [[outline]] = kept(site, project)
    assert len(outline["points"]) == 4


def test_an_outline_that_would_cross_itself_is_not_closed_and_not_pulled_so(street, ann):
    street("polygons")
    person = ann()
    for place in ((0.2, 0.2), (0.6, 0.6), (0.6, 0.2), (0.2, 0.6)):
        person.page.mouse.click(*at(person, *place))
    person.presses("Enter")
    expect(person.page.locator(".shape-said")).to_contain_text("would cross itself")
    person.presses("Backspace", "Enter")
    assert "3 points" in drawn(person)[0]
    before = drawn(person)
    person.presses("Escape", "n")
    drags(person, (0.40625, 0.375), (0.5, 0.8))
    expect(person.page.locator(".shape-said")).to_contain_text("put back")
    assert drawn(person)[:1] == before


def test_a_point_is_added_by_pulling_the_middle_of_a_side(street, ann):
    street("polygons")
    person = ann()
    person.presses("n")
    drags(person, (0.5, 0.375), (0.5, 0.2))
    assert "5 points" in drawn(person)[0]


def test_at_360_px_a_finger_draws_two_zoom_and_everything_is_large_enough_to_hit(site, street, ann):
    project, person = street(), ann(**PHONE)
    page = person.page
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    line = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"x": x, "y": y, "id": place} for place, (x, y) in enumerate(places)]
        line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", at(person, 0.25, 0.25))
    touch("touchMove", at(person, 0.4, 0.4))
    touch("touchMove", at(person, 0.75, 0.75))
    touch("touchEnd")
    assert len(drawn(person)) == 1
    before = page.locator(".stage > img").bounding_box()["width"]
    touch("touchStart", at(person, 0.45, 0.5), at(person, 0.55, 0.5))
    touch("touchMove", at(person, 0.4, 0.5), at(person, 0.6, 0.5))
    touch("touchEnd")
    assert page.locator(".stage > img").bounding_box()["width"] > before * 1.3
    assert len(drawn(person)) == 1
    for target in page.locator("#answer button:visible, #answer label:visible").all():
        assert target.bounding_box()["height"] >= 43.9, target.inner_text()
    page.tap("#submit")
    person.waits_until_saved()
    [[box]] = kept(site, project)
    assert (box["x"], box["width"]) == pytest.approx((200, 400), abs=8)


def test_a_photo_that_its_camera_marked_as_turned_is_drawn_on_upright(site, street, browser):
    page = browser.new_page()
    data = page.evaluate(
        "() => { const c = document.createElement('canvas'); c.width = 400; c.height = 200;"
        " c.getContext('2d').fillRect(0, 0, 400, 200); return c.toDataURL('image/jpeg'); }"
    )
    page.close()
    jpeg = base64.b64decode(data.split(",")[1])
    # Orientation 6: the camera was turned by 90°, and what is 400 × 200 in the file is 200 × 400 upright.
    exif = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    turned = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]
    project = street(files={"turned.jpg": turned})
    person = site.sit("ann")
    person.at_desk().wait_for_selector(".stage[data-ready]")
    person.settles()
    drags(person, (0.0, 0.5), (1.0, 1.0))
    submits(person)
    assert kept(site, project) == [[{"label": "car", "x": 0, "y": 200, "width": 200, "height": 200}]]


def test_an_item_without_its_image_says_so_and_can_only_be_skipped(site):
    project = site.project(kind="boxes", options={"labels": LABELS}, texts=1)
    site.role(project, site.member("ann"))
    person = site.sit("ann")
    page = person.at_desk()
    person.settles()
    page.click("#submit")
    expect(page.locator("#fault")).to_have_text("There is no image in this item. Skip it as broken.")


def test_a_reviewer_sees_who_drew_what_and_rules_by_drawing_from_the_consensus(site, street):
    project = street()

    def box(x):
        return {"label": "car", "x": x, "y": 100, "width": 200, "height": 200}

    rows = [{"item": "m0", "annotator": who, "label": [box(x)]} for who, x in (("a", 100), ("b", 110), ("c", 500))]
    import_answers(site.store, project=project.id, rows=rows, actor=None)
    run_consensus(site.store, project=project.id, actor=None)
    site.role(project, site.member("rea"), "reviewer")
    rea = site.sit("rea")
    page = rea.opens("/projects/intents/items/one?key=m0")
    expect(page.locator(".drawings figcaption strong")).to_have_text(["Consensus", "a", "b", "c"])
    image = page.locator(".drawn-on").first.bounding_box()
    shape = page.locator(".drawn-on .above").first.bounding_box()
    assert (shape["x"] - image["x"]) / image["width"] == pytest.approx(105 / 800, abs=0.02)
    rea.opens("/projects/intents/disagreements?item=m0").wait_for_selector("form[data-ready] .stage[data-ready]")
    assert drawn(rea) == ["box 1, car, at 105, 100, 200 by 200 pixels"]
    page.get_by_role("button", name="Take this").last.click()
    page.locator(".stage").focus()
    rea.presses(".", "2", "Alt+ArrowDown")
    page.get_by_label("reason", exact=False).first.fill("Seen closely.")
    page.locator("form[data-ruling] button.primary").click()
    rea.is_shown("m0 is ruled 1 × person.")
    with site.store.read() as connection:
        [(ruled, _)] = consensus.rulings(connection, project.id).values()
    assert ruled == [{**box(ruled[0]["x"]), "label": "person", "y": 101}]


@pytest.mark.parametrize("look", [{}, {**PHONE, "color_scheme": "dark"}], ids=["light", "dark on a phone"])
def test_the_desk_with_things_drawn_has_no_fault(street, ann, look):
    street()
    person = ann(**look)
    person.presses("n", "Escape", "n")
    assert person.page.evaluate(AUDIT) == []
