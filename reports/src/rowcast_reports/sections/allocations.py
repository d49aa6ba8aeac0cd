"""Allocations and peak memory: of one cold request, and in the steady state."""

from __future__ import annotations

from rowcast_reports import units
from rowcast_reports.catalogue import Role
from rowcast_reports.plots import bars
from rowcast_reports.plots.bars import Bar
from rowcast_reports.plots.plot import Plot
from rowcast_reports.sections.model import Material, PlotGroup, group
from rowcast_reports.tables import Cell, Column, Footnotes, Row, Table, failed, text

_COLUMNS = (
    ("allocs", "Steady: allocations", units.count),
    ("alloc_bytes", "Steady: bytes", units.size),
    ("alloc_peak_bytes", "Steady: peak", units.size),
    ("allocs_cold", "Cold: allocations", units.count),
    ("alloc_bytes_cold", "Cold: bytes", units.size),
    ("alloc_peak_bytes_cold", "Cold: peak", units.size),
    ("plan_allocs", "Plan: allocations", units.count),
)


def _plots(material: Material) -> list[Plot | None]:
    drawn: list[Plot | None] = []
    for setting in material.catalogue.settings:
        own: list[Bar] = []
        for name, benchmark in material.cells(setting):
            implementation = material.catalogue[name]
            if implementation.role is Role.ROOF:
                continue
            value = benchmark.value("alloc_peak_bytes_cold")
            allocations = benchmark.value("allocs_cold")
            if value is None:
                reason = f"no figure: {benchmark.reason('alloc_peak_bytes_cold')}"
                own.append(Bar(implementation, None, reason, failed=benchmark.error is not None))
                continue
            shown = units.size(value)
            if allocations is not None:
                shown += f" in {units.count(allocations)}"
            own.append(Bar(implementation, value, shown))
        drawn.append(
            bars.draw(
                slug=material.slugs.unique("peak", *str(setting).split("/")),
                view=setting.view,
                title=setting.workload,
                subtitle=f"{setting.layout}, {setting.scenario}: peak, and in how many allocations",
                bars=own,
            )
        )
    return drawn


def plots(material: Material) -> PlotGroup:
    return group(
        "Peak memory of one cold request",
        _plots(material),
        "There are no bars of peak memory: this run did not count the allocations of a cold request.",
        "Shorter is better.",
    )


def table(material: Material) -> Table:
    notes = Footnotes()
    rows: list[Row] = []
    for setting in material.catalogue.settings:
        for name, benchmark in material.cells(setting):
            figures: list[Cell] = []
            for counter, _, write in _COLUMNS:
                value = benchmark.value(counter)
                if benchmark.error is not None:
                    figures.append(notes.missing(failed(benchmark)))
                elif value is None:
                    figures.append(notes.missing(benchmark.reason(counter)))
                else:
                    figures.append(Cell(write(value), value))
            rows.append(
                Row(
                    (text(setting.workload), text(setting.view), material.name_cell(name), *figures),
                    setting.view,
                )
            )
    return Table(
        id="allocations",
        caption="Allocations of every pipeline cell, per request",
        columns=(
            Column("Workload", numeric=False),
            Column("Layout / scenario", numeric=False),
            Column("Implementation", numeric=False),
            *(Column(title) for _, title, _ in _COLUMNS),
        ),
        rows=tuple(rows),
        footnotes=notes.listed(),
    )
