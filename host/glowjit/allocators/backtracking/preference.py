"""Which register a bundle would like: part of phase 4.

Each register scores the moves that would vanish if the bundle had it, by how often they run: fixed registers that its
values come from or go to, and the places of what moves connect it with.
"""

from __future__ import annotations

from bisect import bisect_left

from glowjit.allocators.backtracking.structures import UNPLACED, Bundle, State

SAVE_AND_RESTORE = 2.0  # instructions per call of the function


def preference(state: State, bundle: Bundle) -> list[int]:
    """The registers in the order in which the bundle would like to have them."""
    registers = state.registers
    score = dict.fromkeys(registers.order, 0.0)
    for reg in registers.callee_saved:
        if reg not in registers.touched:
            score[reg] -= SAVE_AND_RESTORE
    for item in bundle.ranges:
        hints = state.hints.get(item.vreg, [])
        for hint in hints[bisect_left(hints, (item.start,)) : bisect_left(hints, (item.end + 1,))]:
            score[hint.register] += hint.weight
        affinities = state.affinities.get(item.vreg, [])
        for affinity in affinities[bisect_left(affinities, (item.start,)) : bisect_left(affinities, (item.end,))]:
            place = _placed(state, affinity.other, affinity.other_point)
            if place >= 0:
                score[place] += affinity.weight
        for neighbour, point in ((item.start - 1, item.start), (item.end, item.end)):
            place = _placed(state, item.vreg, neighbour)
            if place >= 0:
                score[place] += state.flow.cost(point)
    if state.choose:
        return state.choose.sample(registers.order, len(registers.order))
    return sorted(registers.order, key=lambda reg: (-score[reg], registers.rank[reg]))


def _placed(state: State, vreg: int, point: int) -> int:
    """Where a value is at a point, if it is live there and has a place."""
    bundle = state.bundle(vreg, point)
    return UNPLACED if bundle is None else bundle.place
