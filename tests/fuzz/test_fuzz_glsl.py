"""Random GLSL: machine code computes what the integer IR says, bit for bit, and what real arithmetic says, nearly.

The suite runs a fixed budget; `GLOWJIT_FUZZ=2000 pytest -m fuzz tests/fuzz` runs as many programs as that says. A
program that fails is made small by `reduce.py`.
"""

from __future__ import annotations

import os

import glsl_programs
import numpy as np
import pictures
import pytest
from differential import UNIFORMS, Differential, Tally
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import glowjit

BUDGET = int(os.environ.get("GLOWJIT_FUZZ", "500"))
SEEDS = st.integers(0, 2**32 - 1)
SHORT = glsl_programs.Knobs(functions=6)
SIZE = 12, 8


def budget(examples: int) -> settings:
    """No shrinking: a smaller seed is no smaller program."""
    phases = (Phase.explicit, Phase.generate)
    suppressed = (HealthCheck.too_slow,)
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=phases,
        suppress_health_check=suppressed,
        database=None,
    )


def check_functions(seed: int, knobs: glsl_programs.Knobs, tally: Tally) -> None:
    source = glsl_programs.program(seed, knobs)
    before = len(tally.failures)
    Differential(source).check(tally, seed=seed)
    assert len(tally.failures) == before, "\n".join([f"seed {seed}", *tally.failures[before:], source])


def check_picture(seed: int) -> None:
    source = glsl_programs.shader(seed)
    program = glowjit.compile(source, check=True, textures=pictures.textures(source))
    uniforms = {name: value for name, value in UNIFORMS.items() if name in program.uniforms}
    picture = program.render(*SIZE, time=1.5, uniforms=uniforms)
    assert np.array_equal(picture, pictures.oracle(source, program, *SIZE)), f"seed {seed}\n{source}"


def test_functions() -> None:
    tally = Tally()

    @budget(5)
    @given(SEEDS)
    def run(seed: int) -> None:
        check_functions(seed, SHORT, tally)

    run()
    assert tally.judged > 0.6 * tally.scalars  # by real arithmetic


@budget(5)
@given(SEEDS)
def test_pictures(seed: int) -> None:
    check_picture(seed)


@pytest.mark.fuzz
@budget(BUDGET)
@given(SEEDS)
def test_many_functions(seed: int) -> None:
    check_functions(seed, glsl_programs.Knobs(), Tally())


@pytest.mark.fuzz
@budget(BUDGET)
@given(SEEDS)
def test_many_pictures(seed: int) -> None:
    check_picture(seed)


def test_the_generator_is_deterministic() -> None:
    assert glsl_programs.program(5) == glsl_programs.program(5)
    assert glsl_programs.program(5) != glsl_programs.program(6)


def test_the_judges_see_a_wrong_result() -> None:
    """A program compiled with another constant than the oracles believe in."""
    subject = Differential("float f(float x) { return x * 0.75 + 1.0; }\n")
    liar = Differential("float f(float x) { return x * 0.75 + 1.001; }\n")
    for part in ("integers", "floats"):
        tally = Tally()
        original = getattr(subject, part)
        setattr(subject, part, getattr(liar, part))
        subject.check(tally)
        setattr(subject, part, original)
        assert len(tally.failures) >= 8
