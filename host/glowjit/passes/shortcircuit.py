"""Short circuits: a branch on `a and b` becomes a branch on `a`, and another on `b` where that does not settle it.

    branch (band a b), yes, no    ->    branch a, more, no;  more: branch b, yes, no

A comparison next to its branch is part of it on RV32IMC; as a bool it is an instruction, or two, and so is the `and`.
So this is done last, where nothing looks for selects any more, and only if a comparison has no other use, and all
is in the block of the branch: a condition that does not change in a loop is better one bool before it. What only the
second needs `sink` can then move. (LLVM: CodeGenPrepare, "splitBranchCondition".) Each split takes a comparison and a
logic operation and gives a branch, so code does not grow. Cost: linear.
"""

from __future__ import annotations

from glowjit.ir.core import Block, Edge, Function, Inst, Operand, Terminator, Value
from glowjit.passes.cost import COMPARES
from glowjit.passes.rewrite import use_counts


def run(function: Function) -> None:
    """Split every branch where it pays; the conditions that it leaves without users are removed."""
    uses = use_counts(function)
    gone: set[Inst] = set()
    blocks: list[Block] = []
    for block in function.blocks:
        defs = {value: inst for inst in block.insts for value in inst.results}
        pending = [block]
        while pending:
            block = pending.pop()
            condition = _splits(block, defs, uses)
            if condition is None:
                blocks.append(block)
            else:
                gone.add(condition)
                pending += [_split(block, condition), block]
    function.blocks = blocks
    if gone:
        for block in blocks:
            block.insts = [inst for inst in block.insts if inst not in gone]


def _splits(block: Block, defs: dict[Value, Inst], uses: dict[Value, int]) -> Inst | None:
    """The `and` or `or` that `block` branches on, if the branch is worth splitting."""
    if block.terminator.op != "branch":
        return None
    inst = _single(block.terminator.args[0], defs, uses)
    if inst is None or inst.op not in ("band", "bor"):
        return None
    parts = [_single(arg, defs, uses) for arg in inst.args]
    return inst if any(part and (part.op in COMPARES or part.op in ("band", "bor")) for part in parts) else None


def _single(operand: Operand, defs: dict[Value, Inst], uses: dict[Value, int]) -> Inst | None:
    """The instruction that makes an operand for this use alone."""
    return defs.get(operand) if isinstance(operand, Value) and uses[operand] == 1 else None


def _split(block: Block, condition: Inst) -> Block:
    """Let `block` branch on the first operand; the block made branches on the second."""
    first, second = condition.args
    terminator = block.terminator
    more = Block()
    more.terminator = Terminator("branch", [second], terminator.edges, terminator.loc)
    settled = terminator.edges[1 if condition.op == "band" else 0]
    onward, aside = Edge(more), Edge(settled.block, list(settled.args))
    edges = [onward, aside] if condition.op == "band" else [aside, onward]
    block.terminator = Terminator("branch", [first], edges, terminator.loc)
    return more
