"""An evaluator that holds every value it computes or reads against what was proven of it.

In real arithmetic (float64) a lane counts until something in it is undefined: not finite. In words it counts, whatever
wraps, until it comes to the least word, which has no absolute value. A value is held against its own range, and where a
block reads it, against what the branches to that block imply.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from glowjit.ir import Module, Type
from glowjit.ir.core import Value
from glowjit.ir.evaluate import Evaluator
from glowjit.ir.plan import Kind, PlannedBlock
from glowjit.q32.ranges import Facts

LEAST_WORD = -(2.0**31)
ROUNDING = 2.0**-36  # of float64, relative to the largest value of a lane so far


class Witness(Evaluator):
    """`points` has the fraction bits of what was a float before the module became words; None for a float module."""

    def __init__(
        self,
        module: Module,
        lanes: int,
        memory: Mapping[str, Any],
        facts: Mapping[str, Facts],
        points: Mapping[Value, int] | None = None,
    ) -> None:
        super().__init__(module, lanes, memory)
        self.facts = facts
        self.points = points
        self.defined = np.ones(lanes, dtype=bool)
        self.scale = np.ones(lanes)
        self.checked = 0
        self.violations: list[str] = []
        self.homes = {
            inst: (function.name, block)
            for function in module.functions.values()
            for block in function.blocks
            for inst in block.insts
        }

    def _steps(self, block: PlannedBlock, group: Any) -> None:
        for step in block.steps:
            if step.kind in (Kind.PURE, Kind.MANY):
                for operand, slot in zip(step.inst.args, step.args, strict=True):
                    if isinstance(operand, Value):
                        self._hold(step.inst, operand, group.slots[slot], group.lanes)
            super()._steps(PlannedBlock([step]), group)
            for value, slot in zip(step.inst.results, step.results, strict=False):  # a store has slots, no results
                if group.slots[slot] is not None:
                    self._hold(step.inst, value, group.slots[slot], group.lanes)

    def _hold(self, inst: Any, value: Value, found: Any, lanes: np.ndarray | None) -> None:
        home = self.homes.get(inst)
        facts = self.facts.get(home[0]) if home is not None else None
        if home is None or facts is None or value not in facts.graph.of or found.dtype == np.bool_:
            return
        which = np.arange(self.lanes) if lanes is None else lanes
        numbers = np.broadcast_to(found, len(which)).astype(np.float64)
        slack = self._counts(which, numbers) if self.points is None else np.zeros(len(which))
        if self.points is not None and value in self.points:
            self.defined[which[numbers == LEAST_WORD]] = False
            numbers = np.ldexp(numbers, -self.points[value])
        alive = self.defined[which]
        known = facts.graph.range_of(value, home[1])
        self.checked += 1
        if known is None:
            outside = alive
        else:
            outside = alive & ((numbers < known.low - slack) | (numbers > known.high + slack))
            if known.whole:
                outside |= alive & (np.abs(numbers - np.rint(numbers)) > slack)
        if outside.any():
            source = facts.defs.get(value)
            what = f"%{value.name}, of {source.op if source else 'a parameter'}"
            self.violations.append(
                f"@{home[0]}: {what}, is {numbers[outside][0]!r}, not in {known} (seen at {inst.op})"
            )

    def _counts(self, which: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Leave lanes out where something is undefined; the rounding to allow in the others."""
        finite = np.isfinite(numbers)
        self.defined[which[~finite]] = False
        self.scale[which] = np.maximum(self.scale[which], np.where(finite, np.abs(numbers), 0.0))
        return self.scale[which] * ROUNDING


def points_of(module: Module, formats: Any) -> dict[Value, int]:
    """The fraction bits of all float values, before they are words."""
    values = [value for function in module.functions.values() for value in function.params]
    for function in module.functions.values():
        for block in function.blocks:
            values += [*block.params, *(value for inst in block.insts for value in inst.results)]
    return {value: formats.fraction_of(value) for value in values if value.type is Type.FLOAT}
