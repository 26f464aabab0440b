"""Control flow of one function: orders, predecessors, dominators, natural loops.

Input: a `Function` whose terminators name blocks of that function. Output: plain lists and dicts in an order that
depends on the function alone. Nothing is cached and nothing is changed; ask again after changing the graph. Blocks
that the entry does not reach appear in `predecessors` only. Everything is iterative (functions of thousands of nested
blocks are fine). Cost: linear in blocks and edges, times nesting depth for loops; for dominators, times the depth of
the tree where many edges meet.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from glowjit.ir.core import Block, Function


def predecessors(function: Function) -> dict[Block, list[Block]]:
    """Every block of the function -> the sources of its incoming edges, in block order.

    One entry per edge: a branch whose two edges meet in the same block counts twice, so a list of length 1 means that
    block parameters have one possible value.
    """
    result: dict[Block, list[Block]] = {block: [] for block in function.blocks}
    for block in function.blocks:
        for edge in block.terminator.edges:
            result[edge.block].append(block)
    return result


def postorder(function: Function) -> list[Block]:
    """The reachable blocks in the order in which a depth-first walk leaves them.

    Successors are walked last first, so that in the reverse the true side of a branch precedes the false side.
    """
    order: list[Block] = []
    if not function.blocks:
        return order
    entry = function.blocks[0]
    seen = {entry}
    stack = [(entry, [edge.block for edge in entry.terminator.edges])]
    while stack:
        block, pending = stack[-1]
        while pending and pending[-1] in seen:
            pending.pop()
        if not pending:
            order.append(block)
            stack.pop()
            continue
        following = pending.pop()
        seen.add(following)
        stack.append((following, [edge.block for edge in following.terminator.edges]))
    return order


def reverse_postorder(function: Function) -> list[Block]:
    """The reachable blocks, entry first, each before its successors but for back edges, loops in one piece.

    A depth-first order may put a block behind the loop between two blocks of the loop. So blocks are sorted by the
    path (outermost header, ..., innermost header, block) of their positions in the depth-first order. In a reducible
    graph that keeps the order topological: an edge into a loop enters at its header, which lies on every path.
    """
    order = postorder(function)[::-1]
    index = {block: position for position, block in enumerate(order)}
    around = _headers_around([[index[following] for following in block.successors()] for block in order])
    return [order[position] for position in sorted(range(len(order)), key=lambda at: (*around[at], at))]


def _headers_around(successors: list[list[int]]) -> list[tuple[int, ...]]:
    """For each block of a depth-first order, given by what follows each, the headers of the loops that it is in,
    outermost first. Of a cycle that is entered at two blocks the way back leads past the header, to the entry."""
    preds: list[list[int]] = [[] for _ in successors]
    latches: dict[int, list[int]] = {}
    for block, following in enumerate(successors):
        for target in following:
            preds[target].append(block)
            if target <= block:
                latches.setdefault(target, []).append(block)
    around: list[tuple[int, ...]] = [()] * len(successors)
    for header in sorted(latches):
        members, pending = {header}, latches[header]
        while pending:
            block = pending.pop()
            if block not in members:
                members.add(block)
                pending += preds[block]
        if min(members) == header:
            path = (*around[header], header)
            for block in members:
                around[block] = path
    return around


class Dominators:
    """The dominator tree of the reachable blocks.

    `order` is a reverse post-order, `index` each block's place in it, `idom` its immediate dominator (None for the
    entry). Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm" (2001).
    """

    def __init__(self, function: Function) -> None:
        self.order = postorder(function)[::-1]
        self.index = {block: position for position, block in enumerate(self.order)}
        self._preds: list[list[int]] = [[] for _ in self.order]
        for position, block in enumerate(self.order):
            for following in block.successors():
                self._preds[self.index[following]].append(position)
        parents = self._immediate()
        self.idom: dict[Block, Block | None] = {
            block: self.order[parents[position]] if position else None for position, block in enumerate(self.order)
        }
        self._children: dict[Block, list[Block]] = {block: [] for block in self.order}
        for block in self.order[1:]:
            self._children[self.order[parents[self.index[block]]]].append(block)
        self._interval = self._number()
        self._frontiers: dict[Block, list[Block]] | None = None

    def _immediate(self) -> list[int]:
        idom = [-1] * len(self.order)
        if idom:
            idom[0] = 0
        changed = True
        while changed:
            changed = False
            for position in range(1, len(self.order)):
                best = -1
                for pred in self._preds[position]:
                    if idom[pred] >= 0:
                        best = pred if best < 0 else _common(idom, pred, best)
                if best != idom[position]:
                    idom[position] = best
                    changed = True
        return idom

    def _number(self) -> dict[Block, tuple[int, int]]:
        """Each block's (first, last) number of its subtree in pre-order: dominance is containment."""
        size = dict.fromkeys(self.order, 1)
        for block in reversed(self.order):
            parent = self.idom[block]
            if parent is not None:
                size[parent] += size[block]
        first: dict[Block, int] = {}
        following = 0
        stack = self.order[:1]
        while stack:
            block = stack.pop()
            first[block] = following
            following += 1
            stack.extend(reversed(self._children[block]))
        return {block: (first[block], first[block] + size[block] - 1) for block in self.order}

    def reachable(self, block: Block) -> bool:
        return block in self.index

    def dominates(self, a: Block, b: Block) -> bool:
        """Whether every path from the entry to `b` passes `a`; a block dominates itself. Both must be reachable."""
        first, last = self._interval[a]
        return first <= self._interval[b][0] <= last

    def children(self, block: Block) -> list[Block]:
        """The blocks whose immediate dominator is `block`, in reverse post-order."""
        return self._children[block]

    def frontier(self, block: Block) -> list[Block]:
        """Where the dominance of `block` ends: blocks it does not strictly dominate, with a predecessor it does."""
        if self._frontiers is None:
            self._frontiers = self._all_frontiers()
        return self._frontiers[block]

    def _all_frontiers(self) -> dict[Block, list[Block]]:
        frontiers: dict[Block, dict[Block, None]] = {block: {} for block in self.order}
        for position, block in enumerate(self.order):
            # The entry has no predecessors; a single one is the immediate dominator, and the walk ends at once.
            for pred in self._preds[position]:
                runner: Block | None = self.order[pred]
                while runner is not None and runner is not self.idom[block]:
                    frontiers[runner][block] = None
                    runner = self.idom[runner]
        return {block: list(found) for block, found in frontiers.items()}


def _common(idom: list[int], a: int, b: int) -> int:
    """The nearest common ancestor in the tree so far; an ancestor has the lower number."""
    while a != b:
        if a > b:
            a = idom[a]
        else:
            b = idom[b]
    return a


@dataclass(eq=False, slots=True)
class Loop:
    """A natural loop: every way in passes `header`; back edges to the same header make one loop.

    `blocks` are in reverse post-order, header first; `latches` are the sources of the back edges; `exits` the edges
    (block inside, block outside) that leave; `depth` is 1 for an outermost loop; `preheader` is the one block outside
    that jumps to the header and nowhere else, or None.
    """

    header: Block
    blocks: list[Block]
    latches: list[Block]
    exits: list[tuple[Block, Block]]
    preheader: Block | None
    parent: Loop | None = None
    depth: int = 1
    members: frozenset[Block] = field(default_factory=frozenset, repr=False)

    def __contains__(self, block: Block) -> bool:
        return block in self.members


def loops(function: Function, dominators: Dominators | None = None) -> list[Loop]:
    """The natural loops, by header in reverse post-order: an outer loop precedes those inside it.

    A cycle that can be entered at two blocks (no GLSL makes one) is not a natural loop and is not listed.
    """
    tree = dominators or Dominators(function)
    preds: dict[Block, list[Block]] = {block: [] for block in tree.order}
    for block in tree.order:
        for following in dict.fromkeys(block.successors()):
            preds[following].append(block)
    found: list[Loop] = []
    for header in tree.order:
        latches = [block for block in preds[header] if tree.dominates(header, block)]
        if latches:
            found.append(_natural_loop(header, latches, preds, tree))
    _nest(found)
    return found


def _natural_loop(header: Block, latches: list[Block], preds: dict[Block, list[Block]], tree: Dominators) -> Loop:
    members = {header}
    pending = list(latches)
    while pending:
        block = pending.pop()
        if block not in members:
            members.add(block)
            pending.extend(preds[block])
    blocks = sorted(members, key=tree.index.__getitem__)
    exits = [(block, out) for block in blocks for out in dict.fromkeys(block.successors()) if out not in members]
    entering = [block for block in preds[header] if block not in members]
    preheader = entering[0] if len(entering) == 1 and len(entering[0].terminator.edges) == 1 else None
    return Loop(header, blocks, latches, exits, preheader, members=frozenset(members))


def _nest(found: list[Loop]) -> None:
    """Set parent and depth. An outer loop comes first, so the last loop seen around a header is the nearest."""
    inside: dict[Block, Loop] = {}
    for loop in found:
        loop.parent = inside.get(loop.header)
        loop.depth = loop.parent.depth + 1 if loop.parent else 1
        for block in loop.blocks:
            inside[block] = loop


def innermost(found: list[Loop]) -> dict[Block, Loop]:
    """Each block that lies in a loop -> the innermost one, for the loops that `loops` returned."""
    return {block: loop for loop in found for block in loop.blocks}
