"""The API gives the numbers of the pages, and the command line's names for them."""

import pytest

from labeling.services.answers import import_answers
from labeling.services.consensus import run_consensus
from tests.web.manage.conftest import rows


@pytest.fixture
def script(office):
    import_answers(office.store, project=office.project.id, rows=rows(), actor=None)
    run_consensus(office.store, project=office.project.id, actor=None)
    return office.token("reviewer", "read")


def get(script, path):
    reply = script.get(f"/api/v1/projects/mood/{path}")
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_agreement_comes_with_intervals_verdicts_and_all_the_page_shows(script):
    found = get(script, "agreement")
    assert found["alpha"]["verdict"].startswith("Could be anything from")
    assert {one["name"] for one in found["other_coefficients"]} >= {"percent_agreement", "gwet_ac1", "fleiss_kappa"}
    assert set(found["without_each"]) == {"ann", "bob", "cy"}
    assert found["without_each"]["cy"]["difference"]["verdict"]
    assert found["pairs"]["pairs"][0]["coefficient"]["low"] is not None
    assert found["over_time"] == []


def test_the_consensus_comes_with_its_labels_confidence_and_what_it_is_unlike(script):
    found = get(script, "consensus")
    assert sum(one["items"] for one in found["labels"]) == found["run"]["items"]
    assert sum(one["items"] for one in found["confidence"]) == found["run"]["items"]
    assert set(found["unlike"]) == {"majority", "drawn", "models"}


def test_items_that_it_is_unlike_come_page_by_page(script):
    count = get(script, "consensus")["unlike"]["models"]
    keys, after = [], ""
    while True:
        page = get(script, f"consensus/unlike?why=models&limit=1{after}")
        keys += [one["key"] for one in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(keys) == len(set(keys)) == count


def test_a_list_that_there_is_not_is_refused(script):
    assert 400 <= script.get("/api/v1/projects/mood/consensus/unlike?why=whim").status_code < 500


def test_disagreements_come_with_what_one_more_answer_would_tell_the_most_first(script):
    first = get(script, "disagreements?limit=2")
    told = [one["information"] for one in first["items"]]
    rest = get(script, f"disagreements?after={first['next']}")["items"]
    assert told == sorted(told, reverse=True)
    assert all(one["information"] <= told[-1] for one in rest)
    assert not {one["key"] for one in first["items"]} & {one["key"] for one in rest}


@pytest.mark.parametrize("path", ["agreement", "consensus", "consensus/unlike", "disagreements"])
def test_it_is_in_the_description_of_the_api(script, path):
    paths = script.get("/api/v1/openapi.json").json()["paths"]
    assert paths[f"/api/v1/projects/{{name}}/{path}"]["get"]["description"]
