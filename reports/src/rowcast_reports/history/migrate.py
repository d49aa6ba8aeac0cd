"""Brings the tables of a database up to date, once, however many processes ask at the same time.

The step that is due is looked for and made in one transaction behind one lock, so whoever comes
second finds the work done: on PostgreSQL an advisory lock, on SQLite the database's write lock.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from rowcast_reports.errors import DatabaseError

_LOCK = 0x726F7763617374  # `rowcast`: any number, as long as it is always the same


def _config() -> Config:
    config = Config()
    folder = resources.files("rowcast_reports").joinpath("history", "migrations")
    config.set_main_option("script_location", str(folder))
    return config


@lru_cache(maxsize=None)
def steps() -> tuple[str, ...]:
    """Every step's number, first to last."""
    script = ScriptDirectory.from_config(_config())
    return tuple(step.revision for step in reversed(list(script.walk_revisions())))


def current(connection: Any) -> str | None:
    step: str | None = MigrationContext.configure(connection).get_current_revision()
    return step


def upgrade(engine: Any, shown: str, target: str | None = None) -> None:
    """To `target`, or to the newest step. A look comes first, since nearly always nothing is due."""
    target = target or steps()[-1]
    with engine.execution_options(rowcast_reads=True).begin() as connection:
        if _reached(current(connection), target, shown):
            return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if _reached(current(connection), target, shown):
            return
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, target)


def _reached(step: str | None, target: str, shown: str) -> bool:
    known = steps()
    if step is not None and step not in known:
        raise DatabaseError(
            shown, f"its tables are of step {step}, newer than this program's {known[-1]}: update it"
        )
    return step is not None and known.index(step) >= known.index(target)
