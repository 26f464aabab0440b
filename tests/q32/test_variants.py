"""Cheap functions are as right as their table says, and stand only where the picture asks for no more."""

import math

import numpy as np
import pytest

from glowjit import q32
from glowjit.ir import evaluate
from glowjit.ir.text import parse_module
from glowjit.q32 import formats, variants
from glowjit.q32.formats import Basis

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


@pytest.mark.parametrize("variant", variants.VARIANTS["fatan2"], ids=lambda variant: variant.function)
def test_arctangents_are_as_right_as_they_say(library, variant):
    """Of points all around, near and far, in words of any size."""
    random = np.random.default_rng(1)
    angles, sizes = random.uniform(-math.pi, math.pi, 20000), np.exp2(random.uniform(17, 30.9, 20000))
    y, x = (np.round(sizes * axis(angles)).astype(np.int32) for axis in (np.sin, np.cos))
    (found,) = evaluate.call(library, variant.function, [y, x], lanes=len(x))
    worst = np.abs(found * formats.ulp(variant.point) - np.arctan2(y, x)).max()
    assert variant.bits <= -math.log2(worst) < variant.bits + 0.5
    origin = np.zeros(1, dtype=np.int32)
    assert evaluate.call(library, variant.function, [origin, origin], lanes=1)[0] == 0


WORDS = np.concatenate([np.arange(0, 2**32, 2**19 + 7), np.exp2(np.arange(0, 32, 1 / 64))]).astype(np.uint32)


@pytest.mark.parametrize("name, bits", [("q_root", 27.5), ("q_root_14", variants.COARSE_ROOT)])
def test_roots_of_words(library, name, bits):
    (found,) = evaluate.call(library, name, [WORDS.astype(np.int32)], lanes=len(WORDS))
    assert np.abs(found * formats.ulp(30) - np.sqrt(WORDS / 2.0**32)).max() < 2**-bits


@pytest.mark.parametrize("name, bits", [("q_inverse_root", 26), ("q_inverse_root_14", variants.COARSE_ROOT)])
def test_inverse_roots_of_words(library, name, bits):
    words = WORDS[WORDS > 0]
    found, pairs = evaluate.call(library, name, [words.astype(np.int32)], lanes=len(words))
    root = np.ldexp(found.astype(np.uint32).astype(np.float64), -30 + pairs)
    assert np.abs(root * np.sqrt(words / 2.0**32) - 1).max() < 2**-bits


def test_the_root_of_nothing_is_nothing(library):
    zero = np.zeros(1, dtype=np.int32)
    for name in ("q_root", "q_root_14", "q_inverse_root", "q_inverse_root_14"):
        assert evaluate.call(library, name, [zero], lanes=1)[0] == 0


TOP = 8  # a point of 22
NEAR = 2**-6, 100.0  # results for which the last bit of that does not count


def bits_of(found, exact):
    """How right words at that point are, in proportion."""
    counts = (exact > NEAR[0]) & (exact < NEAR[1])
    return -math.log2(np.abs(np.ldexp(found.astype(np.float64), TOP - 30) / exact - 1)[counts].max())


def test_exponentials_are_as_right_as_they_say(library):
    words = np.arange(-(2**19), 2**19, 7, dtype=np.int32)
    (found,) = evaluate.call(library, "q_exp2_13", [words, np.full_like(words, TOP)], lanes=len(words))
    assert variants.COARSE_EXPONENTIAL <= bits_of(found, np.exp2(words / 65536)) < variants.COARSE_EXPONENTIAL + 0.3
    ends = np.array([-(2**31), -32 << 16, 20 << 16, 2**31 - 1], dtype=np.int32)
    (found,) = evaluate.call(library, "q_exp2_13", [ends, np.full_like(ends, TOP)], lanes=len(ends))
    assert found.tolist() == [0, 0, 2**31 - 1, 2**31 - 1]


@pytest.mark.parametrize("exponent", [0.1, 1 / 2.2, 1.4, 5.5, 15.5])
def test_powers_are_as_right_as_they_say(library, exponent):
    words = np.unique(np.exp2(np.linspace(0, 30.9, 40000)).astype(np.int32))
    factor = np.full_like(words, round(exponent * 2**27))
    (found,) = evaluate.call(library, "q_pow_13", [words, factor, np.full_like(words, TOP)], lanes=len(words))
    assert bits_of(found, (words / 65536) ** exponent) >= variants.COARSE_POWER
    (found,) = evaluate.call(library, "q_pow_13", [-words, factor, np.full_like(words, TOP)], lanes=len(words))
    assert not found.any()


def test_no_direction_is_longer_than_it_says(link):
    """Those of short vectors, too, of which few bits are left."""
    text = (
        "func @f(%x: float, %y: float) -> (float, float) {\nentry:\n"
        " %a: float, %b: float = fnormalize %x, %y\n ret %a, %b\n}\n"
    )
    module = parse_module(text)
    function = module.functions["f"]
    (inst,) = function.insts()
    basis = dict.fromkeys(function.params, Basis(-999.0, 999.0, "observed", 16.0, small=64.0))
    basis |= dict.fromkeys(inst.results, Basis(-1.0, 1.0, "observed", 10.0, enough=10.0))
    needed = q32.lower(module, q32.formats.Formats(values=dict.fromkeys(inst.results, 30), basis=basis))
    assert "q_inverse_root_14" in needed
    link(module, needed)
    x, y = (np.concatenate([axis, axis << 6]) for axis in np.random.default_rng(3).integers(-(2**18), 2**18, (2, 4000)))
    found = evaluate.call(module, "f", [x.astype(np.int32), y.astype(np.int32)], lanes=len(x))
    assert np.abs(np.array(found, dtype=np.float64)).max() <= (1 + variants.DIRECTION) * 2**16
