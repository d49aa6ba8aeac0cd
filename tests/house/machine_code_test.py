"""The instruction sets' objects hold what they are for, and no hot loop calls out.

Which registers and encodings each object uses, by the options it is compiled with; and that no call
stands on the straight path of a kernel's hot loop. Hot loops and straight paths are those of
scripts/machine_code.py: what lies aside of the path is what the compiler holds to be unlikely, and
calls there are no concern. A call on the path is one that the loop makes each time round.

Environment: ROWCAST_BUILD is the build folder (with compile_commands.json).
"""

import dataclasses
import functools
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

import project

sys.dont_write_bytecode = True
sys.path.insert(0, str(project.ROOT / "scripts"))
import machine_code  # noqa: E402

BUILD = pathlib.Path(os.environ.get("ROWCAST_BUILD", project.ROOT / "build" / "release"))
NAMES = machine_code.kernel_names((project.ROOT / "kernels" / "table.hpp").read_text(encoding="utf-8"))

# From the newest on: the options that an object is compiled with, what it must then use, and what
# must not be in it. `vex` and `evex` are encodings.
EXPECTED = (
    (("-mavx512", "-mavx10"), {"zmm", "k", "evex"}, set()),
    (("-mavx",), {"ymm", "vex"}, {"evex", "zmm", "k"}),
    (("-msse", "-mssse"), {"xmm"}, {"vex", "evex", "ymm", "zmm", "k"}),
    (("",), set(), {"vex", "evex", "ymm", "zmm", "k"}),
)
# These call by design: the engine that selects copies and grows as it goes along a row; a key that
# hashes alike is compared by memcmp.
CALLING = ("transform_select", "find_key")


def used(object_: machine_code.Object) -> set[str]:
    found = set().union(*(each.registers() for each in object_.code))
    for each in object_.code:
        if each.is_vex:
            found |= {"vex", "evex"} if each.is_evex else {"vex"}
    return found


def wrong_use(options: list[str], object_: machine_code.Object) -> list[str]:
    uses = used(object_)
    wanted, unwanted = next(
        (wanted, unwanted) for prefixes, wanted, unwanted in EXPECTED
        if any(option.startswith(prefixes) for option in ["", *options])
    )  # fmt: skip
    missing = sorted(wanted - uses)
    excess = sorted(unwanted & uses)
    return [f"no {each}" for each in missing] + [f"has {each}" for each in excess]


def calls_in_hot_loop(object_: machine_code.Object, kernel: machine_code.Function) -> list[str]:
    """The calls of the straight path. Code without a loop calls nothing in one."""
    loops = machine_code.innermost_loops(machine_code.looked_at(object_, kernel))
    return [f"{loops[0][0].name}: {each.text}" for each in loops[0][1].calls()] if loops else []


@dataclasses.dataclass(frozen=True)
class Unit:
    """One compiled instruction set, as the build's compilation database has it."""

    name: str
    options: list[str]  # -m...
    object_: machine_code.Object

    def kernels(self) -> dict[str, machine_code.Function]:
        return machine_code.kernels(self.object_, NAMES)


@functools.cache
def units() -> list[Unit]:
    database = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    found = []
    for entry in database:
        if pathlib.Path(entry["file"]).parent == project.ROOT / "kernels" / "isa":
            command = shlex.split(entry["command"])
            path = pathlib.Path(entry["directory"]) / command[command.index("-o") + 1]
            options = [each for each in command if each.startswith("-m")]
            found.append(Unit(pathlib.Path(entry["file"]).stem, options, machine_code.Object(path)))
    return found


class Objects(unittest.TestCase):
    def test_each_uses_its_own_registers_and_encoding(self) -> None:
        self.assertIn("scalar", [unit.name for unit in units()])
        for unit in units():
            with self.subTest(instruction_set=unit.name):
                self.assertEqual(wrong_use(unit.options, unit.object_), [])

    def test_no_hot_loop_calls_out(self) -> None:
        for unit in units():
            for kernel, function in unit.kernels().items():
                # Without blocks the engine walks over tokens: its loop over rows calls the walk.
                walks = kernel.startswith("transform_all") and not unit.options
                if not kernel.startswith(CALLING) and not walks:
                    with self.subTest(instruction_set=unit.name, kernel=kernel):
                        self.assertEqual(calls_in_hot_loop(unit.object_, function), [])

    def test_hot_loops_of_vectors_step_by_blocks(self) -> None:
        """Else the test above would look at another loop."""
        for unit in (unit for unit in units() if unit.options):
            for kernel in ("transform_all_camel", "transform_all_raw", "find_string_end", "find_escape",
                           "validate_utf8"):  # fmt: skip
                with self.subTest(instruction_set=unit.name, kernel=kernel):
                    functions = machine_code.looked_at(unit.object_, unit.kernels()[kernel])
                    _, loop = machine_code.innermost_loops(functions)[0]
                    self.assertEqual(loop.step(), 64)


def assembled(text: str) -> machine_code.Object:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "made_up.o"
        subprocess.run(["as", "-o", str(path), "-"], input=text, text=True, check=True)
        return machine_code.Object(path)


FRAME = """
    .text
    .type kernel, @function
kernel:
{body}
    ret
{aside}
    .size kernel, . - kernel
    .type other, @function
other:
{other}
    ret
    .size other, . - other
    .section .data.rel.ro.local, "aw"
    .globl table
    .type table, @object
table:
    .quad kernel
    .quad other
    .size table, . - table
"""


def made_up(body: str, aside: str = "", other: str = "nop") -> machine_code.Object:
    return assembled(FRAME.format(body=body, aside=aside, other=other))


class MadeUpRegisters(unittest.TestCase):
    """The check can fail."""

    def wrong(self, options: str, code: str) -> list[str]:
        return wrong_use(options.split(), made_up(code))

    def test_what_belongs_there(self) -> None:
        for options, code in (
            ("", "add $1, %eax\n movups (%rdi), %xmm0"),
            ("-mssse3 -msse4.2 -mpopcnt", "pshufb %xmm1, %xmm0\n popcnt %rax, %rax"),
            ("-mavx2 -mbmi", "vpaddb %ymm1, %ymm2, %ymm3"),
            ("-mavx512f -mavx2", "vpcmpeqb %zmm1, %zmm2, %k1"),
        ):  # fmt: skip
            with self.subTest(options=options):
                self.assertEqual(self.wrong(options, code), [])

    def test_what_is_missing(self) -> None:
        self.assertEqual(self.wrong("-msse4.2", "nop"), ["no xmm"])
        self.assertEqual(self.wrong("-mavx2", "paddb %xmm1, %xmm2"), ["no vex", "no ymm"])
        self.assertEqual(self.wrong("-mavx512f", "vpaddb %ymm1, %ymm2, %ymm3"),
                         ["no evex", "no k", "no zmm"])  # fmt: skip

    def test_vex_encoding_without_avx(self) -> None:
        for code in ("vpaddb %xmm1, %xmm2, %xmm3", "andn %rax, %rcx, %rdx", "vmovdqu %gs:(%rax), %xmm0",
                     "shlx %rax, (%rcx), %rdx", "vzeroupper"):  # fmt: skip
            with self.subTest(code=code):
                self.assertEqual(self.wrong("-msse4.2", f"pxor %xmm0, %xmm0\n {code}"), ["has vex"])
                self.assertEqual(self.wrong("", code), ["has vex"])

    def test_bytes_that_only_look_like_vex(self) -> None:
        self.assertEqual(self.wrong("", "mov $0x62c5c4, %eax"), [])

    def test_avx512_in_avx2(self) -> None:
        for code, excess in (
            ("vpaddb %zmm1, %zmm2, %zmm3", ["has evex", "has zmm"]),
            ("kmovd %k1, %eax", ["has k"]),
            ("vpaddb %ymm17, %ymm2, %ymm3", ["has evex"]),
        ):  # fmt: skip
            with self.subTest(code=code):
                self.assertEqual(self.wrong("-mavx2", f"vpaddb %ymm1, %ymm2, %ymm3\n {code}"), excess)


class MadeUpLoops(unittest.TestCase):
    """The check can fail, and knows what is aside."""

    HEAD = "1: movdqu (%rdi), %xmm0\n"
    NEXT = "add $64, %rdi\n cmp %rsi, %rdi\n jne 1b\n"

    def calls(self, body: str, aside: str = "", other: str = "nop") -> list[str]:
        object_ = made_up(body, aside, other)
        return [each.split()[1] for each in calls_in_hot_loop(object_, object_.table()[0])]

    def test_none(self) -> None:
        self.assertEqual(self.calls(self.HEAD + self.NEXT), [])

    def test_on_the_path(self) -> None:
        self.assertEqual(self.calls(self.HEAD + "call other\n" + self.NEXT), ["call"])

    def test_through_a_pointer(self) -> None:
        self.assertEqual(self.calls(self.HEAD + "call *8(%rdx)\n" + self.NEXT), ["call"])

    def test_elsewhere(self) -> None:
        self.assertEqual(self.calls(self.HEAD + "call memcpy@PLT\n" + self.NEXT), ["call"])

    def test_before_and_behind_the_loop(self) -> None:
        self.assertEqual(self.calls("call other\n" + self.HEAD + self.NEXT + "call other\n"), [])

    def test_in_a_branch_skipped_forward(self) -> None:
        """Laid out within the loop: the compiler does not think it unlikely."""
        body = self.HEAD + "test %eax, %eax\n je 2f\n call other\n 2:" + self.NEXT
        self.assertEqual(self.calls(body), ["call"])

    def test_behind_a_branch_aside(self) -> None:
        body = self.HEAD + "test %eax, %eax\n jne 3f\n 2:" + self.NEXT
        self.assertEqual(self.calls(body, "3: call other\n jmp 2b\n"), [])

    def test_in_a_cold_section(self) -> None:
        cold = '.section .text.unlikely\n cold: call other\n jmp 2b\n .text\n'
        body = self.HEAD + "test %eax, %eax\n jne cold\n 2:" + self.NEXT
        self.assertEqual(self.calls(body, cold), [])

    def test_behind_the_branch_back_that_is_not_taken(self) -> None:
        body = "jmp 1f\n 2:" + self.NEXT.replace("jne 1b", "je 9f") + self.HEAD + "test %eax, %eax\n je 2b\n"
        self.assertEqual(self.calls(body + "call other\n jmp 2b\n 9:"), [])

    def test_on_the_path_by_a_jump(self) -> None:
        body = self.HEAD + "jmp 3f\n 2:" + self.NEXT
        self.assertEqual(self.calls(body, "3: call other\n jmp 2b\n"), ["call"])

    def test_in_the_outer_loop_only(self) -> None:
        body = "4: call other\n" + self.HEAD + self.NEXT + "dec %edx\n jne 4b\n"
        self.assertEqual(self.calls(body), [])

    def test_in_the_loop_of_a_function_that_is_called(self) -> None:
        callee = self.HEAD + "call *%rax\n" + self.NEXT
        self.assertEqual(self.calls("call other\n", other=callee), ["call"])


class MadeUpChoices(unittest.TestCase):
    def hot(self, body: str) -> machine_code.Loop:
        object_ = made_up(body)
        return machine_code.innermost_loops([object_.table()[0]])[0][1]

    def test_blocks_before_bytes(self) -> None:
        blocks = "1: movdqu (%rdi), %xmm0\n sub $-64, %rdi\n cmp %rsi, %rdi\n jne 1b\n"
        bytes_ = "2: mov (%rdi), %al\n" + "xor %al, %dl\n" * 9 + "inc %rdi\n cmp %rsi, %rdi\n jne 2b\n"
        for body in (blocks + bytes_, bytes_ + blocks):
            loop = self.hot(body)
            self.assertEqual((loop.vectors, loop.step(), len(loop.path)), (1, 64, 4))

    def test_the_inner_of_two(self) -> None:
        body = "1: nop\n nop\n 2: inc %eax\n cmp %eax, %edx\n jne 2b\n inc %ecx\n cmp %ecx, %esi\n jne 1b\n"
        self.assertEqual(len(self.hot(body).path), 3)

    def test_a_loop_reached_by_a_branch_aside_makes_no_outer_one(self) -> None:
        body = ("1: movdqu (%rdi), %xmm0\n test %eax, %eax\n jne 3f\n 2: add $64, %rdi\n cmp %rsi, %rdi\n"
                " jne 1b\n ret\n 3: dec %eax\n jne 3b\n jmp 2b\n")  # fmt: skip
        self.assertEqual(self.hot(body).step(), 64)


class Tables(unittest.TestCase):
    def test_members_in_order(self) -> None:
        header = """struct KernelTable {
            const char* name;  // not int (*this_one)();
            Engine engine;
            int (*small)(const Byte* data,
                         int size) noexcept;\n};"""
        self.assertEqual(machine_code.kernel_names(header), ["name", "engine", "small"])

    def test_slots_by_relocation(self) -> None:
        object_ = made_up("nop")
        found = machine_code.kernels(object_, ["first", "second"])
        self.assertEqual({name: each.name for name, each in found.items()},
                         {"first": "kernel", "second": "other"})  # fmt: skip

    def test_another_number_of_members(self) -> None:
        with self.assertRaises(machine_code.MachineCodeError):
            machine_code.kernels(made_up("nop"), ["first"])

    def test_each_kernel_is_the_function_of_its_name(self) -> None:
        for unit in units():
            found = unit.kernels()
            self.assertEqual(set(found), set(NAMES) - {"instruction_set"})
            for kernel, function in found.items():
                if not kernel.startswith("transform"):
                    with self.subTest(instruction_set=unit.name, kernel=kernel):
                        self.assertRegex(function.name, rf"::{kernel}\b")


class Names(unittest.TestCase):
    def test_short(self) -> None:
        for long, wanted in (
            ("rowcast::kernels::BatchStatus rowcast::kernels::(anonymous namespace)::rewrite_all<rowcast::"
             "kernels::(anonymous namespace)::Avx512, false>(rowcast::kernels::RootView const&)",
             "rewrite_all<Avx512, false>"),
            ("f<A>(int) [clone .constprop.0]", "f<A> [clone .constprop.0]"),
            ("memcpy", "memcpy"),
        ):  # fmt: skip
            self.assertEqual(machine_code.short(long), wanted)


if __name__ == "__main__":
    unittest.main()
