"""dFdx, dFdy and fwidth as differences to the pixels at the right and above, in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import glowjit
from glowjit.spirv.derivatives import VISITS

HEAD = "#version 310 es\nprecision highp float;\nout vec4 c;\nuniform float k;\n"

# A body, and the red channel at pixel centres x, y.
BODIES: list[tuple[str, Any]] = [
    ("c = vec4(dFdx(gl_FragCoord.x * k));", lambda x, y: 0 * x + 0.25),
    ("c = vec4(dFdy(gl_FragCoord.x * k));", lambda x, y: 0 * x),
    ("vec2 p = gl_FragCoord.xy; c = vec4(dFdy(p * p), 0.0, 1.0).yxzw;", lambda x, y: 2 * y + 1),
    ("vec2 p = gl_FragCoord.xy; c = vec4(fwidth(p.x * p.y));", lambda x, y: x + y),
    ("float s = 0.0; for (int i = 0; i < 3; i++) s += dFdx(gl_FragCoord.x * float(i)); c = vec4(s);",
     lambda x, y: 0 * x + 3),
    ("c = vec4(slope(gl_FragCoord.x) + 10.0 * slope(gl_FragCoord.y));", lambda x, y: 0 * x + 1),
    ("float a[4]; a[int(gl_FragCoord.y) & 3] = gl_FragCoord.x; c = vec4(dFdx(a[int(gl_FragCoord.y) & 3]));",
     lambda x, y: 0 * x + 1),
    ("float s = 0.0; for (int i = 0; i < 100; i++) s += dFdx(gl_FragCoord.x); c = vec4(s);",
     lambda x, y: 0 * x + VISITS),
    ("if (gl_FragCoord.x > 4.0) discard; c = vec4(dFdx(gl_FragCoord.x));", lambda x, y: 1.0 * (x < 3)),
    # ways that part and meet again
    ("vec2 p = gl_FragCoord.xy; float s = 0.0; if (p.x > 4.0) s = 0.0 * fwidth(p.y); c = vec4(s + dFdx(p.x * p.x));",
     lambda x, y: 2 * x + 1),
    ("vec2 p = gl_FragCoord.xy; float s = 0.0; if (p.x > 4.0) s = slope(7.0 * p.x) * 0.0; c = vec4(slope(p.x) + s);",
     lambda x, y: 0 * x + 1),
    ("vec2 p = gl_FragCoord.xy; c = vec4(p.y < 4.0 ? twice(p.x) : twice(3.0 * p.x));",
     lambda x, y: np.where(y < 4, 2, 6)),
    ("float s = 0.0; for (int i = 0; i < 3; i++) s += twice(gl_FragCoord.x * float(i)); c = vec4(s);",
     lambda x, y: 0 * x + 6),
    ("vec2 p = gl_FragCoord.xy; float s = 0.0; for (float i = 0.0; i < p.x; i++) s += 0.0 * dFdx(p.x * i);"
     "c = vec4(s + dFdy(p.y * p.x));", lambda x, y: x),
    ("float s = 0.0; for (int i = 0; i < 4; i++) { if (i == 1) continue; s += dFdx(gl_FragCoord.x * float(i)); }"
     "c = vec4(s);", lambda x, y: 0 * x + 5),
    ("vec2 p = gl_FragCoord.xy; mat2 m = mat2(p, p.yx); c = vec4(fwidth(determinant(m)));",
     lambda x, y: np.abs(2 * x + 1) + np.abs(2 * y + 1)),
]  # fmt: skip


def source(body: str) -> str:
    return (
        f"{HEAD}float slope(float v) {{ return dFdx(v); }}\n"
        f"float twice(float v) {{ float s = slope(v); return s + slope(v); }}\nvoid main() {{ {body} }}"
    )


@pytest.mark.parametrize(("body", "expected"), BODIES)
def test_differences(body: str, expected: Any) -> None:
    x, y = np.meshgrid(np.arange(8) + 0.5, np.arange(8)[::-1] + 0.5)
    found = glowjit.reference(source(body)).render(8, 8, uniforms={"k": 0.25})[..., 0]
    assert np.allclose(found, expected(x, y))


@pytest.mark.parametrize("body", [body for body, _ in BODIES])
def test_the_board_agrees(body: str) -> None:
    text = source(body.replace("c = vec4(", "c = vec4(0.03 * "))
    result = glowjit.compare(text, 8, 8, uniforms={"k": 0.25}, check=True)
    assert result.metrics.maximum <= 1


def test_what_a_neighbour_does_not_need_is_not_computed() -> None:
    """Of the loop, the neighbours' runs keep the counter only."""
    body = "float s = 0.0; for (int i = 0; i < 40; i++) s += fract(gl_FragCoord.x * s + 0.3); c = vec4(s * {});"
    costs = []
    for factor in ("1.0", "fwidth(gl_FragCoord.x)"):
        program = glowjit.compile(source(body.format(factor)))
        program.render(8, 8)
        assert program.last_run is not None
        costs.append(program.last_run.per_pixel)
    assert costs[1] < 1.6 * costs[0]


def test_a_called_function_has_no_neighbours() -> None:
    assert glowjit.compile_functions("float f(float x) { return x + dFdx(x); }").call("f", 2.5) == 2.5


def test_the_extension_of_es_100() -> None:
    text = (
        "#extension GL_OES_standard_derivatives : enable\nvoid main() { gl_FragColor = vec4(fwidth(gl_FragCoord.x)); }"
    )
    assert np.allclose(glowjit.reference(text).render(2, 2), 1.0)
