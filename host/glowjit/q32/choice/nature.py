"""What a function that is called from outside does with numbers, so that the better of two results can be told: that of
words, which are right to 2^-16 and wrap, or that of pairs, which are right to 30 bits.

Input: a module of the float IR. Output: its `Nature`. Linear.
"""

from __future__ import annotations

from enum import Enum

from glowjit.ir.core import Const, Inst, Module


class Nature(Enum):
    """WHOLE has no floats. SUMS, of products, wrap as words and come back. HASHES take a fraction of what a constant
    has enlarged: of that pairs have too few bits. POLES have a tangent, of which words are better where it is large.
    CURVES are everything else: divisions, powers, waves."""

    WHOLE = 0
    SUMS = 1
    HASHES = 2
    POLES = 3
    CURVES = 4


_LARGE = 256  # a factor that makes a hash
_SUMS = frozenset(("fadd", "fsub", "fneg", "fabs", "fmul", "ffma", "fdot", "fmix", "fmin", "fmax", "fclamp"))
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
    if used & FOLDS and any(map(_enlarges, insts)):
        return Nature.HASHES
    return Nature.POLES if "ftan" in used else Nature.CURVES


def _enlarges(inst: Inst) -> bool:
    """Whether it is a product by a large constant."""
    factors = [float(arg.value) for arg in inst.args if isinstance(arg, Const)] if inst.op in ("fmul", "fdot") else []
    return any(abs(factor) > _LARGE for factor in factors)
