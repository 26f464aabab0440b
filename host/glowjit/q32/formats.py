"""Where the binary point lies: the one file that knows it.

A real number r with f fraction bits is the int32 word floor(r * 2^f); f is a property of each value (`Formats`), which
`choose` finds from what is known of the value's range. What crosses a border has `BORDER_FRACTION` bits (Q16.16):
uniforms, arguments and results of functions, the operands of the math library. So has every value that keeps within
them. Who needs a binary point asks here, by value. f may be 0 or less: numbers far beyond Q16.16 are whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from glowjit import words
from glowjit.ir.core import Const, MemObject, Operand, Type, Value

BORDER_FRACTION = words.BORDER_FRACTION
WORD_BITS = 32
UNIT_FRACTION = 30  # of a fine sine: from -1 to 1, both included
FINE = {  # functions that can give more fraction bits than the border has: how many
    **dict.fromkeys(("fsin", "fcos"), UNIT_FRACTION),
    **dict.fromkeys(("fatan", "fatan2", "fasin", "facos"), 29),
    **dict.fromkeys(("flog", "flog2"), 26),
    "ffract": 31,
}

_MIN = -(1 << (WORD_BITS - 1))
_MAX = (1 << (WORD_BITS - 1)) - 1
_HEADROOM = 2.0  # how much farther than it was seen a value may go


@dataclass(frozen=True, slots=True)
class Basis:
    """What the choice of one value's binary point rests on; real numbers, and fraction bits."""

    low: float  # low <= value <= high, as far as `kind` says
    high: float
    kind: str  # "proven" for every input, "observed" in a sample of frames, or "unknown": then the ends are infinite
    need: float  # an error of 2^-need is harmless in most pixels
    wraps: bool = False  # only the value's fraction is used, so its word may wrap
    enough: float = 0.0  # an error of 2^-enough is harmless near poles and roots as well; 0 if that is not known
    whole: bool = False  # a whole number
    loaded: bool = False  # comes from memory, at the binary point that it has there
    small: float = 0.0  # few magnitudes that were observed are below this
    large: float = math.inf  # none that was observed is above this


@dataclass(frozen=True, slots=True)
class Formats:
    """How the floats of a module are held: what `choice` decides and `lowering` carries out.

    A value is a word with the fraction bits that `values` has, or else with `BORDER_FRACTION`; so is a float in a
    memory object (`objects`) and what a function returns (`results`, by name). Of a value that is a pair, `values` has
    the fraction bits of the word that is made of it where a word is wanted.
    """

    values: dict[Value, int] = field(default_factory=dict)
    objects: dict[MemObject, int] = field(default_factory=dict)
    results: dict[str, tuple[int, ...]] = field(default_factory=dict)
    pairs: set[Operand] = field(default_factory=set)  # are pairs, see `lowering.pairs`
    longs: set[Operand] = field(default_factory=set)  # have 32 bits more, in a second word, see `lowering.longs`
    stops: set[Operand] = field(default_factory=set)  # saturate instead of wrapping
    basis: dict[Value, Basis] = field(default_factory=dict)  # of the floats of a module that was observed
    snaps: bool = True  # `choice.ties` may put rounded values onto a grid
    exact: bool = False  # every result is to be right to its last bits, whatever they cost
    exponents: dict[MemObject, MemObject] | None = None
    """None unless every float is a pair; then for each memory object the one that holds its floats' exponents. Uniforms
    have none: they are words."""

    def of_copy(self, values: Mapping[Value, Operand], objects: Mapping[MemObject, MemObject]) -> Formats:
        """The same for a copy of the module, whose values and objects have these in their place."""
        return replace(
            self,
            values={copy: point for value, point in self.values.items() if isinstance(copy := values[value], Value)},
            objects={objects.get(item, item): point for item, point in self.objects.items()},
            pairs={values[value] for value in self.pairs if isinstance(value, Value)},
            longs={values[value] for value in self.longs if isinstance(value, Value)},
            stops={values[value] for value in self.stops if isinstance(value, Value)},
            basis={copy: basis for value, basis in self.basis.items() if isinstance(copy := values[value], Value)},
        )

    def fraction_of(self, operand: Operand) -> int:
        """Fraction bits of a float value; those of the border for a constant, which has a word at any point."""
        return BORDER_FRACTION if isinstance(operand, Const) else self.values.get(operand, BORDER_FRACTION)

    def fraction_of_object(self, item: MemObject) -> int:
        """Fraction bits of the floats in a memory object."""
        return self.objects.get(item, BORDER_FRACTION)


def fit(magnitude: float) -> int:
    """The most fraction bits of a word that holds -magnitude to magnitude."""
    if magnitude == 0 or not math.isfinite(magnitude):
        return WORD_BITS - 1 if magnitude == 0 else BORDER_FRACTION
    return WORD_BITS - 1 - math.ceil(math.log2(magnitude))


def fit_seen(magnitude: float) -> int:
    """The same with room for what was not seen."""
    return fit(magnitude * _HEADROOM)


def word(number: float, fraction: int = BORDER_FRACTION) -> int:
    """The word nearest to `number`, halves upwards; it saturates, and NaN is 0."""
    return words.encode_float(number, fraction)


def real(value: int, fraction: int = BORDER_FRACTION) -> float:
    """The number that a word stands for."""
    return math.ldexp(value, -fraction)


def word_of(constant: Const, fraction: int = BORDER_FRACTION) -> int:
    """The word of a constant of any type."""
    if constant.type is Type.FLOAT:
        return word(float(constant.value), fraction)
    return int(constant.value)


def wrapped(constant: Const, fraction: int) -> int:
    """The word of a float constant, modulo 2^32."""
    number = float(constant.value)
    return math.floor(math.ldexp(number, fraction) + 0.5) if math.isfinite(number) else word(number)


def ulp(fraction: int = BORDER_FRACTION) -> float:
    """The value of a word's last bit."""
    return math.ldexp(1.0, -fraction)


def limits(fraction: int = BORDER_FRACTION) -> tuple[float, float]:
    """The least and the greatest number that a word can hold."""
    return real(_MIN, fraction), real(_MAX, fraction)
