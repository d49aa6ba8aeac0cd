"""A PostgreSQL server for a test: its own, temporary, reached by a Unix socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DATABASE = "postgres"
USER = "rowcast"
SERVER_ACCOUNT = "postgres"


def server_programs() -> Path | None:
    """The folder of the newest installed server's programs, or None."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: int(folder.parent.name.split(".")[0]))
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def why_not() -> str:
    """Why no server can be started here; empty if one can."""
    if server_programs() is None:
        return "no PostgreSQL server is installed (Debian package `postgresql`)"
    if os.geteuid() == 0 and SERVER_ACCOUNT not in {entry.pw_name for entry in pwd.getpwall()}:
        return f"PostgreSQL does not run as root, and there is no user {SERVER_ACCOUNT}"
    return ""


class Server:
    def __init__(self, programs: Path, folder: Path, user: list[str]) -> None:
        self._programs = programs
        self._folder = folder
        self._user = user  # the command prefix that makes a program run as the server's user

    def _run(self, program: str, *arguments: str, text: bytes = b"") -> bytes:
        command = [*self._user, str(self._programs / program), *arguments]
        done = subprocess.run(
            command, input=text, capture_output=True, cwd=self._folder, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr.decode()}")
        return done.stdout

    def start(self) -> None:
        data = str(self._folder / "data")
        self._run(
            "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync",
        )  # fmt: skip
        options = f"-c listen_addresses='' -c fsync=off -k {self._folder}"
        log = str(self._folder / "log")
        # Without a log file pg_ctl would leave our pipe open in the server, and we would wait.
        self._run("pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start")

    def url(self, database: str = DATABASE) -> str:
        """For libpq and SQLAlchemy alike."""
        return f"postgresql://{USER}@/{database}?host={self._folder}"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")

    def sql(self, statements: str, text: bytes = b"") -> bytes:
        return self._run(
            "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self._folder),
            "-U", USER, "-d", DATABASE, "-c", statements, text=text,
        )  # fmt: skip


@contextmanager
def temporary_server() -> Iterator[Server]:
    """Runs while the `with` does. Needs why_not() to be empty."""
    programs = server_programs()
    assert programs is not None
    # A short path: a Unix socket's may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="rowcast-pg-", dir="/tmp"))
    user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        account = pwd.getpwnam(SERVER_ACCOUNT)
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = ["runuser", "-u", SERVER_ACCOUNT, "--"]
    server = Server(programs, folder, user)
    try:
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
