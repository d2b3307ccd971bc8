"""A workspace for the tests of store and services: the real store in a temporary file, and a clock that is told."""

from dataclasses import dataclass, field
from shutil import copyfile

import pytest

from labeling.model import Desk, Project
from labeling.services import gold, guidelines, items, members, projects, work
from labeling.store import Store
from labeling.store.schema import metadata

MINUTE = 60_000


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: int = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += int(minutes * MINUTE)


@dataclass
class World:
    """A store with an admin, and short ways to what a test needs before it begins."""

    store: Store
    clock: Clock
    root: int
    keys: int = 0
    names: list[str] = field(default_factory=list)

    def project(self, *, count: int = 0, name: str = "demo", kind: str = "choice", **values) -> Project:
        """A project with items `i0`, `i1`, ... whose gold draw is seeded."""
        given = {"question": "What is it?", "options": {"labels": ["a", "b", "c"]}, "overlap": 2, "seed": 7} | values
        made = self.store.write(projects.create_project, name=name, kind=kind, actor=self.root, **given)
        if count:
            self.add_items(made.id, count)
        return made

    def add_items(self, project: int, count: int, first: int = 0) -> None:
        rows = ({"id": f"i{number}", "text": f"text {number}"} for number in range(first, first + count))
        items.import_items(self.store, project=project, rows=rows, actor=self.root)

    def member(self, project: int | None = None, role: str | None = "annotator", name: str = "") -> int:
        self.names.append(name or f"m{len(self.names)}")
        made = self.store.write(members.create_member, name=self.names[-1], actor=self.root)
        if project is not None:
            self.store.write(projects.set_role, project=project, member=made.id, role=role, actor=self.root)
        return made.id

    def annotators(self, project: int, count: int) -> list[int]:
        return [self.member(project) for _ in range(count)]

    def desk(self, project: int, member: int, hold: int = 1) -> Desk:
        return self.store.write(work.hand_out, project=project, member=member, hold=hold)

    def submit(self, project: int, member: int, assignment: int, answer="a", **values) -> Desk:
        self.keys += 1
        given = {"key": f"key {self.keys}", "hold": 1} | values
        return self.store.write(
            work.submit, project=project, member=member, assignment=assignment, answer=answer, **given
        )

    def work_to_the_end(self, project: int, member: int, answer="a", hold: int = 1) -> int:
        """Answer all that comes; how many that were."""
        desk, count = self.desk(project, member, hold), 0
        while desk.assignments:
            desk = self.submit(project, member, desk.assignments[0].assignment, answer, hold=hold)
            count += 1
        return count

    def gold(self, project: int, *keys: str, answer="a") -> None:
        answers = dict.fromkeys(keys, answer)
        self.store.write(gold.set_gold, project=project, answers=answers, actor=self.root)

    def publish(self, project: int, body: str = "Do it well.", note: str = "first", change: str = "meaning") -> None:
        self.store.write(guidelines.publish, project=project, body=body, note=note, change=change, actor=self.root)

    def sql(self, query: str, **values) -> list[tuple]:
        with self.store.read() as connection:
            raw = connection.connection.dbapi_connection
            return raw.execute(query, values).fetchall()

    def one(self, query: str, **values):
        """The only value of the only row."""
        ((value,),) = self.sql(query, **values)
        return value

    def everything(self, *but: str) -> dict[str, list[tuple]]:
        """All rows of all tables but these: what must be equal when nothing was to change."""
        tables = [table.name for table in metadata.sorted_tables if table.name not in but]
        return {name: sorted(self.sql(f"SELECT * FROM {name}"), key=repr) for name in tables}

    def actions(self) -> list[str]:
        """The log's actions, in their order."""
        return [action for (action,) in self.sql("SELECT action FROM log ORDER BY id")]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A new database, made once: each test begins with a copy of it."""
    path = tmp_path_factory.mktemp("empty") / "assay.db"
    Store.open(path).close()
    return path


@pytest.fixture
def world(tmp_path, clock, empty_database):
    copyfile(empty_database, tmp_path / "assay.db")
    with Store.open(tmp_path / "assay.db", clock=clock) as store:
        root = store.write(members.create_member, name="root", is_admin=True, actor=None)
        yield World(store, clock, root.id)
