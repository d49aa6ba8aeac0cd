"""Who wins, by how much, and when nobody can say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import synthetic

from rowcast_reports import results
from rowcast_reports.catalogue import Catalogue, Role
from rowcast_reports.names import Setting
from rowcast_reports.results import Results
from rowcast_reports.standings import Method, Standing, Standings, paired_interval

SETTING = Setting("small", "compact", "all")


def run(
    folder: Path,
    speeds: dict[str, float | None],
    ratios: dict[str, tuple[float, float, float]] | None = None,
    launches: int = 7,
    baseline: str = "scalar",
) -> tuple[Results, Standings]:
    cells: list[dict[str, Any]] = []
    for name, speed in speeds.items():
        cell = f"pipeline/{SETTING}/{name}"
        if speed is None:
            cells.append(synthetic.failed(cell))
        else:
            cells.append(
                synthetic.entry(cell, 1.0, bytes_per_second=speed, requests_per_second=speed / 1000)
            )
    for name, (low, ratio, high) in (ratios or {}).items():
        cells.append(
            synthetic.entry(
                f"ratio/{SETTING}/{name}",
                1.0,
                ratio=ratio,
                ratio_low=low,
                ratio_high=high,
                launches=launches,
                pairs=200,
                label=f"baseline={baseline}",
            )
        )
    path = folder / "results.json"
    path.write_text(json.dumps({"context": {}, "benchmarks": cells}))
    loaded = results.load(path)
    return loaded, Standings(loaded, Catalogue(loaded))


def only(standings: Standings) -> Standing:
    (cell,) = standings.cells
    return cell


def test_the_baseline_can_win(tmp_path: Path) -> None:
    cell = only(run(tmp_path, {"scalar": 6e8, "nlohmann": 5e7}, {"nlohmann": (11.9, 12.0, 12.1)})[1])
    assert cell.winner == "scalar"
    assert cell.runner_up is not None and cell.runner_up.method is Method.PAIRED
    figure = cell.runner_up.figure
    assert (figure.low, figure.value, figure.high) == (11.9, 12.0, 12.1)
    assert figure.coverage == pytest.approx(0.984375)
    assert cell.clear


def test_the_lead_between_two_others_is_a_quotient(tmp_path: Path) -> None:
    cell = only(
        run(
            tmp_path,
            {"scalar": 6e8, "avx2": 3e9, "avx512": 5e9},
            {"avx2": (0.19, 0.20, 0.21), "avx512": (0.09, 0.10, 0.11)},
        )[1]
    )
    assert cell.winner == "avx512"
    assert cell.runner_up is not None
    assert cell.runner_up.slower == "avx2"
    assert cell.runner_up.method is Method.PAIRED_QUOTIENT
    assert cell.runner_up.figure.low == pytest.approx(0.19 / 0.11)
    assert cell.runner_up.figure.coverage == pytest.approx(0.96875)


def test_the_paired_ratio_beats_the_throughput(tmp_path: Path) -> None:
    # Unpaired figures say avx512; the paired comparison knows better.
    cell = only(
        run(
            tmp_path,
            {"scalar": 6e8, "avx2": 4.9e9, "avx512": 5e9},
            {"avx2": (0.09, 0.10, 0.11), "avx512": (0.12, 0.13, 0.14)},
        )[1]
    )
    assert cell.winner == "avx2"


def test_overlapping_intervals_are_not_clear(tmp_path: Path) -> None:
    cell = only(
        run(
            tmp_path,
            {"scalar": 6e8, "avx2": 5e9, "avx512": 5e9},
            {"avx2": (0.095, 0.102, 0.11), "avx512": (0.095, 0.10, 0.105)},
        )[1]
    )
    assert cell.winner == "avx512"
    assert not cell.clear


def test_without_ratios_the_lead_is_a_plain_division(tmp_path: Path) -> None:
    cell = only(run(tmp_path, {"scalar": 6e8, "nlohmann": 5e7})[1])
    assert cell.winner == "scalar"
    assert cell.runner_up is not None
    assert cell.runner_up.method is Method.DIVISION
    assert cell.runner_up.figure.value == pytest.approx(12.0)
    assert not cell.runner_up.figure.bounded
    assert not cell.clear


def test_a_faster_one_without_a_ratio_is_not_passed_over(tmp_path: Path) -> None:
    cell = only(
        run(
            tmp_path,
            {"scalar": 6e8, "avx2": 3e9, "avx512": 5e9},
            {"avx2": (0.19, 0.20, 0.21)},
        )[1]
    )
    assert cell.winner == "avx512"
    assert cell.runner_up is not None and cell.runner_up.method is Method.DIVISION


def test_peers_and_roofs_never_win(tmp_path: Path) -> None:
    cell = only(
        run(tmp_path, {"scalar": 6e8, "peer-simdjson": 9e8, "peer-rapidjson": 2e8, "peer-memcpy": 4e10})[1]
    )
    assert cell.winner == "scalar"
    assert cell.runner_up is None
    assert cell.best_peer is not None
    assert cell.best_peer.slower == "peer-simdjson"
    assert cell.best_peer.figure.value == pytest.approx(6 / 9)


def test_an_errored_cell_never_wins(tmp_path: Path) -> None:
    cell = only(run(tmp_path, {"scalar": 6e8, "avx2": None}, {"avx2": (0.1, 0.1, 0.1)})[1])
    assert cell.winner == "scalar"
    assert cell.runner_up is None


def test_unknown_implementations_get_colours_of_their_own(tmp_path: Path) -> None:
    loaded, _ = run(
        tmp_path, {"scalar": 1e9, "avx10": 2e9, "neon": 1.5e9, "peer-yyjson": 1e9, "peer-sonic": 1e9}
    )
    catalogue = Catalogue(loaded)
    assert len({i.light for i in catalogue.implementations}) == 5
    assert catalogue["avx10"].role is Role.SHIPPABLE
    assert catalogue["peer-yyjson"].role is Role.PEER
    assert [i.name for i in catalogue.implementations][:3] == ["scalar", "avx10", "neon"]


def test_the_harness_own_coverage_is_read(tmp_path: Path) -> None:
    loaded, _ = run(tmp_path, {"scalar": 6e8, "avx2": 3e9}, {"avx2": (0.19, 0.20, 0.21)})
    (ratio,) = loaded.ratios[SETTING]
    assert paired_interval(ratio).coverage == pytest.approx(0.984375)
    assert paired_interval(replace(ratio, coverage=0.961, launches=9)).coverage == 0.961
    assert paired_interval(replace(ratio, launches=9)).coverage is None


@pytest.mark.parametrize(("launches", "clear"), [(1, False), (3, False), (5, False), (6, True), (7, True)])
def test_too_few_launches_decide_nothing(tmp_path: Path, launches: int, clear: bool) -> None:
    figures = {"nlohmann": (11.9, 12.0, 12.1)}
    cell = only(run(tmp_path, {"scalar": 6e8, "nlohmann": 5e7}, figures, launches)[1])
    assert cell.winner == "scalar"
    assert cell.clear is clear
