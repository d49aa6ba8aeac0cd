"""The gate's self-test: its bookkeeping and its rates."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from rowcast_reports.errors import InputError, ReportError
from rowcast_reports.gate import floors, self_test, self_test_page
from rowcast_reports.gate.measuring import Cells, Comparison, Measured, Time
from rowcast_reports.gate.rates import Rate
from rowcast_reports.gate.self_test import CellOutcome, Job, Origin, Outcome, Plan


def test_intervals_are_exact() -> None:
    # 0 of n: 1 - (alpha / 2)^(1/n); the others from tables of the binomial distribution.
    assert Rate(0, 100).interval == pytest.approx((0.0, 1 - 0.025 ** (1 / 100)))
    assert Rate(10, 10).interval == pytest.approx((0.025 ** (1 / 10), 1.0))
    assert Rate(5, 10).interval == pytest.approx((0.1871, 0.8129), abs=1e-4)
    assert str(Rate(0, 0)) == "n/a"
    assert str(Rate(1, 4)).startswith("25.0 % [0.6, 80.6] (1 of 4)")


def test_jobs_are_as_many_as_planned_and_mixed_the_same_way_each_time() -> None:
    plan = Plan(same=10, relinked=10, slowed=6)
    made = self_test.jobs(plan, ["relinked_64", "relinked_128"])
    assert made == self_test.jobs(plan, ["relinked_64", "relinked_128"])
    assert len(made) == 10 + 10 + 4 * 6
    assert len({job.seed for job in made}) == len(made)
    assert [job.variant for job in made].count("relinked_64") == 5
    assert len({job.kind for job in made[:12]}) == 3


def outcome(
    job: Job, *cells: CellOutcome, exit_code: int = 0, commit: str = "0123456789ab"
) -> Outcome:
    origin = Origin("2026-11-25T14:00:00Z", "a processor", "a compiler", commit)
    return Outcome(job, origin, exit_code, 10.0, "", cells)


def slowed(effect: int, verdict: str, smallest: float) -> Outcome:
    job = Job("slowed", f"slowed_{effect}", effect, 1)
    other = CellOutcome("small/compact/all/scalar", "PASS", 1.0, 0.02, False)
    return outcome(job, CellOutcome("small/compact/all/avx2", verdict, 1.05, smallest, True), other)


def calm(verdict: str, exit_code: int) -> Outcome:
    cell = CellOutcome("small/compact/all/avx2", verdict, 1.0, 0.02, False)
    return outcome(Job("same", "itself", 0, 1), cell, exit_code=exit_code)


def test_power_is_told_by_effect_and_by_what_matters() -> None:
    found = self_test.power([slowed(5, "FAIL", 0.02), slowed(5, "PASS", 0.03), slowed(1, "PASS", 0.02)])
    five = next(entry for entry in found if entry.effect == 5)
    assert five.all_cells == Rate(1, 2)
    assert five.measured == pytest.approx(0.05)
    assert five.sharp_cells == Rate(1, 1)  # 3 % is no sharp cell
    assert five.clear_cells == Rate(1, 1)  # nor is 5 % twice 3 %
    assert five.elsewhere == Rate(0, 2)


def test_an_error_catches_nothing() -> None:
    caught = slowed(5, "FAIL", 0.02)
    broken = dataclasses.replace(
        caught, cells=tuple(dataclasses.replace(cell, verdict="FAIL", ratio=None) for cell in caught.cells)
    )
    five = next(entry for entry in self_test.power([caught, broken]) if entry.effect == 5)
    assert five.all_cells == Rate(1, 2)
    assert five.elsewhere == Rate(0, 2)


def test_false_alarms_are_gates_and_unclear_ones_are_cells() -> None:
    found = self_test.calm([calm("PASS", 0), calm("FAIL", 3), calm("INCONCLUSIVE", 4)], "same")
    assert found.alarms == Rate(1, 3)
    assert found.inconclusive_cells == Rate(1, 3)


def test_runs_survive_a_torn_line_and_no_other_fault(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    line = self_test._line(slowed(5, "FAIL", 0.02))
    path.write_text(line + line[:30])
    assert self_test.read(path) == [slowed(5, "FAIL", 0.02)]
    path.write_text(line[:30] + "\n" + line)
    with pytest.raises(InputError, match="line 1"):
        self_test.read(path)
    assert self_test.read(tmp_path / "none.jsonl") == []


def test_the_page_gets_table_and_plot_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "gate.md"
    page.write_text(f"before\n{self_test_page.BEGIN}old\n{self_test_page.END}after\n")
    outcomes = [calm("PASS", 0), slowed(5, "FAIL", 0.02)]
    self_test_page.publish(outcomes, Plan(), page)
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert "| identical code: no alarm | 0.0 % [0.0, 97.5] (0 of 1) | reached |" in text
    assert "| 5 % | 5.0 % | 100.0 % [2.5, 100.0] (1 of 1) |" in text
    assert "2 of 440 planned gates" in text
    assert (tmp_path / "gate-self-test.svg").read_bytes().startswith(b"<?xml")
    self_test_page.publish([calm("FAIL", 3)], Plan(), page)
    assert "| identical code: no alarm | 100.0 % [2.5, 100.0] (1 of 1) | **missed** |" in page.read_text()
    page.write_text("no marks")
    with pytest.raises(InputError):
        self_test_page.publish(outcomes, Plan(), page)


def test_the_page_names_every_commit_whose_gates_it_counts() -> None:
    job = Job("same", "itself", 0, 1)
    told = self_test_page.table([outcome(job), outcome(job, commit="ba9876543210+"), outcome(job)], Plan())
    assert told.startswith(
        "2026-11-25, a processor, a compiler, commit 0123456789ab, ba9876543210+: 3 of 440 planned gates"
    )


IDENTITY = ("cpu_model", "cpu_features", "compiler")
HERE = {"cpu_model": "a", "cpu_features": "b", "compiler": "c", "commit": "e", "dirty": "false"}


def entry(cells: dict[str, float], **environment: str) -> dict[str, Any]:
    """A machine's floors: this one's, but for what is said of its environment."""
    return {
        "environment": {**HERE, **environment},
        "cells": {name: {"floor": floor} for name, floor in cells.items()},
    }


def test_floors_are_those_of_the_comparisons_machine_and_build(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    here = Comparison((), HERE, "", 1.0, IDENTITY)
    floors.write([entry({"cell": 0.1}, cpu_features="z"), entry({"cell": 0.2}, commit="f")], path)
    assert floors.known_cells(path, here) == {"cell": {"floor": 0.2}}
    # What an entry does not tell is not taken for ours.
    untold = entry({"cell": 0.3})
    del untold["environment"]["cpu_features"]
    floors.write([untold], path)
    assert floors.known_cells(path, here) == {}


def test_a_file_of_another_form_is_no_file_of_floors(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    for content, words in (
        ("{}", "is no file of floors"),
        ('{"format": "rowcast-floors/1", "environment": {}, "cells": {}}', "its format is not 'rowcast-floors/2'"),
        ('{"format": "rowcast-floors/2", "machines": [{"environment": {}}]}', "is no file of floors"),
    ):
        path.write_text(content)
        with pytest.raises(InputError, match=words):
            floors.read(path)


def test_floors_of_some_cells_leave_the_others(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    some = entry({"b": 0.3})
    assert floors.merged(some, path) == [some]
    others = [entry({"b": 0.4}, cpu_features="y"), entry({"a": 0.5}, compiler="z")]
    floors.write([others[0], entry({"a": 0.1, "b": 0.2}), others[1]], path)
    both = entry({"a": 0.1, "b": 0.3})
    assert floors.merged(some, path) == [others[0], both, others[1]]
    # Another commit is the same machine; another processor is not.
    later = entry({"b": 0.3}, commit="f")
    assert floors.merged(later, path)[1] == {**both, "environment": later["environment"]}
    elsewhere = entry({"b": 0.3}, cpu_features="x")
    assert floors.merged(elsewhere, path) == [*floors.read(path), elsewhere]


def test_an_entry_has_what_tells_its_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    time = Time(1.01, 1.0, 1.02, 0.98, 7, 100, 0.02, 1.0, 1.0)
    told = Measured("a", "w", "compact", "all", time=time)
    made = Comparison((told,), {**HERE, "load_average": "0.5"}, "", 1.0, IDENTITY)
    monkeypatch.setattr(floors.measuring, "compare", lambda *_, **__: made)
    measured = floors.measure(tmp_path, tmp_path, tmp_path, Cells(), lambda _: None)
    assert measured["environment"] == HERE
    assert measured["cells"]["a"]["floor"] == pytest.approx(0.00995)


def test_an_unfit_machine_has_no_floors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unfit = Comparison((), HERE, "crowded", 1.0)
    monkeypatch.setattr(floors.measuring, "compare", lambda *_, **__: unfit)
    with pytest.raises(ReportError, match="crowded"):
        floors.measure(tmp_path, tmp_path, tmp_path, Cells(), lambda _: None)
