"""Values under a name that only the key's holder can make again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from prep.columns import by_value, chosen, listed, text, with_columns
from prep.engines import Schema
from prep.errors import UnusableFrame, UnusableParameter
from prep.verb import Plan, RowStep, verb


@dataclass(frozen=True)
class Pseudonymize(RowStep):
    """Replace the values of `columns` by a keyed hash of their text: equal values stay equal, so that tables still join.

    HMAC-SHA256 (RFC 2104) under `key` (16 characters or more), or the content of the file `key_file`; `length` hexadecimal
    digits of it (16: two of a million different values fall together with a chance of 3 in 10^8). Without the key nobody can try out
    values. The key is part of no report and no pipeline file: name a `key_file` there. `separate=True` makes the same
    value another one in each column, so that columns cannot be joined. Whole numbers count by their digits: 7 and "7" are one value.
    Missing stays missing. Lazy stays lazy. Raises UnknownColumn, UnusableFrame (floats), UnusableParameter.

    >>> import polars as pl
    >>> who = pl.DataFrame({"who": ["ana", "ben", "ana"]})
    >>> pseudonymize(who, "who", key="correct horse battery")["who"].to_list()
    ['416fadea9eedcbc2', '23e417147c5392a6', '416fadea9eedcbc2']
    """

    hides: ClassVar[bool] = True

    columns: str | Sequence[str]
    key: str | None = field(default=None, repr=False)
    key_file: str | None = None
    length: int = 16
    separate: bool = False
    prefix: str = ""

    def check(self) -> None:
        """One key, long enough."""
        if (self.key is None) == (self.key_file is None):
            raise UnusableParameter("pseudonymize: give either key=... or key_file='path of a file with the key'.")
        if self.key is not None and len(self.key) < 16:
            raise UnusableParameter("pseudonymize: the key has 16 characters or more. Make one: openssl rand -hex 32")
        if not 8 <= self.length <= 64:
            raise UnusableParameter("pseudonymize: length is from 8 to 64 hexadecimal digits.")

    def parameters(self) -> dict[str, Any]:
        """See `Step.parameters`; all but the key."""
        return {name: value for name, value in super().parameters().items() if name != "key"}

    def plan(self, schema: Schema) -> Plan:
        """Each value's hash."""
        key, computed = self._key(), {}
        for name in chosen(schema, listed(self.columns), "any", "pseudonymize"):
            if schema[name].is_float() or schema[name].is_nested():
                raise UnusableFrame(
                    f"pseudonymize takes text, whole numbers and times; column {name!r} holds {schema[name]}."
                )
            domain = name if self.separate else ""
            hashed = partial(_hashed, key=key, domain=domain, length=self.length, prefix=self.prefix)
            computed[name] = by_value(text(name, schema), hashed)
        return Plan(with_columns(schema, computed))

    def _key(self) -> bytes:
        if self.key is not None:
            return self.key.encode()
        try:
            key = Path(str(self.key_file)).read_bytes().strip()
        except OSError as error:
            raise UnusableParameter(
                f"pseudonymize: the key file {self.key_file!r} cannot be read: {error.strerror}."
            ) from error
        if len(key) < 16:
            raise UnusableParameter(
                f"pseudonymize: the key in {self.key_file!r} has less than 16 characters. Make one: openssl rand -hex 32"
            )
        return key


def _hashed(value: str, key: bytes, domain: str, length: int, prefix: str) -> str:
    message = f"{domain}\x00{value}" if domain else value
    return prefix + hmac.new(key, message.encode(), hashlib.sha256).hexdigest()[:length]


pseudonymize = verb(Pseudonymize)
