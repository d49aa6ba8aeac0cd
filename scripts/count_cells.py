#!/usr/bin/env python3
"""Counts the instructions of the cells of a result file, for scripts/bench.

Writes one line of JSON a cell as they come (docs/counting.md), so an interrupted run goes on where it
stopped. What another build counted, and what could not be counted, is counted again. A build that is not
the results' counts nothing. Counting does not mind company, so as many run at once as there are
processors.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

LAYOUT = "compact"


class Cell(NamedTuple):
    workload: str
    scenario: str
    implementation: str


def cells_of(results: dict[str, Any], workloads: list[str]) -> list[Cell]:
    """The pipeline's cells that were measured."""
    found: dict[Cell, None] = {}
    for entry in results["benchmarks"]:
        match str(entry["name"]).split("/"):
            case ["pipeline", workload, layout, scenario, implementation] if (
                layout == LAYOUT and workload in workloads and not entry.get("error_occurred")
            ):
                found[Cell(workload, scenario, implementation)] = None
    return list(found)


def digest(tool: Path) -> str:
    """Of the programs that count. A commit does not tell two builds of a changed tree apart."""
    found = hashlib.sha256()
    for program in (tool, tool.with_name("rowcast_requests")):
        if program.exists():
            found.update(program.read_bytes())
    return found.hexdigest()


def counted(path: Path, program: str) -> set[Cell]:
    """What these programs have counted already. Other lines, and a torn last one, are taken out."""
    if not path.exists():
        return set()
    text = path.read_bytes()
    found: set[Cell] = set()
    kept: list[bytes] = []
    for line in text[: text.rfind(b"\n") + 1].splitlines(keepends=True):
        document = json.loads(line)
        is_there = document.get("instructions", {}).get("value") is not None
        if is_there and document.get("build", {}).get("program") == program:
            found.add(Cell(*(document[name] for name in Cell._fields)))
            kept.append(line)
    if b"".join(kept) != text:
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        aside.write_bytes(b"".join(kept))
        os.replace(aside, path)
    return found


def another_build(document: dict[str, Any], context: dict[str, Any]) -> str:
    """Empty if what was counted is of the results' build, as far as both say."""
    for name in ("commit", "dirty"):
        own, theirs = document["build"].get(name), context.get(name)
        if theirs is not None and own != theirs:
            return f"{name} {own!r} was counted, but {theirs!r} measured"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--tool", type=Path, required=True, help="the rowcast program")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--workload", action="append", default=[], metavar="NAME")
    arguments = parser.parse_args()
    results = json.loads(arguments.results.read_text(encoding="utf-8"))
    program = digest(arguments.tool)
    done = counted(arguments.out, program)
    wanted = [cell for cell in cells_of(results, arguments.workload) if cell not in done]
    watched = sys.stderr.isatty()
    lock = threading.Lock()
    failures = 0
    finished = 0

    def count(cell: Cell) -> None:
        nonlocal failures, finished
        run = subprocess.run(
            [arguments.tool, "count", cell.implementation, cell.workload, "--layout", LAYOUT,
             "--scenario", cell.scenario, "--only-instructions", "--json"],
            check=False, capture_output=True, text=True)  # fmt: skip
        complaint = run.stderr.strip()
        document: dict[str, Any] = {}
        if run.returncode == 0:
            document = json.loads(run.stdout)
            complaint = another_build(document, results["context"])
            document["build"]["program"] = program
        with lock:
            finished += 1
            if document and not complaint:
                with arguments.out.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(document, separators=(",", ":")) + "\n")
            else:
                failures += 1
                print(f"{'/'.join(cell)}: {complaint}", file=sys.stderr)
            if watched:
                print(f"\rcounting instructions: {finished} of {len(wanted)}\033[K", end="",
                      file=sys.stderr)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        list(pool.map(count, wanted))
    if watched and wanted:
        print("\r\033[K", end="", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
