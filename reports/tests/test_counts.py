"""Instructions counted beside the result file: joined to its cells, each with its source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import synthetic

from rowcast_reports import page, results, writer
from rowcast_reports.errors import InputError

COMMIT = synthetic.context()["commit"]
CELL = "pipeline/small/compact/all/avx2"


def value(number: float | None, source: str = "", reason: str = "") -> dict[str, Any]:
    return {"value": number, "source": source or None, "reason": reason or None}


def count(implementation: str = "avx2", **changes: object) -> dict[str, Any]:
    return {
        "format": "rowcast-count/1",
        "implementation": implementation,
        "workload": "small",
        "layout": "compact",
        "scenario": "all",
        "input_bytes": 1000,
        "instructions": value(12500, "callgrind"),
        "instructions_per_byte": value(12.5, "callgrind"),
        "allocations": value(0, "interposed malloc"),
        "build": {"commit": COMMIT},
        **changes,
    }


def write(folder: Path, *counts: dict[str, Any], tail: str = "") -> Path:
    path = synthetic.write(folder, synthetic.results(workloads=("small",)), source=False)
    lines = "".join(json.dumps(each) + "\n" for each in counts)
    (folder / "counts.jsonl").write_text(lines + tail)
    return path


def test_what_was_counted_stands_in_for_the_hardware_and_names_its_source(tmp_path: Path) -> None:
    without = results.load(write(tmp_path)).by_name[CELL]
    assert without.value("instructions_per_byte") is None
    cell = results.load(write(tmp_path, count())).by_name[CELL]
    assert cell.value("instructions_per_byte") == 12.5
    assert cell.sources["instructions_per_byte"] == "callgrind"
    assert cell.value("bytes_per_second") == without.value("bytes_per_second")


def test_a_count_of_the_hardware_is_not_replaced(tmp_path: Path) -> None:
    document = synthetic.results(workloads=("small",))
    for entry in document["benchmarks"]:
        if entry["name"] == CELL:
            entry["instructions_per_byte"] = 7.0
    write(tmp_path, count())
    (tmp_path / "results.json").write_text(json.dumps(document))
    cell = results.load(tmp_path).by_name[CELL]
    assert cell.value("instructions_per_byte") == 7.0
    assert "instructions_per_byte" not in cell.sources


def test_no_count_is_the_counts_reason(tmp_path: Path) -> None:
    reason = "papi: none; callgrind: no valgrind; step: too large"
    missing = value(None, reason=reason)
    path = write(tmp_path, count(instructions=missing, instructions_per_byte=missing))
    cell = results.load(path).by_name[CELL]
    assert cell.value("instructions_per_byte") is None
    assert cell.reason("instructions_per_byte") == reason


def test_the_page_shows_them_beside_the_throughput(tmp_path: Path) -> None:
    path = write(tmp_path, count(), count("avx512", instructions_per_byte=value(6.25, "step")))
    text = writer.write(page.build(results.load(path), tmp_path), tmp_path).read_text("utf-8")
    throughput = text[text.index('id="table-throughput"') :]
    throughput = throughput[: throughput.index("</table>")]
    for figure, source in (("12.5", "callgrind"), ("6.25", "step")):
        cell = throughput[throughput.index(f'data-value="{figure}"') :]
        assert source in cell[: cell.index("</td>")]
    assert "Instructions per byte of input" in text


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, count(), tail='{"format": "rowc')
    assert results.load(path).by_name[CELL].value("instructions_per_byte") == 12.5


@pytest.mark.parametrize(
    ("counts", "fault"),
    [
        (count(build={"commit": "another"}), "line 1: counts the build of another"),
        (count(format="rowcast-count/2"), "line 1, /format: is"),
        (count(instructions_per_byte=value(-1, "step")), "line 1, /instructions_per_byte"),
        (count(instructions_per_byte=value(1)), "line 1, /instructions_per_byte"),
        (count(instructions_per_byte=value(None)), "line 1, /instructions_per_byte"),
        ({"format": "rowcast-count/1"}, "line 1, /: lacks"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(
    tmp_path: Path, counts: dict[str, Any], fault: str
) -> None:
    with pytest.raises(InputError, match="counts.jsonl") as error:
        results.load(write(tmp_path, counts))
    assert fault in str(error.value)


def test_broken_json_is_refused_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 2, column 2: broken JSON"):
        results.load(write(tmp_path, count(), tail="{x}\n"))
