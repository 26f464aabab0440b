"""Every operation with every constant at which encodings change, on either side, in every place that folds it."""

import numpy as np
import pytest
from native import Native

from glowjit.ir import OPS, evaluate
from glowjit.ir.text import parse_module

CONSTANTS = (
    *(0, 1, 2, 3, 31, 32, 64, 255, 2046, 2047, 2048, 2049, 4094, 4095, 4096, 65535, 65536, 0x7FFFF800, 0x7FFFFFFF),
    *(-1, -2, -2047, -2048, -2049, -4096, -4097, -65536, -0x7FFFFFFF, -0x80000000),
)
ARGUMENTS = np.array([*CONSTANTS, 5, 100, 123456789, -123456789], dtype=np.int32)

VALUES = [name for name, info in OPS.items() if info.args == "i i" and info.results == "i" and "M" not in info.flags]
COMPARISONS = [name for name, info in OPS.items() if info.args == "i i" and info.results == "b"]


def sides(op, k):
    return f"{op} %a, {k}", f"{op} {k}, %a"


def value(number, text):
    return f"  %r{number}: int = {text}\n"


def number_of_bool(number, text):
    return f"  %c{number}: bool = {text}\n  %r{number}: int = btoi %c{number}\n"


def negated(number, text):
    return f"  %c{number}: bool = {text}\n  %n{number}: bool = bnot %c{number}\n  %r{number}: int = btoi %n{number}\n"


def selected(number, text):
    return f"  %c{number}: bool = {text}\n  %r{number}: int = select %c{number}, %a, 5\n"


def branched(number, text):
    branch = f"  branch %c{number}, b{number}(1), b{number}(0)\n"
    return f"  %c{number}: bool = {text}\n{branch}b{number}(%r{number}: int):\n"


def check(texts, form):
    """Compute all of `texts` in one function, for all arguments."""
    body = "".join(form(number, text) for number, text in enumerate(texts))
    results = ", ".join(f"%r{number}" for number in range(len(texts)))
    source = f"func @f(%a: int) -> ({', '.join(['int'] * len(texts))}) {{\nentry:\n{body}  ret {results}\n}}\n"
    expected = evaluate.call(parse_module(source), "f", [ARGUMENTS], len(ARGUMENTS))
    native = Native(parse_module(source), "f")
    for lane, argument in enumerate(ARGUMENTS):
        for text, got, want in zip(texts, native.call([argument]), expected, strict=True):
            assert got == want[lane], text.replace("%a", str(argument))


@pytest.mark.parametrize("op", VALUES)
def test_operations(op):
    check([text for k in CONSTANTS for text in sides(op, k)], value)


@pytest.mark.parametrize("form", [number_of_bool, negated, selected, branched])
@pytest.mark.parametrize("op", COMPARISONS)
def test_comparisons(op, form):
    check([text for k in CONSTANTS for text in sides(op, k)], form)


@pytest.mark.parametrize("high", [k for k in CONSTANTS if k])
def test_clamps(high):
    """Also those that are none, since the upper end lies below the lower one."""
    source = f"""
func @f(%a: int) -> (int, int) {{
entry:
  %0: int = max %a, 0
  %1: int = min %0, {high}
  %2: int = min %a, {high}
  %3: int = max %2, 0
  ret %1, %3
}}
"""
    expected = evaluate.call(parse_module(source), "f", [ARGUMENTS], len(ARGUMENTS))
    native = Native(parse_module(source), "f")
    for lane, argument in enumerate(ARGUMENTS):
        assert native.call([argument]) == [int(result[lane]) for result in expected], f"clamp of {argument}"
