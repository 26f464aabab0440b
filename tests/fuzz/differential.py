"""One GLSL source, evaluated in every way there is.

`Differential(source)` compiles all functions into one image, keeping the float IR as translated and the integer IR
before it is optimised. `check` calls them as machine code with many argument vectors and holds the words that come back
against the evaluation of the integer IR, bit for bit, and against float64 arithmetic, within the bounds of `noise`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np
from noise import ULP, Noise, in_range

from glowcore import disasm
from glowjit import pipeline, spirv
from glowjit.board import load_board
from glowjit.emulator import Machine
from glowjit.glsltypes import Signature
from glowjit.image import Entry
from glowjit.ir import Module
from glowjit.ir.evaluate import Evaluator
from glowjit.ir.text import parse_module, print_module
from glowjit.uniforms import Moment, frame_scalars
from glowjit.words import encode_scalars

EDGES = {
    "float": (0, 1, -1, 1 << 16, -1 << 16, 1 << 15, 205887, 2**31 - 1, -(2**31), 181 << 16, -25736, 65535, 3 << 16),
    "int": (0, 1, -1, 2, 3, 31, 32, 100, -100, 2**31 - 1, -(2**31), 65536),
    "uint": (0, 1, 2, 3, 31, 32, 100, -1, 2**31 - 1, -(2**31), 65536),
}
TAME = {"float": (-3 << 16, 3 << 16), "int": (-20, 20), "uint": (0, 20), "bool": (0, 1)}
CLOSE = 2.0  # times the scatter of the noise
UNIFORMS = {"u0": 1.25, "u1": (0.5, -0.25, 2.0), "u2": 3, "u3": ((0.75, -0.5), (0.5, 0.75)), "u4": (0.1, 0.2, 0.3, 0.4)}


@lru_cache(maxsize=1)
def board() -> Machine:
    return Machine(load_board("esp32c3"), disasm)


@dataclass
class Tally:
    """How much was compared: calls, and scalars that float64 arithmetic could judge, of all that there were."""

    calls: int = 0
    judged: int = 0
    scalars: int = 0
    failures: list[str] = field(default_factory=list)


class Differential:
    def __init__(self, source: str, **options: Any) -> None:
        self.source = source
        job = pipeline.Job(source, "", pipeline.Options(load_board("esp32c3"), check=True, **options), library=True)
        self.integers = Module()
        for stage in pipeline.ROAD:
            stage.run(job)
            if stage.name == "spirv":
                self.floats = print_module(job.module)
            elif stage.name == "link":
                self.integers = parse_module(print_module(job.module))
        assert job.image is not None
        self.image = job.image
        uniforms = [slot.uniform for slot in self.image.uniforms]
        scalars = frame_scalars(uniforms, Moment(1, 1), {item.name: UNIFORMS[item.name] for item in uniforms})
        objects = {name: self.integers.uniforms[name].object.name for name in scalars}
        self.float_memory = {objects[name]: values for name, values in scalars.items()}
        self.memory = {objects[name]: encode_scalars(values, 16) for name, values in scalars.items()}
        self.uniform_words = [word for name in scalars for word in encode_scalars(scalars[name], 16)]

    def check(self, tally: Tally, vectors: int = 32, seed: int = 0) -> None:
        """Every function, with `vectors` argument vectors each; what disagrees is added to `tally.failures`."""
        board().load(self.image)
        noise = Noise(parse_module(self.floats))
        for entry in self.image.entries:
            self._check(entry, noise, tally, vectors, seed)

    def _check(self, entry: Entry, noise: Noise, tally: Tally, vectors: int, seed: int) -> None:
        signature = entry.signature
        assert signature is not None
        kinds = [scalar.kind for p in signature.parameters if p.mode != "out" for scalar in p.type.scalars()]
        words = arguments(kinds, vectors, seed)
        calls = [board().call(entry.name, words[:, lane].tolist(), self.uniform_words)[0] for lane in range(vectors)]
        machine = np.array([call[: signature.words_out] for call in calls]).T
        oracle = self._oracle(signature, words, vectors)
        tally.calls += vectors
        for lane in np.flatnonzero((machine != oracle).any(axis=0)):
            tally.failures.append(
                f"{signature} {words[:, lane].tolist()}: {machine[:, lane].tolist()}, not {oracle[:, lane].tolist()}"
            )
        if kinds and len(machine):
            self._judge(noise, signature, kinds, words, machine, tally)

    def _oracle(self, signature: Signature, words: np.ndarray, vectors: int) -> np.ndarray:
        name = named(self.integers, signature)
        machine = Evaluator(self.integers, vectors, self.memory)
        if spirv.INITIALISERS in self.integers.functions:
            machine.call(spirv.INITIALISERS, [])
        return np.array([np.asarray(value).astype(np.int32) for value in machine.call(name, list(words))])

    def _judge(
        self,
        noise: Noise,
        signature: Signature,
        kinds: list[str],
        words: np.ndarray,
        machine: np.ndarray,
        tally: Tally,
    ) -> None:
        """Hold the results against real arithmetic, where that says what they have to be."""
        module = noise.module
        name = named(module, signature)
        args = [in_range(row * ULP) if kind == "float" else row for kind, row in zip(kinds, words, strict=True)]
        first = [(spirv.INITIALISERS, [])] if spirv.INITIALISERS in module.functions else []
        found = noise.bounds([*first, (name, args)], self.float_memory)
        for index, (low, high, valid) in enumerate(zip(found.low, found.high, found.valid, strict=True)):
            tally.scalars += len(low)
            if low.dtype == np.float64:
                slack = CLOSE * (high - low) + 4 * ULP
                wrong = (machine[index] * ULP < low - slack) | (machine[index] * ULP > high + slack)
            else:
                wrong = (low == high) & (machine[index] != low)
            tally.judged += int(valid.sum())
            for lane in np.flatnonzero(wrong & valid):
                tally.failures.append(
                    f"{signature} {words[:, lane].tolist()}: result {index} is {machine[index, lane]}, "
                    f"and real arithmetic says {low[lane]} to {high[lane]}"
                )


def named(module: Module, signature: Signature) -> str:
    """The function of the IR that a signature belongs to."""
    return next(f.name for f in module.functions.values() if f.signature and str(f.signature) == str(signature))


def arguments(kinds: list[str], vectors: int, seed: int) -> np.ndarray:
    """Words (scalars, vectors). By turns: edge values among small numbers, small numbers, small ones that are exact,
    and larger ones.
    """
    rng = Random(seed)
    words = np.zeros((len(kinds), vectors), dtype=np.int32)
    for lane in range(vectors):
        for index, kind in enumerate(kinds):
            words[index, lane] = rng.randint(*TAME[kind])
            if lane % 4 == 0 and kind in EDGES and rng.random() < 0.5:
                words[index, lane] = rng.choice(EDGES[kind])
            elif lane % 4 == 2 and kind == "float":
                words[index, lane] = rng.randint(-8, 8) << 15
            elif lane % 4 == 3 and kind != "bool":
                words[index, lane] = int(words[index, lane]) * rng.choice((2, 30, 1000))
    return words
