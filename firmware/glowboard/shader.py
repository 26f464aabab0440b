"""A shader in memory: its verified machine code, its block of words, its uniforms as attributes.

`Loader` takes an image (see host/glowjit/image.py) in pieces and puts them where they stay, so that a shader needs
room for itself and nothing more. The block of words ("ctx") begins with `ARG_WORDS` arguments, then come the uniforms.
"""

import gc
import json
import os
import struct
from binascii import crc32

import glownative
import uctypes
from micropython import const

MAGIC = b"GLOW"
IMAGE_VERSION = const(2)
HEAD = "<4sHHII"
HEAD_BYTES = const(16)
ARGUMENTS = "<8i"  # destination, pitch, x, y, width, height, frame height, fuel
LED_ARGUMENTS = "<5i2H5i"  # wire, map, rows, curve, brightness, phase, step, height, fuel, where it stopped, order
FUEL_AT = const(28)
STOP_AT = const(32)
PIXEL_BYTES = {"rgb888": 3, "grb888": 3, "rgb565": 2, "rgba8888": 4}
BAND = const(1024)  # pixels a call: between two of them, Ctrl-C is heard
FUEL = const(2000000)  # loop iterations a frame, about a second's
WRAP = const(32768000)  # milliseconds that fit Q16.16
PROTECTED = "/lib/glowboard/protected"  # is there if the heap does not execute: `glowjit doctor` finds out

try:
    os.stat(PROTECTED)
    from glowboard import arena
except OSError:
    arena = None


class ShaderError(Exception):
    """An image that is damaged, a value that does not fit, a shader that does not end."""


class Loader:
    """Takes the image whose first 16 bytes are `head`; `write` the rest in order, `finish` makes the shader.

    `left` are the bytes that are still to come. The description is acted on, and the code executed, only after the
    checksum behind it was right.
    """

    def __init__(self, head):
        magic, version, words, described, size = struct.unpack(HEAD, head)
        if magic != MAGIC:
            raise ShaderError("not a glowjit image")
        if version != IMAGE_VERSION:
            raise ShaderError("image version %d, this glowboard reads %d" % (version, IMAGE_VERSION))
        gc.collect()
        self.code = bytearray(size)
        self.fields = None
        self.sum = bytearray(4)
        self.parts = [bytearray(described), self.sum]  # that are to be filled
        self.left = described + 4 * words + size + 8
        self.crc = crc32(head)
        self.at = 0

    def write(self, data):
        """The next bytes of the image."""
        view = memoryview(data)
        self.left -= len(view)
        if self.left < 0:
            raise ShaderError("the image is longer than its head says")
        while len(view):
            part = self.parts[0]
            piece = view[: len(part) - self.at]
            part[self.at : self.at + len(piece)] = piece
            self.at += len(piece)
            view = view[len(piece) :]
            if part is not self.sum:
                self.crc = crc32(piece, self.crc)
            if self.at == len(part):
                self._next()

    def _next(self):
        """A part is full."""
        part = self.parts.pop(0)
        self.at = 0
        if part is not self.sum:
            self.last = part
            return
        if struct.unpack("<I", part)[0] != self.crc & 0xFFFFFFFF:
            raise ShaderError("the image is damaged: its checksum is wrong")
        if self.fields is None:
            self.fields = json.loads(self.last)
            self.last = None
            self.ctx = bytearray(4 * self.fields["ctx_words"])
            view = memoryview(self.ctx)
            self.parts = [
                view[4 * item[0] : 4 * (item[0] + item[3])] for item in self.fields["uniforms"] if _is_texture(item)
            ]
            self.parts += [self.code, self.sum]

    def finish(self):
        """The shader. ShaderError unless every byte came as it was sent."""
        if self.left:
            raise ShaderError("the image is cut short")
        return Shader(self.fields, self.code, self.ctx)


class Shader:
    """A shader. Its uniforms are attributes: a number, or a tuple of scalars in order for whatever is more.

    One that reads another's picture, or its own last one, as a texture has that as its `buffer`, a shader of the format
    rgba8888: it is drawn first, straight into the texture `channel` (byte in ctx, width, height).
    """

    made = 0

    def __init__(self, fields, code, ctx):
        if fields["isa"] != "rv32imc":
            raise ShaderError("the image is for " + fields["isa"])
        put = super().__setattr__
        Shader.made += 1
        put("number", Shader.made)
        put("code", code)
        put("ctx", ctx)
        put("entry", [at for name, at, _ in fields["entries"] if name == "render"][0])
        put("format", fields["pixel_format"])
        put("pixel_bytes", PIXEL_BYTES.get(self.format, 0))  # 0: the kernel is for LEDs
        put("one", 1 << fields["fraction_bits"])
        put("uniforms", {})
        put("roles", {})
        put("fuel", FUEL)
        put("settings", fields.get("settings"))  # what it was deployed with
        put("buffer", None)
        put("channel", None)
        for item in fields["uniforms"]:
            offset, name, kind, default, low, high, role = item
            kinds = "" if _is_texture(item) else _kinds(kind)
            self.uniforms[name] = (4 * offset, kinds, low, high)
            if role:
                self.roles[role] = name
            elif kinds and default:
                self._store(4 * offset, kinds, default)
        if "channel" in fields:
            name, width, height = fields["channel"]
            put("channel", (self.uniforms[name][0], width, height))

    @classmethod
    def open(cls, path):
        """The shader in a file; OSError if there is none, ShaderError if it is not whole and intact.

        Behind a shader with a buffer lies the buffer.
        """
        with open(path, "rb") as file:
            shader = _read(file)
            if shader.channel:
                shader.attach(_read(file))
            if file.read(1):
                raise ShaderError("the file is longer than its heads say")
        return shader

    def attach(self, buffer):
        """Draw `buffer` before each frame into the texture that shows it."""
        if not self.channel or buffer.pixel_bytes != 4:
            raise ShaderError("the shader reads no buffer, or the buffer is not rgba8888")
        super().__setattr__("buffer", buffer)

    def _draw_buffer(self):
        at, width, height = self.channel
        size = 4 * width * height
        buffer = self.buffer
        # a texture's first row is the lowest
        buffer._rows(uctypes.addressof(self.ctx) + at + size - 4 * width, -4 * width, width, height, 0, height)
        if buffer.channel:
            own = buffer.channel[0]
            buffer.ctx[own : own + size] = memoryview(self.ctx)[at : at + size]

    def __getattr__(self, name):
        at, kinds, _, _ = self._uniform(name)
        words = struct.unpack_from("<%di" % len(kinds), self.ctx, at)
        values = tuple(_number(kind, word, self.one) for kind, word in zip(kinds, words))
        return values[0] if len(kinds) == 1 else values

    def __setattr__(self, name, value):
        if name == "fuel":
            super().__setattr__(name, value)
            if self.buffer:
                self.buffer.fuel = value
            return
        at, kinds, low, high = self._uniform(name)
        values = value if isinstance(value, (tuple, list)) else (value,)
        if not kinds:
            raise ShaderError("%s is a texture, it comes with the shader" % name)
        if len(values) != len(kinds):
            raise ShaderError("%s takes %d numbers, not %d" % (name, len(kinds), len(values)))
        for item in values:
            if not isinstance(item, (int, float, bool)):
                raise ShaderError("%s takes numbers, not %r" % (name, item))
            if (low is not None and item < low) or (high is not None and item > high):
                raise ShaderError("%s is %s, its range is %s to %s" % (name, item, low, high))
        self._store(at, kinds, values)

    def _uniform(self, name):
        if name not in self.uniforms:
            raise AttributeError("no uniform %s; there are: %s" % (name, ", ".join(sorted(self.uniforms))))
        return self.uniforms[name]

    def _store(self, at, kinds, values):
        for kind, value in zip(kinds, values):
            if kind == "f":
                word = max(-0x80000000, min(0x7FFFFFFF, int(value * self.one + (0.5 if value >= 0 else -0.5))))
            else:
                word = int(value) & 0xFFFFFFFF
                word -= (word & 0x80000000) << 1
            struct.pack_into("<i", self.ctx, at, word)
            at += 4

    def fill(self, role, *values):
        """Set the uniform that has this role, if the shader has one, to as many of the values as it takes."""
        name = self.roles.get(role)
        if name is not None:
            at, kinds, _, _ = self.uniforms[name]
            self._store(at, kinds, values)

    def moment(self, width, height, ms, delta_ms=16, frame=0):
        """Fill in what the run time knows: picture size, milliseconds since the start and since the last frame."""
        if self.buffer:
            self.buffer.moment(width, height, ms, delta_ms, frame)
        name = self.roles.get("time")
        if name is not None:
            struct.pack_into("<i", self.ctx, self.uniforms[name][0], ms % WRAP * 8192 // 125 * self.one >> 16)
        self.fill("resolution", width, height, 1, 1)
        self.fill("delta", delta_ms / 1000)
        self.fill("framerate", 1000 / delta_ms if delta_ms else 0)
        self.fill("frame", frame)

    def render(self, buffer, width, height, time=None):
        """Fill `buffer` with the picture, top row first; `time` in seconds, None leaves all uniforms as they are."""
        if not self.pixel_bytes:
            raise ShaderError("the shader lights LEDs and makes no picture: glowjit compile --pixel-format rgb888")
        if len(buffer) < width * height * self.pixel_bytes:
            raise ShaderError("the buffer is too small for %dx%d pixels" % (width, height))
        if time is not None:
            self.moment(width, height, int(time * 1000))
        if self.buffer:
            self._draw_buffer()
        self.rows(buffer, width, height, 0, height)

    def rows(self, buffer, width, height, y, count):
        """Fill `buffer` with `count` rows of a picture, from row `y` on."""
        self._rows(uctypes.addressof(buffer), width * self.pixel_bytes, width, height, y, count)

    def _rows(self, at, pitch, width, height, y, count):
        """The same from address `at` on, `pitch` bytes from a row to the next."""
        band = max(1, BAND // width)
        fuel = self.fuel
        while count > 0:
            struct.pack_into(ARGUMENTS, self.ctx, 0, at, pitch, 0, y, width, min(band, count), height, fuel)
            self._enter()
            at += band * pitch
            y += band
            count -= band
            fuel = struct.unpack_from("<i", self.ctx, FUEL_AT)[0]

    def light(self, leds):
        """Fill `leds.wire`, as `outputs.Leds` has set it up."""
        if self.pixel_bytes:
            raise ShaderError("the shader makes %s, for LEDs: glowjit compile --pixel-format leds" % self.format)
        if self.buffer:
            self._draw_buffer()
        wire = uctypes.addressof(leds.wire)
        table = uctypes.addressof(leds.table)
        curve = uctypes.addressof(leds.curve)
        fuel = self.fuel
        for start, rows, before in leds.bands:
            phase, step = leds.dithering(before)
            head = (wire, table + start, rows, curve, leds.level, phase, step, leds.height)
            struct.pack_into(LED_ARGUMENTS, self.ctx, 0, *head, fuel, 0, 0, leds.order)
            self._enter()
            fuel = struct.unpack_from("<i", self.ctx, FUEL_AT)[0]

    def _enter(self):
        ctx = uctypes.addressof(self.ctx) >> 2
        if arena:
            status = arena.enter(self.number, self.code, self.entry, ctx)
        else:
            status = glownative.call(uctypes.addressof(self.code) >> 2, self.entry, ctx)
        if status:
            raise ShaderError("out of fuel at pixel (%d, %d)" % struct.unpack_from("<2i", self.ctx, STOP_AT))


def _read(file):
    """The shader whose image comes next in a file."""
    head = file.read(HEAD_BYTES)
    if len(head) < HEAD_BYTES:
        raise ShaderError("the image is cut short")
    loader = Loader(head)
    piece = memoryview(bytearray(256))
    while loader.left:
        count = file.readinto(piece[: loader.left])
        if not count:
            break
        loader.write(piece[:count])
    return loader.finish()


def _number(kind, word, one):
    """What a word of a uniform stands for."""
    if kind == "f":
        return word / one
    if kind == "b":
        return bool(word)
    return word & 0xFFFFFFFF if kind == "u" else word


def _is_texture(item):
    """Whether a uniform's entry has the number of its words in the place of a default."""
    return isinstance(item[3], int)


def _kinds(kind):
    """A letter for each scalar of a type: f, i, u or b."""
    if isinstance(kind, dict):
        if "array" in kind:
            return _kinds(kind["array"]) * kind["size"]
        return "".join(_kinds(member) for _, member in kind["members"])
    if kind[:3] == "mat":
        columns = int(kind[3])
        return "f" * (columns * int(kind[-1]))
    if kind[-1].isdigit():
        return ("f" if kind[0] == "v" else kind[0]) * int(kind[-1])
    return kind[0]
