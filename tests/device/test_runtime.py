"""The runtime on a board: uniforms, pictures, outputs, loops, start on power-up. Its own files, a real MicroPython."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import glowjit
from glowjit import image as abi
from glowjit.device import session
from glowjit.device.transport import DeviceError, Link, open_link
from glowjit.device.virtual_board import VirtualBoard

Compile = Callable[[str], glowjit.Program]

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
    program = compiled(name)
    expected = program.render(24, 17, 1.234)
    assert np.array_equal(session.picture(link, program.image, 24, 17, program.uniform_words), expected)


def test_a_shader_that_does_not_end_reports_its_pixel_and_leaves_the_board_alive(link: Link, compiled: Compile) -> None:
    put_shader(link, compiled(ENDLESS))
    with pytest.raises(DeviceError, match=r"out of fuel at pixel \(0, 0\)"):
        link.run("shader.fuel = 1000\nshader.render(bytearray(48), 4, 4)")
    assert link.evaluate("6 * 7") == 42


def matrix(width: int, height: int, serpentine: bool, rotation: int) -> list[tuple[int, int]]:
    """The pixel that each LED shows, by turning a picture of LED numbers."""
    wiring = np.arange(width * height).reshape(height, width)
    if serpentine:
        wiring[1::2] = wiring[1::2, ::-1]
    turned = np.rot90(wiring, rotation // 90)
    return [tuple(int(v) for v in np.argwhere(turned == led)[0]) for led in range(width * height)]


@pytest.mark.parametrize("serpentine", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_matrix_shows_the_picture(
    board: VirtualBoard, link: Link, compiled: Compile, serpentine: bool, rotation: int
) -> None:
    width, height = 5, 3
    program = compiled(GRADIENT)
    put_shader(link, program)
    link.run(
        f"from glowboard import *\nm = Matrix(8, {width}, {height}, {serpentine}, {rotation}, brightness=1, gamma=1)\n"
        "shader.moment(m.width, m.height, 0)\nm.draw(shader)\nm.show()"
    )
    size = (width, height) if rotation % 180 == 0 else (height, width)
    picture = program.render(*size)[..., [1, 0, 2]]
    expected = b"".join(picture[y, x].tobytes() for y, x in matrix(width, height, serpentine, rotation))
    assert board.leds == expected


def test_a_map_shows_single_points(board: VirtualBoard, link: Link, compiled: Compile) -> None:
    program = compiled(GRADIENT)
    put_shader(link, program)
    places = [(0, 0), (1, 1), (0.5, 0.25), (0.1, 0.9)]
    settings = "width=64, height=64, brightness=1, gamma=1, colours='rgb'"
    link.run(
        f"from glowboard import *\nm = Map(8, {places}, {settings})\nshader.moment(64, 64, 0)\nm.draw(shader)\nm.show()"
    )
    picture = program.render(64, 64)
    assert board.leds == b"".join(picture[63 - min(63, int(y * 64)), min(63, int(x * 64))].tobytes() for x, y in places)


def test_brightness_gamma_and_dithering(board: VirtualBoard, link: Link, compiled: Compile) -> None:
    """Over many frames an LED's mean is what brightness and gamma ask for, finer than its 256 steps."""
    program = compiled(GRADIENT)
    put_shader(link, program)
    link.run("from glowboard import *\nm = Strip(8, 8, brightness=0.02, colours='rgb')\nshader.moment(8, 1, 0)")
    frames = []
    for _ in range(64):
        link.run("m.draw(shader); m.show()")
        frames.append(np.frombuffer(board.leds, np.uint8))
    expected = 255 * 0.02 * (program.render(8, 1).ravel() / 255) ** 2.2
    assert np.abs(np.mean(frames, axis=0) - expected).max() < 1 / 32
    assert np.ptp(frames, axis=0).max() == 1


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


SETTINGS = {"output": {"kind": "strip", "pin": 8, "count": 4}, "fps": 50, "uniforms": {}}


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
        session.deploy(link, info_of(link), compiled("plasma").image, SETTINGS)
    frames, boots = board.frames, board.boots
    board.reset()
    wait_for(lambda: board.boots > boots and board.frames > frames + 5)
    with open_link(board.path) as link:  # Ctrl-C stops it
        assert info_of(link).failures == 0
    frames = board.frames
    assert board.frames == frames


def test_a_shader_that_fails_three_times_is_not_started_again(board: VirtualBoard, compiled: Compile) -> None:
    with open_link(board.path) as link:
        session.deploy(link, info_of(link), compiled(ENDLESS).image, SETTINGS)
        for _ in range(3):
            assert "out of fuel" in link.run("import glowboard\nglowboard.start()")
        assert "has failed 3 times" in link.run("glowboard.start()")
        session.deploy(link, info_of(link), compiled("plasma").image, SETTINGS)
        assert info_of(link).failures == 0


def test_a_foreign_main_stays(board: VirtualBoard, link: Link, compiled: Compile) -> None:
    link.write_file("/main.py", b"print('mine')\n")
    with pytest.raises(DeviceError, match="did not write"):
        session.deploy(link, info_of(link), compiled("plasma").image, SETTINGS)
    assert link.evaluate("open('/main.py').read()") == "print('mine')\n"
