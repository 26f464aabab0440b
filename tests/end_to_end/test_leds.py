"""Shaders for LEDs: the machine code stores, bit for bit, what numpy makes of the integer IR's colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import glowcore.disasm
import glowjit
from glowjit import pipeline
from glowjit.board import load_board
from glowjit.emulator import Machine
from glowjit.errors import FuelError, GlowjitError, HeapError
from glowjit.image import LEDS
from glowjit.ir.evaluate import Evaluator
from glowjit.leds import Leds

ROOT = Path(__file__).resolve().parents[2]
BOARD = load_board("esp32c3")
TIME = 1.0
RNG = np.random.default_rng(7)
LAYOUTS = {
    "matrix": Leds.matrix(9, 7, rotation=90, colours="rgb", brightness=0.6),
    "tree": Leds.map(RNG.random((40, 2)).tolist(), 24, 24, colours="bgr", brightness=1.0, gamma=1.8),
}


def colours(path: Path, leds: Leds, words: dict[str, list[int]]) -> np.ndarray:
    """Red, green and blue of each LED by numpy evaluation of the integer IR before the kernel is built around it."""
    module = pipeline.run(pipeline.Job(path.read_text(), "", pipeline.Options(BOARD)), until="link").module
    x, y = (leds.places.astype(np.int32) << 12).T
    memory = {module.uniforms[name].object.name: values for name, values in words.items()}
    channels = Evaluator(module, leds.count, memory).call(module.entry, [x, y])[:3]
    borders = [word >> (known.fraction - 16) for word, known in zip(channels, module.channels, strict=False)]
    return np.stack([np.broadcast_to(channel, leds.count) for channel in borders], axis=-1)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["start", "plasma", "fire", "perlin", "sphere"])
def test_the_bytes_on_the_wire(name: str, layout: str) -> None:
    path, leds = ROOT / "shaders" / f"{name}.frag", LAYOUTS[layout]
    program = glowjit.compile(path, pixel_format=LEDS, check=True)
    found = [program.light(leds, TIME, frame=frame) for frame in (0, 5)]
    words, at = {}, 0
    for uniform in program.uniforms.values():
        words[uniform.name] = program.uniform_words[at : at + uniform.type.words]
        at += uniform.type.words
    channels = colours(path, leds, words)
    assert found == [leds.store(channels, frame) for frame in (0, 5)]


def test_every_access_is_the_programs_own() -> None:
    program = glowjit.compile(ROOT / "shaders" / "plasma.frag", pixel_format=LEDS)
    machine = Machine(BOARD, glowcore.disasm, strict=True)
    machine.load(program.image)
    leds = LAYOUTS["tree"]
    wire, stats = machine.light(leds, program.uniform_words)
    assert len(wire) == 120 and stats.heap_peak > 120 + leds.table.nbytes + leds.curve.nbytes


def test_the_store_is_cheap() -> None:
    """Correcting, dimming, dithering and placing an LED takes twenty instructions more than storing a pixel."""
    source = "vec4 render(vec2 p) { return vec4(p.x * 0.01, p.x * 0.013, p.x * 0.02, 1.0); }\n"

    def cost(count: int, pixel_format: str) -> int:
        program = glowjit.compile(source, pixel_format=pixel_format)
        if pixel_format == LEDS:
            program.light(Leds.matrix(count, 1))
        else:
            program.render(count, 1)
        assert program.last_run
        return program.last_run.instructions

    each = {name: (cost(48, name) - cost(16, name)) / 32 for name in ("rgb888", LEDS)}
    assert each[LEDS] - each["rgb888"] <= 20


def test_what_cannot_be_lit_is_said() -> None:
    endless = "vec4 render(vec2 p) { float x = p.x; while (x >= 0.0) x += fract(x); return vec4(x); }\n"
    with pytest.raises(FuelError, match=r"out of fuel at pixel \(0, 3\)"):
        glowjit.compile(endless, pixel_format=LEDS).light(Leds.matrix(4, 4, serpentine=False))
    picture = glowjit.compile("vec4 render(vec2 p) { return vec4(1.0); }\n")
    with pytest.raises(GlowjitError, match="lights no LEDs"):
        picture.light(Leds.matrix(4, 4))
    lights = glowjit.compile("vec4 render(vec2 p) { return vec4(1.0); }\n", pixel_format=LEDS)
    with pytest.raises(GlowjitError, match="makes no picture"):
        lights.render(4, 4)
    with pytest.raises(HeapError, match="the map of 20000 LEDs"):
        lights.light(Leds.matrix(200, 100))
