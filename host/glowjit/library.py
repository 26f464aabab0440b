"""GLSL functions as Python callables, run as machine code on the emulated board.

Input: any GLSL source, no `main` needed. The whole source is parsed and translated at once, so that its errors are told
at once; a function becomes machine code when it is first called, with what it calls and nothing else, so that a source
of any size fits the board. Values cross the border as `words` has it; a float is Q16.16 there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from glowjit import glsl, pipeline
from glowjit.board import load_board
from glowjit.emulator import RunStats
from glowjit.errors import GlowjitError
from glowjit.glsltypes import GlslType, ScalarType, Signature, StructType
from glowjit.image import Image
from glowjit.program import Emulated
from glowjit.q32 import Nature
from glowjit.uniforms import Moment, Uniform, frame_scalars
from glowjit.words import (
    BORDER_FRACTION,
    PyValue,
    decode_pair,
    encode_float,
    encode_pair,
    encode_scalars,
    flatten,
    nested,
    parts,
)

FUEL = 4_000_000  # of a call: an endless loop is told within seconds


class CallError(GlowjitError):
    """A call that no function of the library answers to."""

    stage = "call"


class Library(Emulated):
    """GLSL functions. `last_run` has the instructions and cycles of the last call; of words, if those were tried.

    `fuel` is how many iterations of loops a call may take, those aside that are provably short: FuelError if it takes
    more.
    """

    def __init__(self, source: str, file: str, options: pipeline.Options) -> None:
        job = pipeline.run(pipeline.Job(source, file, options, library=True), until="spirv")
        assert job.binary is not None
        super().__init__(options.board)
        self._binary = job.binary
        self._options = options
        self._images: dict[tuple[str, bool], Image] = {}
        self._natures: dict[str, Nature] = {}  # of the functions compiled so far
        self.last_run: RunStats | None = None
        self.fuel = FUEL
        self.functions: dict[str, list[Signature]] = {}
        for function in job.module.functions.values():
            if function.signature:
                self.functions.setdefault(function.signature.name, []).append(function.signature)
        uniforms = job.module.uniforms.items()
        self.uniforms: dict[str, Uniform] = {name: pipeline.describe(info) for name, info in uniforms}
        self.set_uniforms({})

    def __repr__(self) -> str:
        signatures = [str(signature) for overloads in self.functions.values() for signature in overloads]
        return f"<Library for {self.board.name}: {', '.join(signatures)}>"

    def image(self, name: str, paired: bool = False) -> Image:
        """The machine code of a function, all its overloads, and what they call; compiled when first asked for. Floats
        are words, or all of them pairs."""
        with self._lock:
            if (name, paired) not in self._images:
                self._images[name, paired] = self._compile(name, paired)
            return self._images[name, paired]

    def _compile(self, name: str, paired: bool) -> Image:
        job = pipeline.Job(self._binary.source, self._binary.file, self._options, library=True, roots=[name])
        job.binary, job.paired = self._binary, paired
        image = pipeline.run(job, after="glsl").image
        assert image is not None
        self._natures[name] = job.nature
        return image

    def set_uniforms(self, values: Mapping[str, PyValue]) -> None:
        """Set the uniforms for the calls that follow; those not named have their defaults."""
        self._scalars = frame_scalars(self.uniforms.values(), Moment(1, 1), values)

    def call(self, name: str, *args: PyValue) -> Any:
        """Call a function by name, or by signature ("lerp(float,float,float)") to choose an overload exactly.

        Takes the in and inout parameters; returns the result or, if there are out or inout parameters, a pair of the
        result (None for void) and a dict of those. CallError if no overload takes these arguments.

        Functions of floats are called twice: with words, to the last bit of one, and with floats of 30 bits and any
        exponent; the better of two results is given. Arguments that are no numbers of Q16.16 go the second way alone.
        """
        signature = self._choose(name, args)
        takes = [parameter for parameter in signature.parameters if parameter.mode != "out"]
        scalars: list[float | int | bool] = []
        for parameter, value in zip(takes, args, strict=True):
            scalars += flatten(parameter.type, value, f"argument {parameter.name!r} of {signature}")
        returned = {parameter.name: parameter.type for parameter in signature.parameters if parameter.mode != "in"}
        types = [*([signature.result] if signature.result else []), *returned.values()]
        kinds = [scalar.kind for type in types for scalar in type.scalars()]
        found = iter(self._call_scalars(signature, scalars, kinds))
        values = [nested(type, islice(found, type.words)) for type in types]
        result = values.pop(0) if signature.result else None
        return (result, dict(zip(returned, values, strict=True))) if returned else result

    def _call_scalars(
        self, signature: Signature, scalars: Sequence[float | int | bool], kinds: Sequence[str]
    ) -> list[float | int]:
        """The results, of these kinds: floats, and the words of all others."""
        plain = self._options.numbers == "plain"
        words: list[float | int] = []
        if plain or all(_is_word(item) for item in scalars if isinstance(item, float)):
            found = zip(kinds, self.call_words(signature, encode_scalars(scalars, BORDER_FRACTION)), strict=True)
            words = [word / (1 << BORDER_FRACTION) if kind == "float" else word for kind, word in found]
        if plain or (words and self._natures[signature.name] is Nature.WHOLE):
            return words
        run = self.last_run
        pairs = self._call_pairs(signature, scalars, kinds)
        self.last_run = run if words else self.last_run
        if not words:
            return pairs
        nature = self._natures[signature.name]
        return [_better(*both, nature) for both in zip(kinds, words, pairs, strict=True)]

    def _call_pairs(
        self, signature: Signature, scalars: Sequence[float | int | bool], kinds: Sequence[str]
    ) -> list[float | int]:
        words: list[int] = []
        for item in scalars:
            words += encode_pair(item) if isinstance(item, float) else [int(item)]
        out = iter(self._enter(self.image(signature.name, True), signature.in_pairs(), words))
        return [decode_pair(next(out), next(out)) if kind == "float" else next(out) for kind in kinds]

    def call_words(self, signature: Signature, words: Sequence[int]) -> list[int]:
        """Call a function of `functions` with the words of its arguments; the words of its results (signed int32)."""
        return self._enter(self.image(signature.name), signature, words)

    def _enter(self, image: Image, signature: Signature, words: Sequence[int]) -> list[int]:
        names = [slot.uniform.name for slot in image.uniforms]
        uniforms = [word for name in names for word in encode_scalars(self._scalars[name], image.fraction_bits)]
        entry = next(entry for entry in image.entries if entry.signature == signature)
        with self._loaded(image) as machine:
            out, self.last_run = machine.call(entry.name, words, uniforms, self.fuel)
        return out

    def _choose(self, name: str, args: Sequence[PyValue]) -> Signature:
        plain = name.partition("(")[0].strip()
        overloads = self.functions.get(plain)
        if not overloads:
            known = ", ".join(sorted(self.functions)) or "none"
            raise CallError(f"there is no function {plain!r}", hint=f"the source has: {known}")
        spelled = "; ".join(map(str, overloads))
        if "(" in name:
            wanted = re.sub(r"\bmat([234])x\1\b", r"mat\1", "".join(name.split()))
            for signature in overloads:
                if str(signature) == wanted:
                    return signature
            raise CallError(f"there is no function {wanted}", hint=f"there is: {spelled}")
        ranked = [(rank, index) for index, item in enumerate(overloads) if (rank := _rank(item, args)) is not None]
        if not ranked:
            raise CallError(f"no {plain} takes {_spell(args)}", hint=f"there is: {spelled}")
        return overloads[min(ranked)[1]]


def compile_functions(
    source: str | Path,
    board: str = "esp32c3",
    *,
    file: str = "",
    include: Sequence[str] = (),
    common: str = "",
    **settings: Any,
) -> Library:
    """Compile GLSL functions to call from Python.

    `include` and `common` are as for `program.compile`, `settings` those of `pipeline.Options`. Raises GlowjitError
    for whatever the user can mend.
    """
    return Library(*glsl.read_source(source, file, include, common), pipeline.Options(load_board(board), **settings))


def _is_word(number: float) -> bool:
    return encode_float(number, BORDER_FRACTION) == number * (1 << BORDER_FRACTION)


def _better(kind: str, word: float, pair: float, nature: Nature) -> float:
    """The more exact of two results for the same arguments: one computed with words, one with pairs.

    Where they differ by no more than a pair may be off, the word; where they differ because the word was rounded, or
    because it wrapped on the way, the pair; where they differ by anything between, the word.
    """
    off = abs(word - pair)
    if kind != "float":
        return pair if kind == "bool" or off > 1 else word
    if not -32768 <= pair < 32768:
        return pair
    lost = _PAIR_LOSES_NEAR_POLES if nature is Nature.POLES else _PAIR_LOSES
    if off <= abs(pair) * lost or (off <= _TWO_ULPS and abs(pair) >= _PAIR_LACKS_ULPS):
        return word
    wrapped = off > 1 + abs(pair) * _WORD_LOSES
    return pair if wrapped or off <= _ROUNDED[nature] else word


_PAIR_LOSES = 2**-26  # of a result, see `q32.lowering.pairs`
_PAIR_LOSES_NEAR_POLES = 2**-18
_PAIR_LACKS_ULPS = 8192  # from here on a pair of 30 bits has hardly more fraction bits than a word
_TWO_ULPS = 2**-15
_WORD_LOSES = 2**-12  # of a result, at the very most, unless it wrapped

# By how much a word may be off because it is rounded.
_ROUNDED = {
    Nature.WHOLE: 0.0,
    Nature.SUMS: 2**-13,
    Nature.HASHES: 0.0,
    Nature.POLES: math.inf,
    Nature.CURVES: math.inf,
}


def _rank(signature: Signature, args: Sequence[PyValue]) -> int | None:
    """How far the arguments are from the parameters, in conversions; None if they do not fit."""
    types = [parameter.type for parameter in signature.parameters if parameter.mode != "out"]
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
    items = value
    if isinstance(type, StructType) and isinstance(value, Mapping):
        items = [value.get(name) for name, _ in type.members]
    elements = parts(type)
    if not isinstance(items, (list, tuple)) or len(items) != len(elements):
        return None
    distances = [_distance(part, item) for part, item in zip(elements, items, strict=True)]
    return None if any(item is None for item in distances) else sum(item for item in distances if item is not None)


def _spell(args: Sequence[PyValue]) -> str:
    return f"({', '.join(repr(arg) for arg in args)})"
