"""What heaptrack saw of a run, and whether it agrees with the harness's own counts: scripts/heap.

heaptrack's own printer rounds sizes, so its data file is read directly: version 3 of the format that
heaptrack_interpret writes. Lines, all numbers in hexadecimal:

    s LENGTH TEXT                 a string; the first is number 1
    i IP MODULE [FN FILE LINE]... an instruction pointer: strings; functions inlined into others follow
    t INSTRUCTION PARENT          a backtrace: its innermost frame, and the backtrace of its caller
    a SIZE BACKTRACE              a kind of allocation; the first is number 0
    + ALLOCATION                  one such was made
    - ALLOCATION                  one such was freed
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

VERSION = 3
FORMAT = "rowcast-heap/1"
TOP_SITES = 10
# What stands between the caller and the allocator.
ALLOCATORS = re.compile(
    r"(?:__libc_)?(?:malloc|calloc|realloc|reallocarray|aligned_alloc|posix_memalign|memalign|valloc|pvalloc)\b"
    r"|operator new"
)
NOBODYS = {"_start"}  # of our program's file, but not written by us
PROJECT = "rowcast::"


class HeapError(Exception):
    """Something could not be done; the message says what."""


def shortened(function: str) -> str:
    """Without what stands in angle brackets and parentheses."""
    kept: list[str] = []
    depth = 0
    text = function.replace("(anonymous namespace)", "{}").replace("operator()", "operator[]")
    for character in text:
        depth += character in "<("
        if depth == 0:
            kept.append(character)
        depth -= character in ">)" and depth > 0
    return "".join(kept).replace("{}::", "").replace(" const", "").strip()


@dataclass(frozen=True)
class Frame:
    function: str  # empty: no symbol
    module: str

    @property
    def text(self) -> str:
        return self.function or f"?? in {Path(self.module).name}"


@dataclass
class HeapProfile:
    """Every allocation of a run, by kind: size and backtrace."""

    program: str  # the module that is ours, as heaptrack names modules: a path without links
    strings: list[str] = field(default_factory=lambda: [""])
    instructions: list[list[Frame]] = field(default_factory=lambda: [[]])
    traces: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)])
    kinds: list[tuple[int, int]] = field(default_factory=list)
    made: Counter[int] = field(default_factory=Counter)
    freed: Counter[int] = field(default_factory=Counter)
    peak_bytes: int = 0

    @property
    def allocations(self) -> int:
        return sum(self.made.values())

    @property
    def bytes(self) -> int:
        return sum(self.kinds[kind][0] * times for kind, times in self.made.items())

    @cached_property
    def left(self) -> dict[int, int]:
        """What was never freed: kinds, and how often."""
        balance = {kind: times - self.freed[kind] for kind, times in self.made.items()}
        return {kind: times for kind, times in balance.items() if times}

    @property
    def left_bytes(self) -> int:
        return sum(self.kinds[kind][0] * times for kind, times in self.left.items())

    def stack(self, kind: int) -> list[Frame]:
        """Innermost frame first, without the allocator's own."""
        frames: list[Frame] = []
        trace = self.kinds[kind][1]
        while trace:
            instruction, trace = self.traces[trace]
            frames += self.instructions[instruction]
        while frames and ALLOCATORS.match(frames[0].function):
            frames.pop(0)
        return frames

    def is_ours(self, frame: Frame) -> bool:
        return frame.module == self.program and frame.function not in NOBODYS

    @property
    def knows_ours(self) -> bool:
        """Whether anything is ours; if nothing is, a leak could not be either."""
        return any(self.is_ours(frame) for kind in self.made for frame in self.stack(kind))

    def sites(self) -> Counter[tuple[str, ...]]:
        """Allocations by the place that asked: a function of the project's, and what it called."""
        found: Counter[tuple[str, ...]] = Counter()
        for kind, times in self.made.items():
            names = [shortened(frame.text) for frame in self.stack(kind)]
            own = next((i for i, name in enumerate(names) if PROJECT in name), len(names))
            found[tuple(names[: own + 1])] += times
        return found


def _instruction(profile: HeapProfile, words: list[int]) -> list[Frame]:
    """Of one instruction pointer, the function and those that it was inlined into."""
    _, module, *rest = words
    functions = (rest[0], *rest[3::3]) if rest else (0,)
    return [Frame(profile.strings[function], profile.strings[module]) for function in functions]


def parse(text: str, program: Path) -> HeapProfile:
    """`program` is what ran. The file's own line X has the command as it was typed, which may go by
    a link, or be several words."""
    profile = HeapProfile(str(program.resolve()))
    live = 0
    lines = iter(text.split("\n"))
    version = next(lines, "").split(" ")
    if version[0] != "v" or int(version[-1], 16) != VERSION:
        raise HeapError(f"heaptrack's file begins with {' '.join(version)!r}, not with version {VERSION}")
    for line in lines:
        mode, _, rest = line.partition(" ")
        if mode == "s":
            _, _, string = rest.partition(" ")
            profile.strings.append(string)
        elif mode in ("i", "t", "a", "+", "-"):
            words = [int(word, 16) for word in rest.split(" ")]
            if mode == "i":
                profile.instructions.append(_instruction(profile, words))
            elif mode == "t":
                profile.traces.append((words[0], words[1]))
            elif mode == "a":
                profile.kinds.append((words[0], words[1]))
            elif mode == "+":
                profile.made[words[0]] += 1
                live += profile.kinds[words[0]][0]
                profile.peak_bytes = max(profile.peak_bytes, live)
            else:
                profile.freed[words[0]] += 1
                live -= profile.kinds[words[0]][0]
    return profile


@dataclass(frozen=True)
class Run:
    """Which requests: the arguments of rowcast_requests."""

    program: Path
    implementation: str
    workload: str
    layout: str = "compact"
    scenario: str = "all"

    def command(self, *more: str) -> list[str]:
        return [str(self.program), self.implementation, self.workload, "--layout", self.layout,
                "--scenario", self.scenario, *more]  # fmt: skip


def environment(preload: str = "") -> dict[str, str]:
    """The caller's, without what would change the allocator or the implementation."""
    kept = {k: v for k, v in os.environ.items() if k not in ("LD_PRELOAD", "ROWCAST_IMPLEMENTATION")}
    return kept | {"LD_PRELOAD": preload} if preload else kept


def answer(command: list[str], preload: str = "") -> dict[str, object]:
    """The line of JSON that rowcast_requests writes."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment(preload))
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            document: dict[str, object] = json.loads(line)
            if "error" in document:
                raise HeapError(str(document["error"]))
            return document
    raise HeapError(f"{Path(command[0]).name}: exit code {done.returncode}: {done.stderr.strip()}")


def build_facts(program: Path) -> dict[str, str]:
    """Of which build the programs are: `rowcast` beside them says it."""
    counted = answer([str(program.with_name("rowcast")), "count", "scalar", "tiny", "--only-instructions", "--json"])
    build = counted["build"]
    assert isinstance(build, dict)
    return {name: str(build[name]) for name in ("commit", "dirty")}


def profile(run: Run, requests: int, folder: Path) -> HeapProfile:
    """Runs so many requests under heaptrack. Its files are left in the folder."""
    out = folder / f"{run.workload}-{run.layout}-{run.scenario}-{run.implementation}-{requests}"
    # Which of the two it writes depends on how it was built. One that is there already is an old one.
    files = [Path(f"{out}{suffix}") for suffix in (".zst", ".gz")]
    for path in files:
        path.unlink(missing_ok=True)
    printed = subprocess.run(
        ["heaptrack", "-o", str(out), *run.command("--requests", str(requests))],
        capture_output=True, text=True, check=False, env=environment())  # fmt: skip
    path = next((path for path in files if path.exists()), files[0])
    if printed.returncode != 0 or not path.exists():
        raise HeapError(f"heaptrack: exit code {printed.returncode}: {printed.stderr.strip()}")
    if '"error"' in printed.stdout:
        raise HeapError(printed.stdout.strip())
    unpacked = subprocess.run(
        ["zstd" if path.suffix == ".zst" else "gzip", "-dc", str(path)],
        capture_output=True, text=True, check=True)  # fmt: skip
    found = parse(unpacked.stdout, run.program)
    # What heaptrack says of the same file: if we read it wrongly, it shows here.
    said = re.search(r"^\s*allocations:\s+(\d+)$", printed.stdout + printed.stderr, re.M)
    if not said or int(said[1]) != found.allocations:
        raise HeapError(f"heaptrack counted {said[1] if said else 'nothing'}, its file has {found.allocations}")
    if not found.knows_ours:
        raise HeapError(f"no allocation is {found.program}'s own: whose a leak is cannot be told")
    return found


def document(run: Run, requests: int, folder: Path) -> dict[str, object]:
    """The profile of a run of `requests`, beside the harness's own counts."""
    own = answer(run.command("--count", "allocations"))
    values = own["values"]
    assert isinstance(values, dict)
    once = profile(run, requests, folder)
    twice = profile(run, 2 * requests, folder)
    seen = {
        "allocations": (twice.allocations - once.allocations) / requests,
        "allocation_bytes": (twice.bytes - once.bytes) / requests,
    }
    leaks = [
        {
            "times": times,
            "bytes": twice.kinds[kind][0] * times,
            "ours": any(twice.is_ours(frame) for frame in twice.stack(kind)),
            "stack": [shortened(frame.text) for frame in twice.stack(kind)],
        }
        for kind, times in sorted(twice.left.items(), key=lambda item: -twice.kinds[item[0]][0] * item[1])
    ]
    sites = twice.sites()
    before = once.sites()
    # First those that every request comes to.
    top = sorted(sites, key=lambda site: (before[site] - sites[site], -sites[site], site))[:TOP_SITES]
    return {
        "format": FORMAT,
        "implementation": run.implementation,
        "workload": run.workload,
        "layout": run.layout,
        "scenario": run.scenario,
        "requests": requests,
        "allocator": own["allocator"],
        "per_request": {
            name: {"heaptrack": whole(seen[name]), "harness": values[name]} for name in seen
        },
        "agrees": all(seen[name] == values[name] for name in seen),
        "allocations": twice.allocations,
        "bytes": twice.bytes,
        "peak_bytes": twice.peak_bytes,
        "left_bytes": twice.left_bytes,
        "leaks": leaks,
        "top_sites": [
            {
                "allocations": sites[site],
                "per_request": whole((sites[site] - before[site]) / requests),
                "stack": list(site),
            }
            for site in top
        ],
    }


def whole(number: float) -> int | float:
    return int(number) if number == int(number) else number
