"""The history's database: what goes in comes out, once, whoever writes at the same time."""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import synthetic
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from databases import start

from rowcast_reports import cli
from rowcast_reports.errors import DatabaseError
from rowcast_reports.gate import output, verdicts
from rowcast_reports.gate.builds import Build
from rowcast_reports.gate.measuring import Comparison
from rowcast_reports.history import follow, importer, incoming, migrate, schema, store
from rowcast_reports.history.database import Database
from rowcast_reports.history.importer import Outcome, Task
from rowcast_reports.history.store import Selection

Document = dict[str, Any]


def small(**changes: Any) -> Document:
    """A few cells of every kind, none of them failed."""
    document = synthetic.results(workloads=("tiny",), implementations=("scalar", "avx2"), **changes)
    kept = [
        cell
        for cell in document["benchmarks"]
        if "error_occurred" not in cell
        and (not cell["name"].startswith(("sweep/", "kernel/")) or cell["name"].startswith("kernel/camel/"))
    ]
    return {**document, "benchmarks": kept}


def written(folder: Path, document: Document, name: str = "results.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(document))
    return path


def lines(document: Document) -> list[str]:
    """As cells.jsonl has them."""
    entries = [{"context": document["context"]}, *document["benchmarks"]]
    return [json.dumps(entry) + "\n" for entry in entries]


def merge(database: Database, path: Path, task: Task | None = None) -> Outcome:
    return importer.merge(database, incoming.load(path), task)


def counts(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in schema.metadata.sorted_tables
        }


# What goes in comes out.


def test_every_figure_comes_out_as_it_went_in(url: str, tmp_path: Path) -> None:
    document = small()
    database = Database(url)
    merge(database, written(tmp_path, document))
    (run,) = store.runs(database)
    cells = store.measured(database, [run.number])[run.number]
    assert cells.keys() == {entry["name"] for entry in document["benchmarks"]}
    checked = 0
    for entry in document["benchmarks"]:
        figures = cells[entry["name"]].figures
        assert figures["time_ns"].value == entry["real_time"]
        for name in entry:
            if name in figures and name not in ("ratio",):
                assert figures[name].value == entry[name], (entry["name"], name)
                if entry[name] is None:
                    assert figures[name].reason == entry["unavailable"][name]
                checked += 1
        if entry["name"].startswith("ratio/"):
            ratio = figures["ratio"]
            assert (ratio.value, ratio.low, ratio.high) == tuple(
                entry[name] for name in ("ratio", "ratio_low", "ratio_high")
            )
            assert cells[entry["name"]].baseline == "scalar"
    assert checked > 100


def test_values_keep_their_source_and_warnings(url: str, tmp_path: Path) -> None:
    document = small(counter_source="papi", allocation_source="interposed malloc")
    document["benchmarks"][0]["warnings"] = ["first", "second"]
    document["benchmarks"][0]["instructions"] = 12.0
    document["benchmarks"][0]["instructions_source"] = "stepping"
    database = Database(url)
    merge(database, written(tmp_path, document))
    cell = store.measured(database, [1])[1][document["benchmarks"][0]["name"]]
    assert cell.warnings == ("first", "second")
    assert cell.figures["PAPI_TOT_INS"].source == "papi"
    assert cell.figures["PAPI_TOT_INS"].value is None
    assert cell.figures["allocs"].source == "interposed malloc"
    assert cell.figures["instructions"].source == "stepping"
    assert cell.figures["p50_ns"].source is None


def test_of_repetitions_the_median_one_comes_out(url: str, tmp_path: Path) -> None:
    name = "kernel/camel/scalar/10"
    entries = [
        {**synthetic.entry(name, time_ns, allocs=allocs), "repetition_index": index}
        for index, (time_ns, allocs) in enumerate(((30.0, 3), (10.0, 1), (20.0, 2)))
    ]
    database = Database(url)
    merge(database, written(tmp_path, {"context": synthetic.context(), "benchmarks": entries}))
    cell = store.measured(database, [1])[1][name]
    assert (cell.value("time_ns"), cell.value("allocs")) == (20.0, 2.0)


def test_names_of_hosts_and_folders_stay_outside(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    merge(database, written(tmp_path, small()))
    content = Path(sqlite_url.removeprefix("sqlite:///")).read_bytes()
    assert b"Synthetic Processor 9000" in content
    assert b"synthetic-host" not in content
    assert b"/nowhere/" not in content


def test_text_that_a_database_cannot_hold_is_mended(url: str, tmp_path: Path) -> None:
    document = small(compiler="g++\0 \ud800")
    document["benchmarks"].append(synthetic.failed("kernel/x/y/1\0", "half a pair: \udfff"))
    database = Database(url)
    merge(database, written(tmp_path, document))
    cell = store.measured(database, [1])[1]["kernel/x/y/1\ufffd"]
    assert cell.error == "half a pair: ?"


def test_machines_and_builds_are_told_apart(url: str, tmp_path: Path) -> None:
    database = Database(url)
    for number, changes in enumerate(
        (
            {},
            {"host_name": "another"},
            {"cpu_model": "Another Processor"},
            {"compiler_flags": "-O2"},
            {"dirty": "false"},
            {"kernel": "6.2.0"},
        )
    ):
        merge(database, written(tmp_path, small(run_id=str(number), **changes)))
    found = counts(database)
    assert (found["runs"], found["machines"], found["builds"], found["environments"]) == (6, 3, 3, 2)


# Once.


def test_a_file_that_comes_twice_counts_once(url: str, tmp_path: Path) -> None:
    database = Database(url)
    path = written(tmp_path, small())
    first, before = merge(database, path), counts(database)
    # Written in another way, it is the same file still.
    document = json.loads(path.read_text())
    path.write_text(json.dumps(dict(reversed(document.items())), indent=3))
    second = merge(database, path)
    assert (first.is_new, first.known) == (True, 0)
    assert (second.is_new, second.added, second.known) == (False, 0, first.added)
    assert counts(database) == before


def test_the_parts_of_a_run_and_its_end_are_one_run(url: str, tmp_path: Path) -> None:
    document = small()
    whole = lines(document)
    database = Database(url)
    cells = tmp_path / "cells.jsonl"
    for end in (1, 3, len(whole) // 2):
        cells.write_text("".join(whole[:end]))
        merge(database, cells)
        (run,) = store.runs(database)
        assert (run.cells, run.complete) == (end - 1, False)
    # The program died within a line, was started again, and came to its end.
    cells.write_text("".join(whole[: len(whole) // 2]) + whole[-1][:40])
    assert merge(database, cells).added == 0
    ended = copy.deepcopy(document)
    ended["context"]["runs"] = 2
    assert merge(database, written(tmp_path, ended)).key == run.key
    (run,) = store.runs(database)
    assert (run.cells, run.complete) == (len(document["benchmarks"]), True)
    # Neither does a late part take anything back.
    merge(database, cells)
    (again,) = store.runs(database)
    assert again == run


def test_a_cell_that_had_failed_is_replaced_and_no_other(url: str, tmp_path: Path) -> None:
    document = small()
    broken = copy.deepcopy(document)
    name = broken["benchmarks"][0]["name"]
    broken["benchmarks"][0] = synthetic.failed(name)
    database = Database(url)
    merge(database, written(tmp_path, broken))
    assert store.runs(database)[0].errors == 1
    assert merge(database, written(tmp_path, document)).replaced == 1
    assert store.runs(database)[0].errors == 0
    # A failure does not push out a figure, and neither do other figures, which are told.
    assert merge(database, written(tmp_path, broken)).replaced == 0
    other = copy.deepcopy(document)
    other["benchmarks"][0]["real_time"] += 1.0
    outcome = merge(database, written(tmp_path, other))
    assert outcome.differing == (name,)
    cell = store.measured(database, [1])[1][name]
    assert (cell.error, cell.value("time_ns")) == (None, document["benchmarks"][0]["real_time"])


def test_runs_of_the_same_second_are_told_apart(url: str, tmp_path: Path) -> None:
    database = Database(url)
    for run_id in ("a", "b"):
        merge(database, written(tmp_path, small(run_id=run_id)))
    bare = {"context": {}, "benchmarks": [synthetic.entry("BM_sort/8", 4.0)]}
    merge(database, written(tmp_path, bare))
    merge(database, written(tmp_path, bare))
    bare["benchmarks"] = [synthetic.entry("BM_sort/8", 5.0)]
    merge(database, written(tmp_path, bare))
    assert len(store.runs(database)) == 4


def test_of_a_tasks_attempts_the_last_one_counts(url: str, tmp_path: Path) -> None:
    database = Database(url)
    died = tmp_path / "cells.jsonl"
    died.write_text("".join(lines(small(run_id="died"))[:4]))
    merge(database, died, Task("fleet/1", 0))
    merge(database, written(tmp_path, small(run_id="other task")), Task("fleet/2", 0))
    merge(database, written(tmp_path, small(run_id="again", host_name="other")), Task("fleet/1", 1))
    every = store.runs(database, Selection(superseded=True))
    assert [run.superseded for run in every] == [True, False, False]
    assert [run.number for run in store.runs(database)] == [2, 3]
    # A late part of the attempt that died changes nothing.
    merge(database, died, Task("fleet/1", 0))
    assert [run.number for run in store.runs(database)] == [2, 3]


def test_a_run_that_goes_on_in_another_attempt_belongs_to_it(url: str, tmp_path: Path) -> None:
    database = Database(url)
    path = written(tmp_path, small())
    merge(database, path, Task("fleet/1", 0))
    merge(database, path, Task("fleet/1", 1))
    (run,) = store.runs(database)
    assert (run.attempt, run.superseded) == (1, False)


def test_an_import_that_fails_leaves_nothing(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(url)
    path = written(tmp_path, small())
    with monkeypatch.context() as patched:

        def fail(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(importer, "_drop", fail)
        with pytest.raises(KeyboardInterrupt):
            merge(database, path)
    assert counts(database)["runs"] == counts(database)["measurements"] == 0
    merge(database, path)
    assert counts(database)["runs"] == 1


# Several writers.


def test_writers_at_the_same_time_lose_nothing(url: str, tmp_path: Path) -> None:
    """Processes that find an empty database, make its tables, and bring runs of their own and parts
    of one that they share."""
    shared = small(run_id="shared")
    whole = lines(shared)
    writers = 4
    started: list[subprocess.Popen[str]] = []
    for writer in range(writers):
        folder = tmp_path / str(writer)
        own = [
            written(folder, small(seed=writer, run_id=f"{writer}/{n}", host_name=f"host{writer}"), f"{n}.json")
            for n in range(2)
        ]
        part = folder / "cells.jsonl"
        part.write_text("".join([whole[0], *whole[1 + writer :: writers], *whole[1:3]]))
        started.append(start("history", "import", "--database", url, str(own[0]), str(part), *map(str, own[1:])))
    for process in started:
        _, complaint = process.communicate(timeout=120)
        assert (process.returncode, complaint) == (0, "")
    database = Database(url)
    found = counts(database)
    size = len(shared["benchmarks"])
    assert found["runs"] == 2 * writers + 1
    assert found["machines"] == writers + 1
    assert found["builds"] == 1
    assert found["cells"] == size
    assert found["measurements"] == (2 * writers + 1) * size
    assert {run.cells for run in store.runs(database)} == {size}
    assert not [run for run in store.runs(database) if run.errors]


def test_a_writer_waits_for_another(url: str, tmp_path: Path) -> None:
    database = Database(url)
    path = written(tmp_path, small())
    merge(database, path)
    with database._engine.begin() as connection:
        connection.execute(sa.update(schema.runs).values(complete=False))
        other = start("history", "import", "--database", url, str(path))
        time.sleep(1.5)
        assert other.poll() is None
    assert other.communicate(timeout=60)[1] == ""
    assert other.returncode == 0
    assert store.runs(database)[0].complete


def test_two_that_bring_the_same_cells_of_one_run_get_along(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = small()
    head = tmp_path / "cells.jsonl"
    head.write_text("".join(lines(document)[:1]))
    merge(Database(url), head)
    path = tmp_path / "more" / "cells.jsonl"
    path.parent.mkdir()
    path.write_text("".join(lines(document)))
    sort = importer._sort

    def slowly(*arguments: Any) -> Any:
        found = sort(*arguments)
        time.sleep(0.5)  # so that, without a lock, both find nothing there
        return found

    monkeypatch.setattr(importer, "_sort", slowly)
    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(lambda _: merge(Database(url), path), range(2)))
    size = len(document["benchmarks"])
    assert sorted((outcome.added, outcome.known) for outcome in outcomes) == [(0, size), (size, 0)]


def test_on_sqlite_a_writer_that_reads_first_is_not_turned_away(sqlite_url: str) -> None:
    Database(sqlite_url)

    def add_one(connection: Any) -> None:
        there = connection.execute(sa.select(sa.func.count()).select_from(schema.tasks)).scalar_one()
        time.sleep(0.3)
        connection.execute(sa.insert(schema.tasks).values(name=f"task {there}"))

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: Database(sqlite_url).write(add_one), range(3)))
    assert counts(Database(sqlite_url))["tasks"] == 3


def test_cells_are_imported_as_they_come(sqlite_url: str, tmp_path: Path) -> None:
    whole = lines(small())
    cells = tmp_path / "cells.jsonl"
    writer = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    follower = start(
        "history", "import", "--database", sqlite_url, "--follow", str(writer.pid), "--every", "0.05", str(cells)
    )

    def wait_for(expected: int) -> None:
        for _ in range(400):
            try:
                found = store.runs(Database(sqlite_url, create=False))
            except Exception:
                found = []
            if found and found[0].cells == expected:
                return
            time.sleep(0.05)
        pytest.fail(f"{expected} cells never came: {found}")

    try:
        with cells.open("w") as file:
            file.write("".join(whole[:3]))
            file.flush()
            wait_for(2)
            file.write(whole[3] + whole[4][:30])
            file.flush()
            wait_for(3)
            file.write(whole[4][30:])
            file.flush()
            wait_for(4)
            file.write("".join(whole[5:]))
    finally:
        writer.send_signal(signal.SIGKILL)
        said, complaint = follower.communicate(timeout=60)
        writer.wait()
    assert (follower.returncode, complaint) == (0, "")
    assert f"{len(whole) - 1} cells added" in said
    wait_for(len(whole) - 1)


def test_following_outlasts_a_database_that_is_away(sqlite_url: str, tmp_path: Path) -> None:
    whole = lines(small())
    cells = tmp_path / "cells.jsonl"
    cells.write_text("".join(whole[:3]))
    complaints: list[str] = []

    def opened() -> Database:
        if len(complaints) < 2:
            # Meanwhile the run goes on, and then ends.
            with cells.open("a") as file:
                file.write("".join(whole[3:6] if not complaints else whole[6:]))
            raise DatabaseError(sqlite_url, "is away")
        writer.kill()
        writer.wait()
        return Database(sqlite_url)

    writer = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        outcome = follow.follow(
            opened, cells, writer.pid, every_s=0.01, task=None, tell=lambda text: complaints.append(str(text))
        )
    finally:
        writer.kill()
        writer.wait()
    assert len(complaints) == 2 and "is away; trying again in 0.01 s" in complaints[0]
    assert outcome is not None and outcome.added == len(whole) - 1
    assert store.runs(Database(sqlite_url))[0].cells == len(whole) - 1


def test_following_takes_the_last_of_a_cell_that_came_twice_meanwhile(sqlite_url: str, tmp_path: Path) -> None:
    document = small()
    head, first, second, *_ = lines(document)
    name = document["benchmarks"][0]["name"]
    cells = tmp_path / "cells.jsonl"
    cells.write_text(head + json.dumps(synthetic.failed(name)) + "\n")
    ended = False

    def opened() -> Database:
        nonlocal ended
        if not ended:
            with cells.open("a") as file:
                file.write(head + first + second)
            writer.kill()
            writer.wait()
            ended = True
            raise DatabaseError(sqlite_url, "is away")
        return Database(sqlite_url)

    writer = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        outcome = follow.follow(opened, cells, writer.pid, every_s=0.01, task=None, tell=lambda text: None)
    finally:
        writer.kill()
        writer.wait()
    assert outcome is not None and outcome.added == 2
    cell = store.measured(Database(sqlite_url), [1])[1][name]
    assert (cell.error, cell.value("time_ns")) == (None, document["benchmarks"][0]["real_time"])


def test_following_fails_if_the_database_is_away_at_the_end(tmp_path: Path) -> None:
    cells = tmp_path / "cells.jsonl"
    cells.write_text("".join(lines(small())))
    ended = subprocess.Popen(["true"])
    ended.wait()

    def opened() -> Database:
        raise DatabaseError("postgresql://nowhere", "is away")

    with pytest.raises(DatabaseError, match="is away"):
        follow.follow(opened, cells, ended.pid, every_s=0.01, task=None, tell=print)


# The tables.


def test_the_migrations_make_the_tables_that_the_program_uses(url: str) -> None:
    database = Database(url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
        assert migrate.current(connection) == migrate.steps()[-1] == "0002"


def test_an_older_database_is_brought_up_to_date_with_what_is_in_it(url: str, tmp_path: Path) -> None:
    database = Database.__new__(Database)
    database._url = sa.engine.make_url(url)
    database.shown, database.is_sqlite = url, url.startswith("sqlite")
    database._engine = database._make_engine()
    migrate.upgrade(database._engine, url, "0001")
    with database.reading() as connection:
        assert "gates" not in sa.inspect(connection).get_table_names()
    merge(database, written(tmp_path, small()))
    newer = Database(url)
    (run,) = store.runs(newer)
    assert run.cells == len(small()["benchmarks"])
    assert counts(newer)["gates"] == 0


def test_a_newer_database_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    database = Database(url)
    database.write(lambda connection: connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
    assert cli.main(["history", "list", "--database", url]) == 1
    assert "step 9999, newer than this program's 0002" in capsys.readouterr().err


def test_migrate(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["history", "migrate", "--database", url]) == 0
    assert "step 0002 of 0002" in capsys.readouterr().out


# The gate's results.

GATE: Document = {
    "format": "rowcast-gate/1",
    "base": {"revision": "HEAD~1", "commit": "a" * 40, "build_id": "11"},
    "candidate": {"commit": "b" * 40, "build_id": "22"},
    "environment": synthetic.context(),
    "verdict": "FAIL",
    "exit_code": 3,
    "cells": [
        {
            "name": "medium/compact/all/avx512",
            "verdict": "FAIL",
            "time": {
                "ratio": 1.05, "low": 1.04, "high": 1.06, "coverage": 0.984, "launches": 7, "pairs": 1400,
                "smallest_effect": 0.02, "base_ns": 1000.0, "candidate_ns": 1050.0,
            },
            "instructions": {
                "base": None, "candidate": None, "ratio": None, "source": None, "reason": "valgrind has no AVX-512",
            },
            "allocations": {"base": 0, "candidate": 1},
            "warnings": ["time and instructions disagree"],
        }
    ],
}  # fmt: skip


def test_a_gates_result(url: str, tmp_path: Path) -> None:
    database = Database(url)
    path = written(tmp_path, GATE, "gate.json")
    assert merge(database, path).is_new
    assert not merge(database, path).is_new
    (run,) = store.runs(database)
    assert (run.kind, run.verdict, run.exit_code) == ("gate", "FAIL", 3)
    assert (run.commit, run.base_commit) == ("b" * 40, "a" * 40)
    cell = store.measured(database, [run.number])[run.number]["gate/medium/compact/all/avx512"]
    ratio = cell.figures["ratio"]
    assert (ratio.value, ratio.low, ratio.high, ratio.coverage) == (1.05, 1.04, 1.06, 0.984)
    assert cell.figures["instructions_base"].reason == "valgrind has no AVX-512"
    assert (cell.value("allocations_base"), cell.value("allocations_candidate")) == (0.0, 1.0)
    assert (cell.verdict, cell.warnings) == ("FAIL", ("time and instructions disagree",))


def test_what_the_gate_writes_stands_with_the_machines_other_runs(url: str, tmp_path: Path) -> None:
    library = tmp_path / "librowcast.so"
    library.write_bytes(b"code")
    facts = {"cpu_model": "Chip", "cpu_features": "avx2", "hypervisor": "KVM", "compiler": "GNU 12.2.0"}
    comparison = Comparison(cells=(), environment=facts, unfit="", seconds=1.0)
    base, candidate = (Build(name, name * 40, dirty, library, None) for name, dirty in (("a", False), ("b", True)))
    gate = verdicts.judge_all(comparison, {}, "not asked for", [])
    path = written(tmp_path, dict(output.document(gate, comparison, base, candidate)), "gate.json")
    database = Database(url)
    here = {"host_name": socket.gethostname(), "num_cpus": os.cpu_count(), **facts}
    merge(database, written(tmp_path, {"context": {"run_id": "1", **here}, "benchmarks": []}))
    merge(database, path)
    bench, gated = sorted(store.runs(database), key=lambda run: run.kind)
    assert bench.machine == gated.machine
    assert (gated.commit, gated.dirty, gated.base_commit) == ("b" * 40, True, "a" * 40)
    assert gated.started is not None and gated.started > "2020"


def test_a_bad_gate_result_is_named(tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    broken = copy.deepcopy(GATE)
    broken["cells"][0]["verdict"] = "PERHAPS"
    path = written(tmp_path, broken, "gate.json")
    assert cli.main(["history", "import", str(path), "--database", sqlite_url]) == 1
    assert f'{path}: /cells/0/verdict: is "PERHAPS", should be "PASS" or' in capsys.readouterr().err


# Counts that others made.


def counted(cell: str, value: float | None) -> Document:
    _, workload, layout, scenario, implementation = cell.split("/")
    number = {"value": value, "source": "stepping", "reason": None}
    if value is None:
        number = {"value": None, "source": None, "reason": "too large to step through"}
    return {
        "format": "rowcast-count/1", "implementation": implementation, "workload": workload, "layout": layout,
        "scenario": scenario, "input_bytes": 96, "instructions": number, "instructions_per_byte": number,
        "allocations": number, "build": {"commit": synthetic.context()["commit"]},
    }  # fmt: skip


def test_counts_made_beside_the_run_come_in_whenever_they_come(url: str, tmp_path: Path) -> None:
    database = Database(url)
    avx2, scalar = "pipeline/tiny/compact/all/avx2", "pipeline/tiny/compact/all/scalar"
    path = written(tmp_path, small())

    def figure(cell: str) -> incoming.Figure:
        return store.measured(database, [1])[1][cell].figures["instructions_per_byte"]

    assert merge(database, path).counted == 0
    assert figure(avx2).reason == synthetic.NO_HARDWARE
    (tmp_path / "counts.jsonl").write_text(
        "".join(json.dumps(counted(*one)) + "\n" for one in ((avx2, 1.5), (scalar, None)))
    )
    assert merge(database, path).counted == 1
    assert (figure(avx2).value, figure(avx2).source, figure(avx2).reason) == (1.5, "stepping", None)
    assert figure(scalar).reason == synthetic.NO_HARDWARE
    assert merge(database, path).counted == 0, "once"
    # What is known is not replaced.
    (tmp_path / "counts.jsonl").write_text(json.dumps(counted(avx2, 9.0)) + "\n")
    assert merge(database, path).counted == 0
    assert figure(avx2).value == 1.5


def test_counts_that_the_hardware_made_stay(url: str, tmp_path: Path) -> None:
    document = small(hardware=True)
    name = "pipeline/tiny/compact/all/avx2"
    own = next(cell for cell in document["benchmarks"] if cell["name"] == name)["instructions_per_byte"]
    path = written(tmp_path, document)
    (tmp_path / "counts.jsonl").write_text(json.dumps(counted(name, 1.5)) + "\n")
    database = Database(url)
    assert merge(database, path).counted == 0
    assert store.measured(database, [1])[1][name].value("instructions_per_byte") == own


# The command line.


@pytest.fixture
def filled(url: str, tmp_path: Path) -> str:
    paths = [
        written(tmp_path / name, small(run_id=name, date=date, **changes))
        for name, date, changes in (
            ("late", "2001-03-01T00:00:00+01:00", {"commit": "c" * 40, "dirty": "false"}),
            ("early", "2001-01-01T00:00:00+00:00", {"cpu_model": "Other Chip"}),
        )
    ]
    assert cli.main(["history", "import", *map(str, paths), "--database", url]) == 0
    return url


def test_list(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert cli.main(["history", "list", "--database", filled]) == 0
    early, late = capsys.readouterr().out.splitlines()[1:]
    assert "2001-01-01T00:00:00Z" in early and "Other Chip" in early and "0123456789+" in early
    assert "2001-02-28T23:00:00Z" in late and "cccccccccc " in late and "complete" in late
    for narrowed in (["--machine", "other"], ["--commit", "0123"]):
        assert cli.main(["history", "list", "--json", "--database", filled, *narrowed]) == 0
        (run,) = json.loads(capsys.readouterr().out)
        assert run["machine"]["cpu_model"] == "Other Chip"
    assert cli.main(["history", "list", "--json", "--database", filled, "--since", "2001-02-01"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


@pytest.mark.parametrize(
    ("since", "found"),
    [  # the later of the two is of 2001-02-28T23:00:00Z
        ("2001-02-28", 1),
        ("20010101", 2),
        ("20010228", 1),
        ("2001-W09-3", 1),
        ("2001-03-01", 0),
        ("2001-02-28 23:00", 1),
        ("2001-02-28T23:00:00Z", 1),
        ("2001-03-01T00:00:00+01:00", 1),
        ("2001-02-28T22:30:00-01:00", 0),
    ],
)
def test_since_takes_every_way_to_write_a_date(
    since: str, found: int, filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert cli.main(["history", "list", "--json", "--database", filled, "--since", since]) == 0
    assert len(json.loads(capsys.readouterr().out)) == found


@pytest.mark.parametrize("since", ["yesterday", "2001-13-01", "0001-01-01T00:00:00+10:00"])
def test_since_is_a_date(since: str, sqlite_url: str) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["history", "list", "--database", sqlite_url, "--since", since])
    assert caught.value.code == 2


def test_export(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert cli.main(["history", "export", "--database", filled]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    with (database := Database(filled)).reading() as connection:
        assert len(records) == connection.execute(sa.select(sa.func.count()).select_from(schema.figures)).scalar_one()
    database.close()
    assert all(tuple(record) == store.RECORD for record in records)
    out = tmp_path / "all.csv"
    assert cli.main(["history", "export", "--database", filled, "--format", "csv", "--out", str(out)]) == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        assert row["cell"] == record["cell"]
        assert (float(row["value"]) if row["value"] else None) == record["value"]
    assert not list(tmp_path.glob(".all.csv*"))


def test_import_tells_what_it_did(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, small())
    assert cli.main(["history", "import", str(tmp_path), "--database", sqlite_url, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["run"], told["is_new"], told["added"]) == (1, True, len(small()["benchmarks"]))


def test_a_bad_file_is_named_and_the_others_are_imported(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = written(tmp_path, small())
    bad = tmp_path / "cells.jsonl"
    whole = lines(small())
    bad.write_text(whole[0] + whole[1] + whole[2].replace('"real_time": ', '"real_time": -'))
    assert cli.main(["history", "import", str(bad), str(good), "--database", sqlite_url]) == 1
    captured = capsys.readouterr()
    assert f"{bad}: line 3, /benchmarks/0/real_time: is -" in captured.err
    assert captured.err.count("\n") == 1
    assert "run 1 (new" in captured.out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param("", "holds no whole line yet", id="empty"),
        pytest.param('{"context": {}', "holds no whole line yet", id="half a line"),
        pytest.param('{"name": "a"}\n', "line 1: a cell before the line with the context", id="no context"),
        pytest.param('{"context": {}}\n{"na\n', "line 2, column", id="broken"),
        pytest.param('{"context": {}}\n[]\n', "line 2, /benchmarks/0: is [], should be object", id="no object"),
        pytest.param('{"context": 1}\n', "line 1, /context: is 1", id="bad context"),
    ],
)
def test_bad_cells_files(
    content: str, told: str, sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cells.jsonl"
    path.write_text(content)
    assert cli.main(["history", "import", str(path), "--database", sqlite_url]) == 1
    assert told in capsys.readouterr().err


def test_a_name_too_long_for_an_index_is_refused(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = {"context": {}, "benchmarks": [synthetic.entry("x" * 501, 1.0)]}
    assert cli.main(["history", "import", str(written(tmp_path, document)), "--database", sqlite_url]) == 1
    assert "more than 500 characters" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "code", "told"),
    [
        ("history.sqlite", 2, "is no database URL"),
        ("mysql://a:secret@b/c", 2, "SQLite or PostgreSQL, not mysql"),
        ("postgresql://a:secret@b:port/c", 2, "cannot be read"),
        ("sqlite://", 2, "needs a file"),
        ("sqlite:///{folder}/none.sqlite", 1, "there is no history yet"),
        ("sqlite:///{folder}/text", 1, "file is not a database"),
        ("postgresql://a:secret@127.0.0.1:1/c", 1, "Connection refused"),
    ],
)
def test_databases_that_cannot_be_used(
    url: str, code: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text").write_text("no database at all, but long enough to be read as one" * 20)
    assert cli.main(["history", "list", "--database", url.format(folder=tmp_path)]) == code
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.err.count("\n") == 1
    assert "secret" not in captured.err
    assert not (tmp_path / "none.sqlite").exists()


def test_the_environment_names_the_database(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROWCAST_DATABASE", sqlite_url)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["history", "import", str(written(tmp_path, small()))]) == 0
    monkeypatch.delenv("ROWCAST_DATABASE")
    assert cli.main(["history", "list"]) == 1
    assert "sqlite:///out/history.sqlite" in capsys.readouterr().err
    assert cli.main(["history", "import", str(tmp_path)]) == 0
    assert (tmp_path / "out" / "history.sqlite").exists()
    assert os.listdir(tmp_path / "out") == ["history.sqlite"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["history"],
        ["history", "frobnicate"],
        ["history", "import"],
        ["history", "list", "--since", "yesterday"],
        ["history", "import", "a", "--attempt", "x"],
        ["history", "export", "--format", "xml"],
    ],
)
def test_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2


def test_usage_of_following(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["history", "import", "a", "b", "--follow", "1", "--database", sqlite_url]) == 2
    assert cli.main(["history", "import", "a", "--task", "", "--database", sqlite_url]) == 2
    assert cli.main(["history", "import", "a", "--task", "t", "--attempt", "-1", "--database", sqlite_url]) == 2
