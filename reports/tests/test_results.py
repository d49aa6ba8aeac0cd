"""Loading and checking result files, good, odd and hostile."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import synthetic

from rowcast_reports import cli, results
from rowcast_reports.errors import InputError
from rowcast_reports.names import Setting
from rowcast_reports.results import Results

MEDIUM = Setting("medium", "compact", "all")


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "results.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def minimal(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"context": {}, "benchmarks": list(cells)}


def test_every_cell_of_the_file_is_loaded(results_path: Path, loaded: Results) -> None:
    document = json.loads(results_path.read_text())
    assert [cell.name for cell in loaded.benchmarks] == [
        cell["name"] for cell in document["benchmarks"]
    ]


def test_counters_are_read_as_they_stand(results_path: Path, loaded: Results) -> None:
    name = "pipeline/medium/compact/all/avx2"
    document = json.loads(results_path.read_text())
    raw = next(cell for cell in document["benchmarks"] if cell["name"] == name)
    cell = loaded.pipeline[MEDIUM]["avx2"]
    for counter in ("bytes_per_second", "p99_ns", "allocs_cold", "perf::TASK-CLOCK"):
        assert cell.value(counter) == raw[counter]
    assert cell.distribution_ns == tuple(map(tuple, raw["distribution_ns"]))


def test_a_null_counter_keeps_its_reason(loaded: Results) -> None:
    cell = loaded.pipeline[MEDIUM]["avx2"]
    assert cell.value("PAPI_TOT_CYC") is None
    assert cell.reason("PAPI_TOT_CYC") == synthetic.NO_HARDWARE
    assert cell.reason("never_heard_of") == "not in the result file"


def test_an_errored_cell_has_no_figures(loaded: Results) -> None:
    cell = loaded.pipeline[Setting("text", "compact", "all")]["avx2"]
    assert cell.error == synthetic.MISMATCH
    assert cell.time_ns is None
    assert not cell.counters


def test_ratio_cells_name_their_baseline(loaded: Results) -> None:
    ratio = next(r for r in loaded.ratios[MEDIUM] if r.implementation == "avx2")
    assert (ratio.baseline, ratio.launches, ratio.pairs) == ("scalar", 7, 1400)
    assert ratio.low is not None and ratio.high is not None
    assert ratio.low < ratio.ratio < ratio.high < 1


def test_of_repetitions_the_median_one_stands_whole(tmp_path: Path) -> None:
    cells = []
    for index, (time, allocs) in enumerate(((30.0, 3), (10.0, 1), (20.0, 2))):
        cells.append(
            {**synthetic.entry("kernel/camel/scalar/10", time, allocs=allocs), "repetition_index": index}
        )
    cells.append(
        {
            **synthetic.entry("kernel/camel/scalar/10_mean", 20.0),
            "run_name": "kernel/camel/scalar/10",
            "run_type": "aggregate",
            "aggregate_name": "mean",
        }
    )
    found = results.load(write(tmp_path, json.dumps(minimal(*cells))))
    (cell,) = found.benchmarks
    assert (cell.time_ns, cell.value("allocs")) == (20.0, 2)
    assert found.repeated == ("kernel/camel/scalar/10",)


def test_time_units_become_nanoseconds(tmp_path: Path) -> None:
    cell = {**synthetic.entry("kernel/camel/scalar/10", 1.5), "time_unit": "us"}
    (loaded,) = results.load(write(tmp_path, json.dumps(minimal(cell)))).benchmarks
    assert loaded.time_ns == 1500.0


def test_plain_google_benchmark_files_load(tmp_path: Path) -> None:
    aggregates = [
        {
            "name": f"BM_sort_{kind}",
            "run_name": "BM_sort",
            "run_type": "aggregate",
            "aggregate_name": kind,
            "cpu_coefficient": 1.0,
        }
        for kind in ("BigO", "RMS")
    ]
    found = results.load(
        write(tmp_path, json.dumps(minimal(synthetic.entry("BM_sort/8", 4.0), *aggregates)))
    )
    assert found.unknown == ("BM_sort/8",)


def test_an_interrupted_run_is_told_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "cells.jsonl").write_text("{}\n")
    with pytest.raises(InputError, match="scripts/bench --resume"):
        results.load(tmp_path)


GOOD = json.dumps(minimal(synthetic.entry("kernel/camel/scalar/10", 4.0)))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param("  \n", "is empty", id="blank"),
        pytest.param(GOOD[:-4], "line 1, column", id="cut off"),
        pytest.param("{\n  'a': 1}", "line 2, column 3: broken JSON", id="single quotes"),
        pytest.param(b'{"context": "\xff"}', "byte 13: is not UTF-8", id="not utf-8"),
        pytest.param("[]", "/: is [], should be object", id="array"),
        pytest.param('{"context": {}}', "/: lacks benchmarks", id="no benchmarks"),
        pytest.param('{"context": [], "benchmarks": []}', "/context: is []", id="bad context"),
        pytest.param(
            GOOD.replace('"real_time": 4.0', '"real_time": NaN'),
            "/benchmarks/0/real_time: a number that is not finite",
            id="nan",
        ),
        pytest.param(
            GOOD.replace('"real_time": 4.0', '"real_time": 1e999'),
            "/benchmarks/0/real_time: a number that is not finite",
            id="overflow",
        ),
        pytest.param(
            GOOD.replace('"real_time": 4.0', '"real_time": 1' + "0" * 400),
            "/benchmarks/0/real_time: a number that is not finite",
            id="huge integer",
        ),
        pytest.param(
            GOOD.replace('"real_time": 4.0', '"real_time": 1' + "0" * 5000), "cannot be read", id="digits"
        ),
        pytest.param(
            GOOD.replace('"real_time": 4.0', '"real_time": "4"'),
            '/benchmarks/0/real_time: is "4", should be number or null',
            id="text for a number",
        ),
        pytest.param(
            GOOD.replace('"real_time": 4.0', '"real_time": -1'),
            "/benchmarks/0/real_time: is -1, should be at least 0",
            id="negative time",
        ),
        pytest.param(
            GOOD.replace('"threads": 1', '"real_time": 5, "threads": 1'),
            '/benchmarks/0: member "real_time" is given twice',
            id="twice",
        ),
        pytest.param(
            GOOD.replace('"name": "kernel/camel/scalar/10"', '"title": 1', 1), "lacks name", id="no name"
        ),
        pytest.param(
            GOOD.replace('"time_unit": "ns"', '"time_unit": "fortnight"'),
            '/benchmarks/0/time_unit: is "fortnight", should be "ns"',
            id="unit",
        ),
        pytest.param(
            GOOD.replace('"threads": 1', '"error_occurred": true'), "lacks error_message", id="silent error"
        ),
        pytest.param(
            GOOD.replace('"threads": 1', '"distribution_ns": [[2, 1]]'),
            "/benchmarks/0/distribution_ns/0/0: is 2, should be at most 1",
            id="quantile",
        ),
        pytest.param(
            GOOD.replace('"threads": 1', '"unavailable": {"a/b~c": 7}'),
            "/benchmarks/0/unavailable/a~1b~0c: is 7, should be string",
            id="pointer escapes",
        ),
        pytest.param("[" * 100_000, "nested too deeply", id="deep"),
    ],
)
def test_a_bad_file_gets_one_clear_line(
    content: str | bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, content)
    out = tmp_path / "out"
    assert cli.main(["report", str(path), "--out", str(out)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert str(path) in captured.err
    assert told in captured.err
    assert not out.exists()


def test_a_bad_source_file_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, GOOD)
    (tmp_path / "source.json").write_text('{"core_lines": "many"}')
    assert cli.main(["report", str(path)]) == 1
    assert "source.json: /core_lines" in capsys.readouterr().err
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["results.json", "source.json"]


def test_missing_files_and_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["table", str(tmp_path / "none.json")]) == 1
    assert "no such file" in capsys.readouterr().err
    assert cli.main(["table", str(tmp_path)]) == 1
    assert "holds no results.json" in capsys.readouterr().err
    for arguments in ([], ["report"], ["frobnicate", "x"], ["table", "x", "--nonsense"]):
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        assert caught.value.code == 2


def test_validate(results_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["validate", str(results_path)]) == 0
    assert "valid" in capsys.readouterr().out


def test_unknown_members_are_allowed(tmp_path: Path) -> None:
    document = copy.deepcopy(minimal(synthetic.entry("kernel/camel/scalar/10", 4.0)))
    document["later"] = {"anything": [1, 2]}
    document["benchmarks"][0]["trend"] = {"x": []}
    document["context"]["picks"] = [None, {"a": 1}]
    assert results.load(write(tmp_path, json.dumps(document))).benchmarks
