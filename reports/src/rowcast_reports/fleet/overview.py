"""For each machine and cell the last figure, as a ratio to scalar of the same run on that machine.

Nothing absolute is read: a machine that does everything twice as fast looks like the others.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rowcast_reports import catalogue
from rowcast_reports.catalogue import Role
from rowcast_reports.history import store
from rowcast_reports.history.database import Database
from rowcast_reports.history.speeds import FROZEN, Place
from rowcast_reports.history.store import MachineRow, Run, Selection
from rowcast_reports.history.trends import Point, group_order, setting_of, speeds_of
from rowcast_reports.statistics import EXACTLY_ONE, LEAST_COVERAGE, Interval, quotient


@dataclass(frozen=True)
class Member:
    """A machine of the fleet."""

    machine: MachineRow
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Line:
    """One cell on all machines that measured it, by the machine's number."""

    place: Place
    points: Mapping[int, Point]

    @property
    def spread(self) -> tuple[float, float, float]:
        """Least, median and greatest of the machines' ratios."""
        values = [point.speed.figure.value for point in self.points.values()]
        return (min(values), statistics.median(values), max(values))


@dataclass(frozen=True)
class Best:
    """Which implementation that may ship is the fastest of a setting on one machine."""

    group: str
    machine: int
    implementation: str
    figure: Interval
    lead: Interval  # over the next
    same_run: bool  # that measured both; an interval says nothing of another run or build

    @property
    def clear(self) -> bool:
        """The lead's interval does not reach 1, covers enough to say so, and is of one run."""
        enough = (self.lead.coverage or 0.0) >= LEAST_COVERAGE
        return self.same_run and self.lead.excludes_one and enough


@dataclass(frozen=True)
class Fleet:
    members: tuple[Member, ...]
    lines: tuple[Line, ...]
    best: tuple[Best, ...]


def collect(
    database: Database, selection: Selection, cells: re.Pattern[str] | None = None
) -> Fleet:
    runs = [run for run in store.runs(database, selection) if run.kind == "bench"]
    found = speeds_of(database, runs)
    lines: dict[Place, dict[int, Point]] = {}
    members: dict[int, list[Run]] = {}
    for run in runs:  # oldest first, so that the last one stays
        members.setdefault(run.machine.number, []).append(run)
        for place, speed in found[run.number].items():
            if cells is None or cells.search(str(place)):
                lines.setdefault(place, {})[run.machine.number] = Point(run, speed)
    ordered = tuple(
        Line(place, points)
        for place, points in sorted(
            lines.items(), key=lambda item: (group_order(item[0].group), item[0])
        )
    )
    return Fleet(
        members=tuple(Member(own[0].machine, tuple(own)) for _, own in sorted(members.items())),
        lines=ordered,
        best=tuple(_best(ordered)),
    )


def _best(lines: tuple[Line, ...]) -> list[Best]:
    """Scalar takes part: it is as fast as itself."""
    roles = {i.name: i.role for i in catalogue.implementations(line.place.implementation for line in lines)}
    contests: dict[tuple[str, int], dict[str, Point]] = {}
    for line in lines:
        if setting_of(line.place.group) is None or roles[line.place.implementation] is not Role.SHIPPABLE:
            continue
        for machine, point in line.points.items():
            contests.setdefault((line.place.group, machine), {})[line.place.implementation] = point
    found: list[Best] = []
    for (group, machine), contest in contests.items():
        figures = {FROZEN: EXACTLY_ONE, **{name: point.speed.figure for name, point in contest.items()}}
        first, second, *_ = sorted(figures, key=lambda name: figures[name].value, reverse=True)
        # Scalar was measured in every run.
        runs = {contest[name].run.number for name in (first, second) if name in contest}
        lead = quotient(figures[first], figures[second])
        found.append(Best(group, machine, first, figures[first], lead, len(runs) == 1))
    return found


def document(fleet: Fleet) -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "relative_to": FROZEN,
        "machines": [
            {**asdict(member.machine), "runs": [run.number for run in member.runs]}
            for member in fleet.members
        ],
        "cells": [
            {
                "cell": str(line.place),
                "least": line.spread[0],
                "median": line.spread[1],
                "greatest": line.spread[2],
                "machines": {
                    str(machine): {
                        "run": point.run.number,
                        "commit": point.run.commit,
                        **asdict(point.speed.figure),
                        "method": point.speed.method.value,
                    }
                    for machine, point in sorted(line.points.items())
                },
            }
            for line in fleet.lines
        ],
        "fastest": [
            {
                "setting": best.group,
                "machine": best.machine,
                "implementation": best.implementation,
                "speed": asdict(best.figure),
                "lead": asdict(best.lead),
                "same_run": best.same_run,
                "clear": best.clear,
            }
            for best in fleet.best
        ],
    }
