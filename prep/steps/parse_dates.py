"""Dates and times out of text, whichever way they were written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from prep.columns import is_text, listed, text, with_columns
from prep.engines import Schema, map_batches
from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import Frame, need_columns
from prep.verb import Failure, LearningStep, OnError, Plan, after, verb

if TYPE_CHECKING:
    import polars as pl

_CLOCK = (
    r"(?:[T ]\s*(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?"
    r"\s*(?<half>[AaPp][Mm])?\s*(?<zone>[Zz]|[+-]\d{2}:?\d{2})?)?$"
)
_TWO = r"^\s*(\d{1,2})[./-](\d{1,2})[./-](?:\d{4}|\d{2})(?:[T ].*)?$"
_ZONED = r":\d{2}.*(?:[Zz]|[+-]\d{2}:?\d{2})$"
_NAMED = [
    (r"^\d{1,2}(?:st|nd|rd|th)?\.?[ -][A-Za-z]{3,9}\.?,?[ -]\d{4}$", "%d %B %Y"),
    (r"^[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}$", "%B %d %Y"),
]
_YEAR_FIRST = [
    (r"^\d{4}-\d{1,2}-\d{1,2}$", "%Y-%m-%d"),
    (r"^\d{4}/\d{1,2}/\d{1,2}$", "%Y/%m/%d"),
    (r"^\d{4}\.\d{1,2}\.\d{1,2}$", "%Y.%m.%d"),
    (r"^(?:1[5-9]|20|21)\d{6}$", "%Y%m%d"),
]
Forms: TypeAlias = Sequence[tuple[str, str]]  # what a date looks like, and how strptime reads it


@dataclass(frozen=True)
class ParseDates(LearningStep):
    """Read dates out of text: ISO 8601, 31.12.2026, 12/31/26, 31 Dec 2026, December 31, 2026, with a time or without.

    In 03/04/2026 nothing says which is the day. `day_first` says it; without it, the column's other values do: one
    with 13 or more at one place settles it (`change.facts` tells the evidence). Where nothing settles it, or values
    contradict each other, the values that could be read both ways are set aside rather than guessed.
    `formats` (strptime's: "%d-%b-%y") are tried in that order instead, and nothing else.

    `to`: "date" or "datetime". Under "date" a value with a time of day is set aside, since it would lose it.
    Two-digit years are 1970 to 2069. A value with an offset ("+02:00", "Z") needs `timezone` ("UTC", "Europe/Rome"),
    to which it is converted; those without one are then taken to be of that zone. A day that there is not
    (30 February) is set aside. Columns that are dates already are left alone.

    Looks at the rows, unless `day_first`, `formats` or `fitted` (from `fit`) is given; else lazy stays lazy.
    Raises UnknownColumn, UnusableFrame (numbers), BadValues.

    >>> import polars as pl
    >>> frame, change = parse_dates.run(pl.DataFrame({"d": ["03/04/2026", "25/12/2026", "31/02/2026", "2026-01-05"]}), "d")
    >>> [str(day) for day in frame["d"]], change.facts["day_first"]
    (['2026-04-03', '2026-12-25', 'None', '2026-01-05'], {'d': True})
    """

    looks: ClassVar[str] = "it looks which of two numbers is the day, unless day_first, formats or fitted is given"

    columns: str | Sequence[str]
    to: Literal["date", "datetime"] = "date"
    day_first: bool | None = None
    formats: Sequence[str] | None = None
    timezone: str | None = None
    on_error: OnError = "quarantine"
    fitted: Mapping[str, Any] | None = None

    def check(self) -> None:
        """A time zone that there is not is refused."""
        if self.timezone is not None:
            from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

            try:
                ZoneInfo(self.timezone)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise UnusableParameter(
                    f"There is no time zone {self.timezone!r}. Give one such as 'Europe/Rome'."
                ) from error
        if self.timezone is None and any("%z" in one for one in self.formats or ()):
            raise UnusableParameter("A format with an offset (%z) needs a zone to go to: timezone='UTC'.")
        if self.to == "date" and self.timezone is not None:
            raise UnusableParameter("A date has no time zone. Say to='datetime', or leave timezone out.")

    def learn(self, frame: Frame, schema: Schema) -> Mapping[str, Any]:
        """For each column, how many values have 13 or more at the first and at the second place."""
        names = self._names(schema)
        if self.day_first is not None or self.formats is not None or not names:
            return {}

        import polars as pl

        def summary(rows: pl.LazyFrame) -> pl.DataFrame:
            two = {name: text(name, schema).str.extract_groups(_TWO) for name in names}
            counts = [
                (one.struct.field(place).cast(pl.Int64, strict=False) > 12)
                .sum()
                .cast(pl.Int64)
                .alias(f"{name}__{place}")
                for name, one in two.items()
                for place in ("1", "2")
            ]
            return rows.select(counts).collect(engine="streaming")

        total = pl.concat(map_batches(frame, summary, "__assay_place")).sum().row(0, named=True)
        return {name: [int(total[f"{name}__1"]), int(total[f"{name}__2"])] for name in names}

    def plan(self, schema: Schema) -> Plan:
        """Each column read by the forms it can have."""
        import polars as pl

        computed, failures, order = {}, {}, {}
        for name in self._names(schema):
            order[name] = day_first = self._day_first(name)
            read = partial(_read, forms=self._forms(day_first), to=self.to, timezone=self.timezone)
            if self.formats is not None:
                read = partial(_formatted, formats=self.formats, to=self.to, timezone=self.timezone)
            kind = pl.Date() if self.to == "date" else pl.Datetime("us", self.timezone)
            value = text(name, schema)
            computed[name] = value.map_batches(read, return_dtype=kind, is_elementwise=True)
            failures[name] = Failure(
                (value.str.strip_chars() != "") & after(name).is_null(),
                name,
                self._reason(value.str.strip_chars(), day_first),
            )
        facts: dict[str, Any] = {}
        if self.formats is None and order:
            facts = {"day_first": order, "evidence": {name: list(found) for name, found in (self.fitted or {}).items()}}
        return Plan(with_columns(schema, computed), failures, notes=tuple(self._told(order)), facts=facts)

    def _names(self, schema: Schema) -> list[str]:
        names = listed(self.columns)
        need_columns(names, list(schema))
        for name in names:
            if not (is_text(schema[name]) or schema[name].is_temporal() or str(schema[name]) == "Null"):
                raise UnusableFrame(f"parse_dates reads text; column {name!r} holds none. Cast it first: prep.cast.")
        return [name for name in names if not schema[name].is_temporal()]

    def _day_first(self, name: str) -> bool | None:
        if self.day_first is not None:
            return self.day_first
        first, second = (self.fitted or {}).get(name, (0, 0))
        return None if bool(first) == bool(second) else bool(first)

    def _told(self, order: Mapping[str, bool | None]) -> list[str]:
        if self.day_first is not None or self.formats is not None:
            return []
        told = []
        for name, day_first in order.items():
            first, second = (self.fitted or {}).get(name, (0, 0))
            if day_first is not None:
                what = "day" if day_first else "month"
                told.append(f"{name}: the {what} comes first, as {max(first, second):,} of the values show")
            elif first and second:
                told.append(
                    f"{name}: {first:,} of the values have the day first, {second:,} the month; those that could be either are set aside"
                )
        return told

    def _forms(self, day_first: bool | None) -> Forms:
        forms = [*_YEAR_FIRST, *_NAMED]
        for is_day_first in [True, False] if day_first is None else [day_first]:
            front = "%d/%m/" if is_day_first else "%m/%d/"
            two = _clear(is_day_first) if day_first is None else r"\d{1,2}[./-]\d{1,2}"
            forms += [(rf"^{two}[./-]\d{{4}}$", front + "%Y"), (rf"^{two}[./-]\d{{2}}$", front + "%y")]
        return forms

    def _reason(self, value: pl.Expr, day_first: bool | None) -> pl.Expr:
        import polars as pl

        if self.formats is not None:
            return pl.lit(f"is not written as {' or '.join(self.formats)}")
        order = {
            True: "is no date, the day first",
            False: "is no date, the month first",
            None: "could be either way; say day_first",
        }
        told = [
            (
                value.str.contains(_ZONED) & pl.lit(self.timezone is None),
                "has an offset; say to='datetime' and timezone",
            )
        ]
        if self.to == "date":
            told.append((value.str.contains(r"\d:\d"), "has a time of day; say to='datetime'"))
        told.append((value.str.contains(_TWO), order[day_first]))
        told.append((value.str.contains(r"^\d{4}[-/.]\d|^\d{8}$"), "is no such day or time"))
        return pl.coalesce(*(pl.when(when).then(pl.lit(reason)) for when, reason in told), pl.lit("is no date"))


def _clear(day_first: bool) -> str:
    """Two numbers that can be read one way only, or are the same."""
    high, low = r"(?:1[3-9]|2\d|3\d)", r"(?:0?[1-9]|1[0-2])"
    same = "|".join(rf"0?{n}[./-]0?{n}" for n in range(1, 13))
    clear = rf"{high}[./-]{low}" if day_first else rf"{low}[./-]{high}"
    return rf"(?:{clear}|{same})"


def _read(values: pl.Series, forms: Forms, to: str, timezone: str | None) -> pl.Series:
    """The values, each read by the first form that it has; what none reads is null."""
    import polars as pl

    iso = values.str.to_date("%Y-%m-%d", strict=False)
    if to == "date" and iso.null_count() == values.null_count() and _is_four_digits(iso):
        return iso
    values = values.str.strip_chars()
    if not values.str.contains(":").any():
        days = _days(values, forms)
        return days if to == "date" else _zoned(days.cast(pl.Datetime("us")), None, timezone)
    parts = values.str.extract_groups("^(?<day>.*?)" + _CLOCK).struct.unnest()
    number = {name: pl.col(name).cast(pl.Int64, strict=False) for name in ("hour", "minute", "second")}
    half, hour = pl.col("half").str.to_lowercase(), number["hour"]
    hour = (
        pl.when(half.is_null() & (hour < 24))
        .then(hour)
        .when(hour.is_between(1, 12))
        .then(hour % 12 + 12 * (half == "pm").cast(pl.Int64))
    )
    fraction = pl.col("fraction").str.pad_end(6, "0").str.head(6).cast(pl.Int64)
    zone = pl.col("zone").str.replace("(?i)z", "+0000").str.replace(":", "")
    minutes = zone.str.slice(1, 2).cast(pl.Int64) * 60 + zone.str.slice(3, 2).cast(pl.Int64)
    clock = parts.select(
        is_timed=pl.col("hour").is_not_null(),
        micros=((hour * 60 + pl.when(number["minute"] < 60).then(number["minute"])) * 60
        + pl.when(number["second"].fill_null(0) < 60).then(number["second"].fill_null(0))) * 1_000_000 + fraction.fill_null(0),
        offset=pl.when(zone.str.starts_with("-")).then(-minutes).otherwise(minutes),
    )  # fmt: skip
    at = pl.DataFrame({"day": _days(parts["day"].str.strip_chars(), forms).cast(pl.Datetime("us"))}).hstack(clock)
    time = at.select(
        pl.when("is_timed").then(pl.col("day") + pl.duration(microseconds="micros")).otherwise("day")
    ).to_series()
    if to == "datetime":
        return _zoned(time, clock["offset"], timezone)
    midnight = (time == time.dt.truncate("1d")) & clock["offset"].is_null()
    return pl.select(pl.when(midnight).then(time.dt.date())).to_series()


def _formatted(values: pl.Series, formats: Sequence[str], to: str, timezone: str | None) -> pl.Series:
    """The values, each read by the first of the formats that reads it."""
    import polars as pl

    values = values.str.strip_chars()
    found = pl.repeat(None, len(values), dtype=pl.Datetime("us", timezone), eager=True)
    for form in formats:
        if re.search(r"%[HIMTRkl]", form):
            read = values.str.to_datetime(form, time_unit="us", strict=False)
            read = read.dt.convert_time_zone(str(timezone)) if "%z" in form else _zoned(read, None, timezone)
        else:
            read = _zoned(values.str.to_date(form, strict=False).cast(pl.Datetime("us")), None, timezone)
        found = found.zip_with(found.is_not_null(), read)
    if to == "datetime":
        return found
    return pl.select(pl.when(found == found.dt.truncate("1d")).then(found.dt.date())).to_series()


def _zoned(times: pl.Series, offset: pl.Series | None, timezone: str | None) -> pl.Series:
    """Times in their zone. One with an offset (minutes) is null where no zone was said, as is one that clocks skip."""
    import polars as pl

    if timezone is None:
        return times if offset is None else pl.select(pl.when(offset.is_null()).then(times)).to_series()
    local = times.dt.replace_time_zone(timezone, ambiguous="null", non_existent="null")
    if offset is None:
        return local
    moved = (
        (times - (offset * 60_000_000).cast(pl.Duration("us")))
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(timezone)
    )
    return local.zip_with(offset.is_null(), moved)


def _is_four_digits(days: pl.Series) -> bool:
    """Whether all years have four digits, so that no 26-01-05 was taken for the year 26."""
    first, last = days.min(), days.max()
    return first is None or (
        isinstance(first, date) and isinstance(last, date) and first.year >= 1000 and last.year <= 9999
    )


def _days(values: pl.Series, forms: Forms) -> pl.Series:
    """Dates out of text without a time of day."""
    import polars as pl

    found = pl.repeat(None, len(values), dtype=pl.Date, eager=True)
    for shape, form in forms:
        here = values.str.contains(shape) & found.is_null()
        if not here.any():
            continue
        if here.all():
            return _tidy(values, form).str.to_date(form, strict=False)
        mine = values.filter(here)
        found = found.scatter(here.arg_true(), _tidy(mine, form).str.to_date(form, strict=False))
    return found


def _tidy(values: pl.Series, form: str) -> pl.Series:
    """Text as its form has it: one kind of sign between numbers; names without points."""
    if "%B" in form:
        plain = values.str.replace(r"(?i)(\d)(?:st|nd|rd|th)\b", "$1").str.replace_all(r"[.,]", "")
        return plain.str.replace(r"(?i)\bsept\b", "Sep").str.replace_all("-", " ", literal=True)
    return values.str.replace_all(r"[.-]", "/") if "/" in form else values


parse_dates = verb(ParseDates)
