"""What counts as drift between two frames, and what does not."""

import datetime as dt
import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from prep.drift import Thresholds, drift_between
from prep.drift.page import drift_page
from prep.errors import UnknownColumn, UnusableParameter
from prep.profile import Profile, profile_of

SAID = ["parcel", "late", "refund", "thanks", "broken", "order", "never", "came"]


def frame(rows=600, *, seed=0, shift=0.0, labels=(0.6, 0.3, 0.1), gap=0.0, more=""):
    chance = np.random.default_rng(seed)
    amount = chance.normal(50 + shift, 10, rows)
    texts = [" ".join(chance.choice(SAID, 6)) + (more if n % 2 else "") for n in range(rows)]
    return pl.DataFrame(
        {
            "id": [f"{seed}-{n}" for n in range(rows)],
            "amount": np.where(chance.random(rows) < gap, None, amount).tolist(),
            "label": chance.choice(["a", "b", "c"], rows, p=labels),
            "text": texts,
            "at": [dt.datetime(2025, 1, 1) + dt.timedelta(minutes=int(m)) for m in chance.integers(0, 9999, rows)],  # noqa: DTZ001
        },
        schema_overrides={"amount": pl.Float64},
    )


def drifted(old, new, **more):
    return {one.name for one in drift_between(old, new, **more).drifted}


def test_a_frame_against_itself_has_not_drifted():
    found = drift_between(frame(), frame())
    assert not found.has_drifted
    assert {one.psi for one in found.columns} <= {0.0, None}
    assert {one.statistic for one in found.columns} <= {0.0, None}


def test_two_samples_of_one_distribution_have_not_drifted():
    assert drifted(frame(seed=1), frame(seed=2)) == set()


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"shift": 8}, "amount", "its distribution changed: KS"),
        ({"labels": (0.2, 0.3, 0.5)}, "label", "its values changed"),
        ({"gap": 0.2}, "amount", "0.0% was missing"),
        ({"more": " chatbot"}, "text", "'chatbot' stood in 0% of the texts, stands in 50%"),
    ],
)
def test_a_change_is_found_in_its_column_alone_and_said(change, column, words):
    found = drift_between(frame(seed=1), frame(seed=2, **change))
    assert [one.name for one in found.drifted] == [column]
    assert words in str(found)


def test_with_many_rows_a_significant_trifle_is_no_drift():
    chance = np.random.default_rng(5)
    old, new = ({"x": chance.normal(shift, 1, 100_000)} for shift in (0, 0.05))
    found = drift_between(old, new)
    assert found.columns[0].p_adjusted < 1e-9
    assert not found.has_drifted
    assert drift_between(old, new, thresholds=Thresholds(ks=0.01)).has_drifted


def test_numbers_are_compared_as_scipy_does():
    old, new = frame(seed=1), frame(seed=2, shift=3)
    one = next(one for one in drift_between(old, new).columns if one.name == "amount")
    wanted = stats.ks_2samp(old["amount"], new["amount"], method="asymp")
    assert (one.statistic, one.p) == pytest.approx((wanted.statistic, wanted.pvalue))


@settings(deadline=None, max_examples=10)
@given(st.floats(0.001, 1000), st.floats(-1000, 1000))
def test_no_scale_and_no_origin_matters(scale, origin):
    chance = np.random.default_rng(6)
    old, new = chance.integers(0, 400, 300) / 8, chance.integers(20, 420, 300) / 8
    plain, moved = (
        drift_between({"x": a}, {"x": b}).columns[0]
        for a, b in ((old, new), (old * scale + origin, new * scale + origin))
    )
    assert (moved.statistic, moved.psi, moved.js) == pytest.approx((plain.statistic, plain.psi, plain.js))
    assert moved.shift == pytest.approx(plain.shift, rel=1e-6)


def test_which_frame_is_older_matters_to_neither_test_nor_effect():
    old, new = frame(seed=1), frame(seed=2, shift=3, labels=(0.4, 0.4, 0.2), more=" x")
    ways = [{one.name: one for one in drift_between(*pair).columns} for pair in ((old, new), (new, old))]
    for name in ("amount", "label", "text", "at"):
        there, back = (way[name] for way in ways)
        assert (there.statistic, there.p) == pytest.approx((back.statistic, back.p))
    assert ways[0]["label"].js == pytest.approx(ways[1]["label"].js)
    assert ways[0]["label"].psi == pytest.approx(ways[1]["label"].psi)


def test_a_kept_profile_stands_for_its_frame():
    old, new = frame(seed=1), frame(seed=2, shift=8, labels=(0.2, 0.3, 0.5), more=" chatbot")
    kept = Profile.from_json(json.loads(json.dumps(profile_of(old).as_json())))
    assert drifted(kept, new) == drifted(old, new) == drifted(kept, profile_of(new)) == {"amount", "label", "text"}
    assert not drift_between(kept, old).has_drifted
    assert not drift_between(old, kept).has_drifted


@pytest.mark.parametrize("kind", [pl.DataFrame.lazy, pl.DataFrame.to_arrow, pl.DataFrame.to_pandas])
def test_frames_of_two_engines_are_compared(kind):
    assert drift_between(frame(), kind(frame())).headline == "No drift in 5 columns"


def test_columns_that_come_go_or_change_their_type_are_told():
    found = drift_between({"a": [1], "b": [1], "c": ["1"]}, {"a": [1], "c": [1], "d": [1]})
    assert (found.added, found.removed, found.retyped) == (["d"], ["b"], [("c", "String", "Int64")])
    assert found.schema_changed
    assert (found.fails(["schema"]), found.fails(["never"]), found.fails(["a"]), found.fails(["b"])) == (
        True,
        False,
        False,
        True,
    )
    with pytest.raises(UnusableParameter, match="Did you mean 'schema'"):
        found.fails(["shema"])


def test_ids_are_compared_by_their_gaps_alone_and_say_why():
    one = next(one for one in drift_between(frame(seed=1), frame(seed=2)).columns if one.name == "id")
    assert (one.test, "as in an id" in one.note, one.missing_p) == ("", True, 1.0)


def test_chance_alone_raises_an_alarm_at_most_as_often_as_was_said():
    """A smaller run of the one in tests/bench/bench_profile.py; 5 % of 120 is 6, of which 13 are two in a thousand."""
    chance = np.random.default_rng(7)
    every = Thresholds(psi=0, ks=0, js=0, words=0, missing=0)
    alarms = 0
    for _ in range(120):
        pair = [{"x": chance.normal(size=150), "k": chance.choice(["a", "b"], 150, p=[0.8, 0.2])} for _ in range(2)]
        alarms += drift_between(*pair, thresholds=every).has_drifted
    assert alarms <= 13


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {}),
        ({"a": []}, {"a": [1]}),
        ({"a": [None]}, {"a": [None]}),
        ({"a": [None, None]}, {"a": [1, 2]}),
        ({"a": [[1]]}, {"a": [[2]]}),
        ({"a": [float("nan"), float("inf")]}, {"a": [1.0, 2.0]}),
        ({"a": [3] * 50}, {"a": [3] * 49 + [4]}),
        ({"a": ["x" * 100_000]}, {"a": ["y"]}),
        ({"a": [str(n) for n in range(2000)]}, {"a": ["x"] * 2000}),
    ],
)
def test_odd_frames_are_compared_without_an_error(old, new):
    found = drift_between(old, new)
    assert json.dumps(found.as_json(), allow_nan=False)
    assert drift_page(found).startswith("<!doctype html>")


def test_a_threshold_or_a_column_without_meaning_is_refused():
    for bad in ({"alpha": 2}, {"ks": -0.1}, {"psi": float("inf")}, {"js": "x"}):
        with pytest.raises(UnusableParameter, match="has no meaning"):
            Thresholds(**bad)
    with pytest.raises(UnknownColumn, match="Did you mean 'label'"):
        drift_between({"label": [1]}, {"label": [1]}, columns=["lable"])
