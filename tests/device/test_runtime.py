"""The runtime on a board: uniforms, pictures, outputs, loops, start on power-up. Its own files, a real MicroPython."""

from __future__ import annotations

import struct
from binascii import crc32
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import glowjit
from glowjit import image as abi
from glowjit.device import session
from glowjit.device.transport import DeviceError, Link, open_link
from glowjit.device.virtual_board import VirtualBoard
from glowjit.leds import Leds

Compile = Callable[..., glowjit.Program]

TYPED = """/*{ "INPUTS": [{ "NAME": "speed", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0.0, "MAX": 2.0 }] }*/
uniform vec2 offset;
uniform int count;
uniform bool on;
uniform mat2 turn;
void main() { gl_FragColor = vec4(speed * TIME, turn * offset, float(count) + (on ? 1.0 : 0.0)); }
"""
ENDLESS = "vec4 render(vec2 p) { float x = p.x; while (x >= 0.0) x += fract(x); return vec4(x); }\n"
GRADIENT = "vec4 render(vec2 p) { return vec4(p / iResolution.xy, 0.25, 1.0); }\n"


def put_shader(link: Link, program: glowjit.Program, name: str = "shader") -> None:
    """The shader as a variable on the board."""
    session.send(link, program.image)
    link.run(f"{name} = g.finish({{}})")


def test_the_argument_block_is_laid_out_as_the_image_says(link: Link) -> None:
    names = "HEAD_BYTES, m.FUEL_AT, m.STOP_AT, m.MAGIC, m.IMAGE_VERSION, m.PIXEL_BYTES"
    link.run("import glowboard.shader\nm = glowboard.shader")
    sizes = {name: format.size for name, format in abi.PIXEL_FORMATS.items()}
    expected = (session.HEAD, 4 * abi.ARG_FUEL, 4 * abi.ARG_STOP_X, abi.MAGIC, abi.VERSION, sizes)
    assert link.evaluate(f"(m.{names})") == expected
    arguments = (abi.ARG_DEST, abi.ARG_PITCH, abi.ARG_X, abi.ARG_Y, abi.ARG_WIDTH, abi.ARG_HEIGHT, abi.ARG_FRAME_HEIGHT)
    assert (*arguments, abi.ARG_FUEL, abi.ARG_STOP_X, abi.ARG_STOP_Y) == tuple(range(10))


def test_uniforms_are_attributes(link: Link, compiled: Compile) -> None:
    program = compiled(TYPED)
    put_shader(link, program)
    link.run("s = shader; s.offset = (0.25, -1.5); s.count = -3; s.on = True; s.turn = (1, 2, 3, 4)")
    assert link.evaluate("(s.offset, s.count, s.on, s.turn)") == ((0.25, -1.5), -3, True, (1.0, 2.0, 3.0, 4.0))
    assert link.evaluate("s.speed") == 0.5
    offsets = {slot.uniform.name: 4 * slot.offset for slot in program.image.uniforms}
    words = link.evaluate(f"bytes(s.ctx[{offsets['offset']}:{offsets['offset'] + 8}])")
    assert struct.unpack("<2i", words) == (0x4000, -0x18000)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("s.sped = 1", "no uniform sped; there are:"),
        ("s.offset = 1", "offset takes 2 numbers, not 1"),
        ("s.offset = ('a', 1)", "offset takes numbers"),
        ("s.speed = 3", "speed is 3, its range is 0.0 to 2.0"),
    ],
)
def test_values_that_do_not_fit_are_refused(link: Link, compiled: Compile, code: str, message: str) -> None:
    put_shader(link, compiled(TYPED))
    before = link.evaluate("bytes(shader.ctx)")
    with pytest.raises(DeviceError, match=message):
        link.run("s = shader\n" + code)
    assert link.evaluate("bytes(shader.ctx)") == before


@pytest.mark.parametrize("name", ["plasma", "perlin", "sphere"])
def test_board_and_emulator_draw_the_same_bytes(link: Link, compiled: Compile, name: str) -> None:
    program = compiled(name, "rgb888")
    expected = program.render(24, 17, 1.234)
    assert np.array_equal(session.picture(link, program.image, 24, 17, program.uniform_words), expected)


def test_a_shader_that_does_not_end_reports_its_pixel_and_leaves_the_board_alive(link: Link, compiled: Compile) -> None:
    put_shader(link, compiled(ENDLESS, "rgb888"))
    with pytest.raises(DeviceError, match=r"out of fuel at pixel \(0, 0\)"):
        link.run("shader.fuel = 1000\nshader.render(bytearray(48), 4, 4)")
    assert link.evaluate("6 * 7") == 42


OUTPUTS = {
    "matrix": ("Matrix(8, 5, 3)", Leds.matrix(5, 3)),
    "turned": (
        "Matrix(8, 5, 3, rotation=90, mirror=True, colours='rgb', gamma=1.5)",
        Leds.matrix(5, 3, rotation=90, mirror=True, colours="rgb", gamma=1.5),
    ),
    "progressive": ("Matrix(8, 4, 6, False, 180, dither=False)", Leds.matrix(4, 6, False, 180, dither=False)),
    "left": ("Matrix(8, 3, 2, rotation=270, brightness=1)", Leds.matrix(3, 2, rotation=270, brightness=1.0)),
    "strip": ("Strip(8, 7, colours='bgr', brightness=0.02)", Leds.matrix(7, 1, colours="bgr", brightness=0.02)),
    "map": (
        "Map(8, [(0, 0), (1, 1), (0.5, 0.25), (0.1, 0.9), (0.7, 0.25)], 64, 32)",
        Leds.map([(0, 0), (1, 1), (0.5, 0.25), (0.1, 0.9), (0.7, 0.25)], 64, 32),
    ),
    "large": ("Matrix(8, 40, 30)", Leds.matrix(40, 30)),  # two bands
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_leds_get_what_the_emulator_sends(link: Link, compiled: Compile, name: str) -> None:
    """Byte for byte, in each frame; the tables that the board makes are the compiler's."""
    code, leds = OUTPUTS[name]
    program = compiled(GRADIENT)
    put_shader(link, program)
    link.run(f"from glowboard import *\nm = {code}\nshader.moment(m.width, m.height, 0)")
    link.run("from binascii import crc32")
    tables = link.evaluate("(crc32(m.table), crc32(m.curve), m.level, m.order)")
    assert tables == (crc32(leds.table.tobytes()), crc32(leds.curve.tobytes()), leds.level, leds.order)
    for frame in range(3):
        link.run("m.draw(shader)\nm.show()")
        assert link.evaluate("crc32(m.wire)") == crc32(program.light(leds, frame=frame))


def test_what_is_shown_is_what_was_drawn(board: VirtualBoard, link: Link, compiled: Compile) -> None:
    put_shader(link, compiled(GRADIENT))
    link.run("from glowboard import *\nm = Strip(8, 6)\nshader.moment(6, 1, 0)\nm.draw(shader)\nm.show()")
    assert board.leds == compiled(GRADIENT).light(Leds.matrix(6, 1))
    link.run("m.off()")
    assert board.leds == bytes(18)


def test_brightness_and_gamma_change_while_it_runs(link: Link, compiled: Compile) -> None:
    program = compiled(GRADIENT)
    put_shader(link, program)
    link.run("from glowboard import *\nm = Strip(8, 6)\nshader.moment(6, 1, 0)")
    for frame, (brightness, gamma, dither) in enumerate([(0.5, 2.2, True), (0.5, 1.0, True), (0.01, 3.0, False)]):
        link.run(f"m.brightness, m.gamma, m.dither = {brightness}, {gamma}, {dither}\nm.draw(shader)")
        leds = Leds.matrix(6, 1, brightness=brightness, gamma=gamma, dither=dither)
        assert link.evaluate("bytes(m.wire)") == program.light(leds, frame=frame)
    assert link.evaluate("(round(m.brightness, 2), m.gamma)") == (0.01, 3.0)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("Capture(4, 4).draw(shader)", "the shader makes leds, the output takes rgb888"),
        ("shader.render(bytearray(48), 4, 4)", "the shader lights LEDs and makes no picture"),
        ("Strip(8, 4).draw(picture)", "the shader makes rgb888, for LEDs: glowjit compile --pixel-format leds"),
        ("Strip(8, 4, colours='rgba')", "colours is an order of r, g and b"),
        ("Strip(8, 30000)", "30000 LEDs: 1 to 21845 can be lit"),
        ("Map(8, [])", "0 LEDs: 1 to 21845 can be lit"),
    ],
)
def test_outputs_that_cannot_be(link: Link, compiled: Compile, code: str, message: str) -> None:
    put_shader(link, compiled(GRADIENT))
    put_shader(link, compiled(GRADIENT, "rgb888"), "picture")
    with pytest.raises(DeviceError, match=message):
        link.run(f"from glowboard import *\n{code}")


def test_a_display_gets_rgb565(link: Link, tmp_path: Path) -> None:
    program = glowjit.compile(GRADIENT, pixel_format="rgb565")
    put_shader(link, program)
    link.run(
        "import framebuf\nfrom glowboard import *\nb = bytearray(2 * 8 * 4)\n"
        "f = framebuf.FrameBuffer(b, 8, 4, framebuf.RGB565)\n"
        "shown = []\nd = Display(b, 8, 4, lambda: shown.append(f.pixel(7, 0)))\nPlayer(shader, d).step()"
    )
    red, green, blue = (int(v) for v in program.render(8, 4)[0, 7])
    assert link.evaluate("shown") == [red >> 3 << 11 | green >> 2 << 5 | blue >> 3]


def test_the_asyncio_loop_lets_others_run(board: VirtualBoard, link: Link, compiled: Compile) -> None:
    put_shader(link, compiled(GRADIENT))
    link.run(
        "import asyncio\nfrom glowboard import *\np = Player(shader, Strip(8, 4), 100)\n"
        "async def main():\n t = asyncio.create_task(p.play())\n await asyncio.sleep_ms(200)\n t.cancel()\n"
        "asyncio.run(main())"
    )
    assert 5 <= link.evaluate("p.frames") <= 25
    assert board.frames == link.evaluate("p.frames")


SETTINGS = {"output": {"kind": "strip", "pin": 8, "count": 4}, "fps": 50}


def info_of(link: Link):  # type: ignore[no-untyped-def]
    from glowjit.device import install

    return install.ask(link)


def wait_for(condition: Callable[[], bool]) -> None:
    import time

    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_the_deployed_shader_starts_on_power_up(board: VirtualBoard, compiled: Compile) -> None:
    with open_link(board.path) as link:
        session.deploy(link, info_of(link), session.Lights(compiled("plasma").image), SETTINGS)
    frames, boots = board.frames, board.boots
    board.reset()
    wait_for(lambda: board.boots > boots and board.frames > frames + 5)
    with open_link(board.path) as link:  # Ctrl-C stops it
        assert info_of(link).failures == 0
    frames = board.frames
    assert board.frames == frames


def test_a_shader_that_fails_three_times_is_not_started_again(board: VirtualBoard, compiled: Compile) -> None:
    with open_link(board.path) as link:
        session.deploy(link, info_of(link), session.Lights(compiled(ENDLESS).image), SETTINGS)
        for _ in range(3):
            assert "out of fuel" in link.run("import glowboard\nglowboard.start()")
        assert "has failed 3 times" in link.run("glowboard.start()")
        session.deploy(link, info_of(link), session.Lights(compiled("plasma").image), SETTINGS)
        assert info_of(link).failures == 0


def test_a_foreign_main_stays(board: VirtualBoard, link: Link, compiled: Compile) -> None:
    link.write_file("/main.py", b"print('mine')\n")
    with pytest.raises(DeviceError, match="did not write"):
        session.deploy(link, info_of(link), session.Lights(compiled("plasma").image), SETTINGS)
    assert link.evaluate("open('/main.py').read()") == "print('mine')\n"
