"""Reading binaries: either byte order, and nothing but a GlowjitError for damaged ones."""

from __future__ import annotations

from array import array
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit import glsl, spirv
from glowjit.errors import GlowjitError
from glowjit.ir.text import print_module
from glowjit.spirv import SpirvError

SOURCE = """#version 330
struct S { vec2 a; mat2 m[2]; };
uniform S s; uniform float speed = 1.5;
float table[3] = float[](1.0, 2.0, 4.0);
out vec4 color;
float f(inout S t, out int n, int i) {
  n = i; t.m[i][0].x += table[i];
  if (t.a.x > 3.0) discard;
  return t.a[i] * speed;
}
void main() {
  S t = s; int n; float r = 0.0;
  for (int i = 0; i < 3 && r < 9.0; i++) { if (i == 1) continue; r += f(t, n, i); }
  switch (n) { case 1: r = 2.0; case 2: r += 1.0; break; default: r = -r; }
  color = vec4(t.m[1] * gl_FragCoord.xy, r, inverse(t.m[0])[0][0]);
}
"""


def binary() -> bytes:
    return glsl.compile_shader(SOURCE).spirv


def test_either_byte_order() -> None:
    words = array("I", binary())
    words.byteswap()
    assert print_module(spirv.translate(words.tobytes())) == print_module(spirv.translate(binary()))


@pytest.mark.parametrize("data", [b"", b"\x03\x02\x23\x07", b"x" * 20, b"\0" * 64, b"#version 330\nvoid main(){}..."])
def test_what_is_not_spirv(data: bytes) -> None:
    with pytest.raises(SpirvError, match="damaged SPIR-V module"):
        spirv.translate(data)


def test_truncated_at_every_word() -> None:
    whole = binary()
    for end in range(0, len(whole), 4):
        with pytest.raises(GlowjitError):
            spirv.translate(whole[:end])


def test_truncated_within_a_word() -> None:
    with pytest.raises(SpirvError):
        spirv.translate(binary()[:-3])


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.data())
def test_lost_instructions(data: Any) -> None:
    """Without any one of its instructions a module is refused or still makes sense, but never crashes the reader."""
    words = array("I", binary())
    starts = [5]
    while starts[-1] < len(words):
        starts.append(starts[-1] + (words[starts[-1]] >> 16))
    number = data.draw(st.integers(0, len(starts) - 2))
    del words[starts[number] : starts[number + 1]]
    try:
        spirv.translate(words.tobytes(), source=SOURCE)
    except GlowjitError as error:
        assert error.stage == "spirv"


def test_disassembly_names_things() -> None:
    text = spirv.disassemble(binary())
    assert "FunctionCall" in text and "speed" in text and "'GLSL.std.450'" in text
    assert text.count("\n") > 150
    with pytest.raises(SpirvError):
        spirv.disassemble(b"")
