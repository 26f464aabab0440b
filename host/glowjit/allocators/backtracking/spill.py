"""Phase 6: what is spilled gets a second chance, then a slot.

A part of a split bundle that nobody uses may still stay in a register if one is free all along: best in that of the
part before or behind it, for then nothing moves. What is left is in memory; constants have no slot, they are made
again. A slot is shared by all values of a spillset, and by spillsets whose values are never live together.
"""

from __future__ import annotations

from glowcore.vcode import ANY, CONSTRAINT, DEF
from glowjit.allocators.backtracking.bundles import overlap
from glowjit.allocators.backtracking.process import preference
from glowjit.allocators.backtracking.structures import SPILLED, Bundle, Range, Spillset, State


def run(state: State) -> None:
    _second_chance(state)
    _slots(state)


def _second_chance(state: State) -> None:
    """Parts in the order of their length, the longest first: it is the hardest to place."""
    left = []
    for bundle in sorted(state.spilled, key=lambda item: (-item.size, item.serial)):
        reg = _spare_register(state, bundle)
        if reg >= 0:
            state.registers.give(reg, bundle)
        else:
            left.append(bundle)
    state.spilled = left


def _spare_register(state: State, bundle: Bundle) -> int:
    """A register that is free throughout; -1 without one, and where it would not help."""
    if bundle.start & 1 or bundle.end & 1 or all(state.constant[item.vreg] for item in bundle.ranges):
        return -1
    for reg in preference(state, bundle):
        if reg in state.registers.touched and state.registers.conflicts(reg, bundle)[0] is None:
            return reg
    return -1


def _slots(state: State) -> None:
    contents: dict[int, list[Range]] = {}
    sets: dict[int, Spillset] = {}
    for bundle in state.spilled:
        for item in bundle.ranges:
            if not state.constant[item.vreg]:
                sets[id(bundle.spillset)] = bundle.spillset
                contents.setdefault(id(bundle.spillset), [])
    for vreg, ranges in enumerate(state.ranges):
        if any(item.bundle.place == SPILLED for item in ranges) and not state.constant[vreg]:
            contents[id(ranges[0].bundle.spillset)] += ranges
    named = _named(state)
    for items in contents.values():
        items.sort(key=lambda item: item.start)
    order = sorted(
        contents, key=lambda key: (not any(item.vreg in named for item in contents[key]), contents[key][0].start)
    )
    slots: list[list[Range]] = []
    for key in order:
        for number, held in enumerate(slots):
            if not overlap(held, contents[key]):
                break
        else:
            number = len(slots)
            slots.append([])
        slots[number] = sorted(slots[number] + contents[key], key=lambda item: item.start)
        sets[key].slot = number


def _named(state: State) -> set[int]:
    """Values that an operand may read in their slot: there is room for 200 slots in an allocation."""
    vcode = state.vcode
    return {
        vcode.operand_reg[k]
        for k in range(len(vcode.operand_reg))
        if vcode.operand_flags[k] & (DEF | CONSTRAINT) == ANY
    }
