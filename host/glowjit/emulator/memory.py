"""The board's memory map in Unicorn.

    data_start + ...                read and write
      heap   [start, start + limit)   what the program's bytearrays lie in
      -----  not mapped: below the stack, so that an overflow is a fault
      stack  [start, start + limit)   used from the top down
    the heap again, exec_offset above: read, write and execute, as the chip's instruction bus sees the same SRAM

What is not the program's, the firmware's data above all, is not mapped: on the board an access there would go
unnoticed. Host and guest share the bytes: `heap` and `stack` are the buffers that the guest addresses.
"""

from __future__ import annotations

import ctypes
import mmap

import unicorn

from glowjit.board import PAGE, Board

RETURN_ADDRESS = 0x4200_0000  # in the firmware's flash, where the compiled code was called from


class Memory:
    """`heap` and `stack` as the host sees them; `exec_offset` takes a heap address to where it can be executed."""

    def __init__(self, uc: unicorn.Uc, board: Board) -> None:
        self.exec_offset = board.memory.exec_offset
        self.heap_start = board.heap.start
        self.stack_start = board.stack.start
        self.stack_top = board.stack.start + board.stack.limit
        self.heap = mmap.mmap(-1, -(-board.heap.limit // PAGE) * PAGE)
        self.stack = mmap.mmap(-1, board.stack.limit)
        data = unicorn.UC_PROT_READ | unicorn.UC_PROT_WRITE
        if self.exec_offset:
            _map(uc, self.heap_start, self.heap, data)
        _map(uc, self.heap_start + self.exec_offset, self.heap, unicorn.UC_PROT_ALL)
        _map(uc, self.stack_start, self.stack, data)
        uc.mem_map(RETURN_ADDRESS, PAGE, unicorn.UC_PROT_READ | unicorn.UC_PROT_EXEC)

    def words(self, address: int, count: int) -> memoryview:
        """`count` words of the heap from `address` on, as unsigned integers that the guest sees too."""
        at = address - self.heap_start
        return memoryview(self.heap)[at : at + 4 * count].cast("I")

    def read(self, address: int, size: int) -> bytes:
        """Bytes of the heap."""
        at = address - self.heap_start
        return self.heap[at : at + size]

    def write(self, address: int, data: bytes) -> None:
        """Put bytes into the heap."""
        at = address - self.heap_start
        self.heap[at : at + len(data)] = data


def _map(uc: unicorn.Uc, address: int, buffer: mmap.mmap, permissions: int) -> None:
    host = ctypes.addressof(ctypes.c_char.from_buffer(buffer))
    uc.mem_map_ptr(address, len(buffer), permissions, host)
