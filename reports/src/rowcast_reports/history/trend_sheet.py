"""The page of trends."""

from __future__ import annotations

from collections.abc import Sequence

from rowcast_reports import catalogue, units
from rowcast_reports.catalogue import Implementation
from rowcast_reports.history import changes
from rowcast_reports.history.changes import Change
from rowcast_reports.history.speeds import FROZEN
from rowcast_reports.history.store import MachineRow, Run
from rowcast_reports.history.trends import Series, group_order, setting_of
from rowcast_reports.names import Setting
from rowcast_reports.plots import strips
from rowcast_reports.plots.plot import Plot, Slugs
from rowcast_reports.plots.strips import Level, Strip
from rowcast_reports.sections.model import PlotGroup, group
from rowcast_reports.sheet import Link, Section, Sheet
from rowcast_reports.tables import Cell, Column, Row, Table, text

_MOST_TICKS = 4
_MOST_RUNS = 100  # that a plot shows: the newest


def build(series: Sequence[Series], links: Sequence[Link] = (), note: str = "") -> Sheet:
    names = catalogue.implementations(one.place.implementation for one in series)
    by_name = {implementation.name: implementation for implementation in names}
    settings = {s for one in series if (s := setting_of(one.place.group)) is not None}
    runs = {point.run.number for one in series for point in one.points}
    machines = {one.machine.number for one in series}
    return Sheet(
        name="trends",
        title="How it went",
        facts=(
            f"{len(runs)} runs",
            f"{len(machines)} machines",
            f"speed over {FROZEN}'s, of the same run",
        ),
        implementations=names,
        views=tuple(dict.fromkeys(s.view for s in catalogue.order_settings(settings))),
        sections=(_changes(series, by_name), _trends(series, by_name, note), _latest(series, by_name)),
        links=tuple(links),
    )


def _when(run: Run) -> str:
    return (run.started or "unknown date").replace("T", " ").removesuffix("Z")


def _name(one: Series, by_name: dict[str, Implementation]) -> Cell:
    implementation = by_name[one.place.implementation]
    return text(
        implementation.name,
        colour=implementation.token,
        tone="" if implementation.competes else "peer",
    )


# Changes


def _expected(tested: int) -> str:
    chance = units.without_zeros(units.percent(changes.LEVEL))
    return (
        f"A series whose noise has no memory gets a mark by chance with a probability of at most {chance}; "
        f"of the {tested} series long enough to be tested, about {units.significant(changes.LEVEL * tested, 2)} "
        "would have one if nothing had changed. A change in every cell of a machine at once may be one of "
        f"{FROZEN} itself, which all are divided by."
    )


def _changes(series: Sequence[Series], by_name: dict[str, Implementation]) -> Section:
    found = [(one, change) for one in series for change in one.changes]
    tested = sum(bool(one.searched) for one in series)
    least = units.without_zeros(units.percent(changes.SMALLEST_EFFECT))
    rows = [_change_row(one, change, by_name) for one, change in found]
    said = (
        f"{len(found)} changes of level of at least {least}."
        if found
        else f"No change of level of at least {least} was found."
    )
    return Section(
        id="changes",
        title="Changes",
        paragraphs=(said, _expected(tested)),
        tables=(
            Table(
                id="changes",
                caption="Changes of level",
                columns=(
                    Column("Cell", numeric=False),
                    Column("Implementation", numeric=False),
                    Column("Machine", numeric=False),
                    Column("From commit", numeric=False, help="the first one on the new level"),
                    Column("Measured", "UTC", numeric=False),
                    Column("Before", f"× {FROZEN}", help="median of the runs on the old level"),
                    Column("After", f"× {FROZEN}", help="median of the runs on the new level"),
                    Column("Change", "ratio", help="above 1 is faster"),
                    Column("Chance", help="of so great a difference in a series without a change"),
                ),
                rows=tuple(rows),
            ),
        )
        if rows
        else (),
    )


def _change_row(one: Series, change: Change, by_name: dict[str, Implementation]) -> Row:
    run = one.points[change.at].run
    setting = setting_of(one.place.group)
    return Row(
        (
            text(one.place.group),
            _name(one, by_name),
            text(one.machine.label),
            text(run.revision),
            text(_when(run)),
            Cell(units.factor(change.before), change.before),
            Cell(units.factor(change.after), change.after),
            Cell(units.factor(change.ratio), change.ratio, tone="good" if change.ratio > 1 else "flagged"),
            Cell(units.rare(change.chance), change.chance),
        ),
        setting.view if setting else "",
    )


# Plots


def _ticks(runs: Sequence[Run]) -> tuple[tuple[float, str], ...]:
    """A few runs by their commits, first and last among them."""
    last = len(runs) - 1
    steps = min(_MOST_TICKS, len(runs)) - 1
    places = sorted({round(last * step / steps) for step in range(steps + 1)}) if steps else [0]
    return tuple((float(at), runs[at].revision[:7]) for at in places)


def _levels(one: Series, place: dict[int, int]) -> tuple[Level, ...]:
    """What the series kept to between its changes: medians, as the changes have them."""
    if not one.changes:
        return ()
    starts = [0, *[change.at for change in one.changes], len(one.points)]
    values = [one.changes[0].before, *[change.after for change in one.changes]]
    found: list[Level] = []
    numbers = {at: one.points[at].run.number for at in one.searched}
    for begin, end, value in zip(starts, starts[1:], values, strict=False):
        shown = [place[n] for at, n in numbers.items() if begin <= at < end and n in place]
        if shown:
            found.append(Level(shown[0], shown[-1], value))
    return tuple(found)


def _strip(one: Series, place: dict[int, int], by_name: dict[str, Implementation]) -> Strip:
    return Strip(
        by_name[one.place.implementation],
        tuple(
            (float(place[point.run.number]), point.speed.figure)
            for point in one.points
            if point.run.number in place
        ),
        _levels(one, place),
        tuple(
            float(place[number])
            for change in one.changes
            if (number := one.points[change.at].run.number) in place
        ),
        f"last {units.times(one.points[-1].speed.figure.value)}",
    )


def _plot(
    slugs: Slugs,
    machine: MachineRow,
    setting: Setting,
    series: Sequence[Series],
    by_name: dict[str, Implementation],
) -> Plot | None:
    runs = {point.run.number: point.run for one in series for point in one.points}
    ordered = sorted(runs.values(), key=lambda run: (run.started or "", run.number))[-_MOST_RUNS:]
    place = {run.number: index for index, run in enumerate(ordered)}
    told = "; ".join(
        f"{one.place.implementation} {units.times(one.points[-1].speed.figure.value)}"
        + "".join(
            f", changed by {units.times(change.ratio)} at {one.points[change.at].run.revision}"
            for change in one.changes
        )
        for one in series
    )
    return strips.draw(
        slug=slugs.unique("trend", machine.host[:6], *str(setting).split("/")),
        view=setting.view,
        title=setting.workload,
        subtitle=f"{setting.layout}, {setting.scenario}; times as fast as {FROZEN}",
        strips=[
            _strip(one, place, by_name)
            for one in sorted(series, key=lambda one: by_name[one.place.implementation].index)
        ],
        places=len(ordered),
        ticks=_ticks(ordered),
        axis=f"{'the newest ' if len(ordered) < len(runs) else ''}{len(ordered)} runs in order of time, by commit",
        alt=f"Speed over {FROZEN}'s run after run on {machine.label}, {setting}. Last: {told}.",
    )


def _trends(
    series: Sequence[Series], by_name: dict[str, Implementation], note: str
) -> Section:
    slugs = Slugs()
    groups: list[PlotGroup] = []
    machines = {one.machine.number: one.machine for one in series}
    for number, machine in machines.items():
        by_setting: dict[Setting, list[Series]] = {}
        for one in series:
            setting = setting_of(one.place.group)
            if one.machine.number == number and setting is not None:
                by_setting.setdefault(setting, []).append(one)
        groups.append(
            group(
                machine.label,
                [
                    _plot(slugs, machine, setting, by_setting[setting], by_name)
                    for setting in catalogue.order_settings(by_setting)
                ],
                "There is nothing to draw: no run on this machine measured a pipeline cell beside "
                f"{FROZEN}'s.",
            )
        )
    return Section(
        id="trends",
        title="Trends",
        paragraphs=(
            f"Each point is a run: how many times as fast as {FROZEN} of that run, by the paired ratio with its "
            "interval where there is one, else (hollow) by division of two throughputs. Each strip has a scale of "
            "its own. Changes are looked for in the points of one method. Rings mark the first run on a new level, dashes the levels. Machines are never mixed: each "
            "has panels of its own.",
            *([note] if note else []),
        ),
        groups=tuple(groups),
    )


# The last figures


def _latest(series: Sequence[Series], by_name: dict[str, Implementation]) -> Section:
    rows: list[Row] = []
    for one in sorted(series, key=lambda one: (group_order(one.place.group), one.place, one.machine.number)):
        last = one.points[-1]
        figure = last.speed.figure
        setting = setting_of(one.place.group)
        rows.append(
            Row(
                (
                    text(one.place.group),
                    _name(one, by_name),
                    text(one.machine.label),
                    Cell(units.factor(figure.value), figure.value, detail=units.interval(figure)),
                    text(last.speed.method.value),
                    Cell(units.count(len(one.points)), len(one.points)),
                    text(last.run.revision),
                    text(_when(last.run)),
                ),
                setting.view if setting else "",
            )
        )
    return Section(
        id="latest",
        title="Last figures",
        paragraphs=("The last run of each cell on each machine.",),
        tables=(
            Table(
                id="latest",
                caption=f"Speed over {FROZEN}'s, last run",
                columns=(
                    Column("Cell", numeric=False),
                    Column("Implementation", numeric=False),
                    Column("Machine", numeric=False),
                    Column("Speed", f"× {FROZEN}"),
                    Column("By", numeric=False),
                    Column("Runs"),
                    Column("Commit", numeric=False),
                    Column("Measured", "UTC", numeric=False),
                ),
                rows=tuple(rows),
            ),
        ),
    )
