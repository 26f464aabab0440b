"""Probes: single pixels by machine code are what the evaluation of the integer IR says, bit for bit."""

import numpy as np
import pytest
import unicorn

from glowjit import q32
from glowjit.glsltypes import FLOAT
from glowjit.ir import evaluate
from glowjit.ir.core import Channel, UniformInfo
from glowjit.ir.text import parse_module
from glowjit.probe import Probe

PLACES = np.array([(0, 0), (5, 3), (63, 47), (5, 3), (479, 639)])
CENTRES = [(PLACES[:, axis] << 16) + 0x8000 for axis in (0, 1)]

SHADERS = {
    "a table, a uniform and a local that nothing sets": """entry @main
uniform @speed: 1
constant @table: 4 = 11, -22, 33, -44
func @main(%x: int, %y: int) -> (int, int, int, int) {
  local @kept: 2
entry:
  %i: int = sar %x, 16
  %j: int = and %i, 3
  %t: int = load @table[%j]
  %s: int = load @speed[0]
  %k: int = load @kept[1]
  store @kept[1], %x
  %b: int = xor %s, %y
  ret %t, %s, %k, %b
}
""",
    "loops that end with their fuel": """entry @main
func @main(%x: int, %y: int) -> (int, int, int, int) {
entry:
  jump loop(0, %x)
loop(%n: int, %v: int):
  %m: int = add %n, 1
  %w: int = mul %v, %m
  %f: bool = burn
  branch %f, loop(%m, %w), out
out:
  ret %m, %w, %y, 65536
}
""",
}


@pytest.mark.parametrize("text", SHADERS.values(), ids=SHADERS)
def test_pixels_are_those_of_the_evaluation(text):
    module = parse_module(text)
    if "speed" in module.objects:
        module.uniforms["speed"] = UniformInfo("speed", FLOAT, module.objects["speed"])
    frame = q32.Frame(480, 640, {name: [-1.25] for name in module.uniforms})
    memory = {name: [-0x14000] for name in module.uniforms}
    wanted = evaluate.call(module, "main", CENTRES, len(PLACES), memory, fuel=9)
    found = Probe(module, fuel=9, own=module.functions).draw(frame, PLACES)
    assert (found * 65536.0).tolist() == np.stack(wanted).tolist()


def test_channels_have_points_of_their_own():
    (text, _) = SHADERS.values()
    module = parse_module(text.replace("load @speed[0]", "sar %y, 3"))
    module.channels = tuple(map(Channel, (16, 30, 8, 0)))
    wanted = evaluate.call(module, "main", CENTRES, len(PLACES))
    found = Probe(module, fuel=9, own=module.functions).draw(q32.Frame(480, 640, {}), PLACES)
    assert (found * [[2.0**16], [2.0**30], [2.0**8], [1.0]]).tolist() == np.stack(wanted).tolist()


def test_short_loops_of_the_library_take_no_fuel():
    text = """entry @main
func @power(%x: int) -> (int) {
entry:
  jump loop(0, 1)
loop(%n: int, %v: int):
  %f: bool = burn
  %m: int = add %n, 1
  %w: int = mul %v, %x
  %c: bool = lt %m, 6
  %d: bool = band %c, %f
  branch %d, loop(%m, %w), out
out:
  ret %w
}
func @main(%x: int, %y: int) -> (int, int, int, int) {
entry:
  %a: int = call @power(%x)
  %b: int = call @power(%y)
  ret %a, %b, %x, %y
}
"""
    module = parse_module(text)
    wanted = evaluate.call(module, "main", CENTRES, len(PLACES), fuel=100)
    found = Probe(module, fuel=2, own=["main"]).draw(q32.Frame(480, 640, {}), PLACES)
    assert (found * 65536.0).tolist() == np.stack(wanted).tolist()


def test_the_module_stays_as_it_is():
    (text, _) = SHADERS.values()
    module = parse_module(text)
    Probe(module, fuel=9, own=module.functions)
    assert list(module.functions) == ["main"]
    assert module.entry == "main"


def test_an_access_outside_of_memory_is_a_bug_of_ours():
    body = "entry:\n %v: int = load16 %x\n ret %v, %v, %v, %v\n"
    module = parse_module(f"entry @main\nfunc @main(%x: int, %y: int) -> (int, int, int, int) {{\n{body}}}\n")
    with pytest.raises(unicorn.UcError, match="UNMAPPED"):
        Probe(module, fuel=9, own=module.functions).draw(q32.Frame(8, 8, {}), PLACES[:1])
