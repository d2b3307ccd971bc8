"""What the annotators say together: computed, explained, and set against the plain majority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labeling.errors import Unusable
from labeling.model import ConsensusRun
from labeling.store import answers, consensus, consensus_reads, items, overview_reads
from labeling.store.consensus_reads import Unlike, Why
from prep.phrase import phrase
from web import catalogue
from web.auth import Deciding, Managing, Seat
from web.catalogue import t, tn
from web.figures import Agreed
from web.routes.manage import figures
from web.routes.manage.faces import Labels, line, tally
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, text, whole
from web.routes.manage.order import tabs_of
from web.routes.manage.words import FEW, count, figure, interval, thin

router = APIRouter(include_in_schema=False)
HERE = "agreement/consensus"
AT_ONCE = 30
LISTS: dict[Why, tuple[str, str, str]] = {
    "majority": (
        phrase("Not what most said"),
        phrase("Most annotators said one thing and the consensus says another, as it trusts some more than others."),
        phrase("Nowhere: every consensus is the label that most gave."),
    ),
    "drawn": (
        phrase("No clear majority"),
        phrase("Two labels or more have as many votes, so a plain majority would have to be drawn by lot."),
        phrase("Nowhere: every item has one label with most votes."),
    ),
    "models": (
        phrase("Models differ"),
        phrase("At least one of the models in it prefers another label: these are worth a reader's eye."),
        phrase("Nowhere: all models prefer the same labels."),
    ),
}


@router.get("/projects/{name}/agreement/consensus")
def show(request: Request, seat: Deciding, unlike: str = "", after: int | None = None) -> HTMLResponse:
    """The newest run, with one of its lists of items to look at."""
    project, labels = seat.project, Labels(seat.project)
    with store_of(request).read() as connection:
        run = consensus.latest(connection, project.id)
        has_answers = answers.last_number(connection, project.id) > 0
        new = overview_reads.new_answers(connection, project.id, run.last_annotation) if run else 0
        found = figures.agreed(request, project, run.id) if run else None
        chosen = _list_of(unlike, found)
        rows = (
            consensus_reads.differing(connection, project.id, chosen, after=after, limit=AT_ONCE + 1) if found else []
        )
        said = items.answers_of(connection, [one.item for one in rows])
    context: dict[str, Any] = {"run": None}
    if run is not None and found is not None:
        is_classes = labels.is_by_classes
        context = _told(seat, run, found) | {
            "run": run,
            "unlike": found.unlike,
            "is_by_classes": is_classes,
            "shares": [
                {"name": labels.short(one), "hue": labels.place(one), "value": number}
                | ({"href": address(project, "items", label=one)} if labels.categories else {})
                for one, number in sorted(found.labels.items(), key=lambda one: labels.place(one[0]))
            ],
            "questions": [
                {
                    "name": name,
                    "title": title,
                    "rows": [{"name": str(answer), "value": number} for answer, number in counted.items()],
                }
                for name, title, counted in found.parts
            ],
            "bands": [{"name": interval(low, high), "value": number} for low, high, number in found.bands],
            "lists": [
                {
                    "title": title,
                    "count": found.unlike[why],
                    "href": address(project, HERE, unlike=why) + "#look",
                    "current": why == chosen,
                }
                for why, (title, _, _) in LISTS.items()
                if why != "models" or is_classes
            ],
            "list_words": LISTS[chosen][1],
            "list_empty": LISTS[chosen][2],
            "rows": [_row(seat, labels, one, said.get(one.item, [])) for one in rows[:AT_ONCE]],
            "next_href": address(project, HERE, unlike=chosen, after=rows[AT_ONCE - 1].item) + "#look"
            if len(rows) > AT_ONCE
            else "",
        }
    return page(
        request,
        seat,
        "consensus.html",
        heading=t("What do they say together?"),
        verdict=_verdict(run, new, found.unlike["majority"] if found else 0),
        tabs=tabs_of(seat.project),
        may_compute=has_answers and seat.role == "manager",
        has_answers=has_answers,
        is_behind=run is None or new > 0,
        methods=_methods() if labels.is_by_classes else [("auto", t("auto: the way of this kind of answer"))],
        method=run.parameters.get("asked", "auto") if run else "auto",
        seed=run.seed if run else 0,
        **context,
    )


@router.post("/projects/{name}/agreement/consensus")
def compute(request: Request, seat: Managing, form: Form) -> Response:
    """Begin to compute it, in a process of its own; the next page says how far that is, then shows it."""
    job = request.app.state.jobs.start(
        "run_consensus",
        project=seat.project.name,
        member=seat.member.id,
        what=phrase("Computing the consensus"),
        then=address(seat.project, HERE),
        number=seat.project.id,
        method=text(form, "method") or "auto",
        seed=whole(form, "seed", "seed"),
        fresh=text(form, "fresh") == "1",
        actor=seat.member.id,
    )
    return go(request, seat, f"jobs/{job.id}")


def _list_of(given: str, found: Agreed | None) -> Why:
    """The list that is asked for, else the first that has an item. Raises Unusable."""
    known = get_args(Why)
    if given and given not in known:
        raise Unusable(
            phrase("%(given)r is no list of this page", given=given[:40]),
            cure=phrase("Known are: %(names)s.", names=", ".join(known)),
        )
    if given:
        return given  # type: ignore[return-value] # one of them
    return next((why for why in LISTS if found and found.unlike[why]), "majority")


def _methods() -> list[tuple[str, str]]:
    from labeling.consensus.families import methods

    rest = [(name, one.title) for name, one in methods().items() if name not in {"auto", "auto_ordinal"}]
    return [("auto", t("auto: chosen by the answers")), *rest]


def _row(seat: Seat, labels: Labels, one: Unlike, said: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        "text": line(seat.project, one.payload) or one.key,
        "href": address(seat.project, "items/one", key=one.key),
        "votes": tally(labels, [answer for _, answer in said], one.payload),
        "consensus": labels.short(one.answer, one.payload),
        "hue": labels.place(one.answer),
        "confidence": one.confidence,
        "models_unlike": one.models_unlike,
    }


def _verdict(run: ConsensusRun | None, new: int, differs: int) -> Verdict:
    if run is None:
        return Verdict(t("Not computed yet."), "warn")
    if new:
        return Verdict(
            tn(
                "Computed over %(answers)s; %(n)s has come since. Compute it again.",
                "Computed over %(answers)s; %(n)s have come since. Compute it again.",
                new,
                answers=tn("%(n)s answer", "%(n)s answers", run.answers),
            ),
            "warn",
        )
    words = tn(
        "Up to date: computed over all %(n)s answer.", "Up to date: computed over all %(n)s answers.", run.answers
    )
    if differs:
        rest = tn(
            "It differs from a clear majority on %(n)s item.",
            "It differs from a clear majority on %(n)s items.",
            differs,
        )
        words = f"{words} {rest}"
    return Verdict(words, "good")


def _told(seat: Seat, run: ConsensusRun, found: Agreed) -> dict[str, Any]:
    """What the run says of itself, in sentences, models, bins and facts."""
    facts = run.diagnostics
    check = facts.get("gold_check")
    listed = [
        (t("Method"), f"{catalogue.recall(facts.get('title', run.method))} ({run.method})"),
        (t("Source"), facts.get("source", "")),
        (t("Seed"), run.seed),
        (t("Iterations"), facts.get("iterations")),
        (t("Why it stopped"), catalogue.recall(facts.get("stopped", ""))),
        (t("Parameters"), ", ".join(f"{name} {_plain(value)}" for name, value in run.parameters.items())),
        (t("Confidence rests on"), thin(catalogue.recall(facts.get("calibration", "")))),
        (t("Gold items that held it"), count(facts.get("gold_items") or 0)),
    ]
    return {
        "sentences": _sentences(run, found),
        "models": _models(facts.get("members") or []),
        "facts": [(name, value) for name, value in listed if value not in (None, "", [])],
        "hidden": catalogue.recall(facts.get("why_hidden") or ""),
        "calibrated": _calibrated(facts),
        "bins": _bins(check["after"]["bins"]) if check else [],
        "bins_words": _bins_words(check) if check else "",
        "bins_why": _why_no_bins(seat, facts),
    }


def _sentences(run: ConsensusRun, found: Agreed) -> list[str]:
    facts = run.diagnostics
    asked = run.parameters.get("asked", run.method)
    title, words = facts.get("title", run.method), facts.get("words", "")
    chosen = t("%(method)s, the default.", method=catalogue.recall(title))
    if asked != "auto":
        chosen = t("%(method)s, as was asked for.", method=catalogue.recall(title))
    said = [catalogue.recall(words) if "own_gold" in facts else f"{chosen} {catalogue.recall(words)}"]
    if facts.get("members"):
        said.append(
            t(
                "No single model is safe on all data: some lose to a plain majority where answers are few, and a majority "
                "loses where skills differ. The mean of models that fail on different data does neither."
            )
        )
    rests = t(
        "It rests on %(answers)s by %(annotators)s.",
        answers=tn("%(n)s answer", "%(n)s answers", run.answers),
        annotators=tn("%(n)s annotator", "%(n)s annotators", facts.get("annotators", 0)),
    )
    if facts.get("gold_items"):
        held = tn(
            "%(n)s gold item held it to what is known.",
            "%(n)s gold items held it to what is known.",
            facts["gold_items"],
        )
        rests = f"{rests} {held}"
    said.append(rests)
    if facts.get("own_gold"):
        said += _gold_words(facts["own_gold"])
    if facts.get("ties"):
        said.append(
            tn("%(n)s item was a tie.", "%(n)s items were ties.", facts["ties"])
            if "own_gold" in facts
            else tn(
                "%(n)s item was a tie, drawn by seed %(seed)s.",
                "%(n)s items were ties, drawn by seed %(seed)s.",
                facts["ties"],
                seed=run.seed,
            )
        )
    if "own_gold" in facts:
        return said
    if not found.unlike["majority"] and not found.unlike["models"]:
        said.append(t("A plain majority would say the same wherever it is clear."))
    return said


def _gold_words(held: Mapping[str, Any]) -> list[str]:
    """How often the consensus is right on gold items, whose answers it was not told; nothing where there are few."""
    from labeling.audit import wilson

    seen, right = held["seen"], held["right"]
    if seen < FEW:
        return []
    span = interval(*wilson(right, seen))
    return [
        tn(
            "On %(n)s gold item, which it was not told, it is right on %(right)s (95 %% %(span)s).",
            "On %(n)s gold items, which it was not told, it is right on %(right)s (95 %% %(span)s).",
            seen,
            right=count(right),
            span=span,
        )
    ]


def _models(members: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    from labeling.consensus.families import methods

    known = methods()
    return [
        {
            "name": catalogue.recall(one["title"]),
            "note": known[one["method"]].words if one["method"] in known else "",
            "value": one["differs"],
        }
        for one in members
    ]


def _calibrated(facts: Mapping[str, Any]) -> tuple[str, str, str]:
    """Whether the confidence is calibrated: a word, its tone, and what that rests on."""
    if facts.get("why_hidden") and not facts.get("confidence_shown", True):
        return t("hidden"), "warn", ""
    if facts.get("gold_check"):
        return (
            t("calibrated on gold"),
            "good",
            t("It was fitted so that what says .90 is right nine times in ten there."),
        )
    if "own_gold" in facts:
        return (
            t("tempered, not checked"),
            "",
            t("It comes of the models behind this kind of answer; no gold checks it."),
        )
    if facts.get("method") in {"auto", "auto_ordinal"}:
        return (
            t("tempered, not checked"),
            "",
            t(
                "Answers to one item are not independent, so it is held back by as much as public data teach; no gold checks it."
            ),
        )
    return (
        t("not calibrated"),
        "warn",
        t("It is %(what)s.", what=catalogue.recall(facts.get("calibration", "")) or t("what the model says of itself")),
    )


def _bins(bins: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The reliability diagram, each bin with Wilson's interval of the share that is right."""
    from labeling.audit import wilson

    rows = []
    for one in bins:
        low, high = wilson(round(one["accuracy"] * one["count"]), one["count"])
        rows.append({"said": one["confidence"], "right": one["accuracy"], "n": one["count"], "low": low, "high": high})
    return rows


def _bins_words(check: Mapping[str, Any]) -> str:
    from labeling.audit import wilson

    before, after = check["before"], check["after"]
    right = round(after["accuracy"] * after["count"])
    span = interval(*wilson(right, after["count"]))
    return tn(
        "On %(n)s gold item it says %(said)s on average and is right on %(right)s (%(share)s, 95 %% %(span)s). On average "
        "it is off by %(off)s; before it was fitted by %(before)s. It was fitted on these very items, which flatters it a "
        "little.",
        "On %(n)s gold items it says %(said)s on average and is right on %(right)s (%(share)s, 95 %% %(span)s). On average "
        "it is off by %(off)s; before it was fitted by %(before)s. It was fitted on these very items, which flatters it a "
        "little.",
        after["count"],
        said=figure(after["confidence"]),
        right=count(right),
        share=figure(after["accuracy"]),
        span=span,
        off=figure(after["ece"], 3),
        before=figure(before["ece"], 3),
    )


def _why_no_bins(seat: Seat, facts: Mapping[str, Any]) -> str:
    if "own_gold" in facts:
        return t(
            "For answers of this kind it is only counted how often the consensus is right on gold items, as said above."
        )
    from labeling.consensus.confidence import ENOUGH_GOLD

    held = facts.get("gold_items") or 0
    words = t(
        "Whether what says .90 is right nine times in ten can be seen only where answers are known. That takes %(least)s "
        "gold items that annotators answered; the consensus had none.",
        least=ENOUGH_GOLD,
    )
    if held:
        words = tn(
            "Whether what says .90 is right nine times in ten can be seen only where answers are known. That takes "
            "%(least)s gold items that annotators answered; the consensus had %(n)s such item.",
            "Whether what says .90 is right nine times in ten can be seen only where answers are known. That takes "
            "%(least)s gold items that annotators answered; the consensus had %(n)s such items.",
            held,
            least=ENOUGH_GOLD,
        )
        if not seat.project.gold_rate:
            words = f"{words} {t('No gold is handed out now: its share is set to 0 %%.')}"
    return words


def _plain(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
