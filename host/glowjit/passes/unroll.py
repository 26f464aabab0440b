"""Full unrolling of short loops.

A loop with a provable trip count (`trips`) of at most `MAX_TRIPS` is replaced by that many copies of its body.

`run(function)` does so if the copies come to at most `MAX_SIZE` machine instructions: the test goes, the counter
becomes a constant and the turns share what they compute alike. Where the body indexes a local array it is
`MAX_INDEXED_SIZE`: then every index is a constant and the array can become values. In the kernel only loops within a
pixel count.
`run_library(function)` has `MAX_LIBRARY_SIZE` for all but the kernel: what is in a function of its own after `q32` is
mostly the math library's, which was written as it is for good reasons.

`run_frozen(function, pure)` is for the kernel: it unrolls loops within a pixel of which 1/`FROZEN_SHARE`, by cycles,
depends on the counter and otherwise on nothing that changes from pixel to pixel (wandering balls, rotating octaves), if
the copies come to at most `MAX_FROZEN_SIZE`. With the counter a constant, `licm` can compute that once a frame. It runs
while the math library's functions are still calls, so that what is computed once a frame stays small.

Inner loops first; a function grows by at most `MAX_GROWTH`. What would come after the last turn is `unreachable`, which
makes its exit unconditional for `simplify_cfg`. Run `fuel` before: a loop with a burn is left alone. Cost: linear in
the code made, for each level of nesting, and SSA construction for what the loops define and the code after them uses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from glowjit.image import KERNEL
from glowjit.ir.cfg import Loop
from glowjit.ir.core import Block, Const, Edge, Function, MemKind, MemObject, Operand, Value
from glowjit.passes.cost import block_size, inst_cycles
from glowjit.passes.licm import KERNEL_DEPTH
from glowjit.passes.rewrite import Copier, operand_lists, remove_unreachable
from glowjit.passes.ssa import demote, restore
from glowjit.passes.trips import TripCounter

MAX_TRIPS = 32
MAX_SIZE = 320
MAX_LIBRARY_SIZE = 64
MAX_INDEXED_SIZE = 512
MAX_FROZEN_SIZE = 800
FROZEN_SHARE = 4
MAX_GROWTH = 2500


Limit = Callable[[Loop, TripCounter], int]


def run(function: Function, most: int = MAX_SIZE) -> None:
    """Unroll the loops of `function` whose copies have at most `most` instructions."""
    kernel = function.name == KERNEL

    def limit(loop: Loop, counter: TripCounter) -> int:
        if kernel and loop.depth <= KERNEL_DEPTH:
            return 0
        return MAX_INDEXED_SIZE if _indexes_local(loop) else most

    _unroll_all(function, limit)


def run_library(function: Function) -> None:
    """Unroll the loops of the kernel, and those of other functions only if they are tiny."""
    run(function, MAX_SIZE if function.name == KERNEL else MAX_LIBRARY_SIZE)


def run_frozen(function: Function, pure: Collection[str] = ()) -> None:
    """Unroll the loops within a pixel that compute mostly what is the same for all pixels."""
    if function.name == KERNEL:
        _unroll_all(function, lambda loop, counter: MAX_FROZEN_SIZE if _is_frozen(loop, counter, pure) else 0)


def _unroll_all(function: Function, limit: Limit) -> None:
    """Unroll innermost loops, then those that have become innermost, until there is none within its limit."""
    remove_unreachable(function)
    room = MAX_GROWTH
    while True:
        chosen, room = _choose(function, limit, room)
        if not chosen:
            return
        _unroll(function, chosen)


def _choose(function: Function, limit: Limit, room: int) -> tuple[list[tuple[Loop, int]], int]:
    """Loops that are worth unrolling, none within another, with their trip counts; the room that they leave."""
    counter = TripCounter(function)
    chosen: list[tuple[Loop, int]] = []
    for loop in reversed(counter.loops):
        if any(inner.header in loop for inner, _ in chosen):
            continue
        if any(inst.op == "burn" for block in loop.blocks for inst in block.insts):
            continue
        size = sum(map(block_size, loop.blocks))
        most = min(limit(loop, counter), room)
        if size <= most:
            trips = counter.count(loop, min(MAX_TRIPS, most // size) + 1)
            if trips is not None and (trips - 1) * size <= most:
                chosen.append((loop, trips))
                room -= (trips - 1) * size
    return chosen, room


def _is_frozen(loop: Loop, counter: TripCounter, pure: Collection[str]) -> bool:
    """Whether a good part of `loop` depends only on its counters and on what is the same for all pixels."""
    if loop.depth <= KERNEL_DEPTH:
        return False
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
            movable = inst.info.pure or inst.target in pure
            if not movable or not varying.isdisjoint(inst.args):
                varying.update(inst.results)
            elif block in loop:
                frozen += inst_cycles(inst)
    total = sum(inst_cycles(inst) for block in loop.blocks for inst in block.insts)
    return frozen * FROZEN_SHARE >= total


def _indexes_local(loop: Loop) -> bool:
    """Whether the loop accesses a local at places computed at run time."""
    return any(
        isinstance(inst.target, MemObject) and inst.target.kind is MemKind.LOCAL and not isinstance(inst.args[0], Const)
        for block in loop.blocks
        for inst in block.insts
    )


def _unroll(function: Function, chosen: list[tuple[Loop, int]]) -> None:
    """Put copies in the place of loops that do not touch each other."""
    owner = {block: loop for loop, _ in chosen for block in loop.blocks}
    objects = demote(function, _used_after(function, owner))
    entering: dict[Block, list[Edge]] = {loop.header: [] for loop, _ in chosen}
    for block in function.blocks:
        for edge in block.terminator.edges:
            if edge.block in entering and owner.get(block) is not owner[edge.block]:
                entering[edge.block].append(edge)
    made: dict[Block, list[Block]] = {}
    for loop, trips in chosen:
        made[loop.header] = _copies(loop, trips, entering)
    blocks: list[Block] = []
    for block in function.blocks:
        blocks.extend(made.get(block, ()))
        if block not in owner:
            blocks.append(block)
    function.blocks = blocks
    restore(function, objects)


def _copies(loop: Loop, trips: int, entering: dict[Block, list[Edge]]) -> list[Block]:
    """The turns of one loop; `entering` has the edges that lead to each header, and learns those of the copies."""
    made: list[Block] = []
    edges = entering.pop(loop.header)
    for _ in range(trips):
        copier = Copier()
        copies = copier.copy(loop.blocks)
        header = copier.blocks[loop.header]
        for edge in edges:
            edge.block = header
        edges = []
        for copy in copies:
            for edge in copy.terminator.edges:
                if edge.block is header:
                    edges.append(edge)
                elif edge.block in entering:
                    entering[edge.block].append(edge)
        made.extend(copies)
    never = Block("never")  # there is no turn after the last
    for edge in edges:
        edge.block, edge.args = never, []
    return [*made, never]


def _used_after(function: Function, owner: dict[Block, Loop]) -> list[Value]:
    """The values defined in one of the loops that are used outside of it."""
    home: dict[Value, Loop] = {}
    for block, loop in owner.items():
        home.update(dict.fromkeys(block.params, loop))
        for inst in block.insts:
            home.update(dict.fromkeys(inst.results, loop))
    found: dict[Value, None] = {}
    for block in function.blocks:
        here = owner.get(block)
        for args in operand_lists(block):
            for arg in args:
                if isinstance(arg, Value) and arg in home and home[arg] is not here:
                    found[arg] = None
    return list(found)
