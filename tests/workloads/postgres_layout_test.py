"""Compares both layouts of every workload with what a real PostgreSQL writes.

    postgres_layout_test.py path/to/rowcast_workload_dump

Starts a temporary server of its own (Unix socket only, in a temporary folder) and shuts it down.
Exits with 0 if all rows agree, 1 if not, 77 if no server is installed (package `postgresql`).
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SKIPPED = 77
MOST_ROWS = 300  # of the workloads of thousands; each row is compared on its own
DATABASE = "postgres"
SERVER_ACCOUNT = "postgres"

# What a column of a GraphQL type is in PostgreSQL. Lists and nested objects are json, which
# row_to_json copies as it stands.
COLUMN_TYPES = {
    "ID": "bigint",
    "Int": "bigint",
    "Float": "numeric",
    "Decimal": "numeric",
    "Boolean": "boolean",
    "DateTime": "timestamp",
    "Date": "date",
    "UUID": "uuid",
    "String": "text",
    "JSON": "json",
}


def server_programs() -> Path | None:
    """The folder of the newest installed server's programs, or None."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: int(folder.parent.name.split(".")[0]))
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


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
            "initdb", "-D", data, "-U", "rowcast", "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync",
        )  # fmt: skip
        options = f"-c listen_addresses='' -c fsync=off -k {self._folder}"
        log = str(self._folder / "log")
        # Without a log file pg_ctl would leave our pipe open in the server, and we would wait.
        self._run("pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")

    def sql(self, statements: str, text: bytes = b"") -> bytes:
        return self._run(
            "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self._folder),
            "-U", "rowcast", "-d", DATABASE, "-c", statements, text=text,
        )  # fmt: skip


@contextmanager
def temporary_server(programs: Path) -> Iterator[Server]:
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


def dump(program: str, *arguments: str) -> bytes:
    return subprocess.run([program, *arguments], check=True, capture_output=True).stdout


def differing_rows(label: str, ours: bytes, postgres: bytes) -> int:
    our_rows, their_rows = ours.splitlines(), postgres.splitlines()
    if len(our_rows) != len(their_rows):
        print(f"{label}: {len(our_rows)} rows here, {len(their_rows)} from PostgreSQL")
        return 1
    pairs = enumerate(zip(our_rows, their_rows, strict=True))
    differing = [(row, ours, theirs) for row, (ours, theirs) in pairs if ours != theirs]
    for row, our_row, their_row in differing[:1]:
        size = min(len(our_row), len(their_row))
        at = next((i for i in range(size) if our_row[i] != their_row[i]), size)
        begin = max(0, at - 40)
        print(f"{label}: row {row}, byte {at}")
        print(f"  here:       ...{our_row[begin : at + 40]!r}")
        print(f"  PostgreSQL: ...{their_row[begin : at + 40]!r}")
    return len(differing)


def column_list(schema: bytes, row_type: str) -> str:
    fields = json.loads(schema)["types"][row_type]["fields"]
    return ", ".join(
        f'"{name}" '
        + (
            "json"
            if field["is_nested_object"] or field["is_list"]
            else COLUMN_TYPES[field["type_name"]]
        )
        for name, field in fields.items()
    )


def check_workload(server: Server, program: str, name: str, rows: int) -> int:
    compact = dump(program, "rows", name, "compact", str(rows))
    jsonb = dump(program, "rows", name, "jsonb", str(rows))
    schema = dump(program, "schema", name)

    server.sql("DROP TABLE IF EXISTS input; CREATE TABLE input (number serial, document json)")
    # CSV whose delimiter and quote never occur: each line is one value, with its backslashes.
    server.sql(
        r"COPY input (document) FROM STDIN (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')",
        text=compact,
    )
    as_jsonb = server.sql("SELECT document::jsonb::text FROM input ORDER BY number")
    # Through real columns and back: names, numbers, timestamps and escapes as row_to_json has them.
    row_type = next(iter(json.loads(schema)["types"]))
    as_compact = server.sql(
        "SELECT row_to_json(record)::text FROM input,"
        f" json_to_record(document) AS record ({column_list(schema, row_type)}) ORDER BY number"
    )
    differing = differing_rows(f"{name}, jsonb", jsonb, as_jsonb)
    differing += differing_rows(f"{name}, compact", compact, as_compact)
    print(f"{name}: {rows} rows, {differing} differ")
    return differing


def main(program: str) -> int:
    programs = server_programs()
    if programs is None:
        print("SKIP: no PostgreSQL server is installed (Debian package `postgresql`)")
        return SKIPPED
    if os.geteuid() == 0 and SERVER_ACCOUNT not in {entry.pw_name for entry in pwd.getpwall()}:
        print(f"SKIP: PostgreSQL does not run as root, and there is no user {SERVER_ACCOUNT}")
        return SKIPPED
    differing = 0
    with temporary_server(programs) as server:
        print(server.sql("SELECT version()").decode().strip())
        for line in dump(program, "list").decode().splitlines():
            name, rows = line.split()
            differing += check_workload(server, program, name, min(max(int(rows), 10), MOST_ROWS))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
