"""What drifted, as a page of its own. Knows what was found, and no frame."""

from __future__ import annotations

from prep.drift.found import ColumnDrift, Drift
from prep.sheet import facts, gauge, listed, sheet, table, text

TESTS = {"ks": "Kolmogorov–Smirnov", "chi-square": "chi-square", "words": "its frequent words"}


def drift_page(found: Drift) -> str:
    """The comparison as one self-contained HTML file: light and dark, no script, readable at 360 pixels."""
    key = '<p class="key"><span>{} {}</span><span>{} {}</span></p>'.format(
        _swatch(""), text(found.old), _swatch(" two"), text(found.new)
    )
    body = []
    schema = [f"{name} is new" for name in found.added] + [f"{name} is gone" for name in found.removed]
    schema += [f"{name} was {old} and is {new}" for name, old, new in found.retyped]
    if schema:
        body += ["<h2>Which columns came, went or changed their type?</h2>", listed(schema, "reasons bad")]
    if found.drifted:
        body += ["<h2>Which columns have drifted?</h2>", key]
        body.append(f'<div class="cards">{"".join(_card(one) for one in found.drifted)}</div>')
    if found.columns:
        body += ["<h2>How far is each column?</h2>", table(
            ["Column", "Compared by", "Distance", "PSI", "p, adjusted", "Missing then", "now", "Drift"],
            [_row(one) for one in found.columns], [2, 3, 4, 5, 6],
        )]  # fmt: skip
    return sheet(
        f"Did anything drift from {found.old} to {found.new}?",
        f"{found.headline}.",
        body,
        tone="bad" if found.has_drifted else "good",
        about=how(found),
    )


def how(found: Drift) -> str:
    """When a difference counts, in a sentence."""
    limits = found.thresholds
    return (
        f"{found.rows_old:,} rows then, {found.rows_new:,} now. A difference counts when it is unlikely by chance (p at most "
        f"{limits.alpha:g} after the correction for all tests) and large enough: KS {limits.ks:g}, PSI {limits.psi:g}, "
        f"Jensen–Shannon {limits.js:g}, a word in {limits.words:.0%} more or fewer of the texts, {limits.missing:.0%} more or fewer missing."
    )


def distance(one: ColumnDrift) -> str:
    """The effect that decides, with its name."""
    if one.test == "ks":
        return f"KS {one.statistic or 0:.3f}"
    if one.test == "chi-square":
        return f"JS {one.js or 0:.3f}"
    return f"word {one.words_change or 0:.3f}" if one.test == "words" else "–"


def chance(p: float | None) -> str:
    """A p as it is printed.

    >>> chance(None), chance(0.0001), chance(0.25)
    ('–', '< 0.001', '0.250')
    """
    return "–" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _row(one: ColumnDrift) -> list[str]:
    told = TESTS.get(one.test, one.note or one.test)
    psi = "–" if one.psi is None else f"{one.psi:.3f}"
    verdict = '<strong class="bad">yes</strong>' if one.has_drifted else "no"
    missing = [f"{100 * one.missing_old:.1f} %", f"{100 * one.missing_new:.1f} %"]
    return [text(one.name), text(told), distance(one), psi, chance(one.p_adjusted), *missing, verdict]


def _card(one: ColumnDrift) -> str:
    parts = [
        f'<div class="head"><h3>{text(one.name)}</h3><small>{text(one.kind)}</small></div>',
        listed(one.reasons, "reasons bad"),
    ]
    if one.bins:
        rows = [
            [text(bin_.name), f"{100 * bin_.old:.1f} %", f"{100 * bin_.new:.1f} %", gauge(bin_.old, bin_.new)]
            for bin_ in one.bins
        ]
        drawn = table(["Word" if one.test == "words" else "Value", "then", "now", ""], rows, [1, 2])
        parts.append(drawn.replace("<td><svg", '<td class="picture"><svg'))
    more = [("new", ", ".join(one.new_values[:8])), ("gone", ", ".join(one.gone_values[:8]))]
    parts.append(facts((name, told) for name, told in more if told))
    return f'<section class="card">{"".join(parts)}</section>'


def _swatch(css: str) -> str:
    return f'<svg viewBox="0 0 10 10" aria-hidden="true"><rect class="bar{css}" width="10" height="10" rx="2"/></svg>'
