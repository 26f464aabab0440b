"""Part of phase 4: a register's occupant makes way for a bundle between two of its own uses.

What it costs is a reload before its next use, and a store if it has none yet; divided by the length of the gap, this is
the rule of Belady, that the value goes which is not needed for longest. The occupant keeps the register on both sides,
so nothing has to be placed anew, and each of the parts has fewer gaps: this cannot go on for ever.
"""

from __future__ import annotations

from dataclasses import dataclass

from glowjit.allocators.backtracking.split import cut, spill
from glowjit.allocators.backtracking.structures import SPILLED, Bundle, State

IMPOSSIBLE = float("inf")


@dataclass(slots=True)
class Gap:
    """Between two uses of `bundle`: from `start`, where it leaves its register, to `end`, where it is back."""

    bundle: Bundle
    vreg: int
    start: int
    end: int

    def weight(self, state: State) -> float:
        """What it costs to be without a register there, by length."""
        points = state.points
        cost = points.cost(self.end & ~1)
        if not state.constant[self.vreg] and not any(item.bundle.place == SPILLED for item in state.ranges[self.vreg]):
            cost += min(points.frequency[points.block(state.definition[self.vreg])], points.cost(self.start + 1 & ~1))
        return cost / max(self.end - self.start, 1)


def gap_at(state: State, bundle: Bundle, start: int, end: int) -> Gap | None:
    """The gap between two uses that holds start..end, None if there is none."""
    before = [use.end for use in bundle.uses if use.start < end]
    after = [use.start for use in bundle.uses if use.start >= end]
    if not before or not after or max(before) > start:
        return None
    item = next(item for item in bundle.ranges if item.start <= start < item.end)
    leave = max(before) + 1 & ~1
    if leave > start:
        leave = max(before)
    first = after[0] & ~1
    if end + 1 & ~1 <= first:
        back = state.points.cheapest(end, first, latest=True)
    elif any(other.start == after[0] for other in bundle.ranges):
        back = after[0]  # what is used is made there
    else:
        return None
    return Gap(bundle, item.vreg, leave, back)


def weight(state: State, bundle: Bundle, reg: int) -> float:
    """What it costs at most, by length of the gap, to have all of the register's occupants make way."""
    gaps = _gaps(state, bundle, reg)
    return IMPOSSIBLE if gaps is None else max((gap.weight(state) for gap in gaps), default=0.0)


def run(state: State, bundle: Bundle, reg: int) -> None:
    """Give the register to `bundle`; every occupant must have a gap there."""
    while gaps := _gaps(state, bundle, reg):
        _make_way(state, gaps[0], reg)
    assert gaps is not None, "an occupant that could make way cannot any more"
    state.registers.give(reg, bundle)


def _gaps(state: State, bundle: Bundle, reg: int) -> list[Gap] | None:
    """The gaps of the occupants where `bundle` wants the register; None if it cannot have them all."""
    wanted: dict[tuple[int, int], tuple[Bundle, int, int]] = {}  # occupant, its uses before -> from where to where
    for item, start, end in state.registers.overlaps(reg, bundle):
        if item is None:
            return None
        occupant = item.bundle
        key = occupant.serial, sum(use.start < end for use in occupant.uses)
        wanted[key] = occupant, wanted[key][1] if key in wanted else start, end
    gaps = [gap_at(state, *parts) for parts in wanted.values()]
    found = [gap for gap in gaps if gap is not None]
    return found if len(found) == len(gaps) else None


def _make_way(state: State, gap: Gap, reg: int) -> None:
    registers, bundle = state.registers, gap.bundle
    registers.take_back(bundle)
    left, middle = cut(state, bundle, gap.start)
    middle, right = cut(state, middle, gap.end)
    spill(state, middle)
    for part in (left, right):
        part.split = True
        part.weigh()
        registers.give(reg, part)
