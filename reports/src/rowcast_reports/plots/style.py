"""How every plot looks, and the colours that the page's style sheet takes over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import rc_context  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

# Each is a colour of its own, so that it can be found in the SVG and replaced
# by the style sheet's variable: that is how one drawing serves light and dark.
PAPER = "#fffefb"
INK = "#1c2430"
MUTED = "#5d6675"
FAINT = "#8c94a1"
GRID = "#e4e2db"
ALERT = "#b42318"
THEME: Mapping[str, str] = {
    PAPER: "--card",
    INK: "--ink",
    MUTED: "--muted",
    FAINT: "--faint",
    GRID: "--line",
    ALERT: "--bad",
}

WIDTH = 360.0  # points; a plot is as wide as a phone's screen, and the page sets them side by side
TITLE_SIZE = 13.0
TEXT_SIZE = 10.5
SMALL_SIZE = 9.5
CHARACTER = 0.61  # width of an average character of the widest likely font, in its size

_PARAMETERS: Mapping[str, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT_SIZE,
    "text.parse_math": False,  # names are text: a dollar sign is a dollar sign
    "axes.unicode_minus": False,
    "axes.facecolor": "none",
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "axes.linewidth": 0.8,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
}


@contextmanager
def style(salt: str) -> Iterator[None]:
    with rc_context({**_PARAMETERS, "svg.hashsalt": salt}):
        yield


def new_figure(height: float) -> Figure:
    return Figure(figsize=(WIDTH / 72, height / 72), facecolor=PAPER)


def text_width(text: str, size: float = TEXT_SIZE) -> float:
    return len(text) * size * CHARACTER


def heading(figure: Figure, title: str, subtitle: str) -> None:
    height = figure.get_figheight() * 72
    figure.text(
        8 / WIDTH, 1 - 17 / height, title, fontsize=TITLE_SIZE, fontweight="bold", color=INK
    )
    figure.text(8 / WIDTH, 1 - 33 / height, subtitle, fontsize=TEXT_SIZE, color=MUTED)


def wrapped(name: str, limit: int = 15) -> str:
    """A long name on two lines, cut at the hyphen nearest its middle."""
    cuts = [index for index, character in enumerate(name) if character == "-"]
    if len(name) <= limit or not cuts:
        return name
    cut = min(cuts, key=lambda index: abs(index - len(name) / 2))
    return f"{name[: cut + 1]}\n{name[cut + 1 :]}"
