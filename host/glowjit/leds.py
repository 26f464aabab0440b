"""LEDs, as the kernel of the format `leds` sees them: where each is in the picture, and how colours become its bytes.

A leaf that compiler, emulator and device share. The map is a table of uint16. It has for each row, that is for LEDs
with the same y: y, their number, and for each of them x and the place of its three bytes on the wire. x and y have
`PLACE_BITS` bits after the point, y goes upwards as in GLSL; rows are in ascending order, LEDs within them as wired.
So whatever depends on y alone is computed once a row, and LEDs may be anywhere.

A channel v is stored as

    level = curve[min(max(v, 0), 1) * 2^CURVE_BITS]       gamma: entries of uint16, up to 65535
    byte  = (level * brightness + phase * 2^8) >> 24      brightness: 0 to FULL, with which white is 255 in each frame

`phase`, 16 bits, is the threshold of temporal dithering: it moves by FRAME_STEP from frame to frame and by LED_STEP
from an LED to the next in the map. Both are irrational parts of a turn, as nearly as 16 bits can say, so the
thresholds of an LED spread evenly over any run of frames, and neighbours do not blink together. There is no state
but the phase. Without dithering it is a half, which rounds to nearest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

PLACE_BITS = 4
CURVE_BITS = 9
FULL = 65281  # the least b with 65535 * b >= 255 << 24; the sum with any phase stays below 2^32
FRAME_STEP = 40503  # 2^16 / golden ratio
LED_STEP = 37345  # 2^16 / 1.3247^2, of M. Roberts' R2 sequence ("The Unreasonable Effectiveness of Quasirandom
# Sequences", 2018)
HALF = 32768
BYTES = 3  # of an LED
MOST = 0xFFFF // BYTES  # LEDs that a map can name
MAP_SIDE = 256  # pixels a side of the picture that a map is laid over, unless told otherwise


@dataclass(frozen=True)
class Leds:
    """LEDs at `places` (x, y in 1/2^PLACE_BITS pixels) of a picture of `width` by `height` pixels, and their look.

    `colours` is the order of bytes on the wire, `brightness` 0 to 1.
    """

    width: int
    height: int
    places: npt.NDArray[np.uint16] = field(repr=False)
    colours: str = "grb"
    brightness: float = 0.3
    gamma: float = 2.2
    dither: bool = True

    @classmethod
    def matrix(
        cls, width: int, height: int, serpentine: bool = True, rotation: int = 0, mirror: bool = False, **look: Any
    ) -> Leds:
        """Rows of `width` as wired, every other one backwards if serpentine; the picture turned clockwise to suit."""
        wiring = np.arange(width * height).reshape(height, width)
        if mirror:
            wiring = wiring[:, ::-1]
        if serpentine:
            wiring = np.where(np.arange(height)[:, None] & 1, wiring[:, ::-1], wiring)
        turned = np.rot90(wiring, rotation // 90)
        rows, columns = turned.shape
        y, x = np.divmod(np.argsort(turned, axis=None), columns)
        centres = np.stack([2 * x + 1, 2 * (rows - y) - 1], axis=-1) << PLACE_BITS - 1
        return cls(columns, rows, centres.astype(np.uint16), **look)

    @classmethod
    def map(cls, places: Sequence[Sequence[float]], width: int = MAP_SIDE, height: int = MAP_SIDE, **look: Any) -> Leds:
        """LEDs anywhere: x, y from 0 to 1, y upwards, over a picture of `width` by `height`."""
        size = np.array([width, height]) << PLACE_BITS
        scaled = np.floor(np.array(places, float).reshape(-1, 2) * size)
        return cls(width, height, np.clip(scaled, 0, size - 1).astype(np.uint16), **look)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Leds:
        """From what describes an output to the board: its kind, and the arguments; where it hangs does not matter."""
        arguments = {name: settings[name] for name in settings if name not in ("kind", "pin")}
        return cls.map(**arguments) if settings["kind"] == "map" else cls.matrix(**arguments)

    @property
    def count(self) -> int:
        return len(self.places)

    @property
    def sequence(self) -> npt.NDArray[np.intp]:
        """The LEDs in the order of the map."""
        return np.argsort(self.places[:, 1], kind="stable")

    @property
    def rows(self) -> int:
        return len(np.unique(self.places[:, 1]))

    @property
    def table(self) -> npt.NDArray[np.uint16]:
        """The map."""
        parts: list[npt.NDArray[Any]] = []
        for y in np.unique(self.places[:, 1]):
            (row,) = np.nonzero(self.places[:, 1] == y)
            parts += [np.array([y, len(row)]), np.stack([self.places[row, 0], BYTES * row], axis=-1).ravel()]
        return np.concatenate(parts).astype(np.uint16)

    @property
    def curve(self) -> npt.NDArray[np.uint16]:
        """Levels for 0, for the middles of the steps between, and for 1."""
        steps = 1 << CURVE_BITS
        at = np.arange(steps + 1) + 0.5
        at[0], at[-1] = 0, steps
        return np.floor(65535 * (at / steps) ** self.gamma + 0.5).astype(np.uint16)

    @property
    def level(self) -> int:
        """Brightness as the kernel takes it."""
        return int(FULL * min(1.0, max(0.0, self.brightness)) + 0.5)

    @property
    def order(self) -> int:
        """Where red, green and blue go within an LED's bytes, a byte each."""
        return sum(self.colours.index(colour) << 8 * index for index, colour in enumerate("rgb"))

    def dithering(self, frame: int) -> int:
        """The word that dithers a frame: its first phase, and in the upper half the step to the next LED's."""
        return (LED_STEP << 16) | (FRAME_STEP * frame & 0xFFFF) if self.dither else HALF

    def store(self, channels: npt.NDArray[np.int32], frame: int = 0, one: int = 1 << 16) -> bytes:
        """The kernel's store, in numpy: what it has to make of red, green and blue of each LED, shape (count, 3)."""
        index = np.clip(channels, 0, one).astype(np.int64) * (1 << CURVE_BITS) // one
        word = self.dithering(frame)
        phase = np.empty((self.count, 1), np.int64)
        phase[self.sequence, 0] = (word + (word >> 16) * np.arange(self.count)) & 0xFFFF
        stored = (self.curve[index].astype(np.int64) * self.level + (phase << 8)) >> 24
        return stored[:, ["rgb".index(colour) for colour in self.colours]].astype(np.uint8).tobytes()
