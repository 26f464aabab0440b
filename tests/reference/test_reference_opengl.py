"""The second opinion: OpenGL, where there is one, agrees with the float64 picture of the same shader."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glowjit import glsl, spirv
from glowjit.errors import ShaderError
from glowjit.reference import opengl, render, to_bytes

SHADERS = sorted((Path(__file__).parents[2] / "shaders").glob("*.frag"))
SIZE = 48
STANDARD: dict[str, list[float]] = {"time": [1.5], "resolution": [SIZE, SIZE, 1.0], "mouse": [0.0] * 4, "frame": [90]}


needs_opengl = pytest.mark.skipif(not opengl.available(), reason="no OpenGL here")


def both(source: str, uniforms: dict[str, Any] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The picture in float64 and OpenGL's, with the standard uniforms that the shader has."""
    binary = glsl.compile_shader(source)
    module = spirv.translate(binary.spirv, source=source)
    words: dict[str, list[float]] = {}
    for name, role in binary.uniforms.items():
        if name in module.uniforms:
            count = module.uniforms[name].type.words
            words[name] = [*STANDARD.get(role, []), *[0.0] * count][:count]
    values = {name: word[0] if len(word) == 1 else tuple(word) for name, word in words.items()}
    return render(module, SIZE, SIZE, words), opengl.render(source, SIZE, SIZE, values | (uniforms or {}))


@needs_opengl
@pytest.mark.parametrize("path", SHADERS, ids=[path.stem for path in SHADERS])
def test_the_examples(path: Path) -> None:
    ours, theirs = both(path.read_text())
    difference = np.abs(ours - theirs)
    assert np.mean(difference) < 1e-5
    # A pixel on an edge may fall on the other side of it in single precision.
    assert np.mean(difference.max(axis=2) > 1e-3) < 0.002
    assert np.mean((to_bytes(ours) != to_bytes(theirs)).any(axis=2)) < 0.01


@needs_opengl
@pytest.mark.parametrize(
    "source",
    [
        "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, 0.25, 1.0); }",
        "vec4 render(vec2 p) { return vec4(p / iResolution.xy, 0.25, 1.0); }",
        "uniform vec2 u_resolution;\nvoid main() { gl_FragColor = vec4(gl_FragCoord.xy / u_resolution, 0.25, 1.0); }",
        "#version 300 es\nprecision mediump float;\nuniform vec2 u_resolution;\nout vec4 c;\n"
        "void main() { c = vec4(gl_FragCoord.xy / u_resolution, 0.25, 1.0); }",
    ],
    ids=["shadertoy", "render", "es 1.00", "es 3.00"],
)
def test_conventions_and_orientation(source: str) -> None:
    ours, theirs = both(source)
    assert np.allclose(ours, theirs, atol=1e-6)
    assert theirs[0, 0].tolist() == pytest.approx([0.5 / SIZE, 1 - 0.5 / SIZE, 0.25, 1.0])


@needs_opengl
def test_uniforms_of_every_shape() -> None:
    source = """#version 330
    struct Light { vec3 color; float power; };
    uniform Light lights[2];
    uniform mat2x3 m;
    uniform int n;
    uniform bool on;
    uniform float unused;
    out vec4 c;
    void main() { c = vec4(lights[1].color.y * lights[1].power, m[1][2], on ? float(n) : -1.0, lights[0].power); }
    """
    uniforms = {
        "lights": [{"color": (1.0, 2.0, 3.0), "power": 4.0}, {"color": (5.0, 6.0, 7.0), "power": 8.0}],
        "m": ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)),
        "n": 9,
        "on": True,
        "unused": 1.0,
    }
    assert opengl.render(source, 1, 1, uniforms)[0, 0].tolist() == [48.0, 6.0, 9.0, 4.0]


@needs_opengl
def test_a_shader_that_is_wrong() -> None:
    with pytest.raises(ShaderError, match="OpenGL refuses the shader") as caught:
        opengl.render("void mainImage(out vec4 c, in vec2 p) { c = nothing; }", 1, 1)
    assert caught.value.stage == "opengl"


def test_without_opengl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opengl, "open_context", opengl.open_context.__wrapped__)
    monkeypatch.setitem(sys.modules, "moderngl", None)
    assert not opengl.available()
    with pytest.raises(opengl.OpenGLUnavailable) as caught:
        opengl.render("void main() {}", 1, 1)
    assert "pip install moderngl" in caught.value.diagnostics[0].hint
