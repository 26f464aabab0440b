"""Phase 3: bundles. Values that a move connects get one place if they are never live together.

Block arguments are merged with parameters, and reused values with the results that reuse them, the most executed first.
What is merged moves for free as long as it is not split, and shares a slot for good.
"""

from __future__ import annotations

from heapq import merge

from glowjit.allocators.backtracking.structures import Affinity, Bundle, Range, State


def run(state: State) -> None:
    pairs: list[Affinity] = []
    for vreg in sorted(state.affinities):
        pairs += (item for item in state.affinities[vreg] if item.point < item.other_point or item.vreg < item.other)
    pairs.sort(key=lambda item: (-item.weight, item.point, item.vreg, item.other))
    for item in pairs:
        if state.ranges[item.vreg] and state.ranges[item.other]:
            first, second = state.ranges[item.vreg][0].bundle, state.ranges[item.other][0].bundle
            if first is not second and not overlap(first.ranges, second.ranges):
                _merge(first, second)
    state.bundles = [bundle for bundle in state.bundles if bundle.ranges]
    for serial, bundle in enumerate(state.bundles):
        bundle.serial = serial
        bundle.weigh()


def overlap(first: list[Range], second: list[Range]) -> bool:
    """Whether two ordered lists of ranges have a point in common."""
    i = j = 0
    while i < len(first) and j < len(second):
        if first[i].end <= second[j].start:
            i += 1
        elif second[j].end <= first[i].start:
            j += 1
        else:
            return True
    return False


def _merge(first: Bundle, second: Bundle) -> None:
    for item in second.ranges:
        item.bundle = first
    first.ranges = list(merge(first.ranges, second.ranges, key=lambda item: item.start))
    first.uses = list(merge(first.uses, second.uses))
    second.ranges, second.uses = [], []
