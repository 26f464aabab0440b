"""Cheap functions are as right as their table says, and stand only where the picture asks for no more."""

import math

import numpy as np
import pytest

from glowjit.ir import evaluate
from glowjit.q32 import formats, variants

TURN = math.tau / 2**32
COSINES = variants.VARIANTS["fcos"]


@pytest.mark.parametrize("variant", COSINES, ids=lambda variant: variant.function)
def test_cosines_are_as_right_as_they_say(library, variant):
    """Over a grid of all phases: no more than the bound, and not so much less that the bound should be another."""
    phases = np.arange(-(2**31), 2**31, 2**15 - 1).astype(np.int32)
    (found,) = evaluate.call(library, variant.function, [phases], lanes=len(phases))
    worst = np.abs(found * formats.ulp(variant.point) - np.cos(phases * TURN)).max()
    assert variant.bits <= -math.log2(worst) < variant.bits + 0.5


@pytest.mark.parametrize("row", variants.VARIANTS.values(), ids=variants.VARIANTS)
def test_rows_go_from_cheap_to_right(row):
    assert [item.bits for item in row] == sorted(item.bits for item in row)


def chosen(enough):
    found = variants.cheapest("fcos", formats.Basis(-1, 1, "proven", 8.0, enough=enough))
    return found.function if found else None


def test_the_cheapest_that_will_do():
    assert [chosen(bits) for bits in (9, 10, 16, 20, math.inf)] == ["q_cos_9", "q_cos_14", "q_cos_20", None, None]


def test_without_a_need_the_last_bits_count():
    assert variants.cheapest("fcos", None) is None
    assert chosen(0.0) is None
