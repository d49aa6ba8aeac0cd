"""The command line of scripts/pick."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from rowcast_reports import script
from rowcast_reports.catalogue import implementations
from rowcast_reports.errors import ReportError, UsageError
from rowcast_reports.gate import builds, measuring
from rowcast_reports.picks import choice, sources, table
from rowcast_reports.picks.choice import Pick, Ratio
from rowcast_reports.picks.table import Origin, Table
from rowcast_reports.statistics import LEAST_COVERAGE

_KEPT_OF_ENVIRONMENT = (
    "cpu_model", "cpu_features", "hypervisor", "kernel", "compiler", "compiler_flags", "commit", "dirty",
)  # fmt: skip
_KERNEL_MARGIN = 0.05
_CHECK_MARGIN = 0.03
_TOO_SLOW = 3
_PICKS_VARIABLE = "ROWCAST_PICKS"
# Of fewer launches, minimum to maximum covers less than LEAST_COVERAGE.
_FEWEST_LAUNCHES = 6


def _say(text: str) -> None:
    print(f"scripts/pick: {text}", file=sys.stderr, flush=True)


def _compare(
    tool: Path, challenger: str, incumbent: str, arguments: argparse.Namespace, layouts: str = "compact"
) -> dict[str, Any]:
    done = subprocess.run(
        [str(tool), "compare", challenger, incumbent, "--json", "--workload", arguments.workload,
         "--layout", layouts, "--seconds", str(arguments.seconds),
         "--launches", str(arguments.launches), "--allow-unfit"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode == measuring.USAGE:
        raise UsageError("rowcast compare refused this (see above)")
    if not done.stdout:
        raise ReportError(f"rowcast compare ended with exit code {done.returncode} (see above)")
    document: dict[str, Any] = json.loads(done.stdout)
    broken = [cell for cell in document["cells"] if "error" in cell]
    if broken:
        raise ReportError(f"{broken[0]['name']}: {broken[0]['error']}")
    return document


def _ratios(document: Mapping[str, Any]) -> list[Ratio]:
    return [
        Ratio(
            cell["name"],
            cell["pick_scenario"],
            cell["request_bytes"],
            cell["time"]["ratio"],
            cell["time"]["low"],
            cell["time"]["high"],
            cell["time"]["enough"] and cell["time"]["coverage"] >= LEAST_COVERAGE,
        )
        for cell in document["cells"]
    ]


def _incumbent(known: Table, instruction_set: str, scenario: str, bound: int | None) -> str:
    """What the table has now; an instruction set's own implementation where it has nothing."""
    pick = choice.find(known.picks, instruction_set, scenario, bound)
    return pick.implementation if pick is not None else instruction_set


def _kernel_lengths(bench: Path, out: Path) -> dict[str, dict[str, int | None]]:
    """For each kernel and instruction set, from which size on it beats the scalar version."""
    results = out / "kernels.json"
    done = subprocess.run(
        [str(bench), "--quiet", "--cell-budget", "0.02", "--benchmark_filter=^kernel/",
         "--results", str(results), "--cells", str(out / "kernels.jsonl")],
        stdout=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise ReportError(f"rowcast_bench ended with exit code {done.returncode} (see above)")
    times: dict[str, dict[str, dict[int, float]]] = {}
    for entry in json.loads(results.read_text("utf-8"))["benchmarks"]:
        parts = entry["name"].split("/")
        if len(parts) == 4 and parts[3].isdigit() and "error_message" not in entry:
            by_set = times.setdefault(parts[1], {})
            by_set.setdefault(parts[2], {})[int(parts[3])] = entry["p50_ns"] or entry["real_time"]
    own = {each.name for each in implementations(chain.from_iterable(times.values())) if each.competes}
    return {
        kernel: {
            name: choice.pays_from(of_set, by_set["scalar"], _KERNEL_MARGIN)
            for name, of_set in by_set.items()
            if name != "scalar" and name in own
        }
        for kernel, by_set in times.items()
        if "scalar" in by_set
    }


class _Comparisons:
    """Pairs of implementations, each measured once."""

    def __init__(self, tool: Path, arguments: argparse.Namespace) -> None:
        self._tool = tool
        self._arguments = arguments
        self._documents: dict[tuple[str, str], dict[str, Any]] = {}

    def ratios(self, challenger: str, incumbent: str) -> list[Ratio]:
        pair = (challenger, incumbent)
        if pair not in self._documents:
            _say(f"{challenger} against {incumbent}")
            self._documents[pair] = _compare(self._tool, challenger, incumbent, self._arguments)
        return _ratios(self._documents[pair])

    def origin(self, out: Path, kernels: str) -> Origin:
        """Writes the evidence into `out`, and tells where and when it was measured."""
        evidence = json.dumps(
            [{"challenger": a, "incumbent": b, **d} for (a, b), d in self._documents.items()]
        )
        (out / "evidence.json").write_text(evidence, "utf-8")
        of_any = next(iter(self._documents.values()), {"environment": {"cpu_model": "unknown"}})
        environment = of_any["environment"]
        return Origin(
            date=datetime.now(UTC).strftime("%Y-%m-%d"),
            environment={name: environment.get(name, "unknown") for name in _KEPT_OF_ENVIRONMENT},
            kernels=kernels,
            evidence={
                "sha256": hashlib.sha256(evidence.encode()).hexdigest(),
                "launches": self._arguments.launches,
                "seconds": self._arguments.seconds,
                "margin": self._arguments.margin / 100,
            },
        )


def _pick_for(
    instruction_set: str, candidates: Sequence[str], known: Table, measured: _Comparisons, margin: float
) -> tuple[list[Pick], list[Pick]]:
    """The picks of a set, and those of the table among them that nothing measured now has replaced."""
    picks: list[Pick] = []
    older: list[Pick] = []
    for scenario in choice.SCENARIOS:
        made: list[Pick] = []
        for bound in choice.SIZE_CLASSES:
            incumbent = _incumbent(known, instruction_set, scenario, bound)
            if incumbent not in candidates:
                incumbent = instruction_set
            challengers = {
                name: measured.ratios(name, incumbent) for name in candidates if name != incumbent
            }
            pick = choice.choose(instruction_set, scenario, bound, incumbent, challengers, margin)
            if pick is not None:
                made.append(pick)
        # A name that is gone would be refused by the pipeline.
        there = [pick for pick in known.of(instruction_set, scenario) if pick.implementation in candidates]
        older += choice.kept(there, made)
        picks += choice.complete(choice.merged(there, made), instruction_set, scenario, instruction_set)
    return picks, older


def _chosen_sets(arguments: argparse.Namespace, there: Sequence[str]) -> tuple[str, ...]:
    if arguments.sets is None:
        return tuple(there)
    chosen = tuple(arguments.sets.split(","))
    for name in chosen:
        if name not in there:
            raise UsageError(f"--sets: this machine has no '{name}', but {', '.join(there)}")
    return chosen


def _print_picks(picks: Sequence[Pick]) -> None:
    for pick in picks:
        size = "any size" if pick.up_to_bytes is None else f"up to {pick.up_to_bytes}"
        worst = min((e.low for e in pick.evidence), default=None)
        told = "not measured" if worst is None else f"at worst {worst:.3f} times as fast as another"
        print(f"{pick.instruction_set:<8} {pick.scenario:<14} {size:<12} {pick.implementation:<8} {told}")


def _measure(arguments: argparse.Namespace, root: Path) -> int:
    build = builds.candidate(root, arguments.jobs, benchmarks=not arguments.no_kernels)
    assert build.tool is not None
    there = measuring.own_implementations(build.tool)
    sets = _chosen_sets(arguments, there)
    path = arguments.picks or root / sources.PICKS
    known = table.read(path) if path.exists() else Table()
    out = arguments.out or root / "out" / "picks" / datetime.now().strftime("%Y%m%d-%H%M%S")
    out.mkdir(parents=True, exist_ok=True)

    measured = _Comparisons(build.tool, arguments)
    # Another machine's sets stay as they are, too.
    picks = [pick for pick in known.picks if pick.instruction_set not in sets]
    older: list[Pick] = []
    for index, instruction_set in enumerate(there):
        if instruction_set in sets:
            made, left = _pick_for(
                instruction_set, there[index:], known, measured, arguments.margin / 100
            )
            picks += made
            older += left
    now = measured.origin(out, sources.kernels_hash(root))
    origins = {**known.sets, **dict.fromkeys(sets, now)}
    # A set is as old as what was measured first of it, so that the gate knows it for stale.
    for name in dict.fromkeys(pick.instruction_set for pick in older if pick.evidence):
        first = known.sets[name]
        if first.kernels != now.kernels:
            origins[name] = first
            _say(f"what was not measured now of {name} is of {first.date} and of other kernels: its picks stay stale")
    made_now = Table(tuple(picks), origins, known.lengths)
    table.write(made_now, path)
    if not arguments.no_kernels:
        # If this fails, the picks are not lost.
        _say(f"wrote the picks to {path}; measuring the kernels")
        lengths = _kernel_lengths(build.tool.parent / "rowcast_bench", out)
        merged = choice.merged_lengths(known.lengths, lengths, sets)
        table.write(dataclasses.replace(made_now, lengths=merged), path)
    _print_picks(picks)
    _say(f"wrote {path}; the comparisons are in {out}")
    return 0


def _check(arguments: argparse.Namespace, root: Path) -> int:
    """`auto`, as it is compiled in or as --picks has it, against every implementation that this
    machine runs."""
    path = (arguments.picks or root / sources.PICKS).resolve()
    if arguments.picks is not None:
        table.read(path)  # which says what is wrong with it
        os.environ[_PICKS_VARIABLE] = str(path)
    build = builds.candidate(root, arguments.jobs)
    assert build.tool is not None
    against: dict[str, list[Ratio]] = {}
    for name in measuring.own_implementations(build.tool):
        _say(f"auto against {name}")
        against[name] = _ratios(_compare(build.tool, name, "auto", arguments, "compact,jsonb"))
    stale = sources.staleness(root, path)
    if stale:
        _say(stale)
    found = choice.standings(against, _CHECK_MARGIN)
    bad = [standing for standing in found if not standing.is_good(_CHECK_MARGIN)]
    width = max(len(standing.cell) for standing in found)
    for standing in found:
        print(
            f"{standing.cell:<{width}}  {standing.ratio:.3f} [{standing.low:.3f}, {standing.high:.3f}] "
            f"of {standing.best}'s time" + ("  TOO SLOW" if standing in bad else "")
        )
    print(
        f"auto is as fast as the best one, or within {_CHECK_MARGIN:.0%} of it, on "
        f"{len(found) - len(bad)} of {len(found)} cells"
    )
    return _TOO_SLOW if bad else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/pick",
        description="Measures which implementation is the fastest for each instruction set, scenario and "
        "size, and writes what `auto` takes, with the evidence. What is picked now stays unless another "
        "one is faster by the margin on every cell of the class, with the lower bound of its interval.",
        epilog="Exit codes: 0 done, 1 an error, 2 usage, 3 with --check: another one is faster somewhere. "
        "docs/picks.md has the rest.",
    )
    parser.add_argument("--check", action="store_true", help="write nothing: compare `auto` with all others, in both layouts, and say where it is not the fastest")
    parser.add_argument("--picks", type=Path, metavar="FILE", help=f"to read and to write (default: {sources.PICKS}); with --check, the table that `auto` goes by (default: the one compiled in)")
    parser.add_argument("--sets", metavar="NAME,...", help="only the picks of these instruction sets (default: all that this machine has); the others stay as they are")
    parser.add_argument("--workload", default="tiny,small,medium,nested,wide,large", metavar="NAME,...", help="as `rowcast compare` takes them (default: %(default)s)")
    parser.add_argument("--launches", type=int, default=7, metavar="N", help="six or more (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=0.1, metavar="S", help="of a cell in a launch (default: %(default)s)")
    parser.add_argument("--margin", type=float, default=2.0, metavar="PERCENT", help="(default: %(default)s)")
    parser.add_argument("--no-kernels", action="store_true", help="do not measure from which length on each kernel pays")
    parser.add_argument("--out", type=Path, metavar="DIR", help="for the comparisons (default: out/picks/ and the time)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes that build")
    return parser


def _chosen_action(arguments: argparse.Namespace) -> int:
    if arguments.launches < _FEWEST_LAUNCHES:
        raise UsageError(
            f"--launches {arguments.launches}: an interval takes {_FEWEST_LAUNCHES} launches or more"
        )
    if arguments.check and arguments.sets is not None:
        raise UsageError("--sets is for measuring; --check takes all that this machine runs")
    # A table chosen for one program must not be what is measured here, unless it is asked for.
    os.environ.pop(_PICKS_VARIABLE, None)
    return (_check if arguments.check else _measure)(arguments, script.ROOT)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    return script.run(
        "scripts/pick",
        lambda: _chosen_action(arguments),
        "interrupted; the picks are as they were, unless it says above that they were written",
    )
