"""The real app on a loopback port, with real people at real browsers."""

import json
import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from labeling.model import Project
from labeling.services import guidelines, items, members, projects
from labeling.store import Store, annotators, answers
from web import security
from web.app import create_app
from web.settings import Settings, init_workspace

PASSWORD = "correct horse battery"
HASH = security.hash_password(PASSWORD)
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 640}
CHROMIUM = os.environ.get("ASSAY_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LABELS = [
    {
        "name": "refund",
        "description": "Wants money back for something already paid.",
        "example": "I was charged twice, please send one of them back.",
        "counterexample": "Why is my bill higher than last month?",
    },
    {
        "name": "delivery",
        "description": "Asks where a parcel is, or when it comes.",
        "example": "My order has been in Leipzig for a week.",
        "counterexample": "The parcel came, but broken.",
    },
    {
        "name": "broken",
        "description": "Something arrived damaged or stopped working.",
        "example": "The lid was cracked when I opened the box.",
        "counterexample": "",
    },
    {"name": "account", "description": "Signing in, passwords, personal data.", "example": "", "counterexample": ""},
    {"name": "other", "description": "None of these fits.", "example": "", "counterexample": ""},
]
GUIDELINE = """# What the message wants

Choose by what the writer **wants done**, not by how they feel.

- Two wishes in one message: take the first.
- Irony counts as meant.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for one in items:
        if Path(__file__).parent in one.path.parents:
            one.add_marker("browser")


@dataclass
class Person:
    """Somebody at a browser. `errors` are console errors and broken policies; the end of a test looks at them."""

    name: str
    context: BrowserContext
    page: Page
    url: str
    errors: list[str] = field(default_factory=list)

    def opens(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def at_desk(self, project: str = "intents") -> Page:
        self.opens(f"/projects/{project}/desk")
        self.page.wait_for_selector("#desk[data-ready]")
        return self.page

    def is_shown(self, text: str, timeout: float = 5000) -> None:
        self.page.get_by_text(text).first.wait_for(timeout=timeout)

    def settles(self) -> None:
        """Past the time in which a key is taken to be meant for the item before."""
        self.page.wait_for_timeout(270)

    def presses(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def answers(self, *keys: str) -> None:
        """Choose by key and submit, one item after the other."""
        for key in keys:
            self.page.locator("#work").wait_for()
            self.settles()
            self.presses(key, "Enter")

    def waits_until_saved(self) -> None:
        self.page.locator('#desk[data-waiting="0"] #saved', has_text=re.compile("^Saved")).wait_for(state="attached")

    def item(self) -> str:
        return self.page.inner_text("#item")

    def goes_offline(self) -> None:
        self.context.set_offline(True)

    def comes_back_online(self) -> None:
        self.context.set_offline(False)


@dataclass
class Site:
    """A served workspace."""

    url: str
    store: Store
    path: Path
    server: uvicorn.Server
    sit: Callable[..., Person] = field(init=False)

    def member(self, name: str, **more: Any) -> int:
        return self.store.write(members.create_member, name=name, password_hash=HASH, actor=None, **more).id

    def project(self, name: str = "intents", texts: int | list[Any] = 6, **more: Any) -> Project:
        """A project of short messages with some annotators in it."""
        given = {
            "title": "Customer messages",
            "question": "What does the customer want?",
            "kind": "choice",
            "options": {"labels": LABELS},
            "show": ["text"],
            "overlap": 2,
            "seed": 7,
            **more,
        }
        made = self.store.write(projects.create_project, name=name, actor=None, **given)
        rows = [f"Message number {n}, please help me." for n in range(texts)] if isinstance(texts, int) else texts
        items.import_items(
            self.store,
            project=made.id,
            rows=[{"id": f"m{n}", **(row if isinstance(row, dict) else {"text": row})} for n, row in enumerate(rows)],
            actor=None,
        )
        return made

    def role(self, project: Project, member: int, role: str = "annotator") -> None:
        self.store.write(projects.set_role, project=project.id, member=member, role=role, actor=None)

    def publishes(self, project: Project, body: str = GUIDELINE, **more: Any) -> None:
        self.store.write(guidelines.publish, project=project.id, body=body, actor=None, **more)

    def rows(self, project: Project) -> list[tuple[int, str]]:
        """(item, label) of every answer that stands."""
        with self.store.read() as connection:
            columns = answers.columns(connection, project.id)
        return list(zip(columns.item, columns.label, strict=True))

    def counts(self, project: Project) -> dict[str, int]:
        """How many answers each annotator has standing."""
        with self.store.read() as connection:
            return {row.name: row.answers for row in annotators.table(connection, project.id)}


# By module, not by session: Playwright leaves an event loop running in this thread until it ends, and what is tested after
# it could start none of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail("No Chromium was found, and CI needs one. Install chromium, or set ASSAY_CHROMIUM to its path.")
        pytest.skip("no Chromium was found; set ASSAY_CHROMIUM to its path")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield made
        made.close()


@pytest.fixture
def site(tmp_path: Path, browser: Browser) -> Iterator[Site]:
    with served(tmp_path, browser) as made:
        yield made


@contextmanager
def served(tmp_path: Path, browser: Browser) -> Iterator[Site]:
    """A new workspace in a folder, served until the end, when nobody's browser may have complained."""
    workspace = init_workspace(tmp_path / "workspace")
    store = Store.open(workspace.database)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        app = create_app(Settings(workspace.path, login_tries=1000), store=store)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until = time.monotonic() + 15
        while not server.started and time.monotonic() < until:
            time.sleep(0.005)
        made = Site(f"http://127.0.0.1:{listener.getsockname()[1]}", store, tmp_path, server)
        people: list[Person] = []
        made.sit = lambda name, **look: people.append(_seated(browser, made, name, look)) or people[-1]
        yield made
        faults = [fault for person in people for fault in person.errors]
        for person in people:
            person.context.close()
        server.should_exit = True
        thread.join(15)
        store.close()
    assert not faults, "\n".join(faults)


def _seated(browser: Browser, site: Site, name: str, look: dict[str, Any]) -> Person:
    """A browser of their own for somebody, signed in (unless the name is empty)."""
    context = browser.new_context(viewport=look.pop("viewport", WIDE), locale="en-GB", base_url=site.url, **look)
    context.set_default_timeout(8000)
    page = context.new_page()
    person = Person(name, context, page, site.url)

    def hear(message: ConsoleMessage) -> None:
        # A line that is cut or a 4xx that a test provokes is written by the browser itself; scripts and policies are ours.
        if message.type == "error" and "Failed to load resource" not in message.text:
            person.errors.append(f"{name} at {page.url}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: person.errors.append(f"{name} at {page.url}: {error}"))
    if name:
        reply = context.request.post(
            site.url + "/api/v1/session",
            data=json.dumps({"name": name, "password": PASSWORD}),
            headers={"content-type": "application/json", "origin": site.url},
        )
        assert reply.ok, reply.text()
    return person
