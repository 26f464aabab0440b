"""Metrics and verdicts: what each kind of damage does to a picture, and which class forgives it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from glowjit import imagediff

HEIGHT, WIDTH = 48, 64


def scene() -> np.ndarray:
    """A smooth ramp with a hard-edged disc on it."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    picture = np.stack([4 * x, 5 * y, 2 * (x + y)], axis=-1)
    picture[(x - 32) ** 2 + (y - 24) ** 2 < 200] = (250, 40, 90)
    return np.clip(picture, 0, 255).astype(np.uint8)


def noise(step: int) -> np.ndarray:
    signs = np.random.default_rng(7).choice([-step, step], scene().shape)
    return np.clip(scene().astype(int) + signs, 0, 255).astype(np.uint8)


def thinned(picture: np.ndarray, every: int) -> np.ndarray:
    """The damage in one column of so many, the rest whole."""
    return np.where(np.arange(WIDTH)[None, :, None] % every, scene(), picture)


def silhouette() -> np.ndarray:
    """A pixel on the other side of an edge."""
    picture = scene()
    picture[10, 30] = picture[15, 30]
    return picture


def brighter() -> np.ndarray:
    return np.clip(scene() * 1.05, 0, 255).astype(np.uint8)


# what happened to the picture, and whether it passes as: auto, smooth, edges, chaotic
DAMAGE = {
    "nothing": (scene, "auto smooth edges chaotic"),
    "one step of noise, thinly": (lambda: thinned(noise(1), 8), "auto smooth edges chaotic"),
    "one step of noise": (lambda: noise(1), "auto edges chaotic"),
    "two steps of noise, thinly": (lambda: thinned(noise(2), 4), "auto edges chaotic"),
    "four steps of noise": (lambda: noise(4), "chaotic"),
    "a pixel of a silhouette": (silhouette, "auto edges chaotic"),
    "five per cent brighter": (brighter, ""),
    "shifted by a pixel": (lambda: np.roll(scene(), 1, axis=1), "chaotic"),
    "black": (lambda: np.zeros_like(scene()), ""),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_verdict(name: str) -> None:
    damage, passes = DAMAGE[name]
    reference, picture = scene(), damage()
    metrics = imagediff.measure(reference, picture)
    verdicts = {
        shader_class: imagediff.judge(metrics, reference, picture, shader_class)
        for shader_class in ("auto", "smooth", "edges", "chaotic")
    }
    assert " ".join(name for name, verdict in verdicts.items() if verdict.passed) == passes
    for verdict in verdicts.values():
        assert verdict.passed == (not verdict.failures)
        assert str(verdict).startswith("equal" if verdict.passed else "different: ")


def test_figures_of_a_known_difference() -> None:
    reference = np.full((10, 10, 3), 100, np.uint8)
    picture = reference.copy()
    picture[0, 0] = (110, 100, 100)
    metrics = imagediff.measure(reference, picture)
    assert metrics.maximum == 10
    assert metrics.mean == pytest.approx(10 / 300)
    assert metrics.psnr == pytest.approx(10 * math.log10(255**2 / (100 / 300)))
    assert metrics.off_pixels == pytest.approx(1 / 100)
    assert metrics.off_channels == pytest.approx(1 / 300)


def test_equal_pictures() -> None:
    metrics = imagediff.measure(scene(), scene())
    assert metrics.psnr == math.inf
    assert metrics.as_dict()["psnr"] is None
    assert metrics.ssim == pytest.approx(1)
    assert metrics.flip == pytest.approx(0)


def test_a_tiny_picture_has_no_ssim() -> None:
    assert imagediff.measure(scene()[:4, :4], scene()[:4, :4]).ssim is None


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="different shape"):
        imagediff.measure(scene(), scene()[1:])


def test_side_by_side() -> None:
    sheet = imagediff.side_by_side(scene(), noise(2), amplify=10)
    factor = sheet.shape[0] // HEIGHT
    assert sheet.shape[0] >= 192
    assert np.array_equal(sheet[::factor, : WIDTH * factor : factor], scene())
    assert set(np.unique(sheet[:, -WIDTH * factor :])) <= {0, 10, 20}
