"""What several threads are worth to a request: the cells `threads/` and `scaling/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from rowcast_reports import json_document, names
from rowcast_reports.errors import InputError
from rowcast_reports.names import ScalingName, Setting, ThreadsName
from rowcast_reports.statistics import LEAST_COVERAGE, Interval, range_coverage

if TYPE_CHECKING:
    from rowcast_reports.results import Benchmark

INDEPENDENT = "independent_speedup"
PARALLEL = "parallel_speedup"
SHARE = "parallel_over_independent"

# Of what independent threads reach together, a request on as many must reach so much.
PROMISED_SHARE = 0.85


class Side(Enum):
    """Where an interval lies, as seen from a limit."""

    BELOW = "below"
    ABOVE = "above"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Figure:
    """A counter with its interval, or the reason why there is none."""

    interval: Interval | None
    reason: str = ""
    unclear: bool = False  # the harness says so, whatever the interval

    def side(self, limit: float) -> Side:
        """Unclear unless the whole interval lies on one side, and covers enough to say so."""
        figure = self.interval
        if (
            self.unclear
            or figure is None
            or figure.low is None
            or figure.high is None
            or figure.coverage is None
            or figure.coverage < LEAST_COVERAGE
        ):
            return Side.UNCLEAR
        if figure.high < limit:
            return Side.BELOW
        return Side.ABOVE if figure.low > limit else Side.UNCLEAR


@dataclass(frozen=True)
class Group:
    """What is compared: one setting on so many threads."""

    setting: Setting
    threads: int

    def __str__(self) -> str:
        return f"{self.setting} on {self.threads} threads"


@dataclass(frozen=True)
class ThreadsCell:
    """A request on several threads: its time divided by its time on one."""

    rows: int
    input_bytes: float | None
    ratio: Figure
    pairs: int | None

    @property
    def pays(self) -> bool:
        return self.ratio.side(1.0) is Side.BELOW


@dataclass(frozen=True)
class ScalingCell:
    """Throughputs over one thread's alone: of independent threads, and of one request on as many."""

    independent: Figure
    parallel: Figure
    share: Figure  # of the independent speed-up that the request reaches
    rounds: int | None
    chunk_bytes: str  # as it was chosen; empty for the library's own


class _Fault(Exception):
    def __init__(self, member: str, message: str) -> None:
        super().__init__(message)
        self.member = member


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _figure(benchmark: Benchmark, counter: str) -> Figure:
    if benchmark.error is not None:
        return Figure(None, f"no figures: {benchmark.error}")
    if benchmark.value(counter) is None and counter in benchmark.unavailable:
        return Figure(None, benchmark.unavailable[counter])
    members = (f"{counter}_low", counter, f"{counter}_high")
    values: list[float] = []
    for index, member in enumerate(members):
        value = benchmark.value(member)
        if value is None:
            raise _Fault("", f"lacks {member}")
        if values and value < values[-1]:
            raise _Fault(member, f"is {value}, less than {members[index - 1]} ({values[-1]})")
        values.append(value)
    low, middle, high = values
    coverage = benchmark.value("ratio_coverage")
    if coverage is None:
        coverage = range_coverage(_whole(benchmark.value("launches")))
    unclear = names.label_members(benchmark.label).get("verdict") == "UNCLEAR"
    return Figure(Interval(middle, low, high, coverage), unclear=unclear)


def _threads_cell(name: ThreadsName, benchmark: Benchmark) -> ThreadsCell:
    ratio = _figure(benchmark, "ratio")
    rows = benchmark.value("rows")
    if rows is not None and rows != name.rows:
        raise _Fault("rows", f"is {rows:g}, and the cell's name says {name.rows}")
    input_bytes = benchmark.value("input_bytes")
    if ratio.interval is not None and not input_bytes:
        raise _Fault("", "lacks input_bytes")
    return ThreadsCell(name.rows, input_bytes, ratio, _whole(benchmark.value("pairs")))


def _scaling_cell(benchmark: Benchmark) -> ScalingCell:
    return ScalingCell(
        independent=_figure(benchmark, INDEPENDENT),
        parallel=_figure(benchmark, PARALLEL),
        share=_figure(benchmark, SHARE),
        rounds=_whole(benchmark.value("rounds")),
        chunk_bytes=names.label_members(benchmark.label).get("chunk_bytes", ""),
    )


def check(benchmark: Benchmark, path: Path, index: int) -> None:
    """Refuses a cell of these whose figures contradict each other or are not there."""
    if benchmark.run_type == "aggregate" and benchmark.aggregate_name != "median":
        return  # a deviation, for example, has no order
    try:
        match names.parse(benchmark.name):
            case ThreadsName() as name:
                _threads_cell(name, benchmark)
            case ScalingName():
                _scaling_cell(benchmark)
    except _Fault as fault:
        member = [fault.member] if fault.member else []
        place = json_document.pointer(["benchmarks", index, *member])
        raise InputError(path, place, str(fault)) from None


ThreadsCells = Mapping[Group, Mapping[str, tuple[ThreadsCell, ...]]]
ScalingCells = Mapping[Group, Mapping[str, ScalingCell]]


def threads_cells(benchmarks: tuple[Benchmark, ...]) -> ThreadsCells:
    """By group and implementation, the fewest rows first."""
    found: dict[Group, dict[str, list[ThreadsCell]]] = {}
    for benchmark in benchmarks:
        name = names.parse(benchmark.name)
        if isinstance(name, ThreadsName):
            by_name = found.setdefault(Group(name.setting, name.threads), {})
            by_name.setdefault(name.implementation, []).append(_threads_cell(name, benchmark))
    return {
        group: {
            name: tuple(sorted(cells, key=lambda cell: cell.rows)) for name, cells in by_name.items()
        }
        for group, by_name in found.items()
    }


def scaling_cells(benchmarks: tuple[Benchmark, ...]) -> ScalingCells:
    found: dict[Group, dict[str, ScalingCell]] = {}
    for benchmark in benchmarks:
        name = names.parse(benchmark.name)
        if isinstance(name, ScalingName):
            by_name = found.setdefault(Group(name.setting, name.threads), {})
            by_name[name.implementation] = _scaling_cell(benchmark)
    return found


def pays_from(cells: tuple[ThreadsCell, ...]) -> ThreadsCell | None:
    """The smallest request from which on, at every size measured, several threads pay."""
    least: ThreadsCell | None = None
    for cell in reversed(cells):
        if not cell.pays:
            break
        least = cell
    return least
