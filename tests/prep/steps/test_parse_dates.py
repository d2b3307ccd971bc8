"""parse_dates: dates out of text, and none guessed."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import prep


def result(texts, **parameters):
    return prep.parse_dates.run(pl.DataFrame({"d": texts}, schema={"d": pl.String}), "d", **parameters)


def read(*texts, **parameters):
    return result(list(texts), **parameters).frame["d"].to_list()


def reasons(*texts, **parameters):
    quarantine = result(list(texts), **parameters).change.quarantine
    return dict(quarantine.select("value", "reason").iter_rows())


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026-3-4",
        "2026/03/04",
        "2026.03.04",
        "20260304",
        "4 March 2026",
        "4 Mar 2026",
        "04-Mar-2026",
        "March 4, 2026",
        "Mar. 4th, 2026",
        " 2026-03-04 ",
    ],
)
def test_a_day_is_read_as_it_may_be_written(text):
    assert read(text) == [date(2026, 3, 4)]


@pytest.mark.parametrize("text", ["04/03/2026", "4.3.2026", "04-03-2026", "4/3/26"])
def test_the_day_comes_first_when_said(text):
    assert read(text, day_first=True) == [date(2026, 3, 4)]
    assert read(text, day_first=False) == [date(2026, 4, 3)]


def test_one_value_of_13_or_more_tells_which_is_the_day():
    found = result(["03/04/2026", "25/12/2026"])
    assert found.frame["d"].to_list() == [date(2026, 4, 3), date(2026, 12, 25)]
    assert found.change.facts == {"day_first": {"d": True}, "evidence": {"d": [1, 0]}}
    assert read("03/04/2026", "12/25/2026") == [date(2026, 3, 4), date(2026, 12, 25)]


def test_where_nothing_tells_the_ambiguous_are_set_aside_and_not_guessed():
    assert read("03/04/2026", "05/05/2026") == [None, date(2026, 5, 5)]
    assert reasons("03/04/2026", "05/05/2026") == {"03/04/2026": "could be either way; say day_first"}


def test_where_values_contradict_only_the_clear_ones_are_read():
    assert read("25/12/2026", "12/25/2026", "03/04/2026") == [date(2026, 12, 25), date(2026, 12, 25), None]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-02-30", "is no such day or time"),
        ("31/04/2026", "is no date, the day first"),
        ("13/13/2026", "is no date, the day first"),
        ("soon", "is no date"),
        ("26-01-05x", "is no date"),
        ("2026-01-05 10:30", "has a time of day; say to='datetime'"),
    ],
)
def test_what_is_no_day_is_set_aside_with_the_reason(text, reason):
    assert reasons(text, day_first=True) == {text: reason}


def test_a_year_of_two_digits_lies_between_1970_and_2069():
    assert read("1/2/69", "1/2/70", day_first=True) == [date(2069, 2, 1), date(1970, 2, 1)]


def test_midnight_is_no_time_of_day():
    assert read("2026-01-05T00:00:00") == [date(2026, 1, 5)]


@pytest.mark.parametrize(
    "text", ["2026-01-05 15:04", "2026-01-05T15:04:00", "5/1/2026 3:04 PM", "5 Jan 2026 15:04:00.000"]
)
def test_times_are_read(text):
    assert read(text, to="datetime", day_first=True) == [datetime(2026, 1, 5, 15, 4)]  # noqa: DTZ001


@pytest.mark.parametrize("text", ["2026-01-05 24:00", "2026-01-05 10:60", "2026-01-05 13:00 PM"])
def test_an_hour_that_there_is_not_is_set_aside(text):
    assert read(text, to="datetime") == [None]


def test_an_offset_needs_a_zone_to_go_to():
    assert reasons("2026-01-05T10:00:00+02:00", to="datetime")["2026-01-05T10:00:00+02:00"].startswith("has an offset")
    assert read(
        "2026-01-05T10:00:00+02:00", "2026-01-05T10:00:00Z", "2026-01-05 10:00", to="datetime", timezone="UTC"
    ) == [datetime(2026, 1, 5, hour, tzinfo=UTC) for hour in (8, 10, 10)]


def test_an_hour_that_clocks_skip_is_set_aside():
    assert read("2026-03-29 02:30", to="datetime", timezone="Europe/Rome") == [None]


def test_own_formats_are_tried_in_order_and_nothing_else():
    assert read("05|01|26", "2026-01-05", formats=["%d|%m|%y"]) == [date(2026, 1, 5), None]


def test_a_column_of_dates_is_left_alone_and_one_of_numbers_refused():
    frame = pl.DataFrame({"d": [date(2026, 1, 5)], "n": [1]})
    assert prep.parse_dates(frame, "d").equals(frame)
    with pytest.raises(prep.PrepError, match="parse_dates reads text"):
        prep.parse_dates(frame, "n")


def test_a_zone_that_there_is_not_is_refused():
    with pytest.raises(prep.PrepError, match="There is no time zone 'Rome'"):
        prep.step("parse_dates", columns="d", to="datetime", timezone="Rome")


def test_what_was_learned_in_training_holds_when_serving():
    fitted = prep.step("parse_dates", columns="d").fit(pl.DataFrame({"d": ["25/12/2026"]}))
    assert fitted.run(pl.DataFrame({"d": ["03/04/2026"]})).frame["d"].to_list() == [date(2026, 4, 3)]


@given(
    st.dates(date(1000, 1, 1)),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%Y/%m/%d"]),
)
def test_every_day_comes_back_from_how_it_is_written(day, form):
    text = day.strftime(form).replace("%Y", f"{day.year:04}")
    assert read(text, day_first=True) == [day]
