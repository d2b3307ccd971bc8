"""The nouns of a profile: what is known of a frame, its columns, their pairs, and what looks suspicious. Knows no engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from prep.errors import UnreadableFile

FORMAT = "assay-profile/1"
Kind = Literal["number", "text", "boolean", "time", "nested", "unreadable", "empty"]


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram: values from `low` to `high` (the last bar takes its `high` too), and how many."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Lengths:
    """Lengths of texts, in Unicode code points."""

    least: int
    mean: float
    greatest: int


@dataclass(frozen=True)
class Words:
    """The words of the texts looked at: `counts` says in how many of `texts` texts each of the most frequent stands.

    `distinct` is the number of different words, `uses` how often words are used in all.
    """

    texts: int
    uses: int
    distinct: int
    counts: Mapping[str, int] = field(repr=False)


@dataclass(frozen=True)
class ColumnFacts:
    """What is known of one column.

    `missing` counts nulls, `nan` and `infinite` those of floats; the other numbers speak of the rest, the values.
    Times are microseconds since 1970 (UTC where they have a zone). `quantiles` are at 0, 1/200, …, 1 of the
    `quantiles_of` finite values looked at.
    `counts` holds every value with its number where there are at most a thousand, else it is None; `top` are the most
    frequent, of `top_of` values looked at. `spaced` counts
    the texts with a space in them. What is not exact (`distinct_is_exact`, `quantiles_are_exact`) is estimated.
    """

    name: str
    type: str
    kind: Kind
    rows: int
    missing: int = 0
    nan: int = 0
    infinite: int = 0
    distinct: int | None = None
    distinct_is_exact: bool = True
    least: float | None = None
    greatest: float | None = None
    mean: float | None = None
    std: float | None = None
    zeros: int | None = None
    negative: int | None = None
    quantiles: list[float] | None = field(default=None, repr=False)
    quantiles_of: int = 0
    quantiles_are_exact: bool = True
    bars: list[Bar] = field(default_factory=list, repr=False)
    top: list[tuple[str, int]] = field(default_factory=list, repr=False)
    top_of: int = 0
    counts: Mapping[str, int] | None = field(default=None, repr=False)
    lengths: Lengths | None = None
    words: Words | None = field(default=None, repr=False)
    spaced: int | None = None

    @property
    def is_prose(self) -> bool:
        """Whether the texts are of several words, as a rule: one in twenty at least has a space in it."""
        return self.spaced is not None and self.spaced >= 0.05 * self.values

    @property
    def values(self) -> int:
        """How many values there are: rows that are neither null nor NaN."""
        return self.rows - self.missing - self.nan


@dataclass(frozen=True)
class Pair:
    """How strongly two columns go together, 0 (−1 for the correlations) to 1, over `rows` rows in which both have a value.

    `measure` is "pearson" or "spearman" (two numbers), "cramer" (two of few values; Cramér's V without its bias,
    Bergsma 2013), "eta" (few values and a number: the correlation ratio, Fisher).
    """

    first: str
    second: str
    measure: Literal["pearson", "spearman", "cramer", "eta"]
    value: float
    rows: int


@dataclass(frozen=True)
class Suspicion:
    """Something a person should look at: in which column ("" for the table), what it is, and why in words."""

    column: str
    what: str
    words: str

    def __str__(self) -> str:
        return f"{self.column}: {self.words}" if self.column else self.words


@dataclass(frozen=True)
class Profile:
    """The facts of a frame. `duplicates` counts rows that repeat an earlier one (None: no column can be compared).

    `looked_at` is how many rows the estimates, correlations and words come from.
    """

    name: str
    rows: int
    columns: list[ColumnFacts]
    duplicates: int | None
    looked_at: int
    pairs: list[Pair] = field(default_factory=list)
    suspicions: list[Suspicion] = field(default_factory=list)
    target: str | None = None

    def __getitem__(self, name: str) -> ColumnFacts:
        """The facts of the column of that name. Raises UnknownColumn."""
        from prep.errors import UnknownColumn

        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownColumn(name, [column.name for column in self.columns])

    @property
    def headline(self) -> str:
        """The profile in one line."""
        many = f"{self.rows:,} row{'s' if self.rows != 1 else ''} × {len(self.columns):,} columns"
        odd = len(self.suspicions)
        return f"{many}; " + (f"{odd} thing{'s' if odd != 1 else ''} to look at" if odd else "nothing looks suspicious")

    def as_json(self) -> dict[str, Any]:
        """The profile for JSON: what `from_json` reads, and `prep.drift` compares with."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, found: Any) -> Profile:
        """A profile from its JSON. Raises UnreadableFile for JSON that is none, or of another format."""
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise UnreadableFile("This is no profile", cure="Make one: assay prep profile FILE --json > profile.json")
        try:
            return cls(
                name=str(found["name"]),
                rows=int(found["rows"]),
                columns=[_column(one) for one in found["columns"]],
                duplicates=found["duplicates"],
                looked_at=int(found["looked_at"]),
                pairs=[Pair(**one) for one in found["pairs"]],
                suspicions=[Suspicion(**one) for one in found["suspicions"]],
                target=found["target"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableFile(f"The profile is damaged ({error})", cure="Make it again.") from error

    def __str__(self) -> str:
        lines = [self.headline + (":" if self.suspicions else "")]
        return "\n".join([*lines, *(f"  {one}" for one in self.suspicions)])


def _column(found: Mapping[str, Any]) -> ColumnFacts:
    made = dict(found)
    made["bars"] = [Bar(**one) for one in made["bars"]]
    made["top"] = [(str(value), int(count)) for value, count in made["top"]]
    made["lengths"] = Lengths(**made["lengths"]) if made["lengths"] else None
    made["words"] = Words(**made["words"]) if made["words"] else None
    return ColumnFacts(**made)
