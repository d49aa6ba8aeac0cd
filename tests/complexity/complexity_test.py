#!/usr/bin/env python3
"""Worst cases stay linear: twice the input costs at most 2.2 times the instructions.

Instructions are counted by callgrind, so the answer does not depend on the machine's mood.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MOST = 2.2
ON_PURPOSE = "quadratic on purpose"  # must be found not to be linear
TRIGGER = re.compile(r"^desc: Trigger: Client Request: (?P<shape>.*)\|(?P<size>\d+)$", re.M)
TOTAL = re.compile(r"^totals: (?P<count>\d+)$", re.M)


def count(valgrind: str, driver: str, implementation: str) -> dict[str, dict[int, int]]:
    """Instructions by shape and size."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [valgrind, "--tool=callgrind", "--collect-atstart=no", "--combine-dumps=no",
             f"--callgrind-out-file={folder}/out", driver, implementation],
            check=False, capture_output=True, text=True)
        if run.returncode != 0:
            raise SystemExit(f"{driver} {implementation}: exit code {run.returncode}\n{run.stderr}")
        counts: dict[str, dict[int, int]] = {}
        for path in Path(folder).iterdir():
            text = path.read_text()
            trigger, total = TRIGGER.search(text), TOTAL.search(text)
            if trigger and total:
                sizes = counts.setdefault(trigger["shape"], {})
                sizes[int(trigger["size"])] = int(total["count"])
        return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--valgrind", required=True)
    parser.add_argument("--driver", required=True)
    arguments = parser.parse_args()
    # Under valgrind, because it hides instruction sets that it does not know.
    listing = subprocess.run([arguments.valgrind, "--tool=none", "-q", arguments.driver],
                             check=True, capture_output=True, text=True)
    implementations = listing.stdout.split()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(
            lambda name: count(arguments.valgrind, arguments.driver, name), implementations))
    failures = 0
    for implementation, counts in zip(implementations, results):
        if not counts:
            print(f"{implementation}: nothing was counted")
            failures += 1
        purpose = counts.pop(ON_PURPOSE, {0: 1})
        if purpose[max(purpose)] < 3.5 * purpose[min(purpose)]:
            print(f"{implementation}: what is quadratic on purpose was not found")
            failures += 1
        for shape, sizes in sorted(counts.items()):
            small, large = min(sizes), max(sizes)
            ratio = sizes[large] / sizes[small]
            verdict = "ok" if len(sizes) == 2 and ratio <= MOST else "NOT LINEAR"
            failures += verdict != "ok"
            print(f"{implementation:10} {shape:42} {small:7} {sizes[small]:12,} "
                  f"{large:7} {sizes[large]:12,}  x{ratio:.3f}  {verdict}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
