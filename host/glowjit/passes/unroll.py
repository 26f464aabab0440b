"""Full unrolling of short loops.

A loop with a provable trip count (`trips`) of at most `MAX_TRIPS` is replaced by that many copies of its body, if the
copies come to at most so many machine instructions:

- `MAX_SIZE` in general: the counter becomes a constant, the test goes, and the turns share what they compute alike;
- `MAX_INDEXED_SIZE` where the body indexes a local array: then every index is a constant and the array can become
  values;
- `MAX_FROZEN_SIZE` where 1/`FROZEN_SHARE` of the body, by cycles, depends on the counter and otherwise on nothing that
  changes from pixel to pixel (wandering balls, rotating octaves): with the counter a constant, `licm` can take that
  out of the loop over pixels.

In the kernel only loops within a pixel count. Inner loops first; a function grows by at most `MAX_GROWTH`. Each copy is
one peeled turn; `simplify` finds that the loop behind the last copy is never reached. Run `fuel` before: a loop with a
burn is left alone. Cost: linear in the code made, and SSA construction for what the loop defines and the code after it
uses.
"""

from __future__ import annotations

from glowjit.image import KERNEL
from glowjit.ir.cfg import Loop
from glowjit.ir.core import Block, Const, Function, MemKind, MemObject, Operand, Value
from glowjit.passes.cost import CYCLES, block_size
from glowjit.passes.licm import KERNEL_DEPTH
from glowjit.passes.rewrite import Copier, operand_lists, remove_unreachable
from glowjit.passes.ssa import demote, restore
from glowjit.passes.trips import TripCounter

MAX_TRIPS = 32
MAX_SIZE = 320
MAX_INDEXED_SIZE = 512
MAX_FROZEN_SIZE = 1500
FROZEN_SHARE = 4
MAX_GROWTH = 2500


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
        limit = min(_limit(function, loop, counter), room)
        if size > limit:
            continue
        trips = counter.count(loop, min(MAX_TRIPS, limit // size) + 1)
        if trips is not None and (trips - 1) * size <= limit:
            return loop, trips, (trips - 1) * size
    return None


def _limit(function: Function, loop: Loop, counter: TripCounter) -> int:
    """How large the copies of `loop` may be together."""
    if function.name == KERNEL:
        if loop.depth <= KERNEL_DEPTH:
            return 0
        if _is_frozen(loop, counter):
            return MAX_FROZEN_SIZE
    return MAX_INDEXED_SIZE if _indexes_local(loop) else MAX_SIZE


def _is_frozen(loop: Loop, counter: TripCounter) -> bool:
    """Whether a good part of `loop` depends only on its counters and on what is the same for all pixels."""
    pixels = loop
    while pixels.depth > KERNEL_DEPTH and pixels.parent:
        pixels = pixels.parent
    varying: set[Operand] = set()
    frozen = 0
    for block in counter.tree.order:
        if block not in pixels:
            continue
        for param in block.params:
            if block is not loop.header or counter.recurrence(param, loop) is None:
                varying.add(param)
        for inst in block.insts:
            if not inst.info.pure or not varying.isdisjoint(inst.args):
                varying.update(inst.results)
            elif block in loop:
                frozen += CYCLES[inst.op]
    total = sum(CYCLES[inst.op] for block in loop.blocks for inst in block.insts)
    return frozen * FROZEN_SHARE >= total


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
