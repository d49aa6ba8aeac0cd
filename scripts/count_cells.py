#!/usr/bin/env python3
"""Counts the instructions of the cells of a result file, for scripts/bench.

Writes one line of JSON a cell as they come (docs/counting.md), so an interrupted run goes on where it
stopped. Counting does not mind company, so as many run at once as there are processors.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

LAYOUT = "compact"


class Cell(NamedTuple):
    workload: str
    scenario: str
    implementation: str


def cells_of(results: Path, workloads: list[str]) -> list[Cell]:
    """The pipeline's cells that were measured."""
    found: dict[Cell, None] = {}
    for entry in json.loads(results.read_text(encoding="utf-8"))["benchmarks"]:
        match str(entry["name"]).split("/"):
            case ["pipeline", workload, layout, scenario, implementation] if (
                layout == LAYOUT and workload in workloads and not entry.get("error_occurred")
            ):
                found[Cell(workload, scenario, implementation)] = None
    return list(found)


def counted(path: Path) -> set[Cell]:
    """What the file has already. A torn last line is cut off."""
    if not path.exists():
        return set()
    text = path.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    if whole != text:
        path.write_bytes(whole)
    documents = [json.loads(line) for line in whole.splitlines()]
    return {Cell(*(document[name] for name in Cell._fields)) for document in documents}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--tool", required=True, help="the rowcast program")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--workload", action="append", default=[], metavar="NAME")
    arguments = parser.parse_args()
    done = counted(arguments.out)
    wanted = [cell for cell in cells_of(arguments.results, arguments.workload) if cell not in done]
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
        with lock:
            finished += 1
            if run.returncode == 0:
                with arguments.out.open("a", encoding="utf-8") as out:
                    out.write(run.stdout)
            else:
                failures += 1
                print(f"{'/'.join(cell)}: {run.stderr.strip()}", file=sys.stderr)
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
