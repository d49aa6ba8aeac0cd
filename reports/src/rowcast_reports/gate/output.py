"""What a gate found, as a table, JSON, JUnit XML, and Markdown for a pull request's comment."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from rowcast_reports.columns import aligned
from rowcast_reports.gate.builds import Build
from rowcast_reports.gate.measuring import Comparison, Instructions
from rowcast_reports.gate.verdicts import Gate, Judged, Verdict

FORMAT = "rowcast-gate/1"
_BROKEN = "the cell has an error"
_HEADINGS = ("cell", "time", "interval", "matters", "instructions", "allocations", "verdict")
_LEFT = frozenset({0, 6})


def _time(judged: Judged) -> tuple[str, str, str]:
    time = judged.cell.time
    if time is None:
        return "n/a", "n/a", "n/a"
    return (
        f"{(time.ratio - 1) * 100:+.2f} %",
        f"[{(time.low - 1) * 100:+.2f}, {(time.high - 1) * 100:+.2f}]",
        f"{time.smallest_effect * 100:.1f} %",
    )


def _instructions(counted: Instructions) -> str:
    return "n/a" if counted.ratio is None else f"{(counted.ratio - 1) * 100:+.2f} %"


def _allocations(judged: Judged) -> str:
    base, candidate = judged.cell.base_allocations, judged.cell.candidate_allocations
    if base is None or candidate is None:
        return "n/a"
    return f"{base:g}" if base == candidate else f"{base:g} -> {candidate:g}"


def _row(judged: Judged) -> tuple[str, ...]:
    return (
        judged.cell.name,
        *_time(judged),
        _instructions(judged.instructions),
        _allocations(judged),
        judged.verdict.value,
    )


def _summary(gate: Gate) -> str:
    count = {verdict: 0 for verdict in Verdict}
    for judged in gate.cells:
        count[judged.verdict] += 1
    return ", ".join(f"{number} {verdict.value}" for verdict, number in count.items() if number)


def table(gate: Gate, comparison: Comparison) -> str:
    lines = aligned([list(_HEADINGS), *(list(_row(judged)) for judged in gate.cells)], _LEFT)
    shown = [lines[0], "-" * max(len(line) for line in lines)]
    for line, judged in zip(lines[1:], gate.cells, strict=True):
        shown.append(line)
        shown += [f"    {text}" for text in (*judged.reasons, *judged.warnings)]
    shown.append("")
    shown += gate.notes
    if gate.unfit:
        shown.append(f"the environment is unfit: {gate.unfit}")
    shown.append(
        f"{gate.verdict.value}: {_summary(gate)} ({comparison.seconds:.0f} s of measuring; exit code "
        f"{gate.exit_code})"
    )
    return "\n".join(shown) + "\n"


def _build(build: Build) -> dict[str, Any]:
    return {
        "revision": build.revision,
        "commit": build.commit,
        "build_id": build.build_id(),
        "dirty": build.dirty,
    }


def _cell(judged: Judged) -> dict[str, Any]:
    cell, counted = judged.cell, judged.instructions
    return {
        "name": cell.name,
        "verdict": judged.verdict.value,
        "error": cell.error or None,
        "time": vars(cell.time) if cell.time is not None else None,
        "instructions": {
            "base": counted.base,
            "candidate": counted.candidate,
            "ratio": counted.ratio,
            "source": counted.source or None,
            "reason": counted.reason or None,
        },
        "allocations": {
            "base": cell.base_allocations,
            "candidate": cell.candidate_allocations,
            "reason": cell.allocations_reason or (_BROKEN if cell.error else None),
        },
        "reasons": list(judged.reasons),
        "warnings": list(judged.warnings),
    }


def _where() -> dict[str, Any]:
    """What the tool's environment lacks, under the names that Google Benchmark has for it: the
    history knows a machine by them, and a run's place in time."""
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "host_name": socket.gethostname(),
        "num_cpus": os.cpu_count(),
    }


def document(gate: Gate, comparison: Comparison, base: Build, candidate: Build) -> Mapping[str, Any]:
    return {
        "format": FORMAT,
        "base": _build(base),
        "candidate": _build(candidate),
        "environment": {**_where(), **comparison.environment},
        "seconds": comparison.seconds,
        "unfit": gate.unfit or None,
        "notes": list(gate.notes),
        "verdict": gate.verdict.value,
        "exit_code": gate.exit_code,
        "cells": [_cell(judged) for judged in gate.cells],
    }


def junit(gate: Gate, comparison: Comparison, base: Build) -> bytes:
    """A test case a cell; what is inconclusive counts as skipped. An unfit machine is an error in a
    case of its own."""
    errors = sum(bool(judged.cell.error) for judged in gate.cells)
    count = {
        verdict: sum(judged.verdict is verdict for judged in gate.cells) for verdict in Verdict
    }
    suite = ElementTree.Element(
        "testsuite",
        name=f"rowcast gate against {base.revision}",
        tests=str(len(gate.cells) + bool(gate.unfit)),
        errors=str(errors + bool(gate.unfit)),
        failures=str(count[Verdict.FAIL] - errors),
        skipped=str(count[Verdict.INCONCLUSIVE]),
        time=f"{comparison.seconds:.3f}",
    )
    for judged in gate.cells:
        case = ElementTree.SubElement(
            suite, "testcase", classname="rowcast.gate", name=judged.cell.name
        )
        text = "; ".join(judged.reasons)
        if judged.cell.error:
            ElementTree.SubElement(case, "error", message=text)
        elif judged.verdict is Verdict.FAIL:
            ElementTree.SubElement(case, "failure", message=text).text = " ".join(_row(judged))
        elif judged.verdict is Verdict.INCONCLUSIVE:
            ElementTree.SubElement(case, "skipped", message=text)
        if judged.warnings:
            ElementTree.SubElement(case, "system-out").text = "\n".join(judged.warnings)
    if gate.unfit:
        case = ElementTree.SubElement(suite, "testcase", classname="rowcast.gate", name="the machine is fit")
        ElementTree.SubElement(case, "error", message=f"the environment is unfit: {gate.unfit}")
    ElementTree.indent(suite)
    xml: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _escaped(text: str) -> str:
    """As a table's cell can have it: in one line."""
    return " ".join(text.split()).replace("|", "\\|")


def markdown(gate: Gate, base: Build, candidate: Build) -> str:
    dirty = " with uncommitted changes" if candidate.dirty else ""
    lines = [
        f"### rowcast gate: {gate.verdict.value}",
        "",
        f"`{candidate.commit[:12]}`{dirty} against `{base.revision}` (`{base.commit[:12]}`): "
        f"{_summary(gate)}.",
        "",
    ]
    wanted = [judged for judged in gate.cells if judged.verdict is not Verdict.PASS]
    others = [judged for judged in gate.cells if judged.verdict is Verdict.PASS]

    def rows(cells: list[Judged]) -> list[str]:
        made = [
            "| " + " | ".join((*_HEADINGS, "why")) + " |",
            "|---|" + "--:|" * (len(_HEADINGS) - 2) + "---|---|",
        ]
        for judged in cells:
            why = "; ".join((*judged.reasons, *judged.warnings))
            made.append("| " + " | ".join(_escaped(text) for text in (*_row(judged), why)) + " |")
        return made

    if wanted:
        lines += [*rows(wanted), ""]
    if others:
        summary = f"<details><summary>{len(others)} cells pass</summary>"
        lines += [summary, "", *rows(others), "", "</details>", ""]
    lines += [*gate.notes, *([f"The environment is unfit: {gate.unfit}"] if gate.unfit else [])]
    lines.append(
        "Times are the candidate's against the base's, by turns in one process; a cell fails if it "
        "is slower by more than what matters, allocates more, or takes over 1 % more instructions."
    )
    return "\n".join(lines) + "\n"


def write(
    out: Path, gate: Gate, comparison: Comparison, base: Build, candidate: Build
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document(gate, comparison, base, candidate), indent=1) + "\n"
    (out / "gate.json").write_text(text, "utf-8")
    (out / "gate.xml").write_bytes(junit(gate, comparison, base))
    (out / "gate.md").write_text(markdown(gate, base, candidate), "utf-8")
