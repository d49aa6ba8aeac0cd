"""The command line of scripts/gate."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rowcast_reports import script
from rowcast_reports.errors import ReportError, UsageError
from rowcast_reports.gate import builds, floors, measuring, output, self_test, self_test_page, verdicts
from rowcast_reports.gate.builds import Build
from rowcast_reports.gate.measuring import Cells, Comparison, Instructions
from rowcast_reports.gate.verdicts import Exit
from rowcast_reports.picks import sources

_FLOORS = Path("harness/variants/floors.json")
_PAGE = Path("docs/gate.md")
_RUNS = Path("docs/gate-self-test.jsonl")
# Stepping through AVX-512 code makes 80,000 instructions a second.
_COUNTED_QUICKLY = ("tiny", "small")


def _say(text: str) -> None:
    print(f"scripts/gate: {text}", file=sys.stderr, flush=True)


def _usable_floors(root: Path, asked: Path | None, tool: Path, notes: list[str]) -> Path | None:
    """The file of floors, if it has this machine's and build's; else a note says that it has not."""
    path = asked if asked is not None else root / _FLOORS
    if asked is None and not path.exists():
        notes.append("no floors are known here: every cell's smallest effect is 2 %")
        return None
    probe = measuring.compare(
        tool,
        tool.parent.parent / "lib" / "librowcast.so",
        tool.parent.parent / "lib" / "librowcast.so",
        Cells(("tiny",), ("compact",), ("all",), ("scalar",), seconds=0.01, launches=1, most_launches=1),
        floors=path,
        confirm=False,
    )
    if probe.no_floors:
        notes.append(
            f"{probe.no_floors}, so every cell's smallest effect is 2 % "
            "(scripts/gate --floors measures this machine's)"
        )
        return None
    return path


def _cells(arguments: argparse.Namespace, own: tuple[str, ...]) -> Cells:
    cells = measuring.quick_cells(own) if arguments.quick else Cells(implementations=own)
    if arguments.filter:
        cells = dataclasses.replace(cells, filter=arguments.filter)
    if arguments.budget is not None:
        cells = dataclasses.replace(cells, budget_s=arguments.budget * 60)
    return cells


def _count(
    comparison: Comparison, base: Build, candidate: Build, only: tuple[str, ...] | None
) -> dict[str, Instructions]:
    assert candidate.tool is not None
    counted: dict[str, Instructions] = {}
    for cell in comparison.cells:
        if cell.error or (only is not None and cell.workload not in only):
            continue
        counted[cell.name] = measuring.count(base.tool if base.counts else None, candidate.tool, cell)
    return counted


def _gate(arguments: argparse.Namespace, root: Path) -> int:
    begin = time.monotonic()
    builds.resolve(root, arguments.base)
    _say("building the working tree")
    candidate = builds.candidate(root, arguments.jobs)
    assert candidate.tool is not None
    _say(f"building {arguments.base}")
    base = builds.base(root, arguments.base, arguments.jobs)
    notes: list[str] = []
    floors_file = _usable_floors(root, arguments.floors_file, candidate.tool, notes)
    out = arguments.out or root / "out" / "gate" / datetime.now().strftime("%Y%m%d-%H%M%S")
    out.mkdir(parents=True, exist_ok=True)
    both, left_out = measuring.in_both(candidate.tool, base.tool)
    if left_out:
        notes.append(left_out)
        _say(left_out)
    cells = _cells(arguments, both)
    _say("measuring")
    comparison = measuring.compare(
        candidate.tool,
        base.library,
        candidate.library,
        cells,
        floors=floors_file,
        seed=arguments.seed,
        samples=out / "samples.jsonl",
    )
    if base.build_id() == candidate.build_id():
        notes.append("both builds are the same bytes")
    stale = sources.staleness(root)
    if stale:
        notes.append(stale)
    if floors_file is not None:
        known = floors.known_cells(floors_file, comparison)
        without = sum(cell.name not in known for cell in comparison.cells)
        if without:
            notes.append(
                f"{without} of {len(comparison.cells)} cells have no floor in {floors_file.name}: their "
                "smallest effect is 2 %"
            )
    gate = verdicts.judge_all(
        comparison, {}, "not asked for" if arguments.no_counts else "not counted yet", notes
    )
    # Counting takes longer than many measurements: if it is interrupted, the times are not lost.
    output.write(out, gate, comparison, base, candidate)
    if not arguments.no_counts:
        _say("counting instructions")
        only = _COUNTED_QUICKLY if arguments.quick else None
        counted = _count(comparison, base, candidate, only)
        gate = verdicts.judge_all(comparison, counted, "not counted in a quick gate", notes)
        output.write(out, gate, comparison, base, candidate)
    sys.stdout.write(output.table(gate, comparison))
    _say(f"{out}/gate.json, gate.xml, gate.md ({time.monotonic() - begin:.0f} s in all)")
    if not arguments.no_history:
        _remember(out / "gate.json", arguments.database)
    return gate.exit_code


def _remember(path: Path, database: str | None) -> None:
    """Into the history; a database that fails must not change the gate's verdict."""
    from rowcast_reports import cli

    where = ["--database", database] if database else []
    if cli.main(["history", "import", *where, str(path)]) != 0:
        _say(f"the history did not take {path} (above); the verdict stands")


def _measure_floors(arguments: argparse.Namespace, root: Path) -> int:
    path = arguments.floors_file or root / _FLOORS
    if path.exists():
        floors.read(path)  # not after half an hour of measuring
    candidate = builds.candidate(root, arguments.jobs)
    assert candidate.tool is not None
    folder = builds.variants(root, arguments.jobs)
    # Three times a gate's launches, so that it is code and machine that are seen, and not chance.
    cells = dataclasses.replace(
        _cells(arguments, measuring.own_implementations(candidate.tool)),
        launches=21,
        most_launches=21,
        budget_s=0.0,
    )
    made = floors.measure(candidate.tool, candidate.library, folder, cells, _say)
    floors.write(floors.merged(made, path), path)
    for name, entry in made["cells"].items():
        smallest = max(0.02, 3 * entry["floor"])
        print(f"{name:<36} {entry['floor'] * 100:6.2f} %  ({entry['of']}); matters from {smallest * 100:.1f} %")
    _say(f"wrote {path}")
    return Exit.PASS


def _self_test(arguments: argparse.Namespace, root: Path) -> int:
    candidate = builds.candidate(root, arguments.jobs)
    assert candidate.tool is not None
    folder = builds.variants(root, arguments.jobs)
    notes: list[str] = []
    floors_file = _usable_floors(root, arguments.floors_file, candidate.tool, notes)
    for note in notes:
        _say(note)
    plan = self_test.Plan()
    runs = arguments.runs or root / _RUNS
    if not arguments.resume:
        runs.unlink(missing_ok=True)
    minutes = arguments.budget if arguments.budget is not None else float("inf")
    outcomes = self_test.run(
        plan,
        tool=candidate.tool,
        library=candidate.library,
        folder=folder,
        cells=measuring.quick_cells(measuring.own_implementations(candidate.tool)),
        floors_file=floors_file,
        path=runs,
        deadline=time.monotonic() + 60 * minutes,
        say=_say,
    )
    if not outcomes:
        raise ReportError("no gate ran in that time")
    sys.stdout.write(self_test_page.table(outcomes, plan))
    if not arguments.no_publish:
        self_test_page.publish(outcomes, plan, root / _PAGE)
        _say(f"wrote {_PAGE} and its plot; the gates are in {runs}")
    return Exit.PASS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/gate",
        usage="scripts/gate BASE [OPTION...] | --floors [OPTION...] | --self-test [OPTION...]",
        description="Builds BASE (any revision) and the working tree with the same compiler and flags, "
        "compares them on every cell, and fails if the working tree is slower, allocates more, or takes "
        "more instructions.",
        epilog="Exit codes: 0 pass, 1 an error (a build's, a wrong answer), 2 usage, 3 a regression, "
        "4 inconclusive, 5 the machine is not fit to measure on. docs/gate.md has the rest.",
    )
    parser.add_argument("base", nargs="?", metavar="BASE", help="a git revision")
    parser.add_argument("--floors", action="store_true", help="measure what identical code differs by, and keep it beside other machines'")
    parser.add_argument("--self-test", action="store_true", help="measure the gate itself, and publish its error rates")
    parser.add_argument("--quick", action="store_true", help="twelve cells in under 20 s")
    parser.add_argument("--filter", metavar="RE", help="only cells whose names match; '-' before it: the others")
    parser.add_argument("--budget", type=float, metavar="MINUTES", help="after so long, begin no more rounds of launches for unclear cells; the first launches and confirmations are always made (self-test: begin no more gates)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: out/gate/ and the time)")
    parser.add_argument("--floors-file", type=Path, metavar="FILE", help=f"instead of {_FLOORS}")
    parser.add_argument("--no-counts", action="store_true", help="count no instructions")
    parser.add_argument("--no-history", action="store_true", help="leave the history's database alone")
    parser.add_argument("--database", metavar="URL", help="the history's database")
    parser.add_argument("--seed", type=int, default=1, help="of all that is drawn")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes that build")
    parser.add_argument("--resume", action="store_true", help="self-test: go on where it stopped")
    parser.add_argument("--runs", type=Path, metavar="FILE", help=f"self-test: its gates, a line each (default: {_RUNS})")
    parser.add_argument("--no-publish", action="store_true", help=f"self-test: leave {_PAGE} alone")
    return parser


def _chosen_action(arguments: argparse.Namespace) -> int:
    if sum([bool(arguments.base), arguments.floors, arguments.self_test]) != 1:
        raise UsageError("one of BASE, --floors and --self-test (--help tells more)")
    if arguments.floors and arguments.budget is not None:
        raise UsageError("--floors takes no --budget: every cell has all of its launches")
    if arguments.self_test and arguments.filter:
        raise UsageError("--self-test takes no --filter: its gates are of the quick set")
    if arguments.out and not arguments.base:
        where = "--floors-file" if arguments.floors else "--runs"
        raise UsageError(f"--out is a gate's; here it is {where} that says where to write")
    if arguments.floors:
        return _measure_floors(arguments, script.ROOT)
    if arguments.self_test:
        return _self_test(arguments, script.ROOT)
    return _gate(arguments, script.ROOT)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    return script.run("scripts/gate", lambda: _chosen_action(arguments))
