"""Emits IR instructions into a current block; every operation of `ir.ops` is one method call away.

A GLSL value is a tuple of operands, one per scalar (`Words`), so composites cost nothing: taking them apart and
putting them together again is bookkeeping on tuples.
"""

from __future__ import annotations

from collections.abc import Sequence

from glowjit.ir.core import Block, Const, Inst, MemObject, Operand, Type, Value, as_int32
from glowjit.ir.ops import OPS

Words = tuple[Operand, ...]

TRUE = Const(Type.BOOL, True)
FALSE = Const(Type.BOOL, False)
ZERO = {Type.FLOAT: Const(Type.FLOAT, 0.0), Type.INT: Const(Type.INT, 0), Type.BOOL: FALSE}

_LETTERS = {"f": Type.FLOAT, "i": Type.INT, "b": Type.BOOL}
RESULT = {name: _LETTERS[info.results] for name, info in OPS.items() if info.results in _LETTERS}

_ints: dict[int, Const] = {value: Const(Type.INT, value) for value in range(-1, 257)}


def integer(value: int) -> Const:
    """An int constant; the small ones, indices above all, are shared."""
    return _ints.get(value) or Const(Type.INT, as_int32(value))


def real(value: float) -> Const:
    return Const(Type.FLOAT, float(value))


class Builder:
    """`block` receives the instructions, `line` is the source line they carry."""

    __slots__ = ("block", "line")

    def __init__(self) -> None:
        self.block = Block()
        self.line = 0

    def op(self, name: str, *args: Operand) -> Value:
        """An operation with one result of a fixed type."""
        result = Value(RESULT[name])
        self.block.insts.append(Inst(name, list(args), [result], None, self.line))
        return result

    def each(self, name: str, *columns: Words) -> Words:
        """`op` on every component."""
        result_type = RESULT[name]
        insts = self.block.insts
        line = self.line
        out: list[Operand] = []
        for args in zip(*columns, strict=True):
            result = Value(result_type)
            insts.append(Inst(name, list(args), [result], None, line))
            out.append(result)
        return tuple(out)

    def many(self, name: str, args: Sequence[Operand], results: Sequence[Type], target: str | None = None) -> Words:
        """An operation with any number of results: calls, normalisation."""
        values = [Value(type) for type in results]
        self.block.insts.append(Inst(name, list(args), values, target, self.line))
        return tuple(values)

    def select(self, condition: Operand, if_true: Operand, if_false: Operand) -> Operand:
        result = Value(if_true.type)
        self.block.insts.append(Inst("select", [condition, if_true, if_false], [result], None, self.line))
        return result

    def load(self, target: MemObject, index: Operand, type: Type) -> Value:
        result = Value(type)
        self.block.insts.append(Inst("load", [index], [result], target, self.line))
        return result

    def store(self, target: MemObject, index: Operand, value: Operand) -> None:
        self.block.insts.append(Inst("store", [index, value], [], target, self.line))
