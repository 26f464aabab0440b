"""Part of phase 4: pieces that were chosen are cut out of their bundles and spilled.

What is left of a bundle is several bundles only where nothing connects the parts any more: so a value that is in memory
for a part of a loop has one register in the rest of it.
"""

from __future__ import annotations

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
        state = self.state
        kept, taken = [], []
        for item in bundle.ranges:
            parts = []
            for piece in self.pieces.get(item.vreg, ()):
                if item.start <= piece.start < item.end:
                    if item.start < piece.start:
                        parts.append(Range(item.start, piece.start, item.vreg, bundle))
                    taken.append(Range(piece.start, piece.end, item.vreg, bundle))
                    parts.append(taken[-1])
                    if piece.start & 1:
                        state.store_early.add(item.vreg)
                    item.start = piece.end
            if item.start < item.end:
                parts.append(item)
            kept += [part for part in parts if not taken or part not in taken]
            siblings = state.ranges[item.vreg]
            if parts != [item]:
                at = siblings.index(item)
                siblings[at : at + 1] = parts
        for item in kept:
            self.leader[item] = item
        bundle.ranges = kept
        return taken

    def connect(self, vregs: set[int]) -> None:
        """Join what is kept and next to each other, inside blocks, along edges, and from arguments to parameters."""
        state, vcode, points = self.state, self.state.vcode, self.state.points
        known = sum(1 << vreg for vreg in vregs)
        for vreg in sorted(vregs):
            for first, second in pairwise(state.ranges[vreg]):
                if first.end == second.start and not points.is_head(first.end):
                    self.join(first, second)
        for block in range(vcode.num_blocks):
            end = points.block_start[block + 1] - 1
            for succ in vcode.succs[vcode.succ_start[block] : vcode.succ_start[block + 1]]:
                start = points.block_start[succ]
                live = state.live_in[succ] & known
                while live:
                    low = live & -live
                    live ^= low
                    vreg = low.bit_length() - 1
                    self.join(state.range_at(vreg, end), state.range_at(vreg, start))
                for index in range(vcode.arg_start[block], vcode.arg_start[block + 1]):
                    param = vcode.params[vcode.param_start[succ] + index - vcode.arg_start[block]]
                    given, taken = state.range_at(vcode.args[index], end), state.range_at(param, start)
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
