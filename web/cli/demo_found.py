"""What the demo finds at each step, as values; where it compares with the truth, only because the team is made up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from labeling.kinds import kind
from labeling.services.adjudication import adjudicate
from labeling.services.consensus import run_consensus
from labeling.services.snapshots import record_export
from labeling.store import Store, answers, chain, consensus, dataset_reads, items
from web.breakdowns import answers_of
from web.cli import demo_texts as texts
from web.cli.demo_work import Team, World, shares_right

if TYPE_CHECKING:
    from labeling.agreement import Coefficient
    from labeling.model import Project
    from prep.frozen import Snapshot
    from web.settings import Workspace

__all__ = [
    "agreement_by_version",
    "agreement_so_far",
    "agreement_without",
    "compare_with_truth",
    "most_mixed_up",
    "paces",
    "parts",
    "right_in",
    "rule",
    "run_consensus",
    "verify",
    "write_out",
]

SURE = 0.9
EXPORT = "export"


def agreement_so_far(store: Store, project: Project) -> tuple[Coefficient, list[tuple[str, Coefficient]]]:
    """Krippendorff's alpha over all, and of each label, the lowest first."""
    from labeling.agreement import krippendorff_alpha, per_label

    with store.read() as connection:
        given = answers_of(connection, project)
    labels = _labels(project)
    by_label = per_label(given, labels=labels)
    lowest = sorted(by_label.items(), key=lambda pair: pair[1].value if pair[1].value is not None else 1.0)
    return krippendorff_alpha(given, labels=labels), lowest


def _labels(project: Project) -> list[Any]:
    return list(kind(project.kind).consensus_labels(project.options))


def agreement_by_version(store: Store, project: Project) -> tuple[list[tuple[int, Coefficient]], str]:
    """Alpha under each guideline version, and what changed with the last one, in words."""
    from labeling.agreement import by_version

    with store.read() as connection:
        given = answers_of(connection, project)
    found = by_version(given, labels=_labels(project))
    return [(one.version, one.coefficient) for one in found.versions], found.changes[-1].difference.verdict()


def agreement_without(store: Store, project: Project, annotator: str) -> tuple[float | None, str]:
    """Alpha without one annotator's answers, and how that differs, in words."""
    from labeling.agreement import without_each

    with store.read() as connection:
        given = answers_of(connection, project)
    one = without_each(given, labels=_labels(project))[annotator]
    return one.value, one.difference.verdict()


def most_mixed_up(store: Store, project: Project) -> tuple[str, str, int]:
    """The two labels that meet most often on one item, and in how many pairs of answers."""
    with store.read() as connection:
        given = answers_of(connection, project)
    by_item: dict[str, list[str]] = {}
    for item, label in zip(given["item"], given["label"], strict=True):
        by_item.setdefault(item, []).append(label)
    pairs: Counter[tuple[str, str]] = Counter()
    for said in by_item.values():
        for place, one in enumerate(said):
            pairs.update((min(one, two), max(one, two)) for two in said[place + 1 :] if one != two)
    (one, two), times = pairs.most_common(1)[0]
    return one, two, times


def paces(store: Store, project: Project) -> dict[str, tuple[float, float]]:
    """Each annotator's median seconds in the first and the last quarter of their answers."""
    with store.read() as connection:
        given = answers.columns(connection, project.id)
    times: dict[str, list[float]] = {}
    for who, seconds in zip(given.annotator, given.seconds, strict=True):
        if seconds is not None:
            times.setdefault(who, []).append(seconds)
    quarter = {who: max(1, len(spent) // 4) for who, spent in times.items()}
    return {who: (median(s[: quarter[who]]), median(s[-quarter[who] :])) for who, s in sorted(times.items())}


@dataclass(frozen=True, slots=True)
class Truth:
    """How often what was agreed is right; shares are 0 to 1, None of nothing."""

    majority: float | None
    consensus: float | None
    by_version: dict[int, float | None]
    sure: int
    sure_right: float | None
    unsure: int
    unsure_right: float | None


def compare_with_truth(store: Store, project: int, world: World) -> Truth:
    """The majority and the consensus against the truth that only the demo knows."""
    import json

    with store.read() as connection:
        rows = [row for row in dataset_reads.every_item(connection, project) if row.answer is not None]
        given = answers.columns(connection, project)
    versions: dict[str, int] = {}
    for item, version in zip(given.item, given.guideline_version, strict=True):
        versions[item] = max(version, versions.get(item, 0))
    said = [(row, json.loads(row.answer), world.truth(row.key)) for row in rows]
    sure = [(label, true) for row, label, true in said if (row.confidence or 0) >= SURE]
    unsure = [(label, true) for row, label, true in said if (row.confidence or 0) < SURE]
    return Truth(
        majority=shares_right([(json.loads(row.majority), true) for row, _, true in said]),
        consensus=shares_right([(label, true) for _, label, true in said]),
        by_version={
            version: shares_right([(label, true) for row, label, true in said if versions.get(row.key) == version])
            for version in sorted(set(versions.values()))
        },
        sure=len(sure),
        sure_right=shares_right(sure),
        unsure=len(unsure),
        unsure_right=shares_right(unsure),
    )


@dataclass(frozen=True, slots=True)
class Ruled:
    """One ruling."""

    key: str
    text: str
    said: tuple[str, ...]
    ruling: str


def rule(store: Store, team: Team, world: World, most: int) -> list[Ruled]:
    """The reviewer rules on the items that divide the annotators most, by the guideline that stands."""
    ruth, project = team.members[texts.REVIEWER].id, team.project.id
    with store.read() as connection:
        queue = consensus.disagreements(connection, project, limit=most)
        said = {one.key: tuple(str(label) for _, label in _row(connection, project, one.key).answers) for one in queue}
    ruled = []
    for one in queue:
        case, answer = world.cases[str(one.payload["text"])], world.truth(one.key)
        reason = texts.REASON if case.also == "refund" else texts.REASON_OTHER
        store.write(adjudicate, project=project, item=one.key, answer=answer, reason=reason, actor=ruth)
        ruled.append(Ruled(one.key, case.text, said[one.key], answer))
    return ruled


def _row(connection: Any, project: int, key: str) -> Any:
    return next(row for row in items.page(connection, project, search=key, limit=50).rows if row.key == key)


def right_in(snapshot: Snapshot, world: World) -> float | None:
    """How many labels of a snapshot are right."""
    frame = snapshot.load("items", columns=["id", "label"])
    return shares_right([(label, world.truth(key)) for key, label in frame.iter_rows()])


def write_out(store: Store, workspace: Workspace, project: int, actor: int) -> Path:
    """The snapshot as a Hugging Face folder, split, with soft labels; its path."""
    from labeling.formats import export
    from prep.snapshot import SnapshotStore

    one = SnapshotStore(workspace.snapshots).get(f"{texts.PROJECT}@v1")
    options: dict[str, Any] = {"splits": {"train": 0.8, "validation": 0.1, "test": 0.1}, "seed": 0, "soft_labels": True}
    options["together"] = True  # customers write nearly the same again and again
    target = workspace.path / EXPORT / texts.PROJECT
    target.parent.mkdir(exist_ok=True)
    path = export(one, "huggingface", target, **options)
    store.write(record_export, project=project, snapshot=one.id, written_as="huggingface", options=options, actor=actor)
    return Path(path)


def parts(path: Path) -> dict[str, int]:
    """The rows of each part of an exported folder."""
    from pyarrow import parquet

    found = {file.name.split("-")[0]: file for file in sorted((path / "data").glob("*.parquet"))}
    rows = {name: parquet.ParquetFile(file).metadata.num_rows for name, file in found.items()}
    return {name: rows[name] for name in ("train", "validation", "test") if name in rows}


def verify(store: Store, workspace: Workspace) -> tuple[int, list[str]]:
    """How many lines the log has, and what is wrong with log or snapshots."""
    from prep.snapshot import SnapshotStore

    with store.read() as connection:
        lines, wrong = chain.size(connection), [one.what for one in chain.verify(connection)]
    return lines, wrong + [str(one) for one in SnapshotStore(workspace.snapshots).verify()]
