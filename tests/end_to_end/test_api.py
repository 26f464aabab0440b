"""What Python sees: values of any number type, names that are wrong, threads, copies, what is shown of a result."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import glowjit
from glowjit.device.transport import DeviceError
from glowjit.errors import Diagnostic, FuelError, HeapError, MachineFault, OverflowFault

SHADER = """uniform float speed;
vec4 render(vec2 p) { return vec4(fract(p / 8.0 + speed * iTime), 0.5, 1.0); }
"""
FUNCTIONS = "float twice(float x) { return 2.0 * x; }\nfloat third(float x) { return x / 3.0; }\n"


@pytest.fixture(scope="module")
def program() -> glowjit.Program:
    return glowjit.compile(SHADER)


# what is asked for: a call that must be refused, a word of the message
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "pixel format": (lambda: glowjit.compile(SHADER, pixel_format="rgb"), "'rgb'"),
    "product": (lambda: glowjit.compile(SHADER, keep=["assembly"]), "'assembly'"),
    "class": (lambda: glowjit.compare(SHADER, 4, 4, shader_class="hard"), "'hard'"),
    "no pixels to check": (lambda: glowjit.check(SHADER, size=(0, 4)), "0x4"),
    "no pixels in float64": (lambda: glowjit.reference(SHADER).render(4, 0), "4x0"),
    "no time": (lambda: glowjit.reference(SHADER).render(4, 4, time=float("inf")), "inf"),
    "no number": (lambda: glowjit.reference(SHADER).render(4, 4, uniforms={"speed": float("nan")}), "nan"),
    "a uniform to check with": (lambda: glowjit.check(SHADER, uniforms={"sped": 1.0}), "sped"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_mistake_is_named(name: str) -> None:
    call, word = REFUSED[name]
    with pytest.raises(glowjit.GlowjitError) as caught:
        call()
    assert word in caught.value.message
    assert caught.value.hint


def test_numbers_may_be_numpys(program: glowjit.Program) -> None:
    given = program.render(np.int64(4), np.int32(4), np.float32(1.5), {"speed": np.float64(2.0)})
    assert np.array_equal(given, program.render(4, 4, 1.5, {"speed": 2}))


def test_threads_may_share_a_program_and_a_library(program: glowjit.Program) -> None:
    library = glowjit.compile_functions(FUNCTIONS)
    times = [0.125 * number for number in range(24)]

    def work(time: float) -> tuple[bytes, float, float]:
        picture = program.render(32, 32, time, {"speed": 1.0})
        return picture.tobytes(), library.call("twice", time), library.call("third", time)

    expected = [work(time) for time in times]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, times)) == expected


def test_what_is_copied_or_pickled_works_as_before(program: glowjit.Program) -> None:
    frame = program.render(8, 8, 1.0)
    for other in (copy.deepcopy(program), pickle.loads(pickle.dumps(program))):
        assert np.array_equal(other.render(8, 8, 1.0), frame)
    assert pickle.loads(pickle.dumps(glowjit.compile_functions(FUNCTIONS))).call("twice", 1.5) == 3.0
    assert pickle.loads(pickle.dumps(glowjit.reference(SHADER))).render(2, 2).shape == (2, 2, 4)
    assert pickle.loads(pickle.dumps(glowjit.compare(SHADER, 8, 8))).verdict.passed


ERRORS = [
    glowjit.GlowjitError("no", hint="yes", file="a.frag", line=1, source="text"),
    HeapError("the frame", 3, 2, 1),
    MachineFault("stopped", pc=16, pixel=(1, 2)),
    FuelError("endless", pixel=(3, 4)),
    OverflowFault("large", value=1e9, pixel=(1, 1), diagnostic=Diagnostic("large"), source="text"),
    DeviceError("gone", kind="reset"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_come_back_from_other_processes(error: glowjit.GlowjitError) -> None:
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is type(error)
    assert (str(other), other.args, vars(other)) == (str(error), error.args, vars(error))


def test_results_say_what_they_are(program: glowjit.Program) -> None:
    assert "float speed" in repr(program)
    assert "twice(float)" in repr(glowjit.compile_functions(FUNCTIONS))
    compared = glowjit.compare(SHADER, 8, 8)
    assert len(repr(compared)) < 400
    assert str(compared).startswith("equal (")
    assert glowjit.__version__[0].isdigit()
