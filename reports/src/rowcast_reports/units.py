"""Figures as text. Units are decimal throughout: 1 KB is 1,000 bytes, 1 GB/s is 10^9 bytes/s."""

from __future__ import annotations

import math
import re

from rowcast_reports.statistics import Interval

THIN = "\u202f"  # narrow no-break space, between a figure and its unit
DASH = "–"


def significant(value: float, digits: int = 3) -> str:
    """So many significant digits, with thousands separated, never in exponent form."""
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return "∞"
    exponent = math.floor(math.log10(abs(value)))
    rounded = round(value, digits - 1 - exponent)
    if rounded != 0:
        exponent = math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{max(0, digits - 1 - exponent)}f}"


def rare(value: float) -> str:
    """Like `significant`, but what is very small is told as a power of ten."""
    if value == 0 or abs(value) >= 0.001:
        return significant(value)
    exponent = math.floor(math.log10(abs(value)))
    power = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{value / 10.0**exponent:.2f}×10{power}"


def without_zeros(text: str) -> str:
    """`10.0 µs` as `10 µs`: for round figures that are given, not measured."""
    return re.sub(r"(\.\d*?)0+(?!\d)", lambda m: "" if m[1] == "." else m[1], text)


def count(value: float) -> str:
    """A count: whole if it is whole."""
    if abs(value - round(value)) < 1e-9 * max(1.0, abs(value)):
        return f"{round(value):,}"
    return significant(value)


def per_second(value: float) -> str:
    """Requests a second: whole from 1,000 on, to four significant digits."""
    return significant(value, 4) if value < 1e5 else significant(value, 3)


def gigabytes_per_second(bytes_per_second: float) -> str:
    return significant(bytes_per_second / 1e9)


def _scaled(value: float, steps: tuple[tuple[float, str], ...]) -> str:
    for index, (scale, unit) in enumerate(steps):
        last = index == len(steps) - 1
        # 999.6 ns is written 1.00 µs, not 1,000 ns.
        if last or float(significant(value / scale).replace(",", "")) < 1000:
            return f"{significant(value / scale)}{THIN}{unit}"
    raise AssertionError("steps is not empty")


def duration(ns: float) -> str:
    return _scaled(ns, ((1.0, "ns"), (1e3, "µs"), (1e6, "ms"), (1e9, "s")))


def size(byte_count: float) -> str:
    if byte_count < 1000 and abs(byte_count - round(byte_count)) < 1e-9:
        return f"{round(byte_count)}{THIN}B"
    return _scaled(byte_count, ((1.0, "B"), (1e3, "KB"), (1e6, "MB"), (1e9, "GB")))


def factor(value: float) -> str:
    """A quotient; one near 1 is told with a digit more, since there the digit matters."""
    return significant(value, _factor_digits(value))


def _factor_digits(value: float) -> int:
    return 4 if 0.85 < value < 1.15 else 3


def times(value: float) -> str:
    return f"{factor(value)}×"


def tick_duration(ns: float) -> str:
    """A round duration, on an axis."""
    for scale, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "µs")):
        if ns >= scale * (1 - 1e-9):
            return f"{ns / scale:g}{THIN}{unit}"
    return f"{ns:g}{THIN}ns"


def percent(share: float, digits: int = 3) -> str:
    return f"{significant(100 * share, digits)}{THIN}%"


def interval(figure: Interval) -> str:
    """`[8.12, 8.50]`, or nothing where none was measured."""
    if figure.low is None or figure.high is None:
        return ""
    digits = _factor_digits(figure.value)
    return f"[{significant(figure.low, digits)}, {significant(figure.high, digits)}]"


def coverage(share: float | None) -> str:
    if share is None:
        return "coverage not stated"
    return f"{100 * share:.1f}{THIN}%"
