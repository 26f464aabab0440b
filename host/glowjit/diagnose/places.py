"""What an operation of the IR is called in the user's text, and where it stands there: a table and a search.

The front end remembers a line for everything, and a column that is seldom the operation's own: mostly it is that of the
last operand. So the line is searched for the way the operation is written, and of several the nearest one is taken: to
a number that is an operand, or else to that column. A name counts as nearer if it comes before, since its operands
follow it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from glowjit.ir.core import Const, Type
from glowjit.q32.trace import Step

_TOKEN = re.compile(r"[A-Za-z_]\w*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[-+*/]=|\+\+|--|//.*|\S")
_DIGITS = "0123456789."
_AFTER = 1000  # columns that a name's standing behind counts for

_SUM, _DIFFERENCE, _PRODUCT = ("+", "+=", "++"), ("-", "-=", "--"), ("*", "*=")

# operation -> what to call it, how it is written
_WRITTEN: dict[str, tuple[str, tuple[str, ...]]] = {
    "fadd": ("this sum", (*_SUM, "dot")),
    "fsub": ("this difference", _DIFFERENCE),
    "fneg": ("this negative", ("-",)),
    "fmul": ("this product", (*_PRODUCT, "pow", "dot", "cross", "reflect")),
    "ffma": ("this sum of a product", (*_SUM, "fma")),
    "fdiv": ("this quotient", ("/", "/=")),
    "fmod": ("mod()", ("mod",)),
    "fmix": ("mix()", ("mix",)),
    "fdot": ("this sum of products", ("dot", *_PRODUCT, "reflect", "refract", "faceforward")),
    "flength": ("length()", ("length", "distance")),
    "fnormalize": ("normalize()", ("normalize",)),
    "fpow": ("pow()", ("pow",)),
    "fsqrt": ("sqrt()", ("sqrt",)),
    "frsqrt": ("inversesqrt()", ("inversesqrt", "normalize")),
    "fatan2": ("atan()", ("atan",)),
    "stof": ("this conversion", ("float", "vec2", "vec3", "vec4")),
    "utof": ("this conversion", ("float", "vec2", "vec3", "vec4")),
    "bitsf": ("uintBitsToFloat()", ("uintBitsToFloat", "intBitsToFloat")),
    "select": ("this choice", ("?",)),
    "load": ("this uniform", ()),
    **{
        f"f{name}": (f"{name}()", (name,))
        for name in (
            *("abs", "sign", "floor", "ceil", "trunc", "round", "fract", "min", "max", "clamp", "step", "smoothstep"),
            *("radians", "degrees", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh"),
            *("acosh", "atanh", "exp", "exp2", "log", "log2", "ldexp"),
        )
    },
    "froundeven": ("roundEven()", ("roundEven",)),
}


def title(op: str) -> str:
    """What to call a value by its operation."""
    return _WRITTEN.get(op, ("this value", ()))[0]


def place(step: Step, lines: Sequence[str]) -> tuple[int, int]:
    """Line and column, from 1, of what a step does; column 0 if nothing is known."""
    line, hint = int(step.loc), getattr(step.loc, "column", 0)
    if not 0 < line <= len(lines):
        return line, 0
    tokens = [(match.start() + 1, match[0]) for match in _TOKEN.finditer(lines[line - 1])]
    numbers = [np.float32(arg.value) for arg in step.args if isinstance(arg, Const) and arg.type is Type.FLOAT]
    hint = next((column for column, token in tokens if token[-1] in _DIGITS and _number(token) in numbers), hint)
    written = _WRITTEN.get(step.op, ("", ()))[1]
    found = [(column, token) for column, token in tokens if token in written]
    return line, min(found, key=lambda item: _distance(item[0], item[1], hint))[0] if found else hint


def _number(token: str) -> float | None:
    """A literal as the front end keeps it; None for a token that merely ends like one."""
    try:
        return float(np.float32(token))
    except ValueError:
        return None


def _distance(column: int, token: str, hint: int) -> int:
    behind = token[0].isalpha() and column > hint
    return abs(column - hint) + _AFTER * behind
