"""`decide` and `overlap`, as somebody at a terminal meets them."""


def test_a_decision_is_made_with_its_reason_and_undone_by_its_opposite(labeled):
    name = labeled("audit", "intents", "--json").data[0]["annotator"]
    done = labeled("decide", "intents", name, "exclude", "--reason", "at random")
    assert "exclude" in done.out
    assert labeled("decide", "intents", name, "include", "-r", "a mistake", "--json").data["decision"] == "include"
    again = labeled("decide", "intents", name, "include", "-r", "twice")
    assert again.code != 0
    assert "are not excluded" in again.err


def test_a_requeue_is_withdrawn_and_both_stand_beside_the_annotators_figures(labeled):
    name = labeled("audit", "intents", "--json").data[0]["annotator"]
    asked = labeled("decide", "intents", name, "requeue", "-r", "a second look", "--json").data["items_opened"]
    assert asked > 0
    done = labeled("decide", "intents", name, "withdraw", "-r", "a talk made it clear")
    assert f"{asked} items not asked once more." in done.out
    assert "withdraw by the command line" in labeled("audit", "intents", "--annotator", name).out
    found = labeled("audit", "intents", "--annotator", name, "--json").data["decisions"]
    assert [one["decision"] for one in found][:2] == ["withdraw", "requeue"]
    assert "none was" in labeled("decide", "intents", name, "withdraw", "-r", "twice").err


def test_one_annotator_is_shown_with_all_that_is_known(labeled):
    name = labeled("audit", "intents", "--json").data[0]["annotator"]
    shown = labeled("audit", "intents", "--annotator", name)
    assert "expected accuracy" in shown.out
    assert "What stands out" in shown.out
    missing = labeled("audit", "intents", "--annotator", name + "x")
    assert "Did you mean" in missing.err


def test_overlap_says_where_the_answers_went(labeled):
    found = labeled("overlap", "intents", "--json").data["overlap"]
    assert sum(full + rest for _, full, rest in found["rows"]) == found["items"]
    assert "rule" in labeled("overlap", "intents").out
    refused = labeled("overlap", "intents", "--look")
    assert "gives every item" in refused.err


def test_what_an_error_costs_is_set_label_by_label_and_told(assay):
    assay.project("intents", "--overlap", 3, "--overlap-most", 5, "--cost", "praise=0.5")
    found = assay("overlap", "intents", "--cost", "refund=5", "--json").data
    assert found["costs"] == {"refund": 5.0, "praise": 0.5}
    assert "refund 5 times, praise 0.5 times" in assay("project", "show", "intents").out
    assert assay("overlap", "intents", "--cost", "refund=1", "--json").data["costs"] == {"praise": 0.5}


def test_a_cost_that_makes_no_sense_is_refused_at_the_terminal(assay):
    assay.project()
    assert "Did you mean 'refund'" in assay("overlap", "intents", "--cost", "refnd=5").err
    assert "Give LABEL=NUMBER" in assay("overlap", "intents", "--cost", "refund").err
    assert "Give a number such as 5" in assay("overlap", "intents", "--cost", "refund=dear").err
    assert "from 0.01 to 1,000" in assay("overlap", "intents", "--cost", "refund=nan").err
