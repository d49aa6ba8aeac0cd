"""Who wins, in words, in a few large figures and in one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rowcast_reports import units
from rowcast_reports.catalogue import REFERENCE
from rowcast_reports.names import Setting
from rowcast_reports.promises import Assessment, Outcome, tally
from rowcast_reports.sections.model import Material
from rowcast_reports.standings import Lead, Method, Standing, paired_interval
from rowcast_reports.statistics import MOST_LAUNCHES_FOR_RANGE
from rowcast_reports.tables import Cell, Column, Footnotes, Row, Table, text

_DIVISION = (
    "Plain division of the two throughputs shown, of one run: no paired comparison, no interval."
)
_FLAGSHIP = "large"


@dataclass(frozen=True)
class KeyFigure:
    figure: str
    label: str
    detail: str = ""


def _cells(number: int) -> str:
    return f"{number} {'cell' if number == 1 else 'cells'}"


def _settings(number: int) -> str:
    return f"{number} {'setting' if number == 1 else 'settings'}"


def _listed(items: Sequence[str], most: int = 6, comma: str = ", ") -> str:
    shown = list(items[:most])
    if len(items) > most:
        shown.append(f"{len(items) - most} more")
    return shown[0] if len(shown) == 1 else f"{comma.join(shown[:-1])} and {shown[-1]}"


def _place(setting: Setting) -> str:
    return f"{setting.workload}, {setting.view}"


def _flagship(standings: Sequence[Standing]) -> Standing | None:
    """The cell that the large figures speak of: large if it is there, else the fastest."""
    measured = [cell for cell in standings if cell.bytes_per_second]
    if not measured:
        return None
    for cell in measured:
        if cell.setting.workload == _FLAGSHIP:
            return cell
    return max(measured, key=lambda cell: cell.bytes_per_second or 0)


def key_figures(
    material: Material, assessments: Mapping[str, Sequence[Assessment]]
) -> list[KeyFigure]:
    found: list[KeyFigure] = []
    standings = material.standings.cells
    wins = Counter(cell.winner for cell in standings)
    if wins:
        name, number = wins.most_common(1)[0]
        found.append(KeyFigure(name, f"fastest in {number} of {_settings(len(standings))}"))
    flagship = _flagship(standings)
    if flagship and flagship.bytes_per_second:
        found.append(
            KeyFigure(
                f"{units.gigabytes_per_second(flagship.bytes_per_second)}{units.THIN}GB/s",
                f"{flagship.winner} on {_place(flagship.setting)}",
            )
        )
        if flagship.reference:
            found.append(
                KeyFigure(
                    units.times(flagship.reference.figure.value),
                    f"as fast as {REFERENCE} on {_place(flagship.setting)}",
                    units.interval(flagship.reference.figure)
                    or "plain division of two throughputs",
                )
            )
    counts = tally(assessments)
    decided = counts[Outcome.MET] + counts[Outcome.MISSED]
    if decided:
        found.append(
            KeyFigure(
                f"{counts[Outcome.MET]} of {decided}",
                "measured promises met",
                f"{counts[Outcome.NOT_MEASURABLE]} more not measurable here",
            )
        )
    return found


def _range(leads: Sequence[tuple[Setting, Lead]]) -> tuple[str, str] | None:
    if not leads:
        return None
    least = min(leads, key=lambda item: item[1].figure.value)
    greatest = max(leads, key=lambda item: item[1].figure.value)
    return (
        f"{units.times(least[1].figure.value)} ({_place(least[0])})",
        f"{units.times(greatest[1].figure.value)} ({_place(greatest[0])})",
    )


def sentences(
    material: Material, assessments: Mapping[str, Sequence[Assessment]]
) -> list[str]:
    told: list[str] = []
    standings = material.standings.cells
    if not standings:
        return ["This run holds no pipeline cell with figures, so there is no winner to name."]
    wins = Counter(cell.winner for cell in standings)
    (first, number), *others = wins.most_common()
    parts = [f"{first} is fastest in {number}", *(f"{name} in {won}" for name, won in others)]
    told.append(f"Of {_settings(len(standings))} (workload, layout, scenario), {_listed(parts)}.")

    contested = [cell for cell in standings if cell.runner_up is not None]
    clear = [cell for cell in contested if cell.clear]
    unclear = [
        cell
        for cell in contested
        if cell.runner_up is not None and cell.runner_up.figure.bounded and not cell.clear
    ]
    if len(clear) == len(contested) and clear:
        told.append("Every lead over the runner-up is clear: no interval reaches 1.")
    elif contested and all(cell.runner_up and cell.runner_up.unsure for cell in contested):
        told.append(
            "No lead over the runner-up is clear: too few launches, so the intervals cover less "
            "than 95 %."
        )
        unclear = []
    elif contested:
        told.append(
            f"The lead over the runner-up is clear in {_settings(len(clear))}: its interval stays above 1."
        )
    if unclear:
        names = [f"{cell.winner} on {_place(cell.setting)}" for cell in unclear]
        told.append(f"Not clear: {_listed(names, 4, '; ')}.")
    against = _range([(cell.setting, cell.reference) for cell in standings if cell.reference])
    if against:
        told.append(
            f"The winners are from {against[0]} to {against[1]} as fast as {REFERENCE}, the reference."
        )
    peers = _range([(cell.setting, cell.best_peer) for cell in standings if cell.best_peer])
    if peers:
        told.append(
            f"Against the fastest peer of each setting they stand at {peers[0]} to {peers[1]}; "
            "peers are compared with, never shipped."
        )
    if material.results.errors:
        number = len(material.results.errors)
        told.append(f"{_cells(number)} failed and {'has' if number == 1 else 'have'} no figures.")
    counts = tally(assessments)
    if counts[Outcome.MET] + counts[Outcome.MISSED]:
        told.append(
            f"Of the design's promises {counts[Outcome.MET]} are met, {counts[Outcome.MISSED]} missed "
            f"and {counts[Outcome.NOT_MEASURABLE]} not measurable here."
        )
    return told


def interval_note(material: Material) -> str:
    """What the intervals of this run are, in words; empty if it has none."""
    ratios = [
        ratio
        for found in material.results.ratios.values()
        for ratio in found
        if ratio.launches is not None and ratio.low is not None
    ]
    if not ratios:
        return ""
    launches = sorted({ratio.launches for ratio in ratios if ratio.launches is not None})
    number = str(launches[0]) if len(launches) == 1 else f"{launches[0]} to {launches[-1]}"
    baselines = sorted({ratio.baseline for ratio in ratios})
    kind = (
        "the least to the greatest of the launches"
        if launches[-1] <= MOST_LAUNCHES_FOR_RANGE
        else "taken from the ordered launches"
    )
    coverages = [paired_interval(ratio).coverage for ratio in ratios]
    known = [coverage for coverage in coverages if coverage is not None]
    covers = both = ""
    if len(known) == len(coverages):
        least = min(known)
        covers = f"; it covers the median with {units.coverage(least)}"
        both = f", with at least {units.coverage(max(0.0, 2 * least - 1))}"
    return (
        f"Each implementation was compared in pairs with {_listed(baselines)}, in {number} launches. "
        f"The interval is {kind}{covers}. Where neither side is the baseline, the lead is the "
        f"quotient of two such ratios and its interval the widest that both allow{both}."
    )


def _lead_cell(lead: Lead | None, notes: Footnotes, absent: str) -> Cell:
    if lead is None:
        return Cell("–", tooltip=absent)
    mark = notes.mark(_DIVISION) if lead.method is Method.DIVISION else ""
    tone = "unclear" if lead.figure.bounded and not lead.clear else ""
    how = {
        Method.PAIRED: "paired comparison",
        Method.PAIRED_QUOTIENT: "quotient of two paired ratios with one baseline",
        Method.DIVISION: _DIVISION,
    }[lead.method]
    if lead.figure.coverage is not None:
        how += f"; the interval covers {units.coverage(lead.figure.coverage)}"
    if lead.figure.bounded and lead.unsure:
        how += ", less than 95 %, so the lead is not clear"
    elif tone:
        how += "; it includes 1, so the lead is not clear"
    return Cell(
        units.times(lead.figure.value),
        lead.figure.value,
        detail=units.interval(lead.figure),
        tooltip=how,
        mark=mark,
        tone=tone,
    )


def table(material: Material) -> Table:
    notes = Footnotes()
    rows: list[Row] = []
    for cell in material.standings.cells:
        throughput = cell.bytes_per_second
        requests = cell.requests_per_second
        rows.append(
            Row(
                (
                    text(cell.setting.workload),
                    text(cell.setting.view),
                    material.name_cell(cell.winner),
                    Cell("–")
                    if throughput is None
                    else Cell(units.gigabytes_per_second(throughput), throughput),
                    Cell("–") if requests is None else Cell(units.per_second(requests), requests),
                    _lead_cell(cell.runner_up, notes, "nothing to compare with in this run"),
                    material.name_cell(cell.runner_up.slower) if cell.runner_up else Cell("–"),
                    _lead_cell(
                        cell.reference,
                        notes,
                        "the reference itself is fastest"
                        if cell.winner == REFERENCE
                        else "the reference has no figure here",
                    ),
                    _lead_cell(cell.best_peer, notes, "no peer in this cell"),
                    material.name_cell(cell.best_peer.slower) if cell.best_peer else Cell("–"),
                )
            )
        )
    return Table(
        id="summary",
        caption="The fastest implementation of each cell, and its lead",
        columns=(
            Column("Workload", numeric=False),
            Column("Layout / scenario", numeric=False),
            Column("Fastest", numeric=False),
            Column("Throughput", "GB/s"),
            Column("Requests", "1/s"),
            Column("Lead", "times as fast", help="over the runner-up"),
            Column("Runner-up", numeric=False),
            Column(f"Over {REFERENCE}", "times as fast"),
            Column("Over best peer", "times as fast"),
            Column("Best peer", numeric=False),
        ),
        rows=tuple(rows),
        footnotes=notes.listed(),
    )


def ratio_table(material: Material) -> Table | None:
    """The harness's ratio cells as they are."""
    rows: list[Row] = []
    for setting in material.catalogue.settings:
        by_name = {ratio.implementation: ratio for ratio in material.results.ratios.get(setting, ())}
        for name in material.catalogue.sort(by_name):
            ratio = by_name[name]
            figure = paired_interval(ratio)
            rows.append(
                Row(
                    (
                        text(setting.workload),
                        text(setting.view),
                        material.name_cell(name),
                        material.name_cell(ratio.baseline)
                        if ratio.baseline in {i.name for i in material.catalogue.implementations}
                        else text(ratio.baseline),
                        Cell(units.significant(ratio.ratio, 4), ratio.ratio),
                        _bound(figure.low),
                        _bound(figure.high),
                        _number(ratio.pairs),
                        _number(ratio.launches),
                        text(ratio.verdict or "–"),
                    ),
                    setting.view,
                )
            )
    if not rows:
        return None
    return Table(
        id="ratios",
        caption="Paired ratios as the harness measured them: time divided by the baseline's time, "
        "below 1 is faster",
        columns=(
            Column("Workload", numeric=False),
            Column("Layout / scenario", numeric=False),
            Column("Implementation", numeric=False),
            Column("Baseline", numeric=False),
            Column("Ratio", "of times"),
            Column("Low", "of interval"),
            Column("High", "of interval"),
            Column("Pairs"),
            Column("Launches"),
            Column("Verdict", numeric=False),
        ),
        rows=tuple(rows),
    )


def _bound(value: float | None) -> Cell:
    return Cell("–") if value is None else Cell(units.significant(value, 4), value)


def _number(value: int | None) -> Cell:
    return Cell("–") if value is None else Cell(units.count(value), float(value))
