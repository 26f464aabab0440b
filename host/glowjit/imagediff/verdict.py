"""A verdict on a picture, by class of shader.

What counts as equal depends on the shader. A smooth one has no excuse for more than a rounding step. One with edges
may put a silhouette's pixel on the other side. A chaotic one amplifies the last bit until no two implementations agree
on a pixel, and only its statistics can be compared. The limits are those of measured pairs: noise of one step gives
50 dB, of two 45 dB, a wrong gain of 5 % a FLIP of 0.27.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glowjit.errors import GlowjitError
from glowjit.imagediff.metrics import Metrics, Picture


@dataclass(frozen=True, slots=True)
class Limits:
    """What a class of shaders must keep; None means that the figure does not count."""

    what: str
    p99: float | None = None
    maximum: int | None = None
    psnr: float | None = None
    off_channels: float | None = None
    flip: float | None = None
    mean_level: float | None = None  # difference of the pictures' mean levels, share of 255


CLASSES = {
    "smooth": Limits("no visible difference anywhere", p99=1, maximum=3, psnr=55),
    "edges": Limits("differences only along edges", p99=2, psnr=40, off_channels=0.005, flip=0.02),
    "chaotic": Limits("another picture with the same statistics", mean_level=0.02),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`passed`, the class it was judged by, and the sentences that say which limits were missed."""

    passed: bool
    shader_class: str
    failures: tuple[str, ...]

    def __str__(self) -> str:
        what = CLASSES[self.shader_class].what
        return f"equal ({self.shader_class}: {what})" if self.passed else "different: " + "; ".join(self.failures)


def judge(metrics: Metrics, reference: Picture, picture: Picture, shader_class: str = "auto") -> Verdict:
    """Judge by one class, or by the strictest of smooth and edges that holds ("auto").

    Chaotic is never chosen unasked: it would pass any noise. GlowjitError for a class that is not of `CLASSES`.
    """
    if shader_class not in ("auto", *CLASSES):
        hint = f"there are: auto, {', '.join(CLASSES)}"
        raise GlowjitError(f"there is no class of shaders {shader_class!r}", hint=hint, stage="compare")
    if shader_class != "auto":
        failures = _failures(CLASSES[shader_class], metrics, reference, picture)
        return Verdict(not failures, shader_class, failures)
    for name in ("smooth", "edges"):
        failures = _failures(CLASSES[name], metrics, reference, picture)
        if not failures:
            return Verdict(True, name, ())
    return Verdict(False, "edges", failures)


def _failures(limits: Limits, metrics: Metrics, reference: Picture, picture: Picture) -> tuple[str, ...]:
    out = []
    for name, sign in (("p99", 1), ("maximum", 1), ("psnr", -1), ("off_channels", 1), ("flip", 1)):
        limit, value = getattr(limits, name), getattr(metrics, name)
        if limit is not None and value is not None and sign * value > sign * limit:
            out.append(f"{name} is {value:.4g}, the limit is {limit:g}")
    if limits.mean_level is not None:
        shift = float(np.abs(reference.mean(axis=(0, 1)) - picture.mean(axis=(0, 1))).max()) / 255
        if shift > limits.mean_level:
            out.append(f"the mean level differs by {shift:.1%}, the limit is {limits.mean_level:.0%}")
    return tuple(out)
