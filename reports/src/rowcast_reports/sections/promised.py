"""The promises section: each promise, what was measured, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rowcast_reports import units
from rowcast_reports.promises import (
    Assessment,
    Assessor,
    Direction,
    Outcome,
    Promise,
    show,
)
from rowcast_reports.tables import Cell, Column, Row, Table, text

_SIGNS = {
    Direction.AT_LEAST: "≥ ",
    Direction.OVER: "> ",
    Direction.AT_MOST: "≤ ",
    Direction.UNDER: "< ",
    Direction.OLD: "",
}
_TONES = {Outcome.MET: "met", Outcome.MISSED: "missed", Outcome.NOT_MEASURABLE: "open"}
_ICONS = {Outcome.MET: "✓", Outcome.MISSED: "✗", Outcome.NOT_MEASURABLE: "–"}
_ORDER = {Outcome.MET: 0.0, Outcome.MISSED: 1.0, Outcome.NOT_MEASURABLE: 2.0}


@dataclass(frozen=True)
class PromiseGroup:
    title: str
    table: Table


def promised_text(promise: Promise) -> str:
    figure = units.without_zeros(show(promise.promised, promise.unit))
    return figure if promise.promised == 0 else _SIGNS[promise.direction] + figure


def verdict_text(assessment: Assessment) -> str:
    outcome = assessment.verdict.outcome.value
    detail = assessment.verdict.text
    if assessment.verdict.outcome is Outcome.NOT_MEASURABLE:
        return f"{outcome}: {detail}"
    return f"{outcome} {detail}".strip()


def _row(assessment: Assessment, stand_in: str) -> Row:
    promise, measured = assessment.promise, assessment.measured
    tone = _TONES[assessment.verdict.outcome]
    old = promise.direction is Direction.OLD
    by = measured.by
    if by == stand_in:
        by += " (stand-in)" if old else ""
    return Row(
        (
            text(promise.claim, tone="muted" if old else ""),
            Cell(promised_text(promise), promise.promised),
            Cell("–") if measured.value is None else Cell(show(measured.value, promise.unit), measured.value),
            text(by or "–", tone="muted"),
            Cell(
                assessment.verdict.outcome.value,
                _ORDER[assessment.verdict.outcome],
                detail=assessment.verdict.text,
                mark=_ICONS[assessment.verdict.outcome],
                tone=f"verdict {tone}",
            ),
        )
    )


def groups(assessor: Assessor, assessments: dict[str, list[Assessment]]) -> list[PromiseGroup]:
    made: list[PromiseGroup] = []
    for group in assessor.book.groups:
        judged: Sequence[Assessment] = assessments[group.id]
        made.append(
            PromiseGroup(
                group.title,
                Table(
                    id=f"promises-{group.id}",
                    caption=f"Promises: {group.title}",
                    columns=(
                        Column("Promise", numeric=False),
                        Column("Promised"),
                        Column("Measured"),
                        Column("Read from", numeric=False),
                        Column("Verdict", numeric=False),
                    ),
                    rows=tuple(_row(assessment, assessor.book.stand_in) for assessment in judged),
                ),
            )
        )
    return made
