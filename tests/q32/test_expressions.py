"""Whole expressions in words stay within the error that their operations add up to.

A random expression comes with a bound of its magnitude and one of its error, in ulp, from the bounds of its parts: what
interval arithmetic and the library's figures say. Nothing in it leaves the range or jumps.
"""

import zlib
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit import q32
from glowjit.ir import evaluate
from glowjit.ir.text import parse_module

LANES = 64
INPUT = 2.0  # magnitude of x and y


@dataclass(frozen=True)
class Expression:
    """`lines` compute `value`; at most `size` large, at most `error` ulp off."""

    lines: tuple[str, ...]
    value: str
    size: float
    error: float


def leaf(text, size, error=0.0):
    return Expression((), text, size, error)


LEAVES = st.one_of(
    st.sampled_from([leaf("%x", INPUT), leaf("%y", INPUT)]),
    st.floats(-2, 2, width=32).map(lambda number: leaf(repr(number), abs(number) + 1e-4, 0.51)),
)


def made(op, parts, size, error, *, tail=""):
    """An instruction on the values of `parts`."""
    lines = tuple(dict.fromkeys(line for part in parts for line in part.lines))
    operands = ", ".join(part.value for part in parts) + tail
    name = f"%v{zlib.crc32(f'{op} {operands}'.encode())}"
    return Expression((*lines, f"{name}: float = {op} {operands}"), name, size, error)


def clamped(part, low=-1.0, high=1.0):
    return made("fclamp", [part], max(abs(low), abs(high)), part.error + 0.51, tail=f", {low}, {high}")


def product(a, b):
    return made("fmul", [a, b], a.size * b.size, a.size * b.error + b.size * a.error + 1.1)


def quotient(a, b):
    below = made("fadd", [made("fabs", [b], b.size, b.error)], b.size + 1, b.error, tail=", 1.0")
    return made("fdiv", [a, below], a.size, a.error + a.size * b.error + 1.1)


def mixed(a, b, t):
    t = clamped(t, 0.0, 1.0)
    return made("fmix", [a, b, t], a.size + b.size, a.error + b.error + (a.size + b.size) * t.error + 1.1)


def dotted(a, b, c, d):
    error = sum(p.size * q.error + q.size * p.error for p, q in ((a, c), (b, d)))
    return made("fdot", [a, b, c, d], a.size * c.size + b.size * d.size, error + 2.2)


def exponential(a):
    a = clamped(a, -2.0, 2.0)
    return made("fexp", [a], 7.5, 7.5 * a.error + 0.6)


def root(a):
    above = made("fadd", [made("fabs", [a], a.size, a.error)], a.size + 1, a.error, tail=", 1.0")
    return made("fsqrt", [above], above.size, a.error / 2 + 0.6)


def extend(parts):
    """Expressions of expressions."""
    one, two = parts, st.tuples(parts, parts)
    return st.one_of(
        two.map(lambda p: made("fadd", p, p[0].size + p[1].size, p[0].error + p[1].error)),
        two.map(lambda p: made("fsub", p, p[0].size + p[1].size, p[0].error + p[1].error)),
        two.map(lambda p: made("fmin", p, max(p[0].size, p[1].size), max(p[0].error, p[1].error))),
        two.map(lambda p: made("fmax", p, max(p[0].size, p[1].size), max(p[0].error, p[1].error))),
        two.map(lambda p: product(*p)),
        two.map(lambda p: quotient(*p)),
        two.map(lambda p: made("flength", p, p[0].size + p[1].size, p[0].error + p[1].error + 0.6)),
        st.tuples(parts, parts, parts).map(lambda p: mixed(*p)),
        st.tuples(parts, parts, parts, parts).map(lambda p: dotted(*p)),
        one.map(lambda p: made("fneg", [p], p.size, p.error)),
        one.map(lambda p: made("fabs", [p], p.size, p.error)),
        one.map(lambda p: made("fsin", [p], 1.0, p.error + 0.7)),
        one.map(lambda p: made("fcos", [p], 1.0, p.error + 0.7)),
        one.map(lambda p: made("ftanh", [p], 1.0, p.error + 0.6)),
        one.map(lambda p: made("fatan", [p], 1.6, p.error + 0.6)),
        one.map(clamped),
        one.map(exponential),
        one.map(root),
    )


EXPRESSIONS = st.recursive(LEAVES, extend, max_leaves=8).filter(lambda found: found.lines and found.size < 8000)


@settings(deadline=None, derandomize=True, max_examples=120)
@given(EXPRESSIONS)
def test_error_stays_within_its_bound(link, expression):
    text = "\n  ".join((*expression.lines, f"ret {expression.value}"))
    source = f"func @main(%x: float, %y: float) -> (float) {{\nentry:\n  {text}\n}}\n"
    reference, module = parse_module(source), parse_module(source)
    link(module, q32.lower(module))
    random = np.random.default_rng(len(source))
    words = [random.integers(-INPUT * 65536, INPUT * 65536, LANES, endpoint=True).astype(np.int32) for _ in "xy"]
    (exact,) = evaluate.call(reference, "main", [word / 65536 for word in words], LANES)
    (found,) = evaluate.call(module, "main", words, LANES)
    assert np.abs(found - exact * 65536).max() <= expression.error + 0.01
