"""Of librowcast.so, only the instruction sets' own functions use newer instructions.

The objects are looked at by isa_symbols_test.py and machine_code_test.py; this is about what a linker
(and link-time optimisation) made of them: had it taken a function of theirs for one of its own,
baseline code would die on an older CPU. Which file a function is from is told by the library's symbol
table.

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
OWNERS = {path.name for path in (project.ROOT / "kernels" / "isa").glob("*.cpp")} - {"scalar.cpp"}

# What a plain x86-64 lacks: all that is encoded as VEX or EVEX, and what SSE3 to SSE4.2, BMI and ABM
# brought. Not tzcnt: an older CPU runs it as bsf, and compilers rely on that.
NEWER = re.compile(
    r"(v(?!er[rw]\b)\w+|andn|bextr|blsi|blsmsk|blsr|bzhi|mulx|pdep|pext|rorx|sarx|shlx|shrx|lzcnt|popcnt"
    r"|k(?:and|or|mov|not|xor|shift|add|test|unpck)\w+"
    r"|lddqu|pshufb|palignr|phadd\w+|phsub\w+|pmaddubsw|pmulhrsw|psign[bwd]|pabs[bwd]|ptest|blend\w+"
    r"|pblend\w+|pmin(?:sb|uw|sd|ud)|pmax(?:sb|uw|sd|ud)|pcmpeqq|pcmpgtq|pcmp[ei]str[im]|pmov[sz]x\w+"
    r"|pextr[bdq]|pinsr[bdq]|packusdw|pmulld|crc32\w*|pclmul\w+)\s"
)


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def owners(library: pathlib.Path) -> dict[int, str]:
    """Of each function's address, the file that it is from; "" where the table does not tell."""
    found: dict[int, str] = {}
    file = ""
    for line in output("readelf", "--symbols", "--wide", str(library)).splitlines():
        words = line.split()
        if len(words) < 7 or not words[0].rstrip(":").isdigit():
            continue
        address, kind, binding = int(words[1], 16), words[3], words[4]
        if kind == "FILE":
            file = words[7] if len(words) > 7 else ""
        elif kind == "FUNC" and address:
            found[address] = file if binding == "LOCAL" else ""
    return found


def strangers(library: pathlib.Path, allowed: set[str]) -> list[str]:
    """Functions with newer instructions that are from none of these files."""
    files = owners(library)
    found: dict[str, None] = {}
    name, file = "", ""
    for line in output("objdump", "--disassemble", "--no-show-raw-insn", str(library)).splitlines():
        if match := re.match(r"([0-9a-f]+) <(.+)>:$", line):
            name, file = match[2], files.get(int(match[1], 16), "")
        elif file not in allowed and (match := re.match(r" +[0-9a-f]+:\s+(?:rep[nz]* )?(\S+)", line)):
            if NEWER.fullmatch(match[1] + " "):
                found[f"{name} of {file or 'no file'} has {match[1]}"] = None
    return list(found)


class Library(unittest.TestCase):
    def setUp(self) -> None:
        self.library = BUILD / "lib" / "librowcast.so"

    def test_functions_are_known_by_their_files(self) -> None:
        self.assertLessEqual({"scalar.cpp"}, set(owners(self.library).values()))

    def test_newer_instructions_stay_where_they_belong(self) -> None:
        self.assertEqual(strangers(self.library, OWNERS), [])


class MadeUpLibraries(unittest.TestCase):
    """The check can fail."""

    def check(self, **sources: str) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            objects = []
            for name, text in sources.items():
                path = pathlib.Path(folder) / f"{name}.cpp"
                path.write_text(text, encoding="utf-8")
                objects.append(str(path.with_suffix(".o")))
                flags = ["-mavx2"] if name == "avx2" else []
                output("g++", "-O1", "-fPIC", "-fvisibility=hidden", *flags, "-c", str(path), "-o",
                       objects[-1])  # fmt: skip
            library = pathlib.Path(folder) / "library.so"
            output("g++", "-shared", "-o", str(library), *objects)
            return strangers(library, {"avx2.cpp"})

    VECTOR = "typedef int V __attribute__((vector_size(32)));\n"
    SHARED = VECTOR + "inline __attribute__((noinline)) V twice(V x) { return x + x; }\n"
    TABLE = "extern void (*const kTable)(V*);\nvoid (*const kTable)(V*) = use;\n"

    def test_functions_in_their_place(self) -> None:
        self.assertEqual(
            self.check(
                avx2=self.VECTOR + "namespace { void use(V* x) { *x += *x; } }\n" + self.TABLE,
                plain="int plain(int x) { return x + 1; }\n",
            ),
            [],
        )

    def test_an_inline_function_that_all_could_call(self) -> None:
        found = self.check(
            avx2=self.SHARED + "namespace { void use(V* x) { *x = twice(*x); } }\n" + self.TABLE,
            plain="int plain(int x) { return x + 1; }\n",
        )
        self.assertTrue(found)
        self.assertTrue(all(line.startswith("_Z5twice") for line in found), found)

    def test_newer_code_in_another_file(self) -> None:
        found = self.check(
            plain='__attribute__((target("popcnt"))) int count(unsigned x) { return __builtin_popcount(x); }\n'
        )
        self.assertEqual(found, ["_Z5countj of no file has popcnt"])


if __name__ == "__main__":
    unittest.main()
