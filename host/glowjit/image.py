"""The image: what the compiler ships, and what emulator and board run. The same bytes for both.

An `Image` is position-independent machine code with its read-only data behind it, the entry points, the layout of the
block of words that the code works on (the ctx block), and what it needs of a board.

A texture is a uniform of type uint[n], the words of `textures.Texture`: its texels are in the ctx block, its size and
how it is sampled are in the code.

`to_bytes` and `from_bytes` are the container in which an image travels:

    16 bytes   magic, version, words of texels, bytes of the description, bytes of code
    JSON       the description
    4 bytes    CRC32 of all before, so that a board may act on the description while the rest still comes
    words      the texels of all textures; the description has their number in the place of a default
    bytes      the code
    4 bytes    CRC32 of all before but the first CRC32, behind which nothing would change

Whatever is cut short or damaged is refused with an ImageError.
"""

from __future__ import annotations

import json
import struct
import zlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

from glowjit.errors import ImageError
from glowjit.glsltypes import (
    ArrayType,
    GlslType,
    MatrixType,
    Parameter,
    ScalarType,
    Signature,
    StructType,
    VectorType,
)
from glowjit.uniforms import Uniform

# the words at the start of the ctx block
ARG_DEST = 0  # address of the first pixel's bytes
ARG_PITCH = 1  # bytes from a row to the next
ARG_X = 2  # the rectangle to compute, in the picture, top-left origin
ARG_Y = 3
ARG_WIDTH = 4
ARG_HEIGHT = 5
ARG_FRAME_HEIGHT = 6  # of the whole picture, since GLSL counts rows from the bottom
ARG_FUEL = 7  # units left; negative once it is spent
ARG_STOP_X = 8  # where the fuel ran out
ARG_STOP_Y = 9
ARG_WORDS = 12  # uniforms begin here

# what the kernel for LEDs finds in the place of pitch and rectangle (see `leds`)
LED_MAP = 1  # address
LED_ROWS = 2  # of the map, that are to be computed
LED_CURVE = 3  # address
LED_BRIGHTNESS = 4
LED_DITHER = 5
LED_ORDER = 10

STATUS_DONE = 0
STATUS_OUT_OF_FUEL = 1

# names of the functions that may be entered, and of what they share with the world outside
KERNEL = "render"
CALL_PREFIX = "call."  # before the name of a function to be called, and of the objects with arguments and results

MAGIC = b"GLOW"
VERSION = 2
_HEADER = struct.Struct("<4sHHII")
_CRC = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """How a pixel lies in memory: a little-endian number of `size` bytes, each channel (bits, lowest bit) of it."""

    name: str
    size: int
    red: tuple[int, int]
    green: tuple[int, int]
    blue: tuple[int, int]
    alpha: tuple[int, int] | None = None

    def to_rgb(self, data: bytes, width: int, height: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """The picture as (height, width, 3) bytes; channels with fewer than 8 bits are stretched to 0..255."""
        raw = np.frombuffer(data, np.uint8).reshape(height, width, self.size)
        pixels = sum(raw[..., index].astype(np.uint32) << 8 * index for index in range(self.size))
        out = np.empty((height, width, 3), np.uint8)
        for index, (bits, shift) in enumerate((self.red, self.green, self.blue)):
            top = (1 << bits) - 1
            out[..., index] = (((pixels >> shift) & top) * 255 + top // 2) // top
        return out


PIXEL_FORMATS = {
    item.name: item
    for item in (
        PixelFormat("rgb888", 3, (8, 0), (8, 8), (8, 16)),
        PixelFormat("grb888", 3, (8, 8), (8, 0), (8, 16)),  # the order of WS2812
        PixelFormat("rgb565", 2, (5, 11), (6, 5), (5, 0)),
        PixelFormat("rgba8888", 4, (8, 0), (8, 8), (8, 16), (8, 24)),
    )
}


LEDS = "leds"  # not a picture's format: bytes on a wire, see `leds`


@dataclass(frozen=True, slots=True)
class Entry:
    """A place to enter the code, in bytes from its start. Functions to be called have a signature, the kernel none."""

    name: str
    offset: int
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class UniformSlot:
    """A uniform and the first of its words in the ctx block."""

    uniform: Uniform
    offset: int


@dataclass(frozen=True)
class Image:
    """Compiled code and everything one must know to run it.

    `code` begins with `text_bytes` of instructions, read-only data follows. `call_in` and `call_out` are the words of
    the ctx block where an entry with a signature finds its arguments and leaves its results; -1 if there is none.
    `stack_bytes` is the deepest the code reaches below the stack pointer it is entered with.
    """

    isa: str
    code: bytes
    text_bytes: int
    entries: tuple[Entry, ...]
    uniforms: tuple[UniformSlot, ...] = ()
    ctx_words: int = ARG_WORDS
    stack_bytes: int = 0
    fraction_bits: int = 16
    pixel_format: str = "rgb888"
    call_in: int = -1
    call_out: int = -1

    def __post_init__(self) -> None:
        _check(self)

    def entry(self, name: str) -> Entry:
        """The entry point called `name`; KeyError if there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Entry]:
        return {entry.name: entry for entry in self.entries}

    @property
    def format(self) -> PixelFormat:
        """Of the picture; ImageError if the image makes none."""
        if self.pixel_format == LEDS:
            raise ImageError("this image lights LEDs, it makes no picture", hint="compile it with another pixel format")
        return PIXEL_FORMATS[self.pixel_format]

    def to_bytes(self, notes: Mapping[str, Any] | None = None, code: bytes = b"") -> bytes:
        """The container; depends on nothing but the image and what is given.

        `notes` are further fields of the description, for the board's run time; `code` goes in the place of the code.
        """
        description = json.dumps({**_describe(self), **(notes or {})}, separators=(",", ":"), sort_keys=True).encode()
        texels = array("I", [int(word) & 0xFFFF_FFFF for slot in self.uniforms for word in _texels(slot.uniform)])
        code = code or self.code
        head = _HEADER.pack(MAGIC, VERSION, len(texels), len(description), len(code)) + description
        rest = texels.tobytes() + code
        first = zlib.crc32(head)
        return head + _CRC.pack(first) + rest + _CRC.pack(zlib.crc32(rest, first))

    @classmethod
    def from_bytes(cls, data: bytes) -> Image:
        """Read a container; ImageError if it is not one, not whole, or not intact."""
        if data[:4] != MAGIC:
            raise ImageError("this is not a glowjit image", hint="images are made with `glowjit compile`")
        if len(data) < _HEADER.size + _CRC.size:
            raise ImageError(f"the image is cut short: {len(data)} bytes, not even a header")
        _, version, words, described, code_bytes = _HEADER.unpack_from(data)
        if version != VERSION:
            raise ImageError(f"image version {version}, this glowjit reads version {VERSION}", hint="compile it again")
        start = _HEADER.size + described + _CRC.size  # of the texels
        expected = start + 4 * words + code_bytes + _CRC.size
        if len(data) != expected:
            raise ImageError(f"the image has {len(data)} bytes, its header says {expected}", hint="copy it again")
        head, first, rest = data[: start - _CRC.size], data[start - _CRC.size : start], data[start : -_CRC.size]
        sums = zlib.crc32(head), zlib.crc32(rest, zlib.crc32(head))
        if sums != (_CRC.unpack(first)[0], _CRC.unpack(data[-_CRC.size :])[0]):
            raise ImageError("the image is damaged: its checksum is wrong", hint="copy or compile it again")
        try:
            fields = json.loads(head[_HEADER.size :])
            return _parse(fields, array("i", rest[: 4 * words]), rest[4 * words :])
        except (KeyError, TypeError, ValueError) as error:
            raise ImageError(f"the image's description makes no sense: {error!r}", hint="compile it again") from error


def is_entry(name: str) -> bool:
    """Whether a function is entered from outside: the kernel, or the wrapper of a function to be called."""
    return name == KERNEL or name.startswith(CALL_PREFIX)


def _check(image: Image) -> None:
    """ImageError unless everything lies where it can."""
    ctx_end = image.ctx_words
    facts = [
        (image.pixel_format in (*PIXEL_FORMATS, LEDS), f"pixel format {image.pixel_format!r} is unknown"),
        (0 <= image.text_bytes <= len(image.code), "there are more bytes of instructions than of code"),
        (image.text_bytes % 2 == 0, "the instructions do not end on a halfword"),
        (ctx_end >= ARG_WORDS, f"the ctx block has fewer than {ARG_WORDS} words"),
        (image.stack_bytes >= 0, "the stack need is negative"),
        (len({entry.name for entry in image.entries}) == len(image.entries), "two entries have the same name"),
    ]
    for entry in image.entries:
        inside = 0 <= entry.offset < image.text_bytes and entry.offset % 2 == 0
        facts.append((inside, f"entry {entry.name} lies outside the instructions"))
        if entry.signature:
            for words, offset in (
                (entry.signature.words_in, image.call_in),
                (entry.signature.words_out, image.call_out),
            ):
                inside = not words or ARG_WORDS <= offset <= ctx_end - words
                facts.append((inside, f"the arguments or results of {entry.name} lie outside the ctx block"))
    for slot in image.uniforms:
        inside = ARG_WORDS <= slot.offset <= ctx_end - slot.uniform.type.words
        facts.append((inside, f"uniform {slot.uniform.name} lies outside the ctx block"))
    for holds, message in facts:
        if not holds:
            raise ImageError(f"the image contradicts itself: {message}")


_PLAIN = ("isa", "text_bytes", "ctx_words", "stack_bytes", "fraction_bits", "pixel_format", "call_in", "call_out")


def _describe(image: Image) -> dict[str, Any]:
    """Everything but the code as plain data."""
    out: dict[str, Any] = {name: getattr(image, name) for name in _PLAIN}
    out["entries"] = [
        [entry.name, entry.offset, entry.signature and _describe_signature(entry.signature)] for entry in image.entries
    ]
    out["uniforms"] = [
        [slot.offset, item.name, _describe_type(item.type), _default(item), item.minimum, item.maximum, item.role]
        for slot in image.uniforms
        for item in (slot.uniform,)
    ]
    return out


def _texels(uniform: Uniform) -> tuple[float | int | bool, ...]:
    """The words of a texture; none of another uniform."""
    type = uniform.type
    return uniform.default or () if isinstance(type, ArrayType) and str(type.element) == "uint" else ()


def _default(uniform: Uniform) -> Any:
    return len(_texels(uniform)) or uniform.default


def _parse(fields: dict[str, Any], texels: array[int], code: bytes) -> Image:
    words = iter(texels)

    def default(given: Any) -> tuple[Any, ...] | None:
        return tuple(islice(words, given)) if isinstance(given, int) else given and tuple(given)

    entries = tuple(
        Entry(name, offset, signature and _parse_signature(signature)) for name, offset, signature in fields["entries"]
    )
    uniforms = tuple(
        UniformSlot(Uniform(name, _parse_type(type), default(given), low, high, role), offset)
        for offset, name, type, given, low, high, role in fields["uniforms"]
    )
    return Image(code=code, entries=entries, uniforms=uniforms, **{name: fields[name] for name in _PLAIN})


def _describe_signature(signature: Signature) -> list[Any]:
    parameters = [[item.name, _describe_type(item.type), item.mode] for item in signature.parameters]
    return [signature.name, signature.result and _describe_type(signature.result), parameters]


def _parse_signature(fields: list[Any]) -> Signature:
    name, result, parameters = fields
    parsed = tuple(Parameter(item, _parse_type(type), mode) for item, type, mode in parameters)
    return Signature(name, result and _parse_type(result), parsed)


_SCALARS = [ScalarType(kind) for kind in ("float", "int", "uint", "bool")]
_VECTORS = [VectorType(scalar, size) for scalar in _SCALARS for size in (2, 3, 4)]
_MATRICES = [MatrixType(VectorType(_SCALARS[0], rows), columns) for rows in (2, 3, 4) for columns in (2, 3, 4)]
_NAMED: list[GlslType] = [*_SCALARS, *_VECTORS, *_MATRICES]
_BY_NAME = {str(type): type for type in _NAMED}


def _describe_type(type: GlslType) -> Any:
    """A type as plain data: its GLSL name; {"array": type, "size": n}; {"struct": name, "members": [[name, type]]}."""
    if isinstance(type, ArrayType):
        return {"array": _describe_type(type.element), "size": type.size}
    if isinstance(type, StructType):
        return {"struct": type.name, "members": [[name, _describe_type(member)] for name, member in type.members]}
    return str(type)


def _parse_type(fields: Any) -> GlslType:
    if isinstance(fields, str):
        return _BY_NAME[fields]
    if "array" in fields:
        return ArrayType(_parse_type(fields["array"]), int(fields["size"]))
    return StructType(fields["struct"], tuple((name, _parse_type(member)) for name, member in fields["members"]))
