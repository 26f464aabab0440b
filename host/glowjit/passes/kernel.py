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
`fraction_bits` bits. A channel is clamped to 0..1 and becomes floor(v * 255 + 0.5); RGB565 takes the upper bits of
that.
"""

from __future__ import annotations

from collections.abc import Sequence

from glowjit import image
from glowjit.image import PIXEL_FORMATS, PixelFormat
from glowjit.ir.core import Block, Edge, Function, MemKind, MemObject, Module, Operand, Type, Value, const_int
from glowjit.passes.rewrite import Builder, reachable_functions, rename_function, unique_name

ARGS = "args"
LARGEST_BYTE = 255


def build(module: Module, pixel_format: str, fraction_bits: int) -> None:
    """Add the kernel for one of `image.PIXEL_FORMATS` around the function `module.entry`."""
    if image.KERNEL in module.functions:  # the shader's own
        rename_function(module, image.KERNEL, unique_name(image.KERNEL, module.functions))
    args = MemObject(ARGS, MemKind.ARGS, image.ARG_WORDS)
    module.objects[ARGS] = args
    function = _Kernel(module, args, PIXEL_FORMATS[pixel_format], fraction_bits).build()
    module.functions[function.name] = function
    module.entry = function.name


class _Kernel:
    """Builds the blocks of `render`, in the order in which they run."""

    def __init__(self, module: Module, args: MemObject, format: PixelFormat, fraction_bits: int) -> None:
        self.module = module
        self.args = args
        self.format = format
        self.one = 1 << fraction_bits
        self.fraction_bits = fraction_bits
        self.main = module.functions[module.entry]
        self.begin = Block("entry")
        self.row = Block("row", [Value(Type.INT, name) for name in ("line", "y", "rows")])
        self.pixel = Block("pixel", [Value(Type.INT, name) for name in ("at", "x")])
        self.next_row = Block("next_row")
        self.done = Block("done")

    def build(self) -> Function:
        function = Function(image.KERNEL, [], [Type.INT])
        function.blocks = [self.begin, self.row, self.pixel, self.next_row, self.done]
        builder = Builder(self.begin)
        width, height = builder.load(self.args, image.ARG_WIDTH), builder.load(self.args, image.ARG_HEIGHT)
        pitch, line = builder.load(self.args, image.ARG_PITCH), builder.load(self.args, image.ARG_DEST)
        left = self.centre(builder, builder.load(self.args, image.ARG_X))
        frame_height = builder.load(self.args, image.ARG_FRAME_HEIGHT)
        from_bottom = builder.op("sub", frame_height, builder.load(self.args, image.ARG_Y))
        bottom = self.centre(builder, builder.op("add", from_bottom, -1))
        row_bytes = builder.op("mul", width, self.format.size)
        some = builder.op("band", builder.op("lt", 0, width), builder.op("lt", 0, height))
        builder.branch(some, Edge(self.row, [line, bottom, height]), Edge(self.done))

        line, y, rows = self.row.params
        builder.block = self.row
        end = builder.op("add", line, row_bytes)
        builder.jump(self.pixel, line, left)
        self.build_pixel(builder, function, y, end)

        builder.block = self.next_row
        following = [builder.op("add", line, pitch), builder.op("sub", y, self.one), builder.op("add", rows, -1)]
        more = builder.op("ne", following[2], 0)
        builder.branch(more, Edge(self.row, list(following)), Edge(self.done))

        builder.block = self.done
        builder.ret(image.STATUS_DONE)
        return function

    def build_pixel(self, builder: Builder, function: Function, y: Value, end: Value) -> None:
        """The pixel at `y` of the row whose bytes end at `end`."""
        at, x = self.pixel.params
        builder.block = self.pixel
        colour = builder.call(self.main, [x, y])
        if self.burns():
            go_on, stop = Block("store"), Block("stop")
            function.blocks[-2:-2] = [go_on, stop]
            spent = builder.op("lt", builder.load(self.args, image.ARG_FUEL), 0)
            builder.branch(spent, Edge(stop), Edge(go_on))
            builder.block = stop
            self.build_stop(builder, x, y)
            builder.block = go_on
        self.store(builder, at, [self.to_byte(builder, channel) for channel in colour])
        following = builder.op("add", at, self.format.size)
        more = builder.op("ltu", following, end)
        next_x = builder.op("add", x, self.one)
        builder.branch(more, Edge(self.pixel, [following, next_x]), Edge(self.next_row))

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

    def centre(self, builder: Builder, number: Operand) -> Value:
        """The coordinate of the centre of pixel `number`."""
        return builder.op("add", builder.op("shl", number, self.fraction_bits), self.one // 2)

    def to_byte(self, builder: Builder, channel: Value) -> Value:
        """0..255 for 0..1, rounded to nearest, halves upwards."""
        clamped = builder.op("min", builder.op("max", channel, 0), self.one)
        scaled = builder.op("mul", clamped, LARGEST_BYTE)
        return builder.op("shr", builder.op("add", scaled, self.one // 2), self.fraction_bits)

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
