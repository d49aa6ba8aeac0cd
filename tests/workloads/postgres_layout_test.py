"""Compares both layouts of every workload with what a real PostgreSQL writes.

    postgres_layout_test.py path/to/rowcast_workload_dump

Starts a temporary server of its own (Unix socket only, in a temporary folder) and shuts it down.
Exits with 0 if all rows agree, 1 if not, 77 if no server is installed (package `postgresql`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from postgres_server import Server, temporary_server, why_not

SKIPPED = 77
MOST_ROWS = 300  # of the workloads of thousands; each row is compared on its own

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
    reason = why_not()
    if reason:
        print(f"SKIP: {reason}")
        return SKIPPED
    differing = 0
    with temporary_server() as server:
        print(server.sql("SELECT version()").decode().strip())
        for line in dump(program, "list").decode().splitlines():
            name, rows = line.split()
            differing += check_workload(server, program, name, min(max(int(rows), 10), MOST_ROWS))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
