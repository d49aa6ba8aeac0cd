"""The self-test's table and plot, for docs/gate.md."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

from rowcast_reports import marks
from rowcast_reports.gate.rates import Rate
from rowcast_reports.gate.self_test import EFFECTS, Calm, Outcome, Plan, Power, calm, power
from rowcast_reports.plots import style
from rowcast_reports.plots.plot import Plot, finish

BEGIN = "<!-- self-test: written by scripts/gate --self-test -->\n"
END = "<!-- self-test ends -->\n"
PLOT = "gate-self-test"


def _met(rate: Rate, holds: bool) -> str:
    return "not measured" if rate.value is None else "reached" if holds else "**missed**"


def _targets(same: Calm, powers: Sequence[Power]) -> list[tuple[str, Rate, str]]:
    at = {entry.effect: entry for entry in powers}
    sharp = at[5].sharp_cells
    clear = Rate(
        sum(entry.clear_cells.count for entry in powers),
        sum(entry.clear_cells.total for entry in powers),
    )
    unclear = same.inconclusive_cells
    return [
        ("identical code: no alarm", same.alarms, _met(same.alarms, same.alarms.count == 0)),
        (
            "identical code: at most 5 % of cells INCONCLUSIVE",
            unclear,
            _met(unclear, (unclear.value or 0) <= 0.05),
        ),
        (
            "5 % slower: caught in at least 95 %, on cells whose smallest effect is at most 2.5 %",
            sharp,
            _met(sharp, (sharp.value or 0) >= 0.95),
        ),
        (
            "twice the smallest effect and more: caught in at least 90 %",
            clear,
            _met(clear, (clear.value or 0) >= 0.90),
        ),
    ]


def _origins(outcomes: Sequence[Outcome]) -> str:
    def listed(values: Iterable[str]) -> str:
        return ", ".join(dict.fromkeys(values))

    origins = [outcome.origin for outcome in outcomes]
    return (
        f"{listed(origin.date[:10] for origin in origins)}, {listed(origin.machine for origin in origins)}, "
        f"{listed(origin.compiler for origin in origins)}, "
        f"commit {listed(origin.commit for origin in origins)}"
    )


def _measured(power: Power) -> str:
    return "n/a" if power.measured is None else f"{power.measured * 100:.1f} %"


def table(outcomes: Sequence[Outcome], plan: Plan) -> str:
    same, relinked = calm(outcomes, "same"), calm(outcomes, "relinked")
    powers = power(outcomes)
    planned = plan.same + plan.relinked + plan.slowed * len(EFFECTS)
    unfit = sum(bool(outcome.unfit) for outcome in outcomes)
    seconds = [outcome.seconds for outcome in outcomes]
    lines = [
        f"{_origins(outcomes)}: {len(outcomes)} of {planned} planned gates, of "
        f"{statistics.median(seconds):.1f} s (median; the longest {max(seconds):.1f} s); in {unfit} of "
        "them the machine was unfit for most cells. Rates are of gates or of cells, with exact 95 % "
        "intervals; cells of one gate share its machine, so theirs are a little too narrow.",
        "",
        "| target | measured | |",
        "|---|---|---|",
        *(f"| {what} | {rate} | {met} |" for what, rate, met in _targets(same, powers)),
        "",
        "| nothing is slower | gates that fail | cells that fail | cells INCONCLUSIVE |",
        "|---|---|---|---|",
        *(
            f"| {name} | {entry.alarms} | {entry.failing_cells} | {entry.inconclusive_cells} |"
            for name, entry in (("the same library", same), ("the same code, shifted", relinked))
        ),
        "",
        "| slower by | measured (median) | caught, all cells | smallest effect at most 2.5 % | "
        "effect at least twice the smallest | alarms on other cells |",
        "|---|---|---|---|---|---|",
        *(
            f"| {entry.effect} % | {_measured(entry)} | {entry.all_cells} | {entry.sharp_cells} | "
            f"{entry.clear_cells} | {entry.elsewhere} |"
            for entry in powers
        ),
    ]
    return "\n".join(lines) + "\n"


def plot(outcomes: Sequence[Outcome]) -> Plot:
    """Share of cells that fail, by how much slower they are."""
    points = [
        (0.0, calm(outcomes, "same").failing_cells, "same"),
        (0.0, calm(outcomes, "relinked").failing_cells, "shifted"),
        *((float(entry.effect), entry.all_cells, "slowed") for entry in power(outcomes)),
    ]
    colours = {"same": "#4a7fb5", "shifted": "#b5894a", "slowed": "#3d8f63"}
    with style.style(PLOT):
        figure = style.new_figure(260)
        style.heading(figure, "What the gate catches", "cells that fail, by injected slow-down")
        axes = figure.add_axes((0.13, 0.17, 0.83, 0.62))
        for x, rate, kind in points:
            if rate.value is None:
                continue
            low, high = rate.interval
            axes.plot([x, x], [low * 100, high * 100], color=colours[kind], linewidth=2)
            axes.plot([x], [rate.value * 100], "o", color=colours[kind], markersize=5)
        axes.set_xticks([0, *EFFECTS])
        axes.set_xlabel("slower by, per cent (0: the same code, in place and shifted)")
        axes.set_ylabel("cells that fail, per cent")
        axes.set_ylim(-3, 103)
        axes.grid(visible=True, axis="y")
        told = "; ".join(f"{kind} {x:g} %: {rate}" for x, rate, kind in points)
        return finish(
            figure,
            slug=PLOT,
            title="What the gate catches",
            alt=f"Share of cells that the gate fails, by how much slower they are. {told}.",
            view="self-test",
            series_tokens={},
        )


def publish(outcomes: Sequence[Outcome], plan: Plan, page: Path) -> None:
    """Puts the table between the page's marks, and the plot beside it."""
    drawn = plot(outcomes)
    picture = f"![{drawn.alt}]({PLOT}.svg)\n"
    marks.put(page, BEGIN, END, f"{table(outcomes, plan)}\n{picture}", "the self-test's table goes")
    (page.parent / f"{PLOT}.svg").write_bytes(drawn.svg)
