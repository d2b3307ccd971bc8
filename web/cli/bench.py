"""Small benchmarks that ship with the program: what this machine does, beside what Assay promises."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import NotFound

if TYPE_CHECKING:
    from labeling.store import Store

ITEMS, OVERLAP = 10_000, 3
CYCLES = 1_500
LABELS = ["refund", "delivery", "praise"]


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark measured: `value` in `unit`, met when on the right side of `target` (None: nothing promised)."""

    name: str
    what: str
    value: float
    unit: str
    target: float | None
    is_met: bool

    @property
    def shown(self) -> str:
        """The value with its unit."""
        return f"{self.value:,.2f} {self.unit}"

    @property
    def promised(self) -> str:
        """The target with its unit."""
        return "–" if self.target is None else f"≤ {self.target:g} {self.unit}"

    def as_json(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        return asdict(self)


def measure(names: Sequence[str] = ()) -> Iterator[Result]:
    """Run the benchmarks of these names (all by default), one after the other. Raises NotFound."""
    for name in names:
        if name not in BENCHMARKS:
            raise NotFound("benchmark", name, BENCHMARKS, list_all=True)
    for name in names or BENCHMARKS:
        what, target, run = BENCHMARKS[name]
        with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
            value = run(Path(folder))
        unit = "ms" if name == "hand-out" else "s"
        yield Result(name, what, value, unit, target, target is None or value <= target)


def _hand_out(folder: Path) -> float:
    """Milliseconds for one submit that hands out the next item, on disk before it returns."""
    from labeling.services import members, projects, work

    with _workspace(folder) as (store, project):
        _bring_in(store, project, 2_000)
        people = []
        for number in range(4):
            one = store.write(members.create_member, name=f"annotator{number}", actor=None)
            store.write(projects.set_role, project=project, member=one.id, role="annotator", actor=None)
            people.append(one.id)
        held = {who: store.write(work.hand_out, project=project, member=who, hold=1) for who in people}
        began = time.perf_counter()
        for cycle in range(CYCLES):
            who = people[cycle % len(people)]
            held[who] = store.write(
                work.submit, project=project, member=who, assignment=held[who].assignments[0].assignment,
                answer=LABELS[cycle % len(LABELS)], key=f"{cycle}", hold=1,
            )  # fmt: skip
        return 1000 * (time.perf_counter() - began) / CYCLES


def _import(folder: Path) -> float:
    """Seconds for 10,000 items from a CSV file."""
    from labeling.services.items import import_items
    from prep.read import open_table

    path = folder / "items.csv"
    path.write_text("id,text\n" + "".join(f"{row['id']},{row['text']}\n" for row in _rows(ITEMS)), "utf-8")
    with _workspace(folder) as (store, project):
        began = time.perf_counter()
        with open_table(path) as table:
            import_items(store, project=project, rows=table.batches(5_000), actor=None)
        return time.perf_counter() - began


def _export(folder: Path) -> float:
    """Seconds to write a frozen dataset of 10,000 items × 3 answers as Parquet."""
    from labeling.dataset import freeze
    from labeling.formats import export

    with _workspace(folder) as (store, project):
        _bring_in(store, project, ITEMS)
        _answer(store, project)
        frozen = freeze(store, workspace=folder, project=project, method="majority", actor=None)
        began = time.perf_counter()
        export(frozen.snapshot, "parquet", folder / "out.parquet", splits={"train": 0.8, "test": 0.2}, soft_labels=True)
        return time.perf_counter() - began


def _freeze(folder: Path) -> float:
    """Seconds to check and freeze 10,000 items × 3 answers, the consensus being up to date."""
    from labeling.dataset import freeze
    from labeling.services.consensus import run_consensus

    with _workspace(folder) as (store, project):
        _bring_in(store, project, ITEMS)
        _answer(store, project)
        run_consensus(store, project=project, actor=None)
        began = time.perf_counter()
        freeze(store, workspace=folder, project=project, actor=None)
        return time.perf_counter() - began


BENCHMARKS: dict[str, tuple[str, float | None, Callable[[Path], float]]] = {
    "hand-out": ("submit an answer and get the next item, safe on disk", None, _hand_out),
    "import": ("10,000 items from a CSV file", 1.5, _import),
    "snapshot": ("check and freeze 10,000 items × 3 answers", None, _freeze),
    "export": ("10,000 items × 3 answers to Parquet, split, with soft labels", 2.0, _export),
}


class _workspace:  # noqa: N801 - reads as a word in a with statement
    """A store with one project, in a folder that is thrown away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> tuple[Store, int]:
        from labeling.services.projects import create_project
        from labeling.store import Store, now_ms

        self.store = Store.open(self.folder / "assay.db", clock=now_ms)
        project = self.store.write(
            create_project, name="bench", question="What is it about?", kind="choice", options={"labels": LABELS},
            overlap=OVERLAP, seed=1, actor=None,
        )  # fmt: skip
        return self.store, project.id

    def __exit__(self, *_: object) -> None:
        self.store.close()


def _rows(count: int) -> Iterator[dict[str, Any]]:
    return (
        {"id": f"m{number}", "text": f"Message {number} about order {number * 7 % 1000}."} for number in range(count)
    )


def _bring_in(store: Store, project: int, count: int) -> None:
    from labeling.services.items import import_items

    import_items(store, project=project, rows=_rows(count), actor=None)


def _answer(store: Store, project: int) -> None:
    """Three answers to each item, mostly the same."""
    from labeling.services.answers import import_answers

    rows = (
        {"item": f"m{number}", "annotator": f"annotator{who}", "label": LABELS[(number + (number * who % 5 == 4)) % 3]}
        for number in range(ITEMS)
        for who in range(OVERLAP)
    )
    import_answers(store, project=project, rows=rows, actor=None)
