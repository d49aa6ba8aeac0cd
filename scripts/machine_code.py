"""What scripts/asm and tests/house read out of an instruction set's object, by binutils' objdump.

Which function a kernel is. The object exports one table; its relocations give the function of each
slot, in the order of the members of KernelTable in kernels/table.hpp.

Which loop is hot. Loops are natural loops: a branch back to a block through which every way to the
branch leads; where several branches lead back to one block, each of them is a loop and all of them
together are one. A loop's straight path goes from its head back to it as static branch prediction
has it: a conditional branch is taken if it leads back to a lower address and not if it leads
forward, unless the loop would be left. Compilers lay out code so: what is unlikely stands aside. So
these are the instructions that run where nothing unusual happens. Innermost is a loop whose straight
path meets no other loop's head; a loop that is only reached by a branch aside makes it no outer one.
Looked at are a kernel's function and the functions that it calls itself. Of the innermost loops those
come first that step over whole blocks of 64 bytes with vector instructions; of several the hot one
has the most instructions on its straight path, then the most vector instructions, then comes first.
Where a jump table leads is not read: it is taken to reach every block that nothing else reaches.
"""

from __future__ import annotations

import dataclasses
import functools
import pathlib
import re
import subprocess

Place = tuple[str, int]  # section, offset

PREFIXES = {"notrack", "bnd", "lock", "rep", "repz", "repnz", "data16", "cs", "ds", "es", "ss", "rex.W"}
PREFIX_BYTES = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x67}
# The first byte of the instruction proper, in 64-bit mode: VEX of three and two bytes, EVEX.
VEX_BYTES = {0xC4, 0xC5}
EVEX_BYTE = 0x62
VECTOR_REGISTER = re.compile(r"%(xmm|ymm|zmm|k)\d")


class MachineCodeError(Exception):
    """The object is not what it should be."""


@dataclasses.dataclass(frozen=True)
class Instruction:
    address: int
    encoding: bytes
    text: str  # AT&T's syntax, without what objdump adds
    relocation: str  # "" or symbol+addend

    @functools.cached_property
    def words(self) -> list[str]:
        found = self.text.split()
        while len(found) > 1 and found[0] in PREFIXES:
            found = found[1:]
        return found

    @property
    def mnemonic(self) -> str:
        return self.words[0]

    @property
    def is_call(self) -> bool:
        return self.mnemonic.startswith("call")

    @property
    def is_jump(self) -> bool:
        return self.mnemonic.startswith("j")

    @property
    def is_conditional(self) -> bool:
        return self.is_jump and not self.mnemonic.startswith("jmp")

    @property
    def is_indirect(self) -> bool:
        return len(self.words) > 1 and self.words[1].startswith("*")

    @property
    def ends_block(self) -> bool:
        return self.is_jump or self.mnemonic.startswith(("ret", "ud2", "hlt"))

    @property
    def target(self) -> int | None:
        """Where a direct branch or call leads in its own section."""
        if not (self.is_jump or self.is_call) or self.is_indirect or self.relocation:
            return None
        return int(self.words[1], 16)

    @property
    def is_vector(self) -> bool:
        return VECTOR_REGISTER.search(self.text) is not None

    @property
    def is_vex(self) -> bool:
        """VEX or EVEX, as AVX and BMI have it."""
        return self._opcode() in (VEX_BYTES | {EVEX_BYTE})

    @property
    def is_evex(self) -> bool:
        """As only AVX-512 has it."""
        return self._opcode() == EVEX_BYTE

    def _opcode(self) -> int:
        rest = self.encoding.lstrip(bytes(PREFIX_BYTES))
        return rest[0] if rest else 0

    def registers(self) -> set[str]:
        return {match[1] for match in VECTOR_REGISTER.finditer(self.text)}


@dataclasses.dataclass(frozen=True, eq=False)
class Loop:
    head: int
    body: list[Instruction]  # in order of address
    path: list[Instruction]  # the straight path, in order of execution
    innermost: bool

    @property
    def vectors(self) -> int:
        return sum(each.is_vector for each in self.path)

    def calls(self) -> list[Instruction]:
        """Those on the straight path."""
        return [each for each in self.path if each.is_call]

    def calls_aside(self) -> list[Instruction]:
        on_path = {each.address for each in self.path}
        return [each for each in self.body if each.is_call and each.address not in on_path]

    def step(self) -> int | None:
        """The bytes that the loop goes on by, where it is by whole blocks of 64."""
        steps = []
        for each in self.path:
            text = " ".join(each.words)
            added = re.match(r"add\w? \$0x([0-9a-f]+),|lea 0x([0-9a-f]+)\(%\w+\),", text)
            taken = re.match(r"sub\w? \$0x(f{8,}[0-9a-f]+),", text)
            if added:
                steps.append(int(added[1] or added[2], 16))
            elif taken:
                steps.append((1 << (4 * len(taken[1]))) - int(taken[1], 16))
        return max((step for step in steps if 0 < step <= 1024 and step % 64 == 0), default=None)


@dataclasses.dataclass(frozen=True, eq=False)
class Function:
    name: str
    section: str
    code: list[Instruction]

    @functools.cached_property
    def loops(self) -> list[Loop]:
        return _loops(self.code)


class Object:
    """An object file: its functions, and those of its table."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.symbols: list[tuple[str, Place, int, str]] = []  # name, place, size, flags
        for line in _objdump("--syms", path).splitlines():
            match = re.match(r"([0-9a-f]{16}) (.{7}) (\S+)\t([0-9a-f]{16}) (?:\.hidden )?(.+)$", line)
            if match:
                place = match[3], int(match[1], 16)
                self.symbols.append((match[5], place, int(match[4], 16), match[2]))
        sections = _sections(_objdump("--disassemble", "--reloc", "--wide", path))
        self.code = [each for instructions in sections.values() for each in instructions]
        self.pointers = _pointers(_objdump("--reloc", path))
        self.functions: dict[Place, Function] = {}
        for name, (section, start), size, flags in self.symbols:
            inside = [each for each in sections.get(section, []) if start <= each.address < start + size]
            if "F" in flags and inside:
                self.functions.setdefault((section, start), Function(short(name), section, inside))

    def table(self) -> list[Function | None]:
        """The function of each slot of 8 bytes; None where a slot points to data."""
        tables = [each for each in self.symbols if each[3][0] == "g" and "O" in each[3]]
        if len(tables) != 1:
            raise MachineCodeError(f"{self.path.name} exports {len(tables)} tables; wanted: one")
        _, (section, start), size, _ = tables[0]
        slots: list[Function | None] = [None] * (size // 8)
        for (where, offset), value in self.pointers.items():
            if where == section and start <= offset < start + size:
                slots[(offset - start) // 8] = self.functions.get(self._place(value))
        return slots

    def callee(self, caller: Function, instruction: Instruction) -> Function | None:
        """Whom a call or a jump out of the function leads to, where it is in this object."""
        if instruction.target is not None:
            return self.functions.get((caller.section, instruction.target))
        if not instruction.relocation or instruction.is_indirect:
            return None
        section, offset = self._place(instruction.relocation)
        # The distance counts from behind its own 4 bytes.
        return self.functions.get((section, offset + 4))

    def _place(self, value: str) -> Place:
        match = re.match(r"(.+?)([+-]0x[0-9a-f]+)?$", value)
        assert match
        addend = int(match[2] or "0", 16)
        addend -= 1 << 64 if addend >= 1 << 63 else 0
        for name, (section, offset), _, _ in self.symbols:
            if name == match[1]:
                return section, offset + addend
        return match[1], addend


def kernel_names(header: str) -> list[str]:
    """The members of KernelTable in order, as kernels/table.hpp declares them."""
    header = re.sub(r"//[^\n]*", "", header)
    struct = re.search(r"struct KernelTable \{(.*?)\n\};", header, re.DOTALL)
    if not struct:
        raise MachineCodeError("no struct KernelTable in kernels/table.hpp")
    names = []
    for member in struct[1].split(";")[:-1]:
        match = re.search(r"\(\*(\w+)\)\(", member) or re.search(r"(\w+)\s*$", member)
        if not match:
            raise MachineCodeError(f"not understood in KernelTable: {member.strip()}")
        names.append(match[1])
    return names


def kernels(object_: Object, names: list[str]) -> dict[str, Function]:
    """The functions of the table by the names of its members."""
    slots = object_.table()
    if len(slots) != len(names):
        raise MachineCodeError(f"{object_.path.name}: {len(slots)} slots for {len(names)} members")
    return {name: slot for name, slot in zip(names, slots) if slot}


def looked_at(object_: Object, kernel: Function) -> list[Function]:
    """A kernel's function and those that it calls itself, or ends in."""
    found = [kernel]
    for each in kernel.code:
        callee = object_.callee(kernel, each) if each.is_call or each.is_jump else None
        if callee and callee not in found:
            found.append(callee)
    return found


def innermost_loops(functions: list[Function]) -> list[tuple[Function, Loop]]:
    """The innermost loops of these functions, the hot one first."""

    def rank(found: tuple[Function, Loop]) -> tuple[bool, int, int]:
        loop = found[1]
        return loop.vectors > 0 and loop.step() is not None, len(loop.path), loop.vectors

    loops = [(each, loop) for each in functions for loop in each.loops if loop.innermost]
    return sorted(loops, key=rank, reverse=True)


def short(symbol: str) -> str:
    """A symbol demangled, without our namespaces, its return type and its parameters."""
    if symbol.startswith("_Z"):
        symbol = _demangled(symbol)
    suffix = "".join(re.findall(r" ?\[clone [^]]+\]", symbol))
    symbol = re.sub(r" ?\[clone [^]]+\]", "", symbol)
    symbol = symbol.replace("(anonymous namespace)::", "").replace("rowcast::kernels::", "")
    depth = 0
    start = 0
    for at, character in enumerate(symbol):
        depth += (character == "<") - (character == ">")
        if depth == 0 and character == " ":
            start = at + 1
        elif depth == 0 and character == "(":
            return symbol[start:at] + suffix
    return symbol + suffix


@functools.cache
def _demangled(symbol: str) -> str:
    return subprocess.run(["c++filt", symbol], check=True, capture_output=True, text=True).stdout.strip()


def _objdump(*arguments: str | pathlib.Path) -> str:
    result = subprocess.run(
        ["objdump", *map(str, arguments)], check=False, capture_output=True, text=True,
    )  # fmt: skip
    if result.returncode != 0:
        raise MachineCodeError(result.stderr.strip())
    return result.stdout


def _pointers(listing: str) -> dict[Place, str]:
    """What the linker is to write as an address, and where."""
    found = {}
    section = ""
    for line in listing.splitlines():
        header = re.match(r"RELOCATION RECORDS FOR \[(.+)\]:$", line)
        match = re.match(r"([0-9a-f]{16}) R_X86_64_64 +(\S+)$", line)
        if header:
            section = header[1]
        elif match:
            found[section, int(match[1], 16)] = match[2]
    return found


def _sections(listing: str) -> dict[str, list[Instruction]]:
    sections: dict[str, list[Instruction]] = {}
    code: list[Instruction] = []
    for line in listing.splitlines():
        section = re.match(r"Disassembly of section (.+):$", line)
        if section:
            code = sections.setdefault(section[1], [])
        match = re.match(r" *([0-9a-f]+):\t([0-9a-f ]+)\t([^\t]+)(?:\t(.*))?$", line)
        if match:
            relocation = re.search(r"R_X86_64_\w+\s+(\S+)", match[4] or "")
            text = re.sub(r"\s*(#.*|<[^>].*>)$", "", match[3]).strip()
            code.append(Instruction(int(match[1], 16), bytes.fromhex(match[2]), text,
                                    relocation[1] if relocation else ""))  # fmt: skip
    return sections


def intel_syntax(object_: Object) -> dict[Place, str]:
    """The same instructions as people like to read them."""
    listing = _objdump("--disassemble", "--reloc", "--wide", "-M", "intel", object_.path)
    return {
        (section, each.address): each.text
        for section, code in _sections(listing).items()
        for each in code
    }


# Loops.


@dataclasses.dataclass
class _Block:
    code: list[Instruction]
    following: int | None = None  # where it goes on when it does not branch
    target: int | None = None  # where it branches to
    guessed: list[int] = dataclasses.field(default_factory=list)  # by a jump table

    def successors(self) -> list[int]:
        return [each for each in (self.following, self.target, *self.guessed) if each is not None]


def _blocks(code: list[Instruction]) -> dict[int, _Block]:
    addresses = {each.address for each in code}
    starts = {code[0].address}
    for each, following in zip(code, [*code[1:], None]):
        if each.ends_block and following:
            starts.add(following.address)
        if each.is_jump and each.target in addresses:
            starts.add(each.target)
    blocks: dict[int, _Block] = {}
    for each in code:
        if each.address in starts:
            block = blocks[each.address] = _Block([])
        block.code.append(each)
    order = [*blocks, None]
    for at, (block, following) in enumerate(zip(blocks.values(), order[1:])):
        last = block.code[-1]
        if not last.ends_block or last.is_conditional:
            block.following = following
        if last.is_jump and last.target in blocks:
            block.target = last.target
    reached = {each for block in blocks.values() for each in block.successors()}
    unreached = [start for start in blocks if start not in reached and start != code[0].address]
    for block in blocks.values():
        if block.code[-1].is_jump and block.code[-1].is_indirect:
            block.guessed = unreached
    return blocks


def _dominators(blocks: dict[int, _Block]) -> dict[int, set[int]]:
    """Of each block that can be reached: the blocks that every way to it leads through."""
    entry = next(iter(blocks))
    order: list[int] = []
    seen = {entry}
    waiting = [entry]
    while waiting:
        at = waiting.pop()
        order.append(at)
        for each in blocks[at].successors():
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    before: dict[int, list[int]] = {at: [] for at in order}
    for at in order:
        for each in blocks[at].successors():
            before[each].append(at)
    found = {at: set(order) for at in order}
    found[entry] = {entry}
    changed = True
    while changed:
        changed = False
        for at in order[1:]:
            new = set.intersection(*(found[each] for each in before[at])) | {at}
            if new != found[at]:
                found[at] = new
                changed = True
    return found


def _loops(code: list[Instruction]) -> list[Loop]:
    blocks = _blocks(code)
    dominators = _dominators(blocks)
    before: dict[int, list[int]] = {}
    for at in dominators:
        for each in blocks[at].successors():
            before.setdefault(each, []).append(at)
    bodies: dict[int, list[frozenset[int]]] = {}
    for at, through in dominators.items():
        for head in blocks[at].successors():
            if head in through:
                bodies.setdefault(head, []).append(_body(before, head, at))
    loops: list[Loop] = []
    for head, several in sorted(bodies.items()):
        seen: list[list[int]] = []
        for body in sorted({*several, frozenset().union(*several)}, key=len, reverse=True):
            path, closed = _straight_path(blocks, head, body)
            if path in seen:
                continue
            seen.append(path)
            inside = [each for start in sorted(body) for each in blocks[start].code]
            loops.append(Loop(
                head, inside, [each for start in path for each in blocks[start].code],
                closed and not any(start in bodies for start in path[1:]),
            ))  # fmt: skip
    return loops


def _body(before: dict[int, list[int]], head: int, tail: int) -> frozenset[int]:
    """The blocks from which the tail is reached without passing the head."""
    body = {head}
    waiting = [tail]
    while waiting:
        each = waiting.pop()
        if each not in body:
            body.add(each)
            waiting += before[each]
    return frozenset(body)


def _straight_path(blocks: dict[int, _Block], head: int, body: frozenset[int]) -> tuple[list[int], bool]:
    """The blocks of the path; False where it runs into a circle of its own."""
    path = [head]
    while True:
        block = blocks[path[-1]]
        stays = [each for each in block.successors() if each in body]
        backward = block.target is not None and block.target <= path[-1] and block.target in body
        following = block.target if backward else next(iter(stays), head)
        assert following is not None
        if following == head or (following in path):
            return path, following == head
        path.append(following)
