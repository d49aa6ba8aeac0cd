"""Change points: found where there are some, and rarely where there are none."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from rowcast_reports.history import changes

Numbers = NDArray[np.float64]
Noise = Callable[[np.random.Generator, int], Numbers]


def bimodal(random: np.random.Generator, size: int) -> Numbers:
    """As a virtual machine does it: a quarter of the runs are slower, by a lot."""
    slow = (random.random(size) < 0.25) * random.uniform(0.2, 0.6, size)
    return random.normal(0.0, 0.01, size) + slow


NOISES: dict[str, Noise] = {
    "normal": lambda random, size: random.normal(0.0, 0.01, size),
    "heavy tails": lambda random, size: 0.01 * random.standard_t(2, size),
    "bimodal": bimodal,
    "ties": lambda random, size: np.round(random.normal(0.0, 1.0, size)),
}


@pytest.mark.parametrize("noise", NOISES)
def test_noise_without_a_change_is_marked_as_rarely_as_promised(noise: str) -> None:
    """Of 1,000 series at most 1 % plus what chance adds to it: 10 and three standard deviations."""
    random = np.random.default_rng(1)
    series = 1000
    marked = sum(
        bool(changes.cuts(NOISES[noise](random, 25), seed)) for seed in range(series)
    )
    expected = series * 0.01
    assert marked <= expected + 3 * math.sqrt(expected), marked
    # Nor is the test asleep.
    assert marked > 0


@pytest.mark.parametrize("noise", ["normal", "heavy tails"])
def test_a_change_of_five_percent_is_found_where_it_is(noise: str) -> None:
    random = np.random.default_rng(2)
    found, near = 0, 0
    for _ in range(100):
        values = np.exp(NOISES[noise](random, 24) * 0.5 + np.where(np.arange(24) < 16, 0.0, -0.05))
        marks = changes.find(list(values), "cell")
        found += bool(marks)
        near += any(abs(mark.at - 16) <= 1 and mark.ratio == pytest.approx(0.95, abs=0.02) for mark in marks)
    assert found >= 95
    assert near >= 90


def test_five_runs_after_a_change_are_enough() -> None:
    random = np.random.default_rng(3)
    steps = np.where(np.arange(15) < 10, 0.0, 0.05)
    found = sum(bool(changes.find(list(np.exp(random.normal(0, 0.01, 15) + steps)), "")) for _ in range(100))
    assert found >= 95


def test_several_changes_are_told_apart() -> None:
    random = np.random.default_rng(4)
    steps = np.repeat([0.0, 0.2, -0.1], 12)
    marks = changes.find(list(np.exp(steps + random.normal(0, 0.01, 36))), "cell")
    assert [mark.at for mark in marks] == [12, 24]
    assert [round(math.log(mark.ratio), 1) for mark in marks] == [0.2, -0.3]


def test_a_change_too_small_to_matter_is_not_told() -> None:
    random = np.random.default_rng(5)
    values = list(np.exp(np.repeat([0.0, 0.01], 20) + random.normal(0, 0.001, 40)))
    assert changes.cuts(np.log(values)) != []
    assert changes.find(values) == []


def test_one_outlier_is_no_change() -> None:
    values = [1.0, 1.01, 0.99, 1.005, 0.995, 1.002, 5.0, 0.998, 1.003, 0.997, 1.001, 1.004]
    assert changes.find(values) == []


@pytest.mark.parametrize("size", range(7))
def test_too_few_points_tell_nothing(size: int) -> None:
    assert changes.find([1.0, 1.0, 1.0, 2.0, 2.0, 2.0][:size]) == []


def test_the_same_series_gets_the_same_marks() -> None:
    random = np.random.default_rng(6)
    values = list(np.exp(np.repeat([0.0, 0.03], 10) + random.normal(0, 0.01, 20)))
    assert changes.find(values, "cell") == changes.find(values, "cell")


def test_of_a_long_series_the_newest_points_are_looked_at() -> None:
    values = [2.0] * 5 + [1.0] * 600
    values[-100:] = [1.5] * 100
    (mark,) = changes.find(values)
    assert (mark.at, mark.ratio) == (505, 1.5)
