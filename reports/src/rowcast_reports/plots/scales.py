"""Ticks of logarithmic axes, and labels that keep out of each other's way."""

from __future__ import annotations

import math
from collections.abc import Sequence


def log_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Round values between low and high: decades if they suffice, else 1-2-5, else finer."""
    for multiples in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7)):
        ticks = [
            multiple * 10.0**exponent
            for exponent in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
            for multiple in multiples
            if low <= multiple * 10.0**exponent <= high
        ]
        if len(ticks) >= 3:
            break
    while len(ticks) > most:
        ticks = ticks[::2]
    return ticks


def padded(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """Limits of a logarithmic axis with a little room; never less than a factor of 2 apart."""
    if high / low < 2:
        centre = math.sqrt(low * high)
        low, high = centre / math.sqrt(2), centre * math.sqrt(2)
    room = (high / low) ** share
    return low / room, high * room


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Centres as near as can be to the wanted ones, none overlapping, all within [low, high]."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    edge = low
    for index in order:
        half = heights[index] / 2
        placed[index] = max(wanted[index], edge + half)
        edge = placed[index] + half
    edge = high
    for index in reversed(order):
        half = heights[index] / 2
        placed[index] = min(placed[index], edge - half)
        edge = placed[index] - half
    return placed
