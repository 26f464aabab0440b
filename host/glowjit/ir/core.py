"""The IR: scalar SSA with block parameters, in memory.

A `Module` holds memory objects and functions; a `Function` holds blocks, the first being its entry; a `Block` holds
parameters, instructions and one terminator. An operand is a `Value` (defined once, by a function parameter, a block
parameter or an instruction) or a `Const` (carried by the instruction that uses it, so that constants never become
values with long live ranges). Three types: float (a real number: no rounding is implied), int (32 bits, signless; the
operation decides) and bool.

Memory is a set of objects that never overlap. An access names its object and gives an index in words, so aliasing is
a comparison of names. Indices are in range: whoever makes the access clamps first.

The text form is in `text.py`, the rules in `verify.py`, the meaning in `evaluate.py`, the operations in `ops.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Union

from glowjit.glsltypes import GlslType
from glowjit.glsltypes import Parameter as Parameter
from glowjit.glsltypes import Signature as Signature
from glowjit.ir.ops import OPS, OpInfo


class Type(Enum):
    """The type of one SSA value."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Const:
    """An immediate operand: a float is kept as a double, an int lies in [-2^31, 2^31), a bool is a bool."""

    type: Type
    value: float | int | bool


class Value:
    """One SSA value. Identity is what counts; `name` is only for the text form and may be empty."""

    __slots__ = ("name", "type")

    def __init__(self, type: Type, name: str = "") -> None:
        self.type = type
        self.name = name

    def __repr__(self) -> str:
        return f"<%{self.name or hex(id(self))}: {self.type}>"


Operand = Union[Value, Const]


class Place(int):
    """A line of the user's source that remembers a column, both from 1: wherever a line is wanted, it is one.

    The column is that of the token that the front end saw last, 0 if it is unknown.
    """

    column: int

    def __new__(cls, line: int, column: int = 0) -> Place:
        place = super().__new__(cls, line)
        place.column = column
        return place


class Inst:
    """One instruction: `results = op args`; `target` is a callee (str) or a memory object where the op needs one.

    `loc` is the user's source line, mostly a `Place`, 0 if there is none.
    """

    __slots__ = ("args", "loc", "op", "results", "target")

    def __init__(
        self,
        op: str,
        args: list[Operand],
        results: list[Value],
        target: MemObject | str | None = None,
        loc: int = 0,
    ) -> None:
        self.op = op
        self.args = args
        self.results = results
        self.target = target
        self.loc = loc

    @property
    def info(self) -> OpInfo:
        return OPS[self.op]

    @property
    def result(self) -> Value:
        """The only result of an instruction that has exactly one."""
        (value,) = self.results
        return value


class Edge:
    """A way from a terminator to a block, with one argument per parameter of that block."""

    __slots__ = ("args", "block")

    def __init__(self, block: Block, args: list[Operand] | None = None) -> None:
        self.block = block
        self.args = args if args is not None else []


class Terminator:
    """The end of a block.

    `jump` has one edge; `branch` has the condition in `args` and two edges, taken when true and when false; `ret` has
    the results in `args`; `unreachable` has nothing.
    """

    __slots__ = ("args", "edges", "loc", "op")

    def __init__(
        self, op: str, args: list[Operand] | None = None, edges: list[Edge] | None = None, loc: int = 0
    ) -> None:
        self.op = op
        self.args = args if args is not None else []
        self.edges = edges if edges is not None else []
        self.loc = loc


class Block:
    __slots__ = ("insts", "name", "params", "terminator")

    def __init__(self, name: str = "", params: list[Value] | None = None) -> None:
        self.name = name
        self.params = params if params is not None else []
        self.insts: list[Inst] = []
        self.terminator = Terminator("unreachable")

    def successors(self) -> list[Block]:
        return [edge.block for edge in self.terminator.edges]


class MemKind(Enum):
    """Where an object lives and who may write it."""

    UNIFORM = "uniform"  # read-only, filled in by the host or the board before a frame
    CONSTANT = "constant"  # read-only data shipped with the code
    GLOBAL = "global"  # one per invocation, seen by every function, undefined at its start unless initialised
    LOCAL = "local"  # one per activation of its function (there is no recursion), undefined at its start
    ARGS = "args"  # the kernel's argument words, read and written by the kernel alone


@dataclass(eq=False, slots=True)
class MemObject:
    """`words` words; `data` gives the words of a constant as Python floats, ints and bools."""

    name: str
    kind: MemKind
    words: int
    data: tuple[float | int | bool, ...] = ()


@dataclass(slots=True)
class UniformInfo:
    """A uniform as its user sees it; its words are those of `object` in the order of `glsltypes`. One with a role is
    filled in by the run time (see `glowjit.uniforms`)."""

    name: str
    type: GlslType
    object: MemObject
    default: tuple[float | int | bool, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    role: str = ""


class Function:
    """`params` and `results` are scalars; `blocks[0]` is the entry and has no parameters and no predecessors."""

    __slots__ = ("blocks", "locals", "name", "params", "results", "signature")

    def __init__(self, name: str, params: list[Value], results: list[Type], signature: Signature | None = None) -> None:
        self.name = name
        self.params = params
        self.results = results
        self.blocks: list[Block] = []
        self.locals: list[MemObject] = []
        self.signature = signature

    def insts(self) -> Iterator[Inst]:
        for block in self.blocks:
            yield from block.insts

    def values(self) -> Iterator[tuple[Value, Inst | None]]:
        """Every value that is defined, with its instruction; a parameter has none."""
        yield from ((param, None) for param in self.params)
        for block in self.blocks:
            yield from ((param, None) for param in block.params)
            yield from ((value, inst) for inst in block.insts for value in inst.results)

    def users(self) -> dict[Operand, list[Inst | Terminator]]:
        """Who reads each operand, once for each time that it is read."""
        found: dict[Operand, list[Inst | Terminator]] = {}
        for block in self.blocks:
            for inst in block.insts:
                for arg in inst.args:
                    found.setdefault(arg, []).append(inst)
            end = block.terminator
            for arg in (*end.args, *(arg for edge in end.edges for arg in edge.args)):
                found.setdefault(arg, []).append(end)
        return found


FINE = 24  # fraction bits of a channel of which a byte is the high word of a product


@dataclass(frozen=True, slots=True)
class Channel:
    """A word of a colour: its fraction bits, and real numbers that it lies between."""

    fraction: int
    low: float = -math.inf
    high: float = math.inf


@dataclass(slots=True)
class Module:
    """`functions` is ordered: callees come before their callers. `entry` names the pixel function, if there is one, and
    `channels` says what its results are, once they are words."""

    functions: dict[str, Function] = field(default_factory=dict)
    objects: dict[str, MemObject] = field(default_factory=dict)
    uniforms: dict[str, UniformInfo] = field(default_factory=dict)
    entry: str = ""
    channels: tuple[Channel, ...] = ()


INITIALISERS = "globals.init"
"""The function that gives globals their initial values, in a module whose functions are called from outside."""


def as_int32(value: int) -> int:
    """`value` wrapped to 32 bits, two's complement."""
    return ((value + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000


def const_float(value: float) -> Const:
    return Const(Type.FLOAT, float(value))


def const_int(value: int) -> Const:
    return Const(Type.INT, as_int32(value))


def const_bool(value: bool) -> Const:
    return Const(Type.BOOL, bool(value))
