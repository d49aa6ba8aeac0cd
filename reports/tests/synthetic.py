"""Made-up result files for the tests. Nothing in them was measured, and they say so.

`python3 synthetic.py DIR` writes one, to look at the page it makes.
"""

from __future__ import annotations

import json
import math
import random
import sys
from pathlib import Path
from typing import Any

WORKLOADS = {
    # name: (input bytes, rows)
    "tiny": (96, 1),
    "small": (1_020, 10),
    "medium": (50_400, 100),
    "large": (5_020_000, 10_000),
    "nested": (101_000, 1),
    "wide": (16_100_000, 10_000),
    "text": (410_000, 200),
    "text-ascii": (410_000, 200),
}
# GB/s on `medium`, steady state
SPEEDS = {
    "scalar": 0.62,
    "sse42": 2.1,
    "avx2": 3.9,
    "avx512": 5.2,
    "avx512-shape": 5.1,
    "nlohmann": 0.046,
    "peer-nlohmann-roundtrip": 0.09,
    "peer-simdjson": 0.88,
    "peer-rapidjson": 0.22,
    "peer-memcpy": 41.0,
}
LAYOUTS = ("compact", "jsonb")
SCENARIOS = ("all", "select")
BASELINE = "scalar"
NO_HARDWARE = "perf_event_open for cycles: not supported on this machine"
MISMATCH = "output differs from the reference at byte 1,204: expected 'N', got 'n'"
QUANTILES = [0.0, *[i / 20 for i in range(1, 19)], *[0.9 + i / 100 for i in range(1, 10)], 0.995, 0.998, 0.999, 0.9995, 1.0]

Entry = dict[str, Any]


def context(**changes: object) -> Entry:
    return {
        "date": "2000-01-02T03:04:05+00:00",
        "synthetic": "true",
        "host_name": "synthetic-host",
        "executable": "/nowhere/build/bin/rowcast_bench",
        "num_cpus": 2,
        "mhz_per_cpu": 2600,
        "cpu_scaling_enabled": False,
        "caches": [
            {"type": "Data", "level": 1, "size": 32768, "num_sharing": 1},
            {"type": "Unified", "level": 2, "size": 1048576, "num_sharing": 1},
        ],
        "load_avg": [0.41, 0.3, 0.2],
        "library_build_type": "release",
        "cpu_model": "Synthetic Processor 9000",
        "cpu_features": "sse4.2 avx2 avx512f avx512bw avx512vbmi2",
        "hypervisor": "KVM",
        "kernel": "6.1.0",
        "governor": "unknown",
        "aslr": "on",
        "affinity": "1",
        "compiler": "g++ 12.2.0",
        "compiler_flags": "-O3 -falign-functions=64 -falign-loops=64",
        "build_type": "Release",
        "build_id": "0123456789abcdef",
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "dirty": "true",
        "workload_hashes": "small 11112222, medium 33334444",
        "seeds": "1..32",
        "library_versions": "benchmark 1.7.1, nlohmann_json 3.11.2",
        "clock_source": "tsc",
        "empty_call_ns": 1.2,
        "lto": "on",
        **changes,
    }


def entry(name: str, time_ns: float, **members: object) -> Entry:
    return {
        "name": name,
        "run_name": name,
        "run_type": "iteration",
        "repetitions": 1,
        "repetition_index": 0,
        "threads": 1,
        "iterations": max(1, int(1e9 / time_ns)),
        "real_time": time_ns,
        "cpu_time": time_ns * 0.999,
        "time_unit": "ns",
        **members,
    }


def failed(name: str, message: str = MISMATCH) -> Entry:
    return {
        **entry(name, 1.0),
        "iterations": 0,
        "real_time": 0.0,
        "cpu_time": 0.0,
        "error_occurred": True,
        "error_message": message,
    }


def _speed(rng: random.Random, workload: str, layout: str, scenario: str, name: str) -> float:
    factor = {"tiny": 0.25, "small": 0.7, "large": 0.9, "nested": 1.1, "wide": 1.05, "text": 0.9}
    speed = SPEEDS[name] * factor.get(workload, 1.0) * rng.uniform(0.92, 1.08)
    if scenario == "select":
        speed *= 1.6
    if layout == "jsonb":
        speed *= 0.99
    if name == "avx512-shape" and scenario == "select":
        speed *= 1.35
    if name.startswith("avx512") and workload == "tiny":
        speed *= 0.8
    return speed * 1e9


def _pipeline(
    rng: random.Random, workload: str, layout: str, scenario: str, name: str, hardware: bool
) -> Entry:
    size, rows = WORKLOADS[workload]
    if layout == "jsonb":
        size = int(size * 1.07)
    speed = _speed(rng, workload, layout, scenario, name)
    time = 1e9 * size / speed
    samples = int(min(20_000, max(40, 1e9 / time)))
    calls = max(1, math.ceil(1000 / time))
    unavailable: dict[str, str] = {}
    spread = sorted(
        (quantile, time * (0.97 + 0.04 * quantile + 0.002 * quantile / (1.0005 - quantile) ** 0.8))
        for quantile in QUANTILES
    )

    def percentile(quantile: float, needed: int) -> float | None:
        if samples < needed:
            counter = f"p{round(quantile * 100)}_ns"
            unavailable[counter] = f"too few samples: {samples}, needs {needed}"
            return None
        return next(ns for at, ns in spread if at >= quantile - 1e-9)

    tree = "nlohmann" in name or name == "peer-rapidjson"
    cold = rows * (152 if tree else 0) + 2
    members: Entry = {
        "bytes_per_second": speed,
        "requests_per_second": speed / size,
        "p50_ns": percentile(0.50, 6),
        "p95_ns": percentile(0.95, 72),
        "p99_ns": percentile(0.99, 368),
        "max_ns": spread[-1][1],
        "samples": samples,
        "calls_per_sample": calls,
        "distribution_ns": [list(point) for point in spread],
        "allocs": rows * 150 if tree else 0,
        "alloc_bytes": size * 7 if tree else 0,
        "alloc_peak_bytes": size * 5 if tree else 0,
        "allocs_cold": cold,
        "alloc_bytes_cold": size * 8 if tree else size * 1.3,
        "alloc_peak_bytes_cold": size * 6.2 if tree else size * 1.3,
        "plan_allocs": 14,
        "input_bytes": size,
        "output_bytes": int(size * 1.02),
        "rows": rows,
        "perf::TASK-CLOCK": time * 0.998,
        "perf::PAGE-FAULTS": 0.0,
        "perf::CONTEXT-SWITCHES": time / 4e9,
        "perf::CPU-MIGRATIONS": 0.0,
    }
    per_byte = 3.1e9 / speed
    counted = {
        "PAPI_TOT_CYC": per_byte * size,
        "PAPI_TOT_INS": per_byte * size * 2.7,
        "PAPI_BR_MSP": 0.002 * size,
        "PAPI_L1_DCM": 0.011 * size,
        "PAPI_L3_TCM": 0.0004 * size,
        "ipc": 2.7,
        "cycles_per_byte": per_byte,
        "instructions_per_byte": per_byte * 2.7,
        "branch_misses_per_byte": 0.002,
        "l1d_misses_per_byte": 0.011,
        "llc_misses_per_byte": 0.0004,
    }
    if hardware:
        members |= counted
    else:
        members |= {counter: None for counter in counted}
        unavailable |= {counter: NO_HARDWARE for counter in counted}
    if unavailable:
        members["unavailable"] = unavailable
    return entry(f"pipeline/{workload}/{layout}/{scenario}/{name}", time, **members)


def _ratio(rng: random.Random, setting: str, name: str, ratio: float) -> Entry:
    return entry(
        f"ratio/{setting}/{name}",
        ratio * 1000,
        ratio=ratio,
        ratio_low=ratio * (1 - rng.uniform(0.002, 0.02)),
        ratio_high=ratio * (1 + rng.uniform(0.002, 0.02)),
        pairs=1400,
        launches=7,
        label=f"baseline={BASELINE}",
    )


def _kernels(rng: random.Random) -> list[Entry]:
    cells: list[Entry] = []
    speedups = {"scalar": 1.0, "sse42": 5.0, "avx2": 9.0, "avx512": 14.0, "libc": 11.0}
    for kernel, per_byte, sizes in (
        ("camel", 0.8, (10, 50, 500)),
        ("string_end", 0.7, (8, 64, 512, 4096, 65536)),
        ("whitespace", 0.5, (8, 64, 512, 4096, 65536)),
        ("utf8", 0.9, (8, 64, 512, 4096, 65536)),
    ):
        for isa, speedup in speedups.items():
            if isa == "libc" and kernel != "string_end":
                continue
            for size in sizes:
                time = 1.5 + per_byte * size / speedup * rng.uniform(0.95, 1.05)
                cells.append(entry(f"kernel/{kernel}/{isa}/{size}", time, bytes_per_second=size / time * 1e9))
    for isa, speedup in speedups.items():
        if isa == "libc":
            continue
        for variant, cost in (("none", 0.75), ("10pct", 0.95)):
            for size in (64, 1024, 16384):
                cells.append(
                    entry(
                        f"kernel/escape_scan/{isa}/{size}-{variant}",
                        2 + size * cost / speedup,
                        bytes_per_second=size * 1e9 / (2 + size * cost / speedup),
                    )
                )
    for way, hit, memory in (
        ("lookup/scalar", 1.8, 16),
        ("lookup/avx2", 1.7, 16),
        ("lookup-hash-map/std", 31.0, 2144),
        ("lookup-hash-set/std", 29.0, 1480),
    ):
        for fields in (32, 128):
            scale = fields / 32
            cells += [
                entry(f"kernel/{way}/{fields}-hit", hit * scale, memory_bytes=memory * scale),
                entry(f"kernel/{way}/{fields}-miss", hit * scale / 2, memory_bytes=memory * scale),
            ]
    cells += [
        entry("kernel/malloc/libc/64", 18.2),
        entry("kernel/arena/scalar/64", 1.4),
        failed("kernel/utf8/avx512-new/64", "differs from the scalar kernel"),
    ]
    return cells


def _sweeps(rng: random.Random) -> list[Entry]:
    cells: list[Entry] = []
    for name in (*[name for name in SPEEDS if name != "peer-memcpy"], "memcpy"):
        speed = 41.0 if name == "memcpy" else SPEEDS[name]
        for rows in (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000):
            size = 504 * rows
            overhead = 12 if name == "memcpy" else 90
            slower = 1 + (0.6 if name == "memcpy" else 0.12) * max(0.0, math.log10(size / 1e6))
            time = overhead + size / speed * slower * rng.uniform(0.98, 1.02)
            cells.append(
                entry(
                    f"sweep/medium/compact/all/{name}/{rows}",
                    time,
                    bytes_per_second=size / time * 1e9,
                )
            )
    return cells


def _interval(rng: random.Random, name: str, value: float, spread: float = 0.02) -> Entry:
    return {
        name: value,
        f"{name}_low": value * (1 - rng.uniform(0.2, 1.0) * spread),
        f"{name}_high": value * (1 + rng.uniform(0.2, 1.0) * spread),
    }


def threads_cell(rng: random.Random, name: str, rows: int, ratio: float, label: str = "") -> Entry:
    return entry(
        f"threads/medium/compact/all/{name}/2/{rows}",
        1e8,
        **_interval(rng, "ratio", ratio),
        ratio_coverage=0.984375,
        launches=7,
        pairs=1400,
        rows=rows,
        input_bytes=504.5 * rows,
        label=f"baseline=one-thread{label}",
    )


def scaling_cell(
    rng: random.Random, workload: str, name: str, share: float, label: str = ""
) -> Entry:
    independent = rng.uniform(1.85, 1.98)
    return entry(
        f"scaling/{workload}/compact/all/{name}/2",
        7e8,
        **_interval(rng, "independent_speedup", independent),
        **_interval(rng, "parallel_speedup", independent * share),
        **_interval(rng, "parallel_over_independent", share),
        ratio_coverage=0.984375,
        launches=7,
        rounds=210,
        input_bytes=WORKLOADS[workload][0],
        label=label,
    )


# Rows from which on two threads pay, and what one request reaches of the independent threads' gain
THREADS = {"scalar": (60, 0.97), "sse42": (250, 0.93), "avx2": (500, 0.78), "avx512": (4_000, 0.855)}


def _threads(rng: random.Random) -> list[Entry]:
    cells: list[Entry] = []
    for name, (least, share) in THREADS.items():
        for rows in (30, 60, 120, 250, 500, 1_000, 2_000):
            ratio = 1.06 + 0.02 * rng.random() if rows < least else 0.52 + 0.3 * least / rows
            label = " verdict=UNCLEAR" if (name, rows) == ("avx2", 500) else ""
            if (name, rows) == ("sse42", 30):
                cells.append(failed(f"threads/medium/compact/all/{name}/2/{rows}"))
            else:
                cells.append(threads_cell(rng, name, rows, ratio, label))
        for workload in ("large", "wide"):
            if (name, workload) == ("avx2", "wide"):
                cells.append(failed(f"scaling/{workload}/compact/all/{name}/2", MISMATCH))
            else:
                label = "chunk_bytes=65536" if name == "sse42" else ""
                cells.append(scaling_cell(rng, workload, name, share, label))
    return cells


def results(
    *,
    seed: int = 1,
    hardware: bool = False,
    ratios: bool = True,
    implementations: tuple[str, ...] = tuple(SPEEDS),
    workloads: tuple[str, ...] = tuple(WORKLOADS),
    **changes: object,
) -> Entry:
    rng = random.Random(seed)
    cells: list[Entry] = []
    for workload in workloads:
        for layout in LAYOUTS:
            for scenario in SCENARIOS:
                setting = f"{workload}/{layout}/{scenario}"
                speeds: dict[str, float] = {}
                for name in implementations:
                    if name == "peer-rapidjson" and scenario == "select":
                        continue
                    cell = _pipeline(rng, workload, layout, scenario, name, hardware)
                    if (workload, layout, scenario, name) == ("text", "compact", "all", "avx2"):
                        cells.append(failed(f"pipeline/{setting}/{name}"))
                        continue
                    cells.append(cell)
                    speeds[name] = cell["bytes_per_second"]
                if ratios:
                    for name, speed in speeds.items():
                        if name != BASELINE and BASELINE in speeds:
                            cells.append(_ratio(rng, setting, name, speeds[BASELINE] / speed))
    cells += _sweeps(rng) + _kernels(rng) + _threads(rng)
    return {"context": context(**changes), "benchmarks": cells}


SOURCE = {"core_lines": 1143, "duplicated_functions": 0, "coverage_percent": 88.4}


def write(folder: Path, document: Entry | None = None, *, source: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "results.json"
    path.write_text(json.dumps(document if document is not None else results()), "utf-8")
    if source:
        (folder / "source.json").write_text(json.dumps(SOURCE), "utf-8")
    return path


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), results(hardware="--hardware" in sys.argv)))
