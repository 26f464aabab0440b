"""What can be in memory, and what that costs: the terms in which `pressure` chooses.

A piece is a stretch of a value's life without uses. In memory it needs a load before the use at its end, and another
wherever a piece that is in a register follows it: inside a block, where it was cut at the border of a loop, along an
edge, or where an argument becomes a parameter in the same bundle. All pieces of a value share one store; an argument
and a parameter in the same slot need none between them. A constant whose first piece is in memory is not made there.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise

from glowjit.allocators.backtracking.flow import item_at
from glowjit.allocators.backtracking.structures import Affinity, Range, State


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
        flow = state.flow
        self.store = [
            0.0 if constant else flow.often(defined)
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


def cut_up(state: State, item: Range, demand: dict[int, int]) -> list[Piece]:
    """The pieces of one range."""
    flow = state.flow
    uses = item.bundle.uses
    stops: list[tuple[int, int, float]] = []  # where a piece ends, where the next begins, the load between them
    for use in uses[bisect_left(uses, (item.start,)) : bisect_left(uses, (item.end,))]:
        frequency = flow.often(use.start)
        if use.required:
            leave = use.end if use.end in demand else use.end + 1 & ~1
            stops.append((max(use.start & ~1, item.start), leave, frequency))
        else:
            end = min(use.end + 1 & ~1, item.end)
            copied = use.start & 1 and (end < item.end or flow.is_head(end))  # from wherever it is
            stops.append((end, end, 0.0 if copied else frequency))
    found: list[Piece] = []
    start = item.start
    for end, following, load in sorted(stops):
        if end > start:
            found += _at_loops(state, Piece(item.vreg, start, end, load))
        elif found and end == found[-1].end:
            found[-1].load = max(found[-1].load, load)
        start = max(start, following)
    if item.end > start:
        found += _at_loops(state, Piece(item.vreg, start, item.end, 0.0))
    if state.constant[item.vreg] and found and found[0].start == state.definition[item.vreg]:
        found[0].load -= flow.often(item.start)  # it is not made
    return found


def _at_loops(state: State, piece: Piece) -> list[Piece]:
    """The parts of a piece, cut where it leaves the loops in which it starts and enters those in which it ends."""
    leaves = {end for _, end in state.flow.loops(piece.start)}
    enters = {start for start, _ in state.flow.loops(piece.end - 1)}
    return split(piece, sorted(border for border in leaves | enters if piece.start < border < piece.end))


def split(piece: Piece, borders: list[int]) -> list[Piece]:
    """The parts of a piece between borders inside it."""
    edges = [piece.start, *borders, piece.end]
    parts = [Piece(piece.vreg, start, end, 0.0, spilled=piece.spilled) for start, end in pairwise(edges)]
    parts[-1].load = piece.load
    return parts


def connect(state: State, pieces: dict[int, list[Piece]]) -> None:
    """Tell pieces which ones follow them: inside blocks, along edges, and from arguments to parameters."""
    flow = state.flow
    for vreg, items in pieces.items():
        for first, second in pairwise(items):
            if first.end == second.start and not flow.is_head(first.end):
                _join(first, second, flow.often(first.end))
        for edge, before, after in flow.transitions(items, state.definition[vreg]):
            _join(before, after, edge.frequency)
        for item in state.arguments(vreg):
            given = item_at(items, item.point)
            if given is not None and given.end <= item.point + 1:
                _argument(state, given, item_at(pieces.get(item.other, []), item.other_point), item)


def _argument(state: State, before: Piece, after: Piece | None, item: Affinity) -> None:
    """Where a value and the parameter that it becomes share a slot, neither load nor store is needed."""
    if after is None or state.ranges[item.vreg][0].bundle is not state.ranges[item.other][0].bundle:
        before.passed += item.weight
    else:
        _join(before, after, item.weight)
        before.shared.append((after, item.weight))
        after.shared.append((before, item.weight))


def _join(first: Piece, second: Piece, weight: float) -> None:
    first.after.append((second, weight))
    second.before.append((first, weight))
