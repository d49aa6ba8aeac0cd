#!/usr/bin/env python3
"""scripts/heap: what it reads of heaptrack's files, that heaptrack and the harness count the same,
and the comparison of allocators."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from io import StringIO
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import heap_allocators
import heap_profile
from heap_profile import HeapError, HeapProfile, Run

PROGRAM = Path()
SANITIZED = bool(os.environ.get("ROWCAST_SANITIZE"))

# A run that makes two blocks of 16 bytes and frees one, and one of 256 in a library's initialisation.
# Strings are 1 program, 2 libc, 3 malloc, 4 rowcast::f<int>(), 5 main, 6 _start, 7 init, 8 inlined.
RECORDED = """v 10400 3
X ./link to it/program small
s d /real/program
s 9 libc.so.6
s 6 malloc
s 11 rowcast::f<int>()
s 4 main
s 6 _start
s 4 init
s 7 inlined
i 10 1 6
i 20 1 5
i 30 1 8 0 1 4 0 2
i 40 1 3
i 50 2 7
t 1 0
t 2 1
t 3 2
t 4 3
t 5 1
t 4 5
a 10 4
a 100 6
+ 0
+ 0
- 0
+ 1
c 5
"""


class Parse(unittest.TestCase):
    def setUp(self) -> None:
        self.profile = heap_profile.parse(RECORDED, Path("/real/program"))

    def test_totals(self) -> None:
        self.assertEqual(self.profile.allocations, 3)
        self.assertEqual(self.profile.bytes, 16 + 16 + 256)
        self.assertEqual(self.profile.peak_bytes, 16 + 256)
        self.assertEqual(self.profile.left, {0: 1, 1: 1})
        self.assertEqual(self.profile.left_bytes, 16 + 256)

    def test_a_stack_is_without_the_allocator_and_with_what_was_inlined(self) -> None:
        self.assertEqual([frame.function for frame in self.profile.stack(0)],
                         ["inlined", "rowcast::f<int>()", "main", "_start"])
        self.assertEqual([frame.function for frame in self.profile.stack(1)], ["init", "_start"])

    def test_ours_is_what_our_program_asked_for(self) -> None:
        ours = [any(map(self.profile.is_ours, self.profile.stack(kind))) for kind in (0, 1)]
        self.assertEqual(ours, [True, False])
        self.assertTrue(self.profile.knows_ours)

    def test_the_program_is_told_by_its_file_and_not_by_the_way_to_it(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            real = Path(folder).resolve() / "real build" / "program"
            real.parent.mkdir()
            real.touch()
            link = Path(folder) / "link"
            link.symlink_to(real.parent)
            recorded = RECORDED.replace("s d /real/program", f"s {len(str(real)):x} {real}")
            profile = heap_profile.parse(recorded, link / "program")
            self.assertTrue(any(map(profile.is_ours, profile.stack(0))))
        self.assertFalse(heap_profile.parse(RECORDED, Path("/another/program")).knows_ours)

    def test_a_site_ends_with_a_function_of_the_projects(self) -> None:
        self.assertEqual(dict(self.profile.sites()),
                         {("inlined", "rowcast::f"): 2, ("init", "_start"): 1})

    def test_another_version_is_refused(self) -> None:
        for text in ("", "v 10500 4\n", "# nothing\n"):
            with self.assertRaises(HeapError):
                heap_profile.parse(text, Path("/real/program"))

    def test_names_are_shortened(self) -> None:
        for name, short in [
            ("std::vector<std::pair<int, A<B>>>::push(int const&)", "std::vector::push"),
            ("rowcast::(anonymous namespace)::Checker::open(Kind) const", "rowcast::Checker::open"),
            ("main", "main"),
        ]:  # fmt: skip
            self.assertEqual(heap_profile.shortened(name), short)


@unittest.skipIf(SANITIZED, "a sanitizer has an allocator of its own, which heaptrack does not see")
@unittest.skipIf(shutil.which("heaptrack") is None, "heaptrack is not installed")
class Profiled(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.enterClassContext(mock.patch.object(heap_profile, "profile", cache(heap_profile.profile)))
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def document(self, implementation: str) -> dict[str, object]:
        return heap_profile.document(Run(PROGRAM, implementation, "tiny"), 20, self.folder)

    def test_heaptrack_and_the_harness_count_the_same(self) -> None:
        for implementation, allocates in (("nlohmann", True), ("scalar", False)):
            with self.subTest(implementation=implementation):
                found = self.document(implementation)
                per_request = found["per_request"]
                assert isinstance(per_request, dict)
                for name in ("allocations", "allocation_bytes"):
                    both = per_request[name]
                    self.assertEqual(both["heaptrack"], both["harness"], name)
                    self.assertEqual(both["harness"] > 0, allocates, name)
                self.assertIs(found["agrees"], True)

    def test_nothing_that_we_asked_for_is_left(self) -> None:
        for implementation in ("nlohmann", "scalar"):
            with self.subTest(implementation=implementation):
                leaks = self.document(implementation)["leaks"]
                assert isinstance(leaks, list)
                self.assertEqual([leak for leak in leaks if leak["ours"]], [])

    def test_a_disagreement_is_found(self) -> None:
        def wrong(command: list[str], preload: str = "") -> dict[str, object]:
            found = honest(command, preload)
            values = found["values"]
            assert isinstance(values, dict)
            values["allocations"] += 1
            return found

        honest = heap_profile.answer
        with mock.patch.object(heap_profile, "answer", wrong):
            self.assertIs(self.document("nlohmann")["agrees"], False)

    def test_a_program_behind_a_link_and_a_space_has_stacks_of_its_own(self) -> None:
        link = self.folder / "a link"
        link.symlink_to(PROGRAM.parent)
        run = Run(link / PROGRAM.name, "nlohmann", "tiny")
        self.assertTrue(heap_profile.profile(run, 2, self.folder).knows_ours)

    def test_what_cannot_be_run_is_an_error(self) -> None:
        with self.assertRaisesRegex(HeapError, "no implementation is called 'nope'"):
            self.document("nope")


class Launched(unittest.TestCase):
    """With a stand-in for heaptrack, that writes what was recorded."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.program = self.folder / "program"
        self.run_of = Run(self.program, "scalar", "tiny")
        self.name = "tiny-compact-all-scalar-5"

    def heaptrack(self, recorded: str) -> HeapProfile:
        (self.folder / "recorded").write_text(recorded.replace("s d /real/program", f"s 0 {self.program}"))
        stand_in = self.folder / "heaptrack"
        stand_in.write_text(
            f'#!/bin/sh\n[ -z "$LD_PRELOAD" ] || exit 9\ngzip -c {self.folder}/recorded >"$2.gz"\n'
            f"echo 'allocations: {recorded.count(chr(10) + '+ ')}'\n"
        )
        stand_in.chmod(0o755)
        path = f"{self.folder}:{os.environ['PATH']}"
        with mock.patch.dict(os.environ, {"PATH": path, "LD_PRELOAD": "libm.so.6"}):
            return heap_profile.profile(self.run_of, 5, self.folder)

    def test_the_callers_preload_is_not_profiled(self) -> None:
        self.assertEqual(self.heaptrack(RECORDED).allocations, 3)

    def test_an_older_file_is_not_read(self) -> None:
        (self.folder / f"{self.name}.zst").write_bytes(b"of another heaptrack")
        self.assertEqual(self.heaptrack(RECORDED).allocations, 3)

    def test_leaks_are_in_the_order_of_what_they_lost_in_all(self) -> None:
        found = self.heaptrack(RECORDED + "+ 0\n" * 20)
        harness = {"values": {"allocations": 0, "allocation_bytes": 0}, "allocator": "libc.so.6"}
        with (mock.patch.object(heap_profile, "profile", return_value=found),
              mock.patch.object(heap_profile, "answer", return_value=harness)):  # fmt: skip
            leaks = heap_profile.document(self.run_of, 5, self.folder)["leaks"]
        assert isinstance(leaks, list)
        self.assertEqual([leak["bytes"] for leak in leaks], [21 * 16, 256])


class Builds(unittest.TestCase):
    def test_the_build_is_named_as_the_results_name_it(self) -> None:
        facts = heap_profile.build_facts(PROGRAM)
        self.assertEqual(set(facts), {"commit", "dirty"})
        self.assertIn(facts["dirty"], ("true", "false", "unknown"))


class Script(unittest.TestCase):
    """scripts/heap itself, with nothing built or profiled."""

    def setUp(self) -> None:
        path = Path(__file__).resolve().parents[2] / "scripts" / "heap"
        loader = SourceFileLoader("heap_script", str(path))
        spec = spec_from_loader(loader.name, loader)
        assert spec is not None
        self.heap = module_from_spec(spec)
        loader.exec_module(self.heap)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def test_a_file_is_there_whole_or_not_at_all(self) -> None:
        path = self.folder / "heap" / "a.json"
        with mock.patch.object(heap_profile, "build_facts", return_value={}), redirect_stdout(StringIO()):
            self.heap.write(path, {"n": 1}, PROGRAM)
            with (mock.patch.object(os, "replace", side_effect=OSError(28, "full")),
                  self.assertRaises(OSError)):  # fmt: skip
                self.heap.write(path, {"n": 2}, PROGRAM)
        self.assertEqual(json.loads(path.read_text()), {"n": 1, "build": {}})
        self.assertEqual([each.name for each in path.parent.iterdir()], ["a.json"])

    def test_a_report_written_anew_keeps_its_links_to_the_history(self) -> None:
        self.assertEqual(self.heap.history_of(self.folder), [])
        (self.folder / "trends.html").touch()
        self.assertEqual(self.heap.history_of(self.folder), ["--history"])
        (self.folder / "steps").write_text("--no-counts\0--database\0sqlite:///x\0")
        self.assertEqual(self.heap.history_of(self.folder), ["--history", "--database", "sqlite:///x"])

    def test_a_report_that_cannot_be_written_is_told_in_one_line(self) -> None:
        (self.folder / "results.json").write_text("{")
        told = StringIO()
        with (mock.patch.object(sys, "argv", ["heap", "tiny", "scalar", "--out", str(self.folder)]),
              mock.patch.object(self.heap, "build", return_value=PROGRAM),
              mock.patch.object(self.heap, "run_profile", return_value=0), redirect_stderr(told)):  # fmt: skip
            self.assertEqual(self.heap.main(), 1)
        self.assertIn("stays as it was", told.getvalue())


class Allocators(unittest.TestCase):
    def test_ratios_are_of_the_same_round(self) -> None:
        found = heap_allocators.ratio([2.0, 1.0, 30.0], [1.0, 1.0, 10.0])
        self.assertEqual(found, {"ratio": 2.0, "ratio_low": 1.0, "ratio_high": 3.0})

    def test_only_what_is_installed_is_compared(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(heap_allocators.libraries([Path(folder)]), {"glibc": ""})
            path = Path(folder) / "libjemalloc.so.2"
            path.touch()
            self.assertEqual(heap_allocators.libraries([Path(folder)]),
                             {"glibc": "", "jemalloc": str(path)})
            found = heap_allocators.document([], {"glibc": ""}, 7, lambda what: None)
            self.assertEqual(found["missing"], ["jemalloc", "mimalloc"])

    @unittest.skipIf(SANITIZED, "a sanitizer has an allocator of its own")
    def test_an_allocator_that_is_not_used_is_no_figure(self) -> None:
        libraries = [folder / "libm.so.6" for folder in heap_allocators.library_folders()]
        preloaded = next((str(path) for path in libraries if path.exists()), None)
        if preloaded is None:
            self.skipTest("no library to preload")
        with self.assertRaisesRegex(HeapError, "allocations went to libc.so.6"):
            heap_allocators.times(Run(PROGRAM, "nlohmann", "tiny"), {"jemalloc": preloaded}, 2)

    @unittest.skipIf(SANITIZED, "a sanitizer has an allocator of its own")
    def test_each_takes_part_in_every_round(self) -> None:
        allocators = heap_allocators.libraries(heap_allocators.library_folders())
        if len(allocators) == 1:
            self.skipTest("no other allocator is installed")
        found = heap_allocators.compare(Run(PROGRAM, "nlohmann", "tiny"), allocators, 2)
        assert found is not None
        each = found["allocators"]
        assert isinstance(each, list)
        self.assertEqual([entry["name"] for entry in each], list(allocators))
        for entry in each:
            self.assertGreater(entry["ns"], 0)
            self.assertLessEqual(entry["ratio_low"], entry["ratio"])
            self.assertLessEqual(entry["ratio"], entry["ratio_high"])
        self.assertEqual(each[0]["ratio"], 1)

    @unittest.skipIf(SANITIZED, "a sanitizer has an allocator of its own")
    def test_where_nothing_is_allocated_no_allocator_matters(self) -> None:
        self.assertIsNone(heap_allocators.compare(Run(PROGRAM, "scalar", "tiny"), {"glibc": ""}, 2))


if __name__ == "__main__":
    PROGRAM = Path(sys.argv.pop(1))
    unittest.main()
