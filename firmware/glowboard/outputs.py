"""Where pixels go: WS2812 LEDs as strips, matrices or anything else, displays with a framebuf, or just a buffer.

An output has a `width`, a `height` and a pixel `buffer`; `draw(shader)` fills it, `show()` makes it visible. For LEDs,
the order of wiring, brightness, gamma and dithering are applied in machine code, in one pass between the two.
"""

import array

import glownative
import machine
import uctypes

from glowboard.shader import PIXEL_BYTES, ShaderError

TIMING = (400, 850, 800, 450)  # ns: WS2812 at 800 kHz
FULL = 65280  # 255 in 8.8 fixed point


class Capture:
    """A buffer of pixels, for whoever wants to read them."""

    def __init__(self, width, height, format="rgb888"):
        self.width = width
        self.height = height
        self.format = format
        self.buffer = bytearray(width * height * PIXEL_BYTES[format])

    def draw(self, shader):
        if shader.format != self.format:
            raise ShaderError("the shader makes %s, the output takes %s" % (shader.format, self.format))
        shader.render(self.buffer, self.width, self.height)

    def show(self):
        pass


class Display(Capture):
    """A display whose driver shows a framebuf buffer in RGB565: `buffer` is that buffer, `show` shows it."""

    def __init__(self, buffer, width, height, show):
        self.width = width
        self.height = height
        self.format = "rgb565"
        self.buffer = buffer
        self.show = show


class Leds:
    """LEDs on a pin. LED i shows pixel `order[i]` of a picture, or with `places` the pixel at x, y number i of them.

    `colours` is the order of bytes on the wire. `brightness` is 0 to 1, may be changed at any time, and so may `gamma`.
    """

    def __init__(
        self, pin, width, height, order=None, places=None, colours="grb", brightness=0.3, gamma=2.2, dither=True
    ):
        if sorted(colours) != ["b", "g", "r"]:
            raise ValueError("colours is an order of r, g and b")
        self.pin = machine.Pin(pin, machine.Pin.OUT)
        self.width = width
        self.height = height
        self.places = places
        self.colours = colours
        count = len(places) // 2 if places else len(order) if order else width * height
        self.order = order or array.array("H", range(count))
        self.buffer = bytearray(3 * (count if places else width * height))
        self.wire = bytearray(3 * count)
        self.errors = bytearray(3 * count)
        self.levels = array.array("H", bytes(512))
        self.dither = dither
        self.swaps = 0
        self._brightness = brightness
        self._gamma = gamma
        self._curve()

    @property
    def brightness(self):
        return self._brightness

    @brightness.setter
    def brightness(self, value):
        self._brightness = value
        self._curve()

    @property
    def gamma(self):
        return self._gamma

    @gamma.setter
    def gamma(self, value):
        self._gamma = value
        self._curve()

    def _curve(self):
        top = FULL * max(0, min(1, self._brightness))
        for index in range(256):
            self.levels[index] = int(top * (index / 255) ** self._gamma + 0.5)

    def draw(self, shader):
        order = "grb" if shader.format == "grb888" else "rgb"
        if shader.pixel_bytes != 3:
            raise ShaderError("the shader makes %s, LEDs take rgb888 or grb888" % shader.format)
        self.swaps = sum(order.find(self.colours[index]) << 2 * index for index in range(3))
        if self.places:
            shader.points(self.buffer, self.places, self.width, self.height)
        else:
            shader.render(self.buffer, self.width, self.height)

    def show(self):
        if not self.dither:
            for index in range(len(self.errors)):
                self.errors[index] = 128
        glownative.output(
            uctypes.addressof(self.wire) >> 2,
            uctypes.addressof(self.buffer) >> 2,
            uctypes.addressof(self.order) >> 2,
            len(self.order),
            uctypes.addressof(self.levels) >> 2,
            uctypes.addressof(self.errors) >> 2,
            self.swaps,
        )
        machine.bitstream(self.pin, 0, TIMING, self.wire)

    def off(self):
        """All LEDs dark."""
        for index in range(len(self.wire)):
            self.wire[index] = 0
        machine.bitstream(self.pin, 0, TIMING, self.wire)


def Strip(pin, count, **settings):
    """LEDs in a row: a picture of one line."""
    return Leds(pin, count, 1, **settings)


def Matrix(pin, width, height, serpentine=True, rotation=0, mirror=False, **settings):
    """LEDs in rows of `width`, as wired; the picture is turned by `rotation` degrees clockwise to suit.

    With `serpentine` every other row runs backwards; with `mirror` every row does.
    """
    turned = rotation % 180 == 90
    columns, rows = (height, width) if turned else (width, height)
    order = array.array("H", bytes(2 * width * height))
    for index in range(width * height):
        y, x = divmod(index, width)
        if bool(serpentine and y & 1) != bool(mirror):
            x = width - 1 - x
        for _ in range(rotation // 90 % 4):
            x, y = y, -1 - x
        order[index] = y % rows * columns + x % columns
    return Leds(pin, columns, rows, order, **settings)


def Map(pin, places, width=256, height=256, **settings):
    """LEDs anywhere: a list of x, y from 0 to 1, y upwards, each LED's place in a picture of `width` by `height`."""
    flat = array.array("H", bytes(4 * len(places)))
    for index, (x, y) in enumerate(places):
        flat[2 * index] = max(0, min(width - 1, int(x * width)))
        flat[2 * index + 1] = height - 1 - max(0, min(height - 1, int(y * height)))
    return Leds(pin, width, height, None, flat, **settings)


_KINDS = {"strip": Strip, "matrix": Matrix, "map": Map, "capture": Capture}


def make(kind, **settings):
    """An output as settings files describe it: its kind in lower case, and what it takes."""
    if kind not in _KINDS:
        raise ValueError("no output " + kind)
    return _KINDS[kind](**settings)
