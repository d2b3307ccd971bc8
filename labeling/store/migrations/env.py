"""Alembic's entry: runs on the connection it is handed, inside the transaction that is open on it."""

from __future__ import annotations

from alembic import context

from labeling.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller has begun, and commits
)
context.run_migrations()
