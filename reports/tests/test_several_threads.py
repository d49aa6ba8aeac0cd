"""What several threads are worth: read strictly, judged by intervals, shown as measured."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import synthetic
from test_page import Tables, build

from rowcast_reports import cli, results
from rowcast_reports.names import Setting
from rowcast_reports.page import Report
from rowcast_reports.results import Results
from rowcast_reports.several_threads import Group, Side, pays_from

MEDIUM = Group(Setting("medium", "compact", "all"), 2)
LARGE = Group(Setting("large", "compact", "all"), 2)
WIDE = Group(Setting("wide", "compact", "all"), 2)


def threads_cell(ratio: float = 0.8, rows: int = 250, label: str = "") -> dict[str, Any]:
    return synthetic.threads_cell(random.Random(1), "avx2", rows, ratio, label)


def scaling_cell(share: float = 0.9, label: str = "") -> dict[str, Any]:
    return synthetic.scaling_cell(random.Random(1), "large", "avx2", share, label)


def load(folder: Path, *cells: dict[str, Any]) -> Results:
    return results.load(synthetic.write(folder, {"context": {}, "benchmarks": list(cells)}))


@pytest.fixture(scope="module")
def raw(results_path: Path) -> dict[str, dict[str, Any]]:
    return {cell["name"]: cell for cell in json.loads(results_path.read_text())["benchmarks"]}


def test_no_cell_is_without_a_section(loaded: Results) -> None:
    assert loaded.unknown == ()


def test_figures_are_read_as_they_stand(loaded: Results, raw: dict[str, dict[str, Any]]) -> None:
    read = 0
    for name, cells in loaded.threads[MEDIUM].items():
        assert [cell.rows for cell in cells] == sorted(cell.rows for cell in cells)
        for cell in cells:
            measured = raw[f"threads/medium/compact/all/{name}/2/{cell.rows}"]
            if measured.get("error_occurred"):
                assert cell.ratio.interval is None and synthetic.MISMATCH in cell.ratio.reason
                continue
            figure = cell.ratio.interval
            assert figure is not None
            assert (figure.low, figure.value, figure.high, figure.coverage) == tuple(
                measured[member] for member in ("ratio_low", "ratio", "ratio_high", "ratio_coverage")
            )
            assert cell.input_bytes == measured["input_bytes"]
            read += 1
    assert read == 27
    sse42 = loaded.scaling[LARGE]["sse42"]
    measured = raw["scaling/large/compact/all/sse42/2"]
    for found, counter in (
        (sse42.independent, "independent_speedup"),
        (sse42.parallel, "parallel_speedup"),
        (sse42.share, "parallel_over_independent"),
    ):
        assert found.interval is not None
        assert (found.interval.low, found.interval.value, found.interval.high) == (
            measured[f"{counter}_low"],
            measured[counter],
            measured[f"{counter}_high"],
        )
    assert (sse42.rounds, sse42.chunk_bytes) == (210, "65536")
    assert synthetic.MISMATCH in loaded.scaling[WIDE]["avx2"].share.reason


@pytest.mark.parametrize(
    ("changes", "label", "side"),
    [
        ({"ratio_low": 0.7, "ratio_high": 0.99}, "", Side.BELOW),
        ({"ratio_low": 0.7, "ratio_high": 1.0}, "", Side.UNCLEAR),
        ({"ratio": 1.2, "ratio_low": 1.1, "ratio_high": 1.3}, "", Side.ABOVE),
        ({"ratio_low": 0.7, "ratio_high": 0.99}, " verdict=UNCLEAR", Side.UNCLEAR),
        ({"ratio_low": 0.7, "ratio_high": 0.99, "ratio_coverage": 0.75}, "", Side.UNCLEAR),
        ({"ratio_low": 0.7, "ratio_high": 0.99, "ratio_coverage": None, "launches": 5}, "", Side.UNCLEAR),
        ({"ratio_low": 0.7, "ratio_high": 0.99, "ratio_coverage": None, "launches": 7}, "", Side.BELOW),
    ],
)
def test_threads_pay_where_a_sure_interval_lies_below_one(
    changes: dict[str, Any], label: str, side: Side, tmp_path: Path
) -> None:
    (cell,) = load(tmp_path, {**threads_cell(label=label), **changes}).threads[MEDIUM]["avx2"]
    assert cell.ratio.side(1.0) is side
    assert cell.pays == (side is Side.BELOW)


def test_they_pay_from_where_no_larger_size_is_unclear(tmp_path: Path) -> None:
    def least(*ratios: float) -> int | None:
        cells = [threads_cell(ratio, 100 * 2**place) for place, ratio in enumerate(ratios)]
        random.Random(2).shuffle(cells)
        found = pays_from(load(tmp_path, *cells).threads[MEDIUM]["avx2"])
        return None if found is None else found.rows

    assert least(1.1, 0.9, 0.8) == 200
    assert least(0.9, 1.1, 0.8) == 400
    assert least(0.9, 0.8, 1.0) is None


def without(cell: dict[str, Any], member: str) -> dict[str, Any]:
    return {name: value for name, value in cell.items() if name != member}


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (without(threads_cell(), "ratio"), "/benchmarks/1: lacks ratio"),
        (without(threads_cell(), "ratio_low"), "/benchmarks/1: lacks ratio_low"),
        (without(threads_cell(), "input_bytes"), "/benchmarks/1: lacks input_bytes"),
        (
            {**threads_cell(0.8), "ratio_low": 0.9},
            "/benchmarks/1/ratio: is 0.8, less than ratio_low (0.9)",
        ),
        (
            {**threads_cell(0.8), "ratio_high": 0.7},
            "/benchmarks/1/ratio_high: is 0.7, less than ratio (0.8)",
        ),
        (
            {**threads_cell(rows=250), "rows": 500},
            "/benchmarks/1/rows: is 500, and the cell's name says 250",
        ),
        ({**threads_cell(), "ratio": "fast"}, '/benchmarks/1/ratio: is "fast", should be number'),
        (
            without(scaling_cell(), "parallel_over_independent"),
            "/benchmarks/1: lacks parallel_over_independent",
        ),
        (
            {**scaling_cell(), "parallel_speedup_high": 0.1},
            "/benchmarks/1/parallel_speedup_high: is 0.1, less than parallel_speedup",
        ),
        (
            {**scaling_cell(), "independent_speedup_low": 0},
            "/benchmarks/1/independent_speedup_low: is 0, should be more than 0",
        ),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(
    cell: dict[str, Any], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = {"context": {}, "benchmarks": [synthetic.entry("BM_sort/8", 4.0), cell]}
    assert cli.main(["validate", str(synthetic.write(tmp_path, document))]) == 1
    assert told in capsys.readouterr().err


def test_a_null_with_a_reason_is_no_fault(tmp_path: Path) -> None:
    cell = {**threads_cell(), "ratio": None, "unavailable": {"ratio": "the helpers did not come"}}
    text = build(tmp_path, {"context": {}, "benchmarks": [cell]})
    assert "the helpers did not come" in text


def test_the_tables_hold_the_figures_of_the_result_file(
    report_page: Path, raw: dict[str, dict[str, Any]]
) -> None:
    tables = Tables(report_page.read_text("utf-8")).tables
    shown = {f"threads/{row[0][0]}/{row[1][0]}/{row[2][0]}/{float(row[3][1] or 0):.0f}": row for row in tables["threads"]}
    assert shown.keys() == {name for name in raw if name.startswith("threads/")}
    for name, row in shown.items():
        cell = raw[name]
        if cell.get("error_occurred"):
            assert [value for _, value in row[5:8]] == [None] * 3
            continue
        assert [float(value or 0) for _, value in row[4:8]] == [
            cell[member] for member in ("input_bytes", "ratio", "ratio_low", "ratio_high")
        ]
    assert shown["threads/medium/compact/all/scalar/2/60"][8][0] == "pay"
    assert shown["threads/medium/compact/all/scalar/2/30"][8][0] == "cost"
    assert shown["threads/medium/compact/all/avx2/2/500"][8][0] == "not clear"

    shown = {f"scaling/{row[0][0]}/{row[1][0]}/{row[2][0]}": row for row in tables["scaling"]}
    assert shown.keys() == {name for name in raw if name.startswith("scaling/")}
    for name, row in shown.items():
        if not raw[name].get("error_occurred"):
            assert [float(value or 0) for _, value in row[3:12]] == [
                raw[name][f"{counter}{end}"]
                for counter in ("independent_speedup", "parallel_speedup", "parallel_over_independent")
                for end in ("", "_low", "_high")
            ]
    verdicts = {name.split("/")[4]: row[12][0] for name, row in shown.items() if "/large/" in name}
    assert verdicts == {"scalar": "met", "sse42": "met", "avx2": "missed", "avx512": "not clear"}


def test_the_section_says_from_which_size_on_threads_pay(report: Report) -> None:
    assert report.threads_sentences == (
        "medium/compact/all: 2 threads pay at every size measured from 30.3\u202fKB for scalar, "
        "126\u202fKB for sse42, 504\u202fKB for avx2; not up to the largest for avx512.",
    )


def test_what_failed_says_nothing_about_a_size(tmp_path: Path) -> None:
    fault = synthetic.failed("threads/medium/compact/all/avx2/2/2000")
    page = build(tmp_path / "a", {"context": {}, "benchmarks": [threads_cell(0.8), fault]})
    assert "2 threads pay at every size measured from 126\u202fKB for avx2." in page
    page = build(tmp_path / "b", {"context": {}, "benchmarks": [fault]})
    assert "2 threads pay" not in page
    assert "this run has no threads cells with figures" in page


def test_each_setting_has_its_plot(report: Report) -> None:
    (ratios,) = report.threads_plots.plots
    assert ratios.slug == "threads-medium-compact-all-2"
    assert "below 1" in ratios.inline_svg and "sse42" in ratios.inline_svg
    assert [plot.slug for plot in report.scaling_plots.plots] == [
        "scaling-large-compact-all-2",
        "scaling-wide-compact-all-2",
    ]
    large, wide = report.scaling_plots.plots
    assert "0.85 promised" in large.inline_svg and "var(--bad)" in large.inline_svg
    assert "avx2" in large.alt and "avx2" not in wide.alt, "what failed is not drawn"


def markers(page: str, slug: str) -> tuple[int, int]:
    """How many marks of lines with intervals are filled, and how many are open."""
    figure = page.split(f'id="plot-{slug}"')[1].split("</figure>")[0]
    uses = [part.split(">")[0] for part in figure.split("<use ")[1:]]
    outlined = [use for use in uses if "fill:" in use and "stroke:" in use]
    open_ones = sum("fill: var(--card)" in use for use in outlined)
    return len(outlined) - open_ones, open_ones


def test_only_marks_where_threads_pay_are_filled(tmp_path: Path) -> None:
    cells = [threads_cell(1.1, 100), threads_cell(0.99, 200), threads_cell(0.8, 400), threads_cell(0.7, 800)]
    page = build(tmp_path, {"context": {}, "benchmarks": cells})
    assert markers(page, "threads-medium-compact-all-2") == (2, 2)


def test_text_table(results_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["table", str(results_path)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    told = [line for line in lines if line[:4] == ["medium/compact/all", "scalar", "2", "2,000"]]
    assert len(told) == 1
    assert told[0][4:6] == ["1.01", "MB"] and told[0][6] == "0.529" and told[0][-1] == "pay"
    failed = [line for line in lines if line[:4] == ["medium/compact/all", "sse42", "2", "30"]]
    assert synthetic.MISMATCH in " ".join(failed[0])
    verdicts = {line[1]: line[-1] for line in lines if line[:1] == ["large/compact/all"] and line[2:3] == ["2"]}
    assert verdicts == {"scalar": "met", "sse42": "met", "avx2": "missed", "avx512": "clear"}


def test_a_run_without_such_cells_has_no_lines_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = synthetic.write(
        tmp_path, {"context": {}, "benchmarks": [synthetic.entry("kernel/camel/scalar/8", 4.0)]}
    )
    assert cli.main(["table", str(path)]) == 0
    out = capsys.readouterr().out
    assert "threads" not in out and "speed-up over one" not in out
