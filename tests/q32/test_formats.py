"""Literals become words: nearest, saturated, and back without loss."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit.ir.core import const_bool, const_float, const_int
from glowjit.q32 import formats

WORDS = st.integers(-(2**31), 2**31 - 1)


@pytest.mark.parametrize(
    "number, word",
    [
        (0.0, 0),
        (1.0, 65536),
        (-1.0, -65536),
        (0.1, 6554),
        (-0.1, -6554),
        (2.0**-17, 1),
        (2.0**-17 - 2.0**-30, 0),
        (-(2.0**-17), 0),
        (32767.99999, 2**31 - 1),
        (32768.0, 2**31 - 1),
        (1e30, 2**31 - 1),
        (-32768.0, -(2**31)),
        (-1e30, -(2**31)),
        (1.7e308, 2**31 - 1),  # times 2^16 it is no double
        (math.inf, 2**31 - 1),
        (-math.inf, -(2**31)),
        (math.nan, 0),
    ],
)
def test_word(number, word):
    assert formats.word(number) == word


@settings(deadline=None, derandomize=True)
@given(WORDS, st.integers(0, 31))
def test_a_word_comes_back(word, fraction):
    assert formats.word(formats.real(word, fraction), fraction) == word


@settings(deadline=None, derandomize=True)
@given(st.floats(-32767, 32767))
def test_the_nearest_word(number):
    assert abs(formats.real(formats.word(number)) - number) <= formats.ulp() / 2


def test_limits_are_the_ends_of_the_words():
    low, high = formats.limits()
    assert (formats.word(low), formats.word(high)) == (-(2**31), 2**31 - 1)
    assert formats.word(high + formats.ulp()) == formats.word(high)


@pytest.mark.parametrize("constant, word", [(const_float(1.5), 98304), (const_int(-7), -7), (const_bool(True), 1)])
def test_constants_as_memory_holds_them(constant, word):
    assert formats.word_of(constant) == word
