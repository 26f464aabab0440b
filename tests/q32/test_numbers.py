"""Functions called from outside with numbers that Q16.16 cannot hold: arguments, results and all between in pairs."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import pytest

import glowjit

NUMBERS = (0.1, -0.3, 0.7, 2.3, 12.0, 1e-3, 1e5 + 0.3, -4e6)


def single(x: float) -> int:
    return struct.unpack("<i", struct.pack("<f", x))[0]


def even(x: float) -> float:
    return float(round(x))


# GLSL expression of x, the same in Python; where Python has no answer, neither has the test
BUILTINS: list[tuple[str, Callable[[float], Any]]] = [
    ("sin(x)", math.sin), ("cos(x)", math.cos), ("tan(x)", math.tan), ("asin(x)", math.asin), ("acos(x)", math.acos),
    ("atan(x)", math.atan), ("sinh(x)", math.sinh), ("cosh(x)", math.cosh), ("tanh(x)", math.tanh),
    ("asinh(x)", math.asinh), ("acosh(x)", math.acosh), ("atanh(x)", math.atanh), ("exp(x)", math.exp),
    ("exp2(x)", lambda x: 2.0**x), ("log(x)", math.log), ("log2(x)", math.log2), ("sqrt(x)", math.sqrt),
    ("pow(abs(x), 2.7)", lambda x: abs(x) ** 2.7), ("pow(x, 3.0)", lambda x: x**3), ("pow(1.01, x)", lambda x: 1.01**x),
    ("round(x)", lambda x: math.copysign(math.floor(abs(x) + 0.5), x)), ("roundEven(x * 4.0)", lambda x: even(x * 4)),
    ("floor(x)", math.floor), ("fract(x)", lambda x: x - math.floor(x)), ("mod(x, 7.0)", lambda x: x % 7.0),
    ("x * x * 3.0", lambda x: x * x * 3), ("1.0 / x", lambda x: 1 / x), ("x * 1e-4 / 1e5", lambda x: x / 1e9),
    ("length(vec3(x, 2.0 * x, -2.0 * x))", lambda x: 3 * abs(x)),
    ("normalize(vec2(0.0, x * 1e-9)).y", lambda x: x / abs(x)), ("float(power(x * trunc(x * 1e-9)))", lambda x: 0),
    ("normalize(vec2(x)).y", lambda x: x / abs(x) / 2**0.5),
    ("float(int(x * 128.0))", lambda x: math.trunc(x * 128)),
    ("float(uint(abs(x) * 1024.0))", lambda x: int(abs(x) * 1024)),
    ("float(floatBitsToInt(x) >> 8)", lambda x: single(x) >> 8), ("intBitsToFloat(floatBitsToInt(x))", lambda x: x),
    ("part(x)", lambda x: math.frexp(x)[0]), ("ldexp(x, 12)", lambda x: x * 4096), ("kept(x)", lambda x: 3e5 + x),
    ("looped(x)", lambda x: x * 1024), ("member(x)", lambda x: x * 1e4), ("atan(x, -1.0)", lambda x: math.atan2(x, -1)),
    ("table(x)", lambda x: (1e5, 0.1, -1e-4)[int(abs(x)) % 3]),
]  # fmt: skip
SOURCE = """
struct Body { int n; vec2 place; };
float total = 1e5;
const float TABLE[3] = float[3](1e5, 0.1, -1e-4);
int power(float x) { int e; frexp(x, e); return e; }
float part(float x) { int e; return frexp(x, e); }
float kept(float x) { total += 2e5; total += x; return total; }
float looped(float x) { for (int i = 0; i < 10; i++) x *= 2.0; return x; }
float member(float x) {
    Body all[2] = Body[2](Body(1, vec2(x)), Body(0, vec2(-x)));
    all[all[1].n].place *= 1e4;
    return all[all[1].n].place.y;
}
float table(float x) { return TABLE[int(abs(x)) % 3]; }
"""
SOURCE += "".join(f"float f{at}(float x) {{ return {text}; }}\n" for at, (text, _) in enumerate(BUILTINS))


@pytest.fixture(scope="module")
def library() -> glowjit.Library:
    return glowjit.compile_functions(SOURCE, check=True)


@pytest.mark.parametrize("index", range(len(BUILTINS)), ids=[text for text, _ in BUILTINS])
def test_any_number(library: glowjit.Library, index: int) -> None:
    judged = 0
    for x in NUMBERS:
        try:
            exact = float(BUILTINS[index][1](x))
        except (ValueError, OverflowError):
            continue
        if abs(exact) < 2.0**127:
            found = library.call(f"f{index}", x)
            assert found == pytest.approx(exact, rel=2e-6, abs=1e-6 + abs(x) * 4e-9), x
            judged += 1
    assert judged >= 3


BORDERS = """
vec4 whole(int x) { return vec4(ivec4(x)); }
float same(float x) { return x; }
float sum(float a, float b) { return a + b; }
bool more(float a, float b) { return a * b > 40000.0; }
int product(float a, float b) { return int(a * b); }
float mean(float a, float b) { return (a + b) * 0.5; }
void swap(inout float a, inout float b) { float t = a; a = b * 10.0; b = t; }
uint count(uint x) { return x / 3u; }
float count(float x) { return x / 3.0; }
"""


@pytest.mark.parametrize(("name", "args", "expected"), [
    ("whole", (65536,), (65536.0,) * 4), ("same", (100000.0,), 100000.0), ("same", (-1e30,), -1e30),
    ("same", (1e-6,), 1e-6), ("sum", (32767.0, 1.0), 32768.0), ("more", (300.0, 200.0), True),
    ("product", (300.0, 200.0), 60000), ("mean", (30000.0, 30002.0), 30001.0), ("count", (4000000000,), 1333333333),
    ("swap", (9000.0, 7000.5), (None, {"a": 70005.0, "b": 9000.0})), ("count", (1e6,), 1e6 / 3),
])  # fmt: skip
def test_beyond_the_border(name: str, args: tuple[Any, ...], expected: Any) -> None:
    found = glowjit.compile_functions(BORDERS).call(name, *args)
    assert found == expected or found == pytest.approx(expected, rel=2**-28)


def test_what_is_infinite_is_the_largest_word() -> None:
    library = glowjit.compile_functions("float f(float x) { return x / 0.0; }\nfloat g(float x) { return log(-x); }")
    assert [library.call("f", x) for x in (1.0, -0.1, 0.0)] == [32768 - 2**-16, -32768, 0]
    assert [library.call("g", x) for x in (1.0, 0.1)] == [-32768, -32768]
