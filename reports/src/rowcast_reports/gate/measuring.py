"""Asks the tool: times and allocations by `rowcast compare`, instructions by `rowcast count`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rowcast_reports.errors import ReportError, UsageError

USAGE = 2
# A kernel gate is about the library; what stands beside it for comparison is not gated.
_NOT_IN_THE_LIBRARY = ("peer-", "nlohmann")


@dataclass(frozen=True)
class Cells:
    """Which cells, and how long each is measured."""

    workloads: tuple[str, ...] = ("all",)
    layouts: tuple[str, ...] = ("compact", "jsonb")
    scenarios: tuple[str, ...] = ("all", "select")
    implementations: tuple[str, ...] = ()
    filter: str = ""
    seconds: float = 0.3
    launches: int = 7
    most_launches: int = 28
    budget_s: float = 0.0


@dataclass(frozen=True)
class Time:
    ratio: float  # the candidate's time over the base's
    low: float
    high: float
    coverage: float
    launches: int
    pairs: int
    smallest_effect: float
    base_ns: float
    candidate_ns: float


@dataclass(frozen=True)
class Measured:
    """One cell of a comparison; with an error there is nothing else."""

    name: str
    workload: str
    layout: str
    scenario: str
    error: str = ""
    verdict: str = "UNCLEAR"
    time: Time | None = None
    enough: bool = False  # every launch had pairs enough for its median
    base_allocations: float | None = None
    candidate_allocations: float | None = None
    allocations_reason: str = ""  # why they were not counted
    warnings: tuple[str, ...] = ()

    @property
    def implementation(self) -> str:
        return self.name.rsplit("/", 1)[1]


@dataclass(frozen=True)
class Comparison:
    cells: tuple[Measured, ...]
    environment: Mapping[str, Any]
    unfit: str
    seconds: float
    identity: tuple[str, ...] = ()  # members of the environment that tell one machine and build from another
    no_floors: str = ""  # why there were none, though they were asked for


@dataclass(frozen=True)
class Instructions:
    base: float | None
    candidate: float | None
    source: str = ""
    reason: str = ""
    asked: bool = True  # whether anything was to be counted
    ratio: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.base and self.candidate is not None:
            object.__setattr__(self, "ratio", self.candidate / self.base)


def own_implementations(tool: Path) -> tuple[str, ...]:
    """Those of the library that this machine can run, best first."""
    done = subprocess.run(
        [str(tool), "implementations", "--json"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ReportError(f"rowcast implementations: {done.stderr.strip()}")
    try:
        return tuple(
            entry["name"]
            for entry in json.loads(done.stdout)["implementations"]
            if entry["supported"] and not entry["name"].startswith(_NOT_IN_THE_LIBRARY)
        )
    except (ValueError, KeyError, TypeError):
        raise ReportError("rowcast implementations: its answer is of another form") from None


def in_both(candidate: Path, base: Path | None) -> tuple[tuple[str, ...], str]:
    """The implementations that both builds have, best first, and a note of those that one lacks.

    A base without a tool that lists its own is asked for all of the candidate's.
    """
    own = own_implementations(candidate)
    try:
        others = own if base is None else own_implementations(base)
    except ReportError:
        others = own  # of a revision whose tool lists none
    both = tuple(name for name in own if name in others)
    if not both:
        raise ReportError("the two builds have no implementation in common")
    notes = [
        f"not compared, since the {side} lacks {', '.join(missing)}"
        for side, missing in (
            ("base", [name for name in own if name not in others]),
            ("candidate", [name for name in others if name not in own]),
        )
        if missing
    ]
    return both, "; ".join(notes)


def quick_cells(own: tuple[str, ...]) -> Cells:
    """Twelve cells in under 20 s: of these implementations the best, and the scalar one, whose branches
    are what the placement of code matters most to."""
    return Cells(
        workloads=("small", "medium", "nested"),
        layouts=("compact",),
        implementations=tuple(dict.fromkeys((own[0], own[-1]))),
        seconds=0.06,  # launches differ by more than the epochs of one
        most_launches=56,  # an unclear cell is cheap where most are clear
        budget_s=10.0,
    )


def _measured(cell: Mapping[str, Any]) -> Measured:
    name, workload, layout, scenario = (
        str(cell[member]) for member in ("name", "workload", "layout", "scenario")
    )
    if "error" in cell:
        return Measured(name, workload, layout, scenario, error=str(cell["error"]))
    # Fresh launches were not chosen for what the first ones said.
    time = cell["time"]
    summary = cell["confirmation"] or time
    return Measured(
        name,
        workload,
        layout,
        scenario,
        verdict=cell["verdict"],
        time=Time(
            ratio=summary["ratio"],
            low=summary["low"],
            high=summary["high"],
            coverage=summary["coverage"],
            launches=summary["launches"],
            pairs=summary["pairs"],
            smallest_effect=cell["smallest_effect"],
            base_ns=time["a_ns"],
            candidate_ns=time["b_ns"],
        ),
        enough=summary["enough"],
        base_allocations=cell["allocations"]["a"],
        candidate_allocations=cell["allocations"]["b"],
        allocations_reason=cell["allocations"].get("reason") or "",
        warnings=tuple(cell["warnings"]),
    )


def compare(
    tool: Path,
    base: Path,
    candidate: Path,
    cells: Cells,
    *,
    floors: Path | None = None,
    seed: int = 1,
    confirm: bool = True,
    samples: Path | None = None,
) -> Comparison:
    command: list[str] = [
        str(tool), "compare", str(base), str(candidate), "--json",
        "--workload", ",".join(cells.workloads),
        "--layout", ",".join(cells.layouts),
        "--scenario", ",".join(cells.scenarios),
        "--impl", ",".join(cells.implementations),
        "--seconds", str(cells.seconds),
        "--launches", str(cells.launches),
        "--most-launches", str(cells.most_launches),
        "--seed", str(seed),
    ]  # fmt: skip
    if cells.filter:
        command.append(f"--filter={cells.filter}")
    if cells.budget_s:
        command += ["--budget", str(cells.budget_s)]
    if confirm:
        command.append("--confirm")
    if floors is not None:
        command += ["--floors", str(floors)]
    if samples is not None:
        command += ["--samples", str(samples)]
    # Standard error is the user's: progress, and what is wrong.
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == USAGE:
        raise UsageError("rowcast compare refused these cells (see above)")
    if not done.stdout:
        raise ReportError(f"rowcast compare ended with exit code {done.returncode} (see above)")
    document = json.loads(done.stdout)
    return Comparison(
        cells=tuple(_measured(cell) for cell in document["cells"]),
        environment=document["environment"],
        unfit=document["unfit"] or "",
        seconds=document["seconds"],
        identity=tuple(document["identity"]),
        no_floors=document["no_floors"] or "",
    )


@dataclass(frozen=True)
class _Counted:
    """What one build counted, or why it did not; and of what."""

    value: float | None
    source: str = ""
    reason: str = ""
    input_bytes: int | None = None
    rows: int | None = None


def _count(tool: Path, cell: Measured) -> _Counted:
    done = subprocess.run(
        [str(tool), "count", cell.implementation, cell.workload, "--layout", cell.layout,
         "--scenario", cell.scenario, "--only-instructions", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        return _Counted(None, reason=" ".join(done.stderr.split()))
    try:
        answer = json.loads(done.stdout)
        counted = answer["instructions"]
        return _Counted(
            counted["value"],
            counted["source"] or "",
            counted["reason"] or "",
            answer.get("input_bytes"),
            answer.get("rows"),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return _Counted(None, reason="rowcast count's answer is of another form")


def count(base: Path | None, candidate: Path, cell: Measured) -> Instructions:
    if base is None:
        return Instructions(None, None, reason="the base cannot count instructions")
    old, new = _count(base, cell), _count(candidate, cell)
    if old.value is None:
        return Instructions(None, None, reason=f"of the base: {old.reason}")
    if new.value is None:
        return Instructions(old.value, None, old.source, reason=f"of the candidate: {new.reason}")
    if new.source != old.source:
        return Instructions(
            None, None, reason=f"counted by {old.source} and by {new.source}, which do not compare"
        )
    # Each build's tool makes its own workload, and a workload may have changed between them.
    if (old.rows, old.input_bytes) != (new.rows, new.input_bytes):
        return Instructions(
            None,
            None,
            reason=f"the base counted {old.rows} rows of {old.input_bytes} bytes together, the candidate "
            f"{new.rows} of {new.input_bytes}",
        )
    return Instructions(old.value, new.value, old.source)


