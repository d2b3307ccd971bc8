"""A profile as a page of its own. Knows facts, and no frame."""

from __future__ import annotations

from collections import defaultdict

from prep.profile.facts import ColumnFacts, Pair, Profile
from prep.profile.measure import moment
from prep.sheet import columns, facts, gauge, listed, sheet, table, text

MOST_COLUMNS = 500
MOST_PAIRS = 25
MEASURES = {
    "pearson": "Pearson’s r",
    "spearman": "Spearman’s ρ",
    "cramer": "Cramér’s V",
    "eta": "correlation ratio η",
}


def profile_page(found: Profile) -> str:
    """The profile as one self-contained HTML file: light and dark, no script, readable at 360 pixels."""
    doubts: dict[str, list[str]] = defaultdict(list)
    for one in found.suspicions:
        doubts[one.column].append(one.words)
    body = []
    if found.suspicions:
        body += ["<h2>What should be looked at?</h2>", listed(found.suspicions, "doubts")]
    shown = found.columns[:MOST_COLUMNS]
    body.append("<h2>What is in each column?</h2>")
    if len(shown) < len(found.columns):
        body.append(f'<p class="quiet">The first {MOST_COLUMNS} of {len(found.columns):,}; the JSON has all.</p>')
    body.append(f'<div class="cards">{"".join(_card(one, doubts[one.name]) for one in shown)}</div>')
    once = _strongest(found)
    if once:
        body += ["<h2>Which columns go together?</h2>", _pairs(found, once)]
    name = f"What is in {found.name}?" if found.name else "What is in this table?"
    return sheet(name, f"{found.headline}.", body, tone="bad" if found.suspicions else "good", about=how(found))


def how(found: Profile) -> str:
    """How exact the figures are, in a sentence.

    >>> how(Profile("", 2, [], 0, 2))
    'Every figure is exact. No row repeats another.'
    """
    if found.looked_at < found.rows:
        told = f"Counts are of all rows; quantiles of many values, correlations and words of {found.looked_at:,} of them, chosen by hash."
    else:
        told = "Every figure is exact."
    if found.duplicates is None:
        return f"{told} Rows were not compared with each other: some columns cannot be."
    return f"{told} {'No row repeats another' if not found.duplicates else f'{found.duplicates:,} rows repeat an earlier one'}."


def said(column: ColumnFacts) -> list[tuple[str, str]]:
    """The facts of a column in words, for a page or a terminal."""
    told = [("missing", share(column.rows - column.values, column.rows))]
    if column.distinct is not None:
        told.append(("distinct", f"{'' if column.distinct_is_exact else 'about '}{column.distinct:,}"))
    if column.infinite:
        told.append(("infinite", f"{column.infinite:,}"))
    if column.least is not None and column.greatest is not None and column.kind in {"number", "time"}:
        told += [("least", number(column.least, column)), ("greatest", number(column.greatest, column))]
        if column.quantiles:
            about = "" if column.quantiles_are_exact else "about "
            told.append(("median", about + number(column.quantiles[100], column)))
            low, high = number(column.quantiles[50], column), number(column.quantiles[150], column)
            told.append(("middle half", f"{about}{low} to {high}"))
    if column.kind == "number":
        told += [
            ("mean", _or_none(column.mean)),
            ("std", _or_none(column.std)),
            ("zeros", share(column.zeros or 0, column.rows)),
        ]
    if column.lengths is not None:
        told.append(
            ("characters", f"{column.lengths.least:,} to {column.lengths.greatest:,}, mean {column.lengths.mean:.1f}")
        )
    if column.words is not None:
        told.append(("different words", f"{column.words.distinct:,} in {column.words.texts:,} texts"))
    return told


def number(value: float, column: ColumnFacts) -> str:
    """A value of a column, a time as such."""
    return moment(value) if column.kind == "time" else f"{value:,.6g}"


def share(count: int, of: int) -> str:
    """A count with its share; what rounds to 0 or 100 percent and is not, says so.

    >>> share(0, 10), share(1, 1000000), share(5, 10)
    ('0', '1 (< 0.1 %)', '5 (50.0 %)')
    """
    if not count or not of:
        return f"{count:,}"
    if count / of < 0.001:
        return f"{count:,} (< 0.1 %)"
    return f"{count:,} (> 99.9 %)" if 0.9995 < count / of < 1 else f"{count:,} ({100 * count / of:.1f} %)"


def _card(column: ColumnFacts, doubts: list[str]) -> str:
    parts = [f'<div class="head"><h3>{text(column.name)}</h3><small>{text(column.type)}</small></div>']
    if column.bars and len(column.bars) > 1:
        label = f"Histogram from {number(column.least or 0, column)} to {number(column.greatest or 0, column)}"
        parts.append(columns([bar.count for bar in column.bars], label))
        ends = number(column.bars[0].low, column), number(column.bars[-1].high, column)
        parts.append(f'<div class="ends"><span>{text(ends[0])}</span><span>{text(ends[1])}</span></div>')
    parts += [listed(doubts, "doubts bad"), facts(said(column))]
    if column.kind in {"text", "boolean"} or (column.counts and len(column.counts) <= 10):
        parts.append(_top(column))
    if column.words is not None and column.words.counts:
        rows = [
            [text(word), f"{count / column.words.texts:.0%}", gauge(count / column.words.texts)]
            for word, count in list(column.words.counts.items())[:5]
        ]
        parts.append(_small(table(["Word", "Of texts", ""], rows, [1])))
    return f'<section class="card">{"".join(parts)}</section>'


def _top(column: ColumnFacts) -> str:
    top = column.top[:5]
    if not top or (column.words is not None and top[0][1] <= max(1, column.top_of // 1000)):
        return ""
    of = column.top_of or 1
    rows = [[text(value[:80] or "(nothing)"), share(count, of), gauge(count / of)] for value, count in top]
    return _small(table(["Value", "Rows" if of >= column.values else f"Of {of:,}", ""], rows, [1]))


def _small(made: str) -> str:
    return made.replace("<td><svg", '<td class="picture"><svg')


def _strongest(found: Profile) -> list[Pair]:
    """Each pair once, by its stronger measure."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for one in found.pairs:
        if (one.first, one.second) not in seen:
            seen.add((one.first, one.second))
            kept.append(one)
    return kept[:MOST_PAIRS]


def _pairs(found: Profile, once: list[Pair]) -> str:
    rows = [
        [
            text(one.first),
            text(one.second),
            f"{one.value:.2f}",
            gauge(abs(one.value)),
            text(MEASURES[one.measure]),
            f"{one.rows:,}",
        ]
        for one in once
    ]
    told = f"<p class='quiet'>The strongest of {len({(one.first, one.second) for one in found.pairs}):,} pairs. 0 is no association, 1 the strongest.</p>"
    return told + _small(table(["Column", "and", "Strength", "", "Measure", "Rows"], rows, [2, 5]))


def _or_none(value: float | None) -> str:
    return "–" if value is None else f"{value:,.6g}"
