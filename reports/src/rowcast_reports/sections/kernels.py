"""The small kernels: time of one call by size and instruction set."""

from __future__ import annotations

from dataclasses import replace

from rowcast_reports import units
from rowcast_reports.cautions import empty_call_matters
from rowcast_reports.names import KernelName
from rowcast_reports.plots import lines
from rowcast_reports.plots.lines import Axis, Line
from rowcast_reports.plots.plot import Plot
from rowcast_reports.results import Benchmark
from rowcast_reports.sections.model import Material, PlotGroup, group
from rowcast_reports.tables import Cell, Column, Footnotes, Row, Table, failed, text

OWN_LOOKUP = "lookup"


def is_lookup(kernel: str) -> bool:
    return kernel.startswith(OWN_LOOKUP)


def bytes_short(value: float) -> str:
    """A round size on an axis."""
    return f"{value:g}" if value < 1e3 else f"{value / 1e3:g}k"


def median(benchmark: Benchmark) -> float | None:
    """Of one call. A mean, where there are too few samples for one."""
    return benchmark.value("p50_ns") or benchmark.time_ns


def _line(material: Material, kernel: str, isa: str, variant: str, per_byte: bool) -> Line:
    points = [
        (float(name.size), time / name.size if per_byte else time)
        for name, benchmark in material.results.kernels[kernel].items()
        if (name.isa, name.variant) == (isa, variant)
        and name.size
        and (time := median(benchmark)) is not None
    ]
    # One size is no line; the table has it.
    return Line(material.catalogue[isa], tuple(sorted(points)) if len(points) > 1 else ())


def _plot(material: Material, kernel: str, variant: str) -> Plot | None:
    """One line an instruction set: time by size; a byte's, where the kernel goes through bytes."""
    cells = {
        name: benchmark
        for name, benchmark in material.results.kernels[kernel].items()
        if name.variant == variant
    }
    per_byte = any(benchmark.value("bytes_per_second") for benchmark in cells.values())
    named = f"{kernel}, {variant}" if variant else kernel
    return lines.draw(
        slug=material.slugs.unique("kernel", kernel, *([variant] if variant else [])),
        view="",
        title=named,
        subtitle="median of one call" + (", by its bytes" if per_byte else ""),
        lines=[
            _line(material, kernel, isa, variant, per_byte)
            for isa in material.catalogue.sort({name.isa for name in cells})
        ],
        x=Axis("size (bytes), log scale", bytes_short),
        y=Axis("time per byte, log scale" if per_byte else "time, log scale", units.tick_duration),
        markers=True,
        alt=f"Time of one call of {named}{' per byte' if per_byte else ''} by size. "
        "The figures are in the table below.",
    )


def _lookup_plot(material: Material, variant: str) -> Plot | None:
    """One line a way to look up. The plan's own is the same code in every instruction set: one stands."""
    drawn: list[Line] = []
    for kernel in filter(is_lookup, material.results.kernels):
        isas = material.catalogue.sort({name.isa for name in material.results.kernels[kernel]})
        line = _line(material, kernel, isas[0], variant, per_byte=False)
        drawn.append(replace(line, name=kernel, dashed=kernel != OWN_LOOKUP))
    return lines.draw(
        slug=material.slugs.unique("lookup", variant),
        view="",
        title=f"look-up, {variant}",
        subtitle="median of one call",
        lines=drawn,
        x=Axis("fields, log scale", bytes_short),
        y=Axis("time, log scale", units.tick_duration),
        markers=True,
        alt=f"Time of one look-up that is a {variant}, by the number of fields. "
        "The figures are in the table below.",
    )


def plots(material: Material) -> PlotGroup:
    made: list[Plot | None] = []
    for kernel, cells in material.results.kernels.items():
        if not is_lookup(kernel):
            variants = dict.fromkeys(name.variant for name in cells)
            made += [_plot(material, kernel, variant) for variant in variants]
    made += [_lookup_plot(material, variant) for variant in ("hit", "miss")]
    return group(
        "",
        made,
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
