"""Phase 3: where more values are live than there are registers, which of them wait in memory: for all at once.

A value can be in memory between two of its uses; such a piece of its life ends at the borders of loops too. Being in
memory has a price: the load after it, by frequency, and the store if nothing else of the value is in memory. At every
point at which more is live than there are registers some pieces have to go, and `lanes` finds those that are worth
least. For straight code this is the best there is, but for stores; the rule of Belady is the case of equal prices.

A price depends on what becomes of the piece's neighbours: two pieces of one value on either side of a border, or around
a loop, need one load together, and the store is shared. So prices are negotiated: each value says which of its pieces
it would give up at the prices of the day, knowing how they hang together; where `lanes` takes another choice, the
price moves. The choice with the least true cost of all days is taken (this is dual decomposition). It is improved at
the prices that follow from it, until that brings nothing more.

Then what is spilled over several blocks comes back in those that have a register left, if that spares loads: loads are
worth moving to where they run less often, which is near the uses, so at most `NEAR` blocks from either end.

`divide` cuts what is chosen out of the bundles. Places are found by the phases that follow; since nowhere more is live
than there are registers, they seldom have to spill again.

Time: a flow a day, each at most as many shortest paths as there are registers; `EFFORT` bounds the days. Source of the
method: A. Geoffrion, Lagrangean relaxation for integer programming, 1974; of the reduction to intervals, see `lanes`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise

from glowcore.vcode import FIRST_VREG
from glowjit.allocators.backtracking.lanes import Interval, heaviest
from glowjit.allocators.backtracking.pieces import Costs, Piece, connect, cut_up, split
from glowjit.allocators.backtracking.structures import Range, Sizes, State

DAYS = 30  # of negotiation, and as many of improvement
LEAST = 2
PATIENCE = 10  # days without a better choice
EFFORT = 20_000  # pieces looked at, all days together
SCALE = 1 << 16  # prices of `lanes` are integers
SETTLED = 12  # looks at a value's pieces
NEAR = 32
ENOUGH = 2  # days of improvement that bring none
BEYOND_MEASURE = 1e12

Network = tuple[list[tuple[int, int]], list[int]]  # spans of crowded points, and the room at each of these


def choose(state: State) -> list[Piece]:
    """The pieces to be spilled."""
    demand = _demand(state)
    return _Choice(state, demand).run() if demand else []


# -- what is asked for -------------------------------------------------------------------------------------------------


def _demand(state: State) -> dict[int, int]:
    """Point -> how many values too many are live there, where there are any."""
    count = state.flow.block_start[-1] + 2
    steps = [0] * (count + 1)
    for ranges in state.ranges:
        for item in ranges:
            steps[item.start] += 1
            steps[item.end] -= 1
    for point, taken in _reserved(state).items():
        steps[point] += taken
        steps[point + 1] -= taken
    size = len(state.registers.order)
    found = {}
    live = 0
    for point in range(count):
        live += steps[point]
        if live > size:
            found[point] = live - size
    return found


def _reserved(state: State) -> dict[int, int]:
    """Point -> registers that are reserved there and hold no value that is counted as live."""
    found: dict[int, int] = {}
    for items in state.registers.reserved.values():
        points = {point: vreg for start, end, vreg in items for point in range(start, end)}
        for point, vreg in points.items():
            holds = vreg and state.bundle(vreg, point) is not None
            if holds and not point & 1 and points.get(point + 1, vreg) != vreg:
                holds = state.bundle(vreg, point + 1) is None  # what lives on cannot move inside the instruction
            if not holds:
                found[point] = found.get(point, 0) + 1
    return found


# -- the choice --------------------------------------------------------------------------------------------------------


class _Choice:
    def __init__(self, state: State, demand: dict[int, int]) -> None:
        self.state = state
        self.demand = demand
        self.crowded = array("I", sorted(demand))
        self.costs = Costs(state)
        self.pieces: dict[int, list[Piece]] = {}
        for vreg in range(FIRST_VREG, state.vcode.num_vregs):
            ranges = state.ranges[vreg]
            if any(self.span(item)[0] < self.span(item)[1] for item in ranges):
                self.pieces[vreg] = [piece for item in ranges for piece in cut_up(state, item, demand)]
        connect(state, self.pieces)
        everything = [piece for items in self.pieces.values() for piece in items]
        self.candidates = [piece for piece in everything if self.span(piece)[0] < self.span(piece)[1]]

    def run(self) -> list[Piece]:
        self.negotiate()
        self.come_back()
        return [piece for vreg in sorted(self.pieces) for piece in _merged(self.pieces[vreg])]

    def span(self, item: Range | Piece) -> tuple[int, int]:
        """The indices of the first crowded point that is covered, and of the first that is not any more."""
        return bisect_left(self.crowded, item.start), bisect_left(self.crowded, item.end)

    # -- negotiation ---------------------------------------------------------------------------------------------------

    def negotiate(self) -> None:
        """Choose among the candidates."""
        costs, candidates = self.costs, self.candidates
        network = self.network()
        self.count_bytes(len(network[1]))
        groups = _groups(self.state, candidates)
        prices = {piece: costs.price(piece) for piece in candidates}
        if self.state.choose:
            prices = {piece: self.state.choose.random() for piece in candidates}
        least = {piece: self.state.flow.often(piece.start) for piece in candidates}
        best: list[bool] = []
        best_cost, found = float("inf"), 0
        for day in range(self.days()):
            cost = self.decide(prices, network)
            taken = [piece.spilled for piece in candidates]
            if cost < best_cost:
                best, best_cost, found = taken, cost, day
            if day > found + PATIENCE:
                break
            for items in groups:
                _settle(costs, items, prices.__getitem__)
            step = 0.5 / (1 + day / 4)
            for piece, wanted in zip(candidates, taken, strict=True):
                if piece.spilled != wanted:
                    change = step * max(abs(prices[piece]), least[piece])
                    prices[piece] += change if wanted else -change
        self.restore(best)
        self.improve(best_cost, network)

    def improve(self, best_cost: float, network: Network) -> None:
        """Choose again at the prices that each piece has where the others are now, half forgetting those before."""
        costs, candidates = self.costs, self.candidates
        best = [piece.spilled for piece in candidates]
        prices = {piece: costs.price(piece) for piece in candidates}
        found = 0
        for day in range(self.days()):
            cost = self.decide(prices, network)
            if cost < best_cost:
                best, best_cost, found = [piece.spilled for piece in candidates], cost, day
            if day == found + ENOUGH:
                break
            for piece in candidates:
                prices[piece] = (prices[piece] + costs.price(piece)) / 2
        self.restore(best)

    def days(self) -> int:
        """How many days there are for either; the fewer, the more candidates."""
        return max(LEAST, min(DAYS, EFFORT // len(self.candidates)))

    def decide(self, prices: dict[Piece, float], network: Network) -> float:
        """Spill what is worth least at these prices; returns what it costs in truth."""
        spans, room = network
        weights = [round(SCALE * max(prices[piece], 0.0)) + 1 for piece in self.candidates]
        kept = set(heaviest([Interval(*span, weight) for span, weight in zip(spans, weights, strict=True)], room))
        for index, piece in enumerate(self.candidates):
            self.costs.spill(piece, index not in kept)
        return self.costs.total(self.candidates)

    def restore(self, choice: list[bool]) -> None:
        """Make a choice again that was made before."""
        for piece, spilled in zip(self.candidates, choice, strict=True):
            self.costs.spill(piece, spilled)

    def count_bytes(self, nodes: int) -> None:
        everything = [piece for items in self.pieces.values() for piece in items]
        links = sum(len(piece.before) + len(piece.after) + len(piece.shared) for piece in everything)
        network = nodes * (Sizes.NODE + 2 * Sizes.ARC) + len(self.candidates) * Sizes.ARC
        self.state.count_bytes(len(everything) * Sizes.PIECE + links * Sizes.LINK + network)

    def network(self) -> Network:
        """The candidates as spans of crowded points that matter, and how many of them there is room for at each."""
        begins, ends = [0] * (len(self.crowded) + 1), [0] * (len(self.crowded) + 1)
        for piece in self.candidates:
            first, last = self.span(piece)
            begins[first] += 1
            ends[last] += 1
        room, live = [], 0
        for point, begun, ended in zip(self.crowded, begins, ends, strict=False):
            live += begun - ended
            room.append(max(live - self.demand[point], 0))
        everywhere = range(len(room))
        narrow = _narrow(everywhere, set(everywhere), room, begins, ends)
        narrow = sorted(_narrow(reversed(everywhere), set(narrow), room, ends[1:], begins[1:]))
        spans = [self.span(piece) for piece in self.candidates]
        return [(bisect_left(narrow, first), bisect_left(narrow, last)) for first, last in spans], [
            room[at] for at in narrow
        ]

    # -- refinement ----------------------------------------------------------------------------------------------------

    def come_back(self) -> None:
        """Take what is spilled back in blocks that have a register left, one bundle after another."""
        spare = self.spare()
        heads = [bisect_left(self.crowded, point) for point in self.state.flow.block_start]
        roomy = bytearray(all(left > 0 for left in spare[first:last]) for first, last in pairwise(heads))
        for vregs in self.bundles():
            pieces = [piece for vreg in vregs for piece in self.pieces[vreg]]
            if any(self.borders(piece, spare, roomy) for piece in pieces):
                parts: dict[int, list[Piece]] = {vreg: [] for vreg in vregs}
                for piece in pieces:
                    parts[piece.vreg] += split(piece, self.borders(piece, spare, roomy))
                self.take_back(parts, spare)
                self.pieces.update(parts)

    def spare(self) -> list[int]:
        """How many registers are left at each of the crowded points."""
        changes = [0] * (len(self.crowded) + 1)
        for piece in self.candidates:
            if piece.spilled:
                first, last = self.span(piece)
                changes[first] += 1
                changes[last] -= 1
        return [gone - self.demand[point] for point, gone in zip(self.crowded, accumulate(changes), strict=False)]

    def bundles(self) -> list[list[int]]:
        """The values with something in memory, by bundle."""
        found: dict[int, list[int]] = {}
        for vreg in self.pieces:
            if self.costs.spilled[vreg]:
                found.setdefault(self.state.ranges[vreg][0].bundle.serial, []).append(vreg)
        return list(found.values())

    def borders(self, piece: Piece, spare: list[int], roomy: bytearray) -> list[int]:
        """Where to cut a piece: at heads of blocks; if it is spilled, not between two that have no register left."""
        heads = self.state.flow.block_start
        first, last = bisect_right(heads, piece.start), bisect_left(heads, piece.end)
        near = [*range(first, min(first + NEAR, last)), *range(max(first + NEAR, last - NEAR), last)]
        if not piece.spilled:
            return [heads[at] for at in near]

        def has_room(at: int) -> bool:
            """Whether the piece could come back in the block before head number `at`."""
            if first < at < last:
                return bool(roomy[at - 1])
            return self.fits(max(piece.start, heads[at - 1]), min(piece.end, heads[at]), spare)

        return [heads[at] for at in near if has_room(at) or has_room(at + 1)]

    def take_back(self, parts: dict[int, list[Piece]], spare: list[int]) -> None:
        """Choose anew for the values of one bundle."""
        costs = self.costs
        for vreg, items in parts.items():
            costs.spilled[vreg] = sum(part.spilled for part in items)
        connect(self.state, parts)
        everything = [part for items in parts.values() for part in items]
        must = {
            part: BEYOND_MEASURE for part in everything if part.spilled and not self.fits(part.start, part.end, spare)
        }
        before = [part.spilled for part in everything]
        cost = costs.total(everything)
        _settle(costs, everything, lambda part: must.get(part, 0.0))
        if costs.total(everything) >= cost:
            for part, spilled in zip(everything, before, strict=True):
                costs.spill(part, spilled)
        for part, spilled in zip(everything, before, strict=True):
            if part.spilled != spilled:
                for at in range(*self.span(part)):
                    spare[at] += part.spilled - spilled

    def fits(self, start: int, end: int, spare: list[int]) -> bool:
        """Whether there is a register to spare from one point to before another."""
        first, last = bisect_left(self.crowded, start), bisect_left(self.crowded, end)
        return all(left > 0 for left in spare[first:last])


def _merged(pieces: list[Piece]) -> list[Piece]:
    """The pieces of a value that are spilled, those that touch as one."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.spilled and found and found[-1].end == piece.start:
            found[-1].end = piece.end
        elif piece.spilled:
            found.append(piece)
    return found


def _narrow(
    order: Iterable[int], points: set[int], room: list[int], joining: list[int], leaving: list[int]
) -> list[int]:
    """The points that the one before does not imply; it does if all that is there is here, and room for the rest."""
    found: list[int] = []
    joined, left = 0, 0
    for at in order:
        joined, left = joined + joining[at], left + leaving[at]
        if at in points and (left or not found or room[at] < room[found[-1]] + joined):
            found.append(at)
            joined = left = 0
    return found


def _groups(state: State, pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces by bundle: what hangs together."""
    found: dict[int, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(state.ranges[piece.vreg][0].bundle.serial, []).append(piece)
    return list(found.values())


def _settle(costs: Costs, pieces: list[Piece], pay: Callable[[Piece], float]) -> None:
    """Spill those of a bundle's pieces for which most is paid, less what it costs."""
    best: list[bool] = []
    best_gain = -float("inf")
    for everything in (False, True):
        for piece in pieces:
            costs.spill(piece, everything)
        for _ in range(SETTLED):
            changed = False
            for piece in pieces:
                gain = pay(piece) - costs.price(piece)
                if gain and (gain > 0) != piece.spilled:
                    costs.spill(piece, gain > 0)
                    changed = True
            if not changed:
                break
        gain = sum(pay(piece) for piece in pieces if piece.spilled) - costs.total(pieces)
        if gain > best_gain:
            best, best_gain = [piece.spilled for piece in pieces], gain
    for piece, spilled in zip(pieces, best, strict=True):
        costs.spill(piece, spilled)
