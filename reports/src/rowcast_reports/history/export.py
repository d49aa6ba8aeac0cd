"""Every figure as a line: JSON lines with all members, or CSV with the same columns."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from rowcast_reports.history.store import RECORD

FORMATS = ("jsonl", "csv")


def write(records: Iterable[Mapping[str, Any]], format: str, out: TextIO) -> int:
    """The number of records. What is not available is null, and in CSV empty, with its reason."""
    count = 0
    if format == "jsonl":
        for record in records:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
        return count
    table = csv.DictWriter(out, RECORD, lineterminator="\n")
    table.writeheader()
    for record in records:
        # Python writes a float's shortest text that reads back as the same number.
        table.writerow({name: _field(value) for name, value in record.items()})
        count += 1
    return count


def _field(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
