"""An annotator's own page: kind, in steps, and blind; and the word against gold."""

import re

import pytest

from labeling.services import gold, work
from web.routes.my_work import own_figures


@pytest.fixture
def at_work(office):
    """The annotator with an answer to a gold item and one to another, their assignments by item key."""
    project, member = office.project.id, office.people["annotator"]
    store = office.store
    for number in range(12):
        desk = store.write(work.hand_out, project=project, member=member, hold=1)
        if not desk.assignments:
            break
        held = desk.assignments[0].assignment
        store.write(
            work.submit, project=project, member=member, assignment=held, answer="good", key=f"k{number}", hold=1
        )
    with store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT i.key, a.id FROM assignments a JOIN items i ON i.id = a.item_id WHERE a.state = 'submitted'"
        ).all()
    held = {row.key: row.id for row in rows}
    some = min(held)
    store.write(gold.set_gold, project=project, answers={some: "bad"}, actor=None)
    return office, held, some


def test_standing_by_gold_and_by_another_item_looks_the_same(at_work):
    office, held, known = at_work
    browser = office.sign_in("annotator")
    other = next(key for key in held if key != known)
    pages = []
    for key in (known, other):
        reply = browser.post("/projects/mood/my-work", data={"assignment": held[key], "reason": "the text says so"})
        assert reply.status_code == 303
        pages.append((dict(reply.headers).keys(), reply.headers["location"]))
    assert pages[0] == pages[1]
    text = browser.get("/projects/mood/my-work").text
    assert "gold" not in re.sub(r"<[^>]*>|--gold\S*", " ", text).lower()


def test_the_manager_decides_and_the_annotator_reads_it(at_work):
    office, held, known = at_work
    browser, manager = office.sign_in("annotator"), office.sign_in("manager")
    reply = browser.post(
        "/api/v1/projects/mood/desk/disputes", json={"assignment": held[known], "reason": "it is meant well"}
    )
    assert reply.json() == {"assignment": held[known]}
    assert "it is meant well" in manager.get("/projects/mood/settings/gold").text
    number = manager.get("/api/v1/projects/mood/disputes").json()["disputes"][0]["id"]
    manager.post(
        "/projects/mood/settings/gold/dispute",
        data={"dispute": number, "outcome": "accept", "answer": "You are right."},
    )
    page = browser.get("/projects/mood/my-work").text
    assert "You are right." in page
    assert "agreed with you" in page
    with office.store.read() as connection:
        assert (
            connection.exec_driver_sql(
                f"SELECT count(*) FROM gold g JOIN items i ON i.id = g.item_id WHERE i.key = '{known}'"
            ).scalar()
            == 0
        )


def test_no_reason_and_no_answer_are_told_in_words(at_work):
    office, held, known = at_work
    browser = office.sign_in("annotator")
    assert browser.post("/projects/mood/my-work", data={"assignment": held[known], "reason": " "}).status_code == 400
    assert browser.post("/projects/mood/my-work", data={"assignment": "x", "reason": "y"}).status_code == 400
    assert browser.post("/projects/mood/my-work", data={"assignment": 99999, "reason": "y"}).status_code == 404


class Columns:
    """Answers as the store gives them: 60 items, ann and two others."""

    def __init__(self):
        rows = [(k, who, "good" if k % 2 else "bad") for k in range(60) for who in ("ann", "bob", "cyd")]
        self.number, self.annotator, self.label = (list(part) for part in zip(*rows, strict=True))
        self.seconds = [2.0 if who == "ann" else 4.0 for who in self.annotator]


def test_figures_rest_on_whole_batches_and_count_every_item_alike():
    found = own_figures(Columns(), "ann", 50, {"labels": ["good", "bad"]})
    assert (found.answers, found.shared, found.agreement) == (50, 50, 1.0)
    assert (found.seconds, found.others_seconds) == (2.0, 4.0)
