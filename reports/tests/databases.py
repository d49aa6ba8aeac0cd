"""Databases for the tests: empty, of the kind that a test asks for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from postgres_server import Server, temporary_server, why_not

BACKENDS = ("sqlite", "postgresql")
SOURCES = Path(__file__).resolve().parents[1] / "src"


class Databases:
    """Starts the PostgreSQL server when the first test asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._servers: list[Server] = []
        self._running: list[object] = []
        self._made = 0

    def make(self, backend: str) -> str:
        """The URL of an empty database; on PostgreSQL it is the same one, emptied."""
        if backend == "sqlite":
            self._made += 1
            return f"sqlite:///{self._folder}/{self._made}.sqlite"
        server = self._server()
        # A database of its own for each test would take longer than the test.
        server.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        return server.url()

    def _server(self) -> Server:
        reason = why_not()
        if reason:
            if os.environ.get("ROWCAST_REQUIRE_POSTGRESQL") == "1":
                pytest.fail(f"{reason}, and ROWCAST_REQUIRE_POSTGRESQL=1")
            pytest.skip(reason)
        if not self._servers:
            running = temporary_server()
            self._servers.append(running.__enter__())
            self._running.append(running)
        return self._servers[0]

    def close(self) -> None:
        for running in self._running:
            running.__exit__(None, None, None)  # type: ignore[attr-defined]


@contextmanager
def databases(folder: Path) -> Iterator[Databases]:
    made = Databases(folder)
    try:
        yield made
    finally:
        made.close()


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONDONTWRITEBYTECODE": "1", **more}


def start(*arguments: str) -> subprocess.Popen[str]:
    """The program in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "rowcast_reports", *arguments],
        env=environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
