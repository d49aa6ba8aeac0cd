"""A page beside the report, as data: sections of text, tables and plots."""

from __future__ import annotations

from dataclasses import dataclass

from rowcast_reports import __version__
from rowcast_reports.catalogue import Implementation
from rowcast_reports.plots.plot import Plot
from rowcast_reports.sections.model import PlotGroup
from rowcast_reports.tables import Table


@dataclass(frozen=True)
class Link:
    text: str
    href: str


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    groups: tuple[PlotGroup, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Sheet:
    name: str  # of the files: trends.html, plots/trends.json
    title: str
    facts: tuple[str, ...]
    implementations: tuple[Implementation, ...]
    views: tuple[str, ...]
    sections: tuple[Section, ...]
    links: tuple[Link, ...] = ()
    version: str = __version__

    @property
    def plots(self) -> tuple[Plot, ...]:
        return tuple(
            plot for section in self.sections for group in section.groups for plot in group.plots
        )
