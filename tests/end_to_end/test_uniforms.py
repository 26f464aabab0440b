"""Uniforms: what the run time fills in, what the shader's text says, what the caller sets; in float64 likewise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import glowjit

ISF = """/*{ "ISFVSN": "2", "INPUTS": [
  { "NAME": "level", "TYPE": "float", "DEFAULT": 0.25, "MIN": 0.0, "MAX": 0.5 },
  { "NAME": "tint", "TYPE": "color", "DEFAULT": [1.0, 0.5, 0.0, 1.0] },
  { "NAME": "invert", "TYPE": "bool", "DEFAULT": true }
] }*/
void main() { gl_FragColor = vec4(invert ? level * tint.rgb : vec3(1.0), 1.0); }
"""


def colour(source: str, **settings: Any) -> tuple[int, ...]:
    """The one colour of a flat picture, which the reference must agree with."""
    picture = glowjit.compile(source).render(8, 4, **settings)
    expected = glowjit.reference(source).render(8, 4, **settings)
    assert np.abs(picture / 255 - np.clip(expected[..., :3], 0, 1)).max() < 0.01
    assert np.ptp(picture.reshape(-1, 3), axis=0).max() == 0
    return tuple(picture[0, 0].tolist())


# an expression of type vec3 and the colour it makes at 8x4, time 0.5, delta 0.1, frame 51, mouse at (2, 3)
STANDARD = [
    ("vec3(iTime, iTimeDelta, float(iFrame) / 255.0)", (128, 26, 51)),
    ("vec3(iResolution) / 10.0", (204, 102, 26)),
    ("vec3(iMouse.xy / 10.0, iFrameRate / 100.0)", (51, 77, 26)),
    ("vec3(u_time, u_resolution / 10.0)", (128, 204, 102)),
    ("vec3(u_mouse / 10.0, u_delta)", (51, 77, 26)),
    ("vec3(time, resolution / 10.0)", (128, 204, 102)),
    ("vec3(mouse, 0.0)", (64, 191, 0)),
    ("vec3(TIME, RENDERSIZE / 10.0)", (128, 204, 102)),
]


@pytest.mark.parametrize(("expression", "expected"), STANDARD)
def test_what_the_run_time_fills_in(expression: str, expected: tuple[int, int, int]) -> None:
    source = f"void main() {{ gl_FragColor = vec4({expression}, 1.0); }}"
    actual = colour(source, time=0.5, delta=0.1, frame=51, mouse=(2.0, 3.0, 0.0, 0.0))
    assert actual == pytest.approx(expected, abs=1)  # some lie half-way between two steps


def test_frames_are_counted_by_the_time() -> None:
    """A sixtieth is no whole number of a word's steps, and floor() would show it."""
    program = glowjit.compile("void main() { gl_FragColor = vec4(floor(60.0 * iTime) / 255.0); }")
    assert [program.render(1, 1, time=frame / 60)[0, 0, 0] for frame in range(255)] == list(range(255))


def test_defaults_and_ranges_of_an_isf_header() -> None:
    program = glowjit.compile(ISF)
    assert program.uniforms["level"].default == (0.25,)
    assert (program.uniforms["level"].minimum, program.uniforms["level"].maximum) == (0.0, 0.5)
    assert colour(ISF) == (64, 32, 0)
    assert colour(ISF, uniforms={"level": 0.5}) == (128, 64, 0)
    assert colour(ISF, uniforms={"invert": False}) == (255, 255, 255)


def test_an_initialiser_is_a_default() -> None:
    source = "#version 330\nuniform float level = 0.5;\nout vec4 c;\nvoid main() { c = vec4(level); }\n"
    assert colour(source) == (128, 128, 128)
    assert colour(source, uniforms={"level": 1}) == (255, 255, 255)


COMMENTED = """uniform float speed; // 0.5, 0.0, 1.0
uniform vec3 tint;  // tint: (1.0, 0.5, 0.25), 0, 1
// steps: 3, 1, 5
uniform int steps;
uniform bool on; // true
uniform float plain, other; // 1.0 belongs to neither
uniform float prose; // prose: how far, in metres
void main() { gl_FragColor = vec4(on ? tint * speed : vec3(float(steps) / 5.0 + plain + other + prose), 1.0); }
"""


def test_defaults_and_ranges_in_comments() -> None:
    uniforms = glowjit.compile(COMMENTED).uniforms
    names = ("speed", "tint", "steps", "on", "plain", "other", "prose")
    found = [uniforms[name] for name in names]
    assert [(item.default, item.minimum, item.maximum) for item in found] == [
        ((0.5,), 0.0, 1.0),
        ((1.0, 0.5, 0.25), 0.0, 1.0),
        ((3,), 1.0, 5.0),
        ((True,), None, None),
        *[(None, None, None)] * 3,
    ]
    assert colour(COMMENTED) == (128, 64, 32)
    assert colour(COMMENTED, uniforms={"on": False}) == (153, 153, 153)
    assert colour(COMMENTED, uniforms={"on": False, "steps": 1}) == (51, 51, 51)
    with pytest.raises(glowjit.GlowjitError, match="uniform 'steps' is 6, its range is 1 to 5"):
        glowjit.compile(COMMENTED).render(8, 4, uniforms={"steps": 6})


def test_a_function_reads_what_a_comment_says() -> None:
    source = "uniform float gain; // 2.5\nfloat f(float x) { return gain * x; }"
    library = glowjit.compile_functions(source)
    assert library.call("f", 2.0) == 5.0
    library.set_uniforms({"gain": -1.0})
    assert library.call("f", 2.0) == -2.0


# a declaration with its comment, what is said, and where
MISTAKEN = [
    ("uniform float a; // 1.0, 2.0", "has neither a default nor a default and a range", 18),
    ("uniform float a; // a: 1.0, 5.0, 2.0", "the range of 'a' is empty: 5 to 2", 18),
    ("uniform float a; // 9, 0, 1", "the default of 'a' is not within 0 to 1", 18),
    ("uniform int a; // 1.5", "whole numbers", 16),
    ("uniform vec3 a; // (1, 2)", "'a', a vec3, has neither", 17),
]


@pytest.mark.parametrize(("line", "message", "column"), MISTAKEN)
def test_a_mistake_in_a_comment_is_told_at_its_place(line: str, message: str, column: int) -> None:
    with pytest.raises(glowjit.GlowjitError, match=message) as caught:
        glowjit.compile(f"\n{line}\nvoid main() {{ gl_FragColor = vec4(float(a)); }}")
    assert (caught.value.line, caught.value.column) == (2, column)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"levle": 0.1}, "did you mean 'level'?"),
    ({"level": 0.75}, "uniform 'level' is 0.75, its range is 0 to 0.5"),
    ({"level": (0.1, 0.2)}, "has type float"),
    ({"tint": (1.0, 0.5)}, "has type vec4 with 4 elements, 2 were given"),
    ({"tint": 1.0}, "give 4 values"),
    ({"level": "high"}, "'high' does not fit"),
]


@pytest.mark.parametrize(("uniforms", "message"), REFUSED)
def test_refused(uniforms: dict[str, Any], message: str) -> None:
    for renderer in (glowjit.compile(ISF), glowjit.reference(ISF)):
        with pytest.raises(glowjit.GlowjitError) as caught:
            renderer.render(8, 4, uniforms=uniforms)
        assert message in str(caught.value)


def test_a_struct_and_arrays_in_uniforms() -> None:
    source = """struct Light { vec3 colour; float level; };
uniform Light lights[2];
uniform int which;
void main() { gl_FragColor = vec4(lights[which].colour * lights[which].level, 1.0); }
"""
    lights = [{"colour": (1.0, 0.0, 0.0), "level": 1.0}, {"colour": (0.5, 1.0, 0.25), "level": 0.5}]
    assert colour(source, uniforms={"lights": lights, "which": 1}) == (64, 128, 32)
    assert colour(source, uniforms={"lights": lights, "which": 0}) == (255, 0, 0)


@pytest.mark.parametrize("size", [(0, 0), (0, 4), (4, 0), (-1, 4)])
def test_a_picture_without_pixels_is_refused_by_name(size: tuple[int, int]) -> None:
    program = glowjit.compile("void main() { gl_FragColor = vec4(mouse, iTime, 1.0); }")
    with pytest.raises(glowjit.GlowjitError, match=f"{size[0]}x{size[1]}"):
        program.render(*size)
