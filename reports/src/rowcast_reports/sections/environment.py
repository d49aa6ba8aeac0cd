"""Where and how the figures were made."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from rowcast_reports import units
from rowcast_reports.results import Context

_GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Machine",
        (
            ("host_name", "Host"),
            ("cpu_model", "Processor"),
            ("cpu_features", "Features"),
            ("num_cpus", "Processors"),
            ("mhz_per_cpu", "Clock (MHz)"),
            ("caches", "Caches"),
            ("hypervisor", "Hypervisor"),
            ("kernel", "Kernel"),
            ("governor", "Governor"),
            ("cpu_scaling_enabled", "CPU scaling"),
            ("aslr", "Address randomisation"),
            ("smt", "SMT"),
            ("transparent_hugepages", "Huge pages"),
            ("load_avg", "Load average"),
        ),
    ),
    (
        "Build",
        (
            ("commit", "Commit"),
            ("dirty", "Uncommitted changes"),
            ("build_id", "Build id"),
            ("build_type", "Build type"),
            ("compiler", "Compiler"),
            ("compiler_flags", "Flags"),
            ("lto", "Link-time optimisation"),
            ("library_build_type", "Google Benchmark built as"),
            ("library_versions", "Libraries"),
            ("executable", "Program"),
        ),
    ),
    (
        "Run",
        (
            ("date", "Date"),
            ("run_id", "Run id"),
            ("affinity", "Affinity"),
            ("clock_source", "Clock"),
            ("empty_call_ns", "Empty call"),
            ("counter_source", "Counters from"),
            ("counters_unavailable", "Counters not available"),
            ("seeds", "Seeds"),
            ("workload_hashes", "Workload hashes"),
        ),
    ),
)
_ABSOLUTE_PATH = re.compile(r"(?<![\w.…/])/(?:[^\s/:=,;]+/)+")


@dataclass(frozen=True)
class Fact:
    name: str
    text: str


@dataclass(frozen=True)
class FactGroup:
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class DocumentLink:
    text: str
    href: str  # empty: the documents are not beside the report, so their place is told


def _without_paths(text: str) -> str:
    """Directories of the measuring machine tell a reader nothing."""
    return _ABSOLUTE_PATH.sub("…/", text)


def _caches(context: Context) -> str:
    told = []
    caches = context.members.get("caches")
    for cache in caches if isinstance(caches, list) else []:
        size = cache.get("size")
        if not isinstance(size, (int, float)):
            continue
        kind = {"Data": "d", "Instruction": "i"}.get(str(cache.get("type")), "")
        shared = cache.get("num_sharing")
        told.append(
            f"L{cache.get('level', '?')}{kind} {size / 1024:,.0f}{units.THIN}KiB"
            + (f" shared by {shared}" if isinstance(shared, int) and shared > 1 else "")
        )
    return ", ".join(told)


def _text(context: Context, name: str) -> str:
    if name == "caches":
        return _caches(context)
    if name == "empty_call_ns":
        value = context.number(name)
        return units.duration(value) if value is not None else context.text(name)
    if name in ("dirty", "lto", "aslr", "cpu_scaling_enabled"):
        flag = context.flag(name)
        if flag is not None:
            return "yes" if flag else "no"
    return _without_paths(context.text(name))


def facts(context: Context) -> list[FactGroup]:
    groups: list[FactGroup] = []
    known: set[str] = set()
    for title, members in _GROUPS:
        known |= {name for name, _ in members}
        groups.append(
            FactGroup(
                title,
                tuple(
                    Fact(label, _text(context, name) or "not recorded") for name, label in members
                ),
            )
        )
    others = tuple(
        Fact(name, _without_paths(context.text(name)))
        for name in context.members
        if name not in known and context.text(name)
    )
    if others:
        groups.append(FactGroup("Also recorded", others))
    return groups


def _repository() -> Path | None:
    """The repository that this package lies in, if its documents are there."""
    for folder in Path(__file__).resolve().parents:
        if (folder / "docs" / "methodology.md").is_file():
            return folder
    return None


def documents(out: Path) -> list[DocumentLink]:
    """Links that work from disk while the report lies inside the repository, else plain names."""
    links: list[DocumentLink] = []
    repository = _repository()
    for name in ("docs/methodology.md", "docs/limitations.md"):
        href = ""
        if repository and (repository / name).is_file() and out.resolve().is_relative_to(repository):
            href = Path(os.path.relpath(repository / name, out.resolve())).as_posix()
        links.append(DocumentLink(name, href))
    return links
