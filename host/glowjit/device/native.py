"""The machine code on the board that is not a shader's: how MicroPython enters a kernel.

A program is assembly text, `assemble` makes it bytes with the compiler's own instruction table, which the caller hands
over. It is a function of MicroPython's "viper" kind: a3 points at the arguments, small ints tagged as 2 * value + 1,
and the result is tagged likewise. An address travels as address >> 2, so that it is a small int wherever a board has
its memory; all of them are 4-byte aligned.

    call(code, entry, ctx) -> status         the kernel `entry` bytes into the code, for a board whose heap executes
    enter(entry, ctx) -> status              the kernel `entry` bytes into the room that follows, for one whose does not
    kernel(ctx) -> status                    the kernel that follows, in a module that is a shader's own

Cost on the board: 20 instructions a call.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from typing import Any, Protocol


class InstructionTable(Protocol):
    """What the assembler needs of an ISA's table; `glowcore.isa` is one."""

    NAMES: Sequence[str]
    FORMAT: Sequence[str]
    REGISTERS: Sequence[str]


Emit = Callable[..., Any]
"""`emit(out, op, rd, rs1, rs2, imm, wide)`, as in `glowcore.encode`."""

_ENTER = """
    addi sp, sp, -16
    sw ra, 12(sp)
"""

_LEAVE = """
    slli a0, a0, 1
    addi a0, a0, 1
    lw ra, 12(sp)
    addi sp, sp, 16
    jalr zero, 0(ra)
"""


def _address(register: str, index: int) -> str:
    """Argument `index` as the address it stands for."""
    return f"lw {register}, {4 * index}(a3)\n addi {register}, {register}, -1\n slli {register}, {register}, 1\n"


# Code is executed where the instruction bus sees it: exec_page pages of 4 KiB above where it was written.
_CALL = f"""
    {_ENTER}{_address("t1", 0)}
    lw t0, 4(a3)
    srai t0, t0, 1
    add t1, t1, t0
    lui t0, exec_page
    add t1, t1, t0
    {_address("a0", 2)}
    jalr ra, 0(t1)
    {_LEAVE}"""

# The room is `room` bytes behind the auipc.
_ENTER_ROOM = f"""
    {_ENTER}
    lw t0, 0(a3)
    srai t0, t0, 1
    {_address("a0", 1)}
    auipc t1, 0
    add t1, t1, t0
    jalr ra, room(t1)
    {_LEAVE}"""

_FIND_ROOM = """
    auipc a0, 0
    srli a0, a0, 2
    jalr zero, 0(ra)
"""

# In a module of its own: the shader's code follows, `kernel` bytes further.
_SHADER = f"""
    {_ENTER}{_address("a0", 0)}
    jal ra, kernel
    {_LEAVE}"""

_OPERANDS = {
    "R": r"(?P<rd>\w+), (?P<rs1>\w+), (?P<rs2>\w+)",
    "I": r"(?P<rd>\w+), (?P<rs1>\w+), (?P<imm>[-\w]+)",
    "H": r"(?P<rd>\w+), (?P<rs1>\w+), (?P<imm>[-\w]+)",
    "L": r"(?P<rd>\w+), (?P<imm>[-\w]+)\((?P<rs1>\w+)\)",
    "S": r"(?P<rs2>\w+), (?P<imm>[-\w]+)\((?P<rs1>\w+)\)",
    "B": r"(?P<rs1>\w+), (?P<rs2>\w+), (?P<imm>\w+)",
    "U": r"(?P<rd>\w+), (?P<imm>[-\w]+)",
    "J": r"(?P<rd>\w+), (?P<imm>\w+)",
}


def programs(isa: InstructionTable, emit: Emit, exec_offset: int) -> dict[str, bytes]:
    """The functions of the board's native module, for memory that executes `exec_offset` above where it is written."""
    return {"call": assemble(_CALL, isa, emit, {"exec_page": exec_offset >> 12})}


def arena(isa: InstructionTable, emit: Emit) -> tuple[bytes, bytes]:
    """The function `enter` up to its room, and the code that is in the room at first: it returns its place."""
    draft = assemble(_ENTER_ROOM, isa, emit, {"room": 0})
    size = -(-len(draft) // 4) * 4
    before = len(assemble(_ENTER_ROOM.partition("auipc")[0], isa, emit, {}))
    code = assemble(_ENTER_ROOM, isa, emit, {"room": size - before})
    return code.ljust(size, b"\0"), assemble(_FIND_ROOM, isa, emit, {})


def shader_function(code: bytes, entry: int, isa: InstructionTable, emit: Emit) -> bytes:
    """A native function that takes a ctx block's address and runs the kernel at `entry` of `code`, its own part."""
    thunk = assemble(_SHADER, isa, emit, {"kernel": 0})
    start = -(-len(thunk) // 16) * 16
    return assemble(_SHADER, isa, emit, {"kernel": start + entry}).ljust(start, b"\0") + code


def assemble(text: str, isa: InstructionTable, emit: Emit, symbols: dict[str, int]) -> bytes:
    """Machine code of assembly text; `symbols` are places in bytes from its start, and constants."""
    out = array("H")
    for line in filter(None, map(str.strip, text.splitlines())):
        _instruction(out, line, isa, emit, symbols)
    return out.tobytes()


def _instruction(out: array[int], line: str, isa: InstructionTable, emit: Emit, symbols: dict[str, int]) -> None:
    """Append one instruction. What has a symbol in it is 32 bits wide, whatever the symbol's value."""
    name, _, rest = line.partition(" ")
    op = isa.NAMES.index(name)
    form = isa.FORMAT[op]
    match = re.fullmatch(_OPERANDS[form], rest.strip())
    if match is None:
        raise ValueError(f"cannot read {line!r}")
    found = match.groupdict()
    rd, rs1, rs2 = (isa.REGISTERS.index(found[key]) if found.get(key) else 0 for key in ("rd", "rs1", "rs2"))
    value = found.get("imm") or "0"
    symbolic = not re.fullmatch(r"-?\d+", value)
    imm = symbols[value] if symbolic else int(value)
    if symbolic and form in "BJ":
        imm -= 2 * len(out)
    emit(out, op, rd, rs1, rs2, imm, symbolic)
