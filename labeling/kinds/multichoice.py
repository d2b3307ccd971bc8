"""Several labels out of many: `["refund", "late"]`."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from labeling.errors import Unusable
from labeling.kinds import choice, labels
from labeling.kinds.kind import Category, Kind, Part, Verdict, Vote
from labeling.kinds.voting import by_item
from labeling.orders import checked_shuffle, draw_order, places_in
from prep.phrase import phrase

OPTIONS = ("labels", "least", "most", "none", "shuffle")
NONE = "[]"
"""What a form or a cell of a table says for "none of these"."""
MOST_TOGETHER = 1_000_000
"""So many answers, each label of each counted, are settled together too; with more the models of each label know enough."""


class Multichoice(Kind):
    """Any of the project's labels, in the project's order; `[]` is "none of these", where the project allows it.

    Two answers are apart by MASI: 0 for the same set, 1 for sets without a common label. Agreement and consensus are
    told of each label too, as a yes or no of its own.
    """

    name = "multichoice"
    title = phrase("Multiple choice")
    description = phrase("Several labels out of many, such as the topics of an article.")
    level = "nominal"
    can_shuffle = True
    agrees_by = "answers disagree by the labels they do not share (MASI)"
    settles_by = (
        "Each label is settled as a yes or no, by the mean of models of this label and of all labels together; an answer is the labels that are "
        "likelier than not. Its confidence is the chance that every label of it is right and none is missing."
    )

    def options(self, raw: Any) -> dict[str, Any]:
        """`{"labels": ["a", {"name": "b", …}], "least": 1, "most": 3, "none": true}`: how many labels an answer has, and
        whether "none of these" is an answer; and `"shuffle": "assignment"` or `"annotator"` where their order is to be drawn.
        """
        found = labels.read(raw, "A multiple choice")
        unknown = sorted(set(raw) - set(OPTIONS))
        if unknown:
            raise Unusable(
                f"A multiple choice has no option {unknown[0]!r}", cure="Known are: " + ", ".join(OPTIONS) + "."
            )
        least, most, none = raw.get("least", 1), raw.get("most"), raw.get("none", False)
        most = len(found) if most is None else most
        if not (_is_whole(least) and _is_whole(most)) or not 1 <= least <= most:
            raise Unusable(
                f"From {least!r} to {most!r} labels cannot be asked for",
                cure=f"Give whole numbers from 1 to {len(found)}, the least not above the most.",
            )
        if least > len(found):
            raise Unusable(f"There are no {least} labels", cure=f"Ask for at most {len(found)}.")
        if not isinstance(none, bool):
            raise Unusable(f"none={none!r} is no truth value", cure="Give true or false.")
        rest = {"least": least, "most": min(most, len(found)), "none": none}
        return {"labels": found, **rest, **checked_shuffle(raw, len(found))}

    def parse(self, raw: Any, options: Mapping[str, Any]) -> tuple[str, ...]:
        """The labels in the project's order; one that is named twice counts once."""
        if raw is None or raw == "":
            raise Unusable("No label was chosen", cure=_how_many(options))
        if not isinstance(raw, list | tuple):
            raise Unusable(f"{str(raw)[:80]!r} is no list of labels", cure='Give a list, such as ["a", "b"].')
        if not raw:
            if options["none"]:
                return ()
            raise Unusable("No label was chosen", cure=_how_many(options))
        chosen = {labels.parse(one, options) for one in raw}
        if not options["least"] <= len(chosen) <= options["most"]:
            many = "1 label was" if len(chosen) == 1 else f"{len(chosen)} labels were"
            raise Unusable(f"{many} chosen", cure=_how_many(options))
        return tuple(label["name"] for label in options["labels"] if label["name"] in chosen)

    def dump(self, answer: Any) -> Any:
        """The names in a list."""
        return list(answer)

    def is_blank(self, raw: Any, options: Mapping[str, Any]) -> bool:
        """An empty list is "none of these", where that is an answer."""
        return raw is None or raw == "" or (raw == [] and not options["none"])

    def condition(self, raw: Any, options: Mapping[str, Any]) -> Any:
        """One of the labels."""
        return labels.parse(raw, options)

    def meets(self, said: Any, wanted: Any) -> bool:
        """Whether that label is among those chosen."""
        return wanted in said

    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:  # noqa: ARG002 - the kind's signature
        """1 − MASI: Jaccard's overlap times 1 for the same set, 2/3 where one holds the other, 1/3 where they overlap.

        Source: Passonneau (2006), Measuring Agreement on Set-valued Items (MASI).
        """
        return masi_distance(first, second)

    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:
        """The values of ticked boxes; one value alone may be a JSON list, or names with `;` between."""
        if not values:
            return None
        if len(values) == 1:
            return _read(values[0], {label["name"] for label in options["labels"]})
        # "None of these" beside a label contradicts itself: as no label has that name, `parse` refuses it.
        return list(values)

    def form_values(self, answer: Any, options: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 - the kind's signature
        """A value for each ticked box."""
        return list(answer) or [NONE]

    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:  # noqa: ARG002 - the kind's signature
        """None: a set of labels is no category."""
        return ()

    def labels(self, options: Mapping[str, Any]) -> tuple[Category, ...]:
        """The labels with their help."""
        return labels.categories(options)

    def labels_in(self, answer: Any) -> tuple[Any, ...]:
        """Those of the answer."""
        return tuple(answer)

    def shown(self, options: Mapping[str, Any], seed: int) -> dict[str, Any] | None:
        """The order of the labels, where it is to be drawn."""
        return draw_order([label["name"] for label in options["labels"]], options, seed)

    def is_shown_by_annotator(self, options: Mapping[str, Any]) -> bool:
        """As `shuffle` says."""
        return options.get("shuffle") == "annotator"

    def picks(
        self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None
    ) -> list[tuple[tuple[int, ...], int]]:
        """Where the labels chosen stood, in an order drawn for this one answer; of "none of these" nothing can be told."""
        return places_in(answer, options["labels"], shown)

    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG002 - the kind's signature
        """One column of lists."""
        return {"label": "strings"}

    def text(self, answer: Any, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """The names with commas between."""
        return ", ".join(answer) if answer else "none of these"

    def from_settings(self, given: Mapping[str, str]) -> Any:
        """The labels, how many, and whether none is an answer."""
        raw: dict[str, Any] = {
            "labels": labels.from_settings(given),
            "none": given.get("none") == "yes",
            "shuffle": given.get("shuffle", ""),
        }
        for field in ("least", "most"):
            if given.get(field, "").strip():
                try:
                    raw[field] = int(given[field])
                except ValueError:
                    raise Unusable(
                        f"{given[field][:20]!r} is no number of labels", cure="Give a whole number."
                    ) from None
        return raw

    def settings(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The options as fields; `most` is empty where any number will do."""
        most = options["most"] if options["most"] < len(options["labels"]) else ""
        return {
            **labels.settings(options),
            "least": str(options["least"]),
            "most": str(most),
            "none": "yes" if options["none"] else "no",
            "shuffle": options.get("shuffle", ""),
        }

    def unsafe(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        """Labels may be added and rules made wider; else answers that are there would not stand."""
        kept = {label["name"] for label in after["labels"]}
        gone = [label["name"] for label in before["labels"] if label["name"] not in kept]
        if gone:
            return f"the label {gone[0]!r} cannot be taken away or renamed. Add a new label instead"
        if after["least"] > before["least"] or after["most"] < before["most"]:
            return "the number of labels can only be widened. Widen it"
        return "“none of these” stays an answer. Leave it" if before["none"] and not after["none"] else ""

    def parts(self, options: Mapping[str, Any]) -> tuple[Part, ...]:
        """Each label as a yes or no."""
        return tuple(
            Part(
                name=label["name"],
                title=label["name"],
                kind=choice.KIND,
                options=YES_OR_NO,
                read=partial(_says, label["name"]),
            )
            for label in options["labels"]
        )

    def gives_confidence(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """It does."""
        return True

    def consensus(self, votes: Sequence[Vote], options: Mapping[str, Any], *, seed: int = 0) -> list[Verdict]:
        """Each label by the house's consensus, as a yes or no; the answer is the labels that are likelier than not.

        Where those are more or fewer than the project allows, the likeliest that it allows. `confidence` is the chance
        that all labels are right, taken as independent; `parts` are the labels that anybody chose, each with its chance.
        """
        if not votes:
            return []
        names = [label["name"] for label in options["labels"]]
        chances, unsure = _chances(votes, names, seed)
        found = []
        for place, (item, mine) in enumerate(by_item(votes).items()):
            likely = {name: chances[name][place] if name in chances else 0.0 for name in names}
            answer = _chosen(likely, options)
            counts = Counter(vote.answer for vote in mine)
            often = sorted((one for one in counts if counts[one] == max(counts.values())), key=_in_order(names))
            sure = math.prod(chance if name in answer else 1 - chance for name, chance in likely.items())
            found.append(
                Verdict(
                    item=item,
                    answer=answer,
                    confidence=None if place in unsure else sure,
                    votes=len(mine),
                    majority=answer if answer in often else often[0],
                    is_tie=any(abs(chance - 0.5) < 1e-9 for chance in likely.values()),
                    disagreement=sum(masi_distance(answer, one) * count for one, count in counts.items()) / len(mine),
                    parts=tuple(
                        (name, likely[name]) for name in names if any(name in one for one in counts) or name in answer
                    ),
                )
            )
        return found

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """Any number of labels, with "none of these"; and exactly two or three."""
        yield (
            {"labels": ["refund", "late", "😀 praise"], "none": True},
            [["refund"], ["late", "refund"], ["refund", "late", "😀 praise"], []],
            [None, "", "refund", ["refunds"], [7], [["refund"]], {"refund": True}],
        )
        yield (
            {
                "labels": [{"name": "a", "description": "first"}, "b", "c"],
                "least": 2,
                "most": 3,
                "shuffle": "assignment",
            },
            [["a", "b"], ["c", "a", "a"], ["a", "b", "c"]],
            [[], ["a"], ["a", "a"], ["a", "d"]],
        )


def masi_distance(first: Sequence[Any], second: Sequence[Any]) -> float:
    """1 − MASI of two sets; two empty ones are the same.

    >>> round(masi_distance([1, 2], [1, 2, 3, 4]), 3), masi_distance([1], [2])
    (0.667, 1.0)
    """
    one, other = set(first), set(second)
    if one == other:
        return 0.0
    both = one & other
    if not both:
        return 1.0
    monotone = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1 - len(both) / len(one | other) * monotone


def _chances(votes: Sequence[Vote], names: list[str], seed: int) -> tuple[dict[str, list[float]], set[int]]:
    """The chance of each label that anybody chose, item by item; and the items of which no confidence can be told,
    as they are divided on a label that neither agreement nor gold tells right from wrong.

    The mean of two: a model of each label alone, which knows how frequent and how hard it is, and one of all labels
    together, which knows the annotators where answers are few. Alone the one loses to a plain majority where answers are
    few, the other where labels differ; the mean does neither (tests/bench/bench_multichoice.py).
    """
    import numpy as np

    from labeling.answers import Answers
    from labeling.consensus.engine import consensus

    base = Answers.from_columns(
        [vote.item for vote in votes], [vote.annotator for vote in votes], [0] * len(votes), duplicates="keep"
    )
    items = len(base.items)
    size = np.bincount(base.item, minlength=items)
    chances: dict[str, list[float]] = {}
    unsure: set[int] = set()
    open_labels: dict[str, Any] = {}
    for name in names:
        said = np.fromiter((name in vote.answer for vote in votes), dtype=np.int32, count=len(votes))
        if said.all():
            chances[name] = [1.0] * items
        elif said.any():
            open_labels[name] = said
    together = None
    if len(open_labels) > 1 and len(open_labels) * len(votes) <= MOST_TOGETHER:
        count = len(open_labels)
        stacked = Answers(
            np.arange(count * items).astype(object),
            base.annotators,
            ("no", "yes"),
            np.concatenate([base.item + items * place for place in range(count)]).astype(np.int32),
            np.tile(base.annotator, count),
            np.concatenate(list(open_labels.values())),
        )
        together = consensus(stacked, "auto", seed=seed).posterior[:, 1].reshape(count, items)
    for place, (name, said) in enumerate(open_labels.items()):
        table = Answers(base.items, base.annotators, ("no", "yes"), base.item, base.annotator, said)
        found = consensus(table, "auto", seed=seed)
        alone = found.posterior[:, 1]
        chances[name] = (alone if together is None else (alone + together[place]) / 2).tolist()
        if found.hidden:
            yes = np.bincount(base.item, weights=said, minlength=items)
            unsure |= set(np.flatnonzero((yes > 0) & (yes < size)).tolist())
    return chances, unsure


def _chosen(likely: Mapping[str, float], options: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels likelier than not, or the likeliest as many as are allowed."""
    chosen = [name for name, chance in likely.items() if chance > 0.5]
    if not chosen and options["none"]:
        return ()
    many = min(max(len(chosen), options["least"]), options["most"])
    ranked = sorted(likely, key=lambda name: -likely[name])[:many]  # of equals, the one named first
    return tuple(name for name in likely if name in ranked)


def _in_order(names: list[str]) -> Any:
    place = {name: number for number, name in enumerate(names)}
    return lambda answer: [place[name] for name in answer]


def _read(text: str, names: set[str]) -> Any:
    if text in names or not text.strip():
        return [text] if text.strip() else None
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return [one.strip() for one in text.split(";") if one.strip()]


def _says(name: str, answer: Any) -> str:
    return "yes" if name in answer else "no"


def _how_many(options: Mapping[str, Any]) -> str:
    least, most, count = options["least"], options["most"], len(options["labels"])
    if least == most:
        many = "1 label" if least == 1 else f"{least} labels"
    elif most == count:
        many = f"at least {least} label{'s' if least > 1 else ''}"
    else:
        many = f"{least} to {most} labels"
    return f"Choose {many}{', or none of these' if options['none'] else ''}."


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


YES_OR_NO = choice.KIND.options({"labels": ["yes", "no"]})
KIND = Multichoice()
