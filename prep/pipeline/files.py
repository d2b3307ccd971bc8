"""Pipelines from TOML, YAML or JSON, with the line in each complaint. Knows no frame."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from prep.errors import BrokenPipeline, UnusableParameter, nearest
from prep.pipeline.nodes import Calling, Node, Reading, work_of
from prep.pipeline.own import found_at
from prep.pipeline.pipeline import Pipeline

ENDINGS = (".toml", ".yaml", ".yml", ".json")
WHOLE = ("name", "sources", "steps", "output")
OF_SOURCE = ("path", "encoding", "delimiter", "types")
OF_STEP = ("verb", "name", "from")
MOST_BYTES = 1_000_000
Line = Callable[[str, "int | str | None", str], "int | None"]
"""The line of a key: of a section ("" for the whole), the place or name in it, and the key."""


def read_pipeline(path: Path | str) -> Pipeline:
    """The pipeline in a file: TOML, YAML or JSON by its ending; paths in it are taken from its own folder.

        name = "people"
        output = "people"                  # else the last step

        [sources]
        crm = "crm.csv"
        web = { path = "web.csv", encoding = "cp1252" }
        extra = {}                         # given when it is run

        [[steps]]
        name = "tidy"                      # else the verb's
        from = "crm"                       # else the step before
        verb = "clean_names"               # or "my_steps.py:function"
        case = "snake"

    Raises BrokenPipeline, naming line and nearest word, for an unknown verb, key, parameter or input, and a circle;
    FileNotFoundError.
    """
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise BrokenPipeline(f"{path.name!r} does not say what it is", cure=f"End its name in {', '.join(ENDINGS)}.")
    if path.is_dir():
        raise BrokenPipeline("this is a folder", file=str(path), cure="Name a file in it.")
    if path.stat().st_size > MOST_BYTES:
        raise BrokenPipeline(
            "this is too long for a pipeline", file=path.name, cure="Put data into files of their own."
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenPipeline(f"this is not UTF-8: {error}", file=path.name, cure="Save it as UTF-8.") from error
    told, line = _toml(text, path.name) if path.suffix.lower() == ".toml" else _yaml(text, path.name)
    return built(told, path.parent, path.name, line, path.stem)


def built(told: Any, folder: Path, file: str, line: Line, name: str = "pipeline") -> Pipeline:
    """The pipeline that a mapping says. Raises BrokenPipeline."""
    _mapping(told, file, "the pipeline", line("", None, ""))
    _known(told, WHOLE, file, "a pipeline", lambda key: line("", None, key))
    try:
        pipeline = Pipeline(str(told.get("name", re.sub(r"[^\w.-]", "-", name))), folder=folder, file=file)
        sources, steps = told.get("sources") or {}, told.get("steps") or []
        _mapping(sources, file, "sources", line("", None, "sources"))
        _list(steps, file, line("", None, "steps"))
        for one, entry in sources.items():
            pipeline = pipeline.with_node(_source(str(one), entry, file, line("sources", one, "")))
        for place, entry in enumerate(steps):
            pipeline = _with_step(pipeline, place, entry, folder, line)
        if told.get("output"):
            pipeline = pipeline.output(str(told["output"]))
        pipeline.order  # noqa: B018 - refuses a circle, or an input that is not there
    except BrokenPipeline as error:
        raise BrokenPipeline(error.what, file=error.file or file, line=error.line, cure=error.cure) from error
    return pipeline


def _source(name: str, entry: Any, file: str, line: int | None) -> Node:
    if isinstance(entry, str):
        entry = {"path": entry}
    _mapping(entry, file, f"source {name!r}", line)
    _known(entry, OF_SOURCE, file, f"source {name!r}", lambda _: line)
    return Node(name, (), Reading(**entry), line)


def _with_step(pipeline: Pipeline, place: int, entry: Any, folder: Path, line: Line) -> Pipeline:
    here = line("steps", place, "")
    _mapping(entry, pipeline.file, f"step {place + 1}", here)
    verb = entry.get("verb")
    if not isinstance(verb, str):
        near = nearest("verb", [key for key in entry if key not in OF_STEP])
        cure = f"Did you mean verb instead of {near!r}?" if near else 'Write verb = "clean_names".'
        raise BrokenPipeline(f"step {place + 1} has no verb", file=pipeline.file, line=here, cure=cure)
    of = entry.get("from")
    if not (of is None or isinstance(of, str) or (isinstance(of, list) and all(isinstance(one, str) for one in of))):
        raise BrokenPipeline(
            f"from={of!r} names no steps", file=pipeline.file, line=line("steps", place, "from"),
            cure='Write from = "crm", or from = ["crm", "web"].',
        )  # fmt: skip
    parameters = {str(key): value for key, value in entry.items() if key not in OF_STEP}
    try:
        if ":" in verb:
            own = found_at(verb, folder)
            own.check(parameters)
            return pipeline.with_node(
                Node(_name(pipeline, entry, own.__name__), pipeline.inputs_of(of), Calling(own, parameters), here)
            )
        work = work_of(verb, parameters)
    except UnusableParameter as error:
        key = next((key for key in parameters if repr(key) in str(error) or f"{key}=" in str(error)), "verb")
        text = str(error)
        raise BrokenPipeline(
            text[:1].lower() + text[1:] if text.startswith("There") else text,
            file=pipeline.file,
            line=line("steps", place, key) or here,
        ) from error
    return pipeline.with_node(Node(_name(pipeline, entry, verb), pipeline.inputs_of(of), work, here))


def _name(pipeline: Pipeline, entry: Mapping[str, Any], otherwise: str) -> str:
    return pipeline.free_name(str(entry["name"]) if "name" in entry else "", otherwise)


def _mapping(told: Any, file: str, what: str, line: int | None) -> None:
    if not isinstance(told, Mapping):
        raise BrokenPipeline(f"{what} is no mapping of names to values", file=file, line=line, cure="See the handbook.")


def _list(told: Any, file: str, line: int | None) -> None:
    if not isinstance(told, list):
        raise BrokenPipeline("steps are a list", file=file, line=line, cure="Write [[steps]].")


def _known(told: Mapping[str, Any], known: tuple[str, ...], file: str, what: str, line: Callable[[str], Any]) -> None:
    for key in told:
        if key not in known:
            near = nearest(key, known)
            cure = f"Did you mean {near!r}?" if near else f"It has: {', '.join(known)}."
            raise BrokenPipeline(f"{what} has no {key!r}", file=file, line=line(str(key)), cure=cure)


def _toml(text: str, file: str) -> tuple[Any, Line]:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        what = re.sub(r"\s*\(at [^)]*\)", "", str(error))
        line = int(found.group(1)) if found else None
        raise BrokenPipeline(f"this is no TOML: {what}", file=file, line=line, cure="Mend that line.") from error
    return told, _lines_of_toml(text)


def _lines_of_toml(text: str) -> Line:
    """Python's reader tells no lines, so they are sought: the header of the section, then the key below it."""
    lines = text.splitlines()
    heads = [number for number, one in enumerate(lines) if re.match(r"\s*\[\[\s*steps\s*\]\]", one)]

    def key_in(start: int, end: int, key: str) -> int | None:
        written = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[.=]""")
        return next((number + 1 for number in range(start, end) if written.match(lines[number])), None)

    def line(section: str, place: int | str | None, key: str) -> int | None:
        if section == "steps" and isinstance(place, int) and place < len(heads):
            start = heads[place]
            end = next(
                (n for n in range(start + 1, len(lines)) if re.match(r"\s*\[", lines[n]) and not _inner(lines[n])),
                len(lines),
            )
            return (key_in(start, end, key) if key else None) or start + 1
        wanted = key or str(place or "")
        if not wanted:
            return None
        table = re.compile(rf"""\s*\[\[?\s*(sources\s*\.\s*)?["']?{re.escape(wanted)}\b""")
        found = next((number + 1 for number, one in enumerate(lines) if table.match(one)), None)
        return key_in(0, len(lines), wanted) or found

    return line


def _inner(line: str) -> bool:
    """Whether a header opens a table of the same step: [steps.to]."""
    return re.match(r"\s*\[\s*steps\.", line) is not None


def _yaml(text: str, file: str) -> tuple[Any, Line]:
    import yaml

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise BrokenPipeline("an alias (*name) is used", file=file, cure="Write the value out.")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark is not None else None
        raise BrokenPipeline(
            f"this is no YAML: {error.problem}", file=file, line=line, cure="Mend that line."
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BrokenPipeline(f"this is no YAML: {error}", file=file, cure="Mend it.") from error
    if root is None:
        raise BrokenPipeline("the file is empty", file=file, cure="Give it sources and steps.")
    places: dict[tuple[Any, ...], int] = {}
    told = _value(root, (), places, file)

    def line_of(section: str, place: int | str | None, key: str) -> int | None:
        way = tuple(one for one in (section or None, place, key or None) if one is not None)
        return places.get(way)

    return told, line_of


def _value(node: Any, way: tuple[Any, ...], places: dict[tuple[Any, ...], int], file: str) -> Any:
    """The value of a YAML node. A key is its own text, so that `on:` is the word and not true."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise BrokenPipeline("a key is no text", file=file, line=line, cure="Write key: value.")
            if key.value in found:
                raise BrokenPipeline(f"{key.value!r} stands twice", file=file, line=line, cure="Keep one of them.")
            places[(*way, key.value)] = line
            found[key.value] = _value(value, (*way, key.value), places, file)
        return found
    if isinstance(node, yaml.SequenceNode):
        for place, one in enumerate(node.value):
            places[(*way, place)] = one.start_mark.line + 1
        return [_value(one, (*way, place), places, file) for place, one in enumerate(node.value)]
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    except yaml.YAMLError as error:
        line = node.start_mark.line + 1
        raise BrokenPipeline(f"{node.value!r} is no plain value: {error}", file=file, line=line) from error
    finally:
        loader.dispose()
