"""What is known of a function's values: an interval, whether it is whole, whether it is one for all pixels.

Input: a module of the float IR, and the formats of its values, or none. Output: `Facts` for each function, which answer
for any operand, where asked in a block with what the branches to it imply. Without formats the intervals hold in real
arithmetic, where every operation is defined. With formats they hold for the words, rounding included; only the choice
of instructions, never safety, depends on them. `interval` has the rules, `dataflow` the fixpoint.

Across functions: a parameter is what all call sites pass, a result what all returns give, an array of the module what
all stores put there. Two rounds find that: callees come first, and know of arguments and arrays what the round before
found, at first nothing.
Cost: a few evaluations of each instruction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glowjit.ir.core import Block, Const, Function, Inst, MemKind, MemObject, Module, Operand, Type, Value
from glowjit.q32.formats import Formats, limits, real, ulp, word_of
from glowjit.q32.ranges.conditions import Refinement, refine
from glowjit.q32.ranges.dataflow import Graph, solve
from glowjit.q32.ranges.interval import BOOL, INT, REAL, RULES, Range, hull, meet, subtract
from glowjit.q32.ranges.rounding import ANY, confine, rounded, widest
from glowjit.q32.ranges.shapes import Shape

__all__ = ["ANY", "Facts", "Range", "analyse", "analyse_all"]

LARGEST_SIDE = 4096  # pixels of a picture that ranges are proven for


@dataclass(slots=True)
class Facts:
    """What is known of the operands of one function; `defs` has the float IR's instruction behind each result. `block`
    is where questions are asked: whoever walks the function sets it."""

    graph: Graph
    defs: dict[Value, Inst]
    frame_constant: set[Value]
    formats: Formats
    real: bool = False
    block: Block | None = None

    def range(self, operand: Operand) -> Range:
        if isinstance(operand, Const):
            return _of_constant(operand, self.real)
        if operand in self.formats.pairs:
            return self.widest(operand)
        return self.graph.range_of(operand, self.block) or self.widest(operand)

    def widest(self, operand: Operand) -> Range:
        """What the format of an operand can hold; any number, if there are no formats."""
        if self.real and operand.type is Type.FLOAT:
            return REAL
        return widest(operand.type, self.formats.fraction_of(operand))

    def is_bounded(self, operand: Operand) -> bool:
        """Whether more is known of an operand than its format says, at both ends."""
        known, most = self.range(operand), self.widest(operand)
        return most.low < known.low and known.high < most.high

    def span(self, x: Range, y: Range, fraction: int) -> Range:
        """The range of x - y as a word."""
        return confine(subtract(x, y), Type.FLOAT, fraction)

    def fraction_origin(self, operand: Operand | None) -> Operand | None:
        """x, if `operand` is fract(x) or x - floor(x)."""
        inst = self.defs.get(operand) if isinstance(operand, Value) else None
        return _fraction_origin(inst, self.defs) if inst is not None else None

    def definition(self, operand: Operand | None, op: str) -> Inst | None:
        """The instruction behind `operand`, if it is an `op`."""
        inst = self.defs.get(operand) if isinstance(operand, Value) else None
        return inst if inst is not None and inst.op == op else None

    def same_for_all_pixels(self, operand: Operand) -> bool:
        """Whether the operand depends on uniforms and constants alone."""
        return isinstance(operand, Const) or operand in self.frame_constant


def analyse(function: Function, module: Module, formats: Formats | None = None) -> Facts:
    """Facts of `function` alone, whoever calls it, as words of these formats; of the border's if there are none."""
    return _facts(function, _Words(_Known(module), formats or Formats()))


def analyse_all(module: Module, formats: Formats | None = None, given: Range = REAL) -> dict[str, Facts]:
    """Facts of every function, as words of these formats, or in real arithmetic on floats that are `given`."""
    functions = list(module.functions.values())
    known = _Known(module)
    found: dict[str, Facts] = {}
    for _ in range(2 if any(map(_looks_outside, functions)) else 1):
        domain = _Real(known, given) if formats is None else _Words(known, formats)
        following = _Known(module)
        for function in functions:
            before = found.get(function.name)
            found[function.name] = _facts(function, domain, before.graph if before is not None else None)
            following.learn(function, found[function.name])
            known.results[function.name] = following.results.get(function.name, [])
        known = following
    return found


def _looks_outside(function: Function) -> bool:
    """Whether it calls, or writes what others read."""
    return any(
        inst.op == "call" or (isinstance(inst.target, MemObject) and inst.target.kind is MemKind.GLOBAL)
        for inst in function.insts()
    )


def _facts(function: Function, domain: _Real, graph: Graph | None = None) -> Facts:
    graph = graph or Graph(function)
    domain.defs = {value: inst for inst in function.insts() for value in inst.results}
    solve(graph, domain)
    same = _same_for_all_pixels(function)
    return Facts(graph, domain.defs, same, domain.formats, not isinstance(domain, _Words))


def _same_for_all_pixels(function: Function) -> set[Value]:
    """What depends on uniforms and constants alone."""
    same: set[Value] = set()
    for block in function.blocks:
        for inst in block.insts:
            if isinstance(inst.target, MemObject):
                constant = inst.op == "load" and inst.target.kind in (MemKind.UNIFORM, MemKind.CONSTANT)
            else:
                constant = inst.info.pure and inst.op != "call"
            if constant and all(isinstance(arg, Const) or arg in same for arg in inst.args):
                same.update(inst.results)
    return same


class _Known:
    """What is known across functions: ranges of uniforms and of the module's arrays, and of what calls pass."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.objects = {**_tables(module), **_uniform_bounds(module)}
        self.params: dict[Value, Range] = {}
        self.results: dict[str, list[Range]] = {}
        self._stored: dict[MemObject, Range] = {}

    def learn(self, function: Function, facts: Facts) -> None:
        """Take in what a function passes, stores and returns."""
        for block in function.blocks:
            facts.block = block
            for inst in block.insts:
                if inst.op == "call":
                    callee = self.module.functions[str(inst.target)]
                    for param, arg in zip(callee.params, inst.args, strict=True):
                        self._join_param(param, facts.range(arg))
                elif inst.op == "store" and isinstance(inst.target, MemObject):
                    self._join_object(inst.target, facts.range(inst.args[1]))
            if block.terminator.op == "ret":
                given = [facts.range(arg) for arg in block.terminator.args]
                before = self.results.get(function.name, given)
                self.results[function.name] = [hull(*pair) for pair in zip(before, given, strict=True)]
        facts.block = None

    def _join_param(self, param: Value, passed: Range) -> None:
        if self.module.entry:  # else the functions are for others to call
            self.params[param] = hull(self.params.get(param, passed), passed)

    def _join_object(self, item: MemObject, stored: Range) -> None:
        if item.kind is MemKind.GLOBAL:
            self._stored[item] = hull(self._stored.get(item, Range(0, 0, True)), stored)
            self.objects[item] = self._stored[item]


def _uniform_bounds(module: Module) -> dict[MemObject, Range]:
    """The ranges that uniforms are declared with, or that their words have."""
    bounds = {}
    for uniform in module.uniforms.values():
        kinds = {scalar.kind for scalar in uniform.type.scalars()}
        if len(kinds) == 1 and not kinds & {"bool"}:
            widest = ANY if kinds == {"float"} else INT
            low = widest.low if uniform.minimum is None else max(uniform.minimum, widest.low)
            high = widest.high if uniform.maximum is None else min(uniform.maximum, widest.high)
            bounds[uniform.object] = Range(low, high, widest.whole)
    return bounds


def _tables(module: Module) -> dict[MemObject, Range]:
    """What is in constant arrays."""
    tables = {}
    for item in module.objects.values():
        if item.kind is MemKind.CONSTANT and item.data:
            numbers = [float(word) for word in item.data]
            tables[item] = Range(min(numbers), max(numbers), all(number.is_integer() for number in numbers))
    return tables


class _Real:
    """Real arithmetic: what the float64 evaluation computes, where every operation is defined."""

    formats = Formats()

    def __init__(self, known: _Known, given: Range = REAL) -> None:
        self.known = known
        self.given = given
        self.defs: dict[Value, Inst] = {}
        functions = known.module.functions
        entry = functions.get(known.module.entry)
        self.coordinates = dict.fromkeys(entry.params if entry is not None else [])

    def result(self, inst: Inst, value: Value, operands: Sequence[Range], shape: Shape | None) -> Range:
        if value.type is Type.BOOL:
            return BOOL
        given = self._given(inst, value, operands)
        if given is None:
            given = self._computed(inst, value, operands, shape)
        return self.settled(value, given)

    def _computed(self, inst: Inst, value: Value, operands: Sequence[Range], shape: Shape | None) -> Range:
        rule, count = RULES.get(inst.op), len(inst.args)
        found = rule(*operands[:count]) if rule is not None else self.widest(value)
        return (meet(found, shape.rule(*operands[count:])) or found) if shape is not None else found

    def _given(self, inst: Inst, value: Value, operands: Sequence[Range]) -> Range | None:
        """What comes from memory or from another function."""
        if inst.op == "call":
            results = self.known.results.get(str(inst.target))
            return results[inst.results.index(value)] if results else self.widest(value)
        if inst.op != "load" or not isinstance(inst.target, MemObject):
            return None
        if inst.target.kind is MemKind.LOCAL:
            return operands[0]
        return self.known.objects.get(inst.target) or self.widest(value)

    def joined(self, value: Operand | MemObject, brought: Sequence[Range]) -> Range:
        if isinstance(value, Const):
            return _of_constant(value, not isinstance(self, _Words))
        if isinstance(value, MemObject):
            return hull(*brought)
        return self.settled(value, hull(*brought) if brought else self._param(value))

    def _param(self, value: Value) -> Range:
        if value in self.coordinates:
            return Range(0, LARGEST_SIDE)
        return self.known.params.get(value) or (self.given if value.type is Type.FLOAT else self.widest(value))

    def refined(self, found: Refinement, operands: Sequence[Range]) -> Range:
        return refine(found.relation, operands[0], operands[1], found.value.type)

    def widest(self, value: Operand | MemObject) -> Range:
        return REAL if isinstance(value, MemObject) or value.type is Type.FLOAT else widest(value.type)

    def settled(self, value: Value, found: Range) -> Range:
        """`found` as the type of a value has it: an int wraps."""
        return found if value.type is Type.FLOAT else confine(found, value.type)


class _Words(_Real):
    """Words of the given formats: what is rounded is a little off, and what may have wrapped is unknown."""

    def __init__(self, known: _Known, formats: Formats) -> None:
        super().__init__(known)
        self.formats = formats

    def _computed(self, inst: Inst, value: Value, operands: Sequence[Range], shape: Shape | None) -> Range:
        if _fraction_origin(inst, self.defs) is not None:
            below_one = 1 - ulp(self.formats.fraction_of(value))
            return Range(0, max(below_one, 0), below_one <= 0)
        count = len(inst.args)
        if shape is not None and shape.exact:
            return rounded(inst, value, operands[count:], self.formats, shape.rule)
        return rounded(inst, value, operands[:count], self.formats)

    def _param(self, value: Value) -> Range:
        if value in self.coordinates:
            return Range(0, ANY.high)
        return self.known.params.get(value) or self.widest(value)

    def refined(self, found: Refinement, operands: Sequence[Range]) -> Range:
        """Comparisons are made at the coarser of two binary points."""
        coarse = min(self.formats.fraction_of(found.value), self.formats.fraction_of(found.other))
        slack = ulp(coarse) if found.value.type is Type.FLOAT else 0.0
        return refine(found.relation, operands[0], operands[1], found.value.type, slack)

    def widest(self, value: Operand | MemObject) -> Range:
        if isinstance(value, MemObject):
            return hull(INT, Range(*limits(self.formats.fraction_of_object(value))))
        return widest(value.type, self.formats.fraction_of(value))

    def settled(self, value: Value, found: Range) -> Range:
        """What is moved to the binary point of `value`, down or up. A pair is wider than any word."""
        if value in self.formats.pairs:
            return REAL
        return confine(found, value.type, self.formats.fraction_of(value))


def _of_constant(constant: Const, real_arithmetic: bool) -> Range:
    number = float(constant.value)
    if constant.type is Type.FLOAT and number - number != 0 and not real_arithmetic:
        number = real(word_of(constant))
    if number != number:
        return REAL
    return Range(number, number, number.is_integer())


def _fraction_origin(inst: Inst, defs: dict[Value, Inst]) -> Operand | None:
    """x, if the instruction computes fract(x) or x - floor(x)."""
    if inst.op == "ffract":
        return inst.args[0]
    if inst.op != "fsub" or not isinstance(inst.args[1], Value):
        return None
    floor = defs.get(inst.args[1])
    return floor.args[0] if floor is not None and floor.op == "ffloor" and floor.args[0] == inst.args[0] else None
