"""Labeled spans of a text, and relations between them: `{"spans": [{"start": 0, "end": 4, "label": "person"}]}`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard

from labeling.errors import Unusable, nearest
from labeling.kinds import labels
from labeling.kinds.kind import Category, Kind, Verdict, Vote, json_of
from labeling.spans import model, rules
from labeling.spans.matching import distance, score
from labeling.spans.model import Relation, Span, Spans
from prep.phrase import phrase

if TYPE_CHECKING:
    from labeling.agreement.coefficient import Coefficient

MOST_SPANS = 20_000
MOST_RELATIONS = 20_000
LONGEST_TEXT = 10_000_000
SNAPS = ("word", "character")
OPTIONS = ("labels", "field", "may_overlap", "snap", "relations", "right_at")


class SpanKind(Kind):
    """Pieces of a text with a label each. Offsets count Unicode code points, as Python's slices do; the end is exclusive."""

    name = "spans"
    title = phrase("Spans of a text")
    description = phrase("Labeled pieces of a text, such as the names in it, and how they relate.")
    level = "nominal"
    agrees_by = "one minus the soft F1 of two sets of spans"
    settles_by = (
        "Every span that somebody marked is weighed by who marked it; of those that exclude each other the best supported "
        "stand."
    )

    def options(self, raw: Any) -> dict[str, Any]:
        """`{"labels": ["person", "firm"], "field": "text", "may_overlap": false, "snap": "word",
        "relations": [{"name": "works for", "from": ["person"], "to": ["firm"]}], "right_at": 1.0}`.

        `field` is the item's field that holds the text; `snap` is how the desk selects. A relation whose `from` or `to`
        is empty takes every label there. An answer counts as right against gold from an F1 of `right_at` on.
        """
        found = labels.read(raw, "A project of spans", least=1)
        unknown = sorted(set(raw) - set(OPTIONS))
        if unknown:
            raise Unusable(f"Spans have no option {unknown[0]!r}", cure="Known are: " + ", ".join(OPTIONS) + ".")
        field, may_overlap = raw.get("field", "text"), raw.get("may_overlap", False)
        snap, right_at = raw.get("snap", "word"), raw.get("right_at", 1.0)
        if not isinstance(field, str) or not field.strip():
            raise Unusable("The field with the text has no name", cure='Give one, such as "text".')
        if not isinstance(may_overlap, bool):
            raise Unusable(f"may_overlap={may_overlap!r} is no truth value", cure="Give true or false.")
        if snap not in SNAPS:
            raise Unusable(f"snap={snap!r} is no way to select", cure="Give one of: " + ", ".join(SNAPS) + ".")
        if isinstance(right_at, bool) or not isinstance(right_at, int | float) or not 0 < right_at <= 1:
            raise Unusable(
                f"right_at={right_at!r} is no F1", cure="Give a number above 0, up to 1 (the very same spans)."
            )
        return {
            "labels": found,
            "field": field.strip(),
            "may_overlap": may_overlap,
            "snap": snap,
            "relations": rules.read(raw.get("relations"), [label["name"] for label in found]),
            "right_at": float(right_at),
        }

    def parse(self, raw: Any, options: Mapping[str, Any]) -> Spans:
        """The spans in reading order. Also read are a list of spans alone, and spans as `[start, end, label]`."""
        given, arrows = _lists(raw)
        spans = [_span(one, place, options) for place, one in enumerate(given, 1)]
        _refuse_repeats(spans)
        if not options["may_overlap"]:
            pair = model.disjoint(spans)
            if pair is not None:
                raise Unusable(
                    f"The spans {_said(pair[0])} and {_said(pair[1])} overlap",
                    cure="In this project no two spans may share a character; take one out or move its ends.",
                )
        relations = [_relation(one, place, spans, options) for place, one in enumerate(arrows, 1)]
        return Spans(tuple(sorted(spans)), tuple(sorted(set(relations))))

    def dump(self, answer: Any) -> Any:
        """Spans as objects in reading order; a relation's `from` and `to` are places among them, from 0."""
        return answer.plain()

    def condition(self, raw: Any, options: Mapping[str, Any]) -> Any:
        """One of the labels: asked where a span bears it."""
        return labels.parse(raw, options)

    def meets(self, said: Any, wanted: Any) -> bool:
        """Whether a span bears that label."""
        return any(span["label"] == wanted for span in said.get("spans", ()))

    def without_script(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """As JSON alone."""
        return False

    def looks_at_items(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """It does: spans lie in a text."""
        return True

    def fits(self, answer: Any, fields: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        """Refuse spans that the item's text has not: beyond its end, or of nothing but white space."""
        text = fields.get(options["field"])
        if not isinstance(text, str):
            near = nearest(options["field"], list(fields))
            raise Unusable(
                f"The item has no text in its field {options['field']!r}",
                cure=f"Did you mean {near!r}? " * bool(near) + "Skip it, and tell the project's manager.",
            )
        for span in answer.spans:
            if span.end > len(text):
                raise Unusable(
                    f"The span {_said(span)} ends beyond the text, which has {len(text):,} characters",
                    cure="Offsets count Unicode code points from 0; the end is the place behind the last.",
                )
            if not text[span.start : span.end].strip():
                raise Unusable(f"The span {_said(span)} holds white space only", cure="Take it out, or move its ends.")

    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:  # noqa: ARG002 - the kind's signature
        """1 − soft F1: a pair of spans of one label counts its intersection over its union, a common relation counts 1."""
        return distance(first, second)

    def size(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> int:
        """The length of the text in code points."""
        text = fields.get(options["field"])
        return len(text) if isinstance(text, str) else 0

    def measures(
        self,
        answers: Sequence[tuple[Hashable, str, Any]],
        sizes: Mapping[Hashable, Any],
        options: Mapping[str, Any],
        *,
        resamples: int,
    ) -> list[tuple[str, str, Coefficient]]:
        """Unitized alpha, overall and by label, and the F1 of pairs of annotators, exact and by overlap."""
        from labeling.spans.figures import figures_of

        names = [label["name"] for label in options["labels"]]
        return figures_of([(item, who, given.spans) for item, who, given in answers], sizes, names, resamples)

    def is_right(self, answer: Any, gold: Any, options: Mapping[str, Any]) -> bool:
        """Whether the F1 of exact matches, relations counted like spans, reaches the project's `right_at`."""
        found = score(answer.spans, gold.spans)
        common = len(set(answer.relations) & set(gold.relations))
        size = found.first + found.second + len(answer.relations) + len(gold.relations)
        return size == 0 or 2 * (found.matches + common) / size >= options["right_at"] - 1e-9

    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """The answer as JSON in the one value sent; the text itself where it is none, for `parse` to refuse."""
        return json_of(values)

    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:  # noqa: ARG002 - the kind's signature
        """None: a set of spans is no category."""
        return ()

    def labels(self, options: Mapping[str, Any]) -> tuple[Category, ...]:
        """The labels with their help."""
        return labels.categories(options)

    def labels_in(self, answer: Any) -> tuple[Any, ...]:
        """The labels of its spans, each once."""
        if isinstance(answer, Spans):
            return tuple(dict.fromkeys(span.label for span in answer.spans))
        return tuple(dict.fromkeys(span["label"] for span in answer.get("spans", [])))

    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG002 - the kind's signature
        """One column of JSON."""
        return {"label": "json"}

    def text(self, answer: Any, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """Each span's label and place, the first eight; then how many relations."""
        if not answer.spans:
            return "no spans here"
        shown = [f"{one.label} {one.start}–{one.end}" for one in answer.spans[:8]]
        more = [f"{len(answer.spans) - 8} more"] * (len(answer.spans) > 8)
        many = len(answer.relations)
        return ", ".join(shown + more) + (f"; {many} relation{'s' if many > 1 else ''}" if many else "")

    def told(self, answer: Any, fields: Mapping[str, Any], options: Mapping[str, Any]) -> str:
        """Each span's words with its label, then the relations."""
        text = fields.get(options["field"])
        if not answer.spans or not isinstance(text, str):
            return self.text(answer, options)

        def words(span: Span) -> str:
            found = " ".join(text[span.start : span.end].split())
            return f"“{found if len(found) <= 60 else found[:59] + '…'}”"

        told = [f"{words(span)} {span.label}" for span in answer.spans[:40]]
        told += [f"{len(answer.spans) - 40} more"] * (len(answer.spans) > 40)
        told += [f"{words(one.source)} {one.label} → {words(one.target)}" for one in answer.relations[:20]]
        return " · ".join(told)

    def from_settings(self, given: Mapping[str, str]) -> Any:
        r"""The labels and rules of a form; relations are one a line.

        >>> KIND.from_settings({"labels": "person\nfirm", "relations": "works for: person → firm"})["relations"]
        [{'name': 'works for', 'from': ['person'], 'to': ['firm']}]
        """
        return {
            "labels": labels.from_settings(given),
            "field": given.get("field", "").strip() or "text",
            "may_overlap": given.get("may_overlap") == "yes",
            "snap": given.get("snap") or "word",
            "relations": [rules.from_line(line) for line in given.get("relations", "").splitlines() if line.strip()],
            "right_at": _share(given.get("right_at", "")),
        }

    def settings(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The same as fields."""
        return {
            **labels.settings(options),
            "field": options["field"],
            "may_overlap": "yes" if options["may_overlap"] else "no",
            "snap": options["snap"],
            "relations": "\n".join(rules.as_line(one) for one in options["relations"]),
            "right_at": repr(100 * options["right_at"]),
        }

    def piece_text(self, piece: Any, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """A span's label and place."""
        return f"{piece['label']} {piece['start']}–{piece['end']}"

    def unsafe(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        """Labels and relations may be added and rules made wider; else answers that are there would not stand."""
        for what, name in (("labels", "label"), ("relations", "relation")):
            kept = {one["name"] for one in after[what]}
            gone = [one["name"] for one in before[what] if one["name"] not in kept]
            if gone:
                return f"the {name} {gone[0]!r} cannot be taken away or renamed. Add a new one instead"
        if before["field"] != after["field"]:
            return f"the spans lie in the field {before['field']!r}. Leave it"
        if before["may_overlap"] and not after["may_overlap"]:
            return "spans may go on to overlap. Leave it"
        ends = {one["name"]: one for one in after["relations"]}
        for one in before["relations"]:
            for side in ("from", "to"):
                now = ends[one["name"]][side]
                if now and (not one[side] or set(one[side]) - set(now)):
                    return f"the relation {one['name']!r} can only be given more ends. Widen it"
        return ""

    def gives_confidence(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """It does."""
        return True

    def consensus(self, votes: Sequence[Vote], options: Mapping[str, Any], *, seed: int = 0) -> list[Verdict]:  # noqa: ARG002 - nothing is random
        """The spans agreed on (labeling.spans.consensus), then the relations between them that most annotators gave.

        The majority beside it is by character. `parts` are all the spans that somebody marked, with the confidence in each.
        """
        from labeling.spans.consensus import Given, agree_on, majority_by_character
        from labeling.spans.relating import relations_between

        given = [Given(vote.item, vote.annotator, vote.answer.spans) for vote in votes]
        majority = majority_by_character(given)
        answers: dict[Any, list[Spans]] = {}
        for vote in votes:
            answers.setdefault(vote.item, []).append(vote.answer)
        verdicts = []
        for found in agree_on(given, may_overlap=options["may_overlap"]):
            mine = answers[found.item]
            answer = Spans(found.spans, relations_between(found.spans, mine))
            apart = sorted(distance(answer, one) for one in mine)
            verdicts.append(
                Verdict(
                    item=found.item,
                    answer=answer,
                    confidence=found.confidence,
                    votes=found.annotators,
                    majority=Spans(_as_allowed(majority[found.item], options)),
                    is_tie=found.is_tie,
                    disagreement=sum(apart) / len(apart),
                    parts=tuple(
                        ({"start": one.span.start, "end": one.span.end, "label": one.span.label}, one.confidence)
                        for one in found.candidates
                    ),
                )
            )
        return verdicts

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """A plain set of labels, one whose spans overlap and relate, and a single label with a shared start."""
        person, firm = {"start": 0, "end": 3, "label": "person"}, {"start": 8, "end": 11, "label": "firm"}
        yield (
            {"labels": ["person", {"name": "firm", "description": "a company"}]},
            [{"spans": [firm, person]}, {"none": True}, [[0, 3, "person"]], {"spans": [firm], "none": False}],
            [
                None,
                "",
                [],
                {"spans": []},
                {"none": False},
                {"none": 1, "spans": [person]},
                {"spans": [person], "none": True},
                {"spans": [person, person]},
                {"spans": [person, {**firm, "start": 2}]},
                {"spans": [{**person, "end": 0}]},
                {"spans": [{**person, "start": -1}]},
                {"spans": [{**person, "start": 0.5}]},
                {"spans": [{**person, "start": True}]},
                {"spans": [{**person, "end": 10**12}]},
                {"spans": [{**person, "label": "Person"}]},
                {"spans": [{**person, "text": "Ann"}]},
                {"spans": [{"start": 0, "end": 3}]},
                {"spans": "0-3"},
                {"spans": {"start": 0}},
                {"spans": [None]},
                {"spans": [[0, 3]]},
                {"spans": [person], "relations": [{"from": 0, "to": 0, "label": "knows"}]},
                {"span": [person]},
                "person",
                7,
                [7],
            ],
        )
        yield (
            {
                "labels": ["person", "firm"],
                "may_overlap": True,
                "snap": "character",
                "relations": ["knows", {"name": "works for", "from": ["person"], "to": ["firm"]}],
                "right_at": 0.8,
            },
            [
                {"spans": [person, {**person, "label": "firm"}, {**person, "end": 2}]},
                {"spans": [firm, person], "relations": [{"from": 1, "to": 0, "label": "works for"}]},
                {"spans": [person, firm], "relations": [{"from": 0, "to": 1, "label": "knows"}]},
            ],
            [
                {"spans": [person, firm], "relations": [{"from": 1, "to": 0, "label": "works for"}]},
                {"spans": [person, firm], "relations": [{"from": 0, "to": 2, "label": "knows"}]},
                {"spans": [person, firm], "relations": [{"from": 0, "to": 0, "label": "knows"}]},
                {"spans": [person, firm], "relations": [{"from": 0, "to": 1, "label": "loves"}]},
                {"spans": [person, firm], "relations": [{"from": 0, "to": True, "label": "knows"}]},
                {"spans": [person, firm], "relations": [[0, 1]]},
                {"relations": [{"from": 0, "to": 1, "label": "knows"}]},
            ],
        )
        yield {"labels": ["😀"], "field": "body"}, [[[2, 3, "😀"], [3, 4, "😀"]]], [[[3, 2, "😀"]], [["2", "3", "😀"]]]


def _lists(raw: Any) -> tuple[Sequence[Any], Sequence[Any]]:
    """The spans and relations in an answer as it came, still to be read. Raises Unusable for an empty one."""
    cure = 'Mark a span, or say that there is none: {"none": true}.'
    if isinstance(raw, list | tuple):
        raw = {"spans": raw}
    if raw is None or raw == "":
        raise Unusable("Nothing is marked", cure=cure)
    if not isinstance(raw, Mapping):
        raise Unusable(f"{str(raw)[:80]!r} is no answer of spans", cure='Give {"spans": [[0, 4, "label"]]}.')
    unknown = sorted(set(map(str, raw)) - {"spans", "relations", "none"})
    if unknown:
        raise Unusable(f"An answer of spans has no {unknown[0][:80]!r}", cure="Known are: spans, relations, none.")
    given, arrows = raw.get("spans") or [], raw.get("relations") or []
    if raw.get("none", False) not in {True, False} or (raw.get("none") and (given or arrows)):
        raise Unusable("The answer says that there is no span, and gives some", cure="Say one of the two.")
    if not isinstance(given, list | tuple) or not isinstance(arrows, list | tuple):
        raise Unusable("The spans are no list", cure='Give {"spans": [[0, 4, "label"]]}.')
    if not given and raw.get("none") is not True:
        raise Unusable("Nothing is marked", cure=cure)
    if len(given) > MOST_SPANS or len(arrows) > MOST_RELATIONS:
        raise Unusable(f"More than {MOST_SPANS:,} spans or relations are too many", cure="Split the text.")
    return given, arrows


def _span(raw: Any, place: int, options: Mapping[str, Any]) -> Span:
    if isinstance(raw, list | tuple) and len(raw) == 3:
        raw = dict(zip(("start", "end", "label"), raw, strict=True))
    if not isinstance(raw, Mapping):
        raise Unusable(f"Span {place} is none", cure='Write it as {"start": 0, "end": 4, "label": "…"} or [0, 4, "…"].')
    unknown = sorted(set(map(str, raw)) - {"start", "end", "label"})
    if unknown:
        raise Unusable(f"Span {place} has an unknown field {unknown[0][:80]!r}", cure="Known are: start, end, label.")
    start, end = raw.get("start"), raw.get("end")
    if not (_is_whole(start) and _is_whole(end)) or not 0 <= start < end <= LONGEST_TEXT:
        raise Unusable(
            f"Span {place} goes from {str(start)[:40]} to {str(end)[:40]}",
            cure="Give whole numbers from 0, in Unicode code points, the end above the start.",
        )
    try:
        return Span(start, end, labels.parse(raw.get("label"), options))
    except Unusable as error:
        raise Unusable(f"Span {place}: {error.what}", cure=error.cure) from error


def _relation(raw: Any, place: int, spans: Sequence[Span], options: Mapping[str, Any]) -> Relation:
    if not isinstance(raw, Mapping) or set(map(str, raw)) != {"from", "to", "label"}:
        raise Unusable(f"Relation {place} is none", cure='Write it as {"from": 0, "to": 1, "label": "…"}.')
    ends = (raw["from"], raw["to"])
    if not all(_is_whole(end) and 0 <= end < len(spans) for end in ends) or ends[0] == ends[1]:
        raise Unusable(
            f"Relation {place} goes from {str(ends[0])[:40]} to {str(ends[1])[:40]}",
            cure=f"Give the places of two of the {len(spans)} spans, counted from 0.",
        )
    known = {one["name"]: one for one in options["relations"]}
    if not isinstance(raw["label"], str) or raw["label"] not in known:
        near = nearest(str(raw["label"]), list(known))
        raise Unusable(
            f"There is no relation {str(raw['label'])[:80]!r}",
            cure=f"Did you mean {near!r}?" if near else "The relations are: " + (labels.some(list(known)) or "none."),
        )
    rule = known[raw["label"]]
    for side, end in zip(("from", "to"), ends, strict=True):
        label = spans[end].label
        if rule[side] and label not in rule[side]:
            raise Unusable(
                f"The relation {rule['name']!r} does not go {side} {label!r}",
                cure=f"It goes {side}: {labels.some(rule[side])}",
            )
    return Relation(spans[ends[0]], spans[ends[1]], rule["name"])


def _share(text: str) -> float:
    if not text.strip():
        return 1.0
    try:
        return float(text.replace(",", ".").rstrip(" %")) / 100
    except ValueError:
        raise Unusable(f"{text[:20]!r} is no number of percent", cure="Give one from 1 to 100.") from None


def _as_allowed(spans: tuple[Span, ...], options: Mapping[str, Any]) -> tuple[Span, ...]:
    """Spans of which none overlap where none may: those that most say cannot, but for answers that once might."""
    return spans if options["may_overlap"] or model.disjoint(spans) is None else ()


def _refuse_repeats(spans: Sequence[Span]) -> None:
    first: dict[Span, int] = {}
    for place, span in enumerate(spans, 1):
        if first.setdefault(span, place) != place:
            raise Unusable(f"Span {place} ({_said(span)}) repeats span {first[span]}", cure="Give each span once.")


def _said(span: Span) -> str:
    return f"{span.label!r} at {span.start}–{span.end}"


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


KIND = SpanKind()
