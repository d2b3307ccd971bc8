"""What boxes and polygons have in common as kinds: labels, the field with the image, limits, matching and consensus."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from labeling.errors import Unusable
from labeling.kinds import labels
from labeling.kinds.kind import Category, Kind, Part, Verdict, Vote, json_of
from labeling.shapes import Drawing, Sort, agree, agreement, match, unlikeness
from labeling.shapes.boxes import tidy
from labeling.shapes.consensus import in_order
from labeling.shapes.figures import Interval

if TYPE_CHECKING:
    from labeling.agreement.coefficient import Coefficient

MOST_SHAPES = 1_000
FARTHEST = 1_000_000
SAME, CLOSE, LEAST = 0.5, 0.75, 3


class Drawings(Kind):
    """A list of shapes on an image, each with a label. An empty list says that there is nothing to mark.

    The order of the shapes means nothing: answers are kept in one order, so that equal ones are equal.
    """

    level = "nominal"
    agrees_by = "answers disagree by how little their shapes overlap, and by every shape that has no match"
    settles_by = (
        "Shapes that overlap are one object; it is kept by who marked it and how well they draw, each with its chance."
    )
    sort: ClassVar[Sort]
    noun: ClassVar[str]
    nouns: ClassVar[str]
    known: ClassVar[tuple[str, ...]] = (*("labels", "image", "width", "height", "least", "same", "close", "nothing"),)

    @abstractmethod
    def shape(self, raw: Mapping[str, Any], place: int, options: Mapping[str, Any]) -> dict[str, Any]:
        """One shape but for its label, checked and in its one form. Raises Unusable."""

    def options(self, raw: Any) -> dict[str, Any]:
        """`{"labels": ["car"], "image": "photo", "least": 3, "same": 0.5, "close": 0.75, "nothing": true, "width": 640, "height": 480}`.

        `image` is the item's field with the image; empty takes the first that is shown as one. `width` and `height` are those
        of every image, where all are of one size. No side is shorter than `least` pixels. Shapes that overlap by `same` mean
        one object; an answer to a gold item is right where each shape overlaps its own by `close`. `nothing` allows an answer
        without shapes.
        """
        article = f"A question for {self.nouns}"
        listed = labels.read(raw, article, least=1)
        unknown = sorted(set(raw) - set(self.known))
        if unknown:
            raise Unusable(f"{article} has no option {unknown[0]!r}", cure="Known are: " + ", ".join(self.known) + ".")
        image, nothing = raw.get("image") or "", raw.get("nothing", True)
        if not isinstance(image, str):
            raise Unusable("The field with the image is no text", cure='Give its name, such as "photo".')
        if not isinstance(nothing, bool):
            raise Unusable("Whether an answer may be empty is no truth value", cure="Give true or false.")
        width, height = (self._side(raw.get(side), side) for side in ("width", "height"))
        if (width is None) != (height is None):
            raise Unusable("Only one side of the images is given", cure="Give width and height, or neither.")
        least = raw.get("least", LEAST)
        if not is_number(least) or not 0 < least <= 1000:
            raise Unusable(f"{str(least)[:40]} is no shortest side", cure="Give pixels, above 0 and up to 1000.")
        same, close = raw.get("same", SAME), raw.get("close", CLOSE)
        if not (is_number(same) and is_number(close) and 0.1 <= same <= close <= 1):
            raise Unusable(
                f"The overlaps same={str(same)[:20]} and close={str(close)[:20]} cannot be used",
                cure="Give two numbers from 0.1 to 1, `same` no greater than `close`.",
            )
        rest = {"least": tidy(least), "same": float(same), "close": float(close), "nothing": nothing}
        return {"labels": listed, "image": image.strip(), "width": width, "height": height, **rest}

    @staticmethod
    def _side(value: Any, name: str) -> int | None:
        if value is None:
            return None
        if not is_number(value) or not float(value).is_integer() or not 0 < value <= FARTHEST:
            raise Unusable(f"The images' {name} {str(value)[:40]} is no number of pixels", cure="Give a whole number.")
        return int(value)

    def parse(self, raw: Any, options: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The shapes in their one order; `[]` says that there is nothing to mark."""
        if raw is None or raw == "":
            raise Unusable("Nothing is marked", cure="Mark what is there, or say that there is nothing.")
        if not isinstance(raw, list):
            raise Unusable(f"{str(raw)[:80]} is no list of shapes", cure=f"Give {self.sample}, or [] for nothing.")
        if not raw and not options["nothing"]:
            raise Unusable("Every image has something to mark here", cure="Mark it, or skip the item with a reason.")
        if len(raw) > MOST_SHAPES:
            raise Unusable(f"{len(raw)} {self.nouns} are more than {MOST_SHAPES}", cure="Cut the image in pieces.")
        made: list[dict[str, Any]] = []
        for place, one in enumerate(raw, 1):
            if not isinstance(one, Mapping):
                raise Unusable(f"{self.title_of(place)} is no object", cure=f"Give {self.sample}.")
            name = one.get("label")
            if name is None or name == "":
                raise Unusable(f"{self.title_of(place)} has no label", cure="Give it one.")
            shape = {"label": labels.parse(name, options), **self.shape(one, place, options)}
            if shape in made:
                first = made.index(shape) + 1
                raise Unusable(f"{self.title_of(place)} is {self.noun} {first} again", cure="Delete one of them.")
            made.append(shape)
        return in_order(made)

    @abstractmethod
    def corners(self, shape: Mapping[str, Any]) -> list[list[float]]:
        """The points of a shape, to draw it by."""

    @property
    @abstractmethod
    def sample(self) -> str:
        """An answer as it should be, for the words of a refusal."""

    def title_of(self, place: int) -> str:
        """How the shape at a place is called: "Box 2"."""
        return f"{self.noun.capitalize()} {place}"

    def refuse_unknown(self, raw: Mapping[str, Any], known: set[str], place: int) -> None:
        """Raises Unusable where a shape says what nobody asked."""
        unknown = sorted(set(raw) - known - {"label"})
        if unknown:
            raise Unusable(f"{self.title_of(place)} has an unknown {unknown[0]!r}", cure=f"Give {self.sample}.")

    def refuse_outside(self, bounds: Sequence[float], place: int, options: Mapping[str, Any]) -> None:
        """Raises Unusable for a shape that is too small, or does not lie on the image."""
        left, top, right, bottom = bounds
        least = options["least"]
        if right - left < least - 1e-6 or bottom - top < least - 1e-6:
            size = f"{tidy(right - left)} × {tidy(bottom - top)}"
            raise Unusable(
                f"{self.title_of(place)} is {size} pixels, too small to be meant",
                cure=f"Both sides need {least} at least; draw it anew or delete it.",
            )
        width, height = options["width"] or FARTHEST, options["height"] or FARTHEST
        if left < 0 or top < 0 or right > width + 1e-6 or bottom > height + 1e-6:
            size = f"{width} × {height} pixels" if options["width"] else "the image"
            raise Unusable(
                f"{self.title_of(place)} reaches out of {size}",
                cure="Coordinates are pixels of the upright image, from its top left.",
            )

    def dump(self, answer: Any) -> Any:
        """The list itself."""
        return answer

    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:  # noqa: ARG002 - the kind's signature
        """1 − the mean overlap of matched shapes of one label; each shape without a match counts as an overlap of 0."""
        return unlikeness(first, second, self.sort)

    def is_right(self, answer: Any, gold: Any, options: Mapping[str, Any]) -> bool:
        """Whether an answer does for a known one: every shape on its own, by an overlap of `close`, none missing or too many."""
        return len(answer) == len(gold) and len(match(answer, gold, self.sort, least=options["close"])) == len(gold)

    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """The JSON in the one value sent; the text itself where it is none, for `parse` to refuse."""
        return json_of(values)

    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:  # noqa: ARG002 - the kind's signature
        """None: an answer is a drawing, not a label."""
        return ()

    def labels(self, options: Mapping[str, Any]) -> tuple[Category, ...]:
        """The labels with their help."""
        return labels.categories(options)

    def gives_confidence(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """It does."""
        return True

    def piece_text(self, piece: Any, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """The label of a shape and where it lies."""
        left, top, right, bottom = (round(side) for side in self.sort.bounds(piece))
        return f"{piece['label']} at {left}, {top} ({right - left} × {bottom - top})"

    def parts(self, options: Mapping[str, Any]) -> tuple[Part, ...]:
        """Each label by itself, where there are several: the shapes of that label, as if no other were asked for."""
        if len(options["labels"]) == 1:
            return ()
        return tuple(
            Part(
                name=label["name"],
                title=label["name"],
                kind=self,
                options={**options, "labels": [label], "nothing": True},
                read=partial(_of_label, label["name"]),
            )
            for label in options["labels"]
        )

    def labels_in(self, answer: Any) -> tuple[Any, ...]:
        """The labels of the shapes, each once."""
        return tuple(dict.fromkeys(shape["label"] for shape in answer))

    def unsafe(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        """Labels may be added, and what only measures may change; the rest would refuse answers that stand."""
        names = {label["name"] for label in after["labels"]}
        gone = [label["name"] for label in before["labels"] if label["name"] not in names]
        if gone:
            return f"the label {gone[0]!r} cannot be taken away or renamed. Add a new label instead"
        tighter = [name for name in ("width", "height") if before[name] != after[name] and after[name] is not None]
        if after["least"] > before["least"] or tighter or (before["nothing"] and not after["nothing"]):
            return "the limits cannot be made tighter: answers that stand might not keep to them"
        return ""

    def from_settings(self, given: Mapping[str, str]) -> Any:
        """The labels, the image's field and the limits that a form says; what is left empty is as usual."""
        raw: dict[str, Any] = {"labels": labels.from_settings(given), "image": given.get("image", "")}
        for name in ("least", "same", "close", "width", "height"):
            text = given.get(name, "").strip()
            if text:
                try:
                    raw[name] = float(text)
                except ValueError:
                    raise Unusable(f"{text[:40]!r} is no number", column=name, cure="Give one, as 0.5.") from None
        if "nothing" in given:
            raw["nothing"] = given["nothing"] == "yes"
        return raw

    def settings(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The same as the fields of a form."""
        numbers = {name: options[name] for name in ("least", "same", "close", "width", "height")}
        written = {name: "" if value is None else str(value) for name, value in numbers.items()}
        nothing = "yes" if options["nothing"] else "no"
        return {**labels.settings(options), "image": options["image"], **written, "nothing": nothing}

    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG002 - the kind's signature
        """One column with the answer as JSON."""
        return {"label": "json"}

    def text(self, answer: Any, options: Mapping[str, Any]) -> str:
        """How many of each label: "2 × car, 1 × dog"."""
        count = Counter(shape["label"] for shape in answer)
        names = [label["name"] for label in options["labels"] if count[label["name"]]]
        return ", ".join(f"{count[name]} × {name}" for name in names) or "nothing to mark"

    def consensus(self, votes: Sequence[Vote], options: Mapping[str, Any], *, seed: int = 0) -> list[Verdict]:  # noqa: ARG002 - the kind's signature
        """Clusters of overlapping shapes, kept by who marked them and how good they are; see labeling/shapes/consensus.py."""
        drawings = [Drawing(vote.item, vote.annotator, vote.answer) for vote in votes]
        return [
            Verdict(
                one.item,
                one.shapes,
                one.confidence,
                one.drawings,
                one.majority,
                one.is_tie,
                one.disagreement,
                tuple((found.shape, found.confidence) for found in one.found if found.confidence is not None),
            )
            for one in agree(drawings, self.sort, same=options["same"])
        ]

    def without_script(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """As JSON alone."""
        return False

    def looks_at_items(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """It does: shapes lie on an image."""
        return True

    def is_blank(self, raw: Any, options: Mapping[str, Any]) -> bool:
        """An empty list says that there is nothing to mark, where that is an answer."""
        return raw is None or raw == "" or (raw == [] and not options["nothing"])

    def condition(self, raw: Any, options: Mapping[str, Any]) -> Any:
        """One of the labels: asked where a shape bears it."""
        return labels.parse(raw, options)

    def meets(self, said: Any, wanted: Any) -> bool:
        """Whether a shape bears that label."""
        return any(shape["label"] == wanted for shape in said)

    def fits(self, answer: Any, fields: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        """Refuse shapes beyond the item's image, where its fields `width` and `height` say its size. Raises Unusable."""
        width, height = fields.get("width"), fields.get("height")
        if is_number(width) and is_number(height):
            for place, shape in enumerate(answer, 1):
                self.refuse_outside(self.sort.bounds(shape), place, {**options, "width": width, "height": height})

    def size(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> int:  # noqa: ARG002 - the kind's signature
        """Nothing: what is measured of drawings does not depend on how large an image is."""
        return 0

    def measures(
        self,
        answers: Sequence[tuple[Hashable, str, Any]],
        sizes: Mapping[Hashable, Any],  # noqa: ARG002 - the kind's signature
        options: Mapping[str, Any],
        *,
        resamples: int,
    ) -> list[tuple[str, str, Coefficient]]:
        """F1 of objects between annotators, of all and of each label, and how closely matched shapes lie; with intervals."""
        from labeling.agreement.coefficient import Coefficient

        drawings = [Drawing(*one) for one in answers]
        names = [label["name"] for label in options["labels"]]
        found = agreement(drawings, self.sort, names, same=options["same"], resamples=resamples)
        among = {"items": len({one.item for one in drawings}), "annotators": len({one.annotator for one in drawings})}
        whole, at = found.scores, f"at an overlap of {options['same']:g}"

        def told(name: str, title: str, value: float | None, interval: Interval | None, objects: int) -> Coefficient:
            low, high = interval or (None, None)
            why = "" if value is not None else "nothing to compare"
            method = "pairs of annotators, bootstrap over items"
            return Coefficient(
                name, title, value, low, high, 0.95, method, among["items"], found.items, among["annotators"],
                len(drawings), objects, why=why,
            )  # fmt: skip

        rows = [
            told("object_f1", f"F1 of all objects, {at}", whole.f1, whole.f1_interval, whole.objects),
            told(
                "mean_overlap", "Mean overlap of matched objects", whole.overlap, whole.overlap_interval, whole.objects
            ),
        ]
        if len(names) > 1:
            rows += [
                told(f"object_f1_{name}", f"F1 of {name}", one.f1, one.f1_interval, one.objects)
                for name, one in found.labels.items()
                if one.f1 is not None
            ]
        return [(one.name, one.plain_name, one) for one in rows]


def _of_label(name: str, answer: Any) -> list[dict[str, Any]]:
    return [shape for shape in answer if shape["label"] == name]


def is_number(value: Any) -> bool:
    """Whether it is a finite number; a truth value is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
