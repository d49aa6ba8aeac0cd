"""What `rowcast_reports fleet` does."""

from __future__ import annotations

import argparse

from rowcast_reports.errors import DatabaseError
from rowcast_reports.fleet import overview
from rowcast_reports.history.commands import opened, print_json, selection, write_sheet


def fleet_command(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database:
        fleet = overview.collect(database, selection(arguments), arguments.cell)
        shown = database.shown
    if not fleet.members:
        raise DatabaseError(shown, "no run of the benchmark program that was asked for is in it")
    if arguments.json:
        print_json(overview.document(fleet))
    # Imported here: JSON needs no plots.
    from rowcast_reports.fleet import page

    if arguments.out is not None:
        path = write_sheet(page.build(fleet), arguments.out)
        if not arguments.json:
            print(path)
    elif not arguments.json:
        print(page.plain(fleet))
    return 0
