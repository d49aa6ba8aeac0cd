"""Where the level of a series changed, by a test that noise of any shape passes at a known rate.

A series without a change is exchangeable: any order of its values is as likely as any other. For
every place where it may be cut, the ranks before are set against those after (the standardised
rank sum of Wilcoxon); the greatest of these is the statistic. Its distribution is found by
shuffling the series itself. If so great a value comes up in less than `LEVEL` of the shuffles,
the series is cut there, and each part is looked at in the same way (binary segmentation; Vostrikova
1981 for the scheme, Pettitt 1979 for the rank statistic, Matteson and James 2014 for the shuffles).

- A series without a change gets a mark with a probability of at most `LEVEL`, whatever its
  distribution: ranks do not see how far away an outlier is, and shuffles assume no shape.
- That holds for values that do not depend on each other. Noise with a memory, as of a machine
  that is slow for a week, gets more marks.
- A change is found only when enough runs have followed it: with 10 before it, 5.
"""

from __future__ import annotations

import math
import statistics
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

LEVEL = 0.01
SMALLEST_EFFECT = 0.02  # a smaller change of level is not told
SHUFFLES = 999
SHORTEST = 3  # points on each side of a cut
_LONGEST = 500  # points that are looked at: the newest


@dataclass(frozen=True)
class Change:
    at: int  # the first point on the new level
    before: float  # medians of the two parts
    after: float
    chance: float  # of so great a difference without a change

    @property
    def ratio(self) -> float:
        return self.after / self.before


Numbers = NDArray[np.float64]


def _greatest(ranks: Numbers) -> tuple[Numbers, NDArray[np.int64]]:
    """For each row the greatest standardised rank sum, and the number of points before that cut."""
    size = ranks.shape[1]
    before = np.arange(1, size)
    sums = np.cumsum(ranks, axis=1)[:, :-1]
    scale = np.sqrt(before * (size - before) * (size + 1) / 12.0)
    standard = np.abs(sums - before * (size + 1) / 2.0) / scale
    usable = standard[:, SHORTEST - 1 : size - SHORTEST]
    best = usable.argmax(axis=1)
    return usable[np.arange(len(usable)), best], best + SHORTEST


def _cut(values: Numbers, random: np.random.Generator) -> tuple[int, float] | None:
    """Where to cut, and the chance of that without a change; None where it is too great."""
    if len(values) < 2 * SHORTEST:
        return None
    ranks = rankdata(values)
    found, at = _greatest(ranks[np.newaxis, :])
    shuffled, _ = _greatest(random.permuted(np.tile(ranks, (SHUFFLES, 1)), axis=1))
    as_great = int(np.count_nonzero(shuffled >= found[0] * (1 - 1e-12)))
    chance = (1 + as_great) / (1 + SHUFFLES)
    return (int(at[0]), chance) if chance <= LEVEL else None


def cuts(values: Sequence[float], seed: int = 0) -> list[tuple[int, float]]:
    """Every place where the level changes, first to last, with its chance."""
    random = np.random.default_rng(seed)
    array = np.asarray(values, dtype=float)
    found: list[tuple[int, float]] = []
    open_parts = [(0, len(array))]
    while open_parts:
        begin, end = open_parts.pop()
        cut = _cut(array[begin:end], random)
        if cut is not None:
            found.append((begin + cut[0], cut[1]))
            open_parts += [(begin, begin + cut[0]), (begin + cut[0], end)]
    return sorted(found)


def find(values: Sequence[float], name: str = "") -> list[Change]:
    """The changes of a series of ratios that are large enough to matter. The shuffles depend on
    the name alone, so the same series always gets the same marks."""
    skipped = max(0, len(values) - _LONGEST)
    kept = values[skipped:]
    places = cuts([math.log(value) for value in kept], zlib.crc32(name.encode("utf-8")))
    edges = [0, *[at for at, _ in places], len(kept)]
    changes: list[Change] = []
    for index, (at, chance) in enumerate(places):
        change = Change(
            at=skipped + at,
            before=statistics.median(kept[edges[index] : at]),
            after=statistics.median(kept[at : edges[index + 2]]),
            chance=chance,
        )
        if abs(math.log(change.ratio)) >= math.log(1 + SMALLEST_EFFECT):
            changes.append(change)
    return changes
