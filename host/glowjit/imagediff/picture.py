"""The picture that shows a difference: reference, board, and their amplified difference, side by side."""

from __future__ import annotations

import numpy as np

from glowjit.imagediff.metrics import Picture

_GAP = 4
_GREY = 64


def side_by_side(reference: Picture, picture: Picture, amplify: int = 16, least_height: int = 192) -> Picture:
    """Three panels with a grey gap, enlarged by a whole factor to at least `least_height` rows."""
    difference = np.abs(reference.astype(np.int16) - picture.astype(np.int16)) * amplify
    factor = max(1, -(-least_height // reference.shape[0]))
    panels = [_enlarge(panel, factor) for panel in (reference, picture, np.minimum(difference, 255).astype(np.uint8))]
    gap = np.full((panels[0].shape[0], _GAP, 3), _GREY, np.uint8)
    return np.concatenate([panels[0], gap, panels[1], gap, panels[2]], axis=1)


def _enlarge(picture: Picture, factor: int) -> Picture:
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)
