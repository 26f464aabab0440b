"""Phase 2: bundles. Values that a move connects get one place if they are never live together.

Block arguments are merged with parameters, and reused values with the results that reuse them, the most executed first.
What is merged moves for free as long as it is not split, and shares a slot for good. The smaller one moves into the
larger, so all merges together take O(n log n).
"""

from __future__ import annotations

from bisect import bisect_left, insort

from glowjit.allocators.backtracking.structures import Affinity, Bundle, Range, State


def run(state: State) -> None:
    pairs: list[Affinity] = []
    for vreg in sorted(state.affinities):
        pairs += (item for item in state.affinities[vreg] if item.point < item.other_point or item.vreg < item.other)
    pairs.sort(key=lambda item: (-item.weight, item.point, item.vreg, item.other))
    for item in pairs:
        if state.ranges[item.vreg] and state.ranges[item.other]:
            found = state.ranges[item.other][0].bundle, state.ranges[item.vreg][0].bundle
            few, many = sorted(found, key=lambda bundle: len(bundle.ranges))
            if few is not many and not overlap(few.ranges, many.ranges):
                _merge(few, many)
    state.bundles = [bundle for bundle in state.bundles if bundle.ranges]
    for serial, bundle in enumerate(state.bundles):
        bundle.serial = serial
        bundle.weigh()


def overlap(few: list[Range], many: list[Range]) -> bool:
    """Whether two ordered lists of ranges have a point in common."""
    for item in few:
        at = bisect_left(many, item.end, key=_start)  # the first that begins behind it
        if at and many[at - 1].end > item.start:
            return True
    return False


def _merge(few: Bundle, many: Bundle) -> None:
    for item in few.ranges:
        item.bundle = many
        insort(many.ranges, item, key=_start)
    for use in few.uses:
        insort(many.uses, use)
    few.ranges, few.uses = [], []


def _start(item: Range) -> int:
    return item.start
