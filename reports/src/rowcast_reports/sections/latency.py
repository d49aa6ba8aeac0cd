"""Percentiles and distributions of the time that one request takes."""

from __future__ import annotations

import math

from rowcast_reports import units
from rowcast_reports.catalogue import Role
from rowcast_reports.names import Setting
from rowcast_reports.plots import lines
from rowcast_reports.plots.lines import Axis, Line
from rowcast_reports.plots.plot import Plot
from rowcast_reports.results import Benchmark
from rowcast_reports.sections.model import Material, PlotGroup, group
from rowcast_reports.tables import Cell, Column, Footnotes, Row, Table, failed, text

_PERCENTILES = ("p50_ns", "p95_ns", "p99_ns", "max_ns")
_TAIL_TICKS = tuple(
    (-math.log10(1 - quantile), label)
    for quantile, label in (
        (0.5, "p50"),
        (0.9, "p90"),
        (0.99, "p99"),
        (0.999, "p99.9"),
        (0.9999, "p99.99"),
        (0.99999, "p99.999"),
    )
)


def tail_points(benchmark: Benchmark) -> tuple[tuple[float, float], ...]:
    """Quantiles on an axis on which each further nine takes as much room as the last.

    A quantile beyond what the sample count resolves is the maximum, and is drawn
    once, at the count's own place.
    """
    samples = benchmark.value("samples")
    finest = 1 / samples if samples and samples >= 1 else 0.0
    points = [
        (-math.log10(1 - quantile), ns)
        for quantile, ns in benchmark.distribution_ns
        if ns > 0 and 1 - quantile > finest
    ]
    if benchmark.distribution_ns and finest and benchmark.distribution_ns[-1][1] > 0:
        quantile, greatest = benchmark.distribution_ns[-1]
        if quantile == 1.0:
            points.append((-math.log10(finest), greatest))
    return tuple(points)


def _plot(material: Material, setting: Setting) -> Plot | None:
    drawn: list[Line] = []
    told: list[str] = []
    for name, benchmark in material.cells(setting):
        implementation = material.catalogue[name]
        if implementation.role is Role.ROOF:
            continue
        points = tail_points(benchmark)
        if len(points) > 1:
            drawn.append(Line(implementation, points))
            median = benchmark.value("p50_ns")
            if median is not None:
                told.append(f"{name} p50 {units.duration(median)}")
    return lines.draw(
        slug=material.slugs.unique("latency", *str(setting).split("/")),
        view=setting.view,
        title=setting.workload,
        subtitle=f"{setting.layout}, {setting.scenario}",
        lines=drawn,
        x=Axis("percentile (each nine is equally wide)", str, _TAIL_TICKS),
        y=Axis("latency, log scale", units.tick_duration),
        markers=False,
        alt=f"Latency by percentile, {setting}: {'; '.join(told)}",
    )


def plots(material: Material) -> PlotGroup:
    return group(
        "Distribution by workload",
        [_plot(material, setting) for setting in material.catalogue.settings],
        "There are no distribution curves: no pipeline cell of this run carries a distribution.",
        "Each curve ends at the slowest sample. A flat curve is a steady implementation; "
        "a tail shared by all of them is the machine.",
    )


def batched(material: Material) -> list[tuple[str, int]]:
    """Cells in which a sample is the mean of several requests."""
    found = []
    for benchmark in material.all_cells():
        calls = benchmark.value("calls_per_sample")
        if calls is not None and calls > 1:
            found.append((benchmark.name.removeprefix("pipeline/"), round(calls)))
    return found


def table(material: Material) -> Table:
    notes = Footnotes()
    rows: list[Row] = []
    for setting in material.catalogue.settings:
        for name, benchmark in material.cells(setting):
            figures: list[Cell] = []
            for counter in _PERCENTILES:
                value = benchmark.value(counter)
                if benchmark.error is not None:
                    figures.append(notes.missing(failed(benchmark)))
                elif value is None:
                    figures.append(notes.missing(benchmark.reason(counter)))
                else:
                    figures.append(Cell(units.duration(value), value))
            for counter in ("samples", "calls_per_sample"):
                value = benchmark.value(counter)
                tone = "flagged" if counter == "calls_per_sample" and (value or 1) > 1 else ""
                figures.append(
                    Cell("–") if value is None else Cell(units.count(value), value, tone=tone)
                )
            rows.append(
                Row(
                    (text(setting.workload), text(setting.view), material.name_cell(name), *figures),
                    setting.view,
                )
            )
    return Table(
        id="latency",
        caption="Latency of every pipeline cell",
        columns=(
            Column("Workload", numeric=False),
            Column("Layout / scenario", numeric=False),
            Column("Implementation", numeric=False),
            Column("p50"),
            Column("p95"),
            Column("p99"),
            Column("max"),
            Column("Samples"),
            Column("Calls a sample", help="above 1, a sample is the mean of so many requests"),
        ),
        rows=tuple(rows),
        footnotes=notes.listed(),
    )
