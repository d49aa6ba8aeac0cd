"""The page that sets two runs side by side."""

from __future__ import annotations

from collections.abc import Sequence

from rowcast_reports import catalogue, units
from rowcast_reports.catalogue import Implementation
from rowcast_reports.history.changes import SMALLEST_EFFECT
from rowcast_reports.history.comparison import Compared, Comparison, Finding
from rowcast_reports.history.speeds import FROZEN, Speed
from rowcast_reports.history.store import Run
from rowcast_reports.history.trends import setting_of
from rowcast_reports.names import Setting
from rowcast_reports.plots import intervals
from rowcast_reports.plots.intervals import Figure
from rowcast_reports.plots.plot import Plot, Slugs
from rowcast_reports.sections.model import group
from rowcast_reports.sheet import Link, Section, Sheet
from rowcast_reports.tables import Cell, Column, Row, Table, text

_TONES = {Finding.FASTER: "good", Finding.SLOWER: "bad", Finding.SAME: "", Finding.UNCLEAR: "unclear"}


def build(comparison: Comparison, links: Sequence[Link] = ()) -> Sheet:
    names = catalogue.implementations(cell.place.implementation for cell in comparison.cells)
    by_name = {implementation.name: implementation for implementation in names}
    settings = {s for cell in comparison.cells if (s := setting_of(cell.place.group)) is not None}
    return Sheet(
        name="compare",
        title="Two runs side by side",
        facts=(f"before: {told(comparison.before)}", f"after: {told(comparison.after)}"),
        implementations=names,
        views=tuple(dict.fromkeys(s.view for s in catalogue.order_settings(settings))),
        sections=(
            _cells(comparison, by_name),
            _counts(comparison),
            _environments(comparison),
        ),
        links=tuple(links),
    )


def nothing(run: Run, links: Sequence[Link]) -> Sheet:
    """Where there is no other run to set beside."""
    return Sheet(
        name="compare",
        title="Two runs side by side",
        facts=(told(run),),
        implementations=(),
        views=(),
        sections=(
            Section(
                id="cells",
                title="Cells",
                paragraphs=(
                    "There is nothing to compare with yet: the history holds no earlier run on this machine. "
                    "Any two runs are compared by: rowcast_reports history compare BEFORE AFTER --out DIR.",
                ),
            ),
        ),
        links=tuple(links),
    )


def told(run: Run) -> str:
    when = (run.started or "unknown date").replace("T", " ").removesuffix("Z")
    return f"run {run.number} of {when}, commit {run.revision}, {run.machine.label}"


def sentences(comparison: Comparison) -> list[str]:
    found = {
        finding: sum(cell.finding is finding for cell in comparison.cells) for finding in Finding
    }
    effect = units.without_zeros(units.percent(SMALLEST_EFFECT))
    said = [
        f"Of {len(comparison.cells)} cells in both runs {found[Finding.FASTER]} are faster, "
        f"{found[Finding.SLOWER]} slower, {found[Finding.SAME]} the same within {effect}, "
        f"{found[Finding.UNCLEAR]} unclear."
    ]
    if not comparison.same_machine:
        said.append(
            f"The runs are of different machines: each is measured by its own {FROZEN}, and a difference is one "
            "of how much an implementation gains there, not of how fast the machines are."
        )
    for what, places in (("before", comparison.only_before), ("after", comparison.only_after)):
        if places:
            said.append(f"{len(places)} cells are in the run {what} only.")
    return said


def _cells(comparison: Comparison, by_name: dict[str, Implementation]) -> Section:
    return Section(
        id="cells",
        title="Cells",
        paragraphs=(
            " ".join(sentences(comparison)[:1]),
            f"A speed is the number of times as fast as {FROZEN} of the same run. The change is the ratio of the two "
            "speeds, above 1 faster; its interval is the widest that theirs allow and covers at least 1 minus both "
            "risks. A cell without paired ratios in both runs has none, and is unclear.",
            "An interval is about its own run. Between two builds the placement of code alone may move a cell by some "
            "percent, and so may a machine's other day: scripts/gate, which builds both and measures them in turns, "
            "decides about a change.",
        ),
        findings=tuple(sentences(comparison)[1:]),
        groups=(
            group(
                "Changes by workload",
                _plots(comparison, by_name),
                "There is nothing to draw: the runs have no pipeline cell in common.",
                "Filled marks have an interval. Right of 1 is faster than before.",
            ),
        ),
        tables=(
            Table(
                id="compared",
                caption="Both runs, cell by cell",
                columns=(
                    Column("Cell", numeric=False),
                    Column("Implementation", numeric=False),
                    Column("Before", f"× {FROZEN}"),
                    Column("After", f"× {FROZEN}"),
                    Column("Change", "ratio of ratios", help="above 1 is faster"),
                    Column("Low"),
                    Column("High"),
                    Column("Coverage"),
                    Column("Finding", numeric=False),
                ),
                rows=tuple(_row(cell, by_name) for cell in comparison.cells),
            ),
        ),
    )


def _speed(speed: Speed) -> Cell:
    return Cell(units.factor(speed.figure.value), speed.figure.value, detail=units.interval(speed.figure))


def _row(cell: Compared, by_name: dict[str, Implementation]) -> Row:
    implementation = by_name[cell.place.implementation]
    setting = setting_of(cell.place.group)
    change = cell.change

    def end(value: float | None) -> Cell:
        return Cell("n/a", None, tone="missing") if value is None else Cell(units.factor(value), value)

    return Row(
        (
            text(cell.place.group),
            text(
                implementation.name,
                colour=implementation.token,
                tone="" if implementation.competes else "peer",
            ),
            _speed(cell.before),
            _speed(cell.after),
            Cell(units.factor(change.value), change.value, tone=_TONES[cell.finding]),
            end(change.low),
            end(change.high),
            Cell("n/a", None, tone="missing")
            if change.coverage is None
            else Cell(units.coverage(change.coverage), change.coverage),
            text(cell.finding.value, tone=_TONES[cell.finding]),
        ),
        setting.view if setting else "",
    )


def _plots(comparison: Comparison, by_name: dict[str, Implementation]) -> list[Plot | None]:
    by_setting: dict[Setting, list[Compared]] = {}
    for cell in comparison.cells:
        setting = setting_of(cell.place.group)
        if setting is not None:
            by_setting.setdefault(setting, []).append(cell)
    slugs = Slugs()
    return [
        intervals.draw(
            slug=slugs.unique("compare", *str(setting).split("/")),
            view=setting.view,
            title=setting.workload,
            subtitle=f"{setting.layout}, {setting.scenario}; after over before",
            rows=[
                intervals.Row(
                    by_name[cell.place.implementation],
                    (Figure(cell.change, f"{units.factor(cell.change.value)} {cell.finding.value}"),),
                )
                for cell in sorted(
                    by_setting[setting], key=lambda cell: by_name[cell.place.implementation].index
                )
            ],
            what="Change between two runs",
        )
        for setting in catalogue.order_settings(by_setting)
    ]


def _counts(comparison: Comparison) -> Section:
    if not comparison.counts:
        said = (
            f"All {comparison.counted} counts of allocations are equal."
            if comparison.counted
            else "The runs have no counts of allocations in common."
        )
        return Section("allocations", "Allocations", (said,))
    return Section(
        id="allocations",
        title="Allocations",
        paragraphs=(
            f"Of {comparison.counted} counts {len(comparison.counts)} differ. Counts are exact, so each is a change.",
        ),
        tables=(
            Table(
                id="counts",
                caption="Allocations a request that differ",
                columns=(
                    Column("Cell", numeric=False),
                    Column("Counter", numeric=False),
                    Column("Before"),
                    Column("After"),
                ),
                rows=tuple(
                    Row(
                        (
                            text(count.cell),
                            text(count.metric),
                            Cell(units.count(count.before), count.before),
                            Cell(
                                units.count(count.after),
                                count.after,
                                tone="flagged" if count.after > count.before else "good",
                            ),
                        )
                    )
                    for count in comparison.counts
                ),
            ),
        ),
    )


def _environments(comparison: Comparison) -> Section:
    if not comparison.differences:
        return Section("environment", "Environment", ("Machine, build and manner of measuring are the same.",))
    return Section(
        id="environment",
        title="Environment",
        paragraphs=("What was recorded of the two runs and differs.",),
        tables=(
            Table(
                id="environment",
                caption="Differences of the environments",
                columns=(
                    Column("Fact", numeric=False),
                    Column("Before", numeric=False),
                    Column("After", numeric=False),
                ),
                rows=tuple(
                    Row((text(d.name), _shortened(d.before), _shortened(d.after)))
                    for d in comparison.differences
                ),
            ),
        ),
    )


def _shortened(value: str) -> Cell:
    limit = 60
    return text(value if len(value) <= limit else value[: limit - 1] + "…", tooltip=value)
