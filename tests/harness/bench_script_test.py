"""scripts/bench around the built program: what it writes, and what becomes of the history.

Environment: ROWCAST_BENCH is the program. The script runs in a folder that looks like the project,
with the build already made.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = os.environ["ROWCAST_BENCH"]
CELLS = "^(pipeline|ratio)/tiny/compact/all/(scalar|nlohmann)$"
FAST = ["--cell-budget", "0.01", "--launches", "2", "--pin", "none", "--quiet"]

try:
    for needed in ("sqlalchemy", "alembic", "matplotlib", "jsonschema", "jinja2"):
        __import__(needed)
except ImportError as missing:
    print(f"SKIP: {missing}")
    sys.exit(77)


class BenchScriptTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = pathlib.Path(folder.name) / "project"
        (self.project / "scripts").mkdir(parents=True)
        (self.project / "build" / "release" / "bin").mkdir(parents=True)
        shutil.copy(ROOT / "scripts" / "bench", self.project / "scripts" / "bench")
        for name in (
            "scripts/setup", "scripts/packages", "scripts/source-facts", "scripts/count_cells.py", "reports",
        ):  # fmt: skip
            (self.project / name).symlink_to(ROOT / name)
        (self.project / "build" / "release" / "bin" / "rowcast_bench").symlink_to(BENCH)
        # The build is made: cmake has nothing to do.
        tools = pathlib.Path(folder.name) / "tools"
        tools.mkdir()
        (tools / "cmake").write_text("#!/bin/sh\nexit 0\n")
        (tools / "cmake").chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "ROWCAST_SETUP": "skip"}
        self.environment.pop("ROWCAST_DATABASE", None)

    def bench(self, *arguments: str, cells: str = CELLS, flags: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["scripts/bench", "--quick", "--filter", cells, "--out", "out/run", *arguments, "--", *FAST, *flags],
            cwd=self.project, env=self.environment, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip

    def resume(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["scripts/bench", "--resume", "--out", "out/run", *arguments],
            cwd=self.project, env=self.environment, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip

    def reports(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "rowcast_reports", *arguments],
            cwd=self.project, env={**self.environment, "PYTHONPATH": "reports/src"},
            capture_output=True, text=True, timeout=200, check=True,
        )  # fmt: skip
        return done.stdout

    def written(self) -> set[str]:
        return {path.name for path in (self.project / "out" / "run").iterdir()}

    def test_results_go_into_the_history(self) -> None:
        done = self.bench()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLessEqual(
            {"cells.jsonl", "results.json", "report.html", "trends.html", "compare.html"}, self.written()
        )
        (run,) = json.loads(self.reports("history", "list", "--json"))
        self.assertEqual((run["cells"], run["errors"], run["complete"]), (3, 0, True))
        results = json.loads((self.project / "out" / "run" / "results.json").read_text())
        self.assertEqual(run["build_id"], results["context"]["build_id"])
        # The lines that came before the end are the same run.
        told = self.reports("history", "import", "out/run/cells.jsonl", "--json")
        self.assertEqual((json.loads(told)[0]["is_new"], json.loads(told)[0]["added"]), (False, 0))

    def test_a_database_that_cannot_be_reached_costs_no_results(self) -> None:
        done = self.bench("--database", "postgresql://a:secret@127.0.0.1:1/none")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the results are in out/run, but not in the history", done.stderr.replace(f"{self.project}/", ""))
        self.assertIn("Connection refused", done.stderr)
        self.assertNotIn("secret", done.stdout + done.stderr)
        self.assertLessEqual({"cells.jsonl", "results.json", "report.html"}, self.written())
        self.assertNotIn("trends.html", self.written())

    def test_without_a_history(self) -> None:
        done = self.bench("--no-history")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("report.html", self.written())
        self.assertNotIn("trends.html", self.written())
        self.assertFalse((self.project / "out" / "history.sqlite").exists())

    def test_a_run_of_another_build_is_not_gone_on_with(self) -> None:
        self.assertEqual(self.bench("--no-history").returncode, 0)
        cells = self.project / "out" / "run" / "cells.jsonl"
        results = cells.with_name("results.json")
        context = json.loads(results.read_text())["context"]
        cells.write_text(cells.read_text().replace(context["build_id"], "00"))
        (self.project / "out" / "run" / "report.html").unlink()
        done = self.resume()
        self.assertEqual(done.returncode, 1)
        self.assertIn("of another build or machine", done.stderr)
        self.assertNotIn("report.html", self.written())
        self.assertNotIn("counting", done.stdout)

    def test_a_run_that_fails_at_once_does_not_report_the_one_before(self) -> None:
        self.assertEqual(self.bench("--no-history").returncode, 0)
        done = self.bench("--input", "not-there", cells="^pipeline/")
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("pipeline/tiny", done.stdout)
        self.assertNotIn("results.json", self.written())

    def test_going_on_keeps_to_what_the_first_start_was_told(self) -> None:
        self.assertEqual(self.bench("--no-history", "--no-counts").returncode, 0)
        done = self.resume()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("counting", done.stdout)
        self.assertNotIn("trends.html", self.written())
        self.assertFalse((self.project / "out" / "history.sqlite").exists())

        self.assertEqual(self.bench("--database", "sqlite:///out/other.sqlite").returncode, 0)
        (self.project / "out" / "other.sqlite").unlink()
        done = self.resume()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("counting", done.stdout)
        self.assertTrue((self.project / "out" / "other.sqlite").exists())
        self.assertFalse((self.project / "out" / "history.sqlite").exists())
        self.assertEqual((self.project / "out" / "run" / "steps").stat().st_mode & 0o077, 0)

    def test_rows_of_ones_own_stay_out_of_the_history_however_they_are_given(self) -> None:
        (self.project / "rows").write_text('{"user_id":1}\n')
        rows = str(self.project / "rows")
        cells = "^pipeline/input/compact/all/scalar$"
        for arguments, flags in (
            (("--input", rows), ()),
            ((), ("--input", rows)),
            ((), (f"--input={rows}",)),
        ):
            with self.subTest(arguments=arguments, flags=flags):
                for done in (self.bench(*arguments, cells=cells, flags=flags), self.resume()):
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertNotIn("counting", done.stdout)
                    self.assertFalse((self.project / "out" / "history.sqlite").exists())


if __name__ == "__main__":
    unittest.main()
