"""`glowjit bench --builtins`: how far each builtin is from real arithmetic, and what it costs.

`measure` gives a `Figure` for each builtin of GLSL ES 3.00 (chapters 8.1 to 8.6, operators too), from a GLSL function
that calls it. `write` keeps the figures as Markdown and JSON in `FOLDER`.

The error compares the integer IR of that function with its float IR, evaluated in float64, for the very same inputs:
random ones, evenly and logarithmically spread over the domain, and combinations of edges. All words are Q16.16; results
that Q16.16 cannot hold are left out. The cost is the instructions that the emulated board executes, without those of
the wrapper that passes words in and out; it depends on the inputs. Takes ten seconds.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glowjit import pipeline
from glowjit.board import load_board
from glowjit.ir import Module, evaluate
from glowjit.ir.core import Type
from glowjit.library import Library
from glowjit.q32 import formats

FOLDER = Path("host") / "glowjit" / "q32"
SAMPLES = 100_000  # inputs a builtin, edges besides
COUNTED = 100  # of them, for which instructions are counted

_NAME = "the builtins"  # of the source, in messages

Words = Any  # np.ndarray of int32

_WRAPPER = 2  # instructions of the wrapper besides a load for each argument word and a store for each result word

LARGE = 16.0  # results above are judged by their relative error too


@dataclass(frozen=True, slots=True)
class Builtin:
    """One row: a GLSL function `name` with these parameters and result; every scalar of an argument lies in `domain`,
    or in its own of `domains`. `edges` are tried besides 0, 1 ulp and the ends."""

    name: str
    expression: str
    parameters: str = "float x"
    result: str = "float"
    domain: tuple[float, float] = (-32768.0, 32768.0)
    domains: tuple[tuple[float, float], ...] = ()
    edges: tuple[float, ...] = ()

    @property
    def function(self) -> str:
        """The name of a GLSL function that returns the expression: not that of the builtin, which would call itself."""
        return f"row_{self.name}"

    @property
    def source(self) -> str:
        return f"{self.result} {self.function}({self.parameters}) {{ return {self.expression}; }}\n"


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured. `error` in ulp, at `worst`; `relative` is log2 of the relative error of results above LARGE;
    `average` and `most` are instructions."""

    name: str
    expression: str
    parameters: str
    domain: str
    error: float
    worst: tuple[float, ...]
    relative: float | None
    average: float
    most: int


_V3 = "vec3 x, vec3 y"
_SMALL = (-100.0, 100.0)
_UNIT = (-1.0, 1.0)
_TINY = (-2.0, 2.0)

# fmt: off
BUILTINS: tuple[Builtin, ...] = (
    Builtin("add", "x + y", "float x, float y", domain=(-16000, 16000)),
    Builtin("subtract", "x - y", "float x, float y", domain=(-16000, 16000)),
    Builtin("multiply", "x * y", "float x, float y", domain=(-180, 180)),
    Builtin("divide", "x / y", "float x, float y"),
    Builtin("inverse1", "1.0 / x"),
    Builtin("times_pi", "x * 3.14159265", domain=(-10000, 10000)),
    Builtin("over_three", "x / 3.0"),
    Builtin("radians", "radians(x)"),
    Builtin("degrees", "degrees(x)", domain=(-570, 570)),
    Builtin("sin", "sin(x)"),
    Builtin("cos", "cos(x)"),
    Builtin("tan", "tan(x)", domain=(-1.56, 1.56)),
    Builtin("asin", "asin(x)", domain=_UNIT),
    Builtin("acos", "acos(x)", domain=_UNIT),
    Builtin("atan2", "atan(y, x)", "float y, float x"),
    Builtin("atan", "atan(x)"),
    Builtin("sinh", "sinh(x)", domain=(-11, 11)),
    Builtin("cosh", "cosh(x)", domain=(-11, 11)),
    Builtin("tanh", "tanh(x)"),
    Builtin("asinh", "asinh(x)"),
    Builtin("acosh", "acosh(x)", domain=(1, 32768)),
    Builtin("atanh", "atanh(x)", domain=(-0.99998, 0.99998)),
    Builtin("pow", "pow(x, y)", "float x, float y", domains=((0.001, 8), (-4, 4))),
    Builtin("pow_unit", "pow(x, y)", "float x, float y", domains=((0, 1), (0.1, 20))),
    Builtin("pow_2", "pow(x, 2.0)", domain=(0, 180)),
    Builtin("pow_5", "pow(x, 5.0)", domain=(0, 2)),
    Builtin("pow_24", "pow(x, 24.0)", domain=(0, 1)),
    Builtin("exp", "exp(x)", domain=(-20, 10.3)),
    Builtin("log", "log(x)", domain=(0.00001, 32768)),
    Builtin("exp2", "exp2(x)", domain=(-20, 15)),
    Builtin("log2", "log2(x)", domain=(0.00001, 32768)),
    Builtin("sqrt", "sqrt(x)", domain=(0, 32768)),
    Builtin("inversesqrt", "inversesqrt(x)", domain=(0.00001, 32768)),
    Builtin("abs", "abs(x)"),
    Builtin("sign", "sign(x)"),
    Builtin("floor", "floor(x)"),
    Builtin("trunc", "trunc(x)"),
    Builtin("round", "round(x)", edges=(0.5, 1.5, -0.5, -1.5, 2.5, -2.5)),
    Builtin("roundEven", "roundEven(x)", edges=(0.5, 1.5, -0.5, -1.5, 2.5, -2.5)),
    Builtin("ceil", "ceil(x)"),
    Builtin("fract", "fract(x)"),
    Builtin("mod", "mod(x, y)", "float x, float y", domain=(-1000, 1000)),
    Builtin("mod_3", "mod(x, 3.0)"),
    Builtin("modf", "modf(x, whole)", "float x, out float whole"),
    Builtin("min", "min(x, y)", "float x, float y"),
    Builtin("max", "max(x, y)", "float x, float y"),
    Builtin("clamp", "clamp(x, y, z)", "float x, float y, float z", domains=(_SMALL, (-100, 0), (0, 100))),
    Builtin("clamp_unit", "clamp(x, 0.0, 1.0)"),
    Builtin("mix", "mix(x, y, z)", "float x, float y, float z", domains=(_SMALL, _SMALL, (0, 1))),
    Builtin("step", "step(x, y)", "float x, float y"),
    Builtin("smoothstep", "smoothstep(x, y, z)", "float x, float y, float z", domains=((-9, 0), (0.001, 9), (-12, 12))),
    Builtin("smoothstep_constant", "smoothstep(0.2, 0.7, x)", domain=_SMALL),
    Builtin("length2", "length(x)", "vec2 x"),
    Builtin("length3", "length(x)", "vec3 x", domain=(-18900, 18900)),
    Builtin("length3_small", "length(x)", "vec3 x", domain=_TINY),
    Builtin("length4", "length(x)", "vec4 x", domain=(-16000, 16000)),
    Builtin("distance", "distance(x, y)", _V3, domain=(-9000, 9000)),
    Builtin("dot3", "dot(x, y)", _V3, domain=_SMALL),
    Builtin("cross", "cross(x, y)", _V3, "vec3", domain=_SMALL),
    Builtin("normalize2", "normalize(x)", "vec2 x", "vec2"),
    Builtin("normalize3", "normalize(x)", "vec3 x", "vec3"),
    Builtin("normalize4", "normalize(x)", "vec4 x", "vec4"),
    Builtin("faceforward", "faceforward(x, y, y)", _V3, "vec3", domain=_UNIT),
    Builtin("reflect", "reflect(x, y)", _V3, "vec3", domain=_UNIT),
    Builtin("refract", "refract(vec3(0.6, -0.8, 0.0), vec3(0.0, 1.0, 0.0), x)", "float x", "vec3", domain=(0.5, 1.5)),
    Builtin("matrixCompMult", "matrixCompMult(x, y)", "mat3 x, mat3 y", "mat3", domain=_SMALL),
    Builtin("outerProduct", "outerProduct(x, y)", _V3, "mat3", domain=_SMALL),
    Builtin("transpose", "transpose(x)", "mat3 x", "mat3"),
    Builtin("matrix_vector", "x * y", "mat3 x, vec3 y", "vec3", domain=_TINY),
    Builtin("determinant2", "determinant(x)", "mat2 x", domain=_SMALL),
    Builtin("determinant3", "determinant(x)", "mat3 x", domain=_TINY),
    Builtin("determinant4", "determinant(x)", "mat4 x", domain=_TINY),
    Builtin("inverse2", "inverse(mat2(3.0, 0.0, 0.0, 3.0) + x)", "mat2 x", "mat2", domain=_UNIT),
    Builtin("inverse3", "inverse(mat3(4.0) + x)", "mat3 x", "mat3", domain=_UNIT),
    Builtin("lessThan", "lessThan(x, y)", _V3, "bvec3"),
    Builtin("lessThanEqual", "lessThanEqual(x, y)", _V3, "bvec3"),
    Builtin("greaterThan", "greaterThan(x, y)", _V3, "bvec3"),
    Builtin("greaterThanEqual", "greaterThanEqual(x, y)", _V3, "bvec3"),
    Builtin("equal", "equal(x, y)", _V3, "bvec3"),
    Builtin("notEqual", "notEqual(x, y)", _V3, "bvec3"),
)
# fmt: on


def source() -> str:
    """The GLSL functions of every row."""
    return "".join(builtin.source for builtin in BUILTINS)


def measure(board: str, samples: int = SAMPLES, counted: int = COUNTED) -> list[Figure]:
    """Figures of every builtin: errors from `samples` inputs, instructions from `counted` of them."""
    options = pipeline.Options(load_board(board), numbers="plain")
    library = Library(source(), _NAME, options)
    reference, module = (
        pipeline.run(pipeline.Job(source(), _NAME, options, library=True), until=stage).module
        for stage in ("spirv", "link")
    )
    return [_measure(builtin, reference, module, library, samples, counted) for builtin in BUILTINS]


def _measure(
    builtin: Builtin, reference: Module, module: Module, library: Library, samples: int, counted: int
) -> Figure:
    inputs = _inputs(builtin, len(reference.functions[builtin.function].params), samples)
    numbers = [words.astype(np.float64) * formats.ulp() for words in inputs]
    with evaluate.quiet():
        expected = evaluate.call(reference, builtin.function, numbers, lanes=samples)
    found = evaluate.call(module, builtin.function, inputs, lanes=samples)
    types = reference.functions[builtin.function].results
    errors, relative = np.zeros(samples), np.zeros(samples)
    for type, want, got in zip(types, expected, found, strict=True):
        if type is Type.FLOAT:
            exact, words = want / formats.ulp(), got.astype(np.float64)
        else:
            exact, words = want.astype(np.float64), got.astype(np.float64)
        error = np.where(_representable(exact), np.abs(words - exact), 0.0)
        errors = np.maximum(errors, error)
        large = np.abs(exact) > LARGE / formats.ulp()
        relative = np.maximum(relative, np.where(large, error / np.maximum(np.abs(exact), 1.0), 0.0))
    worst = int(errors.argmax())
    wrapper = _WRAPPER + len(inputs) + len(types)
    costs = [_cost(library, builtin.function, inputs, at) - wrapper for at in range(0, samples, samples // counted)]
    return Figure(
        builtin.name,
        builtin.expression,
        builtin.parameters,
        _domain_text(builtin),
        round(float(errors[worst]), 3),
        tuple(float(numbers[index][worst]) for index in range(len(inputs))),
        round(math.log2(relative.max()), 1) if relative.max() > 0 else None,
        round(sum(costs) / len(costs), 1),
        max(costs),
    )


def _representable(words: Any) -> Any:
    """Which numbers, in ulp, an int32 can hold; not NaN."""
    half = 2.0 ** (formats.WORD_BITS - 1)
    return (words >= -half) & (words <= half - 1)


def _cost(library: Library, name: str, inputs: list[Words], at: int) -> int:
    """The instructions of a call with the inputs at one place, its wrapper included."""
    (signature,) = library.functions[name]
    library.call_words(signature, [int(words[at]) for words in inputs])
    assert library.last_run is not None
    return library.last_run.instructions


def _inputs(builtin: Builtin, count: int, samples: int) -> list[Words]:
    """An array of words for each scalar: a fifth of the samples at most are combinations of edges."""
    random = np.random.default_rng(len(builtin.name) + 100 * count)
    domains = builtin.domains or (builtin.domain,) * count
    edges = [_edges(domain, builtin.edges) for domain in domains]
    combined = list(itertools.islice(itertools.product(*edges), samples // 5))
    rest = samples - len(combined)
    columns = []
    for index, domain in enumerate(domains):
        spread = np.concatenate([_even(random, domain, rest // 2), _logarithmic(random, domain, rest - rest // 2)])
        random.shuffle(spread)
        columns.append(np.array([row[index] for row in combined] + list(spread), dtype=np.int64).astype(np.int32))
    return columns


def _bounds(domain: tuple[float, float]) -> tuple[int, int]:
    return formats.word(domain[0]), formats.word(domain[1])


def _edges(domain: tuple[float, float], extra: tuple[float, ...]) -> list[int]:
    low, high = _bounds(domain)
    one = formats.word(1.0)
    candidates = [low, high, 0, 1, -1, 2, -2, one, -one, one - 1, one + 1, low + 1, high - 1, *map(formats.word, extra)]
    return [word for word in dict.fromkeys(candidates) if low <= word <= high]


def _even(random: np.random.Generator, domain: tuple[float, float], count: int) -> Any:
    low, high = _bounds(domain)
    return random.integers(low, high, count, endpoint=True)


def _logarithmic(random: np.random.Generator, domain: tuple[float, float], count: int) -> Any:
    """Words of every size alike, of the signs that the domain has."""
    low, high = _bounds(domain)
    sizes = np.exp2(random.uniform(0, formats.WORD_BITS - 1, count)).astype(np.int64)
    signs = random.choice([sign for sign, bound in ((-1, -low), (1, high)) if bound > 0], count)
    return np.clip(sizes * signs, low, high)


def _domain_text(builtin: Builtin) -> str:
    if not builtin.domains and builtin.domain == (-32768.0, 32768.0):
        return "all"
    parts = dict.fromkeys(builtin.domains or (builtin.domain,))
    return ", ".join(f"{low:g}..{high:g}" for low, high in parts)


def write(figures: Sequence[Figure]) -> None:
    """Keep the figures in the repository, as BUILTINS.md and BUILTINS.json."""
    (FOLDER / "BUILTINS.md").write_text(as_markdown(figures), encoding="utf-8")
    (FOLDER / "BUILTINS.json").write_text(as_json(figures) + "\n", encoding="utf-8")


def as_json(figures: Sequence[Figure]) -> str:
    """The figures for machines."""
    return json.dumps([asdict(figure) for figure in figures], indent=1)


def show(figures: Sequence[Figure]) -> None:
    """Where the table is: it is too wide for a terminal."""
    print(f"{len(figures)} rows in {FOLDER / 'BUILTINS.md'}")


def as_markdown(figures: Sequence[Figure]) -> str:
    """The table that people read."""
    lines = [
        "# Builtins: accuracy and cost",
        "",
        "Largest error against float64 in units of the last place (2^-16), over the domain stated for each argument;",
        "for results above 16 also as a fraction of the result. Instructions executed on RV32IMC, without the call.",
        "Made by `glowjit bench --builtins`; `cli/bench/builtins.py` says how.",
        "",
        "| builtin | of | domain | error, ulp | relative | instructions | at most |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for figure in figures:
        relative = "" if figure.relative is None else f"2^{figure.relative:g}"
        lines.append(
            f"| `{figure.expression}` | {figure.parameters} | {figure.domain} | {figure.error:.2f} | {relative} "
            f"| {figure.average:g} | {figure.most} |"
        )
    return "\n".join(lines) + "\n"
