"""Shaders in the manner of what people write: every picture is right.

A picture is right where at most 1 % of its pixels are off by more than 4 of 255 in some channel, against float64. Held
against it are the words of the integer IR, with which the machine code agrees bit for bit (`tests/end_to_end`); so a
large picture can be judged by a sample of its pixels.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glowjit import pipeline, q32
from glowjit.board import load_board
from glowjit.ir.evaluate import Evaluator
from glowjit.program import Reference
from glowjit.reference import to_bytes
from glowjit.uniforms import Moment, frame_scalars
from glowjit.words import encode_scalars

SHADERS = sorted(Path(__file__).parent.glob("*.frag"))
SIZES = {(40, 30): 1, (320, 240): 11}  # size -> every how many columns and rows a pixel is judged
TIMES = 0.0, 1.7, 61.25
STEPS, SHARE = 4, 0.01


@pytest.mark.parametrize("path", SHADERS, ids=lambda path: path.stem)
def test_picture(path: Path) -> None:
    off = worst_share(path)
    assert off <= SHARE, f"{off:.1%} of the pixels are off"


def worst_share(path: Path) -> float:
    """The largest share of wrong pixels of a shader's pictures."""
    source = path.read_text(encoding="utf-8")
    job = pipeline.Job(source, path.name, pipeline.Options(load_board("esp32c3")))
    words = pipeline.run(job, until="link").module
    reference = Reference(source, path.name)
    worst = 0.0
    for (width, height), stride in SIZES.items():
        row, column = np.mgrid[stride // 2 : height : stride, stride // 2 : width : stride]
        x, y = column.ravel() + 0.5, height - 1 - row.ravel() + 0.5
        for time in TIMES:
            moment = Moment(width, height, time, frame=int(time * 60))
            scalars = frame_scalars(reference.uniforms.values(), moment, {})
            expected = to_bytes(_channels(reference.module, [x, y], scalars))
            point = q32.formats.BORDER_FRACTION
            encoded = {name: encode_scalars(values, point) for name, values in scalars.items()}
            coordinates = [np.ldexp(axis, point).astype(np.int32) for axis in (x, y)]
            points = np.array([channel.fraction for channel in words.channels])
            found = to_bytes(np.ldexp(_channels(words, coordinates, encoded).astype(np.float64), -points))
            wrong = np.abs(found.astype(int) - expected).max(axis=-1) > STEPS
            worst = max(worst, float(wrong.mean()))
    return worst


def _channels(module, coordinates, uniforms):
    """The channels of pixels at `coordinates`, (1, pixels, 4)."""
    memory = {module.uniforms[name].object.name: values for name, values in uniforms.items() if name in module.uniforms}
    found = Evaluator(module, len(coordinates[0]), memory).call(module.entry, coordinates)
    return np.stack(found, axis=-1)[None]
