"""GLSL functions as Python callables, run as machine code on the emulated board.

Input: any GLSL source, no `main` needed. Values cross the border as `words` has it; a float is Q16.16 there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import glowcore.disasm
from glowjit import pipeline
from glowjit.board import load_board
from glowjit.emulator import Machine, RunStats
from glowjit.errors import GlowjitError, UniformError
from glowjit.glsltypes import ArrayType, GlslType, MatrixType, ScalarType, Signature, StructType, VectorType
from glowjit.image import Entry, Image
from glowjit.program import read_source
from glowjit.uniforms import Moment, Uniform, frame_scalars
from glowjit.words import PyValue, decode, encode, encode_scalars


class CallError(GlowjitError):
    """A call that no function of the library answers to."""

    stage = "call"


class Library:
    """Compiled functions. `last_run` has the instructions and cycles of the last call."""

    def __init__(self, job: pipeline.Job) -> None:
        assert job.image is not None
        self.image: Image = job.image
        self.products = job.products
        self.last_run: RunStats | None = None
        self._functions: dict[str, list[Entry]] = {}
        for entry in self.image.entries:
            if entry.signature:
                self._functions.setdefault(entry.signature.name, []).append(entry)
        self._machine = Machine(job.options.board, glowcore.disasm)
        self._machine.load(self.image)
        self.set_uniforms({})

    @property
    def functions(self) -> dict[str, tuple[Signature, ...]]:
        """The signatures of every function by name, overloads in the order of the source."""
        return {
            name: tuple(entry.signature for entry in entries if entry.signature)
            for name, entries in self._functions.items()
        }

    @property
    def uniforms(self) -> dict[str, Uniform]:
        return {slot.uniform.name: slot.uniform for slot in self.image.uniforms}

    def set_uniforms(self, values: Mapping[str, PyValue]) -> None:
        """Set the uniforms for the calls that follow; those not named have their defaults."""
        scalars = frame_scalars(self.uniforms.values(), Moment(1, 1), values)
        self._uniform_words = [
            word for name in scalars for word in encode_scalars(scalars[name], self.image.fraction_bits)
        ]

    def call(self, name: str, *args: PyValue) -> Any:
        """Call a function by name, or by signature ("lerp(float,float,float)") to choose an overload exactly.

        Takes the in and inout parameters; returns the result or, if there are out or inout parameters, a pair of the
        result (None for void) and a dict of those. CallError if no overload takes these arguments.
        """
        entry = self._choose(name, args)
        signature = entry.signature
        assert signature is not None
        fraction = self.image.fraction_bits
        takes = [parameter for parameter in signature.parameters if parameter.mode != "out"]
        words: list[int] = []
        for parameter, value in zip(takes, args, strict=True):
            words += encode(parameter.type, value, fraction, f"argument {parameter.name!r} of {signature}")
        out, self.last_run = self._machine.call(entry.name, words, self._uniform_words)
        result = None
        at = 0
        if signature.result is not None:
            at = signature.result.words
            result = decode(signature.result, out[:at], fraction)
        returned = {}
        for parameter in signature.parameters:
            if parameter.mode != "in":
                end = at + parameter.type.words
                returned[parameter.name] = decode(parameter.type, out[at:end], fraction)
                at = end
        return (result, returned) if returned else result

    def _choose(self, name: str, args: Sequence[PyValue]) -> Entry:
        plain = name.partition("(")[0].strip()
        entries = self._functions.get(plain)
        if not entries:
            known = ", ".join(sorted(self._functions)) or "none"
            raise CallError(f"there is no function {plain!r}", hint=f"the source has: {known}")
        if "(" in name:
            wanted = "".join(name.split())
            for entry in entries:
                if str(entry.signature) == wanted:
                    return entry
            overloads = "; ".join(str(entry.signature) for entry in entries)
            raise CallError(f"there is no function {wanted}", hint=f"there is: {overloads}")
        ranked = [(rank, index) for index, entry in enumerate(entries) if (rank := _rank(entry, args)) is not None]
        if not ranked:
            overloads = "; ".join(str(entry.signature) for entry in entries)
            raise CallError(f"no {plain} takes {_spell(args)}", hint=f"there is: {overloads}")
        return entries[min(ranked)[1]]


def compile_functions(source: str | Path, board: str = "esp32c3", *, file: str = "", **settings: Any) -> Library:
    """Compile GLSL functions to call from Python; `settings` are those of `pipeline.Options`."""
    text, file = read_source(source, file)
    options = pipeline.Options(load_board(board), **settings)
    return Library(pipeline.run(pipeline.Job(text, file, options, library=True)))


def _rank(entry: Entry, args: Sequence[PyValue]) -> int | None:
    """How far the arguments are from an entry's parameters, in conversions; None if they do not fit."""
    assert entry.signature is not None
    types = [parameter.type for parameter in entry.signature.parameters if parameter.mode != "out"]
    if len(types) != len(args):
        return None
    ranks = [_distance(type, value) for type, value in zip(types, args, strict=True)]
    return None if any(rank is None for rank in ranks) else sum(rank for rank in ranks if rank is not None)


# Python type -> the distance of each kind of scalar that takes it.
_DISTANCES = {
    bool: {"bool": 0, "int": 3, "uint": 4, "float": 5},
    int: {"int": 0, "uint": 1, "float": 2},
    float: {"float": 0},
}


def _distance(type: GlslType, value: Any) -> int | None:
    if hasattr(value, "tolist"):  # numpy
        value = value.tolist()
    if isinstance(type, ScalarType):
        return _DISTANCES.get(value.__class__, {}).get(type.kind)
    if isinstance(type, StructType):
        items = [value.get(name) for name, _ in type.members] if isinstance(value, Mapping) else value
        parts: list[GlslType] = [member for _, member in type.members]
    else:
        items = value
        parts = _elements(type)
    if not isinstance(items, (list, tuple)) or len(items) != len(parts):
        return None
    distances = [_distance(part, item) for part, item in zip(parts, items, strict=True)]
    return None if any(item is None for item in distances) else sum(item for item in distances if item is not None)


def _elements(type: VectorType | MatrixType | ArrayType) -> list[GlslType]:
    if isinstance(type, MatrixType):
        return [type.column] * type.columns
    return [type.element] * type.size


def _spell(args: Sequence[PyValue]) -> str:
    return f"({', '.join(repr(arg) for arg in args)})"


__all__ = ["CallError", "Library", "UniformError", "compile_functions"]
