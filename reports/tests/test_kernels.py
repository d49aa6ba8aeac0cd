"""The kernels beside each other: quotients and look-ups, from a run made for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import synthetic

from rowcast_reports import page, results
from rowcast_reports.page import Report
from rowcast_reports.tables import Table


def report(folder: Path, *cells: dict[str, Any]) -> Report:
    path = folder / "results.json"
    path.write_text(json.dumps({"context": {}, "benchmarks": list(cells)}), "utf-8")
    return page.build(results.load(path), folder)


def kernel(name: str, ns: float, **members: object) -> dict[str, Any]:
    return synthetic.entry(f"kernel/{name}", ns, **members)


def row(table: Table | None, *words: str) -> dict[str, object]:
    """The values of the row that starts with these words, by its columns' titles and units."""
    assert table is not None
    (found,) = (row for row in table.rows if tuple(cell.text for cell in row.cells[: len(words)]) == words)
    return {
        f"{column.title} {column.unit}".strip(): cell.value
        for column, cell in zip(table.columns, found.cells, strict=True)
    }


def test_a_kernel_is_divided_by_the_scalar_one_and_by_the_fastest_library(tmp_path: Path) -> None:
    made = report(
        tmp_path,
        kernel("utf8/scalar/64-ascii", 100.0),
        kernel("utf8/avx2/64-ascii", 20.0),
        kernel("utf8/libc/64-ascii", 80.0),
        kernel("utf8/peer-simdjson/64-ascii", 30.0),
        kernel("utf8/scalar/64-mixed", 1.0),
    )
    found = row(made.kernel_quotients, "utf8", "64-ascii")
    assert found["avx2 of scalar"] == 5.0
    assert found["avx2 of library"] == 1.5
    assert found["scalar of library"] == pytest.approx(0.3)
    assert found["Library"] == "peer-simdjson"
    assert made.kernel_quotients is not None
    assert len(made.kernel_quotients.rows) == 1, "nothing stands beside 64-mixed"


def test_medians_are_divided_where_there_are_any(tmp_path: Path) -> None:
    made = report(
        tmp_path,
        kernel("camel/scalar/50", 100.0, p50_ns=40.0),
        kernel("camel/avx2/50", 100.0, p50_ns=10.0),
    )
    assert row(made.kernel_quotients, "camel", "50")["avx2 of scalar"] == 4.0


def test_malloc_stands_beside_the_arena(tmp_path: Path) -> None:
    made = report(tmp_path, kernel("arena/scalar/64", 2.0), kernel("malloc/libc/64", 18.0))
    assert row(made.kernel_quotients, "arena", "64")["scalar of library"] == 9.0


def test_what_is_missing_or_failed_is_no_figure(tmp_path: Path) -> None:
    made = report(
        tmp_path,
        kernel("utf8/scalar/64", 100.0),
        kernel("utf8/avx2/64", 20.0),
        synthetic.failed("kernel/utf8/sse42/64", "differs"),
        kernel("lookup/scalar/20-hit", 2.0),
    )
    found = row(made.kernel_quotients, "utf8", "64")
    assert (found["sse42 of scalar"], found["avx2 of library"]) == (None, None)
    looked = row(made.lookups, "20", "lookup")
    assert (looked["Hit ns"], looked["Miss ns"], looked["Memory bytes"]) == (2.0, None, None)


def test_look_ups_stand_side_by_side_with_their_memory(tmp_path: Path) -> None:
    made = report(
        tmp_path,
        kernel("lookup-hash-map/std/20-hit", 13.0, memory_bytes=1200),
        kernel("lookup-hash-map/std/20-miss", 14.0, memory_bytes=1200),
        kernel("lookup/scalar/20-hit", 6.0, memory_bytes=1042),
        kernel("lookup/scalar/5-hit", 5.0, memory_bytes=307),
    )
    found = row(made.lookups, "20", "lookup-hash-map")
    assert (found["Hit ns"], found["Miss ns"], found["Memory bytes"]) == (13.0, 14.0, 1200.0)
    assert made.lookups is not None
    assert [r.cells[0].value for r in made.lookups.rows] == [5.0, 20.0, 20.0]
    assert made.kernel_quotients is None, "look-ups have a table of their own"


def test_bytes_are_drawn_by_their_number_and_look_ups_as_ways(tmp_path: Path) -> None:
    made = report(
        tmp_path,
        *(kernel(f"copy/libc/{size}", size / 10, bytes_per_second=1e10) for size in (8, 64)),
        *(kernel(f"lookup/scalar/{fields}-hit", 2.0) for fields in (5, 20)),
        *(kernel(f"lookup-perfect/scalar/{fields}-hit", 3.0) for fields in (5, 20)),
    )
    titles = {plot.title: plot.alt for plot in made.kernel_plots.plots}
    assert set(titles) == {"copy", "look-up, hit"}
    assert "per byte" in titles["copy"]
