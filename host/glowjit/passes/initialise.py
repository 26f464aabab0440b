"""Locals are zero where they may be read before they are written.

The meaning of the IR gives every activation of a function locals of zeros. On the machine a local is a fixed place that
holds what the last activation left there, and inlining into a loop makes one place of many activations. So, before
anything is inlined, `run(function)` stores zeros at the start of the function: into the words that some load may reach
before a store to them. After `mem2ssa` few locals are left, and of those most are written first.

A word counts as written where a store at a constant place dominates in every way (a forward analysis over bit sets).
Few words are cleared one by one, many in a loop. Cost: linear, times the turns of the analysis around loops (two).
"""

from __future__ import annotations

from glowjit.ir.cfg import predecessors, reverse_postorder
from glowjit.ir.core import Block, Const, Edge, Function, MemObject, Terminator, Type, Value
from glowjit.passes.ranges import index_range
from glowjit.passes.rewrite import ZERO, Builder, definitions

ONE_BY_ONE = 8
AT_ONCE = 8  # words in a turn of the loop


def run(function: Function) -> None:
    """Clear the words of the locals of `function` that need it."""
    for item in function.locals:
        words = _read_before_written(function, item)
        if words == 0:
            continue
        type = _type(function, item)
        if words.bit_count() <= ONE_BY_ONE:
            needed = [index for index in range(item.words) if words >> index & 1]
            _clear_words(function.blocks[0], item, needed, type)
        else:
            _clear_all(function, item, type)


def _read_before_written(function: Function, item: MemObject) -> int:
    """The words of `item` that a load may find unwritten, as a bit set."""
    everything = (1 << item.words) - 1
    preds = predecessors(function)
    order = reverse_postorder(function)
    written = dict.fromkeys(order, everything)  # at the end of each block; too much until its predecessors are known
    defs = definitions(function)
    needed = 0
    changed = True
    while changed:
        changed = False
        needed = 0
        for block in order:
            now = everything if preds[block] else 0
            for pred in preds[block]:
                now &= written.get(pred, everything)
            for inst in block.insts:
                if inst.target is item:
                    low, high = index_range(inst.args[0], defs, item.words)
                    if inst.op == "load":
                        needed |= ((1 << (high + 1)) - (1 << low)) & ~now
                    elif isinstance(inst.args[0], Const):
                        now |= 1 << low
            if now != written[block]:
                written[block] = now
                changed = True
    return needed


def _type(function: Function, item: MemObject) -> Type:
    """The type of the words: that of the first load. (A zero of one type is a zero of the others.)"""
    return next(inst.results[0].type for inst in function.insts() if inst.op == "load" and inst.target is item)


def _clear_words(block: Block, item: MemObject, words: list[int], type: Type) -> None:
    """Stores before the other instructions of `block`."""
    builder = Builder(Block())
    for index in words:
        builder.store(item, index, ZERO[type])
    block.insts[:0] = builder.block.insts


def _clear_all(function: Function, item: MemObject, type: Type) -> None:
    """A loop over all words before the function's first block."""
    start, first = function.blocks[0], Block(f"with_{item.name}")
    first.insts, first.terminator = start.insts, start.terminator
    index = Value(Type.INT)
    clear = Block(f"clear_{item.name}", [index])
    start.insts = []
    start.terminator = Terminator("jump", [], [Edge(clear, [ZERO[Type.INT]])])
    builder = Builder(clear)
    for number in range(AT_ONCE):
        builder.store(item, builder.op("add", index, number) if number else index, ZERO[type])
    following = builder.op("add", index, AT_ONCE)
    whole = item.words - item.words % AT_ONCE
    builder.branch(builder.op("lt", following, whole), Edge(clear, [following]), Edge(first))
    function.blocks[1:1] = [clear, first]
    _clear_words(first, item, list(range(whole, item.words)), type)
