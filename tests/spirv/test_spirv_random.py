"""Random programs agree with their Python twins (see twin_programs.py)."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from glowjit import glsl, spirv
from glowjit.ir.evaluate import call
from glowjit.ir.verify import verify

sys.path.insert(0, str(Path(__file__).parent))
from twin_programs import PYTHON_NAMES, make

FIRST = np.array([0, 1, -1, 5, 7, -100, 2**31 - 1, 12345])
SECOND = np.array([3, 0, 2, -7, 1, 6, -(2**31), 99])


def check(seed: int) -> None:
    source, twin = make(seed)
    names = dict(PYTHON_NAMES)
    exec(compile(twin, f"twin {seed}", "exec"), names)
    expected = [names["f"](int(a), int(b)) for a, b in zip(FIRST, SECOND, strict=True)]
    module = spirv.translate(glsl.compile_library(source).spirv, source=source, roots=["f"])
    verify(module)
    (result,) = call(module, "f", [FIRST, SECOND], len(FIRST), fuel=10**7)
    assert result.tolist() == expected, source


@pytest.mark.parametrize("seed", range(40))
def test_random_program(seed: int) -> None:
    check(seed)


@pytest.mark.parametrize("seed", range(40, 55))
def test_modes_of_parameters_are_inferred(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same without the text in the module that tells in, out and inout apart."""
    monkeypatch.setattr("glowjit.spirv.module.parameter_modes", lambda source: {})
    check(seed)


@pytest.mark.fuzz
def test_many_random_programs() -> None:
    for seed in range(1000, 5000):
        check(seed)
