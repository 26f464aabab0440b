"""The kernel, run by the evaluator: what is in memory afterwards."""

import numpy as np
import pytest

from glowjit import image, passes
from glowjit.ir.core import FINE, Block, Channel, Function, MemKind, Type, Value
from glowjit.ir.evaluate import Evaluator
from glowjit.ir.generate import Knobs, contents, generate
from glowjit.ir.text import parse_module
from glowjit.ir.verify import verify
from glowjit.leds import Leds
from glowjit.passes import kernel
from glowjit.passes.rewrite import Builder

ONE = 1 << 16
BASE = 0x2000_0000

# Red counts columns, green rows from the bottom, blue is out of range, in 1/256: so bytes show the coordinates.
GRADIENT = """
entry @main
func @main(%x: int, %y: int) -> (int, int, int, int) {
entry:
  %r: int = sar %x, 8
  %g: int = sar %y, 8
  %b: int = sub 0, %x
  ret %r, %g, %b, 98304
}
"""

# The pixel in column 3 of row 2 from the bottom never ends.
ENDLESS = """
entry @main
func @main(%x: int, %y: int) -> (int, int, int, int) {
entry:
  %cx: bool = eq %x, 229376
  %cy: bool = eq %y, 163840
  %c: bool = band %cx, %cy
  branch %c, loop, out
loop:
  %f: bool = burn
  branch %f, loop, out
out:
  ret 65536, 65536, 65536, 65536
}
"""


def render(source, pixel_format="rgb888", *, x=0, y=0, width=5, height=4, frame_height=10, fuel=1000, optimize=True):
    """Status, memory (with 8 bytes of margin on both sides) and the words of `args`."""
    module = parse_module(source)
    kernel.build(module, pixel_format, 16)
    verify(module, integers_only=True)
    if optimize:
        passes.run_passes(module, passes.INTEGER_PASSES)
        verify(module, integers_only=True)
    pitch = width * image.PIXEL_FORMATS[pixel_format].size + 2
    ram = bytearray(b"\xee" * (max(height, 1) * abs(pitch) + 16))
    args = [0] * image.ARG_WORDS
    args[image.ARG_DEST], args[image.ARG_PITCH] = BASE + 8, pitch
    args[image.ARG_X], args[image.ARG_Y] = x, y
    args[image.ARG_WIDTH], args[image.ARG_HEIGHT], args[image.ARG_FRAME_HEIGHT] = width, height, frame_height
    args[image.ARG_FUEL] = fuel
    machine = Evaluator(module, 1, {kernel.ARGS: args, "ram": ram}, ram_base=BASE)
    (status,) = machine.call(image.KERNEL, [])
    return int(status[0]), ram, machine.read(kernel.ARGS)[:, 0]


def to_byte(value):
    """What the kernel promises of a channel in Q16.16."""
    return int(np.floor(np.clip(value / ONE, 0.0, 1.0) * 255 + 0.5))


def expected_pixel(column, row, frame_height):
    x, y = column * ONE + ONE // 2, (frame_height - 1 - row) * ONE + ONE // 2
    return to_byte(x >> 8), to_byte(y >> 8), to_byte(-x), 255


def packed(name, r, g, b, a):
    if name == "rgb565":
        return (r >> 3 << 11 | g >> 2 << 5 | b >> 3).to_bytes(2, "little")
    return bytes({"rgb888": (r, g, b), "grb888": (g, r, b), "rgba8888": (r, g, b, a)}[name])


@pytest.mark.parametrize("optimize", [False, True])
@pytest.mark.parametrize("name", image.PIXEL_FORMATS)
def test_every_byte_of_a_rectangle(name, optimize):
    x, y, width, height, frame_height = 7, 2, 5, 4, 9
    status, ram, _ = render(
        GRADIENT, name, x=x, y=y, width=width, height=height, frame_height=frame_height, optimize=optimize
    )
    expected = bytearray(b"\xee" * len(ram))
    pitch = width * image.PIXEL_FORMATS[name].size + 2
    for row in range(height):
        line = b"".join(packed(name, *expected_pixel(x + column, y + row, frame_height)) for column in range(width))
        expected[8 + row * pitch : 8 + row * pitch + len(line)] = line
    assert status == image.STATUS_DONE
    assert ram == expected


@pytest.mark.parametrize(("width", "height"), [(0, 3), (3, 0), (0, 0), (-1, 3), (3, -2)])
def test_an_empty_rectangle_touches_nothing(width, height):
    status, ram, _ = render(GRADIENT, width=width, height=height)
    assert status == image.STATUS_DONE
    assert set(ram) == {0xEE}


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 3), (3, 1)])
def test_the_smallest_rectangles(width, height):
    _, ram, _ = render(GRADIENT, width=width, height=height)
    assert sum(byte != 0xEE for byte in ram) == 3 * width * height


def test_fuel_ends_at_the_pixel_that_takes_it():
    status, ram, args = render(ENDLESS, x=1, y=5, width=4, height=5, frame_height=10, fuel=50)
    assert status == image.STATUS_OUT_OF_FUEL
    # Row 2 from the bottom is row 7 from the top: the third of the rectangle. Column 3 is its third pixel.
    assert (args[image.ARG_STOP_X], args[image.ARG_STOP_Y]) == (3, 7)
    assert ram.count(255) == 3 * (4 + 4 + 2)


def test_fuel_that_suffices_is_no_matter():
    status, _, args = render(ENDLESS, x=4, y=0, width=3, height=9)
    assert status == image.STATUS_DONE
    assert args[image.ARG_FUEL] == 1000


def test_without_burns_the_fuel_is_not_looked_at():
    module = parse_module(GRADIENT)
    kernel.build(module, "rgb888", 16)
    loads = [inst for inst in module.functions[image.KERNEL].insts() if inst.op == "load"]
    assert image.ARG_FUEL not in [inst.args[0].value for inst in loads]
    assert module.entry == image.KERNEL
    assert module.objects[kernel.ARGS].kind is MemKind.ARGS


def test_every_level_of_a_channel_is_rounded_to_nearest():
    source = GRADIENT.replace("%r: int = sar %x, 8", "%r: int = sar %x, 4").replace("sub 0, %x", "sub 65536, %r")
    status, ram, _ = render(source, x=0, y=0, width=17, height=1)
    levels = [to_byte((column * ONE + ONE // 2) >> 4) for column in range(17)]
    assert status == image.STATUS_DONE
    assert list(ram[8 : 8 + 51 : 3]) == levels


@pytest.mark.parametrize("point", [10, 16, 23, 24, 25, 30])
@pytest.mark.parametrize("low, high", [(-1.9, 1.9), (0, 1), (-0.0015, 1.0015), (-0.0015, 1.9), (-0.0025, 1.0025)])
def test_a_channel_of_any_binary_point_is_clamped_where_it_may_be_outside(point, low, high):
    module = parse_module(GRADIENT)
    module.channels = (Channel(point, low, high),) * 4
    kernel.build(module, "rgb888", 16)
    to_byte = module.functions[image.KERNEL].blocks[2].insts
    clamps = [inst.op for inst in to_byte if inst.op in ("min", "max")]
    assert clamps == [*["max"] * (low < -0.002), *["min"] * (high > 1.002)] * 4
    levels = np.linspace(low, high, 400)
    words = np.round(np.ldexp(levels, point)).astype(np.int32)
    builder = Builder(Block("entry"))
    function = Function("byte", [Value(Type.INT)], [Type.INT])
    function.blocks = [builder.block]
    builder.ret(kernel.to_byte(builder, function.params[0], module.channels[0]))
    module.functions["byte"] = function
    (found,) = Evaluator(module, len(words), {}).call("byte", [words])
    least, most = (np.floor(np.clip((words + up) / 2.0**point, 0, 1) * 255 + 0.5) for up in (0, point >= FINE))
    assert (least <= found).all() and (found <= most).all()


MAPS = {
    "matrix": Leds.matrix(5, 3, colours="grb", brightness=0.7),
    "column": Leds.matrix(1, 6, colours="bgr", gamma=1.0, brightness=1.0),
    "turned": Leds.matrix(4, 3, serpentine=False, rotation=90, mirror=True, colours="rgb", dither=False),
    "map": Leds.map([(0, 0), (1, 1), (0.5, 0.25), (0.1, 0.25), (0.3, 0.9)], 9, 7, colours="brg", brightness=0.1),
}


def light(source, leds, frame=0, fuel=1000, optimize=True, rows=None):
    """Status, the bytes on the wire (with 8 bytes of margin on both sides) and the words of `args`."""
    module = parse_module(source)
    kernel.build(module, image.LEDS, 16)
    if optimize:
        passes.run_passes(module, passes.INTEGER_PASSES)
    verify(module, integers_only=True)
    table, curve = leds.table.astype("<u2").tobytes(), leds.curve.astype("<u2").tobytes()
    ram = bytearray(b"\xee" * (3 * leds.count + 16)) + table + curve
    places = [BASE + 8, BASE + len(ram) - len(curve) - len(table), BASE + len(ram) - len(curve)]
    rows = leds.rows if rows is None else rows
    args = [places[0], places[1], rows, places[2], leds.level, leds.dithering(frame), leds.height, fuel, 0, 0]
    machine = Evaluator(module, 1, {kernel.ARGS: [*args, leds.order, 0], "ram": ram}, ram_base=BASE)
    (status,) = machine.call(image.KERNEL, [])
    assert ram[3 * leds.count + 16 :] == table + curve
    return int(status[0]), ram[: 3 * leds.count + 16], machine.read(kernel.ARGS)[:, 0]


@pytest.mark.parametrize("optimize", [False, True])
@pytest.mark.parametrize("name", MAPS)
def test_every_byte_on_the_wire(name, optimize):
    leds = MAPS[name]
    x, y = (leds.places.astype(np.int32) << 12).T
    channels = np.stack([x >> 3, y >> 3, 0 - x], axis=-1)
    source = GRADIENT.replace("sar %x, 8", "sar %x, 3").replace("sar %y, 8", "sar %y, 3")
    for frame in (0, 1, 77):
        status, ram, _ = light(source, leds, frame, optimize=optimize)
        assert status == image.STATUS_DONE
        assert ram == b"\xee" * 8 + leds.store(channels, frame) + b"\xee" * 8


def test_a_map_without_rows_lights_nothing():
    status, ram, _ = light(GRADIENT, MAPS["map"], rows=0)
    assert status == image.STATUS_DONE and set(ram) == {0xEE}


def test_fuel_ends_at_the_led_that_takes_it():
    """Column 3 of row 2 from the bottom: LED 9 of a matrix of 5x4, of which the rows below are lit."""
    status, ram, args = light(ENDLESS, Leds.matrix(5, 4, serpentine=False), fuel=50)
    assert status == image.STATUS_OUT_OF_FUEL
    assert (args[image.ARG_STOP_X], args[image.ARG_STOP_Y]) == (3, 1)
    assert [any(byte != 0xEE for byte in ram[8 + 3 * led : 11 + 3 * led]) for led in range(20)] == (
        [False] * 5 + [True] * 3 + [False] * 2 + [True] * 10
    )


def random_pixel_function(seed):
    """A module whose pixel function calls a random function with what it can make of the coordinates."""
    module = generate(seed, Knobs())
    inner = module.functions["main"]
    function = Function("pixel", [Value(Type.INT, "x"), Value(Type.INT, "y")], [Type.INT] * 4)
    function.blocks = [Block("entry")]
    builder = Builder(function.blocks[0])
    x, y = function.params
    args = [
        builder.op("lt", x, y) if param.type is Type.BOOL else (x, y)[number % 2]
        for number, param in enumerate(inner.params)
    ]
    results = [
        builder.op("select", result, x, y) if result.type is Type.BOOL else result
        for result in builder.call(inner, args)
    ]
    builder.ret(*[builder.op("and", results[number % len(results)], 131071) for number in range(4)])
    module.functions[function.name] = function
    module.entry = function.name
    return module


@pytest.mark.parametrize("seed", range(12))
def test_optimising_a_kernel_changes_no_byte(seed):
    pictures = []
    for optimize in (False, True):
        module = random_pixel_function(seed)
        kernel.build(module, "rgba8888", 16)
        verify(module, integers_only=True)
        if optimize:
            passes.run_passes(module, passes.INTEGER_PASSES)
            verify(module, integers_only=True)
        args = [BASE, 16, 1, 2, 4, 3, 9, 100_000, 0, 0, 0, 0]
        words = {name: data for name, data in contents(module, seed).items() if name in module.objects}
        ram = bytearray(48)
        machine = Evaluator(module, 1, {kernel.ARGS: args, "ram": ram, **words}, ram_base=BASE)
        (status,) = machine.call(image.KERNEL, [])
        assert status[0] == image.STATUS_DONE
        pictures.append(bytes(ram))
    assert pictures[0] == pictures[1]


def test_what_does_not_change_leaves_the_loops():
    source = """
    entry @main
    uniform @time: 1
    func @slow(%t: int) -> (int) {
    entry:
      jump loop(0, %t)
    loop(%i: int, %s: int):
      %s2: int = mul %s, %s
      %s3: int = xor %s2, 12345
      %j: int = add %i, 1
      %c: bool = lt %j, 500
      branch %c, loop(%j, %s3), out
    out:
      ret %s3
    }
    func @main(%x: int, %y: int) -> (int, int, int, int) {
    entry:
      %t: int = load @time[0]
      %a: int = call @slow(%t)
      %b: int = call @slow(%y)
      %c: int = call @slow(%x)
      %d: int = add %a, %b
      ret %d, %c, 0, 0
    }
    """
    module = parse_module(source)
    kernel.build(module, "rgb888", 16)
    passes.run_passes(module, passes.INTEGER_PASSES)
    verify(module, integers_only=True)
    args = [0] * image.ARG_WORDS
    args[image.ARG_PITCH], args[image.ARG_WIDTH], args[image.ARG_HEIGHT] = 48, 16, 8
    memory = {kernel.ARGS: args, "ram": bytearray(48 * 8), "time": [77]}
    machine = Evaluator(module, 1, memory)
    turns = 0
    step = machine._steps

    def counted(block, group):
        nonlocal turns
        turns += any(
            inst.op == "xor" and 12345 in [getattr(arg, "value", 0) for arg in inst.args] for *_, inst in block.steps
        )
        step(block, group)

    machine._steps = counted
    machine.call(image.KERNEL, [])
    assert turns == 500 * (1 + 8 + 16 * 8)
