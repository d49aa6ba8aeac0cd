#!/usr/bin/env python3
"""scripts/count_cells.py: which cells of a result file are counted, and how it goes on."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "count_cells.py"

# Stands in for rowcast: answers with what it was asked for, and fails for one.
TOOL = """#!/bin/sh
[ "$1" = count ] || exit 2
if [ "$2" = broken ]; then echo "rowcast: cannot" >&2; exit 1; fi
printf '{"implementation":"%s","workload":"%s","layout":"%s","scenario":"%s"}\\n' "$2" "$3" "$5" "$7"
"""


class CountCells(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.tool = self.folder / "rowcast"
        self.tool.write_text(TOOL)
        self.tool.chmod(0o755)
        self.out = self.folder / "counts.jsonl"

    def results(self, *names: str, failed: str = "") -> None:
        (self.folder / "results.json").write_text(json.dumps({"benchmarks": [
            {"name": name, **({"error_occurred": True} if name == failed else {})} for name in names
        ]}))  # fmt: skip

    def run_script(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-B", str(SCRIPT), str(self.folder / "results.json"), "--tool",
             str(self.tool), "--out", str(self.out), "--workload", "small"],
            capture_output=True, text=True, check=False)  # fmt: skip

    def counted(self) -> list[str]:
        return sorted("/".join(json.loads(line).values()) for line in self.out.read_text().splitlines())

    def test_the_measured_cells_of_the_workload_are_counted(self) -> None:
        self.results("pipeline/small/compact/all/avx2", "pipeline/small/compact/select/avx2",
                     "pipeline/small/jsonb/all/avx2", "pipeline/large/compact/all/avx2",
                     "ratio/small/compact/all/avx2", "kernel/utf8/avx2/64",
                     "pipeline/small/compact/all/wrong", failed="pipeline/small/compact/all/wrong")
        self.assertEqual(self.run_script().returncode, 0)
        self.assertEqual(self.counted(),
                         ["avx2/small/compact/all", "avx2/small/compact/select"])

    def test_it_goes_on_behind_the_last_whole_line(self) -> None:
        self.results("pipeline/small/compact/all/avx2", "pipeline/small/compact/all/scalar")
        kept = '{"implementation":"avx2","workload":"small","layout":"compact","scenario":"all"}\n'
        self.out.write_text(kept + '{"implementation":"sca')
        self.assertEqual(self.run_script().returncode, 0)
        self.assertTrue(self.out.read_text().startswith(kept))
        self.assertEqual(self.counted(), ["avx2/small/compact/all", "scalar/small/compact/all"])

    def test_one_that_fails_is_named_and_the_others_are_counted(self) -> None:
        self.results("pipeline/small/compact/all/broken", "pipeline/small/compact/all/scalar")
        done = self.run_script()
        self.assertEqual(done.returncode, 1)
        self.assertIn("small/all/broken: rowcast: cannot", done.stderr)
        self.assertEqual(self.counted(), ["scalar/small/compact/all"])


if __name__ == "__main__":
    unittest.main()
