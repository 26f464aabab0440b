"""Loop rotation: loops that are tested at the top become loops that are tested at the bottom.

    before: jump head                          before: head's code; branch c, body, after
    head:   code; branch c, body, after   ->   body:   ...
    body:   ...; jump head                     bottom: head's code; branch c, body, after

The header stays as the test whether to enter at all, and a copy of it ends each turn: one jump a turn less, and the
body runs in every turn, so that `licm` may move out of it what it moves out of no condition. Only where the header is
short (`MAX_SIZE` instructions), has no effects, and a latch ends in a plain jump (next to a `burn` nothing is won).
Cost: linear, and SSA construction for the values that the header defines.
"""

from __future__ import annotations

from glowjit.ir.cfg import Loop, loops
from glowjit.ir.core import Block, Function, Value
from glowjit.passes.cost import block_size
from glowjit.passes.rewrite import Copier, operand_lists, remove_unreachable
from glowjit.passes.ssa import demote, restore

MAX_SIZE = 16


def run(function: Function) -> None:
    """Rotate every loop where it pays."""
    remove_unreachable(function)
    chosen = [loop for loop in loops(function) if _pays(loop)]
    if not chosen:
        return
    objects = demote(function, _used_elsewhere(function, [loop.header for loop in chosen]))
    copied: dict[Block, Block] = {}  # what each copy is a copy of
    for loop in chosen:
        (copy,) = Copier().copy([loop.header])
        function.blocks.insert(function.blocks.index(loop.latches[-1]) + 1, copy)
        # The copy's own edges included: a header may be the latch of a loop around it, but not of its own.
        for source in function.blocks:
            if copied.get(source, source) in loop:
                for edge in source.terminator.edges:
                    if edge.block is loop.header:
                        edge.block = copy
        copied[copy] = loop.header
    restore(function, objects)


def _pays(loop: Loop) -> bool:
    """Whether the header is a test that is worth a copy."""
    header = loop.header
    return (
        header.terminator.op == "branch"
        and header not in loop.latches
        and any(edge.block not in loop for edge in header.terminator.edges)
        and any(latch.terminator.op == "jump" for latch in loop.latches)
        and block_size(header) <= MAX_SIZE
        and not any(inst.info.effect for inst in header.insts)
    )


def _used_elsewhere(function: Function, headers: list[Block]) -> list[Value]:
    """The values defined in `headers` that are used in another block."""
    owner: dict[Value, Block] = {}
    for header in headers:
        owner.update(dict.fromkeys(header.params, header))
        for inst in header.insts:
            owner.update(dict.fromkeys(inst.results, header))
    found: dict[Value, None] = {}
    for block in function.blocks:
        for args in operand_lists(block):
            for arg in args:
                if isinstance(arg, Value) and owner.get(arg, block) is not block:
                    found[arg] = None
    return list(found)
