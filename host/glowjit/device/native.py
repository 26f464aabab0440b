"""The machine code on the board that is not a shader's: how MicroPython enters a kernel, and the LEDs' output stage.

`PROGRAMS` is assembly text, `assemble` makes it bytes with the compiler's own instruction table, which the caller hands
over. Each program is a function of MicroPython's "viper" kind: a3 points at the arguments, small ints tagged as
2 * value + 1, and the result is tagged likewise. An address travels as address >> 2, so that it is a small int wherever
a board has its memory; all of them are 4-byte aligned.

    call(code, entry, ctx) -> status                                   the kernel `entry` bytes into the code, once
    points(code, entry, ctx, places, count, pixel_bytes) -> status     once for each (x, y) of uint16 pairs
    output(leds, pixels, order, count, levels, errors, swaps)          from pixels to what goes to the wire

`output` takes three bytes a pixel. LED i shows pixel order[i] (uint16); byte c of an LED is byte (swaps >> 2 * c) & 3
of the pixel, looked up in `levels` (256 of uint16, 8.8 fixed point: brightness and gamma), plus what the LED's byte of
`errors` kept from the frame before. What does not show is kept again: temporal dithering, without noise.

Cost on the board: `output` about 40 instructions an LED, `points` 12 and the kernel's own.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from typing import Any, Protocol

ADDRESS_SHIFT = 2


class InstructionTable(Protocol):
    """What the assembler needs of an ISA's table; `glowcore.isa` is one."""

    NAMES: Sequence[str]
    FORMAT: Sequence[str]
    REGISTERS: Sequence[str]


Emit = Callable[..., Any]
"""`emit(out, op, rd, rs1, rs2, imm, wide)`, as in `glowcore.encode`."""

_ENTER = """
    addi sp, sp, -32
    sw ra, 28(sp)
    sw s0, 24(sp)
    sw s1, 20(sp)
    sw s2, 16(sp)
    sw s3, 12(sp)
    sw s4, 8(sp)
"""

_LEAVE = """
    slli a0, a0, 1
    addi a0, a0, 1
    lw ra, 28(sp)
    lw s0, 24(sp)
    lw s1, 20(sp)
    lw s2, 16(sp)
    lw s3, 12(sp)
    lw s4, 8(sp)
    addi sp, sp, 32
    jalr zero, 0(ra)
"""


def _address(register: str, index: int) -> str:
    """Argument `index` as the address it stands for."""
    return f"lw {register}, {4 * index}(a3)\n addi {register}, {register}, -1\n slli {register}, {register}, 1\n"


def _number(register: str, index: int) -> str:
    return f"lw {register}, {4 * index}(a3)\n srai {register}, {register}, 1\n"


# The code is executed where the instruction bus sees it: exec_page pages of 4 KiB above where it was written.
_CODE = f"""
    {_address("s0", 0)}{_number("t0", 1)}
    add s0, s0, t0
    lui t0, exec_page
    add s0, s0, t0
"""

_CHANNEL = """
    add t1, t0, swap
    lbu t1, 0(t1)
    slli t1, t1, 1
    add t1, t1, a4
    lhu t1, 0(t1)
    lbu t2, 0(a5)
    add t1, t1, t2
    sb t1, 0(a5)
    srli t1, t1, 8
    sb t1, 0(a0)
    addi a5, a5, 1
    addi a0, a0, 1
"""

PROGRAMS = {
    "call": f"""
    {_ENTER}{_CODE}{_address("a0", 2)}
    jalr ra, 0(s0)
    {_LEAVE}""",
    "points": f"""
    {_ENTER}{_CODE}{_address("s1", 2)}{_address("s2", 3)}{_number("s3", 4)}{_number("s4", 5)}
    addi a0, zero, 0
next:
    beq s3, zero, done
    lhu t0, 0(s2)
    sw t0, 8(s1)
    lhu t0, 2(s2)
    sw t0, 12(s1)
    addi a0, s1, 0
    jalr ra, 0(s0)
    bne a0, zero, done
    lw t0, 0(s1)
    add t0, t0, s4
    sw t0, 0(s1)
    addi s2, s2, 4
    addi s3, s3, -1
    jal zero, next
done:
    {_LEAVE}""",
    "output": f"""
    {_address("a0", 0)}{_address("a1", 1)}{_address("a2", 2)}{_number("a7", 3)}{_address("a4", 4)}{_address("a5", 5)}
    {_number("t3", 6)}
    srli t4, t3, 2
    srli t5, t3, 4
    andi t3, t3, 3
    andi t4, t4, 3
    andi t5, t5, 3
next:
    beq a7, zero, done
    lhu t0, 0(a2)
    slli t1, t0, 1
    add t0, t0, t1
    add t0, t0, a1
    {_CHANNEL.replace("swap", "t3")}{_CHANNEL.replace("swap", "t4")}{_CHANNEL.replace("swap", "t5")}
    addi a2, a2, 2
    addi a7, a7, -1
    jal zero, next
done:
    addi a0, zero, 1
    jalr zero, 0(ra)""",
}

# In a module of its own: the shader's code follows, `kernel` bytes further. Takes the ctx block's address.
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
    """The machine code of `PROGRAMS` for a board whose memory is executable `exec_offset` above where it is written."""
    return {name: assemble(text, isa, emit, {"exec_page": exec_offset >> 12}) for name, text in PROGRAMS.items()}


def shader_function(code: bytes, entry: int, isa: InstructionTable, emit: Emit) -> bytes:
    """A native function that takes a ctx block's address and runs the kernel at `entry` of `code`, its own part."""
    thunk = assemble(_SHADER, isa, emit, {"kernel": 0})
    start = -(-len(thunk) // 16) * 16
    return assemble(_SHADER, isa, emit, {"kernel": start + entry}).ljust(start, b"\0") + code


def assemble(text: str, isa: InstructionTable, emit: Emit, symbols: dict[str, int]) -> bytes:
    """Machine code of assembly text. A label stands for its offset; `symbols` are labels and constants from outside."""
    symbols = dict(symbols)
    out = array("H")
    for line in _lines(text):
        if line.endswith(":"):
            symbols[line[:-1]] = 2 * len(out)
        else:
            _instruction(out, line, isa, emit, {})
    out = array("H")
    for line in _lines(text):
        if not line.endswith(":"):
            _instruction(out, line, isa, emit, symbols)
    return out.tobytes()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


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
    imm = symbols.get(value, 0) if symbolic else int(value)
    if symbolic and form in "BJ" and symbols:
        imm -= 2 * len(out)
    emit(out, op, rd, rs1, rs2, imm, symbolic)
