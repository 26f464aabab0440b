"""The generated numbers: the file is what the generator makes, and the fits are as good as they claim."""

from decimal import Decimal, localcontext
from importlib import resources

import pytest

from glowjit.q32 import coefficients

POINTS = 200


def test_the_file_is_up_to_date():
    path = resources.files("glowjit.q32") / "library" / "tables.glsl"
    assert path.read_text() == coefficients.tables(), "run python -m glowjit.q32.coefficients"


# Bits of accuracy, relative to the weight; rounding of the coefficients included.
@pytest.mark.parametrize(
    "name, bits",
    [
        ("SIN", 20.6),
        ("FINE_SIN", 30.5),
        ("COS9", 9.4),
        ("COS14", 14.5),
        ("COS20", 20.2),
        ("TAN", 22.2),
        ("EXP2", 23.4),
        ("ACOS", 18.9),
    ],
)
def test_accuracy_of_the_polynomials(name, bits):
    (polynomial,) = [item for item in coefficients.POLYNOMIALS if item.name == name]
    words = coefficients.fit(polynomial)
    with localcontext() as context:
        context.prec = 40
        for index in range(1, POINTS):
            x = Decimal(index) / POINTS
            value = sum(Decimal(word) / 2**term.fraction * x**term.power for term, word in words.items())
            assert abs(value - polynomial.function(x)) * polynomial.weight(x) < Decimal(2) ** Decimal(-bits)


@pytest.mark.parametrize("polynomial", coefficients.POLYNOMIALS, ids=lambda polynomial: polynomial.name)
def test_words_fit_and_have_their_zeros(polynomial):
    for term, word in coefficients.fit(polynomial).items():
        assert -(2**31) <= word < 2**32
        assert word % 2**term.zeros == 0


def test_remez_finds_the_chebyshev_polynomial():
    """The best line for x^2 on 0..1 is x - 1/8, with error 1/8."""
    parabola = coefficients.Polynomial(
        "P", "", lambda x: x * x, (coefficients.Term(0, 30), coefficients.Term(1, 30)), low=Decimal(0), high=Decimal(1)
    )
    constant, slope = sorted(coefficients.fit(parabola).items(), key=lambda item: item[0].power)
    assert constant[1] / 2**30 == pytest.approx(-1 / 8, abs=1e-4)
    assert slope[1] / 2**30 == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    "function, x, value",
    [
        (coefficients.sin, "0.5", "0.479425538604203000273287935215571388081803367940"),
        (coefficients.atan, "1", "0.785398163397448309615660845819875721049292349843776"),
        (coefficients.exp2, "0.5", "1.41421356237309504880168872420969807856967187537694"),
        (coefficients.log2, "3", "1.58496250072115618145373894394781650875981440769248"),
    ],
)
def test_functions_that_decimal_lacks(function, x, value):
    with localcontext() as context:
        context.prec = 40
        assert abs(function(Decimal(x)) - Decimal(value)) < Decimal("1e-37")


def test_tables_are_exact_where_parts_meet():
    rows = list(coefficients.parabola_rows(coefficients.log2, Decimal(1), Decimal(2), 27))
    ends = [first + slope - bend for first, slope, bend, _ in rows]
    assert [row[0] for row in rows[1:]] == ends[:-1]
    assert rows[0][0] == 0 and ends[-1] == 2**27
