"""Several machines in one database: compared by ratios only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import synthetic
from histories import put
from test_page import Tables

from rowcast_reports import cli
from rowcast_reports.fleet import overview
from rowcast_reports.fleet.overview import Fleet
from rowcast_reports.history import importer, incoming
from rowcast_reports.history.database import Database
from rowcast_reports.history.importer import Task
from rowcast_reports.history.store import Selection

SETTING = "medium/compact/all"


def run(host: str, ratios: dict[str, float], *, run_id: str, scale: float = 1.0, day: int = 1) -> dict[str, Any]:
    """One setting on one machine: `scale` is how fast the machine is."""
    cells = [
        synthetic.entry(f"pipeline/{SETTING}/scalar", 1000.0 / scale, bytes_per_second=1e9 * scale),
        synthetic.entry("kernel/camel/scalar/50", 100.0 / scale),
        synthetic.entry("kernel/camel/avx2/50", 25.0 / scale),
    ]
    for name, ratio in ratios.items():
        cells.append(
            synthetic.entry(f"pipeline/{SETTING}/{name}", 1000.0 * ratio / scale, bytes_per_second=1e9 * scale / ratio)
        )
        cells.append(
            synthetic.entry(
                f"ratio/{SETTING}/{name}", 1.0, label="baseline=scalar", launches=7, pairs=1400, ratio=ratio,
                ratio_low=ratio * 0.99, ratio_high=ratio * 1.01, ratio_coverage=0.984,
            )
        )  # fmt: skip
    context = synthetic.context(
        host_name=host, cpu_model=f"Chip {host}", run_id=run_id, date=f"2001-01-{day:02d}T00:00:00+00:00"
    )
    return {"context": context, "benchmarks": cells}


@pytest.fixture
def fleet_url(url: str, tmp_path: Path) -> str:
    database = Database(url)
    put(database, tmp_path, run("a", {"avx2": 0.5, "avx512": 0.2}, run_id="old"))
    put(database, tmp_path, run("a", {"avx2": 0.25, "nlohmann": 10.0, "peer-memcpy": 0.01}, run_id="new", day=2))
    put(database, tmp_path, run("b", {"avx2": 0.25, "avx512": 0.24}, run_id="b", scale=100.0))
    database.close()
    return url


def collected(url: str, **narrowed: Any) -> Fleet:
    return overview.collect(Database(url), Selection(**narrowed))


def test_a_machine_that_does_everything_faster_looks_like_the_others(fleet_url: str) -> None:
    lines = {str(line.place): line for line in collected(fleet_url).lines}
    assert lines[f"{SETTING}/avx2"].spread == (4.0, 4.0, 4.0)
    assert lines["kernel/camel/50/avx2"].spread == pytest.approx((4.0, 4.0, 4.0))


def test_of_each_cell_the_last_run_on_the_machine_counts(fleet_url: str) -> None:
    fleet = collected(fleet_url)
    assert [[r.number for r in member.runs] for member in fleet.members] == [[1, 2], [3]]
    lines = {str(line.place): line.points for line in fleet.lines}
    assert lines[f"{SETTING}/avx2"][1].run.number == 2
    # What only the earlier run measured is still known.
    assert lines[f"{SETTING}/avx512"][1].run.number == 1
    assert lines[f"{SETTING}/avx512"][1].speed.figure.value == 5.0
    assert set(lines[f"{SETTING}/nlohmann"]) == {1}


def test_the_fastest_that_may_ship_is_named_for_each_machine(fleet_url: str) -> None:
    best = {best.machine: best for best in collected(fleet_url).best}
    assert best[1].implementation == best[2].implementation == "avx512"
    assert best[1].lead.value == pytest.approx(1.25)
    # 0.25 and 0.24, with a percent each way, are apart.
    assert best[2].clear


def test_a_lead_over_what_another_run_measured_is_not_clear(url: str, tmp_path: Path) -> None:
    database = Database(url)
    put(database, tmp_path, run("a", {"avx2": 0.5, "avx512": 0.2}, run_id="old"))
    (best,) = overview.collect(database, Selection()).best
    assert (best.implementation, best.same_run, best.clear) == ("avx512", True, True)
    put(database, tmp_path, run("a", {"avx2": 0.5}, run_id="new", day=2))
    (best,) = overview.collect(database, Selection()).best
    assert best.lead.value == pytest.approx(2.5)
    assert (best.implementation, best.same_run, best.clear) == ("avx512", False, False)
    (told,) = overview.document(overview.collect(database, Selection()))["fastest"]
    assert (told["same_run"], told["clear"]) == (False, False)


def test_scalar_is_the_fastest_where_nothing_is_faster(url: str, tmp_path: Path) -> None:
    database = Database(url)
    put(database, tmp_path, run("a", {"avx2": 1.5}, run_id="a"))
    put(database, tmp_path, run("b", {"avx2": 0.995}, run_id="b"))
    slow, even = overview.collect(database, Selection()).best
    assert (slow.implementation, slow.clear) == ("scalar", True)
    assert (even.implementation, even.clear) == ("avx2", False)


def test_an_attempt_that_was_done_again_does_not_count(url: str, tmp_path: Path) -> None:
    database = Database(url)
    for attempt, (host, ratio) in enumerate((("a", 0.1), ("b", 0.5))):
        path = tmp_path / "results.json"
        path.write_text(json.dumps(run(host, {"avx2": ratio}, run_id=host)))
        importer.merge(database, incoming.load(path), Task("fleet/0", attempt))
    fleet = overview.collect(database, Selection())
    assert [member.machine.cpu_model for member in fleet.members] == ["Chip b"]


def test_the_table(fleet_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fleet", "--database", fleet_url]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("1: Chip a (") and out[1].startswith("2: Chip b (")
    (line,) = (line for line in out if line.startswith(f"{SETTING}/avx512"))
    assert line.split() == [
        f"{SETTING}/avx512", "5.00", "[4.95,", "5.05]", "4.17", "[4.13,", "4.21]", "4.17", "4.58", "5.00",
    ]  # fmt: skip
    (line,) = (line for line in out if line.startswith(f"{SETTING}/nlohmann"))
    assert " - " in line


def test_json(fleet_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fleet", "--database", fleet_url, "--json", "--cell", "avx512$"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["relative_to"] == "scalar"
    (cell,) = told["cells"]
    assert (cell["least"], cell["greatest"]) == (pytest.approx(1 / 0.24), 5.0)
    assert {number: figure["value"] for number, figure in cell["machines"].items()} == {
        "1": 5.0,
        "2": pytest.approx(1 / 0.24),
    }
    assert [best["implementation"] for best in told["fastest"]] == ["avx512", "avx512"]


def test_the_page(fleet_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert cli.main(["fleet", "--database", fleet_url, "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out / "fleet.html")
    text = (out / "fleet.html").read_text("utf-8")
    tables = Tables(text).tables
    assert len(tables["machines"]) == 2
    (fastest,) = tables["fastest"]
    assert [cell[1] for cell in fastest] == [SETTING, "avx512", "avx512"]
    speeds = {(row[0][0], row[1][0]): [value for _, value in row[2:]] for row in tables["speeds"]}
    assert speeds[SETTING, "avx512"] == [repr(v) for v in (5.0, 1 / 0.24, 1 / 0.24, (5 + 1 / 0.24) / 2, 5.0)]
    assert speeds[SETTING, "nlohmann"] == ["0.1", None, "0.1", "0.1", "0.1"]
    (plot,) = json.loads((out / "plots" / "fleet.json").read_text())["plots"]
    assert "avx512 5.00× and 4.17×" in plot["description"]
    assert "memcpy" not in plot["description"], "a roof would squeeze the rest"


def test_a_database_without_such_runs(
    sqlite_url: str, fleet_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["fleet", "--database", fleet_url, "--machine", "no such chip"]) == 1
    assert "no run of the benchmark program that was asked for" in capsys.readouterr().err
    assert cli.main(["fleet", "--database", sqlite_url]) == 1
    assert "there is no history yet" in capsys.readouterr().err
