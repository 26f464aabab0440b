"""Phase 5: places are reconsidered now that all are known.

A bundle was placed when few of those that moves connect it with had a place. Each is looked at again, and changes to a
register that is free for all of it if more moves vanish there than where it is. Every change lowers the cost of the
moves, so the rounds end; in practice after two or three.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from glowcore.vcode import FIRST_VREG
from glowjit.allocators.backtracking.structures import SPILLED, Bundle, State

ROUNDS = 6


@dataclass(slots=True)
class Connections:
    """What moves connect a bundle with, and how often each move would run."""

    registers: list[tuple[int, float]] = field(default_factory=list)
    bundles: list[tuple[Bundle, float]] = field(default_factory=list)


def run(state: State) -> None:
    connections = _connect(state)
    bundles = [bundle for bundle in state.bundles if bundle.ranges]
    for _ in range(ROUNDS):
        changed = False
        for bundle in bundles:
            if bundle.place >= 0:
                changed |= _move(state, bundle, connections[bundle.serial])
        if not changed:
            break
    state.spilled = [bundle for bundle in bundles if bundle.place == SPILLED]


def _move(state: State, bundle: Bundle, connected: Connections) -> bool:
    """Change to the register that spares most moves, if it is free."""
    registers, here = state.registers, bundle.place
    score = _score(connected)
    better = sorted((-score[reg], reg) for reg in score if reg in registers.touched and score[reg] > score.get(here, 0))
    if not better:
        return False
    registers.take_back(bundle)
    for _, reg in better:
        if registers.conflicts(reg, bundle, 0.0)[0] is None:
            registers.give(reg, bundle)
            return True
    registers.give(here, bundle)
    return False


def _score(connected: Connections) -> dict[int, float]:
    """Register -> how often the moves run that vanish there."""
    score: dict[int, float] = {}
    for reg, weight in connected.registers:
        score[reg] = score.get(reg, 0) + weight
    for other, weight in connected.bundles:
        if other.place >= 0:
            score[other.place] = score.get(other.place, 0) + weight
    return score


def _connect(state: State) -> list[Connections]:
    table = [Connections() for _ in state.bundles]

    def join(first: Bundle | None, second: Bundle | None, weight: float) -> None:
        if first is not None and second is not None and first is not second:
            table[first.serial].bundles.append((second, weight))
            table[second.serial].bundles.append((first, weight))

    for vreg in range(FIRST_VREG, state.vcode.num_vregs):
        for hint in state.hints.get(vreg, ()):
            bundle = state.bundle(vreg, hint.point)
            if bundle is not None:
                table[bundle.serial].registers.append((hint.register, hint.weight))
        for item in state.affinities.get(vreg, ()):
            if item.point < item.other_point or (item.point == item.other_point and item.vreg < item.other):
                join(state.bundle(vreg, item.point), state.bundle(item.other, item.other_point), item.weight)
        ranges = state.ranges[vreg]
        for first, second in pairwise(ranges):
            if first.end == second.start and not state.flow.is_head(first.end):
                join(first.bundle, second.bundle, state.flow.cost(first.end))
        for edge, before, after in state.transitions(vreg):
            join(before.bundle, after.bundle, edge.frequency)
    return table
