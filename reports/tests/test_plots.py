"""The plots' own logic: labels that keep apart, ticks, and SVG that a page can hold."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from rowcast_reports.page import Report
from rowcast_reports.plots import scales
from rowcast_reports.plots.plot import Slugs


def test_labels_do_not_overlap_and_stay_inside() -> None:
    wanted = [50.0, 50.0, 51.0, 99.0, 98.0, 2.0]
    placed = scales.spread(wanted, [10.0] * 6, 0.0, 100.0)
    ordered = sorted(placed)
    assert all(after - before >= 10 - 1e-9 for before, after in zip(ordered, ordered[1:], strict=False))
    assert ordered[0] >= 5 and ordered[-1] <= 95


@pytest.mark.parametrize(("low", "high"), [(1, 1e5), (0.9, 1.3), (12, 31), (1e-3, 1e9), (95, 105)])
def test_ticks_are_few_and_inside(low: float, high: float) -> None:
    low, high = scales.padded(low, high)
    ticks = scales.log_ticks(low, high)
    assert 2 <= len(ticks) <= 7
    assert all(low <= tick <= high for tick in ticks)


def test_slugs_are_safe_and_distinct() -> None:
    slugs = Slugs()
    assert slugs.unique("throughput", "../../etc/passwd") == "throughput-etc-passwd"
    assert slugs.unique("throughput", "..etc passwd") == "throughput-etc-passwd-2"
    assert slugs.unique("$", "ä") == "x-x"


def test_every_plot_is_whole(report: Report) -> None:
    assert len({plot.slug for plot in report.plots}) == len(report.plots) > 20
    identifiers: set[str] = set()
    for plot in report.plots:
        ElementTree.fromstring(plot.svg)
        root = ElementTree.fromstring(plot.inline_svg)
        assert "viewBox" in root.attrib and "width" not in root.attrib
        assert plot.png.startswith(b"\x89PNG")
        assert plot.alt
        assert "DejaVu" not in plot.inline_svg
        own = set(re.findall(r'\bid="([^"]+)"', plot.inline_svg))
        assert not own & identifiers
        identifiers |= own
        references = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', plot.inline_svg))
        assert {name for pair in references for name in pair if name} <= own


def test_the_page_draws_only_in_its_own_colours(report: Report) -> None:
    for plot in report.plots:
        styles = " ".join(re.findall(r'style="([^"]*)"', plot.inline_svg))
        assert not re.search(r"#[0-9a-f]{6}", styles), plot.slug


def test_texts_in_plots_keep_their_digits(report: Report) -> None:
    medium = next(plot for plot in report.plots if plot.slug == "throughput-medium-compact-all")
    for told in re.findall(r"(\S+) ([\d.]+ GB/s)", medium.alt):
        assert told[1] in medium.inline_svg
