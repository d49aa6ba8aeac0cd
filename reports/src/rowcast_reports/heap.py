"""What scripts/heap wrote beside the results: profiles by heaptrack, and compared allocators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rowcast_reports import json_document
from rowcast_reports.names import Setting
from rowcast_reports.results import Context
from rowcast_reports.statistics import Interval

HEAP_FOLDER = "heap"
ALLOCATORS_FILE = "allocators.json"


@dataclass(frozen=True)
class Site:
    """A place that allocates: its innermost function first."""

    stack: tuple[str, ...]
    allocations: int
    per_request: float


@dataclass(frozen=True)
class Leak:
    stack: tuple[str, ...]
    bytes: int
    ours: bool


@dataclass(frozen=True)
class Both:
    """The same figure by two that do not know of each other."""

    heaptrack: float
    harness: float


@dataclass(frozen=True)
class Profile:
    setting: Setting
    implementation: str
    requests: int
    agrees: bool
    allocations_per_request: Both
    bytes_per_request: Both
    allocations: int
    bytes: int
    peak_bytes: int
    left_bytes: int
    leaks: tuple[Leak, ...]
    sites: tuple[Site, ...]


@dataclass(frozen=True)
class AllocatorRatio:
    """Time under one allocator over the time under the baseline."""

    setting: Setting
    implementation: str
    allocations: int
    name: str
    ns: float
    ratio: Interval


@dataclass(frozen=True)
class Allocators:
    baseline: str
    rounds: int
    coverage: float
    missing: tuple[str, ...]
    ratios: tuple[AllocatorRatio, ...]


@dataclass(frozen=True)
class Heap:
    profiles: tuple[Profile, ...]
    allocators: Allocators | None
    left_out: tuple[str, ...]  # files of another build, and of which


def _setting(document: Mapping[str, Any]) -> Setting:
    return Setting(document["workload"], document["layout"], document["scenario"])


def _both(document: Mapping[str, Any], name: str) -> Both:
    figures = document["per_request"][name]
    return Both(float(figures["heaptrack"]), float(figures["harness"]))


def _profile(document: Mapping[str, Any]) -> Profile:
    return Profile(
        setting=_setting(document),
        implementation=document["implementation"],
        requests=document["requests"],
        agrees=document["agrees"],
        allocations_per_request=_both(document, "allocations"),
        bytes_per_request=_both(document, "allocation_bytes"),
        allocations=document["allocations"],
        bytes=document["bytes"],
        peak_bytes=document["peak_bytes"],
        left_bytes=document["left_bytes"],
        leaks=tuple(
            Leak(tuple(leak["stack"]), leak["bytes"], leak["ours"]) for leak in document["leaks"]
        ),
        sites=tuple(
            Site(tuple(site["stack"]), site["allocations"], float(site["per_request"]))
            for site in document["top_sites"]
        ),
    )


def _allocators(document: Mapping[str, Any]) -> Allocators:
    return Allocators(
        baseline=document["baseline"],
        rounds=document["rounds"],
        coverage=float(document["coverage"]),
        missing=tuple(document["missing"]),
        ratios=tuple(
            AllocatorRatio(
                setting=_setting(cell),
                implementation=cell["implementation"],
                allocations=cell["allocations"],
                name=each["name"],
                ns=float(each["ns"]),
                ratio=Interval(
                    float(each["ratio"]), float(each["ratio_low"]), float(each["ratio_high"])
                ),
            )
            for cell in document["compared"]
            for each in cell["allocators"]
        ),
    )


def _other_build(document: Mapping[str, Any], context: Context) -> str:
    """Empty if it is of the results' build, as far as both say."""
    build = document.get("build")
    commit = context.text("commit")
    if not commit:
        return ""
    if build is None:
        return "a build that it does not name"
    if build["commit"] != commit:
        return f"the build of {build['commit'] or 'an unknown commit'}"
    if (build["dirty"], context.flag("dirty")) == ("true", False):
        return "that commit with changes"
    if (build["dirty"], context.flag("dirty")) == ("false", True):
        return "that commit without changes"
    return ""


def load(results_path: Path, context: Context) -> Heap:
    """Of the results' own build only. Raises InputError if a file is bad."""
    folder = results_path.parent / HEAP_FOLDER
    profiles: list[Profile] = []
    allocators: Allocators | None = None
    left_out: list[str] = []
    for path in sorted(folder.glob("*.json")):
        compares = path.name == ALLOCATORS_FILE
        document = json_document.load(path, "allocators.schema.json" if compares else "heap.schema.json")
        other = _other_build(document, context)
        if other:
            left_out.append(f"{HEAP_FOLDER}/{path.name}: is of {other}, not of this run's, and is left out")
        elif compares:
            allocators = _allocators(document)
        else:
            profiles.append(_profile(document))
    return Heap(tuple(profiles), allocators, tuple(left_out))
