"""The instructions of an image, decoded once: refused unless the board has every one of them.

Unicorn runs more than an ESP32-C3 does (CSRs, atomics, `ebreak` without a debugger). So before anything runs, every
instruction is decoded by the compiler's own table, and every branch must lead to the start of an instruction.

Arrays are indexed by slot: one per halfword of the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

import numpy as np

from glowjit.errors import MachineFault
from glowjit.image import Image

Instruction = tuple[int, int, int, int, int, int]  # opcode, rd, rs1, rs2, immediate, bytes

REFUSED = ("ecall", "ebreak")

# the kinds of instructions that the cycle models tell apart
KINDS = ("alu", "mul", "mulh", "div", "load", "store", "branch", "jump", "jump_register")
_KIND_OF_NAME = {
    "mul": "mul",
    **dict.fromkeys(("mulh", "mulhsu", "mulhu"), "mulh"),
    **dict.fromkeys(("div", "divu", "rem", "remu"), "div"),
    "jalr": "jump_register",
}
_KIND_OF_FORMAT = {"L": "load", "S": "store", "B": "branch", "J": "jump"}


class Decoder(Protocol):
    """An instruction table with a decoder and a printer: `glowcore.disasm` is one."""

    @property
    def NAMES(self) -> list[str]: ...
    @property
    def FORMAT(self) -> list[str]: ...
    def decode(self, lo: int, hi: int, /) -> Instruction | None: ...
    def text(self, op: int, rd: int, rs1: int, rs2: int, imm: int, target: str | None = None, /) -> str: ...


class Text:
    """The decoded instructions of one image. `at` maps a slot to the instruction that starts there."""

    def __init__(self, image: Image, decoder: Decoder, cache: dict[tuple[int, int], Instruction | None]) -> None:
        self.decoder = decoder
        self.slots = image.text_bytes // 2
        self.at = _decode(image, decoder, cache)
        self._check_targets()
        # where each block that was entered ends, 0 if it is not known yet; the machine fills it in
        self.ends = np.zeros(self.slots, np.int64)

    def _check_targets(self) -> None:
        for slot, (op, *_, imm, _) in self.at.items():
            if self.decoder.FORMAT[op] in "BJ" and slot + imm // 2 not in self.at:
                raise MachineFault(
                    "a branch leads outside the code, or into an instruction",
                    pc=2 * slot,
                    instruction=self.describe(slot),
                )

    def describe(self, slot: int) -> str:
        """The instruction's assembly text, "" if there is none."""
        found = self.at.get(slot)
        return self.decoder.text(*found[:5]) if found else ""

    def kind(self, op: int) -> str:
        """One of KINDS."""
        return _KIND_OF_NAME.get(self.decoder.NAMES[op]) or _KIND_OF_FORMAT.get(self.decoder.FORMAT[op], "alu")

    @cached_property
    def divisors(self) -> list[tuple[int, int, bool]]:
        """(slot, register of the divisor, signed) of every division."""
        names = self.decoder.NAMES
        return [
            (slot, rs2, not names[op].endswith("u"))
            for slot, (op, _, _, rs2, _, _) in self.at.items()
            if self.kind(op) == "div"
        ]

    @cached_property
    def starts(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether an instruction starts at a slot."""
        out = np.zeros(self.slots, bool)
        out[list(self.at)] = True
        return out

    @cached_property
    def before(self) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """[kind, slot]: how many instructions of a kind start before a slot. The last row counts load-use pairs."""
        out = np.zeros((len(KINDS) + 1, self.slots + 1), np.int64)
        for slot, inst in self.at.items():
            out[KINDS.index(self.kind(inst[0])), slot + 1] = 1
        out[-1, 1:] = self.uses_load
        return out.cumsum(axis=1)

    @cached_property
    def uses_load(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether the instruction at a slot reads what the one right before it has loaded."""
        out = np.zeros(self.slots, bool)
        loaded = 0
        for slot, (op, rd, rs1, rs2, _, _) in self.at.items():
            out[slot] = loaded != 0 and loaded in (rs1, rs2)  # operands that are not there are x0
            loaded = rd if self.kind(op) == "load" else 0
        return out

    @cached_property
    def last(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The slot of the instruction that ends before a slot, -1 if none does."""
        out = np.full(self.slots + 1, -1, np.int64)
        for slot, inst in self.at.items():
            out[slot + inst[5] // 2] = slot
        return out

    @cached_property
    def branches(self) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
        """1 for a conditional branch that goes forward, -1 for one that goes back, 0 for anything else."""
        out = np.zeros(self.slots, np.int8)
        for slot, (op, *_, imm, _) in self.at.items():
            if self.decoder.FORMAT[op] == "B":
                out[slot] = 1 if imm > 0 else -1
        return out

    @cached_property
    def unaligned(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether a 4-byte instruction starts at a slot that is not 4-byte aligned. The code itself is, by 16."""
        out = np.zeros(self.slots, bool)
        out[[slot for slot, inst in self.at.items() if slot & 1 and inst[5] == 4]] = True
        return out


def _decode(
    image: Image, decoder: Decoder, cache: dict[tuple[int, int], Instruction | None]
) -> Mapping[int, Instruction]:
    """Slot -> instruction, in order. MachineFault at the first that the board does not have."""
    halves = memoryview(image.code[: image.text_bytes] + b"\0\0").cast("H")
    out: dict[int, Instruction] = {}
    slot = 0
    end = image.text_bytes // 2
    while slot < end:
        key = halves[slot], halves[slot + 1]
        if key not in cache:
            cache[key] = decoder.decode(*key)
        found = cache[key]
        if found is None or slot + found[5] // 2 > end:
            raise MachineFault(f"the board has no instruction {key[0]:04x} {key[1]:04x}", pc=2 * slot)
        if decoder.NAMES[found[0]] in REFUSED:
            raise MachineFault(
                "the code must not leave for the firmware", pc=2 * slot, instruction=decoder.text(*found[:5])
            )
        out[slot] = found
        slot += found[5] // 2
    return out
