"""Tables as data: the page's template draws them all alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rowcast_reports.results import Benchmark

NOT_AVAILABLE = "n/a"


@dataclass(frozen=True)
class Column:
    title: str
    unit: str = ""
    numeric: bool = True
    help: str = ""


@dataclass(frozen=True)
class Cell:
    text: str
    value: float | str | None = None  # what sorting compares; None sorts last
    detail: str = ""  # a second, smaller part of the text
    tooltip: str = ""
    mark: str = ""  # footnote
    tone: str = ""
    colour: str = ""  # the style sheet's name of an implementation's colour


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    view: str = ""


@dataclass(frozen=True)
class Footnote:
    mark: str
    text: str


@dataclass(frozen=True)
class Table:
    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[Footnote, ...] = ()

    @property
    def long(self) -> bool:
        return len(self.rows) > 12


_TOO_FEW = re.compile(r"too few samples: [\d,]+(?:, needs| of) ([\d,]+)")


def _shared(reason: str) -> str:
    """One footnote for all cells with too few samples; the cell's own tooltip has its count."""
    return _TOO_FEW.sub(r"too few samples: the percentile needs \1", reason)


@dataclass
class Footnotes:
    """Gives each distinct reason one mark: a, b, ..., z, aa, ab, ..."""

    _marks: dict[str, str] = field(default_factory=dict)

    def mark(self, reason: str) -> str:
        reason = _shared(reason)
        if reason not in self._marks:
            number, letters = len(self._marks), ""
            while True:
                letters = chr(ord("a") + number % 26) + letters
                number = number // 26 - 1
                if number < 0:
                    break
            self._marks[reason] = letters
        return self._marks[reason]

    def listed(self) -> tuple[Footnote, ...]:
        return tuple(Footnote(mark, reason) for reason, mark in self._marks.items())

    def missing(self, reason: str) -> Cell:
        return Cell(NOT_AVAILABLE, None, tooltip=reason, mark=self.mark(reason), tone="missing")


def text(value: str, *, tone: str = "", colour: str = "", tooltip: str = "") -> Cell:
    return Cell(value, value, tone=tone, colour=colour, tooltip=tooltip)


def failed(benchmark: Benchmark) -> str:
    return f"no figures: {benchmark.error}"


def unavailable_everywhere(benchmarks: Sequence[Benchmark], counters: Sequence[str]) -> list[str]:
    """The counters that no cell has a value for."""
    return [
        counter
        for counter in counters
        if all(benchmark.value(counter) is None for benchmark in benchmarks)
    ]
