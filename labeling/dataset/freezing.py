"""Check a project's dataset, and freeze it when it meets its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.dataset.card import card
from labeling.dataset.gather import Choices, Gathered, answers_in, gather, moment
from labeling.dataset.passing import passed
from labeling.dataset.report import Check, Gate, NotValid
from labeling.dataset.rules import annotation_schema, covered, item_schema, own_rules
from labeling.kinds import kind
from labeling.kinds.measuring import keywords
from labeling.pipelines import find
from labeling.services.consensus import run_consensus
from labeling.services.snapshots import record_snapshot, record_tag
from labeling.store import Store, answers, consensus, dataset_reads, guidelines, projects
from prep.phrase import numeral, phrase, phrase_n

if TYPE_CHECKING:
    import polars as pl

    from labeling.model import ConsensusRun, Project
    from labeling.store import Connection
    from prep.frozen import Snapshot
    from prep.pipeline.records import Run
    from prep.readiness import Readiness
    from prep.schema import Report

Tell = Callable[[str], None]
MOST_SHOWN = 100
SAMPLED = 5_000


@dataclass(frozen=True, slots=True)
class Frozen:
    """A snapshot, what was checked of it, and whether its content is new (else it lay there already)."""

    snapshot: Snapshot
    check: Check
    is_new: bool


def check(
    store: Store,
    *,
    workspace: Path,
    project: int,
    choices: Choices | None = None,
    schema: Path | None = None,
    pipeline: str = "",
) -> Check:
    """What the dataset would be if it were frozen now (after it passed through a pipeline); nothing is changed.

    `schema` is a pandera YAML beside the project's own rules; without it the workspace's
    `projects/<name>.schema.yml` counts, where there is one. Raises NotFound.
    """
    with store.read() as connection:
        return _look(connection, workspace, project, choices or Choices(), schema, pipeline)[1]


def freeze(
    store: Store,
    *,
    workspace: Path,
    project: int,
    choices: Choices | None = None,
    schema: Path | None = None,
    pipeline: str = "",
    method: str | None = None,
    seed: int | None = None,
    tag: str = "",
    told: Mapping[str, Any] | None = None,
    actor: int | None,
    tell: Tell | None = None,
) -> Frozen:
    """Freeze the project's dataset under the hash of its content; the consensus is brought up to date before.

    `method` and `seed` are the consensus's; without them those of the latest run count ("auto" and 0 before the
    first). The same content gives the same snapshot again. `told` is what a person says for the card of data readiness: `attested`,
    `forbidden`, `budget_bytes` (see prep.readiness). `tell` is called with what is being done, in words.
    `pipeline` names one of the workspace's that the items pass through before the gates; its run is recorded, and the
    log and the manifest name it.
    Raises NotValid when a gate fails, and nothing is written then; NotFound.
    """
    from prep.snapshot import SnapshotStore

    tell, choices = tell or (lambda _words: None), choices or Choices()
    if pipeline:
        find(workspace, pipeline)  # refused before anything is done, if it is not there or is wrong
    tell("Bringing the consensus up to date")
    _refresh(store, project, method, seed, actor)
    tell("Gathering items and annotations")
    with store.read() as connection:
        gathered, looked, run = _look(connection, workspace, project, choices, schema, pipeline)
        imports = dataset_reads.imports(connection, project)
        here, about = projects.by_id(connection, project), _about(connection, project)
    if not looked.is_valid:
        raise NotValid(looked)
    tell("Writing and hashing")
    snapshots = SnapshotStore(workspace / "snapshots")
    before = snapshots.list(here.name)
    about["lineage"] = {
        "imports": [_import(one) for one in imports],
        "pipeline": pipeline,
        "run": run.id if run else "",
    }
    about |= {
        "fields": gathered.fields,
        "choices": asdict(choices),
        "check": _summary(looked),
        "agreement": dict(looked.agreement),
    }
    about |= {"schema": {"columns": covered(schema or own_rules(workspace, here))}, **(told or {})}
    latest = snapshots.get(here.name) if before else None
    ready = readiness_of(gathered.items, about, moment(store.clock()), latest)
    about["readiness"] = ready.as_dict()
    made = snapshots.commit(
        here.name,
        {"items": gathered.items, "annotations": gathered.annotations, "posteriors": gathered.posteriors},
        keys={"items": ["id"], "annotations": ["item", "annotator", "revision"], "posteriors": ["item", "label"]},
        about=about,
        parent=latest.id if latest else None,
        created_at=moment(store.clock()),
        card=card(here, looked, about) + "\n" + ready.as_markdown(),
    )
    is_new = made.id not in {one.id for one in before}
    store.write(
        record_snapshot,
        project=project,
        snapshot=made.id,
        items=looked.items,
        annotations=looked.annotations,
        is_new=is_new,
        pipeline=pipeline,
        run=run.id if run else "",
        actor=actor,
    )
    if tag:
        put_tag(store, workspace=workspace, project=project, ref=f"{here.name}@{made.id}", tag=tag, actor=actor)
    return Frozen(made, looked, is_new)


def readiness_of(items: pl.DataFrame, about: Mapping[str, Any], at: datetime, parent: Snapshot | None) -> Readiness:
    """The seven data tests of what is about to be frozen."""
    from prep.readiness import Ancestor, ancestors_of, assess

    before = (
        [] if parent is None else [Ancestor(parent.created_at, parent.columns("items")), *ancestors_of(parent, "items")]
    )
    return assess(items, about, created_at=at, ancestors=before)


def put_tag(store: Store, *, workspace: Path, project: int, ref: str, tag: str, actor: int | None) -> None:
    """Let a tag point to a snapshot; it may have pointed elsewhere. Raises UnknownSnapshot."""
    from prep.snapshot import SnapshotStore

    snapshots = SnapshotStore(workspace / "snapshots")
    one = snapshots.get(ref)
    before = snapshots.tags(one.name).get(tag)
    snapshots.tag(f"{one.name}@{one.id}", tag)
    store.write(record_tag, project=project, snapshot=one.id, tag=tag, before=before, actor=actor)


def _refresh(store: Store, project: int, method: str | None, seed: int | None, actor: int | None) -> None:
    """Compute the consensus where there is none, answers came since, or another method or seed is asked for."""
    with store.read() as connection:
        run = consensus.latest(connection, project)
        last = answers.last_number(connection, project)
    stood = (run.parameters.get("asked", run.method), run.seed) if run else ("auto", 0)
    wanted = (method or stood[0], stood[1] if seed is None else seed)
    if last and (run is None or run.last_annotation < last or wanted != stood):
        run_consensus(store, project=project, method=wanted[0], seed=wanted[1], actor=actor)


def _look(
    connection: Connection, workspace: Path, project: int, choices: Choices, schema: Path | None, pipeline: str
) -> tuple[Gathered, Check, Run | None]:
    here = projects.by_id(connection, project)
    gathered = gather(connection, here, choices)
    through: Run | None = None
    if pipeline and gathered.items.height:
        gathered, through = passed(gathered, workspace, pipeline, here.name)
    run, last = consensus.latest(connection, project), answers.last_number(connection, project)
    gates = [
        _gate_of_size(gathered),
        _gate_of_consensus(run, last),
        *_gates_of_schema(workspace, here, gathered, schema),
        _gate_of_work(gathered),
    ]
    return gathered, _check(here, gathered, gates), through


def _import(row: Any) -> dict[str, Any]:
    told = {"name": row.name, "added": row.added, "at": moment(row.started_at).isoformat()}
    return told | ({"pipeline": row.pipeline, "run": row.run} if row.run else {})


def _check(here: Project, gathered: Gathered, gates: list[Gate]) -> Check:
    one = kind(here.kind)
    labels = [category.value for category in one.labels(here.options)]
    counted: Counter[Any] = Counter()
    for answer in answers_in(here, gathered.items) if labels else ():
        counted.update(one.labels_in(one.parse(answer, here.options)))
    versions = Counter(gathered.annotations["guideline_version"].to_list())
    return Check(
        project=here.name,
        items=gathered.items.height,
        annotations=gathered.annotations.height,
        annotators=gathered.annotations["annotator"].n_unique(),
        labels={label: counted.get(label, 0) for label in labels},
        sources=gathered.sources,
        versions=dict(sorted(versions.items())),
        excluded=gathered.excluded,
        examples=gathered.examples,
        gates=gates,
        agreement=_agreement(here, gathered.annotations),
        notes=gathered.notes,
        preview=first_rows(gathered.items),
        bytes=sum(about_bytes(frame) for frame in (gathered.items, gathered.annotations, gathered.posteriors)),
    )


def first_rows(frame: pl.DataFrame, rows: int = 5) -> dict[str, Any]:
    """The first rows of a table, every value as text of at most 200 characters."""
    return {
        "columns": frame.columns,
        "rows": [[_shown(value) for value in row] for row in frame.head(rows).iter_rows()],
    }


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)[:200]
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else str(value)[:200]


def about_bytes(frame: pl.DataFrame) -> int:
    """About how many bytes a table takes as Parquet: some of its rows are written, to memory."""
    import io

    some = frame.head(SAMPLED)
    if not some.height:
        return 0
    buffer = io.BytesIO()
    some.write_parquet(buffer, compression="zstd", compression_level=1)
    return round(buffer.tell() * frame.height / some.height)


def _gate_of_size(gathered: Gathered) -> Gate:
    count = gathered.items.height
    if count:
        return Gate("items", "pass", phrase("%(n)s items have a label.", n=numeral(count)), count=count)
    return Gate("items", "fail", phrase("No item has a label yet."), phrase("Label some, then compute the consensus."))


def _gate_of_consensus(run: ConsensusRun | None, last: int) -> Gate:
    if run is None:
        return Gate(
            "consensus",
            "warn",
            phrase("There is no consensus yet."),
            phrase("It is computed when the dataset is frozen."),
        )
    if run.last_annotation < last:
        return Gate(
            "consensus", "warn", phrase("Answers have come since the consensus was computed."),
            phrase("It is computed anew when the dataset is frozen."),
        )  # fmt: skip
    return Gate("consensus", "pass", phrase("The consensus (%(method)s) rests on every answer.", method=run.method))


def _gate_of_work(gathered: Gathered) -> Gate:
    if not gathered.unfinished:
        return Gate("work", "pass", phrase("Every item in it has all the answers it should get."))
    return Gate(
        "work", "warn", phrase("%(n)s items in it still wait for answers.", n=numeral(gathered.unfinished)),
        phrase("Wait for them, or leave these items out."), count=gathered.unfinished,
    )  # fmt: skip


def _gates_of_schema(workspace: Path, here: Project, gathered: Gathered, schema: Path | None) -> list[Gate]:
    from prep.schema import validate

    own = schema or own_rules(workspace, here)
    return [
        _gate_of_report("items", "id", gathered.items, validate(gathered.items, item_schema(here), own), own),
        _gate_of_report(
            "annotations", "item", gathered.annotations, validate(gathered.annotations, annotation_schema(here)), None
        ),
    ]


def _gate_of_report(table: str, key: str, frame: pl.DataFrame, report: Report, own: Path | None) -> Gate:
    """The first faults with the item each is at, so that a person can go there."""
    name = f"schema of {table}"
    if report.is_valid:
        return Gate(name, "pass", _kept(table, frame.height, own))
    keys = frame[key].to_list()
    rows = [
        {"item": keys[row - 1], "column": fault.column, "must": fault.must, "value": str(value)[:200]}
        for fault in report.faults
        for row, value in zip(fault.rows, fault.values, strict=True)
    ]
    first = report.faults[0]
    where = f"{first.column}: " if first.column else ""
    return Gate(
        name,
        "fail",
        _broken(table, report.count, own, f"{where}{first.must}"),
        phrase("Mend these items or the rules."),
        count=report.count,
        rows=rows[:MOST_SHOWN],
    )


def _kept(table: str, rows: int, own: Path | None) -> str:
    held = {"n": numeral(rows), "file": own.name if own else ""}
    if table == "annotations":
        return phrase("All %(n)s annotations meet the project's rules.", n=held["n"])
    if own:
        return phrase("All %(n)s items meet the project's rules and %(file)s.", **held)
    return phrase("All %(n)s items meet the project's rules.", n=held["n"])


def _broken(table: str, count: int, own: Path | None, first: str) -> str:
    many = numeral(count)
    if table == "annotations":
        return phrase_n(
            "Once the annotations break the project's rules; first: %(first)s.",
            "%(n)s times the annotations break the project's rules; first: %(first)s.",
            count,
            n=many,
            first=first,
        )
    if own:
        return phrase_n(
            "Once the items break the project's rules and %(file)s; first: %(first)s.",
            "%(n)s times the items break the project's rules and %(file)s; first: %(first)s.",
            count,
            n=many,
            file=own.name,
            first=first,
        )
    return phrase_n(
        "Once the items break the project's rules; first: %(first)s.",
        "%(n)s times the items break the project's rules; first: %(first)s.",
        count,
        n=many,
        first=first,
    )


def _agreement(here: Project, annotations: pl.DataFrame) -> dict[str, Any]:
    """Krippendorff's alpha with its interval over the answers that count; empty where there are none."""
    from labeling.agreement import krippendorff_alpha
    from labeling.answers import Answers

    counted = annotations.filter(annotations["stands"] & annotations["counted"])
    if counted.is_empty():
        return {}
    how = keywords(kind(here.kind), here.options)
    given = Answers.from_columns(
        counted["item"].to_list(), counted["annotator"].to_list(), answers_in(here, counted), labels=how["labels"]
    )
    return krippendorff_alpha(given, level=how["level"], distance=how["distance"]).as_json()


def _about(connection: Connection, project: int) -> dict[str, Any]:
    """What the manifest says of how the dataset came to be."""
    here, run = projects.by_id(connection, project), consensus.latest(connection, project)
    return {
        "project": here.name,
        "title": here.title,
        "question": here.question,
        "kind": here.kind,
        "options": dict(here.options),
        "labels": [category.value for category in kind(here.kind).labels(here.options)],
        "overlap": here.overlap,
        "guidelines": [
            {"version": one.version, "note": one.note, "change": one.change,
             "published_at": moment(one.published_at).isoformat()}
            for one in reversed(guidelines.listing(connection, project))
        ],
        "consensus": None if run is None else {
            "method": run.method, "parameters": dict(run.parameters), "seed": run.seed, "answers": run.answers,
            "items": run.items, "at": moment(run.at).isoformat(), "diagnostics": dict(run.diagnostics),
        },
        "code_version": version("assay"),
    }  # fmt: skip


def _summary(looked: Check) -> dict[str, Any]:
    """The check without its rows."""
    summary = looked.as_json()
    for name in ("agreement", "preview", "bytes"):
        summary.pop(name)
    summary["gates"] = [{name: gate[name] for name in ("name", "state", "words")} for gate in summary["gates"]]
    return summary
