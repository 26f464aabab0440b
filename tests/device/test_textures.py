"""Textures and buffers on a board: in the shipped file, in a .mpy, in a deployed shader; the last picture fed back."""

from __future__ import annotations

from binascii import crc32
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image as Pillow

import glowjit
from glowjit import glsl
from glowjit.cli import cli
from glowjit.cli.films import Channel, Film
from glowjit.cli.options import Textures
from glowjit.device import install, session
from glowjit.device.transport import DeviceError, Link, open_link
from glowjit.device.virtual_board import VirtualBoard
from glowjit.image import LEDS, Image
from glowjit.leds import Leds
from glowjit.textures import Texture

CAT = np.random.default_rng(3).integers(0, 256, (24, 20, 4), np.uint8)
SHADER = """uniform sampler2D cat;
uniform float dim; // 0.25..1
vec4 render(vec2 p) { return texture(cat, p / iResolution.xy + 0.1 * iTime) * (1.0 - 0.5 * dim); }
"""
LIFE = """uniform sampler2D before;
float cell(vec2 p) { return texture(before, p / iResolution.xy).r; }
void mainImage(out vec4 c, in vec2 p) {
    float sum = -cell(p);
    for (int y = -1; y <= 1; y++) for (int x = -1; x <= 1; x++) sum += cell(p + vec2(x, y));
    float live = iFrame == 0 ? step(0.5, fract(dot(floor(p), vec2(0.37, 0.61)))) : cell(p);
    c = vec4(live > 0.5 && abs(sum - 2.5) < 0.9 || abs(sum - 3.0) < 0.4, cell(p), 0.3, 1.0);
}
"""
BUFFER = LIFE.replace("before", "iChannel0")
IMAGE = "void mainImage(out vec4 c, in vec2 p) { c = 1.0 - texelFetch(iChannel0, ivec2(p), 0); }\n"
SETTINGS = {"board": "esp32c3", "include": (), "common": "", "textures": {}}


@pytest.fixture(scope="module")
def program() -> glowjit.Program:
    return glowjit.compile(SHADER, textures={"cat": Texture.from_pixels(CAT)})


def test_an_image_carries_its_texels(program: glowjit.Program) -> None:
    data = program.image.to_bytes()
    assert len(data) < 4 * 20 * 24 + len(program.image.code) + 800  # four bytes a texel, and not their text
    again = Image.from_bytes(data)
    assert again == program.image and again.to_bytes() == data


@pytest.mark.parametrize("format", ["rgba8", "rgb565", "r8"])
def test_a_board_draws_with_a_texture(link: Link, format: str) -> None:
    program = glowjit.compile(SHADER, textures={"cat": Texture.from_pixels(CAT, format)})
    expected = program.render(12, 10, 0.7, {"dim": 0.5})
    assert np.array_equal(session.picture(link, program.image, 12, 10, program.uniform_words), expected)


def test_texels_are_where_they_are_used_and_nowhere_else(link: Link, program: glowjit.Program) -> None:
    """What is left of the heap is as much less as the ctx block is larger."""
    used = "(__import__('gc').collect(), __import__('gc').mem_alloc())[1]"
    small = glowjit.compile(SHADER, textures={"cat": Texture.from_pixels(CAT[:1, :1])})
    taken = []
    for image in (small.image, program.image):
        session.send(link, image)
        link.run("shader = g.finish({})")
        taken.append(link.evaluate(used))
        link.run("shader = None")
    larger = 4 * (program.image.ctx_words - small.image.ctx_words) + len(program.image.code) - len(small.image.code)
    assert abs(taken[1] - taken[0] - larger) <= 128


def test_a_texture_that_does_not_fit_is_said_and_the_board_lives(link: Link) -> None:
    large = glowjit.compile(SHADER, textures={"cat": Texture.from_pixels(np.zeros((160, 160, 4), np.uint8))})
    with pytest.raises(DeviceError, match="MemoryError"):
        session.send(link, large.image)
    assert link.evaluate("6 * 7") == 42


def test_a_texture_is_not_set_by_hand(link: Link, program: glowjit.Program) -> None:
    session.send(link, program.image)
    with pytest.raises(DeviceError, match="cat is a texture"):
        link.run("g.finish({'cat': 1})")


FILMS = {"feedback": Channel("before"), "buffer": Channel("iChannel0", "buffer.frag")}


@pytest.mark.parametrize("kind", FILMS)
def test_a_board_feeds_pictures_back_as_the_emulator_does(
    link: Link, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("buffer.frag").write_text(BUFFER)
    Path("shader.frag").write_text(IMAGE if kind == "buffer" else LIFE)
    leds = Leds.matrix(8, 6)
    film = Film(Path("shader.frag"), (8, 6), FILMS[kind], SETTINGS, LEDS)
    session.set_output(link, {"kind": "matrix", "width": 8, "height": 6, "pin": 8})
    session.swap(link, film.lights({}))
    frames = []
    for frame in range(6):
        link.run("g.player.step()")
        frames.append(film.light(leds, {}, frame=frame))
        assert link.evaluate("__import__('binascii').crc32(g.player.output.wire)") == crc32(frames[-1])
    assert len(set(frames)) > 2  # it lives
    plain = glowjit.compile("vec4 render(vec2 p) { return vec4(1.0); }\n", pixel_format=LEDS)
    session.swap(link, session.Lights(plain.image))
    link.run("g.player.step()")
    assert link.evaluate("g.player.shader.buffer") is None


def test_a_deployed_film_starts_on_power_up(board: VirtualBoard, tmp_path: Path) -> None:
    (tmp_path / "shader.frag").write_text(LIFE)
    film = Film(tmp_path / "shader.frag", (4, 4), Channel("before"), SETTINGS, LEDS)
    with open_link(board.path) as link:
        output = {"kind": "matrix", "width": 4, "height": 4, "pin": 8}
        session.deploy(link, install.ask(link), film.lights({}), {"output": output, "fps": 0})
        link.run("import glowboard.startup as s\nplayer = s.load()\nplayer.step()\nplayer.step()")
        leds = Leds.matrix(4, 4)
        expected = [film.light(leds, {}, frame=frame) for frame in range(2)][-1]
        assert link.evaluate("bytes(player.output.wire)") == expected


def test_the_commands_take_textures_and_buffers(board: VirtualBoard, tmp_path: Path) -> None:
    Pillow.fromarray(CAT).save(tmp_path / "cat.png")
    (tmp_path / "shader.frag").write_text('#include "look.glsl"\n' + SHADER.replace("cat, p", "cat, look(p)"))
    (tmp_path / "look.glsl").write_text("vec2 look(vec2 p) { return p; }\n")
    (tmp_path / "buffer.frag").write_text(BUFFER)
    (tmp_path / "image.frag").write_text(IMAGE)
    common = ["--port", board.path, "--leds", "4x4"]
    for arguments in (
        ["run", str(tmp_path / "shader.frag"), "--texture", f"cat={tmp_path}/cat.png,8x8", "--seconds", "0.3"],
        ["run", str(tmp_path / "image.frag"), "--buffer-a", str(tmp_path / "buffer.frag"), "--seconds", "0.3"],
        ["board", "deploy", str(tmp_path / "image.frag"), "--buffer-a", str(tmp_path / "buffer.frag")],
    ):
        board.leds = b""
        done = CliRunner().invoke(cli, [*arguments, *common])
        assert done.exit_code == 0, (done.output, done.exception)
        assert arguments[0] == "board" or len(board.leds) == 48


def test_files_are_those_a_shader_is_made_of(tmp_path: Path) -> None:
    """What --watch looks at."""
    (tmp_path / "shader.frag").write_text('#include "a.glsl"\n' + IMAGE)
    (tmp_path / "a.glsl").write_text('#include "b.glsl"\n')
    (tmp_path / "b.glsl").write_text("float b;\n")
    (tmp_path / "common.glsl").write_text("float c;\n")
    names = glsl.files_of(str(tmp_path / "shader.frag"), (), str(tmp_path / "common.glsl"))
    assert {Path(name).name for name in names} == {"shader.frag", "a.glsl", "b.glsl", "common.glsl"}
    Pillow.fromarray(CAT).save(tmp_path / "cat.png")
    textures = Textures((f"cat={tmp_path}/cat.png,8x8",))
    assert textures.files == [f"{tmp_path}/cat.png"] and textures.again() == textures
