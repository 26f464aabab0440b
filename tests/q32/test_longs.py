"""Long words: all that they are made of is right to the last of 64 bits, whatever the binary points are."""

import math
from fractions import Fraction

import numpy as np
import pytest

from glowjit import q32
from glowjit.ir import evaluate
from glowjit.ir.core import Type
from glowjit.ir.text import parse_module

COUNT = 400
ENLARGED = 2**26  # what is 2^-50 off is 2^-24 off then

# The body of a function of x and y, and what it is in exact arithmetic.
BODIES = {
    "products": ("%a: float = fmul %x, %y\n %r: float = fmul %a, %a\n", lambda x, y: (x * y) ** 2),
    "literals": ("%a: float = fmul %x, 0.1031\n %r: float = fmul -0.7, %a\n", lambda x, y: x * _C * -_D),
    "sums": (
        "%a: float = fmul %x, 0.1031\n %b: float = fmul %y, 0.7\n %c: float = fsub %a, %b\n %r: float = fadd %c, 0.7\n",
        lambda x, y: x * _C - y * _D + _D,
    ),
    "signs": (
        "%a: float = fmul %x, 0.1031\n %b: float = fneg %a\n %c: float = fabs %b\n %r: float = fmul %c, %b\n",
        lambda x, y: abs(x * _C) * -(x * _C),
    ),
    "fractions": (
        "%a: float = fmul %x, 0.1031\n %b: float = ffract %a\n %r: float = fmul %b, %y\n",
        lambda x, y: x * _C % 1 * y,
    ),
    "dots": (
        "%a: float = fmul %x, 0.7\n %b: float = fdot %a, %y, %a, 0.7\n %r: float = ffma %b, %a, %x\n",
        lambda x, y: ((x * _D) ** 2 + y * _D) * x * _D + x,
    ),
    "quotients": (
        "%a: float = fabs %y\n %b: float = fadd %a, 1.0\n %c: float = fdiv %x, %b\n %r: float = fdiv %c, -0.7\n",
        lambda x, y: x / (abs(y) + 1) / -_D,
    ),
    "remainders": (
        "%a: float = fmul %x, 0.7\n %b: float = fabs %y\n %c: float = fadd %b, 0.1031\n %r: float = fmod %a, %c\n",
        lambda x, y: x * _D % (abs(y) + _C),
    ),
    "mixtures": (
        "%a: float = fmul %x, 0.7\n %r: float = fmix %a, %y, 0.1031\n",
        lambda x, y: x * _D * (1 - _C) + y * _C,
    ),
    "choices": (
        "%c: bool = flt %x, %y\n %a: float = fmul %x, 0.7\n %r: float = select %c, %a, %y\n",
        lambda x, y: x * _D if x < y else y,
    ),
}
_C, _D = Fraction(0.1031), Fraction(0.7)


@pytest.mark.parametrize("point", [9, 16, 20])
@pytest.mark.parametrize("body, exact", BODIES.values(), ids=BODIES)
def test_the_last_bits_count(body, exact, point, link):
    """The fraction of the result, enlarged, which a word would have lost."""
    text = (
        f"func @f(%x: float, %y: float) -> (float) {{\nentry:\n {body} %e: float = fmul %r, {float(ENLARGED)!r}\n"
        " %t: float = ffract %e\n ret %t\n}\n"
    )
    module = parse_module(text)
    values = [value for inst in module.functions["f"].insts() for value in inst.results if value.type is Type.FLOAT]
    chosen = q32.formats.Formats(values=dict.fromkeys(values[:-1], point), longs=set(values))
    numbers = np.random.default_rng(point).integers(-(1 << 18), 1 << 18, (2, COUNT)).astype(np.int32)
    link(module, q32.lower(module, chosen))
    (found,) = evaluate.call(module, "f", list(numbers), lanes=COUNT)
    size = 2.0 ** (26 - 32 - point) * 64  # of the errors of some operations, enlarged
    for x, y, word in zip(*numbers.tolist(), found.tolist(), strict=True):
        off = (Fraction(word, 65536) - exact(Fraction(x, 65536), Fraction(y, 65536)) * ENLARGED) % 1
        assert min(off, 1 - off) <= Fraction(1, 65536) + Fraction(size)


@pytest.mark.parametrize("divisor", ["%y", "1.5"])
@pytest.mark.parametrize("point", [1, 9, 16])
def test_what_goes_without_a_rest_is_whole(point, divisor, link):
    """Every third half of an integer, where that has few fraction bits or many."""
    text = (
        "func @f(%x: int, %y: float) -> (float, float) {\nentry:\n %i: float = stof %x\n %a: float = fmul %i, 0.5\n"
        f" %q: float = fdiv %a, {divisor}\n %r: float = ffloor %q\n %t: float = ffract %q\n ret %r, %t\n}}\n"
    )
    module = parse_module(text)
    i, a, q, *_ = (inst.results[0] for inst in module.functions["f"].insts())
    link(module, q32.lower(module, q32.formats.Formats(values={i: point - 1, a: point, q: 16}, longs={q})))
    numbers = np.arange(-9000, 9000, dtype=np.int32)
    whole, rest = evaluate.call(module, "f", [numbers, np.int32(3 << 15)], lanes=len(numbers))
    assert (whole >> 16).tolist() == (numbers // 3).tolist()
    assert rest.tolist() == (numbers % 3 * 65536 // 3).tolist()


@pytest.mark.parametrize("divisor", [11, 13])
def test_a_large_quotient_goes_without_a_rest(divisor, link):
    """The reciprocal's last bit is nearly one too small, and the quotient as large as its word holds."""
    text = (
        f"func @f(%x: int) -> (float) {{\nentry:\n %a: float = stof %x\n %q: float = fdiv %a, {divisor}.0\n"
        " %t: float = ffract %q\n ret %t\n}\n"
    )
    module = parse_module(text)
    a, q, _ = (inst.results[0] for inst in module.functions["f"].insts())
    link(module, q32.lower(module, q32.formats.Formats(values={a: 12, q: 16}, longs={a, q})))
    whole = np.arange(-32767, 32767, 71, dtype=np.int32)
    (rest,) = evaluate.call(module, "f", [whole * divisor], lanes=len(whole))
    assert not rest.any()


def test_a_remainder_has_the_points_of_both(link):
    """A small number modulo one that its binary point has no room for, and the other way round."""
    text = (
        "func @f(%x: float, %y: float) -> (float, float) {\nentry:\n %a: float = fmul %x, 0.7\n"
        " %b: float = fmul %y, 0.7\n %r: float = fmod %a, %b\n %s: float = fmod %b, %a\n ret %r, %s\n}\n"
    )
    module = parse_module(text)
    a, b, r, s = (inst.results[0] for inst in module.functions["f"].insts())
    link(module, q32.lower(module, q32.formats.Formats(values={a: 22, b: 14, r: 22, s: 22}, longs={a, b, r, s})))
    small, large = np.arange(1, 500, dtype=np.int32) * 65537, np.arange(32000, 32499, dtype=np.int32) * 65535
    found = evaluate.call(module, "f", [small, large], lanes=len(small))
    for x, y, *words in zip(*(row.tolist() for row in (small, large, *found)), strict=True):
        exact = Fraction(x, 65536) * _D, Fraction(y, 65536) * _D % (Fraction(x, 65536) * _D)
        assert all(
            abs(Fraction(word, 65536) - right) <= Fraction(1, 65536) for word, right in zip(words, exact, strict=True)
        )


def test_a_remainder_has_the_divisors_sign_or_none(link):
    text = (
        "func @f(%x: float, %y: float) -> (float) {\nentry:\n %a: float = fmul %x, 0.5\n %b: float = fmul %y, 0.5\n"
        " %r: float = fmod %a, %b\n ret %r\n}\n"
    )
    module = parse_module(text)
    longs = {inst.results[0] for inst in module.functions["f"].insts()}
    link(module, q32.lower(module, q32.formats.Formats(values=dict.fromkeys(longs, 20), longs=longs)))
    x, y = (axis.ravel().astype(np.int32) for axis in np.mgrid[-12:13, -7:8] << 16)
    (found,) = evaluate.call(module, "f", [x, y], lanes=len(x))
    assert found[y != 0].tolist() == (x[y != 0] % y[y != 0] // 2).tolist()


def test_a_quotient_by_zero_is_the_largest_word(link):
    text = "func @f(%x: float, %y: float) -> (float) {\nentry:\n %q: float = fdiv %x, %y\n ret %q\n}\n"
    module = parse_module(text)
    (q,) = (inst.results[0] for inst in module.functions["f"].insts())
    link(module, q32.lower(module, q32.formats.Formats(values={q: 16}, longs={q})))
    (found,) = evaluate.call(module, "f", [np.array([3 << 16, -1]), np.int32(0)], lanes=2)
    assert found.tolist() == [2**31 - 1, -(2**31)]


LARGEST = {  # what is made of x and y, and what it is; both reach the ends of their words
    "%r: float = fmix %a, %b, 0.1031": lambda a, b: a * (1 - _C) + b * _C,
    "%r: float, %s: float = fnormalize %a, %b": lambda a, b: _root(a * abs(a) / (a * a + b * b)),
}


@pytest.mark.parametrize("body, exact", LARGEST.items(), ids=["fmix", "fnormalize"])
def test_there_is_room_for_the_largest(body, exact, link):
    """The difference of two words, and the length of two, have one bit more."""
    text = (
        "func @f(%x: float, %y: float) -> (float) {\nentry:\n %a: float = fmul %x, 0.98\n %b: float = fmul %y, 0.98\n"
        f" {body}\n ret %r\n}}\n"
    )
    module = parse_module(text)
    longs = {value for inst in module.functions["f"].insts() for value in inst.results}
    link(module, q32.lower(module, q32.formats.Formats(values=dict.fromkeys(longs, 16), longs=longs)))
    x, y = (axis.ravel().astype(np.int32) for axis in np.meshgrid([-(2**31), -77777, 2**31 - 1], [-(2**31), 2**31 - 1]))
    (found,) = evaluate.call(module, "f", [x, y], lanes=len(x))
    for a, b, word in zip(x.tolist(), y.tolist(), found.tolist(), strict=True):
        right = exact(Fraction(a, 65536) * Fraction(0.98), Fraction(b, 65536) * Fraction(0.98))
        assert abs(Fraction(word, 65536) - right) <= Fraction(1, 65536)


@pytest.mark.parametrize("root", ["fsqrt %c", "flength %a, %c"])
def test_the_root_of_nothing_is_nothing(root, link):
    text = (
        "func @f(%x: float) -> (float) {\nentry:\n %a: float = fmul %x, 0.7\n %c: float = fabs %a\n"
        f" %r: float = {root}\n ret %r\n}}\n"
    )
    module = parse_module(text)
    longs = {inst.results[0] for inst in module.functions["f"].insts()}
    link(module, q32.lower(module, q32.formats.Formats(values=dict.fromkeys(longs, 27), longs=longs)))
    (found,) = evaluate.call(module, "f", [np.array([0])], lanes=1)
    assert found.tolist() == [0]


def test_a_loop_carries_both_words(link):
    """x -> x * 0.7 + 0.1031, twelve times, and the fraction of what that is, enlarged."""
    text = (
        "func @f(%x: float) -> (float) {\nentry:\n %s: float = fmul %x, 0.7\n jump loop(%s, 0)\n"
        "loop(%v: float, %i: int):\n %p: float = fmul %v, 0.7\n %w: float = fadd %p, 0.1031\n"
        " %j: int = add %i, 1\n %c: bool = lt %j, 12\n branch %c, loop(%w, %j), done\n"
        f"done:\n %e: float = fmul %w, {float(ENLARGED)!r}\n %t: float = ffract %e\n ret %t\n}}\n"
    )
    module = parse_module(text)
    function = module.functions["f"]
    values = [value for block in function.blocks for value in block.params if value.type is Type.FLOAT]
    values += [value for inst in function.insts() for value in inst.results if value.type is Type.FLOAT]
    link(module, q32.lower(module, q32.formats.Formats(values=dict.fromkeys(values, 20), longs=set(values))))
    numbers = np.arange(-200, 200, dtype=np.int32) * 997
    (found,) = evaluate.call(module, "f", [numbers], lanes=len(numbers))
    for x, word in zip(numbers.tolist(), found.tolist(), strict=True):
        exact = Fraction(x, 65536) * _D
        for _ in range(12):
            exact = exact * _D + _C
        off = (Fraction(word, 65536) - exact * ENLARGED) % 1
        assert min(off, 1 - off) <= Fraction(2, 65536)


WAVES = {  # function, fraction bits, derivative by its value
    "fsin": (np.sin, 30, lambda found: 1),
    "fcos": (np.cos, 30, lambda found: 1),
    "ftan": (np.tan, 20, lambda found: 1 + found**2),
}


@pytest.mark.parametrize("wave", WAVES)
def test_waves_are_those_of_the_whole_angle(wave, link):
    """A hash: the angle is a sum that no word holds so exactly, and its sine is enlarged."""
    text = (
        "func @f(%x: float, %y: float) -> (float) {\nentry:\n %k: float = fmul %x, 0.1031\n"
        f" %a: float = fdot %k, %y, 127.1, 311.7\n %b: float = fadd %a, 0.7\n %s: float = {wave} %b\n"
        f" %e: float = fmul %s, {float(ENLARGED)!r}\n %t: float = ffract %e\n ret %t\n}}\n"
    )
    function, point, steepness = WAVES[wave]
    module = parse_module(text)
    values = {value.name: value for inst in module.functions["f"].insts() for value in inst.results}
    points = {values["k"]: 24, values["s"]: point}
    longs = {values[name] for name in "kse"}
    numbers = np.random.default_rng(5).integers(-(1 << 20), 1 << 20, (2, COUNT)).astype(np.int32)
    link(module, q32.lower(module, q32.formats.Formats(values=points, longs=longs)))
    (found,) = evaluate.call(module, "f", list(numbers), lanes=COUNT)
    x, y = (axis / np.longdouble(65536) for axis in numbers)
    exact = function(x * np.longdouble(0.1031) * np.longdouble(127.1) + y * np.longdouble(311.7) + np.longdouble(0.7))
    off = found / 65536 - exact * ENLARGED
    assert np.all(np.abs(off - np.round(off)) <= 2.0**-10.5 * steepness(exact))


@pytest.mark.parametrize("angle", ["utof %x", "stof %x", "fmul %y, %y"])
def test_waves_of_large_angles(angle, link):
    """Of integers, and of a long word of which one is many turns."""
    text = (
        f"func @f(%x: int, %y: float) -> (float) {{\nentry:\n %k: float = {angle}\n %a: float = fmul %k, 127.1\n"
        f" %s: float = fsin %a\n %e: float = fmul %s, {float(2**20)!r}\n %t: float = ffract %e\n ret %t\n}}\n"
    )
    module = parse_module(text)
    values = {value.name: value for inst in module.functions["f"].insts() for value in inst.results}
    points = {values["k"]: 2 if "fmul" in angle else 0, values["s"]: 30}
    longs = {values[name] for name in ("kse" if "fmul" in angle else "se")}
    link(module, q32.lower(module, q32.formats.Formats(values=points, longs=longs)))
    x, y = np.random.default_rng(6).integers(-(1 << 31), 1 << 31, (2, COUNT)).astype(np.int32)
    (found,) = evaluate.call(module, "f", [x, y >> 2], lanes=COUNT)
    k = {"u": x.view(np.uint32), "s": x, "f": ((y >> 2) / np.longdouble(65536)) ** 2}[angle[0]]
    off = found / 65536 - np.sin(k * np.longdouble(127.1)) * 2**20
    assert np.all(np.abs(off - np.round(off)) <= 2.0**-5)


ROOTS = {
    "flength %a, %b": lambda a, b, x: a * a + b * b,
    "flength %a, %b, %x": lambda a, b, x: a * a + b * b + x * x,
    "fsqrt %c": lambda a, b, x: abs(b),
    "fnormalize %a, %b": lambda a, b, x: a * abs(a) / (a * a + b * b),
}


def _root(square: Fraction) -> Fraction:
    root = Fraction(math.isqrt(math.floor(abs(square) * 4**80)), 2**80)
    return root if square >= 0 else -root


@pytest.mark.parametrize("root, square", ROOTS.items(), ids=ROOTS)
def test_roots_are_those_of_all_bits(root, square, link):
    results = "%r: float, %s: float" if "normalize" in root else "%r: float"
    text = (
        "func @f(%x: float, %y: float) -> (float) {\nentry:\n %a: float = fmul %x, 0.1031\n %b: float = fmul %y, 0.7\n"
        f" %c: float = fabs %b\n {results} = {root}\n %e: float = fmul %r, {float(ENLARGED)!r}\n"
        " %t: float = ffract %e\n ret %t\n}\n"
    )
    module = parse_module(text)
    values = [value for inst in module.functions["f"].insts() for value in inst.results]
    chosen = q32.formats.Formats(values=dict.fromkeys(values[:-1], 27), longs=set(values))
    numbers = np.random.default_rng(7).integers(-(1 << 18), 1 << 18, (2, COUNT)).astype(np.int32)
    link(module, q32.lower(module, chosen))
    (found,) = evaluate.call(module, "f", list(numbers), lanes=COUNT)
    for x, y, word in zip(*(numbers.astype(object) * Fraction(1, 65536)), found.tolist(), strict=True):
        exact = _root(square(x * _C, y * _D, x))
        off = (Fraction(word, 65536) - exact * ENLARGED) % 1
        assert min(off, 1 - off) <= Fraction(2, 65536)


def test_functions_take_and_give_both_words(link):
    """What a hash makes of what another function returns, of an argument that is long."""
    text = (
        "func @g(%x: float) -> (float, float) {\nentry:\n %a: float = fmul %x, 0.1031\n ret %x, %a\n}\n"
        "func @f(%x: float) -> (float) {\nentry:\n %k: float = fmul %x, 0.7\n %u: float, %v: float = call @g(%k)\n"
        f" %e: float = fmul %v, {float(ENLARGED)!r}\n %t: float = ffract %e\n ret %t\n}}\n"
    )
    module = parse_module(text)
    longs = {value for name in "fg" for inst in module.functions[name].insts() for value in inst.results}
    longs.add(module.functions["g"].params[0])
    chosen = q32.formats.Formats(values=dict.fromkeys(longs, 20), longs=longs)
    numbers = np.arange(-200, 200, dtype=np.int32) * 997
    link(module, q32.lower(module, chosen))
    (found,) = evaluate.call(module, "f", [numbers], lanes=len(numbers))
    for x, word in zip(numbers.tolist(), found.tolist(), strict=True):
        off = (Fraction(word, 65536) - Fraction(x, 65536) * _D * _C * ENLARGED) % 1
        assert min(off, 1 - off) <= Fraction(2, 65536)
