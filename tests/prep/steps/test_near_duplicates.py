"""near_duplicates: texts that are nearly the same, found and verified."""

import random

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import prep
from prep.minhash import alike, bands_for, grams_of, likeness


def clusters(texts, **parameters):
    found = prep.near_duplicates(pl.DataFrame({"t": texts}), "t", **parameters)["cluster"].to_list()
    return [found.index(one) if one is not None else None for one in found]


def true_likeness(one, other, n=3):
    first, second = ({text[at : at + n] for at in range(max(1, len(text) - n + 1))} for text in (one, other))
    return len(first & second) / len(first | second)


def test_case_and_spaces_do_not_count_and_missing_has_no_cluster():
    assert clusters(["Where is my parcel?", "where  is MY parcel?", None, "Cancel the order"]) == [0, 0, None, 3]


def test_texts_linked_by_others_are_one_cluster():
    assert clusters(["abcdefghij", "abcdefghijk", "abcdefghijkl", "zzz"], threshold=0.85) == [0, 0, 0, 3]


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_jaccards(one, other):
    padded = [text.ljust(3, "\x00") for text in (one, other)]
    got = likeness(grams_of([one, other], 3), np.array([0]), np.array([1]))[0]
    assert got == pytest.approx(true_likeness(*padded))


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 0.9, 0.99])
def test_the_bands_miss_one_in_a_thousand_at_the_threshold(threshold):
    bands, rows = bands_for(threshold)
    assert (1 - threshold**rows) ** bands <= 0.001


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.9])
def test_the_clusters_are_those_of_comparing_every_pair(threshold):
    draw = random.Random(5)
    texts = ["".join(draw.choices("abcde ", k=30)) for _ in range(60)]
    texts += ["".join(char if draw.random() > 0.04 else "x" for char in text) for text in texts]
    first, second = np.triu_indices(len(texts), 1)
    near = likeness(grams_of(texts, 3), first, second) >= threshold
    parent = list(range(len(texts)))
    for a, b in zip(first[near].tolist(), second[near].tolist(), strict=True):
        low, high = sorted((parent[a], parent[b]))
        parent = [low if one == high else one for one in parent]
    found = alike(texts, threshold).tolist()
    assert [found.index(one) for one in found] == [parent.index(one) for one in parent]


def test_a_crowd_of_the_same_text_is_found_without_comparing_each_with_each():
    texts = [f"thank you for your order number {n}" for n in range(3000)]
    assert len(set(clusters(texts, threshold=0.6))) == 1


def test_the_order_of_rows_does_not_matter():
    texts = ["the quick brown fox", "the quick brown fox!", "a dog", "a dog."]
    found = [
        prep.near_duplicates(pl.DataFrame({"t": some}), "t", threshold=0.7).sort("t") for some in (texts, texts[::-1])
    ]
    assert found[0].equals(found[1])


def test_one_of_each_is_kept_by_dropping_duplicates_of_the_cluster():
    frame = prep.near_duplicates(pl.DataFrame({"t": ["Where is my parcel?", "where is my parcel", "Hello"]}), "t")
    assert prep.drop_duplicates(frame, "cluster")["t"].to_list() == ["Where is my parcel?", "Hello"]


@pytest.mark.parametrize("parameters", [{"threshold": 0.1}, {"threshold": 1.5}, {"gram": 0}])
def test_parameters_without_meaning_are_refused(parameters):
    with pytest.raises(prep.PrepError, match="near_duplicates"):
        prep.step("near_duplicates", column="t", **parameters)


def test_on_spark_the_report_says_that_the_texts_came_to_the_driver(spark):
    frame = spark.createDataFrame(pl.DataFrame({"t": ["Where is my parcel?", "where is my parcel"]}).to_arrow())
    result = prep.near_duplicates.run(frame, "t")
    assert "the texts of all rows came to Spark's driver to be compared" in result.change.notes
    here = prep.near_duplicates.run(pl.DataFrame({"t": ["Where is my parcel?"]}), "t")
    assert not any("driver" in note for note in here.change.notes)
