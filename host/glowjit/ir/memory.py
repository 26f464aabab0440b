"""The memory objects of `evaluate`: how the words of an object are kept for many lanes.

`Shared` is one copy for all lanes; `Rows` keeps one scalar or array per word, for objects whose indices are all
constant; `Table` is one array of words by lanes, for those with an index that varies. `load(type, index, lanes)` and
`store(index, value, lanes)` act on the lanes with the given numbers, None for all; indices and values are scalars or
have one element per such lane. What is stored is never changed in place where a load may have handed it out.
A word that is stored as one type and loaded as another is converted by value, bool being 0 or 1.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from glowjit.ir.core import Type
from glowjit.ir.semantics import DTYPES, Vector


class EvaluationError(Exception):
    """The module did what no verified, correctly made module does."""


class Storage(Protocol):
    def load(self, type: Type, index: Vector, lanes: np.ndarray | None) -> Vector: ...

    def store(self, index: Vector, value: Vector, lanes: np.ndarray | None) -> None: ...

    def contents(self, words: int, lanes: int) -> np.ndarray: ...


def _converted(value: Vector, type: Type) -> Vector:
    dtype = DTYPES[type]
    if value.dtype.type is dtype:
        return value
    return value != 0 if type is Type.BOOL else value.astype(dtype)


def _check(name: str, index: Vector, words: int) -> None:
    if isinstance(index, np.ndarray):
        low, high = int(index.min(initial=0)), int(index.max(initial=0))
    else:
        low = high = int(index)
    if low < 0 or high >= words:
        raise EvaluationError(f"index {low if low < 0 else high} is outside @{name}, which has {words} words")


class Shared:
    """Read-only words, the same in all lanes."""

    def __init__(self, name: str, words: Any) -> None:
        self.name = name
        self.words = [word[0] if isinstance(word, np.ndarray) else word for word in words]
        self._arrays: dict[Type, np.ndarray] = {}

    def load(self, type: Type, index: Vector, lanes: np.ndarray | None) -> Vector:
        _check(self.name, index, len(self.words))
        if type not in self._arrays:
            words = [_python(word, type) for word in self.words]
            self._arrays[type] = np.array(words, dtype=DTYPES[type])
        return self._arrays[type][index]

    def store(self, index: Vector, value: Vector, lanes: np.ndarray | None) -> None:
        raise EvaluationError(f"a store to @{self.name}, which is read-only")

    def contents(self, words: int, lanes: int) -> np.ndarray:
        array = np.array(self.words, dtype=np.float64 if any(isinstance(w, float) for w in self.words) else np.int32)
        return np.repeat(array[:, None], lanes, axis=1)


def _python(word: Any, type: Type) -> Any:
    if type is Type.BOOL:
        return bool(word)
    if type is Type.FLOAT:
        return float(word)
    whole = int(word) if np.isfinite(word) else 0
    return (whole + 0x8000_0000) % 0x1_0000_0000 - 0x8000_0000


class Rows:
    """Words that are accessed by constant indices: each is a scalar, or an array over all lanes."""

    def __init__(self, rows: list[Vector], lanes: int) -> None:
        self.rows = rows
        self.lanes = lanes

    def load(self, type: Type, index: Vector, lanes: np.ndarray | None) -> Vector:
        row = self.rows[int(index)]
        if lanes is not None and isinstance(row, np.ndarray):
            row = row.take(lanes)
        return _converted(row, type)

    def store(self, index: Vector, value: Vector, lanes: np.ndarray | None) -> None:
        if lanes is not None:
            (type,) = (type for type, dtype in DTYPES.items() if dtype is value.dtype.type)
            row = np.array(np.broadcast_to(_converted(self.rows[int(index)], type), self.lanes))
            row[lanes] = value
            value = row
        self.rows[int(index)] = value

    def contents(self, words: int, lanes: int) -> np.ndarray:
        floats = any(row.dtype == np.float64 for row in self.rows)
        return np.array([np.broadcast_to(row, lanes) for row in self.rows], dtype=np.float64 if floats else np.int32)


class Table:
    """Words by lanes in one array of float64 (which holds ints and bools exactly too) or int32."""

    def __init__(self, name: str, words: Any, lanes: int, dtype: type) -> None:
        self.name = name
        self.words = len(words)
        self.lanes = lanes
        self.array: Any = np.zeros((self.words, lanes), dtype=dtype)
        if any(np.ndim(word) or word for word in words):
            for index, word in enumerate(words):
                self.array[index] = np.asarray(word) if dtype is np.float64 else np.asarray(word).astype(np.int64)
        self.all = np.arange(lanes)

    def load(self, type: Type, index: Vector, lanes: np.ndarray | None) -> Vector:
        _check(self.name, index, self.words)
        if self.lanes == 1:
            value = self.array[int(index), 0]
        elif not isinstance(index, np.ndarray):
            row = self.array[int(index)]
            value = row.copy() if lanes is None else row.take(lanes)
        else:
            value = self.array[index, self.all if lanes is None else lanes]
        return _converted(value, type)

    def store(self, index: Vector, value: Vector, lanes: np.ndarray | None) -> None:
        _check(self.name, index, self.words)
        if not isinstance(index, np.ndarray):
            self.array[int(index), slice(None) if lanes is None else lanes] = value
        else:
            self.array[index, self.all if lanes is None else lanes] = value

    def contents(self, words: int, lanes: int) -> np.ndarray:
        return np.array(self.array)


class Ram:
    """Bytes at addresses from `base` on: what `store8`, `store16` and `store32` write and `load16` reads."""

    def __init__(self, data: Any, base: int) -> None:
        self.bytes = data if isinstance(data, np.ndarray) else np.frombuffer(data, dtype=np.uint8)
        self.base = base

    def store(self, size: int, address: Vector, value: Vector) -> None:
        """Little-endian; where lanes write the same byte, the last one has it."""
        start = self._offsets(size, address, "store")
        for index in range(size):
            self.bytes[start + index] = (value >> (8 * index)) & 255

    def load(self, size: int, address: Vector) -> Vector:
        """Little-endian, zero-extended."""
        start = self._offsets(size, address, "load")
        return sum((self.bytes[start + index].astype(np.int32) << 8 * index for index in range(size)), np.int32(0))

    def _offsets(self, size: int, address: Vector, what: str) -> Vector:
        start = address.view(np.uint32).astype(np.int64) - self.base
        if np.size(start) and (np.min(start) < 0 or np.max(start) + size > len(self.bytes)):
            raise EvaluationError(f"a {size}-byte {what} outside the memory, at {np.min(start)}..{np.max(start)}")
        return start
