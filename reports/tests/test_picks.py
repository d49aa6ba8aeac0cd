"""Picks: which implementation a comparison leads to."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import pytest

from rowcast_reports.errors import ReportError, UsageError
from rowcast_reports.gate.builds import Build
from rowcast_reports.picks import choice, cli, sources
from rowcast_reports.picks.choice import Evidence, Pick, Ratio
from rowcast_reports.picks.cli import main


def ratio(low: float, high: float, size: float = 1000.0, scenario: str = "all") -> Ratio:
    return Ratio("small/compact/all", scenario, size, (low + high) / 2, low, high)


def chosen(**challengers: list[Ratio]) -> Pick:
    pick = choice.choose("avx512", "all", 4096, "avx512", challengers, 0.02)
    assert pick is not None
    return pick


def test_a_challenger_needs_its_lower_bound_beyond_the_margin() -> None:
    assert chosen(avx2=[ratio(1.03, 1.05)]).implementation == "avx2"
    assert chosen(avx2=[ratio(1.01, 1.20)]).implementation == "avx512"


def test_a_challenger_must_win_on_every_cell_of_the_class() -> None:
    assert chosen(avx2=[ratio(1.2, 1.3), ratio(0.9, 1.0)]).implementation == "avx512"
    # What is of another size or scenario has no say.
    other = [ratio(1.2, 1.3), ratio(0.5, 0.6, 1e6), ratio(0.5, 0.6, scenario="select")]
    assert chosen(avx2=other).implementation == "avx2"


def test_a_cell_that_was_measured_too_little_unseats_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    little = dataclasses.replace(ratio(1.5, 1.6), enough=False)
    assert chosen(avx2=[ratio(1.2, 1.3), little]).implementation == "avx512"
    assert chosen(avx2=[little], scalar=[ratio(1.1, 1.2)]).implementation == "scalar"

    for told, expected in ((lacking(enough=False), "avx2"), (lacking(coverage=0.9), "avx2"), (lacking(), "scalar")):
        monkeypatch.setattr(cli, "_compare", lambda *_, told=told, **__: told)
        assert main(["--no-kernels", "--picks", str(project / "mine.json")]) == 0
        found = [choice.read(entry) for entry in json.loads((project / "mine.json").read_text())["picks"]]
        assert found[0].implementation == expected, told
    assert main(["--launches", "5"]) == 2
    assert main(["--check", "--launches", "5"]) == 2
    assert "an interval takes 6 launches" in capsys.readouterr().err


def test_the_best_of_several_challengers_wins() -> None:
    assert chosen(avx2=[ratio(1.1, 1.2)], scalar=[ratio(1.3, 1.4)]).implementation == "scalar"


def test_evidence_is_told_from_the_picks_side() -> None:
    kept = chosen(avx2=[ratio(0.5, 0.625)])
    assert kept.evidence == (Evidence("small/compact/all", "avx2", 1.7778, 1.6, 2.0),)
    replaced = chosen(avx2=[ratio(1.5, 2.0)])
    assert replaced.evidence == (Evidence("small/compact/all", "avx512", 1.75, 1.5, 2.0),)


def test_auto_is_held_against_the_best_of_each_cell() -> None:
    def measured(cell: str, low: float, high: float) -> Ratio:
        return Ratio(cell, "all", 1000.0, (low + high) / 2, low, high)

    found = choice.standings(
        {
            "avx512": [measured("a", 0.99, 1.01), measured("b", 1.04, 1.06), measured("c", 1.01, 1.02)],
            "avx2": [measured("a", 0.5, 0.6), measured("b", 0.9, 1.3), measured("c", 0.8, 0.9)],
        },
        0.03,
    )
    assert [(s.cell, s.best, s.is_good(0.03)) for s in found] == [
        ("a", "avx512", True),  # as fast
        ("b", "avx512", False),  # for sure, whatever avx2 may be
        ("c", "avx512", True),  # slower, but by less than matters
    ]
    assert choice.standings({"avx2": [measured("d", 0.98, 1.2)]}, 0.03)[0].is_good(0.03)  # not known to be slower


def test_sizes_fall_into_classes() -> None:
    assert [choice.size_class(size) for size in (1, 512, 513, 65_536, 65_537)] == [
        512, 512, 4_096, 65_536, None,
    ]  # fmt: skip
    assert choice.choose("avx2", "all", 512, "avx2", {"scalar": [ratio(2, 3)]}, 0.02) is None


def test_the_largest_class_measured_goes_on_upwards() -> None:
    small = Pick("avx2", "all", 512, "scalar", ())
    medium = Pick("avx2", "all", 65_536, "avx2", ())
    made = choice.complete([small, medium], "avx2", "all", "avx2")
    assert [(p.up_to_bytes, p.implementation) for p in made] == [(512, "scalar"), (None, "avx2")]
    assert choice.complete([], "avx2", "select", "avx2") == [Pick("avx2", "select", None, "avx2", ())]


def test_an_incumbent_is_looked_up_as_the_pipeline_does() -> None:
    small = Pick("avx2", "all", 512, "scalar", ())
    rest = Pick("avx2", "all", None, "sse42", ())  # the class up to 65,536, going on upwards
    known = [rest, small, Pick("avx512", "all", None, "avx512", ())]
    assert choice.find(known, "avx2", "all", 512) == small
    assert choice.find(known, "avx2", "all", 65_536) == rest
    assert choice.find(known, "avx2", "all", None) == rest
    assert choice.find(known, "avx2", "select", 512) is None
    assert choice.find([small], "avx2", "all", None) is None


def evidence(cell: str) -> tuple[Evidence, ...]:
    return (Evidence(cell, "scalar", 1.5, 1.4, 1.6),)


def test_what_was_not_measured_stays_with_its_evidence() -> None:
    tiny, small = evidence("tiny/compact/all"), evidence("small/compact/all")
    known = [Pick("avx2", "all", 512, "scalar", tiny), Pick("avx2", "all", None, "sse42", small)]
    anew = Pick("avx2", "all", 512, "avx2", tiny)
    assert choice.merged(known, [anew]) == [anew, known[1]]
    assert choice.merged(known, []) == known
    # The one of any size was the class up to 4,096, which is measured now.
    larger = Pick("avx2", "all", 4_096, "avx2", small)
    assert choice.merged(known, [larger]) == [known[0], larger]
    # That nothing was measured is no evidence; that somebody wrote another name there is.
    nothing = Pick("avx2", "all", None, "avx2", ())
    assert choice.merged([nothing], [anew]) == [anew]
    chosen_by_hand = Pick("avx2", "all", None, "scalar", ())
    assert choice.merged([chosen_by_hand], [anew]) == [anew, chosen_by_hand]


def compared(*names: str, ratio: float = 0.5) -> dict[str, Any]:
    """What `rowcast compare` answers: a cell of each name, of which tiny is the smallest."""
    time = {"ratio": ratio, "low": ratio, "high": ratio, "enough": True, "coverage": 0.98}
    return {
        "environment": {"cpu_model": "a processor"},
        "cells": [
            {
                "name": name,
                "pick_scenario": name.rsplit("/", 1)[1],
                "request_bytes": 300 if name.startswith("tiny") else 2000,
                "time": time,
            }
            for name in names
        ],
    }


def lacking(**members: object) -> dict[str, Any]:
    """A comparison that the challenger wins by far."""
    told = compared("tiny/compact/all", ratio=2.0)
    told["cells"][0]["time"] |= members
    return told


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose library has avx2 and scalar; of its cells only tiny is measured."""
    build = Build("working tree", "c0ffee", False, tmp_path / "lib", tmp_path / "bin" / "rowcast")
    monkeypatch.setattr(cli.script, "ROOT", tmp_path)
    monkeypatch.setattr(cli.builds, "candidate", lambda *_, **__: build)
    monkeypatch.setattr(cli.measuring, "own_implementations", lambda _: ("avx2", "scalar"))
    monkeypatch.setattr(cli, "_compare", lambda *_, **__: compared("tiny/compact/all"))
    (tmp_path / "pipeline").mkdir()
    return tmp_path


def origin(date: str = "2026-01-01", kernels: str = "older", machine: str = "another processor") -> dict[str, Any]:
    return {"date": date, "environment": {"cpu_model": machine}, "kernels": kernels, "evidence": {"launches": 7}}


def table(root: Path, *picks: Pick, **members: object) -> None:
    document = {
        "format": "rowcast-picks/2",
        "sets": {pick.instruction_set: origin() for pick in picks},
        "picks": [pick.document() for pick in picks],
        **members,
    }
    (root / sources.PICKS).write_text(json.dumps(document))


def test_a_partial_run_leaves_the_rest_of_the_table(project: Path) -> None:
    small = Pick("avx2", "all", None, "scalar", evidence("small/compact/all"))
    select = Pick("avx2", "select", None, "scalar", evidence("small/compact/select"))
    elsewhere = Pick("neon", "all", None, "neon", ())
    table(project, small, select, elsewhere, kernel_pays_from_bytes={"copy": {"avx2": 32}})
    assert main(["--no-kernels", "--workload", "tiny"]) == 0
    written = json.loads((project / sources.PICKS).read_text())
    found = [choice.read(entry) for entry in written["picks"]]
    assert {small, select, elsewhere} < set(found)
    tiny = choice.find(found, "avx2", "all", 512)
    assert tiny is not None and tiny.up_to_bytes == 512 and tiny.evidence
    assert written["kernel_pays_from_bytes"] == {"copy": {"avx2": 32}}
    # Some of it was measured on other kernels, and the gate must still say so.
    assert written["sets"]["avx2"] == origin()
    assert "the picks of avx2 are stale: kernels/ has changed since 2026-01-01" in sources.staleness(project)


def test_a_set_is_measured_anew_where_nothing_older_stays(project: Path) -> None:
    table(project, Pick("avx2", "all", None, "avx2", evidence("tiny/compact/all")))
    assert main(["--no-kernels", "--workload", "tiny", "--seconds", "0.2"]) == 0
    written = json.loads((project / sources.PICKS).read_text())["sets"]
    assert set(written) == {"avx2", "scalar"}
    for of_set in written.values():
        assert of_set["date"] > "2026-01-01"
        assert of_set["environment"]["cpu_model"] == "a processor"
        assert of_set["kernels"] == sources.kernels_hash(project)
        assert of_set["evidence"]["seconds"] == 0.2


def test_a_part_measured_again_on_the_same_kernels_is_of_today(project: Path) -> None:
    small = Pick("avx2", "all", None, "scalar", evidence("small/compact/all"))
    now = sources.kernels_hash(project)
    table(project, small, sets={"avx2": origin(kernels=now)})
    assert main(["--no-kernels", "--workload", "tiny"]) == 0
    written = json.loads((project / sources.PICKS).read_text())
    assert small in [choice.read(entry) for entry in written["picks"]]
    assert written["sets"]["avx2"]["kernels"] == now
    assert written["sets"]["avx2"]["date"] > "2026-01-01"


def test_another_machines_sets_keep_their_picks_and_their_origin(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = Pick("avx2", "all", None, "scalar", evidence("tiny/compact/all"))
    theirs = [Pick("avx512", scenario, None, "avx512", evidence("tiny/compact/all")) for scenario in choice.SCENARIOS]
    now = sources.kernels_hash(project)
    table(
        project,
        *theirs,
        mine,
        sets={"avx512": origin("2026-01-02", now, "a wider one"), "avx2": origin()},
    )
    assert main(["--no-kernels"]) == 0
    written = json.loads((project / sources.PICKS).read_text())
    assert [choice.read(entry) for entry in written["picks"]][:3] == theirs
    assert list(written["sets"]) == ["avx512", "avx2", "scalar"]
    assert written["sets"]["avx512"] == origin("2026-01-02", now, "a wider one")
    assert written["sets"]["avx2"]["environment"]["cpu_model"] == "a processor"
    assert sources.staleness(project) == ""
    # Theirs on other kernels makes nothing of ours stale.
    table(project, *theirs, mine)
    assert main(["--no-kernels"]) == 0
    assert "stale" not in capsys.readouterr().err
    assert sources.staleness(project) == (
        "the picks of avx512 are stale: kernels/ has changed since 2026-01-01 (scripts/pick)"
    )


def test_only_the_sets_asked_for_are_measured(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = [Pick("avx2", scenario, None, "scalar", evidence("tiny/compact/all")) for scenario in choice.SCENARIOS]
    table(project, *theirs, kernel_pays_from_bytes={"copy": {"avx2": 32}})
    monkeypatch.setattr(cli, "_kernel_lengths", lambda *_: {"copy": {"avx2": 64, "scalar": None}})
    assert main(["--sets", "scalar"]) == 0
    written = json.loads((project / sources.PICKS).read_text())
    found = [choice.read(entry) for entry in written["picks"]]
    assert [pick for pick in found if pick.instruction_set == "avx2"] == theirs
    assert {pick.instruction_set for pick in found} == {"avx2", "scalar"}
    assert written["sets"]["avx2"] == origin()
    assert written["sets"]["scalar"]["kernels"] == sources.kernels_hash(project)
    assert written["kernel_pays_from_bytes"]["copy"]["avx2"] == 32


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sets", "avx2,neon"], "--sets: this machine has no 'neon', but avx2, scalar"),
        (["--sets", "avx2", "--check"], "--sets is for measuring"),
    ],
)
def test_sets_that_cannot_be_measured_are_a_usage_error(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["--no-kernels", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not (project / sources.PICKS).exists()


def test_a_pick_whose_implementation_is_gone_does_not_stay(project: Path) -> None:
    table(project, Pick("avx2", "select", None, "dropped", evidence("small/compact/select")))
    assert main(["--no-kernels", "--workload", "tiny"]) == 0
    written = json.loads((project / sources.PICKS).read_text())
    assert {entry["implementation"] for entry in written["picks"]} == {"avx2", "scalar"}


def test_a_first_run_needs_no_table(project: Path) -> None:
    assert main(["--no-kernels"]) == 0
    written = json.loads((project / sources.PICKS).read_text())
    assert {of_set["kernels"] for of_set in written["sets"].values()} == {sources.kernels_hash(project)}
    assert len(written["picks"]) == 6


def test_picks_are_written_before_the_kernels_are_measured(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(project, kernel_pays_from_bytes={"copy": {"avx512": 8, "avx2": 32}})

    def fail(*_: object) -> dict[str, dict[str, int | None]]:
        raise ReportError("rowcast_bench ended with exit code 1")

    monkeypatch.setattr(cli, "_kernel_lengths", fail)
    assert main([]) == 1
    written = json.loads((project / sources.PICKS).read_text())
    assert len(written["picks"]) == 6
    assert written["kernel_pays_from_bytes"] == {"copy": {"avx512": 8, "avx2": 32}}
    monkeypatch.setattr(cli, "_kernel_lengths", lambda *_: {"copy": {"avx2": 64}})
    assert main([]) == 0
    written = json.loads((project / sources.PICKS).read_text())
    assert written["kernel_pays_from_bytes"] == {"copy": {"avx512": 8, "avx2": 64}}


def test_a_check_goes_by_the_table_that_is_asked_for(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str | None] = []

    def compare(*_: object, **__: object) -> dict[str, Any]:
        used.append(os.environ.get("ROWCAST_PICKS"))
        return compared("tiny/compact/all")

    table(project, Pick("avx2", "all", None, "avx2", ()))
    monkeypatch.setattr(cli, "_compare", compare)
    monkeypatch.setenv("ROWCAST_PICKS", "/nowhere/left.json")
    assert main(["--check"]) == 0
    assert set(used) == {None}
    mine = project / "mine.json"
    mine.write_text((project / sources.PICKS).read_text())
    monkeypatch.chdir(project)
    used.clear()
    assert main(["--check", "--picks", "mine.json"]) == 0
    assert set(used) == {str(mine)}
    assert main(["--check", "--picks", "none.json"]) == 1


def test_what_compare_refuses_is_a_usage_error(tmp_path: Path) -> None:
    tool = tmp_path / "rowcast"
    arguments = cli._parser().parse_args([])
    for code, expected in ((2, UsageError), (1, ReportError)):
        tool.write_text(f"#!/bin/sh\nexit {code}\n")
        tool.chmod(0o755)
        with pytest.raises(expected):
            cli._compare(tool, "avx2", "scalar", arguments)


def test_a_file_that_is_no_table_is_an_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project / sources.PICKS
    for content, words in (
        ('{"format": "rowcast-picks/2", "picks": [1]}', "is no file of picks"),
        ('{"format": "rowcast-picks/1", "picks": []}', "picks.json: /format: is not 'rowcast-picks/2'"),
    ):
        path.write_text(content)
        assert main(["--no-kernels"]) == 1
        assert words in capsys.readouterr().err
    table(project, Pick("neon", "all", None, "neon", ()), sets={})
    assert main(["--no-kernels"]) == 1
    assert "picks.json: /sets: lacks 'neon', which /picks speaks of" in capsys.readouterr().err


def test_lengths_of_sets_that_were_not_measured_stay() -> None:
    known = {
        "copy": {"avx512": 32, "avx2": 16, "sse42": 64},
        "arena": {},
        "dropped": {"avx2": 8},
        "dropped elsewhere": {"avx512": 8, "avx2": 8},
    }
    made = {"copy": {"avx2": None}, "arena": {}, "added": {"avx2": 64, "sse42": None}}
    assert choice.merged_lengths(known, made, ["avx2", "sse42", "scalar"]) == {
        "copy": {"avx512": 32, "avx2": None},
        "arena": {},
        "dropped elsewhere": {"avx512": 8},
        "added": {"avx2": 64, "sse42": None},
    }


def test_a_kernel_pays_from_where_it_is_faster_for_good() -> None:
    scalar = {8: 10.0, 16: 20.0, 64: 80.0, 1024: 1000.0}
    assert choice.pays_from({8: 12.0, 16: 12.0, 64: 20.0, 1024: 90.0}, scalar, 0.05) == 16
    assert choice.pays_from({8: 5.0, 16: 30.0, 64: 20.0, 1024: 90.0}, scalar, 0.05) == 64
    assert choice.pays_from({8: 5.0, 1024: 1000.0}, scalar, 0.05) is None


def test_a_change_in_the_kernels_makes_the_picks_stale(tmp_path: Path) -> None:
    kernel = tmp_path / "kernels" / "algorithm" / "x.hpp"
    kernel.parent.mkdir(parents=True)
    kernel.write_text("one")
    (tmp_path / sources.PICKS).parent.mkdir()
    made = [Pick(name, "all", None, name, evidence("tiny/compact/all")) for name in ("avx512", "avx2", "sse42")]
    alone = Pick("scalar", "all", None, "scalar", ())
    one = sources.kernels_hash(tmp_path)
    kernel.write_text("two")
    two = sources.kernels_hash(tmp_path)
    sets = {"avx512": origin(kernels=one), "avx2": origin("2026-02-02", two), "sse42": origin(kernels=one), "scalar": origin()}
    table(tmp_path, *made, alone, sets=sets)
    # Of scalar nothing was measured: what else is there to take?
    assert sources.staleness(tmp_path) == (
        "the picks of avx512, sse42 are stale: kernels/ has changed since 2026-01-01 (scripts/pick)"
    )
    kernel.write_text("three")
    assert sources.staleness(tmp_path) == (
        "the picks of avx512, sse42 are stale: kernels/ has changed since 2026-01-01; "
        "the picks of avx2 are stale: kernels/ has changed since 2026-02-02 (scripts/pick)"
    )
    table(tmp_path, *made, alone, sets=dict.fromkeys(sets, origin(kernels=sources.kernels_hash(tmp_path))))
    assert sources.staleness(tmp_path) == ""
    table(tmp_path)
    assert "nothing was measured" in sources.staleness(tmp_path)


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "--margin" in capsys.readouterr().out
