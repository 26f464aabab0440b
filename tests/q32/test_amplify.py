"""Functions called from outside: right to the last bits although they round in between, as cheap as words if not."""

from __future__ import annotations

import math

import numpy as np
import pytest

import glowjit
from glowjit import pipeline
from glowjit.board import load_board
from glowjit.library import Library

ULP = 2.0**-16
DEGREES = 180 / math.pi


def _sum(x: float, y: float) -> float:
    return sum(x / (n + y) for n in range(50)) * y


def _octaves(x: float, y: float) -> float:
    sum = 0.0
    for _ in range(4):
        sum += math.sin(math.floor(x) * 12.984375 + math.floor(y) * 78.25) * 43758.5 % 1
        x, y = 2 * x + 0.5, 2 * y + 0.5
    return sum


def _product(x: float, y: float) -> float:
    p, q = (x * 0.1015625 % 1, y * 0.1015625 % 1)
    rest = p * (q + 33.25) + q * (p + 33.25) + p * (p + 33.25)
    return (p + q + 2 * rest) * (p + rest) % 1


def _length_ratio(x: float, y: float) -> float:
    return x / math.hypot(x, y) * 1000.0


# GLSL expression of x and y, the same in Python
COMPOSED = [
    ("x / (y * y * y)", lambda x, y: x / y**3),
    ("fract(sin(dot(vec2(x, y), vec2(12.984375, 78.25))) * 437.5)",
     lambda x, y: math.sin(12.984375 * x + 78.25 * y) * 437.5 % 1),
    ("fract(fract(x * 0.1015625) * (fract(y * 0.109375) + 33.25) * 30.0)",
     lambda x, y: x * 0.1015625 % 1 * (y * 0.109375 % 1 + 33.25) * 30 % 1),
    ("fract(fract(x * 443.25) * 100.5 * fract(y * 441.75))",
     lambda x, y: x * 443.25 % 1 * 100.5 * (y * 441.75 % 1) % 1),
    ("mod((x * 34.0 + 1.0) * x * 16.0, 289.0)", lambda x, y: (x * 34 + 1) * x * 16 % 289),
    ("degrees(atan(x, y))", lambda x, y: math.atan2(x, y) * DEGREES),
    ("degrees(acos(x / 9.0))", lambda x, y: math.acos(x / 9) * DEGREES),
    ("y / acos(clamp(x * 300.0, -0.5, 0.5))", lambda x, y: y / math.acos(min(max(x * 300, -0.5), 0.5))),
    ("100.0 * log(y)", lambda x, y: 100 * math.log(y)),
    ("exp2(5.0 * log2(y))", lambda x, y: y**5),
    ("(sqrt(y + 1.0) - sqrt(y)) * 300.0", lambda x, y: (math.sqrt(y + 1) - math.sqrt(y)) * 300),
    ("inverse(mat3(y, 0, 2, 0, y, 0, 0.25, 0, 9) * 0.0625)[0].x",
     lambda x, y: np.linalg.inv(np.array([[y, 0, 2], [0, y, 0], [0.25, 0, 9]]) * 0.0625)[0, 0]),
    ("total(x, y)", _sum),
    ("octaves(vec2(x, y))", _octaves),
    ("sin(fract(sin(x * 43.0) * 43758.5) * 9.0)", lambda x, y: math.sin(math.sin(x * 43) * 43758.5 % 1 * 9)),
    ("product(vec2(x, y))", _product),
    ("fract(x * y * (x + y))", lambda x, y: x * y * (x + y) % 1),
    ("normalize(vec2(x, y)).x * 1000.0", _length_ratio),
    ("smoothstep(0.0, 9.0, x * 0.1 * y + 1.0) * 500.0",
     lambda x, y: (lambda t: t * t * (3 - 2 * t))(min(max((x * 0.1 * y + 1) / 9, 0), 1)) * 500),
    ("(x < 0.0 ? x * y : x / y) * 77.0", lambda x, y: (x * y if x < 0 else x / y) * 77),
    ("reflect(vec2(x, y), normalize(vec2(y, 0.5))).x * 10.0",
     lambda x, y: (x - 2 * (x * y + y * 0.5) / (y * y + 0.25) * y) * 10),
    ("float(int(x * 1e4)) / 1000.0", lambda x, y: math.trunc(x * 1e4) / 1000),
    ("1e5 * sin(floor(x) - floor(min(x, y)))", lambda x, y: 1e5 * math.sin(x // 1 - min(x, y) // 1)),
    ("sin(float(uint(y * 4096.0) << 17))", lambda x, y: math.sin(math.trunc(y * 4096) << 17)),
    ("float(uint(y * 4096.0) * 131071u) / 4294967295.0",
     lambda x, y: math.trunc(y * 4096) * 131071 % 2**32 / 4294967295),
    ("x * 150.0 * y * 30.0 * 0.01", lambda x, y: x * y * 45),
    ("pow(y, 3.0) * 9.0 - pow(x, 3.0)", lambda x, y: 9 * y**3 - x**3),
]  # fmt: skip
SOURCE = """
float total(float x, float y) {
    float s = 0.0;
    for (int n = 0; n < 50; n++) s += x / (float(n) + y);
    return s * y;
}
float octaves(vec2 p) {
    float sum = 0.0;
    for (int n = 0; n < 4; n++) {
        sum += fract(sin(dot(floor(p), vec2(12.984375, 78.25))) * 43758.5);
        p = p * 2.0 + 0.5;
    }
    return sum;
}
float product(vec2 p) {
    vec3 q = fract(vec3(p.xyx) * 0.1015625);
    q += dot(q, q.yzx + 33.25);
    return fract((q.x + q.y) * q.z);
}
"""
SOURCE += "".join(f"float f{at}(float x, float y) {{ return {text}; }}\n" for at, (text, _) in enumerate(COMPOSED))


@pytest.fixture(scope="module")
def library() -> Library:
    return glowjit.compile_functions(SOURCE, check=True)


@pytest.mark.parametrize("index", range(len(COMPOSED)), ids=[text for text, _ in COMPOSED])
def test_what_is_amplified_is_right(library: Library, index: int) -> None:
    random = np.random.default_rng(index)
    for _ in range(20):
        x, y = (np.floor(random.uniform(low, 8) / ULP) * ULP for low in (-8, 0.5))
        exact = COMPOSED[index][1](float(x), float(y))
        found = library.call(f"f{index}", float(x), float(y))
        assert abs(found - exact) <= max(2.5 * ULP, abs(exact) * 2**-24) or abs(exact) > 32767


# what rounds once stays as cheap as it is in plain words
@pytest.mark.parametrize(
    "text", ["a + (b - a) * t", "a * b + t", "sin(a * 3.0) * 0.5 + 0.5", "floor(a) + fract(b) * t"]
)
def test_what_is_not_amplified_stays_a_word(text: str) -> None:
    source = f"float f(float a, float b, float t) {{ return {text}; }}"
    fitted, plain = (
        Library(source, "", pipeline.Options(load_board("esp32c3"), numbers=numbers)) for numbers in ("fitted", "plain")
    )
    for library in (fitted, plain):
        library.call("f", 1.5, 2.25, 0.25)
    assert fitted.last_run is not None and plain.last_run is not None
    assert fitted.last_run.instructions <= plain.last_run.instructions + 12


def test_a_sum_that_no_word_holds_is_compared_as_what_it_is() -> None:
    source = "vec2 f(vec2 n, vec2 i, vec2 r) { return faceforward(n, i, r); }"
    library = glowjit.compile_functions(source)
    for x in range(-900, 900, 123):
        expected = 0.25 if x < 0 else -0.25
        assert library.call("f", (0.25, 0.0), (float(x), 0.5), (670.0, 0.25)) == (expected, 0.0)
