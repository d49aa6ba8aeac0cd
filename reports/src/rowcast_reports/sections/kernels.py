"""The small kernels: time of one call by size and instruction set."""

from __future__ import annotations

from rowcast_reports import units
from rowcast_reports.cautions import empty_call_matters
from rowcast_reports.names import KernelName
from rowcast_reports.plots import lines
from rowcast_reports.plots.lines import Axis, Line
from rowcast_reports.plots.plot import Plot
from rowcast_reports.sections.model import Material, PlotGroup, group
from rowcast_reports.tables import Cell, Column, Footnotes, Row, Table, failed, text


def bytes_short(value: float) -> str:
    """A round size on an axis."""
    return f"{value:g}" if value < 1e3 else f"{value / 1e3:g}k"


def _plot(material: Material, kernel: str) -> Plot | None:
    cells = material.results.kernels[kernel]
    series: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for name, benchmark in cells.items():
        if name.size and benchmark.time_ns:
            series.setdefault((name.isa, name.variant), []).append(
                (float(name.size), benchmark.time_ns)
            )
    variants = list(dict.fromkeys(variant for _, variant in series))
    drawn: list[Line] = []
    for isa in material.catalogue.sort({isa for isa, _ in series}):
        for variant in variants:
            points = sorted(series.get((isa, variant), []))
            if len(points) < 2:
                continue  # one size is no line; the table has it
            named = f"{isa}-{variant}" if variant else isa
            drawn.append(
                Line(
                    material.catalogue[isa],
                    tuple(points),
                    named,
                    dashed=variants.index(variant) > 0,
                )
            )
    return lines.draw(
        slug=material.slugs.unique("kernel", kernel),
        view="",
        title=kernel,
        subtitle="one call",
        lines=drawn,
        x=Axis("size (bytes; of a look-up, fields), log scale", bytes_short),
        y=Axis("time, log scale", units.tick_duration),
        markers=True,
        alt=f"Time of one call of {kernel} by size. The figures are in the table below.",
    )


def plots(material: Material) -> PlotGroup:
    return group(
        "",
        [_plot(material, kernel) for kernel in material.results.kernels],
        "There is no kernel plot: no kernel of this run was measured at two sizes or more."
        if material.results.kernels
        else "There is no kernel plot: this run has no kernel cells.",
    )


def table(material: Material) -> Table | None:
    if not material.results.kernels:
        return None
    notes = Footnotes()
    isas = material.catalogue.sort(
        {name.isa for cells in material.results.kernels.values() for name in cells}
    )
    rows: list[Row] = []
    for kernel, cells in material.results.kernels.items():
        sizes: dict[str, KernelName] = {name.size_text: name for name in cells}
        ordered = sorted(sizes.values(), key=lambda name: (name.variant, name.size or 0))
        by_place = {(name.isa, name.size_text): benchmark for name, benchmark in cells.items()}
        for place, size in enumerate(ordered):
            figures: list[Cell] = []
            for isa in isas:
                benchmark = by_place.get((isa, size.size_text))
                if benchmark is None:
                    figures.append(Cell("–", tooltip="not in this run"))
                elif benchmark.error is not None:
                    figures.append(notes.missing(failed(benchmark)))
                elif benchmark.time_ns is None:
                    figures.append(notes.missing(benchmark.reason("real_time")))
                else:
                    flagged = empty_call_matters(material.results, benchmark.time_ns)
                    figures.append(
                        Cell(
                            units.significant(benchmark.time_ns) + ("†" if flagged else ""),
                            benchmark.time_ns,
                            tooltip="the empty call is more than 2 % of this" if flagged else "",
                        )
                    )
            sortable = float(size.size) if size.size is not None else float(place)
            rows.append(Row((text(kernel), Cell(size.size_text, sortable), *figures)))
    return Table(
        id="kernels",
        caption="Time of one kernel call",
        columns=(
            Column("Kernel", numeric=False),
            Column("Size", help="bytes; of a look-up, fields"),
            *(Column(isa, "ns") for isa in isas),
        ),
        rows=tuple(rows),
        footnotes=notes.listed(),
    )
