"""What a consensus learned of its annotators, kept so that the next one starts from it. Ids in, ids out; no data
frame.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.consensus.fit import Start
from labeling.consensus.sums import Ints
from labeling.errors import UnusableAnswers


@dataclass(frozen=True, slots=True)
class Warm:
    """The starts of a method and its members by name, with the annotators and labels their numbers stand for.

    `is_anchor` says that these are what the fit began from, kept as they were, and nothing learned since.
    """

    annotators: tuple[Any, ...]
    labels: tuple[Any, ...]
    starts: Mapping[str, Start]
    is_anchor: bool = False

    def starts_for(self, annotators: Sequence[Any], labels: tuple[Any, ...]) -> dict[str, Start]:
        """The starts renumbered for these annotators; none where the labels are others: nothing carries over."""
        if tuple(map(str, labels)) != tuple(map(str, self.labels)):
            return {}
        number = {str(annotator): place for place, annotator in enumerate(annotators)}
        moved = np.asarray([number.get(str(annotator), -1) for annotator in self.annotators], dtype=np.int64)
        return {name: _renumbered(start, moved, len(labels)) for name, start in self.starts.items()}

    def dump(self) -> bytes:
        """All of it as bytes, for a store; `load` undoes it. Ids that JSON cannot hold come back as text."""
        arrays: dict[str, npt.NDArray[Any]] = {}
        for name, start in self.starts.items():
            parts = {"keys": start.keys, "rows": start.rows, "annotators": start.annotators, "skills": start.skills}
            shared = {f"shared.{key}": value for key, value in start.shared.items()}
            arrays.update({f"{name}/{key}": value for key, value in (parts | shared).items()})
        head = json.dumps({"annotators": self.annotators, "labels": self.labels}, default=str)
        out = io.BytesIO()
        np.savez_compressed(out, head=np.frombuffer(head.encode(), dtype=np.uint8), **arrays)  # type: ignore[arg-type]
        return out.getvalue()

    @classmethod
    def load(cls, raw: bytes) -> Warm:
        """What `dump` wrote. Raises UnusableAnswers for anything else."""
        try:
            with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
                head = json.loads(arrays["head"].tobytes())
                parts = {key: arrays[key] for key in arrays.files if key != "head"}
        except (ValueError, KeyError, OSError, EOFError) as error:
            raise UnusableAnswers(
                "this is no saved consensus", cure="Run the consensus anew, from the start."
            ) from error
        starts: dict[str, Start] = {}
        for name in dict.fromkeys(key.partition("/")[0] for key in parts):
            own = {key.partition("/")[2]: value for key, value in parts.items() if key.startswith(f"{name}/")}
            shared = {key.removeprefix("shared."): value for key, value in own.items() if key.startswith("shared.")}
            starts[name] = Start(own["keys"], own["rows"], own["annotators"], own["skills"], shared)
        return cls(tuple(head["annotators"]), tuple(head["labels"]), starts)


def _renumbered(start: Start, moved: Ints, classes: int) -> Start:
    """The start under new annotator numbers; annotators who are no longer there (−1) are left out."""
    owner, said = np.divmod(start.keys, classes)
    keys, kept = _rising(moved[owner], moved[owner] * classes + said)
    people, people_kept = _rising(moved[start.annotators], moved[start.annotators])
    return replace(
        start,
        keys=keys,
        rows=start.rows[kept],
        annotators=people,
        skills=start.skills[people_kept],
        shared=start.shared,
    )


def _rising(annotator: Ints, keys: Ints) -> tuple[Ints, Ints]:
    there = np.flatnonzero(annotator >= 0)
    order = there[np.argsort(keys[there], kind="stable")]
    return keys[order], order
