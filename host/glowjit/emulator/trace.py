"""Unicorn at speed: hooks without the Python binding in between, and registers by the dozen.

The binding's hooks cost a microsecond a call. Here a hook is a bare ctypes callback; the one that records blocks is
not even Python: Unicorn calls `array.insert(place, address)`, where the place is its engine's handle, a number far
beyond the array's end, so that the address is appended. That is 0.1 us a block (200,000 blocks: 22 ms, against 90 ms
with a Python function and the binding). C calling conventions let a callee ignore the arguments that follow.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Sequence
from typing import Any

import unicorn
from unicorn import riscv_const
from unicorn.unicorn_py3.unicorn import uclib

X0: int = riscv_const.UC_RISCV_REG_X0
PC: int = riscv_const.UC_RISCV_REG_PC

_AT_ADDRESS = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint64)
_AT_ACCESS = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_uint64, ctypes.c_int)


class Hook:
    """A callback in place until `remove`. Whoever adds or removes one flushes the translation cache before running."""

    def __init__(self, uc: unicorn.Uc, kind: int, callback: Any, begin: int = 1, end: int = 0) -> None:
        self._uc = uc
        self._callback = callback
        self._handle = ctypes.c_size_t()
        pointer = ctypes.cast(callback, ctypes.c_void_p)
        limits = ctypes.c_uint64(begin), ctypes.c_uint64(end)
        _checked(uclib.uc_hook_add(uc._uch, ctypes.byref(self._handle), kind, pointer, None, *limits))

    def remove(self) -> None:
        _checked(uclib.uc_hook_del(self._uc._uch, self._handle))


def on_block(uc: unicorn.Uc, entries: array[int]) -> Hook:
    """Append the address of every block of instructions that is entered to the array("I") `entries`."""
    return Hook(uc, unicorn.UC_HOOK_BLOCK, _AT_ADDRESS(entries.insert))


def on_instruction(uc: unicorn.Uc, address: int, callback: Callable[[int, int], None]) -> Hook:
    """Call `callback(engine, address)` before the instruction at `address` runs."""
    return Hook(uc, unicorn.UC_HOOK_CODE, _AT_ADDRESS(callback), address, address)


def on_access(uc: unicorn.Uc, callback: Callable[[int, int, int, int], None]) -> Hook:
    """Call `callback(engine, kind, address, size)` at every load and store that the memory map allows."""
    return Hook(uc, unicorn.UC_HOOK_MEM_READ | unicorn.UC_HOOK_MEM_WRITE, _AT_ACCESS(callback))


def register_reader(uc: unicorn.Uc, number: int) -> Callable[[], int]:
    """A function that gives a register's value, unsigned, from within a hook, in half the time of the binding."""
    value = ctypes.c_uint32()
    read, arguments = uclib.uc_reg_read, (uc._uch, X0 + number, ctypes.byref(value))

    def current() -> int:
        read(*arguments)
        return value.value

    return current


class Registers:
    """A fixed list of registers, read at once."""

    def __init__(self, uc: unicorn.Uc, numbers: Sequence[int]) -> None:
        count = len(numbers)
        self._uc = uc
        self._ids = (ctypes.c_int * count)(*(X0 + number for number in numbers))
        self._values = (ctypes.c_uint32 * count)()
        start, step = ctypes.addressof(self._values), ctypes.sizeof(ctypes.c_uint32)
        self._pointers = (ctypes.c_void_p * count)(*(start + step * index for index in range(count)))

    def read(self) -> list[int]:
        """Their values, unsigned."""
        _checked(uclib.uc_reg_read_batch(self._uc._uch, self._ids, self._pointers, len(self._ids)))
        return list(self._values)


def _checked(status: int) -> None:
    if status != unicorn.UC_ERR_OK:
        raise unicorn.UcError(status)
