"""Bytes of input a second, and requests a second."""

from __future__ import annotations

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


def _plots(material: Material) -> list[Plot | None]:
    drawn: list[Plot | None] = []
    for setting in material.catalogue.settings:
        own: list[Bar] = []
        roofs: list[Bar] = []
        input_bytes: float | None = None
        for name, benchmark in material.cells(setting):
            implementation = material.catalogue[name]
            value = benchmark.value("bytes_per_second")
            input_bytes = input_bytes or benchmark.value("input_bytes")
            if value is None:
                reason = f"no figure: {benchmark.reason('bytes_per_second')}"
                bar = Bar(implementation, None, reason, failed=benchmark.error is not None)
            else:
                bar = Bar(implementation, value, f"{units.gigabytes_per_second(value)} GB/s")
            if implementation.role is Role.ROOF:
                if value is not None:
                    roofs.append(bar)
            else:
                own.append(bar)
        size = f", {units.size(input_bytes)} of input" if input_bytes else ""
        drawn.append(
            bars.draw(
                slug=material.slugs.unique("throughput", *_parts(setting)),
                view=setting.view,
                title=setting.workload,
                subtitle=f"{setting.layout}, {setting.scenario}{size}",
                bars=own,
                roofs=roofs,
                best=material.winner(setting),
            )
        )
    return drawn


def _parts(setting: object) -> list[str]:
    return str(setting).split("/")


def plots(material: Material) -> PlotGroup:
    return group(
        "Throughput by workload",
        _plots(material),
        "There are no throughput bars: this run has no pipeline cell with a throughput.",
        "Bars start at zero and are scaled within each panel. Peers, for comparison only, are pale.",
    )


_COLUMNS = (
    (
        "bytes_per_second",
        units.gigabytes_per_second,
        Column("Throughput", "GB/s", help="10⁹ bytes of input a second"),
    ),
    (
        "instructions_per_byte",
        units.rare,
        Column(
            "Instructions",
            "per byte",
            help="of input, in one request; by the hardware's counters, or by the source named",
        ),
    ),
    ("requests_per_second", units.per_second, Column("Requests", "1/s")),
    ("input_bytes", units.size, Column("Input", "bytes")),
    ("output_bytes", units.size, Column("Output", "bytes")),
    ("rows", units.count, Column("Rows")),
)


def table(material: Material) -> Table:
    # The section of counters says why there are none.
    hidden = unavailable_everywhere(material.all_cells(), ["instructions_per_byte"])
    shown = [column for column in _COLUMNS if column[0] not in hidden]
    notes = Footnotes()
    rows: list[Row] = []
    for setting in material.catalogue.settings:
        for name, benchmark in material.cells(setting):
            figures: list[Cell] = []
            for counter, write, _ in shown:
                value = benchmark.value(counter)
                if benchmark.error is not None:
                    figures.append(notes.missing(failed(benchmark)))
                elif value is None:
                    figures.append(notes.missing(benchmark.reason(counter)))
                else:
                    source = benchmark.sources.get(counter, "")
                    figures.append(Cell(write(value), value, detail=source))
            rows.append(
                Row(
                    (text(setting.workload), text(setting.view), material.name_cell(name), *figures),
                    setting.view,
                )
            )
    return Table(
        id="throughput",
        caption="Throughput of every pipeline cell",
        columns=(
            Column("Workload", numeric=False),
            Column("Layout / scenario", numeric=False),
            Column("Implementation", numeric=False),
            *(column for _, _, column in shown),
        ),
        rows=tuple(rows),
        footnotes=notes.listed(),
    )
