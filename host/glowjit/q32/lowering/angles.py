"""Functions of angles and angles of vectors: which of the library's functions it is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable

from glowjit.ir.core import Operand
from glowjit.q32 import formats, variants
from glowjit.q32.lowering import phase
from glowjit.q32.lowering.site import Site


def sine(function: str) -> Callable[[Site], Operand]:
    """The argument goes to the library in turns: what scales it is part of that conversion. Without a need, the last
    bits count."""

    def expand(site: Site) -> Operand:
        variant = _variant(site)
        if variant is not None and site.basis is not None:
            site.result_point = variant.point
            angle = phase.turns(site, site.inst.args[0], behind=_BEHIND[function], need=site.basis.enough)
            return site.call(variant.function, angle)
        fine = site.wanted > formats.BORDER_FRACTION and function in _FINE
        angle = phase.turns(site, site.inst.args[0], fine)
        if not fine:
            return site.call(function, angle)
        site.result_point = formats.UNIT_FRACTION
        return site.call(_FINE[function], angle)

    return expand


_FINE = {"q_sin": "q_sin_fine", "q_cos": "q_cos_fine"}
_BEHIND = {"q_sin": phase.QUARTER, "q_cos": 0}  # a cosine, by so much


def _variant(site: Site) -> variants.Variant | None:
    """The function that is right to as many bits as are needed. There are pairs where needs are not to be relied on."""
    return None if site.facts.formats.wide else variants.cheapest(site.inst.op, site.basis)


def is_fine(site: Site) -> bool:
    """Whether the function is called that is right to more bits than the border has, as beside pairs, which are right
    to as many; if so, that is where they are."""
    fine = (site.exact or bool(site.facts.formats.wide)) and site.wanted > formats.BORDER_FRACTION
    if fine:
        site.result_point = formats.FINE[site.inst.op]
    return fine


def tangent(site: Site) -> Operand:
    return site.call("q_tan_fine", *site.words()) if site.exact else sine("q_tan")(site)


def arctangent(site: Site) -> Operand:
    """Of a point's two coordinates, at one binary point whatever that is, or at the border's for the last bit."""
    variant = _variant(site)
    if variant is None:
        return site.call("q_atan2_fine" if is_fine(site) else "q_atan2", *site.words())
    site.point = site.fitting_fraction(*site.inst.args)
    words = site.words()
    site.result_point = variant.point
    return site.call(variant.function, *words)
