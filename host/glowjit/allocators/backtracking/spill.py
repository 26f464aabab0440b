"""Phase 7: slots for what is still spilled; constants have none, they are made again.

A slot is shared by all values of a spillset, and by spillsets whose values are never live together.
"""

from __future__ import annotations

from glowjit.allocators.backtracking.bundles import overlap
from glowjit.allocators.backtracking.structures import SPILLED, Range, Spillset, State


def run(state: State) -> None:
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
    named = set(state.named)
    for items in contents.values():
        items.sort(key=lambda item: item.start)
    order = sorted(
        contents, key=lambda key: (not any(item.vreg in named for item in contents[key]), contents[key][0].start)
    )
    slots: list[list[Range]] = []
    for key in order:
        fitting = (number for number, held in enumerate(slots) if not overlap(held, contents[key]))
        number = next(fitting, len(slots))
        if number == len(slots):
            slots.append([])
        slots[number] = sorted(slots[number] + contents[key], key=lambda item: item.start)
        sets[key].slot = number
