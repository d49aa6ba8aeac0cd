"""The verdicts on the design's promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import synthetic

from rowcast_reports import promises, results, units
from rowcast_reports.catalogue import Catalogue
from rowcast_reports.promises import (
    Assessment,
    Assessor,
    Direction,
    Measured,
    Outcome,
    Promise,
    judge,
)
from rowcast_reports.results import Results
from rowcast_reports.several_threads import PROMISED_SHARE
from rowcast_reports.standings import Standings


def promise(direction: Direction, promised: float, unit: str = "ns") -> Promise:
    return Promise("id", "claim", promised, unit, direction, {})


@pytest.mark.parametrize(
    ("direction", "promised", "value", "unit", "outcome", "text"),
    [
        (Direction.AT_LEAST, 500_000, 500_000, "requests/s", Outcome.MET, ""),
        (Direction.AT_LEAST, 500_000, 350_000, "requests/s", Outcome.MISSED, "by 30.0 %"),
        (Direction.AT_LEAST, 100, 1, "times", Outcome.MISSED, "by 99.0 %"),
        (Direction.AT_MOST, 10_000, 10_000, "ns", Outcome.MET, ""),
        (Direction.AT_MOST, 10_000, 16_000, "ns", Outcome.MISSED, "by 60.0 %"),
        (Direction.AT_MOST, 10_000, 42_000, "ns", Outcome.MISSED, "by a factor of 4.20"),
        (Direction.AT_MOST, 0, 3, "functions", Outcome.MISSED, "by 3"),
        (Direction.AT_MOST, 0, 0, "functions", Outcome.MET, ""),
        (Direction.UNDER, 1_200, 1_199, "lines", Outcome.MET, ""),
        (Direction.UNDER, 1_200, 1_200, "lines", Outcome.MISSED, "by nothing to spare: the limit itself"),
        (Direction.OVER, 90, 90.1, "percent", Outcome.MET, ""),
        (Direction.OVER, 90, 88.4, "percent", Outcome.MISSED, "by 1.60 percentage points"),
        (Direction.AT_LEAST, 95, 40, "percent", Outcome.MISSED, "by 55.0 percentage points"),
    ],
)
def test_judge(
    direction: Direction, promised: float, value: float, unit: str, outcome: Outcome, text: str
) -> None:
    verdict = judge(promise(direction, promised, unit), Measured(value, "x"), "nlohmann")
    assert (verdict.outcome, verdict.text.replace(units.THIN, " ")) == (outcome, text)


def test_what_was_not_measured_says_why() -> None:
    verdict = judge(promise(Direction.AT_MOST, 1), Measured(None, "", "too few samples"), "nlohmann")
    assert verdict == promises.Verdict(Outcome.NOT_MEASURABLE, "too few samples")


def test_the_old_design_is_never_judged() -> None:
    verdict = judge(promise(Direction.OLD, 50_000), Measured(25_000, "nlohmann"), "nlohmann")
    assert verdict.outcome is Outcome.NOT_MEASURABLE
    assert "nlohmann, its stand-in, is at 0.500× of the figure" in verdict.text


def assess(
    loaded: Results, source: dict[str, float] | None = None
) -> dict[str, Assessment]:
    assessor = Assessor(
        promises.load_book(), loaded, Standings(loaded, Catalogue(loaded)), source
    )
    return {
        assessment.promise.id: assessment
        for group in assessor.all().values()
        for assessment in group
    }


def test_the_book_holds_every_promise_of_the_design() -> None:
    book = promises.load_book()
    flat = {entry.id: entry for group in book.groups for entry in group.promises}
    assert len(flat) == sum(len(group.promises) for group in book.groups)
    figures = {name: flat[name].promised for name in flat}
    assert [figures[f"rps-{w}"] for w in ("small", "medium", "large", "nested")] == [
        500_000, 100_000, 1_000, 50_000,
    ]  # fmt: skip
    assert [figures[f"rps-{w}-old"] for w in ("small", "medium", "large", "nested")] == [
        50_000, 5_000, 20, 2_000,
    ]  # fmt: skip
    assert [figures[f"speedup-{w}"] for w in ("small", "medium", "large", "nested")] == [10, 20, 50, 25]
    assert [figures[f"simdjson-{w}"] for w in ("small", "medium", "large", "nested")] == [5, 5, 5, 3]
    assert {figures[f"select-{w}"] for w in ("small", "medium", "large", "nested")} == {2.5}
    assert [figures[f"minify-{w}"] for w in ("medium", "large")] == [0.5, 0.5]
    assert (figures["roundtrip"], figures["other-peers"]) == (40, 1)
    assert (figures["avx2-of-avx512"], figures["sse42-of-westmere"]) == (0.5, 2)
    assert {figures[f"share-{w}"] for w in ("large", "wide")} == {PROMISED_SHARE}
    assert (figures["jsonb-pace"], figures["text-pace"]) == (0.97, 0.5)
    assert [figures[f"p95-{w}"] for w in ("small", "medium", "large")] == [1e4, 5e4, 1e7]
    assert [figures[f"p95-{w}-old"] for w in ("small", "medium", "large")] == [1e5, 1e6, 5e8]
    assert [figures[f"allocs-{w}-old"] for w in ("small", "medium", "large")] == [150, 1_500, 50_000]
    assert [figures[f"peak-{w}"] for w in ("small", "medium", "large")] == [2e3, 8e4, 1e7]
    assert [figures[f"peak-{w}-old"] for w in ("small", "medium", "large")] == [8e3, 2e5, 5e7]
    assert [figures[f"camel-{n}-scalar"] for n in (10, 50, 500)] == [8, 40, 400]
    assert [figures[f"camel-{n}-avx2"] for n in (10, 50, 500)] == [12, 15, 25]
    assert {entry.measure["kind"] for entry in flat.values()} == {
        "pipeline", "lead", "share", "pace", "reduction", "kernel", "kernel_quotient", "source",
    }  # fmt: skip


def test_figures_are_those_of_the_result_file(results_path: Path, loaded: Results) -> None:
    raw = {cell["name"]: cell for cell in json.loads(results_path.read_text())["benchmarks"]}
    found = assess(loaded, {"core_lines": 1143, "duplicated_functions": 0, "coverage_percent": 88.4})
    rate = found["rps-medium"]
    assert (
        rate.measured.value
        == raw[f"pipeline/medium/compact/all/{rate.measured.by}"]["requests_per_second"]
    )
    old = found["allocs-large-old"]
    assert old.measured.by == "nlohmann"
    assert old.measured.value == raw["pipeline/large/compact/all/nlohmann"]["allocs_cold"]
    assert found["camel-50-avx2"].measured.value == raw["kernel/camel/avx2/50"]["real_time"]
    assert found["lookup-map-memory"].measured.value == 2144
    assert found["lookup-map-memory"].verdict.outcome is Outcome.MISSED
    assert found["arena-malloc"].measured.value == pytest.approx(18.2 / 1.4)
    assert found["core-lines"].verdict.outcome is Outcome.MET
    assert found["coverage"].verdict.outcome is Outcome.MISSED
    # p95 of nlohmann on large: the harness had too few samples.
    assert found["p95-large-old"].measured.value is None
    assert "too few samples" in found["p95-large-old"].verdict.text


def test_the_lead_over_several_workloads_is_the_least(loaded: Results) -> None:
    found = assess(loaded)
    overall, small = found["overall-small"], found["speedup-small"]
    assert overall.measured.value is not None and small.measured.value is not None
    assert overall.measured.value <= small.measured.value
    assert "the least, on" in overall.measured.by


def compared(tmp_path: Path, *cells: dict[str, Any]) -> Results:
    """A run of these cells, and of what they were measured beside."""
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"context": {}, "benchmarks": list(cells)}), "utf-8")
    return results.load(path)


def paired(setting: str, name: str, ratio: float) -> list[dict[str, Any]]:
    """An implementation that takes so many times as long as `scalar`."""
    speed = {"bytes_per_second": 1e9 / ratio, "requests_per_second": 1e6 / ratio}
    bounds = {"ratio": ratio, "ratio_low": ratio, "ratio_high": ratio, "launches": 7}
    return [
        synthetic.entry(f"pipeline/{setting}/{name}", 1000.0 * ratio, **speed),
        *([] if name == "scalar" else [
            synthetic.entry(f"ratio/{setting}/{name}", 1.0, **bounds, label="baseline=scalar")
        ]),
    ]  # fmt: skip


def test_a_lead_over_peers_is_read_from_paired_ratios(tmp_path: Path) -> None:
    cells = []
    for setting, peer in (("small/compact/all", 1.5), ("small/compact/select", 0.5)):
        for name, ratio in (("scalar", 1.0), ("avx512", 0.25), ("avx2", 0.5), ("peer-simdjson", peer),
                            ("peer-simdjson-westmere", 0.75), ("peer-rapidjson", 0.3)):  # fmt: skip
            cells += paired(setting, name, ratio)
    found = assess(compared(tmp_path, *cells))
    assert found["simdjson-small"].measured.value == pytest.approx(6.0)
    assert found["simdjson-small"].verdict.outcome is Outcome.MET
    assert "paired" in found["simdjson-small"].measured.by
    assert found["select-small"].measured.value == pytest.approx(2.0), "of the selection's own cells"
    assert found["select-small"].verdict.outcome is Outcome.MISSED
    assert found["other-peers"].measured.value == pytest.approx(1.2)
    assert "over peer-rapidjson" in found["other-peers"].measured.by
    assert found["avx2-of-avx512"].measured.value == pytest.approx(0.5)
    assert found["avx2-of-avx512"].verdict.outcome is Outcome.MET
    assert found["simdjson-nested"].measured.value is None
    assert found["sse42-of-westmere"].measured.value is None


def test_a_lead_over_names_that_were_not_all_measured_says_so(tmp_path: Path) -> None:
    cells = [*paired("small/compact/all", "scalar", 1.0), *paired("small/compact/all", "peer-rapidjson", 2.0)]
    by = assess(compared(tmp_path, *cells))["other-peers"].measured.by
    assert "small" in by.split("; ")[-1] and by.endswith("not measured")


def test_a_pace_is_the_least_of_the_pairs_that_were_measured(tmp_path: Path) -> None:
    cells = []
    for setting, ratio in (("small/compact/all", 0.2), ("small/jsonb/all", 0.25),
                           ("medium/compact/all", 0.2), ("medium/jsonb/all", 0.2),
                           ("nested/jsonb/all", 0.4), ("text/compact/all", 0.16)):  # fmt: skip
        cells += [*paired(setting, "scalar", 1.0), *paired(setting, "avx512", ratio)]
    found = assess(compared(tmp_path, *cells))
    jsonb = found["jsonb-pace"]
    assert jsonb.measured.value == pytest.approx(0.8)
    assert jsonb.measured.by.startswith("avx512 on small/jsonb, over avx512 on small/compact; plain division")
    assert jsonb.measured.by.endswith("large/jsonb, large/compact, nested/compact not measured in this run")
    assert jsonb.verdict.outcome is Outcome.MISSED
    assert found["text-pace"].measured.value is None
    assert found["text-pace"].verdict.text == "text-ascii/compact not measured in this run"


def test_a_share_is_the_fastest_implementations(tmp_path: Path) -> None:
    setting = "large/compact/all"
    cells = [*paired(setting, "scalar", 1.0), *paired(setting, "avx512", 0.2)]
    for name, share in (("scalar", 0.99), ("avx512", 0.8)):
        speedups = {"independent_speedup": 2.0, "parallel_speedup": 2 * share, "parallel_over_independent": share}
        bounds = {f"{key}_{end}": value for key, value in speedups.items() for end in ("low", "high")}
        cells.append(
            synthetic.entry(f"scaling/{setting}/{name}/2", 1e9, **speedups, **bounds, launches=7)
        )
    found = assess(compared(tmp_path, *cells))
    assert found["share-large"].measured.value == 0.8
    assert found["share-large"].measured.by.startswith("avx512")
    assert found["share-large"].verdict.outcome is Outcome.MISSED
    assert "was not measured" in found["share-wide"].verdict.text


def test_an_empty_run_measures_nothing_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text('{"context": {}, "benchmarks": []}')
    found = assess(results.load(path))
    assert {entry.verdict.outcome for entry in found.values()} == {Outcome.NOT_MEASURABLE}
    assert all(entry.verdict.text for entry in found.values())
    assert found["coverage"].verdict.text == "not measured in this run: run scripts/coverage"


def test_an_errored_kernel_cell_gives_its_reason(tmp_path: Path) -> None:
    cells: list[dict[str, Any]] = [synthetic.failed("kernel/camel/scalar/10", "differs")]
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"context": {}, "benchmarks": cells}))
    found = assess(results.load(path))
    assert found["camel-10-scalar"].verdict.text == "kernel/camel/scalar/10: differs"
