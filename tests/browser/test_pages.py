"""Every page, wide and narrow, light and dark: no fault in names, roles, contrast and width, no error, no broken policy."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from labeling.services import guidelines, work

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
LOOKS = {
    "wide-light": {"color_scheme": "light"},
    "wide-dark": {"color_scheme": "dark"},
    "phone-light": {"color_scheme": "light", "viewport": {"width": 360, "height": 640}, "has_touch": True},
    "phone-dark": {"color_scheme": "dark", "viewport": {"width": 360, "height": 640}, "has_touch": True},
}
MANAGER = [
    "desk",
    "overview",
    "items",
    "items/import",
    "items/one?key=m1",
    "annotators",
    "annotators/ann",
    "agreement",
    "agreement/consensus",
    "disagreements",
    "guideline",
    "guideline/edit",
    "guideline/diff?from=1&to=2",
    "datasets",
    "settings",
    "settings/members",
    "settings/gold",
    "settings/tokens",
    "settings/close",
    "log",
]


@pytest.fixture
def project(site):
    """A project in which something has happened: two versions, three annotators, some disagreement."""
    made = site.project(texts=12, overlap=3)
    site.publishes(made)
    for name, role in (("ann", "annotator"), ("ben", "annotator"), ("cleo", "annotator"), ("mara", "manager")):
        number = site.member(name)
        site.role(made, number, role)
        if role == "annotator":
            site.store.write(guidelines.acknowledge, project=made.id, member=number, version=1)
            for turn in range(9):
                desk = site.store.write(work.hand_out, project=made.id, member=number, hold=1)
                one = desk.assignments[0].assignment
                label = ("refund", "delivery", "broken")[(turn * number) % 3]
                site.store.write(
                    work.submit, project=made.id, member=number, assignment=one, answer=label, key=f"{number}.{turn}"
                )
    site.publishes(made, "# Wishes\n\nThe stronger wish counts.\n", note="Say which wish.", change="meaning")
    return made


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_of_an_annotator_have_no_fault(site, project, look):
    ann = site.sit("ann", **LOOKS[look])
    faults = _faults(ann, ["/projects", "/projects/intents/desk", "/help", "/projects/intents/settings", "/nothing"])
    page = ann.at_desk()
    page.get_by_role("button", name="I have read v2").click()
    expect(page.locator("#work")).to_be_visible()
    faults += _here(ann, "the card")
    ann.presses("2", "f")
    faults += _here(ann, "an answer chosen")
    ann.presses("s")
    faults += _here(ann, "the reasons")
    ann.presses("Escape")
    for what in ("mine", "keys", "guide"):
        page.click(f"[data-side={what}]")
        page.wait_for_timeout(100)
        faults += _here(ann, what)
        if "phone" in look:
            page.get_by_role("button", name="Close").click()
    page.locator(".account summary").click()
    faults += _here(ann, "the menu")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_of_a_manager_have_no_fault(site, project, look):
    mara = site.sit("mara", **LOOKS[look])
    faults = _faults(mara, ["/projects", *(f"/projects/intents/{page}" for page in MANAGER)])
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_before_signing_in_have_no_fault(site, project, look):
    somebody = site.sit("", **LOOKS[look])
    assert not _faults(somebody, ["/login", "/nothing"])


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("<button></button>", "has no name"),
        ("<p class='pale'>pale</p>", "has a contrast of 1."),
        ("<h1>another</h1>", "<h1> in view"),
        ("<p id='main'>twice</p>", "is there twice"),
        ("<div class='broad'>broad</div>", "wide in 1280"),
    ],
)
def test_the_audit_sees_a_fault_that_is_planted(site, project, planted, told):
    page = site.sit("ann").opens("/projects")
    page.evaluate(
        """html => { document.querySelector("main").insertAdjacentHTML("beforeend", html);
        for (const one of document.querySelectorAll(".pale")) one.style.color = "oklch(93% 0.01 84)";
        for (const one of document.querySelectorAll(".broad")) one.style.width = "2000px"; }""",
        planted,
    )
    assert any(told in fault for fault in page.evaluate(AUDIT))


def test_the_theme_is_kept_and_comes_with_the_page(site, project):
    ann = site.sit("ann", color_scheme="light")
    page = ann.opens("/projects")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    ann.opens("/projects")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_an_annotator_who_asks_for_a_managers_page_is_told_in_words(site, project):
    ann = site.sit("ann")
    reply = ann.page.goto(site.url + "/projects/intents/settings")
    assert reply.status == 403
    ann.is_shown("this is for its managers")


def test_an_unknown_address_is_a_plain_404_with_a_way_back(site, project):
    ann = site.sit("ann")
    assert ann.page.goto(site.url + "/nothing").status == 404
    ann.page.get_by_role("link", name="My projects").first.click()
    ann.is_shown("Customer messages")


def test_on_a_phone_labels_and_submit_lie_under_the_thumb(site, project):
    ann = site.sit("ann", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = ann.at_desk()
    page.get_by_role("button", name="I have read v2").tap()
    rows = [one.bounding_box() for one in page.locator("#answer .label-row").all()]
    submit = page.locator("#submit").bounding_box()
    assert min(row["height"] for row in rows) >= 44
    assert submit["height"] >= 44
    assert min(row["y"] for row in rows) >= 0.6 * 844 - 44
    assert submit["y"] + submit["height"] <= 844


def _faults(person, paths):
    found = []
    for path in paths:
        person.opens(path)
        found += _here(person, path)
    return found


def _here(person, what):
    return [f"{what}: {fault}" for fault in person.page.evaluate(AUDIT)]
