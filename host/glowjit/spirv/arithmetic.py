"""Component-wise instructions -> one IR operation, or a few, per component.

A handler takes the builder, the words of each operand and the result's type, and returns the words of the result.
Integer operations follow the IR's rules (RV32M division, five-bit shift amounts) and are total; `%` on signed ints is
floored, as glslang's OpSMod says. Floats are real numbers, so ordered and unordered comparisons are the same and
nothing is NaN.
"""

from __future__ import annotations

from collections.abc import Callable

from glowjit.ir.core import Const, Operand, Type
from glowjit.spirv.builder import FALSE, Builder, Words, integer
from glowjit.spirv.types import TypeInfo

Handler = Callable[[Builder, list[Words], TypeInfo], Words]

# SPIR-V instruction, IR operation with the same operands.
_SAME = """
FAdd fadd  FSub fsub  FMul fmul  FDiv fdiv  FMod fmod  FNegate fneg
IAdd add  ISub sub  IMul mul  SDiv div  UDiv divu  SRem rem  UMod remu
BitwiseAnd and  BitwiseOr or  BitwiseXor xor  BitReverse bitreverse  BitCount bitcount
ShiftLeftLogical shl  ShiftRightLogical shr  ShiftRightArithmetic sar
ConvertFToS ftos  ConvertFToU ftou  ConvertSToF stof  ConvertUToF utof
LogicalAnd band  LogicalOr bor  LogicalNot bnot  LogicalNotEqual bxor
IEqual eq  INotEqual ne  SLessThan lt  SGreaterThanEqual ge  ULessThan ltu  UGreaterThanEqual geu
FOrdEqual feq  FUnordEqual feq  FOrdNotEqual fne  FUnordNotEqual fne
FOrdLessThan flt  FUnordLessThan flt  FOrdGreaterThanEqual fge  FUnordGreaterThanEqual fge
"""

# The same with its two operands swapped.
_SWAPPED = """
SGreaterThan lt  SLessThanEqual ge  UGreaterThan ltu  ULessThanEqual geu
FOrdGreaterThan flt  FUnordGreaterThan flt  FOrdLessThanEqual fge  FUnordLessThanEqual fge
"""


def pairs(text: str) -> list[tuple[str, str]]:
    """A table of two columns, written several rows a line."""
    items = text.split()
    return list(zip(items[::2], items[1::2], strict=True))


def direct(op: str) -> Handler:
    return lambda build, args, type: build.each(op, *args)


def swapped(op: str) -> Handler:
    return lambda build, args, type: build.each(op, *reversed(args))


def each(compose: Callable[..., Operand]) -> Handler:
    """A handler that calls `compose(build, component of every operand...)` for each component."""
    return lambda build, args, type: tuple(compose(build, *parts) for parts in zip(*args, strict=True))


def fill(word: Operand) -> Handler:
    return lambda build, args, type: (word,) * type.words


def _negate(build: Builder, x: Operand) -> Operand:
    return build.op("sub", integer(0), x)


def _complement(build: Builder, x: Operand) -> Operand:
    return build.op("xor", x, integer(-1))


def _equivalent(build: Builder, a: Operand, b: Operand) -> Operand:
    return build.op("bnot", build.op("bxor", a, b))


def floored_modulo(build: Builder, a: Operand, b: Operand) -> Operand:
    """rem has the dividend's sign; where that differs from the divisor's, one divisor more. x % 0 is x."""
    if isinstance(b, Const) and b.value > 0:
        divisor = int(b.value)
        if divisor & (divisor - 1) == 0:
            return build.op("and", a, integer(divisor - 1))
        remainder = build.op("rem", a, b)
        return build.op("add", remainder, build.op("and", build.op("sar", remainder, integer(31)), b))
    remainder = build.op("rem", a, b)
    differ = build.op("lt", build.op("xor", remainder, b), integer(0))
    correct = build.op("band", differ, build.op("ne", remainder, integer(0)))
    return build.select(correct, build.op("add", remainder, b), remainder)


def _truncated_modulo(build: Builder, a: Operand, b: Operand) -> Operand:
    return build.op("fsub", a, build.op("fmul", b, build.op("ftrunc", build.op("fdiv", a, b))))


def _extract(shift: str) -> Callable[..., Operand]:
    """bitfieldExtract: the field's top bit is brought to bit 31, then back down; nothing for an empty field."""

    def compose(build: Builder, base: Operand, offset: Operand, count: Operand) -> Operand:
        above = build.op("sub", integer(32), count)
        top = build.op("shl", base, build.op("sub", above, offset))
        return build.select(build.op("eq", count, integer(0)), integer(0), build.op(shift, top, above))

    return compose


def _bit_field(build: Builder, args: list[Words], type: TypeInfo, compose: Callable[..., Operand]) -> Words:
    """Offset and count are scalars, the values before them have components."""
    *values, (offset,), (count,) = args
    return tuple(compose(build, *parts, offset, count) for parts in zip(*values, strict=True))


def _insert(build: Builder, base: Operand, field: Operand, offset: Operand, count: Operand) -> Operand:
    ones = build.op("shr", integer(-1), build.op("sub", integer(32), count))
    empty = build.op("eq", count, integer(0))
    mask = build.select(empty, integer(0), build.op("shl", ones, offset))
    changed = build.op("and", build.op("xor", base, build.op("shl", field, offset)), mask)
    return build.op("xor", base, changed)


def _scale(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    """Vector or matrix times scalar."""
    words, (factor,) = args
    return tuple(build.op("fmul", word, factor) for word in words)


def _select(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    condition, if_true, if_false = args
    if len(condition) == 1:
        condition = condition * len(if_true)
    return tuple(build.select(*parts) for parts in zip(condition, if_true, if_false, strict=True))


def _reduce(op: str) -> Handler:
    """any and all."""

    def handler(build: Builder, args: list[Words], type: TypeInfo) -> Words:
        result, *rest = args[0]
        for word in rest:
            result = build.op(op, result, word)
        return (result,)

    return handler


def _pair(low: str, high: Callable[[Builder, Operand, Operand, Operand], Operand]) -> Handler:
    """A struct of two results: all of the first, then all of the second, which may look at the first."""

    def handler(build: Builder, args: list[Words], type: TypeInfo) -> Words:
        first = build.each(low, *args)
        return first + tuple(high(build, *parts) for parts in zip(*args, first, strict=True))

    return handler


def _carry(build: Builder, a: Operand, b: Operand, total: Operand) -> Operand:
    return build.op("btoi", build.op("ltu", total, a))


def _borrow(build: Builder, a: Operand, b: Operand, difference: Operand) -> Operand:
    return build.op("btoi", build.op("ltu", a, b))


def _bitcast(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    """Signs cost nothing; between float and int the bits are those of an IEEE single."""
    (words,) = args
    if type.scalars[0] is words[0].type:
        return words
    return build.each("fbits" if words[0].type is Type.FLOAT else "bitsf", words)


def _identity(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    return args[0]


def _construct(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    return tuple(word for part in args for word in part)


HANDLERS: dict[str, Handler] = {
    **{name: direct(op) for name, op in pairs(_SAME)},
    **{name: swapped(op) for name, op in pairs(_SWAPPED)},
    "SNegate": each(_negate),
    "Not": each(_complement),
    "LogicalEqual": each(_equivalent),
    "SMod": each(floored_modulo),
    "FRem": each(_truncated_modulo),
    "IsNan": fill(FALSE),
    "IsInf": fill(FALSE),
    "BitFieldSExtract": lambda build, args, type: _bit_field(build, args, type, _extract("sar")),
    "BitFieldUExtract": lambda build, args, type: _bit_field(build, args, type, _extract("shr")),
    "BitFieldInsert": lambda build, args, type: _bit_field(build, args, type, _insert),
    "VectorTimesScalar": _scale,
    "MatrixTimesScalar": _scale,
    "Select": _select,
    "Any": _reduce("bor"),
    "All": _reduce("band"),
    "IAddCarry": _pair("add", _carry),
    "ISubBorrow": _pair("sub", _borrow),
    "UMulExtended": _pair("mul", lambda build, a, b, _: build.op("mulhu", a, b)),
    "SMulExtended": _pair("mul", lambda build, a, b, _: build.op("mulh", a, b)),
    "Bitcast": _bitcast,
    "CopyObject": _identity,
    "CopyLogical": _identity,
    "CompositeConstruct": _construct,
}
