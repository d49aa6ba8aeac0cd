"""Rates with exact intervals (Clopper and Pearson, Biometrika 26, 1934)."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import beta

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Rate:
    """`count` of `total`; nothing is known of a rate of nothing."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Covers the true rate in at least 95 % of all cases."""
        tail = (1 - CONFIDENCE) / 2
        low, high = 0.0, 1.0
        if self.count > 0:
            low = float(beta.ppf(tail, self.count, self.total - self.count + 1))
        if self.count < self.total:
            high = float(beta.ppf(1 - tail, self.count + 1, self.total - self.count))
        return low, high

    def __str__(self) -> str:
        if self.value is None:
            return "n/a"
        low, high = self.interval
        return f"{self.value * 100:.1f} % [{low * 100:.1f}, {high * 100:.1f}] ({self.count} of {self.total})"
