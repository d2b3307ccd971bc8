"""What may be said of a dataset before it is frozen: what is in it, what is not and why, and which gates it passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from labeling.errors import Unusable

State = Literal["pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition: `fail` keeps the dataset from being frozen, `warn` is only said.

    `count` says how many rows are concerned, `rows` shows up to a hundred of them, `cure` what to do.
    """

    name: str
    state: State
    words: str
    cure: str = ""
    count: int = 0
    rows: Sequence[Mapping[str, Any]] = ()

    def as_json(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        plain = {name: getattr(self, name) for name in ("name", "state", "words", "cure", "count")}
        return {**plain, "rows": [dict(row) for row in self.rows]}


@dataclass(frozen=True, slots=True)
class Check:
    """What a dataset would be if it were frozen now.

    `labels` counts items by label, `sources` by whose word the label is, `versions` annotations by guideline version,
    `excluded` items by the reason they are left out, `examples` names up to five of each. `preview` holds the first
    five items as they would stand in it (`columns`, and `rows` of text), `bytes` about how large it would be on disk.
    """

    project: str
    items: int
    annotations: int
    annotators: int
    labels: Mapping[Any, int]
    sources: Mapping[str, int]
    versions: Mapping[int, int]
    excluded: Mapping[str, int]
    examples: Mapping[str, Sequence[str]]
    gates: Sequence[Gate]
    agreement: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
    preview: Mapping[str, Any] = field(default_factory=dict)
    bytes: int = 0

    @property
    def is_valid(self) -> bool:
        """Whether no gate fails."""
        return all(gate.state != "fail" for gate in self.gates)

    @property
    def failures(self) -> list[Gate]:
        """The gates that fail."""
        return [gate for gate in self.gates if gate.state == "fail"]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain JSON values; labels keep their types in a list."""
        plain = {name: getattr(self, name) for name in ("project", "items", "annotations", "annotators", "is_valid")}
        return {
            **plain,
            "labels": [{"label": label, "items": count} for label, count in self.labels.items()],
            "sources": dict(self.sources),
            "versions": {str(version): count for version, count in self.versions.items()},
            "excluded": dict(self.excluded),
            "examples": {reason: list(keys) for reason, keys in self.examples.items()},
            "gates": [gate.as_json() for gate in self.gates],
            "agreement": dict(self.agreement),
            "notes": list(self.notes),
            "preview": dict(self.preview),
            "bytes": self.bytes,
        }

    def __str__(self) -> str:
        """The gates in words, the failing ones with their first rows."""
        lines = []
        for gate in self.gates:
            lines.append(f"{gate.state:<4}  {gate.words}" + (f" {gate.cure}" if gate.state != "pass" else ""))
            if gate.state == "fail":
                lines += ["        " + ", ".join(f"{k}={v!r}" for k, v in row.items()) for row in gate.rows[:5]]
                lines += [f"        and {gate.count - 5:,} more"] if gate.count > 5 else []
        return "\n".join(lines)


class NotValid(Unusable):
    """The dataset does not meet its rules and was not frozen; `check` says what is wrong."""

    def __init__(self, check: Check) -> None:
        self.check = check
        failures = check.failures
        more = f" ({len(failures) - 1} more)" if len(failures) > 1 else ""
        super().__init__(f"The dataset was not frozen: {failures[0].words.rstrip('.')}{more}", cure=failures[0].cure)
