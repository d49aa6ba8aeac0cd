"""What identical code differs by on this machine, cell by cell.

The working tree's library is compared with itself, and with builds of it whose code lies some bytes
further on, three times over. The floor of a cell is the largest difference that any of these comparisons
shows; three times that is the smallest effect that the gate lets count (but never less than 2 %).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rowcast_reports import script
from rowcast_reports.errors import InputError, ReportError
from rowcast_reports.gate import measuring
from rowcast_reports.gate.measuring import Cells

FORMAT = "rowcast-floors/1"
# The same code is placed otherwise from one time to the next, so each comparison is made more than once.
_ROUNDS = 3
# What makes another machine of it, or another compiler's code.
_IDENTITY = ("cpu_model", "hypervisor", "compiler", "compiler_flags")


def variants(folder: Path, library: Path) -> dict[str, Path]:
    """The comparisons by name: with itself, and with each shifted build."""
    shifted = sorted(folder.glob("librowcast_relinked_*.so"))
    return {"itself": library, **{path.stem.removeprefix("librowcast_"): path for path in shifted}}


def measure(
    tool: Path,
    library: Path,
    folder: Path,
    cells: Cells,
    say: Callable[[str], None],
) -> dict[str, Any]:
    entries: dict[str, dict[str, Any]] = {}
    environment: Mapping[str, Any] = {}
    compared = list(variants(folder, library).items()) * _ROUNDS
    for index, (name, variant) in enumerate(compared, 1):
        say(f"{index} of {len(compared)}: against {name}")
        comparison = measuring.compare(
            tool, library, variant, cells, seed=1_000_000 * index, confirm=False
        )
        if comparison.unfit:
            raise ReportError(
                f"the environment is unfit ({comparison.unfit}): its floors would hide what is slower"
            )
        environment = comparison.environment
        for cell in comparison.cells:
            if cell.time is None:
                continue
            entry = entries.setdefault(cell.name, {"floor": 0.0, "of": "", "differences": {}})
            difference = abs(math.log(cell.time.ratio))
            entry["differences"][name] = max(round(difference, 6), entry["differences"].get(name, 0.0))
            if difference >= entry["floor"]:
                entry["floor"], entry["of"] = round(difference, 6), name
    return {
        "format": FORMAT,
        "date": script.now(),
        "environment": {name: environment[name] for name in (*_IDENTITY, "commit", "dirty")},
        "launches": cells.launches,
        "cells": dict(sorted(entries.items())),
    }


def write(document: Mapping[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def read(path: Path) -> dict[str, Any]:
    try:
        known: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if not isinstance(known["environment"], dict) or not isinstance(known["cells"], dict):
            raise TypeError("its members are of another form")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(path, "", f"is no file of floors: {error}") from None
    return known


def merged(document: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """The document and, of the file if its floors are this machine's and build's, the other cells."""
    if not path.exists() or mismatch(path, document["environment"]):
        return document
    cells = {**read(path)["cells"], **document["cells"]}
    return {**document, "cells": dict(sorted(cells.items()))}


def mismatch(path: Path, environment: Mapping[str, Any]) -> str:
    """Why the file's floors are not this machine's and build's; empty: they are."""
    known = read(path)["environment"]
    differing = [name for name in _IDENTITY if known.get(name) != environment.get(name)]
    return ", ".join(f"another {name.replace('_', ' ')}" for name in differing)
