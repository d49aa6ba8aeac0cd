"""The gate measured by itself: how often it cries wolf, and what it catches.

Whole gates run on builds that are known: the same library, the same code at other addresses, and code
that is slower by a known share in the best instruction set's engines. Each run is a line in a file, so
an interrupted self-test goes on where it stopped.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rowcast_reports import script
from rowcast_reports.errors import InputError
from rowcast_reports.gate import floors, measuring, verdicts
from rowcast_reports.gate.measuring import Cells
from rowcast_reports.gate.rates import Rate

EFFECTS = (1, 2, 5, 10)  # per cent
_NOT_COUNTED = "not counted in the self-test"


@dataclass(frozen=True)
class Plan:
    """So many gates of each kind."""

    same: int = 100
    relinked: int = 100
    slowed: int = 60  # for each effect


@dataclass(frozen=True)
class Job:
    kind: str  # "same", "relinked", "slowed"
    variant: str
    effect: int  # per cent
    seed: int


@dataclass(frozen=True)
class CellOutcome:
    name: str
    verdict: str
    ratio: float | None
    smallest_effect: float
    is_slowed: bool


@dataclass(frozen=True)
class Origin:
    """Where and when a gate ran, and of what."""

    date: str  # UTC
    machine: str
    compiler: str
    commit: str


@dataclass(frozen=True)
class Outcome:
    job: Job
    origin: Origin
    exit_code: int
    seconds: float
    unfit: str
    cells: tuple[CellOutcome, ...]


def jobs(plan: Plan, shifted: Sequence[str]) -> list[Job]:
    """In an order that mixes the kinds, always the same: any beginning of it is balanced."""
    drawn = random.Random(20)  # noqa: S311 - an order, no secret
    made = [Job("same", "itself", 0, 0) for _ in range(plan.same)]
    made += [Job("relinked", shifted[i % len(shifted)], 0, 0) for i in range(plan.relinked)]
    made += [
        Job("slowed", f"slowed_{effect}", effect, 0)
        for effect in EFFECTS
        for _ in range(plan.slowed)
    ]
    drawn.shuffle(made)
    return [Job(job.kind, job.variant, job.effect, index + 1) for index, job in enumerate(made)]


def read(path: Path) -> list[Outcome]:
    """What was done so far; a torn last line is left out."""
    outcomes: list[Outcome] = []
    if not path.exists():
        return outcomes
    lines = path.read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            outcomes.append(
                Outcome(
                    job=Job(**entry["job"]),
                    origin=Origin(**entry["origin"]),
                    exit_code=entry["exit_code"],
                    seconds=entry["seconds"],
                    unfit=entry["unfit"],
                    cells=tuple(CellOutcome(**cell) for cell in entry["cells"]),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines):
                break
            raise InputError(path, f"line {number}", str(error)) from None
    return outcomes


def _run(
    job: Job, tool: Path, library: Path, folder: Path, cells: Cells, floors_file: Path | None
) -> Outcome:
    variant = floors.variants(folder, library).get(job.variant)
    begin = time.monotonic()
    comparison = measuring.compare(
        tool,
        library,
        variant or folder / f"librowcast_{job.variant}.so",
        cells,
        floors=floors_file,
        seed=job.seed * 1_000_000,
    )
    gate = verdicts.judge_all(comparison, {}, _NOT_COUNTED)
    best = cells.implementations[0]
    environment = comparison.environment
    return Outcome(
        job=job,
        origin=Origin(
            date=script.now(),
            machine=environment["cpu_model"],
            compiler=environment["compiler"],
            commit=environment["commit"][:12] + ("+" if environment["dirty"] == "true" else ""),
        ),
        exit_code=gate.exit_code,
        seconds=time.monotonic() - begin,
        unfit=gate.unfit,
        cells=tuple(
            CellOutcome(
                name=judged.cell.name,
                verdict=judged.verdict.value,
                ratio=judged.cell.time.ratio if judged.cell.time else None,
                smallest_effect=judged.cell.time.smallest_effect if judged.cell.time else 0.0,
                is_slowed=job.kind == "slowed" and judged.cell.implementation == best,
            )
            for judged in gate.cells
        ),
    )


def run(
    plan: Plan,
    *,
    tool: Path,
    library: Path,
    folder: Path,
    cells: Cells,
    floors_file: Path | None,
    path: Path,
    deadline: float,
    say: Callable[[str], None],
) -> list[Outcome]:
    """Runs what is missing until the deadline (of time.monotonic()); all outcomes come back."""
    shifted = [name for name in floors.variants(folder, library) if name != "itself"]
    outcomes = read(path)
    done = {outcome.job for outcome in outcomes}
    path.parent.mkdir(parents=True, exist_ok=True)
    planned = jobs(plan, shifted)
    # A torn last line goes before another is written behind it.
    path.write_text("".join(_line(outcome) for outcome in outcomes), "utf-8")
    with path.open("a", encoding="utf-8") as file:
        for number, job in enumerate(planned, 1):
            if job in done:
                continue
            if time.monotonic() >= deadline:
                break
            say(f"gate {number} of {len(planned)}: {job.variant}")
            outcome = _run(job, tool, library, folder, cells, floors_file)
            file.write(_line(outcome))
            file.flush()
            outcomes.append(outcome)
    return outcomes


def _line(outcome: Outcome) -> str:
    entry: dict[str, Any] = asdict(outcome)
    return json.dumps(entry) + "\n"


@dataclass(frozen=True)
class Power:
    """What became of the slowed cells of one effect."""

    effect: int
    measured: float | None  # how much slower they were: the median over the cells
    all_cells: Rate
    sharp_cells: Rate  # whose smallest effect is at most 2.5 %
    clear_cells: Rate  # for which the effect is at least twice the smallest one
    elsewhere: Rate  # alarms on the cells of the same gates that were not slowed


SHARP = 0.025


def _caught(cells: Iterable[CellOutcome]) -> Rate:
    """Those that fail by what was measured; a cell with an error has no ratio, and none was caught."""
    listed = list(cells)
    return Rate(
        sum(cell.verdict == "FAIL" and cell.ratio is not None for cell in listed), len(listed)
    )


def power(outcomes: Sequence[Outcome]) -> list[Power]:
    made: list[Power] = []
    for effect in EFFECTS:
        cells = [
            cell
            for outcome in outcomes
            if outcome.job.kind == "slowed" and outcome.job.effect == effect
            for cell in outcome.cells
        ]
        slowed = [cell for cell in cells if cell.is_slowed]
        ratios = [cell.ratio for cell in slowed if cell.ratio is not None]
        made.append(
            Power(
                effect=effect,
                measured=statistics.median(ratios) - 1 if ratios else None,
                all_cells=_caught(slowed),
                sharp_cells=_caught(cell for cell in slowed if cell.smallest_effect <= SHARP),
                clear_cells=_caught(
                    cell for cell in slowed if effect / 100 >= 2 * cell.smallest_effect
                ),
                elsewhere=_caught(cell for cell in cells if not cell.is_slowed),
            )
        )
    return made


@dataclass(frozen=True)
class Calm:
    """What became of gates in which nothing was slower."""

    kind: str
    alarms: Rate  # gates that failed
    failing_cells: Rate
    inconclusive_cells: Rate


def calm(outcomes: Sequence[Outcome], kind: str) -> Calm:
    gates = [outcome for outcome in outcomes if outcome.job.kind == kind]
    cells = [cell for outcome in gates for cell in outcome.cells]
    return Calm(
        kind=kind,
        alarms=Rate(sum(outcome.exit_code == verdicts.Exit.REGRESSION for outcome in gates), len(gates)),
        failing_cells=_caught(cells),
        inconclusive_cells=Rate(
            sum(cell.verdict == "INCONCLUSIVE" for cell in cells), len(cells)
        ),
    )
