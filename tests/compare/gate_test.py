"""Whole gates, on builds that are known: a short form of `scripts/gate --self-test`.

Environment: ROWCAST, ROWCAST_LIBRARY and ROWCAST_VARIANTS as in compare_test.py; PYTHONPATH has the
reports package. What is asserted holds on a machine that others use too.
"""

import dataclasses
import os
import tempfile
import time
import unittest
from pathlib import Path

from rowcast_reports.gate import measuring, self_test, verdicts
from rowcast_reports.gate.measuring import Instructions
from rowcast_reports.gate.verdicts import Exit, Verdict

TOOL = Path(os.environ["ROWCAST"])
LIBRARY = Path(os.environ["ROWCAST_LIBRARY"])
VARIANTS = Path(os.environ["ROWCAST_VARIANTS"])
CELLS = dataclasses.replace(
    measuring.quick_cells(measuring.own_implementations(TOOL)),
    workloads=("small", "medium"),
    scenarios=("all",),
    seconds=0.06,
)
BEST = CELLS.implementations[0]


class GateTest(unittest.TestCase):
    def test_catches_a_tenth_and_raises_no_alarm_otherwise(self) -> None:
        plan = self_test.Plan(same=1, relinked=1, slowed=1)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "runs.jsonl")
            outcomes = self._run(plan, path, time.monotonic() + 1000)
            again = self._run(plan, path, time.monotonic() + 1000)
        self.assertEqual(outcomes, again)  # nothing was left to do
        by_variant = {outcome.job.variant: outcome for outcome in outcomes}
        self.assertEqual(len(outcomes), 6)
        self.assertNotEqual(by_variant["itself"].exit_code, Exit.REGRESSION)
        tenth = by_variant["slowed_10"]
        self.assertEqual(tenth.exit_code, Exit.REGRESSION)
        failed = {cell.name for cell in tenth.cells if cell.verdict == "FAIL"}
        self.assertTrue(failed)
        self.assertTrue(all(name.endswith(f"/{BEST}") for name in failed), failed)

    def _run(self, plan: self_test.Plan, path: Path, deadline: float) -> list[self_test.Outcome]:
        return self_test.run(
            plan, tool=TOOL, library=LIBRARY, folder=VARIANTS, cells=CELLS, floors_file=None,
            path=path, deadline=deadline, say=lambda text: None,
        )  # fmt: skip

    def test_one_allocation_more_fails(self) -> None:
        cells = dataclasses.replace(CELLS, launches=1, most_launches=1)
        variant = VARIANTS / "librowcast_allocating.so"
        comparison = measuring.compare(TOOL, LIBRARY, variant, cells, confirm=False)
        gate = verdicts.judge_all(comparison, {}, "not counted")
        self.assertEqual(gate.exit_code, Exit.REGRESSION)
        for judged in gate.cells:
            expected = judged.cell.implementation == BEST
            self.assertEqual(judged.verdict is Verdict.FAIL, expected, judged)

    def test_counts_the_same_code_alike(self) -> None:
        cells = dataclasses.replace(CELLS, workloads=("small",), launches=1, most_launches=1)
        comparison = measuring.compare(TOOL, LIBRARY, LIBRARY, cells, confirm=False)
        counted = measuring.count(TOOL, TOOL, comparison.cells[0])
        if counted.ratio is None:
            self.assertNotEqual(counted.reason, "")
            self.skipTest(counted.reason)
        self.assertEqual(counted.ratio, 1.0)
        self.assertIn(counted.source, ("papi", "callgrind", "step"))
        self.assertEqual(
            measuring.count(None, TOOL, comparison.cells[0]),
            Instructions(None, None, reason="the base cannot count instructions"),
        )


if __name__ == "__main__":
    unittest.main()
