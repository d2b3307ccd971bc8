"""What changed between two snapshots."""

import warnings

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prep.errors import UnknownSnapshot, UnusableFrame
from prep.shifts import shift


@pytest.fixture
def diff(freeze, store):
    def between(before, after):
        first, second = freeze(before), freeze(after)
        return store.diff(first.ref, second.ref)

    return between


def test_rows_added_removed_and_changed_are_told_by_key(diff, items):
    after = pl.concat([items[1:], items[:1].with_columns(id=pl.lit("new"))])
    found = diff(items, after.with_columns(confidence=pl.lit(0.9)))
    assert [frame["id"].to_list() for frame in (found.added, found.removed, found.changed)] == [
        ["new"],
        ["a"],
        ["b", "c"],
    ]
    assert found.cells == {"confidence": 2}


def test_labels_that_flipped_are_counted_from_and_to(diff, items):
    found = diff(items, items.with_columns(label=pl.Series(["y", "x", "x"])))
    assert found.flips.to_dicts() == [{"from": "y", "to": "x", "rows": 2}, {"from": "x", "to": "y", "rows": 1}]


def test_columns_that_came_and_went_are_named(diff, items):
    found = diff(items, items.rename({"text": "body"}))
    assert (found.new_columns, found.gone_columns, found.changed.height) == (["body"], ["text"], 0)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ([None], [None], 0),
        ([None], [0], 1),
        ([float("nan")], [float("nan")], 0),
        ([0.5], [float("nan")], 1),
        ([1], [1.0], 0),
        ([1], ["1"], 1),
        ([["a"]], [["a"]], 0),
        ([["a"]], [["a", "b"]], 1),
        ([{"p": 1.0}], [{"p": 2.0}], 1),
        ([[]], [None], 1),
    ],
)
def test_values_are_compared_as_a_person_would(diff, before, after, changed):
    found = diff({"id": [1], "v": before, "w": [1]}, {"id": [1], "v": after, "w": [2]})
    assert found.cells.get("v", 0) == changed


def test_a_snapshot_does_not_differ_from_itself(diff, items):
    found = diff(items, items)
    assert found.is_empty
    assert "hold the same 3 rows" in str(found)


def test_the_report_can_be_read(diff, items):
    text = str(diff(items, items.with_columns(label=pl.lit("y"))[:2]))
    assert "1 removed" in text
    assert "1 values changed in 'label'" in text
    assert "1 × 'x' → 'y'" in text


ROWS = st.dictionaries(st.integers(0, 9), st.sampled_from(["x", "y"]) | st.none(), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(ROWS, ROWS)
def test_the_difference_is_the_one_python_finds(diff, before, after):
    def frame(rows):
        return pl.DataFrame({"id": list(rows), "label": pl.Series(list(rows.values()), dtype=pl.String)})

    found = diff(frame(before), frame(after))
    assert found.added["id"].to_list() == sorted(after.keys() - before.keys())
    assert found.removed["id"].to_list() == sorted(before.keys() - after.keys())
    assert found.changed["id"].to_list() == sorted(k for k in before.keys() & after.keys() if before[k] != after[k])
    assert found.flips["rows"].sum() == found.changed.height


def test_tables_named_by_other_keys_are_not_compared(store, items, now):
    first = store.commit("p", {"items": items}, keys={"items": ["id"]}, about={}, created_at=now)
    second = store.commit("p", {"items": items}, keys={"items": ["id", "label"]}, about={}, created_at=now)
    with pytest.raises(UnusableFrame, match="names its rows by id, .* by id, label"):
        store.diff(first.ref, second.ref)


def test_a_table_that_is_not_there_is_said(freeze, store):
    freeze()
    with pytest.raises(UnknownSnapshot):
        store.diff("colours", "colours", table="annotations")


def test_the_labels_before_and_after_are_counted_and_the_shift_is_measured(diff, items):
    found = diff(items, items.with_columns(label=pl.Series(["y", "y", "y"])))
    assert found.labels == [{"value": "y", "before": 2, "after": 3}, {"value": "x", "before": 1, "after": 0}]
    assert [(one.column, one.measure, round(one.distance, 3)) for one in found.shifts] == [
        ("label", "variation", 0.333)
    ]
    assert "labels: y 2 → 3, x 1 → 0" in str(found)
    assert found.as_dict()["shifts"][0]["distance"] == pytest.approx(1 / 3)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-9, 9), min_size=3, max_size=50), st.lists(st.floats(-9, 9), min_size=3, max_size=50))
def test_the_shift_of_numbers_is_the_distance_that_scipy_finds(before, after):
    from scipy.stats import ks_2samp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its p-value, which is not asked for
        wanted = ks_2samp(before, after, method="asymp").statistic
    assert shift(pl.Series(before), pl.Series(after)).distance == pytest.approx(float(wanted))


def test_what_is_alike_did_not_shift_and_what_shares_nothing_shifted_wholly():
    assert shift(pl.Series(["a", None, "b"]), pl.Series(["b", "a"])).distance == 0
    assert shift(pl.Series(["a"]), pl.Series(["b"])).distance == 1
    assert shift(pl.Series([1, 2]), pl.Series([3.5])).distance == 1
    assert shift(pl.Series([[1]]), pl.Series([[1]])) is None
