"""Files as the history takes them in: result files, the cells of a run under way, gate results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rowcast_reports import counts, json_document, names, results
from rowcast_reports.errors import InputError
from rowcast_reports.history import identity
from rowcast_reports.history.identity import Build, Environment, Machine, clean
from rowcast_reports.results import Benchmark, Context

GATE_FORMAT = "rowcast-gate/1"
LONGEST_NAME = 500
MEDIAN = -1  # the repetition under which Google Benchmark's median of several is kept
_LARGEST_REPETITION = 2**31 - 1


@dataclass(frozen=True)
class Figure:
    value: float | None
    low: float | None = None
    high: float | None = None
    coverage: float | None = None
    source: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Measurement:
    cell: str
    repetition: int
    digest: str
    baseline: str | None
    verdict: str | None
    error: str | None
    figures: Mapping[str, Figure]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gate:
    base: Build
    base_revision: str
    verdict: str
    exit_code: int


@dataclass(frozen=True)
class Incoming:
    """A run, or as much of it as there is yet."""

    key: str
    kind: str
    started: str | None
    machine: Machine
    build: Build
    environment: Environment
    complete: bool
    context: str
    measurements: tuple[Measurement, ...]
    # What was counted beside the run, by cell: it may come when the cells are there already.
    counts: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    gate: Gate | None = None


def load(argument: Path) -> Incoming:
    """What the file holds, whichever kind it is. Raises InputError."""
    if argument.is_dir() and not (argument / results.RESULTS_FILE).is_file():
        cells = argument / "cells.jsonl"
        if cells.is_file():
            return load_cells(cells)
    path = results.locate(argument)
    if path.suffix == ".jsonl":
        return load_cells(path)
    document = json_document.read(path)
    if isinstance(document, dict) and document.get("format") == GATE_FORMAT:
        json_document.check(document, path, "gate.schema.json")
        return _gate(document, path)
    json_document.check(document, path, "results.schema.json")
    run = _run(document, document["benchmarks"], path, complete=True)
    return replace(run, counts=_counts(path, Context(members=dict(document["context"]))))


# The benchmark program's results.


def _run(
    document: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], path: Path, *, complete: bool
) -> Incoming:
    context = Context(members=dict(document["context"]))
    found: dict[tuple[str, int], Measurement] = {}
    for entry in entries:
        measurement = _measurement(entry, context, path)
        if measurement is not None:
            found[measurement.cell, measurement.repetition] = measurement
    return Incoming(
        key=identity.run_key(document),
        kind="bench",
        started=identity.started(context),
        machine=identity.machine(context),
        build=identity.build(context),
        environment=identity.environment(context),
        complete=complete,
        context=identity.public_context(context.members),
        measurements=tuple(found.values()),
    )


def _counts(path: Path, context: Context) -> dict[str, dict[str, Figure]]:
    return {
        cell: {
            name: Figure(count.value, source=count.source or None, reason=count.reason or None)
            for name, count in counted.items()
        }
        for cell, counted in counts.load(path, context.text("commit")).items()
    }


def _name(text: str, path: Path) -> str:
    name = clean(text)
    if len(name) > LONGEST_NAME:
        raise InputError(path, name[:40] + "…", f"a name of more than {LONGEST_NAME} characters")
    return name


def _measurement(entry: Mapping[str, Any], context: Context, path: Path) -> Measurement | None:
    benchmark = results.benchmark(entry)
    repetition = min(int(entry.get("repetition_index", 0)), _LARGEST_REPETITION)
    if benchmark.run_type == "aggregate":
        if benchmark.aggregate_name != "median":
            return None  # the repetitions themselves are kept
        repetition = MEDIAN
    members = names.label_members(benchmark.label)
    warnings = entry.get("warnings")
    return Measurement(
        cell=_name(benchmark.name, path),
        repetition=repetition,
        digest=identity.digest(entry),
        baseline=_optional(members.get("baseline")),
        verdict=_optional(members.get("verdict")),
        error=_optional(benchmark.error),
        figures=_figures(benchmark, entry, context, path),
        warnings=tuple(
            clean(text) for text in (warnings if isinstance(warnings, list) else ()) if isinstance(text, str)
        ),
    )


def _optional(text: object) -> str | None:
    return clean(str(text)) if text is not None else None


def _figures(
    benchmark: Benchmark, entry: Mapping[str, Any], context: Context, path: Path
) -> dict[str, Figure]:
    counters = dict(benchmark.counters)
    figures: dict[str, Figure] = {}
    if benchmark.time_ns is not None:
        figures["time_ns"] = Figure(benchmark.time_ns)
    bounds = {
        f"{name}_{part}"
        for name in counters
        if f"{name}_low" in counters and f"{name}_high" in counters
        for part in ("low", "high", "coverage")
    }
    for name, value in counters.items():
        if name in bounds:
            continue
        bounded = f"{name}_low" in bounds
        figures[_name(name, path)] = Figure(
            value=value,
            low=counters.get(f"{name}_low") if bounded else None,
            high=counters.get(f"{name}_high") if bounded else None,
            coverage=counters.get(f"{name}_coverage") if bounded else None,
            source=_optional(_source(name, entry, context)),
            reason=None if value is not None else _optional(benchmark.reason(name)),
        )
    return figures


def _source(name: str, entry: Mapping[str, Any], context: Context) -> str | None:
    """Who counted it: told by the entry, else by the run."""
    told = entry.get(f"{name}_source")
    if isinstance(told, str):
        return told
    if name.startswith(("PAPI_", "perf::")) or name == "ipc" or name.endswith("_per_byte"):
        return context.text("counter_source") or None
    if "alloc" in name:
        return context.text("allocation_source") or None
    return None


# A run under way.


def load_cells(path: Path) -> Incoming:
    run = CellsFile(path).read()
    if run is None:
        raise InputError(path, "", "holds no whole line yet")
    return run


class CellsFile:
    """A cells.jsonl that may still grow: each reading gives the cells that came since the last.

    A last line without its end is still being written, or its writer died; it is left for later.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._at = 0
        self._line = 0
        self._document: dict[str, Any] | None = None

    def read(self) -> Incoming | None:
        """None if not even the context is there."""
        entries: list[Mapping[str, Any]] = []
        for number, line in self._new_lines():
            if not line.strip():
                continue
            document = json_document.parse(line, self.path, number)
            if isinstance(document, dict) and "context" in document:
                if self._document is None:
                    self._checked({"context": document["context"], "benchmarks": []}, number)
                    self._document = {"context": document["context"]}
                continue
            if self._document is None:
                raise InputError(self.path, f"line {number}", "a cell before the line with the context")
            self._checked({**self._document, "benchmarks": [document]}, number)
            entries.append(document)
        if self._document is None:
            return None
        return _run(self._document, entries, self.path, complete=False)

    def _checked(self, document: Mapping[str, Any], line: int) -> None:
        json_document.check(document, self.path, "results.schema.json", line)

    def _new_lines(self) -> Iterator[tuple[int, str]]:
        try:
            with self.path.open("rb") as file:
                file.seek(self._at)
                data = file.read()
        except OSError as error:
            raise InputError(self.path, "", error.strerror or "cannot be read") from None
        data = data[: data.rfind(b"\n") + 1]
        self._at += len(data)
        for line in data.split(b"\n")[:-1]:
            self._line += 1
            try:
                yield self._line, line.decode("utf-8")
            except UnicodeDecodeError as error:
                place = f"line {self._line}, byte {error.start}"
                raise InputError(self.path, place, "is not UTF-8") from None


# What the gate found.


def _gate(document: Mapping[str, Any], path: Path) -> Incoming:
    members = dict(document["environment"])
    context = Context(members=members)
    candidate, base = document["candidate"], document["base"]

    def build(side: Mapping[str, Any]) -> Build:
        made = identity.build(
            context,
            commit_id=clean(str(side.get("commit") or "")),
            build_id=clean(str(side.get("build_id") or "")),
        )
        dirty = side.get("dirty")
        return replace(made, dirty=dirty) if isinstance(dirty, bool) else made

    found = {cell["name"]: _gate_cell(cell, path) for cell in document["cells"]}
    return Incoming(
        key=identity.digest(document),
        kind="gate",
        started=identity.started(context),
        machine=identity.machine(context),
        build=build(candidate),
        environment=identity.environment(context),
        complete=True,
        context=identity.public_context(members),
        measurements=tuple(found.values()),
        gate=Gate(
            base=replace(build(base), dirty=False),
            base_revision=clean(str(base.get("revision") or "")),
            verdict=document["verdict"],
            exit_code=document["exit_code"],
        ),
    )


def _gate_cell(cell: Mapping[str, Any], path: Path) -> Measurement:
    figures: dict[str, Figure] = {}
    time = cell.get("time") or {}
    if time:
        figures["ratio"] = Figure(
            value=time.get("ratio"),
            low=time.get("low"),
            high=time.get("high"),
            coverage=time.get("coverage"),
            reason=_optional(time.get("reason")),
        )
        for name in ("launches", "pairs", "smallest_effect", "base_ns", "candidate_ns"):
            if time.get(name) is not None:
                figures[name] = Figure(float(time[name]))
    for kind, parts in (("instructions", ("base", "candidate", "ratio")), ("allocations", ("base", "candidate"))):
        counted = cell.get(kind) or {}
        for part in parts if counted else ():
            value = counted.get(part)
            figures[f"{kind}_{part}"] = Figure(
                value=None if value is None else float(value),
                source=_optional(counted.get("source")),
                reason=_optional(counted.get("reason")) if value is None else None,
            )
    return Measurement(
        cell=_name(f"gate/{cell['name']}", path),
        repetition=0,
        digest=identity.digest(cell),
        baseline="base",
        verdict=cell["verdict"],
        error=_optional(cell.get("error")),
        figures=figures,
        warnings=tuple(clean(text) for text in cell.get("warnings") or ()),
    )
