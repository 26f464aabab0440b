"""Every example shader, from its text to pixels: right against float64, and bit for bit what the integer IR says."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import glowjit
from glowjit import pipeline, q32
from glowjit.board import load_board
from glowjit.ir.core import FINE
from glowjit.ir.evaluate import Evaluator
from glowjit.reference import to_bytes

ROOT = Path(__file__).resolve().parents[2]
SHADERS = [*sorted((ROOT / "shaders").glob("*.frag")), *sorted((ROOT / "tests" / "shaders").glob("*.frag"))]
SIZE = 40, 32
TIME = 1.0
ONE = 1 << q32.formats.BORDER_FRACTION


def oracle(source: str, words: dict[str, list[int]]) -> np.ndarray:
    """The picture by numpy evaluation of the integer IR, before the kernel is built around it and optimised."""
    width, height = SIZE
    job = pipeline.Job(source, "", pipeline.Options(load_board("esp32c3")))
    module = pipeline.run(job, until="link").module
    x = np.tile(np.arange(width, dtype=np.int32) * ONE + ONE // 2, height)
    y = np.repeat((height - 1 - np.arange(height, dtype=np.int32)) * ONE + ONE // 2, width)
    memory = {module.uniforms[name].object.name: values for name, values in words.items()}
    channels = Evaluator(module, width * height, memory).call(module.entry, [x, y])[:3]
    found = [to_byte(word, channel.fraction) for word, channel in zip(channels, module.channels, strict=False)]
    return np.stack(np.broadcast_arrays(*found, x)[:3], axis=-1).reshape(height, width, 3)


def to_byte(word: np.ndarray, point: int) -> np.ndarray:
    """What the kernel promises of a channel with `point` fraction bits."""
    inside = np.clip(word, 0, 1 << point).astype(np.int64)
    if point >= FINE:
        return ((inside + math.ceil(2**point / 510)) * 255 >> point).astype(np.uint8)
    return ((inside * 255 + (1 << point - 1)) >> point).astype(np.uint8)


@pytest.mark.parametrize("path", SHADERS, ids=lambda path: path.stem)
def test_picture(path: Path) -> None:
    program = glowjit.compile(path, check=True)
    picture = program.render(*SIZE, time=TIME)
    words, at = {}, 0
    for name, uniform in program.uniforms.items():
        words[name] = program.uniform_words[at : at + uniform.type.words]
        at += uniform.type.words
    assert np.array_equal(picture, oracle(path.read_text(), words))
    result = glowjit.compare(path, *SIZE, time=TIME)
    assert result.verdict.passed, str(result)


@pytest.mark.parametrize("path", SHADERS, ids=lambda path: path.stem)
def test_same_source_gives_the_same_bytes(path: Path) -> None:
    assert glowjit.compile(path).image.to_bytes() == glowjit.compile(path).image.to_bytes()


def test_perlin60_compiles_within_the_heap_it_was_born_from() -> None:
    path = ROOT / "tests" / "shaders" / "perlin60.frag"
    program = glowjit.compile(path, heap_limit=300_000, check=True)
    kernel = next(function for function in program.stats.functions if function.name == "render")
    assert kernel.vregs > 500
    assert program.stats.backend_peak < 300_000
    expected = to_bytes(glowjit.reference(path).render(*SIZE, time=TIME))
    assert np.abs(program.render(*SIZE, time=TIME).astype(int) - expected).mean() < 0.5


def test_a_heap_that_is_too_small_is_named() -> None:
    path = ROOT / "tests" / "shaders" / "perlin60.frag"
    with pytest.raises(glowjit.GlowjitError, match=r"asked for \d+ bytes, \d+ of 20000 were left"):
        glowjit.compile(path, heap_limit=20_000)


def test_pixel_formats_agree() -> None:
    path = ROOT / "shaders" / "plasma.frag"
    pictures = {
        name: glowjit.compile(path, pixel_format=name).render(*SIZE, time=TIME)
        for name in ("rgb888", "grb888", "rgba8888", "rgb565")
    }
    assert np.array_equal(pictures["rgb888"], pictures["grb888"])
    assert np.array_equal(pictures["rgb888"], pictures["rgba8888"])
    assert np.abs(pictures["rgb888"].astype(int) - pictures["rgb565"]).max() <= 8


@pytest.mark.parametrize("largest", [25e3, 60e3, 1e6])
def test_exponentials_of_large_numbers(largest: float) -> None:
    """Their octaves do not fit a word; they are nothing, or too much, all the same."""
    source = f"""void mainImage(out vec4 c, in vec2 p) {{
        vec2 u = p / iResolution.xy;
        float x = u.x * u.x * {largest:.1f};
        c = vec4(exp(-x * u.y), exp(-x), 1.0 / (1.0 + exp2(0.9 * x)), 1.0);
    }}"""
    assert glowjit.compare(source, 24, 16).metrics.maximum <= 1
