"""The seven data tests of the ML Test Score, computed, with their evidence."""

from datetime import timedelta

import polars as pl
import pytest

from prep.readiness import TITLES, Ancestor, assess, gain, readiness

WORDS = {"refund": "please give me my money back", "delivery": "where is the parcel I ordered"}


@pytest.fixture
def labeled():
    labels = ["refund", "delivery"] * 60
    return pl.DataFrame(
        {
            "id": range(120),
            "text": [f"{WORDS[label]} {n}" for n, label in enumerate(labels)],
            "noise": [n * 7919 % 101 for n in range(120)],
            "label": labels,
        }
    )


ALL = {
    "fields": ["text"],
    "check": {"gates": [{"name": "schema of items", "state": "pass"}]},
    "schema": {"columns": ["text"]},
    "budget_bytes": 500,
    "forbidden": ["age"],
    "choices": {"pseudonyms": True},
}


def points(items, about, now, **more):
    found = assess(items, about, created_at=now, **more)
    return {one.name: one.points for one in found.tests}


def test_the_tests_are_the_seven_of_the_paper_in_its_words():
    assert list(TITLES.values()) == [
        "Feature expectations are captured in a schema.",
        "All features are beneficial.",
        "No feature's cost is too much.",
        "Features adhere to meta-level requirements.",
        "The data pipeline has appropriate privacy controls.",
        "New features can be added quickly.",
        "All input feature code is tested.",
    ]


def test_a_dataset_that_meets_all_of_them_has_seven_points(labeled, now):
    before = [Ancestor(now - timedelta(days=20), ["id", "label"])]
    found = assess(labeled.drop("noise"), ALL, created_at=now, ancestors=before)
    assert (found.score, {one.state for one in found.tests}) == (7, {"automatic"})
    assert "text 1.00; the commonest label: 0.50" in found.tests[1].evidence


@pytest.mark.parametrize(
    ("change", "lost", "words"),
    [
        ({"check": {}}, "Data 1", "without a schema"),
        ({"schema": {"columns": []}}, "Data 1", "No expectation is written down of text"),
        ({"check": {"gates": [{"name": "schema of items", "state": "fail"}]}}, "Data 1", "does not pass"),
        ({"fields": ["text", "noise"], "schema": {"columns": ["text", "noise"]}}, "Data 2", "noise alone says no more"),
        ({"budget_bytes": None}, "Data 3", "No budget is set"),
        ({"budget_bytes": 10}, "Data 3", "text takes more than the budget"),
        ({"forbidden": []}, "Data 4", "No requirement is written down"),
        ({"forbidden": ["noise"]}, "Data 4", "noise is in it"),
        ({"choices": {}}, "Data 5", "Number the annotators"),
        ({"pipeline": {"steps": [{"name": "my_step"}]}}, "Data 7", "my_step is tested"),
    ],
)
def test_each_is_lost_alone_and_says_what_is_missing(labeled, now, change, lost, words):
    before = [Ancestor(now - timedelta(days=20), ["id", "text", "label"])]
    found = assess(labeled, ALL | change, created_at=now, ancestors=before)
    assert [one.name for one in found.tests if not one.points] == [lost]
    assert words in next(one.missing for one in found.tests if one.name == lost)


def test_personal_data_in_a_text_costs_the_fifth(labeled, now):
    leaking = labeled.with_columns(
        text=pl.when(pl.col("id") < 3).then(pl.lit("write to ana@example.org")).otherwise("text")
    )
    found = assess(leaking, ALL, created_at=now).tests[4]
    assert found.points == 0
    assert "text: 3 rows" in found.evidence


def test_a_feature_that_took_long_costs_the_sixth(labeled, now):
    old = [Ancestor(now - timedelta(days=200), ["id", "text", "label"])]
    assert points(labeled, ALL, now, ancestors=old)["Data 6"] == 0


def test_what_a_person_attests_is_half_a_point_with_their_words(labeled, now):
    found = assess(
        labeled, ALL | {"budget_bytes": None, "attested": {"Data 3": "measured in March"}}, created_at=now
    ).tests[2]
    assert (found.points, found.state) == (0.5, "by hand")
    assert found.evidence.startswith("Attested: measured in March")


def test_the_naive_bayes_is_the_one_that_scikit_learn_has(labeled):
    """Where scikit-learn is not installed, its figure stands here: MultinomialNB on these counts is right on every row."""
    assert gain(labeled, "text", "label").accuracy == 1.0
    assert not gain(labeled, "noise", "label").is_beneficial


def test_a_snapshot_is_scored_from_what_lies_there(freeze, labeled):
    found = readiness(freeze(labeled))
    assert found.score == 1
    assert found.as_dict()["tests"][0]["state"] == "missing"
    assert "1 of 7 points" in found.verdict
    assert "| Data 1: Feature expectations" in found.as_markdown()
