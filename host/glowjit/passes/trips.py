"""How often a loop turns, where that can be proven.

A loop has a trip count if a block that every turn passes leaves it on a comparison of an int that counts: a parameter
of the header (or that plus the step) which starts at a constant, gets a constant added on every way round, and is
compared with a constant. The count is found by the arithmetic the machine would do, all turns at once in numpy, so
wrapping and steps that miss the bound are no special cases. Floats do not count here: what a step of 0.1 amounts to is
settled by `q32`, and after it the counter is an int.

Cost: the function is walked once; then `limit` numbers per exit of a loop.
"""

from __future__ import annotations

import numpy as np

from glowjit.ir.cfg import Dominators, Loop, loops
from glowjit.ir.core import Block, Const, Edge, Function, Inst, Operand, Type, Value, as_int32
from glowjit.ir.semantics import SEMANTICS, quiet
from glowjit.passes.rewrite import definitions

MAX_TRIPS = 1024

_COMPARES = ("eq", "ne", "lt", "ge", "ltu", "geu")


class TripCounter:
    """Counts the turns of the loops of `function`, as it is now."""

    def __init__(self, function: Function) -> None:
        self.tree = Dominators(function)
        self.loops = loops(function, self.tree)
        self.defs = definitions(function)
        self.incoming: dict[Block, list[tuple[Block, Edge]]] = {block: [] for block in function.blocks}
        for block in self.tree.order:
            for edge in block.terminator.edges:
                self.incoming[edge.block].append((block, edge))

    def count(self, loop: Loop, limit: int = MAX_TRIPS) -> int | None:
        """How many times the header is entered at most, if that is provably at most `limit`."""
        counts = []
        for block, out in loop.exits:
            terminator = block.terminator
            if terminator.op == "branch" and all(self.tree.dominates(block, latch) for latch in loop.latches):
                leaves = terminator.edges[0].block is out
                for compare in self.deciders(terminator.args[0], "bor" if leaves else "band"):
                    counts.append(self.turns_until(compare, leaves, loop, limit))
        return min((count for count in counts if count is not None), default=None)

    def deciders(self, condition: Operand, op: str) -> list[Inst]:
        """The comparisons of which each alone can end the loop: the condition, or what `op` makes it of."""
        found: list[Inst] = []
        pending = [condition]
        while pending:
            operand = pending.pop()
            inst = self.defs.get(operand) if isinstance(operand, Value) else None
            if inst is not None and inst.op == op:
                pending.extend(inst.args)
            elif inst is not None and inst.op in _COMPARES:
                found.append(inst)
        return found

    def turns_until(self, compare: Inst, outcome: bool, loop: Loop, limit: int) -> int | None:
        """The number of turns, the last included, until `compare` gives `outcome`."""
        counter, bound = compare.args
        swapped = isinstance(counter, Const)
        if swapped:
            counter, bound = bound, counter
        if not isinstance(bound, Const) or not isinstance(counter, Value):
            return None
        sequence = self.sequence(counter, loop, limit)
        if sequence is None:
            return None
        other = np.full_like(sequence, bound.value)
        with quiet():
            results = SEMANTICS[compare.op](*((other, sequence) if swapped else (sequence, other)))
        places = np.flatnonzero(results == outcome)
        return int(places[0]) + 1 if len(places) else None

    def sequence(self, counter: Value, loop: Loop, limit: int) -> np.ndarray | None:
        """The values of `counter`, a parameter of the header or one step ahead of it, in the first turns."""
        inst = self.defs.get(counter)
        if inst is not None and inst.op not in ("add", "sub"):
            return None
        param = counter if inst is None else inst.args[0]
        if not isinstance(param, Value) or param not in loop.header.params or param.type is not Type.INT:
            return None
        recurrence = self.recurrence(param, loop)
        if recurrence is None or (inst is not None and _step(inst, param) != recurrence[1]):
            return None
        start, step = recurrence
        ahead = 0 if inst is None else 1
        turn = np.arange(ahead, limit + ahead, dtype=np.int32)
        with quiet():
            return start + turn * np.int32(step)  # type: ignore[no-any-return]

    def recurrence(self, param: Value, loop: Loop) -> tuple[np.int32, int] | None:
        """The constant a parameter of the header starts at, and the constant that is added on every way round."""
        place = loop.header.params.index(param)
        start: Const | None = None
        step: int | None = None
        for source, edge in self.incoming[loop.header]:
            arg = edge.args[place]
            if source in loop:
                found = _step(self.defs.get(arg), param) if isinstance(arg, Value) else None
                if found is None or found != (found if step is None else step):
                    return None
                step = found
            else:
                if not isinstance(arg, Const) or arg != (arg if start is None else start):
                    return None
                start = arg
        return None if start is None or step is None else (np.int32(start.value), step)


def _step(inst: Inst | None, param: Value) -> int | None:
    """The constant that `inst` adds to `param`, if that is what it does."""
    if inst is None or inst.op not in ("add", "sub") or inst.args[0] is not param:
        return None
    step = inst.args[1]
    if not isinstance(step, Const):
        return None
    return as_int32(int(step.value) if inst.op == "add" else -int(step.value))
