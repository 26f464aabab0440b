"""The math library, function by function, on words: accuracy over the domain, and the corners it defines."""

import numpy as np
import pytest

from glowjit.ir import evaluate

ONE = 65536
MAX, MIN = 2**31 - 1, -(2**31)
FAR = 0x70000000  # what is too large, in pictures
COUNT = 4000

_AROUND_ONE = (ONE - 1, ONE, ONE + 1, -ONE, 1 - ONE, -1 - ONE)
_LARGE = (2**24 - 1, 2**24, 2**24 + 1, -(2**24), 2**30, -(2**30), MAX, MAX - 1, MIN, MIN + 1)
EDGES = np.array([0, 1, -1, 2, -2, 3, 255, 256, 257, 32767, 32768, *_AROUND_ONE, *_LARGE], dtype=np.int32)


def words_between(low, high, seed=0):
    """Even and logarithmic samples of the words low..high, with the edges that lie there."""
    random = np.random.default_rng(seed)
    even = random.integers(low, high, COUNT, endpoint=True)
    sizes = np.exp2(random.uniform(0, 31, COUNT)).astype(np.int64) * random.choice([-1, 1], COUNT)
    edges = [edge for edge in [low, high, *EDGES.tolist()] if low <= edge <= high]
    return np.concatenate([even, np.clip(sizes, low, high), edges]).astype(np.int32)


def call(library, name, *args):
    arrays = np.broadcast_arrays(*(np.asarray(arg, dtype=np.int32) for arg in args))
    return evaluate.call(library, name, arrays, lanes=len(arrays[0]))


def errors(library, name, function, *args):
    """Errors in ulp where the result fits, and the results."""
    (found,) = call(library, name, *args)
    with evaluate.quiet():
        exact = function(*(arg.astype(np.float64) / ONE for arg in args)) * ONE
    inside = (exact >= MIN) & (exact <= MAX)
    return np.where(inside, np.abs(found - exact), 0.0), np.where(inside, exact, 0.0)


# function, exact function, domain in words, bound in ulp, and what is added to it for each ulp of the result
ACCURACY = [
    ("q_sqrt", np.sqrt, (0, MAX), 0.57, 0),
    ("q_rsqrt", lambda x: 1 / np.sqrt(x), (1, MAX), 0.502, 0),
    ("q_inverse", lambda x: 1 / x, (MIN, MAX), 1.001, 0),
    ("q_exp2", np.exp2, (-20 * ONE, 15 * ONE - 1), 0.51, 2**-23.3),
    ("q_log2", np.log2, (1, MAX), 0.55, 0),
    ("q_log", np.log, (1, MAX), 0.54, 0),
    ("q_atan", np.arctan, (MIN, MAX), 0.54, 0),
    ("q_asin", np.arcsin, (-ONE, ONE), 1.26, 0),
    ("q_acos", np.arccos, (-ONE, ONE), 0.96, 0),
    ("q_sinh", np.sinh, (MIN, MAX), 1.01, 2**-28.5),
    ("q_cosh", np.cosh, (MIN, MAX), 1.01, 2**-28.5),
    ("q_tan_fine", np.tan, (MIN, MAX), 0.6, 2**-25.5),
    ("q_tanh", np.tanh, (MIN, MAX), 0.52, 0),
    ("q_asinh", np.arcsinh, (MIN, MAX), 1.05, 0),
    ("q_acosh", np.arccosh, (ONE, MAX), 0.9, 0),
    ("q_atanh", np.arctanh, (1 - ONE, ONE - 1), 0.52, 0),
]


@pytest.mark.parametrize(
    "name, function, domain, bound, relative", ACCURACY, ids=lambda item: item if isinstance(item, str) else ""
)
def test_accuracy(library, name, function, domain, bound, relative):
    words = words_between(*domain)
    error, exact = errors(library, name, function, words)
    assert np.all(error <= bound + relative * np.abs(exact))


TURN = 2 * np.pi / 2**32


@pytest.mark.parametrize("name, function", [("q_sin", np.sin), ("q_cos", np.cos)])
def test_sine_of_any_phase(library, name, function):
    phases = words_between(MIN, MAX)
    (found,) = call(library, name, phases)
    assert np.all(np.abs(found - function(phases * TURN) * ONE) <= 0.54)
    assert found.min() == -ONE and found.max() == ONE, "never beyond 1: ranges rely on it"


@pytest.mark.parametrize("name, function", [("q_sin_fine", np.sin), ("q_cos_fine", np.cos)])
def test_fine_sine_of_any_phase(library, name, function):
    phases = words_between(MIN, MAX)
    (found,) = call(library, name, phases)
    assert np.all(np.abs(found - function(phases * TURN) * 2**30) <= 3.0)
    assert found.min() == -(2**30) and found.max() == 2**30


@pytest.mark.parametrize("name, bits", [("q_sin_long", 36.9), ("q_sin_longest", 52)])
def test_long_sine_of_any_phase(library, name, bits):
    """Of phases with 32 bits more; where `longdouble` has more than a double, the last bits are judged too."""
    phases, below = words_between(MIN, MAX), words_between(MIN, MAX, seed=1)
    high, low = call(library, name, phases, below)
    turn = 2 * np.longdouble("3.14159265358979323846") / 2**32
    exact = np.sin((phases + (below.astype(np.int64) % 2**32) / np.longdouble(2**32)) * turn)
    found = (high + (low.astype(np.int64) % 2**32) / np.longdouble(2**32)) / 2**30
    assert np.abs(found - exact).max() <= 2.0**-bits


def test_tangent(library):
    phases = words_between(MIN, MAX)
    (found,) = call(library, "q_tan", phases)
    exact = np.tan(phases * TURN)
    for limit, bound in ((1, 0.51), (64, 1.2), (128, 4)):
        near = np.abs(exact) < limit
        assert np.abs(found - exact * ONE)[near].max() <= bound
    assert call(library, "q_tan", [2**30, -(2**30), 0])[0].tolist() == [MIN, MIN, 0]


BINARY = [
    ("q_div", lambda x, y: x / y, (MIN, MAX), (-128 * ONE + 1, 128 * ONE - 1), 1.0),
    ("q_div", lambda x, y: x / y, (MIN, MAX), (MIN, MAX), 2.0),
    ("q_atan2", np.arctan2, (-256 * ONE + 1, 256 * ONE - 1), (-256 * ONE + 1, 256 * ONE - 1), 0.56),
    ("q_atan2", np.arctan2, (MIN, MAX), (MIN, MAX), 1.6),
    ("q_pow", np.power, (1, ONE), (0, 20 * ONE), 1.0),
    ("q_mod", lambda x, y: x - y * np.floor(x / y), (MIN, MAX), (ONE, MAX), 0.0),
    ("q_mod", lambda x, y: x - y * np.floor(x / y), (MIN, MAX), (MIN, -ONE), 0.0),
]


@pytest.mark.parametrize("name, function, first, second, bound", BINARY)
def test_accuracy_of_two_operands(library, name, function, first, second, bound):
    x, y = words_between(*first), words_between(*second, seed=1)
    size = min(len(x), len(y))
    x, y = x[:size], np.roll(y[:size], 17)
    if name != "q_atan2":
        x, y = x[y != 0], y[y != 0]
    error, _ = errors(library, name, function, x, y)
    assert error.max() <= bound


@pytest.mark.parametrize("name, base, exponent, relative", [
    ("q_pow", (ONE // 16, 64 * ONE), 4, 2**-18),
    ("q_pow_fine", (ONE // 16, 64 * ONE), 4, 2**-27.5),
    ("q_pow_fine", (ONE - 99, ONE + 99), 8000, 2**-17),
])  # fmt: skip
def test_pow_of_large_results(library, name, base, exponent, relative):
    x, y = words_between(*base), words_between(-exponent * ONE, exponent * ONE, seed=1)
    size = min(len(x), len(y))
    error, exact = errors(library, name, np.power, x[:size], np.roll(y[:size], 17))
    assert np.all(error <= np.maximum(1.0, relative * np.abs(exact)))


@pytest.mark.parametrize("name, function, domain, point, bound", [
    ("q_log2_fine", np.log2, (1, MAX), 26, 3), ("q_log_fine", np.log, (1, MAX), 26, 3),
    ("q_atan_fine", np.arctan, (MIN, MAX), 29, 2**9),
])  # fmt: skip
def test_more_bits_than_the_border_has(library, name, function, domain, point, bound):
    words = words_between(*domain)
    (found,) = call(library, name, words)
    assert np.abs(found - function(words / ONE) * 2**point).max() <= bound


def test_fine_arccosines(library):
    words = np.unique(np.concatenate([words_between(-(2**30), 2**30), words_between(-(2**15), 2**15)]))
    (found,) = call(library, "q_acos_fine", words)
    assert np.abs(found - np.arccos(words / 2**30) * 2**29).max() <= 2**9


def test_exact_lengths(library):
    vectors = np.random.default_rng(5).integers(-(2**30), 2**30, (4, COUNT)).astype(np.int32)
    exact = np.sqrt((vectors.astype(np.float64) ** 2).sum(axis=0))
    (found,) = call(library, "q_length_fine", *vectors)
    assert np.abs(found - exact)[exact <= MAX].max() <= 1.0
    assert (call(library, "q_length_fine", *np.full((4, 1), MIN, np.int32))[0] == MAX).all()


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("bits", [(0, 3), (0, 12), (10, 20), (20, 31)])
def test_vectors_of_any_length(library, size, bits):
    random = np.random.default_rng(size)
    signs = random.choice([-1, 1], (size, COUNT))
    vectors = (np.exp2(random.uniform(*bits, (size, COUNT))) * signs).astype(np.int64).astype(np.int32)
    exact = np.sqrt((vectors.astype(np.float64) ** 2).sum(axis=0))
    (length,) = call(library, f"q_length{size}", *vectors)
    fits = exact <= MAX
    assert np.all(np.abs(length - exact)[fits] <= (0.501 + exact * 2**-26)[fits])
    assert np.all(length[exact >= 2**31] == MAX)
    for component, found in zip(vectors, call(library, f"q_normalize{size}", *vectors), strict=True):
        assert np.all(np.abs(found - component / exact * 2**29) <= 2**3)
        assert np.all(np.abs(found) <= 2**29 + 2**3)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_vectors_at_the_corners(library, size):
    """Equal components, powers of two, zeros, and the smallest word everywhere."""
    values = np.array([0, 1, -1, 2, -2, 3, ONE, -ONE, 2**30, -(2**30), MAX, MIN])
    vectors = np.stack(np.meshgrid(*[values] * size)).reshape(size, -1)
    exact = np.sqrt((vectors.astype(np.float64) ** 2).sum(axis=0))
    (length,) = call(library, f"q_length{size}", *vectors)
    assert np.all(np.abs(length - np.minimum(exact, MAX)) <= 0.501 + exact * 2**-26)
    unit = call(library, f"q_normalize{size}", *vectors)
    for component, found in zip(vectors, unit, strict=True):
        wanted = np.divide(component * 2.0**29, exact, out=np.zeros(exact.shape), where=exact > 0)
        assert np.all(np.abs(found - wanted) <= 2**3)


def test_smoothstep_of_any_edges(library):
    random = np.random.default_rng(5)
    a, b, x = ((np.exp2(random.uniform(8, 26, COUNT)) * random.choice([-1, 1], COUNT)).astype(np.int32) for _ in "abx")
    t = np.clip((x - a) / (b.astype(np.float64) - a), 0, 1)
    (found,) = call(library, "q_smoothstep", a, b, x)
    assert np.abs(found - t * t * (3 - 2 * t) * ONE).max() <= 2.0
    equal = call(library, "q_smoothstep", [5, 5, 5], [5, 5, 5], [4, 5, 6])[0]
    assert equal.tolist() == [0, 0, ONE]


# What is not a matter of accuracy: name, arguments, result.
DEFINED = [
    ("q_div_far", (7, 0), FAR),
    ("q_div_far", (-7, 0), ~FAR),
    ("q_div_far", (-ONE, 1), ~FAR),
    ("q_div_far", (MAX, ONE), MAX),
    ("q_div", (7, 0), MAX),
    ("q_div", (-7, 0), MIN),
    ("q_div", (0, 0), 0),
    ("q_div", (ONE, 1), MAX),
    ("q_div", (-ONE, 1), MIN),
    ("q_div", (MIN, -1), MAX),
    ("q_div", (6 * ONE, 3 * ONE), 2 * ONE),
    ("q_div", (-6 * ONE, 3 * ONE), -2 * ONE),
    ("q_div", (640 * ONE, 320 * ONE), 2 * ONE),
    ("q_div", (MAX, MAX), ONE),
    ("q_inverse_far", (0,), FAR),
    ("q_inverse_far", (-2,), ~FAR),
    ("q_inverse", (0,), MAX),
    ("q_inverse", (-1,), MIN),
    ("q_inverse", (2,), MAX),
    ("q_inverse", (-2,), MIN),
    ("q_inverse", (3,), 2**32 // 3),
    ("q_inverse", (ONE,), ONE),
    ("q_inverse", (-ONE,), -ONE),
    ("q_inverse", (MIN,), -2),
    ("q_mod", (-1, 3 * ONE), 3 * ONE - 1),
    ("q_mod", (1, -3 * ONE), 1 - 3 * ONE),
    ("q_mod", (5, 0), 5),
    ("q_mod", (MIN, -1), 0),
    ("q_sqrt", (-1,), 0),
    ("q_sqrt", (4 * ONE,), 2 * ONE),
    ("q_rsqrt", (0,), MAX),
    ("q_rsqrt", (ONE,), ONE),
    ("q_log", (0,), MIN),
    ("q_log", (ONE,), 0),
    ("q_log2", (-5,), MIN),
    ("q_log2", (1,), -16 * ONE),
    ("q_exp2", (15 * ONE,), MAX),
    ("q_exp2", (14 * ONE,), 2**30),
    ("q_exp2", (MIN,), 0),
    ("q_exp2", (MAX,), MAX),
    ("q_exp2", (0,), ONE),
    ("q_exp2", (-16 * ONE,), 1),
    ("q_pow", (0, 0), ONE),
    ("q_pow", (-ONE, 0), ONE),
    ("q_pow", (0, ONE), 0),
    ("q_pow", (0, -ONE), MAX),
    ("q_pow", (-ONE, 2 * ONE), ONE),
    ("q_pow", (-2 * ONE, 3 * ONE), -8 * ONE),
    ("q_pow", (-2 * ONE, ONE // 2), 0),
    ("q_pow_fine", (-2 * ONE, 3 * ONE), -8 * ONE),
    ("q_pow_fine", (-2 * ONE, ONE // 2), 0),
    ("q_pow_fine", (0, -ONE), MAX),
    ("q_tan_fine", (0,), 0),
    ("q_pow", (ONE, MAX), ONE),
    ("q_pow", (2 * ONE, 20 * ONE), MAX),
    ("q_atan2", (0, 0), 0),
    ("q_atan2", (0, -1), 205887),
    ("q_atan2", (1, 0), 102944),
    ("q_atan2", (-1, 0), -102944),
    ("q_atan2", (MIN, MIN), -154416),
    ("q_acos", (2 * ONE,), 0),
    ("q_acos", (-2 * ONE,), 205887),
    ("q_sinh", (MAX,), MAX),
    ("q_sinh", (MIN,), MIN),
    ("q_cosh", (MIN,), MAX),
    ("q_tanh", (MIN,), -ONE),
    ("q_acosh", (0,), 0),
    ("q_atanh", (ONE,), MAX),
    ("q_atanh", (-ONE,), MIN),
    ("q_ldexp", (3, 4), 48),
    ("q_ldexp", (3, 32), 0),
    ("q_ldexp", (3, -1), 2),
    ("q_ldexp", (-7, -1), -3),
    ("q_ldexp", (MIN, -32), 0),
    ("q_ldexp", (MAX, MIN), 0),
    ("q_from_bits", (0x7F800000,), MAX),
    ("q_from_bits", (-0x800000,), MIN),
    ("q_from_bits", (0x7FC00000,), 0),
    ("q_reciprocal", (ONE,), -1),
    ("q_reciprocal", (2 * ONE,), MIN),
    ("q_reciprocal", (3 * ONE,), 0x55555556),
]


@pytest.mark.parametrize("name, args, result", DEFINED)
def test_defined(library, name, args, result):
    assert call(library, name, *([arg] for arg in args))[0].tolist() == [result]


@pytest.mark.parametrize("shift", [1, 16, 31])
def test_quotients_by_a_long_reciprocal(library, shift):
    """x / y to the next integer of the result's; an exact one is exact."""
    y = words_between(ONE + 1, MAX)
    x = words_between(MIN, MAX)[: len(y)]
    x[::2] = MAX // y[::2] * y[::2]
    high, low = call(library, "q_reciprocal_long", y)
    (found,) = call(library, "q_times_long", x, high, low, shift)
    for dividend, divisor, result in zip(x.tolist(), y.tolist(), found.tolist(), strict=True):
        quotient, rest = divmod(dividend << 48 - shift, divisor)
        if MIN <= quotient < MAX:
            assert result == quotient or (rest and result == quotient + 1), (dividend, divisor)


def test_bits_of_singles(library):
    words = words_between(MIN, MAX)
    (bits,) = call(library, "q_bits", words)
    assert np.array_equal(bits, (words / ONE).astype(np.float32).view(np.int32))
    (back,) = call(library, "q_from_bits", bits)
    assert np.array_equal(back, np.minimum(np.float32(words / ONE).astype(np.float64) * ONE, MAX).astype(np.int64))


def test_from_bits_rounds(library):
    singles = np.float32([1.0, -0.5, 1.00000762939453125, 7.62939453125e-06, 7.0e-06, 1e-40, 0.0, -0.0, 32767.998])
    wanted = np.floor(singles.astype(np.float64) * ONE + 0.5)
    assert call(library, "q_from_bits", singles.view(np.int32))[0].tolist() == wanted.tolist()


def test_frexp(library):
    words = words_between(MIN, MAX)
    mantissa, exponent = call(library, "q_frexp", words)
    exact, wanted = np.frexp(words / ONE)
    assert np.array_equal(exponent, wanted)
    assert np.array_equal(np.abs(mantissa), np.floor(np.abs(exact) * ONE))
    assert np.array_equal(np.sign(mantissa), np.sign(words))


@pytest.mark.parametrize("op", ["bitcount", "bitreverse", "findlsb", "findmsb", "findmsbu"])
def test_bit_functions_agree_with_the_ir(library, op):
    words = words_between(MIN, MAX)
    assert np.array_equal(call(library, f"q_{op}", words)[0], evaluate.SEMANTICS[op](words))


@pytest.mark.parametrize("divisor", [ONE, ONE + 1, 3 * ONE, 64 * ONE, 320 * ONE, 1000 * ONE + 7, MAX])
def test_a_reciprocal_divides(library, divisor):
    """What `x / resolution` becomes."""
    words = words_between(MIN, MAX)
    (factor,) = call(library, "q_reciprocal", [divisor])
    quotient = evaluate.SEMANTICS["mulhsu"](words, np.full(len(words), factor))
    assert np.abs(quotient - words * (ONE / divisor)).max() <= 1.5
    multiples = np.arange(1, MAX // divisor + 1, max(1, MAX // divisor // 1000)) * divisor
    found = evaluate.SEMANTICS["mulhsu"](multiples.astype(np.int32), np.full(len(multiples), factor))
    if divisor > ONE:
        assert np.array_equal(found, multiples // divisor * ONE), "whole quotients are exact"


def test_every_function_takes_every_word(library):
    """Total: no operands make the evaluator object, and what comes back are words."""
    random = np.random.default_rng(9)
    for function in library.functions.values():
        if function.name.startswith("q_"):
            args = [random.permutation(np.resize(EDGES, 8 * len(EDGES))) for _ in function.params]
            for result in evaluate.call(library, function.name, args, lanes=8 * len(EDGES)):
                assert result.dtype == np.int32
