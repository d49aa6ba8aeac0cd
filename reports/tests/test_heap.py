"""Heap profiles and compared allocators beside the results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import synthetic

from rowcast_reports import heap, page, results, writer
from rowcast_reports.errors import InputError


CONTEXT = synthetic.context()
BUILD = {"commit": CONTEXT["commit"], "dirty": CONTEXT["dirty"]}


def profile(**changes: object) -> dict[str, Any]:
    return {
        "format": "rowcast-heap/1",
        "build": BUILD,
        "implementation": "nlohmann",
        "workload": "small",
        "layout": "compact",
        "scenario": "all",
        "requests": 50,
        "per_request": {
            "allocations": {"heaptrack": 122, "harness": 122},
            "allocation_bytes": {"heaptrack": 2645, "harness": 2645},
        },
        "agrees": True,
        "allocations": 13262,
        "bytes": 582249,
        "peak_bytes": 162959,
        "left_bytes": 0,
        "leaks": [],
        "top_sites": [
            {"allocations": 1144, "per_request": 11, "stack": ["open<T>", "rowcast::Checker::open"]}
        ],
        **changes,
    }


def allocators(**changes: object) -> dict[str, Any]:
    return {
        "format": "rowcast-allocators/1",
        "build": BUILD,
        "baseline": "glibc",
        "rounds": 7,
        "coverage": 0.984375,
        "missing": ["mimalloc"],
        "compared": [
            {
                "implementation": "nlohmann",
                "workload": "small",
                "layout": "compact",
                "scenario": "all",
                "allocations": 122,
                "allocators": [
                    {"name": "glibc", "ns": 14000, "ratio": 1, "ratio_low": 1, "ratio_high": 1},
                    {"name": "jemalloc", "ns": 13000, "ratio": 0.93, "ratio_low": 0.91, "ratio_high": 0.95},
                ],
            }
        ],
        "allocate_nothing": [],
        **changes,
    }


def write(folder: Path, **files: dict[str, Any]) -> Path:
    path = synthetic.write(folder, synthetic.results(workloads=("small",)), source=False)
    (folder / "heap").mkdir()
    for name, document in files.items():
        (folder / "heap" / f"{name}.json").write_text(json.dumps(document))
    return path


def text_of(path: Path) -> str:
    return writer.write(page.build(results.load(path), path.parent), path.parent).read_text("utf-8")


def table(text: str, name: str) -> str:
    begin = text.index(f'id="table-{name}"')
    return text[begin : text.index("</table>", begin)]


def test_a_run_without_them_says_nothing_of_them(tmp_path: Path) -> None:
    text = text_of(write(tmp_path))
    assert "Heap profiles" not in text
    assert "table-allocators" not in text


def test_both_counts_stand_beside_each_other(tmp_path: Path) -> None:
    text = text_of(write(tmp_path, first=profile()))
    assert table(text, "heap").count('data-value="122.0"') == 2
    assert table(text, "heap").count('data-value="2645.0"') == 2
    for figure in (13262, 582249, 162959):
        assert f'data-value="{figure}.0"' in table(text, "heap")
    assert "open&lt;T&gt; ← rowcast::Checker::open" in table(text, "heap-sites")
    assert "Nothing was left unfreed" in text


def test_a_disagreement_and_a_leak_are_told(tmp_path: Path) -> None:
    leak = {"times": 2, "bytes": 64, "ours": True, "stack": ["rowcast::leak", "main"]}
    text = text_of(write(tmp_path, first=profile(agrees=False, left_bytes=64, leaks=[leak])))
    assert ">NO<" in table(text, "heap")
    assert "never freed, asked for by us: rowcast::leak ← main" in text
    assert "Nothing was left unfreed" not in text


def test_allocators_are_shown_with_their_intervals(tmp_path: Path) -> None:
    text = text_of(write(tmp_path, allocators=allocators()))
    assert "0.930" in table(text, "allocators")
    assert "[0.9100, 0.9500]" in table(text, "allocators")
    assert "7 launches of each" in text
    assert "Not installed: mimalloc." in text


@pytest.mark.parametrize(
    ("build", "told"),
    [
        ({"commit": "another", "dirty": "true"}, "is of the build of another, not of this run"),
        ({"commit": CONTEXT["commit"], "dirty": "false"}, "is of that commit without changes, not"),
        (None, "is of a build that it does not name, not"),
    ],
)
def test_what_is_of_another_build_is_left_out_and_told(
    tmp_path: Path, build: dict[str, str] | None, told: str
) -> None:
    first, compared = profile(), allocators()
    for each in (first, compared):
        if build is None:
            del each["build"]
        else:
            each["build"] = build
    text = text_of(write(tmp_path, first=first, allocators=compared, own=profile(implementation="scalar")))
    for name in ("first", "allocators"):
        assert f"heap/{name}.json: {told}" in text
    assert "heap/own.json" not in text
    assert table(text, "heap").count("<tr") == 2
    assert "table-allocators" not in text


def test_results_that_do_not_name_their_build_take_any(tmp_path: Path) -> None:
    found = heap.load(write(tmp_path, first=profile()), results.Context({}))
    assert (len(found.profiles), found.left_out) == (1, ())


@pytest.mark.parametrize(
    ("name", "document", "fault"),
    [
        ("first", profile(format="rowcast-heap/2"), "/format: is"),
        ("first", profile(per_request={"allocations": {"heaptrack": 1, "harness": 1}}), "/per_request: lacks"),
        ("allocators", allocators(rounds=1), "/rounds: is 1"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, name: str, document: dict[str, Any], fault: str) -> None:
    with pytest.raises(InputError) as error:
        heap.load(write(tmp_path, **{name: document}), results.Context(CONTEXT))
    assert fault in str(error.value)
