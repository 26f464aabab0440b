"""Loop-invariant code motion.

Input: a function in SSA form and the names of the pure functions. Output: pure operations, loads and calls of pure
functions stand before the outermost loop in which their operands do not change. Every operation is total, so moving one
out of a condition is safe; what it costs is the question:

- what is cheap anywhere (`SPECULATE` cycles) moves out of conditions freely;
- what is dearer moves only if every turn of the loops it leaves comes past it, or if the loops are those of the kernel
  over rows and pixels, of which a turn is worth next to nothing.

A value computed before a loop occupies a register throughout it, and there are about 26. One that finds no place costs
a load at each use: as much as computing it again by one cheap instruction, and less than by two. So nothing is kept
back for fear of pressure (keeping back what one cycle computes from operands that the loop needs anyway was tried, and
made twelve shaders slower by 0.1 %) except comparisons whose users all stay: next to their branch they are free. Out of
the kernel's loops they move if they have several users, or take the place of an operand in a register.

Constants are operands, not instructions, and never move. Cost: linear, times the nesting of loops.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from glowjit.image import KERNEL
from glowjit.ir.cfg import Dominators, Loop, innermost, loops, reverse_postorder
from glowjit.ir.core import Block, Edge, Function, Inst, MemKind, MemObject, Operand, Terminator, Value
from glowjit.passes.cost import COMPARES, CYCLES
from glowjit.passes.rewrite import read_only, use_counts

SPECULATE = 8
KERNEL_DEPTH = 2  # the loops over rows and over pixels


def run(function: Function, pure: Collection[str] = ()) -> None:
    """Move what does not change in a loop before it."""
    tree = Dominators(function)
    found = loops(function, tree)
    if found:
        _Motion(function, pure, tree, found).run()


class _Motion:
    def __init__(self, function: Function, pure: Collection[str], tree: Dominators, found: list[Loop]) -> None:
        self.function = function
        self.pure = pure
        self.tree = tree
        self.inside = innermost(found)
        self.chains = {block: _chain(loop) for block, loop in self.inside.items()}
        self.written = self.writers()
        # The innermost loop that each value changes in; those that are absent change in none.
        self.home: dict[Value, Loop | None] = {
            param: loop for block, loop in self.inside.items() for param in block.params
        }
        self.leaves: dict[Inst, Loop] = {}  # what can move -> the outermost loop that it can leave

    def run(self) -> None:
        order = [block for block in reverse_postorder(self.function) if block in self.inside]
        for block in order:
            for inst in block.insts:
                self.find(inst, block, self.chains[block])
        if self.leaves:
            self.decide(order)
        if self.leaves:
            self.move(order)

    def writers(self) -> dict[int, list[Loop]]:
        """The innermost loops around the stores to each object, by its id; 0: around what stores we know not where.

        That is an impure call, and a `burn`, which takes from the fuel word of the kernel's arguments.
        """
        written: dict[int, list[Loop]] = {}
        for block, loop in self.inside.items():
            for inst in block.insts:
                if inst.op == "store":
                    written.setdefault(id(inst.target), []).append(loop)
                elif inst.op == "burn" or (inst.op == "call" and inst.target not in self.pure):
                    written.setdefault(0, []).append(loop)
        return written

    def find(self, inst: Inst, block: Block, chain: tuple[Loop, ...]) -> None:
        """Note how many of the loops around it, `chain`, `inst` has to stay in."""
        depth = len(chain)
        if self.movable(inst):
            home = self.home
            depth = max((_common_depth(home.get(arg), chain) for arg in inst.args if isinstance(arg, Value)), default=0)
            if inst.op == "load":
                depth = max(depth, self.store_depth(inst.target, chain))
            while depth < len(chain) and not self.may_leave(inst, block, chain[depth:]):
                depth += 1
            if depth < len(chain):
                self.leaves[inst] = chain[depth]
        for value in inst.results:
            self.home[value] = chain[depth - 1] if depth else None

    def movable(self, inst: Inst) -> bool:
        return inst.target in self.pure if inst.op == "call" else not inst.info.effect

    def store_depth(self, target: MemObject | str | None, chain: tuple[Loop, ...]) -> int:
        """How many loops of `chain` store to the object `target`."""
        assert isinstance(target, MemObject)
        if read_only(target):
            return 0
        writers = self.written.get(id(target), [])
        if target.kind is not MemKind.LOCAL:
            writers = writers + self.written.get(0, [])
        return max((_common_depth(loop, chain) for loop in writers), default=0)

    def may_leave(self, inst: Inst, block: Block, left: tuple[Loop, ...]) -> bool:
        """Whether `inst`, moved from `block` out of the loops `left`, is computed no more often than it was."""
        if CYCLES[inst.op] <= SPECULATE:
            return True
        if self.leaves_pixels(left[0]):
            return True
        return all(self.tree.dominates(block, latch) for loop in left for latch in loop.latches)

    def leaves_pixels(self, loop: Loop) -> bool:
        """Whether what leaves this loop leaves one of the kernel's."""
        return self.function.name == KERNEL and loop.depth <= KERNEL_DEPTH

    def decide(self, order: list[Block]) -> None:
        """Drop from `leaves` the comparisons that nothing which moves uses, and that are free where they are."""
        moving: set[Operand] = set()
        uses = use_counts(self.function)
        for block in reversed(order):
            for inst in reversed(block.insts):
                if inst in self.leaves:
                    if inst.op in COMPARES and moving.isdisjoint(inst.results) and self.is_free(inst, uses):
                        del self.leaves[inst]
                    else:
                        moving.update(inst.args)

    def is_free(self, comparison: Inst, uses: Mapping[Value, int]) -> bool:
        """Whether it costs nothing where it is: it is part of the one branch that uses it, and its operands are in
        registers for others too. What leaves the kernel's loops must be both, since its place there costs nothing."""
        shared = all(uses[arg] > 1 for arg in comparison.args if isinstance(arg, Value))
        return not self.leaves_pixels(self.leaves[comparison]) or (uses.get(comparison.results[0]) == 1 and shared)

    def move(self, order: list[Block]) -> None:
        preheaders: dict[Loop, Block] = {}
        for block in order:
            kept = []
            for inst in block.insts:
                loop = self.leaves.get(inst)
                if loop is None:
                    kept.append(inst)
                    continue
                if loop not in preheaders:
                    preheaders[loop] = loop.preheader or make_preheader(self.function, loop)
                preheaders[loop].insts.append(inst)
            block.insts = kept


def _chain(loop: Loop | None) -> tuple[Loop, ...]:
    """`loop` and those around it, outermost first."""
    chain: tuple[Loop, ...] = ()
    while loop is not None:
        chain = (loop, *chain)
        loop = loop.parent
    return chain


def _common_depth(loop: Loop | None, chain: tuple[Loop, ...]) -> int:
    """How many loops of `chain` lie around `loop`, itself included."""
    while loop is not None and (loop.depth > len(chain) or chain[loop.depth - 1] is not loop):
        loop = loop.parent
    return loop.depth if loop is not None else 0


def make_preheader(function: Function, loop: Loop) -> Block:
    """A new block on the way into `loop`, which jumps to its header."""
    header = loop.header
    block = Block(f"before_{header.name}" if header.name else "", [Value(p.type, p.name) for p in header.params])
    block.terminator = Terminator("jump", [], [Edge(header, list(block.params))])
    for source in function.blocks:
        if source not in loop:
            for edge in source.terminator.edges:
                if edge.block is header:
                    edge.block = block
    function.blocks.insert(function.blocks.index(header), block)
    return block
