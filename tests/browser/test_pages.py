"""Every page, wide and narrow, light and dark: no fault in names, roles, contrast and width, no error, no broken policy."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from labeling.services import guidelines, projects, work
from labeling.services.answers import import_answers
from labeling.services.consensus import run_consensus

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
    "agreement/consensus?unlike=models",
    "disagreements",
    "items?state=disputed",
    "items?search=nothing-like-this",
    "guideline",
    "guideline/edit",
    "guideline/diff?from=1&to=2",
    "datasets",
    "settings",
    "settings/members",
    "settings/members/remove?member=ann",
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
    run_consensus(site.store, project=made.id, actor=None)
    return made


@pytest.fixture
def awkward(site):
    """A project that no layout was drawn for: twenty labels, texts without end or in other directions, long names."""
    labels = ["a label whose name goes on and on until nobody reads it", "שלום עולם", "شكوى", "😀", "<b>x</b>", "C++"]
    labels += [f"label {number}" for number in range(14)]
    texts = [
        "Lorem ipsum dolor sit amet. " * 200,
        "مرحبا، لم يصل الطرد بعد. " * 9,
        "a" * 900,
        "line\n" * 60,
        "😀" * 90,
        ".",
    ]
    title = "A title that is longer than any phone is wide, and then some"
    made = site.project(
        texts=texts * 5, title=title, question=title + "?", options={"labels": [{"name": one} for one in labels]}
    )
    for version in range(1, 5):
        site.publishes(made, f"# Rules {version}\n\n" + "Look twice. " * 300, note="A note. " * 40, change="meaning")
    site.role(made, site.member("mara"), "manager")
    rows = [
        {"item": f"m{n}", "annotator": f"somebody.with.a.long.name.{who}@example.com", "guideline_version": 1 + n % 4}
        | {"label": labels[n % 20 if who < 2 else (n * who) % 20], "time": 1_790_000_000_000 + n * 60_000}
        for n in range(30)
        for who in range(4)
    ]
    import_answers(site.store, project=made.id, rows=rows, actor=None)
    run_consensus(site.store, project=made.id, actor=None)
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
    pages = ["/projects", "/help/numbers", "/api", *(f"/projects/intents/{page}" for page in MANAGER)]
    faults = _faults(mara, pages)
    assert not faults, "\n".join(faults)


def test_on_a_phone_every_annotator_is_a_card_and_nothing_scrolls_sideways(site, project):
    mara = site.sit("mara", **LOOKS["phone-light"])
    mara.page.goto(f"{site.url}/projects/intents/annotators")
    wide = "[...document.querySelectorAll('.scroll-x')].map((box) => box.scrollWidth - box.clientWidth)"
    assert mara.page.evaluate(wide) == [0]
    card = mara.page.get_by_role("row", name="ben")
    assert card.bounding_box()["width"] <= 360
    expect(card.get_by_role("cell").first).to_have_text("not known yet")
    mara.page.get_by_role("link", name="Median time").tap()
    expect(mara.page.get_by_role("columnheader", name="Median time")).to_have_attribute("aria-sort", "ascending")


def test_awkward_texts_labels_and_names_break_no_page(site, awkward):
    mara = site.sit("mara", color_scheme="light")
    left_out = ("annotators/ann", "settings/members/remove", "settings/close", "settings/tokens", "datasets", "desk")
    pages = [page for page in MANAGER if not page.startswith(left_out)]
    faults = in_every_look(mara, ["/projects", *(f"/projects/intents/{page}" for page in pages)])
    assert not faults, "\n".join(faults)


def test_the_pages_of_a_project_without_anything_in_it_have_no_fault(site):
    mara = site.member("mara", is_admin=True)
    options = {"labels": ["a", "b"]}
    made = site.store.write(
        projects.create_project, name="empty", title="Empty", question="Q?", kind="choice", options=options, actor=None
    )
    site.role(made, mara, "manager")
    pages = ("overview", "items", "annotators", "agreement", "agreement/consensus", "disagreements", "guideline")
    more = ("guideline/edit", "settings", "settings/gold", "log")
    paths = ["/projects/new", *(f"/projects/empty/{page}" for page in (*pages, *more))]
    faults = in_every_look(site.sit("mara"), paths)
    assert not faults, "\n".join(faults)


def test_the_pages_of_a_reviewer_have_no_fault_and_lead_nowhere_they_may_not_go(site, project):
    site.role(project, site.member("rosa"), "reviewer")
    rosa = site.sit("rosa", color_scheme="dark")
    rosa.opens("/projects/intents/overview")
    row = [link.get_attribute("href") for link in rosa.page.locator("nav.pages a").all()]
    pages = [page for page in row if not page.endswith("/desk")]
    asked, faults = set(), []
    for page in pages:
        faults += _faults(rosa, [page])
        links = rosa.page.locator("main a[href^='/projects/intents/']")
        asked |= set(links.evaluate_all("links => links.map((link) => link.getAttribute('href').split('#')[0])"))
    asked = sorted({page for page in asked if "/items/one" not in page} | {f"{pages[1]}/one?key=m1"})
    refused = [page for page in asked if rosa.context.request.get(site.url + page).status == 403]
    assert not faults + refused, "\n".join(faults + refused)
    assert len(pages) == 7


def test_the_charts_on_agreement_stand_without_a_script(site, project):
    mara = site.sit("mara", java_script_enabled=False)
    page = mara.opens("/projects/intents/agreement")
    shown = page.locator("svg.dots .dot, .matrix .cell")
    assert shown.count() > 5
    box = page.locator("svg.dots").first.bounding_box()
    assert box["width"] > 200


def test_in_a_narrow_window_the_row_of_pages_begins_where_one_is(site, project):
    mara = site.sit("mara", **LOOKS["phone-light"])
    page = mara.opens("/projects/intents/log")
    here = page.locator("nav.pages a[aria-current]").bounding_box()
    assert here["x"] >= 0
    assert here["x"] + here["width"] <= 360


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


def in_every_look(person, paths):
    """The faults of the pages wide and narrow, light and dark, in the same browser."""
    found = []
    for look, settings in LOOKS.items():
        person.page.set_viewport_size(settings.get("viewport", {"width": 1280, "height": 800}))
        person.page.emulate_media(color_scheme=settings["color_scheme"])
        found += [f"{look}: {fault}" for fault in _faults(person, paths)]
    return found


def _faults(person, paths):
    found = []
    person.page.set_default_navigation_timeout(60_000)  # the datasets' page starts a process of its own
    for path in paths:
        person.opens(path)
        found += _here(person, path)
    return found


def _here(person, what):
    return [f"{what}: {fault}" for fault in person.page.evaluate(AUDIT)]
