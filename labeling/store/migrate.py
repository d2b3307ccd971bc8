"""Bring a database up to date. Alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from labeling.errors import AssayError

if TYPE_CHECKING:
    from sqlalchemy import Engine

HEAD = "0010"
"""The newest migration; a test holds it equal to the newest file."""


def migrate(engine: Engine) -> None:
    """Run the migrations that the database has not seen; does nothing, quickly, when it has seen all.

    Raises AssayError for a database made by a newer Assay.
    """
    with engine.connect() as connection:
        if _version(connection) == HEAD:
            return
        from alembic import command
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        raw = connection.connection
        # Two processes may open a new workspace at once: the second waits here, then finds nothing to do.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            found = _version(connection)
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            if found is not None and found not in known:
                raise AssayError(f"This workspace was made by a newer Assay (schema {found}). Update Assay to open it.")
            if found != HEAD:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            connection.exec_driver_sql("COMMIT")
        finally:
            raw.rollback()


def _version(connection: object) -> str | None:
    """The migration the database stands at; None for an empty one."""
    from sqlalchemy import Connection, inspect

    if not isinstance(connection, Connection) or not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])
