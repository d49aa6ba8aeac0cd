"""scripts/line_coverage.py sums up what llvm-cov exported."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import project

SCRIPT = project.ROOT / "scripts" / "line_coverage.py"

# Two programs hold the first file; each ran another line of it.
EXPORT = """SF:{root}/kernels/a.hpp
FN:1,f
DA:1,4
DA:2,0
DA:3,0
DA:5,0
LF:4
end_of_record
SF:{root}/pipeline/b.cpp
DA:10,1
end_of_record
SF:{root}/kernels/a.hpp
DA:1,0
DA:2,7
end_of_record
"""


class LineCoverage(unittest.TestCase):
    def setUp(self) -> None:
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def run_on(self, export: str, at_least: str) -> subprocess.CompletedProcess[str]:
        path = self.folder / "lines.lcov"
        path.write_text(export.replace("{root}", str(project.ROOT)), encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-B", str(SCRIPT), str(path), "--at-least", at_least,
             "--summary", str(self.folder / "summary.json"), "--details", str(self.folder / "details.txt")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def test_a_line_counts_once_and_is_run_if_any_program_runs_it(self) -> None:
        result = self.run_on(EXPORT, "60")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("60.0 % of the lines of kernels/ and pipeline/ (3 of 5)", result.stdout)
        summary = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        self.assertEqual(summary, {"line_covered": 3, "line_total": 5, "line_percent": 60.0})

    def test_the_details_name_the_lines_that_did_not_run(self) -> None:
        self.run_on(EXPORT, "0")
        rows = [line.split() for line in (self.folder / "details.txt").read_text(encoding="utf-8").splitlines()]
        self.assertEqual(rows[0], [os.path.join("kernels", "a.hpp"), "2", "of", "4", "50.0", "%", "3,5"])
        self.assertEqual(rows[1], [os.path.join("pipeline", "b.cpp"), "1", "of", "1", "100.0", "%"])

    def test_too_little_is_a_failure(self) -> None:
        result = self.run_on(EXPORT, "60.1")
        self.assertEqual(result.returncode, 1)
        self.assertIn("under 60.1 %", result.stderr)

    def test_nothing_counted_is_nothing_covered(self) -> None:
        self.assertEqual(self.run_on("", "90").returncode, 1)


if __name__ == "__main__":
    unittest.main()
