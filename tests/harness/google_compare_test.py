"""Google's own compare tool reads two of our result files, and two of Google's own format.

Environment: ROWCAST_BENCH is the program. Exit code 77 where the tool is not installed.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCH = os.environ["ROWCAST_BENCH"]
COMPARE = pathlib.Path("/usr/share/benchmark/compare.py")
CHOSEN = "^(pipeline/(tiny|small)/compact/all/|ratio/tiny/compact/all/nlohmann|kernel/camel/scalar/)"


class GoogleCompareTest(unittest.TestCase):
    def compare(self, old: pathlib.Path, new: pathlib.Path) -> str:
        done = subprocess.run(
            ["/usr/bin/python3", "-B", str(COMPARE), "--no-color", "benchmarks", str(old), str(new)],
            capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_reads_both_kinds_of_files(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for index in ("old", "new"):
                subprocess.run(
                    [BENCH, "--cell-budget", "0.02", "--launches", "2", "--pin", "none", "--quiet",
                     "--cells", str(folder / f"{index}.jsonl"),
                     "--results", str(folder / f"{index}.results.json"),
                     f"--benchmark_out={folder / index}.google.json",
                     f"--benchmark_filter={CHOSEN}"],
                    stdout=subprocess.DEVNULL, timeout=100, check=True,
                )  # fmt: skip
            names = [
                entry["name"]
                for entry in json.loads((folder / "new.results.json").read_text())["benchmarks"]
            ]
            self.assertGreater(len(names), 8)
            for kind in ("results", "google"):
                table = self.compare(folder / f"old.{kind}.json", folder / f"new.{kind}.json")
                rows = {line.split()[0] for line in table.splitlines() if line.strip()}
                for cell in names:
                    self.assertIn(cell, rows)

    def test_reads_a_file_with_a_failed_cell(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            rows = folder / "rows.ndjson"
            rows.write_text('{"a":1}\n')
            bad = folder / "bad.ndjson"
            bad.write_text("{\n")
            for index, path in (("old", rows), ("new", bad)):
                subprocess.run(
                    [BENCH, "--cell-budget", "0.02", "--launches", "1", "--pin", "none", "--quiet",
                     "--cells", str(folder / f"{index}.jsonl"),
                     "--results", str(folder / f"{index}.json"), "--input", str(path)],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=100, check=False,
                )  # fmt: skip
            self.compare(folder / "old.json", folder / "new.json")


if __name__ == "__main__":
    if not COMPARE.exists():
        print(f"{COMPARE} is not installed (libbenchmark-tools)")
        sys.exit(77)
    unittest.main()
