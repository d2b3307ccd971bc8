"""One label out of several: `"refund"`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labeling.kinds import labels
from labeling.kinds.kind import Category, Kind
from labeling.orders import checked_shuffle, draw_order, place_in, places_in
from prep.phrase import phrase


class Choice(Kind):
    """Exactly one of the project's labels. Two answers are the same or they are not."""

    name = "choice"
    title = phrase("Single choice")
    description = phrase("One label out of several, such as the intent of a message.")
    level = "nominal"
    can_shuffle = True

    def options(self, raw: Any) -> dict[str, Any]:
        """`{"labels": ["a", {"name": "b", "description": "…", "example": "…", "counterexample": "…"}]}`,
        and `"shuffle": "assignment"` or `"annotator"` where their order on the screen is to be drawn.
        """
        read = labels.read(raw, "A single choice")
        return {"labels": read, **checked_shuffle(raw, len(read))}

    def parse(self, raw: Any, options: Mapping[str, Any]) -> str:
        """The label's name, exactly as the project has it."""
        return labels.parse(raw, options)

    def dump(self, answer: Any) -> Any:
        """The name itself."""
        return answer

    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:  # noqa: ARG002 - the kind's signature
        """0 for the same label, else 1."""
        return float(first != second)

    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """The one value sent."""
        return values[0] if len(values) == 1 else None

    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:
        """The labels with their help."""
        return labels.categories(options)

    def from_settings(self, given: Mapping[str, str]) -> Any:
        """The labels that a form says, and whether their order is drawn."""
        return {"labels": labels.from_settings(given), "shuffle": given.get("shuffle", "")}

    def settings(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The labels as a form shows them."""
        return {**labels.settings(options), "shuffle": options.get("shuffle", "")}

    def shown(self, options: Mapping[str, Any], seed: int) -> dict[str, Any] | None:
        """The order of the labels, where it is to be drawn."""
        return draw_order([label["name"] for label in options["labels"]], options, seed)

    def is_shown_by_annotator(self, options: Mapping[str, Any]) -> bool:
        """As `shuffle` says."""
        return options.get("shuffle") == "annotator"

    def place(self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None) -> int | None:  # noqa: ARG002 - the kind's signature
        """The label's place in the order drawn."""
        return place_in(answer, shown)

    def picks(
        self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None
    ) -> list[tuple[tuple[int, ...], int]]:
        """The label's place, among all of them."""
        return places_in([answer], options["labels"], shown)

    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG002 - the kind's signature
        """One column of text."""
        return {"label": "string"}

    def text(self, answer: Any, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """The label."""
        return str(answer)

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """Two label sets, one with an emoji and one with help texts."""
        yield (
            {"labels": ["yes", "no", "😀 maybe"]},
            ["yes", "😀 maybe"],
            [None, "", "Yes", 1, ["yes"], {"label": "yes"}],
        )
        yield (
            {"labels": [{"name": "refund", "description": "wants money back"}, "other"], "shuffle": "assignment"},
            ["refund"],
            ["refunds", True],
        )


KIND = Choice()
