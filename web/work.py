"""What jobs do, in a process of their own (web.jobs starts it): imports, consensus, snapshots, exports.

Each function takes a `Work` and JSON values, and gives a JSON value. pandas, polars, pandera and pyarrow live here
and never in the server.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from labeling import showing
from labeling.errors import AssayError, Unusable
from labeling.store import Store
from prep.errors import PrepError
from prep.phrase import pack, phrase
from web import wire

EXPORTS_KEPT_SECONDS = 86_400
TELL_SECONDS = 0.1
GUESSED_FROM = 100
"""So many rows tell what a column looks like."""


@dataclass(slots=True)
class Work:
    """Where a job works, and the line to whoever waits for it."""

    store: Store
    workspace: Path
    out: TextIO
    told_at: float = 0.0

    def tell(self, done: int, total: int | None = None, unit: str = "rows") -> None:
        """Say how far it is; more often than ten times a second is not passed on."""
        now = time.monotonic()
        if now - self.told_at >= TELL_SECONDS:
            self.told_at = now
            self.say({"done": done, "total": total, "unit": unit})

    def say(self, line: dict[str, Any]) -> None:
        """One line of JSON."""
        self.out.write(json.dumps(wire.plain(line)) + "\n")
        self.out.flush()


def main() -> None:
    """Read one order from standard input, do it, write lines of JSON to standard output."""
    from web.errors import as_json, status_of

    os.nice(5)  # the desk comes first
    order = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr  # a stray print must not break the lines
    workspace = Path(order["workspace"])
    with Store.open(workspace / "assay.db") as store:
        work = Work(store, workspace, out)
        try:
            result = FUNCTIONS[order["function"]](work, **order["arguments"])
        except (AssayError, PrepError) as error:
            told = as_json(error)["error"]
            work.say({"error": {**told, "message": pack(told["message"])}, "status": status_of(error)})
        except Exception:
            number = secrets.token_hex(4)
            logging.getLogger("assay").exception("error %s in the job %s", number, order["function"])
            words = phrase(
                "This is a fault of the server, not yours. It is in its log under %(number)s.", number=number
            )
            work.say({"error": {"type": "Fault", "message": pack(words), "id": number}, "status": 500})
        else:
            work.say({"result": wire.carry(result)})


def preview(work: Work, *, path: str, name: str, encoding: str | None = None, rows: int = 5) -> Any:  # noqa: ARG001 - every job takes its Work
    """What a file holds: format, encoding, columns, the first rows; nothing is imported."""
    from prep.read import open_table

    with open_table(path, name=name, encoding=encoding) as table:
        first: list[dict[str, Any]] = next(iter(table.batches(max(rows, GUESSED_FROM))), [])
        columns = {str(column): [row.get(column) for row in first] for column in table.columns}
        return {
            "looks": {column: showing.guess(column, values) for column, values in columns.items()},
            "format": table.format,
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "columns": list(table.columns),
            "rows": first[:rows],
        }


def import_items(
    work: Work,
    *,
    path: str,
    name: str,
    number: int,
    id_column: str | None = None,
    encoding: str | None = None,
    pipeline: str = "",
    allow_missing: bool = False,
    actor: int | None,
) -> Any:
    """Items from an uploaded file (sent through a pipeline first), which is taken away afterwards."""
    from labeling.services.items import import_items as put
    from prep.read import open_table

    if pipeline:
        return _import_through(
            work,
            pipeline,
            path=path,
            name=name,
            number=number,
            id_column=id_column,
            encoding=encoding,
            allow_missing=allow_missing,
            actor=actor,
        )
    with _used_up(path), open_table(path, name=name, encoding=encoding) as table:
        done = put(
            work.store,
            project=number,
            rows=table.batches(5000),
            id_column=id_column or None,
            name=name,
            actor=actor,
            progress=work.tell,
            first_row=table.first_row,
            allow_missing=allow_missing,
        )
    work.say({"told": pack(str(done))})
    return done


def _import_through(
    work: Work,
    pipeline: str,
    *,
    path: str,
    name: str,
    number: int,
    id_column: str | None,
    encoding: str | None,
    allow_missing: bool,
    actor: int | None,
) -> Any:
    """Items from what a pipeline makes of an uploaded file."""
    from labeling import pipelines
    from labeling.services.items import import_items as put
    from labeling.store import projects

    with work.store.read() as connection:
        here = projects.by_id(connection, number)
    with (
        _used_up(path) as file,
        pipelines.pass_file(
            work.workspace,
            pipeline,
            file,
            name=name,
            project=here.name,
            encoding=encoding,
            tell=pipelines.telling(work.tell),
        ) as run,
    ):
        rows = (part.to_dicts() for part in run.frame.iter_slices(5000))
        done = put(
            work.store,
            project=number,
            rows=rows,
            id_column=id_column or None,
            name=name,
            actor=actor,
            progress=work.tell,
            pipeline=pipeline,
            run=run.id,
            allow_missing=allow_missing,
        )
    words = phrase(
        "%(done)s, through the pipeline %(pipeline)s (run %(run)s)", done=str(done), pipeline=pipeline, run=run.id
    )
    work.say({"told": pack(words)})
    return done


def import_answers(
    work: Work, *, path: str, name: str, number: int, encoding: str | None = None, actor: int | None
) -> Any:
    """Answers from an uploaded file, which is taken away afterwards."""
    from labeling.formats.long import read_long
    from labeling.services.answers import import_answers as put
    from web import measures

    with _used_up(path):
        rows = read_long(path, name=name, encoding=encoding)
        done = put(work.store, project=number, rows=rows, actor=actor, progress=work.tell)
    work.say({"told": pack(str(done))})
    measures.measure_if_large(work.store, number)
    return done


def import_suggestions(
    work: Work,
    *,
    path: str,
    name: str,
    number: int,
    model: str = "",
    encoding: str | None = None,
    actor: int | None,
) -> Any:
    """Suggestions of a model from an uploaded file, which is taken away afterwards."""
    from labeling.formats.suggested import read_suggestions
    from labeling.services.suggestions import put_suggestions as put
    from prep.read import open_table

    with _used_up(path), open_table(path, name=name, encoding=encoding) as table:
        rows = read_suggestions(table, model)
        done = work.store.write(put, project=number, rows=rows, actor=actor, progress=work.tell)
    work.say({"told": pack(str(done))})
    return done


def run_consensus(work: Work, *, number: int, method: str, seed: int, fresh: bool = False, actor: int | None) -> Any:
    """The consensus over all answers that stand."""
    from labeling.services.consensus import run_consensus as run

    return run(work.store, project=number, method=method, seed=seed, fresh=fresh, actor=actor)


def measure(work: Work, *, number: int, name: str, asked: dict[str, Any]) -> Any:
    """Measure the figure of that name, and those that come of the same reading of the answers; keep them all."""
    from web import measures

    if "choices" in asked:
        measures.check(work.store, work.workspace, number, name, asked["choices"])
    else:
        measures.measure(work.store, number, name)
    return {"measured": name}


def check(work: Work, *, number: int, choices: dict[str, Any], pipeline: str = "") -> Any:
    """What would be in a snapshot now."""
    from labeling import dataset

    wanted = dataset.Choices(**choices)
    return dataset.check(work.store, workspace=work.workspace, project=number, choices=wanted, pipeline=pipeline)


def freeze(
    work: Work, *, number: int, choices: dict[str, Any], tag: str = "", pipeline: str = "", actor: int | None
) -> Any:
    """Freeze the dataset."""
    from labeling import dataset

    frozen = dataset.freeze(
        work.store,
        workspace=work.workspace,
        project=number,
        choices=dataset.Choices(**choices),
        pipeline=pipeline,
        tag=tag,
        actor=actor,
    )
    return {"snapshot": frozen.snapshot.id, "is_new": frozen.is_new, "check": frozen.check}


def snapshots(work: Work, *, project_name: str) -> Any:
    """Every snapshot of a project, the newest first, with its tags."""
    store = _snapshots(work)
    tags: dict[str, list[str]] = {}
    for tag, snapshot in store.tags(project_name).items():
        tags.setdefault(snapshot, []).append(tag)
    return [
        {"id": one.id, "manifest": one.manifest, "tags": sorted(tags.get(one.id, []))}
        for one in store.list(project_name)
    ]


def put_tag(work: Work, *, number: int, ref: str, tag: str, actor: int | None) -> Any:
    """Let a tag point to a snapshot."""
    from labeling import dataset

    dataset.put_tag(work.store, workspace=work.workspace, project=number, ref=ref, tag=tag, actor=actor)
    return {"tag": tag}


def delete_snapshot(work: Work, *, number: int, ref: str, reason: str, actor: int | None) -> Any:
    """Take a snapshot away for good; the record of it."""
    from labeling import dataset

    return dataset.delete(work.store, workspace=work.workspace, project=number, ref=ref, reason=reason, actor=actor)


def diff(work: Work, *, project_name: str, before: str, after: str) -> Any:
    """What changed from one snapshot to another, with the first hundred ids of each sort."""
    found = _snapshots(work).diff(f"{project_name}@{before}", f"{project_name}@{after}")
    first = {name: getattr(found, name).head(100).to_dicts() for name in ("added", "removed", "changed")}
    return {**found.as_dict(), "first": first}


def first_rows(work: Work, *, ref: str, rows: int = 5) -> Any:
    """The first rows of a snapshot's items, every value as text."""
    from labeling.dataset.freezing import first_rows as shown

    return shown(_snapshots(work).get(ref).read("items", [0]), rows)


def profile(work: Work, *, ref: str) -> Any:
    """Find out what is in a snapshot, and keep it."""
    from web import checks

    found = checks.profile_of_snapshot(work.workspace, ref)
    return {"rows": found["rows"], "suspicions": len(found["suspicions"])}


def drift(work: Work, *, old: str, new: str) -> Any:
    """Find out what drifted between two snapshots, and keep it."""
    from web import checks

    return {"has_drifted": checks.drift_of_snapshots(work.workspace, old, new)["has_drifted"]}


def verify(work: Work, *, project_name: str) -> Any:
    """What is wrong with the snapshots of a project ("name") or with one ("name@id"); empty when all is well."""
    from labeling import dataset

    snapshots = _snapshots(work)
    if "@" in project_name:
        return snapshots.verify(project_name)
    return dataset.verify(work.store, snapshots, project=project_name)


def export(work: Work, *, number: int, ref: str, format_name: str, options: dict[str, Any], actor: int | None) -> Any:
    """Write a snapshot out in an exchange format: a token with which the file is found, and its name."""
    from labeling import formats
    from labeling.services.snapshots import record_export

    snapshot = _snapshots(work).get(ref)
    folder = work.workspace / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    _sweep(folder)
    token = f"{number}-{secrets.token_hex(16)}"
    (folder / token).mkdir(mode=0o700)
    suffix = formats.one(format_name).SUFFIX
    target = folder / token / f"{snapshot.name}-{snapshot.id[:12]}{suffix}"
    formats.export(snapshot, format_name, target, **options)
    if target.is_dir():
        shutil.make_archive(str(target), "zip", target)
        shutil.rmtree(target)
        target = target.with_name(target.name + ".zip")
    work.store.write(
        record_export, project=number, snapshot=snapshot.id, written_as=format_name, options=options, actor=actor
    )
    return {"token": token, "file": target.name, "bytes": target.stat().st_size}


def _snapshots(work: Work) -> Any:
    from prep.snapshot import SnapshotStore

    return SnapshotStore(work.workspace / "snapshots")


def _sweep(folder: Path) -> None:
    old = time.time() - EXPORTS_KEPT_SECONDS
    for one in folder.iterdir():
        if one.is_dir() and one.stat().st_mtime < old:
            shutil.rmtree(one, ignore_errors=True)


class _used_up:  # noqa: N801 - reads as a word in a with statement
    """Takes an uploaded file away when the block ends, however it ends."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def __enter__(self) -> Path:
        if not self.path.is_file():
            raise Unusable("The file is not here any more", cure="Send it again.")
        return self.path

    def __exit__(self, *_: object) -> None:
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(".json").unlink(missing_ok=True)


def route_items(work: Work, *, number: int, actor: int | None) -> Any:
    """One round of adaptive overlap: items in doubt open for one more answer, the sure ones are settled."""
    from labeling.services.overlap import route_items as route

    return asdict(route(work.store, project=number, actor=actor))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        preview,
        import_items,
        import_answers,
        import_suggestions,
        run_consensus,
        measure,
        route_items,
        check,
        freeze,
        snapshots,
        put_tag,
        delete_snapshot,
        diff,
        first_rows,
        profile,
        drift,
        verify,
        export,
    )
}
