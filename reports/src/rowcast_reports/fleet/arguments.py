"""`rowcast_reports fleet`: the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rowcast_reports.history.arguments import add_cells, add_database, add_selection, runs


def add(commands: Any) -> None:
    fleet = commands.add_parser(
        "fleet",
        help="compare the machines and instruction sets in a database",
        description="Compares the machines and instruction sets in the history's database: per cell how many "
        "times as fast as scalar of the same run on the same machine. Absolute figures of different machines are "
        "never in one statistic. Prints a table; --out writes fleet.html and its plots.",
        epilog="Exit codes: 0 done; 1 the database cannot be used; 2 usage.",
    )
    add_database(fleet)
    add_selection(fleet)
    add_cells(fleet)
    fleet.add_argument("--out", type=Path, metavar="DIR", help="write fleet.html and its plots there")
    fleet.add_argument("--json", action="store_true", help="print it as JSON")
    fleet.set_defaults(run=runs("rowcast_reports.fleet.commands", "fleet_command"))
