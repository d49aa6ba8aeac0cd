"""What several threads are worth: from which size on, and of what the machine can give."""

from __future__ import annotations

from collections.abc import Iterator

from rowcast_reports import units
from rowcast_reports.plots import intervals, lines
from rowcast_reports.plots.lines import Axis, Bound, Line
from rowcast_reports.plots.plot import Plot
from rowcast_reports.sections.model import Material, PlotGroup, group
from rowcast_reports.several_threads import (
    PROMISED_SHARE,
    Figure,
    Group,
    ScalingCell,
    Side,
    ThreadsCell,
    pays_from,
)
from rowcast_reports.tables import Cell, Column, Footnotes, Row, Table, text

PAYS = {Side.BELOW: "pay", Side.ABOVE: "cost", Side.UNCLEAR: "not clear"}
KEPT = {Side.ABOVE: "met", Side.BELOW: "missed", Side.UNCLEAR: "not clear"}


def size_short(value: float) -> str:
    """A round size in bytes, on an axis."""
    return units.without_zeros(units.size(value))


def _ratio_tick(value: float) -> str:
    return units.without_zeros(units.significant(value))


def figure_text(figure: Figure) -> str:
    """`0.912 [0.870, 0.941]`."""
    if figure.interval is None:
        return "n/a"
    return f"{units.factor(figure.interval.value)} {units.interval(figure.interval)}".strip()


def threads_cells(material: Material) -> Iterator[tuple[Group, str, ThreadsCell]]:
    """In the order of showing."""
    for compared, by_name in material.results.threads.items():
        for name in material.catalogue.sort(by_name):
            for cell in by_name[name]:
                yield compared, name, cell


def scaling_cells(material: Material) -> Iterator[tuple[Group, str, ScalingCell]]:
    for compared, by_name in material.results.scaling.items():
        for name in material.catalogue.sort(by_name):
            yield compared, name, by_name[name]


def sentences(material: Material) -> list[str]:
    """From which size on several threads pay, for each setting."""
    told: list[str] = []
    for compared, by_name in material.results.threads.items():
        paying: list[str] = []
        never: list[str] = []
        for name in material.catalogue.sort(by_name):
            measured = tuple(cell for cell in by_name[name] if cell.ratio.interval is not None)
            if not measured:
                continue
            least = pays_from(measured)
            if least is None or least.input_bytes is None:
                never.append(name)
            else:
                paying.append(f"{units.size(least.input_bytes)} for {name}")
        if not paying and not never:
            continue
        sentence = f"{compared.setting}: {compared.threads} threads pay "
        if paying:
            sentence += f"at every size measured from {', '.join(paying)}"
            sentence += f"; not up to the largest for {', '.join(never)}." if never else "."
        else:
            sentence += f"not up to the largest size measured, for {', '.join(never)}."
        told.append(sentence)
    return told


def _ratio_plot(material: Material, compared: Group) -> Plot | None:
    by_name = material.results.threads[compared]
    drawn: list[Line] = []
    for name in material.catalogue.sort(by_name):
        points: list[tuple[float, float]] = []
        bounds: list[Bound] = []
        for cell in by_name[name]:
            figure = cell.ratio.interval
            if figure is None or not cell.input_bytes or figure.low is None or figure.high is None:
                continue
            points.append((cell.input_bytes, figure.value))
            bounds.append(Bound(figure.low, figure.high, cell.pays))
        drawn.append(Line(material.catalogue[name], tuple(points), bounds=tuple(bounds)))
    setting = compared.setting
    return lines.draw(
        slug=material.slugs.unique("threads", *str(setting).split("/"), str(compared.threads)),
        view="",
        title=f"{compared.threads} threads over one",
        subtitle=f"{setting.workload} rows, {setting.layout}, {setting.scenario}",
        lines=drawn,
        x=Axis("bytes of input in the request, log scale", size_short),
        y=Axis("time over one thread's, log scale; below 1 they pay", _ratio_tick),
        markers=True,
        alt=f"Time of a request on {compared.threads} threads over its time on one, by bytes of input, "
        f"{setting}, with intervals. The figures are in the table below.",
        scale=1.15,
        level=1.0,
    )


def ratio_plots(material: Material) -> PlotGroup:
    return group(
        "From which size on",
        [_ratio_plot(material, compared) for compared in material.results.threads],
        "There is no plot of several threads against one: this run has no threads cells with figures "
        "(they need two processors and a build with threads; scripts/bench --quick leaves them out).",
        "Time of a request on several threads, in turns with the same on one. Bars are the intervals; "
        "a mark is filled where all of its interval lies below 1, which is where several threads pay.",
        wide=True,
    )


def _share_plot(material: Material, compared: Group) -> Plot | None:
    by_name = material.results.scaling[compared]
    rows = [
        intervals.Row(
            material.catalogue[name],
            (intervals.Figure(figure.interval, figure_text(figure)),)
            if (figure := by_name[name].share).interval is not None
            else (),
        )
        for name in material.catalogue.sort(by_name)
    ]
    setting = compared.setting
    return intervals.draw(
        slug=material.slugs.unique("scaling", *str(setting).split("/"), str(compared.threads)),
        view="",
        title=setting.workload,
        subtitle=f"{setting.layout}, {setting.scenario}, {compared.threads} threads",
        rows=rows,
        what="Speed-up of one request on several threads over that of independent threads",
        limit=(PROMISED_SHARE, f"{PROMISED_SHARE:g} promised"),
    )


def share_plots(material: Material) -> PlotGroup:
    return group(
        "Of what the machine can give",
        [_share_plot(material, compared) for compared in material.results.scaling],
        "There is no plot of scaling: this run has no scaling cells with figures.",
        "Speed-up of a request on several threads, divided by that of as many threads which have nothing "
        "to do with each other; a round takes both in turns with one thread alone.",
    )


def _cells(figure: Figure, notes: Footnotes) -> tuple[Cell, Cell, Cell]:
    found = figure.interval
    if found is None:
        return notes.missing(figure.reason), Cell("–"), Cell("–")
    return (
        Cell(units.factor(found.value), found.value),
        Cell("–") if found.low is None else Cell(units.significant(found.low, 4), found.low),
        Cell("–") if found.high is None else Cell(units.significant(found.high, 4), found.high),
    )


def ratio_table(material: Material) -> Table | None:
    if not material.results.threads:
        return None
    notes = Footnotes()
    rows = [
        Row(
            (
                text(str(compared.setting)),
                material.name_cell(name),
                Cell(str(compared.threads), float(compared.threads)),
                Cell(units.count(cell.rows), float(cell.rows)),
                Cell("–") if not cell.input_bytes else Cell(units.size(cell.input_bytes), cell.input_bytes),
                *_cells(cell.ratio, notes),
                text("–" if cell.ratio.interval is None else PAYS[cell.ratio.side(1.0)]),
                Cell("–") if cell.pairs is None else Cell(units.count(cell.pairs), float(cell.pairs)),
            )
        )
        for compared, name, cell in threads_cells(material)
    ]
    return Table(
        id="threads",
        caption="Time of a request on several threads divided by its time on one",
        columns=(
            Column("Setting", numeric=False),
            Column("Implementation", numeric=False),
            Column("Threads"),
            Column("Rows"),
            Column("Input", "bytes"),
            Column("Ratio", "of times"),
            Column("Low", "of interval"),
            Column("High", "of interval"),
            Column("Verdict", numeric=False, help="they pay: the interval lies below 1; cost: above"),
            Column("Pairs"),
        ),
        rows=tuple(rows),
        footnotes=notes.listed(),
    )


def scaling_table(material: Material) -> Table | None:
    if not material.results.scaling:
        return None
    notes = Footnotes()
    rows: list[Row] = []
    for compared, name, cell in scaling_cells(material):
        figures: list[Cell] = []
        for figure in (cell.independent, cell.parallel, cell.share):
            figures += _cells(figure, notes)
        rows.append(
            Row(
                (
                    text(str(compared.setting)),
                    material.name_cell(name),
                    Cell(str(compared.threads), float(compared.threads)),
                    *figures,
                    text("–" if cell.share.interval is None else KEPT[cell.share.side(PROMISED_SHARE)]),
                    Cell("–") if cell.rounds is None else Cell(units.count(cell.rounds), float(cell.rounds)),
                    text(cell.chunk_bytes or "–"),
                )
            )
        )
    bounds = (Column("Low", "of interval"), Column("High", "of interval"))
    return Table(
        id="scaling",
        caption="Throughput of several threads over that of one alone",
        columns=(
            Column("Setting", numeric=False),
            Column("Implementation", numeric=False),
            Column("Threads"),
            Column("Independent", "times", help="threads that have nothing to do with each other"),
            *bounds,
            Column("One request", "times", help="on as many threads"),
            *bounds,
            Column("Share", "of independent"),
            *bounds,
            Column(
                f"At least {PROMISED_SHARE:g}",
                numeric=False,
                help="met or missed where all of the share's interval lies on one side",
            ),
            Column("Rounds"),
            Column("Chunk", "bytes", numeric=False, help="what a thread takes at a time, where it was chosen"),
        ),
        rows=tuple(rows),
        footnotes=notes.listed(),
    )
