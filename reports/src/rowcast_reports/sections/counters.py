"""Events per byte of input, and the operating system's own events per request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rowcast_reports import units
from rowcast_reports.catalogue import Role
from rowcast_reports.plots import bars
from rowcast_reports.plots.bars import Bar
from rowcast_reports.plots.plot import Plot
from rowcast_reports.sections.model import Material, PlotGroup, group
from rowcast_reports.tables import (
    Cell,
    Column,
    Footnotes,
    Row,
    Table,
    failed,
    text,
    unavailable_everywhere,
)


@dataclass(frozen=True)
class _Event:
    counter: str
    title: str
    unit: str
    write: Callable[[float], str]


def _plain(value: float) -> str:
    return units.rare(value)


_EVENTS = (
    _Event("cycles_per_byte", "Cycles", "per byte", _plain),
    _Event("instructions_per_byte", "Instructions", "per byte", _plain),
    _Event("ipc", "Instructions", "per cycle", _plain),
    _Event("branch_misses_per_byte", "Branch misses", "per byte", _plain),
    _Event("l1d_misses_per_byte", "L1d misses", "per byte", _plain),
    _Event("llc_misses_per_byte", "LLC misses", "per byte", _plain),
    _Event("PAPI_TOT_CYC", "Cycles", "per request", units.count),
    _Event("PAPI_TOT_INS", "Instructions", "per request", units.count),
    _Event("perf::TASK-CLOCK", "Task clock", "per request", units.duration),
    _Event("perf::PAGE-FAULTS", "Page faults", "per request", _plain),
    _Event("perf::CONTEXT-SWITCHES", "Context switches", "per request", _plain),
    _Event("perf::CPU-MIGRATIONS", "CPU migrations", "per request", _plain),
)


@dataclass(frozen=True)
class Counters:
    table: Table | None
    plots: PlotGroup
    absent: tuple[tuple[str, str], ...]  # what is unavailable everywhere, and why
    source: str


def _absent(material: Material) -> list[tuple[str, list[_Event]]]:
    """Each reason once, with the events that it explains."""
    measured = [benchmark for benchmark in material.all_cells() if benchmark.error is None]
    by_reason: dict[str, list[_Event]] = {}
    for counter in unavailable_everywhere(measured, [event.counter for event in _EVENTS]):
        event = next(event for event in _EVENTS if event.counter == counter)
        said = [
            benchmark.unavailable[counter]
            for benchmark in measured
            if counter in benchmark.unavailable
        ]
        reason = said[0] if said else material.results.context.text("counters_unavailable")
        by_reason.setdefault(reason or "not in the result file", []).append(event)
    return list(by_reason.items())


def _plots(material: Material, counter: str, unit: str) -> list[Plot | None]:
    drawn: list[Plot | None] = []
    for setting in material.catalogue.settings:
        own: list[Bar] = []
        for name, benchmark in material.cells(setting):
            implementation = material.catalogue[name]
            if implementation.role is Role.ROOF:
                continue
            value = benchmark.value(counter)
            if value is None:
                reason = f"no figure: {benchmark.reason(counter)}"
                own.append(Bar(implementation, None, reason, failed=benchmark.error is not None))
            else:
                own.append(Bar(implementation, value, f"{units.significant(value)} {unit}"))
        drawn.append(
            bars.draw(
                slug=material.slugs.unique("counters", *str(setting).split("/")),
                view=setting.view,
                title=setting.workload,
                subtitle=f"{setting.layout}, {setting.scenario}",
                bars=own,
            )
        )
    return drawn


def build(material: Material) -> Counters:
    absent = _absent(material)
    hidden = {event.counter for _, events in absent for event in events}
    shown = [event for event in _EVENTS if event.counter not in hidden]
    notes = Footnotes()
    rows: list[Row] = []
    for setting in material.catalogue.settings:
        for name, benchmark in material.cells(setting):
            figures: list[Cell] = []
            for event in shown:
                value = benchmark.value(event.counter)
                if benchmark.error is not None:
                    figures.append(notes.missing(failed(benchmark)))
                elif value is None:
                    figures.append(notes.missing(benchmark.reason(event.counter)))
                else:
                    source = benchmark.sources.get(event.counter, "")
                    figures.append(Cell(event.write(value), value, detail=source))
            rows.append(
                Row(
                    (text(setting.workload), text(setting.view), material.name_cell(name), *figures),
                    setting.view,
                )
            )
    table = None
    if shown and rows:
        table = Table(
            id="counters",
            caption="Counters of every pipeline cell",
            columns=(
                Column("Workload", numeric=False),
                Column("Layout / scenario", numeric=False),
                Column("Implementation", numeric=False),
                *(Column(event.title, event.unit) for event in shown),
            ),
            rows=tuple(rows),
            footnotes=notes.listed(),
        )
    drawn: PlotGroup = group("", [], "There are no plots: no event was counted per byte of input.")
    for counter, title, unit in (
        ("instructions_per_byte", "Instructions per byte of input", "instr./B"),
        ("cycles_per_byte", "Cycles per byte of input", "cycles/B"),
    ):
        if counter not in hidden and rows:
            drawn = group(title, _plots(material, counter, unit), drawn.absent, "Shorter is better.")
            break
    return Counters(
        table,
        drawn,
        tuple(
            (", ".join(dict.fromkeys(f"{event.title} {event.unit}" for event in events)), reason)
            for reason, events in absent
        ),
        material.results.context.text("counter_source"),
    )
