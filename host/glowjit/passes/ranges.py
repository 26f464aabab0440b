"""Which values an index may take, from how it is computed.

Only what a clamp, a mask or a multiple of one shows; the maker of an access clamps its index, so this finds the array
inside a structure whose other members can then become values. Depth is bounded, so cost is constant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from glowjit.ir.core import Const, Inst, Operand, Type, Value

Range = tuple[int, int]
FULL = (-(1 << 31), (1 << 31) - 1)
_DEPTH = 8


def index_range(index: Operand, defs: Mapping[Value, Inst], words: int) -> Range:
    """The least and the greatest word that an access may reach, both within 0 .. `words` - 1."""
    low, high = value_range(index, defs)
    return max(low, 0), min(high, words - 1)


def value_range(operand: Operand, defs: Mapping[Value, Inst], depth: int = _DEPTH) -> Range:
    """The least and the greatest value of a signed int operand; `FULL` where nothing is known."""
    if isinstance(operand, Const):
        return int(operand.value), int(operand.value)
    inst = defs.get(operand)
    rule = _RULES.get(inst.op) if inst else None
    if inst is None or rule is None or depth == 0:
        return FULL
    args = [value_range(arg, defs, depth - 1) if arg.type is Type.INT else (0, 1) for arg in inst.args]
    low, high = rule(*args)
    return (low, high) if FULL[0] <= low and high <= FULL[1] else FULL


def _minu(a: Range, b: Range) -> Range:
    bounds = [high for low, high in (a, b) if low >= 0]
    return (0, min(bounds)) if bounds else FULL


def _and(a: Range, b: Range) -> Range:
    return _minu(a, b)


def _mul(a: Range, b: Range) -> Range:
    products = [x * y for x in a for y in b]
    return min(products), max(products)


def _shl(a: Range, b: Range) -> Range:
    if b[0] != b[1] or not 0 <= b[0] < 32:
        return FULL
    return a[0] << b[0], a[1] << b[0]


def _shr(a: Range, b: Range) -> Range:
    if b[0] != b[1] or not 0 < b[0] < 32:
        return FULL
    return (a[0] >> b[0], a[1] >> b[0]) if a[0] >= 0 else (0, 0xFFFF_FFFF >> b[0])


def _sar(a: Range, b: Range) -> Range:
    if b[0] != b[1] or not 0 <= b[0] < 32:
        return FULL
    return a[0] >> b[0], a[1] >> b[0]


def _remu(a: Range, b: Range) -> Range:
    return (0, b[1] - 1) if b[0] > 0 else FULL


_RULES: dict[str, Callable[..., Range]] = {
    "add": lambda a, b: (a[0] + b[0], a[1] + b[1]),
    "sub": lambda a, b: (a[0] - b[1], a[1] - b[0]),
    "mul": _mul,
    "shl": _shl,
    "shr": _shr,
    "sar": _sar,
    "and": _and,
    "min": lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
    "max": lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    "minu": _minu,
    "remu": _remu,
    "btoi": lambda a: (0, 1),
    "select": lambda c, a, b: (min(a[0], b[0]), max(a[1], b[1])),
}
