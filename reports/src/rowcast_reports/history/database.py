"""Connections to the history's database, and what differs between SQLite and PostgreSQL.

Every change is one transaction that is complete or not there. On SQLite a writer takes the
write lock when it begins and others wait for it; on PostgreSQL writers of different runs go on
side by side, and one that loses against another is started again.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url

from rowcast_reports.errors import DatabaseError, UsageError
from rowcast_reports.history import migrate

T = TypeVar("T")

VARIABLE = "ROWCAST_DATABASE"
DEFAULT = "sqlite:///out/history.sqlite"
_PATIENCE_S = 60  # how long a writer waits for another one
_TRIES = 8
# A transaction that PostgreSQL gave up for the sake of another one: deadlock, serialisation.
_LOST = frozenset({"40001", "40P01"})


def chosen_url(argument: str | None) -> str:
    """The command line's, else the environment's, else a file in out/."""
    return argument or os.environ.get(VARIABLE) or DEFAULT


def _parsed(text: str) -> URL:
    if "://" not in text:
        raise UsageError(
            f"{text!r} is no database URL: sqlite:///FILE or postgresql://USER@HOST/DATABASE"
        )
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (sa.exc.SQLAlchemyError, ValueError):
        # Not quoted: there may be a password in it.
        raise UsageError(
            "the database URL cannot be read; it is sqlite:///FILE or postgresql://USER@HOST/DATABASE"
        ) from None
    if backend == "postgres":
        url, backend = url.set(drivername="postgresql"), "postgresql"
    if backend not in ("sqlite", "postgresql"):
        raise UsageError(f"the database is SQLite or PostgreSQL, not {backend}")
    return url


class Database:
    """One database. Opening it brings its tables up to date."""

    def __init__(self, text: str, *, create: bool = True) -> None:
        self._url = _parsed(text)
        self.shown = self._url.render_as_string(hide_password=True)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._prepare_file(create)
        self._engine: Any = self._make_engine()
        with self._errors():
            migrate.upgrade(self._engine, self.shown)

    def _prepare_file(self, create: bool) -> None:
        name = self._url.database
        if not name or name == ":memory:":
            raise UsageError("the history needs a file: sqlite:///FILE")
        path = Path(name)
        if path.exists():
            return
        if not create:
            raise DatabaseError(self.shown, "there is no history yet; `history import` begins one")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(self.shown, error.strerror or "cannot be created") from None

    def _make_engine(self) -> Any:
        if not self.is_sqlite:
            try:
                return sa.create_engine(
                    self._url,
                    future=True,
                    executemany_mode="values_plus_batch",
                    pool_pre_ping=True,  # a server that was started anew is no error
                    connect_args={"connect_timeout": _PATIENCE_S},
                )
            except ImportError as error:
                raise DatabaseError(self.shown, f"its driver is not installed: {error}") from None
        engine = sa.create_engine(
            self._url, future=True, poolclass=sa.pool.NullPool, connect_args={"timeout": _PATIENCE_S}
        )

        def connected(connection: Any, _: object) -> None:
            connection.isolation_level = None  # transactions begin where we say so
            connection.execute("PRAGMA foreign_keys=ON")

        def begun(connection: Any) -> None:
            reads = connection.get_execution_options().get("rowcast_reads", False)
            connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

        sa.event.listen(engine, "connect", connected)
        sa.event.listen(engine, "begin", begun)
        return engine

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise DatabaseError(self.shown, str(error.orig)) from error

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection that sees one state of the database for as long as it is open."""
        isolation = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with (
            self._errors(),
            self._engine.execution_options(rowcast_reads=True, **isolation).begin() as connection,
        ):
            yield connection

    def write(self, work: Callable[[Any], T]) -> T:
        """Does the work in one transaction; again from the start if another writer got in its way."""
        with self._errors():
            for attempt in range(1, _TRIES + 1):
                try:
                    with self._engine.begin() as connection:
                        return work(connection)
                except sa.exc.DBAPIError as error:
                    if getattr(error.orig, "pgcode", None) not in _LOST or attempt == _TRIES:
                        raise
                time.sleep(random.uniform(0, 0.05 * 2**attempt))
        raise AssertionError("the last try returns or raises")

    def insert(self, table: sa.Table) -> Any:
        """An insert that may say on_conflict_do_nothing."""
        return (sqlite if self.is_sqlite else postgresql).insert(table)

    def close(self) -> None:
        self._engine.dispose()
