"""What identical code differs by on each machine, cell by cell.

The working tree's library is compared with itself, and with builds of it whose code lies some bytes
further on, three times over. The floor of a cell is the largest difference that any of these comparisons
shows; three times that is the smallest effect that the gate lets count (but never less than 2 %).
`rowcast compare` says what makes another machine, or another build, of it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rowcast_reports import script
from rowcast_reports.errors import InputError, ReportError
from rowcast_reports.gate import measuring
from rowcast_reports.gate.measuring import Cells, Comparison

_FORMAT = "rowcast-floors/2"
# The same code is placed otherwise from one time to the next, so each comparison is made more than once.
_ROUNDS = 3
# Of the environment, beside what tells the machine and the build from others.
_NO_IDENTITY = ("commit", "dirty")


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
    """The entry of this machine and build."""
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
        members = (*comparison.identity, *_NO_IDENTITY)
        environment = {member: comparison.environment[member] for member in members}
        for cell in comparison.cells:
            if cell.time is None:
                continue
            entry = entries.setdefault(cell.name, {"floor": 0.0, "of": "", "differences": {}})
            difference = abs(math.log(cell.time.ratio))
            entry["differences"][name] = max(round(difference, 6), entry["differences"].get(name, 0.0))
            if difference >= entry["floor"]:
                entry["floor"], entry["of"] = round(difference, 6), name
    return {
        "date": script.now(),
        "environment": environment,
        "launches": cells.launches,
        "cells": dict(sorted(entries.items())),
    }


def write(machines: Sequence[Mapping[str, Any]], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"format": _FORMAT, "machines": machines}, indent=1) + "\n", "utf-8")


def read(path: Path) -> list[dict[str, Any]]:
    """The machines' entries."""
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["format"] != _FORMAT:
            raise ValueError(f"its format is not '{_FORMAT}'")
        machines: list[dict[str, Any]] = document["machines"]
        for entry in machines:
            if not isinstance(entry["environment"], dict) or not isinstance(entry["cells"], dict):
                raise TypeError("its members are of another form")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(path, "", f"is no file of floors: {error}") from None
    return machines


def _is_of(entry: Mapping[str, Any], identity: Mapping[str, Any]) -> bool:
    return all(entry["environment"].get(name) == value for name, value in identity.items())


def known_cells(path: Path, comparison: Comparison) -> Mapping[str, Any]:
    """The floors that the comparison took from the file."""
    identity = {name: comparison.environment[name] for name in comparison.identity}
    return next((entry["cells"] for entry in read(path) if _is_of(entry, identity)), {})


def merged(made: Mapping[str, Any], path: Path) -> list[Mapping[str, Any]]:
    """The file's entries, with this one in the place of its machine's and build's, whose other cells stay."""
    identity = {name: value for name, value in made["environment"].items() if name not in _NO_IDENTITY}
    machines: list[Mapping[str, Any]] = [*read(path)] if path.exists() else []
    for index, entry in enumerate(machines):
        if _is_of(entry, identity):
            cells = {**entry["cells"], **made["cells"]}
            machines[index] = {**made, "cells": dict(sorted(cells.items()))}
            return machines
    return [*machines, made]
