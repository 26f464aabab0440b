"""Float IR with the errors of fixed point as random noise: how far may machine code be from real arithmetic?

Monte Carlo arithmetic (Parker, Pierce, Eggert 2000; CESTAC before it): the program runs many times side by side, once
exactly, and in the others every operation that rounds is off by a random part of its documented error. Where the runs
scatter, or branch differently, fixed point may do so too; where they stay together, it has to be there. A quarter of
them errs upwards all the time and a quarter downwards, because truncation does not average out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from glowjit.ir import Const, Function, Inst, MemKind, MemObject, Module, Type, Value, const_float
from glowjit.ir.evaluate import Evaluator
from glowjit.ir.plan import Kind, PlannedBlock

ULP = 2.0**-16
LIMIT = 32767.0
SAMPLES = 24

# Operations that round: the largest error in ulp, and relative to the result; the table of builtins, rounded up.
# fmt: off
ERRORS = {
    **dict.fromkeys(("fmul", "ffma", "fmix", "fradians"), (1.1, 2.0**-28)),
    **dict.fromkeys(("fdot", "fdegrees"), (4.0, 2.0**-28)),
    **dict.fromkeys(("fdiv", "frsqrt", "flength", "fnormalize", "fsqrt", "flog", "flog2"), (2.5, 2.0**-20)),
    **dict.fromkeys(("fsin", "fcos", "fasin", "facos", "fatan", "fatan2", "ftanh"), (3.0, 0.0)),
    **dict.fromkeys(("fasinh", "facosh", "fatanh", "fsmoothstep"), (5.0, 2.0**-20)),
    **dict.fromkeys(("fexp", "fexp2", "fsinh", "fcosh"), (2.0, 2.0**-20)),
    "fpow": (3.0, 2.0**-15),
    **dict.fromkeys(("fldexp", "bitsf", "ffrexp"), (1.0, 0.0)),
    "ftan": (3.0, 2.0**-11),
}
# fmt: on
PRODUCTS = {"fmul", "ffma", "fmix", "fdot"}  # exact if Q16.16 holds the result

# Operations that leap where this operand is 0: where it is near, nothing is judged; nor anything on bits of floats.
SINGULAR = {"fdiv": 1, "fmod": 1, "fbits": 0, "ffrexp": 0, "fatan2": 0, "fnormalize": 0}
NEAR_ZERO = 64 * ULP


@dataclass
class Bounds:
    """What every run gave, per result and argument vector; `valid` where nothing that the result comes from left the
    range of Q16.16, or was no number."""

    low: list[np.ndarray]
    high: list[np.ndarray]
    valid: list[np.ndarray]


class Noise:
    """The float IR of a module, which is changed by it, and which of its constants Q16.16 cannot hold. `singles` for
    the errors of IEEE singles on a GPU, where more is undefined."""

    def __init__(self, module: Module, singles: bool = False) -> None:
        self.module = module
        self._machine = _Singles if singles else _Noisy
        self._constants = {inst for function in module.functions.values() for inst in _exposed_constants(function)}

    def bounds(self, calls: list[tuple[str, list[np.ndarray]]], memory: dict[str, Any]) -> Bounds:
        """Run `calls` one after the other: the bounds of the results of the last."""
        vectors = len(calls[-1][1][0])
        machine = self._machine(self.module, vectors, memory, self._constants)
        for name, args in calls:
            results = machine.call(name, [np.repeat(arg, SAMPLES) for arg in args])
        split = [result.reshape(vectors, SAMPLES) for result in results]
        lost = machine.lost.reshape(vectors, SAMPLES).any(axis=1)
        valid = [~(lost | (values != values).any(axis=1)) for values in split]
        return Bounds([values.min(axis=1) for values in split], [values.max(axis=1) for values in split], valid)


class _Noisy(Evaluator):
    """A float that is out of range is no number from then on, nor is what is computed from it. `lost` tells of each
    lane whether something else was computed from such a float: an integer, a condition."""

    limit = LIMIT

    def __init__(self, module: Module, vectors: int, memory: dict[str, Any], constants: set[Inst]) -> None:
        super().__init__(module, vectors * SAMPLES, memory)
        self.random = np.random.default_rng(1)
        self.lost = np.zeros(self.lanes, dtype=bool)
        self.constants = constants
        self.scale = np.tile(np.arange(SAMPLES) > 0, vectors)  # the first run of each vector is exact
        self.offsets: dict[float, np.ndarray] = {}  # of constants: the same wherever one is used
        self.bias = np.tile(np.arange(SAMPLES) % 4, vectors)

    def _steps(self, block: Any, group: Any) -> None:
        slots = group.slots
        lanes = slice(None) if group.lanes is None else group.lanes
        for step in block.steps:
            if step.kind is Kind.MOVE:
                super()._steps(PlannedBlock([step]), group)
                continue
            args = [slots[arg] for arg in step.args]
            super()._steps(PlannedBlock([step._replace(dead=())]), group)
            unknown = self.unknown(step.inst.op, args)
            for slot in step.results:
                if slots[slot].dtype == np.float64:
                    slots[slot] = self._rounded(step.inst, np.where(unknown, np.nan, slots[slot]), lanes)
                else:
                    self.lost[lanes] |= unknown
            for slot in step.dead:
                slots[slot] = None

    def _rounded(self, inst: Inst, value: Any, lanes: Any) -> Any:
        """The float that an instruction gives, off by a random part of its error."""
        value = in_range(value, self.limit)
        if inst.op in ("select", "call"):
            return value
        if inst in self.constants or inst.op == "load":
            if _kind(inst) in _VARIABLES:
                return value
            return np.where(_held(value), value, value + self._offset(inst)[lanes])
        return self.noisy(inst.op, value, lanes)

    def unknown(self, op: str, args: list[Any]) -> Any:
        """Where the result of an operation says nothing."""
        return _unknown(op, args)

    def noisy(self, op: str, value: Any, lanes: Any) -> Any:
        """What an operation gives, off by a random part of its error."""
        ulps, relative = self.errors(op)
        if not ulps and not relative:
            return value
        bias = self.bias[lanes]
        noise = self.random.uniform(-1.0, 1.0, len(bias))
        noise = np.where(bias == 0, np.abs(noise), np.where(bias == 1, -np.abs(noise), noise))
        noise = noise * self.scale[lanes] * (ulps * ULP + relative * np.abs(value))
        return np.where(self.exact(op, value), value, value + noise)

    def errors(self, op: str) -> tuple[float, float]:
        return ERRORS.get(op, (0.0, 0.0))

    def exact(self, op: str, value: Any) -> Any:
        return _held(value) if op in PRODUCTS else value == 0

    def _offset(self, inst: Inst) -> np.ndarray:
        """What the constant that an instruction stands for is off by; those in memory are all off by as much."""
        number = float(inst.args[0].value) if isinstance(inst.args[0], Const) and inst in self.constants else 0.0
        if number not in self.offsets:
            self.offsets[number] = self.random.uniform(-0.5, 0.5, self.lanes) * ULP * self.scale
        return self.offsets[number]


# On a GPU: errors in ulp of what is computed by an approximation, and where results are undefined.
# fmt: off
SINGLE = {
    **dict.fromkeys(("fsin", "fcos", "ftan"), (2.0, 2.0**-15)),
    **dict.fromkeys(("fasin", "facos", "fatan", "fatan2"), (64.0, 2.0**-12)),
    **dict.fromkeys(("fasinh", "facosh", "fatanh", "fsinh", "fcosh", "ftanh"), (32.0, 2.0**-12)),
    **dict.fromkeys(("fexp", "fexp2", "flog", "flog2", "fpow"), (2.0, 2.0**-13)),
}
UNDEFINED: dict[str, Any] = {
    **dict.fromkeys(("div", "divu", "remu"), lambda a, b: (b == 0) | (a == -(2**31))),
    "rem": lambda a, b: (a < 0) | (b <= 0),
    **dict.fromkeys(("fsqrt", "flog", "flog2", "frsqrt"), lambda x: x < NEAR_ZERO),
    **dict.fromkeys(("fsin", "fcos", "ftan"), lambda x: np.abs(x) > 64),
    "facosh": lambda x: x < 1 + NEAR_ZERO,
    "fasin": lambda x: np.abs(x) > 1, "facos": lambda x: np.abs(x) > 1,
    "fatanh": lambda x: np.abs(x) > 1 - NEAR_ZERO,
    "fpow": lambda x, y: x < NEAR_ZERO,
    "fsmoothstep": lambda a, b, x: b - a < NEAR_ZERO,
    "fclamp": lambda x, a, b: b < a,
    "ftou": lambda x: (x < 0) | (x >= 2.0**32), "ftos": lambda x: np.abs(x) >= 2.0**31,
    "fround": lambda x: np.abs(np.abs(x) % 1 - 0.5) < ULP,
}
# fmt: on


class _Singles(_Noisy):
    limit = 2.0**100

    def unknown(self, op: str, args: list[Any]) -> Any:
        undefined = UNDEFINED.get(op)
        unknown = args[0] != args[0] if op == "fbits" else super().unknown(op, args)
        return unknown | (undefined(*args) if undefined else False)

    def errors(self, op: str) -> tuple[float, float]:
        return SINGLE.get(op, (0.0, 2.0**-22))

    def exact(self, op: str, value: Any) -> Any:
        return False


def in_range(value: Any, limit: float = LIMIT) -> Any:
    """The value, or no number where it is as large as `limit`: Q16.16 has no room for it and its neighbours."""
    return np.where(np.abs(value) < limit, value, np.nan)[()]


def _unknown(op: str, args: list[Any]) -> Any:
    """Where a result says nothing: an operand is no number, or so near where the operation leaps that it may be there.

    Of a select, only what it selects counts.
    """
    if op in ("select", "call", "load", "store"):
        return False
    unknown = False
    for arg in args:
        if arg.dtype == np.float64:
            unknown = unknown | (arg != arg)
    if op in SINGULAR:
        unknown = unknown | (np.abs(args[SINGULAR[op]]) < NEAR_ZERO) | (op == "fbits")
    if op in ("feq", "fne"):
        difference = np.abs(args[0] - args[1])
        unknown = unknown | ((difference > 0) & (difference < 4 * ULP))
    return unknown


def _held(value: Any) -> Any:
    """Where Q16.16 holds a value exactly."""
    return value * 65536 == np.floor(value * 65536)


_VARIABLES = (MemKind.GLOBAL, MemKind.LOCAL)


def _kind(inst: Inst) -> MemKind | None:
    return inst.target.kind if isinstance(inst.target, MemObject) else None


def _exposed_constants(function: Function) -> set[Inst]:
    """Instructions put before the uses of constants that Q16.16 cannot hold, so that they can be off."""
    found = set()
    for block in function.blocks:
        insts = []
        for inst in block.insts:
            for index, arg in enumerate(inst.args):
                divides = inst.op == "fdiv" and index == 1  # by its reciprocal, which has all the bits that count
                inexact = (
                    isinstance(arg, Const) and arg.type is Type.FLOAT and not float(arg.value * 65536).is_integer()
                )
                if inexact and not divides:
                    rounded = Value(Type.FLOAT)
                    insts.append(Inst("fadd", [arg, const_float(0.0)], [rounded]))
                    found.add(insts[-1])
                    inst.args[index] = rounded
            insts.append(inst)
        block.insts = insts
    return found
