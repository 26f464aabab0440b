"""The numbers of the math library: `python -m glowjit.q32.coefficients` writes `library/tables.glsl`.

Polynomials are minimax fits by Remez's exchange algorithm. A coefficient is a word with its own number of fraction
bits; it is rounded, highest power first, and those that remain are fitted again, so that they make up for the rounding
(Brisebarre, Muller and Tisserand, "Computing machine-efficient polynomial approximations", 2006, go further).
Where accuracy allows, a word's low twelve bits are 0: then one instruction loads it.

Everything is computed in decimal arithmetic of 40 digits, hence the same on every machine; a test compares the file.
Takes about a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from importlib import resources

Function = Callable[[Decimal], Decimal]

_DIGITS = 40
_GRID_POINTS = 300
_ROUNDS = 12

_PI = Decimal("3.141592653589793238462643383279502884197169")
_LN2 = Decimal("0.6931471805599453094172321214581765680755")

SINGLE_INSTRUCTION = 12  # low bits that are 0 in a word that `lui` alone makes


@dataclass(frozen=True, slots=True)
class Term:
    """One coefficient: its power of x, its fraction bits, how many of its low bits are 0."""

    power: int
    fraction: int
    zeros: int = 0


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A fit of `function` over low <= x <= high with the largest error, times `weight`, least. Its terms are called
    `name`_`power`; `fixed` has those whose words are given."""

    name: str
    comment: str
    function: Function
    terms: tuple[Term, ...]
    weight: Function = lambda x: Decimal(1)
    fixed: tuple[tuple[Term, int], ...] = ()
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1)


# --- functions that `decimal` lacks ----------------------------------------------------------------------------------


def _series(first: Decimal, ratio: Callable[[int], Decimal]) -> Decimal:
    """first + first ratio(1) + first ratio(1) ratio(2) + ... until nothing changes."""
    total, term, index = first, first, 1
    while abs(term) > Decimal(10) ** -(_DIGITS + 2):
        term *= ratio(index)
        total += term
        index += 1
    return total


def sin(x: Decimal) -> Decimal:
    return _series(x, lambda k: -x * x / (2 * k * (2 * k + 1)))


def atan(x: Decimal) -> Decimal:
    """Halved twice before the series: atan x = 2 atan(x / (1 + sqrt(1 + x^2)))."""
    for _ in range(3):
        x = x / (1 + (1 + x * x).sqrt())
    return 8 * _series(x, lambda k: -x * x * (2 * k - 1) / (2 * k + 1))


def _cosine_of_square(v: Decimal) -> Decimal:
    """cos(pi sqrt v): a cosine over a whole turn, of the square of its phase."""
    return sin(_PI / 2 - _PI * v.sqrt())


def exp2(x: Decimal) -> Decimal:
    return (x * _LN2).exp()


def log2(x: Decimal) -> Decimal:
    return x.ln() / _LN2


def _arccosine_over_root(x: Decimal) -> Decimal:
    """acos(x) / sqrt(1 - x), which is smooth up to x = 1."""
    if x > 1 - Decimal("1e-15"):
        return Decimal(2).sqrt()
    return 2 * atan(((1 - x) / (1 + x)).sqrt()) / (1 - x).sqrt()


# --- fitting ---------------------------------------------------------------------------------------------------------


def fit(polynomial: Polynomial) -> dict[Term, int]:
    """The words of `polynomial`'s terms."""
    points = _chebyshev_grid(polynomial.low, polynomial.high)
    weights = [polynomial.weight(x) for x in points]
    rest = [polynomial.function(x) for x in points]
    words: dict[Term, int] = {}

    def settle(term: Term, word: int) -> None:
        words[term] = word
        value = Decimal(word) / 2**term.fraction
        for index, x in enumerate(points):
            rest[index] -= value * x**term.power

    for term, word in polynomial.fixed:
        settle(term, word)
    terms = sorted(polynomial.terms, key=lambda term: -term.power)
    for count, term in enumerate(terms):
        powers = [other.power for other in terms[count:]]
        coefficient = _remez(points, rest, weights, powers)[0]
        grid = 2**term.zeros
        settle(term, int((coefficient * 2**term.fraction / grid).to_integral_value()) * grid)
    return words


def _chebyshev_grid(low: Decimal, high: Decimal) -> list[Decimal]:
    """Points of low..high, denser towards the ends, without the ends where a power of x could be 0 / 0."""
    middle, half = (low + high) / 2, (high - low) / 2
    angles = (_PI * (2 * index + 1) / (2 * _GRID_POINTS) for index in range(_GRID_POINTS))
    return [middle - half * sin(_PI / 2 - angle) for angle in angles]


def _remez(points: list[Decimal], values: list[Decimal], weights: list[Decimal], powers: list[int]) -> list[Decimal]:
    """The coefficients of `powers` that make the largest weighted error on `points` least."""
    count = len(powers) + 1
    chosen = [index * (len(points) - 1) // (count - 1) for index in range(count)]
    coefficients: list[Decimal] = []
    for _ in range(_ROUNDS):
        rows = [
            [points[at] ** power for power in powers] + [Decimal((-1) ** sign) / weights[at], values[at]]
            for sign, at in enumerate(chosen)
        ]
        coefficients = _solve(rows)[:-1]
        errors = [
            (value - sum((c * x**p for c, p in zip(coefficients, powers, strict=True)), Decimal(0))) * weight
            for x, value, weight in zip(points, values, weights, strict=True)
        ]
        following = _extremes(errors, count)
        if following == chosen:
            break
        chosen = following
    return coefficients


def _extremes(errors: list[Decimal], count: int) -> list[int]:
    """The largest error of each run of one sign; without the smallest at either end while there are too many."""
    peaks: list[int] = []
    for index, error in enumerate(errors):
        if peaks and (errors[peaks[-1]] < 0) == (error < 0):
            if abs(error) > abs(errors[peaks[-1]]):
                peaks[-1] = index
        else:
            peaks.append(index)
    while len(peaks) > count:
        peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
    assert len(peaks) == count, "the error does not alternate: too few grid points for this polynomial"
    return peaks


def _solve(rows: list[list[Decimal]]) -> list[Decimal]:
    """Gaussian elimination with row exchanges; a row has the right side last."""
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(size):
            if row != column:
                factor = rows[row][column] / rows[column][column]
                rows[row] = [x - factor * y for x, y in zip(rows[row], rows[column], strict=True)]
    return [rows[index][-1] / rows[index][index] for index in range(size)]


# --- what the library needs ------------------------------------------------------------------------------------------

_LUI = SINGLE_INSTRUCTION

POLYNOMIALS = (
    Polynomial(
        "SIN",
        "sin(pi/2 z), z Q30; z^2 is Q28, so each step of Horner's scheme takes four bits",
        lambda z: sin(_PI / 2 * z),
        (Term(1, 26), Term(3, 30), Term(5, 34, _LUI), Term(7, 38, _LUI)),
    ),
    Polynomial(
        "FINE_SIN",
        "the same to the last bit of Q30, z Q31; z^2 is Q31, so each step takes a bit",
        lambda z: sin(_PI / 2 * z),
        (Term(1, 30), Term(3, 31), Term(5, 32), Term(7, 33), Term(9, 34, _LUI), Term(11, 35, _LUI)),
    ),
    *(
        Polynomial(
            f"COS{bits}", f"cos(pi sqrt v) to {bits} bits, v Q30; each step takes two bits", _cosine_of_square, terms
        )
        for bits, terms in (
            (9, tuple(Term(power, 24 + 2 * power, _LUI) for power in range(4))),
            (14, (Term(0, 24), Term(1, 26), *(Term(power, 24 + 2 * power, _LUI) for power in (2, 3, 4)))),
            (20, (*(Term(power, 24 + 2 * power) for power in range(4)), Term(4, 32, _LUI), Term(5, 34, _LUI))),
        )
    ),
    Polynomial(
        "TAN",
        "tan(pi/4 z), z Q31; z^2 is Q30, so each step takes two bits",
        lambda z: sin(_PI / 4 * z) / sin(_PI / 2 - _PI / 4 * z),
        (Term(1, 31), Term(3, 33), Term(5, 35), *(Term(power, 30 + power, _LUI) for power in (7, 9, 11))),
        weight=lambda z: 1 / z,
    ),
    Polynomial(
        "FINE_TAN",
        "the same to 2^-26 of the result",
        lambda z: sin(_PI / 4 * z) / sin(_PI / 2 - _PI / 4 * z),
        (Term(1, 31), *(Term(power, 30 + power) for power in (3, 5, 7, 9, 11, 13))),
        weight=lambda z: 1 / z,
    ),
    Polynomial(
        "EXP2",
        "2^f, f Q30; each step takes two bits; exact at 0",
        exp2,
        (Term(1, 31), Term(2, 33), *(Term(power, 29 + 2 * power, _LUI) for power in (3, 4, 5))),
        weight=lambda f: exp2(-f),
        fixed=((Term(0, 29), 2**29),),
    ),
    Polynomial(
        "EXP2_13",
        "the same to 13 bits, f Q32, in Q30 throughout",
        exp2,
        tuple(Term(power, 30, _LUI) for power in range(4)),
        weight=lambda f: exp2(-f),
    ),
    Polynomial(
        "FINE_EXP2",
        "the same to the last bits of Q31; the last step takes f Q32 and no bits",
        exp2,
        (Term(1, 31), *(Term(power, 29 + 2 * power) for power in (2, 3, 4, 5)), Term(6, 41, _LUI), Term(7, 43, _LUI)),
        weight=lambda f: exp2(-f),
        fixed=((Term(0, 31), 2**31),),
    ),
    Polynomial(
        "ATAN13",
        "atan(t) to 13 bits, t Q30; each step takes two bits",
        atan,
        (*(Term(power, 25 + 2 * power) for power in (1, 2)), *(Term(power, 25 + 2 * power, _LUI) for power in (3, 4))),
    ),
    Polynomial(
        "ATAN15",
        "atan(t) to 15 bits, t Q30; each step takes two bits",
        atan,
        (
            *(Term(power, 24 + 2 * power) for power in (1, 2)),
            *(Term(power, 24 + 2 * power, _LUI) for power in (3, 4, 5)),
        ),
    ),
    Polynomial(
        "ACOS",
        "acos(x) / sqrt(1 - x), x Q31; each step takes a bit",
        _arccosine_over_root,
        (Term(0, 30), Term(1, 31), Term(2, 32), Term(3, 33, _LUI), Term(4, 34, _LUI), Term(5, 35, _LUI)),
        weight=lambda x: (1 - x).sqrt(),
    ),
)


def rsqrt_rows() -> Iterator[tuple[int, ...]]:
    """Row i: 1/sqrt(m) = a - b u, Q30, for m = (i + u) / 128, 1/4 <= m < 1; the best line over each interval."""
    for index in range(128):
        if index < 32:
            yield (0, 0)
            continue
        start, step = Decimal(index) / 128, Decimal(1) / 128
        left, right = 1 / start.sqrt(), 1 / (start + step).sqrt()
        fall = left - right
        touching = ((step / (2 * fall)).ln() * 2 / 3).exp()
        gap = left - fall * (touching - start) / step - 1 / touching.sqrt()
        yield _word(left - gap / 2, 30), _word(fall, 30)


def parabola_rows(function: Function, low: Decimal, high: Decimal, fraction: int) -> Iterator[tuple[int, ...]]:
    """Row i of 32: f = a + u (b - c u) over the i-th part of low..high, exact at its ends and in its middle."""
    step = (high - low) / 32
    for index in range(32):
        left, middle, right = (function(low + (index + Decimal(part) / 2) * step) for part in range(3))
        bend = 4 * middle - 2 * (left + right)
        first = _word(left, fraction)
        yield first, _word(right, fraction) - first + _word(bend, fraction), _word(bend, fraction), 0


def _word(value: Decimal, fraction: int) -> int:
    return int((value * 2**fraction).to_integral_value())


def tables() -> str:
    """The text of `library/tables.glsl`."""
    with localcontext() as context:
        context.prec = _DIGITS
        lines = ["// Made by `python -m glowjit.q32.coefficients`, which says how; change that.", ""]
        for polynomial in POLYNOMIALS:
            lines += [f"// {polynomial.comment}", *_constants(polynomial), ""]
        lines += ["// 1/sqrt(m) = x - y u, Q30, m = (i + u) / 128"]
        lines += _table("RSQRT", 2, list(rsqrt_rows()))
        lines += ["", "// log2(m) = x + u (y - z u), Q27, m = 1 + (i + u) / 32"]
        lines += _table("LOG2", 4, list(parabola_rows(log2, Decimal(1), Decimal(2), 27)))
        lines += ["", "// atan(t) = x + u (y - z u), Q29, t = (i + u) / 32"]
        lines += _table("ATAN", 4, list(parabola_rows(atan, Decimal(0), Decimal(1), 29)))
        return "\n".join(lines) + "\n"


def _constants(polynomial: Polynomial) -> list[str]:
    words = sorted(fit(polynomial).items(), key=lambda item: item[0].power)
    kind, suffix = ("int", "") if any(word < 0 for _, word in words) else ("uint", "u")
    return [
        f"const {kind} {polynomial.name}_{term.power} = {word}{suffix};  // Q{term.fraction}" for term, word in words
    ]


def _table(name: str, width: int, rows: list[tuple[int, ...]]) -> list[str]:
    cells = [f"uvec{width}({', '.join(f'{word}u' for word in row)})" for row in rows]
    per_line = 8 // width
    lines = [", ".join(cells[at : at + per_line]) for at in range(0, len(cells), per_line)]
    body = ",\n    ".join(lines)
    return [f"const uvec{width} {name}[{len(rows)}] = uvec{width}[](\n    {body}\n);"]


if __name__ == "__main__":
    path = resources.files("glowjit.q32") / "library" / "tables.glsl"
    with open(str(path), "w", encoding="utf-8") as file:
        file.write(tables())
