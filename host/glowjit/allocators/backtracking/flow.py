"""Control flow as the phases see it: program points, how often each runs, the loops and edges around a point.

Every instruction has two points: early (even), at which uses are read, and late (odd), at which defs are written. The
head of every block has two of its own, so that a value has a place there before the first instruction. A live range is
half open: from its first point to one past its last. Moves happen on the border before an even point, the *gap* of an
instruction; they read what was there at the odd point before.

    inst n-1                    inst n
    early  late   |  gap  |  early  late
    2n-2   2n-1           |  2n     2n+1

Blocks are in reverse post-order with loops contiguous, so most values are live from one point to another with few
holes. What differs at the two ends of an edge is found from where it changes in between (`transitions`), not by asking
about every value at every edge.

Cost: O(blocks + edges * depth of nesting) to build; a question costs the depth of nesting.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from random import Random
from typing import NamedTuple, Protocol, TypeVar

from glowcore.vcode import VCode

LOOP_TURNS = 8.0  # how often a loop runs, as far as anybody knows


class Edge(NamedTuple):
    """From `block` to `succ`: the point where the first ends, that where the second starts, how often it is taken."""

    block: int
    succ: int
    end: int
    start: int
    frequency: float


class Span(Protocol):
    """Something of a value from one point to before another: a range, or a piece of one."""

    start: int
    end: int


S = TypeVar("S", bound=Span)


class Flow:
    """Where instructions and blocks lie on the line of program points, and what is around them."""

    def __init__(self, vcode: VCode) -> None:
        self.vcode = vcode
        self.block_start = [2 * (vcode.block_start[block] + block) for block in range(vcode.num_blocks + 1)]
        self._block = array("H")  # of every pair of points
        for block in range(vcode.num_blocks):
            self._block.extend([block] * (vcode.block_start[block + 1] - vcode.block_start[block] + 1))
        self._heads = frozenset(self.block_start)
        self._header, self._above = _nesting(vcode)
        self.frequency = self._frequencies()
        self.borders = sorted(
            {self.block_start[at] for block, end in enumerate(vcode.loop_end) if end for at in (block, end)}
        )
        self.edges = [
            Edge(block, succ, self.block_start[block + 1], self.block_start[succ], self._taken(block, succ))
            for block in range(vcode.num_blocks)
            for succ in self.succs(block)
        ]
        # By block, the edges that a change of place there may matter to.
        self._spanning: list[list[int]] = [[] for _ in range(vcode.num_blocks)]
        for index, edge in enumerate(self.edges):
            first, last = sorted((edge.block, edge.succ))
            for block in range(first if edge.succ <= edge.block else first + 1, last + 1):
                self._spanning[block].append(index)

    @property
    def bytes(self) -> int:
        """What it takes in arrays: 16-bit indices, points and frequencies of 32 bits."""
        blocks, spanning = len(self.frequency), sum(map(len, self._spanning))
        return 2 * len(self._block) + blocks * (4 + 4 + 2) + len(self.edges) * (2 + 2 + 4) + 2 * spanning

    # -- points ------------------------------------------------------------------------------------------------------

    def of(self, inst: int, block: int) -> int:
        """The early point of an instruction."""
        return 2 * (inst + block + 1)

    def block(self, point: int) -> int:
        """The block of a point; one past the last is in the last."""
        return self._block[point >> 1] if point < self.block_start[-1] else len(self.frequency) - 1

    def inst(self, point: int) -> int:
        """The instruction at a point; for a block's head, its first one."""
        block = self.block(point)
        return max(point // 2 - block - 1, int(self.vcode.block_start[block]))

    def is_head(self, point: int) -> bool:
        """Whether a block begins at a point, or the last one ends there."""
        return point in self._heads

    def often(self, point: int) -> float:
        """How often a point is likely to be passed."""
        return self.frequency[self.block(point)]

    # -- loops -------------------------------------------------------------------------------------------------------

    def loops(self, point: int) -> list[tuple[int, int]]:
        """Where the loops around a point start and end, the outermost first."""
        found = []
        header = self._header[self.block(point)]
        while header >= 0:
            found.append((self.block_start[header], self.block_start[self.vcode.loop_end[header]]))
            header = self._above[header]
        return found[::-1]

    def cost(self, point: int) -> float:
        """How often the moves run that a change of place at a point makes.

        At a point in one arm of a branch, the other arm's way to the join has one too: only loops count.
        """
        block = self.block(point)
        depth = self.vcode.loop_depth[block]
        if point == self.block_start[block] and self.vcode.loop_end[block]:
            depth -= 1
        return float(LOOP_TURNS**depth)

    def cheapest(self, low: int, high: int, latest: bool, choose: Random | None = None) -> int:
        """The even point of low..high (itself possibly odd) where a move costs least, the latest or earliest such.

        `choose` takes any that might be the one.
        """
        first, last = low + 1 & ~1, high & ~1
        candidates = {first, last}
        begin, end = bisect_left(self.block_start, first), bisect_right(self.block_start, last)
        for border in self.block_start[begin:end]:
            candidates.add(border)
            if border + 2 <= last:
                candidates.add(border + 2)  # the first gap inside the block
            if border - 2 >= first:
                candidates.add(border - 2)  # the last gap of the block before
        if choose:
            return choose.choice(sorted(candidates))
        return min(candidates, key=lambda point: (self.cost(point), -point if latest else point))

    # -- edges -------------------------------------------------------------------------------------------------------

    def succs(self, block: int) -> array[int]:
        """The successors of a block."""
        found: array[int] = self.vcode.succs[self.vcode.succ_start[block] : self.vcode.succ_start[block + 1]]
        return found

    def transitions(self, items: list[S], defined: int) -> Iterator[tuple[Edge, S, S]]:
        """The edges at whose ends different ones of a value's items lie, in order, with these items.

        The items are disjoint and in order; the value exists from point `defined` on, and at a header that defines it
        nothing comes in.
        """
        seen = set()
        for item in items[1:]:
            for index in self._spanning[self.block(item.start)]:
                edge = self.edges[index]
                if edge.start < edge.end:
                    matters = edge.start < item.start < edge.end
                else:
                    matters = edge.end <= item.start <= edge.start
                if matters and edge.start != defined:
                    seen.add(index)
        for index in sorted(seen):
            edge = self.edges[index]
            before, after = item_at(items, edge.end - 1), item_at(items, edge.start)
            if before is not None and after is not None and before is not after:
                yield edge, before, after

    # -- frequencies -------------------------------------------------------------------------------------------------

    def _frequencies(self) -> list[float]:
        """An estimate for every block: both ways of a branch are as likely, every loop turns `LOOP_TURNS` times.

        Blocks come in reverse post-order, so one pass over the forward edges does; what leaves a loop shares what
        entered.
        """
        vcode = self.vcode
        flow = [0.0] * vcode.num_blocks
        flow[0] = 1.0
        exits: dict[int, int] = {}
        for block in range(vcode.num_blocks):
            for succ in self.succs(block):
                for header in self._left(block, succ):
                    exits[header] = exits.get(header, 0) + 1
        entered = {}
        for block in range(vcode.num_blocks):
            if vcode.loop_end[block]:
                entered[block] = flow[block]
            inside = [succ for succ in self.succs(block) if not self._left(block, succ)]
            for succ in self.succs(block):
                left = self._left(block, succ)
                if left:
                    flow[succ] += entered[left[-1]] / exits[left[-1]]
                elif succ > block:
                    flow[succ] += flow[block] / len(inside)
        return [flow[block] * LOOP_TURNS ** vcode.loop_depth[block] for block in range(vcode.num_blocks)]

    def _left(self, block: int, succ: int) -> list[int]:
        """The headers of the loops around `block` that an edge to `succ` leaves, the innermost first."""
        found = []
        header = self._header[block]
        while header >= 0 and not header <= succ < self.vcode.loop_end[header]:
            found.append(header)
            header = self._above[header]
        return found

    def _taken(self, block: int, succ: int) -> float:
        return min(self.frequency[block], self.frequency[succ])


def item_at(items: list[S], point: int) -> S | None:
    """The one of a value's items that covers a point, if any does."""
    at = bisect_right(items, point, key=_start) - 1
    return items[at] if at >= 0 and point < items[at].end else None


def _start(item: Span) -> int:
    return item.start


def _nesting(vcode: VCode) -> tuple[list[int], dict[int, int]]:
    """Per block the header of the innermost loop around it, and per header that of the loop around its own; or -1."""
    found = []
    above = {}
    around = [-1]
    for block in range(vcode.num_blocks):
        while around[-1] >= 0 and vcode.loop_end[around[-1]] <= block:
            around.pop()
        if vcode.loop_end[block]:
            above[block] = around[-1]
            around.append(block)
        found.append(around[-1])
    return found, above
