"""Memory: what the backend holds of a MicroPython's heap, counted by the rules of that heap, and limited.

The heap is handed out in blocks of four words. What is on it, each piece rounded up to whole blocks:

    array, bytearray    one block, and the items
    str, bytes          one block, and the characters and a zero
    list                one block, and a word an item of its room: 4, 8, 16, 32...
    dict, instance      one block, and two words an entry of its table, which has one of the sizes TABLES
    tuple               two words, and one an item
    call of a function  its state, from the call to the return, if that is more than eleven words (see FRAMES)

Small numbers, None and the names in the code take nothing, and neither do modules: a board may have them in flash. A
word has 4 bytes on a board. The meter counts those, but where it runs in a MicroPython with words of 64 bits, there
it counts 8: so what is counted and what is measured can be held against each other on any machine.

Garbage is collected whenever bytes are taken or given back, and after every `EVERY` bytes in between (`sparing`), which
are counted too. That takes twice the time of a collector that runs when all is full, and a seventh less of the heap:
objects that last come to lie side by side, and leave whole room for the arrays of the next stage. Not counted are the
holes that remain; `glowjit bench --memory` measures them.
"""

import gc
import sys
from array import array

SHORT = sys.implementation.name == "micropython"
WORD = 8 if SHORT and sys.maxsize >> 32 else 4
BLOCK = 4 * WORD
EVERY = 4096  # bytes of garbage at most
FRAMES = 320 * WORD  # the calls that are active at the deepest place, and the objects that belong to no function
TABLES = (0, 1, 2, 4, 6, 8, 10, 12, 17, 23, 29, 37, 47, 59, 73, 97, 127, 167, 223, 293, 389, 521, 691, 919, 1223, 1627)


def collect():
    """Make whole room of what is not used any more, where memory is short."""
    if SHORT:
        gc.collect()


def sparing(every):
    """Collect garbage at least every so many bytes, -1: when all is full. Returns how it was; nothing under CPython."""
    if not hasattr(gc, "threshold"):
        return every
    before = gc.threshold()
    gc.threshold(every)
    return before


class MemoryLimit(Exception):
    """The backend needs more memory than it may take: stage, what, bytes asked, bytes left, limit."""

    def __init__(self, stage, what, requested, available, limit):
        Exception.__init__(
            self, "%s: %s needs %d bytes, %d of %d are left" % (stage, what, requested, available, limit)
        )
        self.stage = stage
        self.what = what
        self.requested = requested
        self.available = available
        self.limit = limit


class Meter:
    """Counts the bytes that are held. `peaks[stage]` is the most there ever was while the stage asked."""

    def __init__(self, limit=None):
        self.limit = limit
        self.held = 0
        self.peak = 0
        self.peaks = {}

    def hold(self, stage, what, count):
        """Take `count` bytes; raises MemoryLimit. Returns them, to be released."""
        if self.limit is not None and self.held + count > self.limit:
            raise MemoryLimit(stage, what, count, self.limit - self.held, self.limit)
        collect()
        self.held += count
        self.peak = max(self.peak, self.held)
        self.peaks[stage] = max(self.peaks.get(stage, 0), self.held)
        return count

    def release(self, count):
        """Give bytes back."""
        self.held -= count
        collect()


def blocks(count):
    """`count` bytes, rounded up to blocks."""
    return count + BLOCK - 1 & -BLOCK


def array_bytes(count, item=1):
    """Bytes of an array of `count` items of `item` bytes."""
    return BLOCK + blocks(count * item)


def table_bytes(count):
    """Bytes of a dict with `count` entries, or of an instance with as many attributes."""
    for size in TABLES:
        if size >= count:
            break
    return BLOCK + blocks(2 * WORD * max(size, count))


def list_bytes(count):
    """Bytes of a list to which `count` items were appended, and which holds nothing but numbers."""
    room = 4
    while room < count:
        room *= 2
    return BLOCK + WORD * room


def value_bytes(value):
    """Bytes of a value with all that it contains; of an instance inside nothing."""
    if isinstance(value, array):
        return array_bytes(len(value), len(bytes(value[:1])))
    if isinstance(value, bytearray):
        return array_bytes(len(value))
    if isinstance(value, (str, bytes)):
        return array_bytes(len(value) + 1)
    if isinstance(value, dict):
        return table_bytes(len(value)) + _items_bytes(value.values())
    if isinstance(value, tuple):
        return blocks(WORD * (2 + len(value))) + _items_bytes(value)
    if isinstance(value, list):
        return list_bytes(len(value)) + _items_bytes(value)
    return 0


def _items_bytes(items):
    held = 0
    for item in items:
        held += value_bytes(item)
    return held


def instance_bytes(owner, shared=()):
    """Bytes of an instance and of its attributes' values, those of the attributes `shared` excepted."""
    held = table_bytes(len(owner.__dict__))
    for name, value in owner.__dict__.items():
        if name not in shared:
            held += value_bytes(value)
    return held
