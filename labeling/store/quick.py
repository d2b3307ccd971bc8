"""Statements on the way of every single answer: written in SQLAlchemy, compiled once, run by the driver itself.

SQLAlchemy's own way of running a statement costs five times what SQLite needs to do it. Everything else in the store
goes that way; only what happens at every answer goes this one. Values go to the driver as they are, and rows come back
as it gives them: text, numbers, None, and 0 or 1 for a truth value.
"""

from __future__ import annotations

from collections import namedtuple
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import sqlite

from labeling.errors import AssayError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.base import Executable
    from sqlalchemy.sql.elements import CompilerElement


class Quick:
    """A statement and how to run it. Every value is a `bindparam` of a name, or a constant in the statement itself."""

    def __init__(self, statement: Executable) -> None:
        """Takes the statement; it is compiled when first run."""
        self._statement = statement

    def one(self, connection: Connection, /, **values: Any) -> Any:
        """The first row as a named tuple; None where there is none."""
        cursor = self._run(connection, values)
        found = cursor.fetchone()
        if found is None:
            return None
        cursor.close()  # a statement that is not read to its end would keep its transaction open
        return self._row(found)

    def all(self, connection: Connection, /, **values: Any) -> list[Any]:
        """Every row as a named tuple."""
        return [self._row(found) for found in self._run(connection, values).fetchall()]

    def run(self, connection: Connection, /, **values: Any) -> int:
        """How many rows it changed."""
        return int(self._run(connection, values).rowcount)

    def _run(self, connection: Connection, values: dict[str, Any]) -> Any:
        sql, names, constants = self._compiled
        if constants:
            values = {**constants, **values}
        raw: Any = connection.connection.dbapi_connection
        return raw.execute(sql, [values[name] for name in names])

    @cached_property
    def _compiled(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        compiled: Any = self._element.compile(dialect=sqlite.dialect(paramstyle="qmark"))
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        return str(compiled), tuple(compiled.positiontup or ()), constants

    @cached_property
    def _row(self) -> Callable[[Any], Any]:
        statement: Any = self._statement
        keys: Any = statement.exported_columns.keys()
        if len(set(keys)) != len(keys):
            raise AssayError(f"A statement gives two columns one name: {keys}. Label one of them.")
        row = namedtuple("Row", list(keys))  # type: ignore[misc] # noqa: PYI024 - the names come from the statement
        make: Callable[[Any], Any] = row._make
        return make

    @property
    def _element(self) -> CompilerElement:
        statement: Any = self._statement
        element: CompilerElement = statement
        return element
