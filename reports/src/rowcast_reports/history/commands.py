"""What `rowcast_reports history ...` does."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rowcast_reports import units
from rowcast_reports.columns import aligned
from rowcast_reports.errors import InputError, UsageError
from rowcast_reports.history import export, follow, importer, incoming, migrate, store
from rowcast_reports.history.database import Database, chosen_url
from rowcast_reports.history.identity import clean
from rowcast_reports.history.importer import Outcome, Task
from rowcast_reports.history.store import Run, Selection

if TYPE_CHECKING:
    from rowcast_reports.sheet import Sheet


@contextmanager
def opened(arguments: argparse.Namespace, *, create: bool = False) -> Iterator[Database]:
    database = Database(chosen_url(arguments.database), create=create)
    try:
        yield database
    finally:
        database.close()


def selection(arguments: argparse.Namespace, **more: Any) -> Selection:
    return Selection(
        machine=arguments.machine, commit=arguments.commit, since=arguments.since, **more
    )


def print_json(document: object) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=1))


def complain(message: object) -> None:
    print(f"rowcast_reports: {message}", file=sys.stderr)


# import


def _task(arguments: argparse.Namespace) -> Task | None:
    if arguments.task is None:
        return None
    if not 0 < len(arguments.task) <= incoming.LONGEST_NAME:
        raise UsageError(f"--task takes 1 to {incoming.LONGEST_NAME} characters")
    if arguments.attempt < 0:
        raise UsageError("--attempt takes 0 or more")
    return Task(clean(arguments.task), arguments.attempt)


def import_command(arguments: argparse.Namespace) -> int:
    task = _task(arguments)
    if arguments.follow is not None:
        return _follow(arguments, task)
    code = 0
    done: list[tuple[Path, Outcome]] = []
    with opened(arguments, create=True) as database:
        for path in arguments.files:
            try:
                loaded = incoming.load(path)
            except InputError as error:  # the others are imported all the same
                complain(error)
                code = 1
                continue
            done.append((path, importer.merge(database, loaded, task)))
            _say_differing(path, done[-1][1])
    _say(done, arguments.json)
    return code


def _follow(arguments: argparse.Namespace, task: Task | None) -> int:
    if len(arguments.files) != 1:
        raise UsageError("--follow takes one FILE")
    path: Path = arguments.files[0]
    url = chosen_url(arguments.database)
    outcome = follow.follow(
        lambda: Database(url),
        path,
        arguments.follow,
        every_s=arguments.every,
        task=task,
        tell=complain,
    )
    if outcome is None:
        raise InputError(path, "", f"process {arguments.follow} ended and left nothing to import")
    _say_differing(path, outcome)
    _say([(path, outcome)], arguments.json)
    return 0


def _say_differing(path: Path, outcome: Outcome) -> None:
    if outcome.differing:
        first = ", ".join(outcome.differing[:3]) + (", ..." if len(outcome.differing) > 3 else "")
        complain(
            f"{path}: {len(outcome.differing)} cells are in run {outcome.run} with other figures, "
            f"which stay: {first}"
        )


def _say(done: Iterable[tuple[Path, Outcome]], as_json: bool) -> None:
    if as_json:
        print_json([{"file": str(path), **asdict(outcome)} for path, outcome in done])
        return
    for path, outcome in done:
        what = "new" if outcome.is_new else "known"
        told = [f"{outcome.added} cells added"]
        if outcome.replaced:
            told.append(f"{outcome.replaced} that had failed replaced")
        if outcome.counted:
            told.append(f"{outcome.counted} counts added")
        if outcome.known:
            told.append(f"{outcome.known} there already")
        print(f"{path}: run {outcome.run} ({what}, {outcome.key[:10]}): {', '.join(told)}")


# list


def _state(run: Run) -> str:
    if run.superseded:
        return "superseded"
    if run.kind == "gate":
        return run.verdict or ""
    return "complete" if run.complete else "partial"


def list_command(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database:
        found = store.runs(database, selection(arguments, superseded=arguments.all))
    if arguments.json:
        print_json([asdict(run) for run in found])
        return 0
    rows = [("run", "key", "started (UTC)", "kind", "state", "cells", "failed", "commit", "machine")]
    rows += [
        (
            str(run.number),
            run.short_key,
            run.started or "unknown",
            run.kind,
            _state(run),
            str(run.cells),
            str(run.errors),
            run.revision,
            run.machine.label,
        )
        for run in found
    ]
    print("\n".join(aligned(rows, frozenset({1, 2, 3, 4, 7, 8}))))
    return 0


# export


def export_command(arguments: argparse.Namespace) -> int:
    out: Path | None = arguments.out
    with opened(arguments) as database:
        records = store.records(database, selection(arguments, superseded=arguments.all))
        if out is None:
            export.write(records, arguments.format, sys.stdout)
            return 0
        aside = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            with aside.open("w", encoding="utf-8", newline="") as file:
                count = export.write(records, arguments.format, file)
            os.replace(aside, out)
        except OSError as error:
            raise InputError(out, "", error.strerror or "cannot be written") from None
        finally:
            aside.unlink(missing_ok=True)
    print(f"{out}: {count} figures")
    return 0


# trends


def trends_command(arguments: argparse.Namespace) -> int:
    from rowcast_reports.history import trends

    with opened(arguments) as database:
        series = trends.collect(database, selection(arguments), arguments.cell)
    if arguments.json:
        print_json(trends.document(series))
        return 0
    # Imported here: the other actions need no plots.
    from rowcast_reports.history import trend_sheet

    print(write_sheet(trend_sheet.build(series), arguments.out))
    return 0


def write_sheet(sheet: Sheet, out: Path) -> Path:
    from rowcast_reports import writer

    if out.exists() and not out.is_dir():
        raise InputError(out, "", "is not a directory")
    try:
        return writer.write_sheet(sheet, out)
    except OSError as error:
        raise InputError(out, "", error.strerror or "cannot be written to") from None


# compare


def compare_command(arguments: argparse.Namespace) -> int:
    from rowcast_reports.history import comparison

    with opened(arguments) as database:
        before, after = (store.find(database, name) for name in (arguments.before, arguments.after))
        found = comparison.compare(database, before, after, arguments.cell)
    if arguments.json:
        print_json(comparison.document(found))
    if arguments.out is None and arguments.json:
        return 0
    from rowcast_reports.history import comparison_sheet

    if arguments.out is not None:
        path = write_sheet(comparison_sheet.build(found), arguments.out)
        if not arguments.json:
            print(path)
        return 0
    for run in (before, after):
        print(comparison_sheet.told(run))
    rows = [("cell", "before", "after", "change", "interval", "coverage", "")]
    rows += [
        (
            str(cell.place),
            units.factor(cell.before.figure.value),
            units.factor(cell.after.figure.value),
            units.factor(cell.change.value),
            units.interval(cell.change),
            units.coverage(cell.change.coverage) if cell.change.coverage is not None else "",
            cell.finding.value,
        )
        for cell in found.cells
    ]
    print("\n".join(aligned(rows, frozenset({0, 4, 6}))).replace(units.THIN, " "))
    for count in found.counts:
        print(f"{count.cell}: {count.metric} {units.count(count.before)} -> {units.count(count.after)}")
    print("\n".join(comparison_sheet.sentences(found)).replace(units.THIN, " "))
    return 0


# migrate


def migrate_command(arguments: argparse.Namespace) -> int:
    with opened(arguments, create=True) as database, database.reading() as connection:
        print(f"{database.shown}: step {migrate.current(connection)} of {migrate.steps()[-1]}")
    return 0
