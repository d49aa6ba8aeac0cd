"""scripts/fleet.sbatch without Slurm: what it keeps of a task, and what it says when one is killed.

The program, scontrol and the history's database are stand-ins.
"""

import os
import pathlib
import resource
import signal
import subprocess
import tempfile
import unittest
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parents[2]


class FleetScriptTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = pathlib.Path(folder.name)
        self.task = self.project / "out" / "fleet" / "0"
        self.bench = self.project / "build" / "release" / "bin" / "rowcast_bench"
        for path in (self.bench.parent, self.project / "tools", self.project / "reports" / "src" / "rowcast_reports"):
            path.mkdir(parents=True)
        # Notes whose attempt it imports.
        (self.project / "reports" / "src" / "rowcast_reports" / "__main__.py").write_text(
            "import sys\nopen('imported', 'a').write(' '.join(sys.argv[1:7]) + '\\n')\n"
        )
        self.stand_in(self.project / "tools" / "scontrol", "exit 1")
        self.stand_in(self.bench, "kill -KILL $$")

    def stand_in(self, path: pathlib.Path, does: str) -> None:
        path.write_text(f"#!/bin/sh\n{does}\n")
        path.chmod(0o755)

    def fleet(self, *arguments: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess:
        environment = {
            **os.environ, "PATH": f"{self.project}/tools:{os.environ['PATH']}", "SLURM_JOB_ID": "7",
            "SLURM_SUBMIT_DIR": str(self.project), "SLURMD_NODENAME": "node",
        }  # fmt: skip
        for name in ("SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID"):
            environment.pop(name, None)
        return subprocess.run(
            ["bash", str(ROOT / "scripts" / "fleet.sbatch"), "--database", "none", "--out", "out/fleet", *arguments],
            env=environment, capture_output=True, text=True, timeout=100, check=False,
            preexec_fn=before,
        )  # fmt: skip

    def test_a_task_that_cannot_be_requeued_says_how_to_go_on(self) -> None:
        done = self.fleet("--attempts", "2")
        self.assertEqual(done.returncode, 137, done.stderr)
        self.assertIn("killed by signal 9; once more", done.stdout)
        self.assertIn("would not put it back into the queue; going on needs --out out/fleet", done.stderr)

    def test_attempts_are_counted_with_the_first_one(self) -> None:
        self.fleet("--attempts", "2")
        done = self.fleet("--attempts", "2")
        self.assertNotIn("once more", done.stdout)
        self.assertIn("after 2 attempts", done.stderr)
        self.assertEqual((self.task / "attempt").read_text(), "1\n")
        (name,) = set(line.split()[3] for line in (self.project / "imported").read_text().splitlines())
        self.assertEqual(name, (self.task / "task").read_text().strip())

    def test_a_name_that_was_lost_is_made_anew(self) -> None:
        self.task.mkdir(parents=True)
        (self.task / "task").touch()
        (self.task / "attempt").touch()
        self.fleet("--attempts", "1")
        self.assertRegex((self.task / "task").read_text(), "^fleet/[0-9a-f-]{36}\n$")
        self.assertEqual((self.task / "attempt").read_text(), "0\n")

    def test_an_attempts_number_outlives_a_write_that_fails(self) -> None:
        self.fleet("--attempts", "1")
        known = (self.task / "attempt").read_text()

        def full() -> None:
            """Files can be opened and emptied, and nothing gets into them."""
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

        self.assertNotEqual(self.fleet("--attempts", "1", before=full).returncode, 0)
        self.assertEqual((self.task / "attempt").read_text(), known)

    def test_cells_of_another_build_end_a_task(self) -> None:
        self.stand_in(self.bench, "exit 3")
        done = self.fleet()
        self.assertEqual(done.returncode, 1)
        self.assertIn("out/fleet/0/node is of another build", done.stderr)


if __name__ == "__main__":
    unittest.main()
