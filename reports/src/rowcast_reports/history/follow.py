"""Imports the cells of a run as they come, until the process that writes them has ended."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rowcast_reports.errors import DatabaseError
from rowcast_reports.history import importer
from rowcast_reports.history.database import Database
from rowcast_reports.history.importer import Outcome, Task
from rowcast_reports.history.incoming import CellsFile, Incoming


def running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state != "Z"  # ended, and only its parent has not looked yet


def _together(waiting: Incoming | None, new: Incoming | None) -> Incoming | None:
    if waiting is None or new is None:
        return new or waiting
    # Of a cell that failed and then did not, both have a line.
    last = {(one.cell, one.repetition): one for one in (*waiting.measurements, *new.measurements)}
    return replace(new, measurements=tuple(last.values()))


def follow(
    open_database: Callable[[], Database],
    path: Path,
    process: int,
    *,
    every_s: float,
    task: Task | None,
    tell: Callable[[str], None],
) -> Outcome | None:
    """None if the process ended before the file held anything.

    While it runs, a database that cannot be reached is tried again later with what came
    meanwhile. At the end it must be there.
    """
    file = CellsFile(path)
    database: Database | None = None
    waiting: Incoming | None = None
    total: Outcome | None = None
    while True:
        last = not running(process)
        if path.exists():
            waiting = _together(waiting, file.read())
        if waiting is not None and (waiting.measurements or total is None):
            try:
                database = database or open_database()
                outcome = importer.merge(database, waiting, task)
            except DatabaseError as error:
                if last:
                    raise
                tell(f"{error}; trying again in {every_s:g} s")
            else:
                waiting = None
                total = outcome if total is None else total.and_then(outcome)
        if last:
            return total
        time.sleep(every_s)
