"""Pairs: every operation on them is right for magnitudes that no word holds, alone and in whole functions."""

from fractions import Fraction

import numpy as np
import pytest

from glowjit import q32
from glowjit.ir import evaluate
from glowjit.ir.core import Type
from glowjit.ir.text import parse_module
from glowjit.words import FARTHEST

COUNT = 3000


def pair(numbers):
    significands, exponents = np.frexp(numbers)
    return np.trunc(np.ldexp(significands, 30)).astype(np.int32), (exponents - 30).astype(np.int32)


def real(m, e):
    return np.ldexp(m.astype(np.float64), e)


def numbers(seed):
    """Of both signs and of all sizes, exactly pairs; powers of two and whole numbers first."""
    random = np.random.default_rng(seed)
    found = np.exp2(random.uniform(-60, 60, COUNT)) * random.choice([-1, 1], COUNT)
    found[:10] = [1, -1, 2, -2, 0.5, -0.5, 3, -3, 0, 7]
    return real(*pair(random.permutation(found)))


X, Y = numbers(1), numbers(2)
Y[100:600] = real(*pair(-X[100:600] * (1 + 2.0**-20)))  # sums that cancel

# function, exact function of x or of x and y, error relative to the largest of operands and result, a power of two
LIBRARY = [
    ("q_pair_add", lambda x, y: x + y, -28),
    ("q_pair_mul", lambda x, y: x * y, -29),
    ("q_pair_floor", np.floor, -40),
    ("q_pair_sqrt", lambda x: np.sqrt(np.maximum(x, 0)), -26),
]


@pytest.mark.parametrize("name, function, bits", LIBRARY, ids=[row[0] for row in LIBRARY])
def test_library(library, name, function, bits):
    operands = (X, Y)[: function.__code__.co_argcount if hasattr(function, "__code__") else 1]
    words = [word for operand in operands for word in pair(operand)]
    m, e = evaluate.call(library, name, words, lanes=COUNT)
    exact = function(*operands)
    size = np.abs(m.astype(np.int64))
    assert np.all((m == 0) | ((size >= 2**29) & (size < 2**30))), "normalised"
    largest = np.maximum.reduce([np.abs(exact), *map(np.abs, operands)]) if name == "q_pair_add" else np.abs(exact)
    assert np.all(np.abs(real(m, e) - exact) <= 2.0**bits * largest)


def test_quotients_are_truncated_exactly(library):
    (reciprocal,) = evaluate.call(library, "q_pair_reciprocal", [pair(Y)[0]], lanes=COUNT)
    m, e = evaluate.call(library, "q_pair_div", [*pair(X), *pair(Y), reciprocal], lanes=COUNT)
    for x, y, top, exponent in zip(X.tolist(), Y.tolist(), m.tolist(), e.tolist(), strict=True):
        if y:
            (x_over, x_under), (y_over, y_under) = x.as_integer_ratio(), y.as_integer_ratio()
            over, under = abs(x_over * y_under), abs(x_under * y_over)
            assert abs(top) == (over << max(-exponent, 0)) // (under << max(exponent, 0))
            assert (top < 0) == (x * y < 0)
        else:
            assert np.sign(top) == np.sign(x)


# Near a power of two, where halves are, and what is rounded up to the next one.
CLOSE = np.array(
    [1, -1, 2**29 + 1, 2 - 2**30, 1 - 2**30, 2**30 - 1, 2**29 + 32, 2**29 + 96, 3 << 28, 2**24 + 1, 2**25 - 1]
)
PER_PAIR = np.ldexp(CLOSE, np.arange(-30, -41, -1)[:, None]).reshape(-1)
OPERATIONS = {"add": lambda x, y: x + y, "mul": lambda x, y: x * y, "div": lambda x, y: x / y}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_nearest_pair(library, operation):
    """Where every float is a pair: to nearest; a sum may be rounded twice."""
    x, y = np.meshgrid(np.concatenate([X[:60], PER_PAIR]), np.concatenate([Y[:60], PER_PAIR]))
    x, y = x[y != 0], y[y != 0]
    (a, a_e), (b, b_e) = pair(x), pair(y)
    inverse = evaluate.call(library, "q_pair_reciprocal", [b], lanes=len(b)) if operation == "div" else []
    m, e = evaluate.call(library, f"q_pair_{operation}_near", [a, a_e, b, b_e, *inverse], lanes=len(a))
    for index, (p, q) in enumerate(zip(x.tolist(), y.tolist(), strict=True)):
        exact = OPERATIONS[operation](Fraction(p), Fraction(q))
        found = Fraction(int(m[index])) * Fraction(2) ** int(e[index])
        assert m[index] == 0 or 2**29 <= abs(m[index]) < 2**30
        half = Fraction(2) ** (int(e[index]) - 1)
        assert abs(found - exact) <= (2 if operation == "add" else 1) * half, (p, q)


def test_the_nearest_root(library):
    """To three quarters of the last bit; that of a square is exact."""
    squares = np.ldexp(np.arange(2**14 - 300, 2**14 + 300, dtype=float) ** 2, -40)
    x = np.abs(np.concatenate([X, PER_PAIR, np.ldexp(PER_PAIR, 1), squares]))
    m, e = evaluate.call(library, "q_pair_sqrt_near", [*pair(x)], lanes=len(x))
    assert ((m == 0) | ((m >= 2**29) & (m < 2**30))).all()
    assert (np.abs(real(m, e) - np.sqrt(x)) <= np.ldexp(0.75, e)).all()
    assert (real(m, e)[-600:] == np.sqrt(squares)).all()


def test_the_bits_of_singles(library):
    m, e = pair(np.concatenate([X, PER_PAIR]))
    (bits,) = evaluate.call(library, "q_pair_to_bits", [m, e], lanes=len(m))
    assert np.array_equal(bits, np.float32(real(m, e)).view(np.int32))
    back = evaluate.call(library, "q_pair_from_bits", [bits], lanes=len(m))
    assert np.array_equal(real(*back), bits.view(np.float32))
    infinite, no_number = np.float32([np.inf, -np.inf]).view(np.int32), np.float32([np.nan, -np.nan]).view(np.int32)
    (m, e) = evaluate.call(library, "q_pair_from_bits", [infinite], lanes=2)
    assert (np.sign(m).tolist(), e.tolist()) == ([1, -1], [FARTHEST] * 2)
    assert evaluate.call(library, "q_pair_from_bits", [no_number], lanes=2)[0].tolist() == [0, 0]


@pytest.mark.parametrize("point", [-3, 0, 16, 30])
def test_words_saturate(library, point):
    m, e = pair(X)
    (found,) = evaluate.call(library, "q_pair_word", [m, e + point], lanes=COUNT)
    exact = np.floor(np.ldexp(X, point) + 0.5)
    assert np.array_equal(found, np.clip(exact, -(2**31), 2**31 - 1))


# The body of a function of x and y, and the bits that its result is right to, whatever the two are scaled by.
BODIES = {
    "sums": ("%a: float = fmul %x, 3.7\n %b: float = fsub %a, %y\n %r: float = fadd %b, %x\n", 24),
    "products": ("%a: float = fmul %x, %x\n %b: float = ffma %a, %y, %x\n %r: float = fmul %b, -0.25\n", 24),
    "quotients": ("%a: float = fdiv %x, %y\n %r: float = fdiv %y, %a\n", 24),
    "remainders": ("%a: float = fmod %x, %y\n %b: float = fsub %y, %a\n %r: float = fmin %a, %b\n", 24),
    "dots": ("%a: float = fdot %x, %y, %y, %y\n %r: float = fsqrt %a\n", 22),
    "lengths": ("%a: float = flength %x, %y\n %r: float = fmul %a, 2.0\n", 24),
    "directions": ("%a: float, %b: float = fnormalize %x, %y\n %r: float = fadd %a, %b\n", 12),
    "angles": ("%r: float = fatan2 %x, %y\n", 13),
    "powers": ("%a: float = fpow %x, 1.7\n %b: float = fpow %a, 2.0\n %r: float = fpow %b, 0.3\n", 16),
    "roots": ("%a: float = frsqrt %x\n %r: float = fmul %a, %y\n", 24),
    "logarithms": ("%a: float = flog %x\n %r: float = fmul %a, 1.0\n", 11),
    "exponentials": ("%a: float = flog2 %x\n %r: float = fexp2 %a\n", 13),
    "choices": ("%a: float = fmax %x, %y\n %b: float = fmin %a, 9.0\n %r: float = fclamp %b, -1e9, %y\n", 24),
    "wholes": ("%a: float = ffloor %x\n %b: float = fceil %y\n %c: float = ftrunc %b\n %r: float = fadd %a, %c\n", 24),
    "comparisons": (
        "%b: bool = flt %x, %y\n %a: float = select %b, %x, %y\n %c: float = fstep %x, %y\n %r: float = fadd %a, %c\n",
        24,
    ),
    "signs": ("%a: float = fneg %x\n %b: float = fabs %a\n %c: float = fsign %a\n %r: float = fmul %b, %c\n", 26),
}


@pytest.mark.parametrize("scale", [1.0, 2.0**40, 2.0**-40], ids=["near one", "large", "small"])
@pytest.mark.parametrize("body, bits", BODIES.values(), ids=BODIES)
def test_functions(body, bits, scale, link):
    """A result that is a pair where it is called is one where it is returned."""
    text = "func @f(%px: float, %py: float) -> (float) {\nentry:\n" + (
        f" %x: float = fmul %px, {scale!r}\n %y: float = fmul %py, {scale!r}\n {body} ret %r\n}}\n"
        "func @g(%x: float, %y: float) -> (float) {\nentry:\n %r: float = call @f(%x, %y)\n ret %r\n}\n"
    )
    reference, module = parse_module(text), parse_module(text)
    values = {value for inst in module.functions["f"].insts() for value in inst.results if value.type is Type.FLOAT}
    values.update(value for inst in module.functions["g"].insts() for value in inst.results)
    x = np.random.default_rng(3).uniform(0.1, 8.0, 500).round(4)
    words = [np.floor(axis * 65536).astype(np.int32) for axis in (x, x[::-1] * 1.37)]
    (wanted,) = evaluate.call(reference, "f", [word / 65536 for word in words], lanes=500)
    link(module, q32.lower(module, q32.formats.Formats(pairs=values)))
    found = real(*evaluate.call(module, "f", words, lanes=500))
    size = np.abs(wanted)
    assert np.all(np.abs(found - wanted) <= 2.0**-bits * np.maximum(size, size.max() / 8))
    (word,) = evaluate.call(module, "g", words, lanes=500)
    assert np.all(np.abs(word - np.clip(found * 65536, -(2**31), 2**31 - 1)) <= 0.5)


def test_what_wraps_is_right_modulo_one(link):
    """A product of a pair of which only the fraction is used does not saturate."""
    text = "func @f(%x: float) -> (float) {\nentry:\n %a: float = fmul %x, 3.0\n %b: float = fmul %a, 43758.5453\n"
    module = parse_module(text + " %r: float = ffract %b\n ret %r\n}\n")
    values = {value.name: value for inst in module.functions["f"].insts() for value in inst.results}
    chosen = q32.formats.Formats(
        pairs={values["a"]}, basis={values["b"]: q32.formats.Basis(0.0, 1e6, "observed", 16, True)}
    )
    x = np.linspace(0.01, 9.0, 400)
    word = np.floor(x * 65536).astype(np.int32)
    link(module, q32.lower(module, chosen))
    (found,) = evaluate.call(module, "f", [word], lanes=400)
    off = found / 65536 - word / 65536 * 3 * 43758.5453
    assert np.all(np.abs(off - np.round(off)) < 2.0**-8)


@pytest.mark.parametrize("factor", ["", " %b: float = fmul %a, 0.7\n"], ids=["alone", "in a product"])
def test_an_angle_has_the_bits_of_its_pair(factor, link):
    """Although the word that is made of it where one is asked for has none below the point."""
    text = f"func @f(%x: float) -> (float) {{\nentry:\n %a: float = fmul %x, %x\n{factor}"
    module = parse_module(text + f" %r: float = fsin %{'b' if factor else 'a'}\n ret %r\n}}\n")
    values = {value.name: value for inst in module.functions["f"].insts() for value in inst.results}
    pairs = {values[name] for name in values if name != "r"}
    x = np.linspace(0.1, 250.0, 400)
    word = np.floor(x * 65536).astype(np.int32)
    link(module, q32.lower(module, q32.formats.Formats(values=dict.fromkeys(pairs, -10), pairs=pairs)))
    (found,) = evaluate.call(module, "f", [word], lanes=400)
    wanted = np.sin((word / 65536) ** 2 * (0.7 if factor else 1.0))
    assert np.all(np.abs(found / 65536 - wanted) < 2.0**-11)


def test_an_angle_of_whole_numbers_is_exact(link):
    """Which their word holds, and a product with the 30 bits of a pair does not."""
    body = " %a: float = ffloor %x\n %b: float = fmul %a, 78.23300170898438\n %r: float = fsin %b\n"
    module = parse_module(f"func @f(%x: float) -> (float) {{\nentry:\n{body} ret %r\n}}\n")
    a, b, _ = (inst.results[0] for inst in module.functions["f"].insts())
    basis = {a: q32.formats.Basis(-32768.0, 32768.0, "observed", 16.0, whole=True)}
    link(module, q32.lower(module, q32.formats.Formats(values={a: 0, b: -8}, pairs={a, b}, basis=basis)))
    numbers = np.arange(-32000, 32000, 97, dtype=np.int32)
    (found,) = evaluate.call(module, "f", [numbers << 16], lanes=len(numbers))
    assert np.all(np.abs(found / 65536 - np.sin(numbers * 78.23300170898438)) < 2.0**-11)
