"""The heap as heaptrack saw it, beside the harness's own counts; and what other allocators give."""

from __future__ import annotations

from dataclasses import dataclass

from rowcast_reports import units
from rowcast_reports.heap import Allocators, Both, Heap, Profile
from rowcast_reports.tables import Cell, Column, Row, Table, text

_SITES_SHOWN = 5


@dataclass(frozen=True)
class Section:
    profiles: Table | None
    sites: Table | None
    leaks: tuple[str, ...]
    allocators: Table | None
    allocators_note: str
    left_out: tuple[str, ...]


def _both(figures: Both, tone: str) -> tuple[Cell, Cell]:
    return (
        Cell(units.count(figures.heaptrack), figures.heaptrack, tone=tone),
        Cell(units.count(figures.harness), figures.harness, tone=tone),
    )


def _place(profile: Profile) -> tuple[Cell, Cell, Cell]:
    return (
        text(profile.setting.workload),
        text(profile.setting.view),
        text(profile.implementation),
    )


def _profiles(heap: Heap) -> Table:
    return Table(
        id="heap",
        caption="Heap profiles",
        columns=(
            Column("Workload", numeric=False),
            Column("Layout / scenario", numeric=False),
            Column("Implementation", numeric=False),
            Column("Agree", numeric=False, help="heaptrack and the harness, on both figures"),
            Column("Allocations", "a request, heaptrack"),
            Column("Allocations", "a request, harness"),
            Column("Bytes", "a request, heaptrack"),
            Column("Bytes", "a request, harness"),
            Column("Allocations", "of the run"),
            Column("Bytes", "of the run"),
            Column("Peak", "of the run"),
            Column("Never freed", help="by anybody; whose it is stands below"),
        ),
        rows=tuple(
            Row(
                (
                    *_place(profile),
                    text("yes" if profile.agrees else "NO", tone="" if profile.agrees else "missing"),
                    *_both(profile.allocations_per_request, "" if profile.agrees else "missing"),
                    *_both(profile.bytes_per_request, "" if profile.agrees else "missing"),
                    Cell(units.count(profile.allocations), profile.allocations),
                    Cell(units.size(profile.bytes), profile.bytes),
                    Cell(units.size(profile.peak_bytes), profile.peak_bytes),
                    Cell(units.size(profile.left_bytes), profile.left_bytes),
                ),
                profile.setting.view,
            )
            for profile in heap.profiles
        ),
    )


def _sites(heap: Heap) -> Table:
    return Table(
        id="heap-sites",
        caption="Where most allocations come from",
        columns=(
            Column("Workload", numeric=False),
            Column("Layout / scenario", numeric=False),
            Column("Implementation", numeric=False),
            Column("Allocations", "a request"),
            Column("Allocations", "of the run"),
            Column("Functions, the innermost first", numeric=False),
        ),
        rows=tuple(
            Row(
                (
                    *_place(profile),
                    Cell(units.count(site.per_request), site.per_request),
                    Cell(units.count(site.allocations), site.allocations),
                    text(" ← ".join(site.stack)),
                ),
                profile.setting.view,
            )
            for profile in heap.profiles
            for site in profile.sites[:_SITES_SHOWN]
        ),
    )


def _leaks(heap: Heap) -> tuple[str, ...]:
    said: list[str] = []
    for profile in heap.profiles:
        name = f"{profile.setting}/{profile.implementation}"
        for leak in profile.leaks:
            whose = "asked for by us" if leak.ours else "not asked for by us"
            said.append(
                f"{name}: {units.size(leak.bytes)} never freed, {whose}: {' ← '.join(leak.stack)}"
            )
    return tuple(said)


def _allocators(found: Allocators) -> Table:
    return Table(
        id="allocators",
        caption="Time of a request under other allocators",
        columns=(
            Column("Workload", numeric=False),
            Column("Layout / scenario", numeric=False),
            Column("Implementation", numeric=False),
            Column("Allocations", "a request"),
            Column("Allocator", numeric=False),
            Column("Time", "a request", help="median of the launches' medians"),
            Column("Ratio", f"to {found.baseline}", help="below 1 is faster"),
        ),
        rows=tuple(
            Row(
                (
                    text(each.setting.workload),
                    text(each.setting.view),
                    text(each.implementation),
                    Cell(units.count(each.allocations), each.allocations),
                    text(each.name),
                    Cell(units.duration(each.ns), each.ns),
                    text("1, by definition")
                    if each.name == found.baseline
                    else Cell(
                        units.factor(each.ratio.value),
                        each.ratio.value,
                        detail=units.interval(each.ratio),
                    ),
                ),
                each.setting.view,
            )
            for each in found.ratios
        ),
    )


def build(heap: Heap) -> Section:
    found = heap.allocators
    note = ""
    if found is not None:
        note = (
            f"{found.rounds} launches of each, in turns; the interval is the least and the greatest "
            f"of their ratios and covers {units.coverage(found.coverage)}."
        )
        if found.missing:
            note += f" Not installed: {', '.join(found.missing)}."
    return Section(
        profiles=_profiles(heap) if heap.profiles else None,
        sites=_sites(heap) if any(profile.sites for profile in heap.profiles) else None,
        leaks=_leaks(heap),
        allocators=_allocators(found) if found is not None else None,
        allocators_note=note,
        left_out=heap.left_out,
    )
