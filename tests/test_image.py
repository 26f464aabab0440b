"""The image's container: what goes in comes out, and nothing damaged gets through."""

import dataclasses

import numpy as np
import pytest

from glowjit.errors import ImageError
from glowjit.glsltypes import BOOL, FLOAT, INT, ArrayType, MatrixType, Parameter, Signature, StructType, VectorType
from glowjit.image import PIXEL_FORMATS, Entry, Image, UniformSlot
from glowjit.uniforms import Uniform

VEC3 = VectorType(FLOAT, 3)
LIGHT = StructType("Light", (("position", VEC3), ("on", BOOL), ("ids", ArrayType(INT, 2))))
SHADE = Signature("shade", MatrixType(VEC3, 2), (Parameter("light", LIGHT), Parameter("hits", INT, "inout")))


def sample(**changes):
    image = Image(
        isa="rv32imc",
        code=bytes(range(40)),
        text_bytes=32,
        entries=(Entry("render", 0), Entry("call.shade", 8, SHADE)),
        uniforms=(
            UniformSlot(Uniform("time", FLOAT, role="time"), 12),
            UniformSlot(Uniform("speed", FLOAT, (0.25,), 0.0, 2.0), 13),
            UniformSlot(Uniform("light", LIGHT), 14),
        ),
        ctx_words=40,
        stack_bytes=96,
        call_in=20,
        call_out=30,
    )
    return dataclasses.replace(image, **changes)


def test_an_image_survives_its_container():
    image = sample()
    again = Image.from_bytes(image.to_bytes())
    assert again == image
    assert again.to_bytes() == image.to_bytes()
    assert again.entry("call.shade").signature == SHADE
    assert (SHADE.words_in, SHADE.words_out) == (7, 7)


def test_every_truncation_is_refused():
    data = sample().to_bytes()
    for length in range(len(data)):
        with pytest.raises(ImageError):
            Image.from_bytes(data[:length])
    with pytest.raises(ImageError, match="its header says"):
        Image.from_bytes(data + b"\0")


def test_every_flipped_bit_is_refused():
    data = sample().to_bytes()
    for index in range(len(data)):
        damaged = bytearray(data)
        damaged[index] ^= 1 << index % 8
        with pytest.raises(ImageError):
            Image.from_bytes(bytes(damaged))


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"text_bytes": 41}, "more bytes of instructions"),
        ({"text_bytes": 31}, "halfword"),
        ({"entries": (Entry("render", 32),)}, "entry render lies outside"),
        ({"entries": (Entry("render", 0), Entry("render", 2))}, "same name"),
        ({"ctx_words": 16}, "outside the ctx block"),
        ({"call_in": -1}, "arguments or results of call.shade"),
        ({"call_out": 34}, "arguments or results of call.shade"),
        ({"pixel_format": "cmyk"}, "pixel format 'cmyk'"),
        ({"ctx_words": 11, "uniforms": ()}, "fewer than 12"),
    ],
)
def test_contradictions_are_refused(changes, message):
    with pytest.raises(ImageError, match=message):
        sample(**changes)


@pytest.mark.parametrize(
    "name, data, rgb",
    [
        ("rgb888", [1, 2, 3], (1, 2, 3)),
        ("grb888", [2, 1, 3], (1, 2, 3)),
        ("rgba8888", [1, 2, 3, 9], (1, 2, 3)),
        ("rgb565", [0x1F, 0xF8], (255, 0, 255)),
        ("rgb565", [0xE0, 0x07], (0, 255, 0)),
        ("rgb565", [0x10, 0x00], (0, 0, 132)),
    ],
)
def test_pixel_formats(name, data, rgb):
    assert PIXEL_FORMATS[name].size == len(data)
    picture = PIXEL_FORMATS[name].to_rgb(bytes(data * 2), 2, 1)
    assert picture.dtype == np.uint8 and picture.shape == (1, 2, 3)
    assert tuple(picture[0, 1]) == rgb
