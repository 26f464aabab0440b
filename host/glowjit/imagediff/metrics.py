"""Figures for the difference of two uint8 pictures (h, w, 3).

Each sees what the others miss (measured on 64x64 pairs): the maximum finds a single wrong pixel but cannot tell a
silhouette from noise; the 99th percentile tells them apart; PSNR sums up; FLIP (Andersson et al., HPG 2020) is closest
to what an eye would say; SSIM (Wang et al., 2004) is the one people ask for.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

_SSIM_WINDOW = 7


@dataclass(frozen=True, slots=True)
class Metrics:
    """Differences in steps of 1/255 unless said otherwise; `ssim` and `flip` are None where they cannot be had."""

    maximum: int
    p99: float
    mean: float
    psnr: float  # dB; inf for equal pictures
    off_pixels: float  # share of pixels with a channel off by more than 4
    off_channels: float  # share of channels off by more than 8
    ssim: float | None
    flip: float | None

    def as_dict(self) -> dict[str, float | int | None]:
        """Plain data for JSON; an infinite PSNR becomes None."""
        fields = asdict(self)
        if math.isinf(self.psnr):
            fields["psnr"] = None
        return fields


def measure(reference: Picture, picture: Picture) -> Metrics:
    """Compare two pictures of equal shape (h, w, 3); ValueError if the shapes differ."""
    if reference.shape != picture.shape:
        raise ValueError(f"pictures of different shape: {reference.shape} and {picture.shape}")
    difference = np.abs(reference.astype(np.int16) - picture.astype(np.int16))
    square = float(np.mean(difference.astype(np.float64) ** 2))
    return Metrics(
        maximum=int(difference.max()),
        p99=float(np.percentile(difference, 99)),
        mean=float(difference.mean()),
        psnr=10 * math.log10(255**2 / square) if square else math.inf,
        off_pixels=float((difference.max(axis=2) > 4).mean()),
        off_channels=float((difference > 8).mean()),
        ssim=_ssim(reference, picture),
        flip=_flip(reference, picture),
    )


def _ssim(reference: Picture, picture: Picture) -> float | None:
    if min(reference.shape[:2]) < _SSIM_WINDOW:
        return None
    try:
        from skimage.metrics import structural_similarity
    except ImportError:
        return None
    return float(structural_similarity(reference, picture, channel_axis=2, win_size=_SSIM_WINDOW))


def _flip(reference: Picture, picture: Picture) -> float | None:
    try:
        import flip_evaluator
    except ImportError:
        return None
    as_float = [np.ascontiguousarray(image, dtype=np.float32) / np.float32(255) for image in (reference, picture)]
    _, mean, _ = flip_evaluator.evaluate(*as_float, "LDR", applyMagma=False)
    return float(mean)
