"""Phase 6: slots for what is still spilled; constants have none, they are made again.

A slot is shared by all values of a spillset, for all their lives, and by spillsets whose values are never live
together. First come those that an operand may name in its slot. The first `FEW` slots are looked at one by one, and the
holes in a value's life are used too.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from heapq import heappush, heapreplace

from glowjit.allocators.backtracking.structures import SPILLED, Range, Spillset, State

FEW = 64  # about what compressed loads and stores reach

Span = tuple[int, int]  # from a point to before another


@dataclass(slots=True)
class _Content:
    """What one spillset keeps in its slot, and when."""

    spillset: Spillset
    named: bool = False
    ranges: list[Range] = field(default_factory=list)

    def spans(self) -> list[Span]:
        """When the slot is taken, in order; ranges that touch are one."""
        found: list[Span] = []
        for item in sorted(self.ranges, key=lambda item: item.start):
            if found and found[-1][1] == item.start:
                found[-1] = found[-1][0], item.end
            else:
                found.append((item.start, item.end))
        return found


def run(state: State) -> None:
    contents: dict[int, _Content] = {}
    for vreg, ranges in enumerate(state.ranges):
        if any(item.bundle.place == SPILLED for item in ranges) and not state.constant[vreg]:
            spillset = ranges[0].bundle.spillset
            content = contents.setdefault(id(spillset), _Content(spillset))
            content.named |= vreg in state.named
            content.ranges += ranges
    wanted = [(content, content.spans()) for content in contents.values()]
    wanted.sort(key=lambda pair: (not pair[0].named, pair[1][0][0]))
    slots: list[list[Span]] = []
    others = _Others()
    for content, spans in wanted:
        number = next((number for number, held in enumerate(slots) if _fits(spans, held)), len(slots))
        if number == len(slots) >= FEW and not content.named:
            content.spillset.slot = number + others.take(spans[0][0], spans[-1][1])
            continue
        if number == len(slots):
            slots.append([])
        for span in spans:
            insort(slots[number], span)
        content.spillset.slot = number


class _Others:
    """The slots behind the first ones: taken from the first point to the last, holes and all, in order of the first."""

    def __init__(self) -> None:
        self.count = 0
        self.taken: list[tuple[int, int]] = []  # a heap of: until when, number

    def take(self, start: int, end: int) -> int:
        """The number of one that is free from `start` to before `end`."""
        if self.taken and self.taken[0][0] <= start:
            return heapreplace(self.taken, (end, self.taken[0][1]))[1]
        heappush(self.taken, (end, self.count))
        self.count += 1
        return self.count - 1


def _fits(spans: list[Span], held: list[Span]) -> bool:
    """Whether none of the spans meets one that is held."""
    for start, end in spans:
        at = bisect_left(held, (end,)) - 1
        if at >= 0 and held[at][1] > start:
            return False
    return True
