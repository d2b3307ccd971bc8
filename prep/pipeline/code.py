"""The code a step rests on, as one hash: of a verb its file and all of `prep` that it imports; of a function its own.

Knows neither frames nor steps.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from prep.errors import UnusableParameter
from prep.pipeline.exact import digest, exact

_IMPORTED = re.compile(rb"^\s*(?:from|import)\s+(prep(?:\.\w+)*)(?:\s+import\s+\(?([\w, ]+))?", re.MULTILINE)
_LIBRARY = ("site-packages", "dist-packages")


@cache
def of_module(name: str) -> str:
    """The hash of a module of `prep` and of every module of `prep` that it imports, directly or by others.

    A change of one verb's file changes that verb alone; a change of what it shares with others changes them all.
    """
    found: dict[str, str] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in found or one == "prep":
            continue
        text = _text(one)
        found[one] = "" if text is None else hashlib.sha256(text).hexdigest()
        if text is not None:
            waiting += _imports(text)
    return digest(found)


def of_function(function: Callable[..., Any]) -> str:
    """The hash of a function's source (without comments, docstring and layout) and of all that it names.

    Functions and classes of the user's own that it calls count by their source, modules by their version, constants by
    their value. Raises UnusableParameter for a lambda, a closure, or a global that cannot be told exactly.

    >>> def double(frame): return frame
    >>> of_function(double) == of_function(double)
    True
    """
    return digest(sorted(_told(function, set())))


def name_of(function: Callable[..., Any]) -> str:
    """Where the function is found again: `file.py:name`, or `module:name` for one that is installed."""
    module = inspect.getmodule(function)
    path = Path(inspect.getfile(function)) if module is None or module.__name__ == "__main__" else None
    place = str(path) if path is not None else function.__module__
    return f"{place}:{function.__qualname__}"


def _text(module: str) -> bytes | None:
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).read_bytes() if spec is not None and spec.origin else None


def _imports(text: bytes) -> Iterator[str]:
    for found in _IMPORTED.finditer(text):
        module = found.group(1).decode()
        if _is_module(module):
            yield module
        for word in (found.group(2) or b"").decode().replace(",", " ").split():
            if _is_module(f"{module}.{word}"):
                yield f"{module}.{word}"


@cache
def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # its parent is a module, and no package
        return False


def _told(function: Callable[..., Any], seen: set[str]) -> Iterator[str]:
    """Each thing the function rests on, as text."""
    if not isinstance(function, FunctionType):
        raise UnusableParameter(f"{function!r} is no function with a source. Write a `def` and give that.")
    name = f"{function.__module__}.{function.__qualname__}"
    if name in seen:
        return
    seen.add(name)
    if function.__name__ == "<lambda>":
        raise UnusableParameter("A lambda has no source of its own. Write a `def` and give that.")
    if function.__closure__:
        held = ", ".join(function.__code__.co_freevars)
        raise UnusableParameter(
            f"{function.__qualname__} takes {held} from the function around it, of which it cannot be told whether it "
            "changed. Make each a parameter, such as `def step(frame, *, limit): ...`."
        )
    yield f"def {function.__qualname__} {_source(function)}"
    for one, value in (*_defaults(function), *_globals(function)):
        yield from _of_value(f"{function.__qualname__}: {one}", value, seen)


def _defaults(function: FunctionType) -> Iterator[tuple[str, Any]]:
    for one in inspect.signature(function).parameters.values():
        if one.default is not inspect.Parameter.empty:
            yield one.name, one.default


def _globals(function: FunctionType) -> Iterator[tuple[str, Any]]:
    for name in sorted(_names(function.__code__)):
        if name in function.__globals__:
            yield name, function.__globals__[name]


def _names(code: CodeType) -> set[str]:
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return set(code.co_names).union(*(_names(one) for one in inner))


def _of_value(where: str, value: Any, seen: set[str]) -> Iterator[str]:
    value = getattr(value, "function", value) if type(value).__name__ == "OwnStep" else value
    if isinstance(value, ModuleType):
        yield f"module {value.__name__} {getattr(value, '__version__', '')}"
    elif _is_library(value):
        yield f"library {value.__module__}.{getattr(value, '__qualname__', '')}"
    elif isinstance(value, FunctionType):
        yield from _told(value, seen)
    elif isinstance(value, type):
        yield f"class {value.__qualname__} {_source(value)}"
    else:
        yield f"value {where} {exact(value, where)}"


def _is_library(value: Any) -> bool:
    """Whether a function or class comes with Python or an installed package, whose version stands for it."""
    module = getattr(value, "__module__", None)
    if not callable(value) or not isinstance(module, str):
        return False
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top == "prep":
        return True
    origin = str(getattr(sys.modules.get(module), "__file__", "") or "")
    return any(part in origin for part in _LIBRARY)


def _source(thing: Any) -> str:
    """Its source without comments, docstrings and layout; the byte code where there is no source."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(thing)))
    except (OSError, SyntaxError, TypeError):
        code = getattr(thing, "__code__", None)
        if code is None:
            raise UnusableParameter(f"{thing!r} has no source. Write it in a file.") from None
        return _of_code(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            node.decorator_list = []
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def _of_code(code: CodeType) -> str:
    constants = [_of_code(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    return digest([sys.version_info[:2], code.co_code.hex(), code.co_names, code.co_varnames, constants])
