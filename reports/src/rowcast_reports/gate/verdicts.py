"""A verdict for each cell, and the exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from rowcast_reports.gate.measuring import Comparison, Instructions, Measured
from rowcast_reports.statistics import LEAST_COVERAGE

INSTRUCTIONS_FAIL = 0.01
INSTRUCTIONS_WARN = 0.002


class Verdict(Enum):
    PASS = "PASS"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"


class Exit:
    PASS = 0
    ERROR = 1
    USAGE = 2
    REGRESSION = 3
    INCONCLUSIVE = 4
    UNFIT = 5


@dataclass(frozen=True)
class Judged:
    cell: Measured
    instructions: Instructions
    verdict: Verdict
    reasons: tuple[str, ...]  # for what is not a PASS
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Gate:
    """What a gate found."""

    cells: tuple[Judged, ...]
    unfit: str
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        verdicts = {judged.verdict for judged in self.cells}
        if any(judged.cell.error for judged in self.cells):
            return Exit.ERROR
        if Verdict.FAIL in verdicts:
            return Exit.REGRESSION
        if self.unfit:
            return Exit.UNFIT
        return Exit.INCONCLUSIVE if Verdict.INCONCLUSIVE in verdicts else Exit.PASS

    @property
    def verdict(self) -> Verdict:
        if self.exit_code == Exit.PASS:
            return Verdict.PASS
        failed = self.exit_code in (Exit.REGRESSION, Exit.ERROR)
        return Verdict.FAIL if failed else Verdict.INCONCLUSIVE


def _percent(ratio: float) -> str:
    return f"{(ratio - 1) * 100:+.2f} %"


def _disagreement(cell: Measured, ratio: float) -> str:
    """Time says one thing and instructions another: by name, since each is a different fault."""
    if cell.verdict == "SLOWER" and ratio < 1 - INSTRUCTIONS_WARN:
        return (
            f"time and instructions disagree: slower by fewer instructions ({_percent(ratio)}), so "
            "costlier ones, placement, branches or memory"
        )
    if cell.verdict == "SLOWER" and ratio <= 1 + INSTRUCTIONS_WARN:
        return (
            "time and instructions disagree: slower by the same instructions, so placement, "
            "branches or memory"
        )
    if cell.verdict == "SAME" and ratio > 1 + INSTRUCTIONS_FAIL:
        return "time and instructions disagree: more instructions in no more time"
    if cell.verdict == "FASTER" and ratio > 1 + INSTRUCTIONS_WARN:
        return "time and instructions disagree: more instructions in less time"
    if cell.verdict == "FASTER" and ratio >= 1 - INSTRUCTIONS_WARN:
        return (
            "time and instructions disagree: faster by the same instructions, so placement, "
            "branches or memory"
        )
    return ""


def _is_not_slower(cell: Measured) -> bool:
    """By no effect that matters, that is: it may be the same or faster."""
    time = cell.time
    return (
        cell.enough
        and time is not None
        and time.coverage >= LEAST_COVERAGE
        and time.high < 1 + time.smallest_effect
    )


def judge(cell: Measured, instructions: Instructions) -> Judged:
    if cell.error:
        return Judged(cell, instructions, Verdict.FAIL, (f"error: {cell.error}",), ())
    reasons: list[str] = []
    warnings = list(cell.warnings)
    failed = False
    if cell.verdict == "SLOWER" and cell.time is not None:
        failed = True
        reasons.append(f"slower: {_percent(cell.time.ratio)}")
    base, candidate = cell.base_allocations, cell.candidate_allocations
    if base is None or candidate is None:
        why = f" ({cell.allocations_reason})" if cell.allocations_reason else ""
        warnings.append(f"allocations: not counted{why}")
    elif candidate > base:
        failed = True
        reasons.append(f"allocates more: {base:g} a request, now {candidate:g}")
    ratio = instructions.ratio
    if ratio is None and instructions.asked:
        warnings.append(f"instructions: not counted ({instructions.reason or 'the base has none'})")
    if ratio is not None:
        if ratio > 1 + INSTRUCTIONS_FAIL:
            failed = True
            reasons.append(f"more instructions: {_percent(ratio)}")
        elif ratio > 1 + INSTRUCTIONS_WARN:
            warnings.append(f"more instructions: {_percent(ratio)}")
        disagreement = _disagreement(cell, ratio)
        if disagreement:
            warnings.append(disagreement)
    if failed:
        return Judged(cell, instructions, Verdict.FAIL, tuple(reasons), tuple(warnings))
    if cell.verdict == "UNCLEAR" and not _is_not_slower(cell):
        reasons.append("the times do not say")
        return Judged(cell, instructions, Verdict.INCONCLUSIVE, tuple(reasons), tuple(warnings))
    return Judged(cell, instructions, Verdict.PASS, (), tuple(warnings))


def judge_all(
    comparison: Comparison,
    instructions: Mapping[str, Instructions],
    not_counted: str,
    notes: Sequence[str] = (),
) -> Gate:
    """`not_counted` is why a sound cell that `instructions` lacks has no count."""
    nothing = Instructions(None, None, reason=not_counted, asked=False)
    broken = Instructions(None, None, reason="the cell has an error", asked=False)
    return Gate(
        cells=tuple(
            judge(cell, instructions.get(cell.name, broken if cell.error else nothing))
            for cell in comparison.cells
        ),
        unfit=comparison.unfit,
        notes=tuple(notes),
    )
