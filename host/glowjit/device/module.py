"""A shader as a native module: `import shader; shader.render(buf, w, h, t)` on official firmware, nothing else needed.

`shader_file` compiles a few lines of Python with mpy-cross and puts the shader's machine code in the place of their
first function. MicroPython copies native code into executable memory when it is imported and keeps it there until the
next soft reset, so such a module is for shaders that stay; `glowboard` is for those that change.
"""

from __future__ import annotations

import numpy as np

from glowjit import image as abi
from glowjit.device import mpy, native, package
from glowjit.errors import GlowjitError
from glowjit.image import Image
from glowjit.words import encode_scalars

FUEL = 2_000_000  # loop iterations a frame may take: about a second

_WRAPPER = '''\
def _kernel(ctx):
    return ctx


import struct
import uctypes

format = {format!r}
uniforms = {uniforms!r}  # name: (byte in ctx, a letter for each scalar: f is a float)
ctx = bytearray({ctx})


def set(name, *values):
    """Set a uniform to its scalars."""
    at, kinds = uniforms[name]
    if len(values) != len(kinds):
        raise ValueError("%s takes %d numbers" % (name, len(kinds)))
    for kind, value in zip(kinds, values):
        struct.pack_into("<I", ctx, at, int(value * {one} if kind == "f" else value) & 0xFFFFFFFF)
        at += 4


def render(buf, w, h, t=0.0):
    """Fill buf, w * h pixels, top row first, with the picture at second t."""
    if len(buf) < w * h * {pixel}:
        raise ValueError("buf is too small")
    struct.pack_into("<12i", ctx, 0, uctypes.addressof(buf), w * {pixel}, 0, 0, w, h, h, {fuel}, 0, 0, 0, 0)
    for name, values in ({roles}):
        set(name, *values)
    if _kernel(uctypes.addressof(ctx) >> 2):
        raise RuntimeError("out of fuel at pixel (%d, %d)" % struct.unpack_from("<2i", ctx, {stop}))


{defaults}'''

# What the module fills in by a uniform's role; the rest stays as it is set.
_ROLES = {"time": "(t,)", "resolution": "(w, h, 1, 1)[:{count}]"}


def shader_file(image: Image, isa: native.InstructionTable, emit: native.Emit) -> bytes:
    """The .mpy file of a shader that makes pictures. GlowjitError if it does not, or if mpy-cross is not installed."""
    if image.pixel_format == abi.LEDS:
        raise GlowjitError(
            "a shader for LEDs needs glowboard, it cannot be a module of its own",
            hint="write a .glow file, or choose --pixel-format grb888 and send the pixels yourself",
            stage="device",
        )
    code = native.shader_function(image.code, image.entry(abi.KERNEL).offset, isa, emit)
    wrapper = package.cross_compile(_wrapper(image), "shader.py")
    return mpy.shader_module(wrapper, code, image.isa)


def _wrapper(image: Image) -> str:
    """The module's Python."""
    uniforms, roles = {}, []
    words = np.zeros(image.ctx_words, "<u4")
    for slot in image.uniforms:
        item = slot.uniform
        scalars = list(item.type.scalars())
        uniforms[item.name] = (4 * slot.offset, "".join(scalar.kind[0] for scalar in scalars))
        if item.role in _ROLES:
            roles.append(f"({item.name!r}, {_ROLES[item.role].format(count=len(scalars))}),")
        elif item.default:
            encoded = encode_scalars(item.default, image.fraction_bits)
            words[slot.offset : slot.offset + len(scalars)] = np.array(encoded, np.int64) & 0xFFFF_FFFF
    start = words.tobytes().rstrip(b"\0")
    return _WRAPPER.format(
        format=image.pixel_format,
        pixel=image.format.size,
        uniforms=uniforms,
        ctx=4 * image.ctx_words,
        one=1 << image.fraction_bits,
        fuel=FUEL,
        stop=4 * abi.ARG_STOP_X,
        roles=" ".join(roles),
        defaults=f"ctx[:{len(start)}] = {start!r}\n" if start else "",
    )
