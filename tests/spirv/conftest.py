"""From GLSL to numbers: the real front end, the translator, the verifier and the evaluator, behind two fixtures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest

from glowjit import glsl, spirv
from glowjit.ir import Module
from glowjit.ir.evaluate import Evaluator
from glowjit.ir.verify import verify

Call = Callable[..., list[Any]]


@cache
def translate_library(source: str) -> Module:
    """Every function of a GLSL library as verified IR."""
    binary = glsl.compile_library(source)
    module = spirv.translate(binary.spirv, source=binary.source, file=binary.file, roots="all")
    verify(module)
    return module


@cache
def translate_shader(source: str) -> Module:
    binary = glsl.compile_shader(source)
    module = spirv.translate(binary.spirv, source=binary.source, file=binary.file)
    verify(module)
    return module


def call_function(source: str, name: str, *args: Any, fuel: int = 100_000) -> list[Any]:
    """The result words of one call: Python values for scalar arguments, arrays where an argument is one."""
    lanes = max((len(arg) for arg in args if isinstance(arg, Sequence | np.ndarray)), default=1)
    module = translate_library(source)
    machine = Evaluator(module, lanes, fuel=fuel)
    if spirv.INITIALISERS in module.functions:
        machine.call(spirv.INITIALISERS, [])
    results = machine.call(name, [np.asarray(arg) for arg in args])
    if any(isinstance(arg, Sequence | np.ndarray) for arg in args):
        return results
    return [result[0].item() for result in results]


def shade(
    source: str, x: float = 0.5, y: float = 0.5, uniforms: dict[str, Sequence[float]] | None = None
) -> tuple[float, ...]:
    """The colour of one pixel."""
    module = translate_shader(source)
    memory = {name: np.array(words) for name, words in (uniforms or {}).items()}
    results = Evaluator(module, 1, memory).call("main", [x, y])
    return tuple(result[0].item() for result in results)


@pytest.fixture
def call() -> Call:
    return call_function


@pytest.fixture
def pixel() -> Callable[..., tuple[float, ...]]:
    return shade


@pytest.fixture
def library() -> Callable[[str], Module]:
    return translate_library


@pytest.fixture
def shader() -> Callable[[str], Module]:
    return translate_shader
