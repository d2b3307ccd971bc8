"""What the audit says of one annotator, in words and figures for the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prep.phrase import phrase
from web import catalogue
from web.catalogue import t
from web.routes.manage.faces import Labels
from web.routes.manage.words import FEW, too_few

if TYPE_CHECKING:
    from labeling.audit import Standing, Stretch
    from web.figures import Audited


EVIDENCE_NAMES = {  # as they stand within a sentence
    "gold": phrase("gold"),
    "others": phrase("the others"),
    "pace": phrase("pace"),
    "order": phrase("order"),
    "lean": phrase("lean"),
    "place": phrase("place"),
    "self": phrase("consistency"),
    "drift": phrase("drift"),
    "copying": phrase("copying"),
}
WORDS = {"fine": phrase("fine"), "look": phrase("look"), "not known yet": phrase("not known yet")}
"""What the audit says of somebody in a word."""


def measures(row: dict[str, Any], found: Standing | None) -> list[dict[str, Any]]:
    """The three shares one looks at first, each with its interval and what it stands on."""
    gold, shared = row["gold_seen"], row["shared"]
    return [
        {
            "name": t("right on gold"),
            "value": row["accuracy"] if gold >= FEW else None,
            "low": row["low"],
            "high": row["high"],
            "n": gold,
            "why": too_few(gold),
        },
        {
            "name": t("says what most others say"),
            "value": row["agreement"] if shared >= FEW else None,
            "low": row["agreement_low"],
            "high": row["agreement_high"],
            "n": shared,
            "why": too_few(shared),
        },
        {
            "name": t("expected accuracy"),
            "note": t("by the consensus, without gold"),
            "value": row["skill"] if found is not None and found.answers >= FEW else None,
            "low": row["skill_low"],
            "high": row["skill_high"],
            "n": found.answers if found else 0,
            "why": t("nothing tells it yet"),
        },
    ]


def evidence(found: Standing | None) -> list[dict[str, Any]]:
    """What speaks against this work, in words."""
    from labeling.audit import EVIDENCE

    return [
        {
            "name": first_up(catalogue.say(EVIDENCE_NAMES[signal.evidence])),
            "words": first_up(catalogue.say(signal.words)),
            "what": catalogue.say(EVIDENCE[signal.evidence]),
            "q": signal.q,
        }
        for signal in (found.signals if found else ())
    ]


def facts(found: Standing | None, labels: Labels) -> list[tuple[str, str]]:
    """What else is known, in words; only what there is enough of."""
    if found is None or found.answers < FEW:
        return []
    facts = []
    if found.excess is not None and found.compared >= FEW:
        facts.append(
            (t("Against what the items allow"), t("%(n)s points", n=f"{100 * found.excess:+.0f}".replace("-", "−")))
        )
    if found.pace_z is not None:
        facts.append((t("Pace against the others"), _pace(found.pace_z)))
        facts.append(
            (
                t("Too fast to have read"),
                t("%(share)s %% of %(n)s", share=f"{100 * (found.too_fast or 0):.0f}", n=found.timed),
            )
        )
    if found.longest_run:
        facts.append((t("Longest run of one label"), f"{found.longest_run} × {labels.short(found.run_label)}"))
    if found.misses >= FEW:
        words = t(
            "%(part)s of %(whole)s are %(label)s",
            part=found.favoured,
            whole=found.misses,
            label=labels.short(found.favourite),
        )
        facts.append((t("Answers unlike the others'"), words))
    if found.again:
        facts.append(
            (t("The same when asked again"), t("%(part)s of %(whole)s", part=found.again_same, whole=found.again))
        )
    if found.spammer is not None:
        facts.append(
            (
                t("Tells labels apart"),
                t(
                    "%(part)s of %(whole)s",
                    part=f"{found.spammer:.2f}".replace("-", "−").replace(".", catalogue.decimal()),
                    whole=1,
                ),
            )
        )
    if found.fall is not None and found.drift_chance is not None and found.drift_chance < 0.2:
        words = t("%(answer)s: %(points)s points worse", answer=found.drift_turn, points=f"{100 * found.fall:.0f}")
        facts.append((t("Since answer"), words))
    if found.gold_seen >= FEW:
        facts += _on_gold(found)
    return facts


def _on_gold(found: Standing) -> list[tuple[str, str]]:
    """How sure it is that they are under 70 % on gold."""
    stops = {
        "stop": t("enough to say they are under it"),
        "clear": t("enough to say they are not"),
        "go on": t("undecided"),
    }
    told = stops[found.sequential]
    if found.decided_after:
        told = t("%(what)s, after %(n)s", what=told, n=found.decided_after)
    below = t("with a probability of %(share)s %%", share=f"{100 * (found.below or 0):.0f}")
    return [(t("Under 70 %% on gold"), below), (t("Gold against 70 %%, one by one"), told)]


def _pace(z: float) -> str:
    if abs(z) < 1:
        return t("as the others")
    if abs(z) > 2:
        return t("much faster than the others") if z < 0 else t("much slower than the others")
    return t("faster than the others") if z < 0 else t("slower than the others")


def first_up(words: str) -> str:
    """With a capital letter at its beginning, the rest as it is."""
    return words[:1].upper() + words[1:]


def course(whole: Audited, annotator: str) -> list[dict[str, Any]]:
    """How good the work was, stretch by stretch."""
    stretches = whole.courses.get(annotator, ())
    found, first, before = [], 1, None
    for one in stretches:
        newest = one.versions[-1] if one.versions else None
        found.append(_stretch(one, first, newest if newest != before else None))
        first, before = first + one.answers, newest
    return found


def _stretch(one: Stretch, first: int, starts: Any) -> dict[str, Any]:
    return {
        "name": f"{first}–{first + one.answers - 1}",
        "answers": one.answers,
        "agreement": one.agreement,
        "low": one.low,
        "high": one.high,
        "excess": one.excess,
        "versions": ", ".join(f"v{version}" if version else t("none") for version in one.versions),
        "starts": f"v{starts}" if starts else "",
    }


def confusion(found: Standing | None) -> list[list[int]]:
    """What was said (columns) of gold items by what is known (rows); nothing without gold."""
    if found is None or found.gold_seen == 0:
        return []
    return [list(row) for row in found.confusion]
