"""Code sinking: a computation moves into the side of a branch that alone uses it.

Input: a function in SSA form and the names of the pure functions. Output: the same function where a pure operation, a
load of read-only words or a call of a pure function whose users all lie behind one side of a branch stands at the
beginning of that side; and where nothing is computed in a loop that is used behind it alone. What one edge of a branch
hands on, and nothing else uses, moves to the edge, which gets a block for it.

The place is the last block that dominates all users and lies in no loop that the operation did not lie in (Click:
"Global Code Motion, Global Value Numbering", 1995, "schedule late"), or the head of the branch's side that this block
belongs to. It moves only if that place is entered less often: what would merely come later stays, since its operands
would live longer. Nothing is copied. Cost: linear, times the depth of the dominator tree between a value and its users.
"""

from __future__ import annotations

from collections.abc import Collection

from glowjit.ir.cfg import Dominators, Loop, innermost, loops, predecessors
from glowjit.ir.core import Block, Function, Inst, MemObject, Operand, Value
from glowjit.passes.cost import inst_cycles
from glowjit.passes.rewrite import definitions, insert_after, read_only, remove_unreachable, split_edge, use_counts

MIN_EDGE_CYCLES = 3  # what an edge gets a block for: it may cost a jump


def run(function: Function, pure: Collection[str] = ()) -> None:
    """Move what can be spared to where it is needed."""
    if len(function.blocks) > 1:
        remove_unreachable(function)
        _split_edges(function, pure)
        _Sinking(function, pure).run()


def _movable(inst: Inst, pure: Collection[str]) -> bool:
    if inst.op == "call":
        return inst.target in pure
    if inst.op == "load":
        return isinstance(inst.target, MemObject) and read_only(inst.target)
    return inst.info.pure


def _split_edges(function: Function, pure: Collection[str]) -> None:
    """Give blocks to the edges of branches that alone use what is worth moving there."""
    defs, uses = definitions(function), use_counts(function)
    preds = predecessors(function)
    latches = {(latch, loop.header) for loop in loops(function) for latch in loop.latches}
    made: list[tuple[Block, Block]] = []
    for block in function.blocks:
        if block.terminator.op != "branch":
            continue
        for edge in block.terminator.edges:
            if len(preds[edge.block]) > 1 and (block, edge.block) not in latches:
                own = {arg: defs[arg] for arg in edge.args if isinstance(arg, Value) and arg in defs}
                alone = [inst for arg, inst in own.items() if uses[arg] == edge.args.count(arg)]
                if sum(inst_cycles(inst) for inst in alone if _movable(inst, pure)) >= MIN_EDGE_CYCLES:
                    made.append((block, split_edge(edge, block.terminator.loc)))
    insert_after(function, made)


class _Sinking:
    def __init__(self, function: Function, pure: Collection[str]) -> None:
        self.pure = pure
        self.tree = Dominators(function)
        self.preds = predecessors(function)
        self.inside = innermost(loops(function, self.tree))
        self.latest: dict[Value, Block] = {}  # the last block that dominates all users seen so far

    def run(self) -> None:
        """Users before what they use: blocks backwards, and instructions backwards."""
        for block in reversed(self.tree.order):
            for edge in block.terminator.edges:
                self.note(edge.args, block)
            self.note(block.terminator.args, block)
        moved: dict[Block, list[Inst]] = {}
        for block in reversed(self.tree.order):
            kept = []
            for inst in reversed(block.insts):
                place = self.place(inst, block)
                if place is None:
                    kept.append(inst)
                else:
                    moved.setdefault(place, []).append(inst)
                self.note(inst.args, place or block)
            block.insts = kept[::-1]
        for place, insts in moved.items():
            place.insts[:0] = reversed(insts)

    def note(self, args: list[Operand], block: Block) -> None:
        """That `args` are used in `block`."""
        for arg in args:
            if isinstance(arg, Value):
                known = self.latest.get(arg)
                self.latest[arg] = block if known is None else self.common(known, block)

    def common(self, a: Block, b: Block) -> Block:
        """The nearest block that dominates both."""
        while not self.tree.dominates(a, b):
            above = self.tree.idom[a]
            assert above is not None
            a = above
        return a

    def place(self, inst: Inst, block: Block) -> Block | None:
        """The block that `inst` moves to from `block`, if it does."""
        if not inst.results or not _movable(inst, self.pure):
            return None
        found: Block | None = None
        for value in inst.results:
            if value in self.latest:
                found = self.latest[value] if found is None else self.common(found, self.latest[value])
        while found is not None and found is not block and not self.gains(found, block):
            found = self.tree.idom[found]
        return None if found is block else found

    def gains(self, place: Block, block: Block) -> bool:
        """Whether `place`, dominated by `block`, is entered less often, and the head of what is."""
        loop, around = self.inside.get(block), self.inside.get(place)
        if around is not loop:
            return _contains(around, loop)
        (source, *others) = self.preds[place]
        return not others and source.terminator.op == "branch" and self.inside.get(source) is around


def _contains(outer: Loop | None, inner: Loop | None) -> bool:
    """Whether `outer`, None being the whole function, lies around `inner`."""
    while inner is not outer and inner is not None:
        inner = inner.parent
    return inner is outer
