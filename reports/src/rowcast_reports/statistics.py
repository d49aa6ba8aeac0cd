"""The little arithmetic that a report needs. Percentiles and ratios come from the harness."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


def middle(items: Sequence[T], key: Callable[[T], float]) -> T:
    """The item with the median key; of two in the middle, the lower. Chosen, never averaged."""
    ordered = sorted(items, key=key)
    return ordered[(len(ordered) - 1) // 2]


MOST_LAUNCHES_FOR_RANGE = 8
LEAST_COVERAGE = 0.95  # below it, the harness too calls every comparison unclear


def range_coverage(launches: int | None) -> float | None:
    """How surely the median lies between the least and the greatest of so many launches.

    It lies outside only if all launches fall on one side of it: 2 x (1/2)^n. Of more
    than eight launches the harness gives a narrower interval, so there it is not known.
    """
    if launches is None or not 1 <= launches <= MOST_LAUNCHES_FOR_RANGE:
        return None
    return 1.0 - 2.0 ** (1 - launches)


@dataclass(frozen=True)
class Interval:
    """A figure with the interval it was measured to lie in, if one was."""

    value: float
    low: float | None = None
    high: float | None = None
    coverage: float | None = None

    @property
    def bounded(self) -> bool:
        return self.low is not None and self.high is not None

    @property
    def excludes_one(self) -> bool:
        return self.low is not None and self.high is not None and (self.low > 1 or self.high < 1)


EXACTLY_ONE = Interval(1.0, 1.0, 1.0, 1.0)


def quotient(numerator: Interval, denominator: Interval) -> Interval:
    """The quotient of two figures, and the widest interval that theirs allow.

    Both must hold for it to hold, so its coverage is at least 1 minus both risks.
    """
    value = numerator.value / denominator.value
    if (
        numerator.low is None
        or numerator.high is None
        or denominator.low is None
        or denominator.high is None
    ):
        return Interval(value)
    coverage: float | None = None
    if numerator.coverage is not None and denominator.coverage is not None:
        coverage = max(0.0, numerator.coverage + denominator.coverage - 1.0)
    return Interval(
        value, numerator.low / denominator.high, numerator.high / denominator.low, coverage
    )
