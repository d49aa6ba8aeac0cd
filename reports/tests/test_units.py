from __future__ import annotations

import pytest

from rowcast_reports import units
from rowcast_reports.statistics import Interval


def plain(text: str) -> str:
    return text.replace(units.THIN, " ")


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ns"),
        (0.9, "0.900 ns"),
        (12.34, "12.3 ns"),
        (999.4, "999 ns"),
        (999.6, "1.00 µs"),
        (1_000, "1.00 µs"),
        (999_999, "1.00 ms"),
        (2.5e9, "2.50 s"),
        (5e12, "5,000 s"),
    ],
)
def test_duration(ns: float, text: str) -> None:
    assert plain(units.duration(ns)) == text


@pytest.mark.parametrize(
    ("byte_count", "text"),
    [(0, "0 B"), (8, "8 B"), (999, "999 B"), (1_000, "1.00 KB"), (999_999, "1.00 MB"), (5.02e6, "5.02 MB")],
)
def test_size_is_decimal(byte_count: float, text: str) -> None:
    assert plain(units.size(byte_count)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.0123456, "0.0123"), (9.999, "10.0"), (123.456, "123"), (1234.5, "1,230"), (1e6, "1,000,000")],
)
def test_significant(value: float, text: str) -> None:
    assert units.significant(value) == text


def test_others() -> None:
    assert units.gigabytes_per_second(5.4321e9) == "5.43"
    assert units.count(15_202.0) == "15,202"
    assert units.count(0.5) == "0.500"
    assert units.times(114.2) == "114×"
    assert units.times(1.0034) == "1.003×"
    assert units.interval(Interval(1.01, 0.9871, 1.2345)) == "[0.9871, 1.234]"
    assert units.interval(Interval(2.0)) == ""
    assert units.rare(2.53e-7) == "2.53×10⁻⁷"
    assert units.without_zeros("≤ 10.0 µs, 1.50 KB, 100, 1,200") == "≤ 10 µs, 1.5 KB, 100, 1,200"
    assert plain(units.tick_duration(1e4)) == "10 µs"
    assert plain(units.tick_duration(3.0)) == "3 ns"
