"""Burns of provably short loops are removed.

`run(module)`: a burn goes where its loop turns at most `trips.MAX_TRIPS` times and the turns of its nest, those of
loops in called functions included, multiply to at most `MAX_NEST`; inner loops are freed first, and an outer one that
does not fit keeps its burn. What is left of a burn is a constant for `simplify_cfg`. If none is left in the module,
the kernel need not look at the fuel word, and its load becomes a constant too. Cost: that of counting the trips.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from glowjit.image import ARG_FUEL
from glowjit.ir.cfg import Loop, innermost
from glowjit.ir.core import Block, Function, Inst, MemKind, MemObject, Module, Operand, Value, const_bool, const_int
from glowjit.passes.rewrite import substitute
from glowjit.passes.trips import TripCounter

MAX_NEST = 65536


def run(module: Module) -> None:
    """Remove the burns of short loops in every function."""
    nests: dict[str, int] = {}
    for function in module.functions.values():  # callees first
        nests[function.name] = run_function(function, nests)
    if not any(inst.op == "burn" for function in module.functions.values() for inst in function.insts()):
        for function in module.functions.values():
            _never_spent(function)


def spare(module: Module, names: Collection[str]) -> None:
    """Remove the burns of short loops in these functions, so that they take nothing of a fuel that is scant."""
    nests: dict[str, int] = {}
    for name in names:
        nests[name] = run_function(module.functions[name], nests)


def _never_spent(function: Function) -> None:
    """Nothing burns fuel, so the fuel is never spent: whatever is loaded of it may as well be zero."""
    loads = [inst for inst in function.insts() if inst.op == "load" and _is_fuel(inst)]
    substitute(function.blocks, {inst.results[0]: const_int(0) for inst in loads})


def _is_fuel(load: Inst) -> bool:
    target, index = load.target, load.args[0]
    return isinstance(target, MemObject) and target.kind is MemKind.ARGS and index == const_int(ARG_FUEL)


def run_function(function: Function, nests: Mapping[str, int]) -> int:
    """Remove the burns of short loops; returns how many turns may pass in a row without a burn.

    `nests` has that number for the functions called.
    """
    counter = TripCounter(function)
    inside = innermost(counter.loops)
    turns = _turns_in_calls(function, inside, nests)
    replacement: dict[Value, Operand] = {}
    for loop in reversed(counter.loops):  # inner loops first
        within = turns.get(loop, 1)
        trips = counter.count(loop)
        if trips is not None and trips * within <= MAX_NEST:
            within *= trips
            for burn in _burns(loop, inside):
                replacement[burn.results[0]] = const_bool(True)
        turns[loop.parent] = max(turns.get(loop.parent, 1), within)
    if replacement:
        for block in function.blocks:
            block.insts = [inst for inst in block.insts if not (inst.op == "burn" and inst.results[0] in replacement)]
        substitute(function.blocks, replacement)
    return turns.get(None, 1)


def _turns_in_calls(
    function: Function, inside: Mapping[Block, Loop], nests: Mapping[str, int]
) -> dict[Loop | None, int]:
    """For each loop, and None for the rest of the function: the most turns in a function that it calls directly."""
    turns: dict[Loop | None, int] = {}
    for block in function.blocks:
        for inst in block.insts:
            if inst.op == "call":
                loop = inside.get(block)
                turns[loop] = max(turns.get(loop, 1), nests.get(str(inst.target), 1))
    return turns


def _burns(loop: Loop, inside: Mapping[Block, Loop]) -> list[Inst]:
    """The burns that belong to `loop` and to no loop within it."""
    return [inst for block in loop.blocks if inside[block] is loop for inst in block.insts if inst.op == "burn"]
