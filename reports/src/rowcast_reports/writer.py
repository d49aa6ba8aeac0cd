"""Puts a report on disk: all of it, or nothing."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rowcast_reports import html
from rowcast_reports.page import Report
from rowcast_reports.plots.plot import Plot
from rowcast_reports.sheet import Sheet

PAGE = "report.html"
PLOTS = "plots"
INDEX = "index.json"


def _contents(plots: Sequence[Plot], index_name: str) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    listed: list[dict[str, object]] = []
    for plot in plots:
        files[f"{PLOTS}/{plot.slug}.svg"] = plot.svg
        files[f"{PLOTS}/{plot.slug}.png"] = plot.png
        listed.append(
            {
                "title": plot.title,
                "description": plot.alt,
                "files": [f"{plot.slug}.svg", f"{plot.slug}.png"],
            }
        )
    index = json.dumps({"plots": listed}, ensure_ascii=False, indent=1) + "\n"
    files[f"{PLOTS}/{index_name}"] = index.encode("utf-8")
    return files


def _earlier(out: Path, index_name: str) -> set[Path]:
    """The plots that an earlier page left, as its own index lists them."""
    try:
        index = json.loads((out / PLOTS / index_name).read_text("utf-8"))
        names = [name for plot in index["plots"] for name in plot["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {
        out / PLOTS / name
        for name in names
        if isinstance(name, str) and Path(name).name == name and name.endswith((".svg", ".png"))
    }


def write(report: Report, out: Path) -> Path:
    return _write(out, PAGE, INDEX, report.plots, html.render(report))


def write_sheet(sheet: Sheet, out: Path) -> Path:
    return _write(out, f"{sheet.name}.html", f"{sheet.name}.json", sheet.plots, html.render_sheet(sheet))


def _write(out: Path, page: str, index_name: str, plots: Sequence[Plot], text: str) -> Path:
    """Everything is made first, then written aside, then moved into place; the page comes last."""
    files = {**_contents(plots, index_name), page: text.encode("utf-8")}
    out.mkdir(parents=True, exist_ok=True)
    stale = _earlier(out, index_name)
    aside = Path(tempfile.mkdtemp(prefix=".report-", dir=out))
    try:
        (aside / PLOTS).mkdir()
        for name, data in files.items():
            (aside / name).write_bytes(data)
        (out / PLOTS).mkdir(exist_ok=True)
        for name in files:
            os.replace(aside / name, out / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    for path in stale - {out / name for name in files}:
        path.unlink(missing_ok=True)
    return out / page
