"""An isolated object exports its table and nothing else, and runs nothing before main().

Isolated objects (scripts/cmake/RowcastIsolatedObjects.cmake) hold other people's inline functions,
compiled for a newer CPU. Were one of them visible, the linker could take it for baseline code; a
constructor of a global would run on every machine.

Environment: ROWCAST_BUILD is the build folder.
"""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import project

BUILD = pathlib.Path(os.environ.get("ROWCAST_BUILD", project.ROOT / "build" / "release"))
SUFFIX = ".isolated.o"


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def problems(object_file: pathlib.Path) -> list[str]:
    found = []
    exported = []
    for line in output("nm", "--format=posix", str(object_file)).splitlines():
        name, kind = line.split()[:2]
        if kind in "WVu" or (kind in "wv" and not name.startswith("__")):
            found.append(f"{name} is weak")
        elif kind.isupper() and kind != "U":
            exported.append(name)
    if len(exported) != 1:
        found.append(f"exports {', '.join(exported) or 'nothing'}; wanted: one table")
    sections = output("readelf", "--section-headers", "--wide", str(object_file))
    found += [f"has a section {name}" for name in re.findall(r"\.(?:init_array|ctors)\S*", sections)]
    if re.search(r"\bGROUP\b", sections):
        found.append("has a COMDAT group")
    return found


def isolated() -> list[pathlib.Path]:
    return sorted(BUILD.rglob("*" + SUFFIX))


class IsolatedObjects(unittest.TestCase):
    def test_there_are_some(self) -> None:
        self.assertTrue(isolated())

    def test_each_exports_its_table_alone(self) -> None:
        for path in isolated():
            with self.subTest(object=path.name):
                self.assertEqual(problems(path), [])

    def test_the_compilers_own_objects_would_not_pass(self) -> None:
        for path in isolated():
            name = path.name.removesuffix(SUFFIX)
            raw = list(path.parent.glob(f"CMakeFiles/rowcast_isolated_{name}.dir/**/*.o"))
            with self.subTest(object=path.name):
                self.assertEqual(len(raw), 1)
                self.assertTrue(problems(raw[0]))


class MadeUpObjects(unittest.TestCase):
    """The check can fail, and isolating mends what it finds."""

    TABLE = 'extern "C" { extern const int table; const int table = 1; }\n'
    INLINE = "inline int twice(int x) { return 2 * x; }\nint (*volatile use)(int) = twice;\n"

    def check(self, source: str, *, isolate: bool) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "unit.cpp"
            path.write_text(source, encoding="utf-8")
            raw, joined, done = (str(path.with_suffix(end)) for end in (".o", ".joined.o", ".done.o"))
            output("g++", "-std=c++20", "-O0", "-c", str(path), "-o", raw)
            if not isolate:
                return problems(pathlib.Path(raw))
            output("ld", "-r", "--force-group-allocation", "-o", joined, raw)
            output("objcopy", "--keep-global-symbol=table", joined, done)
            return problems(pathlib.Path(done))

    def test_a_table_alone(self) -> None:
        self.assertEqual(self.check(self.TABLE, isolate=False), [])

    def test_an_inline_function(self) -> None:
        found = self.check(self.TABLE + self.INLINE, isolate=False)
        self.assertIn("_Z5twicei is weak", found)
        self.assertIn("has a COMDAT group", found)
        self.assertIn("exports table, use; wanted: one table", found)
        self.assertEqual(self.check(self.TABLE + self.INLINE, isolate=True), [])

    def test_a_constructor(self) -> None:
        source = self.TABLE + "int f();\nstatic int x = f();\nstatic int* volatile y = &x;\n"
        self.assertIn("has a section .init_array", self.check(source, isolate=True))

    def test_no_table(self) -> None:
        self.assertEqual(self.check("static int x = 1; static int* volatile y = &x;\n", isolate=False),
                         ["exports nothing; wanted: one table"])  # fmt: skip


if __name__ == "__main__":
    unittest.main()
