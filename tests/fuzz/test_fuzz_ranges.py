"""No value with a proven range ever leaves it: random programs, and shaders, in float64 and in words.

The suite runs a few programs of each kind; `GLOWJIT_FUZZ=2000 pytest -m fuzz tests/fuzz/test_fuzz_ranges.py` runs as
many as that says.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import glsl_programs
import numpy as np
import pytest
from range_witness import Witness, points_of

from glowjit import glsl, passes, pipeline, q32, spirv
from glowjit.board import load_board
from glowjit.ir import Module, Type, generate
from glowjit.ir.text import print_module
from glowjit.q32 import ranges
from glowjit.q32.choice.observe import Frame
from glowjit.q32.formats import BORDER_FRACTION, Formats
from glowjit.uniforms import Moment, frame_scalars
from glowjit.words import encode_scalars

BUDGET = int(os.environ.get("GLOWJIT_FUZZ", "500"))
LANES = 64
ROOT = Path(__file__).resolve().parents[2]
SHADERS = sorted((*ROOT.glob("shaders/*.frag"), *ROOT.glob("tests/corpus/*.frag")))
Memory = dict[str, list[float | int | bool]]
KNOBS = generate.Knobs(functions=2, size=60, depth=3, floats=True, burns=False)


@lru_cache(maxsize=1)
def library() -> bytes:
    return glsl.compile_library(q32.math_library_source(), "the math library").spirv


def arguments(module: Module, name: str, seed: int) -> list[np.ndarray]:
    """Operands that words can hold: half of them small, some at the ends."""
    random = np.random.default_rng(seed)
    found = []
    for value in module.functions[name].params:
        if value.type is Type.FLOAT:
            numbers = random.uniform(-4, 4, LANES)
            numbers[::2] = np.exp2(random.uniform(-16, 15, LANES // 2)) * random.choice([-1, 1], LANES // 2)
            numbers[:8] = random.choice([0, 1, -1, 0.5, 2, 100, -32768, 32767.5], 8)
            if name == module.entry:
                numbers = np.abs(numbers) % ranges.LARGEST_SIDE
                numbers[::2] = random.integers(0, 240, LANES // 2) + 0.5
            found.append(np.round(numbers * 65536) / 65536)
        elif value.type is Type.INT:
            found.append(random.choice([0, 1, -1, 7, 255, 65536, 2**31 - 1, -(2**31), 12345], LANES).astype(np.int32))
        else:
            found.append(random.integers(0, 2, LANES).astype(bool))
    return found


def words_of(args: list[np.ndarray]) -> list[np.ndarray]:
    one = 1 << BORDER_FRACTION
    return [
        np.clip(arg * one, -(2**31), 2**31 - 1).astype(np.int32) if arg.dtype == np.float64 else arg for arg in args
    ]


def check(module: Module, seed: int, chosen: Formats | None = None, memory: Memory | None = None) -> int:
    """Run all functions of a module, as numbers and as words; how many values were held against their ranges."""
    memory, chosen, text = memory or {}, chosen or Formats(), f"seed {seed}\n{print_module(module)}"
    names = [module.entry] if module.entry else list(module.functions)
    args = {name: arguments(module, name, seed) for name in names}
    real = Witness(module, LANES, memory, ranges.analyse_all(module))
    run(real, args, f"in real arithmetic, {text}")
    facts, points = ranges.analyse_all(module, chosen), points_of(module, chosen)
    needed = q32.lower(module, chosen)
    if needed:
        passes.link(module, spirv.translate(library(), roots=needed))
    encoded = {name: encode_scalars(values, BORDER_FRACTION) for name, values in memory.items()}
    words = Witness(module, LANES, encoded, facts, points)
    run(words, {name: words_of(given) for name, given in args.items()}, f"in words, {text}")
    return real.checked + words.checked


def run(witness: Witness, args: dict[str, list[np.ndarray]], what: str) -> None:
    for name, given in args.items():
        witness.defined[:] = True
        witness.call(name, given)
        assert not witness.violations, "\n".join([*witness.violations[:5], what])


def check_ir(seed: int) -> int:
    """A pixel function from `ir.generate`; every second one with the formats that the compiler chooses."""
    module = generate.generate(seed, KNOBS)
    given = generate.contents(module, seed)
    memory = {
        name: [word if name[-1] != "f" else max(-32768.0, min(32767.0, word)) for word in given[name]] for name in given
    }
    frames = [Frame(16, 16, {}), Frame(320, 240, {})]
    return check(module, seed, q32.choose(module, q32.observe(module, frames)) if seed % 2 else None, memory)


def check_glsl(seed: int) -> int:
    source = glsl_programs.program(seed, glsl_programs.Knobs(functions=4))
    module = spirv.translate(glsl.compile_library(source, "a program").spirv, roots="all")
    passes.run_passes(module, passes.FLOAT_PASSES)
    return check(module, seed)


def check_shader(number: int) -> int:
    """A shader of the examples or the corpus, with its own formats, at a moment of its own."""
    path = SHADERS[number % len(SHADERS)]
    job = pipeline.Job(path.read_text(encoding="utf-8"), path.name, pipeline.Options(load_board("esp32c3")))
    module = pipeline.run(job, until="optimise").module
    uniforms = [pipeline.describe(info) for info in module.uniforms.values()]
    chosen = q32.choose(module, q32.observe(module, q32.sample_frames(uniforms, [])))
    scalars = frame_scalars(uniforms, Moment(320, 240, 3.7 + 11.3 * number), {})
    memory = {module.uniforms[name].object.name: values for name, values in scalars.items()}
    return check(module, number, chosen, memory)


CHECKS = {"ir": check_ir, "glsl": check_glsl, "shader": check_shader}


# Unit vectors a bit longer than 1; products moved down by 64 bits, and of constants that saturate apart; quotients
# beyond Q16.16; constants at a finer binary point than their words, and beside what has one that they do not fit;
# a reciprocal of what is beyond Q16.16; unit vectors of few bits.
FOUND = 9_200_021, 9_200_029, 9_200_041, 9_200_147, 9_200_159, 9_200_213, 9_200_263, 7_100_003, 7_100_025


@pytest.mark.parametrize("kind, seeds", [("ir", range(8)), ("glsl", range(2)), ("shader", range(8)), ("ir", FOUND)])
def test_no_value_leaves_its_proven_range(kind, seeds):
    assert sum(CHECKS[kind](seed) for seed in seeds) > 100 * len(seeds)


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", CHECKS)
def test_no_value_leaves_its_proven_range_for_long(kind):
    for seed in range(1000, 1000 + BUDGET):
        CHECKS[kind](seed)
