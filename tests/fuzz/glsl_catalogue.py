"""What a random GLSL program is made of: types, literals, and the table of operators and builtins.

A row is a template and the types of its operands and result. In the template A, B, C, D stand for the operands and R
for the type of the result. In the types, letters are families of one size n: G float, I int, U uint, B bool (n = 1 to
4); V, W, X, Y the same with n = 2 to 4; the size is the same throughout the row. f, i, u, b are the scalars. Other
words are types.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SCALARS = {"f": "float", "i": "int", "u": "uint", "b": "bool"}
PREFIX = {"float": "", "int": "i", "uint": "u", "bool": "b"}
FAMILIES = {"G": "float", "I": "int", "U": "uint", "B": "bool", "V": "float", "W": "int", "X": "uint", "Y": "bool"}
MATRICES = {f"mat{c}" if c == r else f"mat{c}x{r}": (c, r) for c in (2, 3, 4) for r in (2, 3, 4)}
STRUCTS = {
    "S": (("a", "float"), ("b", "ivec3"), ("c", "vec2"), ("d", "float[3]"), ("e", "bool")),
    "T": (("m", "mat2"), ("s", "S"), ("n", "int[2][3]"), ("v", "uvec3")),
}
ARRAYS = ("float[4]", "int[5]", "vec3[2]", "uint[3]", "S[2]", "float[2][3]", "bool[2]", "mat2[2]", "int[2][2][2]")


def vector(scalar: str, size: int) -> str:
    return scalar if size == 1 else f"{PREFIX[scalar]}vec{size}"


def shape(type: str) -> tuple[str, int] | None:
    """(scalar, size) of a scalar or vector."""
    if type in PREFIX:
        return type, 1
    for scalar, prefix in PREFIX.items():
        if type.startswith(f"{prefix}vec") and type[-1] != "]":
            return scalar, int(type[-1])
    return None


VECTORS = [vector(scalar, size) for scalar in PREFIX for size in (2, 3, 4)]
BASIC = [*PREFIX, *VECTORS]
# What variables are made of; the first are the likelier.
TYPES = ["float"] * 6 + ["vec2", "vec3", "vec4"] * 3 + ["int"] * 4 + BASIC + list(MATRICES) + [*ARRAYS, "S", "S", "T"]

_BUILTINS = """
sin(A)|G>G  cos(A)|G>G  tan(A)|G>G  atan(A)|G>G  atan(A, B)|G G>G  asin(clamp(A, -1.0, 1.0))|G>G
acos(clamp(A, -1.0, 1.0))|G>G  asinh(A)|G>G  acosh(1.0 + abs(A))|G>G  atanh(A * 0.1)|G>G  tanh(A)|G>G
sinh(clamp(A, -4.0, 4.0))|G>G  cosh(clamp(A, -4.0, 4.0))|G>G  radians(A)|G>G  degrees(A)|G>G
pow(abs(A) + 0.01, clamp(B, -2.0, 2.0))|G G>G  pow(abs(A), R(2.0))|G>G  pow(abs(A), R(5.0))|G>G  exp(min(A, 8.0))|G>G
log(abs(A) + 0.001)|G>G  exp2(min(A, 12.0))|G>G  log2(abs(A) + 0.001)|G>G  sqrt(abs(A))|G>G  sqrt(A)|G>G
inversesqrt(abs(A) + 0.001)|G>G
abs(A)|G>G  sign(A)|G>G  floor(A)|G>G  trunc(A)|G>G  round(A)|G>G  roundEven(A)|G>G  ceil(A)|G>G  fract(A)|G>G
mod(A, B)|G G>G  mod(A, B)|G f>G  mod(A, 3.0)|G>G  min(A, B)|G G>G  min(A, B)|G f>G  max(A, B)|G G>G
max(A, B)|G f>G  clamp(A, B, C)|G G G>G  clamp(A, B, C)|G f f>G  clamp(A, 0.0, 1.0)|G>G  mix(A, B, C)|G G G>G
mix(A, B, C)|G G f>G  mix(A, B, fract(C))|G G f>G  mix(A, B, C)|G G B>G  step(A, B)|G G>G  step(A, B)|f G>G
smoothstep(A, B, C)|G G G>G  smoothstep(0.2, 0.7, A)|G>G  smoothstep(A, B, C)|f f G>G  fma(A, B, C)|G G G>G
ldexp(A, clamp(B, -6, 6))|G I>G
length(A)|G>f  distance(A, B)|G G>f  dot(A, B)|G G>f  cross(A, B)|vec3 vec3>vec3  normalize(A)|G>G
faceforward(A, B, C)|G G G>G  reflect(A, B)|G G>G  reflect(A, normalize(B))|V V>V
refract(normalize(A), normalize(B), C)|V V f>V  length(A)|V>f
abs(A)|I>I  sign(A)|I>I  min(A, B)|I I>I  max(A, B)|I i>I  clamp(A, B, C)|I I I>I  clamp(A, B, C)|I i i>I
min(A, B)|U U>U  max(A, B)|U u>U  clamp(A, B, C)|U U U>U  mix(A, B, C)|I I B>I  mix(A, B, C)|U U B>U
bitfieldExtract(A, 5, 7)|I>I  bitfieldExtract(A, B & 15, C & 15)|I i i>I  bitfieldExtract(A, B & 15, C & 15)|U i i>U
bitfieldInsert(A, B, C & 15, D & 15)|I I i i>I  bitfieldInsert(A, B, C & 15, D & 15)|U U i i>U
bitfieldReverse(A)|I>I  bitfieldReverse(A)|U>U  bitCount(A)|I>I  bitCount(A)|U>I  findLSB(A)|I>I  findLSB(A)|U>I
findMSB(A)|I>I  findMSB(A)|U>I  floatBitsToInt(A)|G>I  floatBitsToUint(A)|G>U
packUnorm4x8(A)|vec4>u  packSnorm4x8(A)|vec4>u  packUnorm2x16(A)|vec2>u  packSnorm2x16(A)|vec2>u
packHalf2x16(A)|vec2>u  unpackUnorm4x8(A)|u>vec4  unpackSnorm4x8(A)|u>vec4  unpackUnorm2x16(A)|u>vec2
unpackSnorm2x16(A)|u>vec2  unpackHalf2x16(packHalf2x16(A))|vec2>vec2
lessThan(A, B)|V V>Y  lessThanEqual(A, B)|W W>Y  greaterThan(A, B)|X X>Y  greaterThanEqual(A, B)|V V>Y
equal(A, B)|W W>Y  notEqual(A, B)|V V>Y  equal(A, B)|Y Y>Y  not(A)|Y>Y  any(A)|Y>b  all(A)|Y>b
"""

_OPERATORS = """
7.25 - (A + 3.5)|G>G  (A - 2.0) + 5.5|G>G  (1.5 - A) - 0.25|G>G  step(A, B) * C|G G G>G
A * step(0.5, round(B) * 0.5)|G G>G  atan(A, B) + C|f f f>f  - (A * 3.0) * 0.25|G>G  (A + B) - B|G G>G
(A < B ? A : B) + C|f f f>f
A + B|G G>G  A - B|G G>G  A * B|G G>G  A / B|G G>G  A + B|G f>G  A - B|f G>G  A * B|G f>G  A * B|f G>G
A / B|G f>G  A / 3.0|G>G  A * 0.7|G>G  - A|G>G  A + B|G G>G  A * B|G G>G
A + B|I I>I  A - B|I i>I  A * B|I I>I  A / B|I I>I  A % B|I i>I  A % 5|I>I  A / 8|I>I  - A|I>I  ~A|I>I  A & B|I I>I
A | B|I i>I  A ^ B|I I>I  A << B|I I>I  A >> B|I i>I  A << 3|I>I  A >> 7|I>I
A + B|U U>U  A - B|U u>U  A * B|U U>U  A / B|U U>U  A % B|U u>U  A % 10u|U>U  A / 7u|U>U  - A|U>U  ~A|U>U  A & B|U U>U
A | B|U U>U  A ^ B|U u>U  A << B|U I>U  A >> B|U u>U
A < B|f f>b  A <= B|f f>b  A > B|f f>b  A >= B|f f>b  A == B|G G>b  A != B|G G>b  A < B|i i>b  A >= B|i i>b
A > B|u u>b  A <= B|u u>b  A == B|I I>b  A != B|U U>b  A == B|B B>b  !A|b>b  A && B|b b>b  A || B|b b>b  A ^^ B|b b>b
A == B|S S>b  A != B|T T>b  A == B|int[2][2][2] int[2][2][2]>b  A ? B : C|b T T>T
A != B|mat2 mat2>b  A == B|float[4] float[4]>b
A ? B : C|b G G>G  A ? B : C|b I I>I  A ? B : C|b U U>U  A ? B : C|b B B>B  A ? B : C|b S S>S
R(A)|I>G  R(A >> 16)|I>G  R(A & 255u)|U>G  R(A)|B>G  R(A)|f>G  R(A)|G>I  R(A)|U>I  R(A)|B>I
R(abs(A))|G>U  R(A)|I>U  R(A)|G>B  R(A)|I>B  R(A, B)|f f>vec2  R(A, B)|vec2 f>vec3  R(A, B)|f vec3>vec4
"""

_MATRIX = """
mat2(A, B)|vec2 vec2>mat2  mat2(A)|f>mat2  mat2(cos(A), - sin(A), sin(A), cos(A))|f>mat2
mat3(A, B, C)|vec3 vec3 vec3>mat3
mat3(A)|f>mat3  mat3(A)|mat2>mat3  mat4(A)|mat3>mat4  mat4(A, B, C, D)|vec4 vec4 vec4 vec4>mat4  mat2(A)|mat4>mat2
mat2x3(A, B)|vec3 vec3>mat2x3  mat3x2(A, B, C)|vec2 vec2 vec2>mat3x2  mat4x2(A, B)|vec4 vec4>mat4x2
mat2x4(A, B)|vec4 vec4>mat2x4  outerProduct(A, B)|vec3 vec4>mat4x3  outerProduct(A, B)|vec4 vec3>mat3x4
A + B|mat2 mat2>mat2  A - B|mat3 mat3>mat3  A * B|mat4 f>mat4  A / B|mat2x3 f>mat2x3  - A|mat3x2>mat3x2
A * B|mat2 mat2>mat2  A * B|mat3 mat3>mat3  A * B|mat4 mat4>mat4  A * B|mat2x3 mat3x2>mat3  A * B|mat3x2 mat2x3>mat2
A * B|mat2 vec2>vec2  A * B|vec2 mat2>vec2  A * B|mat3 vec3>vec3  A * B|vec3 mat3>vec3  A * B|mat4 vec4>vec4
A * B|mat2x3 vec2>vec3  A * B|vec3 mat2x3>vec2  A * B|mat4x3 vec4>vec3  A * B|vec4 mat3x4>vec3
transpose(A)|mat2>mat2  transpose(A)|mat2x3>mat3x2  transpose(A)|mat4>mat4  transpose(A)|mat4x2>mat2x4
inverse(mat2(2.0) + A)|mat2>mat2  inverse(A)|mat3>mat3  inverse(mat4(3.0) + A)|mat4>mat4  determinant(A)|mat2>f
determinant(A)|mat3>f  determinant(A)|mat4>f  matrixCompMult(A, B)|mat2 mat2>mat2
matrixCompMult(A, B)|mat3x2 mat3x2>mat3x2
"""

# Builtins with out parameters: P and Q are variables for the results after the first, or for all of a void function.
_OUT_CALLS = """
modf(A, P)|G>G G  frexp(A, P)|G>G I  uaddCarry(A, B, P)|U U>U U  usubBorrow(A, B, P)|U U>U U
"""
_OUT_CALLS_VOID = """
umulExtended(A, B, P, Q)|U U>U U  imulExtended(A, B, P, Q)|I I>I I
"""

# What a pixel has and a function that is called from outside has not: derivatives, and textures (t0, t1, or T for any).
_PIXEL = """
dFdx(A)|G>G  dFdy(A)|G>G  fwidth(A)|G>G
texture(T, A)|vec2>vec4  textureLod(T, A, 0.0)|vec2>vec4  texture(T, A, 1.0)|vec2>vec4  texelFetch(T, A, 0)|ivec2>vec4
textureOffset(T, A, ivec2(2, -1))|vec2>vec4  textureGrad(T, A, vec2(0.1), vec2(0.1))|vec2>vec4
textureProj(T, vec3(A, 2.0))|vec2>vec4  look(T, A)|vec2>vec4  look(T, A).wzy|vec2>vec3  both(T, t1, A)|vec2>f
textureSize(T, 0)|i>ivec2  texelFetchOffset(T, A, 0, ivec2(-1, 1)).yz|ivec2>vec2
"""

INT_EDGES = [
    "0",
    "1",
    "-1",
    "2",
    "7",
    "31",
    "32",
    "255",
    "2047",
    "2048",
    "65535",
    "65536",
    "2147483647",
    "(-2147483647 - 1)",
]
UINT_EDGES = ["0u", "1u", "2u", "31u", "255u", "4096u", "65535u", "0x7fffffffu", "0x80000000u", "0xffffffffu"]
FLOAT_EDGES = ["0.0", "1.0", "-1.0", "0.5", "2.0", "3.14159", "0.1", "-0.25", "10.0", "100.0", "0.001", "6.2831853"]


@dataclass(frozen=True)
class Row:
    template: str
    operands: tuple[str, ...]
    results: tuple[str, ...]


def rows(text: str) -> list[Row]:
    """Every row of a table, once for each size that it stands for."""
    found = []
    for line in text.strip().splitlines():
        for cell in line.split("  "):
            template, types = cell.strip().rsplit("|", 1)
            operands, results = (part.split() for part in types.split(">"))
            letters = {letter for letter in (*operands, *results) if letter in FAMILIES}
            sizes = [0] if not letters else range(2 if letters & set("VWXY") else 1, 5)
            for size in sizes:
                types_of_results = _types(results, size)
                named = template.replace("R(", f"{types_of_results[0]}(")
                found.append(Row(named, _types(operands, size), types_of_results))
    return found


def _types(letters: list[str], size: int) -> tuple[str, ...]:
    return tuple(
        vector(FAMILIES[letter], size) if letter in FAMILIES else SCALARS.get(letter, letter) for letter in letters
    )


def _by_result(text: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows(text):
        found.setdefault(row.results[0], []).append(row)
    return found


BUILTINS, OPERATORS, MATRIX = _by_result(_BUILTINS), _by_result(_OPERATORS), _by_result(_MATRIX)
PIXEL = _by_result(_PIXEL)
OUTS = [(row, True) for row in rows(_OUT_CALLS)] + [(row, False) for row in rows(_OUT_CALLS_VOID)]


def literal(rng: Random, type: str) -> str:
    """A constant expression of any type."""
    if type == "float":
        return rng.choice(FLOAT_EDGES) if rng.random() < 0.5 else f"{rng.uniform(-4, 4):.3f}"
    if type == "int":
        return rng.choice(INT_EDGES) if rng.random() < 0.4 else str(rng.randrange(-20, 20))
    if type == "uint":
        return rng.choice(UINT_EDGES) if rng.random() < 0.4 else f"{rng.randrange(20)}u"
    if type == "bool":
        return rng.choice(["true", "false"])
    return f"{type}({', '.join(literal(rng, part) for part in parts(type))})"


def parts(type: str) -> list[str]:
    """The types of what a constructor takes: components, columns, elements or members."""
    if type in STRUCTS:
        return [member for _, member in STRUCTS[type]]
    if type.endswith("]"):
        element, size = element_of(type)
        return [element] * size
    if type in MATRICES:
        columns, rows_ = MATRICES[type]
        return [vector("float", rows_)] * columns
    found = shape(type)
    assert found is not None
    return [found[0]] * found[1]


def element_of(type: str) -> tuple[str, int]:
    """Element type and size of an array type; the first pair of brackets is the outermost."""
    base, _, rest = type.partition("[")
    size, _, inner = rest.partition("]")
    return base + inner, int(size)
