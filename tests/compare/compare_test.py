"""`rowcast compare` from its command line, with builds that are known to differ.

Environment: ROWCAST, ROWCAST_LIBRARY and ROWCAST_VARIANTS are the program, librowcast.so and the
folder of its variants. What is asserted of times leaves room for a machine that others use too.
"""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROWCAST = os.environ["ROWCAST"]
LIBRARY = os.environ["ROWCAST_LIBRARY"]
VARIANTS = pathlib.Path(os.environ["ROWCAST_VARIANTS"])
# Enough to run everything, not enough to mean much.
FAST = ["--workload", "small", "--allow-unfit", "--seconds", "0.02"]


def compare(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROWCAST, "compare", *arguments], capture_output=True, text=True, timeout=200, check=False
    )


def cells(*arguments: str, code: int = 0) -> list[dict]:
    done = compare(*arguments, "--json")
    assert done.returncode == code, (done.returncode, done.stderr)
    return json.loads(done.stdout)["cells"]


class CompareTest(unittest.TestCase):
    def test_names_its_cells(self) -> None:
        done = compare("scalar", "--null", "--list", "--layout", "jsonb", "--workload", "tiny")
        self.assertEqual(done.stdout, "tiny/jsonb/all\ntiny/jsonb/select\n")

    def test_a_slower_implementation_is_slower(self) -> None:
        for cell in cells("scalar", "nlohmann", *FAST, "--scenario", "all"):
            self.assertEqual(cell["verdict"], "SLOWER")
            self.assertGreater(cell["time"]["ratio"], 2.0)
            self.assertEqual(cell["a_implementation"], "scalar")
            self.assertEqual(cell["allocations"]["a"], 0)
            self.assertGreater(cell["allocations"]["b"], 10)
        for cell in cells("nlohmann", "scalar", *FAST, "--scenario", "all"):
            self.assertEqual(cell["verdict"], "FASTER")

    def test_slower_is_an_exit_code_only_when_asked(self) -> None:
        arguments = ("scalar", "nlohmann", *FAST, "--scenario", "all")
        self.assertEqual(compare(*arguments).returncode, 0)
        self.assertEqual(compare(*arguments, "--fail-if-slower").returncode, 3)
        self.assertEqual(compare(*arguments, "--fail-if-slower", "--launches", "3").returncode, 4)

    def test_finds_a_build_slowed_by_a_tenth(self) -> None:
        slowed = str(VARIANTS / "librowcast_slowed_10.so")
        for cell in cells(
            LIBRARY, slowed, *FAST[:-1], "0.15", "--scenario", "all", "--launches", "7"
        ):
            self.assertGreater(cell["time"]["ratio"], 1.04)
            self.assertLess(cell["time"]["ratio"], 1.25)
            self.assertEqual(cell["time"]["launches"], 7)
            self.assertEqual(len(cell["time"]["log_ratios_of_launches"]), 7)

    def test_counts_one_allocation_more_exactly(self) -> None:
        allocating = str(VARIANTS / "librowcast_allocating.so")
        for cell in cells(LIBRARY, allocating, *FAST, "--launches", "1"):
            self.assertEqual(cell["allocations"], {"a": 0, "b": 1})

    def test_names_the_implementations_of_builds(self) -> None:
        names = [
            cell["name"]
            for cell in cells(
                LIBRARY, LIBRARY, *FAST, "--impl", "scalar,auto", "--launches", "1",
                "--scenario", "all",
            )
        ]  # fmt: skip
        self.assertEqual(names, ["small/compact/all/scalar", "small/compact/all/auto"])

    def test_implementations_of_builds_are_not_those_of_this_program(self) -> None:
        for sides in (("scalar", "--null"), (LIBRARY, "scalar"), (f"{LIBRARY}:scalar", LIBRARY)):
            with self.subTest(sides=sides):
                result = compare(*sides, "--impl", "scalar")
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertIn("--impl", result.stderr)

    def test_one_workload_stands_against_one(self) -> None:
        result = compare("scalar", "--null", "--a-workload", "all")
        self.assertEqual(result.returncode, 2, result.stderr)

    def test_compares_layouts_by_the_byte(self) -> None:
        (cell,) = cells(
            "scalar", "--null", *FAST, "--scenario", "all", "--layout", "jsonb", "--a-layout",
            "compact",
        )  # fmt: skip
        self.assertEqual((cell["name"], cell["a_rows"]), ("small/jsonb/all", "small/compact/all"))
        # jsonb is the longer by its spaces, so a byte of it takes less.
        self.assertLess(cell["time"]["ratio"], cell["time"]["b_ns"] / cell["time"]["a_ns"])

    def test_confirms_by_fresh_launches(self) -> None:
        (cell,) = cells("scalar", "nlohmann", *FAST, "--scenario", "all", "--confirm")
        self.assertEqual(cell["verdict"], "SLOWER")
        self.assertEqual(cell["confirmation"]["launches"], 12)

    def test_gives_unclear_cells_more_launches(self) -> None:
        # Three launches cover too little to say anything, six do.
        (cell,) = cells(
            "scalar", "nlohmann", *FAST, "--scenario", "all", "--launches", "3",
            "--most-launches", "6",
        )  # fmt: skip
        self.assertEqual((cell["verdict"], cell["time"]["launches"]), ("SLOWER", 6))

    def test_keeps_samples(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "samples.jsonl")
            cells("scalar", "--null", *FAST, "--launches", "2", "--samples", str(path))
            lines = [json.loads(line) for line in path.read_text().splitlines()]
        self.assertEqual([line["name"] for line in lines].count("small/compact/select"), 2)
        for line in lines:
            self.assertGreaterEqual(len(line["launch"]["a_epochs_ns"]), 2)
            self.assertEqual(
                len(line["launch"]["a_epochs_ns"]), len(line["launch"]["b_epochs_ns"])
            )

    def test_compares_on_own_rows(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "rows.ndjson")
            path.write_text('{"user_id":1}\n{"user_id":2}\n')
            found = cells(
                "scalar", "nlohmann", "--input", str(path), "--seconds", "0.02", "--launches", "1",
                "--allow-unfit",
            )  # fmt: skip
            self.assertEqual([cell["name"] for cell in found], ["file-rows/compact/all"])

    def test_a_wrong_answer_is_an_error_and_no_figure(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "rows.ndjson")
            path.write_text('{"user_id":}\n')
            (cell,) = cells(
                "scalar", "--null", "--input", str(path), "--seconds", "0.02", code=1
            )  # fmt: skip
            self.assertIn("refuses document 0: row 0, byte 11", cell["error"])
            self.assertNotIn("time", cell)

    def test_floors_of_this_machine_raise_the_smallest_effect(self) -> None:
        one = ("scalar", "--null", *FAST, "--launches", "1", "--json")
        plain = json.loads(compare(*one).stdout)
        self.assertIsNone(plain["no_floors"])
        here = {name: plain["environment"][name] for name in plain["identity"]}
        self.assertIn("cpu_features", here)

        def entry(floor: float, **differing: str) -> dict:
            cell = {"small/compact/all": {"floor": floor}}
            return {"environment": {**here, "commit": "older", **differing}, "cells": cell}

        others = [
            entry(0.3, cpu_features="of another processor", compiler="of another make"),
            entry(0.4, cpu_features="of another processor"),
        ]
        none = "floors.json has no floors"
        nearest = f"{none} of this machine and build: the nearest are of other cpu features"
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "floors.json")
            for machines, effect, why in (
                ([*others, entry(0.02)], 0.06, None),
                (others, 0.02, nearest),
                ([], 0.02, none),
            ):
                path.write_text(json.dumps({"format": "rowcast-floors/2", "machines": machines}))
                done = compare(*one, "--floors", str(path))
                self.assertEqual(done.returncode, 0, done.stderr)
                document = json.loads(done.stdout)
                effects = [cell["smallest_effect"] for cell in document["cells"]]
                self.assertEqual(effects, [effect, 0.02])
                self.assertEqual(document["no_floors"], why)
                told = f"rowcast: {why}; every cell's smallest effect is 2 %\n"
                self.assertEqual(told in done.stderr, why is not None, done.stderr)

    def test_a_file_that_holds_no_floors_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "floors.json")
            path.write_text('{"format": "rowcast-floors/1", "cells": {}}')
            done = compare("scalar", "--null", *FAST, "--floors", str(path))
            self.assertEqual(done.returncode, 1)
            self.assertIn("floors.json", done.stderr)
            self.assertIn('"format" is not "rowcast-floors/2"', done.stderr)

    def test_a_build_that_hangs_is_an_error_and_soon_over(self) -> None:
        hanging = str(VARIANTS / "librowcast_hanging.so")
        found = cells(LIBRARY, hanging, *FAST, "--patience", "1", code=1)
        self.assertEqual(len(found), 2)
        errors = sorted(cell["error"] for cell in found)
        self.assertEqual(errors[0], "not measured: the launch hung before")
        self.assertRegex(errors[1], "^rowcast hung: it was ended, having said nothing for [0-9]+ s$")

    def test_refuses_what_it_cannot_compare(self) -> None:
        for arguments, code, words in [
            (("scalar",), 2, "--null"),
            (("scalar", "scalar", "--null"), 2, "--null"),
            (("scalar", "mmx"), 2, "no implementation is called 'mmx'"),
            (("scalar", "--null", "--workload", "huge"), 2, "no workload is called 'huge'"),
            (("scalar", "--null", "--layout", "flat"), 2, "no layout is called 'flat'"),
            (("scalar", "--null", "--scenario", "none"), 2, "no scenario is called 'none'"),
            (("scalar", "--null", "--filter", "nothing"), 2, "no cell passes the filter"),
            (("scalar", "--null", "--filter", "("), 1, "no regular expression"),
            (("scalar", "./nowhere.so"), 1, "./nowhere.so: No such file"),
            (("scalar", ROWCAST), 1, ROWCAST),
            (("scalar", "--null", "--cpu", "9999"), 5, "processor 9999"),
        ]:
            with self.subTest(arguments):
                done = compare(*arguments)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(words, done.stderr)
                self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main()
