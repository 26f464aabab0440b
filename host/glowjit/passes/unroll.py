"""Full unrolling of short loops.

A loop with a provable trip count (`trips`) of at most `MAX_TRIPS` is replaced by that many copies of its body, if they
come to at most `MAX_SIZE` machine instructions, or `MAX_INDEXED_SIZE` where the body indexes a local array by
what it counts: then every index becomes a constant and the array can become values. Inner loops first; a function grows
by at most `MAX_GROWTH`. Each copy is one peeled turn; `simplify` and `simplify_cfg` find that the loop behind the last
copy is never reached. Run `fuel` before: a burn in the body would be copied with it.
Cost: linear in the code made, and SSA construction for what the loop defines and the code after it uses.
"""

from __future__ import annotations

from glowjit.ir.cfg import Loop
from glowjit.ir.core import Block, Const, Function, MemKind, MemObject, Value
from glowjit.passes.cost import block_size
from glowjit.passes.rewrite import Copier, operand_lists, remove_unreachable
from glowjit.passes.ssa import demote, restore
from glowjit.passes.trips import TripCounter

MAX_TRIPS = 32
MAX_SIZE = 96
MAX_INDEXED_SIZE = 512
MAX_GROWTH = 1500


def run(function: Function) -> None:
    """Unroll the loops of `function` that are short enough."""
    remove_unreachable(function)
    grown = 0
    done: set[Block] = set()
    while True:
        found = _next(function, done, MAX_GROWTH - grown)
        if found is None:
            return
        loop, trips, size = found
        done.add(loop.header)
        grown += size
        _unroll(function, loop, trips)


def _next(function: Function, done: set[Block], room: int) -> tuple[Loop, int, int] | None:
    """The innermost loop that is worth unrolling, its trip count, and the size of the copies."""
    counter = TripCounter(function)
    for loop in reversed(counter.loops):
        if loop.header in done or any(inst.op == "burn" for block in loop.blocks for inst in block.insts):
            continue
        size = sum(map(block_size, loop.blocks))
        limit = min(MAX_INDEXED_SIZE if _indexes_local(loop) else MAX_SIZE, room)
        if size > limit:
            continue
        trips = counter.count(loop, min(MAX_TRIPS, limit // size) + 1)
        if trips is not None and (trips - 1) * size <= limit:
            return loop, trips, (trips - 1) * size
    return None


def _indexes_local(loop: Loop) -> bool:
    """Whether the loop accesses a local at places computed at run time."""
    return any(
        isinstance(inst.target, MemObject) and inst.target.kind is MemKind.LOCAL and not isinstance(inst.args[0], Const)
        for block in loop.blocks
        for inst in block.insts
    )


def _unroll(function: Function, loop: Loop, trips: int) -> None:
    """Put `trips` copies of the loop before it."""
    objects = demote(function, _used_after(function, loop))
    entering = [
        edge
        for block in function.blocks
        if block not in loop
        for edge in block.terminator.edges
        if edge.block is loop.header
    ]
    place = function.blocks.index(loop.header)
    for _ in range(trips):
        copier = Copier()
        copies = copier.copy(loop.blocks)
        header = copier.blocks[loop.header]
        for edge in entering:
            edge.block = header
        entering = [edge for copy in copies for edge in copy.terminator.edges if edge.block is header]
        function.blocks[place:place] = copies
        place += len(copies)
    for edge in entering:
        edge.block = loop.header
    restore(function, objects)


def _used_after(function: Function, loop: Loop) -> list[Value]:
    """The values defined in the loop that are used outside."""
    defined = {value for block in loop.blocks for inst in block.insts for value in inst.results}
    defined.update(param for block in loop.blocks for param in block.params)
    found: dict[Value, None] = {}
    for block in function.blocks:
        if block not in loop:
            for args in operand_lists(block):
                found.update((arg, None) for arg in args if isinstance(arg, Value) and arg in defined)
    return list(found)
