"""Agreement by label, by guideline version, over time."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from labeling.agreement import by_version, krippendorff_alpha, over_time, per_label, shares_of
from labeling.answers import Answers
from labeling.errors import UnusableAnswers


def table(items, skill, version, *, first=0, seed=0, raters=3):
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.random.default_rng(123).integers(0, 2, 1000)[first : first + items], raters)
    said = np.where(rng.random(len(truth)) < skill, truth, 1 - truth)
    return pd.DataFrame(
        {
            "item": np.repeat(np.arange(first, first + items), raters),
            "annotator": np.tile(np.arange(raters), items),
            "label": said,
            "guideline_version": version,
        }
    )


def test_per_label_is_alpha_of_this_label_against_all_others(krippendorff_c):
    relabelled = Answers.from_columns(
        krippendorff_c.item, krippendorff_c.annotator, [krippendorff_c.labels[k] == 3 for k in krippendorff_c.label]
    )
    assert per_label(krippendorff_c)[3].value == pytest.approx(krippendorff_alpha(relabelled).value)


def test_a_change_is_tested_on_the_items_both_versions_share_and_it_says_so():
    frame = pd.concat([table(100, 0.7, 1), table(100, 0.95, 2, first=60, seed=1)])
    change = by_version(frame).changes[0]
    assert change.difference.on == "the 40 items both versions share"
    assert change.difference.low > 0
    assert change.difference.verdict().startswith("Rose by")


def test_the_change_on_shared_items_is_the_difference_of_their_alphas():
    before, after = table(50, 0.7, 1), table(50, 0.9, 2, seed=1)
    change = by_version(pd.concat([before, after])).changes[0]
    alphas = [krippendorff_alpha(part).value for part in (before, after)]
    assert change.difference.value == pytest.approx(alphas[1] - alphas[0])


def test_a_change_is_tested_on_all_items_where_hardly_any_is_shared_and_it_says_so():
    change = by_version(pd.concat([table(100, 0.7, 1), table(100, 0.95, 2, first=95, seed=1)])).changes[0]
    assert change.difference.on == "all items of each version"
    assert change.difference.low > 0


def test_no_change_is_claimed_where_there_is_none():
    """Of 60 pairs of versions under one and the same skill, about 5 % may seem to differ."""
    changes = [
        by_version(
            pd.concat([table(60, 0.8, 1, seed=s), table(60, 0.8, 2, first=60 * (s % 2), seed=s + 500)]), resamples=300
        )
        for s in range(60)
    ]
    claimed = sum(change.changes[0].difference.low > 0 or change.changes[0].difference.high < 0 for change in changes)
    assert claimed <= 9


def test_versions_go_by_their_number():
    frame = pd.concat([table(5, 0.9, name) for name in ("v10", "v9", "v2")])
    assert [part.version for part in by_version(frame).versions] == ["v2", "v9", "v10"]


def test_one_annotator_may_answer_an_item_again_under_a_new_version():
    frame = pd.concat([table(30, 0.9, 1), table(30, 0.9, 2, seed=3)])
    assert [part.coefficient.answers for part in by_version(frame).versions] == [90, 90]


def test_label_shares_stand_beside_each_version():
    frame = table(40, 0.9, 1)
    assert by_version(frame).versions[0].shares[1] == pytest.approx(frame.label.mean())


def test_an_item_counts_in_the_week_of_its_last_answer():
    frame = pd.DataFrame(
        {
            "item": ["a", "a", "b", "b"],
            "annotator": ["ann", "bob"] * 2,
            "label": ["x", "x", "x", "y"],
            "created_at": ["2024-05-17", "2024-05-20T00:00:00", "2024-05-19T23:59:59Z", "2024-05-18"],
        }
    )
    found = over_time(frame, coefficient="percent_agreement")
    assert [(period.start, period.coefficient.value) for period in found] == [
        (datetime(2024, 5, 13, tzinfo=UTC), 0.0),
        (datetime(2024, 5, 20, tzinfo=UTC), 1.0),
    ]


def test_periods_of_so_many_items_go_in_the_order_of_time():
    frame = table(90, 0.8, 1).assign(time=lambda rows: 1_700_000_000 - rows["item"] * 60)
    found = over_time(frame, every=40)
    assert [period.coefficient.items for period in found] == [40, 40, 10]
    assert found[0].end < found[1].start


def test_times_may_be_the_datetimes_of_a_frame():
    frame = table(10, 0.8, 1).assign(time=pd.Timestamp("2024-02-03 04:05:06", tz="Europe/Berlin"))
    assert over_time(frame, every="month")[0].end == datetime(2024, 3, 1, tzinfo=UTC)


def test_what_is_no_time_is_named():
    with pytest.raises(UnusableAnswers, match="'soon' is no time"):
        over_time(table(3, 1, 1).assign(time="soon"))


def test_a_table_without_versions_says_which_columns_it_has():
    with pytest.raises(
        UnusableAnswers, match=r"no column 'guideline_version'.*the columns are: item, annotator, label"
    ):
        by_version(table(3, 1, 1).drop(columns="guideline_version"))


def test_each_annotators_own_shares_show_who_leans_which_way():
    answers = Answers.from_columns([1, 2, 1, 2], ["ann", "ann", "bob", "bob"], ["x", "x", "x", "y"])
    assert shares_of(answers) == {"ann": {"x": 1.0, "y": 0.0}, "bob": {"x": 0.5, "y": 0.5}}
