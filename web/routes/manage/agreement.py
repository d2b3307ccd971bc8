"""How far annotators agree, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from web.auth import Deciding, Seat
from web.routes.manage import figures
from web.routes.manage.faces import Labels
from web.routes.manage.frame import Nothing, Verdict, address, page, store_of
from web.routes.manage.words import count, figure, moment, plural

if TYPE_CHECKING:
    from labeling.agreement import ByVersion, Coefficient, Pairs

router = APIRouter(include_in_schema=False)
TABS = {"Agreement": "agreement", "Consensus": "agreement/consensus"}


@router.get("/projects/{name}/agreement")
def show(request: Request, seat: Deciding) -> HTMLResponse:
    """The coefficient with its interval and verdict, then label by label, version by version, pair by pair."""
    project = seat.project
    with store_of(request).read() as connection:
        whole = figures.agreement(request, project)
        more = figures.detail(request, connection, project) if whole.alpha is not None else None
    context: dict[str, Any] = {"headline": None, "floor": figures.FLOOR, "least": 0.0}
    if whole.alpha is None or whole.alpha.value is None:
        context["nothing"] = Nothing(
            "Agreement cannot be told yet",
            "No item has two or more answers that can be compared. Agreement is measured where several annotators "
            f"answered the same item; here every item goes to {plural(project.overlap, 'annotator')}.",
            address(project, "annotators"),
            "See who is at work",
        )
        return page(request, seat, "agreement.html", heading="Do annotators agree?", tabs=TABS, **context)
    least = _least([whole.alpha, *whole.per_label.values()])
    context |= {
        "least": least,
        "headline": headline(whole.alpha, least),
        "labels": _by_label(seat, whole.per_label),
        "labels_note": _worst(seat, whole.per_label),
        "label_names": Labels(project).texts,
        "prevalence": _prevalence(seat, whole.alpha),
    }
    context |= _versions(seat, whole.by_version) | _matrix(whole.pairs)
    if more is not None:
        context["others"] = [row(one.plain_name, one, note=_flaw(one.name)) for one in more.others]
        context["without"] = [
            {"name": str(who), "value": one.value, "low": None, "high": None, "n": one.answers}
            | _shift(one.value, one.difference)
            for who, one in more.without.items()
        ]
        context["over_time"] = [
            row(
                f"part {place}",
                part.coefficient,
                note=f"until {moment(int(part.end.timestamp() * 1000))}",
            )
            for place, part in enumerate(more.periods, 1)
        ]
    tone = _tone(whole.alpha)
    return page(
        request,
        seat,
        "agreement.html",
        heading="Do annotators agree?",
        verdict=Verdict(whole.alpha.verdict(figures.FLOOR), tone),
        tabs=TABS,
        **context,
    )


def headline(one: Coefficient, least: float = 0.0) -> dict[str, Any]:
    """The one coefficient in front, as the overview shows it too."""
    return {
        "name": one.plain_name,
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "n": one.units,
        "annotators": one.annotators or 0,
        "answers": one.pairable,
        "least": least,
        "floor": figures.FLOOR,
        "how": f"Interval: {one.method}.",
        "verdict": one.verdict(figures.FLOOR),
    }


def row(name: str, one: Coefficient, **more: Any) -> dict[str, Any]:
    """A coefficient as a row of dots and whiskers; `n` are its items with two or more answers."""
    why = one.why or "too few answers to say"
    return {"name": name, "value": one.value, "low": one.low, "high": one.high, "n": one.units, "why": why, **more}


def _tone(one: Coefficient) -> Any:
    if one.low is None or one.high is None:
        return "warn"
    return "good" if one.low >= figures.FLOOR else "bad" if one.high < figures.FLOOR else "warn"


def _least(found: list[Coefficient]) -> float:
    """Where the axis begins: at zero, or lower where an interval reaches below it."""
    lowest = min([one.low if one.low is not None else one.value or 0.0 for one in found], default=0.0)
    return 0.0 if lowest >= 0 else -0.25 if lowest >= -0.25 else -0.5 if lowest >= -0.5 else -1.0


def _by_label(seat: Seat, found: Mapping[Any, Coefficient]) -> list[dict[str, Any]]:
    labels = Labels(seat.project)
    rows = []
    for label, one in found.items():
        share = one.prevalence.get(label, 0.0)
        href = address(seat.project, "items", label=label)
        rows.append(row(labels.short(label), one, href=href) | {"n": round(share * one.pairable)})
    return sorted(rows, key=lambda one: (one["value"] is None, one["value"] or 0.0))


def _worst(seat: Seat, found: Mapping[Any, Coefficient]) -> str:
    """The labels whose whole interval lies under the floor, in a sentence."""
    labels = Labels(seat.project)
    low = [labels.short(label) for label, one in found.items() if one.high is not None and one.high < figures.FLOOR]
    if not low:
        return ""
    return (
        f"Surely below {figure(figures.FLOOR, 3)}: {', '.join(low)}. Their entries in the guideline are where to begin."
    )


def _prevalence(seat: Seat, one: Coefficient) -> list[dict[str, Any]]:
    labels = Labels(seat.project)
    return [
        {
            "name": labels.short(label),
            "hue": labels.place(label),
            "value": round(share * one.pairable),
            "href": address(seat.project, "items", label=label),
        }
        for label, share in one.prevalence.items()
    ]


def _versions(seat: Seat, found: ByVersion | None) -> dict[str, Any]:
    if found is None or len(found.versions) < 2:
        return {}
    labels = Labels(seat.project)
    names = {one.version: f"v{one.version}" if one.version else "no guideline" for one in found.versions}
    return {
        "versions": [row(names[one.version], one.coefficient) for one in found.versions],
        "changes": [
            f"From {names[one.before]} to {names[one.after]}: {one.difference.verdict()}" for one in found.changes
        ],
        "version_shares": [
            {
                "name": names[one.version],
                "shares": [one.shares.get(label, 0.0) for label in labels.values],
                "n": one.coefficient.answers,
            }
            for one in found.versions
        ],
    }


def _matrix(found: Pairs | None) -> dict[str, Any]:
    """The lower half of the matrix; pairs with fewer than ten items in common say how few."""
    if found is None or len(found.annotators) < 2:
        return {}
    shared: dict[str, int] = {}
    for pair in found.pairs:
        for who in (str(pair.first), str(pair.second)):
            shared[who] = shared.get(who, 0) + pair.items
    names = sorted(sorted(shared, key=lambda who: -shared[who])[: figures.MOST_PAIRED])
    place = {name: number for number, name in enumerate(names)}
    cells: list[list[Any]] = [[None] * len(names) for _ in names]
    for pair in found.pairs:
        if str(pair.first) not in place or str(pair.second) not in place:
            continue
        low, high = sorted((place[str(pair.first)], place[str(pair.second)]))
        one = pair.coefficient
        value = one.value if pair.items >= figures.FEWEST_IN_PAIR else None
        cells[high][low] = {"value": value, "low": one.low, "high": one.high, "n": pair.items}
    note = f"The {count(len(names))} annotators with most items in common." if len(shared) > len(names) else ""
    return {"pair_names": names, "pair_cells": cells, "pairs_note": note}


def _shift(value: float | None, difference: Any) -> dict[str, Any]:
    """The interval of the value without somebody, from that of the difference, and whether they lower the whole."""
    if value is None or difference.value is None or difference.low is None or difference.high is None:
        return {"why": "cannot be told"}
    whole = value - difference.value
    out: dict[str, Any] = {"low": whole + difference.low, "high": whole + difference.high}
    if difference.low > 0:
        out["note"] = f"lowers the whole by {figure(difference.value)}"
    return out


def _flaw(name: str) -> str:
    """What to know of a coefficient before it is quoted."""
    return {
        "percent_agreement": "says nothing of chance: with one frequent label it is high for anybody",
        "gwet_ac1": "hardly falls where one label is much more frequent than the others",
        "fleiss_kappa": "chance by the labels' shares; needs the same number of answers everywhere",
        "brennan_prediger": "chance as if all labels were as likely",
        "krippendorff_alpha": "as if the order of the labels meant nothing",
        "gwet_ac2": "like AC1, with near misses counted in part",
    }.get(name, "")
