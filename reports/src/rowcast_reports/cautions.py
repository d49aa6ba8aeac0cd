"""What a reader should know before believing the figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum

from rowcast_reports import names, units
from rowcast_reports.catalogue import PEER_PREFIX
from rowcast_reports.names import KernelName
from rowcast_reports.results import Results

_EMPTY_CALL_SHARE = 0.02
_PERCENTILES = ("p50_ns", "p95_ns", "p99_ns")


class Weight(Enum):
    GRAVE = "grave"  # the figures are wrong or not comparable
    CAUTION = "caution"  # the figures are less sure
    NOTE = "note"  # good to know


@dataclass(frozen=True)
class Caution:
    weight: Weight
    title: str
    text: str


def _plural(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _build(results: Results) -> list[Caution]:
    context = results.context
    found: list[Caution] = []
    if context.flag("synthetic"):
        found.append(
            Caution(
                Weight.GRAVE,
                "Synthetic figures",
                "This result file was made up to test the report. Nothing in it was measured.",
            )
        )
    for error in results.errors:
        found.append(Caution(Weight.GRAVE, f"{error.name} has no figures", error.error or ""))
    build = context.text("build_type").lower()
    if build and "release" not in build and build != "relwithdebinfo":
        found.append(
            Caution(
                Weight.GRAVE,
                f"Build type {context.text('build_type')}",
                "Figures of a build that is not optimised say nothing about the code that ships.",
            )
        )
    if context.text("library_build_type").lower() == "debug":
        found.append(
            Caution(
                Weight.CAUTION,
                "Debug build of Google Benchmark",
                "The library says that it was built for debugging. Its own timing loop is slower; "
                "the harness's figures inside it are not.",
            )
        )
    if context.flag("dirty"):
        found.append(
            Caution(
                Weight.CAUTION,
                "Uncommitted changes",
                "The working tree differed from the commit named below, so the run cannot be "
                "repeated from the commit alone.",
            )
        )
    return found


def _machine(results: Results) -> list[Caution]:
    context = results.context
    found: list[Caution] = []
    for name in ("machine_unfit", "environment_unfit"):
        reason = context.text(name)
        if reason and context.flag(name) is not False:
            text = "" if context.flag(name) else reason
            found.append(
                Caution(Weight.GRAVE, "Machine unfit for measuring", text or "So the harness judged.")
            )
    hypervisor = context.text("hypervisor")
    if hypervisor.lower() not in ("", "none", "no", "unknown", "bare metal"):
        found.append(
            Caution(
                Weight.CAUTION,
                f"A virtual machine ({hypervisor})",
                "Neighbours slow it down unseen. Absolute figures move from run to run; the paired "
                "ratios, taken in turns within short epochs, hardly do.",
            )
        )
    governor = context.text("governor")
    if governor and governor.lower() != "performance":
        found.append(
            Caution(
                Weight.NOTE,
                f"CPU frequency governor: {governor}",
                "The clock may have changed while measuring.",
            )
        )
    elif context.flag("cpu_scaling_enabled"):
        found.append(
            Caution(Weight.NOTE, "CPU frequency scaling is on", "The clock may have changed.")
        )
    load = context.members.get("load_avg")
    processors = context.number("num_cpus")
    if isinstance(load, list) and load and processors and load[0] > 0.7 * processors:
        found.append(
            Caution(
                Weight.CAUTION,
                f"Load average {load[0]} on {_plural(int(processors), 'processor', 'processors')}",
                "Something else was running when the suite began.",
            )
        )
    if context.text("affinity").lower() in ("", "unknown"):
        found.append(
            Caution(Weight.NOTE, "Affinity not recorded", "It is not known whether the run was pinned.")
        )
    return found


def _samples(results: Results) -> list[Caution]:
    found: list[Caution] = []
    few: Counter[str] = Counter()
    for cells in results.pipeline.values():
        for benchmark in cells.values():
            if benchmark.error is None:
                few.update(
                    counter for counter in _PERCENTILES if "few" in benchmark.unavailable.get(counter, "")
                )
    if few:
        told = ", ".join(
            f"{counter.removesuffix('_ns')} in {_plural(few[counter], 'cell', 'cells')}"
            for counter in _PERCENTILES
            if few[counter]
        )
        found.append(
            Caution(Weight.NOTE, "Too few samples for some percentiles", f"Left out: {told}.")
        )
    empty = results.context.number("empty_call_ns")
    if empty:
        short = [
            benchmark.name
            for benchmark in results.benchmarks
            if isinstance(names.parse(benchmark.name), KernelName)
            and benchmark.time_ns is not None
            and empty > _EMPTY_CALL_SHARE * benchmark.time_ns
        ]
        if short:
            found.append(
                Caution(
                    Weight.NOTE,
                    f"The empty call is more than 2 % of {_plural(len(short), 'kernel cell', 'kernel cells')}",
                    f"An empty call costs {units.duration(empty)}; it is included in those figures, "
                    "which are marked † in the table.",
                )
            )
    launches = {ratio.launches for cells in results.ratios.values() for ratio in cells}
    fewest = min((number for number in launches if number is not None), default=None)
    if fewest is not None and fewest < 5:
        found.append(
            Caution(
                Weight.CAUTION,
                f"Ratios from {_plural(fewest, 'launch', 'launches')}",
                "Seven make an interval of 98.4 %; fewer than five decide little.",
            )
        )
    if results.pipeline and not results.ratios:
        competing = {
            name for cells in results.pipeline.values() for name in cells if not name.startswith(PEER_PREFIX)
        }
        if len(competing) > 1:
            found.append(
                Caution(
                    Weight.CAUTION,
                    "No paired ratios in this run",
                    "Leads are plain divisions of two throughputs, without an interval. Differences "
                    "of less than some 50 % may be the machine's.",
                )
            )
    if results.repeated:
        found.append(
            Caution(
                Weight.NOTE,
                f"{_plural(len(results.repeated), 'cell was', 'cells were')} run more than once",
                "Of the repetitions, the one with the median time is shown, whole.",
            )
        )
    if results.unknown:
        shown = ", ".join(results.unknown[:5]) + (", …" if len(results.unknown) > 5 else "")
        found.append(
            Caution(
                Weight.NOTE,
                f"{_plural(len(results.unknown), 'cell', 'cells')} without a section",
                f"This report does not know what to do with: {shown}.",
            )
        )
    return found


def empty_call_matters(results: Results, time_ns: float) -> bool:
    empty = results.context.number("empty_call_ns")
    return empty is not None and empty > _EMPTY_CALL_SHARE * time_ns


def collect(results: Results) -> list[Caution]:
    """The gravest first."""
    found = _build(results) + _machine(results) + _samples(results)
    order = list(Weight)
    return sorted(found, key=lambda caution: order.index(caution.weight))
