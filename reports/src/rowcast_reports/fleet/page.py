"""The page of a fleet, and the same as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from rowcast_reports import catalogue, units
from rowcast_reports.catalogue import Implementation, Role
from rowcast_reports.columns import aligned
from rowcast_reports.fleet.overview import Best, Fleet, Line, Member
from rowcast_reports.history.speeds import FROZEN
from rowcast_reports.history.trends import setting_of
from rowcast_reports.names import Setting
from rowcast_reports.plots import intervals
from rowcast_reports.plots.intervals import Figure
from rowcast_reports.plots.plot import Plot, Slugs
from rowcast_reports.sections.model import group
from rowcast_reports.sheet import Section, Sheet
from rowcast_reports.tables import Cell, Column, Row, Table, text

_NOT_MEASURED = Cell("–", tooltip="not measured there")


def build(fleet: Fleet) -> Sheet:
    names = catalogue.implementations(
        [line.place.implementation for line in fleet.lines] + [best.implementation for best in fleet.best]
    )
    by_name = {implementation.name: implementation for implementation in names}
    settings = {s for line in fleet.lines if (s := setting_of(line.place.group)) is not None}
    return Sheet(
        name="fleet",
        title="Machines side by side",
        facts=(
            f"{len(fleet.members)} machines",
            f"{sum(len(member.runs) for member in fleet.members)} runs",
            f"speed over {FROZEN}'s, of the same run",
        ),
        implementations=names,
        views=tuple(dict.fromkeys(s.view for s in catalogue.order_settings(settings))),
        sections=(
            _machines(fleet.members),
            _fastest(fleet, by_name),
            _speeds(fleet, by_name),
        ),
    )


# Machines


def _machines(members: Sequence[Member]) -> Section:
    rows = []
    for member in members:
        last = member.runs[-1]
        commits = dict.fromkeys(run.revision for run in member.runs)
        rows.append(
            Row(
                (
                    text(member.machine.label),
                    text(member.machine.hypervisor.strip() or "unknown"),
                    Cell("unknown", None)
                    if member.machine.processors is None
                    else Cell(str(member.machine.processors), member.machine.processors),
                    Cell(units.count(len(member.runs)), len(member.runs)),
                    text((last.started or "unknown").replace("T", " ").removesuffix("Z")),
                    text(", ".join(list(commits)[-3:]), tooltip=", ".join(commits)),
                    text(_vector_sets(member.machine.cpu_features), tooltip=member.machine.cpu_features),
                )
            )
        )
    return Section(
        id="machines",
        title="Machines",
        paragraphs=(
            "Each is told by its processor and a digest of its host's name. Of each cell the last run on a machine "
            "counts; of a task that was tried again, the last attempt.",
        ),
        tables=(
            Table(
                id="machines",
                caption="Machines",
                columns=(
                    Column("Machine", numeric=False),
                    Column("Hypervisor", numeric=False),
                    Column("Processors"),
                    Column("Runs"),
                    Column("Last", "UTC", numeric=False),
                    Column("Commits", numeric=False),
                    Column("Instruction sets", numeric=False),
                ),
                rows=tuple(rows),
            ),
        ),
    )


def _vector_sets(features: str) -> str:
    known = [word for word in features.split() if word.startswith(("sse4", "avx"))]
    return " ".join(known) or "unknown"


# The fastest


def _fastest(fleet: Fleet, by_name: dict[str, Implementation]) -> Section:
    by_group: dict[str, dict[int, Best]] = {}
    for best in fleet.best:
        by_group.setdefault(best.group, {})[best.machine] = best
    rows = []
    for name, winners in by_group.items():
        setting = setting_of(name)
        rows.append(
            Row(
                (
                    text(name),
                    *[
                        _winner(winners[member.machine.number], by_name)
                        if member.machine.number in winners
                        else _NOT_MEASURED
                        for member in fleet.members
                    ],
                ),
                setting.view if setting else "",
            )
        )
    return Section(
        id="fastest",
        title="Fastest",
        paragraphs=(
            "Which implementation that may ship is the fastest, on each machine, and its speed. In grey italics "
            "where its lead over the next has no interval, or one that includes 1 or covers less than 95 %, or where "
            "two runs measured the two.",
        ),
        tables=(
            Table(
                id="fastest",
                caption="The fastest implementation by machine",
                columns=(
                    Column("Setting", numeric=False),
                    *[Column(member.machine.label, numeric=False) for member in fleet.members],
                ),
                rows=tuple(rows),
            ),
        ),
    )


def _winner(best: Best, by_name: dict[str, Implementation]) -> Cell:
    return Cell(
        best.implementation,
        best.implementation,
        detail=units.times(best.figure.value),
        tone="" if best.clear else "unclear",
        colour=by_name[best.implementation].token,
    )


# Speeds


def _speeds(fleet: Fleet, by_name: dict[str, Implementation]) -> Section:
    return Section(
        id="speeds",
        title="Speeds",
        paragraphs=(
            f"How many times as fast as {FROZEN} of the same run on the same machine. Only these ratios are set side "
            "by side and put into one statistic; absolute figures of different machines are not.",
        ),
        groups=(
            group(
                "By workload",
                _plots(fleet, by_name),
                f"There is nothing to draw: no machine measured a pipeline cell beside {FROZEN}'s.",
                "One mark a machine; filled ones have an interval. Roofs are in the table only.",
            ),
        ),
        tables=(
            Table(
                id="speeds",
                caption=f"Speed over {FROZEN}'s, by machine",
                columns=(
                    Column("Cell", numeric=False),
                    Column("Implementation", numeric=False),
                    *[Column(member.machine.label, f"× {FROZEN}") for member in fleet.members],
                    Column("Least"),
                    Column("Median"),
                    Column("Greatest"),
                ),
                rows=tuple(_row(line, fleet.members, by_name) for line in fleet.lines),
            ),
        ),
    )


def _row(line: Line, members: Sequence[Member], by_name: dict[str, Implementation]) -> Row:
    implementation = by_name[line.place.implementation]
    setting = setting_of(line.place.group)
    figures = []
    for member in members:
        point = line.points.get(member.machine.number)
        if point is None:
            figures.append(_NOT_MEASURED)
        else:
            figure = point.speed.figure
            figures.append(
                Cell(
                    units.factor(figure.value),
                    figure.value,
                    detail=units.interval(figure),
                    tooltip=f"{point.speed.method.value}, commit {point.run.revision}",
                )
            )
    return Row(
        (
            text(line.place.group),
            text(
                implementation.name,
                colour=implementation.token,
                tone="" if implementation.competes else "peer",
            ),
            *figures,
            *[Cell(units.factor(value), value) for value in line.spread],
        ),
        setting.view if setting else "",
    )


def _plots(fleet: Fleet, by_name: dict[str, Implementation]) -> list[Plot | None]:
    slugs = Slugs()
    by_setting: dict[Setting, list[Line]] = {}
    for line in fleet.lines:
        setting = setting_of(line.place.group)
        if setting is not None and by_name[line.place.implementation].role is not Role.ROOF:
            by_setting.setdefault(setting, []).append(line)
    drawn: list[Plot | None] = []
    for setting in catalogue.order_settings(by_setting):
        rows = [
            intervals.Row(
                by_name[line.place.implementation],
                tuple(
                    Figure(
                        line.points[member.machine.number].speed.figure,
                        units.times(line.points[member.machine.number].speed.figure.value),
                        marker,
                    )
                    for marker, member in enumerate(fleet.members)
                    if member.machine.number in line.points
                ),
            )
            for line in sorted(
                by_setting[setting], key=lambda line: by_name[line.place.implementation].index
            )
        ]
        drawn.append(
            intervals.draw(
                slug=slugs.unique("fleet", *str(setting).split("/")),
                view=setting.view,
                title=setting.workload,
                subtitle=f"{setting.layout}, {setting.scenario}; times as fast as {FROZEN}",
                rows=rows,
                what=f"Speed over {FROZEN}'s by machine",
                legend=[member.machine.label for member in fleet.members],
            )
        )
    return drawn


# Plain text


def plain(fleet: Fleet) -> str:
    out = [f"{index}: {member.machine.label}, {len(member.runs)} runs" for index, member in enumerate(fleet.members, 1)]
    rows: list[Sequence[str]] = [
        ("cell", *[f"machine {index}" for index in range(1, len(fleet.members) + 1)], "least", "median", "greatest")
    ]
    for line in fleet.lines:
        figures = []
        for member in fleet.members:
            point = line.points.get(member.machine.number)
            figures.append(
                "-"
                if point is None
                else f"{units.factor(point.speed.figure.value)} {units.interval(point.speed.figure)}".strip()
            )
        rows.append((str(line.place), *figures, *map(units.factor, line.spread)))
    out += ["", *aligned(rows, frozenset({0}))]
    out.append(f"times as fast as {FROZEN} of the same run on the same machine, the last run of each")
    return "\n".join(out).replace(units.THIN, " ")
