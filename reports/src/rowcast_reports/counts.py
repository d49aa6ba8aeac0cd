"""Instructions counted without hardware counters, from an optional file beside the results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rowcast_reports import json_document
from rowcast_reports.errors import InputError

COUNTS_FILE = "counts.jsonl"


@dataclass(frozen=True)
class Count:
    """A value with its source, or none with the reason."""

    value: float | None
    source: str
    reason: str


def load(results_path: Path, commit: str) -> Mapping[str, Mapping[str, Count]]:
    """By cell and by the value's name; empty if nobody counted. Raises InputError for a file that is
    bad, or that counted another commit's build."""
    path = results_path.parent / COUNTS_FILE
    if not path.is_file():
        return {}
    found: dict[str, dict[str, Count]] = {}
    for number, document in enumerate(json_document.load_lines(path, "count.schema.json"), 1):
        counted = document["build"]["commit"]
        if commit and counted != commit:
            raise InputError(
                path, f"line {number}", f"counts the build of {counted}, not of {commit}"
            )
        cell = "/".join(
            ("pipeline", *(document[part] for part in ("workload", "layout", "scenario", "implementation")))
        )
        found[cell] = {
            name: Count(member["value"], member["source"] or "", member["reason"] or "")
            for name, member in document.items()
            if name == "instructions_per_byte"
        }
    return found
