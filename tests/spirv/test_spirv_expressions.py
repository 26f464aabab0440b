"""What expressions compute: one GLSL function a row, its arguments, the words it must return."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

# GLSL, argument words, result words. The function is the last one in the text.
# fmt: off
ROWS: list[tuple[str, tuple[Any, ...], list[Any]]] = [
    # scalars
    ("float f(float a, float b) { return a * b - a / b + -a; }", (3.0, 2.0), [1.5]),
    ("float f(float a, float b) { return mod(a, b); }", (-1.0, 3.0), [2.0]),
    ("int f(int a, int b) { return a * b - a / b + -a; }", (7, -2), [-18]),
    ("uint f(uint a, uint b) { return a / b + a % b; }", (0xFFFFFFFF, 10), [429496729 + 5]),
    ("int f(int a, int b) { return a % b; }", (-7, 3), [2]),
    ("int f(int a, int b) { return a % b; }", (7, -3), [-2]),
    ("int f(int a, int b) { return a % b; }", (-6, 3), [0]),
    ("int f(int a, int b) { return a % b; }", (-7, 0), [-7]),
    ("int f(int a, int b) { return a % b; }", (-(2**31), -1), [0]),
    ("int f(int a) { return a % 3; }", (-7,), [2]),
    ("int f(int a) { return a % 8; }", (-7,), [1]),
    ("int f(int a) { return a % -3; }", (7,), [-2]),
    ("int f(int a, int b) { return a / b; }", (7, 0), [-1]),
    ("uint f(uint a, uint b) { return a % b; }", (7, 0), [7]),
    ("int f(int a, int b) { return (a & b) | (a ^ b) | ~a; }", (0x0F0F, 0x00FF), [-1]),
    ("int f(int a, int b) { return (a << b) + (a >> b); }", (-16, 2), [-68]),
    ("uint f(uint a, int b) { return a >> b; }", (0x80000000, 31), [1]),
    ("bool f(bool a, bool b) { return a && b || (a ^^ b); }", (True, False), [True]),
    ("bool f(bool a, bool b) { return !(a == b) != b; }", (True, False), [True]),
    ("float f(bool b) { return b ? 1.5 : -2.5; }", (False,), [-2.5]),
    ("int f(int a) { return a++ + ++a - a-- - --a; }", (5,), [5 + 7 - 7 - 5]),
    ("float f(float a) { float b = a; b += 2.0; b *= a; b -= 1.0; b /= 2.0; return b; }", (3.0,), [7.0]),
    # conversions
    ("int f(float a) { return int(a); }", (-2.75,), [-2]),
    ("uint f(float a) { return uint(a); }", (2.75,), [2]),
    ("float f(int a) { return float(a); }", (-3,), [-3.0]),
    ("float f(uint a) { return float(a); }", (0xFFFFFFFF,), [4294967295.0]),
    ("int f(bool a) { return int(a) + 1; }", (True,), [2]),
    ("float f(bool a) { return float(a); }", (True,), [1.0]),
    ("bvec3 f(vec3 a) { return bvec3(a); }", (0.0, -0.5, 2.0), [False, True, True]),
    ("uint f(int a) { return uint(a); }", (-1,), [-1]),
    ("int f(float a) { return floatBitsToInt(a); }", (1.0,), [0x3F800000]),
    ("float f(uint a) { return uintBitsToFloat(a); }", (0x40490FDB,), [np.float64(np.float32(np.pi)).item()]),
    ("ivec2 f(vec2 a) { return ivec2(a); }", (1.9, -1.9), [1, -1]),
    # vectors and swizzles
    ("vec3 f(vec3 a, vec3 b) { return a * b + a; }", (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), [5.0, 12.0, 21.0]),
    ("vec2 f(vec2 a, float b) { return a * b + b * a - b; }", (1.0, 2.0, 3.0), [3.0, 9.0]),
    ("vec4 f(vec4 a) { return a.wzyx; }", (1.0, 2.0, 3.0, 4.0), [4.0, 3.0, 2.0, 1.0]),
    ("vec4 f(vec2 a) { return a.xxyy; }", (1.0, 2.0), [1.0, 1.0, 2.0, 2.0]),
    ("vec4 f(vec2 a, float b) { return vec4(b, a, b + 1.0); }", (1.0, 2.0, 3.0), [3.0, 1.0, 2.0, 4.0]),
    ("vec3 f(vec3 v) { v.zx += vec2(10.0, 20.0); return v; }", (1.0, 2.0, 3.0), [21.0, 2.0, 13.0]),
    ("vec3 f(vec3 v) { v.yz = v.xy; v.x = 9.0; return v; }", (1.0, 2.0, 3.0), [9.0, 1.0, 2.0]),
    ("vec4 f(vec4 v) { v.wx = v.xw; return v; }", (1.0, 2.0, 3.0, 4.0), [4.0, 2.0, 3.0, 1.0]),
    ("vec4 f(vec4 v) { v.xyz.zy = vec2(8.0, 9.0); return v; }", (1.0, 2.0, 3.0, 4.0), [1.0, 9.0, 8.0, 4.0]),
    ("ivec2 f(ivec2 a, int b) { return a << b | ivec2(1); }", (1, 3, 4), [17, 49]),
    ("bvec2 f(vec2 a, vec2 b) { return lessThan(a, b); }", (1.0, 5.0, 2.0, 4.0), [True, False]),
    ("bvec4 f(float a, float b) { return bvec4(a < b, a <= b, a > b, a >= b); }", (2.0, 2.0),
     [False, True, False, True]),
    ("bvec4 f(int a, int b) { return bvec4(a < b, a <= b, a > b, a >= b); }", (-1, 1), [True, True, False, False]),
    ("bvec4 f(uint a, uint b) { return bvec4(a < b, a <= b, a > b, a >= b); }", (0xFFFFFFFF, 1),
     [False, False, True, True]),
    ("bool f(vec3 a, vec3 b) { return a == b; }", (1.0, 2.0, 3.0, 1.0, 2.0, 3.0), [True]),
    ("bool f(vec3 a, vec3 b) { return a != b; }", (1.0, 2.0, 3.0, 1.0, 2.0, 3.5), [True]),
    ("bvec2 f(bvec2 a) { return bvec2(any(a), all(not(a))); }", (True, False), [True, False]),
    ("bvec3 f(ivec3 a, ivec3 b) { return equal(a, b); }", (1, 2, 3, 1, 5, 3), [True, False, True]),
    # vector components by index
    ("float f(vec3 a, int i) { return a[i]; }", (1.0, 2.0, 3.0, 1), [2.0]),
    ("float f(vec3 a, int i) { return a[i]; }", (1.0, 2.0, 3.0, 7), [3.0]),
    ("float f(vec3 a, int i) { return a[i]; }", (1.0, 2.0, 3.0, -7), [1.0]),
    ("float f(vec3 a, uint i) { return a[i]; }", (1.0, 2.0, 3.0, 0xFFFFFFFF), [3.0]),
    ("vec3 f(vec3 a, int i) { a[i] = 9.0; return a; }", (1.0, 2.0, 3.0, 2), [1.0, 2.0, 9.0]),
    ("vec3 f(vec3 a, int i) { a[i] += a[2]; return a; }", (1.0, 2.0, 3.0, 100), [1.0, 2.0, 6.0]),
    ("float f(vec3 a, vec3 b, int i) { return (a + b)[i]; }", (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1), [7.0]),
    ("float f(int i) { return vec3(4.0, 5.0, 6.0)[i]; }", (2,), [6.0]),
    # arrays and structs
    ("float f(int i) { float a[4]; for (int k = 0; k < 4; k++) a[k] = float(k * k); return a[i]; }", (3,), [9.0]),
    ("float f(int i) { float a[4]; for (int k = 0; k < 4; k++) a[k] = float(k * k); return a[i]; }", (99,), [9.0]),
    ("int f(int i, int j) { int a[2][3] = int[2][3](int[](1, 2, 3), int[](4, 5, 6)); a[j][i] += 10; "
     "return a[1][i] * 100 + a[j][0]; }", (0, 1), [1414]),
    ("float f(int i) { const float a[3] = float[3](1.5, 2.5, 3.5); return a[i] + a[i + 1]; }", (0,), [4.0]),
    ("const int K[4] = int[](2, 3, 5, 7); int f(int i) { return K[i] * K[3 - i]; }", (1,), [15]),
    ("bool f(int i) { const bool a[3] = bool[3](true, false, true); return a[i]; }", (2,), [True]),
    ("int f() { int a[5]; return a.length(); }", (), [5]),
    ("float[2] f(float x) { float a[2]; a[0] = x; a[1] = x + 1.0; return a; }", (4.0,), [4.0, 5.0]),
    ("float f(float a[3], int i) { return a[i]; }", (1.0, 2.0, 3.0, 2), [3.0]),
    ("bool f(int a[2], int b[2]) { return a == b; }", (1, 2, 1, 3), [False]),
    ("struct S { float a; vec2 b; }; S f(S s) { s.b.y = s.a; return s; }", (1.0, 2.0, 3.0), [1.0, 2.0, 1.0]),
    ("struct S { float a; vec2 b; }; bool f(S s, S t) { return s == t; }", (1., 2., 3., 1., 2., 3.), [True]),
    ("struct S { int a; int b[3]; }; struct T { S s[2]; int c; }; int f(int i, int j) { T t; "
     "for (int k = 0; k < 2; k++) { t.s[k].a = k; for (int l = 0; l < 3; l++) t.s[k].b[l] = 10 * k + l; } t.c = 5; "
     "t.s[i].b[j] *= 2; return t.s[i].b[j] + 1000 * t.s[i].a + t.c; }", (1, 2), [1029]),
    ("struct S { float a; mat2 m[2]; }; float f(int i, int c, int r) { S s = S(1.0, mat2[2](mat2(1,2,3,4), "
     "mat2(5,6,7,8))); s.m[i][c][r] += 0.5; return s.m[i][c][r] + s.m[1][0].x; }", (1, 1, 0), [12.5]),
    # bits
    ("uint f(uint a) { return bitfieldExtract(a, 4, 8); }", (0xABCDE, ), [0xCD]),
    ("int f(int a) { return bitfieldExtract(a, 4, 8); }", (0xABCDE, ), [0xCD - 256]),
    ("uint f(uint a, int o, int c) { return bitfieldExtract(a, o, c); }", (0xDEADBEEF, 0, 32), [0xDEADBEEF - 2**32]),
    ("uint f(uint a, int o, int c) { return bitfieldExtract(a, o, c); }", (0xDEADBEEF, 5, 0), [0]),
    ("int f(int a, int o, int c) { return bitfieldExtract(a, o, c); }", (-1, 31, 1), [-1]),
    ("uint f(uint a, uint b, int o, int c) { return bitfieldInsert(a, b, o, c); }", (0xFFFFFFFF, 0, 8, 8),
     [0xFFFF00FF - 2**32]),
    ("uint f(uint a, uint b, int o, int c) { return bitfieldInsert(a, b, o, c); }", (1, 2, 0, 32), [2]),
    ("uint f(uint a, uint b, int o, int c) { return bitfieldInsert(a, b, o, c); }", (1, 2, 7, 0), [1]),
    ("ivec4 f(uint a) { return ivec4(bitCount(a), findLSB(a), findMSB(a), int(bitfieldReverse(a))); }", (0x50,),
     [2, 4, 6, 0x0A000000]),
    ("ivec3 f(int a) { return ivec3(findMSB(a), findMSB(0), findLSB(0)); }", (-3,), [1, -1, -1]),
    ("uvec2 f(uint a, uint b) { uint c; uint s = uaddCarry(a, b, c); return uvec2(s, c); }", (0xFFFFFFFF, 2), [1, 1]),
    ("uvec2 f(uint a, uint b) { uint c; uint s = usubBorrow(a, b, c); return uvec2(s, c); }", (1, 2), [-1, 1]),
    ("uvec2 f(uint a, uint b) { uint h, l; umulExtended(a, b, h, l); return uvec2(h, l); }", (0xFFFFFFFF, 0xFFFFFFFF),
     [-2, 1]),
    ("ivec2 f(int a, int b) { int h, l; imulExtended(a, b, h, l); return ivec2(h, l); }", (-5, 2**30), [-2, -(2**30)]),
    # constructors
    ("mat2 f(vec4 v) { return mat2(v); }", (1.0, 2.0, 3.0, 4.0), [1.0, 2.0, 3.0, 4.0]),
    ("mat3 f(mat2 m) { return mat3(m); }", (1.0, 2.0, 3.0, 4.0), [1.0, 2.0, 0.0, 3.0, 4.0, 0.0, 0.0, 0.0, 1.0]),
    ("mat2 f(mat3 m) { return mat2(m); }", tuple(map(float, range(9))), [0.0, 1.0, 3.0, 4.0]),
    ("mat2x3 f(float a) { return mat2x3(a); }", (2.0,), [2.0, 0.0, 0.0, 0.0, 2.0, 0.0]),
    ("vec2 f(vec4 v) { return vec2(v); }", (1.0, 2.0, 3.0, 4.0), [1.0, 2.0]),
    ("float f(vec3 v) { return float(v); }", (1.0, 2.0, 3.0), [1.0]),
    ("ivec3 f(bvec3 v) { return ivec3(v) * 5; }", (True, False, True), [5, 0, 5]),
]
# fmt: on


@pytest.mark.parametrize(("source", "args", "expected"), ROWS, ids=[str(number) for number in range(len(ROWS))])
def test_expression(call: Any, source: str, args: tuple[Any, ...], expected: list[Any]) -> None:
    assert call(source, "f", *args) == expected


def matrix(words: list[Any] | tuple[Any, ...], columns: int) -> np.ndarray:
    """Column-major words as a numpy matrix."""
    return np.array(words, dtype=float).reshape(columns, -1).T


def words(matrix: np.ndarray) -> list[float]:
    return [float(word) for word in np.asarray(matrix).T.reshape(-1)]


A23 = (1.0, -2.0, 3.0, 0.5, 4.0, -1.5)
B32 = (2.0, 1.0, -1.0, 3.0, 0.25, 5.0)
SQUARES = {
    2: (2.0, 1.0, -3.0, 4.0),
    3: (2.0, 1.0, 0.0, -3.0, 4.0, 1.0, 0.5, 2.0, 6.0),
    4: (2.0, 1.0, 0.0, 3.0, -3.0, 4.0, 1.0, 0.0, 0.5, 2.0, 6.0, 1.0, 1.0, 0.0, 2.0, 5.0),
}


def test_products_of_matrices_that_are_not_square(call: Any) -> None:
    left, right = matrix(A23, 2), matrix(B32, 3)
    assert call("mat3 f(mat2x3 a, mat3x2 b) { return a * b; }", "f", *A23, *B32) == words(left @ right)
    assert call("mat2 f(mat3x2 b, mat2x3 a) { return b * a; }", "f", *B32, *A23) == words(right @ left)
    assert call("vec3 f(mat2x3 a, vec2 v) { return a * v; }", "f", *A23, 2.0, 3.0) == words(left @ [2, 3])
    assert call("vec2 f(mat2x3 a, vec3 v) { return v * a; }", "f", *A23, 2.0, 3.0, 4.0) == words([2, 3, 4] @ left)
    assert call("mat3x2 f(mat2x3 a) { return transpose(a); }", "f", *A23) == words(left.T)
    outer = call("mat2x3 f(vec3 a, vec2 b) { return outerProduct(a, b); }", "f", 1.0, 2.0, 3.0, 4.0, 5.0)
    assert outer == words(np.outer([1, 2, 3], [4, 5]))


@pytest.mark.parametrize("size", [2, 3, 4])
def test_square_matrices(call: Any, size: int) -> None:
    given = SQUARES[size]
    expected = matrix(given, size)
    source = f"float d(mat{size} m) {{ return determinant(m); }} mat{size} f(mat{size} m) {{ return inverse(m); }}"
    assert call(source, "d", *given) == pytest.approx([np.linalg.det(expected)])
    assert call(source, "f", *given) == pytest.approx(words(np.linalg.inv(expected)))


def test_matrices_by_component(call: Any) -> None:
    given = SQUARES[2]
    assert call("mat2 f(mat2 m, float s) { return m * s + m - s / m; }", "f", *given, 2.0) == [
        word * 2.0 + word - 2.0 / word for word in given
    ]
    assert call("mat2 f(mat2 m) { return matrixCompMult(m, m); }", "f", *given) == [word * word for word in given]
    assert call("mat2 f(mat2 m) { return -m / 2.0; }", "f", *given) == [-word / 2.0 for word in given]
    assert call("bool f(mat2 a, mat2 b) { return a == b; }", "f", *given, *given) == [True]
    assert call("bool f(mat2 a, mat2 b) { return a != b; }", "f", *given, *given) == [False]


def test_matrix_elements_by_dynamic_index(call: Any) -> None:
    source = "float f(mat3 m, int i, int j) { m[i][j] *= 2.0; m[j].yz += 1.0; return m[i][j] + m[j][i]; }"
    expected = matrix(SQUARES[3], 3).T.copy()  # [column][row], as in GLSL
    i, j = 2, 1
    expected[i][j] *= 2.0
    expected[j][1:] += 1.0
    assert call(source, "f", *SQUARES[3], i, j) == [expected[i][j] + expected[j][i]]
