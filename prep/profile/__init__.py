"""Facts of a frame: types, gaps, ranges, distinct values, words, correlations, and what looks suspicious in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from prep.errors import UnknownColumn, UnusableParameter
from prep.frames import Frame
from prep.profile.facts import Bar, ColumnFacts, Lengths, Pair, Profile, Suspicion, Words

__all__ = ["Bar", "ColumnFacts", "Lengths", "Pair", "Profile", "Suspicion", "Words", "profile_of"]


def profile_of(
    frame: Frame, *, name: str = "", target: str | None = None, now: datetime | None = None, pairs: bool = True
) -> Profile:
    """The facts of any frame: pandas, polars (eager or lazy), pyarrow, DuckDB, Spark. Alters nothing.

    `target` is the column to be predicted: others that all but tell it are suspicious. Times after `now` (the present,
    by default; give it with a zone) are suspicious. Up to a million rows every figure is exact; above, the number of
    distinct values and the quantiles of columns with many are estimated, and say so; correlations and words come from a
    sample chosen by a hash of each row's place.
    `pairs=False` leaves the correlations out, and with them the doubts about the target.
    Raises UnusableFrame (no table, repeated names), UnknownColumn (target), UnusableParameter (a `now` without a zone).

    >>> found = profile_of({"id": [1, 2, 3], "label": ["x", "x", "x"]})
    >>> print(found)
    3 rows × 2 columns; 1 thing to look at:
      label: has one value only, 'x': it tells nothing
    >>> found["id"].mean, found["label"].counts
    (2.0, {'x': 3})
    """
    from prep.profile.measure import counted, duplicates_of, facts_of, prepared, rows_of, sample_of, shapes_of
    from prep.profile.pairs import pairs_of
    from prep.profile.suspicions import suspicions_of

    if now is not None and now.tzinfo is None:
        raise UnusableParameter("now has no time zone. Give one: datetime.now(UTC).")
    rows, unreadable = rows_of(frame)
    made, types, kinds = prepared(rows)
    if target is not None and target not in types:
        raise UnknownColumn(target, types)
    seen = counted(made, types, kinds)
    total = len(frame) if unreadable else int(seen[""]["n"])  # where no column can be read, none is counted
    sample = sample_of(made, total)
    shapes_of(sample, kinds, seen)
    columns = [facts_of(one, made, sample, types[one], kinds[one], seen[one], total) for one in types]
    columns += [ColumnFacts(one, "object", "unreadable", total) for one in unreadable]
    is_keyed = any(one.distinct_is_exact and one.distinct == total for one in columns)
    duplicates = None if unreadable else 0 if is_keyed else duplicates_of(made, total)
    related = pairs_of(sample, columns) if pairs else []
    found = Profile(name, total, columns, duplicates, sample.height, related, [], target)
    doubts = suspicions_of(
        columns, seen, sample, related,
        duplicates=duplicates, unreadable=unreadable, target=target, now=now or datetime.now(UTC),
    )  # fmt: skip
    return replace(found, suspicions=doubts)
