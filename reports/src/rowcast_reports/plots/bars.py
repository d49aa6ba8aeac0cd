"""Horizontal bars from zero, each with its name and its figure written above it.

No axis is needed, and nothing can overlap: every bar has a line of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rowcast_reports.catalogue import Implementation, Role
from rowcast_reports.plots.plot import Plot, finish
from rowcast_reports.plots.style import (
    ALERT,
    FAINT,
    GRID,
    INK,
    MUTED,
    TEXT_SIZE,
    WIDTH,
    heading,
    new_figure,
    style,
    text_width,
)

_LEFT, _RIGHT = 8.0, 352.0
_TOP = 44.0
_PITCH = 28.0
_THICKNESS = 8.0
_LINE = 15.0


@dataclass(frozen=True)
class Bar:
    implementation: Implementation
    value: float | None
    text: str  # the figure with its unit, or why there is none
    failed: bool = False


def _shortened(text: str, room: float) -> str:
    most = max(4, int(room / (TEXT_SIZE * 0.61)))
    return text if len(text) <= most else text[: most - 1] + "…"


def _lines(text: str, room: float) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def draw(
    *,
    slug: str,
    view: str,
    title: str,
    subtitle: str,
    bars: Sequence[Bar],
    roofs: Sequence[Bar] = (),
    best: str = "",
) -> Plot | None:
    """One panel; None if no bar has a value."""
    values = [bar.value for bar in bars if bar.value is not None]
    if not values:
        return None
    longest = max(values) or 1.0
    beyond = ""
    if roofs:
        # Roofs would squeeze the bars to nothing, so they are told, not drawn.
        beyond = "roof: " + ", ".join(f"{roof.implementation.name} {roof.text}" for roof in roofs)
    beyond_lines = _lines(beyond, _RIGHT - _LEFT) if beyond else []
    height = _TOP + _PITCH * len(bars) + _LINE * len(beyond_lines) + 6

    with style(slug):
        figure = new_figure(height)
        heading(figure, title, subtitle)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(height, 0)
        axes.axis("off")
        axes.plot(
            [_LEFT, _LEFT], [_TOP + 1, _TOP + _PITCH * len(bars) - 1], color=FAINT, linewidth=0.8
        )
        for index, bar in enumerate(bars):
            top = _TOP + _PITCH * index
            name = bar.implementation.name
            leading = name == best
            axes.text(
                _LEFT + 4,
                top + 12.5,
                _shortened(name, 190),
                fontsize=TEXT_SIZE,
                color=INK if bar.implementation.competes else MUTED,
                fontweight="bold" if leading else "normal",
            )
            room = _RIGHT - _LEFT - 20 - min(text_width(name), 190.0)
            axes.text(
                _RIGHT,
                top + 12.5,
                _shortened(bar.text, room) if bar.value is None else bar.text,
                fontsize=TEXT_SIZE,
                ha="right",
                color=ALERT if bar.failed else (INK if bar.value is not None else FAINT),
                fontweight="bold" if leading else "normal",
            )
            if bar.value is None:
                continue
            axes.barh(
                top + 21,
                _RIGHT - _LEFT,
                height=_THICKNESS,
                left=_LEFT,
                color=GRID,
                alpha=0.45,
                linewidth=0,
            )
            length = (_RIGHT - _LEFT) * bar.value / longest
            if bar.value > 0:
                axes.barh(
                    top + 21,
                    max(length, 1.0),
                    height=_THICKNESS,
                    left=_LEFT,
                    color=bar.implementation.light,
                    alpha=0.62 if bar.implementation.role is Role.PEER else 1.0,
                    linewidth=0,
                )
        for index, line in enumerate(beyond_lines):
            axes.text(
                _LEFT,
                _TOP + _PITCH * len(bars) + 12 + _LINE * index,
                line,
                fontsize=TEXT_SIZE,
                color=MUTED,
            )
        told = "; ".join(f"{bar.implementation.name} {bar.text}" for bar in (*bars, *roofs))
        tokens: Mapping[str, str] = {
            bar.implementation.light: bar.implementation.token for bar in bars
        }
        return finish(
            figure,
            slug=slug,
            title=title,
            alt=f"Bars, {title}, {subtitle}: {told}",
            view=view,
            series_tokens=tokens,
        )
