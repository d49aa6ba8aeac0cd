"""The pages beside a report: the trends so far, and its run next to the one before."""

from __future__ import annotations

from pathlib import Path

from rowcast_reports.errors import DatabaseError
from rowcast_reports.history import comparison, comparison_sheet, incoming, store, trend_sheet, trends
from rowcast_reports.history.commands import write_sheet
from rowcast_reports.history.database import Database, chosen_url
from rowcast_reports.history.store import Run, Selection
from rowcast_reports.results import Results
from rowcast_reports.sheet import Link

NEWEST = 50  # runs that the trends beside a report are made of
REPORT = Link("This run", "report.html")
TRENDS = Link("Trends", "trends.html")
COMPARISON = Link("Next to the run before", "compare.html")


def write(loaded: Results, url: str | None, out: Path) -> tuple[Link, ...]:
    """Writes both; gives the links to them. The run must be in the history."""
    database = Database(chosen_url(url), create=False)
    try:
        run = _run(database, incoming.load(loaded.path).key)
        # All of them would take longer with every run.
        series = trends.collect(database, Selection(machine=run.machine.host), newest=NEWEST)
        note = (
            f"This machine's newest {NEWEST} runs at most; rowcast_reports history trends draws every "
            "machine's and more of them."
        )
        write_sheet(trend_sheet.build(series, (REPORT, COMPARISON), note), out)
        earlier = comparison.previous(database, run)
        links = (REPORT, TRENDS)
        if earlier is None:
            sheet = comparison_sheet.nothing(run, links)
        else:
            sheet = comparison_sheet.build(comparison.compare(database, earlier, run), links)
        write_sheet(sheet, out)
    finally:
        database.close()
    return (TRENDS, COMPARISON)


def _run(database: Database, key: str) -> Run:
    for run in store.runs(database, Selection(superseded=True)):
        if run.key == key:
            return run
    raise DatabaseError(database.shown, "this run is not in it; `history import` puts it there")
