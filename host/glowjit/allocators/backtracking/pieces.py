"""What can be in memory, and what that costs: the terms in which `pressure` chooses.

A piece is a stretch of a value's life without uses. In memory it needs a load before the use at its end, and another
wherever a piece that is in a register follows it: inside a block, where it was cut at the border of a loop, along an
edge, or where an argument becomes a parameter in the same bundle. All pieces of a value share one store; an argument
and a parameter in the same slot need none between them. A constant whose first piece is in memory is not made there.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from glowjit.allocators.backtracking.structures import Range, State


@dataclass(slots=True, eq=False)
class Piece:
    """A stretch of a value's life without uses, from `start` to before `end`."""

    vreg: int
    start: int
    end: int
    load: float  # how often the load runs that a use at its end needs, if it is in memory
    before: list[tuple[Piece, float]] = field(default_factory=list)  # pieces of the value that lead here, how often
    after: list[tuple[Piece, float]] = field(default_factory=list)
    shared: list[tuple[Piece, float]] = field(default_factory=list)  # if both are in memory, stores that are not needed
    passed: float = 0.0  # how often the loads run for the parameters that it becomes, likewise
    spilled: bool = False


class Costs:
    """What it costs to have pieces in memory."""

    def __init__(self, state: State) -> None:
        points = state.points
        self.store = [
            0.0 if constant else points.frequency[points.block(defined)]
            for constant, defined in zip(state.constant, state.definition, strict=True)
        ]
        self.spilled = [0] * state.vcode.num_vregs  # pieces

    def spill(self, piece: Piece, spilled: bool) -> None:
        self.spilled[piece.vreg] += spilled - piece.spilled
        piece.spilled = spilled

    def price(self, piece: Piece) -> float:
        """What it costs to have a piece in memory, or would spare not to, the others being where they are."""
        cost = piece.load + piece.passed
        for other, weight in piece.after:
            if not other.spilled:
                cost += weight
        for other, weight in piece.before:
            if other.spilled:
                cost -= weight
        for other, weight in piece.shared:
            if other.spilled:
                cost -= weight
        if self.spilled[piece.vreg] == piece.spilled:  # none of the others
            cost += self.store[piece.vreg]
        return cost

    def total(self, pieces: list[Piece]) -> float:
        """What it costs that those of the pieces are in memory that are."""
        cost = 0.0
        for piece in pieces:
            if piece.spilled:
                cost += piece.load + piece.passed
                cost += sum(weight for other, weight in piece.after if not other.spilled)
                cost -= sum(weight for other, weight in piece.shared if other.spilled) / 2
        return cost + sum(self.store[vreg] for vreg in sorted({piece.vreg for piece in pieces if piece.spilled}))


def cut_up(state: State, item: Range, borders: list[int], demand: dict[int, int]) -> list[Piece]:
    """The pieces of one range."""
    points = state.points
    uses = item.bundle.uses
    stops: list[tuple[int, int, float]] = []  # where a piece ends, where the next begins, the load between them
    for use in uses[bisect_left(uses, (item.start,)) :]:
        if use.start >= item.end:
            break
        if use.vreg == item.vreg:
            frequency = points.frequency[points.block(use.start)]
            if use.required:
                leave = use.end if use.end in demand else use.end + 1 & ~1
                stops.append((max(use.start & ~1, item.start), leave, frequency))
            else:
                end = min(use.end + 1 & ~1, item.end)
                copied = use.start & 1 and (end < item.end or points.is_head(end))  # from wherever it is
                stops.append((end, end, 0.0 if copied else frequency))
    for border in borders[bisect_right(borders, item.start) : bisect_left(borders, item.end)]:
        stops.append((border, border, 0.0))
    found = []
    start = item.start
    for end, following, load in sorted(stops):
        if end > start:
            found.append(Piece(item.vreg, start, end, load))
        elif found and end == found[-1].end:
            found[-1].load = max(found[-1].load, load)
        start = max(start, following)
    if item.end > start:
        found.append(Piece(item.vreg, start, item.end, 0.0))
    if state.constant[item.vreg] and found and found[0].start == state.definition[item.vreg]:
        found[0].load -= points.frequency[points.block(item.start)]  # it is not made
    return found


class Connector:
    """Tells pieces which ones follow them: inside blocks, along edges, and from arguments to parameters."""

    def __init__(self, state: State, pieces: dict[int, list[Piece]]) -> None:
        self.state = state
        self.pieces = pieces

    def run(self) -> None:
        points, vcode = self.state.points, self.state.vcode
        known = 0
        for vreg, items in self.pieces.items():
            known |= 1 << vreg
            for first, second in pairwise(items):
                if first.end == second.start and not points.is_head(first.end):
                    self.join(first, second, points.frequency[points.block(first.end)])
        for block in range(vcode.num_blocks):
            end = points.block_start[block + 1]
            for succ in vcode.succs[vcode.succ_start[block] : vcode.succ_start[block + 1]]:
                weight = min(points.frequency[block], points.frequency[succ])
                live = self.state.live_in[succ] & known
                while live:
                    low = live & -live
                    live ^= low
                    vreg = low.bit_length() - 1
                    before, after = self.at(vreg, end - 1), self.at(vreg, points.block_start[succ])
                    if before and after and before is not after:
                        self.join(before, after, weight)
                for index in range(vcode.arg_start[block], vcode.arg_start[block + 1]):
                    param = vcode.params[vcode.param_start[succ] + index - vcode.arg_start[block]]
                    self.argument(vcode.args[index], param, end, points.block_start[succ], weight)

    def argument(self, vreg: int, param: int, end: int, start: int, weight: float) -> None:
        """Where a value and the parameter that it becomes share a slot, neither load nor store is needed."""
        before, after = self.at(vreg, end - 1), self.at(param, start)
        if before is None or before.end > end:
            return
        ranges = self.state.ranges
        if after is None or ranges[vreg][0].bundle is not ranges[param][0].bundle:
            before.passed += weight
        else:
            self.join(before, after, weight)
            before.shared.append((after, weight))
            after.shared.append((before, weight))

    def join(self, first: Piece, second: Piece, weight: float) -> None:
        first.after.append((second, weight))
        second.before.append((first, weight))

    def at(self, vreg: int, point: int) -> Piece | None:
        items = self.pieces.get(vreg, [])
        index = bisect_right(items, point, key=lambda piece: piece.start) - 1
        return items[index] if index >= 0 and point < items[index].end else None
