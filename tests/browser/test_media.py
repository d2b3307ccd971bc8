"""Items that are more than text: pictures, sounds, dialogues and Markdown at the desk."""

import io

import pytest
from playwright.sync_api import expect

from labeling.services import media, projects
from tests import media as made

ATTACK = """# Hello

<script>window.hit = 1</script><img src=x onerror="window.hit = 1"> [run](javascript:window.hit=1)
![far](https://example.org/x.png) **bold** <svg onload="window.hit=1">"""
CHAT = [
    {"role": "user", "content": "Where is my <b>parcel</b>?"},
    {"role": "assistant", "content": "On its way."},
    {"role": "user", "content": "Since Monday!"},
]


@pytest.fixture
def show(site):
    """Make a project of items that are shown so, with media, and sit somebody down at its desk."""

    def make(rows, shows, files=None, **look):
        project = site.project(texts=rows, show=None, overlap=1)
        site.store.write(projects.change_project, project=project.id, shows=shows, actor=None)
        site.role(project, site.member("ann"))
        if files:
            sent = [media.Sent(name, lambda body=body: io.BytesIO(body)) for name, body in files.items()]
            media.add_media(site.store, workspace=site.path / "workspace", project=project.id, files=sent, actor=None)
        return site.sit("ann", **look)

    return make


def until(page, truth):
    """Wait until this is so; the page's policy lets no script be made from text, so it is asked again and again."""
    for _ in range(200):
        if page.evaluate(truth):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"It never was so: {truth}")


def loaded(page):
    """Wait until the picture on the card is there; its natural width and the width it takes."""
    until(page, "document.querySelector('#item img')?.complete")
    return page.evaluate(
        "(() => { const i = document.querySelector('#item img'); return [i.naturalWidth, i.clientWidth]; })()"
    )


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, {"width": 360, "height": 740}])
def test_a_picture_fits_and_the_next_is_here_before_it_is_asked_for(show, viewport):
    files = {f"{n}.png": made.png(1600, 900, (20 * n, 90, 120)) for n in range(4)}
    rows = [{"photo": f"{n}.png", "note": f"Taken at noon, number {n}."} for n in range(4)]
    shows = {"photo": {"as": "image", "title": "Photo", "caption": "note"}}
    ann = show(rows, shows, files, viewport=viewport)
    page = ann.at_desk()
    natural, width = loaded(page)
    assert (natural, width <= viewport["width"]) == (1600, True)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert "Taken at noon" in page.inner_text("#item figcaption")
    asked = []
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request.url) if "/media/" in request.url else None)
    ann.settles()
    ann.presses("1", "Enter")
    assert page.evaluate("document.querySelector('#item img').complete")
    ann.waits_until_saved()
    page.wait_for_load_state("networkidle")
    assert len(asked) <= 1  # the one after the next


def test_a_picture_is_looked_at_closer_by_key_and_by_mouse(show):
    ann = show([{"photo": "a.png"}], {"photo": "image"}, {"a.png": made.png(300, 200)})
    page = ann.at_desk()
    _, fits = loaded(page)
    width = "document.querySelector('#item img').clientWidth"
    ann.presses("+")
    assert page.evaluate(width) == 2 * fits
    ann.presses("-", "-")
    assert page.evaluate(width) == fits
    page.click("#item img")
    assert page.evaluate(width) == 2 * fits
    page.click("#item img")
    assert page.evaluate(width) == fits


def test_a_sound_is_played_sought_and_sped_up_by_keys_that_choose_no_label(show):
    ann = show([{"clip": "a.wav"}], {"clip": "audio"}, {"a.wav": made.wav(12)})
    page = ann.at_desk()
    until(page, "document.querySelector('audio').readyState >= 2")
    at = "document.querySelector('audio').currentTime"
    ann.presses(">")
    assert page.evaluate(at) == 5
    ann.presses(">", ",", "<", ".")
    assert page.evaluate(at) == 5
    ann.presses("+", "+")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.5
    assert page.inner_text(".play-bar output") == "1.5×"
    ann.presses("0")
    until(page, "!document.querySelector('audio').paused && document.querySelector('audio').currentTime > 5.05")
    ann.presses("p")
    until(page, "document.querySelector('audio').paused")
    page.focus("audio")
    ann.presses("Space")
    assert page.locator("#answer input:checked").count() == 0
    assert page.locator("#desk").get_attribute("data-state") == "working"


def test_the_keys_of_the_player_are_chosen_shown_and_kept_with_the_person(show):
    ann = show([{"clip": "a.wav"}], {"clip": "audio"}, {"a.wav": made.wav(12)})
    page = ann.at_desk()
    until(page, "document.querySelector('audio').readyState >= 2")
    at = "document.querySelector('audio').currentTime"
    ann.presses("?")
    expect(page.locator("#keys div", has_text="Five seconds on").locator("kbd")).to_have_text(">")
    page.get_by_role("button", name="Choose other keys").click()
    page.get_by_role("button", name="Five seconds on").click()
    ann.presses("s")
    expect(page.locator("#change-keys [role=alert]")).to_contain_text(
        "The key 's' would both skip and go five seconds on."
    )
    page.get_by_role("button", name="Five seconds on").click()
    ann.presses("j")
    forward = page.locator(".play-bar button", has_text="+5 s")
    expect(forward.locator("kbd")).to_have_text("j")
    page = ann.at_desk()
    expect(forward.locator("kbd")).to_have_text("j")
    until(page, "document.querySelector('audio').readyState >= 2")
    ann.presses(">")
    assert page.evaluate(at) == 0
    ann.presses("j")
    assert page.evaluate(at) == 5
    forward.click()
    assert page.evaluate(at) == 10
    ann.presses("?")
    expect(page.locator("#keys div", has_text="Five seconds on").locator("kbd")).to_have_text("j")


def test_a_dialogue_is_turns_with_who_speaks_and_what_is_none_is_text(show):
    ann = show([{"chat": CHAT}, {"chat": "not a dialogue"}], {"chat": "dialogue"})
    page = ann.at_desk()
    seen = []
    for _ in range(2):
        seen.append((page.locator(".turn").count(), page.inner_text("#item")))
        ann.answers("1")
        ann.waits_until_saved()
    turns, words = max(seen)
    assert turns == 3
    assert "user\nWhere is my <b>parcel</b>?" in words.replace("\n\n", "\n")
    assert min(seen)[1].strip() == "not a dialogue"


def test_markdown_is_drawn_and_nothing_in_it_runs_or_is_fetched(show):
    ann = show([{"story": ATTACK}] * 1 + [{"story": ATTACK + "\nagain"}], {"story": "markdown"})
    asked = []
    ann.page.on("request", lambda request: asked.append(request.url))
    page = ann.at_desk()
    for _ in range(2):
        assert page.inner_text("#item h2") == "Hello"
        assert page.locator("#item :is(script, img, svg, iframe)").count() == 0
        assert page.locator("#item a[href^=javascript]").count() == 0
        ann.answers("1")
        ann.waits_until_saved()
    assert page.evaluate("window.hit") is None
    assert not [url for url in asked if not url.startswith(ann.url)]


def test_two_fields_stand_side_by_side_and_below_each_other_on_a_phone(show):
    row = {"first": "The one answer.", "second": "The other answer.", "prompt": "Which is better?"}
    ann = show([row], {"first": {"as": "text", "beside": "second"}}, viewport={"width": 1280, "height": 800})
    page = ann.at_desk()
    tops = "[...document.querySelectorAll('.paired')].map((box) => Math.round(box.getBoundingClientRect().top))"
    first, second = page.evaluate(tops)
    assert first == second
    page.set_viewport_size({"width": 360, "height": 740})
    first, second = page.evaluate(tops)
    assert first < second


def test_what_the_page_holds_first_and_what_the_script_draws_are_the_same(show):
    rows = [{"photo": "a.png", "chat": CHAT, "story": "*so* it is", "facts": {"a": 1}, "text": "plain", "n": 7}] * 1
    shows = {"photo": "image", "chat": "dialogue", "story": "markdown", "facts": {"as": "table", "title": ""}}
    ann = show(rows, shows, {"a.png": made.png()})
    page = ann.at_desk()
    first = page.inner_html("#item")
    page.evaluate("sessionStorage.clear()")
    ann.answers("1")
    ann.waits_until_saved()
    ann.presses("ArrowLeft")
    page.wait_for_selector("#earlier:not([hidden])")
    assert page.inner_html("#item") == first
