"""An instruction set's object exports its table and nothing else.

A weak symbol (an inline function, a template, an inline variable) would be the danger: of several
equal ones the linker keeps any, so baseline code could end up calling the copy that was compiled
for a newer CPU. Looked at are the objects of this build and, because an optimiser hides what it
inlines, the same files compiled without optimisation by each compiler at hand.

Environment: ROWCAST_BUILD is the build folder (with compile_commands.json).
"""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile
import unittest

import project

BUILD = pathlib.Path(os.environ.get("ROWCAST_BUILD", project.ROOT / "build" / "release"))

# What a compiler may call of its own accord.
ALLOWED_UNDEFINED = {
    "memcpy", "memmove", "memset", "memcmp", "bcmp",
    "_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail",
}  # fmt: skip


def problems(object_file: pathlib.Path) -> list[str]:
    listing = subprocess.run(
        ["nm", "--format=posix", str(object_file)], check=True, capture_output=True, text=True
    ).stdout
    symbols = [line.split()[:2] for line in listing.splitlines()]
    found = []
    exported = []
    for name, kind in symbols:
        if kind in "WwVvu":
            found.append(f"{name} is weak")
        elif kind == "U":
            if name not in ALLOWED_UNDEFINED:
                found.append(f"{name} is taken from elsewhere")
        elif kind.isupper():
            exported.append(f"{name} ({kind})")
    if len(exported) != 1 or exported[0][-2] not in "RD":
        found.append(f"exports {', '.join(exported) or 'nothing'}; wanted: one table")
    return found


class Unit:
    """One compiled instruction set, as the build's compilation database has it."""

    def __init__(self, entry: dict[str, str]) -> None:
        self.directory = pathlib.Path(entry["directory"])
        self.source = pathlib.Path(entry["file"])
        self.command = shlex.split(entry["command"])
        self.object_file = self.directory / self.command[self.command.index("-o") + 1]

    def without_optimisation(self, compiler: str, target: pathlib.Path) -> None:
        dropped = ("-O", "-g", "-DNDEBUG", "-falign-", "-MD", "-Werror")
        arguments = []
        skip = 0
        for argument in self.command[1:]:
            if skip:
                skip -= 1
            elif argument in ("-o", "-MT", "-MF"):
                skip = 1
            elif not argument.startswith(dropped):
                arguments.append(argument)
        subprocess.run(
            [compiler, *arguments, "-O0", "-w", "-o", str(target)],
            check=True, cwd=self.directory,
        )  # fmt: skip


def units() -> list[Unit]:
    database = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    isa = project.ROOT / "kernels" / "isa"
    return [Unit(entry) for entry in database if pathlib.Path(entry["file"]).parent == isa]


class InstructionSetObjects(unittest.TestCase):
    def test_scalar_is_built(self) -> None:
        self.assertIn("scalar", [unit.source.stem for unit in units()])

    def test_objects_of_this_build(self) -> None:
        for unit in units():
            with self.subTest(unit=unit.source.name):
                self.assertEqual(problems(unit.object_file), [])

    def test_objects_without_optimisation(self) -> None:
        compilers = [name for name in ("g++", "clang++") if shutil.which(name)]
        self.assertTrue(compilers)
        with tempfile.TemporaryDirectory() as folder:
            for unit in units():
                for compiler in compilers:
                    with self.subTest(unit=unit.source.name, compiler=compiler):
                        target = pathlib.Path(folder) / f"{unit.source.stem}.{compiler}.o"
                        unit.without_optimisation(compiler, target)
                        self.assertEqual(problems(target), [])


class MadeUpObjects(unittest.TestCase):
    """The check can fail."""

    def check(self, source: str) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "unit.cpp"
            path.write_text(source, encoding="utf-8")
            subprocess.run(
                ["g++", "-std=c++20", "-O0", "-c", str(path), "-o", str(path.with_suffix(".o"))],
                check=True,
            )
            return problems(path.with_suffix(".o"))

    TABLE = "extern const int kTable; const int kTable = 1;\n"

    def test_a_table_alone(self) -> None:
        self.assertEqual(self.check(self.TABLE), [])

    def test_an_inline_function(self) -> None:
        found = self.check(
            self.TABLE + "inline int twice(int x) { return 2 * x; }\n"
            "namespace { int call(int x) { return twice(x); } }\n"
            "static int (*volatile use)(int) = call;\n"
        )
        self.assertEqual(found, ["_Z5twicei is weak"])

    def test_a_second_export(self) -> None:
        found = self.check(self.TABLE + "extern const int kOther; const int kOther = 2;\n")
        self.assertEqual(len(found), 1)
        self.assertIn("kOther", found[0])

    def test_a_call_elsewhere(self) -> None:
        found = self.check("int other();\nextern int (*const kTable)();\nint (*const kTable)() = other;\n")
        self.assertEqual(found, ["_Z5otherv is taken from elsewhere"])

    def test_no_table(self) -> None:
        self.assertEqual(self.check("static int x = 1; static int* volatile y = &x;\n"),
                         ["exports nothing; wanted: one table"])  # fmt: skip


if __name__ == "__main__":
    unittest.main()
