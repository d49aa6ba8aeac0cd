"""The gate's verdicts, files and builds. What is measured is a matter of tests/compare."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rowcast_reports import json_document
from rowcast_reports.errors import ReportError, UsageError
from rowcast_reports.gate import builds, cli, floors, measuring, output, verdicts
from rowcast_reports.gate.builds import Build
from rowcast_reports.gate.cli import main
from rowcast_reports.gate.measuring import Comparison, Instructions, Measured, Time
from rowcast_reports.gate.verdicts import Gate, Verdict

NOTHING = Instructions(None, None, reason="not counted", asked=False)


def cell(verdict: str = "SAME", ratio: float = 1.0, name: str = "small/compact/all/avx2") -> Measured:
    return Measured(
        name=name,
        workload="small",
        layout="compact",
        scenario="all",
        verdict=verdict,
        time=Time(ratio, ratio - 0.005, ratio + 0.005, 0.984, 7, 1400, 0.02, 1000.0, 1000.0 * ratio),
        base_allocations=0.0,
        candidate_allocations=0.0,
    )


def gate(*cells: Measured, unfit: str = "") -> Gate:
    return verdicts.judge_all(Comparison(cells, {}, unfit, 1.0), {}, "not counted")


def test_time_decides() -> None:
    assert verdicts.judge(cell("SAME"), NOTHING).verdict is Verdict.PASS
    assert verdicts.judge(cell("FASTER", 0.9), NOTHING).verdict is Verdict.PASS
    slower = verdicts.judge(cell("SLOWER", 1.05), NOTHING)
    assert (slower.verdict, slower.reasons) == (Verdict.FAIL, ("slower: +5.00 %",))
    assert verdicts.judge(cell("UNCLEAR", 1.02), NOTHING).verdict is Verdict.INCONCLUSIVE


def test_what_is_the_same_or_faster_passes() -> None:
    either = dataclasses.replace(cell("UNCLEAR", 0.98), enough=True)
    assert verdicts.judge(either, NOTHING).verdict is Verdict.PASS
    assert either.time is not None
    slower_or_faster = dataclasses.replace(either.time, high=1.02)
    too_few_launches = dataclasses.replace(either.time, coverage=0.94)
    for doubtful in (
        dataclasses.replace(either, enough=False),
        dataclasses.replace(either, time=slower_or_faster),
        dataclasses.replace(either, time=too_few_launches),
    ):
        assert verdicts.judge(doubtful, NOTHING).verdict is Verdict.INCONCLUSIVE


def test_one_allocation_more_fails_and_one_less_does_not() -> None:
    more = dataclasses.replace(cell(), candidate_allocations=1.0)
    judged = verdicts.judge(more, NOTHING)
    assert (judged.verdict, judged.reasons) == (
        Verdict.FAIL,
        ("allocates more: 0 a request, now 1",),
    )
    less = dataclasses.replace(cell(), base_allocations=1.0)
    assert verdicts.judge(less, NOTHING).verdict is Verdict.PASS
    unknown = dataclasses.replace(cell(), base_allocations=None)
    assert verdicts.judge(unknown, NOTHING).warnings == ("allocations: not counted",)
    told = dataclasses.replace(unknown, allocations_reason="another allocator")
    assert verdicts.judge(told, NOTHING).warnings == ("allocations: not counted (another allocator)",)


@pytest.mark.parametrize(
    ("candidate", "verdict", "warnings"),
    [
        (1002, Verdict.PASS, 0),
        (1003, Verdict.PASS, 1),
        (1010, Verdict.PASS, 1),
        (1011, Verdict.FAIL, 1),
        (900, Verdict.PASS, 0),
    ],
)
def test_instructions_warn_and_fail(candidate: int, verdict: Verdict, warnings: int) -> None:
    judged = verdicts.judge(cell(), Instructions(1000, candidate, "step"))
    assert judged.verdict is verdict
    assert len(judged.warnings) == warnings


def test_a_disagreement_has_a_name() -> None:
    same_code = verdicts.judge(cell("SLOWER", 1.05), Instructions(1000, 1000, "step"))
    assert "disagree: slower by the same instructions" in same_code.warnings[0]
    more = verdicts.judge(cell("SAME"), Instructions(1000, 1100, "step"))
    assert "disagree: more instructions in no more time" in more.warnings[0]
    faster = verdicts.judge(cell("FASTER", 0.9), Instructions(1000, 1000, "step"))
    assert "disagree: faster by the same instructions" in faster.warnings[0]
    fewer = verdicts.judge(cell("SLOWER", 1.05), Instructions(1000, 900, "step"))
    assert "disagree: slower by fewer instructions (-10.00 %)" in fewer.warnings[0]
    dearer = verdicts.judge(cell("FASTER", 0.9), Instructions(1000, 1005, "step"))
    assert "disagree: more instructions in less time" in dearer.warnings[1]
    agreeing = verdicts.judge(cell("SLOWER", 1.05), Instructions(1000, 1050, "step"))
    assert agreeing.warnings == ()


def test_instructions_that_could_not_be_counted_are_a_warning() -> None:
    failed = Instructions(None, None, reason="of the base: no source has them")
    judged = verdicts.judge(cell(), failed)
    assert judged.verdict is Verdict.PASS
    assert judged.warnings == ("instructions: not counted (of the base: no source has them)",)
    assert verdicts.judge(cell(), NOTHING).warnings == ()


def test_a_broken_cell_was_not_counted_for_its_error() -> None:
    broken = dataclasses.replace(cell(), error="died", time=None)
    found = verdicts.judge_all(Comparison((broken, cell()), {}, "", 1.0), {}, "not asked for")
    assert [judged.instructions.reason for judged in found.cells] == ["the cell has an error", "not asked for"]


def test_exit_codes() -> None:
    broken = dataclasses.replace(cell(), error="a launch was ended by signal 11", time=None)
    assert gate(cell()).exit_code == 0
    assert gate(cell(), cell("SLOWER", 1.05)).exit_code == 3
    assert gate(cell(), cell("UNCLEAR", 1.02)).exit_code == 4
    assert gate(cell(), unfit="crowded").exit_code == 5
    assert gate(cell("SLOWER", 1.05), unfit="crowded").exit_code == 3
    assert gate(cell("SLOWER", 1.05), broken).exit_code == 1


def build(tmp_path: Path, name: str) -> Build:
    library = tmp_path / name
    library.write_text(name)
    return Build(name, "c0ffee" * 6 + "1234", False, library, None)


def test_files_say_the_same(tmp_path: Path) -> None:
    comparison = Comparison(
        (cell(), cell("SLOWER", 1.05, "a|b"), cell("UNCLEAR", 1.02)), {"cpu_model": "a CPU"}, "", 3.0
    )
    found = verdicts.judge_all(comparison, {}, "not counted", ["a note"])
    base, candidate = build(tmp_path, "base"), build(tmp_path, "working tree")
    output.write(tmp_path / "out", found, comparison, base, candidate)

    document = json_document.load(tmp_path / "out" / "gate.json", "gate.schema.json")
    assert [entry["verdict"] for entry in document["cells"]] == ["PASS", "FAIL", "INCONCLUSIVE"]
    assert (document["verdict"], document["exit_code"]) == ("FAIL", 3)
    assert document["cells"][0]["instructions"]["reason"] == "not counted"
    assert document["base"]["build_id"] != document["candidate"]["build_id"]

    suite = ElementTree.parse(tmp_path / "out" / "gate.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None and failure.get("message") == "slower: +5.00 %"

    text = (tmp_path / "out" / "gate.md").read_text()
    assert "rowcast gate: FAIL" in text and "a\\|b" in text and "a note" in text
    assert "<details><summary>1 cells pass</summary>" in text

    shown = output.table(found, comparison)
    assert "slower: +5.00 %" in shown and "1 PASS, 1 FAIL, 1 INCONCLUSIVE" in shown


def test_junit_tells_errors_from_failures_and_shows_an_unfit_machine(tmp_path: Path) -> None:
    broken = dataclasses.replace(cell(), error="a launch was ended by signal 11", time=None)
    comparison = Comparison((cell(), cell("SLOWER", 1.05), broken), {}, "crowded", 1.0)
    found = verdicts.judge_all(comparison, {}, "not counted")
    suite = ElementTree.fromstring(output.junit(found, comparison, build(tmp_path, "base")))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "2")
    assert len(suite.findall("testcase/failure")) == 1
    messages = [entry.get("message") for entry in suite.findall("testcase/error")]
    assert messages == ["error: a launch was ended by signal 11", "the environment is unfit: crowded"]


def test_an_error_of_several_lines_stays_in_its_row(tmp_path: Path) -> None:
    broken = dataclasses.replace(cell(), error="wrong answer:\n  a | b\n", time=None)
    found = verdicts.judge_all(Comparison((broken,), {}, "", 1.0), {}, "not counted")
    text = output.markdown(found, build(tmp_path, "base"), build(tmp_path, "ours"))
    row = next(line for line in text.splitlines() if line.startswith("| small/"))
    assert row.endswith("| error: wrong answer: a \\| b |")


def repository(tmp_path: Path, source: str) -> Path:
    """A project that the gate can build, or try to."""
    root = tmp_path / "project"
    (root / "build" / "release").mkdir(parents=True)
    (root / "build" / "release" / "CMakeCache.txt").write_text("CMAKE_BUILD_TYPE:STRING=Release\n")
    (root / ".gitignore").write_text("build/\n")
    (root / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(x LANGUAGES C)\n"
        "set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)\n"
        "add_library(rowcast_shared SHARED a.c)\n"
        "set_target_properties(rowcast_shared PROPERTIES OUTPUT_NAME rowcast)\n"
    )
    (root / "a.c").write_text(source)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    return root


def test_a_base_is_built_once_and_kept(tmp_path: Path) -> None:
    root = repository(tmp_path, "int one(void) { return 1; }\n")
    first = builds.base(root, "HEAD", 1)
    assert first.library.exists() and first.tool is None and not first.dirty
    stamp = first.library.stat().st_mtime_ns
    assert builds.base(root, first.commit, 1).library.stat().st_mtime_ns == stamp


def test_a_base_is_compiled_as_the_working_tree_is_whatever_the_environment_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path, "#ifdef OURS\nint ours(void) { return 1; }\n#endif\n")
    monkeypatch.setenv("CFLAGS", "-DOURS")
    built = builds.base(root, "HEAD", 1).library
    assert b"ours" not in built.read_bytes()
    cache = root / "build" / "release" / "CMakeCache.txt"
    cache.write_text(f"{cache.read_text()}CMAKE_C_FLAGS:STRING=-DOURS\n")
    assert b"ours" in builds.base(root, "HEAD", 1).library.read_bytes()
    cache.write_text(
        f"{cache.read_text()}CMAKE_SHARED_LINKER_FLAGS:STRING=-Wl,-z,now\nROWCAST_WARNINGS_AS_ERRORS:BOOL=OFF\n"
    )
    same = builds.settings(root)
    assert same["CMAKE_SHARED_LINKER_FLAGS"] == "-Wl,-z,now"
    assert same["ROWCAST_WARNINGS_AS_ERRORS"] == "OFF"
    assert same["CMAKE_EXE_LINKER_FLAGS"] == ""


@pytest.mark.parametrize("left", ["nothing", "no file", "half a file"])
def test_a_base_whose_checkout_was_interrupted_is_checked_out_again(tmp_path: Path, left: str) -> None:
    root = repository(tmp_path, "int one(void) { return 1; }\n")
    kept = builds.base(root, "HEAD", 1).library.parents[2]
    (kept / "done").unlink()
    source = kept / "source"
    if left == "nothing":  # which makes the folder a part of ours
        for path in source.iterdir():
            path.unlink()
    elif left == "no file":
        (source / "a.c").unlink()
    else:
        (source / "a.c").write_text("int one(")
    builds.base(root, "HEAD", 1)
    assert (source / "a.c").read_text() == "int one(void) { return 1; }\n"


def test_a_base_that_does_not_build_shows_the_compilers_message(tmp_path: Path) -> None:
    root = repository(tmp_path, "int one(void) { return no_such_name; }\n")
    with pytest.raises(ReportError, match="no_such_name"):
        builds.base(root, "HEAD", 1)


def test_benchmarks_are_built_where_they_are_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path, "int one(void) { return 1; }\n")
    (root / "build" / "release" / "build.ninja").touch()
    (root / "build" / "release" / "lib").mkdir()
    (root / "build" / "release" / "lib" / "librowcast.so").touch()
    commands: list[list[str]] = []
    monkeypatch.setattr(builds, "run", lambda command, *_: commands.append(command))
    with pytest.raises(ReportError, match="-DROWCAST_BUILD_BENCHMARKS=ON"):
        builds.candidate(root, 1, benchmarks=True)
    assert commands == []
    monkeypatch.setattr(builds, "_targets", lambda _: {"rowcast_bench"})
    builds.candidate(root, 1, benchmarks=True)
    builds.candidate(root, 1)
    assert ["rowcast_bench" in command for command in commands] == [True, False]


def test_an_unknown_revision_is_a_usage_error(tmp_path: Path) -> None:
    root = repository(tmp_path, "int one(void) { return 1; }\n")
    with pytest.raises(UsageError, match="'nowhere' is no revision"):
        builds.resolve(root, "nowhere")
    with pytest.raises(UsageError):
        builds.resolve(root, "--all")


def tool(path: Path, **answers: object) -> Path:
    """A program that prints an answer for each first argument, and fails at any other."""
    cases = "".join(f"{name}) cat <<'END'\n{json.dumps(answer)}\nEND\n;;\n" for name, answer in answers.items())
    path.write_text(f"#!/bin/sh\ncase $1 in\n{cases}*) echo no such command >&2; exit 1;;\nesac\n")
    path.chmod(0o755)
    return path


def having(path: Path, *names: str) -> Path:
    return tool(path, implementations={"implementations": [{"name": name, "supported": True} for name in names]})


def test_only_what_both_builds_have_is_compared(tmp_path: Path) -> None:
    ours = having(tmp_path / "ours", "newer", "avx2", "scalar", "nlohmann")
    theirs = having(tmp_path / "theirs", "avx2", "dropped", "scalar", "nlohmann")
    assert measuring.in_both(ours, theirs) == (
        ("avx2", "scalar"),
        "not compared, since the base lacks newer; not compared, since the candidate lacks dropped",
    )
    assert measuring.quick_cells(("avx2", "scalar")).implementations == ("avx2", "scalar")
    assert measuring.in_both(ours, ours) == (("newer", "avx2", "scalar"), "")
    # A base that is too old to list its own is asked for all.
    assert measuring.in_both(ours, None) == (("newer", "avx2", "scalar"), "")
    assert measuring.in_both(ours, tool(tmp_path / "old")) == (("newer", "avx2", "scalar"), "")
    with pytest.raises(ReportError, match="no implementation in common"):
        measuring.in_both(ours, having(tmp_path / "strange", "sve"))


def counting(path: Path, instructions: int, rows: int = 8, size: int = 900) -> Path:
    counted = {"value": instructions, "source": "step", "reason": None}
    return tool(path, count={"instructions": counted, "rows": rows, "input_bytes": size})


def test_instructions_compare_only_if_they_are_of_the_same_rows(tmp_path: Path) -> None:
    base = counting(tmp_path / "base", 1000)
    assert measuring.count(base, counting(tmp_path / "same", 1010), cell()).ratio == 1.01
    for other in (
        counting(tmp_path / "more_rows", 1010, rows=9),
        counting(tmp_path / "longer_rows", 1010, size=901),
    ):
        counted = measuring.count(base, other, cell())
        assert counted.ratio is None
        assert counted.reason.startswith("the base counted 8 rows of 900 bytes together, the candidate ")
    broken = measuring.count(base, tool(tmp_path / "broken", count=1), cell())
    assert broken.reason == "of the candidate: rowcast count's answer is of another form"


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a gate of one cell, of which nothing is built or measured."""
    having(tmp_path / "rowcast", "avx2", "scalar")
    candidate = dataclasses.replace(build(tmp_path, "working tree"), tool=tmp_path / "rowcast")
    comparison = Comparison((cell(),), {"cpu_model": "a CPU", "kernel": "Linux"}, "", 1.0, ("cpu_model",))
    monkeypatch.setattr(cli.script, "ROOT", tmp_path)
    monkeypatch.setattr(cli.builds, "resolve", lambda *_: "c0ffee")
    monkeypatch.setattr(cli.builds, "candidate", lambda *_: candidate)
    monkeypatch.setattr(cli.builds, "base", lambda *_: build(tmp_path, "base"))
    monkeypatch.setattr(cli.measuring, "compare", lambda *_, **__: comparison)
    monkeypatch.setattr(cli.measuring, "count", lambda *_: Instructions(1000, 1000, "step"))
    monkeypatch.setattr(cli.sources, "staleness", lambda _: "")
    return tmp_path / "out"


@pytest.mark.parametrize("ended", [KeyboardInterrupt(), ReportError("no more space")])
def test_what_was_measured_is_written_before_anything_is_counted(
    measured: Path, monkeypatch: pytest.MonkeyPatch, ended: BaseException
) -> None:
    def fail(*_: object) -> Instructions:
        raise ended

    arguments = ["HEAD", "--no-history", "--out", str(measured)]
    monkeypatch.setattr(cli.measuring, "count", fail)
    assert main(arguments) in (1, 130)
    document = json_document.load(measured / "gate.json", "gate.schema.json")
    assert document["cells"][0]["time"]["ratio"] == 1.0
    assert document["cells"][0]["instructions"]["reason"] == "not counted yet"
    assert (measured / "gate.xml").exists() and (measured / "gate.md").exists()
    monkeypatch.setattr(cli.measuring, "count", lambda *_: Instructions(1000, 1000, "step"))
    assert main(arguments) == 0
    document = json_document.load(measured / "gate.json", "gate.schema.json")
    assert document["cells"][0]["instructions"]["ratio"] == 1.0


def test_a_gate_says_how_many_cells_have_no_floor(measured: Path) -> None:
    file = measured.parent / "floors.json"
    another = {"environment": {"cpu_model": "another"}, "cells": {cell().name: {"floor": 0.01}}}
    arguments = ["HEAD", "--no-history", "--out", str(measured), "--floors-file", str(file)]
    for known, expected in (
        ({}, ["1 of 1 cells have no floor in floors.json: their smallest effect is 2 %"]),
        ({cell().name: {"floor": 0.01}}, []),
    ):
        ours = {"environment": {"cpu_model": "a CPU"}, "cells": known}
        floors.write([another, ours], file)
        assert main(arguments) == 0
        assert json.loads((measured / "gate.json").read_text())["notes"] == expected


def test_a_gate_says_that_no_floors_are_this_machines_and_takes_none(
    measured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = measured.parent / "floors.json"
    asked: list[Path | None] = []

    def compare(*_: object, floors: Path | None = None, **__: object) -> Comparison:
        asked.append(floors)
        return Comparison((cell(),), {}, "", 1.0, no_floors="floors.json has none" if floors else "")

    monkeypatch.setattr(cli.measuring, "compare", compare)
    assert main(["HEAD", "--no-history", "--out", str(measured), "--floors-file", str(file)]) == 0
    assert asked == [file, None]
    assert json.loads((measured / "gate.json").read_text())["notes"] == [
        "floors.json has none, so every cell's smallest effect is 2 % (scripts/gate --floors measures this machine's)"
    ]


def test_floors_are_kept_beside_another_machines(measured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = measured.parent / "floors.json"
    another = {"environment": {"cpu_model": "another"}, "cells": {cell().name: {"floor": 0.5}}}
    floors.write([another], file)
    made = {"environment": {"cpu_model": "a CPU", "commit": "e"}, "cells": {cell().name: {"floor": 0.01, "of": "itself"}}}
    monkeypatch.setattr(cli.builds, "variants", lambda *_: measured)
    monkeypatch.setattr(cli.floors, "measure", lambda *_: made)
    for _ in range(2):
        assert main(["--floors", "--floors-file", str(file)]) == 0
        assert floors.read(file) == [another, made]
    file.write_text("{}")
    monkeypatch.setattr(cli.floors, "measure", lambda *_: pytest.fail("what is measured could not be kept"))
    assert main(["--floors", "--floors-file", str(file)]) == 1


def test_the_command_wants_one_thing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main(["HEAD", "--floors"]) == 2
    assert main(["--floors", "--budget", "1"]) == 2
    assert main(["--floors", "--out", "somewhere"]) == 2
    assert main(["--self-test", "--filter", "small"]) == 2
    assert main(["--self-test", "--out", "somewhere"]) == 2
    assert "one of BASE" in capsys.readouterr().err


def test_json_has_null_and_a_reason_where_nothing_was_measured(tmp_path: Path) -> None:
    broken = dataclasses.replace(cell(), error="died", time=None)
    comparison = Comparison((broken,), {}, "", 1.0)
    found = verdicts.judge_all(comparison, {}, "not counted")
    base = build(tmp_path, "base")
    document = json.loads(json.dumps(output.document(found, comparison, base, base)))
    assert document["cells"][0]["time"] is None
    assert document["cells"][0]["error"] == "died"
    assert document["cells"][0]["allocations"]["reason"] == "the cell has an error"


def test_why_allocations_were_not_counted_is_kept(tmp_path: Path) -> None:
    time = {
        "ratio": 1.0, "low": 0.99, "high": 1.01, "coverage": 0.98, "launches": 7, "pairs": 1400, "enough": True, "a_ns": 1.0, "b_ns": 1.0,
    }  # fmt: skip
    told = {
        "name": "small/compact/all/avx2", "workload": "small", "layout": "compact", "scenario": "all",
        "verdict": "SAME", "smallest_effect": 0.02, "time": time, "confirmation": None, "warnings": [],
        "allocations": {"a": None, "b": None, "reason": "another allocator"},
    }  # fmt: skip
    answer = {
        "cells": [told], "environment": {}, "identity": ["cpu_model"], "unfit": None, "no_floors": None, "seconds": 1,
    }  # fmt: skip
    comparing = tool(tmp_path / "rowcast", compare=answer)
    comparison = measuring.compare(comparing, tmp_path, tmp_path, measuring.Cells())
    assert (comparison.identity, comparison.no_floors) == (("cpu_model",), "")
    found = verdicts.judge_all(comparison, {}, "not counted")
    output.write(tmp_path / "out", found, comparison, build(tmp_path, "base"), build(tmp_path, "ours"))
    document = json_document.load(tmp_path / "out" / "gate.json", "gate.schema.json")
    assert document["cells"][0]["allocations"]["reason"] == "another allocator"


def test_a_build_that_fails_tells_the_compilers_message(tmp_path: Path) -> None:
    said = ["[1/99] Building CXX object pipeline/error.cpp.o", *["[2/99] Building"] * 60]
    said += ["FAILED: text.cpp.o", "g++ -Werror -c text.cpp", "text.cpp:7:1: error: expected ')'"]
    log = tmp_path / "build.log"
    script = "printf '%s\\n' \"$@\"; exit 1"
    with pytest.raises(ReportError) as raised:
        builds.run(["sh", "-c", script, "sh", *said], "building BASE", log)
    text = str(raised.value)
    assert text.startswith("building BASE failed") and str(log) in text
    assert "text.cpp:7:1: error: expected ')'" in text and "pipeline/error.cpp.o" not in text
    assert log.read_text().splitlines() == said
