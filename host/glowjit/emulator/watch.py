"""Every load and store looked at: is it aligned, and is it the program's own memory?

Costs about half a microsecond an access, so a machine does it when asked to (`strict`), or when a run has gone wrong
and is repeated to find the instruction and the pixel.
"""

from __future__ import annotations

from collections.abc import Iterable

import unicorn

from glowjit.emulator.trace import PC, Hook, on_access

Span = tuple[int, int]  # [from, to)


class Watch:
    """Stops the engine at the first access that is not allowed; then `problem`, `address` and `pc` say which."""

    def __init__(self, uc: unicorn.Uc) -> None:
        self._uc = uc
        self._hook: Hook | None = None
        self.begin((), (), (0, 0))

    @property
    def active(self) -> bool:
        return self._hook is not None

    def switch(self, on: bool) -> None:
        """Start or stop looking. The caller flushes the translation cache."""
        if on and self._hook is None:
            self._hook = on_access(self._uc, self._access)
        elif not on and self._hook is not None:
            self._hook.remove()
            self._hook = None

    def begin(self, readable: Iterable[Span], writable: Iterable[Span], frame: Span) -> None:
        """A run begins: what it may read and write, and where the pixels go."""
        self._writable = [*writable]
        self._readable = [*readable, *self._writable]
        self._frame = frame
        self.problem = ""
        self.address = 0
        self.pc = 0
        self.frame_bytes = 0  # stored into the frame so far

    def _access(self, _engine: int, kind: int, address: int, size: int) -> None:
        write = kind == unicorn.UC_MEM_WRITE
        if address % size:
            verb = "write" if write else "read"
            self._stop(f"{verb} of {size} bytes at 0x{address:08x}, which is not aligned", address)
            return
        for start, end in self._writable if write else self._readable:
            if start <= address and address + size <= end:
                break
        else:
            verb = "write to" if write else "read from"
            self._stop(f"{verb} 0x{address:08x}, which is not the program's memory", address)
            return
        if write and self._frame[0] <= address < self._frame[1]:
            self.frame_bytes += size

    def _stop(self, problem: str, address: int) -> None:
        if not self.problem:
            self.problem = problem
            self.address = address
            self.pc = self._uc.reg_read(PC)
            self._uc.emu_stop()
