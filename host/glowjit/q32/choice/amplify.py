"""Formats for functions that are called from outside: results right to the last bits, whatever lies between.

Input: a module of the float IR, of which nothing was observed. Output: `Formats`, in which a value is a pair (see
`pairs`) if it was rounded and something makes its error grow before it is a result: a factor that may be larger than 1,
a division, a power, the rounds of a loop. All others are words of the border's format, as arguments, results and memory
are: so a function that rounds once costs no more than one instruction for each operation. Where a fraction is taken of
what was enlarged, as hashes do, 30 bits are too few: what that fraction is made of are long words (see `longs`), with
their binary points where their ranges have room. Linear in instructions, times a few rounds.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from itertools import chain

from glowjit.ir.cfg import loops
from glowjit.ir.core import Block, Function, Inst, Module, Operand, Type, Value
from glowjit.ir.ops import dot_partners
from glowjit.q32.choice.nature import FOLDS, Nature
from glowjit.q32.formats import FINE, UNIT_FRACTION, Formats, fit_seen, limits
from glowjit.q32.lowering import expand_longs
from glowjit.q32.ranges import Facts, Range, analyse_all
from glowjit.q32.ranges.interval import REAL

_KINDS = """
exact  fadd fsub fneg fabs ffloor fceil ftrunc fround fmin fmax fclamp select
rounds fmul ffma fdot fmix fdiv fmod fradians fdegrees fsqrt frsqrt fexp fexp2 fpow flength fnormalize
rounds fsmoothstep fldexp
gentle ffract froundeven fstep fsign fsin fcos fatan fasinh ftanh flength fradians feq fne flt fge ftos ftou
gentle store call
"""


def _of_kind(kind: str) -> frozenset[str]:
    return frozenset(op for row in _KINDS.splitlines() if row.startswith(kind) for op in row.split()[1:])


_FOLDS = frozenset(("ffract", "fmod", "ffloor"))  # of long words
_UNBOUNDED = 8  # bits below the point of the word of a long one, of whose size nothing is known
_EXACT, _ROUNDS = _of_kind("exact"), _of_kind("rounds")
_TESTS = frozenset(("fstep", "fsign", "feq", "fne", "flt", "fge"))
_KEEPS = _EXACT | {"ffract"}  # exact, if the operands are
# Operations whose results are no farther off than their operands. What is not here, and no product, is steep.
_GENTLE = _EXACT | _of_kind("gentle")


def exact(module: Module, kind: Nature = Nature.CURVES) -> Formats:
    """Formats that keep what is amplified in pairs, and what a hash takes the fraction of in long words."""
    formats = Formats(exact=True)
    hashes = kind is Nature.HASHES
    for name, facts in analyse_all(module, given=Range(*limits()) if hashes else REAL).items():
        function = module.functions[name]
        inexact = _inexact(function)
        amplified = inexact & _amplified(function, facts)
        if hashes:
            folded = inexact & _folded(function)
            _lengthen(function, folded, facts, formats)
            amplified |= inexact - folded  # by whoever calls the function
        _widen(function, facts, amplified, formats)
    return formats


def _lengthen(function: Function, values: Container[Operand], facts: Facts, formats: Formats) -> None:
    """Make long words of `values`, with as many bits below the point as there is room for."""
    for value, _ in function.values():
        magnitude = facts.range(value).magnitude
        point = min(fit_seen(magnitude), UNIT_FRACTION) if math.isfinite(magnitude) else _UNBOUNDED
        if value in values and point > 0:
            formats.longs.add(value)
            formats.values[value] = point


def _folded(function: Function) -> set[Operand]:
    """Values of which a fraction or a whole part is taken, what they are made of, and fractions themselves, so far as
    they can be long words."""
    found: set[Operand] = set()
    edges, before = [*_handed_on(function)], -1
    while before != len(found):
        before = len(found)
        for block in reversed(function.blocks):
            for inst in reversed(block.insts):
                if inst.op in _FOLDS or not found.isdisjoint(inst.results):
                    found.update(inst.results, inst.args)
        found.update(arg for arg, param, _ in edges if param in found)
    for inst in function.insts():
        if inst.op not in expand_longs.EXPANSIONS:
            found.difference_update(inst.results)
        if inst.op in FOLDS - _FOLDS:
            found.difference_update(inst.args)
    return found


def _widen(function: Function, facts: Facts, amplified: set[Operand], formats: Formats) -> None:
    amplified = amplified - formats.longs
    used = {arg for inst in function.insts() for arg in inst.args if inst.op not in ("store", "call")}
    for block in function.blocks:
        formats.pairs.update(param for param in block.params if param in amplified)
        for inst in block.insts:
            for result in inst.results:
                if inst.op in ("stof", "utof") and result in used and _overflows(result, facts):
                    formats.pairs.add(result)
                if result not in amplified:
                    continue
                if inst.op == "ffloor" and inst.args[0] in formats.longs:  # a word holds it
                    formats.values[result] = formats.fraction_of(inst.args[0])
                elif inst.op in FINE:
                    formats.values[result] = FINE[inst.op]
                elif inst.op in _EXACT or inst.op in _ROUNDS:
                    formats.pairs.add(result)
    _keep_sums(function, facts, formats)


def _keep_sums(function: Function, facts: Facts, formats: Formats) -> None:
    """Where a term of a sum is computed with pairs, the terms are pairs: what is made of a pair saturates, where a word
    wraps, and a sum of both would be neither, although the end of it may fit a word again."""
    pairs, defs = formats.pairs, facts.defs
    sums = [inst for inst in function.insts() if inst.op in _SUMS]
    before = -1
    while before != len(pairs):
        before = len(pairs)
        for inst in sums:
            terms = [arg for arg in inst.args if isinstance(arg, Value) and arg in defs and defs[arg].op in _TERMS]
            made = [arg for term in terms for arg in defs[term].args]
            if not pairs.isdisjoint((*inst.args, *made, inst.result)):
                pairs.update(term for term in terms if term not in formats.longs)


_SUMS = frozenset(("fadd", "fsub", "fneg"))
_TERMS = frozenset(("fmul", "ffma", "fdot", *_SUMS))


def _handed_on(function: Function) -> Iterator[tuple[Operand, Value, Block]]:
    """What goes over edges: an operand, the parameter that takes it, and the block that it comes from."""
    for block in function.blocks:
        for edge in block.terminator.edges:
            for arg, param in zip(edge.args, edge.block.params, strict=True):
                if param.type is Type.FLOAT:
                    yield arg, param, block


def _inexact(function: Function) -> set[Operand]:
    """Values that were rounded, or that rest on such."""
    found: set[Operand] = set()
    before = -1
    while before != len(found):
        before = len(found)
        for block in function.blocks:
            for inst in block.insts:
                rounds = inst.op in _ROUNDS or (inst.op in FINE and inst.op not in _KEEPS)
                if rounds or (inst.op in _KEEPS and not found.isdisjoint(inst.args)):
                    found.update(result for result in inst.results if result.type is Type.FLOAT)
        found.update(param for arg, param, _ in _handed_on(function) if arg in found)
    return found


def _amplified(function: Function, facts: Facts) -> set[Operand]:
    """Values whose error may grow on its way to a result. In a loop it adds up."""
    headers = {loop.header: loop.blocks for loop in loops(function)}
    around = {param: blocks for header, blocks in headers.items() for param in header.params}
    edges = [*_handed_on(function)]
    found: set[Operand] = {arg for arg, param, block in edges if block in around.get(param, ())}
    before = -1
    while before != len(found):
        before = len(found)
        for block in reversed(function.blocks):
            facts.block = block
            for inst in reversed(block.insts):
                grows = not found.isdisjoint(inst.results)
                found.update(arg for arg, steep in _steepness(inst, facts) if steep or grows)
        found.update(arg for arg, param, _ in edges if param in found)
    return found


def _steepness(inst: Inst, facts: Facts) -> Iterator[tuple[Operand, bool]]:
    """The operands of an instruction, and whether it may make their errors larger. A product by a small factor brings
    back what has left the range of words, and a comparison takes it for what it is not."""
    if inst.op in _TESTS:
        return ((arg, _overflows(arg, facts)) for arg in inst.args)
    if inst.op not in ("fmul", "fdot", "ffma"):
        return ((arg, inst.op not in _GENTLE) for arg in inst.args)
    factors, added = (inst.args[:2], inst.args[2:]) if inst.op == "ffma" else (inst.args, [])
    products = zip(factors, dot_partners(factors), strict=True)
    steep = ((arg, facts.range(partner).magnitude > 1 or _overflows(arg, facts)) for arg, partner in products)
    return chain(steep, ((arg, False) for arg in added))


def _overflows(operand: Operand, facts: Facts) -> bool:
    """Whether it may be too large for a word."""
    return facts.range(operand).magnitude > limits()[1]
