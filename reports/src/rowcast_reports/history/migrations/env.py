"""Alembic runs this file for each command; the connection and its transaction are the caller's."""

from __future__ import annotations

from alembic import context

from rowcast_reports.history.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite's too: pysqlite is kept from committing on its own
)
with context.begin_transaction():
    context.run_migrations()
