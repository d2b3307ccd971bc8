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


def refused(script, path):
    reply = script.get(f"/api/v1/projects/mood/{path}")
    assert reply.status_code == 400, reply.text
    return reply.json()["error"]["message"]


def test_agreement_by_a_coefficient_of_choice_is_what_the_command_line_prints(script):
    whole = get(script, "agreement?coefficient=gwet_ac1&resamples=200")["rows"]
    others = {one["name"]: one["value"] for one in get(script, "agreement")["other_coefficients"]}
    assert [(one["name"], one["value"]) for one in whole] == [("gwet_ac1", others["gwet_ac1"])]


def test_agreement_can_be_broken_down(script):
    found = get(script, "agreement?by=label&coefficient=fleiss_kappa")
    assert (found["by"], {one["label"] for one in found["rows"]}) == ("label", {"good", "bad"})


def test_the_interval_is_resampled_as_often_as_is_asked(script):
    few, many = (get(script, f"agreement?resamples={count}")["rows"][0] for count in (100, 2000))
    assert few["value"] == many["value"]
    assert few["low"] != many["low"]


def test_the_audit_takes_the_accuracy_that_is_wanted(script):
    low, high = (
        {one["annotator"]: one["below"] for one in get(script, f"audit?threshold={share}")["standings"]}
        for share in (0.2, 0.9)
    )
    assert low.keys() == high.keys() == {"ann", "bob", "cy"}
    assert get(script, "audit?threshold=0.7") == get(script, "audit")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("agreement?coefficient=zz", "There is no coefficient 'zz'. Those that there are: krippendorff_alpha"),
        ("agreement?resamples=5", "resamples: Input should be greater than or equal to 100"),
        ("agreement?by=weather", "'label', 'version'"),
        ("audit?threshold=7", "threshold: Input should be less than 1"),
        ("audit?treshold=.7", "There is no parameter 'treshold' here. Those that there are: threshold."),
        ("consensus?seed=1", "There is no parameter 'seed' here. This call takes none."),
        ("jobs?colour=red", "There is no parameter 'colour' here"),
    ],
)
def test_a_parameter_that_is_unknown_or_out_of_range_is_refused_with_the_choices(script, path, says):
    assert says in refused(script, path)


def test_so_it_is_at_the_desk(office):
    reply = office.sign_in("annotator").get("/api/v1/projects/mood/desk/mine?limitt=3")
    assert (reply.status_code, "before, limit" in reply.text) == (400, True)
