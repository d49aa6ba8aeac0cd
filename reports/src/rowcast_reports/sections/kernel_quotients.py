"""Kernels beside each other: how many times as fast as scalar code and as a library, and look-ups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rowcast_reports import units
from rowcast_reports.names import KernelName
from rowcast_reports.results import Benchmark
from rowcast_reports.sections.kernels import is_lookup, median
from rowcast_reports.sections.model import Material
from rowcast_reports.tables import Cell, Column, Footnotes, Row, Table, failed, text

_SCALAR = "scalar"
# Where a library's answer to a kernel goes by another name.
_ANSWERED_BY = {"arena": "malloc"}
_NOTHING = Cell("–", tooltip="not in this run")

Cells = Mapping[KernelName, Benchmark]


@dataclass(frozen=True)
class _Library:
    name: str
    time_ns: float


def _medians(cells: Cells, size_text: str) -> dict[str, float]:
    """By who it is that did it."""
    return {
        name.isa: time
        for name, benchmark in cells.items()
        if name.size_text == size_text and (time := median(benchmark))
    }


def _fastest_library(material: Material, kernel: str, size_text: str) -> _Library | None:
    cells = material.results.kernels.get(_ANSWERED_BY.get(kernel, kernel), {})
    fastest: _Library | None = None
    for name, time in _medians(cells, size_text).items():
        if not material.catalogue[name].competes and (fastest is None or time < fastest.time_ns):
            fastest = _Library(name, time)
    return fastest


def _quotient(slower: float | None, faster: float | None) -> Cell:
    if not slower or not faster:
        return _NOTHING
    return Cell(units.factor(slower / faster), slower / faster)


def _own_sets(material: Material) -> list[str]:
    found = {
        name.isa
        for kernel, cells in material.results.kernels.items()
        if not is_lookup(kernel)
        for name in cells
        if material.catalogue[name.isa].competes
    }
    return material.catalogue.sort(found)


def table(material: Material) -> Table | None:
    """One line a kernel and size; nothing where there is nothing to divide by."""
    own = _own_sets(material)
    over_scalar = [isa for isa in own if isa != _SCALAR]
    rows: list[Row] = []
    for kernel, cells in material.results.kernels.items():
        if is_lookup(kernel):
            continue
        sizes = {name.size_text: name for name in cells}
        for size in sorted(sizes.values(), key=lambda name: (name.variant, name.size or 0)):
            times = _medians(cells, size.size_text)
            library = _fastest_library(material, kernel, size.size_text)
            figures = [_quotient(times.get(_SCALAR), times.get(isa)) for isa in over_scalar]
            figures += [_quotient(library.time_ns if library else None, times.get(isa)) for isa in own]
            if all(figure.value is None for figure in figures):
                continue
            rows.append(
                Row(
                    (
                        text(kernel),
                        Cell(size.size_text, float(size.size or 0)),
                        *figures,
                        text(library.name if library else "–", tone="muted"),
                    )
                )
            )
    if not rows:
        return None
    return Table(
        id="kernel-quotients",
        caption="How many times as fast as scalar code and as a library: quotients of the medians of "
        "cells, each of which was timed by itself",
        columns=(
            Column("Kernel", numeric=False),
            Column("Size", "bytes"),
            *(Column(isa, "of scalar", help=f"scalar's time over {isa}'s") for isa in over_scalar),
            *(Column(isa, "of library", help=f"the library's time over {isa}'s") for isa in own),
            Column("Library", numeric=False, help="the fastest of those measured at that size"),
        ),
        rows=tuple(rows),
    )


def _time(benchmark: Benchmark | None, notes: Footnotes) -> Cell:
    if benchmark is None:
        return _NOTHING
    time = median(benchmark)
    if time is None:
        return notes.missing(failed(benchmark) if benchmark.error else benchmark.reason("real_time"))
    return Cell(units.significant(time), time)


def _memory(benchmark: Benchmark | None, notes: Footnotes) -> Cell:
    if benchmark is None:
        return _NOTHING
    memory = benchmark.value("memory_bytes")
    if memory is None:
        return notes.missing(benchmark.reason("memory_bytes"))
    return Cell(units.count(memory), memory)


def lookups(material: Material) -> Table | None:
    """The ways to look a key up, side by side for each number of fields."""
    found: dict[tuple[int, str, str], dict[str, Benchmark]] = {}
    for kernel, cells in material.results.kernels.items():
        for name, benchmark in cells.items():
            if is_lookup(kernel) and name.size is not None and name.variant in ("hit", "miss"):
                found.setdefault((name.size, kernel, name.isa), {})[name.variant] = benchmark
    if not found:
        return None
    kernels = list(material.results.kernels)
    isas = material.catalogue.sort({isa for _, _, isa in found})
    notes = Footnotes()
    rows = [
        Row(
            (
                Cell(units.count(fields), float(fields)),
                text(kernel),
                material.name_cell(isa),
                _time(found[fields, kernel, isa].get("hit"), notes),
                _time(found[fields, kernel, isa].get("miss"), notes),
                _memory(next(iter(found[fields, kernel, isa].values())), notes),
            )
        )
        for fields, kernel, isa in sorted(
            found, key=lambda key: (key[0], kernels.index(key[1]), isas.index(key[2]))
        )
    ]
    return Table(
        id="lookups",
        caption="Looking up one key among a type's fields: medians, and what the table takes",
        columns=(
            Column("Fields"),
            Column("Way", numeric=False, help="lookup is the plan's own"),
            Column("By", numeric=False),
            Column("Hit", "ns"),
            Column("Miss", "ns"),
            Column("Memory", "bytes", help="the names are in it"),
        ),
        rows=tuple(rows),
        footnotes=notes.listed(),
    )
