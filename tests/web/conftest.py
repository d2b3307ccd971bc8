"""The real app over a real workspace, with real sign-ins."""

import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from labeling.model import Project
from labeling.services import gold, guidelines, items, members, projects
from labeling.store import Store
from web import catalogue, security
from web.app import create_app
from web.settings import Settings, init_workspace

PASSWORD = "correct horse battery"
HASH = security.hash_password(PASSWORD)
ROLES = ("nobody", "stranger", "annotator", "reviewer", "manager", "admin")


class Clock:
    """The time, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


@dataclass
class Office:
    """A workspace with a project 'mood' and a member for each role, served."""

    path: Path
    store: Store
    clock: Clock
    project: Project
    anyone: TestClient
    people: dict[str, int]

    def visitor(self, **headers: str) -> TestClient:
        """Another browser that nobody has signed in with."""
        return TestClient(self.anyone.app, base_url="http://127.0.0.1", headers=headers, follow_redirects=False)

    def sign_in(self, name: str) -> TestClient:
        """A browser with somebody signed in; 'nobody' is not."""
        browser = self.visitor()
        if name != "nobody":
            done = browser.post("/api/v1/session", json={"name": name, "password": PASSWORD})
            assert done.status_code == 200, done.text
        return browser

    def token(self, name: str, *scopes: str) -> TestClient:
        """A script with a token of somebody's."""
        secret = security.new_token()
        self.store.write(
            members.create_token,
            member=self.people[name],
            name="test",
            token_hash=security.hash_secret(secret),
            scopes=scopes,
            actor=None,
        )
        return self.visitor(authorization=f"Bearer {secret}")


def furnish(store: Store) -> tuple[Project, dict[str, int]]:
    """Members of every role, a project with items, gold and a guideline."""
    people = {
        name: store.write(members.create_member, name=name, password_hash=HASH, is_admin=name == "admin", actor=None).id
        for name in ROLES[1:]
    }
    project = store.write(
        projects.create_project,
        name="mood",
        title="The mood",
        question="How does it sound?",
        kind="choice",
        options={"labels": ["good", "bad"]},
        show=["text"],
        gold_rate=0.5,
        seed=1,
        actor=None,
    )
    for role in ("annotator", "reviewer", "manager"):
        store.write(projects.set_role, project=project.id, member=people[role], role=role, actor=None)
    items.import_items(
        store,
        project=project.id,
        rows=[{"id": f"i{number}", "text": f"text {number}", "source": "hidden"} for number in range(40)],
        actor=None,
    )
    store.write(gold.set_gold, project=project.id, answers={f"i{n}": "good" for n in range(10)}, actor=None)
    store.write(guidelines.publish, project=project.id, body="# Be fair\n\nLook twice.", actor=None)
    for role in ("annotator", "reviewer", "manager"):
        store.write(guidelines.acknowledge, project=project.id, member=people[role], version=1)
    return project, people


@pytest.fixture
def settings() -> dict[str, object]:
    """Settings beside the defaults; a test module may give others."""
    return {}


@pytest.fixture
def office(tmp_path: Path, settings: dict[str, object]) -> Iterator[Office]:
    clock = Clock()
    workspace = init_workspace(tmp_path / "workspace")
    store = Store.open(workspace.database, clock=clock)
    project, people = furnish(store)
    app = create_app(Settings(workspace.path, **settings), store)
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False, raise_server_exceptions=False) as anyone:
        yield Office(workspace.path, store, clock, project, anyone, people)
    store.close()


class Marked(gettext.NullTranslations):
    """A language in which every message stands in brackets."""

    def gettext(self, message):
        return f"⟦{message}⟧" if re.search(r"[^\W\d_]{2}", re.sub(r"%\(\w+\)[sr]", "", message)) else message

    def ngettext(self, one, many, n):
        return f"⟦{one if n == 1 else many}⟧"


class Texts(HTMLParser):
    """All that a page says: texts, and attributes that are read out or shown."""

    def __init__(self):
        super().__init__()
        self.found, self.above = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in {"input", "meta", "link", "br", "hr", "img", "path"}:
            self.above.append(tag)
        self.found += [
            value for name, value in attrs if name in {"aria-label", "title", "placeholder", "alt"} and value
        ]

    def handle_endtag(self, tag):
        if tag in self.above:
            while self.above.pop() != tag:
                pass

    def handle_data(self, data):
        if not {"script", "style", "svg", "kbd"} & set(self.above):
            self.found.append(data)


def _unmarked(page, data):
    """Words of a page that no catalogue gave, but for the data on it."""
    reader = Texts()
    reader.feed(page)
    left = re.sub(r"⟦[^⟦⟧]*⟧", " ", " \n ".join(reader.found))
    while "⟦" in left:  # a message within a message
        fewer = re.sub(r"⟦[^⟦⟧]*⟧", " ", left)
        if fewer == left:
            break
        left = fewer
    for known in sorted(data, key=len, reverse=True):
        left = re.sub(rf"\b{re.escape(known)}", " ", left)
    return re.findall(r"[^\W\d_]{2,}", left)


@pytest.fixture
def unmarked(monkeypatch):
    """German is a language of brackets, and a function finds the words of a page that stand outside of them."""
    plain = catalogue._translations
    monkeypatch.setattr(catalogue, "_translations", lambda language: Marked() if language == "de" else plain(language))
    monkeypatch.setattr(catalogue, "for_scripts", dict)
    return _unmarked
