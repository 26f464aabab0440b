"""Parallel moves: registers, spill slots and constants, all read before any is written.

A location is an int: a register (below `SLOT`), a spill slot (`SLOT + n`), or, as a source only, a constant
(`CONST + i`: what instruction i defines). Destinations are distinct. `resolve` orders the moves so that nothing is
overwritten before it has been read, breaks the cycles, and never moves slot to slot or constant to slot but through a
register.

No register is reserved for this. The temporary is, in this order: a register the caller knows to be free; a
destination that is still to be filled from memory and that nobody reads any more; failing both, a spare slot: a cycle
is broken through `SPARE`, and a slot-to-slot copy borrows a register whose contents wait in `SPARE + 1`.

Cost: each move is emitted once, each cycle adds one; O(n) but for the scan of the free list.
"""

from glowcore.vcode import LOAD, MOVE, REMAT, STORE

SLOT = 32
CONST = 1 << 17
SPARE = 65533  # the slots number 65533 and 65534, renamed once the number of slots is known


def resolve(pairs, free, borrow):
    """Sequentialise `pairs`, a list of (destination, source), into a flat list of kind, a, b of edits.

    `free` lists registers that may be overwritten, `borrow` is any register an edit may name.
    """
    return _Resolver(pairs, free, borrow).run()


class _Resolver:
    def __init__(self, pairs, free, borrow):
        self.edits = []
        self.borrow = borrow
        self.saved = None  # the free register that holds one value of a broken cycle
        self.order = []  # destinations; a dict has no order on MicroPython
        self.source = {}  # destination -> source, of the moves still to do
        self.readers = {}  # location -> how many moves still read it
        for target, source in pairs:
            if target != source:
                self.order.append(target)
                self.source[target] = source
                self.readers[source] = self.readers.get(source, 0) + 1
        self.free = [r for r in free if r not in self.source and r not in self.readers]
        self.moves = []  # ready: nobody reads the destination any more
        self.fills = []  # ready, and a register filled from memory: done late, because it may serve as temporary
        for target in self.order:
            if target not in self.readers:
                self.ready(target)

    def run(self):
        while self.source:
            if self.moves:
                self.move(self.moves.pop())
            elif self.fills:
                self.move(self.fills.pop())
            else:
                self.break_cycle()
        return self.edits

    def ready(self, target):
        if target < SLOT <= self.source[target]:
            self.fills.append(target)
        else:
            self.moves.append(target)

    def move(self, target):
        """Do a ready move, and see whether that was the last reader of its source."""
        source = self.source.pop(target)
        self.copy(target, source)
        left = self.readers[source] - 1
        self.readers[source] = left
        if not left:
            if source in self.source:
                self.ready(source)
            elif source == self.saved:
                self.free.append(source)
                self.saved = None

    def break_cycle(self):
        """Only cycles are left, each location read once: save one destination elsewhere and point its reader there."""
        for target in self.order:
            if target in self.source:
                break
        if self.free:
            saved = self.saved = self.free.pop()
        else:
            saved = SLOT + SPARE
        self.copy(saved, target)
        for reader in self.order:
            if self.source.get(reader) == target:
                self.source[reader] = saved
                break
        self.readers[saved] = 1
        self.readers[target] = 0
        self.ready(target)

    def copy(self, target, source):
        """One copy, through a register if neither side is one."""
        if target < SLOT or source < SLOT:
            self.edit(target, source)
            return
        if self.free:
            via = self.free[-1]
        elif self.fills:
            via = self.fills[-1]
        else:
            via = self.borrow
            self.edit(SLOT + SPARE + 1, via)
        self.edit(via, source)
        self.edit(target, via)
        if not self.free and not self.fills:
            self.edit(via, SLOT + SPARE + 1)

    def edit(self, target, source):
        if target >= SLOT:
            self.edits += (STORE, target - SLOT, source)
        elif source >= CONST:
            self.edits += (REMAT, target, source - CONST)
        elif source >= SLOT:
            self.edits += (LOAD, target, source - SLOT)
        else:
            self.edits += (MOVE, target, source)
