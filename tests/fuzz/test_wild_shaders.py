"""Shaders in the styles people paste: bit for bit what the integer IR says, and like float64 to the eye.

Every file of tests/shaders/wild says in its first line what it is there for.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pictures
import pytest

import glowjit
from glowjit import imagediff
from glowjit.reference import to_bytes

WILD = sorted((Path(__file__).parents[1] / "shaders" / "wild").glob("*.frag"))
SIZE = 32, 24
TIMES = 0.5, 7.25


@pytest.mark.parametrize("path", WILD, ids=lambda path: path.stem)
def test_picture(path: Path) -> None:
    source = path.read_text()
    program = glowjit.compile(source, check=True)
    reference = glowjit.reference(source)
    for time in TIMES:
        picture = program.render(*SIZE, time=time)
        if time == TIMES[0]:
            assert np.array_equal(picture, pictures.oracle(source, program, *SIZE))
        expected = to_bytes(reference.render(*SIZE, time=time))
        verdict = imagediff.judge(imagediff.measure(expected, picture), expected, picture, "auto")
        assert verdict.passed, f"time {time}: {verdict}"
        assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 1  # there is something to see
