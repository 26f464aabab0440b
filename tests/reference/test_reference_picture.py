"""The reference picture: where its pixels are, what its bytes are, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest

from glowjit.errors import FuelError, UniformError
from glowjit.ir import Module
from glowjit.ir.text import parse_module
from glowjit.reference import picture as picture_module
from glowjit.reference import render, to_bytes

COORDINATES = """
entry @main
uniform @speed: 1
uniform @tint: 3
input speed: float = @speed default 0.5
input tint: vec3 = @tint
func @main(%x: float, %y: float) -> (float, float, float, float) {
entry:
  %speed: float = load @speed[0]
  %blue: float = load @tint[2]
  ret %x, %y, %speed, %blue
}
"""

ENDLESS = """
entry @main
func @main(%x: float, %y: float) -> (float, float, float, float) {
entry:
  %right: bool = fge %x, 2.0
  %low: bool = flt %y, 1.0
  %stuck: bool = band %right, %low
  jump head
head:
  %b: bool = burn
  %again: bool = band %b, %stuck
  branch %again, head, exit
exit:
  ret %x, %y, 0.0, 1.0
}
"""


@pytest.fixture
def coordinates() -> Module:
    return parse_module(COORDINATES)


def test_pixel_centres_from_the_bottom_left(coordinates: Module) -> None:
    picture = render(coordinates, 3, 2)
    assert picture.shape == (2, 3, 4) and picture.dtype == np.float64
    assert picture[:, :, 0].tolist() == [[0.5, 1.5, 2.5], [0.5, 1.5, 2.5]]
    assert picture[:, :, 1].tolist() == [[1.5, 1.5, 1.5], [0.5, 0.5, 0.5]], "the top row comes first"


def test_uniforms_are_given_or_default(coordinates: Module) -> None:
    assert render(coordinates, 1, 1)[0, 0, 2:].tolist() == [0.5, 0.0]
    assert render(coordinates, 1, 1, {"speed": [2], "tint": [0, 0, 0.25]})[0, 0, 2:].tolist() == [2.0, 0.25]


def test_tiles_do_not_show(coordinates: Module, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = render(coordinates, 7, 11)
    monkeypatch.setattr(picture_module, "_TILE", 20)
    assert np.array_equal(render(coordinates, 7, 11), whole)


@pytest.mark.parametrize(
    ("uniforms", "message", "hint"),
    [
        ({"sped": [1.0]}, "the shader has no uniform sped", "did you mean speed?"),
        ({"zzz": [1.0]}, "the shader has no uniform zzz", "it has: speed, tint"),
        ({"tint": [1.0]}, "uniform tint is a vec3: 3 words, not 1", ""),
    ],
)
def test_wrong_uniforms(coordinates: Module, uniforms: dict[str, list[float]], message: str, hint: str) -> None:
    with pytest.raises(UniformError) as caught:
        render(coordinates, 1, 1, uniforms)
    assert (caught.value.message, caught.value.diagnostics[0].hint) == (message, hint)


def test_a_loop_that_does_not_end_names_its_pixel() -> None:
    with pytest.raises(FuelError, match=r"pixel \(2, 3\) did not end within 50 iterations") as caught:
        render(parse_module(ENDLESS), 4, 4, fuel=50)
    assert caught.value.pixel == (2, 3)
    assert caught.value.stage == "reference"


@pytest.mark.parametrize(
    ("value", "byte"),
    [
        (0.0, 0),
        (1.0, 255),
        (-0.5, 0),
        (7.0, 255),
        (0.5, 128),
        (0.5 / 255, 1),
        (0.4999 / 255, 0),
        (254.5 / 255, 255),
        (math.nan, 0),
        (math.inf, 255),
        (-math.inf, 0),
    ],
)
def test_bytes(value: float, byte: int) -> None:
    found = to_bytes(np.full((1, 2, 4), value))
    assert found.dtype == np.uint8 and found.shape == (1, 2, 3)
    assert found.tolist() == [[[byte] * 3] * 2]
