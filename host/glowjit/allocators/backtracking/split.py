"""Part of phase 4: splitting a bundle that finds no register for all of its length.

    transfer(state, bundle, conflict) -> two parts, both for registers, with a move between them; none if that cannot be
    run(state, bundle, conflict)      -> the parts, what has no uses being spilled

`conflict` is how far it gets in the register that would do for longest. `run` is the last resort, since `pressure` has
seen to it that there are registers. Where a loop around the conflict does not hold the whole bundle, it is split at
the borders of the outermost such loop: what the loop uses competes on its own, by the weight of its uses. Else it is
split where a move is cheapest between the last use before the conflict and the conflict; if it cannot even keep its
first use, behind that. What then begins or ends without a use is cut off and spilled: again where a move is cheapest,
so that no reload ends up in a loop that the use is outside of.
"""

from __future__ import annotations

from bisect import bisect_left, insort

from glowjit.allocators.backtracking.structures import SPILLED, Bundle, Range, State


def transfer(state: State, bundle: Bundle, conflict: int) -> list[Bundle]:
    """Split it where a move is cheapest, before the conflict."""
    if conflict & ~1 <= bundle.start + 1 & ~1:
        return []
    point = state.flow.cheapest(bundle.start + 1, conflict, latest=True, choose=state.choose)
    if not bundle.start < point < bundle.end:
        return []
    parts = cut(state, bundle, point)
    for part in parts:
        part.weigh()
    return parts


def run(state: State, bundle: Bundle, conflict: int) -> list[Bundle]:
    parts = [bundle]
    points = _where(state, bundle, conflict)
    for point in points:
        parts[-1:] = cut(state, parts[-1], point)
    around = [loop for loop in state.flow.loops(conflict) if loop[0] == parts[0].start and parts[-1].end >= loop[1]]
    result = []
    for index, part in enumerate(parts):
        if not part.uses:
            spill(state, part)
            continue
        alone = bool(around) and len(parts) == 2 and not parts[1 - index].uses
        part = _trim(state, part, alone)
        part.weigh()
        result.append(part)
    return result


def _where(state: State, bundle: Bundle, conflict: int) -> list[int]:
    for start, end in state.flow.loops(conflict):
        if bundle.start < start or bundle.end > end:
            borders = [point for point in (start, end) if bundle.start < point < bundle.end]
            if borders and any(start <= use.start < end for use in bundle.uses):
                return borders
    before = [use for use in bundle.uses if use.end <= conflict]
    if before:
        return [_between(state, before[-1].end, conflict)]
    first = bundle.uses[0]
    if bundle.start < first.start & ~1:
        return [first.start & ~1]
    return [first.end + 1 & ~1]


def _between(state: State, use_end: int, conflict: int) -> int:
    """The cheapest point to leave a register after a use and before a conflict."""
    if use_end + 1 & ~1 > conflict & ~1:
        return use_end  # inside an instruction: it is read early, and the register is lost late
    return state.flow.cheapest(use_end, conflict, latest=True, choose=state.choose)


def _trim(state: State, bundle: Bundle, alone: bool) -> Bundle:
    """Spill what lies before the first use and after the last.

    The only part with uses of what was live all around a loop keeps nothing at the loop's border: along the back edge
    it comes from memory, or goes there, anyway.
    """
    first = bundle.uses[0].start & ~1
    if bundle.start < first:
        point = state.flow.cheapest(bundle.start + alone, first, latest=True, choose=state.choose)
        if point > bundle.start:
            head, bundle = cut(state, bundle, point)
            spill(state, head)
    last = max(use.end for use in bundle.uses)
    if last < bundle.end:
        point = (
            last
            if last + 1 & ~1 >= bundle.end
            else state.flow.cheapest(last, bundle.end - alone, latest=False, choose=state.choose)
        )
        if point < bundle.end:
            bundle, tail = cut(state, bundle, point)
            spill(state, tail)
    return bundle


def spill(state: State, bundle: Bundle) -> None:
    bundle.place = SPILLED
    state.spilled.append(bundle)


def cut(state: State, bundle: Bundle, point: int) -> list[Bundle]:
    """Two bundles, the first being what lies before `point`."""
    second = state.new_bundle(bundle.spillset)
    at = bisect_left(bundle.ranges, point, key=_start)
    first, second.ranges = bundle.ranges[:at], bundle.ranges[at:]
    if first and first[-1].end > point:
        item = first[-1]
        tail = Range(point, item.end, item.vreg, second)
        item.end = point
        insort(state.ranges[item.vreg], tail, key=_start)
        second.ranges.insert(0, tail)
        if point & 1:
            state.store_early.add(item.vreg)
    for item in second.ranges:
        item.bundle = second
    bundle.ranges = first
    at = bisect_left(bundle.uses, (point,))
    bundle.uses, second.uses = bundle.uses[:at], bundle.uses[at:]
    assert bundle.ranges and second.ranges, "a split makes two parts"
    return [bundle, second]


def _start(item: Range) -> int:
    return item.start
