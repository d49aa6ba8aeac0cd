"""The page in headless Chromium.

Skipped, visibly, where there is no Chromium; ROWCAST_REQUIRE_BROWSER=1 makes that a failure.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
)


def _missing() -> str:
    if CHROMIUM is None or DRIVER is None:
        return "chromium and chromedriver are not installed"
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "python3-selenium is not installed"
    return ""


@pytest.fixture(scope="module")
def browser(report_page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    missing = _missing()
    if missing:
        if os.environ.get("ROWCAST_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{missing}, and ROWCAST_REQUIRE_BROWSER=1")
        pytest.skip(missing)
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=Service(DRIVER), options=options)
    try:
        driver.set_page_load_timeout(20)
        driver.get(report_page.as_uri())
        yield driver
    finally:
        driver.quit()


def screen(browser: Any, width: int, height: int, scheme: str = "light") -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )


def luminance(colour: str) -> float:
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


BACKGROUND = "return getComputedStyle(document.body).backgroundColor"
INK = "return getComputedStyle(document.body).color"
COLUMN = """
  const table = document.getElementById(arguments[0]);
  return Array.from(table.tBodies[0].rows, (row) => row.cells[arguments[1]].dataset.value ?? null);
"""
PLOT_BOXES = """
  return Array.from(document.querySelectorAll('.plot:not([hidden])'), (figure) => {
    const box = figure.querySelector('svg').getBoundingClientRect();
    const shapes = figure.querySelectorAll('path, use').length;
    return [figure.id, box.width, box.height, shapes];
  });
"""
# Pairs of texts in one plot whose boxes overlap by more than a pixel each way.
OVERLAPS = """
  const found = [];
  for (const figure of document.querySelectorAll('.plot:not([hidden])')) {
    const frame = figure.getBoundingClientRect();
    const texts = Array.from(figure.querySelectorAll('text'), (text) => [text.textContent, text.getBoundingClientRect()]);
    texts.forEach(([name, a], index) => {
      if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1)
        found.push([figure.id, name, 'leaves the plot']);
      for (const [other, b] of texts.slice(index + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && down > 0.35 * Math.min(a.height, b.height)) found.push([figure.id, name, other]);
      }
    });
  }
  return found;
"""


def test_it_loads_without_errors_or_requests(browser: Any, report_page: Path) -> None:
    requested = []
    for record in browser.get_log("performance"):
        message = json.loads(record["message"])["message"]
        if message["method"] != "Network.requestWillBeSent":
            continue
        # The browser's own start page loads a lot before ours; its requests are not ours.
        if not message["params"]["documentURL"].startswith("chrome"):
            requested.append(message["params"]["request"]["url"])
    outside = [
        url for url in requested if url != report_page.as_uri() and not url.startswith("data:")
    ]
    assert report_page.as_uri() in requested
    assert outside == []
    assert browser.get_log("browser") == []


def test_its_plots_have_size_and_content(browser: Any) -> None:
    screen(browser, 1280, 900)
    boxes = browser.execute_script(PLOT_BOXES)
    assert len(boxes) > 10
    for name, width, height, shapes in boxes:
        assert width > 200 and height > 100 and shapes > 0, name


@pytest.mark.parametrize("width", [1280, 390])
def test_labels_in_plots_do_not_overlap(browser: Any, width: int) -> None:
    screen(browser, width, 900)
    assert browser.execute_script(OVERLAPS) == []


def test_its_tables_sort(browser: Any) -> None:
    screen(browser, 1280, 900)
    table, column = "table-latency", 5  # p99: it has missing figures
    header = f"#{table} thead th:nth-child({column + 1})"
    before = browser.execute_script(COLUMN, table, column)
    assert None in before
    for direction in ("ascending", "descending"):
        browser.execute_script(f"document.querySelector('{header} button').click()")
        assert browser.execute_script(
            f"return document.querySelector('{header}').getAttribute('aria-sort')"
        ) == direction
        values = browser.execute_script(COLUMN, table, column)
        present = [float(value) for value in values if value is not None]
        assert present == sorted(present, reverse=direction == "descending")
        assert values[len(present) :] == [None] * (len(values) - len(present)), "missing ones last"
        assert sorted(map(str, values)) == sorted(map(str, before))
    sorted_headers = browser.execute_script(
        f"return document.querySelectorAll('#{table} th:not([aria-sort=none])[scope=col]').length"
    )
    assert sorted_headers == 1


def test_every_table_sorts_by_every_column(browser: Any) -> None:
    failures = browser.execute_script("""
      const failures = [];
      for (const table of document.querySelectorAll('table.sortable')) {
        const rows = table.tBodies[0].rows.length;
        Array.from(table.tHead.rows[0].cells).forEach((header, column) => {
          header.querySelector('button').click();
          const values = Array.from(table.tBodies[0].rows, (row) => row.cells[column].dataset.value)
            .filter((value) => value !== undefined);
          const numeric = header.classList.contains('num');
          const wrong = values.some((value, i) => i && (numeric ? Number(values[i - 1]) > Number(value)
            : values[i - 1].localeCompare(value, 'en', { numeric: true }) > 0));
          if (wrong || table.tBodies[0].rows.length !== rows || header.getAttribute('aria-sort') !== 'ascending')
            failures.push([table.id, column]);
        });
      }
      return failures;
    """)
    # Verdicts sort by their rank, not by their spelling.
    assert [f for f in failures if not (f[0].startswith("table-promises") and f[1] == 4)] == []


def test_its_figures_are_those_of_the_result_file(browser: Any, results_path: Path) -> None:
    shown = browser.execute_script("""
      return Object.fromEntries(Array.from(document.querySelectorAll('#table-throughput tbody tr'), (row) => [
        [row.cells[0], row.cells[1], row.cells[2]].map((cell) => cell.textContent.trim()).join('/'),
        [row.cells[3].dataset.value ?? null, row.cells[3].textContent]]));
    """)
    cells = json.loads(results_path.read_text())["benchmarks"]
    pipeline = {c["name"].removeprefix("pipeline/"): c for c in cells if c["name"].startswith("pipeline/")}
    assert shown.keys() == pipeline.keys()
    for name, cell in pipeline.items():
        value, text = shown[name]
        if cell.get("error_occurred"):
            assert value is None and text.startswith("n/a")
        else:
            assert float(value) == cell["bytes_per_second"]
            assert float(text.replace(",", "")) == pytest.approx(cell["bytes_per_second"] / 1e9, rel=6e-3)


def test_the_view_selects_rows_and_plots(browser: Any) -> None:
    count = """
      const select = document.getElementById('view');
      select.value = arguments[0];
      select.dispatchEvent(new Event('change'));
      return [document.querySelectorAll('.plot:not([hidden])').length,
              document.querySelectorAll('#table-throughput tbody tr:not([hidden])').length];
    """
    one = browser.execute_script(count, "jsonb/select")
    every = browser.execute_script(count, "")
    back = browser.execute_script(count, "compact/all")
    assert one[0] < every[0] and one[1] < every[1]
    assert 0 < back[1] < every[1]


def test_the_filter_hides_rows(browser: Any) -> None:
    shown = browser.execute_script("""
      const input = document.querySelector('input[data-filters=table-throughput]');
      const rows = () => Array.from(document.querySelectorAll('#table-throughput tbody tr:not([hidden])'), (r) => r.textContent);
      input.value = 'Medium AVX2'; input.dispatchEvent(new Event('input'));
      const filtered = rows();
      input.value = ''; input.dispatchEvent(new Event('input'));
      return [filtered, rows().length];
    """)
    assert len(shown[0]) == 1 and "medium" in shown[0][0] and "avx2" in shown[0][0]
    assert shown[1] > 10


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_page_does_not_overflow(browser: Any, width: int) -> None:
    screen(browser, width, 844)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_dark_mode_follows_the_system_and_the_button(browser: Any) -> None:
    screen(browser, 1280, 900, "light")
    light = browser.execute_script(BACKGROUND)
    series = (
        "return getComputedStyle(document.querySelector('#table-latency .swatch')).backgroundColor"
    )
    light_series = browser.execute_script(series)
    screen(browser, 1280, 900, "dark")
    dark = browser.execute_script(BACKGROUND)
    assert luminance(light) > 200 > 60 > luminance(dark)
    assert luminance(browser.execute_script(INK)) > 180
    assert browser.execute_script(series) != light_series
    # No plot keeps a light ground.
    assert browser.execute_script("""
      return Array.from(document.querySelectorAll('.plot path'), (path) => getComputedStyle(path).fill)
        .filter((fill) => fill === 'rgb(255, 255, 255)' || fill === 'rgb(255, 254, 251)').length;
    """) == 0
    click = "document.getElementById('theme').click()"
    browser.execute_script(click)  # auto -> light
    assert browser.execute_script(BACKGROUND) == light
    browser.execute_script(click)  # light -> dark
    screen(browser, 1280, 900, "light")
    assert browser.execute_script(BACKGROUND) == dark
    browser.execute_script(click)  # dark -> auto
    assert browser.execute_script(BACKGROUND) == light


def test_print_is_light_and_whole(browser: Any) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"media": "print", "features": [{"name": "prefers-color-scheme", "value": "dark"}]},
    )
    try:
        assert browser.execute_script(BACKGROUND) == "rgb(255, 255, 255)"
        assert luminance(browser.execute_script(INK)) < 60
        assert browser.execute_script(
            "return getComputedStyle(document.querySelector('.contents')).display"
        ) == "none"
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen", "features": []})


def test_nothing_went_wrong_meanwhile(browser: Any) -> None:
    assert browser.get_log("browser") == []
