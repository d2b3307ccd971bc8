"""How far annotators agree, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from labeling.kinds import kind
from labeling.store import guidelines
from prep.phrase import phrase
from web import details
from web.auth import Deciding, Seat
from web.catalogue import t, tn
from web.figures import anchoring
from web.routes.manage import drawing, figures
from web.routes.manage.faces import Labels
from web.routes.manage.frame import Nothing, Verdict, address, page, store_of
from web.routes.manage.order import tabs_of
from web.routes.manage.words import count, figure, moment, thin

if TYPE_CHECKING:
    from labeling.agreement import ByVersion, Coefficient, Difference, Pairs, Period, Without

router = APIRouter(include_in_schema=False)
MOST_NAMED = 6
MEANS = {
    "nominal": phrase("two answers are the same or they are not"),
    "ordinal": phrase("answers further apart in the order disagree more"),
    "interval": phrase("answers disagree by their squared distance"),
    "ratio": phrase("answers disagree by their distance, measured against their size"),
}
FLAWS = {
    "identical_answers": phrase("how often two answers are the same to the last character"),
    "percent_agreement": phrase("says nothing of chance: with one frequent label it is high for anybody"),
    "gwet_ac1": phrase("hardly falls where one label is much more frequent than the others"),
    "gwet_ac2": phrase("as AC1, with near misses counted in part"),
    "fleiss_kappa": phrase("chance by the labels' shares; every item weighs the same"),
    "conger_kappa": phrase("chance by each annotator's own shares: for small, fixed teams"),
    "scott_pi": phrase("of two annotators, with chance by their shares together"),
    "cohen_kappa": phrase("of two annotators, with chance by each one's own shares"),
    "weighted_kappa": phrase("as Cohen's, with near misses counted in part"),
    "brennan_prediger": phrase("chance as if all labels were as likely"),
}


@router.get("/projects/{name}/agreement")
def show(request: Request, seat: Deciding) -> HTMLResponse:
    """The coefficient with its interval and verdict, then label by label, version by version, pair by pair."""
    project = seat.project
    whole = figures.agreement(request, project)
    context: dict[str, Any] = {"headline": None, "floor": figures.FLOOR, "least": 0.0}
    if whole.alpha is None or whole.alpha.value is None:
        context["nothing"] = Nothing(
            t("Agreement cannot be told yet"),
            tn(
                "No item has two or more answers that can be compared. Agreement is measured where several annotators "
                "answered the same item; here every item goes to %(n)s annotator.",
                "No item has two or more answers that can be compared. Agreement is measured where several annotators "
                "answered the same item; here every item goes to %(n)s annotators.",
                project.overlap,
            ),
            address(project, "annotators"),
            t("See who is at work"),
        )
        return page(
            request, seat, "agreement.html", heading=t("Do annotators agree?"), tabs=tabs_of(project), **context
        )
    more = figures.detail(request, project)
    with store_of(request).read() as connection:
        published = [(one.version, one.published_at) for one in guidelines.listing(connection, project.id)]
    least = _least(
        [
            whole.alpha,
            *whole.per_label.values(),
            *(one.alpha for one in whole.parts),
            *(part.coefficient for part in more.over_time),
        ]
    )
    context |= {
        "least": least,
        "headline": headline(whole.alpha, least, kind(project.kind).agrees_by),
        "labels": _by_label(seat, whole.per_label, whole.alpha),
        "questions": [row(one.title, one.alpha) for one in whole.parts],
        "questions_are": t("Label by label") if Labels(project).labels else t("Question by question"),
        "question_is": t("Label") if Labels(project).labels else t("Question"),
        "labels_note": _worst(seat, whole.per_label),
        "label_names": Labels(project).texts if Labels(project).is_by_classes else [],
        "coefficients": [
            row(one.plain_name, one, note=FLAWS.get(one.name, _level(one, whole.alpha)))
            for one in (whole.alpha, *more.others)
        ],
        "fewest_for_time": details.FEWEST_PARTS * details.ITEMS_A_PART,
    }
    context |= _versions(seat, whole.by_version) | _matrix(whole.pairs) | _effects(more.without)
    context |= _over_time(more.over_time, published, least)
    if project.withheld is not None:
        led = anchoring(store_of(request), project)[""]
        context["suggestions"] = led if led.shown + led.withheld else None
    return page(
        request,
        seat,
        "agreement.html",
        heading=t("Do annotators agree?"),
        verdict=figures.as_of(
            request, project, "agreement", Verdict(thin(whole.alpha.verdict(figures.FLOOR)), _tone(whole.alpha))
        ),
        tabs=tabs_of(project),
        **context,
    )


def headline(one: Coefficient, least: float = 0.0, agrees_by: str = "") -> dict[str, Any]:
    """The one coefficient in front, as the overview shows it too; `agrees_by` says what a kind's own distance is."""
    return {
        "name": one.plain_name,
        "means": agrees_by
        or next(
            (words for level, words in MEANS.items() if f"({level})" in one.plain_name), phrase("as far as it goes")
        ),
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "n": one.units,
        "answered": one.items,
        "annotators": one.annotators or 0,
        "answers": one.pairable,
        "least": least,
        "floor": figures.FLOOR,
        "how": t("Interval: %(method)s.", method=thin(one.method)),
        "verdict": thin(one.verdict(figures.FLOOR)),
    }


def row(name: str, one: Coefficient, **more: Any) -> dict[str, Any]:
    """A coefficient as a row of dots and whiskers; `n` are its items with two or more answers."""
    why = one.why or t("too few answers to say")
    return {"name": name, "value": one.value, "low": one.low, "high": one.high, "n": one.units, "why": why, **more}


def _level(one: Coefficient, chosen: Coefficient) -> str:
    """Which of several alphas this is."""
    return t("the one above") if one is chosen else t("as if the order of the labels meant nothing")


def _tone(one: Coefficient) -> Any:
    if one.low is None or one.high is None:
        return "warn"
    return "good" if one.low >= figures.FLOOR else "bad" if one.high < figures.FLOOR else "warn"


def _least(found: list[Coefficient]) -> float:
    """Where the axis begins: at zero, or lower where an interval reaches below it."""
    lowest = min([one.low if one.low is not None else one.value or 0.0 for one in found], default=0.0)
    return 0.0 if lowest >= 0 else -0.25 if lowest >= -0.25 else -0.5 if lowest >= -0.5 else -1.0


def _by_label(seat: Seat, found: Mapping[Any, Coefficient], whole: Coefficient) -> list[dict[str, Any]]:
    labels = Labels(seat.project)
    rows = []
    for label, one in found.items():
        share = whole.prevalence.get(label, 0.0)
        href = address(seat.project, "items", label=label)
        why = t("nobody chose it") if share == 0 else one.why
        rows.append(
            row(labels.short(label), one, href=href)
            | {"n": round(share * whole.pairable), "share": share, "why": why or t("too few answers to say")}
        )
    return sorted(rows, key=lambda one: (one["value"] is None, one["value"] or 0.0))


def _worst(seat: Seat, found: Mapping[Any, Coefficient]) -> str:
    """The labels whose whole interval lies under the floor, in a sentence."""
    labels = Labels(seat.project)
    low = [
        (one.value or 0.0, label) for label, one in found.items() if one.high is not None and one.high < figures.FLOOR
    ]
    if not low:
        return ""
    names = [labels.short(label) for _, label in sorted(low, key=lambda one: one[0])]
    listed = ", ".join(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        listed = t("%(names)s and %(n)s more", names=listed, n=count(len(names) - MOST_NAMED))
    return t(
        "Surely below %(floor)s: %(labels)s. Their entries in the guideline are where to begin.",
        floor=figure(figures.FLOOR, 3),
        labels=listed,
    )


def _versions(seat: Seat, found: ByVersion | None) -> dict[str, Any]:
    if found is None or len(found.versions) < 2:
        return {}
    labels = Labels(seat.project)
    names = {one.version: f"v{one.version}" if one.version else t("no guideline") for one in found.versions}
    units = {one.version: one.coefficient.units for one in found.versions}
    changes = [
        {
            "name": t("%(low)s to %(high)s", low=names[one.before], high=names[one.after]),
            "value": one.difference.value,
            "low": one.difference.low,
            "high": one.difference.high,
            "n": units[one.before] + units[one.after],
            "why": t("cannot be told: one of the two has too few answers"),
            "words": one.difference.verdict(),
            "note": _change_words(one.difference),
        }
        for one in found.changes
    ]
    return {
        "versions": [row(names[one.version], one.coefficient) for one in found.versions],
        "changes": changes,
        "changes_reach": drawing.reach(changes),
        "version_shares": [
            {
                "name": names[one.version],
                "shares": [one.shares.get(label, 0.0) for label in labels.values],
                "n": one.coefficient.answers,
            }
            for one in found.versions
        ],
    }


def _change_words(one: Difference) -> str:
    if one.low is None or one.high is None:
        return ""
    return t("rose") if one.low > 0 else t("fell") if one.high < 0 else t("no change can be told")


def _over_time(parts: tuple[Period, ...], published: list[tuple[int, int]], least: float) -> dict[str, Any]:
    """The parts with the picture of their line; a mark where answers under the next guideline version began."""
    rows = [
        row(
            t("%(part)s of %(whole)s", part=place, whole=len(parts)),
            one.coefficient,
            until=moment(int(one.end.timestamp() * 1000)),
        )
        for place, one in enumerate(parts, 1)
    ]
    ends = [int(one.end.timestamp() * 1000) for one in parts]
    marks = []
    for version, at in sorted(published):
        place = sum(end < at for end in ends)
        if 0 < place < len(parts):
            marks.append({"at": place / len(parts) * 100, "text": f"v{version}"})
    return {"over_time": rows, "trend": drawing.trend(rows, least), "marks": marks} if rows else {}


def _matrix(found: Pairs | None) -> dict[str, Any]:
    """The lower half of the matrix, who agrees most with the others first; too few items in common say how few."""
    if found is None or len(found.annotators) < 2:
        return {}
    shared: dict[str, int] = {}
    sums: dict[str, float] = {}
    for pair in found.pairs:
        for who in (str(pair.first), str(pair.second)):
            shared[who] = shared.get(who, 0) + pair.items
            sums[who] = sums.get(who, 0.0) + pair.items * (pair.coefficient.value or 0.0)
    chosen = sorted(shared, key=lambda who: (-shared[who], who))[: figures.MOST_PAIRED]
    names = sorted(chosen, key=lambda who: (-sums[who] / shared[who], who))
    place = {name: number for number, name in enumerate(names)}
    cells: list[list[Any]] = [[None] * len(names) for _ in names]
    for pair in found.pairs:
        if str(pair.first) not in place or str(pair.second) not in place:
            continue
        low, high = sorted((place[str(pair.first)], place[str(pair.second)]))
        one = pair.coefficient
        value = one.value if pair.items >= figures.FEWEST_IN_PAIR else None
        cells[high][low] = {"value": value, "low": one.low, "high": one.high, "n": pair.items}
    note = ""
    if len(shared) > len(names):
        note = t("The %(n)s annotators with most items in common.", n=count(len(names)))
    return {"pair_names": names, "pair_cells": cells, "pairs_note": note}


def _effects(without: Mapping[Any, Without]) -> dict[str, Any]:
    """Each annotator's effect, those who lower the whole most first."""
    rows: list[dict[str, Any]] = [
        {
            "name": str(who),
            "value": one.difference.value,
            "low": one.difference.low,
            "high": one.difference.high,
            "n": one.answers,
            "why": t("cannot be told"),
            "note": _effect_words(one),
        }
        for who, one in without.items()
    ]
    rows.sort(key=lambda one: (one["value"] is None, -(one["value"] or 0.0)))
    return {"without": rows, "without_reach": drawing.reach(rows)} if rows else {}


def _effect_words(one: Without) -> str:
    difference = one.difference
    if one.value is None or difference.low is None or difference.high is None:
        return ""
    if difference.low > 0:
        return t("lowers the whole; the others %(value)s", value=figure(one.value))
    if difference.high < 0:
        return t("lifts the whole; the others %(value)s", value=figure(one.value))
    return t("no effect told; the others %(value)s", value=figure(one.value))
