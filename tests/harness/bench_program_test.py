"""rowcast_bench from its command line: names, counters, files, interruption, exit codes.

Environment: ROWCAST_BENCH is the program.
"""

import json
import math
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

BENCH = os.environ["ROWCAST_BENCH"]
# Enough to run everything, not enough to mean anything.
FAST = ["--cell-budget", "0.02", "--launches", "2", "--pin", "none", "--quiet"]

PIPELINE_COUNTERS = [
    "bytes_per_second", "requests_per_second", "max_ns", "samples", "calls_per_sample",
    "allocs", "alloc_bytes", "alloc_peak_bytes", "allocs_cold", "alloc_bytes_cold",
    "alloc_peak_bytes_cold", "plan_allocs", "input_bytes", "output_bytes", "rows",
]  # fmt: skip
# A value, or null with the reason.
PERHAPS = [
    "p50_ns", "p95_ns", "p99_ns",
    "PAPI_TOT_CYC", "PAPI_TOT_INS", "PAPI_BR_MSP", "PAPI_L1_DCM", "PAPI_L3_TCM",
    "perf::TASK-CLOCK", "perf::PAGE-FAULTS", "perf::CONTEXT-SWITCHES", "perf::CPU-MIGRATIONS",
    "ipc", "cycles_per_byte", "instructions_per_byte", "branch_misses_per_byte",
    "l1d_misses_per_byte", "llc_misses_per_byte",
]  # fmt: skip
CONTEXT = [
    "cpu_model", "cpu_features", "hypervisor", "kernel", "governor", "aslr", "affinity",
    "compiler", "compiler_flags", "build_type", "build_id", "commit", "dirty", "workload_hashes",
    "seeds", "library_versions", "clock_source", "empty_call_ns", "counters_unavailable", "lto",
    "run_id",
]  # fmt: skip
NAME = re.compile(
    r"(pipeline|ratio)/[^/]+/(compact|jsonb)/(all|select)/[^/:]+"
    r"|sweep/[^/]+/(compact|jsonb)/(all|select)/[^/:]+/\d+"
    r"|threads/[^/]+/compact/all/[^/:]+/2/\d+|scaling/[^/]+/compact/all/[^/:]+/2"
    r"|kernel/[^/]+/[^/:]+/\d+(-[a-z0-9]+)?"
)


def run(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [BENCH, *arguments], capture_output=True, text=True, timeout=200, check=False, **options
    )


def read_lines(path: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


class BenchProgramTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.cells = self.folder / "cells.jsonl"
        self.results = self.folder / "results.json"

    def suite(self, *arguments: str) -> subprocess.CompletedProcess:
        return run(*FAST, "--cells", str(self.cells), "--results", str(self.results), *arguments)

    def test_names_have_no_suffix(self) -> None:
        listed = run("--list").stdout.split()
        self.assertGreater(len(listed), 100)
        self.assertEqual(len(listed), len(set(listed)))
        for name in listed:
            self.assertTrue(NAME.fullmatch(name), name)
        self.assertIn("pipeline/large/compact/all/scalar", listed)
        self.assertIn("kernel/camel/scalar/50", listed)
        self.assertIn("ratio/small/jsonb/select/nlohmann", listed)
        self.assertIn("sweep/medium/compact/all/memcpy/100000", listed)
        self.assertEqual(listed, run("--benchmark_list_tests").stdout.split())

    def test_google_json_is_standard(self) -> None:
        names = ["pipeline/tiny/compact/all/scalar", "kernel/camel/scalar/50"]
        pattern = "^(" + "|".join(names) + ")$"
        done = run(*FAST, f"--benchmark_filter={pattern}", "--benchmark_format=json")
        self.assertEqual(done.returncode, 0, done.stderr)
        document = json.loads(done.stdout, parse_constant=lambda text: self.fail(text))
        self.assertEqual([entry["name"] for entry in document["benchmarks"]], names)
        for key in CONTEXT:
            self.assertTrue(document["context"].get(key), key)
        tiny, camel = document["benchmarks"]
        for counter in PIPELINE_COUNTERS:
            self.assertIsInstance(tiny[counter], float, counter)
        self.assertEqual(tiny["allocs"], 0)
        self.assertGreaterEqual(tiny["allocs_cold"], tiny["plan_allocs"])
        self.assertGreater(tiny["calls_per_sample"], 1)
        # Google's own time of an iteration is that of a call. (The processor's: others may be at
        # work on this machine.)
        self.assertAlmostEqual(math.log(tiny["cpu_time"] / tiny["p50_ns"]), 0, delta=math.log(4))
        self.assertLess(camel["cpu_time"], 10_000)

    def test_all_kinds_of_cells_and_the_results_file(self) -> None:
        chosen = (
            "^(pipeline/(small|medium)/compact/(all|select)/|ratio/small/compact/all/"
            "|sweep/medium/compact/all/[a-z]*/(1|10)$|kernel/lookup)"
        )
        done = self.suite(f"--benchmark_filter={chosen}")
        self.assertEqual(done.returncode, 0, done.stderr)
        results = json.loads(self.results.read_text())
        lines = read_lines(self.cells)
        self.assertEqual(lines[0]["context"]["build_id"], results["context"]["build_id"])
        self.assertEqual(lines[1:], results["benchmarks"])
        entries = {entry["name"]: entry for entry in results["benchmarks"]}
        self.assertEqual({name.split("/")[0] for name in entries},
                         {"pipeline", "ratio", "sweep", "kernel"})  # fmt: skip
        for name, entry in entries.items():
            self.assertNotIn("error_occurred", entry, name)
            for counter, reason in entry.get("unavailable", {}).items():
                self.assertIsNone(entry[counter], (name, counter))
                self.assertTrue(reason, (name, counter))
                self.assertIn(counter, entry["label"], name)
            if name.startswith("pipeline/"):
                for counter in PIPELINE_COUNTERS + PERHAPS:
                    self.assertIn(counter, entry, name)
                    missing = entry[counter] is None
                    self.assertEqual(missing, counter in entry.get("unavailable", {}), (name, counter))
                points = entry["distribution_ns"]
                self.assertEqual([points[0][0], points[-1][0]], [0.0, 1.0])
                self.assertEqual(points, sorted(points))
                self.assertEqual(points[-1][1], entry["max_ns"])
            if name.startswith("ratio/"):
                self.assertLessEqual(entry["ratio_low"], entry["ratio"])
                self.assertLessEqual(entry["ratio"], entry["ratio_high"])
                self.assertEqual(entry["launches"], 2)
                self.assertIn("baseline=scalar", entry["label"])
                if name.endswith("/nlohmann"):
                    self.assertGreater(entry["ratio"], 2)  # the reference is far from the baseline
            if name.startswith("kernel/lookup"):
                self.assertGreater(entry["memory_bytes"], 0)
        self.assertIn("output=not-compared",
                      entries["pipeline/small/compact/all/peer-nlohmann-roundtrip"]["label"])  # fmt: skip

    def test_libraries_do_the_jobs_that_kernels_are_compared_at(self) -> None:
        done = run("--quick", *FAST, "--cells", str(self.cells),
                   "--benchmark_filter=^kernel/[a-z0-9_-]+/(libc|std|peer-simdjson)/")  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        entries = read_lines(self.cells)[1:]
        for kernel in ("string_end", "whitespace", "escape_scan", "utf8", "camel", "number",
                       "literal", "copy", "malloc", "lookup-hash-map", "lookup-hash-set"):  # fmt: skip
            self.assertTrue(any(entry["name"].split("/")[1] == kernel for entry in entries), kernel)
        for entry in entries:
            self.assertNotIn("error_occurred", entry, entry)
            self.assertGreater(entry["calls_per_second"], 0, entry["name"])

    def test_cells_of_several_threads(self) -> None:
        names = ["threads/medium/compact/all/scalar/2/30", "scaling/large/compact/all/scalar/2"]
        listed = run("--list")
        if "left out: threads/, scaling/" in listed.stderr:
            self.assertNotIn(names[0], listed.stdout)
            self.skipTest(listed.stderr)
        done = self.suite("--benchmark_filter=^(" + "|".join(names) + ")$")
        self.assertEqual(done.returncode, 0, done.stderr)
        threads, scaling = json.loads(self.results.read_text())["benchmarks"]
        self.assertEqual([threads["name"], scaling["name"]], names)
        self.assertIn("baseline=one-thread", threads["label"])
        self.assertLessEqual(threads["ratio_low"], threads["ratio"])
        self.assertEqual(threads["rows"], 30)
        for ratio in ("independent_speedup", "parallel_speedup", "parallel_over_independent"):
            self.assertGreater(scaling[f"{ratio}_low"], 0, ratio)
            self.assertLessEqual(scaling[f"{ratio}_low"], scaling[ratio], ratio)
            self.assertLessEqual(scaling[ratio], scaling[f"{ratio}_high"], ratio)
        self.assertEqual(scaling["launches"], 2)
        self.assertIn("verdict=UNCLEAR", scaling["label"])  # too short to say anything

    def test_standard_flags_work(self) -> None:
        out = self.folder / "out.json"
        done = run(
            *FAST, "--benchmark_filter=^pipeline/tiny/compact/all/scalar$", "--benchmark_min_time=0.3",
            "--benchmark_repetitions=2", f"--benchmark_out={out}", "--benchmark_out_format=json",
            "--benchmark_context=who=me", "--benchmark_time_unit=us",
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        document = json.loads(out.read_text())
        self.assertEqual(document["context"]["who"], "me")
        runs = [entry for entry in document["benchmarks"] if entry["run_type"] == "iteration"]
        self.assertEqual([entry["repetition_index"] for entry in runs], [0, 1])
        for entry in runs:
            self.assertEqual(entry["name"], "pipeline/tiny/compact/all/scalar")
            self.assertEqual(entry["time_unit"], "us")
            self.assertGreater(entry["iterations"] * entry["real_time"] * 1e-6, 0.2)
        means = [entry for entry in document["benchmarks"] if entry.get("aggregate_name") == "mean"]
        self.assertEqual(len(means), 1)

    def test_implementations_can_be_chosen(self) -> None:
        listed = run("--list", "--impl", "nlohmann").stdout.split()
        self.assertTrue(listed)
        for name in listed:
            self.assertTrue("nlohmann" in name or "memcpy" in name, name)

    def test_evicting_caches_is_recorded(self) -> None:
        done = self.suite("--evict-caches", "--benchmark_filter=^pipeline/tiny/compact/all/scalar$")
        self.assertEqual(done.returncode, 0, done.stderr)
        results = json.loads(self.results.read_text())
        self.assertEqual(results["context"]["evicts_caches"], "true")
        self.assertEqual(results["benchmarks"][0]["calls_per_sample"], 1)

    def test_raw_samples_can_be_written(self) -> None:
        samples = self.folder / "samples"
        done = self.suite(
            "--samples", str(samples), "--benchmark_filter=^pipeline/small/compact/all/scalar$"
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        (path,) = samples.iterdir()
        self.assertEqual(path.name, "pipeline_small_compact_all_scalar.txt")
        values = [float(line) for line in path.read_text().splitlines() if not line.startswith("#")]
        (entry,) = json.loads(self.results.read_text())["benchmarks"]
        self.assertEqual(len(values), entry["samples"])
        self.assertAlmostEqual(max(values), entry["max_ns"], delta=0.01)
        # The nearest rank, again.
        rank = max(1, math.ceil(0.95 * len(values) - 1e-9))
        self.assertAlmostEqual(sorted(values)[rank - 1], entry["p95_ns"], delta=0.01)

    def test_own_rows(self) -> None:
        rows = self.folder / "rows.ndjson"
        rows.write_text('{"user_id":1,"full_name":"A B"}\n{"user_id":2,"full_name":"C"}\n')
        schema = self.folder / "schema.json"
        schema.write_text('{"version":"1.0","features":[],"types":{"User":{"fields":{}}}}')
        done = self.suite(
            "--input", str(rows), "--type", "User", "--schema", str(schema), "--field", "users",
            "--select", "{ fullName }",
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        entries = {entry["name"]: entry for entry in json.loads(self.results.read_text())["benchmarks"]}
        for name in (
            "pipeline/input/compact/all/scalar", "pipeline/input/compact/select/nlohmann",
            "ratio/input/compact/all/nlohmann",
        ):  # fmt: skip
            self.assertIn(name, entries)
        cell = entries["pipeline/input/compact/all/scalar"]
        self.assertEqual(cell["rows"], 2)
        self.assertEqual(cell["input_bytes"], len(rows.read_text()) - 2)

    def test_bad_rows_are_an_error_not_a_number(self) -> None:
        rows = self.folder / "rows.ndjson"
        rows.write_text('{"user_id":1}\n{"user_id":}\n')
        done = self.suite("--input", str(rows))
        self.assertEqual(done.returncode, 1)
        entries = json.loads(self.results.read_text())["benchmarks"]
        self.assertTrue(entries)
        for entry in entries:
            self.assertTrue(entry["error_occurred"], entry["name"])
            self.assertIn("row 1, byte 11", entry["error_message"])
            self.assertNotIn("p50_ns", entry)

    def test_a_peer_can_be_the_baseline(self) -> None:
        done = self.suite("--baseline", "peer-memcpy", "--benchmark_filter=^ratio/small/compact/.*/scalar$")
        self.assertEqual(done.returncode, 0, done.stderr)
        entries = json.loads(self.results.read_text())["benchmarks"]
        self.assertEqual([entry["name"] for entry in entries], ["ratio/small/compact/all/scalar"])
        self.assertGreater(entries[0]["ratio"], 1)  # nothing is faster than a copy
        left_out = run("--list", "--baseline", "peer-memcpy").stderr
        self.assertIn("ratio/small/compact/select/scalar: its baseline does not answer", left_out)

    def test_interrupted_and_resumed(self) -> None:
        chosen = "--benchmark_filter=^kernel/camel"
        arguments = [
            "--cell-budget", "0.2", "--pin", "none", "--cells", str(self.cells),
            "--results", str(self.results), chosen,
        ]  # fmt: skip
        program = subprocess.Popen(
            [BENCH, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        while not self.cells.exists() or self.cells.read_text().count("\n") < 3:
            self.assertIsNone(program.poll())
            time.sleep(0.01)
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=60)
        self.assertEqual(program.returncode, 130, errors)
        self.assertIn("--resume", errors)
        self.assertFalse(self.results.exists())
        kept = read_lines(self.cells)[1:]
        self.assertGreaterEqual(len(kept), 2)
        # As if it had been cut while writing.
        with self.cells.open("a") as file:
            file.write('{"name":"kernel/cam')

        done = run(*arguments, "--resume")
        self.assertEqual(done.returncode, 0, done.stderr)
        results = json.loads(self.results.read_text())
        self.assertEqual(results["context"]["runs"], 2)
        names = [entry["name"] for entry in results["benchmarks"]]
        self.assertEqual(names, run("--list", chosen).stdout.split())
        self.assertEqual(results["benchmarks"][: len(kept)], kept)

        self.results.unlink()
        again = run(*arguments, "--resume")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(json.loads(self.results.read_text()), results)

    def test_google_output_survives_an_interruption(self) -> None:
        out = self.folder / "out.json"
        program = subprocess.Popen(
            [BENCH, "--cell-budget", "0.3", "--pin", "none", f"--benchmark_out={out}",
             "--benchmark_filter=^kernel/camel"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        while not re.match(r"\[ *3/", program.stderr.readline()):
            self.assertIsNone(program.poll())
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=60)
        self.assertEqual(program.returncode, 143)
        document = json.loads(out.read_text())
        self.assertTrue(document["benchmarks"])
        for entry in document["benchmarks"]:
            self.assertNotIn("error_occurred", entry)

    def test_will_not_go_on_with_another_builds_cells(self) -> None:
        self.cells.write_text('{"context":{"build_id":"00"}}\n{"name":"kernel/camel/scalar/10"}\n')
        before = self.cells.read_text()
        done = self.suite("--resume", "--benchmark_filter=^kernel/camel")
        self.assertEqual(done.returncode, 3)
        self.assertIn("build_id", done.stderr)
        self.assertEqual(self.cells.read_text(), before)

    def test_will_not_take_a_finished_run_of_another_build_for_its_own(self) -> None:
        chosen = "--benchmark_filter=^kernel/camel/scalar/10$"
        self.assertEqual(self.suite(chosen).returncode, 0)
        again = self.suite(chosen, "--resume")
        self.assertEqual(again.returncode, 0, again.stderr)
        context, *cells = read_lines(self.cells)
        context["context"]["build_id"] = "00"
        self.cells.write_text("".join(json.dumps(line) + "\n" for line in (context, *cells)))
        self.results.unlink()
        done = self.suite(chosen, "--resume")
        self.assertEqual(done.returncode, 3)
        self.assertIn("build_id", done.stderr)
        self.assertFalse(self.results.exists())

    def test_exit_codes(self) -> None:
        for arguments in (
            ["--nonsense"], ["--benchmark_nonsense=1"], ["--resume"], ["--cell-budget", "no"],
            ["--impl", "none-such"], ["--pin", "first"], ["--benchmark_filter=no-such-cell"],
            ["--benchmark_filter=("], ["--type", "T"],
        ):  # fmt: skip
            self.assertEqual(run(*arguments).returncode, 2, arguments)
        self.assertEqual(run("--input", str(self.folder / "missing")).returncode, 1)
        unwritable = str(self.folder / "missing" / "cells.jsonl")
        chosen = "--benchmark_filter=^kernel/camel/scalar/10$"
        self.assertEqual(run(*FAST, "--cells", unwritable, chosen).returncode, 1)
        for flag in ("--help", "--helpfull"):
            self.assertEqual(run(flag).returncode, 0)
        self.assertIn("Exit codes", run("--help").stdout)
        self.assertIn("--benchmark_filter", run("--helpfull").stdout)


if __name__ == "__main__":
    unittest.main()
