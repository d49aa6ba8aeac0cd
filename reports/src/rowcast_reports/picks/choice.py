"""From ratios to picks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

# Of a batch's rows together, in bytes; None: any size.
SIZE_CLASSES: tuple[int | None, ...] = (512, 4_096, 65_536, None)
SCENARIOS = ("all", "select", "select-inside")


@dataclass(frozen=True)
class Ratio:
    """The incumbent's time over the challenger's: above 1, the challenger is the faster."""

    cell: str
    scenario: str
    bytes: float
    ratio: float
    low: float
    high: float
    enough: bool = True  # launches and pairs for the interval to be one


@dataclass(frozen=True)
class Evidence:
    """The time of `against` over the pick's."""

    cell: str
    against: str
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class Pick:
    instruction_set: str
    scenario: str
    up_to_bytes: int | None
    implementation: str
    evidence: tuple[Evidence, ...]

    def document(self) -> dict[str, Any]:
        return asdict(self)


def read(entry: Mapping[str, Any]) -> Pick:
    """A pick as a table has it."""
    return Pick(
        entry["instruction_set"],
        entry["scenario"],
        entry["up_to_bytes"],
        entry["implementation"],
        tuple(Evidence(e["cell"], e["against"], e["ratio"], e["low"], e["high"]) for e in entry["evidence"]),
    )


def _reaches(bound: int | None) -> float:
    return float("inf") if bound is None else bound


def find(picks: Iterable[Pick], instruction_set: str, scenario: str, bound: int | None) -> Pick | None:
    """The pick for batches of so many bytes: as the pipeline looks it up, the smallest that reaches."""
    fitting = [
        pick
        for pick in picks
        if (pick.instruction_set, pick.scenario) == (instruction_set, scenario)
        and _reaches(pick.up_to_bytes) >= _reaches(bound)
    ]
    return min(fitting, key=lambda pick: _reaches(pick.up_to_bytes)) if fitting else None


def size_class(size: float) -> int | None:
    return next((bound for bound in SIZE_CLASSES if bound is not None and size <= bound), None)


def _forward(ratio: Ratio, incumbent: str) -> Evidence:
    return Evidence(ratio.cell, incumbent, ratio.ratio, ratio.low, ratio.high)


def _reversed(ratio: Ratio, challenger: str) -> Evidence:
    return Evidence(ratio.cell, challenger, 1 / ratio.ratio, 1 / ratio.high, 1 / ratio.low)


def _rounded(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(e.cell, e.against, round(e.ratio, 4), round(e.low, 4), round(e.high, 4))
        for e in evidence
    )


def choose(
    instruction_set: str,
    scenario: str,
    bound: int | None,
    incumbent: str,
    challengers: Mapping[str, Sequence[Ratio]],
    margin: float,
) -> Pick | None:
    """The pick for one class; None where no cell is of that class.

    A challenger must clear the margin with the lower bound of its interval on every cell of the
    class, and each must have been measured often enough for that; of several, the one whose worst
    cell is the best.
    """
    relevant = {
        name: [r for r in ratios if r.scenario == scenario and size_class(r.bytes) == bound]
        for name, ratios in challengers.items()
    }
    if not any(relevant.values()):
        return None
    worst = {
        name: min((r.low if r.enough else 0.0 for r in ratios), default=0.0)
        for name, ratios in relevant.items()
    }
    best = max(worst, key=lambda name: worst[name])
    if worst[best] > 1 + margin:
        evidence = [_forward(ratio, incumbent) for ratio in relevant[best]]
        return Pick(instruction_set, scenario, bound, best, _rounded(evidence))
    evidence = [_reversed(r, name) for name, ratios in relevant.items() for r in ratios]
    return Pick(instruction_set, scenario, bound, incumbent, _rounded(evidence))


@dataclass(frozen=True)
class Standing:
    """How `auto` stands on one cell against the best of all."""

    cell: str
    best: str
    ratio: float  # its time over the best one's
    low: float
    high: float

    def is_good(self, margin: float) -> bool:
        """The interval lies below 1 + margin, or does not rule out that `auto` is as fast."""
        return self.high < 1 + margin or self.low <= 1.0


def standings(against: Mapping[str, Sequence[Ratio]], margin: float) -> list[Standing]:
    """One for each cell; the ratios are of `auto`'s time over each implementation's.

    It is one that is not good, if any is: a large ratio whose interval says nothing hides no smaller
    one that is sure.
    """
    by_cell: dict[str, list[Standing]] = {}
    for name, ratios in against.items():
        for r in ratios:
            by_cell.setdefault(r.cell, []).append(Standing(r.cell, name, r.ratio, r.low, r.high))
    return [
        max(of_cell, key=lambda standing: (not standing.is_good(margin), standing.ratio))
        for of_cell in by_cell.values()
    ]


def kept(known: Iterable[Pick], made: Sequence[Pick]) -> list[Pick]:
    """Of what a table knows for one set and scenario, what stays beside the picks made now.

    That is what was not measured now: neither its class nor any other class with the same cells
    (the largest class that was measured goes on upwards, under another bound).
    """
    bounds = {pick.up_to_bytes for pick in made}
    cells = {evidence.cell for pick in made for evidence in pick.evidence}

    def stays(pick: Pick) -> bool:
        if not made:
            return True
        if pick.up_to_bytes in bounds:
            return False
        if not pick.evidence:
            return pick.implementation != pick.instruction_set
        return any(evidence.cell not in cells for evidence in pick.evidence)

    return [pick for pick in known if stays(pick)]


def merged(known: Iterable[Pick], made: Sequence[Pick]) -> list[Pick]:
    """The picks made now and those that stay, smallest bound first."""
    return sorted([*made, *kept(known, made)], key=lambda pick: _reaches(pick.up_to_bytes))


def complete(picks: Sequence[Pick], instruction_set: str, scenario: str, incumbent: str) -> list[Pick]:
    """With a pick for any size: the largest class that was measured goes on upwards."""
    own = [p for p in picks if (p.instruction_set, p.scenario) == (instruction_set, scenario)]
    if not own:
        return [Pick(instruction_set, scenario, None, incumbent, ())]
    last = own[-1]
    if last.up_to_bytes is None:
        return own
    return [*own[:-1], Pick(instruction_set, scenario, None, last.implementation, last.evidence)]


def merged_lengths(
    known: Mapping[str, Mapping[str, int | None]],
    made: Mapping[str, Mapping[str, int | None]],
    measured: Sequence[str],
) -> dict[str, dict[str, int | None]]:
    """By kernel and instruction set: what was made now of the measured ones, and what is known of the others."""
    merged = {
        kernel: {
            **{name: size for name, size in known.get(kernel, {}).items() if name not in measured},
            **{name: size for name, size in made.get(kernel, {}).items() if name in measured},
        }
        for kernel in dict.fromkeys((*known, *made))
    }
    return {kernel: of_set for kernel, of_set in merged.items() if of_set or kernel in made}


def pays_from(times: Mapping[int, float], scalar: Mapping[int, float], margin: float) -> int | None:
    """The size from which on a version of a kernel is faster than the scalar one, by the margin."""
    first: int | None = None
    for size in sorted(times.keys() & scalar.keys(), reverse=True):
        if times[size] >= scalar[size] * (1 - margin):
            break
        first = size
    return first
