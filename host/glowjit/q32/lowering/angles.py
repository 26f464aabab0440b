"""Sine, cosine, tangent and the angle of a vector: which function of the library is called, with what operands."""

from __future__ import annotations

from collections.abc import Callable

from glowjit.ir.core import Operand
from glowjit.q32 import formats, variants
from glowjit.q32.lowering import phase
from glowjit.q32.lowering.site import Site


def sine(function: str) -> Callable[[Site], Operand]:
    """The expansion of a sine or cosine: a call with the phase of the angle, of the cheapest function that is exact
    enough (`variants`), or of an exact one."""

    def expand(site: Site) -> Operand:
        variant = _variant(site)
        if variant is not None and site.basis is not None:
            site.result_point = variant.point
            angle = phase.turns(site, site.inst.args[0], behind=_BEHIND[function], need=site.basis.enough)
            return site.call(variant.function, angle)
        fine = site.wanted_point > formats.BORDER_FRACTION and function in _FINE
        angle = phase.turns(site, site.inst.args[0], fine)
        if not fine:
            return site.call(function, angle)
        site.result_point = formats.UNIT_FRACTION
        return site.call(_FINE[function], angle)

    return expand


_FINE = {"q_sin": "q_sin_fine", "q_cos": "q_cos_fine"}
_BEHIND = {"q_sin": phase.QUARTER, "q_cos": 0}  # a cosine, by so much


def _variant(site: Site) -> variants.Variant | None:
    """The cheapest function that is exact enough; None in a module with pairs, where needs are not reliable."""
    return None if site.facts.formats.pairs else variants.cheapest(site.inst.op, site.basis)


def is_fine(site: Site) -> bool:
    """Whether the `_fine` function is called, which has more fraction bits than the border; sets `result_point` then.

    It is where the last bits count, and in a module with pairs, if the result has room for them.
    """
    fine = (site.exact or bool(site.facts.formats.pairs)) and site.wanted_point > formats.BORDER_FRACTION
    if fine:
        site.result_point = formats.FINE[site.inst.op]
    return fine


def tangent(site: Site) -> Operand:
    return site.call("q_tan_fine", *site.words()) if site.exact else sine("q_tan")(site)


def arctangent(site: Site) -> Operand:
    """The angle of a vector: of words at any common binary point, or at the border's for an exact result."""
    variant = _variant(site)
    if variant is None:
        return site.call("q_atan2_fine" if is_fine(site) else "q_atan2", *site.words())
    site.operand_point = site.fitting_point(*site.inst.args)
    words = site.words()
    site.result_point = variant.point
    return site.call(variant.function, *words)
