"""Part of phase 3: pieces that were chosen are cut out of their bundles and spilled.

What is left of a bundle is several bundles only where nothing connects the parts any more: so a value that is in memory
for a part of a loop has one register in the rest of it.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from glowjit.allocators.backtracking.pieces import Piece
from glowjit.allocators.backtracking.split import spill
from glowjit.allocators.backtracking.structures import Bundle, Range, State


def run(state: State, pieces: list[Piece]) -> None:
    """Spill pieces that were chosen, in this state or another one of the same function."""
    if pieces:
        _Divider(state, pieces).run()
        state.bundles = [bundle for bundle in state.bundles if bundle.ranges]
        for serial, bundle in enumerate(state.bundles):
            bundle.serial = serial


class _Divider:
    """Takes the spilled pieces out of their bundles. What is left of one stays together where it is connected."""

    def __init__(self, state: State, pieces: list[Piece]) -> None:
        self.state = state
        self.pieces: dict[int, list[Piece]] = {}  # by vreg
        for piece in pieces:
            self.pieces.setdefault(piece.vreg, []).append(piece)
        self.leader: dict[Range, Range] = {}  # of the ranges that are connected

    def run(self) -> None:
        bundles = [bundle for bundle in self.state.bundles if any(item.vreg in self.pieces for item in bundle.ranges)]
        spilled = {bundle: self.take_out(bundle) for bundle in bundles}
        self.connect({item.vreg for bundle in bundles for item in bundle.ranges})
        for bundle, taken in spilled.items():
            self.divide(bundle, taken)

    def take_out(self, bundle: Bundle) -> list[Range]:
        """Cut a bundle's ranges where pieces are spilled; returns the spilled parts."""
        kept: list[Range] = []
        taken: list[Range] = []
        parts: dict[int, list[Range]] = {}  # by vreg
        for item in bundle.ranges:
            mine = parts.setdefault(item.vreg, [])
            pieces = self.pieces.get(item.vreg, [])
            end = item.end
            at = bisect_left(pieces, item.start, key=_start)
            while at < len(pieces) and pieces[at].start < end:
                piece = pieces[at]
                if item.start < piece.start:
                    kept.append(Range(item.start, piece.start, item.vreg, bundle))
                    mine.append(kept[-1])
                taken.append(Range(piece.start, piece.end, item.vreg, bundle))
                mine.append(taken[-1])
                if piece.start & 1:
                    self.state.store_early.add(item.vreg)
                item.start = piece.end
                at += 1
            if item.start < end:
                kept.append(item)
                mine.append(item)
        for vreg, ranges in parts.items():
            self.state.ranges[vreg] = ranges
        for item in kept:
            self.leader[item] = item
        bundle.ranges = kept
        return taken

    def connect(self, vregs: set[int]) -> None:
        """Join what is kept and next to each other, inside blocks, along edges, and from arguments to parameters."""
        state, flow = self.state, self.state.flow
        for vreg in sorted(vregs):
            for first, second in pairwise(state.ranges[vreg]):
                if first.end == second.start and not flow.is_head(first.end):
                    self.join(first, second)
            for _, first, second in state.transitions(vreg):
                self.join(first, second)
            for item in state.arguments(vreg):
                given, taken = state.range_at(vreg, item.point), state.range_at(item.other, item.other_point)
                if given and taken and given.bundle is taken.bundle:
                    self.join(given, taken)

    def join(self, first: Range | None, second: Range | None) -> None:
        if first and second and first in self.leader and second in self.leader:
            self.leader[self.find(first)] = self.find(second)

    def find(self, item: Range) -> Range:
        while (above := self.leader[item]) is not item:
            self.leader[item] = item = self.leader[above]
        return item

    def divide(self, bundle: Bundle, taken: list[Range]) -> None:
        """Make a bundle of each connected part, and one of what is spilled."""
        state = self.state
        parts: dict[Range | None, Bundle] = {}
        uses, everything = bundle.uses, sorted([*bundle.ranges, *taken], key=lambda item: item.start)
        bundle.ranges, bundle.uses = [], []
        out = set(taken)
        for item in everything:
            key = None if item in out else self.find(item)
            if key not in parts:
                parts[key] = state.new_bundle(bundle.spillset)
            item.bundle = parts[key]
            item.bundle.ranges.append(item)
        for use in uses:
            at = state.range_at(use.vreg, use.start)
            assert at is not None
            at.bundle.uses.append(use)
        for key, part in parts.items():
            part.weigh()
            if key is None:
                spill(state, part)


def _start(piece: Piece) -> int:
    return piece.start
