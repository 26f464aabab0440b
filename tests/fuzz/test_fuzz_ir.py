"""Random IR down the whole lower road: passes, QIR, each register allocator, emulator.

The tests of each room hold its own work against the evaluator; here the rooms work together. What comes out must be
what the evaluator says of the module before any pass on integers, bit for bit. Float modules go through q32 and the
math library first.
"""

from __future__ import annotations

import itertools
import os
from functools import lru_cache

import pytest
from differential import board

from glowjit import glsl, pipeline, q32
from glowjit.allocators import ALLOCATORS
from glowjit.board import load_board
from glowjit.glsltypes import BOOL, INT, ArrayType, Parameter, Signature
from glowjit.ir import Inst, Module, Type, const_float, const_int, evaluate, generate
from glowjit.ir.text import parse_module, print_module

BUDGET = int(os.environ.get("GLOWJIT_FUZZ", "500"))
LANES = 4

# size of functions, parameters and results (beyond eight they go by the stack), values live throughout, loop nesting
SHAPES = tuple(itertools.product((15, 60, 140), (3, 13), (2, 11), (3, 30), (2, 4)))
FLOAT_SHAPES = tuple(itertools.product((15, 60, 140), (3, 13), (2, 11), (3, 20), (2, 3)))


@lru_cache(maxsize=1)
def some_binary() -> glsl.SpirvBinary:
    """The road asks it for uniforms; these modules have none that it knows."""
    return glsl.compile_library("void nothing() {}\n")


def initialised(module: Module) -> Module:
    """Locals are undefined at their start: store zeros, so that there is something to compare with."""
    zero = {"i": const_int(0), "b": const_int(0), "f": const_float(0.0)}
    for function in module.functions.values():
        function.blocks[0].insts[:0] = [
            Inst("store", [const_int(word), zero[item.name[-1]]], [], item)
            for item in function.locals
            for word in range(item.words)
        ]
    return module


def signature(module: Module) -> Signature:
    function = module.functions["main"]
    types = [BOOL if value.type is Type.BOOL else INT for value in function.params]
    parameters = tuple(Parameter(f"p{index}", type) for index, type in enumerate(types))
    return Signature("main", ArrayType(INT, len(function.results)), parameters)


def check(seed: int, floats: bool, allocator: str) -> None:
    size, params, results, pressure, depth = (FLOAT_SHAPES if floats else SHAPES)[seed * 7 % len(SHAPES)]
    idioms = 0.0 if floats else 0.3 * (seed % 2)
    knobs = generate.Knobs(2 + seed % 4, size, depth, params, results, pressure, floats=floats, idioms=idioms)
    module = generate.generate(seed, knobs)
    contents = generate.contents(module, seed)
    options = pipeline.Options(load_board("esp32c3"), regalloc=allocator, check=True)
    job = pipeline.Job("", "", options, library=True, binary=some_binary(), module=initialised(module))
    if floats:
        pipeline.run(job, after="spirv", until="link")
    job.module.entry = ""
    before = parse_module(print_module(job.module))
    job.module.functions["main"].signature = signature(job.module)
    image = pipeline.run(job, after="link").image
    assert image is not None and job.layout is not None

    memory = {name: [_word(item) for item in words] for name, words in contents.items() if name in before.objects}
    places = {item.name: at for item, at in job.layout.offsets.items()}
    uniforms = {places[name] + at: word for name in memory if name in places for at, word in enumerate(memory[name])}
    args = generate.arguments(before, "main", seed, LANES)
    expected = evaluate.call(before, "main", args, LANES, dict(memory))
    loaded = board().load(image)
    for lane in range(LANES):
        for at in range(len(loaded.words)):
            loaded.words[at] = 0  # globals too begin as zeros in the evaluator
        found, _ = board().call(image.entries[0].name, [int(arg[lane]) for arg in args], uniforms)
        assert found == [int(value[lane]) for value in expected], f"seed {seed}, lane {lane}"


def _word(item: float | int | bool) -> int:
    return q32.formats.word(item) if isinstance(item, float) else int(item)


FOUND = 10401, 10496  # constants of a loop were used in blocks that do not come by where they are made


@pytest.mark.parametrize("allocator", ALLOCATORS)
@pytest.mark.parametrize("seed", [*range(24), *FOUND])
def test_integers(seed: int, allocator: str) -> None:
    check(seed, False, allocator)


@pytest.mark.parametrize("seed", range(10))
def test_floats(seed: int) -> None:
    check(1000 + seed, True, "single_pass")


@pytest.mark.fuzz
@pytest.mark.parametrize("allocator", ALLOCATORS)
@pytest.mark.parametrize("floats", [False, True], ids=["integers", "floats"])
def test_many(floats: bool, allocator: str) -> None:
    for seed in range(10_000, 10_000 + BUDGET):
        check(seed, floats, allocator)
