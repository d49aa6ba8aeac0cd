"""Lines on a panel, each named at its right end."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rowcast_reports.catalogue import Implementation, Role
from rowcast_reports.plots.plot import Plot, finish
from rowcast_reports.plots.scales import log_ticks, padded, spread
from rowcast_reports.plots.style import (
    FAINT,
    MUTED,
    PAPER,
    SMALL_SIZE,
    WIDTH,
    heading,
    new_figure,
    style,
    text_width,
    wrapped,
)

_HEIGHT = 280.0
_LEFT, _TOP, _BOTTOM = 54.0, 62.0, 38.0
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "<", ">", "h", "*")


_APART = 4.0  # between the marks of two lines at the same place, where they have intervals


@dataclass(frozen=True)
class Bound:
    """The interval of a line's point; `clear` fills its marker."""

    low: float
    high: float
    clear: bool


@dataclass(frozen=True)
class Line:
    implementation: Implementation
    points: tuple[tuple[float, float], ...]
    name: str = ""  # if it differs from the implementation's
    dashed: bool = False
    bounds: tuple[Bound, ...] = ()  # one a point, or none at all

    @property
    def label(self) -> str:
        return self.name or self.implementation.name


@dataclass(frozen=True)
class Axis:
    label: str
    write: Callable[[float], str]
    ticks: tuple[tuple[float, str], ...] | None = None  # fixed ones; then the axis is linear


def draw(
    *,
    slug: str,
    view: str,
    title: str,
    subtitle: str,
    lines: Sequence[Line],
    x: Axis,
    y: Axis,
    markers: bool,
    alt: str,
    scale: float = 1.0,
    level: float | None = None,
) -> Plot | None:
    """One panel with a logarithmic y axis; None if there is nothing to draw.

    `level` is a value that the lines are held against. Lines with intervals stand a little
    apart, so that none hides the other's; their x axis is logarithmic.
    """
    drawn = [line for line in lines if line.points]
    if not drawn:
        return None
    height = _HEIGHT * scale
    labels = [wrapped(line.label) for line in drawn]
    widest = max(text_width(part, SMALL_SIZE) for label in labels for part in label.split("\n"))
    right = min(1.08 * widest + 22, 146)
    width = WIDTH - _LEFT - right
    tall = height - _TOP - _BOTTOM
    heights = [SMALL_SIZE * (1.2 * (label.count("\n") + 1)) + 1 for label in labels]

    with style(slug):
        figure = new_figure(height)
        heading(figure, title, subtitle)
        axes = figure.add_axes((_LEFT / WIDTH, _BOTTOM / height, width / WIDTH, tall / height))
        y_values = [value for line in drawn for _, value in line.points]
        y_values += [end for line in drawn for bound in line.bounds for end in (bound.low, bound.high)]
        if level is not None:
            y_values.append(level)
        y_low, y_high = padded(min(y_values), max(y_values))
        x_values = [value for line in drawn for value, _ in line.points]
        axes.set_yscale("log")
        axes.set_ylim(y_low, y_high)
        if x.ticks is None:
            axes.set_xscale("log")
            x_low, x_high = padded(min(x_values), max(x_values), 0.03)
            x_ticks = [(tick, x.write(tick)) for tick in log_ticks(x_low, x_high)]
        else:
            x_low, x_high = 0.0, max(x_values) * 1.02
            x_ticks = [(at, text) for at, text in x.ticks if at <= x_high]
        axes.set_xlim(x_low, x_high)
        y_ticks = log_ticks(y_low, y_high)
        axes.set_xticks([at for at, _ in x_ticks], [text for _, text in x_ticks])
        axes.set_yticks(y_ticks, [y.write(tick) for tick in y_ticks])
        axes.minorticks_off()
        axes.tick_params(length=0, labelsize=SMALL_SIZE, pad=4)
        axes.set_xlabel(x.label, fontsize=SMALL_SIZE, labelpad=5)
        axes.grid(True, axis="y")
        axes.set_axisbelow(True)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)

        if level is not None:
            axes.axhline(level, color=FAINT, linewidth=1.3, zorder=1)
        ends: list[tuple[float, float]] = []
        for index, line in enumerate(drawn):
            apart = 1.0
            if line.bounds:
                aside = _APART * (index - (len(drawn) - 1) / 2)
                apart = (x_high / x_low) ** (aside / width)
            roof = line.implementation.role is Role.ROOF
            axes.plot(
                [at * apart for at, _ in line.points],
                [value for _, value in line.points],
                color=line.implementation.light,
                linewidth=1.3 if not line.implementation.competes else 1.9,
                linestyle=(0, (4, 2)) if roof or line.dashed else "-",
                marker=_MARKERS[index % len(_MARKERS)] if markers and not line.bounds else None,
                markersize=3.6,
                markeredgewidth=0,
                solid_capstyle="round",
                clip_on=False,
                zorder=2 if not line.implementation.competes else 3,
            )
            for (at, value), bound in zip(line.points, line.bounds, strict=bool(line.bounds)):
                axes.plot(
                    [at * apart] * 2,
                    [bound.low, bound.high],
                    color=line.implementation.light,
                    linewidth=1.6,
                    alpha=0.45,
                    solid_capstyle="butt",
                    clip_on=False,
                )
                axes.plot(
                    [at * apart],
                    [value],
                    _MARKERS[index % len(_MARKERS)],
                    color=line.implementation.light,
                    markersize=4.6,
                    markeredgewidth=1.1,
                    markerfacecolor=line.implementation.light if bound.clear else PAPER,
                    clip_on=False,
                    zorder=4,
                )
            end_x, end_y = line.points[-1]
            ends.append((end_x * apart, end_y))

        def share(value: float) -> float:
            return math.log(value / y_low) / math.log(y_high / y_low)

        wanted = [share(value) * tall for _, value in ends]
        placed = spread(wanted, heights, -_BOTTOM + 14, tall + 8)
        for line, label, (end_x, end_y), centre in zip(drawn, labels, ends, placed, strict=True):
            start_x = (
                (math.log(end_x / x_low) / math.log(x_high / x_low))
                if x.ticks is None
                else (end_x - x_low) / (x_high - x_low)
            )
            axes.plot(
                [start_x + 3 / width, 1 + 4 / width, 1 + 10 / width],
                [share(end_y), share(end_y) if start_x > 0.97 else centre / tall, centre / tall],
                color=line.implementation.light,
                linewidth=0.7,
                alpha=0.6,
                transform=axes.transAxes,
                clip_on=False,
            )
            axes.text(
                1 + 13 / width,
                centre / tall,
                label,
                transform=axes.transAxes,
                fontsize=SMALL_SIZE,
                color=line.implementation.light if line.implementation.competes else MUTED,
                fontweight="normal" if not line.implementation.competes else "bold",
                va="center",
                linespacing=1.1,
                clip_on=False,
            )
        axes.text(
            -_LEFT / width + 8 / width,
            1 + 6 / tall,
            y.label,
            transform=axes.transAxes,
            fontsize=SMALL_SIZE,
            color=MUTED,
            va="bottom",
        )
        tokens = {line.implementation.light: line.implementation.token for line in drawn}
        return finish(
            figure, slug=slug, title=title, alt=alt, view=view, series_tokens=tokens
        )


