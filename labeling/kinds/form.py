"""Several questions on one item: `{"topic": "refund", "rude": 4}`."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from labeling.errors import Unusable, nearest
from labeling.kinds import questions
from labeling.kinds.kind import Category, Kind, Part, Verdict, Vote, json_of
from labeling.kinds.questions import is_asked, kind_of
from prep.phrase import phrase


class Form(Kind):
    """Questions of the other kinds, some of them asked only after certain answers to an earlier one.

    An answer holds what was said to each question that was asked; an answer to one that was not is dropped. Every question
    has an agreement and a consensus of its own, over those who were asked it.
    """

    name = "form"
    title = phrase("Several questions")
    description = phrase("A form of questions on one item, some asked only after certain answers to an earlier one.")
    level = "nominal"
    agrees_by = "answers disagree by the mean over their questions, one that only one of the two answered counting as a full one"
    settles_by = (
        "Each question is settled by itself, by those who were asked it, in the order of the form; a question that the "
        "answers found so far rule out is left out. The confidence is the chance that every one of them is right, free texts "
        "aside, which have none."
    )

    def options(self, raw: Any) -> dict[str, Any]:
        """`{"questions": [{"name": "topic", "words": "What about?", "kind": "choice", "options": {"labels": [...]},
        "required": true, "only_if": {"kind_of_mail": ["complaint"]}}]}`; options of its kind may stand beside the name.
        """
        return {"questions": questions.read(raw)}

    def parse(self, raw: Any, options: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to each question that is asked, in the order of the form. Raises Unusable, naming the question."""
        if raw is None or raw in ("", {}):
            raise Unusable("Nothing is answered", cure=f"Answer {_quoted(options['questions'][0])}.")
        if not isinstance(raw, Mapping):
            cure = f'Give an object, such as {{"{options["questions"][0]["name"]}": …}}.'
            raise Unusable(f"{str(raw)[:60]!r} answers no questions", cure=cure)
        _refuse_unknown(raw, options)
        answer: dict[str, Any] = {}
        said: dict[str, Any] = {}
        for question in options["questions"]:
            if not is_asked(question, said, options["questions"]):
                continue
            name, one = question["name"], kind_of(question)
            value = raw.get(name)
            if value is None or value == "" or (value == [] and not question["options"].get("none")):
                if question["required"]:
                    raise Unusable(f"The question {_quoted(question)} is not answered", cure="Answer it.")
                continue
            try:
                answer[name] = one.parse(value, question["options"])
            except Unusable as error:
                what = error.what[:1].lower() + error.what[1:]
                raise Unusable(f"In the question {_quoted(question)}, {what}", cure=error.cure) from None
            said[name] = one.dump(answer[name])
        if not answer:
            raise Unusable("Nothing is answered", cure="Answer one question at least.")
        return answer

    def dump(self, answer: Any) -> Any:
        """The answers as JSON has them; tuples (several labels) as lists."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in answer.items()}

    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:
        """The mean of the questions' own distances; 1 for a question that only one of the two answered."""
        apart = [
            kind_of(question).distance(first[name], second[name], question["options"])
            if name in first and name in second
            else 1.0
            for question in options["questions"]
            if (name := question["name"]) in first or name in second
        ]
        return math.fsum(apart) / len(apart)

    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """The JSON object in the one value sent; the text itself where it is none, for `parse` to refuse."""
        return json_of(values)

    def from_fields(self, fields: Callable[[str], Sequence[str]], name: str, options: Mapping[str, Any]) -> Any:
        """The answers in the fields `answer.topic` and so on; in `answer` alone where a JSON object was sent in it."""
        whole = fields(name)
        if whole:
            return self.from_form(whole, options)
        return {
            question["name"]: kind_of(question).from_fields(fields, f"{name}.{question['name']}", question["options"])
            for question in options["questions"]
        }

    def asks(
        self,
        options: Mapping[str, Any],
        name: str,
        chosen: Sequence[str] = (),
        fields: Callable[[str], Sequence[str]] | None = None,
    ) -> list[dict[str, Any]]:
        """Each question as its page needs it: its own facts, the `field` it is sent in, its `categories`,
        and the values `chosen` before: out of the fields of a form, or of a whole answer as JSON.
        """
        whole = self.from_form(chosen, options) if len(chosen) == 1 else None
        asked = []
        for question in options["questions"]:
            one, own = kind_of(question), question["options"]
            field = f"{name}.{question['name']}"
            before = list(fields(field)) if fields else []
            if not before and isinstance(whole, Mapping) and whole.get(question["name"]) is not None:
                before = _form_values(one, whole[question["name"]], own)
            asked.append({**question, "field": field, "categories": one.categories(own), "chosen": before})
        return asked

    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:  # noqa: ARG002 - the kind's signature
        """None: the answers to several questions are no category."""
        return ()

    def labels_in(self, answer: Any) -> tuple[Any, ...]:  # noqa: ARG002 - the kind's signature
        """None of the project's own: each question has its labels."""
        return ()

    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The whole as JSON, then a column for each question: `label_topic`."""
        return {
            "label": "json",
            **{name: of_type for question in options["questions"] for name, of_type in _columns(question).items()},
        }

    def row(self, answer: Any, options: Mapping[str, Any]) -> dict[str, Any]:
        """The whole, and what was said to each question; nothing where it was not asked or left out."""
        cells: dict[str, Any] = {"label": json.dumps(self.dump(answer), ensure_ascii=False)}
        for question in options["questions"]:
            one, value = kind_of(question), answer.get(question["name"])
            own = {} if value is None else one.row(value, question["options"])
            for name, column in zip(one.columns(question["options"]), _columns(question), strict=True):
                cells[column] = own.get(name)
        return cells

    def text(self, answer: Any, options: Mapping[str, Any]) -> str:
        """Every question's name and answer."""
        return " · ".join(
            f"{question['name']}: {kind_of(question).text(answer[question['name']], question['options'])}"
            for question in options["questions"]
            if question["name"] in answer
        )

    def piece_text(self, piece: Any, options: Mapping[str, Any]) -> str:
        """A question and the answer to it."""
        name, value = piece
        question = next((one for one in options["questions"] if one["name"] == name), None)
        if question is None:
            return f"{name}: {json.dumps(value, ensure_ascii=False)}"
        one = kind_of(question)
        return f"{name}: {'left out' if value is None else one.text(one.parse(value, question['options']), question['options'])}"

    def from_settings(self, given: Mapping[str, str]) -> Any:
        """The questions as TOML or JSON in `questions`."""
        return questions.from_text(given.get("questions", ""))

    def settings(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The questions as TOML."""
        return {"questions": questions.to_text(options["questions"])}

    def unsafe(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        """Questions may be added if they may be left out, and changed as far as their kinds stand it."""
        kept = {question["name"]: question for question in after["questions"]}
        for old in before["questions"]:
            new = kept.pop(old["name"], None)
            if new is None or new["kind"] != old["kind"]:
                return f"the question {old['name']!r} cannot be taken away or become another. Add a new one instead"
            if new["required"] and (not old["required"] or new["only_if"] != old["only_if"]):
                return f"the question {old['name']!r} would want answers that nobody gave. Let it be left out"
            why = kind_of(old).unsafe(old["options"], new["options"])
            if why:
                return f"in the question {old['name']!r} {why}"
        asked = next((name for name, question in kept.items() if question["required"]), None)
        return (
            "" if asked is None else f"the question {asked!r} has to be one that may be left out. Say required = false"
        )

    def parts(self, options: Mapping[str, Any]) -> tuple[Part, ...]:
        """The questions."""
        return tuple(
            Part(
                question["name"],
                question["words"],
                kind_of(question),
                question["options"],
                partial(_said, question["name"]),
            )
            for question in options["questions"]
        )

    def shown(self, options: Mapping[str, Any], seed: int) -> dict[str, Any] | None:
        """What the desk changes of each question that it changes, by its name."""
        drawn = {
            question["name"]: kind_of(question).shown(question["options"], seed + place)
            for place, question in enumerate(options["questions"])
        }
        return {name: one for name, one in drawn.items() if one is not None} or None

    def is_shown_by_annotator(self, options: Mapping[str, Any]) -> bool:
        """Where one of its questions says so: then all of them keep their order."""
        return any(kind_of(question).is_shown_by_annotator(question["options"]) for question in options["questions"])

    def gives_confidence(self, options: Mapping[str, Any]) -> bool:
        """Where one of its questions does: one that gives none, such as a free text, says nothing of how sure the rest is."""
        return any(kind_of(question).gives_confidence(question["options"]) for question in options["questions"])

    def frees_text(self, options: Mapping[str, Any]) -> bool:
        """Where one of its questions does."""
        return any(kind_of(question).frees_text(question["options"]) for question in options["questions"])

    def consensus(self, votes: Sequence[Vote], options: Mapping[str, Any], *, seed: int = 0) -> list[Verdict]:
        """Question after question, each by its own kind over those who answered it.

        A question that may be left out stays out where more than half of those asked left it out. Where that makes no
        answer the form would take, the answer nearest to all others stands, without a confidence. `parts` are the questions
        asked, each with its answer (None where left out) and chance; the majority is the whole answer given most often.
        """
        given: dict[Any, list[Vote]] = {}
        for vote in votes:
            given.setdefault(vote.item, []).append(vote)
        found: dict[str, dict[Any, Verdict]] = {}
        for question in options["questions"]:
            name = question["name"]
            own = [Vote(v.item, v.annotator, v.answer[name], v.shown) for v in votes if name in v.answer]
            verdicts = kind_of(question).consensus(own, question["options"], seed=seed) if own else []
            found[name] = {one.item: one for one in verdicts}
        return [self._verdict(item, mine, found, options) for item, mine in given.items()]

    def _verdict(
        self, item: Any, mine: Sequence[Vote], found: Mapping[str, Mapping[Any, Verdict]], options: Mapping[str, Any]
    ) -> Verdict:
        answer: dict[str, Any] = {}
        pieces: list[tuple[Any, float | None]] = []
        chances: list[float | None] = []
        is_tie = is_whole = False
        for question in options["questions"]:
            name = question["name"]
            if not is_asked(question, self.dump(answer), options["questions"]):
                continue
            asked = [v for v in mine if is_asked(question, self.dump(v.answer), options["questions"])]
            left_out = sum(name not in v.answer for v in asked)
            one = found[name].get(item)
            is_told = kind_of(question).gives_confidence(question["options"])
            if one is None or 2 * left_out > len(asked):
                is_whole |= question["required"]
                if asked and not question["required"]:
                    pieces.append(([name, None], left_out / len(asked)))
                    chances += [left_out / len(asked)] * is_told
                continue
            answer[name] = one.answer
            is_tie |= one.is_tie
            pieces.append(([name, kind_of(question).dump(one.answer)], one.confidence))
            chances += [one.confidence] * is_told
        counts = Counter(_key(v.answer) for v in mine)
        by_key = {_key(v.answer): v.answer for v in mine}
        most = sorted(key for key, count in counts.items() if count == max(counts.values()))
        if is_whole or not answer:
            answer = min((by_key[key] for key in sorted(by_key)), key=lambda one: self._apart(one, mine, options))
            pieces, chances = [], []
        sure = math.prod(c for c in chances if c is not None) if chances and None not in chances else None
        return Verdict(
            item=item,
            answer=answer,
            confidence=sure,
            votes=len(mine),
            majority=answer if _key(answer) in most else by_key[most[0]],
            is_tie=is_tie,
            disagreement=self._apart(answer, mine, options) / len(mine),
            parts=tuple((piece, chance) for piece, chance in pieces if chance is not None),
        )

    def _apart(self, answer: Any, mine: Sequence[Vote], options: Mapping[str, Any]) -> float:
        return math.fsum(sorted(self.distance(answer, vote.answer, options) for vote in mine))

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """A form with a chain of conditions, and one whose questions may all be left out."""
        topic = {
            "name": "topic",
            "words": "What is it about?",
            "kind": "choice",
            "labels": ["refund", "😀 praise", "other"],
        }
        why = {"name": "why", "kind": "multichoice", "labels": ["late", "broken"], "only_if": {"topic": ["refund"]}}
        rude = {"name": "rude", "kind": "rating", "options": {"low": 1, "high": 3}, "only_if": {"why": "late"}}
        note = {"name": "note", "kind": "text", "required": False}
        yield (
            {"questions": [topic, why, rude, note]},
            [
                {"topic": "other"},
                {"topic": "refund", "why": ["broken"], "note": "a · b"},
                {"topic": "refund", "why": ["broken", "late"], "rude": 3.0},
                {"topic": "😀 praise", "note": "Danke"},
            ],
            [
                None,
                "",
                {},
                [],
                "refund",
                {"topic": "refunds"},
                {"topic": "refund"},
                {"topic": "refund", "why": ["late"]},
                {"topic": "refund", "why": ["late"], "rude": 4},
                {"topic": "other", "tpoic": "other"},
            ],
        )
        place = {"name": "place", "kind": "taxonomy", "tree": "animals\n  owl\nplants", "required": False}
        size = {"name": "size", "kind": "rating", "required": False, "only_if": {"place": ["animals"]}}
        yield (
            {"questions": [place, size]},
            [{"place": "animals > owl"}, {"place": "animals > owl", "size": 2}, {"place": "plants"}],
            [{}, {"size": 2}, {"place": "owl"}],
        )


def _form_values(one: Kind, value: Any, options: Mapping[str, Any]) -> list[str]:
    """How a plain form shows what was said before; nothing for what is no answer."""
    try:
        return one.form_values(one.parse(value, options), options)
    except Unusable:
        return []


def _said(name: str, answer: Any) -> Any:
    return answer.get(name)


def _refuse_unknown(raw: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    names = [question["name"] for question in options["questions"]]
    for name in raw:
        if name not in names:
            near = nearest(str(name), names)
            cure = f"Did you mean {near!r}?" if near else f"The questions are: {', '.join(names)}."
            raise Unusable(f"There is no question {str(name)[:60]!r}", cure=cure)


def _columns(question: Mapping[str, Any]) -> dict[str, str]:
    """The columns of a question: `label` of its kind is `label_<name>`, `label_x` is `label_<name>_x`."""
    own = kind_of(question).columns(question["options"])
    return {f"label_{question['name']}{name.removeprefix('label')}": of_type for name, of_type in own.items()}


def _key(answer: Any) -> str:
    return json.dumps(answer, sort_keys=True, ensure_ascii=False)


def _quoted(question: Mapping[str, Any]) -> str:
    return f"{question['name']!r}" if question["words"].casefold() == question["name"] else f"“{question['words']}”"


KIND = Form()
