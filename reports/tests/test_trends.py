"""Speeds relative to scalar, trends, two runs side by side, and the pages that show them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import synthetic
from databases import Databases
from histories import document, put, with_ratio
from test_history import GATE
from test_page import Tables

from rowcast_reports import cli
from rowcast_reports.history import changes, comparison, importer, incoming, speeds, store, trends
from rowcast_reports.history.comparison import Finding, judge
from rowcast_reports.history.database import Database
from rowcast_reports.history.importer import Task
from rowcast_reports.history.incoming import Figure
from rowcast_reports.history.speeds import Place
from rowcast_reports.history.store import Measured, Selection
from rowcast_reports.standings import Method
from rowcast_reports.statistics import Interval

SETTING = "medium/compact/all"
AVX2 = Place(SETTING, "avx2")


def measured(name: str, baseline: str | None = None, error: str | None = None, **figures: Any) -> Measured:
    known = {key: value if isinstance(value, Figure) else Figure(value) for key, value in figures.items()}
    return Measured(name, baseline, None, error, known, ())


def speeds_of(*cells: Measured) -> dict[Place, speeds.Speed]:
    return speeds.of_run({cell.cell: cell for cell in cells})


def ratio(implementation: str, value: float, baseline: str = "scalar", coverage: float | None = 0.984) -> Measured:
    return measured(
        f"ratio/{SETTING}/{implementation}",
        baseline,
        ratio=Figure(value, value * 0.98, value * 1.02, coverage),
    )


def throughput(implementation: str, value: float) -> Measured:
    return measured(f"pipeline/{SETTING}/{implementation}", bytes_per_second=value)


# Speeds.


def test_a_paired_ratio_comes_before_a_division() -> None:
    found = speeds_of(throughput("scalar", 1e9), throughput("avx2", 3e9), ratio("avx2", 0.25))
    assert found.keys() == {AVX2}
    speed = found[AVX2]
    assert speed.method is Method.PAIRED
    assert speed.figure.value == 4.0
    assert (speed.figure.low, speed.figure.high) == (pytest.approx(4 / 1.02), pytest.approx(4 / 0.98))
    assert speed.figure.coverage == 0.984


def test_without_a_pair_the_throughputs_are_divided_and_there_is_no_interval() -> None:
    found = speeds_of(throughput("scalar", 1e9), throughput("avx2", 3e9))
    assert found == {AVX2: speeds.Speed(Interval(3.0), Method.DIVISION)}


def test_pairs_with_another_baseline_are_divided_if_scalar_has_one_too() -> None:
    found = speeds_of(ratio("avx2", 0.1, "nlohmann"), ratio("scalar", 0.4, "nlohmann"))
    assert found[AVX2].method is Method.PAIRED_QUOTIENT
    assert found[AVX2].figure.value == pytest.approx(4.0)
    assert found[AVX2].figure.coverage == pytest.approx(0.968)
    assert found[Place(SETTING, "nlohmann")].figure.value == pytest.approx(0.4)
    assert found[Place(SETTING, "nlohmann")].method is Method.PAIRED
    assert speeds_of(ratio("avx2", 0.1, "nlohmann")) == {}


def test_without_scalar_or_with_a_failure_there_is_no_speed() -> None:
    assert speeds_of(throughput("avx2", 3e9)) == {}
    failed = measured(f"pipeline/{SETTING}/avx2", error="differs", bytes_per_second=3e9)
    assert speeds_of(throughput("scalar", 1e9), failed) == {}


def test_kernels_and_sweeps_go_by_time() -> None:
    found = speeds_of(
        measured("kernel/camel/scalar/50", time_ns=40.0, bytes_per_second=1.0),
        measured("kernel/camel/avx2/50", time_ns=10.0),
        measured(f"sweep/{SETTING}/scalar/10", time_ns=9.0),
        measured(f"sweep/{SETTING}/avx2/10", time_ns=3.0),
    )
    assert {str(place): speed.figure.value for place, speed in found.items()} == {
        "kernel/camel/50/avx2": 4.0,
        f"sweep/{SETTING}/10/avx2": 3.0,
    }


def test_the_coverage_of_a_range_is_known_from_its_launches() -> None:
    cell = measured(f"ratio/{SETTING}/avx2", "scalar", ratio=Figure(0.5, 0.4, 0.6), launches=7.0)
    assert speeds_of(cell)[AVX2].figure.coverage == pytest.approx(1 - 2**-6)


# Two runs.


@pytest.mark.parametrize(
    ("low", "value", "high", "coverage", "finding"),
    [
        (1.03, 1.04, 1.05, 0.969, Finding.FASTER),
        (0.95, 0.96, 0.97, 0.969, Finding.SLOWER),
        (0.985, 1.0, 1.015, 0.969, Finding.SAME),
        (1.001, 1.01, 1.015, 0.969, Finding.SAME),
        (1.001, 1.015, 1.03, 0.969, Finding.UNCLEAR),
        (0.97, 1.0, 1.03, 0.969, Finding.UNCLEAR),
        (0.99, 1.05, 1.1, 0.969, Finding.UNCLEAR),
        (1.03, 1.04, 1.05, 0.94, Finding.UNCLEAR),
        (1.03, 1.04, 1.05, None, Finding.UNCLEAR),
        (None, 1.5, None, None, Finding.UNCLEAR),
    ],
)
def test_findings(
    low: float | None, value: float, high: float | None, coverage: float | None, finding: Finding
) -> None:
    assert judge(Interval(value, low, high, coverage)) is finding


@pytest.fixture(scope="module")
def filled(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Sixteen runs on one machine, avx2 5 % slower from the tenth on; three on another, which is a
    hundred times as fast in everything."""
    url, tmp_path = all_databases.make("sqlite"), tmp_path_factory.mktemp("filled")
    database = Database(url)
    for day in range(1, 17):
        made = document(f"a{day}", day, commit=f"{day:02d}" + "a" * 38, seed=1)
        wobble = 1 + 0.002 * ((day * 7) % 5 - 2)
        put(database, tmp_path, with_ratio(made, "avx2", wobble * (1.05 if day >= 10 else 1.0)))
    for day in range(1, 4):
        made = document(f"b{day}", day, commit=f"{day:02d}" + "b" * 38, host_name="b", cpu_model="Fast Chip")
        for cell in made["benchmarks"]:
            for name in ("bytes_per_second", "requests_per_second"):
                if cell.get(name):
                    cell[name] *= 100
            cell["real_time"] /= 100
        put(database, tmp_path, made)
    database.close()
    return url


def test_a_change_is_found_in_the_cells_that_have_it(filled: str) -> None:
    series = trends.collect(Database(filled), Selection(), re.compile("^(tiny|medium)/"))
    assert {len(one.points) for one in series} == {16, 3}
    changed = {str(one.place) for one in series if one.changes}
    expected = {str(one.place) for one in series if one.place.implementation == "avx2" and len(one.points) == 16}
    assert changed == expected and len(expected) == 8
    for one in series:
        for change in one.changes:
            assert one.points[change.at].run.commit.startswith("10")
            assert change.ratio == pytest.approx(1 / 1.05, abs=0.004)
            assert change.chance <= changes.LEVEL


def test_machines_are_told_apart_and_never_mixed(filled: str) -> None:
    series = trends.collect(Database(filled), Selection())
    for one in series:
        assert {point.run.machine.number for point in one.points} == {one.machine.number}
    by_machine = {
        one.machine.cpu_model: one.points[-1].speed.figure.value
        for one in series
        if str(one.place) == "medium/compact/all/avx2"
    }
    # A machine that does everything a hundred times as fast stands where the other does.
    assert by_machine["Fast Chip"] == pytest.approx(by_machine["Synthetic Processor 9000"], rel=0.2)


def test_the_ratio_of_ratios_has_the_interval_that_both_allow(filled: str) -> None:
    database = Database(filled)
    before, after = store.find(database, "9"), store.find(database, "10")
    found = comparison.compare(database, before, after)
    cells = {str(cell.place): cell for cell in found.cells}
    cell = cells["medium/compact/all/avx2"]
    a, b = cell.before.figure, cell.after.figure
    assert cell.change.value == pytest.approx(b.value / a.value)
    assert a.low and a.high and b.low and b.high
    assert (cell.change.low, cell.change.high) == (pytest.approx(b.low / a.high), pytest.approx(b.high / a.low))
    assert cell.change.coverage == pytest.approx(1 - 2 * 2**-6)
    assert cells["medium/compact/all/nlohmann"].finding in (Finding.SAME, Finding.UNCLEAR)
    assert cells["kernel/camel/50/avx2"].finding is Finding.UNCLEAR, "there is no interval"
    assert found.same_machine and not found.counts and found.counted > 10
    assert [d.name for d in found.differences] == ["commit"]


def test_counts_of_allocations_are_compared_exactly(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    first = document("first")
    second = document("second", 2)
    changed = next(cell for cell in second["benchmarks"] if cell["name"] == "pipeline/tiny/compact/all/avx2")
    changed["allocs"] += 1
    a, b = put(database, tmp_path, first), put(database, tmp_path, second)
    found = comparison.compare(database, store.find(database, str(a)), store.find(database, str(b)))
    (count,) = found.counts
    assert (count.cell, count.metric, count.after - count.before) == (changed["name"], "allocs", 1.0)


def test_the_run_before_is_the_last_one_on_that_machine(filled: str) -> None:
    database = Database(filled)
    run = store.find(database, "16")
    before = comparison.previous(database, run)
    assert before is not None and before.number == 15
    assert comparison.previous(database, store.find(database, "17")) is None
    assert store.find(database, "latest").number == 16
    assert store.find(database, run.key[:12]) == run


def without_ratios(made: dict[str, Any]) -> dict[str, Any]:
    kept = [cell for cell in made["benchmarks"] if not cell["name"].startswith("ratio/")]
    return {**made, "benchmarks": kept}


@pytest.mark.parametrize("last", [Method.PAIRED, Method.DIVISION])
def test_another_method_is_no_change(last: Method, sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    for day in range(1, 17):
        made = with_ratio(document(f"a{day}", day), "avx2", 1.5)  # the quotient's level is another one
        put(database, tmp_path, made if (day >= 9) == (last is Method.PAIRED) else without_ratios(made))
    (series,) = trends.collect(database, Selection(), re.compile("^medium/compact/all/avx2$"))
    assert {point.speed.method for point in series.points} == {Method.PAIRED, Method.DIVISION}
    assert series.changes == ()
    assert len(series.searched) == 8


def test_changes_among_paired_ratios_are_found_between_runs_without_any(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    for day in range(1, 25):
        made = with_ratio(document(f"a{day}", day, seed=1), "avx2", 1.2 if day >= 13 else 1.0)
        put(database, tmp_path, without_ratios(made) if day % 6 == 0 else made)
    (series,) = trends.collect(database, Selection(), re.compile("^medium/compact/all/avx2$"))
    (change,) = series.changes
    assert series.points[change.at].run.number == 13
    (told,) = trends.document([series])["series"]
    assert told["searched_by"] == "paired"
    assert told["changes"][0]["run"] == 13


def test_a_series_of_quotients_is_searched_too(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    for day in range(1, 17):
        made = without_ratios(document(f"a{day}", day, seed=1))
        for cell in made["benchmarks"]:
            if cell["name"] == f"pipeline/{SETTING}/avx2" and day >= 9:
                cell["bytes_per_second"] *= 1.5
        put(database, tmp_path, made)
    (series,) = trends.collect(database, Selection(), re.compile(f"^{SETTING}/avx2$"))
    assert [series.points[change.at].run.number for change in series.changes] == [9]


def test_the_latest_is_a_run_that_can_be_compared(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    put(database, tmp_path, document("first", 1))
    path = tmp_path / "results.json"
    for attempt, day in ((1, 2), (0, 3)):  # the attempt that died has the later clock
        path.write_text(json.dumps(document(f"attempt {attempt}", day)))
        importer.merge(database, incoming.load(path), Task("fleet/0", attempt))
    path.write_text(json.dumps({**GATE, "environment": synthetic.context(date="2001-02-01T00:00:00+00:00")}))
    importer.merge(database, incoming.load(path))
    found = store.find(database, "latest")
    assert (found.kind, found.attempt, found.superseded) == ("bench", 1, False)


# The command line and the pages.


def test_compare_prints_what_it_finds(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["history", "compare", "8", "16", "--database", filled, "--cell", "^medium/compact/all/avx2$"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"medium/compact/all/avx2 .* 0\.9\d+ .* 96\.9 % +(slower|unclear)", out)
    assert "Of 1 cells in both runs" in out
    assert cli.main(["history", "compare", "8", "18", "--database", filled, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["relative_to"] == "scalar"
    assert {cell["finding"] for cell in told["cells"]} <= {finding.value for finding in Finding}
    assert {difference["name"] for difference in told["environment_differs"]} == {"commit", "cpu_model"}


@pytest.mark.parametrize(
    ("run", "code", "told"),
    [("99", 1, "no run 99"), ("abcdef", 1, "no run abcdef"), ("first", 2, "'first' is no run")],
)
def test_a_run_that_is_not_there(
    run: str, code: int, told: str, filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["history", "compare", "1", run, "--database", filled]) == code
    assert told in capsys.readouterr().err


def test_a_broken_expression_is_a_usage_error(filled: str) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["history", "trends", "--cell", "(", "--database", filled])
    assert caught.value.code == 2


def test_trends_as_json(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["history", "trends", "--json", "--database", filled, "--cell", "^medium/compact/all/avx2$"]
    assert cli.main([*arguments, "--machine", "synthetic"]) == 0
    told = json.loads(capsys.readouterr().out)
    (series,) = told["series"]
    assert [point["run"] for point in series["points"]] == list(range(1, 17))
    assert [change["at"] for change in series["changes"]] == [9]
    assert series["changes"][0]["commit"].startswith("10")


def test_the_report_links_to_the_pages_beside_it(pages: Path) -> None:
    report = (pages / "report.html").read_text("utf-8")
    for name in ("trends.html", "compare.html"):
        assert f'href="{name}"' in report
        assert 'href="report.html"' in (pages / name).read_text("utf-8")


def test_the_trends_page_tells_the_changes(pages: Path) -> None:
    text = (pages / "trends.html").read_text("utf-8")
    tables = Tables(text).tables
    rows = tables["changes"]
    assert len(rows) == 8
    assert {row[1][0] for row in rows} == {"avx2"}
    assert {row[3][0] for row in rows} == {"10aaaaaaaa+"}
    assert all(float(row[7][1] or 0) == pytest.approx(1 / 1.2) for row in rows)
    assert "about" in text and "would have one if nothing had changed" in text
    assert text.count("<figure") == 8 + 1, "of this machine only"
    assert "newest 50 runs at most" in text
    latest = {(row[0][0], row[1][0]): row[3][1] for row in tables["latest"]}
    assert float(latest["<b>/compact/all", "$x$"] or 0) == 2.0


def test_trends_of_every_machine(filled: str, tmp_path: Path) -> None:
    assert cli.main(["history", "trends", "--database", filled, "--out", str(tmp_path), "--cell", "^tiny/"]) == 0
    text = (tmp_path / "trends.html").read_text("utf-8")
    assert text.count("<figure") == 4 + 4
    assert re.findall(r"<h3>(.*?) \(", text) == ["Synthetic Processor 9000", "Fast Chip"]


def test_of_many_runs_the_newest_are_looked_at(filled: str) -> None:
    series = trends.collect(Database(filled), Selection(machine="synthetic"), re.compile("^tiny/"), newest=5)
    assert {tuple(point.run.number for point in one.points) for one in series} == {(12, 13, 14, 15, 16)}


def test_the_comparison_page_shows_this_run_and_the_one_before(pages: Path) -> None:
    text = (pages / "compare.html").read_text("utf-8")
    assert "before: run 16 of 2001-01-16" in text and "after: run 18 of 2001-01-18" in text
    rows = {(row[0][0], row[1][0]): row for row in Tables(text).tables["compared"]}
    assert float(rows["medium/compact/all", "avx2"][4][1] or 0) == 1.0
    assert rows["medium/compact/all", "avx2"][8][0] in ("same", "unclear")
    assert "All " in text and "counts of allocations are equal" in text


def test_the_pages_hold_themselves_together(pages: Path) -> None:
    for name in ("trends", "compare", "fleet", "report"):
        text = (pages / f"{name}.html").read_text("utf-8")
        assert text.count("<script") == 1 and "<script>alert" not in text
        assert "<img src" not in text and "<b>/" not in text
        assert not re.search(r"https?://(?!www\.w3\.org/)", text)
        assert "/nowhere/" not in text and "synthetic-host" not in (text if name != "report" else "")
        identifiers = re.findall(r'\bid="([^"]+)"', text)
        assert len(identifiers) == len(set(identifiers))
        links = re.findall(r'href="#([^"]+)"', text)
        assert set(links) <= set(identifiers)
    for name in ("trends", "compare", "fleet"):
        index = json.loads((pages / "plots" / f"{name}.json").read_text())
        assert index["plots"]
        for plot in index["plots"]:
            assert all((pages / "plots" / file).stat().st_size for file in plot["files"])


def test_the_first_run_has_nothing_to_stand_next_to(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = synthetic.write(tmp_path, document("only"), source=False)
    arguments = ["report", str(path), "--history", "--database", sqlite_url]
    assert cli.main(["history", "migrate", "--database", sqlite_url]) == 0
    assert cli.main(arguments) == 1
    assert "this run is not in it" in capsys.readouterr().err
    assert cli.main(["history", "import", str(path), "--database", sqlite_url]) == 0
    assert cli.main(arguments) == 0
    assert "There is nothing to compare with yet" in (tmp_path / "compare.html").read_text("utf-8")


def test_an_empty_history_makes_sentences(sqlite_url: str, tmp_path: Path) -> None:
    assert cli.main(["history", "migrate", "--database", sqlite_url]) == 0
    assert cli.main(["history", "trends", "--database", sqlite_url, "--out", str(tmp_path)]) == 0
    text = (tmp_path / "trends.html").read_text("utf-8")
    assert "No change of level" in text and "<svg" not in text.split("<main>")[1]
