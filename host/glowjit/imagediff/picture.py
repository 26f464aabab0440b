"""Pictures of pictures: reference, board and their amplified difference side by side; many on one sheet."""

from __future__ import annotations

from collections.abc import Sequence

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


def contact_sheet(pictures: Sequence[Picture], columns: int = 4) -> Picture:
    """Pictures of one size in rows, with a grey gap; the last row is filled up with grey."""
    height, width, _ = pictures[0].shape
    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * (height + _GAP) - _GAP, columns * (width + _GAP) - _GAP, 3), _GREY, np.uint8)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        top, left = row * (height + _GAP), column * (width + _GAP)
        sheet[top : top + height, left : left + width] = picture
    return sheet


def _enlarge(picture: Picture, factor: int) -> Picture:
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)
