"""packUnorm4x8 and its relatives, put together from float and int operations.

Unorm and snorm follow the GLSL formulas (clamp, scale, round; divide back). The 16-bit unorm goes in two bytes, because
65535 exceeds what a fixed-point float can hold: x * 65535/256 splits into a high byte and a fraction that is the low
one. Halves are converted on the bits of the IEEE single, rounding to even.
"""

from __future__ import annotations

from collections.abc import Callable

from glowjit.ir.core import Operand
from glowjit.spirv.arithmetic import Handler
from glowjit.spirv.builder import Builder, Words, integer, real

_UNORM16 = real(65535 / 256)


def _join(build: Builder, fields: list[Operand], bits: int) -> Words:
    """Fields of `bits` bits, clean above, into one word; the first is the lowest."""
    word = fields[0]
    for number, field in enumerate(fields[1:], start=1):
        word = build.op("or", word, build.op("shl", field, integer(number * bits)))
    return (word,)


def _split(build: Builder, word: Operand, bits: int, shift: str) -> list[Operand]:
    """Every field of the word, zero-extended by shift "shr" or sign-extended by "sar"; the lowest first."""
    fields: list[Operand] = []
    for at in range(0, 32, bits):
        above = 32 - bits - at
        top = build.op("shl", word, integer(above)) if above else word
        fields.append(build.op(shift, top, integer(32 - bits)))
    return fields


def _pack(bits: int, encode: Callable[[Builder, Operand], Operand]) -> Handler:
    return lambda build, args, type: _join(build, [encode(build, x) for x in args[0]], bits)


def _unpack(bits: int, shift: str, decode: Callable[[Builder, Operand], Operand]) -> Handler:
    return lambda build, args, type: tuple(decode(build, field) for field in _split(build, args[0][0], bits, shift))


def _to_unorm8(build: Builder, x: Operand) -> Operand:
    clamped = build.op("fclamp", x, real(0), real(1))
    return build.op("ftou", build.op("fround", build.op("fmul", clamped, real(255))))


def _from_unorm8(build: Builder, field: Operand) -> Operand:
    return build.op("fdiv", build.op("utof", field), real(255))


def _to_unorm16(build: Builder, x: Operand) -> Operand:
    scaled = build.op("fmul", build.op("fclamp", x, real(0), real(1)), _UNORM16)
    high = build.op("ffloor", scaled)
    low = build.op("fround", build.op("fmul", build.op("fsub", scaled, high), real(256)))
    return build.op("add", build.op("shl", build.op("ftou", high), integer(8)), build.op("ftou", low))


def _from_unorm16(build: Builder, field: Operand) -> Operand:
    high = build.op("utof", build.op("shr", field, integer(8)))
    low = build.op("utof", build.op("and", field, integer(255)))
    return build.op("fdiv", build.op("fadd", high, build.op("fmul", low, real(1 / 256))), _UNORM16)


def _to_snorm(bits: int) -> Callable[[Builder, Operand], Operand]:
    largest = (1 << (bits - 1)) - 1

    def encode(build: Builder, x: Operand) -> Operand:
        clamped = build.op("fclamp", x, real(-1), real(1))
        rounded = build.op("fround", build.op("fmul", clamped, real(largest)))
        return build.op("and", build.op("ftos", rounded), integer((1 << bits) - 1))

    return encode


def _from_snorm(bits: int) -> Callable[[Builder, Operand], Operand]:
    largest = (1 << (bits - 1)) - 1

    def decode(build: Builder, field: Operand) -> Operand:
        return build.op("fmax", build.op("fdiv", build.op("stof", field), real(largest)), real(-1))

    return decode


# Bits of singles: the least normal half 2^-14, the least that rounds to infinity 65520, and the difference of the
# exponents' biases (127 - 15) in place.
_LEAST_NORMAL = integer(0x3880_0000)
_OVERFLOW = integer(0x477F_F000)
_REBIAS = integer(112 << 23)


def _to_half(build: Builder, x: Operand) -> Operand:
    bits = build.op("fbits", x)
    magnitude = build.op("and", bits, integer(0x7FFF_FFFF))
    odd = build.op("and", build.op("shr", magnitude, integer(13)), integer(1))
    nudged = build.op("add", build.op("add", magnitude, integer(0xFFF)), odd)
    normal = build.op("shr", build.op("sub", nudged, _REBIAS), integer(13))
    denormal = build.op("ftos", build.op("froundeven", build.op("fldexp", build.op("fabs", x), integer(24))))
    half = build.select(build.op("ltu", magnitude, _LEAST_NORMAL), denormal, normal)
    half = build.select(build.op("geu", magnitude, _OVERFLOW), integer(0x7C00), half)
    sign = build.op("and", build.op("shr", bits, integer(16)), integer(0x8000))
    return build.op("or", half, sign)


def _from_half(build: Builder, field: Operand) -> Operand:
    magnitude = build.op("and", field, integer(0x7FFF))
    normal = build.op("bitsf", build.op("add", build.op("shl", magnitude, integer(13)), _REBIAS))
    denormal = build.op("fldexp", build.op("stof", magnitude), integer(-24))
    value = build.select(build.op("lt", magnitude, integer(0x400)), denormal, normal)
    return build.select(build.op("lt", field, integer(0x8000)), value, build.op("fneg", value))


EXTENDED: dict[str, Handler] = {
    "PackUnorm4x8": _pack(8, _to_unorm8),
    "PackSnorm4x8": _pack(8, _to_snorm(8)),
    "PackUnorm2x16": _pack(16, _to_unorm16),
    "PackSnorm2x16": _pack(16, _to_snorm(16)),
    "PackHalf2x16": _pack(16, _to_half),
    "UnpackUnorm4x8": _unpack(8, "shr", _from_unorm8),
    "UnpackSnorm4x8": _unpack(8, "sar", _from_snorm(8)),
    "UnpackUnorm2x16": _unpack(16, "shr", _from_unorm16),
    "UnpackSnorm2x16": _unpack(16, "sar", _from_snorm(16)),
    "UnpackHalf2x16": _unpack(16, "shr", _from_half),
}
