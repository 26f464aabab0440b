"""Phase 4: the queue. The largest bundle first; each takes a free register, evicts lighter ones, or is split.

  1. A bundle without uses is spilled; one whose uses can do with a slot is not split for their sake.
  2. Of the free registers the one that makes most moves vanish: fixed registers that its values come from or go to, and
     the places of values that moves connect it with. A callee-saved register that nobody uses yet costs a save and a
     restore.
  3. Else the register whose heaviest occupant is lightest, if that is lighter than the bundle: the occupants go back
     into the queue.
  4. Else the bundle is split (`split`), and its parts go into the queue.

It ends: an eviction is by a heavier bundle, a split makes smaller ones, and what cannot be split weighs more than all
that can. It fails only if the operands of one instruction exceed the register file.
"""

from __future__ import annotations

from heapq import heappop, heappush

from glowcore.vcode import VCodeError
from glowjit.allocators.backtracking import split
from glowjit.allocators.backtracking.structures import MINIMAL, SPILLED, UNPLACED, Bundle, State

SAVE_AND_RESTORE = 2.0  # instructions per call of the function


class Queue:
    def __init__(self) -> None:
        self.heap: list[tuple[int, int, Bundle]] = []

    def push(self, bundle: Bundle) -> None:
        heappush(self.heap, (-bundle.size, bundle.serial, bundle))

    def pop(self) -> Bundle:
        return heappop(self.heap)[2]


def run(state: State) -> None:
    queue = Queue()
    for bundle in state.bundles:
        queue.push(bundle)
    while queue.heap:
        state.count_bytes(len(queue.heap))
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
    if lightest < bundle.weight:
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


def preference(state: State, bundle: Bundle) -> list[int]:
    """The registers in the order in which the bundle would like to have them."""
    registers = state.registers
    score = dict.fromkeys(registers.order, 0.0)
    for reg in registers.callee_saved:
        if reg not in registers.touched:
            score[reg] -= SAVE_AND_RESTORE
    for item in bundle.ranges:
        for hint in state.hints.get(item.vreg, ()):
            if item.start <= hint.point <= item.end:
                score[hint.register] += hint.weight
        for affinity in state.affinities.get(item.vreg, ()):
            if item.start <= affinity.point < item.end:
                place = _placed(state, affinity.other, affinity.other_point)
                if place >= 0:
                    score[place] += affinity.weight
        for neighbour, point in ((item.start - 1, item.start), (item.end, item.end)):
            place = _placed(state, item.vreg, neighbour)
            if place >= 0:
                score[place] += state.points.cost(point)
    return sorted(registers.order, key=lambda reg: (-score[reg], registers.rank[reg]))


def _placed(state: State, vreg: int, point: int) -> int:
    """Where a value is at a point, if it is live there and has a place."""
    bundle = state.bundle(vreg, point)
    return UNPLACED if bundle is None else bundle.place
