"""The result file as frozen data, loaded and checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from rowcast_reports import counts, json_document, names, several_threads, statistics
from rowcast_reports.counts import Count
from rowcast_reports.errors import InputError
from rowcast_reports.names import KernelName, PipelineName, RatioName, Setting, SweepName
from rowcast_reports.several_threads import ScalingCells, ThreadsCells

RESULTS_FILE = "results.json"
_NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
_NOT_COUNTERS = frozenset(
    {
        "family_index",
        "per_family_instance_index",
        "repetitions",
        "repetition_index",
        "threads",
        "iterations",
        "real_time",
        "cpu_time",
    }
)


@dataclass(frozen=True)
class Benchmark:
    """One cell of the result file."""

    name: str
    run_type: str
    aggregate_name: str
    time_ns: float | None
    label: str
    error: str | None
    counters: Mapping[str, float | None]
    unavailable: Mapping[str, str]
    distribution_ns: tuple[tuple[float, float], ...]
    sources: Mapping[str, str] = field(default_factory=dict)  # of values that others counted

    def value(self, counter: str) -> float | None:
        return self.counters.get(counter)

    def reason(self, counter: str) -> str:
        """Why there is no value."""
        if self.error is not None:
            return self.error
        if counter in self.unavailable:
            return self.unavailable[counter]
        if counter in self.counters:
            return "not available; the harness gave no reason"
        return "not in the result file"


@dataclass(frozen=True)
class Ratio:
    """Time of one implementation divided by the baseline's: below 1 is faster."""

    setting: Setting
    implementation: str
    baseline: str
    ratio: float
    low: float | None
    high: float | None
    pairs: int | None
    launches: int | None
    coverage: float | None  # of the interval, if the harness says it
    verdict: str


@dataclass(frozen=True)
class Context:
    """The environment that the harness recorded."""

    members: Mapping[str, Any]

    def text(self, name: str) -> str:
        value = self.members.get(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, (str, int, float)):
            return str(value)
        if isinstance(value, list):
            return ", ".join(str(element) for element in value)
        if isinstance(value, dict):
            return ", ".join(f"{name} {member}" for name, member in value.items())
        return str(value)

    def number(self, name: str) -> float | None:
        value = self.members.get(name)
        if isinstance(value, bool):
            return None
        if isinstance(value, (int, float)):
            return float(value)
        if isinstance(value, str):
            try:
                return float(value)
            except ValueError:
                return None
        return None

    def flag(self, name: str) -> bool | None:
        """Whether a flag is set; Google Benchmark's own context holds strings."""
        text = self.text(name).strip().lower()
        if text in ("1", "true", "yes", "on", "dirty"):
            return True
        if text in ("0", "false", "no", "off", "clean"):
            return False
        return None


@dataclass(frozen=True)
class Results:
    path: Path
    context: Context
    benchmarks: tuple[Benchmark, ...]
    repeated: tuple[str, ...]

    @cached_property
    def pipeline(self) -> Mapping[Setting, Mapping[str, Benchmark]]:
        cells: dict[Setting, dict[str, Benchmark]] = defaultdict(dict)
        for benchmark in self.benchmarks:
            name = names.parse(benchmark.name)
            if isinstance(name, PipelineName):
                cells[name.setting][name.implementation] = benchmark
        return dict(cells)

    @cached_property
    def sweeps(self) -> Mapping[Setting, Mapping[str, Mapping[int, Benchmark]]]:
        cells: dict[Setting, dict[str, dict[int, Benchmark]]] = {}
        for benchmark in self.benchmarks:
            name = names.parse(benchmark.name)
            if isinstance(name, SweepName):
                by_name = cells.setdefault(name.setting, {})
                by_name.setdefault(name.implementation, {})[name.rows] = benchmark
        return cells

    @cached_property
    def threads(self) -> ThreadsCells:
        return several_threads.threads_cells(self.benchmarks)

    @cached_property
    def scaling(self) -> ScalingCells:
        return several_threads.scaling_cells(self.benchmarks)

    @cached_property
    def kernels(self) -> Mapping[str, Mapping[KernelName, Benchmark]]:
        cells: dict[str, dict[KernelName, Benchmark]] = defaultdict(dict)
        for benchmark in self.benchmarks:
            name = names.parse(benchmark.name)
            if isinstance(name, KernelName):
                cells[name.kernel][name] = benchmark
        return dict(cells)

    @cached_property
    def ratios(self) -> Mapping[Setting, tuple[Ratio, ...]]:
        found: dict[Setting, list[Ratio]] = defaultdict(list)
        for benchmark in self.benchmarks:
            name = names.parse(benchmark.name)
            if isinstance(name, RatioName) and benchmark.error is None:
                ratio = _ratio(name, benchmark)
                if ratio is not None:
                    found[name.setting].append(ratio)
        return {setting: tuple(ratios) for setting, ratios in found.items()}

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        return tuple(
            benchmark.name
            for benchmark in self.benchmarks
            if isinstance(names.parse(benchmark.name), names.UnknownName)
        )

    @cached_property
    def errors(self) -> tuple[Benchmark, ...]:
        return tuple(benchmark for benchmark in self.benchmarks if benchmark.error is not None)

    @cached_property
    def by_name(self) -> Mapping[str, Benchmark]:
        return {benchmark.name: benchmark for benchmark in self.benchmarks}


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _ratio(name: RatioName, benchmark: Benchmark) -> Ratio | None:
    ratio = benchmark.value("ratio")
    members = names.label_members(benchmark.label)
    if ratio is None or not members.get("baseline"):
        return None
    return Ratio(
        setting=name.setting,
        implementation=name.implementation,
        baseline=members["baseline"],
        ratio=ratio,
        low=benchmark.value("ratio_low"),
        high=benchmark.value("ratio_high"),
        pairs=_whole(benchmark.value("pairs")),
        launches=_whole(benchmark.value("launches")),
        coverage=benchmark.value("ratio_coverage"),
        verdict=members.get("verdict", ""),
    )


def benchmark(entry: Mapping[str, Any]) -> Benchmark:
    """One entry of a result file, which the schema has let through."""
    error: str | None = None
    if entry.get("error_occurred"):
        error = str(entry.get("error_message") or "failed; the harness gave no message")
    scale = _NANOSECONDS[entry.get("time_unit", "ns")]
    real_time = entry.get("real_time")
    counters: dict[str, float | None] = {}
    if error is None:
        for name, value in entry.items():
            if name in _NOT_COUNTERS or isinstance(value, bool):
                continue
            if value is None or isinstance(value, (int, float)):
                counters[name] = None if value is None else float(value)
    return Benchmark(
        name=str(entry.get("run_name") or entry["name"]),
        run_type=str(entry.get("run_type", "iteration")),
        aggregate_name=str(entry.get("aggregate_name", "")),
        time_ns=None if error is not None or real_time is None else float(real_time) * scale,
        label=str(entry.get("label", "")),
        error=error,
        counters=counters,
        unavailable=dict(entry.get("unavailable", {})),
        distribution_ns=tuple(
            sorted((float(quantile), float(ns)) for quantile, ns in entry.get("distribution_ns", []))
        ),
    )


def _one_per_cell(entries: Sequence[Benchmark]) -> tuple[tuple[Benchmark, ...], tuple[str, ...]]:
    """One entry a cell. Of repetitions, the one with the median time stands, whole."""
    runs: dict[str, list[Benchmark]] = {}
    medians: dict[str, Benchmark] = {}
    for entry in entries:
        if entry.run_type == "aggregate":
            if entry.aggregate_name == "median":
                medians[entry.name] = entry
            continue
        runs.setdefault(entry.name, []).append(entry)
    chosen: list[Benchmark] = []
    for name, repetitions in runs.items():
        failed = [entry for entry in repetitions if entry.error is not None]
        if failed:
            chosen.append(failed[0])
        else:
            chosen.append(statistics.middle(repetitions, key=lambda entry: entry.time_ns or 0.0))
    chosen += [entry for name, entry in medians.items() if name not in runs]
    repeated = tuple(name for name, repetitions in runs.items() if len(repetitions) > 1)
    return tuple(chosen), repeated


def _with_counts(benchmark: Benchmark, counted: Mapping[str, Count]) -> Benchmark:
    """The cell, with what was counted elsewhere in the place of what its own run could not count."""
    values = dict(benchmark.counters)
    unavailable = dict(benchmark.unavailable)
    sources: dict[str, str] = {}
    for name, count in counted.items():
        if benchmark.error is not None or values.get(name) is not None:
            continue
        values[name] = count.value
        if count.value is None:
            unavailable[name] = count.reason
        else:
            sources[name] = count.source
    return replace(benchmark, counters=values, unavailable=unavailable, sources=sources)


def locate(argument: Path) -> Path:
    """The result file that a command line names: itself, or in its directory."""
    if not argument.exists():
        raise InputError(argument, "", "no such file or directory")
    if not argument.is_dir():
        return argument
    path = argument / RESULTS_FILE
    if path.is_file():
        return path
    hint = ""
    if (argument / "cells.jsonl").is_file():
        hint = "; the run was interrupted (there is a cells.jsonl): finish it with scripts/bench --resume"
    raise InputError(argument, "", f"holds no {RESULTS_FILE}{hint}")


def load(argument: Path) -> Results:
    """The result file, validated. Raises InputError."""
    path = locate(argument)
    document = json_document.load(path, "results.schema.json")
    entries = [benchmark(entry) for entry in document["benchmarks"]]
    for index, entry in enumerate(entries):
        several_threads.check(entry, path, index)
    benchmarks, repeated = _one_per_cell(entries)
    context = Context(members=dict(document["context"]))
    counted = counts.load(path, context.text("commit"))
    return Results(
        path=path,
        context=context,
        benchmarks=tuple(
            _with_counts(benchmark, counted.get(benchmark.name, {})) for benchmark in benchmarks
        ),
        repeated=repeated,
    )
