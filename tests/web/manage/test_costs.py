"""What an error costs in each class, as a manager sets it on the page of overlap, by the API and at the terminal."""

import pytest

API = "/api/v1/projects/mood"
ADAPTIVE = {"overlap": 2, "overlap_most": 5, "target": 0.9}


@pytest.fixture
def adaptive(team):
    assert team.manager.patch(API, json=ADAPTIVE).status_code == 200
    return team


def test_a_dear_class_is_set_on_the_page_which_says_what_it_changes_and_looks_at_once(adaptive):
    adaptive.follow(adaptive.send("overlap"))
    before = adaptive.sql("SELECT sum(wanted) FROM items WHERE pool = 'work'")
    page = adaptive.follow(adaptive.send("overlap/costs", **{"cost.good": "1", "cost.bad": "40,5"}))
    assert "Missing an item of bad counts 40.5 times an ordinary error" in page
    assert "at most 0.25 %, instead of 10 %" in page
    assert adaptive.sql("SELECT count(*) FROM log WHERE action = 'route_overlap'") == 2
    assert adaptive.sql("SELECT sum(wanted) FROM items WHERE pool = 'work'") > before
    assert adaptive.manager.get(API).json()["costs"] == {"bad": 40.5}
    assert "40.5" in adaptive.see("log")


@pytest.mark.parametrize(
    ("typed", "says"),
    [("-3", "from 0.01 to 1,000"), ("nan", "from 0.01 to 1,000"), ("dear", "Give a number"), ("1e9", "from 0.01 to")],
)
def test_a_cost_that_makes_no_sense_is_refused_and_what_was_typed_stays(adaptive, typed, says):
    reply = adaptive.manager.post("/projects/mood/overlap/costs", data={"cost.good": "7", "cost.bad": typed})
    assert reply.status_code == 400
    assert says in reply.text
    assert f'value="{typed}"' in reply.text
    assert 'value="7"' in reply.text
    assert adaptive.manager.get(API).json()["costs"] is None


def test_a_label_that_was_renamed_meanwhile_is_refused_with_the_nearest(adaptive):
    assert "Did you mean 'good'" in adaptive.send("overlap/costs", 400, **{"cost.goood": "2"})


def test_a_reviewer_reads_the_costs_and_has_no_form(adaptive):
    adaptive.manager.patch(API, json={"costs": {"bad": 5}})
    page = adaptive.office.sign_in("reviewer").get("/projects/mood/overlap").text
    assert "counts 5 times an ordinary error" in page
    assert "cost.bad" not in page


def test_costs_without_more_answers_for_doubt_are_kept_and_said_to_change_nothing(team):
    assert "What an error costs" not in team.see("overlap")
    team.manager.patch(API, json={"costs": {"bad": 5}})
    assert "Now it changes nothing: every item gets 3 answers" in team.see("overlap")
    assert team.send("overlap/costs", **{"cost.bad": ""}) == "/projects/mood/overlap"
    assert team.manager.get(API).json()["costs"] is None


def test_a_kind_without_classes_is_not_offered_costs_and_the_page_says_so(office, read):
    admin = office.sign_in("admin")
    tree = {"tree": [{"name": "plant"}, {"name": "animal"}]}
    made = admin.post(
        "/api/v1/projects", json={"name": "life", "question": "What?", "kind": "taxonomy", "options": tree, **ADAPTIVE}
    )
    assert made.status_code == 201, made.text
    page = read(admin.get("/projects/life/overlap").text)
    assert "answers of the kind taxonomy are no classes" in page
    assert "Save and look now" not in page
    refused = admin.patch("/api/v1/projects/life", json={"costs": {"plant": 2}})
    assert refused.status_code == 400
    assert "Leave the costs out" in refused.text


@pytest.mark.parametrize("body", ['{"costs": {"bad": NaN}}', '{"costs": {"bad": -1}}', '{"costs": {"bda": 2}}'])
def test_the_api_refuses_what_makes_no_sense(team, body):
    reply = team.manager.patch(API, content=body, headers={"content-type": "application/json"})
    assert reply.status_code in {400, 422}
    assert team.manager.get(API).json()["costs"] is None


def test_a_project_is_made_with_costs_by_the_api(office):
    admin = office.sign_in("admin")
    given = {"name": "tone", "question": "Q?", "kind": "rating", "options": {"low": 1, "high": 3}, "costs": {"3": 4}}
    assert admin.post("/api/v1/projects", json=given).json()["costs"] == {"3": 4.0}
