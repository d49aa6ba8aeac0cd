#!/usr/bin/env python3
"""scripts/count_cells.py: which cells of a result file are counted, and how it goes on."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "count_cells.py"

# Stands in for rowcast: answers with what it was asked for; it fails for one, and has no count of another.
TOOL = """#!/bin/sh
[ "$1" = count ] || exit 2
if [ "$2" = broken ]; then echo "rowcast: cannot" >&2; exit 1; fi
value=VALUE
if [ "$2" = rare ]; then value=null; fi
printf '{"implementation":"%s","workload":"%s","layout":"%s","scenario":"%s",' "$2" "$3" "$5" "$7"
printf '"instructions":{"value":%s},"build":{"commit":"c0","dirty":"true"}}\\n' "$value"
"""


class CountCells(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.tool = self.folder / "rowcast"
        self.out = self.folder / "counts.jsonl"
        self.build("1")

    def build(self, value: str) -> None:
        """A build that counts so much."""
        self.tool.write_text(TOOL.replace("VALUE", value))
        self.tool.chmod(0o755)

    def results(self, *names: str, failed: str = "", commit: str = "c0", dirty: str = "true") -> None:
        (self.folder / "results.json").write_text(json.dumps({
            "context": {"commit": commit, "dirty": dirty},
            "benchmarks": [
                {"name": name, **({"error_occurred": True} if name == failed else {})} for name in names
            ],
        }))  # fmt: skip

    def run_script(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-B", str(SCRIPT), str(self.folder / "results.json"), "--tool",
             str(self.tool), "--out", str(self.out), "--workload", "small"],
            capture_output=True, text=True, check=False)  # fmt: skip

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.read_text().splitlines()]

    def counted(self) -> list[str]:
        return sorted(
            "/".join(line[name] for name in ("implementation", "workload", "layout", "scenario"))
            for line in self.lines()
        )

    def test_the_measured_cells_of_the_workload_are_counted(self) -> None:
        self.results("pipeline/small/compact/all/avx2", "pipeline/small/compact/select/avx2",
                     "pipeline/small/jsonb/all/avx2", "pipeline/large/compact/all/avx2",
                     "ratio/small/compact/all/avx2", "kernel/utf8/avx2/64",
                     "pipeline/small/compact/all/wrong", failed="pipeline/small/compact/all/wrong")
        self.assertEqual(self.run_script().returncode, 0)
        self.assertEqual(self.counted(),
                         ["avx2/small/compact/all", "avx2/small/compact/select"])

    def test_it_goes_on_behind_the_last_whole_line(self) -> None:
        self.results("pipeline/small/compact/all/avx2")
        self.run_script()
        kept = self.out.read_text()
        self.out.write_text(kept + '{"implementation":"sca')
        self.results("pipeline/small/compact/all/avx2", "pipeline/small/compact/all/scalar")
        self.assertEqual(self.run_script().returncode, 0)
        self.assertTrue(self.out.read_text().startswith(kept))
        self.assertEqual(self.counted(), ["avx2/small/compact/all", "scalar/small/compact/all"])

    def test_what_another_build_of_the_same_commit_counted_is_counted_again(self) -> None:
        self.results("pipeline/small/compact/all/avx2")
        self.run_script()
        self.build("2")
        self.assertEqual(self.run_script().returncode, 0)
        self.assertEqual([line["instructions"]["value"] for line in self.lines()], [2])

    def test_a_build_that_is_not_the_results_counts_nothing(self) -> None:
        for facts in ({"commit": "c1"}, {"dirty": "false"}):
            with self.subTest(**facts):
                self.results("pipeline/small/compact/all/avx2", **facts)
                done = self.run_script()
                self.assertEqual(done.returncode, 1)
                (name,) = facts
                self.assertIn(f"small/all/avx2: {name} ", done.stderr)
                self.assertFalse(self.out.exists())

    def test_what_could_not_be_counted_is_tried_again(self) -> None:
        self.results("pipeline/small/compact/all/rare")
        self.run_script()
        self.assertIsNone(self.lines()[0]["instructions"]["value"])
        text = self.out.read_text()
        self.out.write_text(text.replace("null", "null ", 1))
        self.run_script()
        self.assertEqual(self.out.read_text(), text, "one line, and a new one")

    def test_one_that_fails_is_named_and_the_others_are_counted(self) -> None:
        self.results("pipeline/small/compact/all/broken", "pipeline/small/compact/all/scalar")
        done = self.run_script()
        self.assertEqual(done.returncode, 1)
        self.assertIn("small/all/broken: rowcast: cannot", done.stderr)
        self.assertEqual(self.counted(), ["scalar/small/compact/all"])


if __name__ == "__main__":
    unittest.main()
