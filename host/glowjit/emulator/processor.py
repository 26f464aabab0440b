"""A bare processor on a board's memory: enter a function anywhere, with any arguments. For the virtual board.

The `Machine` runs one verified image and measures it; this runs what a MicroPython put into its heap, as the chip
would. Memory is the board's (see `memory`), plus a page region of executable memory for native modules, which the IDF
gives out on the chip. `heap` are the bytes at `board.heap.start`; whoever owns the real heap copies them in and out.
Unicorn does not notice rewritten code, so every run starts without translations: about 0.2 ms.
"""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Sequence

import unicorn

from glowjit.board import PAGE, Board
from glowjit.emulator.memory import RETURN_ADDRESS, Memory
from glowjit.emulator.trace import PC, X0
from glowjit.errors import MachineFault

RA, SP, A0 = 1, 2, 10
MODULES = 0x5000_0000  # native modules: wherever, since they are position-independent
MODULES_BYTES = 16 * PAGE
ARGUMENT_BYTES = 64  # at the top of the stack, for MicroPython's argument array
SLICE = 1 << 23


class Processor:
    """Executes on a board's heap. `instruction_limit` ends a run that does not come back.

    Without `executable_heap` only native modules execute, as on a chip that protects its memory.
    """

    def __init__(self, board: Board, instruction_limit: int = 2_000_000_000, *, executable_heap: bool = True) -> None:
        self.board = board
        self.instruction_limit = instruction_limit
        self._uc = unicorn.Uc(unicorn.UC_ARCH_RISCV, unicorn.UC_MODE_RISCV32)
        self._memory = Memory(self._uc, board)
        if not executable_heap:
            place = self._memory.heap_start + self._memory.exec_offset
            self._uc.mem_protect(place, len(self._memory.heap), unicorn.UC_PROT_READ | unicorn.UC_PROT_WRITE)
        self._uc.mem_map(MODULES, MODULES_BYTES, unicorn.UC_PROT_READ | unicorn.UC_PROT_EXEC)
        self._used = 0

    @property
    def heap(self) -> mmap.mmap:
        """The bytes of the heap, shared with the guest."""
        return self._memory.heap

    def load(self, code: bytes) -> int:
        """Copy a native function into executable memory, as an import does; its address. MemoryError if it is full."""
        if self._used + len(code) > MODULES_BYTES:
            raise MemoryError("the executable memory for native modules is full")
        address = MODULES + self._used
        self._uc.mem_write(address, code)
        self._used += -(-len(code) // 16) * 16
        return address

    def write(self, address: int, code: bytes) -> None:
        """Change executable memory that a native module has; MachineFault for what none has."""
        if not MODULES <= address <= address + len(code) <= MODULES + self._used:
            raise MachineFault(f"write to 0x{address & 0xFFFF_FFFF:08x}, which is no module's")
        self._uc.mem_write(address, code)

    def reset(self) -> None:
        """Forget the native modules, as a soft reset does."""
        self._used = 0

    def call_native(self, address: int, arguments: Sequence[int]) -> int:
        """Call a native function as MicroPython does: tagged small ints in an array at a3; a small int comes back."""
        at = self._memory.stack_top - ARGUMENT_BYTES
        tagged = array("I", [(2 * value + 1) & 0xFFFF_FFFF for value in arguments])
        self._uc.mem_write(at, tagged.tobytes())
        result = self.call(address, (0, len(arguments), 0, at), at)
        if not result & 1:
            raise MachineFault("the native function did not return a small int", pc=address)
        return (result - ((result & 0x8000_0000) << 1)) >> 1

    def call(self, address: int, registers: Sequence[int], stack_pointer: int) -> int:
        """Enter code with a0, a1, ... set; a0 on return. MachineFault where the chip would not have come back."""
        uc = self._uc
        uc.ctl_flush_tb()
        for index, value in enumerate(registers):
            uc.reg_write(X0 + A0 + index, value)
        uc.reg_write(X0 + RA, RETURN_ADDRESS)
        uc.reg_write(X0 + SP, stack_pointer)
        pc, left = address, self.instruction_limit
        while pc != RETURN_ADDRESS:
            if left <= 0:
                raise MachineFault(f"the code has not returned after {self.instruction_limit} instructions", pc=pc)
            left -= SLICE
            try:
                uc.emu_start(pc, RETURN_ADDRESS, count=SLICE)
            except unicorn.UcError as error:
                raise MachineFault(f"the board stopped: {error}", pc=uc.reg_read(PC)) from None
            pc = uc.reg_read(PC)
        if uc.reg_read(X0 + SP) != stack_pointer:
            raise MachineFault("the code did not restore the stack pointer", pc=address)
        return int(uc.reg_read(X0 + A0))
