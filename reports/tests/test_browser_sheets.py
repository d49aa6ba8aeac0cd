"""The pages beside the report in headless Chromium; skipped as test_browser.py is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_browser import OVERLAPS, PLOT_BOXES, browser, screen  # noqa: F401

SHEETS = ("trends", "compare", "fleet")


@pytest.fixture(params=SHEETS)
def sheet(request: pytest.FixtureRequest, browser: Any, pages: Path) -> Any:  # noqa: F811
    browser.get_log("browser")
    browser.get((pages / f"{request.param}.html").as_uri())
    return browser


def test_its_plots_have_size_and_content(sheet: Any) -> None:
    screen(sheet, 1280, 900)
    boxes = sheet.execute_script(PLOT_BOXES)
    assert boxes
    for name, width, height, shapes in boxes:
        assert width > 200 and height > 80 and shapes > 0, name
    assert sheet.get_log("browser") == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overlaps_or_overflows(sheet: Any, width: int) -> None:
    screen(sheet, width, 900)
    assert sheet.execute_script(OVERLAPS) == []
    assert sheet.execute_script("return document.documentElement.scrollWidth") <= width


def test_the_view_selects_plots(sheet: Any) -> None:
    count = """
      const select = document.getElementById('view');
      select.value = arguments[0];
      select.dispatchEvent(new Event('change'));
      return document.querySelectorAll('.plot:not([hidden])').length;
    """
    assert 0 < sheet.execute_script(count, "jsonb/select") < sheet.execute_script(count, "")


def test_the_contents_mark_where_one_is(sheet: Any) -> None:
    assert sheet.execute_script("return document.querySelectorAll('.contents ol a.here').length") == 1
    alone = sheet.current_url.endswith("fleet.html")
    links = sheet.execute_script("return document.querySelectorAll('.contents .beside a').length")
    assert links == (0 if alone else 2)
