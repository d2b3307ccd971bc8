"""A workspace's pipelines: `pipelines/<name>.toml`, put there by whoever runs it, and the runs of them.

A pipeline may call Python code, so none is ever taken from the web: pages and API only name one that lies there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import NotFound, Unusable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prep.pipeline.pipeline import Pipeline
    from prep.pipeline.records import Run
    from prep.pipeline.running import Tell
    from prep.pipeline.store import RunStore

FOLDER = "pipelines"
RUNS = ".prep"
ENDINGS = (".toml", ".yaml", ".yml", ".json")


def names(workspace: Path) -> list[str]:
    """The pipelines of a workspace, by name.

    >>> names(Path("/nowhere"))
    []
    """
    return sorted({path.stem for path in (workspace / FOLDER).glob("*") if path.suffix in ENDINGS})


def find(workspace: Path, name: str) -> Pipeline:
    """The pipeline of that name. Raises NotFound, naming the nearest; BrokenPipeline for a file that is wrong."""
    from prep.pipeline.files import read_pipeline

    for ending in ENDINGS:
        path = workspace / FOLDER / f"{name}{ending}"
        if name in names(workspace) and path.is_file():
            return replace(read_pipeline(path), name=name)
    known = names(workspace)
    if not known:
        raise Unusable(
            f"There is no pipeline {name!r}, as the workspace has none", cure=f"Put one into {FOLDER}/{name}.toml."
        )
    raise NotFound("pipeline", name, known)


def runs(workspace: Path) -> RunStore:
    """The runs of a workspace, and their results."""
    from prep.pipeline.store import RunStore

    return RunStore(workspace / RUNS)


def erase_values(workspace: Path, project: str) -> int:
    """Take what rows of a project said out of the runs of a workspace, and their kept results away; of how many runs."""
    return runs(workspace).erase_values(lambda run: run.record["about"].get("project") == project)


@contextmanager
def pass_file(
    workspace: Path,
    pipeline: str,
    path: Path,
    *,
    name: str,
    project: str,
    encoding: str | None = None,
    tell: Tell | None = None,
) -> Iterator[Run]:
    """A raw file sent through a pipeline: the block has the run, recorded for the project, and its result.

    The file is what the pipeline's open source is given: that without a path, or the only one. `name` is what its sender
    calls it. Raises what the pipeline raises; the failed run is recorded.
    """  # fmt: skip
    made = _encoded(find(workspace, pipeline), encoding)
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / (Path(name).name or "upload")
        if path.name == name:
            named = path.absolute()
        else:  # an upload lies under a name of ours
            named.symlink_to(path.resolve())
        yield made.run(
            named, store=runs(workspace), tell=tell, about={"project": project, "use": "import", "file": name}
        )


def pass_frame(workspace: Path, pipeline: str, frame: Any, *, project: str, tell: Tell | None = None) -> Run:
    """A table sent through a pipeline before it is frozen; the run is recorded for the project."""
    about = {"project": project, "use": "snapshot"}
    return find(workspace, pipeline).run(frame, store=runs(workspace), tell=tell, about=about)


def telling(say: Callable[[int, int | None, str], None]) -> Tell:
    """Progress of a run as steps done of all."""

    def tell(one: Any) -> None:
        if one.state in {"done", "cached"}:
            say(one.place, one.total, "steps")

    return tell


def _encoded(pipeline: Pipeline, encoding: str | None) -> Pipeline:
    from prep.pipeline.nodes import Reading

    if encoding is None:
        return pipeline
    nodes = {
        name: replace(node, work=replace(node.work, encoding=encoding))
        if isinstance(node.work, Reading) and node.work.path is None
        else node
        for name, node in pipeline.nodes.items()
    }
    return replace(pipeline, nodes=nodes)
