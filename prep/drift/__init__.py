"""What changed between two frames, or a frame and the kept profile of another, and whether it matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prep.drift.found import Bin, ColumnDrift, Drift, Thresholds
from prep.frames import Frame, need_columns
from prep.profile.facts import ColumnFacts, Profile

if TYPE_CHECKING:
    import polars as pl

    from prep.drift.compare import Side

__all__ = ["Bin", "ColumnDrift", "Drift", "Thresholds", "drift_between"]


def drift_between(
    old: Frame | Profile,
    new: Frame | Profile,
    *,
    columns: Sequence[str] | None = None,
    thresholds: Thresholds | None = None,
    names: tuple[str, str] = ("old", "new"),
) -> Drift:
    """What changed from `old` to `new`, each any engine's frame or a Profile kept of one. Alters nothing.

    Numbers and times are compared by Kolmogorov–Smirnov, few values by chi-square, texts by their frequent words, and the
    share that is missing in each; PSI (at the old deciles) and Jensen–Shannon measure how far. A column has drifted when
    its test stands after the correction for all tests *and* an effect reaches its threshold (see Thresholds): with many
    rows any difference is significant. Of profiles the KS distance is what it is at least (0.01 less at most).
    Raises UnusableFrame, UnknownColumn (of `columns`, by default all), UnusableParameter.

    >>> print(drift_between({"x": ["a"] * 90 + ["b"] * 10}, {"x": ["a"] * 50 + ["b"] * 50}))
    1 of 1 columns has drifted.
      x: its values changed: Jensen–Shannon 0.38, PSI 0.88, p < 0.001
    >>> drift_between({"x": [1, 2, 3]}, {"x": [1, 2, 3]}).has_drifted
    False
    """
    from prep.drift.compare import compared, judged
    from prep.drift.measures import benjamini_hochberg

    limits = thresholds or Thresholds()
    a, b = _Seen(old), _Seen(new)
    if columns is not None:
        need_columns(columns, list({**a.facts, **b.facts}))
    kept = [name for name in {**a.facts, **b.facts} if columns is None or name in columns]
    both = [name for name in kept if name in a.facts and name in b.facts]
    retyped = [
        (name, a.facts[name].type, b.facts[name].type) for name in both if not _alike(a.facts[name], b.facts[name])
    ]
    changed = {name for name, *_ in retyped}
    found = [compared(a.side(name), b.side(name)) for name in both if name not in changed]
    tests = [one.p for one in found if one.p is not None] + [
        one.missing_p for one in found if one.missing_p is not None
    ]
    adjusted = iter(benjamini_hochberg(tests))
    found = [one if one.p is None else replace(one, p_adjusted=next(adjusted)) for one in found]
    found = [one if one.missing_p is None else replace(one, missing_p_adjusted=next(adjusted)) for one in found]
    judged_ = [judged(one, limits) for one in found]
    return Drift(
        *names,
        a.profile.rows,
        b.profile.rows,
        sorted(judged_, key=_farthest),
        [name for name in kept if name not in a.facts],
        [name for name in kept if name not in b.facts],
        retyped,
        limits,
    )


class _Seen:
    """One side: a profile and, of a frame, its rows."""

    def __init__(self, given: Frame | Profile) -> None:
        self.rows: pl.LazyFrame | None = None
        if isinstance(given, Profile):
            self.profile = given
        else:
            from prep.profile import profile_of
            from prep.profile.measure import prepared, rows_of

            rows, unreadable = rows_of(given)
            self.rows = prepared(rows)[0]
            self.profile = profile_of(given if unreadable else rows, pairs=False)
        self.facts = {one.name: one for one in self.profile.columns}

    def side(self, name: str) -> Side:
        """The column's facts, with its values where there are rows."""
        from prep.drift.compare import Side

        facts, rows = self.facts[name], self.rows
        if rows is None or facts.kind in {"nested", "empty", "unreadable"}:
            return Side(facts)

        def values() -> Any:
            import polars as pl

            found = rows.select(pl.col(name).drop_nulls().cast(pl.Float64)).collect().to_series()
            return found.filter(found.is_finite()).to_numpy()

        def counts() -> dict[str, int]:
            import polars as pl

            table = rows.select(pl.col(name).drop_nulls().alias("v")).group_by("v").len().collect()
            return {str(value): int(n) for value, n in table.iter_rows()}

        return Side(facts, values if facts.kind in {"number", "time"} else None, counts)


def _alike(old: ColumnFacts, new: ColumnFacts) -> bool:
    return old.kind == new.kind or "empty" in {old.kind, new.kind}


def _farthest(one: ColumnDrift) -> tuple[bool, float, str]:
    far = max(one.statistic or 0.0 if one.test == "ks" else 0.0, one.js or 0.0, abs(one.missing_new - one.missing_old))
    return not one.has_drifted, -far, one.name
