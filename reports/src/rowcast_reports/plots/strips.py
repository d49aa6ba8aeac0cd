"""A strip for each series, one below the other on one axis, each with a scale of its own.

A change of a few percent is seen in each of them, however far apart their levels lie.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rowcast_reports import units
from rowcast_reports.catalogue import Implementation
from rowcast_reports.plots.plot import Plot, finish
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
)
from rowcast_reports.statistics import Interval

_LEFT, _RIGHT = 14.0, 346.0
_TOP = 44.0
_NAME = 17.0  # the line with the name
_TALL = 34.0  # the strip
_GAP = 8.0
_BOTTOM = 40.0
_LEAST_ROOM = 0.05  # a strip shows at least so much up and down


@dataclass(frozen=True)
class Level:
    """From which place to which one the series kept to a value."""

    begin: float
    end: float
    value: float


@dataclass(frozen=True)
class Strip:
    implementation: Implementation
    points: tuple[tuple[float, Interval], ...]
    levels: tuple[Level, ...]
    rings: tuple[float, ...]  # places
    text: str  # told at the right of the name


def draw(
    *,
    slug: str,
    view: str,
    title: str,
    subtitle: str,
    strips: Sequence[Strip],
    places: int,
    ticks: Sequence[tuple[float, str]],
    axis: str,
    alt: str,
) -> Plot | None:
    """One panel with `places` places from left to right; None if there is nothing to draw."""
    drawn = [strip for strip in strips if strip.points]
    if not drawn:
        return None
    bottom = _TOP + (_NAME + _TALL + _GAP) * len(drawn)
    height = bottom + _BOTTOM

    def x(place: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (place + 0.5) / max(places, 1)

    with style(slug):
        figure = new_figure(height)
        heading(figure, title, subtitle)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(height, 0)
        axes.axis("off")
        top = _TOP
        for strip in drawn:
            _strip(axes, strip, top, x)
            top += _NAME + _TALL + _GAP
        for at, label in ticks:
            axes.plot([x(at)] * 2, [bottom - _GAP, bottom - _GAP + 4], color=FAINT, linewidth=0.8)
            axes.text(
                min(max(x(at), _LEFT + 16), _RIGHT - 16),
                bottom + 8,
                label,
                fontsize=SMALL_SIZE,
                color=MUTED,
                ha="center",
            )
        axes.text((_LEFT + _RIGHT) / 2, bottom + 24, axis, fontsize=SMALL_SIZE, color=MUTED, ha="center")
        return finish(
            figure,
            slug=slug,
            title=title,
            alt=alt,
            view=view,
            series_tokens={s.implementation.light: s.implementation.token for s in drawn},
        )


def _strip(axes: Any, strip: Strip, top: float, x: Callable[[float], float]) -> None:
    colour = strip.implementation.light
    competes = strip.implementation.competes
    axes.text(
        _LEFT - 4,
        top + 11.5,
        strip.implementation.name,
        fontsize=TEXT_SIZE,
        color=INK if competes else MUTED,
    )
    axes.text(_RIGHT + 4, top + 11.5, strip.text, fontsize=SMALL_SIZE, color=MUTED, ha="right")
    values = [interval.value for _, interval in strip.points]
    middle = statistics.median(values)
    ends = [
        end
        for _, interval in strip.points
        for end in (interval.value, interval.low, interval.high)
        if end is not None
    ]
    room = max(math.log1p(_LEAST_ROOM), *[abs(math.log(end / middle)) for end in ends]) * 1.08
    centre = top + _NAME + _TALL / 2

    def y(value: float) -> float:
        return centre - math.log(value / middle) / room * _TALL / 2

    axes.barh(
        centre, _RIGHT - _LEFT + 8, height=_TALL, left=_LEFT - 4, color=GRID, alpha=0.35, linewidth=0
    )
    axes.text(
        _LEFT - 1,
        top + _NAME + 9,
        f"±{units.percent(math.expm1(room), 2)}",
        fontsize=SMALL_SIZE - 2,
        color=FAINT,
    )
    for level in strip.levels:
        axes.plot(
            [x(level.begin - 0.4), x(level.end + 0.4)],
            [y(level.value)] * 2,
            color=FAINT,
            linewidth=0.9,
            linestyle=(0, (3, 2)),
        )
    axes.plot(
        [x(at) for at, _ in strip.points],
        [y(value) for value in values],
        color=colour,
        linewidth=1.5,
        solid_capstyle="round",
    )
    spans = [
        (at, interval.low, interval.high)
        for at, interval in strip.points
        if interval.low is not None and interval.high is not None
    ]
    axes.vlines(
        [x(at) for at, _, _ in spans],
        [y(low) for _, low, _ in spans],
        [y(high) for _, _, high in spans],
        color=colour,
        linewidth=2,
        alpha=0.35,
    )
    for bounded in (True, False):
        shown = [(at, interval.value) for at, interval in strip.points if interval.bounded is bounded]
        axes.plot(
            [x(at) for at, _ in shown],
            [y(value) for _, value in shown],
            "o",
            color=colour,
            markersize=3.4,
            markeredgewidth=0 if bounded else 0.9,
            markerfacecolor=colour if bounded else "none",
        )
    for at, interval in strip.points:
        if at in strip.rings:
            axes.plot(
                [x(at)],
                [y(interval.value)],
                "o",
                markersize=9,
                markerfacecolor="none",
                markeredgecolor=ALERT,
                markeredgewidth=1.5,
            )
