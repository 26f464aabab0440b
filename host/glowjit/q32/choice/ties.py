"""Ties: what is exactly on an edge stays on its side of it, although words are rounded.

floor(8 * (x / 40)) at x = 5 is 1, in floats as on paper; the word of x / 40 is a little less than 1/8, and its floor is
0. Where pixels, cells and edges form a lattice, as they do in most shaders, that is a whole line of wrong pixels.

Input: a module of the float IR, the `Formats` of its values, and what they were seen to be. Output: the same module, in
which values that are rounded are snapped to the nearest of a grid that is as coarse as their error, and one side of a
comparison is moved by that; `Formats` knows the new values. The error is bounded by a forward analysis (Higham,
"Accuracy and Stability of Numerical Algorithms", 2002, chapter 3) of sums, products and quotients. What comes of roots
and waves is `rough`: it is on no lattice, and left alone, as is what is exact. A literal like 0.7 is less than seven
tenths as a float, so 10 * 0.7 is just less than 7: such a tie leans to one side, and the value is put there. Linear in
instructions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from glowjit.ir.cfg import reverse_postorder
from glowjit.ir.core import Const, Function, Inst, MemKind, MemObject, Module, Operand, Type, Value
from glowjit.ir.ops import dot_terms
from glowjit.q32.choice.observe import Observed, of
from glowjit.q32.choice.precision import DECISION
from glowjit.q32.formats import Formats, limits, ulp

_COARSEST = 2.0**-10  # edges of a lattice of pixels may be closer than more
_ENDLESS = 64  # fraction bits of what has no last one
_ROUNDS = 2  # so that what a loop carries is known once
_NUDGE = 46  # bits below 1, where a long word is moved up: quotients are right to 50
_GIVEN = 2.0**-17  # a uniform that is not whole was rounded at the border
_LEAST_DIVISOR = 1 / 16
_SHORT = 12  # bits of a literal that is taken for exact: 0.625 is meant


@dataclass(frozen=True, slots=True)
class Error:
    """|word - value| <= size, but for what is `rough`, of which a bound is not known. If size is 0, the value is a
    multiple of 2^-grid. `lean` is the sign of value - tie, if literals have one: of the float of 0.7 minus 0.7; `swell`
    is that of |value| - |tie|, where the value has either sign. What is `null` is exactly 0 in many pixels, which are
    those that count: there a product with it is exact, however rough the other factor."""

    size: float
    grid: int = 0
    lean: int = 0
    rough: bool = False
    swell: int = 0
    null: bool = False


def snap(module: Module, formats: Formats, observed: Observed) -> bool:
    """Put what decisions are about on its side of the edge it may be on, if the formats ask for that; whether there
    was any such."""
    changed = False
    for function in module.functions.values() if formats.snaps else ():
        errors = _Errors(function, formats, observed, pixels=function.name == module.entry)
        snapped = _rounded_values(function, errors)
        for block in function.blocks:
            made: list[Inst] = []
            for value in [param for param in block.params if param in snapped]:
                made += _onto(block.params, value, snapped[value], formats)
            for inst in block.insts:
                if inst.op in _COMPARISONS:
                    before = inst.args
                    made += _compare(inst, errors, formats)
                    changed |= inst.args is not before
                made.append(inst)
                for value in [result for result in inst.results if result in snapped]:
                    made += _onto(inst.results, value, snapped[value], formats)
            block.insts = made
        changed |= bool(snapped)
    return changed


@dataclass(frozen=True, slots=True)
class Grid:
    """Multiples of 2^-bits; or what is just less than each, or than each on one `side` of 0."""

    bits: int
    below: bool
    side: int = 0


def _rounded_values(function: Function, errors: _Errors) -> dict[Value, Grid]:
    """The values that are rounded somewhere and may be off, with the finest grid that is coarser than that. All that
    use them use the snapped ones, so that a cell and the place in it agree; so the grid has to be harmless."""
    found: dict[Value, Grid] = {}
    for inst in function.insts():
        if inst.op in _ROUNDINGS and isinstance(inst.args[0], Value) and inst.args[0] not in function.params:
            x = inst.args[0]
            if x in errors.formats.longs:
                if errors.may_tie(x):
                    largest = min(max(errors.magnitude(x), 1.0), limits(errors.formats.fraction_of(x))[1])
                    found[x] = Grid(_NUDGE - math.ceil(math.log2(largest)), below=False)
                continue
            margin = 2 * errors.margin(inst.args)
            if 0.0 < margin <= errors.harmless(x):
                error, other = errors.of(x), errors.of(inst.args[1]).lean if inst.op == "fmod" else 0
                side = -error.swell if other == 0 else 0
                grid = Grid(math.floor(-math.log2(margin)), error.lean < other or side != 0, side)
                found[x] = min(grid, found.get(x, grid), key=lambda grid: grid.bits)
    return found


def _onto(definitions: list[Value], value: Value, grid: Grid, formats: Formats) -> list[Inst]:
    """Let something else be defined, and `value` be what is nearest to that on the grid: floor(x * 2^n + 1/2) / 2^n,
    which is one addition and one mask for words. A long word, hardly rounded at all, is only moved up by 2^-n."""
    if value in formats.longs:
        before = definitions[definitions.index(value)] = Value(Type.FLOAT)
        formats.values[before] = formats.fraction_of(value)
        formats.longs.add(before)
        return [Inst("fadd", [before, Const(Type.FLOAT, ulp(grid.bits))], [value])]
    point = formats.fraction_of(value)
    points = {"before": point, "moved": point, "scaled": point - grid.bits, "whole": 0, "nearest": point, "off": point}
    before, moved, scaled, whole, nearest, off = (Value(Type.FLOAT) for _ in points)
    formats.values.update(zip((before, moved, scaled, whole, nearest, off), points.values(), strict=True))
    definitions[definitions.index(value)] = before
    half, unit = ulp(grid.bits + 1), ulp(grid.bits)
    zero, last = Const(Type.FLOAT, 0.0), Const(Type.FLOAT, -ulp(point))
    steps = [
        Inst("fadd", [before, Const(Type.FLOAT, half)], [moved]),
        Inst("fmul", [moved, Const(Type.FLOAT, 1 / unit)], [scaled]),
        Inst("ffloor", [scaled], [whole]),
        Inst("fmul", [whole, Const(Type.FLOAT, unit)], [nearest if grid.below else value]),
    ]
    if grid.below and grid.side:
        beyond = Value(Type.BOOL)
        steps.append(Inst("flt", [zero, nearest] if grid.side > 0 else [nearest, zero], [beyond]))
        steps.append(Inst("select", [beyond, last, zero], [off]))
    if grid.below:
        steps.append(Inst("fadd", [nearest, off if grid.side else last], [value]))
    return steps


def _compare(inst: Inst, errors: _Errors, formats: Formats) -> list[Inst]:
    """What is equal is not less: one side of x < y, x >= y or step(y, x) is moved, the constant one if there is one."""
    x, y = inst.args if inst.op != "fstep" else inst.args[::-1]
    by = errors.margin([x, y], alike=errors.alike(x, y))
    if not 0.0 < by <= _COARSEST:
        return []
    if errors.of(x).lean < errors.of(y).lean:
        by = -by
    if isinstance(x, Const) or isinstance(y, Const):
        inst.args = [
            Const(Type.FLOAT, float(arg.value) + (by if arg is x else -by)) if isinstance(arg, Const) else arg
            for arg in inst.args
        ]
        return []
    moved = Value(Type.FLOAT)
    formats.values[moved] = formats.fraction_of(x)
    inst.args = [moved if arg is x else arg for arg in inst.args]
    return [Inst("fadd", [x, Const(Type.FLOAT, by)], [moved], loc=inst.loc)]


_ROUNDINGS = frozenset(("ffloor", "ffract", "fceil", "fmod", "ftrunc", "ftos", "ftou"))
_COMPARISONS = frozenset(("flt", "fge", "fstep"))


# --- errors -----------------------------------------------------------------------------------------------------------


class _Errors:
    """The errors of a function's floats."""

    def __init__(self, function: Function, formats: Formats, observed: Observed, pixels: bool) -> None:
        self.formats = formats
        self.observed = observed
        self.known: dict[Value, Error] = {}
        self.ops: dict[Operand, str] = {result: inst.op for inst in function.insts() for result in inst.results}
        if pixels:
            self.known.update((param, Error(0.0, grid=1)) for param in function.params)  # centres of pixels
        blocks = reverse_postorder(function)
        for _ in range(_ROUNDS):
            for block in blocks:
                for inst in block.insts:
                    self._note(inst)
                for edge in block.terminator.edges:
                    for param, arg in zip(edge.block.params, edge.args, strict=True):
                        if param.type is Type.FLOAT:
                            brought = self.of(arg)
                            self.known[param] = _worse(self.known.get(param, brought), brought)

    def of(self, operand: Operand) -> Error:
        if isinstance(operand, Const):
            return _literal(float(operand.value))
        return self.known.get(operand) or self.unknown(operand)

    def unknown(self, value: Operand) -> Error:
        """Of what is computed by no sum, product or quotient: its last bits may be wrong."""
        return Error(2 * ulp(self.formats.fraction_of(value)), rough=True)

    def sign(self, operand: Operand) -> int:
        """1 or -1 if the operand has one sign, as far as is known; else 0."""
        low, high = self.range(operand)
        return 1 if low >= 0 else -1 if high <= 0 else 0

    def swell(self, operand: Operand) -> int:
        """The sign of what literals do to the magnitude."""
        return self.of(operand).swell or self.sign(operand) * self.of(operand).lean

    def magnitude(self, operand: Operand) -> float:
        low, high = self.range(operand)
        return max(-low, high)

    def range(self, operand: Operand) -> tuple[float, float]:
        seen = of(self.observed, operand)
        return (seen.low, seen.high) if seen is not None else (-math.inf, math.inf)

    def harmless(self, value: Value) -> float:
        """What error of a value the picture does not show. Decisions ask for some bits, but not to be on an edge."""
        basis = self.formats.basis.get(value)
        need = basis.need if basis is not None else 0.0
        return min(2.0**-need, _COARSEST) if need > DECISION else _COARSEST

    def may_tie(self, value: Value) -> bool:
        """Whether what was hardly rounded may be exactly on an edge: of what leans, literals say where it is."""
        error = self.of(value)
        return not (error.rough or error.lean or error.swell or value in self.formats.pairs) and error.size > 0

    def alike(self, x: Operand, y: Operand) -> bool:
        """Whether two values come of one operation, and may be those of one thing: the nearest point is as near as
        itself."""
        return x in self.ops and self.ops[x] == self.ops.get(y)

    def margin(self, operands: Sequence[Operand], alike: bool = False) -> float:
        """By how much words of the operands may be off, together; a multiple of the coarsest last bit. Nothing for what
        is exact, or rough and not `alike`."""
        found = [self.of(operand) for operand in operands]
        size = sum(error.size for error in found)
        rough = any(error.rough for error in found) and not alike
        if size == 0.0 or rough or any(x in self.formats.pairs for x in operands):
            return 0.0
        points = {self.formats.fraction_of(operand) for operand in operands if isinstance(operand, Value)}
        last = ulp(min(points))
        return last * (math.ceil(size / last) + len(points) - 1)

    def _note(self, inst: Inst) -> None:
        for result in inst.results:
            if result.type is Type.FLOAT:
                rule = _RULES.get(inst.op)
                error = rule(self, inst) if rule is not None else self.unknown(result)
                self.known[result] = error if self._is_exact(inst) else self._rounded(error, result)

    def _is_exact(self, inst: Inst) -> bool:
        """Whether nothing is lost of the operands' words."""
        if inst.op not in _SUMS:
            return False
        points = [self.of(arg).grid if isinstance(arg, Const) else self.formats.fraction_of(arg) for arg in inst.args]
        return max(points) <= self.formats.fraction_of(inst.result)

    def _rounded(self, error: Error, result: Value) -> Error:
        """What the result's binary point adds."""
        if not math.isfinite(error.size):
            return self.unknown(result)
        point = self.formats.fraction_of(result)
        if error.size == 0.0 and error.grid <= point:
            return error
        return replace(error, size=error.size + ulp(point))


def _literal(number: float) -> Error:
    """A literal is exact, or the float next to a decimal; its word is exact enough either way."""
    if not math.isfinite(number):
        return Error(0.0, rough=True)
    numerator, denominator = number.as_integer_ratio()
    short = float(np.format_float_positional(np.float32(number), unique=True))
    lean = int(np.sign(number - short)) if numerator.bit_length() > _SHORT else 0
    return Error(0.0, grid=denominator.bit_length() - 1, lean=lean)


def _worse(one: Error, other: Error) -> Error:
    lean = one.lean if one.lean == other.lean else 0
    swell = one.swell if one.swell == other.swell else 0
    return Error(max(one.size, other.size), max(one.grid, other.grid), lean, one.rough or other.rough, swell)


def _combined(*leans: int) -> int:
    """The side that all lean to which lean at all."""
    sides = {lean for lean in leans if lean}
    return sides.pop() if len(sides) == 1 else 0


def _added(x: Error, y: Error) -> Error:
    """What swells has either sign, and its sum any lean."""
    lean = 0 if x.swell or y.swell else _combined(x.lean, y.lean)
    return Error(x.size + y.size, max(x.grid, y.grid), lean, x.rough or y.rough)


def _turned(error: Error) -> Error:
    return replace(error, lean=-error.lean)


def _product(errors: _Errors, a: Operand, b: Operand) -> Error:
    x, y = errors.of(a), errors.of(b)
    if (x.null and y.rough) or (y.null and x.rough):
        return Error(0.0, _ENDLESS, null=True)
    size = (errors.magnitude(a) * y.size if y.size else 0.0) + (errors.magnitude(b) * x.size if x.size else 0.0)
    lean = _combined(errors.sign(b) * x.lean, errors.sign(a) * y.lean)
    swell = 0 if lean else _combined(errors.swell(a), errors.swell(b))
    return Error(size, x.grid + y.grid, lean, x.rough or y.rough, swell, x.null or y.null)


def _quotient(errors: _Errors, inst: Inst) -> Error:
    """Exact by powers of two only; of no use where the divisor comes near 0."""
    a, b = inst.args
    x, y, sign = errors.of(a), errors.of(b), errors.sign(b)
    low, high = errors.range(b)
    least = low if sign > 0 else -high
    if not sign or least < _LEAST_DIVISOR:
        return errors.unknown(inst.result)
    if isinstance(b, Const) and math.frexp(least)[0] == 0.5:
        return Error(x.size / least, x.grid + math.frexp(least)[1] - 1, sign * x.lean, x.rough)
    size = x.size / least + (errors.magnitude(inst.result) * y.size / least if y.size else 0.0)
    lean = _combined(sign * x.lean, -errors.sign(a) * y.lean)
    swell = 0 if lean else _combined(errors.swell(a), -errors.swell(b))
    return Error(size, _ENDLESS, lean, x.rough or y.rough, swell)


def _dot(errors: _Errors, inst: Inst) -> Error:
    return reduce(_added, (_product(errors, *factors) for factors in dot_terms(inst.args)))


def _rest(errors: _Errors, inst: Inst) -> Error:
    """x - y * floor(x / y)."""
    x, y = (errors.of(arg) for arg in inst.args)
    last = ulp(errors.formats.fraction_of(inst.result))
    turns = errors.magnitude(inst.args[0]) / max(errors.magnitude(inst.args[1]), last)
    inexact = y.size + (last if math.ldexp(last, y.grid) > 1 else 0.0)
    return Error(x.size + (turns * inexact if inexact else 0.0), max(x.grid, y.grid), x.lean, x.rough or y.rough)


def _loaded(errors: _Errors, inst: Inst) -> Error:
    """A uniform that was seen whole, as sizes are, is taken for exact."""
    if not isinstance(inst.target, MemObject) or inst.target.kind is not MemKind.UNIFORM:
        return errors.unknown(inst.result)
    low, high = errors.range(inst.result)
    whole = math.isfinite(high - low) and low.is_integer() and high.is_integer()
    return Error(0.0) if whole else Error(_GIVEN)


def _ended(errors: _Errors, inst: Inst) -> Error:
    """What has two ends is exact there, in many pixels, whatever comes between."""
    return Error(2 * ulp(errors.formats.fraction_of(inst.result)), null=True)


def _is_cut_off(errors: _Errors, inst: Inst) -> bool:
    return errors.of(inst.args[0]).rough and all(isinstance(arg, Const) for arg in inst.args[1:])


def _is_or_not(errors: _Errors, inst: Inst) -> bool:
    """Whether it is 0, or something rough."""
    arms = inst.args[1:]
    return any(isinstance(arm, Const) and arm.value == 0.0 for arm in arms) and any(
        errors.of(arm).rough for arm in arms
    )


def _one_of(errors: _Errors, inst: Inst) -> Error:
    """One of the operands that are floats."""
    return reduce(_worse, (errors.of(arg) for arg in inst.args if arg.type is Type.FLOAT))


_SUMS = frozenset(("fadd", "fsub", "fneg", "fabs"))

_RULES: dict[str, Callable[[_Errors, Inst], Error]] = {
    "fadd": lambda errors, inst: _added(errors.of(inst.args[0]), errors.of(inst.args[1])),
    "fsub": lambda errors, inst: _added(errors.of(inst.args[0]), _turned(errors.of(inst.args[1]))),
    "fneg": lambda errors, inst: _turned(errors.of(inst.args[0])),
    "fmul": lambda errors, inst: _product(errors, *inst.args),
    "ffma": lambda errors, inst: _added(_product(errors, *inst.args[:2]), errors.of(inst.args[2])),
    "fdot": _dot,
    "fdiv": _quotient,
    "fmod": _rest,
    "load": _loaded,
    "fsmoothstep": _ended,
    "fstep": lambda errors, inst: Error(0.0, null=True),
    "fclamp": lambda errors, inst: (_ended if _is_cut_off(errors, inst) else _one_of)(errors, inst),
    "select": lambda errors, inst: (_ended if _is_or_not(errors, inst) else _one_of)(errors, inst),
    **dict.fromkeys(("fabs", "ffract", "fmin", "fmax"), _one_of),
    **dict.fromkeys(
        ("ffloor", "fceil", "ftrunc", "fround", "froundeven", "fsign", "stof", "utof"),
        lambda errors, inst: Error(0.0),
    ),
}
