"""LEDs: where they are in the picture, what their bytes are over time. The formula itself is the kernel's to keep."""

from __future__ import annotations

import numpy as np
import pytest

from glowjit.leds import FULL, Leds


def turned(width: int, height: int, serpentine: bool, rotation: int) -> list[tuple[int, int]]:
    """The pixel (column, row from the top) that each LED shows, found by turning a picture of LED numbers."""
    wiring = np.arange(width * height).reshape(height, width)
    if serpentine:
        wiring[1::2] = wiring[1::2, ::-1].copy()
    picture = np.rot90(wiring, rotation // 90)
    return [tuple(int(v) for v in np.argwhere(picture == led)[0][::-1]) for led in range(width * height)]


@pytest.mark.parametrize("serpentine", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_matrix_shows_the_middles_of_pixels(serpentine: bool, rotation: int) -> None:
    leds = Leds.matrix(5, 3, serpentine, rotation)
    assert (leds.width, leds.height) == ((5, 3) if rotation % 180 == 0 else (3, 5))
    expected = [(16 * x + 8, 16 * (leds.height - 1 - y) + 8) for x, y in turned(5, 3, serpentine, rotation)]
    assert leds.places.tolist() == [list(place) for place in expected]


def test_a_map_keeps_places_between_pixels_and_stays_in_the_picture() -> None:
    leds = Leds.map([(0, 0), (1, 1), (0.53, 0.25), (-1, 7)], 10, 8)
    assert leds.places.tolist() == [[0, 0], [159, 127], [84, 32], [0, 127]]


def test_the_table_has_each_led_once_in_rows_from_the_bottom() -> None:
    leds = Leds.map([(0.5, 0.5), (0, 0), (0.25, 0.5)], 4, 4)
    assert leds.table.tolist() == [0, 1, 0, 3, 32, 2, 32, 0, 16, 6]
    assert leds.rows == 2 and leds.sequence.tolist() == [1, 0, 2]


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.2, 4.0])
def test_the_curve_rises_from_black_to_white(gamma: float) -> None:
    curve = Leds.matrix(1, 1, gamma=gamma).curve.astype(int)
    assert (curve[0], curve[-1]) == (0, 65535) and (np.diff(curve) >= 0).all()


def test_extremes_do_not_flicker() -> None:
    leds = Leds.matrix(3, 1, brightness=1.0)
    assert leds.level == FULL
    channels = np.array([[65536, 99999, 65536], [0, -5, 0], [2**31 - 1, -(2**31), 65536]], np.int32)
    expected = bytes([255, 255, 255, 0, 0, 0, 0, 255, 255])  # g, r, b
    assert {leds.store(channels, frame) for frame in range(300)} == {expected}


def test_dithering_shows_fractions_of_a_step() -> None:
    """Over a run of frames each LED's mean is what brightness and gamma ask for; no frame is a step off."""
    leds = Leds.matrix(8, 8, brightness=0.02)
    channels = np.random.default_rng(1).integers(0, 65537, (64, 3)).astype(np.int32)
    frames = np.array([np.frombuffer(leds.store(channels, frame), np.uint8) for frame in range(64)], float)
    exact = 255 * 0.02 * ((channels[:, [1, 0, 2]] / 65536).ravel()) ** 2.2
    assert np.abs(frames.mean(axis=0) - exact).max() < 1 / 24
    assert np.abs(frames - exact).max() < 1.02
    half = np.full((64, 3), np.int32(65536 * 0.1 ** (1 / 2.2)))  # a tenth of 5.1 steps: half a step
    lit = [np.count_nonzero(np.frombuffer(leds.store(half, frame), np.uint8)) / 192 for frame in range(64)]
    assert max(lit) < 0.6 and min(lit) > 0.4  # neighbours do not blink together


def test_without_dithering_levels_are_rounded() -> None:
    leds = Leds.matrix(4, 1, brightness=0.5, gamma=1.0, dither=False)
    channels = np.array([[0, 16384, 32768], [65536, 256, 300], [600, 1000, 40000], [5, 6, 7]], np.int32)
    exact = np.frombuffer(leds.store(channels), np.uint8).reshape(4, 3)[:, [1, 0, 2]]
    assert np.abs(exact - 127.5 * channels / 65536).max() <= 0.63  # half a step, and the curve's eighth
    assert leds.store(channels, 5) == leds.store(channels)
