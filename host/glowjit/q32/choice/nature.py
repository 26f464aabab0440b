"""What a function that is called from outside does with numbers, so that the better of two results can be told: that of
words, which are right to 2^-16 and wrap, or that of pairs, which are right to 30 bits.

Input: a module of the float IR. Output: its `Nature`. Linear, but for the ranges.
"""

from __future__ import annotations

from enum import Enum

from glowjit.ir.core import Const, Inst, Module
from glowjit.q32.formats import limits
from glowjit.q32.ranges import Facts, Range, analyse_all


class Nature(Enum):
    """WHOLE has no floats. SUMS, of products, wrap as words and come back. HASHES take a fraction of what a constant
    has enlarged, or of a large product: of that pairs have too few bits. POLES have a tangent, of which words are
    better where it is large. CURVES are everything else: divisions, powers, waves."""

    WHOLE = 0
    SUMS = 1
    HASHES = 2
    POLES = 3
    CURVES = 4


_LARGE = 256  # a factor that makes a hash
_EXACT = frozenset(("fadd", "fsub", "fneg", "fabs", "fmin", "fmax", "fclamp"))
_SUMS = _EXACT | {"fmul", "ffma", "fdot", "fmix"}
_TESTS = frozenset(("fsign", "fstep", "feq", "fne", "flt", "fge", "stof", "utof"))
FOLDS = frozenset(("ffract", "fmod", "ffloor", "fceil", "ftrunc", "fround", "froundeven", "ftos", "ftou"))


def nature(module: Module) -> Nature:
    """Of all functions of a module together."""
    insts = [inst for function in module.functions.values() for inst in function.insts() if inst.info.is_float]
    used = {inst.op for inst in insts}
    if not used:
        return Nature.WHOLE
    if used <= _SUMS | _TESTS:
        return Nature.SUMS
    if used & FOLDS and (used <= _EXACT | _TESTS | FOLDS or any(map(_enlarges, insts)) or _folds_products(module)):
        return Nature.HASHES
    return Nature.POLES if "ftan" in used else Nature.CURVES


def _folds_products(module: Module) -> bool:
    """Whether a fraction is taken of a product that is large, but not too large for a word."""
    given = Range(*limits())
    return any(
        _is_large_product(inst, facts)
        for name, facts in analyse_all(module, given=given).items()
        for inst in module.functions[name].insts()
        if inst.op == "ffract"
    )


def _is_large_product(fract: Inst, facts: Facts) -> bool:
    (operand,) = fract.args
    is_large = _LARGE < facts.range(operand).magnitude <= limits()[1]
    return is_large and facts.definition(operand, "fmul") is not None


def _enlarges(inst: Inst) -> bool:
    """Whether it is a product by a large constant."""
    factors = [float(arg.value) for arg in inst.args if isinstance(arg, Const)] if inst.op in ("fmul", "fdot") else []
    return any(abs(factor) > _LARGE for factor in factors)
