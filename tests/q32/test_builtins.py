"""Every builtin of GLSL, from its source to words: errors within bounds, and the table in the repository is true."""

import json
from importlib import resources

import pytest

from glowjit.cli.bench import builtins

SAMPLES = 3000
COUNTED = 5

# Errors in ulp that are more than 1 and a little, and why.
WORSE = {
    "divide": 2.0,  # by 128 and more: the divisor is rounded
    "radians": 1.5,  # the constant has 32 bits after the point, which shows at 30000
    "tan": 4.0,  # near the pole, where it is 100
    "asin": 1.3,  # two roundings
    "atan2": 1.6,  # beyond 256 the operands are cut to 24 bits
    "pow_5": 1.3,
    "smoothstep_constant": 1.3,  # the edges are rounded, too
    "reflect": 3.1,  # of vectors up to 1.7 long
    "refract": 2.0,
    "determinant3": 7.0,
    "determinant4": 25.0,
    "inverse3": 1.5,
}

# Of these, results are large: then the relative error counts, as log2.
RELATIVE = {
    "sinh": -19.8,
    "cosh": -19.8,
    "exp": -20,
    "exp2": -20,
    "pow": -18,
    "distance": -20,
    **dict.fromkeys(("length2", "length3", "length4"), -20),
}

_EXACT = """
add subtract abs sign floor trunc round roundEven ceil fract mod mod_3 modf min max clamp clamp_unit step faceforward
transpose lessThan lessThanEqual greaterThan greaterThanEqual equal notEqual
"""
EXACT = frozenset(_EXACT.split())

# GLSL ES 3.00, chapters 8.1 to 8.6, without the functions of integers.
_CHAPTER = """
radians degrees sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh pow exp log exp2 log2 sqrt inversesqrt abs
sign floor trunc round roundEven ceil fract mod modf min max clamp mix step smoothstep length distance dot cross
normalize faceforward reflect refract matrixCompMult outerProduct transpose determinant inverse lessThan lessThanEqual
greaterThan greaterThanEqual equal notEqual
"""


@pytest.fixture(scope="module")
def figures():
    return {figure.name: figure for figure in builtins.measure("esp32c3", SAMPLES, COUNTED)}


@pytest.fixture(scope="module")
def table():
    text = (resources.files("glowjit.q32") / "BUILTINS.json").read_text()
    return {row["name"]: row for row in json.loads(text)}


@pytest.mark.parametrize("builtin", builtins.BUILTINS, ids=lambda builtin: builtin.name)
def test_error(figures, builtin):
    figure = figures[builtin.name]
    if builtin.name in EXACT:
        assert figure.error == 0
    elif builtin.name in RELATIVE:
        assert figure.relative < RELATIVE[builtin.name]
    else:
        assert figure.error <= WORSE.get(builtin.name, 1.01)


@pytest.mark.parametrize("builtin", builtins.BUILTINS, ids=lambda builtin: builtin.name)
def test_the_table_is_true(figures, table, builtin):
    """The table was made with more samples, so it has seen worse."""
    row = table[builtin.name]
    assert row["expression"] == builtin.expression
    assert figures[builtin.name].error <= row["error"] * 1.1 + 0.05
    assert figures[builtin.name].most <= row["most"] * 1.1
    assert row["average"] <= row["most"]


def test_the_table_for_people_is_that_for_machines(table):
    figures = [builtins.Figure(**{**row, "worst": tuple(row["worst"])}) for row in table.values()]
    assert builtins.as_markdown(figures) == (resources.files("glowjit.q32") / "BUILTINS.md").read_text()


@pytest.mark.parametrize("name", _CHAPTER.split())
def test_rows_cover_the_chapter(name):
    assert any(f"{name}(" in builtin.expression for builtin in builtins.BUILTINS)
