"""Things of an item put in order, best first: `["b", "a", "c"]`; where equals are allowed, `["b", ["a", "c"]]`."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labeling.errors import Unusable, nearest
from labeling.kinds.kind import Category, Kind, Verdict, Vote
from labeling.kinds.pairwise import list_in, names_of
from labeling.rankings.kendall import distance, groups
from prep.phrase import phrase

MOST_THINGS = 30
KNOWN = ("fields", "count", "ties", "top", "shuffle")


class Ranking(Kind):
    """An order of the things an item holds: two or more fields, known by their names, or a list in one field, known by
    their places in it from 1.

    The consensus is the order nearest to all (Kemeny), each annotator weighing as much as the others bear them out.
    """

    name = "ranking"
    title = phrase("Ranking")
    description = phrase(
        "Several things of an item put in order, best first; with equals, or only the best few, if wanted."
    )
    level = "nominal"
    agrees_by = (
        "the share of pairs of things that stand in another order (Kendall), a pair tied in one alone counting half"
    )
    settles_by = "The order nearest to all answers (Kemeny) counts, each annotator weighing as much as the others bear them out (Mallows)."

    def options(self, raw: Any) -> dict[str, Any]:
        """`{"fields": ["a", "b", "c"]}`, fields of an item, or `{"fields": ["replies"], "count": 4}`, a field with a list.

        `count` is how many things every list holds; where it is not said, lists may differ. `"ties": true` allows equals,
        `"top": 3` asks for the best three only, `"shuffle": false` shows them in the item's own order.
        """
        cure = 'Give {"fields": ["a", "b", "c"]}, fields of an item, or {"fields": ["replies"]}, one field with a list.'
        if not isinstance(raw, Mapping) or "fields" not in raw:
            raise Unusable("A ranking needs to know what is ranked", cure=cure)
        unknown = sorted(set(raw) - set(KNOWN))
        if unknown:
            raise Unusable(f"A ranking has no option {unknown[0]!r}", cure=f"Known are: {', '.join(KNOWN)}.")
        fields = names_of(raw["fields"], "fields", cure)
        for name in ("ties", "shuffle"):
            if not isinstance(raw.get(name, True), bool):
                raise Unusable(f"{name} is {raw[name]!r}", cure="Say true or false.")
        count = _number(raw, "count", 2, "how many things each list holds")
        if len(fields) > 1:
            if count is not None and count != len(fields):
                raise Unusable(f"count is {count}, but {len(fields)} fields are named", cure="Leave count out.")
            count = len(fields)
        if count is not None and count > MOST_THINGS:
            raise Unusable(f"{count} things are more than {MOST_THINGS}", cure="Compare them in pairs instead.")
        top = _number(raw, "top", 1, "how many of the best are asked for")
        if top is not None and count is not None and top >= count:
            raise Unusable(f"The best {top} of {count} are all of them", cure="Leave top out, or make it smaller.")
        ties = raw.get("ties", False)
        if ties and top is not None:
            raise Unusable("Equals and a best few cannot both be asked", cure="Leave one of ties and top out.")
        return {"fields": fields, "count": count, "ties": ties, "top": top, "shuffle": raw.get("shuffle", True)}

    def parse(self, raw: Any, options: Mapping[str, Any]) -> list[Any]:
        """The order, equals in the item's own order and a group of one as the thing itself."""
        if raw in (None, "", []):
            raise Unusable("Nothing was put in order", cure=self._cure(options))
        if not isinstance(raw, list):
            raise Unusable(f"{str(raw)[:40]!r} is no order", cure=self._cure(options))
        order: list[Any] = []
        for group in raw:
            if isinstance(group, list) and len(group) != 1:
                if not group:
                    raise Unusable("A group of equals is empty", cure="Leave it out.")
                if not options["ties"]:
                    raise Unusable(f"{_said(group)} share a place", cure="Every thing needs a place of its own here.")
                order.append(sorted((self._thing(one, options) for one in group), key=self._at(options)))
            else:
                order.append(self._thing(group[0] if isinstance(group, list) else group, options))
        self._check(order, options)
        return order

    def dump(self, answer: Any) -> Any:
        """The list itself."""
        return answer

    def condition(self, raw: Any, options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """An order is none."""
        raise Unusable("an order is too much to hang on", cure="Ask a comparison or a choice for it.")

    def arranges(self, options: Mapping[str, Any]) -> tuple[str, ...]:
        """The fields whose things are put in order."""
        return tuple(options["fields"])

    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:  # noqa: ARG002 - the kind's signature
        """Kendall's: the share of pairs that are in another order, those tied in one alone counting half."""
        return distance(first, second)

    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:
        """From a form, `thing:place` of every thing that got a place; from a cell, JSON or `b > a = c`."""
        given = [value.strip() for value in values if value.strip()]
        if len(given) == 1 and ":" not in given[0]:
            return _from_cell(given[0], options)
        placed: dict[int, list[Any]] = {}
        for value in given:
            thing, _, place = value.rpartition(":")
            if not place:
                continue
            if not place.isascii() or not place.isdigit():
                raise Unusable(f"{place[:20]!r} is no place", cure="Places are whole numbers, 1 for the best.")
            placed.setdefault(int(place), []).append(thing if len(options["fields"]) > 1 else _as_number(thing))
        return [group if len(group) > 1 else group[0] for _, group in sorted(placed.items())]

    def form_values(self, answer: Any, options: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 - the kind's signature
        """`thing:place` of every thing that has a place."""
        return [f"{thing}:{place}" for place, group in enumerate(groups(answer), 1) for thing in group]

    def frees_text(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """Never: an order names what the item holds."""
        return False

    def piece_text(self, piece: Any, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """`b > a`: one step of the order."""
        return " > ".join(str(thing) for thing in piece)

    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:  # noqa: ARG002 - the kind's signature
        """None: an order is no category."""
        return ()

    def shown(self, options: Mapping[str, Any], seed: int) -> dict[str, Any] | None:
        """The order in which things are first shown: of their names, or of places in a list of up to MOST_THINGS."""
        if not options["shuffle"]:
            return None
        order: list[Any] = list(options["fields"])
        if len(order) == 1:
            order = list(range(1, (options["count"] or MOST_THINGS) + 1))
        random.Random(seed).shuffle(order)  # noqa: S311 - an order on a screen, no secret
        return {"order": order}

    def seen(
        self, fields: Sequence[Mapping[str, Any]], options: Mapping[str, Any], shown: Mapping[str, Any] | None
    ) -> list[dict[str, Any]]:
        """The things in the order drawn, titled A, B, C …, each with its own name in an answer as `thing`."""
        held = {field["name"]: field["value"] for field in fields}
        try:
            self.check_item(held, options)
        except Unusable:
            return [dict(field) for field in fields]
        names = options["fields"]
        things: dict[Any, dict[str, Any]]
        if len(names) > 1:
            things = {field["name"]: {**field, "thing": field["name"]} for field in fields if field["name"] in names}
            things = {name: things[name] for name in names}
        else:
            whole = next(field for field in fields if field["name"] == names[0])
            things = {
                k: {**whole, "value": value, "of": names[0], "name": f"{names[0]} {k}", "thing": k}
                for k, value in enumerate(list_in(whole["value"]) or [], 1)
            }
        drawn = [thing for thing in (shown or {}).get("order", []) if thing in things]
        order = drawn if len(drawn) == len(things) else list(things)
        cards = [{**things[thing], "title": _letters(k), "look": "reading ranked"} for k, thing in enumerate(order)]
        seen: list[dict[str, Any]] = []
        for field in fields:
            if field["name"] not in names:
                seen.append(dict(field))
            elif cards:
                seen, cards = [*seen, *cards], []
        return seen

    def text_seen(self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None) -> str:
        """`C > A = B`, as the things were titled."""
        named = {thing for group in groups(answer) for thing in group}
        drawn = [thing for thing in (shown or {}).get("order", []) if thing in named or options["count"] is not None]
        if options["top"] is not None and options["count"] is None:
            return self.text(answer, options)  # how many things there were is not known here
        order = drawn or (options["fields"] if len(options["fields"]) > 1 else sorted(named))
        letters = {thing: _letters(k) for k, thing in enumerate(order)}
        return " > ".join(" = ".join(letters.get(thing, str(thing)) for thing in group) for group in groups(answer))

    def check_item(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        """Every thing must be there; a list must be one, and not too long."""
        names = options["fields"]
        for name in names:
            if fields.get(name) in (None, ""):
                raise Unusable("There is nothing here to rank", column=name, cure="Every item needs all its things.")
        if len(names) > 1:
            return
        found, count = list_in(fields[names[0]]), options["count"]
        if found is None or not 2 <= len(found) <= MOST_THINGS:
            raise Unusable(
                "This is no list to rank", column=names[0], cure=f"Give a list of 2 to {MOST_THINGS} things."
            )
        if count is not None and len(found) != count:
            raise Unusable(
                f"This list holds {len(found)} things, not {count}",
                column=names[0],
                cure="Mend it, or leave count out.",
            )
        if options["top"] is not None and options["top"] >= len(found):
            raise Unusable(
                f"The best {options['top']} of {len(found)} are all of them", column=names[0], cure="Leave the row out."
            )

    def place(self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None) -> int | None:
        """Where the thing that came first stood at the start; None where several share that, or lists differ in length."""
        if shown is None or options["count"] is None or isinstance(answer[0], list):
            return None
        order = shown.get("order", [])
        return order.index(answer[0]) if answer[0] in order else None

    def from_settings(self, given: Mapping[str, str]) -> Any:
        """Fields as lines, numbers as they are written; `ties` and `shuffle` are ticked or not there."""
        options: dict[str, Any] = {
            "fields": [line.strip() for line in given.get("fields", "").splitlines() if line.strip()],
            "ties": bool(given.get("ties")),
            "shuffle": bool(given.get("shuffle")),
        }
        for name in ("count", "top"):
            text = given.get(name, "").strip()
            if text and not (text.isascii() and text.isdigit()):
                raise Unusable(f"{name} is {text[:20]!r}", cure="Write a whole number, or leave it empty.")
            options[name] = int(text) if text else None
        return options

    def settings(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The same as lines, numbers and ticks."""
        numbers = {name: "" if options[name] is None else str(options[name]) for name in ("count", "top")}
        if len(options["fields"]) > 1:
            numbers["count"] = ""
        ticks = {name: "yes" if options[name] else "" for name in ("ties", "shuffle")}
        return {"fields": "\n".join(options["fields"]), **numbers, **ticks}

    def unsafe(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        """Only whether the order at the start is drawn may change."""
        return super().unsafe({**before, "shuffle": True}, {**after, "shuffle": True})

    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG002 - the kind's signature
        """One column: the order as JSON."""
        return {"label": "json"}

    def text(self, answer: Any, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """`b > a = c`."""
        return " > ".join(" = ".join(str(thing) for thing in group) for group in groups(answer))

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """Fields by name, equals in a list, and the best two of a list."""
        yield (
            {"fields": ["left", "middle", "right"]},
            [["left", "middle", "right"], ["right", "left", "middle"], ["left", ["right"], "middle"]],
            [
                None,
                "",
                [],
                "left",
                ["left", "right"],
                ["left", "left", "right"],
                ["left", ["right", "middle"]],
                {"left": 1},
            ],
        )
        yield (
            {"fields": ["replies"], "count": 4, "ties": True},
            [[2, 1, 3, 4], [[4, 2], 1, 3], [3, [1, 2, 4]], [[1, 2, 3, 4]]],
            [[1, 2, 3], [1, 2, 3, 5], [0, 1, 2, 3], [1, True, 2, 3], ["1", "2", "3", "4"], [1, [], 2, 3, 4], 7],
        )
        yield {"fields": ["replies"], "top": 2, "shuffle": False}, [[3, 1], [1, 3]], [[1], [1, 1], [2, 1, 3], [31, 1]]
        yield {"fields": ["replies"]}, [[1, 2], [2, 1], [3, 1, 2]], [[1, 3], [2]]

    def gives_confidence(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """It does."""
        return True

    def consensus(self, votes: Sequence[Vote], options: Mapping[str, Any], *, seed: int = 0) -> list[Verdict]:  # noqa: ARG002 - no draw is needed
        """The order nearest to all, each annotator weighing as much as the others bear them out; `parts` are neighbours in it."""
        from labeling.rankings.agreed import RankedVote, agree

        if not votes:
            return []
        things: Sequence[Any] | None = options["fields"] if len(options["fields"]) > 1 else None
        if things is None and options["count"] is not None:
            things = range(1, options["count"] + 1)
        given = [RankedVote(vote.item, vote.annotator, vote.answer) for vote in votes]
        found, _ = agree(given, things=things, ties=options["ties"], top=options["top"])
        return [
            Verdict(
                item=one.item,
                answer=self._order(one.order, options),
                confidence=one.confidence if one.votes > 1 else None,
                votes=one.votes,
                majority=self._order(one.plain, options),
                is_tie=one.is_tie,
                disagreement=one.disagreement,
                parts=tuple(([first, second], chance) for first, second, chance in one.neighbours),
            )
            for one in found
        ]

    def _order(self, order: Sequence[Sequence[Any]], options: Mapping[str, Any]) -> list[Any]:
        return [group[0] if len(group) == 1 else sorted(group, key=self._at(options)) for group in order]

    def _at(self, options: Mapping[str, Any]) -> Any:
        fields = options["fields"]
        return fields.index if len(fields) > 1 else int

    def _thing(self, one: Any, options: Mapping[str, Any]) -> Any:
        fields = options["fields"]
        if len(fields) > 1:
            if not isinstance(one, str) or one not in fields:
                near = nearest(str(one), fields)
                cure = f"Did you mean {near!r}?" if near else self._cure(options)
                raise Unusable(f"{str(one)[:40]!r} is not among what is ranked", cure=cure)
            return one
        if isinstance(one, bool) or not isinstance(one, int) or not 1 <= one <= (options["count"] or MOST_THINGS):
            raise Unusable(f"{str(one)[:40]!r} is no place in the list", cure=self._cure(options))
        return one

    def _check(self, order: list[Any], options: Mapping[str, Any]) -> None:
        named: list[Any] = [thing for group in groups(order) for thing in group]
        if len(set(named)) < len(named):
            raise Unusable(f"{max(named, key=named.count)!r} stands in two places", cure="Give each thing one place.")
        top = options["top"]
        if top is not None:
            if len(named) != top:
                raise Unusable(
                    f"{len(named)} things are in order, and the best {top} are asked", cure=self._cure(options)
                )
            return
        fields = options["fields"]
        wanted = fields if len(fields) > 1 else list(range(1, (options["count"] or max(named)) + 1))
        missing = [thing for thing in wanted if thing not in named]
        if missing:
            raise Unusable(f"{missing[0]!r} has no place yet", cure="Give every thing a place.")
        if len(named) < 2:
            raise Unusable("One thing is no order", cure=self._cure(options))

    def _cure(self, options: Mapping[str, Any]) -> str:
        fields = options["fields"]
        things = [*fields] if len(fields) > 1 else list(range(1, min(options["count"] or 3, 5) + 1))
        what = f"the best {options['top']}" if options["top"] else "all"
        return f"Give {what} as a list, best first, such as {json.dumps(things[: options['top'] or None], ensure_ascii=False)}."


def _number(raw: Mapping[str, Any], name: str, least: int, what: str) -> int | None:
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise Unusable(f"{name} is {value!r}", cure=f"It says {what}: a whole number from {least}.")
    return value


def _letters(place: int) -> str:
    """A, B, … Z, AA, AB …"""
    return chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)


def _said(group: list[Any]) -> str:
    return " and ".join(repr(one) for one in group[:4])


def _as_number(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() else text


def _from_cell(text: str, options: Mapping[str, Any]) -> Any:
    if text.startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    order = []
    for group in text.split(">"):
        things = [one.strip() for one in group.split("=")]
        if len(options["fields"]) == 1:
            things = [_as_number(one) for one in things]
        order.append(things if len(things) > 1 else things[0])
    return order if len(order) > 1 or isinstance(order[0], list) else text


KIND = Ranking()
