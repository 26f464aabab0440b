"""What cannot be compiled is refused by its GLSL name, at its line, at once."""

from __future__ import annotations

from typing import Any

import pytest

from glowjit import spirv
from glowjit.errors import UnsupportedError
from glowjit.glsl import worker
from glowjit.glsl.client import CLIENT

# What the error says, its line, the shader. The front end by itself: no conventions, lines count the #version.
# fmt: off
REFUSED = [
    ("'map' is a texture, and none is bound to it", 4,
     "#version 330\nout vec4 c;\nuniform sampler2D map; void main() {\nc = texture(map, gl_FragCoord.xy); }"),
    ("'map' has type sampler1D", 3,
     "#version 330\nout vec4 c; uniform sampler1D map;\nvoid main() { c = texture(map, gl_FragCoord.x); }"),
    ("'map' has type samplerCubeArray", 3,
     "#version 400\nout vec4 c; uniform samplerCubeArray map;\nvoid main() { c = texture(map, vec4(1.0)); }"),
    ("'maps.1.' is a texture, and none is bound to it", 3,
     "#version 330\nout vec4 c; uniform sampler2D maps[2];\nvoid main() { c = texture(maps[1], gl_FragCoord.xy); }"),
    ("'map' is a texture, and none is bound to it", 3, "#version 330\nout vec4 c; uniform sampler2D map;\n"
     "vec4 look(sampler2D tex) { return texture(tex, vec2(0)); }\nvoid main() { c = look(map); }"),
    ("'d' has type double", 3, "#version 450\nout vec4 c; void main() {\ndouble d = gl_FragCoord.x;\nc = vec4(d); }"),
    ("'map' has type image2D", 4, "#version 450\nout vec4 c;\nlayout(rgba8) uniform image2D map; void main() {\n"
     "c = imageLoad(map, ivec2(0)); }"),
    ("'Store'", 4,
     "#version 450\nlayout(std430) buffer Store { float x[]; };\nout vec4 c;\nvoid main() { c = vec4(x[2]); }"),
    ("'gl_PointCoord' has no vertex shader", 3,
     "#version 330\nout vec4 c; void main() {\nc = vec4(gl_PointCoord, 0.0, 0.0); }"),
    ("'uv' has no vertex shader", 4,
     "#version 330\nin vec2 uv; in vec2 unused;\nout vec4 c; void main() {\n c.xy = uv; }"),
    ("no colour output", 0, "#version 330\nvoid main() {}"),
    ("output 'c' is a ivec4", 2, "#version 330\nout ivec4 c;\nvoid main() { c = ivec4(1); }"),
    ("'a' has 100000000 words", 3,
     "#version 330\nout vec4 c;\nvoid main() { float a[100000000]; a[int(gl_FragCoord.x)] = 1.0; c = vec4(a[3]); }"),
    ("'g' has 200000 words", 2,
     "#version 450\nfloat g[100000][2];\nout vec4 c; void main() { g[3][1] = 1.0; c = vec4(g[int(c.x)][0]); }"),
    ("'u' has 80000 words", 2, "#version 330\nuniform vec4 u[20000];\nout vec4 c; void main() { c = u[0]; }"),
    ("with 'b' the shader's variables have 100005 words", 3, "#version 330\nout vec4 c;\nvoid main() { float a[50000], "
     "b[50000]; int i = int(gl_FragCoord.x); a[i] = 1.0; b[i] = 2.0; c = vec4(a[0] + b[0]); }"),
    ("a value of type float\\[5000\\] has 5000 words", 4, "#version 330\nout vec4 c;\n"
     "void main() { float a[5000]; a[int(gl_FragCoord.x)] = 1.0;\nfloat b[5000] = a; c = vec4(b[7]); }"),
    ("the shader copies more than", 4, "#version 330\nout vec4 c; void main() { float a[4000], b[4000];\n"
     "a[int(gl_FragCoord.x)] = 1.0;\n" + "b = a; c = vec4(b[2]); " * 40 + "}"),
    ("nested more than 32 deep", 0, "#version 450\nout vec4 c; uniform float u" + "[1]" * 40 + ";\n"
     "void main() { c = vec4(1.0); }"),
]
# fmt: on


def compile_plainly(source: str) -> bytes:
    return CLIENT.request(worker.COMPILE, source.encode()).body


@pytest.mark.parametrize(("message", "line", "source"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused(message: str, line: int, source: str) -> None:
    binary = compile_plainly(source)
    with pytest.raises(UnsupportedError, match=message) as caught:
        spirv.translate(binary, source=source, file="a.frag")
    assert caught.value.line == line
    assert caught.value.file == "a.frag"
    assert caught.value.stage == "spirv"


def test_the_message_points_at_the_name() -> None:
    source = "#version 330\nin vec2 uv;\nout vec4 c;\nvoid main() {\n  c.xy = uv;\n}\n"
    with pytest.raises(UnsupportedError) as caught:
        spirv.translate(compile_plainly(source), source=source, file="a.frag")
    assert str(caught.value).splitlines()[:5] == [
        "error: input 'uv' has no vertex shader to come from",
        "  --> a.frag:5:10",
        "   |",
        " 5 |   c.xy = uv;",
        "   |          ^",
    ]


def test_what_is_never_reached_is_not_refused(shader: Any) -> None:
    source = """#version 450
    out vec4 color;
    double slope(double x) { return x; }
    void main() { color = vec4(1.0); }"""
    assert list(shader(source).functions) == ["main"]
