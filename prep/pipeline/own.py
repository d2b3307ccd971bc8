"""Functions of the user's own as steps. Knows no pipeline."""

from __future__ import annotations

import importlib
import inspect
import linecache
import sys
from collections.abc import Callable, Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, overload

from prep.errors import BrokenPipeline, UnusableParameter, nearest
from prep.pipeline.code import name_of, of_function
from prep.pipeline.exact import digest
from prep.verb import unknown_parameter


class OwnStep:
    """A function that can be a step: called as it is, known by its source, found again at its `place`."""

    def __init__(self, function: Callable[..., Any], version: int = 1, place: str = "") -> None:
        self.function, self.version = function, version
        self.place = place or name_of(function)
        self.code = of_function(function)
        self.__name__ = function.__name__
        self.__doc__ = function.__doc__
        self.__wrapped__ = function

    @property
    def inputs(self) -> int | None:
        """How many frames it takes; None for any number (`*frames`)."""
        kinds = [one.kind for one in inspect.signature(self.function).parameters.values()]
        if inspect.Parameter.VAR_POSITIONAL in kinds:
            return None
        return sum(kind is not inspect.Parameter.KEYWORD_ONLY for kind in kinds)

    def check(self, parameters: Mapping[str, Any]) -> None:
        """Raises UnusableParameter, naming the nearest, for one that it does not have, and for one that is missing."""
        own = {
            name: one
            for name, one in inspect.signature(self.function).parameters.items()
            if one.kind is inspect.Parameter.KEYWORD_ONLY
        }
        for name in parameters:
            if name not in own:
                raise UnusableParameter(unknown_parameter(self.__name__, name, list(own)))
        missing = [n for n, one in own.items() if one.default is inspect.Parameter.empty and n not in parameters]
        if missing:
            raise UnusableParameter(f"{self.__name__} needs: {', '.join(missing)}.")

    def __call__(self, *frames: Any, **parameters: Any) -> Any:
        """The function itself."""
        return self.function(*frames, **parameters)

    def __repr__(self) -> str:
        return f"<step {self.__name__}{inspect.signature(self.function)}>"


@overload
def as_step(function: Callable[..., Any], /) -> OwnStep: ...
@overload
def as_step(*, version: int) -> Callable[[Callable[..., Any]], OwnStep]: ...
def as_step(function: Callable[..., Any] | None = None, /, *, version: int = 1) -> Any:
    """Make a function a step: its frames come by position (polars), its parameters by name only.

    Its source is part of what its result is cached by, and so are the functions of your own that it calls and the
    constants that it names. A lambda, a closure, and a global that cannot be told exactly are refused: a result must
    never be taken for unchanged when it is not. Raises UnusableParameter.

    >>> @as_step
    ... def adults(frame, *, age=18):
    ...     return frame.filter(frame["age"] >= age)
    >>> import polars as pl
    >>> adults(pl.DataFrame({"age": [17, 18]}))["age"].to_list()
    [18]
    """
    if function is None:
        return lambda one: OwnStep(one, version)
    return function if isinstance(function, OwnStep) else OwnStep(function, version)


def found_at(place: str, folder: Path) -> OwnStep:
    """The function at `module:name`, or at `file.py:name` below a folder. Raises BrokenPipeline, naming the nearest."""
    where, _, name = place.rpartition(":")
    if not where or not name:
        raise BrokenPipeline(f"{place!r} is no function", cure="Write my_steps.py:name or my_module:name")
    if where.endswith(".py"):
        module = _loaded(folder / where if not Path(where).is_absolute() else Path(where))
    else:
        try:
            module = importlib.import_module(where)
        except ModuleNotFoundError as error:
            raise BrokenPipeline(
                f"there is no module {where!r}: {error}", cure="Install it, or name a file."
            ) from error
    found = getattr(module, name, None)
    if found is None or not callable(found):
        known = [one for one, value in vars(module).items() if callable(value) and not one.startswith("_")]
        near = nearest(name, known)
        cure = f"Did you mean {near!r}?" if near else f"It has: {', '.join(known) or 'none'}."
        raise BrokenPipeline(f"{where} has no function {name!r}", cure=cure)
    if isinstance(found, OwnStep):
        return OwnStep(found.function, found.version, place)
    return OwnStep(found, place=place)


class _Fresh(SourceFileLoader):
    """Reads the source each time: a compiled copy is told apart by size and second only, and may be an older one."""

    def get_code(self, fullname: str) -> CodeType:
        """The file's code as it stands now."""
        del fullname
        return self.source_to_code(self.get_data(self.path), self.path)


def _loaded(path: Path) -> Any:
    if not path.is_file():
        raise BrokenPipeline(f"there is no file {path}", cure="Name the file beside the pipeline's own.")
    name = f"assay_steps_{path.stem}_{digest(str(path.resolve()))[:12]}"
    loader = _Fresh(name, str(path))
    module = ModuleType(name)
    module.__file__, module.__loader__ = str(path), loader
    sys.modules[name] = module
    linecache.checkcache(str(path))
    try:
        loader.exec_module(module)
    except SyntaxError as error:
        raise BrokenPipeline(f"{error.msg}", file=str(path), line=error.lineno, cure="Mend it.") from error
    return module
