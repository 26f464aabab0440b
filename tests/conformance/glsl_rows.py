"""Rows of the GLSL ES specification: a function, its arguments at run time, and what Python says the result is.

A `Table` is one section. Functions of one name are overloads: they share a compilation, and a test. Rows run on the
emulated board. Ints and bools must agree exactly, floats within the row's `Bound`. Expectations that leave the range
of Q16.16 are not rows: what happens then is not the specification's matter.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import glowjit

ULP = 2.0**-16
LARGEST = 32767.0
TALLY: dict[str, list[int]] = {}

INTS = [0, 1, -1, 2, -3, 7, 31, -32, 255, 1000, -4096, 65535, 123456789, -987654321, 0x55555555, 2**31 - 1, -(2**31)]
UINTS = [value & 0xFFFFFFFF for value in INTS]
FLOATS = [0.0, 1.0, -1.0, 0.5, -0.25, 1.5, -2.75, 3.140625, 10.0, -17.125, 100.5, 8 * ULP, -21845 * ULP, 0.75, -0.9375]
BOOLS = [False, True]
SCALARS: dict[str, Sequence[Any]] = {"int": INTS, "uint": UINTS, "float": FLOATS, "bool": BOOLS}
PREFIX = {"int": "i", "uint": "u", "float": "", "bool": "b"}


@dataclass(frozen=True)
class Bound:
    """How far a float may be off: units of 2^-16, and a part of the value."""

    ulps: float = 0.0
    part: float = 0.0

    def holds(self, got: float, expected: float) -> bool:
        return abs(got - expected) <= self.ulps * ULP + self.part * abs(expected)


EXACT = Bound()
ROUNDED = Bound(1.01)


def vector(kind: str, size: int) -> str:
    """The GLSL type of `size` scalars of a kind."""
    return kind if size == 1 else f"{PREFIX[kind]}vec{size}"


def wrap(value: int, kind: str = "int") -> int:
    """An exact integer as GLSL keeps it."""
    value &= 0xFFFFFFFF
    return value - (1 << 32) if kind == "int" and value >> 31 else value


@dataclass
class Function:
    text: str
    signature: str
    expect: Callable[..., Any]
    rows: list[tuple[Any, ...]]
    bound: Bound


@dataclass
class Table:
    """One section: add functions, then `test` them by name."""

    section: str
    version: str = "#version 310 es"
    prelude: str = ""
    groups: dict[str, list[Function]] = field(default_factory=dict)
    _library: Any = None

    def add(
        self,
        name: str,
        result: str,
        params: str,
        body: str,
        expect: Callable[..., Any],
        rows: Iterable[tuple[Any, ...]],
        bound: Bound = EXACT,
    ) -> None:
        """A function `result name(params) { body }`; a body that is an expression is returned."""
        if not body.rstrip().endswith((";", "}")):
            body = f"return {body};"
        types = [strip_name(part) for part in params.split(",")] if params else []
        text = f"{result} {name}({params}) {{ {body} }}"
        signature = f"{name}({','.join(types)})"
        self.groups.setdefault(name, []).append(Function(text, signature, expect, list(rows), bound))

    def test(self, name: str) -> None:
        """Run every row of every function of this name; all that fail are in the message."""
        failures: list[str] = []
        rows = 0
        for function in self.groups[name]:
            for args in function.rows:
                expected = function.expect(*args)
                if out_of_range(expected):
                    continue
                rows += 1
                got = self.library.call(function.signature, *args)
                if not agrees(got, expected, function.bound):
                    failures.append(f"{function.text}\n    {args} gave {got}, expected {plain(expected)}")
        tally = TALLY.setdefault(self.section, [0, 0, 0])
        for column, count in enumerate((len(self.groups[name]), rows, len(failures))):
            tally[column] += count
        assert rows, f"{name} has no rows"
        assert not failures, f"{len(failures)} of {rows}:\n" + "\n".join(failures[:20])

    @property
    def source(self) -> str:
        texts = [function.text for group in self.groups.values() for function in group]
        return "\n".join([self.version, self.prelude, *texts, ""])

    @property
    def library(self) -> Any:
        if self._library is None:
            self._library = glowjit.compile_functions(self.source)
        return self._library


def named(tables: Iterable[Table]) -> list[Any]:
    """Parameters of a test: each table with each of its names."""
    return [pytest.param(table, name, id=f"{table.section}: {name}") for table in tables for name in table.groups]


def strip_name(parameter: str) -> str:
    """The type in a parameter's declaration."""
    words = [word for word in parameter.split() if word not in ("in", "out", "inout", "const")]
    return words[0]


def sample(types: Sequence[str], count: int, seed: str, pools: dict[str, Sequence[Any]] | None = None) -> list[Any]:
    """`count` deterministic argument tuples for these types; `pools` overrides the values of a kind."""
    chosen = random.Random(seed)
    pools = {**SCALARS, **(pools or {})}
    return [tuple(draw(type, chosen, pools) for type in types) for _ in range(count)]


def draw(type: str, chosen: random.Random, pools: dict[str, Sequence[Any]]) -> Any:
    if type in pools:
        return chosen.choice(pools[type])
    if type.startswith("mat"):
        columns, rows = (int(size) for size in (type[3:].split("x") * 2)[:2])
        return tuple(tuple(chosen.choice(pools["float"]) for _ in range(rows)) for _ in range(columns))
    kind = {"v": "float", "i": "int", "u": "uint", "b": "bool"}[type[0]]
    return tuple(chosen.choice(pools[kind]) for _ in range(int(type[-1])))


def each(scalar: Callable[..., Any]) -> Callable[..., Any]:
    """A function of scalars on every component; scalar arguments are spread."""

    def function(*args: Any) -> Any:
        size = max((len(arg) for arg in args if isinstance(arg, tuple)), default=0)
        if not size:
            return scalar(*args)
        spread = [arg if isinstance(arg, tuple) else (arg,) * size for arg in args]
        return tuple(scalar(*parts) for parts in zip(*spread, strict=True))

    return function


def matrix(value: Any) -> np.ndarray[Any, Any]:
    """Columns of GLSL as the mathematical matrix."""
    return np.array(value, dtype=np.float64).T


def columns(value: np.ndarray[Any, Any]) -> Any:
    """The mathematical matrix or vector as GLSL has it."""
    if value.ndim == 2:
        return tuple(tuple(column) for column in value.T.tolist())
    return tuple(value.tolist())


def plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def leaves(value: Any) -> Iterable[Any]:
    value = plain(value)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        yield from itertools.chain.from_iterable(leaves(item) for item in value)
    else:
        yield value


def out_of_range(expected: Any) -> bool:
    return any(isinstance(leaf, float) and not (math.fabs(leaf) <= LARGEST) for leaf in leaves(expected))


def agrees(got: Any, expected: Any, bound: Bound) -> bool:
    """Equal in shape, exact in ints and bools, floats within the bound."""
    expected = plain(expected)
    if isinstance(expected, dict):
        return list(got) == list(expected) and all(agrees(got[name], expected[name], bound) for name in expected)
    if isinstance(expected, (list, tuple)):
        return (
            isinstance(got, (list, tuple))
            and len(got) == len(expected)
            and all(agrees(a, b, bound) for a, b in zip(got, expected, strict=True))
        )
    if isinstance(expected, float):
        return isinstance(got, float) and bound.holds(got, expected)
    return type(got) is type(expected) and got == expected
