"""Lattices: what is exactly on an edge is on the side of it where a float64 evaluation has it, in every column."""

from __future__ import annotations

import numpy as np
import pytest

import glowjit

# A grey value of 1 or 0 for each column, of a picture that is as wide as the table says.
LATTICES = {
    "cells of a quotient": ("floor(8.0 * fragCoord.x / iResolution.x) / 8.0", 40),
    "cells of a product": ("floor((fragCoord.x - 0.5) * (1.0 / 16.0)) / 4.0", 48),
    "a third of a third": ("floor(3.0 * ((fragCoord.x - 0.5) / 3.0)) / 64.0", 60),
    "the place in a cell": ("fract((fragCoord.x - 0.5) / iResolution.x * 10.0)", 50),
    "a checker of remainders": ("mod(floor((fragCoord.x - 0.5) / iResolution.x * 12.0), 2.0)", 36),
    "an edge at a column": ("step(0.5, (fragCoord.x - 0.5) / iResolution.x)", 30),
    "less than an edge": ("(fragCoord.x - 0.5) / 5.0 < 3.0 ? 1.0 : 0.0", 30),
    "a root of the place in a cell": ("sqrt(fract((fragCoord.x - 0.5) / iResolution.x * 10.0))", 50),
    "a coarser cell of a cell": ("floor(floor((fragCoord.x - 0.5) / 3.0) / 5.0) / 8.0", 60),
    "time that is a decimal": ("floor(iTime * 10.0) / 32.0 + 0.0 * fragCoord.x", 8),
    "from the middle": ("floor((2.0 * fragCoord.x - iResolution.x) / iResolution.x * 5.0 + 5.0) / 16.0", 45),
    "quotients of either sign": ("floor((fragCoord.x - 20.5) / 0.7) / 128.0 + 0.5", 40),
    "a place that is left alone": (
        "floor(8.0 * ((fragCoord.x / 20.0 - 0.5) * (1.0 - smoothstep(2.0, 3.0, fragCoord.x / 40.0)) + 0.5)) / 8.0",
        20,
    ),
    "a ceiling": ("ceil((fragCoord.x - 0.5) / iResolution.x * 9.0) / 16.0", 27),
}


@pytest.mark.parametrize("name", LATTICES)
def test_a_lattice_is_that_of_float64(name: str) -> None:
    expression, width = LATTICES[name]
    source = f"vec4 render(vec2 fragCoord) {{ return vec4(vec3({expression}), 1.0); }}"
    frame = glowjit.compile(source).render(width, 2, time=1.7)
    expected = np.rint(255 * glowjit.reference(source).render(width, 2, time=1.7)[..., :3])
    assert np.abs(frame - expected).max() <= 1


@pytest.mark.parametrize(("literal", "side"), [("0.7", 6), ("0.1", 1), ("0.3", 3)])
def test_a_tie_of_decimals_is_where_the_float_is(literal: str, side: int) -> None:
    """The float of 0.7 is less than seven tenths, those of 0.1 and 0.3 are more."""
    source = f"vec4 render(vec2 p) {{ return vec4(floor((p.x + 9.5) * {literal}) / 8.0); }}"
    assert glowjit.compile(source).render(1, 1)[0, 0, 0] == round(255 * side / 8)
