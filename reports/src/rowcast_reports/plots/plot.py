"""A drawn plot: the files, and the form that is set into the page."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.figure import Figure

from rowcast_reports.plots.style import PAPER, THEME

_PIXELS_PER_INCH = 160


@dataclass(frozen=True)
class Plot:
    slug: str
    title: str
    alt: str
    view: str
    inline_svg: str
    svg: bytes
    png: bytes


def slug(*parts: str) -> str:
    """A safe file name and identifier."""
    return "-".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") or "x" for part in parts)


class Slugs:
    """Keeps slugs apart where different names reduce to the same one."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def unique(self, *parts: str) -> str:
        base = slug(*parts)[:100]
        candidate, number = base, 2
        while candidate in self._used:
            candidate, number = f"{base}-{number}", number + 1
        self._used.add(candidate)
        return candidate


def _inline(svg: str, prefix: str, colours: Mapping[str, str]) -> str:
    """For the page: no prologue, own identifiers, the page's colours and fonts."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]+)"', lambda m: f'id="{prefix}-{m[1]}"', svg)
    svg = re.sub(r'xlink:href="#([^"]+)"', lambda m: f'href="#{prefix}-{m[1]}"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", lambda m: f"url(#{prefix}-{m[1]})", svg)
    head, rest = svg.split(">", 1)
    box = re.search(r'viewBox="[^"]+"', head)
    assert box is not None
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box[0]} aria-hidden="true" focusable="false">{rest}'

    # Only inside style attributes: text between tags is data and stays as it is.
    def restyled(match: re.Match[str]) -> str:
        declared = match[1]
        declared = re.sub(
            r"#[0-9a-f]{6}",
            lambda m: f"var({colours[m[0]]})" if m[0] in colours else m[0],
            declared,
        )
        declared = re.sub(r"('DejaVu Sans'|&quot;DejaVu Sans&quot;)[^;\"]*", "var(--sans)", declared)
        return f'style="{declared}"'

    svg = re.sub(r'style="([^"]*)"', restyled, svg)
    # Hundredths of a point do for paths; texts keep every digit.
    svg = re.sub(
        r'(?<=\sd=")[^"]+', lambda m: re.sub(r"(\d+\.\d{2})\d+", r"\1", m[0]), svg
    )
    return re.sub(r">\s+<", "><", svg).strip()


def finish(
    figure: Figure,
    *,
    slug: str,
    title: str,
    alt: str,
    view: str,
    series_tokens: Mapping[str, str],
) -> Plot:
    """Writes the figure out; `series_tokens` maps a colour to its name in the style sheet."""
    vector = io.BytesIO()
    figure.savefig(
        vector, format="svg", facecolor=PAPER, metadata={"Date": None, "Creator": None, "Title": title}
    )
    pixels = io.BytesIO()
    figure.savefig(
        pixels, format="png", dpi=_PIXELS_PER_INCH, facecolor=PAPER, metadata={"Software": None}
    )
    svg = vector.getvalue()
    inline = _inline(svg.decode("utf-8"), slug, {**THEME, **series_tokens})
    return Plot(slug, title, alt, view, inline, svg, pixels.getvalue())
