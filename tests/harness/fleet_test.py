"""scripts/fleet.sbatch on a real Slurm of one node, writing to a real PostgreSQL; one task is killed.

Environment: ROWCAST_BENCH is the program. Exits with 77, and says why, where no Slurm can be started.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import postgres_server
import slurm_cluster

BENCH = os.environ["ROWCAST_BENCH"]
CELLS = "^(pipeline|ratio)/(tiny|small)/compact/(all|select)/"
FAST = ["--cell-budget", "0.05", "--launches", "2"]
PATIENCE_S = 120


def skip(reason: object) -> None:
    print(f"SKIP: {reason}")
    sys.exit(77)


def parent_of(process: int) -> int:
    return int(pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def measuring(cells: str) -> int | None:
    """The process that writes this file, and not those that it starts for its launches."""
    found = set()
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"rowcast_bench") and cells.encode() in words:
            found.add(int(folder.name))
    first = [process for process in found if parent_of(process) not in found]
    return first[0] if len(first) == 1 else None


class FleetTest(unittest.TestCase):
    cluster: slurm_cluster.Cluster
    url: str

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = pathlib.Path(folder.name)
        (self.project / "build" / "release" / "bin").mkdir(parents=True)
        (self.project / "build" / "release" / "bin" / "rowcast_bench").symlink_to(BENCH)
        for name in ("reports", "scripts"):
            (self.project / name).symlink_to(ROOT / name)

    def reports(self, *arguments: str) -> str:
        done = subprocess.run(
            ["/usr/bin/python3", "-B", "-m", "rowcast_reports", *arguments, "--database", self.url],
            cwd=self.project, env={**os.environ, "PYTHONPATH": "reports/src"},
            capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def runs(self) -> dict[str, dict]:
        """By the task's number, which its folder bears."""
        tasks = {
            path.read_text().strip(): path.parent.name for path in self.project.glob("out/fleet/*/task")
        }
        return {tasks[run["task"]]: run for run in json.loads(self.reports("history", "list", "--json"))}

    def wait_for(self, what: str, condition, pause_s: float = 0.3):
        end = time.monotonic() + PATIENCE_S
        while not (found := condition()):
            if time.monotonic() > end:
                self.fail(f"{what} never came; the tasks said:\n{self.said()}")
            time.sleep(pause_s)
        return found

    def said(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.project.glob("slurm-*")))

    def test_a_task_that_is_killed_is_done_again_and_counted_once(self) -> None:
        self.reports("history", "migrate")
        submitted = subprocess.run(
            ["sbatch", "--array=0-1", f"--chdir={self.project}", f"--output={self.project}/slurm-%a",
             "scripts/fleet.sbatch", "--database", self.url, "--out", "out/fleet",
             "--impl", "scalar,nlohmann", "--filter", CELLS, "--every", "0.2", "--", *FAST],
            cwd=self.project, env=self.cluster.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.assertEqual(submitted.returncode, 0, submitted.stderr)
        node = self.cluster.run("sinfo", "-h", "-o", "%n").stdout.strip()
        cells = f"out/fleet/1/{node}/cells.jsonl"

        # Held in the middle of its work: what it has measured comes into the database all the same.
        file = self.project / cells
        self.wait_for(
            "the second task", lambda: file.exists() and file.read_text().count("\n") >= 4, pause_s=0.02
        )
        process = measuring(cells)
        self.assertIsNotNone(process, "the task was over before it could be killed")
        os.kill(process, signal.SIGSTOP)
        measured = file.read_text().count("\n") - 1
        partial = self.wait_for(
            "cells in the database",
            lambda: (run := self.runs().get("1")) is not None and run["cells"] == measured and run,
        )
        self.assertFalse(partial["complete"])
        os.kill(process, signal.SIGKILL)

        self.wait_for("the end", lambda: not self.cluster.run("squeue", "-h").stdout.strip())
        runs = self.runs()
        self.assertEqual(set(runs), {"0", "1"}, self.said())
        for index, implementations in (("0", ["scalar"]), ("1", ["scalar", "nlohmann"])):
            with self.subTest(task=index):
                run = runs[index]
                listed = subprocess.run(
                    [BENCH, "--list", f"--benchmark_filter={CELLS}",
                     *[word for name in implementations for word in ("--impl", name)]],
                    capture_output=True, text=True, check=True,
                ).stdout.split()  # fmt: skip
                self.assertTrue(run["complete"], self.said())
                self.assertEqual((run["cells"], run["errors"]), (len(listed), 0))
                results = json.loads(
                    (self.project / "out" / "fleet" / index / node / "results.json").read_text()
                )
                times = {entry["name"]: entry["real_time"] for entry in results["benchmarks"]}
                self.assertEqual(set(times), set(listed))
                self.assertEqual(results["context"]["runs"], 2 if index == "1" else 1)
                self.assertEqual(run["attempt"], 1 if index == "1" else 0)
        self.assertEqual(runs["1"]["key"], partial["key"], "it went on, and did not begin anew")
        self.assertIn("killed by signal 9; once more", self.said())

        # And the machine stands there as one, with what both tasks found.
        fleet = json.loads(self.reports("fleet", "--json"))
        self.assertEqual(len(fleet["machines"]), 1)
        self.assertEqual(len(fleet["machines"][0]["runs"]), 2)
        self.assertEqual({cell["cell"].split("/")[-1] for cell in fleet["cells"]}, {"nlohmann"})

        # Each figure is there once.
        figures = [json.loads(line) for line in self.reports("history", "export").splitlines()]
        told = [(figure["run"], figure["cell"], figure["metric"]) for figure in figures]
        self.assertEqual(len(told), len(set(told)))
        self.assertEqual(
            len({(run, cell) for run, cell, _ in told}), sum(run["cells"] for run in runs.values())
        )


if __name__ == "__main__":
    reason = postgres_server.why_not()
    if reason:
        skip(reason)
    try:
        with postgres_server.temporary_server() as server, slurm_cluster.temporary_cluster() as cluster:
            FleetTest.cluster, FleetTest.url = cluster, server.url()
            outcome = unittest.main(exit=False).result
    except slurm_cluster.NotHere as why:
        skip(why)
    sys.exit(0 if outcome.wasSuccessful() else 1)
