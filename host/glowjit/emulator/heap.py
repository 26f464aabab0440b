"""MicroPython's garbage-collected heap, as far as a program can tell: blocks, first fit, a limit.

A `bytearray` takes one block for the object and as many as its bytes need (py/objarray.c, py/gc.c); nothing moves.
The limit counts what a program can have, so MicroPython's own allocation tables are not part of it.
"""

from __future__ import annotations

from glowjit.errors import HeapError


class Heap:
    """Addresses for `bytearray`s within `limit` bytes from `start`. `used` and `peak` are bytes, in whole blocks."""

    def __init__(self, start: int, limit: int, block_bytes: int) -> None:
        self.start = start
        self.limit = limit
        self.block_bytes = block_bytes
        self.used = 0
        self.peak = 0
        self._runs: list[tuple[int, int]] = []  # (first block, blocks) of what is taken, by address
        self._objects: dict[int, int] = {}  # address of the bytes -> block of the object

    @property
    def available(self) -> int:
        """Bytes that are not taken; an allocation may still fail if they are not in one piece."""
        return self.limit - self.used

    def allocate(self, what: str, size: int) -> int:
        """The address of `size` fresh bytes. HeapError, naming `what`, if they do not fit; then nothing has changed."""
        available = self.available
        blocks = max(1, -(-size // self.block_bytes))
        head = self._take(1)
        data = self._take(blocks)
        if data is None:
            if head is not None:
                self._release(head)
            pieces = (1 + blocks) * self.block_bytes <= available
            hint = "the free bytes are not in one piece" if pieces else "fewer pixels or a smaller shader need less"
            raise HeapError(what, size, available, self.limit, hint=hint)
        assert head is not None
        address = self.start + data * self.block_bytes
        self._objects[address] = head
        self.peak = max(self.peak, self.used)
        return address

    def free(self, address: int) -> None:
        """Give back what `allocate` returned; KeyError if it did not."""
        self._release(self._objects.pop(address))
        self._release((address - self.start) // self.block_bytes)

    def _take(self, blocks: int) -> int | None:
        """The first block of the lowest gap that is large enough, or None."""
        at = 0
        place = len(self._runs)
        for index, (first, count) in enumerate(self._runs):
            if first - at >= blocks:
                place = index
                break
            at = first + count
        if place == len(self._runs) and self.limit // self.block_bytes - at < blocks:
            return None
        self._runs.insert(place, (at, blocks))
        self.used += blocks * self.block_bytes
        return at

    def _release(self, first: int) -> None:
        index = next(index for index, run in enumerate(self._runs) if run[0] == first)
        self.used -= self._runs.pop(index)[1] * self.block_bytes
