"""Cheaper functions for values of which the picture needs few bits: which one will do.

A variant is a function of the math library that is right to so many fraction bits, with its result at a binary point of
its own. `cheapest` gives the first in its row that is right enough; None stands for the exact function, which is what
a value gets whose need nobody knows, as the arguments and results of functions that are called from outside.
tests/q32/test_variants.py measures the table. Nothing here depends on more than the table; constant time.
"""

from __future__ import annotations

from dataclasses import dataclass

from glowjit.q32.formats import Basis

_SPARE = 0.25  # bits that a variant is to be better than what is needed: the rest of the picture errs too


@dataclass(frozen=True, slots=True)
class Variant:
    """`function` errs by less than 2^-bits; its result has `point` fraction bits."""

    function: str
    bits: float
    point: int


# Operation -> variants, cheapest first.
VARIANTS: dict[str, tuple[Variant, ...]] = {
    "fcos": (Variant("q_cos_9", 9.4, 24), Variant("q_cos_14", 14.4, 24), Variant("q_cos_20", 20.0, 24)),
    "fatan2": (Variant("q_atan2_12", 12.8, 25), Variant("q_atan2_14", 14.5, 24)),  # of words of any one binary point
}
# Roots and powers err in proportion: by less than 2^-bits of the largest that there is.
COARSE_ROOT = 13.9
COARSE_EXPONENTIAL = 13.4
COARSE_POWER = 13.4
DIRECTION = 2.0**-13  # by which a unit vector of few bits may be longer
VARIANTS["fsin"] = VARIANTS["fcos"]  # of a phase a quarter of a turn behind


def cheapest(op: str, basis: Basis | None) -> Variant | None:
    """The cheapest variant of `op` for a result of which this is known."""
    if basis is None or basis.enough <= 0:
        return None
    return next((item for item in VARIANTS.get(op, ()) if item.bits >= basis.enough + _SPARE), None)


def error(op: str, basis: Basis | None) -> float:
    """How far the result may be off, so that a range can allow for it."""
    if op == "fnormalize":
        return DIRECTION if basis is not None and basis.enough > 0 else 0.0
    variant = cheapest(op, basis)
    return 2.0**-variant.bits if variant else 0.0


# What calls cost that are chosen between, in instructions.
CALLS = {
    "q_length2": 46,
    "q_length3": 54,
    "q_length4": 62,
    "q_normalize2": 62,
    "q_normalize3": 74,
    "q_normalize4": 86,
    "q_sqrt": 33,
    "q_rsqrt": 35,
    "q_div": 25,
    "q_inverse": 10,
    "q_smooth": 7,
    "q_smooth_28": 5,
    "q_exp2": 23,
    "q_exp2_long": 26,
    "q_exp2_13": 12,
    "q_pow": 70,
    "q_pow_13": 50,
    "q_root": 27,
    "q_root_14": 21,
    "q_inverse_root": 26,
    "q_inverse_root_14": 20,
}
