"""Of a large project no page measures anything: it shows what is kept, and says what that stands for."""

import re

import numpy as np
import pytest

from labeling.services import items
from labeling.services.answers import import_answers
from labeling.store import figures as kept_figures
from tests.web.manage.conftest import words
from web import figures, keeping, measures

LABELS = ("good", "bad")
PAGES = ("overview", "agreement", "annotators", "annotators/p3")


@pytest.fixture
def large(office):
    """The office with more answers than are measured while somebody waits, and its manager at a browser."""
    rng = np.random.default_rng(1)
    count = kept_figures.LARGE // 4 + 10
    rows = [{"id": f"x{number}", "text": "?"} for number in range(count)]
    items.import_items(office.store, project=office.project.id, rows=rows, actor=None)
    said = [
        {"item": f"x{number}", "annotator": f"p{who}", "label": LABELS[int(rng.random() < 0.3 + 0.4 * (number % 2))]}
        for number in range(count)
        for who in rng.choice(9, 4, replace=False)
    ]
    import_answers(office.store, project=office.project.id, rows=said, actor=None)
    return office, office.sign_in("manager")


def one_more(office, name):
    row = {"item": "x1", "annotator": name, "label": "good"}
    import_answers(office.store, project=office.project.id, rows=[row], actor=None)


def kept(office, name="agreement"):
    with office.store.read() as connection:
        return kept_figures.read(connection, office.project.id, name)


def follow(manager, address, tries=90):
    for _ in range(tries):
        reply = manager.get(address)
        if reply.status_code == 303:
            address = reply.headers["location"]
        elif "refresh" not in reply.headers:
            return reply
    raise AssertionError(address)


def test_the_first_view_leads_to_the_measuring_and_back_to_the_page(large):
    office, manager = large
    first = manager.get("/projects/mood/agreement")
    assert (first.status_code, kept(office)) == (303, None)
    assert re.fullmatch(r"/projects/mood/jobs/[\w-]+", first.headers["location"])
    shown = follow(manager, first.headers["location"])
    assert (shown.status_code, shown.url.path) == (200, "/projects/mood/agreement")
    assert kept(office).answers == kept_figures.LARGE + 40


def test_all_that_ask_while_it_is_measured_are_led_to_the_same_job(large):
    _, manager = large
    assert len({manager.get(f"/projects/mood/{page}").headers["location"] for page in PAGES}) == 1


def test_what_an_import_has_measured_is_shown_at_once(large):
    office, manager = large
    measures.measure_if_large(office.store, office.project.id)
    for page in PAGES:
        assert manager.get(f"/projects/mood/{page}").status_code == 200


def test_behind_a_new_answer_the_page_shows_what_is_kept_and_says_so(large):
    office, manager = large
    measures.measure_if_large(office.store, office.project.id)
    before, current = kept(office), words(manager.get("/projects/mood/agreement").text)
    one_more(office, "late")
    for page in PAGES:
        told = words(manager.get(f"/projects/mood/{page}").text)
        assert "answers; what came since is being counted in" in told
    assert "what came since" not in current
    assert kept(office) == before


def test_a_new_answer_is_counted_in_behind_the_page_once_some_time_has_passed(large):
    office, manager = large
    measures.measure_if_large(office.store, office.project.id)
    one_more(office, "late")
    office.store.write(lambda tx: _age(tx, kept(office)))
    assert manager.get("/projects/mood/agreement").status_code == 200
    (job,) = manager.get("/api/v1/projects/mood/jobs").json()["jobs"]
    done = manager.get(f"/api/v1/projects/mood/jobs/{job['id']}", params={"wait_seconds": 30}).json()
    assert done["state"] == "done"
    assert kept(office).answers == kept_figures.LARGE + 41


def _age(tx, before):
    old = kept_figures.Kept(before.state, before.body, before.answers, before.seconds, 0)
    kept_figures.keep(tx.connection, 1, "agreement", old)


def test_a_script_is_told_where_to_look_and_then_gets_the_figures(large):
    _, manager = large
    first = manager.get("/api/v1/projects/mood/agreement")
    assert first.status_code == 202
    assert first.headers["location"] == first.json()["url"]
    manager.get(first.json()["url"], params={"wait_seconds": 30})
    assert manager.get("/api/v1/projects/mood/agreement").json()["alpha"]["value"] is not None


def test_what_another_release_kept_is_measured_anew(large):
    office, manager = large
    measures.measure_if_large(office.store, office.project.id)
    good = kept(office)
    broken = kept_figures.Kept(good.state, '{"class":"web.figures:Gone","fields":{}}', 1, 0.1, good.at + 1)
    office.store.write(lambda tx: kept_figures.keep(tx.connection, office.project.id, "agreement", broken))
    shown = follow(manager, "/projects/mood/agreement")
    assert shown.status_code == 200
    assert kept(office).body == good.body


def test_every_figure_is_read_back_as_it_was_measured(large):
    office, _ = large
    source = figures.Source(office.store, office.project)
    for compute in figures.TOGETHER.values():
        measured = compute(source)
        assert keeping.load(keeping.dump(measured)) == measured


@pytest.mark.parametrize(
    "text", ["", "{", '{"class":"os:system","fields":{}}', '{"class":"web.figures:Source","fields":{}}', '{"x":1}']
)
def test_text_that_is_no_kept_figure_is_refused(text):
    with pytest.raises(keeping.NotReadable):
        keeping.load(text)


@pytest.mark.parametrize("asked", ["agreement?coefficient=gwet_ac1", "audit?threshold=0.8"])
def test_a_script_is_told_what_can_be_asked_of_a_large_project(large, asked):
    _, manager = large
    reply = manager.get(f"/api/v1/projects/mood/{asked}")
    assert (reply.status_code, "measured by a job and kept. Ask for" in reply.text) == (400, True)
