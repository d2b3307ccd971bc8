"""A folder of runs: their records, their results, and which one counts. Knows no steps.

<root>/lock            who is at work
<root>/runs/<id>.json  a record a run, sealed, naming the run before and its seal
<root>/current.json    where a pipeline was rolled back: the run that counts
<root>/frames, steps   results (prep.pipeline.cache)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from prep.disk import replacing
from prep.errors import DamagedSnapshot, UnknownSnapshot, UnusableParameter
from prep.pipeline.cache import Cache
from prep.pipeline.exact import digest
from prep.pipeline.lock import alone, is_held
from prep.pipeline.records import Comparison, Run, compare, without_values

FORMAT = "assay-run/1"
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class RunStore:
    """Where pipelines keep what they did: `RunStore("work/.prep")`. Made on the first run.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     RunStore(folder).runs()
    []
    """

    def __init__(self, root: Path | str, clock: Callable[[], datetime] = utc_now) -> None:
        self.root, self.clock = Path(root), clock

    @cached_property
    def cache(self) -> Cache:
        """The results."""
        return Cache(self.root)

    def runs(self, pipeline: str | None = None) -> list[Run]:
        """Every run (of one pipeline), the newest first. A record that was changed by hand is left out; see `problems`."""
        found = []
        held = is_held(self.root)
        for path in (self.root / "runs").glob("*.json"):
            try:
                run = self._read(path, held)
            except DamagedSnapshot:
                continue
            if pipeline is None or run.name == pipeline:
                found.append(run)
        return sorted(found, key=lambda run: (run.started_at, run.id), reverse=True)

    def run(self, ref: str) -> Run:
        """A run by its id or the beginning of it, or the latest of a pipeline by its name.

        Raises UnknownSnapshot, naming the nearest; DamagedSnapshot.
        """
        paths = sorted((self.root / "runs").glob("*.json"))
        matching = [path for path in paths if path.stem == ref] or [
            path for path in paths if len(ref) >= 4 and (path.stem.startswith(ref) or path.stem.endswith(f"-{ref}"))
        ]
        if len(matching) == 1:
            return self._read(matching[0], is_held(self.root))
        if len(matching) > 1:
            raise UnknownSnapshot("run", ref, cure=f"{len(matching)} ids begin so; give more of it.")
        runs = self.runs()
        named = next((run for run in runs if run.name == ref), None)
        if named is None:
            raise UnknownSnapshot("run", ref, [*dict.fromkeys(run.name for run in runs), *(run.id for run in runs)])
        return named

    def current(self, pipeline: str) -> Run | None:
        """The run whose result counts: the last that was done, or the one it was rolled back to since."""
        back = self._current().get(pipeline)
        done = next((run for run in self.runs(pipeline) if run.status == "done"), None)
        if back is None or (done is not None and done.record["started_at"] > back["at"]):
            return done
        return self.run(back["run"])

    def rollback(self, ref: str) -> Run:
        """Let the result of an earlier run count, until the pipeline is run again; its content is verified first.

        Raises UnknownSnapshot, DamagedSnapshot (its result is not kept any more), UnusableParameter (it has none), Busy.
        """
        run = self.run(ref)
        if run.status != "done":
            raise UnusableParameter(f"Run {run.id} is {run.status} and has no result. Name one that is done.")
        with self.alone(f"rolling {run.name} back"):
            run.load()
            told = {**self._current(), run.name: {"run": run.id, "at": self.clock().isoformat()}}
            with replacing(self.root / "current.json") as file:
                file.write(json.dumps(told, indent=2, sort_keys=True).encode())
        return run

    def compare(self, before: str, after: str) -> Comparison:
        """What changed from one run to another."""
        return compare(self.run(before), self.run(after))

    def previous(self, run: Run) -> Run | None:
        """The run of the same pipeline before it, that was done."""
        told = run.record["previous"]
        if told is None:
            return None
        try:
            return self.run(told["run"])
        except UnknownSnapshot:
            return None

    def problems(self) -> list[str]:
        """Records that were changed or cannot be read, and results that are not what they were; nothing is mended."""
        found = []
        seals: dict[str, str] = {}
        for path in sorted((self.root / "runs").glob("*.json")):
            try:
                told = read_record(path)
            except DamagedSnapshot as error:
                found.append(str(error))
                continue
            seals[path.stem] = str(told["seal"])
            before = told["previous"]
            if before is not None and seals.get(before["run"], before["seal"]) != before["seal"]:
                found.append(f"The record of run {before['run']} is not the one that run {path.stem} came after.")
        return found

    def sweep(self, keep: int) -> int:
        """Keep the results of the last `keep` runs of each pipeline (and of those that count); how many frames went.

        Records stay. Raises UnusableParameter, Busy.
        """
        if keep < 1:
            raise UnusableParameter(f"keep={keep} keeps nothing. Keep 1 or more.")
        with self.alone("sweeping"):
            runs = self.runs()
            names = dict.fromkeys(run.name for run in runs)
            kept = [run for name in names for run in [one for one in runs if one.name == name][:keep]]
            kept += [run for run in (self.current(name) for name in names) if run is not None]
            return self.cache.sweep(str(step["output"]) for run in kept for step in run.steps)

    def erase_values(self, chosen: Callable[[Run], bool]) -> int:
        """Take every value of rows out of the records of runs, and all kept results away; of how many runs.

        For a person who asks to be erased: examples, values set aside, vocabularies, what was learned and errors go. Counts,
        ids and times stay; `values_erased_at` says so. Those records, and later ones that name their seals, are sealed anew.
        Raises Busy.
        """
        told = 0
        with self.alone("erasing"):
            self.cache.sweep(())
            fresh: dict[str, str] = {}
            for path in sorted((self.root / "runs").glob("*.json")):
                try:
                    record = read_record(path)
                except DamagedSnapshot:  # nobody can say whose it is
                    path.unlink(missing_ok=True)
                    continue
                del record["seal"]
                before, is_chosen = record["previous"], chosen(Run(self, record))
                if before is not None and before["run"] in fresh:
                    record["previous"] = {**before, "seal": fresh[before["run"]]}
                if is_chosen:
                    record = {**without_values(record), "values_erased_at": self.clock().isoformat()}
                    told += 1
                if is_chosen or record["previous"] is not before:
                    self.write(record)
                    fresh[path.stem] = digest(record)
        return told

    def write(self, record: Mapping[str, Any]) -> Run:
        """Keep a record, in place of what it said before."""
        folder = self.root / "runs"
        folder.mkdir(parents=True, exist_ok=True)
        told = {name: value for name, value in record.items() if name != "seal"}
        with replacing(folder / f"{record['id']}.json") as file:
            file.write(json.dumps({**told, "seal": digest(told)}, allow_nan=False).encode())
        return Run(self, told)

    def alone(self, what: str) -> AbstractContextManager[dict[str, Any] | None]:
        """The block runs while nobody else is at work here. Raises Busy."""
        return alone(self.root, what, self.clock())

    def _read(self, path: Path, held: bool) -> Run:
        told = read_record(path)
        del told["seal"]
        if told["status"] == "running" and not held:
            told["status"] = "killed"
        return Run(self, told)

    def _current(self) -> dict[str, Any]:
        try:
            found = json.loads((self.root / "current.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def read_record(path: Path) -> dict[str, Any]:
    """The record of a run, with its seal. Raises DamagedSnapshot."""
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, OSError, RecursionError) as error:
        raise DamagedSnapshot(f"The record of run {path.stem} cannot be read: {error}.") from error
    told = {name: value for name, value in found.items() if name != "seal"} if isinstance(found, dict) else {}
    if not told or found.get("format") != FORMAT or found.get("seal") != digest(told) or not _ID.fullmatch(path.stem):
        raise DamagedSnapshot(f"The record of run {path.stem} was changed after it was written.")
    return dict(found)
