"""Each cell's speed relative to the scalar implementation, run after run on one machine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from rowcast_reports.catalogue import setting_order
from rowcast_reports.history import changes, speeds, store
from rowcast_reports.history.changes import Change
from rowcast_reports.history.database import Database
from rowcast_reports.history.speeds import FROZEN, Place, Speed
from rowcast_reports.history.store import MachineRow, Run, Selection
from rowcast_reports.names import Setting
from rowcast_reports.standings import Method


@dataclass(frozen=True)
class Point:
    run: Run
    speed: Speed


@dataclass(frozen=True)
class Series:
    machine: MachineRow
    place: Place
    points: tuple[Point, ...]
    changes: tuple[Change, ...]

    @property
    def searched(self) -> tuple[int, ...]:
        return searched(self.points)


def searched(points: Sequence[Point]) -> tuple[int, ...]:
    """Which points are searched for changes: those of one method, since another one has another
    level. It is the surest of which there are enough; none if there is no such."""
    for method in Method:
        found = tuple(at for at, point in enumerate(points) if point.speed.method is method)
        if len(found) >= 2 * changes.SHORTEST:
            return found
    return ()


def setting_of(group: str) -> Setting | None:
    """The setting that a group of pipeline cells is; None for kernels and sweeps."""
    parts = group.split("/")
    return Setting(*parts) if len(parts) == 3 and parts[0] not in ("kernel", "sweep") else None


def group_order(group: str) -> tuple[bool, object, str]:
    setting = setting_of(group)
    return (setting is None, setting_order(setting) if setting else (), group)


def speeds_of(database: Database, runs: Sequence[Run]) -> Mapping[int, Mapping[Place, Speed]]:
    measured = store.measured(database, [run.number for run in runs], speeds.METRICS)
    return {number: speeds.of_run(cells) for number, cells in measured.items()}


def collect(
    database: Database, selection: Selection, cells: re.Pattern[str] | None = None, newest: int = 0
) -> list[Series]:
    """One series a machine and cell, by machine, then in the order of showing; of the newest runs
    only, where a number of them is given."""
    runs = [run for run in store.runs(database, selection) if run.kind == "bench"][-newest:]
    found = speeds_of(database, runs)
    points: dict[tuple[int, Place], list[Point]] = {}
    machines: dict[int, MachineRow] = {}
    for run in runs:
        machines.setdefault(run.machine.number, run.machine)
        for place, speed in found[run.number].items():
            if cells is None or cells.search(str(place)):
                points.setdefault((run.machine.number, place), []).append(Point(run, speed))
    return [
        Series(machines[machine], place, tuple(series), tuple(_changes(machines[machine], place, series)))
        for (machine, place), series in sorted(
            points.items(), key=lambda item: (item[0][0], group_order(item[0][1].group), item[0][1])
        )
    ]


def _changes(machine: MachineRow, place: Place, series: Sequence[Point]) -> list[Change]:
    places = searched(series)
    values = [series[at].speed.figure.value for at in places]
    found = changes.find(values, f"{machine.host} {place}")
    return [replace(change, at=places[change.at]) for change in found]


def document(series: Sequence[Series]) -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "relative_to": FROZEN,
        "false_alarm_rate": changes.LEVEL,
        "smallest_effect": changes.SMALLEST_EFFECT,
        "series": [
            {
                "machine": asdict(one.machine),
                "cell": str(one.place),
                "points": [
                    {
                        "run": point.run.number,
                        "key": point.run.key,
                        "started": point.run.started,
                        "commit": point.run.commit,
                        "dirty": point.run.dirty,
                        "speed": point.speed.figure.value,
                        "low": point.speed.figure.low,
                        "high": point.speed.figure.high,
                        "coverage": point.speed.figure.coverage,
                        "method": point.speed.method.value,
                    }
                    for point in one.points
                ],
                "searched_by": one.points[one.searched[0]].speed.method.value if one.searched else None,
                "changes": [
                    {
                        "run": one.points[change.at].run.number,
                        "started": one.points[change.at].run.started,
                        "commit": one.points[change.at].run.commit,
                        **asdict(change),
                        "ratio": change.ratio,
                    }
                    for change in one.changes
                ],
            }
            for one in series
        ],
    }
