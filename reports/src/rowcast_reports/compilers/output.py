"""What each build gives, as JSON and as Markdown for the page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rowcast_reports import marks, units
from rowcast_reports.compilers.variants import Built
from rowcast_reports.gate.measuring import Comparison, Measured

FORMAT = "rowcast-compilers/1"
BEGIN = "<!-- measured: written by scripts/compilers --publish -->\n"
END = "<!-- measured ends -->\n"
_VERDICTS = ("FASTER", "SAME", "SLOWER", "UNCLEAR")


@dataclass(frozen=True)
class Outcome:
    """A build against the baseline. Without a comparison it was not measured, and `note` says why."""

    name: str
    built: Built | None
    comparison: Comparison | None
    note: str = ""


def _figure(cell: Measured | None) -> str:
    if cell is None:
        return ""
    if cell.time is None:
        return "error"
    time = cell.time
    told = f"{time.ratio:.3f} [{time.low:.3f}, {time.high:.3f}]"
    return f"**{told}**" if cell.verdict in ("FASTER", "SLOWER") else told


def _compiler(outcome: Outcome) -> str:
    return outcome.built.compiler if outcome.built else ""


def _line(values: Sequence[str]) -> str:
    return f"| {' | '.join(values)} |"


def markdown(baseline: str, outcomes: Sequence[Outcome], environment: Mapping[str, Any]) -> str:
    lines = [
        _line(("build", "compiler", "faster", "same", "slower", "unclear", "library")),
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for outcome in outcomes:
        if outcome.comparison is None:
            lines.append(_line((outcome.name, _compiler(outcome) or outcome.note, *["–"] * 4, "–")))
            continue
        count = Counter(cell.verdict for cell in outcome.comparison.cells if not cell.error)
        size = units.size(outcome.built.size).replace(units.THIN, " ") if outcome.built else "–"
        lines.append(
            _line((outcome.name, _compiler(outcome), *(str(count[v]) for v in _VERDICTS), size))
        )
    measured = [(outcome.name, outcome.comparison) for outcome in outcomes if outcome.comparison]
    names = list(dict.fromkeys(cell.name for _, found in measured for cell in found.cells))
    lines += ["", _line(("cell", *(name for name, _ in measured)))]
    lines.append(f"|---|{'--:|' * len(measured)}")
    for name in names:
        cells = [next((cell for cell in found.cells if cell.name == name), None) for _, found in measured]
        lines.append(_line((name, *(_figure(cell) for cell in cells))))
    lines += [
        "",
        f"Time over that of {baseline}, below 1 is faster; in brackets the least and greatest of the "
        "launches; bold where all of that lies beyond the smallest effect that matters.",
    ]
    lines += [f"- {o.name}: {' '.join(o.note.split())}" for o in outcomes if o.note]
    lines += [f"- {name}: the environment is unfit: {found.unfit}" for name, found in measured if found.unfit]
    where = ", ".join(
        str(environment[name]).strip() for name in ("cpu_model", "hypervisor", "kernel") if environment.get(name)
    )
    if where:
        dirty = ", with changes" if environment.get("dirty") in (True, "true") else ""
        lines += ["", f"Measured on {where}, at commit `{str(environment.get('commit', '?'))[:12]}`{dirty}."]
    return "\n".join(lines) + "\n"


def _cell(cell: Measured) -> dict[str, Any]:
    return {
        "name": cell.name,
        "verdict": None if cell.error else cell.verdict,
        "error": cell.error or None,
        "time": vars(cell.time) if cell.time is not None else None,
        "warnings": list(cell.warnings),
    }


def document(baseline: str, outcomes: Sequence[Outcome], environment: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "baseline": baseline,
        "environment": dict(environment),
        "builds": [
            {
                "name": outcome.name,
                "compiler": _compiler(outcome) or None,
                "library_bytes": outcome.built.size if outcome.built else None,
                "note": outcome.note or None,
                "unfit": (outcome.comparison.unfit or None) if outcome.comparison else None,
                "cells": [_cell(cell) for cell in outcome.comparison.cells] if outcome.comparison else [],
            }
            for outcome in outcomes
        ],
    }


def write(out: Path, text: str, content: Mapping[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "compilers.md").write_text(text, "utf-8")
    (out / "compilers.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def publish(page: Path, text: str) -> None:
    """Puts the tables between the page's marks."""
    marks.put(page, BEGIN, END, text, "the tables go")
