"""What `knowledge` says of a result holds for every result there is."""

from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit.ir.core import Const, Type, const_int
from glowjit.ir.ops import OPS
from glowjit.ir.semantics import fold
from glowjit.passes import knowledge
from glowjit.passes.knowledge import MASK, MAX, MIN, TRANSFER, constant, join, make, meet, refine

COMPARISONS = ["eq", "ne", "lt", "ge", "ltu", "geu"]
EDGES = [0, 1, -1, 2, 3, 5, 31, 32, 33, 255, 256, 65535, 65536, MAX, MAX - 1, MIN, MIN + 1, -65536, 0x5555_5555]
INTS = st.one_of(st.sampled_from(EDGES), st.integers(MIN, MAX), st.integers(-70, 70))


@st.composite
def known_values(draw):
    """(known, value): something true of a value, as bounds, bits, or both."""
    value = draw(INTS)
    low, high = min(value, draw(INTS)), max(value, draw(INTS))
    mask = draw(st.one_of(st.just(0), st.integers(0, MASK), st.sampled_from([0xFFFF, 0xFFFF_0000, 1, 3, MASK ^ 1])))
    return make(low, high, ~value & mask, value & mask), value


def true_of(known, value):
    low, high, zeros, ones = known
    word = value & MASK
    return low <= value <= high and word & zeros == 0 and word & ones == ones


@st.composite
def operands(draw, op):
    """What is known of an operation's operands, and their values."""
    letters = OPS[op].args.replace("T", "i").split()
    found = [
        (constant(int(flag)), int(flag)) if letter == "b" else draw(known_values())
        for letter in letters
        for flag in (draw(st.booleans()),)
    ]
    if draw(st.booleans()):
        found = [
            (knowledge.BOOL if letter == "b" else known, value)
            for letter, (known, value) in zip(letters, found, strict=True)
        ]
    return found


@pytest.mark.parametrize("op", TRANSFER)
@settings(deadline=None, derandomize=True, max_examples=60)
@given(data=st.data())
def test_result_is_as_said(op, data):
    found = data.draw(operands(op))
    types = [Type.BOOL if letter == "b" else Type.INT for letter in OPS[op].args.split()]
    args = [
        Const(type, bool(value) if type is Type.BOOL else value) for type, (_, value) in zip(types, found, strict=True)
    ]
    (result,) = fold(op, args)
    known = TRANSFER[op](*(item for item, _ in found))
    assert true_of(known, int(result.value)), (found, result, known)


# A rule that is off by one is wrong at an end, or near zero: every span of a few numbers, with each of them in it.
SPANS = [(make(low, high), value) for low, value, high in combinations_with_replacement((MIN, -9, -1, 0, 2, 9, MAX), 3)]


@pytest.mark.parametrize("op", [op for op in TRANSFER if OPS[op].args.split() == ["i", "i"]])
def test_every_span(op):
    for (x, a), (y, b) in product(SPANS, repeat=2):
        (result,) = fold(op, [const_int(a), const_int(b)])
        assert true_of(TRANSFER[op](x, y), int(result.value)), (x, a, y, b)
        if op in COMPARISONS:
            left, right = refine(op, bool(result.value), x, y)
            assert true_of(left, a) and true_of(right, b), (x, a, y, b)


@pytest.mark.parametrize("op", COMPARISONS)
@settings(deadline=None, derandomize=True, max_examples=100)
@given(a=known_values(), b=known_values())
def test_comparison_tells_of_its_operands(op, a, b):
    (result,) = fold(op, [Const(Type.INT, a[1]), Const(Type.INT, b[1])])
    left, right = refine(op, bool(result.value), a[0], b[0])
    assert true_of(left, a[1])
    assert true_of(right, b[1])


@settings(deadline=None, derandomize=True, max_examples=100)
@given(a=known_values(), b=known_values())
def test_join_and_meet(a, b):
    assert true_of(join((a[0], b[0])), a[1])
    assert true_of(join((a[0], b[0])), b[1])
    if true_of(b[0], a[1]):
        assert true_of(meet(a[0], b[0]), a[1])


@pytest.mark.parametrize(
    ("op", "args", "expected"),
    [
        ("add", [make(0, 10), make(5, 6)], make(5, 16)),
        ("add", [make(MIN, MAX, 0xFFFF), constant(-589824)], make(MIN, MAX, 0xFFFF)),
        ("and", [knowledge.FULL, constant(255)], make(0, 255)),
        ("mul", [make(MIN, MAX, 3), make(MIN, MAX, 1)], make(MIN, MAX, 7)),
        ("mulhsu", [make(0, MAX), knowledge.FULL], make(0, MAX - 1)),
        ("sar", [make(0, MAX), constant(31)], constant(0)),
        ("shr", [knowledge.FULL, constant(28)], make(0, 15)),
        ("select", [knowledge.BOOL, constant(110), constant(90)], join((constant(110), constant(90)))),
        ("lt", [make(0, 7), constant(8)], knowledge.TRUE),
        ("rem", [make(0, MAX), constant(12)], make(0, 11)),
    ],
)
def test_is_not_vague(op, args, expected):
    assert TRANSFER[op](*args) == expected
