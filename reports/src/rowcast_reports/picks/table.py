"""What a file of picks has: each instruction set's picks, and when, where and of what they were measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rowcast_reports.errors import InputError
from rowcast_reports.picks import choice
from rowcast_reports.picks.choice import Pick

_FORMAT = "rowcast-picks/2"


@dataclass(frozen=True)
class Origin:
    """Of an instruction set's picks."""

    date: str
    environment: Mapping[str, Any]
    kernels: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    picks: tuple[Pick, ...] = ()
    sets: Mapping[str, Origin] = field(default_factory=dict)
    lengths: Mapping[str, Mapping[str, int | None]] = field(default_factory=dict)

    def of(self, instruction_set: str, scenario: str) -> list[Pick]:
        return [p for p in self.picks if (p.instruction_set, p.scenario) == (instruction_set, scenario)]

    def document(self) -> dict[str, Any]:
        return {
            "format": _FORMAT,
            "sets": {name: asdict(origin) for name, origin in self.sets.items()},
            "picks": [pick.document() for pick in self.picks],
            "kernel_pays_from_bytes": self.lengths,
        }


def write(table: Table, path: Path) -> None:
    path.write_text(json.dumps(table.document(), indent=1) + "\n", "utf-8")


def read(path: Path) -> Table:
    try:
        document = json.loads(path.read_text("utf-8"))
        if document.get("format") != _FORMAT:
            raise InputError(path, "/format", f"is not '{_FORMAT}'")
        table = Table(
            tuple(choice.read(entry) for entry in document["picks"]),
            {
                name: Origin(of_set["date"], of_set["environment"], of_set["kernels"], of_set["evidence"])
                for name, of_set in document["sets"].items()
            },
            document.get("kernel_pays_from_bytes", {}),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(path, "", f"is no file of picks: {error!r}") from None
    for pick in table.picks:
        if pick.instruction_set not in table.sets:
            raise InputError(path, "/sets", f"lacks '{pick.instruction_set}', which /picks speaks of")
    return table
