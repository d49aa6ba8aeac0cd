"""Compares allocators by preload, where a request allocates: scripts/heap --allocators.

Each launch is a process of its own, and the allocators take turns, in an order that is drawn anew for
each round. A round gives a ratio to glibc's time; the figure is the median over the rounds and the
interval their least and greatest.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from pathlib import Path

from heap_profile import HeapError, Run, answer

FORMAT = "rowcast-allocators/1"
BASELINE = "glibc"
LIBRARIES = {BASELINE: "", "jemalloc": "libjemalloc.so.2", "mimalloc": "libmimalloc.so.2.0"}
SEED = 1


def libraries(folders: list[Path]) -> dict[str, str]:
    """The allocators' files; those that are not installed are left out."""
    found = {BASELINE: ""}
    for name, file in LIBRARIES.items():
        for folder in folders:
            if file and (folder / file).exists():
                found[name] = str(folder / file)
    return found


def library_folders() -> list[Path]:
    return sorted(Path("/usr/lib").glob("*-linux-gnu")) + [Path("/usr/lib"), Path("/usr/lib64")]


def times(run: Run, allocators: dict[str, str], rounds: int) -> dict[str, list[float]]:
    """Nanoseconds a request, by allocator, a launch each round."""
    order = random.Random(SEED)
    taken: dict[str, list[float]] = {name: [] for name in allocators}
    for _ in range(rounds):
        for name in order.sample(sorted(allocators), len(allocators)):
            said = answer(run.command("--count", "time"), allocators[name])
            library = str(said["allocator"])
            if allocators[name] and library != Path(allocators[name]).name:
                raise HeapError(f"{name} was preloaded, but allocations went to {library}")
            values = said["values"]
            assert isinstance(values, dict)
            taken[name].append(float(values["ns"]))
    return taken


def compare(run: Run, allocators: dict[str, str], rounds: int) -> dict[str, object] | None:
    """None where a request allocates nothing, so that no allocator matters."""
    counted = answer(run.command("--count", "allocations"))["values"]
    assert isinstance(counted, dict)
    if counted["allocations"] == 0:
        return None
    taken = times(run, allocators, rounds)
    return {
        "implementation": run.implementation,
        "workload": run.workload,
        "layout": run.layout,
        "scenario": run.scenario,
        "allocations": counted["allocations"],
        "allocators": [
            {
                "name": name,
                "ns": statistics.median(taken[name]),
                **ratio(taken[name], taken[BASELINE]),
            }
            for name in allocators
        ],
    }


def ratio(taken: list[float], baseline: list[float]) -> dict[str, float]:
    """Time over the baseline's, round by round: below 1 is faster."""
    by_round = [own / other for own, other in zip(taken, baseline, strict=True)]
    return {
        "ratio": statistics.median(by_round),
        "ratio_low": min(by_round),
        "ratio_high": max(by_round),
    }


def document(runs: list[Run], allocators: dict[str, str], rounds: int,
             tell: Callable[[str], None]) -> dict[str, object]:  # fmt: skip
    compared = []
    without = []
    for run in runs:
        tell(f"{run.workload} {run.implementation}")
        found = compare(run, allocators, rounds)
        if found is None:
            without.append({"implementation": run.implementation, "workload": run.workload})
        else:
            compared.append(found)
    return {
        "format": FORMAT,
        "baseline": BASELINE,
        "rounds": rounds,
        # Between the least and the greatest of n medians lies the true one with 1 - 2^(1 - n).
        "coverage": 1 - 2.0 ** (1 - rounds),
        "missing": sorted(LIBRARIES.keys() - allocators.keys()),
        "compared": compared,
        "allocate_nothing": without,
    }
