"""What a section of the page consists of, and what all sections are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rowcast_reports.catalogue import Catalogue
from rowcast_reports.names import Setting
from rowcast_reports.plots.plot import Plot, Slugs
from rowcast_reports.results import Benchmark, Results
from rowcast_reports.standings import Standings
from rowcast_reports.tables import Cell, text


@dataclass(frozen=True)
class Material:
    results: Results
    catalogue: Catalogue
    standings: Standings
    slugs: Slugs = field(default_factory=Slugs)

    def cells(self, setting: Setting) -> list[tuple[str, Benchmark]]:
        """The implementations measured there, in the order of showing."""
        measured: Mapping[str, Benchmark] = self.results.pipeline[setting]
        return [(name, measured[name]) for name in self.catalogue.sort(measured)]

    def all_cells(self) -> list[Benchmark]:
        return [benchmark for setting in self.catalogue.settings for _, benchmark in self.cells(setting)]

    def name_cell(self, name: str) -> Cell:
        implementation = self.catalogue[name]
        return text(
            name,
            colour=implementation.token,
            tone="" if implementation.competes else "peer",
        )

    def winner(self, setting: Setting) -> str:
        standing = self.standings.by_setting.get(setting)
        return standing.winner if standing else ""


@dataclass(frozen=True)
class PlotGroup:
    """Plots side by side under a heading; `absent` says why there are none."""

    title: str
    plots: tuple[Plot, ...]
    absent: str = ""
    note: str = ""
    wide: bool = False


def group(
    title: str, plots: Sequence[Plot | None], absent: str, note: str = "", wide: bool = False
) -> PlotGroup:
    drawn = tuple(plot for plot in plots if plot is not None)
    return PlotGroup(title, drawn, "" if drawn else absent, note, wide)
