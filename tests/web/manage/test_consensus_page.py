"""The page on the consensus: what was chosen and why, how sure, whether that is right, and where to look."""

import re

import pytest

from labeling.services import gold, items
from labeling.services.answers import import_answers
from labeling.services.consensus import run_consensus


def by_auto(team):
    return run_consensus(team.office.store, project=team.office.project.id, actor=None)


@pytest.fixture
def sure(team):
    """The team with thirty gold items that three annotators answered, so that confidence can be checked."""
    office = team.office
    known = {f"g{number}": "good" if number % 2 else "bad" for number in range(30)}
    rows = [{"id": key, "text": "t"} for key in known]
    items.import_items(office.store, project=office.project.id, rows=rows, actor=None)
    office.store.write(gold.set_gold, project=office.project.id, answers=known, actor=None)
    said = [
        {"item": key, "annotator": who, "label": label if place or int(key[1:]) % 4 else "good"}
        for key, label in known.items()
        for place, who in enumerate(("ann", "bob", "cy"))
    ]
    import_answers(office.store, project=office.project.id, rows=said, actor=None)
    return team, by_auto(team)


def test_it_says_which_method_was_taken_and_why(team):
    by_auto(team)
    page = team.see("agreement/consensus")
    assert "Mean of three models, the default." in page
    assert "No single model is safe on all data" in page
    run_consensus(team.office.store, project=team.office.project.id, method="majority", actor=None)
    assert "as was asked for. Every answer counts the same; the label with most votes wins." in team.see(
        "agreement/consensus"
    )


def test_each_model_says_on_how_many_items_it_would_have_said_otherwise(team):
    run, page = by_auto(team), team.see("agreement/consensus")
    for model in run.diagnostics["members"]:
        assert re.search(rf"{model['title']} [^\d]*{model['differs']} ", page), model["title"]


@pytest.mark.parametrize(
    ("why", "condition"),
    [
        ("majority", "answer != majority AND NOT is_majority_tie"),
        ("drawn", "is_majority_tie"),
        ("models", "models_unlike > 0"),
    ],
)
def test_a_list_has_as_many_items_as_the_figure_that_leads_to_it(team, why, condition):
    by_auto(team)
    count = team.sql(f"SELECT count(*) FROM agreed WHERE {condition}")
    page = team.manager.get(f"/projects/mood/agreement/consensus?unlike={why}").text
    assert page.split('id="look"')[1].count('<tr role="row" data-href') == count
    found = re.search(rf'<a href="[^"]*unlike={why}#look">(\d+)</a>', page)
    assert int(found[1]) == count


def test_a_list_that_there_is_not_is_refused_in_words(team):
    assert "Known are: majority, drawn, models." in team.see("agreement/consensus?unlike=all", 400)


def test_confidence_is_counted_over_all_items_that_have_one(team):
    by_auto(team)
    page = team.see("agreement/consensus")
    bands = re.findall(r"(?:0|\.\d+) to (?:1|\.\d+) (\d+) [\d.]+\s%", page)
    assert sum(int(one) for one in bands) == team.sql("SELECT count(*) FROM agreed WHERE confidence IS NOT NULL")


def test_without_enough_gold_it_says_why_nothing_can_be_checked(team):
    by_auto(team)
    page = team.see("agreement/consensus")
    assert "tempered, not checked" in page
    assert "That takes 20 gold items that annotators answered; the consensus had 10 such items." in page


def test_with_gold_there_is_a_reliability_diagram_with_its_table(sure):
    team, run = sure
    check = run.diagnostics["gold_check"]["after"]
    html = team.manager.get("/projects/mood/agreement/consensus").text
    page = team.see("agreement/consensus")
    assert "calibrated on gold" in page
    figure = html.split('<figure class="reliability">')[1].split("</figure>")[0]
    assert figure.count("<circle") == len(check["bins"])
    assert sum(int(one) for one in re.findall(r'<td class="number">(\d+)</td></tr>', figure)) == check["count"]
    assert f"On {check['count']} gold items it says" in page


def test_where_nothing_identifies_it_confidence_is_hidden_and_the_page_says_why(office, read):
    rows = [{"item": f"i{number}", "annotator": "ann", "label": "good"} for number in range(12, 30)]
    import_answers(office.store, project=office.project.id, rows=rows, actor=None)
    run_consensus(office.store, project=office.project.id, actor=None)
    page = read(office.sign_in("manager").get("/projects/mood/agreement/consensus").text)
    assert "No confidence is shown: no item has two answers or more" in page
    assert "Items by confidence" not in page


def test_a_reviewer_reads_it_and_is_not_offered_to_compute_it(team, read):
    page = read(team.office.sign_in("reviewer").get("/projects/mood/agreement/consensus").text)
    assert "What was chosen, and why" in page
    assert "Compute" not in page
