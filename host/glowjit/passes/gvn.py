"""Global value numbering.

Input: a function in SSA form, and the names of the pure functions. Output: the same function where no pure operation,
load of read-only words or call of a pure function is computed again in a block that the first computation dominates
(operands of commutative operations in either order); and where, in the blocks that one side of a branch dominates, the
branch's condition is the constant it must be there, and so is an int that the condition says equals a constant.
What is no longer used is left to `dce`.

Where x * C is known and x + D is used for (x + D) * C alone, that is the known product plus a constant (LLVM:
"straight-line strength reduction"): what a hash makes of neighbouring cells of a lattice.

One walk over the blocks, dominators before the dominated (Briggs, Cooper, Simpson: "Value Numbering", 1997, the
dominator-based technique). Cost: linear, times the computations of the same value in different branches.
"""

from __future__ import annotations

from collections.abc import Collection

from glowjit.ir.cfg import Dominators, predecessors
from glowjit.ir.core import Block, Const, Function, Inst, MemObject, Operand, Type, Value, const_bool, const_int
from glowjit.ir.ops import OPS
from glowjit.passes.rewrite import keep_in_range, read_only, remove_unreachable, resolve, substitute, use_counts

Key = tuple[object, ...]


def run(function: Function, pure: Collection[str] = ()) -> None:
    """Number the values of `function`."""
    remove_unreachable(function)
    _Numbering(function, pure).run()


class _Numbering:
    def __init__(self, function: Function, pure: Collection[str]) -> None:
        self.function = function
        self.pure = pure
        self.tree = Dominators(function)
        self.preds = predecessors(function)
        self.replacement: dict[Value, Operand] = {}
        self.numbers: dict[Value, int] = {}
        self.leaders: dict[Key, list[tuple[Block, list[Value]]]] = {}
        # What is known of a value in the blocks that one block dominates.
        self.facts: dict[Value, list[tuple[Block, Const]]] = {}
        self.compares: dict[Value, Inst] = {}
        self.uses = use_counts(function)
        self.offsets: dict[Value, Inst] = {}  # sums of a value and a constant
        self.products: dict[tuple[Value, Const], list[tuple[Block, Value, int]]] = {}  # of a value plus an offset

    def run(self) -> None:
        for block in self.tree.order:
            self.learn(block)
            kept = []
            for inst in block.insts:
                self.rename(block, inst.args)
                if inst.target is not None:
                    keep_in_range(inst)
                if not self.redundant(block, inst):
                    kept.append(inst)
            block.insts = kept
            self.rename(block, block.terminator.args)
            for edge in block.terminator.edges:
                self.rename(block, edge.args)
        substitute(self.function.blocks, self.replacement)

    def rename(self, block: Block, args: list[Operand]) -> None:
        """Put in place of each operand the value that stands for it in `block`."""
        replacement, facts = self.replacement, self.facts
        for index, arg in enumerate(args):
            if arg.__class__ is not Value:
                continue
            if arg in replacement:
                args[index] = arg = resolve(replacement, arg)
            if arg in facts:
                for where, known in facts[arg]:  # type: ignore[index]
                    if self.tree.dominates(where, block):
                        args[index] = known
                        break

    def redundant(self, block: Block, inst: Inst) -> bool:
        """Whether the results of `inst` are computed already; if so they are replaced."""
        if inst.op == "mul":
            self.reduce(block, inst)
        key = self.key(inst)
        if key is None:
            return False
        entries = self.leaders.setdefault(key, [])
        for where, values in entries:
            if where is block or self.tree.dominates(where, block):
                self.replacement.update(zip(inst.results, values, strict=True))
                return True
        entries.append((block, inst.results))
        if inst.op in ("eq", "ne", "feq", "fne"):
            self.compares[inst.results[0]] = inst
        elif inst.op == "add" and isinstance(inst.args[1], Const):
            self.offsets[inst.results[0]] = inst
        return False

    def reduce(self, block: Block, inst: Inst) -> None:
        """Make a sum of a product of a value and a constant, if that of another offset is known."""
        value, factor = inst.args
        if not isinstance(value, Value) or not isinstance(factor, Const):
            return
        base, offset = value, 0
        if value in self.offsets and self.uses[value] == 1:
            summand, constant = self.offsets[value].args
            if isinstance(summand, Value) and isinstance(constant, Const):
                base, offset = summand, int(constant.value)
        products = self.products.setdefault((base, factor), [])
        for where, product, other in products:
            if offset and other != offset and (where is block or self.tree.dominates(where, block)):
                inst.op, inst.args = "add", [product, const_int((offset - other) * int(factor.value))]
                return
        products.append((block, inst.results[0], offset))

    def key(self, inst: Inst) -> Key | None:
        """Equal for instructions that compute the same; None if `inst` must be left alone."""
        op = inst.op
        info = OPS[op]
        if info.pure:
            args = [self.name(arg) for arg in inst.args]
            if info.commutative and args[1] < args[0]:  # type: ignore[operator]
                args.reverse()
            return (op, *args)
        if op == "load" and isinstance(inst.target, MemObject) and read_only(inst.target):
            return (op, id(inst.target), inst.results[0].type, self.name(inst.args[0]))
        if op == "call" and inst.target in self.pure:
            return (op, inst.target, *map(self.name, inst.args))
        return None

    def name(self, operand: Operand) -> tuple[str, float]:
        """A name of an operand that can be ordered and does not depend on where it is in memory."""
        if operand.__class__ is Const:
            return (operand.value.__class__.__name__, operand.value)  # type: ignore[union-attr]
        return ("", self.numbers.setdefault(operand, len(self.numbers)))  # type: ignore[arg-type]

    def learn(self, block: Block) -> None:
        """Note what the only branch that leads to `block` says about it."""
        preds = self.preds[block]
        if len(preds) != 1 or preds[0].terminator.op != "branch":
            return
        branch = preds[0].terminator
        condition = branch.args[0]
        if isinstance(condition, Const) or branch.edges[0].block is branch.edges[1].block:
            return
        holds = branch.edges[0].block is block
        self.facts.setdefault(condition, []).append((block, const_bool(holds)))
        compare = self.compares.get(condition)
        if compare is None or compare.op not in (("eq", "feq") if holds else ("ne", "fne")):
            return
        value, known = compare.args
        if isinstance(value, Const):
            value, known = known, value
        if isinstance(value, Value) and isinstance(known, Const) and known.type is not Type.BOOL:
            self.facts.setdefault(value, []).append((block, known))
