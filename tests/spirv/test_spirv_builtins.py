"""Every built-in function against numpy, many arguments at once."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest

RANDOM = np.random.default_rng(1)
ANY = np.concatenate([[-2.5, -1.5, -0.5, -0.0, 0.0, 0.5, 1.5, 2.5], RANDOM.uniform(-20, 20, 40)])
POSITIVE = RANDOM.uniform(0.01, 20, 40)
UNIT = np.concatenate([[-1.0, 0.0, 1.0], RANDOM.uniform(-1, 1, 40)])
INTS = np.concatenate([[0, 1, -1, 2**31 - 1, -(2**31)], RANDOM.integers(-(2**31), 2**31, 40)]).astype(np.int32)
UINTS = INTS.view(np.uint32).astype(np.int64)


def shuffled(values: np.ndarray, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).permutation(values)


def half_away(x: np.ndarray) -> np.ndarray:
    return np.sign(x) * np.floor(np.abs(x) + 0.5)


def signed(values: Any) -> np.ndarray:
    return np.asarray(values).astype(np.uint32).view(np.int32)


def smoothstep(low: Any, high: Any, x: Any) -> Any:
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


# GLSL parameters, expression, arguments, numpy.
# fmt: off
ONE_RESULT: list[tuple[str, str, tuple[Any, ...], Any]] = [
    ("float a", "sin(a)", (ANY,), np.sin),
    ("float a", "cos(a)", (ANY,), np.cos),
    ("float a", "tan(a)", (UNIT,), np.tan),
    ("float a", "asin(a)", (UNIT,), np.arcsin),
    ("float a", "acos(a)", (UNIT,), np.arccos),
    ("float a", "atan(a)", (ANY,), np.arctan),
    ("float a, float b", "atan(a, b)", (ANY, shuffled(ANY)), np.arctan2),
    ("float a", "sinh(a)", (UNIT,), np.sinh),
    ("float a", "cosh(a)", (UNIT,), np.cosh),
    ("float a", "tanh(a)", (UNIT,), np.tanh),
    ("float a", "asinh(a)", (ANY,), np.arcsinh),
    ("float a", "acosh(a)", (POSITIVE + 1,), np.arccosh),
    ("float a", "atanh(a)", (UNIT[3:],), np.arctanh),
    ("float a, float b", "pow(a, b)", (POSITIVE, RANDOM.uniform(-3, 3, 40)), np.power),
    ("float a", "exp(a)", (ANY,), np.exp),
    ("float a", "log(a)", (POSITIVE,), np.log),
    ("float a", "exp2(a)", (ANY,), np.exp2),
    ("float a", "log2(a)", (POSITIVE,), np.log2),
    ("float a", "sqrt(a)", (POSITIVE,), np.sqrt),
    ("float a", "inversesqrt(a)", (POSITIVE,), lambda a: 1 / np.sqrt(a)),
    ("float a", "radians(a)", (ANY,), np.radians),
    ("float a", "degrees(a)", (ANY,), np.degrees),
    ("float a", "abs(a)", (ANY,), np.abs),
    ("float a", "sign(a)", (ANY,), np.sign),
    ("float a", "floor(a)", (ANY,), np.floor),
    ("float a", "ceil(a)", (ANY,), np.ceil),
    ("float a", "trunc(a)", (ANY,), np.trunc),
    ("float a", "round(a)", (ANY,), half_away),
    ("float a", "roundEven(a)", (ANY,), np.round),
    ("float a", "fract(a)", (ANY,), lambda a: a - np.floor(a)),
    ("float a, float b", "mod(a, b)", (ANY, 3.5), lambda a, b: a - b * np.floor(a / b)),
    ("float a, float b", "min(a, b)", (ANY, shuffled(ANY)), np.minimum),
    ("float a, float b", "max(a, b)", (ANY, shuffled(ANY)), np.maximum),
    ("float a, float b, float c", "clamp(a, b, c)", (ANY, -1.0, 2.0), np.clip),
    ("float a, float b, float c", "mix(a, b, c)", (ANY, shuffled(ANY), 0.25), lambda a, b, t: a + (b - a) * t),
    ("float a, float b, bool c", "mix(a, b, c)", (ANY, shuffled(ANY), ANY > 0), lambda a, b, t: np.where(t, b, a)),
    ("float a, float b", "step(a, b)", (0.5, ANY), lambda e, x: np.where(x < e, 0.0, 1.0)),
    ("float a, float b, float c", "smoothstep(a, b, c)", (-1.0, 2.0, ANY), smoothstep),
    ("float a, float b, float c", "fma(a, b, c)", (ANY, shuffled(ANY), 0.5), lambda a, b, c: a * b + c),
    ("float a, int b", "ldexp(a, b)", (ANY, 3), lambda a, b: a * 8),
    ("float a", "float(isnan(a)) + float(isinf(a))", (ANY,), lambda a: a * 0),
    ("float a", "length(a)", (ANY,), np.abs),
    ("float a", "normalize(a)", (POSITIVE,), np.sign),
    ("float a, float b", "distance(a, b)", (ANY, 1.0), lambda a, b: np.abs(a - b)),
    ("float a, float b", "dot(a, b)", (ANY, 2.0), lambda a, b: a * b),
    ("float a, float b", "reflect(a, b)", (ANY, 1.0), lambda a, b: a - 2 * a),
    ("float a, float b", "faceforward(a, b, b)", (ANY, 1.0), lambda a, b: -a),
    ("int a", "abs(a)", (INTS[5:],), np.abs),
    ("int a", "abs(a)", (-(2**31),), lambda a: a),
    ("int a", "sign(a)", (INTS,), np.sign),
    ("int a, int b", "min(a, b)", (INTS, shuffled(INTS)), np.minimum),
    ("int a, int b", "max(a, b)", (INTS, shuffled(INTS)), np.maximum),
    ("int a, int b, int c", "clamp(a, b, c)", (INTS, -9999, 7777), np.clip),
    ("uint a, uint b", "min(a, b)", (UINTS, shuffled(UINTS)), lambda a, b: signed(np.minimum(a, b))),
    ("uint a, uint b", "max(a, b)", (UINTS, shuffled(UINTS)), lambda a, b: signed(np.maximum(a, b))),
    ("uint a, uint b, uint c", "clamp(a, b, c)", (UINTS, 5, 2**31 + 5), lambda a, b, c: signed(np.clip(a, b, c))),
]
# fmt: on


@pytest.mark.parametrize(("parameters", "expression", "args", "expected"), ONE_RESULT)
def test_scalar(call: Any, parameters: str, expression: str, args: tuple[Any, ...], expected: Any) -> None:
    result_type = "uint" if parameters.startswith("uint") else "int" if parameters.startswith("int") else "float"
    source = f"{result_type} f({parameters}) {{ return {expression}; }}"
    (result,) = call(source, "f", *args)
    np.testing.assert_allclose(result, expected(*args), rtol=1e-12, atol=1e-12)


A, B, C = (tuple(RANDOM.uniform(-2, 2, 16) for _ in range(3)) for _ in range(3))
UNITS = tuple(np.array(A) / np.linalg.norm(A, axis=0))


def test_geometry(call: Any) -> None:
    a, b, c = np.array(A), np.array(B), np.array(C)
    towards = np.sum(c * b, axis=0) < 0
    n, i = np.array(UNITS), np.array(B)
    # fmt: off
    rows: list[tuple[str, tuple[Any, ...], Any]] = [
        ("vec3 f(vec3 a, vec3 b) { return vec3(dot(a, b), length(a), distance(a, b)); }", A + B,
         [np.sum(a * b, axis=0), np.linalg.norm(a, axis=0), np.linalg.norm(a - b, axis=0)]),
        ("vec3 f(vec3 a) { return normalize(a); }", A, a / np.linalg.norm(a, axis=0)),
        ("vec3 f(vec3 a, vec3 b) { return cross(a, b); }", A + B, np.cross(a.T, b.T).T),
        ("vec3 f(vec3 a, vec3 b, vec3 c) { return faceforward(a, b, c); }", A + B + C, np.where(towards, a, -a)),
        ("vec3 f(vec3 i, vec3 n) { return reflect(i, n); }", B + UNITS, i - 2 * np.sum(n * i, axis=0) * n),
        ("vec3 f(vec3 a, vec3 b, vec3 c) { return smoothstep(a, b, c); }", A + tuple(a + 1) + C,
         smoothstep(a, a + 1, c)),
        ("bvec3 f(vec3 a) { return greaterThanEqual(a, vec3(0.5)); }", A, a >= 0.5),
    ]
    # fmt: on
    for source, args, expected in rows:
        np.testing.assert_allclose(call(source, "f", *args), expected, rtol=1e-9, atol=1e-12, err_msg=source)


def refracted(i: np.ndarray, n: np.ndarray, eta: float) -> np.ndarray:
    cosine = np.sum(n * i, axis=0)
    k = 1 - eta**2 * (1 - cosine**2)
    bent = eta * i - (eta * cosine + np.sqrt(np.maximum(k, 0))) * n
    return np.where(k < 0, 0.0, bent)


@pytest.mark.parametrize("eta", [0.7, 1.6])
def test_refraction(call: Any, eta: float) -> None:
    incident = np.array(B) / np.linalg.norm(B, axis=0)
    source = "vec3 f(vec3 i, vec3 n, float eta) { return refract(i, n, eta); }"
    result = call(source, "f", *incident, *UNITS, eta)
    np.testing.assert_allclose(result, refracted(incident, np.array(UNITS), eta), rtol=1e-9, atol=1e-12)


def test_splitting_floats(call: Any) -> None:
    fraction, whole = call("vec2 f(float a) { float i; float x = modf(a, i); return vec2(x, i); }", "f", ANY)
    np.testing.assert_array_equal(whole, np.trunc(ANY))
    np.testing.assert_array_equal(fraction, ANY - np.trunc(ANY))
    mantissa, exponent = call("vec2 f(float a) { int e; float x = frexp(a, e); return vec2(x, e); }", "f", ANY)
    np.testing.assert_array_equal(mantissa, np.frexp(ANY)[0])
    np.testing.assert_array_equal(exponent, np.frexp(ANY)[1])
    pair = call("vec4 f(vec2 a) { ivec2 e; vec2 x = frexp(a, e); return vec4(x, e); }", "f", 12.0, -0.375)
    assert pair == [0.75, -0.75, 4.0, -1.0]


PACKED = np.concatenate([[-2.0, -1.0, -0.5, 0.0, 0.25, 1.0, 3.0], RANDOM.uniform(-1.2, 1.2, 25)])


@pytest.mark.parametrize(
    ("name", "size", "bits", "encode"),
    [
        ("packUnorm4x8", 4, 8, lambda x: half_away(np.clip(x, 0, 1) * 255)),
        ("packSnorm4x8", 4, 8, lambda x: half_away(np.clip(x, -1, 1) * 127)),
        ("packUnorm2x16", 2, 16, lambda x: half_away(np.clip(x, 0, 1) * 65535)),
        ("packSnorm2x16", 2, 16, lambda x: half_away(np.clip(x, -1, 1) * 32767)),
    ],
)
def test_packing(call: Any, name: str, size: int, bits: int, encode: Any) -> None:
    columns = [shuffled(PACKED, seed) for seed in range(size)]
    (result,) = call(f"uint f(vec{size} v) {{ return {name}(v); }}", "f", *columns)
    expected = np.zeros(len(PACKED), np.int64)
    for number, column in enumerate(columns):
        expected |= (encode(column).astype(np.int64) & ((1 << bits) - 1)) << (number * bits)
    np.testing.assert_array_equal(result, signed(expected))


@pytest.mark.parametrize(
    ("name", "size", "bits", "scale"),
    [
        ("unpackUnorm4x8", 4, 8, 255),
        ("unpackSnorm4x8", 4, 8, 127),
        ("unpackUnorm2x16", 2, 16, 65535),
        ("unpackSnorm2x16", 2, 16, 32767),
    ],
)
def test_unpacking(call: Any, name: str, size: int, bits: int, scale: int) -> None:
    result = call(f"vec{size} f(uint v) {{ return {name}(v); }}", "f", UINTS)
    for number, column in enumerate(result):
        field = UINTS >> (number * bits) & ((1 << bits) - 1)
        if "Snorm" in name:
            field = np.where(field >> (bits - 1), field - (1 << bits), field)
        np.testing.assert_allclose(column, np.maximum(field / scale, -1.0), rtol=1e-12)


def test_halves(call: Any) -> None:
    edges = [0.0, 1.0, -2.5, 65504.0, 65519.0, 65520.0, -1e6, 6e-8, -5.9e-8, 2.9e-8, 6.1035e-5, 6.1e-5, 1 / 3]
    spread = RANDOM.normal(0, 1, 40) * 2.0 ** RANDOM.integers(-26, 17, 40)
    values = np.concatenate([edges, spread]).astype(np.float32)
    with np.errstate(over="ignore"):
        expected = values.astype(np.float16)
    (packed,) = call("uint f(vec2 v) { return packHalf2x16(v); }", "f", values.astype(float), 1.0)
    bits = expected.view(np.uint16).astype(np.int64)
    np.testing.assert_array_equal(packed.view(np.uint32) & 0xFFFF, bits)
    assert set(packed.view(np.uint32) >> 16) == {0x3C00}
    finite = np.isfinite(expected)
    low, high = call("vec2 f(uint v) { return unpackHalf2x16(v); }", "f", bits[finite] | 0xC000_0000)
    np.testing.assert_array_equal(low, expected[finite].astype(float))
    assert set(high) == {-2.0}


def test_constants_are_the_doubles_of_their_singles(call: Any) -> None:
    tenth = struct.unpack("<f", struct.pack("<f", 0.1))[0]
    assert call("float f() { return 0.1; }", "f") == [tenth]


def test_infinities_and_nan_are_real_numbers(call: Any) -> None:
    assert call("vec3 f() { return vec3(1.0 / 0.0, -1.0 / 0.0, 0.0 / 0.0); }", "f") == [
        3.4028234663852886e38,
        -3.4028234663852886e38,
        0.0,
    ]
