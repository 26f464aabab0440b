"""A loop around the pixel function that computes single pixels, wherever they are: for trials, in integers.

`build(module, fraction_bits, fuel)` adds `call.probe() -> ()` and makes it the entry:

    for each record from ARG_DEST to ARG_STOP
        fuel = `fuel`
        record = main(x, y)

A record is `RECORD` bytes: the numbers of a pixel's column and row, from the bottom, as two halfwords; afterwards the
words of its channels. There has to be one record at least.
"""

from __future__ import annotations

from glowjit import image
from glowjit.ir.core import Block, Edge, Function, MemKind, MemObject, Module, Type, Value
from glowjit.passes.kernel import ARGS, centre
from glowjit.passes.rewrite import Builder

NAME = image.CALL_PREFIX + "probe"
ARG_STOP = image.ARG_PITCH  # the address behind the last record
RECORD = 16


def build(module: Module, fraction_bits: int, fuel: int) -> None:
    """Add the loop around the function `module.entry`, which may take so much fuel for a pixel."""
    args = module.objects[ARGS] = MemObject(ARGS, MemKind.ARGS, image.ARG_WORDS)
    function = Function(NAME, [], [])
    begin, pixel, done = function.blocks = [
        Block("entry"),
        Block("pixel", [at := Value(Type.INT, "at")]),
        Block("done"),
    ]
    builder = Builder(begin)
    first, stop = builder.load(args, image.ARG_DEST), builder.load(args, ARG_STOP)
    builder.jump(pixel, first)

    builder.block = pixel
    builder.store(args, image.ARG_FUEL, fuel)
    numbers = builder.op("load16", at), builder.op("load16", builder.op("add", at, 2))
    position = [centre(builder, number, fraction_bits) for number in numbers]
    for index, channel in enumerate(builder.call(module.functions[module.entry], position)):
        builder.raw_store("store32", builder.op("add", at, 4 * index), channel)
    following = builder.op("add", at, RECORD)
    builder.branch(builder.op("ltu", following, stop), Edge(pixel, [following]), Edge(done))
    Builder(done).ret()
    module.functions[NAME] = function
    module.entry = NAME
