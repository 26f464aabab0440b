"""How exact a value has to be for the picture: fraction bits that each float needs.

Input: a module of the float IR, and what its values were seen to be. Output: for each float value the n for which an
error of 2^-n moves what comes of it by no more than a part of a colour's step, also where that comes by way of memory
and other functions. That is the derivative of the result,
with operands of the sizes that were seen, taken backwards from the results (reverse-mode differentiation, as in
Griewank and Walther, "Evaluating Derivatives", 2008, on magnitudes instead of numbers). Only powers of two count, and
where ways meet, the more demanding one. What a decision depends on, a comparison or a floor, has to be right but
for few pixels. A loop is gone through a fixed number of times. These are upper bounds; `sampled` takes the derivatives
that were seen where those ask for less. Linear in instructions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass

from glowjit.ir.cfg import loops, reverse_postorder
from glowjit.ir.core import Const, Function, Inst, MemKind, MemObject, Module, Operand, Type, Value
from glowjit.ir.ops import dot_partners
from glowjit.q32.choice.observe import Observed, of

RESULT = 10.0  # bits that a colour needs: a quarter of a step of 255
PASSED = RESULT + 6  # what is handed to a function, or kept in memory, may be used for anything
DECISION = 12.0
# Of one about what is on a lattice, where many pixels may be on its edge:
TIE = 16.0  # so that `ties` can put them there,
EDGE = 28.0  # and where they may be on it but for a literal's rounding.
_MOST = 40.0
_ROUNDS = 3
_LEAST = 1.0  # that is asked of what moves the picture at all
_SPARE = 4.0  # bits by which few pixels may be steeper than those that were looked at
_SWEEPS = 2  # over the functions: what one stores another loads

Needs = dict[Value, float]


class _Demand:
    """One instruction: what its results need, and how large its operands were seen to be."""

    def __init__(self, inst: Inst, need: float, observed: Observed, steep: str) -> None:
        self.inst = inst
        self.need = need
        self.observed = observed
        self.steep = steep

    def size(self, operand: Operand) -> float:
        """log2 of the largest magnitude of an operand, after hours too."""
        return max(self._log2(operand, "magnitude"), self._log2(operand, "drift"))

    def usual(self, operand: Operand) -> float:
        """log2 of the mean magnitude of an operand."""
        return self._log2(operand, "mean")

    def steepest(self, operand: Operand) -> float:
        """log2 of the magnitude of an operand near a pole, or a root, that counts."""
        return min(self._log2(operand, self.steep), self.usual(operand))

    def _log2(self, operand: Operand, what: str) -> float:
        seen = of(self.observed, operand)
        magnitude: float = getattr(seen, what) if seen is not None else 1.0
        return math.log2(min(max(magnitude, 2.0**-40), 2.0**40))


class Borders:
    """What is asked for across functions, of arguments, results and what memory keeps; PASSED is the least. Decisions
    about what is in `lattice` ask for `edge` bits."""

    def __init__(self, module: Module, edge: float) -> None:
        functions = module.functions.values()
        self.edge = edge
        asked = functions if edge > DECISION else ()
        self.lattice = {value for function in asked for value in lattice(function, carried=edge == EDGE)}
        self.arguments = {function.name: [PASSED] * len(function.params) for function in functions}
        self.results = {function.name: [PASSED] * len(function.results) for function in functions}
        if module.entry in self.results:
            self.results[module.entry] = [RESULT] * len(self.results[module.entry])
        self.kept: dict[MemObject, float] = {}

    def with_results(self, name: str, results: list[float]) -> Borders:
        """The same, but for what is asked for of a function."""
        other = copy(self)
        other.results = {**self.results, name: results}
        return other

    def tied(self, inst: Inst) -> bool:
        """Whether the operands may be on an edge together, in many pixels."""
        return all(isinstance(arg, Const) or arg in self.lattice for arg in inst.args)

    def wanted(self, inst: Inst) -> list[float]:
        """Of the operands of a store or a call."""
        if isinstance(inst.target, MemObject):
            return [self.kept.get(inst.target, PASSED)] * len(inst.args)
        return self.arguments[str(inst.target)]

    def note(self, function: Function, found: Needs) -> None:
        """Take up what a function needs of others."""
        mine = self.arguments[function.name]
        mine[:] = [max(need, found.get(param, 0.0)) for need, param in zip(mine, function.params, strict=True)]
        for inst in function.insts():
            needs = [found.get(result, 0.0) for result in inst.results]
            if inst.op == "load" and isinstance(inst.target, MemObject):
                self.kept[inst.target] = max(needs[0], self.kept.get(inst.target, PASSED))
            elif inst.op == "call":
                theirs = self.results[str(inst.target)]
                theirs[:] = map(max, theirs, needs)


@dataclass(frozen=True, slots=True)
class Demands:
    """Fraction bits of the float values of all functions, and of what passes between them."""

    values: Needs
    borders: Borders


def demands(module: Module, observed: Observed, steep: str = "mean", edge: float = DECISION) -> Demands:
    """What the float values of `module` need, and its memory, where decisions on lattices ask for `edge` bits.

    Near poles and roots, where errors grow, an operand has its mean magnitude; with "small" for `steep`, one that few
    pixels are below: then the needs are met almost everywhere.
    """
    borders, found = Borders(module, edge), Needs()
    for _ in range(_SWEEPS):
        for function in reversed(module.functions.values()):
            needs = _needs(function, observed, borders, steep)
            borders.note(function, needs)
            found.update(needs)
    return Demands(found, borders)


def _needs(function: Function, observed: Observed, borders: Borders, steep: str) -> Needs:
    found: Needs = {}
    blocks = reverse_postorder(function)[::-1]
    for _ in range(_ROUNDS if loops(function) else 1):
        before = dict(found)
        for block in blocks:
            terminator = block.terminator
            if terminator.op == "ret":
                _ask(found, terminator.args, borders.results[function.name])
            for edge in terminator.edges:
                _ask(found, edge.args, [found.get(param, 0.0) for param in edge.block.params])
            for inst in reversed(block.insts):
                _ask(found, inst.args, _wanted(inst, found, observed, borders, steep))
        if found == before:
            break
    return found


def sampled(module: Module, observed: Observed, bounds: Demands) -> Needs:
    """`bounds` where nothing better is known; where derivatives were seen, what they ask for, with bits to spare. What
    decisions, memory and other functions ask for, of which derivatives say nothing, stays."""
    colours = bounds.borders.results.get(module.entry, [])
    without = bounds.borders.with_results(module.entry, [-_MOST] * len(colours))
    elsewhere: Needs = {}
    for function in module.functions.values():
        elsewhere.update(_needs(function, observed, without, "mean"))
    found = {}
    for value, bound in bounds.values.items():
        slope = observed[value].slope if value in observed else None
        asked = RESULT + _SPARE + math.log2(slope) if slope else bound
        found[value] = max(min(bound, max(asked, _LEAST)), elsewhere.get(value, 0.0))
    return found


def decisive(function: Function) -> list[Value]:
    """The float values of which sums and products are rounded to whole numbers, or taken the fraction of."""
    found: dict[Value, None] = {}
    blocks = reverse_postorder(function)[::-1]
    for _ in range(2):
        for block in blocks:
            for edge in block.terminator.edges:
                passed = [arg for param, arg in zip(edge.block.params, edge.args, strict=True) if param in found]
                found.update((arg, None) for arg in passed if isinstance(arg, Value))
            for inst in reversed(block.insts):
                if inst.op in _ROUNDINGS or (inst.op in _SUMS and inst.results[0] in found):
                    found.update((arg, None) for arg in inst.args if isinstance(arg, Value))
    return list(found)


def varying(function: Function) -> set[Value]:
    """The values that differ from each pixel to the next: their exact ties are few."""
    found = set(function.params)
    for _ in range(2):
        for block in reverse_postorder(function):
            for inst in block.insts:
                if inst.op not in _DECISIONS and any(arg in found for arg in inst.args if isinstance(arg, Value)):
                    found.update(inst.results)
            for edge in block.terminator.edges:
                passed = zip(edge.block.params, edge.args, strict=True)
                found.update(param for param, arg in passed if isinstance(arg, Value) and arg in found)
    return found


def lattice(function: Function, carried: bool) -> set[Operand]:
    """The values that are computed of pixels' coordinates, uniforms, whole numbers and literals without rounding to
    speak of: where they are compared, many may be equal. What a loop carries is rounded with each turn; such values are
    among them if that is asked for."""
    found: set[Operand] = set(function.params)
    left = set() if carried else {param for loop in loops(function) for param in loop.header.params}
    blocks = reverse_postorder(function)
    for _ in range(2):
        for block in blocks:
            for inst in block.insts:
                operands = [arg for arg in inst.args if arg.type is Type.FLOAT and not isinstance(arg, Const)]
                exact = inst.op in _LATTICE and all(arg in found for arg in operands)
                if exact or inst.op in _WHOLE or _is_uniform(inst):
                    found.update(inst.results)
            for edge in block.terminator.edges:
                passed = zip(edge.block.params, edge.args, strict=True)
                taken = [param for param, arg in passed if isinstance(arg, Const) or arg in found]
                found.update(param for param in taken if param not in left)
    return found


def _is_uniform(inst: Inst) -> bool:
    return inst.op == "load" and isinstance(inst.target, MemObject) and inst.target.kind is MemKind.UNIFORM


def _wanted(inst: Inst, found: Needs, observed: Observed, borders: Borders, steep: str) -> Iterable[float]:
    if inst.op in ("store", "call"):
        return borders.wanted(inst)
    if inst.op in _DECISIONS:
        return [(borders.edge if borders.tied(inst) else DECISION) - _scale(inst)] * len(inst.args)
    if inst.op == "ffract" and borders.tied(inst):
        return [borders.edge]
    demand = _Demand(inst, max((found.get(result, 0.0) for result in inst.results), default=0.0), observed, steep)
    rule = _RULES.get(inst.op)
    return rule(demand, *inst.args) if rule is not None else [demand.need] * len(inst.args)


def _scale(inst: Inst) -> float:
    """log2 of the constant that a decision is about, if that is more than 1."""
    numbers = [abs(float(arg.value)) for arg in inst.args if isinstance(arg, Const)]
    return min(math.log2(max(1.0, *numbers)), DECISION) if numbers else 0.0


def _ask(found: Needs, operands: Iterable[Operand], wanted: Iterable[float]) -> None:
    for operand, need in zip(operands, wanted, strict=True):
        if isinstance(operand, Value) and operand.type is Type.FLOAT:
            found[operand] = min(max(need, found.get(operand, 0.0)), _MOST)


# --- for each operation what its operands need -----------------------------------------------------------------------


def _product(demand: _Demand, x: Operand, y: Operand) -> list[float]:
    return [demand.need + demand.size(y), demand.need + demand.size(x)]


def _fused(demand: _Demand, x: Operand, y: Operand, z: Operand) -> list[float]:
    return [*_product(demand, x, y), demand.need]


def _dot(demand: _Demand, *operands: Operand) -> list[float]:
    return [demand.need + demand.size(partner) for partner in dot_partners(operands)]


def _mix(demand: _Demand, a: Operand, b: Operand, t: Operand) -> list[float]:
    return [demand.need, demand.need, demand.need + max(demand.size(a), demand.size(b))]


def _quotient(demand: _Demand, x: Operand, y: Operand) -> list[float]:
    near = demand.steepest(y)
    return [demand.need - near, demand.need + min(demand.size(x) - near, RESULT) - near]


def _remainder(demand: _Demand, x: Operand, y: Operand) -> list[float]:
    """x - y * floor(x / y), which is a decision, too."""
    turns = max(demand.usual(x) - demand.steepest(y), 0.0)
    need = max(demand.need, DECISION - max(demand.usual(y), 0.0))
    return [need, need + turns]


def _smoothstep(demand: _Demand, start: Operand, end: Operand, x: Operand) -> list[float]:
    width = 1.0
    if isinstance(start, Const) and isinstance(end, Const):
        width = abs(float(end.value) - float(start.value)) or 1.0
    return [demand.need - math.log2(width)] * 3


def _normalize(demand: _Demand, *vector: Operand) -> list[float]:
    return [demand.need - max(map(demand.steepest, vector))] * len(vector)


def _power(demand: _Demand, x: Operand, y: Operand) -> list[float]:
    return [demand.need + max(demand.usual(y), 0.0), demand.need]


def _steepness(power: float, offset: float = 0.0) -> Callable[..., list[float]]:
    """Of a function whose derivative goes like a power of its operand."""
    return lambda demand, x: [demand.need + offset + power * demand.steepest(x)]


def _exponential(demand: _Demand, x: Operand) -> list[float]:
    return [demand.need + demand.size(demand.inst.results[0])]


def _tangent(demand: _Demand, x: Operand) -> list[float]:
    """Its derivative is its square, and 1."""
    found = demand.inst.results[0]
    return [demand.need + 2 * max(demand.usual(found) if demand.steep == "mean" else demand.size(found), 0.0)]


def _arctangent(demand: _Demand, y: Operand, x: Operand) -> list[float]:
    return [demand.need - max(demand.steepest(y), demand.steepest(x))] * 2


_DECISIONS = frozenset(("feq", "fne", "flt", "fge", "fstep", "ffloor", "fceil", "ftrunc", "fround", "ftos", "ftou"))

_ROUNDINGS = frozenset(("ffloor", "fceil", "ftrunc", "ffract", "fmod", "ftos", "ftou"))
_WHOLE = frozenset(("ffloor", "fceil", "ftrunc", "fround", "froundeven", "stof", "utof", "fstep", "fsign"))
_LATTICE = frozenset(
    (
        "fadd",
        "fsub",
        "fmul",
        "ffma",
        "fdot",
        "fdiv",
        "fneg",
        "fabs",
        "ffract",
        "fmod",
        "fmin",
        "fmax",
        "fclamp",
        "select",
    )
)
_SUMS = frozenset(("fadd", "fsub", "fmul", "ffma", "fdot"))

_RULES: Mapping[str, Callable[..., list[float]]] = {
    "fmul": _product,
    "ffma": _fused,
    "fdot": _dot,
    "fmix": _mix,
    "fdiv": _quotient,
    "fsmoothstep": _smoothstep,
    "fnormalize": _normalize,
    "fpow": _power,
    "fexp": _exponential,
    "fexp2": _exponential,
    "fsqrt": _steepness(-0.5, -1),
    "frsqrt": _steepness(-1.5, -1),
    "flog": _steepness(-1),
    "flog2": _steepness(-1),
    "ftan": _tangent,
    "fatan2": _arctangent,
    "fsign": lambda demand, x: [DECISION],
    "ffract": lambda demand, x: [max(demand.need, DECISION)],  # it jumps, as a decision does
    "fmod": _remainder,
}
