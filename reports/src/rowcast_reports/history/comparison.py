"""Two runs side by side: each cell's speed relative to its own run's scalar implementation, and
the ratio of these two ratios. So the runs may be of different machines and days.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from rowcast_reports.history import speeds, store
from rowcast_reports.history.changes import SMALLEST_EFFECT
from rowcast_reports.history.database import Database
from rowcast_reports.history.speeds import FROZEN, Place, Speed
from rowcast_reports.history.store import Measured, Run, Selection
from rowcast_reports.history.trends import group_order
from rowcast_reports.statistics import LEAST_COVERAGE, Interval, quotient

COUNTS = ("allocs", "allocs_cold")  # exact, and the same on every machine
# They differ from run to run and say nothing about why figures do.
_ALWAYS_DIFFERENT = frozenset(
    {"date", "run_id", "load_avg", "load_average", "clock_source", "empty_call_ns", "runs", "mhz_per_cpu"}
)


class Finding(Enum):
    FASTER = "faster"
    SLOWER = "slower"
    SAME = "same"
    UNCLEAR = "unclear"


def judge(change: Interval) -> Finding:
    """By an interval that covers enough: beyond 1, or within what does not matter."""
    if change.low is None or change.high is None or (change.coverage or 0.0) < LEAST_COVERAGE:
        return Finding.UNCLEAR
    matters = 1 + SMALLEST_EFFECT
    if 1 / matters <= change.low and change.high <= matters:
        return Finding.SAME
    if change.low > 1 and change.value >= matters:
        return Finding.FASTER
    if change.high < 1 and change.value <= 1 / matters:
        return Finding.SLOWER
    return Finding.UNCLEAR


@dataclass(frozen=True)
class Compared:
    place: Place
    before: Speed
    after: Speed
    change: Interval  # above 1 is faster
    finding: Finding


@dataclass(frozen=True)
class Count:
    """An exact count of a cell in both runs."""

    cell: str
    metric: str
    before: float
    after: float


@dataclass(frozen=True)
class Difference:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    before: Run
    after: Run
    cells: tuple[Compared, ...]
    counts: tuple[Count, ...]  # those that differ
    counted: int
    only_before: tuple[Place, ...]
    only_after: tuple[Place, ...]
    differences: tuple[Difference, ...]  # of the environments

    @property
    def same_machine(self) -> bool:
        return self.before.machine.number == self.after.machine.number


def compare(
    database: Database, before: Run, after: Run, cells: re.Pattern[str] | None = None
) -> Comparison:
    metrics = (*speeds.METRICS, *COUNTS)
    measured = store.measured(database, sorted({before.number, after.number}), metrics)
    a = _chosen(speeds.of_run(measured[before.number]), cells)
    b = _chosen(speeds.of_run(measured[after.number]), cells)
    compared: list[Compared] = []
    for place in sorted(a.keys() & b.keys(), key=lambda place: (group_order(place.group), place)):
        change = quotient(b[place].figure, a[place].figure)
        compared.append(Compared(place, a[place], b[place], change, judge(change)))
    counts = _counts(measured[before.number], measured[after.number], cells)
    return Comparison(
        before=before,
        after=after,
        cells=tuple(compared),
        counts=tuple(count for count in counts if count.before != count.after),
        counted=len(counts),
        only_before=tuple(sorted(a.keys() - b.keys())),
        only_after=tuple(sorted(b.keys() - a.keys())),
        differences=_differences(store.context(database, before), store.context(database, after)),
    )


def _chosen(found: Mapping[Place, Speed], cells: re.Pattern[str] | None) -> dict[Place, Speed]:
    return {place: speed for place, speed in found.items() if not cells or cells.search(str(place))}


def _counts(
    a: Mapping[str, Measured], b: Mapping[str, Measured], cells: re.Pattern[str] | None
) -> list[Count]:
    found: list[Count] = []
    for name in sorted(a.keys() & b.keys()):
        if cells and not cells.search(name):
            continue
        for metric in COUNTS:
            before, after = a[name].value(metric), b[name].value(metric)
            if before is not None and after is not None:
                found.append(Count(name, metric, before, after))
    return found


def _differences(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[Difference, ...]:
    return tuple(
        Difference(name, _text(a.get(name)), _text(b.get(name)))
        for name in sorted((a.keys() | b.keys()) - _ALWAYS_DIFFERENT)
        if a.get(name) != b.get(name)
    )


def _text(value: object) -> str:
    return "not recorded" if value is None else str(value)


def previous(database: Database, run: Run) -> Run | None:
    """The last run on the same machine before this one."""
    found: Run | None = None
    for other in store.runs(database, Selection(kind="bench")):
        if other.number == run.number:
            return found
        if other.machine.number == run.machine.number and other.cells > other.errors:
            found = other
    return None


def document(comparison: Comparison) -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "relative_to": FROZEN,
        "smallest_effect": SMALLEST_EFFECT,
        "before": asdict(comparison.before),
        "after": asdict(comparison.after),
        "cells": [
            {
                "cell": str(cell.place),
                "before": {**asdict(cell.before.figure), "method": cell.before.method.value},
                "after": {**asdict(cell.after.figure), "method": cell.after.method.value},
                "change": asdict(cell.change),
                "finding": cell.finding.value,
            }
            for cell in comparison.cells
        ],
        "counts_that_differ": [asdict(count) for count in comparison.counts],
        "counts_compared": comparison.counted,
        "only_before": [str(place) for place in comparison.only_before],
        "only_after": [str(place) for place in comparison.only_after],
        "environment_differs": [asdict(difference) for difference in comparison.differences],
    }
