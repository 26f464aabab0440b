"""Every form of a product is the floor of the exact product."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit.ir import evaluate
from glowjit.ir.core import Block, Function, Module, Terminator, Type, Value, const_int
from glowjit.q32 import formats
from glowjit.q32.lowering import products
from glowjit.q32.lowering.emit import Emitter
from glowjit.q32.ranges import Range

WORDS = st.integers(-(2**31), 2**31 - 1)
POINT = formats.BORDER_FRACTION

quick = settings(deadline=None, derandomize=True, max_examples=150)


def run(build, *words):
    """What the instructions that `build` emits compute from these words, and how many they are."""
    params = [Value(Type.INT) for _ in words]
    emit = Emitter()
    found = build(emit, *params)
    block = Block("entry")
    block.insts = emit.insts
    block.terminator = Terminator("ret", [const_int(found) if isinstance(found, int) else found])
    function = Function("f", params, [Type.INT])
    function.blocks = [block]
    (result,) = evaluate.call(Module({"f": function}), "f", [np.int32(word) for word in words])
    return int(result[0]), len(emit.insts)


def wrap(number):
    return (number + 2**31) % 2**32 - 2**31


@quick
@given(WORDS, WORDS, st.integers(-8, 50))
def test_general(x, y, shift):
    found, count = run(lambda emit, a, b: products.general(emit, a, b, shift), x, y)
    exact = x * y >> shift if shift >= 0 else x * y << -shift
    assert found == wrap(exact) and count <= 5


@quick
@given(WORDS, st.floats(-100000, 100000))
def test_by_constant(x, factor):
    """Off by the 33rd bit of the fraction at most, upwards; modulo 2^32."""
    found, count = run(lambda emit, a: products.by_constant(emit, a, factor), x)
    exact = Fraction(factor) * x
    assert wrap(found - math.floor(exact)) in (-1, 0, 1, 2)  # 2: both negative, where the negative of a floor is taken
    assert count <= 4


@quick
@given(st.integers(-1000, 1000), st.integers(-12, 12))
def test_by_a_power_of_two_is_exact(x, power):
    exact = math.floor(Fraction(2) ** power * (x << 8))
    for sign in (1, -1):
        found, count = run(lambda emit, a, sign=sign: products.by_constant(emit, a, sign * 2.0**power), x << 8)
        assert found == sign * exact and count <= 2


@pytest.mark.parametrize("factor, times", [(0.1, 10), (0.2, 5), (0.1, 1000), (0.7, 10), (1.1, 10), (3.3, 10)])
def test_decimal_factors_reach_their_whole_products(factor, times):
    """floor(10.0 * 0.1) is 1, although a tenth has no end in binary."""
    found, _ = run(lambda emit, a: products.by_constant(emit, a, factor), times << POINT)
    assert found == round(factor * times) << POINT


@quick
@given(WORDS, WORDS)
def test_narrow_where_it_has_room(x, y):
    exact = [Range(formats.real(word), formats.real(word)) for word in (x, y)]
    rooms = [products.room(range, POINT) for range in exact]
    room = [31 - (word ^ (word >> 31)).bit_length() for word in (x, y)]  # bits that a word can move up
    shifts = products.narrow_shifts(*rooms, POINT)
    assert (shifts is not None) == (sum(min(bits, 16) for bits in room) >= 16)
    if shifts is not None:
        found, count = run(lambda emit, a, b: products.narrow(emit, a, b, shifts), x, y)
        assert found == x * y >> POINT and count <= 3


@quick
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4))
def test_dot_rounds_once(pairs):
    words = [word for pair in pairs for word in pair]

    def build(emit, *params):
        return products.dot(emit, list(zip(params[::2], params[1::2], strict=True)), POINT)

    found, count = run(build, *words)
    exact = sum(x * y for x, y in pairs) >> POINT
    assert wrap(exact - found) in (0, 1)
    assert count <= 5 * len(pairs) + 1


def test_factors_that_need_no_instruction():
    emit, x = Emitter(), Value(Type.INT)
    assert products.by_constant(emit, x, 1.0) is x
    assert products.by_constant(emit, x, 0.0) == 0
    assert emit.insts == []
