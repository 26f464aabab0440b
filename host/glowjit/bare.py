"""Code in Unicorn, and nothing around it: no board, no limits, no counts. For trials, where only the results matter.

Two to nine hundred million instructions a second, a tenth of what the emulator's `Machine` takes, or less. A `Bare` has
the code, its ctx block, data that it may read and write, and a stack, in memory of their own. It is no part of the
emulator, which knows what a board is: the compiler tries words with it.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import unicorn
from unicorn import riscv_const

from glowjit.board import PAGE

_CODE, _CTX, _DATA, _STACK, _RETURN = 0x1000_0000, 0x2000_0000, 0x3000_0000, 0x5000_0000, 0x6000_0000
_READ_AND_WRITE = unicorn.UC_PROT_READ | unicorn.UC_PROT_WRITE


class Bare:
    """`code` with so many words of ctx and bytes of stack; `data_bytes` of data lie at `data`."""

    data = _DATA

    def __init__(self, code: bytes, ctx_words: int, stack_bytes: int, data_bytes: int) -> None:
        self._uc = unicorn.Uc(unicorn.UC_ARCH_RISCV, unicorn.UC_MODE_RISCV32)
        for start, size, permissions in (
            (_CODE, len(code), unicorn.UC_PROT_READ | unicorn.UC_PROT_EXEC),
            (_CTX, 4 * ctx_words, _READ_AND_WRITE),
            (_DATA, data_bytes, _READ_AND_WRITE),
            (_STACK - _pages(stack_bytes), stack_bytes, _READ_AND_WRITE),
            (_RETURN, PAGE, unicorn.UC_PROT_READ | unicorn.UC_PROT_EXEC),
        ):
            self._uc.mem_map(start, _pages(size), permissions)
        self._uc.mem_write(_CODE, code)

    def run(self, offset: int, ctx: Sequence[int], data: bytes) -> bytes:
        """Enter the code at `offset` with these words (unsigned) at the start of ctx, and this data; what the data is
        then. An access outside of all that is a bug in who made the code: `unicorn.UcError`. Code that does not return
        is not noticed."""
        self._uc.mem_write(_CTX, array("I", ctx).tobytes())
        self._uc.mem_write(_DATA, data)
        self._uc.reg_write(riscv_const.UC_RISCV_REG_RA, _RETURN)
        self._uc.reg_write(riscv_const.UC_RISCV_REG_SP, _STACK)
        self._uc.reg_write(riscv_const.UC_RISCV_REG_A0, _CTX)
        self._uc.emu_start(_CODE + offset, _RETURN)
        return bytes(self._uc.mem_read(_DATA, len(data)))


def _pages(size: int) -> int:
    return -(-max(size, 1) // PAGE) * PAGE
