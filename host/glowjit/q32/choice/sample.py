"""What is looked at before binary points are chosen: pictures that boards show, and late ones that tell of drift.

Input: the shader's uniforms and the names of its textures. Output: the `Frame`s for `observe`, always the same for the
same input. The user's uniforms are at their defaults and at the ends of their ranges; where a uniform has no range, at
0 and at twice its default, or 1. Textures, which may be set for each frame, are also all white and all black.
"""

from __future__ import annotations

from collections.abc import Collection

from glowjit.q32.choice.observe import Frame
from glowjit.uniforms import Moment, Uniform, frame_scalars

# width, height, seconds that a word of the border has exactly; the first ones are those that people look at first
_PICTURES = (
    *((16, 16, 0.40625), (64, 48, 7.90625), (320, 240, 61.0), (24, 16, 3.3125), (480, 640, 600.0), (800, 480, 125.0)),
    (320, 240, 32000.0),
)
_DEFAULT, _LEAST, _GREATEST = range(3)
_CORNERS = _DEFAULT, _LEAST, _DEFAULT, _GREATEST, _LEAST, _GREATEST, _DEFAULT  # a small and a large picture as it comes
_LATE = 10_000.0  # seconds


def sample_frames(uniforms: Collection[Uniform], textures: Collection[str]) -> list[Frame]:
    """The frames to observe a shader in."""
    frames = []
    for index, ((width, height, seconds), corner) in enumerate(zip(_PICTURES, _CORNERS, strict=True)):
        mouse = (width / 3, height / 4, 0.0, 0.0) if index % 2 else (0.0, 0.0, 0.0, 0.0)  # where most of them stay
        moment = Moment(width, height, seconds, frame=round(60 * seconds), mouse=mouse)
        words = frame_scalars(uniforms, moment, {})
        words |= {item.name: _corner(item, words[item.name], corner) for item in uniforms if not item.role}
        if corner:
            words |= {name: [-(index % 2)] * len(words[name]) for name in textures if name in words}
        frames.append(Frame(width, height, words, late=seconds > _LATE, seconds=seconds))
    return frames


def _corner(uniform: Uniform, default: list[float | int | bool], corner: int) -> list[float | int | bool]:
    """The default, the least or the greatest; where there is no range, 0 and twice the default."""
    if corner == _DEFAULT:
        return default
    if corner == _LEAST:
        return [type(word)(0 if uniform.minimum is None else uniform.minimum) for word in default]
    return [type(word)((2 * word or 1) if uniform.maximum is None else uniform.maximum) for word in default]
