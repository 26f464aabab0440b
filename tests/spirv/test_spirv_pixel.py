"""The pixel function: coordinates, outputs, uniforms, inputs."""

from __future__ import annotations

from typing import Any

import pytest

from glowjit.ir import MemKind
from glowjit.ir.evaluate import Evaluator

HEAD = "#version 330\nout vec4 color;\n"


def test_coordinates(pixel: Any) -> None:
    assert pixel(HEAD + "void main() { color = gl_FragCoord; }", 3.5, 7.5) == (3.5, 7.5, 0.5, 1.0)


@pytest.mark.parametrize(
    ("declaration", "value", "expected"),
    [
        ("vec4 c", "vec4(1, 2, 3, 4)", (1.0, 2.0, 3.0, 4.0)),
        ("vec3 c", "vec3(1, 2, 3)", (1.0, 2.0, 3.0, 1.0)),
        ("float c", "1.0", (1.0, 0.0, 0.0, 1.0)),
    ],
)
def test_short_outputs_are_filled_up(pixel: Any, declaration: str, value: str, expected: tuple[float, ...]) -> None:
    assert pixel(f"#version 330\nout {declaration};\nvoid main() {{ c = {value}; }}") == expected


def test_fragment_colour_of_old_shaders(pixel: Any) -> None:
    assert pixel("#version 100\nprecision mediump float;\nvoid main() { gl_FragColor = vec4(0.5); }") == (0.5,) * 4
    assert pixel("#version 100\nprecision mediump float;\nvoid main() { gl_FragData[0] = vec4(0.5); }") == (0.5,) * 4


def test_the_output_at_location_0_is_the_picture(pixel: Any) -> None:
    source = """#version 330
    layout(location = 1) out vec4 second;
    layout(location = 0) out vec4 first;
    void main() { first = vec4(1.0); second = vec4(2.0); gl_FragDepth = 0.5; }"""
    assert pixel(source) == (1.0,) * 4


def test_discard_and_early_return(pixel: Any) -> None:
    source = (
        HEAD
        + """void main() {
      color = vec4(1.0, 2.0, 3.0, 4.0);
      if (gl_FragCoord.x > 2.0) discard;
      if (gl_FragCoord.x > 1.0) return;
      color.yz = vec2(9.0); }"""
    )
    assert pixel(source, 0.5) == (1.0, 9.0, 9.0, 4.0)
    assert pixel(source, 1.5) == (1.0, 2.0, 3.0, 4.0)
    assert pixel(source, 2.5) == (0.0, 0.0, 0.0, 0.0)


def test_unwritten_outputs_and_globals_are_zero(pixel: Any) -> None:
    source = (
        HEAD + "float total; void main() { if (gl_FragCoord.x > 9.0) color.x = 5.0; total += 2.0; color.y += total; }"
    )
    assert pixel(source) == (0.0, 2.0, 0.0, 0.0)


def test_no_pixel_sees_what_another_left_behind(shader: Any) -> None:
    source = (
        HEAD
        + """float big[40]; vec3 once;
    void main() { int i = int(gl_FragCoord.x); big[i] += 1.0; once += 1.0; color = vec4(big[i], once); }"""
    )
    machine = Evaluator(shader(source), 1)
    for x in (0.5, 0.5, 39.5, 0.5):
        assert [word.item() for word in machine.call("main", [x, 0.5])] == [1.0] * 4


def test_globals_start_from_their_initialisers(pixel: Any) -> None:
    source = (
        HEAD
        + """uniform float speed;
    float twice = speed * 2.0;
    float table[3] = float[3](1.0, 2.0, 4.0);
    void main() { color = vec4(twice, table[int(speed)], table[1], 0.0); }"""
    )
    assert pixel(source, uniforms={"speed": [2.0]}) == (4.0, 4.0, 2.0, 0.0)


UNIFORMS = """#version 330
struct Light { vec3 at; float power[2]; };
uniform float speed = 1.5;
uniform vec2 size = vec2(3.0, 4.0);
uniform bool on;
uniform ivec3 counts;
uniform uint bits;
uniform mat2x3 turn;
uniform Light lights[2];
uniform float ignored;
uniform sampler2D unused;
layout(std140) uniform Palette { vec3 tint; float gains[2]; };
layout(std140) uniform Camera { mat3 view; int mode; } camera;
out vec4 color;
void main() {
  int i = counts.x;
  color.x = speed + size.y;
  color.y = on ? turn[i].z : float(bits >> 31);
  color.z = lights[i].power[counts.y] + lights[1].at.y;
  color.w = tint.y * gains[i] + camera.view[i].z + float(camera.mode);
}
"""


def test_uniforms_of_every_type(pixel: Any, shader: Any) -> None:
    values = {
        "on": [1],
        "counts": [1, 0, 5],
        "bits": [-1],
        "turn": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "lights": [float(word) for word in range(10)],
        "tint": [0.0, 10.0, 0.0],
        "gains": [0.0, 2.0],
        "camera.view": [float(word) for word in range(9)],
        "camera.mode": [100],
    }
    assert pixel(UNIFORMS, uniforms=values) == (5.5, 6.0, 8.0 + 6.0, 20.0 + 5.0 + 100.0)
    assert pixel(UNIFORMS, uniforms=values | {"on": [0]})[1] == 1.0
    uniforms = shader(UNIFORMS).uniforms
    assert {name: str(info.type) for name, info in uniforms.items()} == {
        "speed": "float",
        "size": "vec2",
        "on": "bool",
        "counts": "ivec3",
        "bits": "uint",
        "turn": "mat2x3",
        "lights": "Light[2]",
        "ignored": "float",
        "tint": "vec3",
        "gains": "float[2]",
        "camera.view": "mat3",
        "camera.mode": "int",
    }
    assert uniforms["speed"].default == (1.5,)
    assert uniforms["size"].default == (3.0, 4.0)
    assert uniforms["on"].default is None


def test_inputs_with_one_value_for_all_pixels(pixel: Any) -> None:
    assert pixel(HEAD + "void main() { color = vec4(gl_FrontFacing ? 1.0 : 0.0); }") == (1.0,) * 4


def test_a_constant_array_is_one_object_however_often_it_is_used(shader: Any) -> None:
    source = (
        HEAD
        + """const float K[4] = float[](1.0, 2.0, 3.0, 5.0);
    void main() { int i = int(gl_FragCoord.x); float local[4] = float[](1.0, 2.0, 3.0, 5.0);
      color = vec4(K[i], K[i + 1], K[3], local[i]); }"""
    )
    module = shader(source)
    constants = [item for item in module.objects.values() if item.kind is MemKind.CONSTANT]
    assert [item.data for item in constants] == [(1.0, 2.0, 3.0, 5.0)]
    assert all(item.words == 1 for item in module.functions["main"].locals)


def test_source_lines_reach_instructions_and_terminators(shader: Any) -> None:
    module = shader(HEAD + "void main() {\n  float a = sin(gl_FragCoord.x);\n  if (a > 0.5)\n    color = vec4(a);\n}")
    main = module.functions["main"]
    lines = {inst.op: inst.loc for inst in main.insts() if inst.op in ("fsin", "flt")}
    assert lines == {"fsin": 4, "flt": 5}
    assert main.blocks[0].terminator.loc == 5
