"""The design's promises beside what was measured, each with a verdict.

The promises are data (`data/promises.json`); what a promise is measured by is
named there too, so that a renamed cell is one change in one place.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from importlib import resources
from typing import Any

from rowcast_reports import units
from rowcast_reports.names import Setting
from rowcast_reports.results import Benchmark, Results
from rowcast_reports.standings import Lead, Method, Standings


class Direction(Enum):
    AT_LEAST = "at_least"
    OVER = "over"
    AT_MOST = "at_most"
    UNDER = "under"
    OLD = "old"


class Outcome(Enum):
    MET = "met"
    MISSED = "missed"
    NOT_MEASURABLE = "not measurable here"


@dataclass(frozen=True)
class Promise:
    id: str
    claim: str
    promised: float
    unit: str
    direction: Direction
    measure: Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    id: str
    title: str
    promises: tuple[Promise, ...]


@dataclass(frozen=True)
class PromiseBook:
    stand_in: str
    layout: str
    scenario: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Measured:
    """A figure, what it was read from, or why there is none."""

    value: float | None
    by: str
    reason: str = ""


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    text: str


@dataclass(frozen=True)
class Assessment:
    promise: Promise
    measured: Measured
    verdict: Verdict


def load_book() -> PromiseBook:
    data = json.loads(
        resources.files("rowcast_reports").joinpath("data", "promises.json").read_text("utf-8")
    )
    groups = tuple(
        Group(
            id=group["id"],
            title=group["title"],
            promises=tuple(
                Promise(
                    id=entry["id"],
                    claim=entry["claim"],
                    promised=float(entry["promised"]),
                    unit=entry["unit"],
                    direction=Direction(entry["direction"]),
                    measure=entry["measure"],
                )
                for entry in group["promises"]
            ),
        )
        for group in data["groups"]
    )
    return PromiseBook(data["stand_in"], data["layout"], data["scenario"], groups)


def show(value: float, unit: str) -> str:
    """A promised or measured figure with its unit."""
    match unit:
        case "ns":
            return units.duration(value)
        case "bytes":
            return units.size(value)
        case "times":
            return units.times(value)
        case "percent":
            return f"{units.significant(value)}{units.THIN}%"
        case "requests/s":
            return f"{units.per_second(value)}{units.THIN}/s"
        case _:
            return units.count(value)


def _missed_by(promise: Promise, value: float) -> str:
    """How far off: a share of the promise while that is less than all of it, else a factor."""
    if promise.unit == "percent":
        return f"{units.significant(abs(promise.promised - value))} percentage points"
    if promise.promised == 0:
        return units.count(value)
    share = abs(value - promise.promised) / promise.promised
    if promise.direction in (Direction.AT_MOST, Direction.UNDER) and share >= 1:
        return f"a factor of {units.significant(value / promise.promised)}"
    if share == 0:
        return "nothing to spare: the limit itself"
    return units.percent(share)


def judge(promise: Promise, measured: Measured, stand_in: str) -> Verdict:
    if measured.value is None:
        return Verdict(Outcome.NOT_MEASURABLE, measured.reason)
    value = measured.value
    match promise.direction:
        case Direction.OLD:
            share = units.times(value / promise.promised)
            return Verdict(
                Outcome.NOT_MEASURABLE,
                f"the old code is not here; {stand_in}, its stand-in, is at {share} of the figure",
            )
        case Direction.AT_LEAST:
            kept = value >= promise.promised
        case Direction.OVER:
            kept = value > promise.promised
        case Direction.AT_MOST:
            kept = value <= promise.promised
        case Direction.UNDER:
            kept = value < promise.promised
    if kept:
        return Verdict(Outcome.MET, "")
    return Verdict(Outcome.MISSED, f"by {_missed_by(promise, value)}")


_METHODS = {
    Method.PAIRED: "paired",
    Method.PAIRED_QUOTIENT: "paired, quotient of two ratios",
    Method.DIVISION: "plain division of two throughputs of this run",
}


class Assessor:
    """Reads each promise's figure from one result file."""

    def __init__(
        self,
        book: PromiseBook,
        results: Results,
        standings: Standings,
        source: Mapping[str, float] | None,
    ) -> None:
        self.book = book
        self._results = results
        self._standings = standings
        self._source = source
        self._kinds: Mapping[str, Callable[[Mapping[str, Any]], Measured]] = {
            "pipeline": self._pipeline,
            "lead": self._lead,
            "share": self._share,
            "pace": self._pace,
            "reduction": self._reduction,
            "kernel": self._kernel,
            "kernel_quotient": self._kernel_quotient,
            "source": self._source_fact,
        }

    def assess(self, promise: Promise) -> Assessment:
        measured = self._kinds[promise.measure["kind"]](promise.measure)
        return Assessment(promise, measured, judge(promise, measured, self.book.stand_in))

    def all(self) -> dict[str, list[Assessment]]:
        return {
            group.id: [self.assess(promise) for promise in group.promises]
            for group in self.book.groups
        }

    def _setting(self, workload: str, scenario: str | None = None, layout: str | None = None) -> Setting:
        return Setting(workload, layout or self.book.layout, scenario or self.book.scenario)

    def _cell(
        self, workload: str, implementation: str, layout: str | None = None
    ) -> tuple[str, Benchmark] | Measured:
        """The named implementation and its cell, or why there is none."""
        setting = self._setting(workload, layout=layout)
        if implementation == "best":
            standing = self._standings.by_setting.get(setting)
            if standing is None:
                return Measured(None, "", f"{setting} was not measured in this run")
            name = standing.winner
        else:
            name = self.book.stand_in
        benchmark = self._results.pipeline.get(setting, {}).get(name)
        if benchmark is None:
            return Measured(None, "", f"{setting}/{name} was not measured in this run")
        return name, benchmark

    def _pipeline(self, measure: Mapping[str, Any]) -> Measured:
        cell = self._cell(measure["workload"], measure["implementation"])
        if isinstance(cell, Measured):
            return cell
        name, benchmark = cell
        value = benchmark.value(measure["counter"])
        return Measured(value, name, "" if value is not None else benchmark.reason(measure["counter"]))

    def _lead(self, measure: Mapping[str, Any]) -> Measured:
        """The lead over the stand-in, or over those named; of several workloads and names, the least."""
        leads: list[tuple[str, Lead]] = []
        missing: list[str] = []
        others: Sequence[str] = measure.get("over", [self.book.stand_in])
        for workload in measure["workloads"]:
            setting = self._setting(workload, measure.get("scenario"))
            faster = self._named(setting, measure.get("implementation", "best"))
            found = [self._standings.lead(setting, faster, other) for other in others] if faster else []
            leads += [(workload, lead) for lead in found if lead is not None]
            if not found or None in found:
                missing.append(workload)
        if not leads:
            return Measured(
                None, "", f"{' and '.join(missing)}: no figure for {' or '.join(others)} in this run"
            )
        workload, lead = min(leads, key=lambda item: item[1].figure.value)
        parts = [lead.faster, units.interval(lead.figure), _METHODS[lead.method]]
        if len(measure["workloads"]) > 1:
            parts.append(f"the least, on {workload}" if len(leads) > 1 else f"on {workload} only")
        if len(others) > 1:
            parts.append(f"over {lead.slower}")
        if missing:
            parts.append(f"{' and '.join(missing)} not measured")
        return Measured(lead.figure.value, "; ".join(part for part in parts if part))

    def _named(self, setting: Setting, implementation: str) -> str:
        """Who is meant; empty where nobody was measured who could be."""
        if implementation != "best":
            return implementation
        standing = self._standings.by_setting.get(setting)
        return standing.winner if standing else ""

    def _share(self, measure: Mapping[str, Any]) -> Measured:
        """What one request on several threads reaches of what independent threads reach together."""
        setting = self._setting(measure["workload"])
        name = self._named(setting, "best")
        for compared, by_name in self._results.scaling.items():
            if compared.setting == setting and compared.threads == measure["threads"] and name in by_name:
                share = by_name[name].share
                if share.interval is None:
                    return Measured(None, "", share.reason)
                return Measured(share.interval.value, f"{name}; {units.interval(share.interval)}")
        return Measured(
            None, "", f"{name or setting} on {measure['threads']} threads was not measured in this run"
        )

    def _pace(self, measure: Mapping[str, Any]) -> Measured:
        """How many times as many input bytes a second as on the other input; of several pairs, the least."""
        paces: list[tuple[float, str]] = []
        missing: list[str] = []
        for ours, theirs in zip(measure["of"], measure["over"], strict=True):
            speeds: list[tuple[float, str]] = []
            for workload, layout in (ours, theirs):
                cell = self._cell(workload, "best", layout)
                speed = None if isinstance(cell, Measured) else cell[1].value("bytes_per_second")
                if isinstance(cell, Measured) or not speed:
                    missing.append(f"{workload}/{layout}")
                else:
                    speeds.append((speed, f"{cell[0]} on {workload}/{layout}"))
            if len(speeds) == 2:
                (fast, by), (other, over) = speeds
                paces.append((fast / other, f"{by}, over {over}"))
        note = f"{', '.join(missing)} not measured in this run" if missing else ""
        if not paces:
            return Measured(None, "", note)
        value, by = min(paces)
        parts = [by, _METHODS[Method.DIVISION], "the least" if len(paces) > 1 else "", note]
        return Measured(value, "; ".join(part for part in parts if part))

    def _reduction(self, measure: Mapping[str, Any]) -> Measured:
        """How much less of a counter than the stand-in's, in percent, at worst."""
        worst: tuple[float, str, str] | None = None
        missing: list[str] = []
        for workload in measure["workloads"]:
            ours = self._cell(workload, "best")
            theirs = self._cell(workload, "stand_in")
            if isinstance(ours, Measured) or isinstance(theirs, Measured):
                missing.append(workload)
                continue
            value = ours[1].value(measure["counter"])
            base = theirs[1].value(measure["counter"])
            if value is None or not base:
                missing.append(workload)
                continue
            reduction = 100 * (1 - value / base)
            if worst is None or reduction < worst[0]:
                worst = (reduction, workload, ours[0])
        if worst is None:
            return Measured(
                None, "", f"no workload has the counter for both sides ({', '.join(missing)})"
            )
        note = f"; {', '.join(missing)} not measured" if missing else ""
        return Measured(worst[0], f"{worst[2]}; the least, on {worst[1]}{note}")

    def _find_kernel(self, patterns: Sequence[str], counter: str | None) -> Measured:
        failed = ""
        for pattern in patterns:
            found: list[tuple[float, str]] = []
            for name, benchmark in self._results.by_name.items():
                if not fnmatchcase(name, pattern):
                    continue
                value = benchmark.time_ns if counter is None else benchmark.value(counter)
                if value is None:
                    failed = f"{name}: {benchmark.reason(counter or 'real_time')}"
                else:
                    found.append((value, name))
            if found:
                value, name = min(found)
                return Measured(value, name)
        reason = failed or f"no cell {' or '.join(patterns)} in this run"
        return Measured(None, "", reason)

    def _kernel(self, measure: Mapping[str, Any]) -> Measured:
        return self._find_kernel(measure["cells"], measure.get("counter"))

    def _kernel_quotient(self, measure: Mapping[str, Any]) -> Measured:
        slower = self._find_kernel(measure["slower"], None)
        faster = self._find_kernel(measure["faster"], None)
        if slower.value is None or faster.value is None:
            return Measured(None, "", slower.reason or faster.reason)
        if faster.value == 0:
            return Measured(None, "", f"{faster.by} took no measurable time")
        return Measured(
            slower.value / faster.value,
            f"{slower.by} ({units.duration(slower.value)}) divided by "
            f"{faster.by} ({units.duration(faster.value)})",
        )

    def _source_fact(self, measure: Mapping[str, Any]) -> Measured:
        if self._source is None or measure["member"] not in self._source:
            return Measured(None, "", "not measured in this run: run scripts/coverage")
        return Measured(self._source[measure["member"]], "source.json")


def tally(assessments: Mapping[str, Sequence[Assessment]]) -> Counter[Outcome]:
    """How many promises have which verdict; the old design's own figures are not promises."""
    return Counter(
        assessment.verdict.outcome
        for group in assessments.values()
        for assessment in group
        if assessment.promise.direction is not Direction.OLD
    )
