"""A checked build stops at the first value that its word cannot hold, and at nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import glowjit
from glowjit.errors import OverflowFault

ROOT = Path(__file__).resolve().parents[2]

PLANTED = """\
uniform float k; float rise(float x) { return x * k; }
vec4 render(vec2 p) {
    float v = 0.5;
    for (int i = 0; i < 3; i++)
        if (p.x > 10.0 && p.y < 12.0)
            v += rise(p.x + float(i));
    return vec4(v);
}
"""


def test_the_first_overflow_has_pixel_line_and_value() -> None:
    program = glowjit.compile(PLANTED, file="planted.frag", checked=True)
    with pytest.raises(OverflowFault) as caught:
        program.render(16, 16, uniforms={"k": 30000.0})  # nobody said that it can be so large
    fault = caught.value
    assert fault.pixel == (10, 4)  # the top row has y = 15.5
    assert (fault.file, fault.line, fault.column) == ("planted.frag", 1, 49)
    assert fault.value == pytest.approx(315000)
    assert "this product is 315,000, and its word holds" in fault.message
    assert "use smaller numbers" in fault.hint


@pytest.mark.parametrize(
    "line",
    [
        "return vec4(p.x < 4000.0 ? 0.5 : exp(p.x));",  # what is not chosen
        "float v = 0.5; if (p.x > 4000.0) v = exp(p.x); return vec4(v);",
        "return vec4(fract(p.x * 43758.5453));",  # what wraps and is meant to
        "return vec4(fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453));",
        "return vec4(0.1 / (p.x - 8.5));",  # a pole saturates
        "return vec4(sin(p.x * 40000.0));",  # a phase has no size
        "return vec4(length(p * 1000.0) / 3e4);",  # a length needs no squares
        "return vec4(sqrt(dot(p, p) * 1e6) / 3e4);",
    ],
)
def test_silent_on_what_is_right(line: str) -> None:
    glowjit.compile(f"vec4 render(vec2 p) {{ {line} }}", checked=True).render(16, 16)


@pytest.mark.parametrize("path", sorted((ROOT / "shaders").glob("*.frag")), ids=lambda path: path.stem)
def test_silent_on_the_examples(path: Path) -> None:
    glowjit.compile(path, checked=True).render(24, 16, time=2.5)


def test_the_code_is_the_same() -> None:
    assert glowjit.compile(PLANTED, checked=True).image == glowjit.compile(PLANTED).image
