"""The command line.

Exit codes: 0 done, 1 a file or database cannot be used, 2 usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rowcast_reports import __version__, results, source
from rowcast_reports.errors import InputError, ReportError, UsageError
from rowcast_reports.fleet import arguments as fleet
from rowcast_reports.history import arguments as history

if TYPE_CHECKING:
    from rowcast_reports.sheet import Link


def _report(arguments: argparse.Namespace) -> int:
    # Imported here: the other commands need no plots.
    from rowcast_reports import page, writer

    loaded = results.load(arguments.results)
    out = arguments.out if arguments.out is not None else loaded.path.parent
    if out.exists() and not out.is_dir():
        raise InputError(out, "", "is not a directory")
    links: tuple[Link, ...] = ()
    if arguments.history:
        from rowcast_reports.history import beside

        links = beside.write(loaded, arguments.database, out)
    try:
        path = writer.write(page.build(loaded, out, links), out)
    except OSError as error:
        raise InputError(out, "", error.strerror or "cannot be written to") from None
    print(path)
    return 0


def _table(arguments: argparse.Namespace) -> int:
    from rowcast_reports import text_table

    sys.stdout.write(text_table.render(results.load(arguments.results)))
    return 0


def _validate(arguments: argparse.Namespace) -> int:
    loaded = results.load(arguments.results)
    source.load(loaded.path)
    print(f"{loaded.path}: valid, {len(loaded.benchmarks)} cells")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rowcast_reports",
        description="Reads the result files that scripts/bench writes, and writes the report.",
        epilog="Exit codes: 0 done; 1 a file or database cannot be used (one line says which and "
        "where); 2 usage.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help: str, description: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=description)
        made.add_argument(
            "results",
            type=Path,
            metavar="RESULTS",
            help="a results.json, or the directory that holds one",
        )
        return made

    report = command(
        "report",
        "write report.html and the plots",
        "Writes report.html, one self-contained page, and the plots as SVG and PNG files in plots/. "
        "Prints the page's path. A source.json beside the results, as scripts/coverage writes it, "
        "is taken in.",
    )
    report.add_argument(
        "--out", type=Path, metavar="DIR", help="where to write (default: beside the results)"
    )
    report.add_argument(
        "--history",
        action="store_true",
        help="also write trends.html and compare.html, with what the history's database knows",
    )
    history.add_database(report)
    report.set_defaults(run=_report)
    command(
        "table", "print the summary as plain text", "Prints the summary as a plain text table."
    ).set_defaults(run=_table)
    command(
        "validate",
        "check a result file",
        "Checks a result file against the schema; says nothing but its place and fault if it is bad.",
    ).set_defaults(run=_validate)
    history.add(commands)
    fleet.add(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except ReportError as error:
        print(f"rowcast_reports: {error}", file=sys.stderr)
        return 1
    except UsageError as error:
        print(f"rowcast_reports: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of our output has gone, as in `table ... | head`.
        sys.stderr.close()
        return 1
    return code
