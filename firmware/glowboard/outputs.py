"""Where pixels go: WS2812 LEDs as strips, matrices or anything else, displays with a framebuf, or just a buffer.

An output has a `width`, a `height` and the bytes that the kernel writes; `draw(shader)` fills them, `show()` makes them
visible. A shader for LEDs, compiled with the pixel format `leds`, stores what goes to the wire: each LED in its place,
in the wire's order of colours, corrected, dimmed and dithered (host/glowjit/leds.py has the tables and the formula).
"""

import array

import machine

from glowboard.shader import PIXEL_BYTES, ShaderError

TIMING = (400, 850, 800, 450)  # ns: WS2812 at 800 kHz
FULL = 65281
STEPS = 512  # of the gamma curve
FRAME_STEP = 40503
LED_STEP = 37345
HALF = 32768
UNITS = 16  # of coordinates, a pixel
MOST = 21845  # LEDs that a map can name
BAND = 1024  # LEDs a call, if rows allow: between two of them, Ctrl-C is heard


class Capture:
    """A buffer of pixels, for whoever wants to read them."""

    def __init__(self, width, height, format="rgb888"):
        self.width = width
        self.height = height
        self.format = format
        self.buffer = bytearray(width * height * PIXEL_BYTES[format])

    def draw(self, shader):
        if shader.format != self.format:
            raise ShaderError(
                "the shader makes %s, the output takes %s: glowjit compile --pixel-format %s"
                % (shader.format, self.format, self.format)
            )
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
    """LEDs on a pin, `count` of them, LED i at `place(i)` of a picture: x, y in sixteenths of a pixel, y upwards.

    `colours` is the order of bytes on the wire. `brightness`, 0 to 1, and `gamma` may be changed at any time, and so
    may `dither`; brightness costs nothing, gamma a new table.
    """

    def __init__(self, pin, width, height, count, place, colours="grb", brightness=0.3, gamma=2.2, dither=True):
        if sorted(colours) != ["b", "g", "r"]:
            raise ValueError("colours is an order of r, g and b")
        if not 0 < count <= MOST:
            raise ValueError("%d LEDs: 1 to %d can be lit" % (count, MOST))
        self.pin = machine.Pin(pin, machine.Pin.OUT)
        self.width = width
        self.height = height
        self.order = sum(colours.find("rgb"[index]) << 8 * index for index in range(3))
        self.table, self.bands = _table(count, place)
        self.wire = bytearray(3 * count)
        self.curve = array.array("H", bytes(2 * STEPS + 2))
        self.dither = dither
        self.frame = 0  # times FRAME_STEP
        self.brightness = brightness
        self.gamma = gamma

    @property
    def brightness(self):
        return self.level / FULL

    @brightness.setter
    def brightness(self, value):
        self.level = int(FULL * max(0, min(1, value)) + 0.5)

    @property
    def gamma(self):
        return self._gamma

    @gamma.setter
    def gamma(self, value):
        self._gamma = value
        for index in range(1, STEPS):
            self.curve[index] = int(65535 * ((index + 0.5) / STEPS) ** value + 0.5)
        self.curve[STEPS] = 65535

    def dithering(self, before):
        """Phase and step of the dithering, after so many LEDs of the map."""
        return (self.frame + LED_STEP * before & 0xFFFF, LED_STEP) if self.dither else (HALF, 0)

    def draw(self, shader):
        shader.light(self)
        self.frame = self.frame + FRAME_STEP & 0xFFFF

    def show(self):
        machine.bitstream(self.pin, 0, TIMING, self.wire)

    def off(self):
        """All LEDs dark."""
        for index in range(len(self.wire)):
            self.wire[index] = 0
        self.show()


def _table(count, place):
    """The map that the kernel reads, and the bands of rows that are computed at a time.

    A band is (byte in the map, rows, LEDs before it). LEDs of a row are chained, since lists of them would fill a heap.
    """
    following = array.array("H", bytes(2 * count))
    heads = {}
    for index in range(count - 1, -1, -1):
        y = place(index)[1]
        following[index] = heads.get(y, count)
        heads[y] = index
    table = array.array("H", bytes(4 * (count + len(heads))))
    bands = []
    start = rows = done = at = 0
    for y in sorted(heads):
        row = at
        table[row] = y
        at += 2
        index = heads[y]
        while index < count:
            table[at] = place(index)[0]
            table[at + 1] = 3 * index
            at += 2
            index = following[index]
        leds = (at - row) // 2 - 1
        table[row + 1] = leds
        if rows and (row - start) // 2 - rows + leds > BAND:
            bands.append((2 * start, rows, done))
            done += (row - start) // 2 - rows
            start, rows = row, 0
        rows += 1
    bands.append((2 * start, rows, done))
    return table, bands


def Strip(pin, count, **settings):
    """LEDs in a row: a picture of one line."""
    return Matrix(pin, count, 1, **settings)


def Matrix(pin, width, height, serpentine=True, rotation=0, mirror=False, **settings):
    """LEDs in rows of `width`, as wired; the picture is turned by `rotation` degrees clockwise to suit.

    With `serpentine` every other row runs backwards; with `mirror` every row does.
    """
    turned = rotation % 180 == 90
    columns, rows = (height, width) if turned else (width, height)

    def place(index):
        y, x = divmod(index, width)
        if bool(serpentine and y & 1) != bool(mirror):
            x = width - 1 - x
        for _ in range(rotation // 90 % 4):
            x, y = y, -1 - x
        return x % columns * UNITS + UNITS // 2, (rows - 1 - y % rows) * UNITS + UNITS // 2

    return Leds(pin, columns, rows, width * height, place, **settings)


def Map(pin, places, width=256, height=256, **settings):
    """LEDs anywhere: a list of x, y from 0 to 1, y upwards, each LED's place in a picture of `width` by `height`."""

    def place(index):
        x, y = places[index]
        x = int(x * UNITS * width)
        y = int(y * UNITS * height)
        return max(0, min(UNITS * width - 1, x)), max(0, min(UNITS * height - 1, y))

    return Leds(pin, width, height, len(places), place, **settings)


_KINDS = {"strip": Strip, "matrix": Matrix, "map": Map, "capture": Capture}


def make(kind, **settings):
    """An output as settings files describe it: its kind in lower case, and what it takes."""
    if kind not in _KINDS:
        raise ValueError("no output " + kind)
    return _KINDS[kind](**settings)
