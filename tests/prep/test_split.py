"""Splitting by a seeded hash of the id: growing the data moves nothing."""

import hashlib
import math

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prep
from prep.errors import UnknownColumn, UnusableFrame, UnusableParameter
from prep.splits import SHARES, UnevenSplit, part_of, split

MANY = pl.DataFrame({"id": range(20_000), "label": ["rare" if n % 20 == 0 else "common" for n in range(20_000)]})


def parts(frame, **how):
    return split(frame, **({"key": "id"} | how))["split"].to_list()


def test_these_ids_are_in_these_parts_for_ever():
    """A change of the hash would move every item of every user: then these fail."""
    assert parts({"id": ["d", "f", "g"]}) == ["validation", "train", "test"]
    letters = "".join(part[1] for part in parts({"id": range(60)}, seed=7))
    assert letters == "rrrrrrrarrarrrrrrrrrrrrrrrrrrrrrarrrrrrrraeearrearrrrrarraer"


def test_the_draw_is_the_one_that_its_documentation_says():
    def drawn(key):
        return int.from_bytes(hashlib.blake2b(key, digest_size=8, key=b"assay split 0").digest(), "big") / 2**64

    keys = [f"item {number}" for number in range(100)]
    wanted = ["train" if (u := drawn(key.encode())) < 0.8 else "validation" if u < 0.9 else "test" for key in keys]
    assert parts({"id": keys}) == wanted


@settings(deadline=None)
@given(st.sets(st.text(), min_size=1), st.sets(st.text()), st.integers())
def test_rows_that_are_added_move_none_that_was_there(there, added, seed):
    before = dict(zip(there, parts({"id": list(there)}, seed=seed), strict=True))
    grown = [*added - there, *there]
    after = dict(zip(grown, parts({"id": grown}, seed=seed), strict=True))
    assert {key: after[key] for key in there} == before


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=3), st.sampled_from("ghi")), min_size=1, unique_by=lambda row: row[0]))
def test_no_group_is_ever_in_two_parts(rows):
    frame = pl.DataFrame(rows, schema={"id": pl.String, "group": pl.String}, orient="row")
    divided = split(frame, key="id", group="group", shares={"a": 0.5, "b": 0.5})
    assert divided.group_by("group").agg(pl.col("split").n_unique())["split"].to_list() == [1] * rows_groups(rows)


def rows_groups(rows):
    return len({group for _, group in rows})


@pytest.mark.parametrize("kind", [pl.DataFrame.lazy, pl.DataFrame.to_arrow, pl.DataFrame.to_pandas])
def test_every_engine_gives_the_same_parts_and_its_own_kind_of_frame(kind):
    frame = kind(MANY.head(500))
    divided = split(frame, key="id")
    assert type(divided) is type(frame)
    assert prep.frames.to_polars(divided)["split"].to_list() == parts(MANY.head(500))


def test_a_number_and_its_text_are_one_key():
    assert parts({"id": [1, 2, 3]}) == parts({"id": ["1", "2", "3"]})


def test_the_shares_come_out_as_wanted_overall_and_in_each_stratum():
    divided = split(MANY, key="id", stratify="label")
    for label, size in MANY["label"].value_counts().iter_rows():
        for part, share in SHARES.items():
            there = divided.filter((pl.col("label") == label) & (pl.col("split") == part)).height
            assert abs(there - share * size) < 4 * math.sqrt(size * share * (1 - share))


def test_another_seed_draws_anew_and_independently():
    first, second = parts(MANY, seed=0), parts(MANY, seed=1)
    both = sum(a == b == "test" for a, b in zip(first, second, strict=True))
    assert 120 < both < 280  # a tenth of a tenth of 20,000 is 200


def test_a_label_that_changes_moves_no_row():
    other = MANY.with_columns(label=pl.col("label").reverse())
    assert parts(MANY, stratify="label") == parts(other, stratify="label")


def test_a_stratum_that_is_missing_from_a_part_is_said():
    frame = {"id": range(200), "label": ["x"] * 200, "group": ["one"] * 200}
    with pytest.warns(UnevenSplit, match="None of the 200 rows with label='x' is in"):
        split(frame, key="id", group="group", stratify="label")


def test_a_compound_key_is_told_apart_by_its_parts():
    assert len(set(parts({"a": ["x"] * 40, "b": list(map(str, range(40)))}, key=["a", "b"]))) > 1
    assert part_of(["ab", "c"], seed=3) == parts({"a": ["ab"], "b": ["c"]}, key=["a", "b"], seed=3)[0]


def test_a_share_of_nothing_gets_nothing():
    assert set(parts(MANY.head(1000), shares={"train": 1.0, "test": 0.0})) == {"train"}


def test_the_input_is_not_altered():
    frame = pd.DataFrame({"id": [1, 2]})
    split(frame, key="id")
    assert list(frame.columns) == ["id"]


@pytest.mark.parametrize(
    ("frame", "how", "error", "words"),
    [
        ({"id": [1]}, {"key": "idd"}, UnknownColumn, "Did you mean 'id'"),
        ({"id": [1]}, {"key": "id", "stratify": "label"}, UnknownColumn, "no column 'label'"),
        ({"id": [1, None]}, {"key": "id"}, UnusableFrame, "Row 2: column 'id' is empty"),
        ({"id": [1.5]}, {"key": "id"}, UnusableFrame, "names rows unreliably"),
        ({"id": [1], "split": ["x"]}, {"key": "id"}, UnusableFrame, "There is a column 'split' already"),
        ({"id": [1]}, {"key": "id", "shares": {"a": 0.5}}, UnusableParameter, "add up to 0.5"),
        ({"id": [1]}, {"key": "id", "shares": {"a": 1.5, "b": -0.5}}, UnusableParameter, "a fraction from 0 to 1"),
        ({"id": [1]}, {"key": "id", "shares": {}}, UnusableParameter, "a fraction from 0 to 1"),
        ({"id": [1]}, {"key": "id", "seed": "x"}, UnusableParameter, "no whole number"),
    ],
)
def test_what_cannot_be_split_is_refused(frame, how, error, words):
    with pytest.raises(error) as caught:
        split(frame, **how)
    assert words in str(caught.value)
