from __future__ import annotations

import pytest

from rowcast_reports import statistics
from rowcast_reports.statistics import EXACTLY_ONE, Interval


def test_seven_launches_cover_the_median_with_98_4_percent() -> None:
    assert statistics.range_coverage(7) == pytest.approx(0.984375)
    assert statistics.range_coverage(5) == pytest.approx(0.9375)
    assert statistics.range_coverage(1) == 0.0
    assert statistics.range_coverage(None) is None
    assert statistics.range_coverage(9) is None, "the harness narrows it there"


def test_middle_chooses_and_never_averages() -> None:
    assert statistics.middle([5, 1, 3], key=float) == 3
    assert statistics.middle([4, 1, 3, 2], key=float) == 2
    assert statistics.middle([7], key=float) == 7


def test_a_quotient_by_the_baseline_keeps_the_measured_interval() -> None:
    measured = Interval(4.0, 3.9, 4.2, 0.984375)
    assert statistics.quotient(measured, EXACTLY_ONE) == measured
    inverse = statistics.quotient(EXACTLY_ONE, measured)
    assert (inverse.low, inverse.value, inverse.high) == (1 / 4.2, 0.25, 1 / 3.9)


def test_a_quotient_of_two_intervals_is_the_widest() -> None:
    lead = statistics.quotient(Interval(0.2, 0.19, 0.22, 0.984375), Interval(0.1, 0.09, 0.11, 0.984375))
    assert lead.value == pytest.approx(2.0)
    assert lead.low == pytest.approx(0.19 / 0.11)
    assert lead.high == pytest.approx(0.22 / 0.09)
    assert lead.coverage == pytest.approx(0.96875)
    assert lead.excludes_one


def test_without_bounds_there_is_no_interval() -> None:
    lead = statistics.quotient(Interval(2.0), Interval(1.0, 0.9, 1.1, 0.98))
    assert (lead.value, lead.bounded, lead.excludes_one) == (2.0, False, False)
