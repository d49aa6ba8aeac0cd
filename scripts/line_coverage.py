#!/usr/bin/env python3
"""Which share of lines ran, by llvm-cov's lcov export, for scripts/coverage."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

# A line's number to how often it ran.
Lines = dict[int, int]


def read(export: Iterable[str]) -> dict[str, Lines]:
    """Each file's lines that hold code. A line that is compiled several times counts once."""
    files: dict[str, Lines] = defaultdict(dict)
    lines: Lines = {}
    for record in export:
        kind, _, value = record.strip().partition(":")
        if kind == "SF":
            lines = files[value]
        elif kind == "DA":
            number, count = (int(part) for part in value.split(",")[:2])
            lines[number] = max(lines.get(number, 0), count)
    return dict(files)


def ranges(numbers: Iterable[int]) -> str:
    """1, 2, 3, 7 as "1-3,7"."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def percent(covered: int, total: int) -> float:
    return 100 * covered / total if total else 0.0


def covered(lines: Lines) -> int:
    return sum(count > 0 for count in lines.values())


def details(files: Mapping[str, Lines]) -> str:
    width = max((len(name) for name in files), default=0)
    rows = [
        f"{name:<{width}} {covered(lines):5} of {len(lines):5} {percent(covered(lines), len(lines)):6.1f} %  "
        f"{ranges(number for number, count in lines.items() if not count)}".rstrip()
        for name, lines in sorted(files.items())
    ]
    return "".join(f"{row}\n" for row in rows)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/line_coverage.py", description=__doc__)
    parser.add_argument("export", type=Path, help="what llvm-cov export --format=lcov wrote")
    parser.add_argument("--at-least", type=float, required=True, metavar="PERCENT", help="exit with 1 under it")
    parser.add_argument("--summary", type=Path, required=True, metavar="FILE", help="gets the sums, as JSON")
    parser.add_argument("--details", type=Path, required=True, metavar="FILE", help="gets every file's share")
    arguments = parser.parse_args()

    root = Path(__file__).resolve().parent.parent
    with arguments.export.open(encoding="utf-8") as export:
        files = {os.path.relpath(name, root): lines for name, lines in read(export).items()}
    total = sum(len(lines) for lines in files.values())
    ran = sum(covered(lines) for lines in files.values())
    share = percent(ran, total)
    arguments.details.write_text(details(files), encoding="utf-8")
    summary = {"line_covered": ran, "line_total": total, "line_percent": round(share, 1)}
    arguments.summary.write_text(json.dumps(summary) + "\n", encoding="utf-8")
    print(f"scripts/coverage: {share:.1f} % of the lines of kernels/ and pipeline/ ({ran} of {total})")
    if share < arguments.at_least:
        print(f"scripts/coverage: under {arguments.at_least:g} %", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
