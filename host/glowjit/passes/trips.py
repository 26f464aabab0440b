"""How often a loop turns, where that can be proven.

A loop has a trip count if a block that every turn passes leaves it on a comparison of an int that counts: a parameter
of the header which starts at a constant, becomes the result of the same operation with a constant on every way round
(`i + 1`, `i * 2`, `a >> 1`), and is compared with a constant before or after that. The count is found by the arithmetic
the machine would do, so wrapping and steps that miss the bound are no special cases: all turns at once in numpy for
additions, one by one and at most `MAX_SIMULATED` for the rest. Floats do not count here: what a step of 0.1 amounts to
is settled by `q32`, and after it the counter is an int.

Cost: the function is walked once; then `limit` numbers per exit of a loop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glowjit.ir.cfg import Dominators, Loop, loops
from glowjit.ir.core import Block, Const, Edge, Function, Inst, Operand, Type, Value, as_int32
from glowjit.ir.semantics import SEMANTICS, quiet
from glowjit.passes.rewrite import definitions

MAX_TRIPS = 1024
MAX_SIMULATED = 128

_COMPARES = ("eq", "ne", "lt", "ge", "ltu", "geu")


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a counter in one turn: the result of `op` on it and `constant`."""

    op: str
    constant: int
    constant_first: bool = False


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
        ahead = counter in self.defs
        candidates = self.defs[counter].args if ahead else [counter]
        params = [arg for arg in candidates if isinstance(arg, Value) and arg in loop.header.params]
        if len(params) != 1 or params[0].type is not Type.INT:
            return None
        recurrence = self.recurrence(params[0], loop)
        if recurrence is None or (ahead and _step(self.defs[counter], params[0]) != recurrence[1]):
            return None
        return _values(*recurrence, limit + ahead)[ahead:]

    def recurrence(self, param: Value, loop: Loop) -> tuple[np.int32, Step] | None:
        """The constant a parameter of the header starts at, and what it becomes on every way round."""
        place = loop.header.params.index(param)
        start: Const | None = None
        step: Step | None = None
        for source, edge in self.incoming[loop.header]:
            arg = edge.args[place]
            if source in loop:
                found = _step(self.defs.get(arg), param) if isinstance(arg, Value) else None
                if found is None or found != (step or found):
                    return None
                step = found
            else:
                if not isinstance(arg, Const) or arg != (start or arg):
                    return None
                start = arg
        return None if start is None or step is None else (np.int32(start.value), step)


def _step(inst: Inst | None, param: Value) -> Step | None:
    """What `inst` does to `param`, if it is an operation on that and a constant."""
    if inst is None or len(inst.args) != 2 or not inst.info.pure:
        return None
    a, b = inst.args
    if a is param and isinstance(b, Const) and b.type is Type.INT:
        return Step("add", as_int32(-int(b.value))) if inst.op == "sub" else Step(inst.op, int(b.value))
    if b is param and isinstance(a, Const) and a.type is Type.INT:
        return Step(inst.op, int(a.value), constant_first=True)
    return None


def _values(start: np.int32, step: Step, count: int) -> np.ndarray:
    """The first `count` values of a counter, or as many as are worth finding."""
    constant = np.int32(step.constant)
    with quiet():
        if step.op == "add":
            return start + np.arange(count, dtype=np.int32) * constant  # type: ignore[no-any-return]
        operate = SEMANTICS[step.op]
        values = [start]
        while len(values) < min(count, MAX_SIMULATED):
            last = values[-1]
            values.append(operate(constant, last) if step.constant_first else operate(last, constant))
    return np.array(values, dtype=np.int32)
