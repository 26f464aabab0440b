"""GLSL.std.450, the built-in functions of GLSL: a table from each to IR operations.

Those that the IR has are named directly; the others are put together here, in `linear` and in `packing`. Results are
total: refract beyond the critical angle is 0, the square root in it is of whatever is there.
"""

from __future__ import annotations

from glowjit.ir.core import Operand, Type
from glowjit.spirv import linear, packing
from glowjit.spirv.arithmetic import Handler, direct, each, pairs
from glowjit.spirv.builder import Builder, Words, integer, real
from glowjit.spirv.linear import dot_words
from glowjit.spirv.types import TypeInfo

_DIRECT = """
Round fround  RoundEven froundeven  Trunc ftrunc  FAbs fabs  FSign fsign  Floor ffloor  Ceil fceil  Fract ffract
Radians fradians  Degrees fdegrees  Sin fsin  Cos fcos  Tan ftan  Asin fasin  Acos facos  Atan fatan  Atan2 fatan2
Sinh fsinh  Cosh fcosh  Tanh ftanh  Asinh fasinh  Acosh facosh  Atanh fatanh
Pow fpow  Exp fexp  Log flog  Exp2 fexp2  Log2 flog2  Sqrt fsqrt  InverseSqrt frsqrt
FMin fmin  NMin fmin  UMin minu  SMin min  FMax fmax  NMax fmax  UMax maxu  SMax max
FClamp fclamp  NClamp fclamp  FMix fmix  Step fstep  SmoothStep fsmoothstep  Fma ffma  Ldexp fldexp
FindILsb findlsb  FindSMsb findmsb  FindUMsb findmsbu
"""


def _integer_abs(build: Builder, x: Operand) -> Operand:
    return build.op("max", x, build.op("sub", integer(0), x))


def _integer_sign(build: Builder, x: Operand) -> Operand:
    """-1 from the sign bit, 1 from the sign bit of the negative."""
    negative = build.op("sar", x, integer(31))
    return build.op("or", negative, build.op("shr", build.op("sub", integer(0), x), integer(31)))


def _signed_clamp(build: Builder, x: Operand, low: Operand, high: Operand) -> Operand:
    return build.op("min", build.op("max", x, low), high)


def _unsigned_clamp(build: Builder, x: Operand, low: Operand, high: Operand) -> Operand:
    return build.op("minu", build.op("maxu", x, low), high)


def split_modf(build: Builder, words: Words) -> tuple[Words, Words]:
    """Fractions and whole parts, both with the sign of the value."""
    whole = build.each("ftrunc", words)
    return build.each("fsub", words, whole), whole


def split_frexp(build: Builder, words: Words) -> tuple[Words, Words]:
    """Significands in [0.5, 1) and exponents."""
    parts = [build.many("ffrexp", [word], (Type.FLOAT, Type.INT)) for word in words]
    return tuple(part[0] for part in parts), tuple(part[1] for part in parts)


def _modf_struct(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    fraction, whole = split_modf(build, args[0])
    return fraction + whole


def _frexp_struct(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    significand, exponent = split_frexp(build, args[0])
    return significand + exponent


def _length_of(build: Builder, words: Words) -> Operand:
    return build.op("fabs", *words) if len(words) == 1 else build.op("flength", *words)


def _length(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    return (_length_of(build, args[0]),)


def _distance(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    return (_length_of(build, build.each("fsub", *args)),)


def _normalize(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    (words,) = args
    if len(words) == 1:
        return build.each("fsign", words)
    return build.many("fnormalize", words, (Type.FLOAT,) * len(words))


def _cross(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    a, b = args

    def component(i: int, j: int) -> Operand:
        return build.op("fsub", build.op("fmul", a[i], b[j]), build.op("fmul", a[j], b[i]))

    return (component(1, 2), component(2, 0), component(0, 1))


def _face_forward(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    normal, incident, reference = args
    towards = build.op("flt", dot_words(build, reference, incident), real(0))
    return tuple(build.select(towards, word, build.op("fneg", word)) for word in normal)


def _reflect(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    incident, normal = args
    projection = dot_words(build, normal, incident)
    twice = build.op("fadd", projection, projection)
    return tuple(build.op("fsub", i, build.op("fmul", twice, n)) for i, n in zip(incident, normal, strict=True))


def _refract(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    """k = 1 - eta^2 (1 - (n.i)^2); eta i - (eta n.i + sqrt k) n, or 0 where k < 0."""
    incident, normal, (eta,) = args
    cosine = dot_words(build, normal, incident)
    sine_squared = build.op("fsub", real(1), build.op("fmul", cosine, cosine))
    k = build.op("fsub", real(1), build.op("fmul", build.op("fmul", eta, eta), sine_squared))
    along = build.op("fadd", build.op("fmul", eta, cosine), build.op("fsqrt", k))
    total = build.op("flt", k, real(0))
    words: list[Operand] = []
    for i, n in zip(incident, normal, strict=True):
        bent = build.op("fsub", build.op("fmul", eta, i), build.op("fmul", along, n))
        words.append(build.select(total, real(0), bent))
    return tuple(words)


HANDLERS: dict[str, Handler] = {
    **{name: direct(op) for name, op in pairs(_DIRECT)},
    "SAbs": each(_integer_abs),
    "SSign": each(_integer_sign),
    "SClamp": each(_signed_clamp),
    "UClamp": each(_unsigned_clamp),
    "ModfStruct": _modf_struct,
    "FrexpStruct": _frexp_struct,
    "Length": _length,
    "Distance": _distance,
    "Normalize": _normalize,
    "Cross": _cross,
    "FaceForward": _face_forward,
    "Reflect": _reflect,
    "Refract": _refract,
    **linear.EXTENDED,
    **packing.EXTENDED,
}
