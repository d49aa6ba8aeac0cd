"""What the database holds, as frozen data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from rowcast_reports import statistics
from rowcast_reports.errors import DatabaseError, UsageError
from rowcast_reports.history import schema
from rowcast_reports.history.database import Database
from rowcast_reports.history.incoming import MEDIAN, Figure

_SHORT = 10


@dataclass(frozen=True)
class MachineRow:
    number: int
    host: str
    cpu_model: str
    cpu_features: str
    hypervisor: str
    processors: int | None

    @property
    def label(self) -> str:
        """Its processor, and enough of the host's digest to tell two alike apart."""
        return f"{self.cpu_model or 'unknown processor'} ({self.host[:6]})"


@dataclass(frozen=True)
class Run:
    number: int
    key: str
    kind: str
    started: str | None
    machine: MachineRow
    commit: str
    dirty: bool | None
    build_id: str
    compiler: str
    complete: bool
    cells: int
    errors: int
    verdict: str | None  # the gate's
    base_commit: str | None
    exit_code: int | None
    task: str | None
    attempt: int | None
    superseded: bool  # a later attempt at the same task counts in its stead

    @property
    def short_key(self) -> str:
        return self.key[:_SHORT]

    @property
    def revision(self) -> str:
        if not self.commit:
            return "unknown"
        return self.commit[:_SHORT] + ("+" if self.dirty else "")


@dataclass(frozen=True)
class Measured:
    """One cell of a run: of several repetitions the one with the median time, whole."""

    cell: str
    baseline: str | None
    verdict: str | None
    error: str | None
    figures: Mapping[str, Figure]
    warnings: tuple[str, ...]

    def value(self, metric: str) -> float | None:
        figure = self.figures.get(metric)
        return None if figure is None else figure.value


@dataclass(frozen=True)
class Selection:
    """Which runs; what is not said does not narrow it."""

    kind: str | None = None
    machine: str | None = None
    commit: str | None = None
    since: str | None = None
    superseded: bool = False

    def admits(self, run: Run) -> bool:
        return (
            (self.kind is None or run.kind == self.kind)
            and (self.superseded or not run.superseded)
            and (self.commit is None or run.commit.startswith(self.commit))
            and (self.since is None or (run.started or "") >= self.since)
            and (
                self.machine is None
                or run.machine.host.startswith(self.machine)
                or self.machine.lower() in run.machine.cpu_model.lower()
            )
        )


def runs(database: Database, selection: Selection = Selection()) -> list[Run]:
    """In the order in which they were measured; runs without a date come first."""
    with database.reading() as connection:
        found = _runs(connection)
    chosen = [run for run in found if selection.admits(run)]
    return sorted(chosen, key=lambda run: (run.started or "", run.number))


def _runs(connection: Any) -> list[Run]:
    r, m, b, g = schema.runs.c, schema.machines.c, schema.builds.c, schema.gates.c
    base = schema.builds.alias("base")
    counted = (
        sa.select(
            schema.measurements.c.run_id,
            sa.func.count(sa.distinct(schema.measurements.c.cell_id)).label("cells"),
            sa.func.count(schema.measurements.c.error).label("errors"),
        )
        .group_by(schema.measurements.c.run_id)
        .subquery()
    )
    query = (
        sa.select(
            r.id,
            r.key,
            r.kind,
            r.started,
            r.complete,
            *[getattr(m, name).label(f"machine_{name}") for name in _MACHINE],
            b.commit_id,
            b.dirty,
            b.build_id,
            b.compiler,
            counted.c.cells,
            counted.c.errors,
            g.verdict,
            g.exit_code,
            base.c.commit_id.label("base_commit"),
            schema.tasks.c.name.label("task"),
            schema.attempts.c.attempt,
        )
        .select_from(
            schema.runs.join(schema.machines, r.machine_id == m.id)
            .join(schema.builds, r.build_id == b.id)
            .outerjoin(counted, counted.c.run_id == r.id)
            .outerjoin(schema.gates, g.run_id == r.id)
            .outerjoin(base, g.base_build_id == base.c.id)
            .outerjoin(schema.attempts, schema.attempts.c.run_id == r.id)
            .outerjoin(schema.tasks, schema.attempts.c.task_id == schema.tasks.c.id)
        )
        .order_by(r.id)
    )
    rows = list(connection.execute(query))
    last: dict[str, tuple[int, int]] = {}
    for row in rows:
        if row.task is not None:
            last[row.task] = max(last.get(row.task, (-1, -1)), (row.attempt, row.id))
    return [
        Run(
            number=row.id,
            key=row.key,
            kind=row.kind,
            started=row.started,
            machine=MachineRow(
                row.machine_id,
                row.machine_host,
                row.machine_cpu_model,
                row.machine_cpu_features,
                row.machine_hypervisor,
                row.machine_processors,
            ),
            commit=row.commit_id,
            dirty=row.dirty,
            build_id=row.build_id,
            compiler=row.compiler,
            complete=row.complete,
            cells=row.cells or 0,
            errors=row.errors or 0,
            verdict=row.verdict,
            base_commit=row.base_commit,
            exit_code=row.exit_code,
            task=row.task,
            attempt=row.attempt,
            superseded=row.task is not None and last[row.task] != (row.attempt, row.id),
        )
        for row in rows
    ]


_MACHINE = ("id", "host", "cpu_model", "cpu_features", "hypervisor", "processors")


def find(database: Database, argument: str) -> Run:
    """A run by its number, the beginning of its key, or `latest`: the newest of the benchmark
    program that counts."""
    every = runs(database, Selection(superseded=True))
    if argument == "latest":
        found = [run for run in every if Selection(kind="bench").admits(run)][-1:]
    elif argument.isdigit() and len(argument) < _SHORT:
        found = [run for run in every if run.number == int(argument)]
    elif re.fullmatch(r"[0-9a-f]{4,64}", argument):
        found = [run for run in every if run.key.startswith(argument)]
    else:
        raise UsageError(f"{argument!r} is no run: its number, its key as `history list` has it, or latest")
    if len(found) != 1:
        what = "no run" if not found else f"{len(found)} runs"
        raise DatabaseError(database.shown, f"{what} {argument}")
    return found[0]


def measured(
    database: Database, numbers: Sequence[int], metrics: Sequence[str] | None = None
) -> dict[int, dict[str, Measured]]:
    """The cells of these runs by name; `metrics` where only some figures are wanted."""
    found: dict[int, dict[str, Measured]] = {number: {} for number in numbers}
    with database.reading() as connection:
        for number in numbers:
            found[number] = _cells(connection, number, metrics)
    return found


def _cells(connection: Any, run: int, metrics: Sequence[str] | None) -> dict[str, Measured]:
    m, f = schema.measurements.c, schema.figures.c
    rows = list(
        connection.execute(
            sa.select(m.id, schema.cells.c.name, m.repetition, m.baseline, m.verdict, m.error)
            .join(schema.cells, m.cell_id == schema.cells.c.id)
            .where(m.run_id == run)
            .order_by(m.id)
        )
    )
    query = (
        sa.select(
            f.measurement_id,
            schema.metrics.c.name,
            f.value,
            f.low,
            f.high,
            f.coverage,
            f.source,
            f.reason,
        )
        .join(schema.metrics, f.metric_id == schema.metrics.c.id)
        .join(schema.measurements, f.measurement_id == m.id)
        .where(m.run_id == run)
    )
    if metrics is not None:
        query = query.where(schema.metrics.c.name.in_(sorted(metrics)))
    figures: dict[int, dict[str, Figure]] = {}
    for row in connection.execute(query):
        figures.setdefault(row.measurement_id, {})[row.name] = Figure(*row[2:])
    warnings: dict[int, list[str]] = {}
    for row in connection.execute(
        sa.select(schema.warnings.c.measurement_id, schema.warnings.c.text)
        .join(schema.measurements, schema.warnings.c.measurement_id == m.id)
        .where(m.run_id == run)
        .order_by(schema.warnings.c.measurement_id, schema.warnings.c.place)
    ):
        warnings.setdefault(row.measurement_id, []).append(row.text)
    by_cell: dict[str, list[tuple[int, Measured]]] = {}
    for row in rows:
        one = Measured(
            row.name,
            row.baseline,
            row.verdict,
            row.error,
            figures.get(row.id, {}),
            tuple(warnings.get(row.id, ())),
        )
        by_cell.setdefault(row.name, []).append((row.repetition, one))
    return {name: _one(found) for name, found in by_cell.items()}


def _one(found: list[tuple[int, Measured]]) -> Measured:
    """As the report has it: a failure stands for all; Google's own median only where it is alone."""
    plain = [one for repetition, one in found if repetition != MEDIAN]
    failed = [one for one in plain if one.error is not None]
    if failed or not plain:
        return (failed or [one for _, one in found])[0]
    return statistics.middle(plain, key=lambda one: one.value("time_ns") or 0.0)


def records(database: Database, selection: Selection) -> Iterator[dict[str, Any]]:
    """One flat record a figure, with all that tells where it is from: for export."""
    for run in runs(database, selection):
        with database.reading() as connection:
            cells = _cells(connection, run.number, None)
        about: dict[str, Any] = {
            "run": run.key,
            "kind": run.kind,
            "started": run.started,
            "complete": run.complete,
            "superseded": run.superseded,
            "task": run.task,
            "attempt": run.attempt,
            "host": run.machine.host,
            "cpu_model": run.machine.cpu_model,
            "hypervisor": run.machine.hypervisor,
            "commit": run.commit,
            "dirty": run.dirty,
            "build_id": run.build_id,
            "compiler": run.compiler,
        }
        for cell in cells.values():
            told = {**about, "cell": cell.cell, "baseline": cell.baseline, "verdict": cell.verdict}
            if cell.error is not None:
                yield {**told, "error": cell.error, **dict.fromkeys(_FIGURE)}
            for metric, figure in sorted(cell.figures.items()):
                yield {
                    **told,
                    "error": None,
                    "metric": metric,
                    "value": figure.value,
                    "low": figure.low,
                    "high": figure.high,
                    "coverage": figure.coverage,
                    "source": figure.source,
                    "reason": figure.reason,
                }


_FIGURE = ("metric", "value", "low", "high", "coverage", "source", "reason")
RECORD = (
    "run", "kind", "started", "complete", "superseded", "task", "attempt", "host", "cpu_model",
    "hypervisor", "commit", "dirty", "build_id", "compiler", "cell", "baseline", "verdict", "error",
    *_FIGURE,
)  # fmt: skip


def context(database: Database, run: Run) -> Mapping[str, Any]:
    with database.reading() as connection:
        text: str = connection.execute(
            sa.select(schema.runs.c.context).where(schema.runs.c.id == run.number)
        ).scalar_one()
    members: Mapping[str, Any] = json.loads(text)
    return members
