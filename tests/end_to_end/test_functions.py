"""GLSL functions called from Python: every kind of argument and result, and what is said when a call does not fit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import glowjit

SOURCE = """
struct Ball { vec2 at; float radius; };
struct Stick { vec2 at; float length; };
float lerp(float a, float b, float t) { return a + (b - a) * t; }
vec3 lerp(vec3 a, vec3 b, float t) { return a + (b - a) * t; }
mat2 product(mat2 a, mat2 b) { return a * b; }
mat4 same(mat4 a) { return a; }
float sum(float a[5]) { float s = 0.0; for (int i = 0; i < 5; i++) s += a[i]; return s; }
Ball ball(float x) { return Ball(vec2(x, 2.0 * x), 3.0 * x); }
float radius(Ball b) { return b.radius; }
Stick longer(Stick s) { s.length += length(s.at); return s; }
void several(inout int a, out vec2 b, float c) { a = a * 2; b = vec2(c); }
uint large(uint x) { return x * 3u + 4000000000u; }
bool either(bvec2 v) { return any(v); }
float halves(int n) { float s = 0.0; for (int i = 0; i < n; i++) s += 0.5; return s; }
const float TABLE[4] = float[](1.0, 2.0, 4.0, 8.0);
float table(int i) { return TABLE[i]; }
float state = 3.0;
float remember(float x) { state += x; return state; }
uniform float speed;
float twice() { return speed * 2.0; }
"""

IDENTITY = tuple(tuple(float(4 * column + row) for row in range(4)) for column in range(4))

CALLS: list[tuple[str, tuple[Any, ...], Any]] = [
    ("lerp", (1.0, 2.0, 0.25), 1.25),
    ("lerp", ((1.0, 2.0, 3.0), (2.0, 3.0, 4.0), 0.5), (1.5, 2.5, 3.5)),
    ("lerp(float,float,float)", (0, 4, 0.5), 2.0),
    ("product", (((1.0, 2.0), (3.0, 4.0)), ((5.0, 6.0), (7.0, 8.0))), ((23.0, 34.0), (31.0, 46.0))),
    ("same", (IDENTITY,), IDENTITY),
    ("sum", ([1.0, 2.0, 3.0, 4.0, 5.0],), 15.0),
    ("ball", (1.5,), {"at": (1.5, 3.0), "radius": 4.5}),
    ("radius", ({"at": (0.0, 0.0), "radius": 2.5},), 2.5),
    ("longer", ({"at": (3.0, 4.0), "length": 2.5},), {"at": (3.0, 4.0), "length": 7.5}),
    ("radius", (((0.0, 0.0), 2.5),), 2.5),
    ("several", (5, 2.5), (None, {"a": 10, "b": (2.5, 2.5)})),
    ("large", (10,), 4_000_000_030),
    ("either", ((False, True),), True),
    ("halves", (10,), 5.0),
    ("table", (2,), 4.0),
    ("table", (-5,), 1.0),
    ("table", (77,), 8.0),
    ("remember", (1.0,), 4.0),
    ("remember", (1.0,), 4.0),  # every call begins anew
    ("twice", (), 0.0),
]


@pytest.fixture(scope="module")
def library() -> glowjit.Library:
    return glowjit.compile_functions(SOURCE, check=True)


@pytest.mark.parametrize(("name", "args", "expected"), CALLS)
def test_call(library: glowjit.Library, name: str, args: tuple[Any, ...], expected: Any) -> None:
    assert library.call(name, *args) == expected


def test_uniforms_stay_set(library: glowjit.Library) -> None:
    library.set_uniforms({"speed": 1.5})
    assert library.call("twice") == 3.0
    assert library.call("twice") == 3.0
    library.set_uniforms({})
    assert library.call("twice") == 0.0


def test_the_cost_of_a_call_is_told(library: glowjit.Library) -> None:
    library.call("lerp", 1.0, 2.0, 0.25)
    assert library.last_run is not None
    assert 10 < library.last_run.instructions < 30


REFUSED: list[tuple[str, tuple[Any, ...], str]] = [
    ("lrp", (1.0,), "there is no function 'lrp'"),
    ("lerp", (1.0,), "no lerp takes (1.0)"),
    ("lerp(float)", (1.0,), "there is no function lerp(float)"),
    ("sum", ([1.0, 2.0],), "no sum takes"),
    ("sum(float[5])", ([1.0, 2.0],), "has type float[5] with 5 elements"),
    ("halves(int)", (1.5,), "1.5 does not fit"),
]


@pytest.mark.parametrize(("name", "args", "message"), REFUSED)
def test_refused(library: glowjit.Library, name: str, args: tuple[Any, ...], message: str) -> None:
    with pytest.raises(glowjit.GlowjitError) as caught:
        library.call(name, *args)
    assert message in str(caught.value)


@pytest.mark.parametrize("x, rounded", [(-63.5, -64.0), (63.5, 64.0), (-0.5, -1.0), (2.5, 3.0), (-2.25, -2.0)])
def test_halves_are_rounded_away_from_zero_where_they_are_amplified(x, rounded):
    library = glowjit.compile_functions("float f(float x, float y) { return round(x * y) * 3.0; }")
    assert library.call("f", x, 1.0) == rounded * 3.0


def test_a_sum_may_leave_the_range_on_its_way():
    """100 (168.8 * 4.73 + ...) is 79,000 on the way to 8,793: words would wrap there and back, pairs hold it."""
    source = "float f(vec3 p, float v) { return determinant(mat3(p, vec3(10.0, 3.14159, -1.587), vec3(v))); }"
    found = glowjit.compile_functions(source).call("f", (168.80798, 63.8598633, 4.32342529), 100.0)
    assert found == pytest.approx(8793.135, abs=0.05)


@pytest.mark.parametrize(
    "setting", [{"regalloc": "best"}, {"pixel_format": "rgb"}, {"keep": frozenset(["llvm"])}, {"numbers": "word"}]
)
def test_a_setting_that_does_not_exist_is_named_beside_those_that_do(setting):
    with pytest.raises(
        glowjit.GlowjitError, match=r"there is no .*'(best|rgb|llvm|word)'(.|\n)*hint: there are: \w+, "
    ):
        glowjit.compile_functions("float f(float x) { return x; }", **setting)


def test_the_largest_doubles_are_infinite():
    library = glowjit.compile_functions("float twice(float x) { return 2.0 * x; }")
    assert [library.call("twice", x) for x in (1.7e308, -1.7e308)] == [2.0**15 - 2.0**-16, -(2.0**15)]


BEST = """
float focal(float fov, float aspect) { return 1.0 / tan(radians(fov) * 0.5) / aspect; }
float steep(float x) { return tan(x); }
float angle(vec3 a, vec3 b) { return acos(clamp(dot(normalize(a), normalize(b)), -1.0, 1.0)); }
float luma(vec3 c) { return dot(c, vec3(0.2126, 0.7152, 0.0722)); }
float sharpest(float a, float b, float k) { return -k * log2(exp2(-a / k) + exp2(-b / k)); }
"""


@pytest.mark.parametrize(
    "name, args, expected, ulps",
    [
        ("focal", (0.6221771240234375, 0.0451202392578125), 4081.90532, 200),  # words: 100 000
        ("steep", (1.5706939697265625,), 9769.720966, 12),  # pairs: 400
        ("angle", ((30000.0, 3.0, 4.920440673828125), (-1000.0, 0.0, -0.9490814208984375)), 3.14080811, 1),
        ("luma", ((0.30224609375, 0.15350341796875, 0.493682861328125),), 0.20968688, 1),
        ("sharpest", (-4897.189987182617, 10.0, -0.2831268310546875), 10.0, 1),  # words: 60 000
    ],
)
def test_the_better_result_is_given(name, args, expected, ulps):
    assert abs(glowjit.compile_functions(BEST).call(name, *args) - expected) <= ulps * 2**-16


LAST = 2.0**15 - 2.0**-16  # has one bit more than a pair
WHOLE = """
float below(float x) { return floor(x); }
float part(float x) { return fract(x); }
float split(float x, out int e) { return frexp(x, e); }
float root(float x) { return floor(sqrt(x)); }
float inverse_root(float x) { return fract(inversesqrt(x)); }
"""


@pytest.mark.parametrize(
    "name, arg, expected",
    [
        ("below", LAST, 2.0**15 - 1),
        ("below", -(2.0**14) - 2.0**-16, -(2.0**14) - 1),
        ("part", LAST, 1 - 2.0**-16),
        ("split", LAST, (1 - 2.0**-30, {"e": 15})),
        *(("root", float(number * number), number) for number in (7, 100, 149, 151, 180)),
        *(("inverse_root", 4.0**power, 0.0) for power in (0, -1, -4, -7)),
    ],
)
def test_what_is_nearly_whole_is_on_its_side(name, arg, expected):
    assert glowjit.compile_functions(WHOLE).call(name, arg) == expected


def test_names_of_the_math_library_are_free():
    """Its tables and its functions' locals have these names."""
    source = """
    const float RSQRT[3] = float[3](1.0, 2.0, 4.0);
    float low = 0.5, high = 0.25; int m = 1, e = 2;
    float q_sqrt(float x) { return x + 1.0; }
    float f(int i, float x) {
        low += RSQRT[i]; e += m; high *= 2.0;
        return inversesqrt(x) + low * q_sqrt(high) + float(e);
    }
    float g(float x) { low *= 3.0; return log2(x) + pow(x, 0.5) + mod(x, 7.0) + low; }
    """
    library = glowjit.compile_functions(source)
    assert library.call("f", 2, 0.25) == 2.0 + 4.5 * 1.5 + 3.0
    assert library.call("g", 16.0) == 4.0 + 4.0 + 2.0 + 1.5


def test_a_call_ends_with_its_fuel():
    source = """
    int f(int n) { int s = 0; while (s < n) s++; return s; }
    float g(float x) { while (x < 1.0) x *= 0.5; return x; }
    """
    library = glowjit.compile_functions(source)
    assert library.call("f", 100_000) == 100_000
    library.fuel = 1000
    assert library.call("f", 900) == 900
    for name, arg in (("f", 1100), ("g", 0.5), ("g", 1e-9)):
        with pytest.raises(glowjit.GlowjitError, match=f"{name}.* ran out of fuel"):
            library.call(name, arg)


HASHES = """
float grow(float x) {
    float h = fract(x * 456.7), s = 0.0;
    for (int i = 0; i < 20; i++) s = s * 1.3 + h * 0.337;
    return s;
}
float far(float x, int n) { for (int i = 0; i < n; i++) x = x * 2.1 + 0.25; return fract(x * 500.3); }
"""


def literal(number: float) -> Fraction:
    return Fraction(float(np.float32(number)))


def test_what_is_made_of_a_hash_is_right_to_half_a_bit():
    """The error of 0.337 h is enlarged by 600."""
    library = glowjit.compile_functions(HASHES)
    for x in range(-1000, 1000, 97):
        exact = Fraction(0)
        for _ in range(20):
            exact = exact * literal(1.3) + x * literal(456.7) / 1024 % 1 * literal(0.337)
        assert abs(Fraction(library.call("grow", x / 1024)) - exact) <= Fraction(0.6) / 65536


def test_a_hash_of_what_has_no_bounds_has_room():
    """167,000 is no word of Q16.16, and a pair has three bits of the fraction of its product."""
    exact = Fraction(100)
    for _ in range(10):
        exact = exact * literal(2.1) + literal(0.25)
    found = glowjit.compile_functions(HASHES).call("far", 100.0, 10)
    assert found == pytest.approx(float(exact * literal(500.3) % 1), abs=2.0**-14)
