"""The page's content, without a browser."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import synthetic

from rowcast_reports import cli


class Tables(HTMLParser):
    """Each table's body: rows of (text, value)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[tuple[str, str | None]]]] = {}
        self._rows: list[list[tuple[str, str | None]]] | None = None
        self._inside = False
        self._body = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "table":
            self._rows = self.tables.setdefault(str(found["id"]).removeprefix("table-"), [])
        elif tag == "tbody":
            self._body = True
        elif self._rows is not None and self._body and tag == "tr":
            self._rows.append([])
        elif self._rows is not None and self._body and tag in ("td", "th"):
            self._rows[-1].append(("", found.get("data-value")))
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False
        elif tag == "tbody":
            self._body = False

    def handle_data(self, data: str) -> None:
        if self._inside and self._rows:
            text, value = self._rows[-1][-1]
            self._rows[-1][-1] = (text + data, value)


def figures(tables: Tables, table: str) -> dict[str, list[tuple[str, str | None]]]:
    """Rows by `workload/layout/scenario/implementation`."""
    return {
        "/".join((row[0][0], row[1][0], row[2][0].strip())): row[3:] for row in tables.tables[table]
    }


@pytest.fixture(scope="module")
def text(report_page: Path) -> str:
    return report_page.read_text("utf-8")


@pytest.fixture(scope="module")
def raw(results_path: Path) -> dict[str, dict[str, Any]]:
    return {cell["name"]: cell for cell in json.loads(results_path.read_text())["benchmarks"]}


COLUMNS = {
    "throughput": ("bytes_per_second", "requests_per_second", "input_bytes", "output_bytes", "rows"),
    "latency": ("p50_ns", "p95_ns", "p99_ns", "max_ns", "samples", "calls_per_sample"),
    "allocations": (
        "allocs",
        "alloc_bytes",
        "alloc_peak_bytes",
        "allocs_cold",
        "alloc_bytes_cold",
        "alloc_peak_bytes_cold",
        "plan_allocs",
    ),
    "counters": (
        "perf::TASK-CLOCK",
        "perf::PAGE-FAULTS",
        "perf::CONTEXT-SWITCHES",
        "perf::CPU-MIGRATIONS",
    ),
}


@pytest.mark.parametrize("table", COLUMNS)
def test_tables_hold_the_figures_of_the_result_file(
    table: str, text: str, raw: dict[str, dict[str, Any]]
) -> None:
    shown = figures(Tables(text), table)
    cells = {
        name.removeprefix("pipeline/"): cell for name, cell in raw.items() if name.startswith("pipeline/")
    }
    assert shown.keys() == cells.keys()
    for name, cell in cells.items():
        for counter, (_, value) in zip(COLUMNS[table], shown[name], strict=True):
            expected = None if cell.get("error_occurred") else cell[counter]
            assert (None if value is None else float(value)) == expected, (name, counter)


def test_ratios_are_shown_as_measured(text: str, raw: dict[str, dict[str, Any]]) -> None:
    shown = figures(Tables(text), "ratios")
    cells = {n.removeprefix("ratio/"): c for n, c in raw.items() if n.startswith("ratio/")}
    assert shown.keys() == cells.keys()
    for name, cell in cells.items():
        values = [float(value) for _, value in shown[name][1:4] if value is not None]
        assert values == [cell["ratio"], cell["ratio_low"], cell["ratio_high"]]


def test_kernels_and_sweeps_are_shown_as_measured(text: str, raw: dict[str, dict[str, Any]]) -> None:
    tables = Tables(text).tables
    for table, prefix in (("kernels", "kernel/"), ("growth", "sweep/")):
        shown = sorted(
            float(value) for row in tables[table] for _, value in row[2:] if value is not None
        )
        measured = sorted(
            cell["real_time"]
            for name, cell in raw.items()
            if name.startswith(prefix) and not cell.get("error_occurred")
        )
        assert shown == measured


def test_missing_figures_carry_their_reason(text: str) -> None:
    assert "too few samples: the percentile needs 368" in text
    assert 'title="too few samples: ' in text
    assert html.escape(synthetic.MISMATCH, quote=False) in text or "output differs" in text
    assert text.count(synthetic.NO_HARDWARE) == 1, "said once"


def test_the_page_is_self_contained(text: str) -> None:
    outside = re.findall(r'(?:src|href|action|xlink:href)="([^"#]+)"', text)
    assert all(link.startswith(("data:", "../", "docs/")) for link in outside), outside
    assert "@import" not in text and "url(http" not in text
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)


def test_the_plots_are_written_too(report_page: Path) -> None:
    index = json.loads((report_page.parent / "plots" / "index.json").read_text())
    files = [name for plot in index["plots"] for name in plot["files"]]
    assert files and all((report_page.parent / "plots" / name).stat().st_size for name in files)


def build(folder: Path, document: dict[str, Any], source: bool = False) -> str:
    path = synthetic.write(folder / "in", document, source=source)
    assert cli.main(["report", str(path), "--out", str(folder / "out")]) == 0
    return (folder / "out" / "report.html").read_text("utf-8")


def test_an_empty_run_makes_sentences_not_empty_plots(tmp_path: Path) -> None:
    text = build(tmp_path, {"context": {}, "benchmarks": []})
    assert "<svg" not in text.split("<main>")[1]
    for sentence in (
        "no pipeline cell with figures",
        "There are no throughput bars",
        "There are no distribution curves",
        "this run has no sweep",
        "this run has no kernel cells",
        "this run has no threads cells",
        "this run has no scaling cells",
        "run scripts/coverage",
    ):
        assert sentence in text


def test_one_cell_is_enough(tmp_path: Path) -> None:
    cell = synthetic.entry("pipeline/mine/compact/all/scalar", 10.0, bytes_per_second=1e9)
    text = build(tmp_path, {"context": {}, "benchmarks": [cell]})
    assert "Of 1 setting (workload, layout, scenario), scalar is fastest in 1." in text


def test_hardware_counters_are_drawn_where_there_are_any(tmp_path: Path) -> None:
    text = build(tmp_path, synthetic.results(hardware=True, workloads=("small",)))
    assert "Instructions per byte of input" in text
    assert "Not available in this run" not in text


def test_without_ratios_the_division_is_named(tmp_path: Path) -> None:
    text = build(
        tmp_path,
        synthetic.results(ratios=False, workloads=("small",), implementations=("scalar", "nlohmann")),
    )
    assert "Plain division of the two throughputs shown" in text
    assert "No paired ratios in this run" in text


HOSTILE = "<script>alert(1)</script>$x_2$&\"'é" + "w" * 60


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    document = synthetic.results(workloads=("small",), implementations=("scalar",))
    safe = HOSTILE.replace("/", "")
    for part in (f"pipeline/{safe}/compact/all/scalar", f"pipeline/small/compact/all/{safe}"):
        document["benchmarks"].append(
            synthetic.entry(
                part,
                10.0,
                bytes_per_second=1e9,
                p50_ns=None,
                unavailable={"p50_ns": HOSTILE},
                distribution_ns=[[0, 1], [0.5, 2], [1, 3]],
                samples=100,
            )
        )
    document["benchmarks"].append(synthetic.failed("kernel/</style>/$a$/8", HOSTILE))
    document["benchmarks"].append(synthetic.entry("../../<img src=x>", 1.0))
    document["context"]["cpu_model"] = HOSTILE
    document["context"]["compiler"] = "</title><svg onload=alert(1)>"
    text = build(tmp_path, document)
    assert "<script>alert" not in text
    assert "<img src" not in text
    assert "<svg onload" not in text
    assert text.count("</style>") == 1
    assert text.count("<script") == 1
    assert {entry.name for entry in tmp_path.iterdir()} == {"in", "out"}


def test_machine_paths_are_left_out(text: str) -> None:
    assert "/nowhere/" not in text
    assert "…/rowcast_bench" in text


def test_warnings(tmp_path: Path) -> None:
    text = build(
        tmp_path,
        synthetic.results(
            workloads=("small",),
            build_type="Debug",
            library_build_type="debug",
            load_avg=[3.0, 1.0, 1.0],
            machine_unfit="the other processor is busy",
        ),
    )
    for told in (
        "Build type Debug",
        "Debug build of Google Benchmark",
        "Uncommitted changes",
        "A virtual machine (KVM)",
        "Load average 3.0 on 2 processors",
        "the other processor is busy",
        "Synthetic figures",
    ):
        assert told in text


def test_writing_again_removes_only_its_own_stale_plots(tmp_path: Path) -> None:
    both = synthetic.results(workloads=("small", "tiny"), implementations=("scalar",))
    build(tmp_path, both)
    plots = tmp_path / "out" / "plots"
    (plots / "mine.svg").write_text("kept")
    assert (plots / "throughput-tiny-compact-all.svg").exists()
    build(tmp_path, synthetic.results(workloads=("small",), implementations=("scalar",)))
    assert not (plots / "throughput-tiny-compact-all.svg").exists()
    assert (plots / "throughput-small-compact-all.svg").exists()
    assert (plots / "mine.svg").read_text() == "kept"
    assert not list((tmp_path / "out").glob(".report-*"))


def test_the_same_results_make_the_same_report(tmp_path: Path) -> None:
    document = synthetic.results(workloads=("small",), implementations=("scalar", "avx2"))
    assert build(tmp_path / "a", document) == build(tmp_path / "b", document)


def test_text_table(results_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["table", str(results_path)]) == 0
    out = capsys.readouterr().out
    assert "medium/compact/all" in out
    assert "1 (the baseline)" in out
    assert f"ERROR: {synthetic.MISMATCH}" in out
    assert "fastest in" in out
    assert "warning: Synthetic figures" in out


def test_the_environment_links_to_the_documents(tmp_path: Path, text: str) -> None:
    assert "docs/methodology.md" in text
    assert "docs/limitations.md" in text
