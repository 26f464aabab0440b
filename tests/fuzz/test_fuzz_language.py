"""Random GLSL on OpenGL: what the programs mean, said by a compiler that shares nothing with this one.

The other fuzz tests begin with the float IR, so that none of them can see a mistake of the translation to it. Here its
functions run as a compute shader on Mesa's llvmpipe, in singles; where GLSL and the rounding of singles leave the
result open, nothing is judged. Skipped where there is no OpenGL.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from itertools import pairwise
from typing import Any

import glsl_programs
import numpy as np
import pytest
from differential import CLOSE, UNIFORMS, arguments
from noise import ULP, Noise, in_range

from glowjit import glsl, pipeline, spirv
from glowjit.glsltypes import GlslType, MatrixType, ScalarType, Signature, StructType
from glowjit.reference import opengl
from glowjit.uniforms import Moment, frame_scalars

BUDGET = int(os.environ.get("GLOWJIT_FUZZ", "500"))
LANES = 12
CHUNK = 16  # rows of a program: a larger one compiles longer than two
KNOBS = glsl_programs.Knobs(functions=4, defined=True)
needs_opengl = pytest.mark.skipif(not opengl.available(), reason="no OpenGL here")
GIVEN = {"float": "intBitsToFloat({})", "int": "{}", "uint": "uint({})", "bool": "({} != 0)"}
FOUND = {"float": "floatBitsToInt({})", "int": "{}", "uint": "int({})", "bool": "int({})"}
BUFFERS = """#version 450
layout(local_size_x = 1) in;
layout(std430, binding = 0) buffer Given { int given[]; };
layout(std430, binding = 1) buffer Found { int found[]; };
uniform int none;
uniform uint no;
#define imulExtended(a, b, high, low) imulExtended((a) + none, (b) + none, high, low)
#define umulExtended(a, b, high, low) umulExtended((a) + no, (b) + no, high, low)
"""
"""Mesa 22 folds long products of constants wrongly, and its LLVM aborts at imulExtended(1, x): it shall see none."""


def built(type: GlslType, scalars: Iterator[str]) -> str:
    """An expression of a type, made of its scalars."""
    if isinstance(type, ScalarType):
        return next(scalars)
    if isinstance(type, StructType):
        inner = [member for _, member in type.members]
    elif isinstance(type, MatrixType):
        inner = [type.column] * type.columns
    else:
        inner = [type.element] * type.size
    return f"{type}({', '.join(built(part, scalars) for part in inner)})"


def taken(type: GlslType, value: str) -> Iterator[str]:
    """The words of a value."""
    if isinstance(type, ScalarType):
        yield FOUND[type.kind].format(value)
    elif isinstance(type, StructType):
        for name, member in type.members:
            yield from taken(member, f"{value}.{name}")
    else:
        part: GlslType = type.column if isinstance(type, MatrixType) else type.element
        for index in range(type.columns if isinstance(type, MatrixType) else type.size):
            yield from taken(part, f"{value}[{index}]")


@dataclass
class Subject:
    """A function, its arguments as words (scalars, lanes), floats as the bits of singles, and as numbers."""

    name: str
    signature: Signature
    words: np.ndarray
    numbers: list[Any]


def subject(name: str, signature: Signature, seed: int) -> Subject:
    kinds = kinds_of(signature, ("in", "inout"))
    words = arguments(kinds, LANES, seed)
    numbers: list[Any] = list(words)
    for index, kind in enumerate(kinds):
        if kind == "float":
            numbers[index] = in_range(words[index].astype(np.float32).astype(np.float64) * ULP)
    words = np.array([np.float32(row).view(np.int32) if row.dtype == np.float64 else row for row in numbers])
    return Subject(name, signature, words, numbers)


def kinds_of(signature: Signature, modes: tuple[str, ...]) -> list[str]:
    return [scalar.kind for item in signature.parameters if item.mode in modes for scalar in item.type.scalars()]


def call(signature: Signature, given: int, found: int) -> list[str]:
    """Statements that call a function with the words from `given` on and leave what it gives from `found` on."""
    kinds = kinds_of(signature, ("in", "inout"))
    words = iter([GIVEN[kind].format(f"given[from + {given + index}]") for index, kind in enumerate(kinds)])
    lines, names, results = [], [], []
    for index, parameter in enumerate(signature.parameters):
        names.append(f"p{index}")
        value = f" = {built(parameter.type, words)}" if parameter.mode != "out" else ""
        lines.append(f"{parameter.type} p{index}{value};")
        if parameter.mode != "in":
            results += taken(parameter.type, f"p{index}")
    text = f"{signature.name}({', '.join(names)})"
    if signature.result is not None:
        text, results = f"{signature.result} result = {text}", [*taken(signature.result, "result"), *results]
    return [*lines, f"{text};", *(f"found[to + {found + index}] = {word};" for index, word in enumerate(results))]


def run(source: str, subjects: list[Subject]) -> list[np.ndarray]:
    """Words (results, lanes) of each function, floats as the bits of singles."""
    initial = "".join(f"{name} = {value};\n" for name, value in re.findall(r"(?m)^\w+ (global\d+) = (.*);$", source))
    given, found, calls = 0, [0], []
    for item in subjects:
        calls += [f"{{\n{initial}", *call(item.signature, given, found[-1]), "}"]
        given += item.signature.words_in
        found.append(found[-1] + item.signature.words_out)
    places = f"int from = int(gl_GlobalInvocationID.x) * {given}, to = int(gl_GlobalInvocationID.x) * {found[-1]};"
    context = opengl.open_context()
    shader = context.compute_shader("\n".join([BUFFERS, source, "void main() {", places, *calls, "}"]))
    words = np.concatenate([item.words for item in subjects])
    buffers = [context.buffer(np.ascontiguousarray(words.T).tobytes()), context.buffer(reserve=4 * LANES * found[-1])]
    for number, buffer in enumerate(buffers):
        buffer.bind_to_storage_buffer(number)
    shader.run(LANES)
    out = np.frombuffer(buffers[1].read(), dtype=np.int32).reshape(LANES, found[-1]).T
    for item in (shader, *buffers):
        item.release()
    return [out[start:end] for start, end in pairwise(found)]


def check(source: str, seed: int) -> tuple[int, int]:
    """How many scalars of the results of a program's functions were judged, and of how many."""
    source = source.replace("round(", "roundEven(")  # where a half goes is left open
    module = spirv.translate(glsl.compile_library(source, "a program").spirv, roots="all")
    infos = [pipeline.describe(info) for info in module.uniforms.values()]
    scalars = frame_scalars(infos, Moment(1, 1), {info.name: UNIFORMS[info.name] for info in infos})
    memory = {module.uniforms[name].object.name: values for name, values in scalars.items()}
    for name, values in scalars.items():
        value = built(module.uniforms[name].type, map(repr, values))
        source = re.sub(rf"(uniform .* {name});", rf"\1 = {value};", source)
    functions = [(f.name, f.signature) for f in module.functions.values() if f.signature is not None]
    subjects = [subject(name, signature, seed) for name, signature in functions if signature.words_in]
    noise = Noise(module, singles=True)
    first = [(spirv.INITIALISERS, [])] if spirv.INITIALISERS in module.functions else []
    judged = 0
    for item, found in zip(subjects, run(source, subjects), strict=True):
        if len(found):
            bounds = noise.bounds([*first, (item.name, item.numbers)], memory)
            rows = zip(results_of(item.signature), found, *astuple(bounds), strict=True)
            wrong = [lane for row in rows for lane in differing(*row)]
            judged += int(sum(valid.sum() for valid in bounds.valid))
            assert not wrong, f"seed {seed}: {item.signature} of {[row[wrong[0]] for row in item.numbers]}\n{source}"
    return judged, sum(LANES * item.signature.words_out for item in subjects)


def results_of(signature: Signature) -> list[str]:
    own = [scalar.kind for scalar in signature.result.scalars()] if signature.result else []
    return own + kinds_of(signature, ("out", "inout"))


def differing(kind: str, found: np.ndarray, low: np.ndarray, high: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """The lanes where a result cannot be what OpenGL says. What it gives no number for is undefined: sqrt(-1.0), say,
    which glslang folds where the noise does not see it."""
    if kind == "float":
        value = found.view(np.float32).astype(np.float64)
        slack = CLOSE * (high - low) + 16 * ULP + 2.0**-16 * np.abs(high)
        wrong = (value < low - slack) | (value > high + slack)
    else:
        wrong = (low == high) & (found != low)
    return np.flatnonzero(wrong & valid)


@needs_opengl
@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.fuzz)])
def test_rows(step: int) -> None:
    """Every operator and builtin alone, on some of its types or on all. What % gives of negative ints is left open."""
    rows = glsl_programs.SINGLES[::step]
    for at in range(0, len(rows), CHUNK):
        judged, scalars = check(glsl_programs.singles(rows[at : at + CHUNK]), at)
        assert judged > 0.4 * scalars


@needs_opengl
def test_programs() -> None:
    judged = sum(check(glsl_programs.program(seed, KNOBS), seed)[0] for seed in range(6))
    assert judged > 2000


@pytest.mark.fuzz
@needs_opengl
def test_many_programs() -> None:
    for seed in range(30_000, 30_000 + BUDGET):
        check(glsl_programs.program(seed, KNOBS), seed)
