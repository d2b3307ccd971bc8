"""JSON as it comes and goes: bodies checked field by field, replies as small as they can be. Knows no route."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, NoReturn

from fastapi import HTTPException
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from labeling.errors import Unusable
from prep.json_keys import RepeatedKey, refuse_repeated
from prep.phrase import Phrase, pack, unpack

JSON = b"application/json"
TOP = 2**53  # the largest whole number that JavaScript and JSON parsers agree on
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_MISSING: Any = object()


class Reply(Response):
    """A JSON reply; dataclasses are written as objects with the names of their fields."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The bytes."""
        return _encode(plain(content)).encode("utf-8", "replace")


class Bare(Response):
    """A JSON reply of plain values already, for the hot path: no walk through it first."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The bytes."""
        return _encode(content).encode("utf-8", "replace")


def plain(value: Any) -> Any:
    """The same value in dicts, lists and JSON's own types.

    >>> from labeling.model import Progress
    >>> plain([Progress(3, 1, None)])
    [{'done': 3, 'left': 1, 'median_seconds': None}]
    """
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None  # JSON has no infinity and no NaN
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if hasattr(value, "tolist"):  # a numpy array or number
        return plain(value.tolist())
    return str(value)


def carry(value: Any) -> Any:
    """As `plain`, with the sentences in it whole, for `carried` at the other end.

    >>> from prep.phrase import phrase
    >>> carried(carry({"why": [phrase("%(n)s rows", n=3)]}))["why"][0].message
    '%(n)s rows'
    """
    return _each(plain(value), lambda one: {"sentence": pack(one)} if isinstance(one, Phrase) else one)


def carried(value: Any) -> Any:
    """What `carry` was given."""
    if isinstance(value, dict) and set(value) == {"sentence"}:
        return unpack(value["sentence"])
    return _each(value, lambda one: one, carried)


def _each(value: Any, leaf: Callable[[Any], Any], inner: Callable[[Any], Any] | None = None) -> Any:
    go = inner or (lambda one: _each(one, leaf))
    if isinstance(value, dict):
        return {key: go(one) for key, one in value.items()}
    return [go(one) for one in value] if isinstance(value, list) else leaf(value)


def read_json(raw: bytes) -> Any:
    """The JSON value in a body; null for an empty one. Raises Unusable saying where it breaks off.

    >>> read_json(b'{"a": 1}')
    {'a': 1}
    >>> read_json(b'{"a": }')
    Traceback (most recent call last):
    labeling.errors.Unusable: The body is no JSON: Expecting value at line 1, column 7. Mend it there.
    """
    try:
        text = (raw or b"null").decode("utf-8-sig")
        value = json.loads(text, parse_constant=_no_constant)
        refuse_repeated(text, value)
    except RecursionError:
        raise Unusable("The JSON is nested too deep", cure="Send it flatter.") from None
    except UnicodeDecodeError:
        raise Unusable("The body is not UTF-8", cure="Send JSON as UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unusable(f"The body is no JSON: {error.msg} at {where}", cure="Mend it there.") from None
    except RepeatedKey as error:
        raise Unusable(f"The key {error.key[:60]!r} stands twice in one object", cure="Keep one of the two.") from None
    except ValueError:  # a number of more than 4,300 digits
        raise Unusable("The body holds a number that is too long", cure="Send it as text.") from None
    return value


class CheckedRoute(APIRoute):
    """A route of the API whose body is read by `read_json`, with its refusals, before the fields are checked."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own, with another way to read JSON."""
        handle = super().get_route_handler()

        async def checked(request: Request) -> Response:
            return await handle(_CheckedRequest(request.scope, request.receive))

        return checked


class _CheckedRequest(Request):
    async def json(self) -> Any:
        try:
            return read_json(await self.body())
        except Unusable as error:  # FastAPI lets only its own through from here
            raise HTTPException(400, str(error)) from error


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in a request's body. Raises Unusable where it is something else."""
    value = read_json(await request.body())
    if not isinstance(value, dict):
        raise Unusable("The body is not a JSON object", cure='Send one, such as {"hold": 2}.')
    return value


async def known_query(request: Request) -> None:
    """A dependency of every route of the API: each parameter behind the `?` is one that the route knows.

    Raises Unusable naming those that it knows.
    """
    if request.scope["query_string"]:
        refuse_unknown(request, [one.alias for one in request.scope["route"].dependant.query_params])


def refuse_unknown(request: Request, known: Sequence[str]) -> None:
    """Refuse a query parameter that is not among these, in words."""
    for name in request.query_params:
        if name not in known:
            choices = f"Those that there are: {', '.join(known)}." if known else "This call takes none."
            raise Unusable(f"There is no parameter {name[:40]!r} here", cure=choices)


def whole(body: dict[str, Any], name: str, default: int = _MISSING, *, least: int = 0, most: int = TOP) -> int:
    """A whole number out of a body. Raises Unusable where it is missing, something else or out of range.

    >>> whole({"hold": 2}, "hold", least=1, most=8)
    2
    """
    value = body.get(name, default)
    if type(value) is not int or not least <= value <= most:
        _refuse(body, name, f"a whole number from {least} to {most}")
    return int(value)


def text(body: dict[str, Any], name: str, default: str = _MISSING, *, least: int = 0, most: int = 10_000) -> str:
    """A text out of a body, so many characters long."""
    value = body.get(name, default)
    if not isinstance(value, str) or not least <= len(value) <= most:
        _refuse(
            body, name, f"a text of {least} to {most} characters" if least else f"a text of at most {most} characters"
        )
    return value


def truth(body: dict[str, Any], name: str, default: bool = _MISSING) -> bool:
    """True or false out of a body."""
    value = body.get(name, default)
    if not isinstance(value, bool):
        _refuse(body, name, "true or false")
    return value


def wholes(body: dict[str, Any], name: str, *, most: int = 1000) -> list[int]:
    """A list of whole numbers out of a body."""
    value = body.get(name)
    if (
        not isinstance(value, list)
        or len(value) > most
        or not all(type(one) is int and 0 <= one <= TOP for one in value)
    ):
        _refuse(body, name, f"a list of at most {most} whole numbers")
    return value


def _refuse(body: dict[str, Any], name: str, wanted: str) -> NoReturn:
    found = "is missing" if name not in body else f"is {str(body[name])[:40]!r}"
    raise Unusable(f"The field {name!r} {found}", cure=f"Give {wanted}.")


def _no_constant(name: str) -> Any:
    raise Unusable(f"{name} is no JSON number", cure="Send null or a number.")
