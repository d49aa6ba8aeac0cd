"""How the cost of a request grows with its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rowcast_reports import units
from rowcast_reports.catalogue import Role
from rowcast_reports.names import Setting
from rowcast_reports.plots import lines
from rowcast_reports.plots.lines import Axis, Line
from rowcast_reports.plots.plot import Plot
from rowcast_reports.results import Benchmark
from rowcast_reports.sections.model import Material, PlotGroup, group
from rowcast_reports.tables import Cell, Column, Footnotes, Row, Table, failed, text


def rows_short(value: float) -> str:
    if value >= 1e6:
        return f"{units.significant(value / 1e6)}M".replace(".00M", "M")
    if value >= 1e3:
        return f"{value / 1e3:g}k"
    return f"{value:g}"


def _lines(
    material: Material,
    cells: Mapping[str, Mapping[int, Benchmark]],
    read: Callable[[Benchmark], float | None],
) -> list[Line]:
    drawn: list[Line] = []
    for name in material.catalogue.sort(cells):
        points = tuple(
            (float(rows), value)
            for rows, benchmark in sorted(cells[name].items())
            if (value := read(benchmark)) is not None and value > 0
        )
        implementation = material.catalogue[name]
        roof = f"{name} (roof)" if implementation.role is Role.ROOF else ""
        drawn.append(Line(implementation, points, roof))
    return drawn


def _plots(material: Material, setting: Setting) -> list[Plot | None]:
    cells = material.results.sweeps[setting]
    parts = str(setting).split("/")
    rows = Axis("rows in the request, log scale", rows_short)
    return [
        lines.draw(
            slug=material.slugs.unique("growth-time", *parts),
            view="",
            title="Time of one request",
            subtitle=f"{setting.workload} rows, {setting.layout}, {setting.scenario}",
            lines=_lines(material, cells, lambda benchmark: benchmark.time_ns),
            x=rows,
            y=Axis("time, log scale", units.tick_duration),
            markers=True,
            alt=f"Time of one request by number of rows, {setting}; memcpy is the roof. "
            "The figures are in the table below.",
            scale=1.15,
        ),
        lines.draw(
            slug=material.slugs.unique("growth-throughput", *parts),
            view="",
            title="Throughput",
            subtitle=f"{setting.workload} rows, {setting.layout}, {setting.scenario}",
            lines=_lines(material, cells, lambda benchmark: benchmark.value("bytes_per_second")),
            x=rows,
            y=Axis(
                "GB/s of input, log scale",
                lambda value: units.significant(value / 1e9, 1 if value < 1e9 else 2).removesuffix(".0"),
            ),
            markers=True,
            alt=f"Throughput by number of rows, {setting}; memcpy is the roof. "
            "The figures are in the table below.",
            scale=1.15,
        ),
    ]


def plots(material: Material) -> PlotGroup:
    drawn: list[Plot | None] = []
    for setting in material.results.sweeps:
        drawn += _plots(material, setting)
    return group(
        "",
        drawn,
        "There is no plot of cost against size: this run has no sweep over row counts.",
        "Copying the input by memcpy is the roof: nothing that reads every byte can cost less. "
        "A straight line of slope 1 in the left plot is a cost that grows as the rows do.",
        wide=True,
    )


def table(material: Material) -> Table | None:
    if not material.results.sweeps:
        return None
    notes = Footnotes()
    names = material.catalogue.sort(
        {name for cells in material.results.sweeps.values() for name in cells}
    )
    rows: list[Row] = []
    for setting, cells in material.results.sweeps.items():
        for count in sorted({rows for by_rows in cells.values() for rows in by_rows}):
            figures: list[Cell] = []
            for name in names:
                benchmark = cells.get(name, {}).get(count)
                if benchmark is None:
                    figures.append(Cell("–", tooltip="not in this run"))
                elif benchmark.error is not None:
                    figures.append(notes.missing(failed(benchmark)))
                elif benchmark.time_ns is None:
                    figures.append(notes.missing(benchmark.reason("real_time")))
                else:
                    figures.append(Cell(units.duration(benchmark.time_ns), benchmark.time_ns))
            rows.append(Row((text(str(setting)), Cell(units.count(count), count), *figures)))
    return Table(
        id="growth",
        caption="Time of one request by number of rows",
        columns=(
            Column("Sweep", numeric=False),
            Column("Rows"),
            *(Column(name) for name in names),
        ),
        rows=tuple(rows),
        footnotes=notes.listed(),
    )
