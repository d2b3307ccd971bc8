"""The only SQL. Rows in and out of the database; no rule of the domain is decided here."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from labeling.store.engine import Store, Writing, now_ms

__all__ = ["Connection", "Store", "Writing", "now_ms"]
