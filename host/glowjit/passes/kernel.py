"""The frame loop around the pixel function, in integers.

`build(module, pixel_format, fraction_bits)` adds `render() -> (int status)` and makes it the entry:

    for each row of the rectangle, top to bottom
        for each pixel of the row, left to right
            r, g, b, a = main(x, y)
            if fuel is spent: note the pixel, return STATUS_OUT_OF_FUEL
            store the pixel
    return STATUS_DONE

The fuel word is looked at only if a `burn` is left in anything that `main` reaches. Both loops are tested at the bottom
and entered past a test for an empty rectangle; the counter of a row is the address itself, so a pixel costs two
additions and one branch around `main` and the conversion. Coordinates are those of pixel centres, in fixed point with
`fraction_bits` bits; so is a channel, unless `module.channels` says otherwise. It is clamped to 0..1, where it may be
so far outside that rounding does not do that, and becomes floor(v * 255 + 0.5); RGB565 takes the upper bits of that.
With `FINE` bits or more, that is the high word of a product, off by less than one bit of v before it is rounded.

In the format `image.LEDS` the rows and pixels are those of a map, which has the coordinates of each LED and where its
bytes go; a channel is corrected, dimmed and dithered as it is stored. `glowjit.leds` has the map's layout and the
formula. A pixel costs seven instructions around `main`, a channel ten.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from glowjit import image
from glowjit.image import PIXEL_FORMATS, PixelFormat
from glowjit.ir.core import (
    FINE,
    Block,
    Channel,
    Edge,
    Function,
    MemKind,
    MemObject,
    Module,
    Operand,
    Type,
    Value,
    const_int,
)
from glowjit.leds import CURVE_BITS, PLACE_BITS
from glowjit.passes.rewrite import Builder, reachable_functions, rename_function, unique_name

ARGS = "args"
LARGEST_BYTE = 255
_ROUNDED = 1 / (2 * LARGEST_BYTE + 2)  # how far outside of 0..1 the nearest byte is still 0 or 255
WORD_BITS = 32
HALFWORD = 2  # bytes


def build(module: Module, pixel_format: str, fraction_bits: int) -> None:
    """Add the kernel for one of `image.PIXEL_FORMATS`, or `image.LEDS`, around the function `module.entry`."""
    if image.KERNEL in module.functions:  # the shader's own
        rename_function(module, image.KERNEL, unique_name(image.KERNEL, module.functions))
    args = MemObject(ARGS, MemKind.ARGS, image.ARG_WORDS)
    module.objects[ARGS] = args
    if pixel_format == image.LEDS:
        function = _LedKernel(module, args, fraction_bits).build()
    else:
        function = _PictureKernel(module, args, fraction_bits, PIXEL_FORMATS[pixel_format]).build()
    module.functions[function.name] = function
    module.entry = function.name


def centre(builder: Builder, number: Operand, fraction_bits: int) -> Value:
    """The coordinate of the centre of the pixel with this number, of a column or a row."""
    return builder.op("add", builder.op("shl", number, fraction_bits), 1 << fraction_bits - 1)


def clamp(builder: Builder, value: Value, channel: Channel, outside: float = 0.0) -> Value:
    """`value` within 0..1, or as far outside as is allowed."""
    if channel.low < -outside:
        value = builder.op("max", value, 0)
    if channel.high > 1 + outside:
        value = builder.op("min", value, 1 << channel.fraction)
    return value


def to_byte(builder: Builder, value: Value, channel: Channel) -> Value:
    """0..255 for 0..1, rounded to nearest, halves upwards."""
    value, fraction = clamp(builder, value, channel, _ROUNDED), channel.fraction
    if fraction >= FINE:
        half = builder.op("add", value, math.ceil(2**fraction / (2 * LARGEST_BYTE)))
        return builder.op("mulhu", half, LARGEST_BYTE << (WORD_BITS - fraction))
    scaled = builder.op("mul", value, LARGEST_BYTE)
    return builder.op("shr", builder.op("add", scaled, 1 << (fraction - 1)), fraction)


class _Kernel:
    """What `render` is for any output: the blocks, in the order in which they run, and the pixel's colour."""

    def __init__(self, module: Module, args: MemObject, fraction_bits: int, row: str, pixel: str) -> None:
        self.module = module
        self.args = args
        self.one = 1 << fraction_bits
        self.fraction_bits = fraction_bits
        self.main = module.functions[module.entry]
        self.channels = module.channels or (Channel(fraction_bits),) * len(self.main.results)
        self.begin = Block("entry")
        self.row = Block("row", [Value(Type.INT, name) for name in row.split()])
        self.pixel = Block("pixel", [Value(Type.INT, name) for name in pixel.split()])
        self.next_row = Block("next_row")
        self.done = Block("done")
        self.function = Function(image.KERNEL, [], [Type.INT])
        self.function.blocks = [self.begin, self.row, self.pixel, self.next_row, self.done]
        Builder(self.done).ret(image.STATUS_DONE)

    def colour(self, builder: Builder, x: Value, y: Value) -> list[Value]:
        """Red, green, blue and alpha of the pixel at `x`, `y`, not clamped; gives up if they took the last fuel."""
        channels = builder.call(self.main, [x, y])
        if self.burns():
            go_on, stop = Block("store"), Block("stop")
            self.function.blocks[-2:-2] = [go_on, stop]
            spent = builder.op("lt", builder.load(self.args, image.ARG_FUEL), 0)
            builder.branch(spent, Edge(stop), Edge(go_on))
            builder.block = stop
            self.build_stop(builder, x, y)
            builder.block = go_on
        return channels

    def build_stop(self, builder: Builder, x: Value, y: Value) -> None:
        """Note the pixel that took the last of the fuel, and give up."""
        row = builder.op("sar", y, self.fraction_bits)
        last_row = builder.op("add", builder.load(self.args, image.ARG_FRAME_HEIGHT), -1)
        builder.store(self.args, image.ARG_STOP_X, builder.op("sar", x, self.fraction_bits))
        builder.store(self.args, image.ARG_STOP_Y, builder.op("sub", last_row, row))
        builder.ret(image.STATUS_OUT_OF_FUEL)

    def burns(self) -> bool:
        """Whether anything that the pixel function reaches burns fuel."""
        reached = reachable_functions(self.module, [self.main.name])
        return any(inst.op == "burn" for name in reached for inst in self.module.functions[name].insts())


class _PictureKernel(_Kernel):
    """A rectangle of a picture, row by row."""

    def __init__(self, module: Module, args: MemObject, fraction_bits: int, format: PixelFormat) -> None:
        super().__init__(module, args, fraction_bits, "line y rows", "at x")
        self.format = format

    def build(self) -> Function:
        builder = Builder(self.begin)
        width, height = builder.load(self.args, image.ARG_WIDTH), builder.load(self.args, image.ARG_HEIGHT)
        pitch, line = builder.load(self.args, image.ARG_PITCH), builder.load(self.args, image.ARG_DEST)
        left = centre(builder, builder.load(self.args, image.ARG_X), self.fraction_bits)
        frame_height = builder.load(self.args, image.ARG_FRAME_HEIGHT)
        from_bottom = builder.op("sub", frame_height, builder.load(self.args, image.ARG_Y))
        bottom = centre(builder, builder.op("add", from_bottom, -1), self.fraction_bits)
        row_bytes = builder.op("mul", width, self.format.size)
        some = builder.op("band", builder.op("lt", 0, width), builder.op("lt", 0, height))
        builder.branch(some, Edge(self.row, [line, bottom, height]), Edge(self.done))

        line, y, rows = self.row.params
        builder.block = self.row
        end = builder.op("add", line, row_bytes)
        builder.jump(self.pixel, line, left)
        self.build_pixel(builder, y, end)

        builder.block = self.next_row
        following = [builder.op("add", line, pitch), builder.op("sub", y, self.one), builder.op("add", rows, -1)]
        more = builder.op("ne", following[2], 0)
        builder.branch(more, Edge(self.row, list(following)), Edge(self.done))
        return self.function

    def build_pixel(self, builder: Builder, y: Value, end: Value) -> None:
        """The pixel at `y` of the row whose bytes end at `end`."""
        at, x = self.pixel.params
        builder.block = self.pixel
        colour = self.colour(builder, x, y)
        self.store(builder, at, [to_byte(builder, *pair) for pair in zip(colour, self.channels, strict=True)])
        following = builder.op("add", at, self.format.size)
        more = builder.op("ltu", following, end)
        next_x = builder.op("add", x, self.one)
        builder.branch(more, Edge(self.pixel, [following, next_x]), Edge(self.next_row))

    def store(self, builder: Builder, at: Value, channels: Sequence[Value]) -> None:
        """Store r, g, b, a in the format: byte by byte where channels are bytes, else as one number of 16 bits."""
        fields = (self.format.red, self.format.green, self.format.blue, self.format.alpha)
        present = [(*field, value) for field, value in zip(fields, channels, strict=True) if field is not None]
        if all(bits == 8 for bits, _, _ in present):
            for _, shift, value in sorted(present, key=lambda item: item[1]):
                builder.raw_store("store8", builder.op("add", at, shift // 8) if shift else at, value)
            return
        number: Operand = const_int(0)
        for bits, shift, value in present:
            part = builder.op("shr", value, 8 - bits)
            number = builder.op("or", number, builder.op("shl", part, shift))
        builder.raw_store("store16", at, number)


class _LedKernel(_Kernel):
    """The LEDs of a map, row by row: `at` is the place in the map, `phase` what is added before a channel is cut."""

    def __init__(self, module: Module, args: MemObject, fraction_bits: int) -> None:
        super().__init__(module, args, fraction_bits, "record first_phase rows", "at phase")

    def build(self) -> Function:
        builder = Builder(self.begin)
        record, rows = builder.load(self.args, image.LED_MAP), builder.load(self.args, image.LED_ROWS)
        self.curve = builder.load(self.args, image.LED_CURVE)
        self.brightness = builder.load(self.args, image.LED_BRIGHTNESS)
        wire, order = builder.load(self.args, image.ARG_DEST), builder.load(self.args, image.LED_ORDER)
        self.wires = [
            builder.op("add", wire, builder.op("and", builder.op("shr", order, 8 * channel), 0xFF))
            for channel in range(3)
        ]
        dither = builder.load(self.args, image.LED_DITHER)
        phase, step = builder.op("shl", dither, 16), builder.op("and", dither, -0x10000)
        builder.branch(builder.op("lt", 0, rows), Edge(self.row, [record, phase, rows]), Edge(self.done))

        record, phase, rows = self.row.params
        builder.block = self.row
        y = self.coordinate(builder, record)
        size = builder.op("shl", self.halfword(builder, record, 1), 2)
        first = builder.op("add", record, 2 * HALFWORD)
        end = builder.op("add", first, size)
        builder.jump(self.pixel, first, phase)

        at, phase = self.pixel.params
        builder.block = self.pixel
        colour = self.colour(builder, self.coordinate(builder, at), y)
        self.store(builder, at, phase, colour[:3])
        following, next_phase = builder.op("add", at, 2 * HALFWORD), builder.op("add", phase, step)
        more = builder.op("ltu", following, end)
        builder.branch(more, Edge(self.pixel, [following, next_phase]), Edge(self.next_row))

        builder.block = self.next_row
        left = builder.op("add", rows, -1)
        builder.branch(builder.op("ne", left, 0), Edge(self.row, [following, next_phase, left]), Edge(self.done))
        return self.function

    def halfword(self, builder: Builder, at: Value, index: int) -> Value:
        return builder.op("load16", builder.op("add", at, HALFWORD * index) if index else at)

    def coordinate(self, builder: Builder, at: Value) -> Value:
        """The coordinate that the map has there."""
        return builder.op("shl", self.halfword(builder, at, 0), self.fraction_bits - PLACE_BITS)

    def store(self, builder: Builder, at: Value, phase: Value, values: Sequence[Value]) -> None:
        """Three bytes onto the wire, as `glowjit.leds` says."""
        place = self.halfword(builder, at, 1)
        threshold = builder.op("shr", phase, 8)
        for wire, value, channel in zip(self.wires, values, self.channels, strict=False):
            index = builder.op("shr", clamp(builder, value, channel), channel.fraction - CURVE_BITS)
            entry = builder.op("add", self.curve, builder.op("shl", index, 1))
            scaled = builder.op("mul", builder.op("load16", entry), self.brightness)
            byte = builder.op("shr", builder.op("add", scaled, threshold), 24)
            builder.raw_store("store8", builder.op("add", wire, place), byte)
