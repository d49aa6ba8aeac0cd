"""Figures with their intervals, one line each, on a logarithmic axis around 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rowcast_reports import units
from rowcast_reports.catalogue import Implementation
from rowcast_reports.plots.plot import Plot, finish
from rowcast_reports.plots.scales import log_ticks, padded
from rowcast_reports.plots.style import (
    ALERT,
    FAINT,
    GRID,
    INK,
    MUTED,
    SMALL_SIZE,
    TEXT_SIZE,
    WIDTH,
    heading,
    new_figure,
    style,
    text_width,
)
from rowcast_reports.statistics import Interval

_LEFT, _RIGHT = 8.0, 352.0
_TOP = 44.0
_NAME = 16.0  # the line with the name
_PITCH = 13.0  # a figure's line
_BOTTOM = 26.0
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "<", ">", "h", "*")


@dataclass(frozen=True)
class Figure:
    interval: Interval
    text: str
    marker: int = 0


@dataclass(frozen=True)
class Row:
    implementation: Implementation
    figures: tuple[Figure, ...]


def draw(
    *,
    slug: str,
    view: str,
    title: str,
    subtitle: str,
    rows: Sequence[Row],
    what: str,
    legend: Sequence[str] = (),
    limit: tuple[float, str] | None = None,
) -> Plot | None:
    """One panel; None if there is nothing to draw.

    `legend` names the markers; `limit` is a value that the figures are held against, and its name.
    """
    drawn = [row for row in rows if row.figures]
    if not drawn:
        return None
    lines = sum(len(row.figures) for row in drawn)
    keys = _TOP + (0 if len(legend) < 2 else SMALL_SIZE * 1.5 * len(legend) + 4)
    bottom = keys + _NAME * len(drawn) + _PITCH * lines
    height = bottom + _BOTTOM + (0 if limit is None else SMALL_SIZE * 1.5)
    ends = [
        value
        for row in drawn
        for figure in row.figures
        for value in (figure.interval.value, figure.interval.low, figure.interval.high, 1.0)
        if value is not None
    ] + ([] if limit is None else [limit[0]])
    # Never so narrow that a percent looks like a change.
    low, high = padded(min(ends), max(ends)) if max(ends) / min(ends) > 1.2 else (0.9, 1.1)

    def at(value: float) -> float:
        share = (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
        return _LEFT + (_RIGHT - _LEFT) * share

    with style(slug):
        figure_ = new_figure(height)
        heading(figure_, title, subtitle)
        axes = figure_.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(height, 0)
        axes.axis("off")
        if len(legend) > 1:
            for number, name in enumerate(legend):
                y = _TOP + SMALL_SIZE * 1.5 * number + 4
                axes.plot([_LEFT + 4], [y], MARKERS[number % len(MARKERS)], color=MUTED, markersize=4)
                axes.text(_LEFT + 14, y + 3, name, fontsize=SMALL_SIZE, color=MUTED)
        for tick in log_ticks(low, high) if high / low > 1.5 else (0.9, 0.95, 1.05, 1.1):
            if low <= tick <= high and abs(math.log(tick)) > 1e-9:
                axes.plot([at(tick)] * 2, [keys, bottom], color=GRID, linewidth=0.8, zorder=0)
                axes.text(
                    min(max(at(tick), _LEFT + 12), _RIGHT - 12),
                    bottom + 14,
                    units.without_zeros(units.significant(tick)),
                    fontsize=SMALL_SIZE,
                    color=MUTED,
                    ha="center",
                )
        axes.plot([at(1.0)] * 2, [keys, bottom], color=FAINT, linewidth=1.1, zorder=1)
        axes.text(at(1.0), bottom + 14, "1", fontsize=SMALL_SIZE, color=INK, ha="center")
        if limit is not None:
            value, name = limit
            axes.plot(
                [at(value)] * 2, [keys, bottom], color=ALERT, linewidth=1.1, linestyle=(0, (4, 2)), zorder=1
            )
            half = text_width(name, SMALL_SIZE) / 2
            axes.text(
                min(max(at(value), _LEFT + half), _RIGHT - half),
                bottom + 14 + SMALL_SIZE * 1.5,  # below the ticks: it may be near to one
                name,
                fontsize=SMALL_SIZE,
                color=ALERT,
                ha="center",
            )
        y = keys
        for row in drawn:
            colour = row.implementation.light
            axes.text(
                _LEFT + 2,
                y + 11.5,
                row.implementation.name,
                fontsize=TEXT_SIZE,
                color=INK if row.implementation.competes else MUTED,
            )
            y += _NAME
            for figure in row.figures:
                middle = y + _PITCH / 2
                interval = figure.interval
                if interval.low is not None and interval.high is not None:
                    axes.plot(
                        [at(interval.low), at(interval.high)],
                        [middle, middle],
                        color=colour,
                        linewidth=2.2,
                        alpha=0.45,
                        solid_capstyle="butt",
                    )
                axes.plot(
                    [at(interval.value)],
                    [middle],
                    MARKERS[figure.marker % len(MARKERS)],
                    color=colour,
                    markersize=5.5,
                    markeredgewidth=0 if interval.bounded else 1.1,
                    markerfacecolor=colour if interval.bounded else "none",
                )
                y += _PITCH
            # In the name's line, where no mark can be.
            axes.text(
                _RIGHT,
                y - _PITCH * len(row.figures) - 4.5,
                row.figures[0].text if len(row.figures) == 1 else "",
                fontsize=SMALL_SIZE,
                color=MUTED,
                ha="right",
            )
        told = "; ".join(
            f"{row.implementation.name} {' and '.join(figure.text for figure in row.figures)}"
            for row in drawn
        )
        return finish(
            figure_,
            slug=slug,
            title=title,
            alt=f"{what}, {title}, {subtitle}: {told}",
            view=view,
            series_tokens={row.implementation.light: row.implementation.token for row in drawn},
        )
