"""Several questions on one item: `{"topic": "refund", "rude": 4}`."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable, nearest
from labeling.kinds import questions, settling
from labeling.kinds.form_examples import ALL_OPTIONAL, CHAINED, EVERY_KIND
from labeling.kinds.kind import Category, Kind, Part, Verdict, Vote, json_of
from labeling.kinds.questions import is_asked, kind_of
from labeling.spans.model import Spans
from prep.phrase import phrase

if TYPE_CHECKING:
    from labeling.agreement.coefficient import Coefficient


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
            if one.is_blank(value, question["options"]):
                if question["required"]:
                    raise Unusable(f"The question {_quoted(question)} is not answered", cure="Answer it.")
                continue
            with _naming(question):
                answer[name] = one.parse(value, question["options"])
            said[name] = one.dump(answer[name])
        if not answer:
            raise Unusable("Nothing is answered", cure="Answer one question at least.")
        return answer

    def dump(self, answer: Any) -> Any:
        """The answers as JSON has them."""
        return {name: _plain(value) for name, value in answer.items()}

    def without_script(self, options: Mapping[str, Any]) -> bool:
        """Where all of its questions do."""
        return all(kind_of(question).without_script(question["options"]) for question in options["questions"])

    def looks_at_items(self, options: Mapping[str, Any]) -> bool:
        """Where one of its questions does."""
        return any(kind_of(question).looks_at_items(question["options"]) for question in options["questions"])

    def fits(self, answer: Any, fields: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        """Refuse an answer to a question that the item cannot have, naming the question."""
        for question in options["questions"]:
            if question["name"] in answer:
                with _naming(question):
                    kind_of(question).fits(answer[question["name"]], fields, question["options"])

    def check_item(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        """Every question must be one that can be asked of it, also those that may turn out not to be."""
        for question in options["questions"]:
            with _naming(question):
                kind_of(question).check_item(fields, question["options"])

    def arranges(self, options: Mapping[str, Any]) -> tuple[str, ...]:
        """Those of its questions."""
        every = (kind_of(question).arranges(question["options"]) for question in options["questions"])
        return tuple(dict.fromkeys(field for fields in every for field in fields))

    def seen(
        self, fields: Sequence[Mapping[str, Any]], options: Mapping[str, Any], shown: Mapping[str, Any] | None
    ) -> list[dict[str, Any]]:
        """As each of its questions shows them; of several that put the same things in one order, the first does so."""
        seen = [dict(field) for field in fields]
        done: set[str] = set()
        for question in options["questions"]:
            one, own = kind_of(question), question["options"]
            if done.isdisjoint(one.arranges(own)):
                done.update(one.arranges(own))
                seen = one.seen(seen, own, (shown or {}).get(question["name"]))
            else:
                hidden = {field["name"] for field in fields} - {field["name"] for field in one.seen(fields, own, None)}
                seen = [field for field in seen if field["name"] not in hidden or field["name"] in one.arranges(own)]
        return seen

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

    def is_right(self, answer: Any, gold: Any, options: Mapping[str, Any]) -> bool:
        """Whether just the same questions are answered, each of them right by its own kind."""
        return set(answer) == set(gold) and all(
            kind_of(question).is_right(answer[name], gold[name], question["options"])
            for question in options["questions"]
            if (name := question["name"]) in answer
        )

    def size(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
        """That of each question, by its name."""
        return {
            question["name"]: kind_of(question).size(fields, question["options"]) for question in options["questions"]
        }

    def measures(
        self,
        answers: Sequence[tuple[Hashable, str, Any]],
        sizes: Mapping[Hashable, Any],
        options: Mapping[str, Any],
        *,
        resamples: int,
    ) -> list[tuple[str, str, Coefficient]]:
        """Those of each question, over those who answered it; the name of the question stands before each."""
        found = []
        for question in options["questions"]:
            one, name = kind_of(question), question["name"]
            mine = [(item, who, given[name]) for item, who, given in answers if name in given]
            if mine and one.looks_at_items(question["options"]):
                own = {item: size[name] for item, size in sizes.items()}
                for what, title, coefficient in one.measures(mine, own, question["options"], resamples=resamples):
                    found.append((f"{name}.{what}", f"{question['words']} {title}", coefficient))
        return found

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
        return self._in_words(answer, options, lambda one, question, said: one.text(said, question["options"]))

    def told(self, answer: Any, fields: Mapping[str, Any], options: Mapping[str, Any]) -> str:
        """Every question's name, and its answer as one tells it who sees the item."""
        return self._in_words(answer, options, lambda one, question, said: one.told(said, fields, question["options"]))

    def text_seen(self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None) -> str:
        """Every question's name, and its answer in the words that stood on the screen."""
        drawn = shown or {}
        return self._in_words(
            answer,
            options,
            lambda one, question, said: one.text_seen(said, question["options"], drawn.get(question["name"])),
        )

    def _in_words(self, answer: Any, options: Mapping[str, Any], say: Callable[[Kind, Any, Any], str]) -> str:
        return " · ".join(
            f"{question['name']}: {say(kind_of(question), question, answer[question['name']])}"
            for question in options["questions"]
            if question["name"] in answer
        )

    def piece_text(self, piece: Any, options: Mapping[str, Any]) -> str:
        """A question and the answer to it, or one piece of that: a span, a shape."""
        name, value, *rest = piece
        question = next((one for one in options["questions"] if one["name"] == name), None)
        if question is None:
            return f"{name}: {json.dumps(value, ensure_ascii=False)}"
        one = kind_of(question)
        if rest:
            return f"{name}, {one.piece_text(rest[0], question['options'])}"
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
        drawn: dict[str, Any] = {}
        orders: dict[tuple[str, ...], int] = {}
        for place, question in enumerate(options["questions"]):
            # Questions about the same things show them in one order, so they have one draw.
            things = kind_of(question).arranges(question["options"])
            turn = orders.setdefault(things, len(orders)) if things else place
            own = random.Random(f"{seed} {bool(things)} {turn}").getrandbits(63)  # noqa: S311 - no secret
            drawn[question["name"]] = kind_of(question).shown(question["options"], own)
        return {name: one for name, one in drawn.items() if one is not None} or None

    def picks(
        self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None
    ) -> list[tuple[tuple[int, ...], int]]:
        """Those of each question that was answered."""
        return [
            pick
            for question in options["questions"]
            if (name := question["name"]) in answer
            for pick in kind_of(question).picks(answer[name], question["options"], (shown or {}).get(name))
        ]

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
        """Question after question; see labeling/kinds/settling.py."""
        return settling.verdicts(self, votes, options, seed)

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """A form with a chain of conditions, one whose questions may all be left out, and one of the other kinds."""
        yield from (CHAINED, ALL_OPTIONAL, EVERY_KIND)


def _form_values(one: Kind, value: Any, options: Mapping[str, Any]) -> list[str]:
    """How a plain form shows what was said before; nothing for what is no answer."""
    try:
        return one.form_values(one.parse(value, options), options)
    except Unusable:
        return []


def _plain(value: Any) -> Any:
    """An answer to one question as JSON has it."""
    if isinstance(value, Spans):
        return value.plain()
    return list(value) if isinstance(value, tuple) else value


@contextmanager
def _naming(question: Mapping[str, Any]) -> Iterator[None]:
    """Let what is refused within name the question."""
    try:
        yield
    except Unusable as error:
        what = f"In the question {_quoted(question)}, {error.what[:1].lower()}{error.what[1:]}"
        raise Unusable(what, row=error.row, column=error.column, cure=error.cure) from None


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


def _quoted(question: Mapping[str, Any]) -> str:
    return f"{question['name']!r}" if question["words"].casefold() == question["name"] else f"“{question['words']}”"


KIND = Form()
