"""Free text: `"Guten Morgen"`."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labeling.errors import Unusable
from labeling.kinds.kind import Category, Kind, Verdict, Vote
from labeling.kinds.voting import by_item
from prep.phrase import phrase

LONGEST = 20_000
OPTIONS = ("least", "most", "lines", "pattern")


class Text(Kind):
    """Words of the annotator's own, such as a transcript or a translation.

    Two texts are as far apart as the characters that must be put in, taken out or changed to make one the other, against
    the longer of the two. Texts are kept in Unicode's composed form (NFC) with plain line ends, without space around.
    """

    name = "text"
    title = phrase("Free text")
    description = phrase("Words of the annotator's own, such as a transcript, a translation or a summary.")
    level = "nominal"
    agrees_by = "answers disagree by the share of their characters that differ"
    settles_by = "Of each item the answer that is nearest to all the others: the least sum of characters that differ."

    def options(self, raw: Any) -> dict[str, Any]:
        """`{"least": 1, "most": 500, "lines": "one", "pattern": ""}`: lengths in characters, "one" line or "several",
        a regular expression that the whole text has to match.
        """
        raw = {} if raw is None else raw
        if not isinstance(raw, Mapping):
            raise Unusable("The options of a text are an object", cure='Give {"least": 1, "most": 500}.')
        unknown = sorted(set(raw) - set(OPTIONS))
        if unknown:
            raise Unusable(f"A text has no option {unknown[0]!r}", cure=f"Known are: {', '.join(OPTIONS)}.")
        least, most = raw.get("least", 1), raw.get("most", 2_000)
        if not (_is_whole(least) and _is_whole(most)) or not 1 <= least <= most <= LONGEST:
            raise Unusable(
                f"A text of {least!r} to {most!r} characters cannot be asked for",
                cure=f"Give whole numbers from 1 to {LONGEST:,}, the least not above the most.",
            )
        lines = raw.get("lines", "several")
        if lines not in {"one", "several"}:
            raise Unusable(f"lines={lines!r} is not known", cure='Say "one" or "several".')
        return {"least": least, "most": most, "lines": lines, "pattern": _pattern(raw.get("pattern", ""))}

    def parse(self, raw: Any, options: Mapping[str, Any]) -> str:
        """The text, composed and stripped."""
        if raw is None:
            raise Unusable("Nothing was written", cure="Write an answer.")
        if not isinstance(raw, str):
            raise Unusable(f"{str(raw)[:40]!r} is no text", cure="Put it in quotes.")
        text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
        if not text:
            raise Unusable("Nothing was written", cure="Write an answer.")
        if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t" for letter in text):
            raise Unusable("The text holds a control character", cure="Take it out.")
        if options["lines"] == "one" and "\n" in text:
            raise Unusable("The text has several lines", cure="Write it in one line.")
        if not options["least"] <= len(text) <= options["most"]:
            few = len(text) < options["least"]
            cure = f"Write at least {options['least']:,}." if few else f"Use at most {options['most']:,}."
            many = "character" if len(text) == 1 else "characters"
            raise Unusable(f"The text has {len(text):,} {many}", cure=cure)
        if options["pattern"] and not _fits(options["pattern"], text):
            raise Unusable(f"{text[:80]!r} does not fit {options['pattern']!r}", cure="Write it as the guideline says.")
        return text

    def dump(self, answer: Any) -> Any:
        """The text itself."""
        return answer

    def condition(self, raw: Any, options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """Free words are none."""
        raise Unusable("words are too free to hang on", cure="Ask a choice for it.")

    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:  # noqa: ARG002 - the kind's signature
        """Levenshtein's distance over the length of the longer text. Source: Levenshtein (1966)."""
        from rapidfuzz.distance import Levenshtein

        return float(Levenshtein.normalized_distance(first, second))

    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """The one text sent."""
        return values[0] if len(values) == 1 else None

    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:  # noqa: ARG002 - the kind's signature
        """None: texts are no categories."""
        return ()

    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG002 - the kind's signature
        """One column of text."""
        return {"label": "string"}

    def text(self, answer: Any, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """The text in one line."""
        return " ".join(str(answer).split())

    def from_settings(self, given: Mapping[str, str]) -> Any:
        """Lengths, lines and pattern; what is empty is the usual."""
        raw: dict[str, Any] = {"lines": given.get("lines") or "several", "pattern": given.get("pattern", "")}
        for field in ("least", "most"):
            if given.get(field, "").strip():
                try:
                    raw[field] = int(given[field])
                except ValueError:
                    raise Unusable(f"{given[field][:20]!r} is no length", cure="Give a whole number.") from None
        return raw

    def settings(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The options as fields."""
        return {field: str(options[field]) for field in OPTIONS}

    def unsafe(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        """Texts may become longer and shorter than before; a narrower rule would shut out what is there."""
        if after["least"] > before["least"] or after["most"] < before["most"]:
            return "the lengths can only be widened. Widen them"
        if after["lines"] == "one" and before["lines"] != "one":
            return "texts of several lines stay allowed. Leave that"
        return "" if after["pattern"] in {before["pattern"], ""} else "the pattern can only be taken away. Leave it"

    def consensus(self, votes: Sequence[Vote], options: Mapping[str, Any], *, seed: int = 0) -> list[Verdict]:  # noqa: ARG002
        """The answer that is nearest to all others: the least sum of distances, then the most votes.

        Without a confidence: nearness says nothing of how likely a text is right.
        """
        found = []
        for item, mine in by_item(votes).items():
            counts = Counter(vote.answer for vote in mine)
            texts = sorted(counts)
            sums = {text: sum(self.distance(text, other, options) * counts[other] for other in texts) for text in texts}
            least = min(sums.values())
            nearest = [text for text in texts if sums[text] - least < 1e-9]
            most = max(counts[text] for text in nearest)
            best = [text for text in nearest if counts[text] == most]
            often = [text for text in texts if counts[text] == max(counts.values())]
            found.append(
                Verdict(
                    item=item,
                    answer=best[0],
                    confidence=None,
                    votes=len(mine),
                    majority=best[0] if best[0] in often else often[0],
                    is_tie=len(best) > 1,
                    disagreement=sums[best[0]] / len(mine),
                )
            )
        return found

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """Any text, and a short one of a fixed form."""
        yield (
            {},
            ["Guten Morgen", "  Cafe\u0301 ", "zwei\r\nZeilen", "שלום 😀"],
            [None, "", "  \n ", 7, ["a"], "a\x00b", "x" * 2_001],
        )
        yield (
            {"least": 2, "most": 8, "lines": "one", "pattern": "[A-Z]{2}[0-9]*"},
            ["AB", "AB12"],
            ["A", "ab", "AB\n1", "AB1234567"],
        )


def _pattern(given: Any) -> str:
    if not isinstance(given, str) or len(given) > 500:
        raise Unusable("The pattern is no regular expression", cure="Give a text such as [0-9]+.")
    if given:
        from polars.exceptions import ComputeError

        try:
            _fits(given, "")
        except ComputeError:
            raise Unusable(
                f"The pattern {given[:80]!r} is no regular expression",
                cure="Mend it, or leave it empty; it may not look ahead or behind.",
            ) from None
    return given


def _fits(pattern: str, text: str) -> bool:
    """Whether the whole text matches, by an engine whose time is linear in the text whatever the pattern."""
    import polars as pl

    return bool(pl.Series([text]).str.contains(rf"\A(?:{pattern})\z")[0])


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


KIND = Text()
