"""The office with work in it: three annotators' answers to every item, who differ on some, and a consensus."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from labeling.services.answers import import_answers
from labeling.services.consensus import run_consensus

NASTY = "<script>alert('x')</script>"


@dataclass
class Team:
    """The office at work, seen by its manager; `see` and `send` give pages as text without needless space."""

    office: object
    manager: TestClient
    answers: int

    def see(self, path: str, status: int = 200) -> str:
        reply = self.manager.get(f"/projects/mood/{path}")
        assert reply.status_code == status, reply.text
        return words(reply.text)

    def send(self, path: str, status: int = 303, **fields: object) -> str:
        reply = self.manager.post(f"/projects/mood/{path}", data=fields)
        assert reply.status_code == status, reply.text
        return reply.headers.get("location", "") or words(reply.text)

    def follow(self, address: str, tries: int = 60) -> str:
        """Wait at a job's page until it leads on, or says what went wrong."""
        for _ in range(tries):
            reply = self.manager.get(address)
            if reply.status_code == 303:
                address = reply.headers["location"]
            elif "refresh" not in reply.headers:
                return words(reply.text)
        raise AssertionError(f"{address} did not come to an end")

    def sql(self, statement: str) -> int:
        with self.office.store.read() as connection:
            return connection.exec_driver_sql(statement).scalar_one()


def words(page: str) -> str:
    """What a person reads of a page: no tags, one space between words."""
    body = page.split("<main", 1)[-1]
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", body, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def rows() -> list[dict[str, object]]:
    """ann and bob agree but on every fifth item; cy says bad to every third."""
    out = []
    for number in range(10, 34):
        truth = "good" if number % 2 else "bad"
        other = "bad" if truth == "good" else "good"
        said = {"ann": truth, "bob": other if number % 5 == 0 else truth, "cy": "bad" if number % 3 == 0 else truth}
        out += [
            {"item": f"i{number}", "annotator": who, "label": label, "seconds": 2.5, "time": 1_790_000_000_000 + number}
            for who, label in said.items()
        ]
    out += [{"item": "i34", "annotator": "ann", "label": "good"}]
    return out + [{"item": f"i{number}", "annotator": "ann", "label": "good"} for number in range(10)]


@pytest.fixture
def team(office) -> Team:
    given = rows()
    import_answers(office.store, project=office.project.id, rows=given, actor=None)
    run_consensus(office.store, project=office.project.id, method="majority", actor=None)
    return Team(office, office.sign_in("manager"), len(given))


@pytest.fixture
def read() -> Callable[[str], str]:
    return words


@pytest.fixture
def german(office):
    manager = office.sign_in("manager")
    manager.post("/language", data={"language": "de"})
    return manager
