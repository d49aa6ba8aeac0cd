"""Puts a run into the database, or what is new of it.

A run is one row however often, in how many parts and by how many processes it comes. Of a cell
the first measurement stands; only one that had failed is replaced, as when the run went on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from rowcast_reports.history import identity, schema
from rowcast_reports.history.database import Database
from rowcast_reports.history.incoming import Figure, Incoming, Measurement


@dataclass(frozen=True)
class Task:
    """What a fleet wanted done, and the how manieth try at it this is."""

    name: str
    attempt: int


@dataclass(frozen=True)
class Outcome:
    run: int
    key: str
    is_new: bool
    added: int
    replaced: int  # had failed, now measured
    known: int
    counted: int  # figures that were counted beside the run and not known yet
    differing: tuple[str, ...]  # cells that were measured already, with other figures

    def and_then(self, later: Outcome) -> Outcome:
        """Of two parts of one run."""
        return Outcome(
            later.run,
            later.key,
            self.is_new or later.is_new,
            self.added + later.added,
            self.replaced + later.replaced,
            self.known + later.known,
            self.counted + later.counted,
            tuple(sorted({*self.differing, *later.differing})),
        )


def merge(database: Database, incoming: Incoming, task: Task | None = None) -> Outcome:
    """One transaction for the run. What others refer to is put there first, each by itself."""
    machine = _described(database, schema.machines, incoming.machine)
    build = _described(database, schema.builds, incoming.build)
    environment = _described(database, schema.environments, incoming.environment)
    base = None if incoming.gate is None else _described(database, schema.builds, incoming.gate.base)
    cells = _named(
        database,
        schema.cells,
        {m.cell: {"kind": m.cell.split("/", 1)[0][:16]} for m in incoming.measurements},
    )
    named: dict[str, dict[str, object]] = {name: {} for m in incoming.measurements for name in m.figures}
    named |= {name: {} for counted in incoming.counts.values() for name in counted}
    metrics = _named(database, schema.metrics, named)
    task_id = None if task is None else _named(database, schema.tasks, {task.name: {}})[task.name]

    def work(connection: Any) -> Outcome:
        inserted = connection.execute(
            database.insert(schema.runs)
            .values(
                key=incoming.key,
                kind=incoming.kind,
                started=incoming.started,
                machine_id=machine,
                build_id=build,
                environment_id=environment,
                complete=incoming.complete,
                context=incoming.context,
            )
            .on_conflict_do_nothing(index_elements=["key"])
        )
        is_new = inserted.rowcount == 1
        # The row's lock: of two that bring parts of one run, the second waits here.
        run: int = connection.execute(
            sa.select(schema.runs.c.id).where(schema.runs.c.key == incoming.key).with_for_update()
        ).scalar_one()
        if incoming.complete and not is_new:
            connection.execute(
                sa.update(schema.runs).where(schema.runs.c.id == run).values(complete=True)
            )
        if incoming.gate is not None and is_new:
            connection.execute(
                sa.insert(schema.gates).values(
                    run_id=run,
                    base_build_id=base,
                    base_revision=incoming.gate.base_revision,
                    verdict=incoming.gate.verdict,
                    exit_code=incoming.gate.exit_code,
                )
            )
        if task is not None:
            _attempt(database, connection, run, task_id, task.attempt)
        added, replaced, known, differing = _sort(connection, run, cells, incoming.measurements)
        _drop(connection, [identifier for identifier, _ in replaced])
        _add(connection, run, [*added, *[m for _, m in replaced]], cells, metrics)
        counted = _count(database, connection, run, incoming.counts, metrics)
        return Outcome(
            run, incoming.key, is_new, len(added), len(replaced), known, counted, tuple(sorted(differing))
        )

    return database.write(work)


def _described(database: Database, table: sa.Table, described: Any) -> int:
    mark = identity.fingerprint(described)

    def work(connection: Any) -> int:
        connection.execute(
            database.insert(table)
            .values(fingerprint=mark, **asdict(described))
            .on_conflict_do_nothing(index_elements=["fingerprint"])
        )
        found: int = connection.execute(
            sa.select(table.c.id).where(table.c.fingerprint == mark)
        ).scalar_one()
        return found

    return _seen(database, table, {mark}, table.c.fingerprint).get(mark) or database.write(work)


def _named(
    database: Database, table: sa.Table, wanted: Mapping[str, Mapping[str, object]]
) -> dict[str, int]:
    """The numbers of all names. Those that are missing are added in one order, so that two
    processes that add the same ones never wait for each other in a circle."""
    found = _seen(database, table, wanted, table.c.name)
    missing = sorted(set(wanted) - set(found))
    if not missing:
        return found
    rows: list[dict[str, object]] = [{"name": name, **wanted[name]} for name in missing]

    def work(connection: Any) -> None:
        connection.execute(
            database.insert(table).on_conflict_do_nothing(index_elements=["name"]), rows
        )

    database.write(work)
    return found | _seen(database, table, missing, table.c.name)


_AT_ONCE = 500  # SQLite allows 999 parameters where it is old


def _seen(
    database: Database, table: sa.Table, wanted: Iterable[str], column: Any
) -> dict[str, int]:
    ordered = sorted(wanted)
    found: dict[str, int] = {}
    with database.reading() as connection:
        for begin in range(0, len(ordered), _AT_ONCE):
            part = ordered[begin : begin + _AT_ONCE]
            for name, number in connection.execute(
                sa.select(column, table.c.id).where(column.in_(part))
            ):
                found[name] = number
    return found


def _attempt(database: Database, connection: Any, run: int, task: int | None, attempt: int) -> None:
    """A run that goes on in a later attempt belongs to that one."""
    connection.execute(
        database.insert(schema.attempts)
        .values(run_id=run, task_id=task, attempt=attempt)
        .on_conflict_do_nothing(index_elements=["run_id"])
    )
    connection.execute(
        sa.update(schema.attempts)
        .where(schema.attempts.c.run_id == run, schema.attempts.c.attempt < attempt)
        .values(attempt=attempt)
    )


def _sort(
    connection: Any, run: int, cells: Mapping[str, int], measurements: Sequence[Measurement]
) -> tuple[list[Measurement], list[tuple[int, Measurement]], int, set[str]]:
    table = schema.measurements
    there = {
        (row.cell_id, row.repetition): row
        for row in connection.execute(
            sa.select(table.c.id, table.c.cell_id, table.c.repetition, table.c.digest, table.c.error)
            .where(table.c.run_id == run)
        )
    }
    added: list[Measurement] = []
    replaced: list[tuple[int, Measurement]] = []
    differing: set[str] = set()
    known = 0
    for measurement in measurements:
        row = there.get((cells[measurement.cell], measurement.repetition))
        if row is None:
            added.append(measurement)
        elif row.error is not None and measurement.error is None:
            replaced.append((row.id, measurement))
        else:
            known += 1
            if row.digest != measurement.digest and measurement.error is None:
                differing.add(measurement.cell)
    return added, replaced, known, differing


def _drop(connection: Any, numbers: Sequence[int]) -> None:
    for number in numbers:
        for table in (schema.figures, schema.warnings):
            connection.execute(sa.delete(table).where(table.c.measurement_id == number))
        connection.execute(
            sa.delete(schema.measurements).where(schema.measurements.c.id == number)
        )


def _add(
    connection: Any,
    run: int,
    measurements: Sequence[Measurement],
    cells: Mapping[str, int],
    metrics: Mapping[str, int],
) -> None:
    if not measurements:
        return
    table = schema.measurements
    connection.execute(
        sa.insert(table),
        [
            {
                "run_id": run,
                "cell_id": cells[m.cell],
                "repetition": m.repetition,
                "digest": m.digest,
                "baseline": m.baseline,
                "verdict": m.verdict,
                "error": m.error,
            }
            for m in measurements
        ],
    )
    numbers = {
        (row.cell_id, row.repetition): row.id
        for row in connection.execute(
            sa.select(table.c.id, table.c.cell_id, table.c.repetition).where(table.c.run_id == run)
        )
    }
    figures: list[dict[str, object]] = []
    warnings: list[dict[str, object]] = []
    for m in measurements:
        number = numbers[cells[m.cell], m.repetition]
        figures += [
            {"measurement_id": number, "metric_id": metrics[name], **asdict(figure)}
            for name, figure in m.figures.items()
        ]
        warnings += [
            {"measurement_id": number, "place": place, "text": text}
            for place, text in enumerate(m.warnings)
        ]
    if figures:
        connection.execute(sa.insert(schema.figures), figures)
    if warnings:
        connection.execute(sa.insert(schema.warnings), warnings)


def _count(
    database: Database,
    connection: Any,
    run: int,
    counts: Mapping[str, Mapping[str, Figure]],
    metrics: Mapping[str, int],
) -> int:
    """Puts what was counted beside the run in the place of what its own cells could not count."""
    if not counts:
        return 0
    m, f = schema.measurements.c, schema.figures.c
    added = 0
    for number, cell in connection.execute(
        sa.select(m.id, schema.cells.c.name)
        .join(schema.cells, m.cell_id == schema.cells.c.id)
        .where(m.run_id == run, m.error.is_(None))
    ).all():
        for name, figure in counts.get(cell, {}).items():
            here = (f.measurement_id == number, f.metric_id == metrics[name])
            inserted = connection.execute(
                database.insert(schema.figures)
                .values(measurement_id=number, metric_id=metrics[name], **asdict(figure))
                .on_conflict_do_nothing(index_elements=["measurement_id", "metric_id"])
            )
            updated = 0
            if inserted.rowcount != 1 and figure.value is not None:
                updated = connection.execute(
                    sa.update(schema.figures).where(*here, f.value.is_(None)).values(**asdict(figure))
                ).rowcount
            added += max(inserted.rowcount, 0) + updated
    return added
