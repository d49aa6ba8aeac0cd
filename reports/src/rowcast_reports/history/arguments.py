"""`rowcast_reports history ...`: the command line. What the commands do is in commands.py, which is
imported when one runs: the other commands need no database.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

DATABASE_HELP = (
    "sqlite:///FILE or postgresql://USER@HOST/DATABASE "
    "(default: $ROWCAST_DATABASE, else sqlite:///out/history.sqlite)"
)
_EPILOG = (
    "Exit codes: 0 done; 1 a file or the database cannot be used (one line says which and where); "
    "2 usage."
)


def runs(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        code: int = getattr(import_module(module), function)(arguments)
        return code

    return run


def date(text: str) -> str:
    """In UTC, in the form in which runs' dates are kept, since they are compared as text."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        moment = moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no date: 2000-12-31, 2000-12-31T23:59:59") from None
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError("should be more than 0")
    return value


def add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", metavar="URL", help=DATABASE_HELP)


def add_selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--machine", metavar="WORDS", help="only machines with these words in the processor's name, or this host digest"
    )
    parser.add_argument("--commit", metavar="HEX", help="only commits that begin so")
    parser.add_argument("--since", metavar="DATE", type=date, help="only runs from this date on (UTC, unless it names an offset)")


def pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None


def add_cells(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cell", metavar="RE", type=pattern, help="only cells that match")


def add(commands: Any) -> None:
    history = commands.add_parser(
        "history",
        help="keep results in a database; list, export, compare them and draw trends",
        description="Keeps the results of many runs in a database, SQLite or PostgreSQL, and compares "
        "them: always by ratios to the scalar implementation of the same run, never by absolute "
        "figures of different machines.",
        epilog=_EPILOG,
    )
    actions = history.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, help: str, description: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(
            name, help=help, description=description, epilog=_EPILOG
        )
        add_database(made)
        made.set_defaults(run=runs("rowcast_reports.history.commands", f"{name}_command"))
        return made

    importing = action(
        "import",
        "put results into the database",
        "Puts results into the database: results.json of scripts/bench (or its directory), the "
        "cells.jsonl of a run that is under way or was interrupted, or the gate's result. What is "
        "there already is not counted again.",
    )
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    importing.add_argument("--task", metavar="NAME", help="what this run is an attempt at; the last one counts")
    importing.add_argument("--attempt", type=int, default=0, metavar="N", help="the how manieth attempt (default 0)")
    importing.add_argument(
        "--follow",
        type=int,
        metavar="PID",
        help="go on importing the one FILE, a cells.jsonl, until process PID has ended",
    )
    importing.add_argument(
        "--every", type=positive, default=5.0, metavar="SECONDS", help="how often to look with --follow (default 5)"
    )
    importing.add_argument("--json", action="store_true", help="say what was done as JSON")

    listing = action("list", "list the runs", "Lists the runs, oldest first.")
    add_selection(listing)
    listing.add_argument("--all", action="store_true", help="attempts that a later one took the place of, too")
    listing.add_argument("--json", action="store_true", help="as JSON")

    exporting = action(
        "export",
        "write every figure as a line",
        "Writes every figure with where it is from, as JSON lines or CSV, to standard output or FILE.",
    )
    add_selection(exporting)
    exporting.add_argument("--all", action="store_true", help="attempts that a later one took the place of, too")
    exporting.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    exporting.add_argument("--out", type=Path, metavar="FILE")

    trends = action(
        "trends",
        "draw each cell's trend, changes marked",
        "Writes trends.html and its plots: for each machine and cell the speed relative to the scalar "
        "implementation of the same run, run after run, with changes of level marked. Prints the page's path.",
    )
    add_selection(trends)
    add_cells(trends)
    trends.add_argument("--out", type=Path, default=Path("out/history"), metavar="DIR", help="(default out/history)")
    trends.add_argument("--json", action="store_true", help="print series and changes as JSON; write nothing")

    comparing = action(
        "compare",
        "set two runs side by side",
        "Sets two runs side by side, of whatever machines: per cell the ratio of their speeds relative to "
        "scalar, with its interval. A run is its number, the beginning of its key, or latest: "
        "the newest of scripts/bench, no gate's and no attempt that was done again.",
    )
    comparing.add_argument("before", metavar="BEFORE")
    comparing.add_argument("after", metavar="AFTER")
    add_cells(comparing)
    comparing.add_argument("--out", type=Path, metavar="DIR", help="write compare.html and its plots there")
    comparing.add_argument("--json", action="store_true", help="print it as JSON")

    action(
        "migrate",
        "bring the tables up to date",
        "Brings the tables up to date, as every other action does by itself, and prints their step.",
    )
