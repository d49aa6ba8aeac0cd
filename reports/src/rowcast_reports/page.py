"""The whole report as data, ready to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rowcast_reports import __version__, cautions, promises, results, source
from rowcast_reports import heap as heap_files
from rowcast_reports.catalogue import Catalogue, Implementation
from rowcast_reports.cautions import Caution
from rowcast_reports.plots.plot import Plot
from rowcast_reports.promises import Assessor, Outcome
from rowcast_reports.results import Results
from rowcast_reports.sections import (
    allocations,
    counters,
    environment,
    growth,
    heap,
    kernel_quotients,
    kernels,
    latency,
    promised,
    summary,
    threads,
    throughput,
)
from rowcast_reports.sections.model import Material, PlotGroup
from rowcast_reports.sections.promised import PromiseGroup
from rowcast_reports.sections.summary import KeyFigure
from rowcast_reports.sheet import Link
from rowcast_reports.standings import Standings
from rowcast_reports.tables import Table


@dataclass(frozen=True)
class Report:
    version: str
    context: results.Context
    file_name: str
    cell_count: int
    implementations: tuple[Implementation, ...]
    views: tuple[str, ...]
    cautions: tuple[Caution, ...]
    key_figures: tuple[KeyFigure, ...]
    sentences: tuple[str, ...]
    interval_note: str
    summary: Table
    ratios: Table | None
    throughput: Table
    throughput_plots: PlotGroup
    latency: Table
    latency_plots: PlotGroup
    batched: tuple[tuple[str, int], ...]
    allocations: Table
    allocation_plots: PlotGroup
    heap: heap.Section
    counters: counters.Counters
    growth: Table | None
    growth_plots: PlotGroup
    threads_sentences: tuple[str, ...]
    threads: Table | None
    threads_plots: PlotGroup
    scaling: Table | None
    scaling_plots: PlotGroup
    kernels: Table | None
    kernel_plots: PlotGroup
    kernel_quotients: Table | None
    lookups: Table | None
    promises: tuple[PromiseGroup, ...]
    promise_tally: Mapping[str, int]
    stand_in: str
    promise_view: str
    facts: tuple[environment.FactGroup, ...]
    documents: tuple[environment.DocumentLink, ...]
    links: tuple[Link, ...]  # the pages beside this one

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (
            *self.throughput_plots.plots,
            *self.latency_plots.plots,
            *self.allocation_plots.plots,
            *self.counters.plots.plots,
            *self.growth_plots.plots,
            *self.threads_plots.plots,
            *self.scaling_plots.plots,
            *self.kernel_plots.plots,
        )


def assess(loaded: Results, standings: Standings) -> tuple[Assessor, dict[str, list[promises.Assessment]]]:
    assessor = Assessor(promises.load_book(), loaded, standings, source.load(loaded.path))
    return assessor, assessor.all()


def build(loaded: Results, out: Path, links: tuple[Link, ...] = ()) -> Report:
    catalogue = Catalogue(loaded)
    standings = Standings(loaded, catalogue)
    material = Material(loaded, catalogue, standings)
    assessor, assessments = assess(loaded, standings)
    counts = promises.tally(assessments)
    return Report(
        version=__version__,
        context=loaded.context,
        file_name=loaded.path.name,
        cell_count=len(loaded.benchmarks),
        implementations=catalogue.implementations,
        views=catalogue.views,
        cautions=tuple(cautions.collect(loaded)),
        key_figures=tuple(summary.key_figures(material, assessments)),
        sentences=tuple(summary.sentences(material, assessments)),
        interval_note=summary.interval_note(material),
        summary=summary.table(material),
        ratios=summary.ratio_table(material),
        throughput=throughput.table(material),
        throughput_plots=throughput.plots(material),
        latency=latency.table(material),
        latency_plots=latency.plots(material),
        batched=tuple(latency.batched(material)),
        allocations=allocations.table(material),
        allocation_plots=allocations.plots(material),
        heap=heap.build(heap_files.load(loaded.path, loaded.context)),
        counters=counters.build(material),
        growth=growth.table(material),
        growth_plots=growth.plots(material),
        threads_sentences=tuple(threads.sentences(material)),
        threads=threads.ratio_table(material),
        threads_plots=threads.ratio_plots(material),
        scaling=threads.scaling_table(material),
        scaling_plots=threads.share_plots(material),
        kernels=kernels.table(material),
        kernel_plots=kernels.plots(material),
        kernel_quotients=kernel_quotients.table(material),
        lookups=kernel_quotients.lookups(material),
        promises=tuple(promised.groups(assessor, assessments)),
        promise_tally={outcome.value: counts[outcome] for outcome in Outcome},
        stand_in=assessor.book.stand_in,
        promise_view=f"{assessor.book.layout}/{assessor.book.scenario}",
        facts=tuple(environment.facts(loaded.context)),
        documents=tuple(environment.documents(out)),
        links=links,
    )
