"""A whole number on a scale with an order: `4`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labeling.errors import Unusable
from labeling.kinds.kind import Category, Kind
from prep.phrase import phrase

MOST_POINTS = 101
LOOKS = ("points", "slider", "stars")
MOST_STARS = 11


class Rating(Kind):
    """A point on an ordinal scale; nearer points disagree less."""

    name = "rating"
    title = phrase("Rating")
    description = phrase("A point on a scale with an order, such as how rude a reply is.")
    level = "ordinal"

    def options(self, raw: Any) -> dict[str, Any]:
        """`{"low": 1, "high": 5, "anchors": {"1": "not at all", "5": "very"}, "look": "points"}`; 1 to 5 if nothing is said.

        `look` is how the desk shows it: as points, a slider or stars.
        """
        raw = {} if raw is None else raw
        if not isinstance(raw, Mapping):
            raise Unusable("The options of a rating are an object", cure='Give {"low": 1, "high": 5}.')
        unknown = sorted(set(raw) - {"low", "high", "anchors", "look"}, key=str)
        if unknown:
            raise Unusable(f"A rating has no option {unknown[0]!r}", cure="Known are: low, high, anchors, look.")
        low, high = raw.get("low", 1), raw.get("high", 5)
        if not (_is_whole(low) and _is_whole(high)) or not low < high or high - low >= MOST_POINTS:
            raise Unusable(
                f"A scale from {low!r} to {high!r} cannot be used",
                cure=f"Give whole numbers, low below high, at most {MOST_POINTS} points.",
            )
        anchors = raw.get("anchors") or {}
        if not isinstance(anchors, Mapping) or not all(isinstance(text, str) for text in anchors.values()):
            raise Unusable("The anchors are not texts", cure='Give {"1": "not at all", "5": "very"}.')
        for point in anchors:
            if str(point) not in {str(value) for value in range(low, high + 1)}:
                raise Unusable(f"Anchor {point!r} is not on the scale from {low} to {high}", cure="Mend its number.")
        look = raw.get("look", LOOKS[0])
        if look not in LOOKS:
            raise Unusable(
                f"A rating does not look like {str(look)[:40]!r}", cure=f"Choose one of: {', '.join(LOOKS)}."
            )
        if look == "stars" and high - low >= MOST_STARS:
            raise Unusable(f"{high - low + 1} stars are more than {MOST_STARS}", cure="Show it as a slider.")
        return {
            "low": low,
            "high": high,
            "anchors": {str(point): text.strip() for point, text in anchors.items()},
            "look": look,
        }

    def parse(self, raw: Any, options: Mapping[str, Any]) -> int:
        """The point; a float such as 4.0 is taken as 4, a truth value is not a number."""
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        low, high = options["low"], options["high"]
        cure = f"Choose a whole number from {low} to {high}."
        if raw is None or raw == "":
            raise Unusable("No point on the scale was chosen", cure=cure)
        if not _is_whole(raw) or not low <= raw <= high:
            raise Unusable(f"{str(raw)[:40]!r} is not on the scale", cure=cure)
        return int(raw)

    def dump(self, answer: Any) -> Any:
        """The number itself."""
        return answer

    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:
        """How far apart, as a share of the scale's length."""
        return abs(int(first) - int(second)) / (int(options["high"]) - int(options["low"]))

    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """The number in the one value sent; the text itself where it is no number, for `parse` to refuse."""
        if len(values) != 1:
            return None
        try:
            number = float(values[0])
        except ValueError:
            return values[0]
        return int(number) if number.is_integer() else number

    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:
        """The points from low to high, with their anchors as description."""
        anchors = options["anchors"]
        points = range(options["low"], options["high"] + 1)
        return tuple(Category(point, str(point), anchors.get(str(point), "")) for point in points)

    def from_settings(self, given: Mapping[str, str]) -> Any:
        r"""The ends of the scale, its look, and words for points: in `anchor_1` and so on, or one a line in `anchors`.

        >>> Rating().from_settings({"low": "1", "high": "3", "anchors": "1: calm\n3: furious"})["anchors"]
        {'1': 'calm', '3': 'furious'}
        """
        try:
            low, high = int(given.get("low", "")), int(given.get("high", ""))
        except ValueError:
            raise Unusable(
                phrase("The scale's ends are no whole numbers"), cure=phrase("Give two, such as 1 and 5.")
            ) from None
        anchors = {name.removeprefix("anchor_"): text for name, text in given.items() if name.startswith("anchor_")}
        for number, line in enumerate(given.get("anchors", "").splitlines(), 1):
            point, colon, text = line.partition(":")
            if line.strip() and not (colon and text.strip()):
                cure = 'Write the point, a colon and its words, such as "1: calm".'
                raise Unusable(f"Line {number} of the words ({line.strip()[:60]!r}) says no point", cure=cure)
            anchors[point.strip()] = text.strip()
        words = {point: text for point, text in anchors.items() if text.strip()}
        return {"low": low, "high": high, "anchors": words, "look": given.get("look") or LOOKS[0]}

    def settings(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The ends, and the words of every point."""
        low, high = options["low"], options["high"]
        anchors = {f"anchor_{point}": options["anchors"].get(str(point), "") for point in range(low, high + 1)}
        return {"low": str(low), "high": str(high), "look": options.get("look", LOOKS[0]), **anchors}

    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG002 - the kind's signature
        """One column of whole numbers."""
        return {"label": "integer"}

    def text(self, answer: Any, options: Mapping[str, Any]) -> str:
        """The number, with its anchor where it has one."""
        anchor = options["anchors"].get(str(answer), "")
        return f"{answer} ({anchor})" if anchor else str(answer)

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """A usual scale, a long one, and one through zero."""
        yield {"low": 1, "high": 5}, [1, 5, 3.0], [None, 0, 6, 2.5, "3", True, [3], float("nan")]
        yield {"low": 0, "high": 100, "look": "slider"}, [0, 42, 100], [101, -1, "42"]
        yield {"low": -3, "high": 1, "anchors": {"-3": "very abusive"}}, [-3, 0, 1], [2, -4, ""]


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


KIND = Rating()
