#!/usr/bin/env python3
"""`rowcast count` with the sources that this machine and this build have.

What one of them cannot do is skipped with its own reason.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

TOOL = ""
OK, FAILED, USAGE = 0, 1, 2
SANITIZED = bool(os.environ.get("ROWCAST_SANITIZE"))


def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "ROWCAST_IMPLEMENTATION"}
    return subprocess.run([TOOL, *arguments], capture_output=True, text=True, check=False,
                          env=environment | (env or {}), timeout=200)


class CountTest(unittest.TestCase):
    def count(self, *arguments: str, env: dict[str, str] | None = None) -> dict[str, Any]:
        done = run("count", *arguments, "--json", env=env)
        self.assertEqual((done.returncode, done.stderr), (OK, ""))
        document = json.loads(done.stdout)
        assert isinstance(document, dict)
        self.assertEqual(document["format"], "rowcast-count/1")
        return document

    def counted(self, *arguments: str) -> dict[str, Any]:
        """With a value for the instructions. Skips the test where there can be none here."""
        document = self.count(*arguments)
        if document["instructions"]["value"] is None:
            reason = document["instructions"]["reason"]
            expected = (SANITIZED or platform.machine() != "x86_64"
                        or "callgrind: valgrind: No such file" in reason)  # fmt: skip
            self.assertTrue(expected, reason)
            self.skipTest(reason)
        return document

    def supported(self, name: str) -> None:
        listed = json.loads(run("implementations", "--json").stdout)["implementations"]
        found = [entry for entry in listed if entry["name"] == name]
        if not found or not found[0]["supported"]:
            self.skipTest(found[0]["reason"] if found else f"built without {name}")

    # Figures

    def test_stepping_agrees_with_callgrind(self) -> None:
        for scenario in ("all", "select"):
            with self.subTest(scenario=scenario):
                self.supported("avx2")
                where = ("avx2", "small", "--scenario", scenario, "--source")
                stepped = self.counted(*where, "step")["instructions"]["value"]
                callgrind = self.counted(*where, "callgrind")["instructions"]["value"]
                self.assertGreater(stepped, 100)
                self.assertLess(abs(stepped / callgrind - 1), 0.005, (stepped, callgrind))

    def test_steps_are_equal_in_three_processes(self) -> None:
        for name in ("avx512", "avx2"):
            with self.subTest(implementation=name):
                self.supported(name)
                counts = [self.counted(name, "small", "--source", "step") for _ in range(3)]
                self.assertGreater(counts[0]["instructions"]["value"], 100)
                for count in counts[1:]:
                    self.assertEqual(count, counts[0])

    def test_steps_do_not_depend_on_environment_and_place(self) -> None:
        there = self.counted("scalar", "tiny", "--source", "step")
        with tempfile.TemporaryDirectory(prefix="a-folder-with-a-long-name-") as folder:
            for program in ("rowcast", "rowcast_requests"):
                shutil.copy(Path(TOOL).parent / program, Path(folder) / program)
            done = subprocess.run(
                [f"{folder}/rowcast", "count", "scalar", "tiny", "--source", "step", "--json"],
                capture_output=True, check=True, env=os.environ | {"SOMETHING": "long" * 999})
        self.assertEqual(json.loads(done.stdout), there)

    def test_a_mean_of_several_requests_is_what_one_costs(self) -> None:
        one = self.counted("scalar", "tiny", "--source", "step")
        several = self.counted("scalar", "tiny", "--source", "step", "--requests", "3")
        self.assertEqual(several["requests"], 3)
        self.assertEqual(several["instructions"], one["instructions"])

    def test_the_instruction_set_is_proved(self) -> None:
        if os.environ.get("ROWCAST_ZYDIS") != "ON":
            self.skipTest("built without Zydis")
        for name, width in (("avx512", "zmm"), ("avx2", "ymm"), ("sse42", "xmm")):
            with self.subTest(implementation=name):
                self.supported(name)
                count = self.counted(name, "tiny", "--source", "step")
                self.assertIs(count["own_instruction_set"]["value"], True)
                self.assertGreater(count["mix"]["value"][width], 10)
                self.assertEqual(sum(count["mix"]["value"].values()), count["instructions"]["value"])
                for member in ("loads", "stores", "taken_branches"):
                    self.assertGreater(count[member]["value"], 10)
                    self.assertEqual(count[member]["source"], "step")

    def test_without_zydis_only_the_instructions_are_told(self) -> None:
        if os.environ.get("ROWCAST_ZYDIS") == "ON":
            self.skipTest("built with Zydis")
        count = self.counted("scalar", "tiny", "--source", "step")
        for member in ("loads", "stores", "taken_branches", "mix", "instruction_sets"):
            self.assertIsNone(count[member]["value"])
            self.assertEqual(count[member]["reason"], "step: built without Zydis")

    def test_auto_is_counted_where_it_depends_on_the_batch_too(self) -> None:
        listed = json.loads(run("implementations", "--json").stdout)["implementations"]
        best = next(entry["name"] for entry in listed if entry["supported"])
        picks = [
            {"instruction_set": best, "scenario": scenario, "up_to_bytes": size,
             "implementation": name, "evidence": []}
            for scenario in ("all", "select", "select-inside")
            for size, name in ((100, best), (None, "scalar"))
        ]  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "picks.json"
            table.write_text(json.dumps({
                "format": "rowcast-picks/2",
                "sets": {best: {"date": "", "environment": {"cpu_model": ""}}}, "picks": picks,
            }))  # fmt: skip
            count = self.count("auto", "small", "--source", "papi", env={"ROWCAST_PICKS": str(table)})
        self.assertEqual(count["implementation"], "auto")
        self.assertEqual(count["response"], "equals the reference's")

    def test_a_place_that_cannot_be_written_to_stops_callgrind_alone(self) -> None:
        count = self.count("scalar", "tiny", "--source", "callgrind", env={"TMPDIR": "/proc/1"})
        self.assertIsNone(count["instructions"]["value"])
        if not SANITIZED:
            self.assertIn("callgrind: ", count["instructions"]["reason"])

    def test_allocations(self) -> None:
        ours = self.count("scalar", "small", "--source", "papi")
        reference = self.count("nlohmann", "small", "--source", "papi")
        if ours["allocations"]["value"] is None:
            self.skipTest(ours["allocations"]["reason"])
        self.assertEqual(ours["allocations"]["value"], 0)
        self.assertEqual(ours["allocation_bytes"]["value"], 0)
        self.assertGreater(ours["allocations_cold"]["value"], 0)
        self.assertGreater(reference["allocations"]["value"], 10)
        self.assertEqual(reference["allocation_left_bytes"]["value"], 0)

    # Sources

    def test_each_value_names_its_source_and_its_absence_the_reason(self) -> None:
        count = self.count("scalar", "tiny")
        for name, member in count.items():
            if isinstance(member, dict) and "value" in member:
                with self.subTest(name=name):
                    self.assertEqual(list(member), ["value", "source", "reason"])
                    self.assertEqual(member["value"] is None, member["source"] is None)
                    self.assertEqual(member["value"] is None, bool(member["reason"]))

    def test_only_the_source_asked_for_is_taken(self) -> None:
        count = self.counted("scalar", "tiny", "--source", "callgrind")
        self.assertEqual(count["instructions"]["source"], "callgrind")
        self.assertEqual(list(count["sources"]), ["callgrind"])
        self.assertIsNone(count["taken_branches"]["value"])
        self.assertIsNone(count["mix"]["value"])

    def test_what_valgrind_does_not_know_it_does_not_count(self) -> None:
        self.supported("avx512")
        count = self.count("avx512", "tiny", "--source", "callgrind")
        self.assertIsNone(count["instructions"]["value"])
        self.assertRegex(count["instructions"]["reason"],
                         "sanitizer" if SANITIZED else "cannot run here: this machine lacks avx512")

    def test_a_missing_valgrind_is_the_reason(self) -> None:
        if SANITIZED:
            self.skipTest("callgrind is not tried in a build with a sanitizer")
        count = self.count("scalar", "tiny", "--source", "callgrind", env={"PATH": "/nowhere"})
        self.assertEqual(count["instructions"]["reason"],
                         "callgrind: valgrind: No such file or directory")

    def test_what_is_too_large_to_step_is_null_with_the_reason(self) -> None:
        count = self.count("scalar", "small", "--source", "step", "--max-steps", "1000")
        self.assertIsNone(count["instructions"]["value"])
        if not SANITIZED:
            self.assertEqual(count["instructions"]["reason"], "step: takes more than 1000 steps")
        count = self.count("peer-memcpy", "large", "--source", "step")
        self.assertIsNone(count["instructions"]["value"])
        self.assertRegex(count["instructions"]["reason"], "bytes of input are too many")
        self.assertEqual(count["response"], "not compared")

    @unittest.skipUnless(SANITIZED, "a build without sanitizers")
    def test_a_sanitizer_is_the_reason(self) -> None:
        count = self.count("scalar", "tiny", "--source", "callgrind,step")
        self.assertIsNone(count["instructions"]["value"])
        self.assertRegex(count["instructions"]["reason"], "callgrind: .*sanitizer.*step: .*sanitizer")

    # The command line

    def test_the_table_says_the_same(self) -> None:
        count = self.counted("scalar", "tiny", "--source", "step")
        done = run("count", "scalar", "tiny", "--source", "step")
        self.assertEqual((done.returncode, done.stderr), (OK, ""))
        self.assertRegex(done.stdout, rf"(?m)^instructions +{count['instructions']['value']}  \[step\]$")

    def test_usage_errors(self) -> None:
        for arguments, message in [
            ([], "rowcast: IMPLEMENTATION is required"),
            (["scalar"], "rowcast: WORKLOAD is required"),
            (["nope", "tiny"], "rowcast: no implementation is called 'nope'"),
            (["scalar", "nope"], "rowcast: no workload is called 'nope'"),
            (["scalar", "tiny", "--source", "guess"], "rowcast: Could not convert: --source"),
            (["scalar", "tiny", "--requests", "0"], "rowcast: --requests"),
            (["scalar", "tiny", "--scenario", "some"], "rowcast: Could not convert: --scenario"),
            (["peer-memcpy", "small", "--scenario", "select"],
             "rowcast: the implementation 'peer-memcpy' does not answer selections"),
        ]:  # fmt: skip
            with self.subTest(arguments=arguments):
                done = run("count", *arguments)
                self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
                self.assertTrue(done.stderr.startswith(message), done.stderr)

    def test_a_missing_program_is_an_error(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            tool = shutil.copy(TOOL, folder)
            done = subprocess.run([tool, "count", "scalar", "tiny"], capture_output=True, text=True,
                                  check=False)
        self.assertEqual((done.returncode, done.stdout), (FAILED, ""))
        self.assertIn("rowcast_requests: the program that is counted is missing", done.stderr)


if __name__ == "__main__":
    TOOL = sys.argv.pop(1)
    unittest.main()
