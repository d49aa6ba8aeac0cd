"""Facts about the source (lines, duplicates, coverage) from an optional file beside the results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rowcast_reports import json_document

SOURCE_FILE = "source.json"


def load(results_path: Path) -> Mapping[str, float] | None:
    """The facts, or None if nobody measured them. Raises InputError if the file is bad."""
    path = results_path.parent / SOURCE_FILE
    if not path.is_file():
        return None
    document = json_document.load(path, "source.schema.json")
    return {
        name: float(value)
        for name, value in document.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
