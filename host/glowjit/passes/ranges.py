"""Which words an access may reach, from how its index is computed.

The front end clamps every index, so this tells in which array of a structure an access stays; the members before and
behind it can then become values. Rules are those of `knowledge`. Depth is bounded, so cost is constant.
"""

from __future__ import annotations

from collections.abc import Mapping

from glowjit.ir.core import Const, Inst, Operand, Type, Value
from glowjit.passes.knowledge import BOOL, FULL, TRANSFER, Known, constant

_DEPTH = 8


def index_range(index: Operand, defs: Mapping[Value, Inst], words: int) -> tuple[int, int]:
    """The least and the greatest word that an access may reach, both within 0 .. `words` - 1."""
    low, high = value_range(index, defs)
    return max(low, 0), min(high, words - 1)


def value_range(operand: Operand, defs: Mapping[Value, Inst]) -> tuple[int, int]:
    """The least and the greatest value of a signed int operand."""
    low, high, _, _ = _known(operand, defs, _DEPTH)
    return low, high


def _known(operand: Operand, defs: Mapping[Value, Inst], depth: int) -> Known:
    if isinstance(operand, Const):
        return constant(int(operand.value))
    if operand.type is Type.BOOL:
        return BOOL
    inst = defs.get(operand)
    transfer = TRANSFER.get(inst.op) if inst is not None else None
    if inst is None or transfer is None or depth == 0:
        return FULL
    return transfer(*(_known(arg, defs, depth - 1) for arg in inst.args))
