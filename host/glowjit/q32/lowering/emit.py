"""The integer instructions that take a float instruction's place.

An `Emitter` collects the instructions of the block being lowered. Calling it with the name of an operation appends one
and returns its result; Python ints stand for constants. It folds nothing: the passes do.
"""

from __future__ import annotations

from glowjit.ir.core import Const, Inst, MemObject, Operand, Type, Value, const_int
from glowjit.ir.ops import OPS

_RESULTS = {"i": Type.INT, "b": Type.BOOL}


class Emitter:
    """`insts` is the block so far; `loc` the source line that new instructions get; `called` the library's functions
    in the order of their first call."""

    def __init__(self) -> None:
        self.insts: list[Inst] = []
        self.loc = 0
        self.called: dict[str, None] = {}

    def __call__(self, op: str, *args: Operand | int) -> Value:
        """Append one integer operation with one result."""
        operands = [const_int(arg) if isinstance(arg, int) else arg for arg in args]
        column = OPS[op].results
        result = Value(operands[1].type if column == "T" else _RESULTS[column])
        self.insts.append(Inst(op, operands, [result], None, self.loc))
        return result

    def call(self, function: str, args: list[Operand], results: list[Type]) -> list[Value]:
        """Append a call of a function of the math library."""
        self.called.setdefault(function)
        values = [Value(type) for type in results]
        self.insts.append(Inst("call", list(args), values, function, self.loc))
        return values

    def call_two(self, function: str, *args: Operand) -> tuple[Value, Value]:
        """Append a call of a function of the math library that returns two words."""
        first, second = self.call(function, list(args), [Type.INT, Type.INT])
        return first, second

    def add(self, x: Operand | None, y: Operand | None) -> Operand | None:
        """x + y, where None is a zero that was not worth an instruction."""
        if x is None or y is None:
            return y if x is None else x
        return self("add", x, y)

    def keep(self, inst: Inst, args: list[Operand], target: MemObject | str | None) -> None:
        """Append `inst` with other operands."""
        self.insts.append(Inst(inst.op, args, inst.results, target, inst.loc))


def constant(operand: Operand | None) -> float | None:
    """The number that a constant float operand is, or None."""
    return float(operand.value) if isinstance(operand, Const) else None
