"""Every page by axe-core, the yardstick that others use: no violation, for whoever may see it.

Wide and light, then narrow and dark, in one visit. Contrast, which takes axe longest, is looked at in the dark only on an
annotator's pages: tests/browser/test_pages.py measures it on every page in every look.
"""

from axe_playwright_python.sync_playwright import Axe

from labeling.services import work
from labeling.services.suggestions import put_suggestions
from tests.browser.test_pages import MANAGER, project

__all__ = ["project"]
OPTIONS = {"resultTypes": ["violations"]}


def violations(person, what, *, with_contrast=True):
    """What axe says of the page in view, in both looks."""
    page, found = person.page, []
    for scheme, viewport in (("light", {"width": 1280, "height": 800}), ("dark", {"width": 390, "height": 844})):
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        rules = {"color-contrast": {"enabled": with_contrast or scheme == "light"}}
        for one in Axe().run(page, options=OPTIONS | {"rules": rules}).response["violations"]:
            where = one["nodes"][0]
            found.append(f"{what}, {scheme}: {one['id']} at {where['target']}: {where['failureSummary']}")
    return found


def visits(person, paths, **how):
    found = []
    for path in paths:
        person.opens(path)
        found += violations(person, path, **how)
    return found


def test_axe_finds_nothing_on_the_pages_of_an_annotator_and_before_signing_in(site, project):
    rows = [{"item": f"m{n}", "answer": "broken", "model": "bert", "confidence": 0.87} for n in range(12)]
    site.store.write(put_suggestions, project=project.id, rows=rows, actor=None)
    found = visits(site.sit(""), ["/login", "/nothing"])
    ann = site.sit("ann")
    found += visits(
        ann, ["/projects", "/projects/intents/my-work", "/help", "/help/annotating", "/projects/intents/desk"]
    )
    page = ann.page
    page.get_by_role("button", name="I have read v2").click()
    page.locator("#work").wait_for()
    found += violations(ann, "the card")
    ann.presses("s")
    found += violations(ann, "the reasons")
    ann.presses("Escape", "?")
    page.get_by_role("button", name="Choose other keys").click()
    found += violations(ann, "the keys")
    ann.presses("Escape", "m")
    page.locator("#mine button").first.click()
    found += violations(ann, "an earlier answer")
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_the_pages_of_a_manager(site, project):
    ann = {"project": project.id, "member": 1}
    (held, *_) = site.store.write(work.hand_out, **ann).assignments or [None]
    if held is not None:
        site.store.write(work.skip, assignment=held.assignment, reason="other", note="What is this?", **ann)
    more = ["settings/suggestions", "guideline/comments?state=all", "overlap"]
    pages = [page for page in (*MANAGER, *more) if page != "desk"]
    mara = site.sit("mara")
    mara.context.set_default_timeout(60_000)  # the page of datasets asks a process that has yet to begin
    found = visits(
        mara, ["/help/numbers", "/api", *(f"/projects/intents/{page}" for page in pages)], with_contrast=False
    )
    assert not found, "\n".join(found)
