"""GLSL types as the rest of the project speaks of them, and how their values lie in memory.

A leaf like `errors` and `image`: the translator makes these types, images carry them, `call` and the uniforms of
program and board marshal Python values by them. Every type is a fixed number of 32-bit words, scalars in order:
vectors by component, matrices by column, arrays by element, structs by member. No padding anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Union


@dataclass(frozen=True, slots=True)
class ScalarType:
    """`kind` is "float", "int", "uint" or "bool"; one word."""

    kind: str

    @property
    def words(self) -> int:
        return 1

    def scalars(self) -> Iterator[ScalarType]:
        yield self

    def __str__(self) -> str:
        return self.kind


@dataclass(frozen=True, slots=True)
class VectorType:
    """vec, ivec, uvec, bvec: 2 to 4 components."""

    element: ScalarType
    size: int

    @property
    def words(self) -> int:
        return self.size

    def scalars(self) -> Iterator[ScalarType]:
        for _ in range(self.size):
            yield self.element

    def __str__(self) -> str:
        prefix = {"float": "", "int": "i", "uint": "u", "bool": "b"}[self.element.kind]
        return f"{prefix}vec{self.size}"


@dataclass(frozen=True, slots=True)
class MatrixType:
    """GLSL's matCxR: `columns` vectors of type `column`."""

    column: VectorType
    columns: int

    @property
    def words(self) -> int:
        return self.columns * self.column.size

    def scalars(self) -> Iterator[ScalarType]:
        for _ in range(self.columns):
            yield from self.column.scalars()

    def __str__(self) -> str:
        rows = self.column.size
        return f"mat{self.columns}" if rows == self.columns else f"mat{self.columns}x{rows}"


@dataclass(frozen=True, slots=True)
class ArrayType:
    element: GlslType
    size: int

    @property
    def words(self) -> int:
        return self.size * self.element.words

    def scalars(self) -> Iterator[ScalarType]:
        for _ in range(self.size):
            yield from self.element.scalars()

    def __str__(self) -> str:
        """The outermost dimension first, as GLSL writes it: float[2][3] has two elements of type float[3]."""
        element: GlslType = self
        sizes = ""
        while isinstance(element, ArrayType):
            sizes += f"[{element.size}]"
            element = element.element
        return f"{element}{sizes}"


@dataclass(frozen=True, slots=True)
class StructType:
    name: str
    members: tuple[tuple[str, GlslType], ...]

    @property
    def words(self) -> int:
        return sum(member.words for _, member in self.members)

    def scalars(self) -> Iterator[ScalarType]:
        for _, member in self.members:
            yield from member.scalars()

    def __str__(self) -> str:
        return self.name


GlslType = Union[ScalarType, VectorType, MatrixType, ArrayType, StructType]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A GLSL parameter; `mode` is "in", "out" or "inout"."""

    name: str
    type: GlslType
    mode: str = "in"


@dataclass(frozen=True, slots=True)
class Signature:
    """A GLSL function as it was declared.

    The compiled function takes the words of the in and inout parameters in order, and returns the words of the result
    followed by those of the out and inout parameters in order.
    """

    name: str
    result: GlslType | None
    parameters: tuple[Parameter, ...]

    @property
    def words_in(self) -> int:
        return sum(parameter.type.words for parameter in self.parameters if parameter.mode != "out")

    @property
    def words_out(self) -> int:
        returned = sum(parameter.type.words for parameter in self.parameters if parameter.mode != "in")
        return returned + (self.result.words if self.result else 0)

    def __str__(self) -> str:
        return f"{self.name}({','.join(str(parameter.type) for parameter in self.parameters)})"

    def in_pairs(self) -> Signature:
        """The same as words, where every float is two."""
        parameters = (replace(parameter, type=_in_pairs(parameter.type)) for parameter in self.parameters)
        return replace(self, result=self.result and _in_pairs(self.result), parameters=tuple(parameters))


def _in_pairs(type: GlslType) -> GlslType:
    words = sum(1 + (scalar.kind == "float") for scalar in type.scalars())
    return StructType(str(type), (("words", ArrayType(INT, words)),))  # the name tells overloads apart


FLOAT = ScalarType("float")
INT = ScalarType("int")
UINT = ScalarType("uint")
BOOL = ScalarType("bool")
