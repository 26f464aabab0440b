"""Phase 4: the queue. The largest bundle first; each takes a free register, evicts lighter ones, or is split.

  1. Of the free registers the one that makes most moves vanish: fixed registers that its values come from or go to, and
     the places of values that moves connect it with. A callee-saved register that nobody uses yet costs a save and a
     restore.
  2. Else the register whose heaviest occupant is lightest, if that is lighter than the bundle: the occupants go back
     into the queue.
  3. Else the bundle changes registers on the way, where the one that would do for longest is taken.
  4. Else, when there is none where it begins: without uses that need a register it is spilled, and with them it is
     split (`split`), and its parts go into the queue.

It ends: an eviction is by a heavier bundle, a split makes smaller ones, and what cannot be split weighs more than all
that can. It fails only if the operands of one instruction exceed the register file.
"""

from __future__ import annotations

from bisect import bisect_right
from heapq import heappop, heappush

from glowcore.vcode import VCodeError
from glowjit.allocators.backtracking import split
from glowjit.allocators.backtracking.preference import preference
from glowjit.allocators.backtracking.structures import MINIMAL, UNPLACED, Bundle, Sizes, State


class Queue:
    """Bundles that cross the border of a loop first, the largest first; then the others, by size or from top to bottom.

    The last order is that of linear scan: it fills the registers without leaving gaps.
    """

    def __init__(self, state: State) -> None:
        self.borders = state.flow.borders
        self.scan = state.scan
        self.choose = state.choose
        self.heap: list[tuple[int, int, int, Bundle]] = []

    def push(self, bundle: Bundle) -> None:
        at = bisect_right(self.borders, bundle.start)
        crosses = at < len(self.borders) and self.borders[at] < bundle.end
        rank = (0, -bundle.size) if crosses or not self.scan else (1, bundle.start)
        if self.choose:
            rank = self.choose.randrange(10), 0
        heappush(self.heap, (*rank, bundle.serial, bundle))

    def pop(self) -> Bundle:
        return heappop(self.heap)[3]


def run(state: State) -> None:
    queue = Queue(state)
    for bundle in state.bundles:
        queue.push(bundle)
    state.count_bytes(len(queue.heap) * Sizes.QUEUED)
    while queue.heap:
        _place(state, queue, queue.pop())


def _place(state: State, queue: Queue, bundle: Bundle) -> None:
    if bundle.place != UNPLACED or not bundle.ranges:
        return
    registers = state.registers
    victims: list[Bundle] = []
    lightest, best, furthest = float("inf"), -1, -1
    for reg in preference(state, bundle):
        conflict, weight, found = registers.conflicts(reg, bundle, min(lightest, bundle.weight))
        if conflict is None:
            registers.give(reg, bundle)
            return
        furthest = max(furthest, conflict)
        if weight < lightest:
            lightest, best, victims = weight, reg, found
    if lightest < bundle.weight:
        for victim in victims:
            registers.take_back(victim)
            queue.push(victim)
        registers.give(best, bundle)
    elif parts := split.transfer(state, bundle, furthest):
        for part in parts:
            queue.push(part)
    elif not any(use.required for use in bundle.uses):
        split.spill(state, bundle)
    elif bundle.weight >= MINIMAL:
        raise VCodeError(f"instruction {state.flow.inst(bundle.start)} needs more registers than there are")
    else:
        for part in split.run(state, bundle, furthest):
            queue.push(part)
