"""Phase 4: the queue. The largest bundle first; each takes a free register, evicts lighter ones, or is split.

  1. A bundle without uses is spilled; one whose uses can do with a slot is not split for their sake.
  2. Of the free registers the one that makes most moves vanish: fixed registers that its values come from or go to, and
     the places of values that moves connect it with. A callee-saved register that nobody uses yet costs a save and a
     restore.
  3. Else a register whose occupants can make way at little cost, each between two of its uses (`carve`).
  4. Else the register whose heaviest occupant is lightest, if that is lighter than the bundle: the occupants go back
     into the queue.
  5. Else the bundle is split (`split`), and its parts go into the queue.

It ends: an eviction is by a heavier bundle, a split makes smaller ones, and what cannot be split weighs more than all
that can. It fails only if the operands of one instruction exceed the register file.
"""

from __future__ import annotations

from bisect import bisect_right
from heapq import heappop, heappush

from glowcore.vcode import VCodeError
from glowjit.allocators.backtracking import carve, split
from glowjit.allocators.backtracking.preference import preference
from glowjit.allocators.backtracking.structures import MINIMAL, SPILLED, UNPLACED, Bundle, State


class Queue:
    """Bundles that cross the border of a loop first, the largest first; then the others, by size or from top to bottom.

    The last order is that of linear scan: it fills the registers without leaving gaps.
    """

    def __init__(self, state: State) -> None:
        self.borders = sorted({border for loop in state.points.loops for border in loop})
        self.scan = state.strategy.scan
        self.heap: list[tuple[int, int, int, Bundle]] = []

    def push(self, bundle: Bundle) -> None:
        at = bisect_right(self.borders, bundle.start)
        crosses = at < len(self.borders) and self.borders[at] < bundle.end
        rank = (0, -bundle.size) if crosses or not self.scan else (1, bundle.start)
        heappush(self.heap, (*rank, bundle.serial, bundle))

    def pop(self) -> Bundle:
        return heappop(self.heap)[3]


def run(state: State) -> None:
    queue = Queue(state)
    for bundle in state.bundles:
        queue.push(bundle)
    state.count_bytes(len(queue.heap))
    while queue.heap:
        _place(state, queue, queue.pop())


def spill(state: State, bundle: Bundle) -> None:
    bundle.place = SPILLED
    state.spilled.append(bundle)


def _place(state: State, queue: Queue, bundle: Bundle) -> None:
    if bundle.place != UNPLACED or not bundle.ranges:
        return
    required = any(use.required for use in bundle.uses)
    if not bundle.uses or (bundle.split and not required):
        spill(state, bundle)
        return
    registers = state.registers
    victims: list[Bundle] = []
    lightest, best, furthest = float("inf"), -1, -1
    for reg in preference(state, bundle):
        conflict, weight, found = registers.conflicts(reg, bundle)
        if conflict is None:
            registers.give(reg, bundle)
            return
        furthest = max(furthest, conflict)
        if weight < lightest:
            lightest, best, victims = weight, reg, found
    reg = _carvable(state, bundle, furthest, lightest) if state.strategy.carve else UNPLACED
    if reg != UNPLACED:
        carve.run(state, bundle, reg)
    elif lightest < bundle.weight:
        for victim in victims:
            registers.take_back(victim)
            queue.push(victim)
        registers.give(best, bundle)
    elif not required:
        spill(state, bundle)
    elif bundle.weight >= MINIMAL:
        raise VCodeError(f"instruction {state.points.inst(bundle.start)} needs more registers than there are")
    else:
        for part in split.run(state, bundle, furthest):
            queue.push(part)


def _carvable(state: State, bundle: Bundle, conflict: int, lightest: float) -> int:
    """The register whose occupants make way for less than eviction, or a gap of the bundle, costs; UNPLACED if none."""
    registers = state.registers
    limit = min(bundle.weight, lightest)
    if bundle.weight < MINIMAL and bundle.start <= conflict:
        own = carve.gap_at(state, bundle, conflict, conflict + 1)
        limit = min(limit, own.weight(state)) if own else limit
    weight, _, reg = min((carve.weight(state, bundle, reg), registers.rank[reg], reg) for reg in registers.order)
    return reg if weight < limit else UNPLACED
