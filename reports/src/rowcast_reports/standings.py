"""Who wins each cell, and by how much.

The harness compares in pairs against one baseline; its `ratio` cells are read
here. How one implementation stands to another that was compared with the same
baseline is the quotient of their two ratios. Only where there are no ratio
cells is the lead the plain division of two displayed throughputs of one run,
and then it has no interval and is marked as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from rowcast_reports.catalogue import REFERENCE, Catalogue, Role
from rowcast_reports.names import Setting
from rowcast_reports.results import Ratio, Results
from rowcast_reports.statistics import (
    EXACTLY_ONE,
    LEAST_COVERAGE,
    Interval,
    quotient,
    range_coverage,
)


class Method(Enum):
    PAIRED = "paired"
    PAIRED_QUOTIENT = "paired, by quotient"
    DIVISION = "plain division"


@dataclass(frozen=True)
class Lead:
    """How many times as fast `faster` is as `slower`."""

    faster: str
    slower: str
    figure: Interval
    method: Method

    @property
    def clear(self) -> bool:
        """The interval does not reach 1, and covers enough to say so."""
        return self.figure.excludes_one and not self.unsure

    @property
    def unsure(self) -> bool:
        """The interval covers too little to decide anything: too few launches."""
        return self.figure.coverage is not None and self.figure.coverage < LEAST_COVERAGE


@dataclass(frozen=True)
class Standing:
    setting: Setting
    winner: str
    bytes_per_second: float | None
    requests_per_second: float | None
    runner_up: Lead | None
    reference: Lead | None
    best_peer: Lead | None

    @property
    def clear(self) -> bool:
        return self.runner_up is not None and self.runner_up.clear


def paired_interval(ratio: Ratio) -> Interval:
    coverage = ratio.coverage if ratio.coverage is not None else range_coverage(ratio.launches)
    return Interval(ratio.ratio, ratio.low, ratio.high, coverage)


class Standings:
    def __init__(self, results: Results, catalogue: Catalogue) -> None:
        self._results = results
        self._catalogue = catalogue
        self.cells: tuple[Standing, ...] = tuple(
            standing
            for setting in catalogue.settings
            if (standing := self._standing(setting)) is not None
        )
        self.by_setting: Mapping[Setting, Standing] = {cell.setting: cell for cell in self.cells}

    def _paired(self, setting: Setting) -> dict[str, dict[str, Interval]]:
        """For each baseline, the time of each implementation relative to it."""
        by_baseline: dict[str, dict[str, Interval]] = {}
        for ratio in self._results.ratios.get(setting, ()):
            relative = by_baseline.setdefault(ratio.baseline, {ratio.baseline: EXACTLY_ONE})
            if ratio.implementation != ratio.baseline:
                relative[ratio.implementation] = paired_interval(ratio)
        return by_baseline

    def lead(self, setting: Setting, faster: str, slower: str) -> Lead | None:
        """How many times as fast one is as the other; None where nothing tells."""
        cells = self._results.pipeline.get(setting, {})
        if any(name not in cells or cells[name].error is not None for name in (faster, slower)):
            return None
        for baseline, relative in self._paired(setting).items():
            if faster in relative and slower in relative:
                direct = baseline in (faster, slower)
                return Lead(
                    faster,
                    slower,
                    quotient(relative[slower], relative[faster]),
                    Method.PAIRED if direct else Method.PAIRED_QUOTIENT,
                )
        ours = cells[faster].value("bytes_per_second")
        theirs = cells[slower].value("bytes_per_second")
        if not ours or not theirs:
            return None
        return Lead(faster, slower, Interval(ours / theirs), Method.DIVISION)

    def _ranking(self, setting: Setting, candidates: list[str]) -> list[str]:
        """Fastest first: by paired ratios if they cover all, else by throughput."""
        for relative in self._paired(setting).values():
            if len(candidates) > 1 and all(name in relative for name in candidates):
                return sorted(candidates, key=lambda name: relative[name].value)
        cells = self._results.pipeline[setting]
        measured = [name for name in candidates if cells[name].value("bytes_per_second")]
        return sorted(
            measured, key=lambda name: cells[name].value("bytes_per_second") or 0.0, reverse=True
        )

    def _standing(self, setting: Setting) -> Standing | None:
        cells = self._results.pipeline[setting]
        usable = [name for name in self._catalogue.sort(cells) if cells[name].error is None]
        ranking = self._ranking(
            setting, [name for name in usable if self._catalogue[name].competes]
        )
        if not ranking:
            return None
        winner = ranking[0]
        peers = self._ranking(
            setting, [name for name in usable if self._catalogue[name].role is Role.PEER]
        )
        return Standing(
            setting=setting,
            winner=winner,
            bytes_per_second=cells[winner].value("bytes_per_second"),
            requests_per_second=cells[winner].value("requests_per_second"),
            runner_up=self.lead(setting, winner, ranking[1]) if len(ranking) > 1 else None,
            reference=self.lead(setting, winner, REFERENCE) if winner != REFERENCE else None,
            best_peer=self.lead(setting, winner, peers[0]) if peers else None,
        )
