"""Random GLSL called with every float as a pair: what real arithmetic says, nearly.

`test_fuzz_glsl` calls the same functions with words; the bounds within which those have to be hold for pairs as well.
"""

from __future__ import annotations

import os

import glsl_programs
import numpy as np
import pytest
from differential import CLOSE, UNIFORMS, Differential, arguments, named
from noise import ULP, Noise, in_range

import glowjit
from glowjit import spirv
from glowjit.glsltypes import Signature
from glowjit.ir.text import parse_module

BUDGET = int(os.environ.get("GLOWJIT_FUZZ", "500"))
LANES = 12


def kinds_of(signature: Signature, modes: tuple[str, ...]) -> list[str]:
    return [scalar.kind for item in signature.parameters if item.mode in modes for scalar in item.type.scalars()]


def check(seed: int, knobs: glsl_programs.Knobs) -> int:
    """How many scalars of the results of a program's functions were judged."""
    source = glsl_programs.program(seed, knobs)
    subject, library = Differential(source), glowjit.compile_functions(source, check=True)
    library.set_uniforms({name: value for name, value in UNIFORMS.items() if name in library.uniforms})
    noise = Noise(parse_module(subject.floats))
    signatures = [entry.signature for entry in subject.image.entries if entry.signature is not None]
    return sum(judged(library, subject, noise, signature, seed) for signature in signatures)


def judged(library: glowjit.Library, subject: Differential, noise: Noise, signature: Signature, seed: int) -> int:
    kinds, results = kinds_of(signature, ("in", "inout")), kinds_of(signature, ("out", "inout"))
    results = [scalar.kind for scalar in (signature.result.scalars() if signature.result else ())] + results
    if not kinds or not results:
        return 0
    rows = arguments(kinds, LANES, seed)
    values = [row * ULP if kind == "float" else row for kind, row in zip(kinds, rows, strict=True)]
    calls = [[column[lane].item() for column in values] for lane in range(LANES)]
    found = np.array([library._call_pairs(signature, scalars, results) for scalars in calls], dtype=np.float64).T
    first = [(spirv.INITIALISERS, [])] if spirv.INITIALISERS in noise.module.functions else []
    args = [in_range(row) if row.dtype == np.float64 else row for row in values]
    bounds = noise.bounds([*first, (named(noise.module, signature), args)], subject.float_memory)
    for low, high, valid, got in zip(bounds.low, bounds.high, bounds.valid, found, strict=True):
        if low.dtype == np.float64:
            slack = CLOSE * (high - low) + 4 * ULP
            wrong = (got < low - slack) | (got > high + slack)
        else:
            wrong = (low == high) & (got != low)
        lanes = np.flatnonzero(wrong & valid)
        assert not len(lanes), f"seed {seed}: {signature} of {calls[lanes[0]]}: {got[lanes[0]]}, not {low[lanes[0]]}"
    return int(sum(valid.sum() for valid in bounds.valid))


def test_pairs() -> None:
    assert check(21, glsl_programs.Knobs(functions=3)) > 200


@pytest.mark.fuzz
def test_many_pairs() -> None:
    for seed in range(20_000, 20_000 + BUDGET):
        check(seed, glsl_programs.Knobs(functions=6))
