"""If-conversion: small branches that only choose values become selects.

A branch to one or two blocks that do nothing but a few pure operations and then meet again becomes straight code. A
select is itself a branch and a move on RV32IMC, so this wins nothing by itself; it wins where the choice becomes
something better (min, max, abs, logic on bools, a mask), where it can then be hoisted, and because a register
allocator likes blocks long. So it is done where the code on both sides takes at most `MAX_CYCLES`, and choosing adds
at most `MAX_SELECTS` selects (a bool does not count: choosing one is logic). Cost: linear, for each level of nesting.
"""

from __future__ import annotations

from glowjit.ir.cfg import predecessors
from glowjit.ir.core import Block, Edge, Function, Inst, Operand, Terminator, Type, Value
from glowjit.passes.cost import CYCLES
from glowjit.passes.simplify_cfg import merge_blocks

MAX_CYCLES = 5
MAX_SELECTS = 1
MAX_ROUNDS = 4  # an if in an if in an if in an if


def run(function: Function) -> None:
    """Convert what pays, from the inside out."""
    for _ in range(MAX_ROUNDS):
        if not _convert_all(function):
            return
        merge_blocks(function)


def _convert_all(function: Function) -> bool:
    preds = {block: len(sources) for block, sources in predecessors(function).items()}
    gone: set[Block] = set()
    for block in function.blocks:
        if block not in gone and block.terminator.op == "branch":
            sides = [_side(edge, preds) for edge in block.terminator.edges]
            onward = [
                side.terminator.edges[0] if side else edge
                for side, edge in zip(sides, block.terminator.edges, strict=True)
            ]
            if onward[0].block is onward[1].block and _pays(sides, onward):
                _convert(block, sides, onward)
                preds[onward[0].block] -= 1
                gone.update(side for side in sides if side)
    function.blocks = [block for block in function.blocks if block not in gone]
    return bool(gone)


def _side(edge: Edge, preds: dict[Block, int]) -> Block | None:
    """The block that `edge` leads to, if it belongs to the branch alone and could as well be part of its block."""
    block = edge.block
    alone = preds[block] == 1 and not block.params and block.terminator.op == "jump"
    return block if alone and block.terminator.edges[0].block is not block and _pure(block) else None


def _pure(block: Block) -> bool:
    return all(inst.info.pure for inst in block.insts)


def _pays(sides: list[Block | None], onward: list[Edge]) -> bool:
    needed = sum(CYCLES[inst.op] for side in sides if side for inst in side.insts)
    choices = [a for a, b in zip(onward[0].args, onward[1].args, strict=True) if a != b]
    return needed <= MAX_CYCLES and sum(choice.type is not Type.BOOL for choice in choices) <= MAX_SELECTS


def _convert(block: Block, sides: list[Block | None], onward: list[Edge]) -> None:
    """Take the code of both sides into `block`, and choose between what they hand on."""
    branch = block.terminator
    for side in sides:
        if side:
            block.insts.extend(side.insts)
    args: list[Operand] = []
    for if_true, if_false in zip(onward[0].args, onward[1].args, strict=True):
        if if_true == if_false:
            args.append(if_true)
            continue
        chosen = Value(if_true.type)
        block.insts.append(Inst("select", [branch.args[0], if_true, if_false], [chosen], None, branch.loc))
        args.append(chosen)
    block.terminator = Terminator("jump", [], [Edge(onward[0].block, args)], branch.loc)
