"""What formats would make of a picture, before anything is lowered: float64, rounded where words are.

A module of the float IR is run over pixels, and every float that is computed is rounded as the word, the long word or
the pair is that holds it. What goes into an angle is left as it is: an angle's terms are products of their own.
Neither the library's errors nor what is put onto a grid (`ties`) is in it. So a rehearsal says which long words a
picture needs, for which one would have to lower and compile dozens of times, and what is not worth a trial where that
takes more time than a rehearsal. Cost: three times that of the float IR.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from glowjit.ir.core import Const, Function, Inst, Module, Operand, Type, Value
from glowjit.ir.plan import Kind, Plan, PlannedBlock, Step, Way
from glowjit.q32.choice.observe import Frame, Lanes
from glowjit.q32.formats import WORD_BITS, Formats
from glowjit.words import PAIR_BITS

Rounding = Callable[[Any], Any]

_DOUBLE_BITS = 53
_SPLITTER = 2.0 ** (_DOUBLE_BITS - PAIR_BITS) + 1.0
_WAVES = frozenset(("fsin", "fcos", "ftan"))
_SUMS = frozenset(("fadd", "fsub", "fneg", "fradians", "fdegrees"))
_WRAPPING = frozenset(("fadd", "fsub", "fneg", "fmul", "ffma", "fdot"))
_PRODUCTS = frozenset(("fmul", "ffma", "fdiv", "fdot"))
_EXACT = frozenset(("fadd", "fsub", "fneg", "fabs", "fmin", "fmax", "fclamp", "select"))
_WHOLE = frozenset(("ffloor", "fceil", "ftrunc", "fround", "froundeven", "fsign", "fstep", "stof", "utof"))


class Astray(Exception):
    """Numbers so wrong that loops do not end when they should."""


class Rehearsal(Lanes):
    """A module in float64, as these formats round it. It goes astray after so many steps."""

    def __init__(
        self,
        module: Module,
        frames: Sequence[Frame],
        grid: tuple[int, int],
        formats: Formats,
        most_steps: float = math.inf,
    ) -> None:
        super().__init__(module, frames, grid)
        self._formats = formats
        self._most_steps = most_steps
        self._free: set[Operand] = set()  # what is left as it is

    def _leave(self, plan: Plan, block: PlannedBlock, group: Any) -> list[tuple[Way, Any]]:
        if self.steps >= self._most_steps:
            raise Astray
        return super()._leave(plan, block, group)

    def _plan(self, name: str) -> Plan:
        if name not in self._plans:
            plan = super()._plan(name)
            self._free |= _angles(plan.function)
            for block in plan.blocks:
                block.steps = [self._rounded(step) for step in block.steps]
        return self._plans[name]

    def _rounded(self, step: Step) -> Step:
        """The step, with its floats rounded; what memory and calls give is already."""
        inst = step.inst
        if step.kind not in (Kind.PURE, Kind.MANY):
            return step
        roundings = [self._rounding(value, inst) for value in inst.results]
        if not any(roundings):
            return step
        run = step.run
        if inst.op in _PRODUCTS and not self._has_two_words(inst.results[0]):
            run = _before(run, [self._as_word(arg) for arg in inst.args])
        return step._replace(run=(_after if step.kind is Kind.PURE else _after_each)(run, roundings))

    def _has_two_words(self, value: Operand) -> bool:
        return value in self._formats.longs or value in self._formats.pairs

    def _as_word(self, factor: Operand) -> Rounding | None:
        """Of a word that is a product, factors are words."""
        return _to_word(self._formats.fraction_of(factor), math.inf, _cut) if factor in self._formats.longs else None

    def _rounding(self, value: Value, inst: Inst) -> Rounding | None:
        formats = self._formats
        if value.type is not Type.FLOAT or value in self._free:
            return None
        if value in formats.pairs:
            return _to_pair
        limit = self._limit(value)
        bounded = _wrapped if inst.op in _WRAPPING and value not in formats.stops else _cut
        fraction = None if self._is_exact(value, inst) else self._fraction(value)
        return _to_word(fraction, limit, bounded) if fraction is not None or limit < math.inf else None

    def _limit(self, value: Value) -> float:
        """What a word cannot hold; infinity where that does not matter."""
        basis = self._formats.basis.get(value)
        wraps = basis is not None and basis.wraps
        return math.inf if wraps else math.ldexp(1.0, WORD_BITS - 1 - self._formats.fraction_of(value))

    def _fraction(self, operand: Operand) -> int:
        """The most fraction bits that a value has."""
        if operand in self._free or operand in self._formats.pairs:
            return _DOUBLE_BITS
        return self._formats.fraction_of(operand) + (WORD_BITS if operand in self._formats.longs else 0)

    def _is_exact(self, value: Value, inst: Inst) -> bool:
        """Whether there is nothing to round, as there is not in what the result comes of."""
        fraction = self._fraction(value)
        if inst.op in _WHOLE or fraction >= _DOUBLE_BITS:
            return fraction >= 0
        return inst.op in _EXACT and all(
            (float(arg.value) * 2.0**fraction).is_integer()  # folded constants reach as far as float64 does
            if isinstance(arg, Const)
            else arg.type is not Type.FLOAT or self._fraction(arg) <= fraction
            for arg in inst.args
        )


def _before(run: Callable[..., Any], roundings: Sequence[Rounding | None]) -> Callable[..., Any]:
    if not any(roundings):
        return run
    return lambda *args: run(
        *(x if rounding is None else rounding(x) for rounding, x in zip(roundings, args, strict=True))
    )


def _after(run: Callable[..., Any], roundings: Sequence[Rounding | None]) -> Callable[..., Any]:
    (rounding,) = roundings
    return run if rounding is None else lambda *args: rounding(run(*args))


def _after_each(run: Callable[..., Any], roundings: Sequence[Rounding | None]) -> Callable[..., Any]:
    def rounded(*args: Any) -> list[Any]:
        return [x if rounding is None else rounding(x) for rounding, x in zip(roundings, run(*args), strict=True)]

    return rounded


def _to_pair(x: Any) -> Any:
    """The nearest float64 of so many bits: Dekker, A floating-point technique for extending the available precision
    (1971), section 5."""
    shifted = x * _SPLITTER
    nearest = shifted - (shifted - x)
    return nearest if _squares(nearest) < math.inf else np.where(np.isfinite(nearest), nearest, x)[()]


def _to_word(fraction: int | None, limit: float, bounded: Callable[[Any, float], Any]) -> Rounding:
    """Down to a multiple of 2^-fraction, if it is not None, and between -limit and limit."""
    up, down = (math.ldexp(1.0, fraction), math.ldexp(1.0, -fraction)) if fraction is not None else (0.0, 0.0)
    most = limit * limit

    def rounded(x: Any) -> Any:
        word = np.floor(x * up) * down if up else x
        if _squares(word) < most or np.abs(word).max() < limit:
            return word
        found = bounded(word, limit)
        return np.where(np.isnan(found), 0.0, found)[()]

    return rounded


def _squares(x: Any) -> Any:
    """What is below the square of a limit only if all of `x` is within it, and quicker than their largest magnitude."""
    return x.dot(x) if x.__class__ is np.ndarray else x * x


def _cut(x: Any, limit: float) -> Any:
    return np.clip(x, -limit, limit)


def _wrapped(x: Any, limit: float) -> Any:
    return x - 2 * limit * np.floor(x / (2 * limit) + 0.5)


def _angles(function: Function) -> set[Operand]:
    """The sums, and the products with constants, of which an angle is made."""
    parts: set[Operand] = set()
    found: set[Operand] = set()
    for block in reversed(function.blocks):
        for inst in reversed(block.insts):
            if _is_linear(inst) and inst.results[0] in parts:
                found.update(inst.results)
            if inst.op in _WAVES or not found.isdisjoint(inst.results):
                parts.update(inst.args)
    return found


def _is_linear(inst: Inst) -> bool:
    constant = any(isinstance(arg, Const) for arg in inst.args)
    return inst.op in _SUMS or (inst.op in _PRODUCTS and constant)
