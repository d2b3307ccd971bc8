"""The questions of a form: what they may be, when each is asked, and how they are written as text. Knows no answers' fate."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from labeling.errors import Unusable, nearest
from labeling.kinds import taxonomy
from labeling.kinds.kind import Kind

MOST_QUESTIONS = 40
FIELDS = ("name", "words", "kind", "options", "required", "only_if")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
EXAMPLE = '{"questions": [{"name": "topic", "kind": "choice", "options": {"labels": ["a", "b"]}}]}'


def read(raw: Any) -> list[dict[str, Any]]:
    """The questions of `{"questions": [...]}`, each checked and complete. Raises Unusable, naming the question."""
    given = raw.get("questions") if isinstance(raw, Mapping) else None
    if not isinstance(given, list) or not given:
        raise Unusable("A form needs its questions", cure=f"Give {EXAMPLE}.")
    unknown = sorted(set(raw) - {"questions"}, key=str)
    if unknown:
        raise Unusable(f"A form has no option {unknown[0]!r}", cure="Known is: questions.")
    if len(given) > MOST_QUESTIONS:
        raise Unusable(f"{len(given)} questions are more than {MOST_QUESTIONS}", cure="Make two projects of it.")
    questions: list[dict[str, Any]] = []
    names = [one.get("name") if isinstance(one, Mapping) else None for one in given]
    for place, one in enumerate(given, 1):
        questions.append(_question(one, place, questions, names))
    _refuse_two_orders(questions)
    return questions


def kind_of(question: Mapping[str, Any]) -> Kind:
    """The kind of answer that a question takes."""
    from labeling.kinds import kind

    return kind(question["kind"])


def names_of_kinds() -> list[str]:
    """The kinds that a form can ask: all but a form."""
    from labeling.kinds import kinds

    return [name for name in kinds() if name != "form"]


def is_asked(question: Mapping[str, Any], answers: Mapping[str, Any], questions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one of these questions is asked of somebody who gave these answers to those before it (as JSON has them).

    Every condition has to hold; a question that was not answered meets none.
    """
    kinds = {one["name"]: kind_of(one) for one in questions} if question["only_if"] else {}
    return all(
        name in answers and any(kinds[name].meets(answers[name], one) for one in wanted)
        for name, wanted in question["only_if"].items()
    )


def from_text(text: str) -> dict[str, Any]:
    r"""Questions written in TOML (`[[question]]` before each) or JSON. Raises Unusable with the line.

    >>> from_text('[[question]]\nname = "rude"\nkind = "rating"\nhigh = 3')
    {'questions': [{'name': 'rude', 'kind': 'rating', 'high': 3}]}
    """
    bare = text.strip()
    if not bare:
        raise Unusable(
            "A form needs its questions", cure='Write [[question]], then name = "…" and kind = "…" below it.'
        )
    if bare.startswith(("{", "[")) and not bare.startswith("[["):
        try:
            found = json.loads(bare)
        except ValueError as error:
            raise Unusable(f"The questions are no JSON: {error}", cure="Mend that line.") from None
        return {"questions": found} if isinstance(found, list) else found
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        line = re.search(r"at line (\d+)", words)
        shown = text.splitlines()[int(line[1]) - 1].strip()[:80] if line else ""
        cure = f"That line is {shown!r}." if shown else "Something is not closed: a quote or a bracket."
        raise Unusable(f"The questions are no TOML: {words}", cure=cure) from None
    if "question" in table:
        table["questions"] = table.pop("question")
    return table


def to_text(questions: Sequence[Mapping[str, Any]]) -> str:
    """The questions in TOML, as `from_text` reads them."""
    return "\n\n".join("\n".join(["[[question]]", *_lines(question)]) for question in questions)


def _lines(question: Mapping[str, Any]) -> list[str]:
    lines = [f"name = {_toml(question['name'])}", f"words = {_toml(question['words'])}"]
    lines.append(f"kind = {_toml(question['kind'])}")
    if not question["required"]:
        lines.append("required = false")
    if question["only_if"]:
        lines.append(f"only_if = {_toml(question['only_if'])}")
    for name, value in question["options"].items():
        if isinstance(value, list) and value:
            inner = ",\n".join(f"  {_toml(_short(one))}" for one in value)
            lines.append(f"{name} = [\n{inner},\n]")
        elif value is not None:
            lines.append(f"{name} = {_toml(value)}")
    return lines


def _short(label: Any) -> Any:
    """A label or an entry of a tree without its empty fields."""
    if not isinstance(label, Mapping):
        return label
    kept = {name: value for name, value in label.items() if value not in ("", [])}
    if "children" in kept:
        kept["children"] = [_short(child) for child in kept["children"]]
    return kept["name"] if set(kept) == {"name"} else kept


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(str(name))} = {_toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return repr(value)


def _question(one: Any, place: int, before: Sequence[Mapping[str, Any]], names: Sequence[Any]) -> dict[str, Any]:
    if not isinstance(one, Mapping):
        raise Unusable(f"Question {place} is no object", cure='Give it a "name" and a "kind".')
    name = one.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        what = f"Question {place} has no name" if name is None else f"{str(name)[:60]!r} cannot name question {place}"
        raise Unusable(what, cure="Begin with a small letter; then small letters, digits and _, 40 at most.")
    if any(name == other["name"] for other in before):
        raise Unusable(f"Question {place} repeats the name {name!r}", cure="Give each a name of its own.")
    here = f"Question {name!r}"
    kind_name = one.get("kind")
    known = names_of_kinds()
    if kind_name not in known:
        near = nearest(str(kind_name), known)
        cure = f"Did you mean {near!r}?" if near else f"Choose one of: {', '.join(known)}."
        raise Unusable(f"{here} is of no kind that a form can ask: {str(kind_name)[:40]!r}", cure=cure)
    words, required = one.get("words", ""), one.get("required", True)
    if not isinstance(words, str) or len(words) > 500:
        raise Unusable(f"{here} has no words that can be shown", cure="Put them in quotes, 500 characters at most.")
    if not isinstance(required, bool):
        raise Unusable(f"{here}: required is neither true nor false", cure="Give true or false.")
    return {
        "name": name,
        "words": " ".join(words.split()) or name.replace("_", " ").capitalize(),
        "kind": kind_name,
        "options": _options(one, here),
        "required": required,
        "only_if": _conditions(one.get("only_if"), here, name, before, names),
    }


def _options(one: Mapping[str, Any], here: str) -> dict[str, Any]:
    """The options of a question's kind: in `options`, or beside the question's own fields."""
    beside = {field: value for field, value in one.items() if field not in FIELDS}
    given = one.get("options", {})
    if not isinstance(given, Mapping):
        raise Unusable(f"{here}: its options are no object", cure='Give {"labels": ["a", "b"]}.')
    raw = {**given, **beside}
    if isinstance(raw.get("tree"), str):
        raw["tree"] = taxonomy.read_list(raw["tree"])
    try:
        return kind_of(one).options(raw)
    except Unusable as error:
        raise Unusable(f"{here}: {error.what}", cure=error.cure) from None


def _conditions(
    given: Any, here: str, own: str, before: Sequence[Mapping[str, Any]], names: Sequence[Any]
) -> dict[str, list[Any]]:
    """`{"topic": ["refund", "late"]}`: which answers to which earlier questions a question hangs on."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise Unusable(f"{here}: only_if names no question", cure='Give {"topic": ["refund"]}.')
    found: dict[str, list[Any]] = {}
    for name, wanted in given.items():
        on = next((question for question in before if question["name"] == name), None)
        if on is None:
            why, cure = _why_not(name, own, names)
            raise Unusable(f"{here} is asked only if {str(name)[:60]!r} is answered, {why}", cure=cure)
        values = list(wanted) if isinstance(wanted, list | tuple) else [wanted]
        if not values:
            raise Unusable(f"{here} is asked only if {name!r} has an answer out of none", cure="Name one or more.")
        found[name] = [_wanted(on, value, here) for value in values]
    return found


def _why_not(name: Any, own: str, names: Sequence[Any]) -> tuple[str, str]:
    if name == own:
        return "which is itself", "Name a question before it."
    if name in names:
        return "which comes later", "Put that question before this one."
    near = nearest(str(name), [one for one in names if isinstance(one, str) and one != own])
    return "and there is no such question", f"Did you mean {near!r}?" if near else "Name one before it."


def _wanted(on: Mapping[str, Any], value: Any, here: str) -> Any:
    """An answer that a condition names, as JSON has it: a label, a point, or an entry of a tree with all below it."""
    try:
        return kind_of(on).condition(value, on["options"])
    except Unusable as error:
        what = error.what[:1].lower() + error.what[1:]
        raise Unusable(f"{here} is asked only for an answer to {on['name']!r}: {what}", cure=error.cure) from None


def _refuse_two_orders(questions: Sequence[Mapping[str, Any]]) -> None:
    """Refuse questions that give the same things two orders on the screen, or two titles: "1" and "2", "A" and "B".

    Several comparisons of the same two replies are well: they share one order.
    """
    seen: dict[str, Mapping[str, Any]] = {}
    for question in questions:
        for field in kind_of(question).arranges(question["options"]):
            other = seen.setdefault(field, question)
            if _order_of(other) != _order_of(question):
                raise Unusable(
                    f"The questions {other['name']!r} and {question['name']!r} both put the field {field!r} in an order "
                    "of their own",
                    cure="Let them be of one kind and name the same fields and shuffle, or make two projects of it.",
                )


def _order_of(question: Mapping[str, Any]) -> tuple[Any, ...]:
    """What the order on the screen hangs on, but for the draw."""
    options = question["options"]
    return question["kind"], kind_of(question).arranges(options), options["shuffle"], options.get("count")
