"""How many times as fast as the scalar implementation of the same run: the only figures of
different machines and days that are set beside each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rowcast_reports import names
from rowcast_reports.history.store import Measured
from rowcast_reports.names import KernelName, PipelineName, RatioName, SweepName
from rowcast_reports.standings import Method
from rowcast_reports.statistics import (
    EXACTLY_ONE,
    LEAST_COVERAGE,
    Interval,
    quotient,
    range_coverage,
)

FROZEN = "scalar"
# All that is read of a cell for it.
METRICS = ("ratio", "launches", "bytes_per_second", "time_ns")


@dataclass(frozen=True, order=True)
class Place:
    """What is done, and by which implementation or instruction set."""

    group: str
    implementation: str

    def __str__(self) -> str:
        return f"{self.group}/{self.implementation}"


@dataclass(frozen=True)
class Speed:
    figure: Interval
    method: Method

    @property
    def sure(self) -> bool:
        """Its interval was measured and covers enough to decide by."""
        return self.figure.bounded and (self.figure.coverage or 0.0) >= LEAST_COVERAGE


def of_run(cells: Mapping[str, Measured]) -> dict[Place, Speed]:
    """Every cell whose scalar counterpart was measured too; the scalar cells themselves are not told."""
    paired: dict[str, dict[str, dict[str, Interval]]] = {}
    plain: dict[str, dict[str, float]] = {}
    for name, cell in cells.items():
        if cell.error is not None:
            continue
        match names.parse(name):
            case RatioName(setting, implementation) if cell.baseline:
                ratio = cell.figures.get("ratio")
                if ratio is not None and ratio.value:
                    by_baseline = paired.setdefault(str(setting), {})
                    relative = by_baseline.setdefault(cell.baseline, {cell.baseline: EXACTLY_ONE})
                    coverage = ratio.coverage or range_coverage(_whole(cell.value("launches")))
                    relative.setdefault(
                        implementation, Interval(ratio.value, ratio.low, ratio.high, coverage)
                    )
            case PipelineName(setting, implementation):
                _put(plain, str(setting), implementation, cell.value("bytes_per_second"))
            case SweepName(setting, implementation, rows):
                _put(plain, f"sweep/{setting}/{rows}", implementation, _rate(cell))
            case KernelName() as kernel:
                group = f"kernel/{kernel.kernel}/{kernel.size_text}"
                _put(plain, group, kernel.isa, _rate(cell))
    found: dict[Place, Speed] = {}
    for group, figures in plain.items():
        if FROZEN in figures:
            for implementation, figure in figures.items():
                speed = Speed(Interval(figure / figures[FROZEN]), Method.DIVISION)
                found[Place(group, implementation)] = speed
    for group, by_baseline in paired.items():
        # The comparison with scalar itself, where there is one, is the last to be put.
        for baseline, relative in sorted(by_baseline.items(), key=lambda item: item[0] == FROZEN):
            if FROZEN in relative:
                method = Method.PAIRED if baseline == FROZEN else Method.PAIRED_QUOTIENT
                for implementation, interval in relative.items():
                    direct = implementation == baseline or baseline == FROZEN
                    found[Place(group, implementation)] = Speed(
                        quotient(relative[FROZEN], interval), Method.PAIRED if direct else method
                    )
    return {place: speed for place, speed in found.items() if place.implementation != FROZEN}


def _put(
    plain: dict[str, dict[str, float]], group: str, implementation: str, rate: float | None
) -> None:
    if rate:
        plain.setdefault(group, {})[implementation] = rate


def _rate(cell: Measured) -> float | None:
    time = cell.value("time_ns")
    return 1.0 / time if time else None


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
