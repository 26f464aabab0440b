"""Textures of several layers, shadows, bytes and gathering: every function against numpy, on machine code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import glowjit
from glowjit.textures import Texture

RANDOM = np.random.default_rng(3)
SIDE = 4
LAYERS = RANDOM.integers(0, 256, (6, SIDE, SIDE, 4), np.uint8)  # top row first
STRIP = np.concatenate(LAYERS, axis=1)
CLOSE = 2e-4

# the direction to each face's middle, to its right edge and to its lower edge, as table 3.19 of OpenGL ES 3.0 says
FACES = np.array([
    [(1, 0, 0), (0, 0, -1), (0, -1, 0)], [(-1, 0, 0), (0, 0, 1), (0, -1, 0)], [(0, 1, 0), (1, 0, 0), (0, 0, 1)],
    [(0, -1, 0), (1, 0, 0), (0, 0, -1)], [(0, 0, 1), (1, 0, 0), (0, -1, 0)], [(0, 0, -1), (-1, 0, 0), (0, -1, 0)],
])  # fmt: skip

SOURCE = """#version 310 es
precision highp float;
precision highp sampler3D;
precision highp sampler2DArray;
precision highp sampler2DShadow;
precision highp samplerCubeShadow;
precision highp sampler2DArrayShadow;
precision highp usampler2D;
precision highp isampler3D;
uniform samplerCube cube;
uniform sampler3D volume;
uniform sampler2DArray layers;
uniform sampler2DShadow shadow;
uniform samplerCubeShadow round_shadow;
uniform sampler2DArrayShadow many_shadows;
uniform usampler2D bytes;
uniform isampler3D numbers;
uniform sampler2D flat_;
vec4 of_cube(vec3 d) { return texture(cube, d); }
vec4 of_volume(vec3 p) { return textureLod(volume, p, 0.0); }
vec4 of_volume_projected(vec4 p) { return textureProj(volume, p); }
vec4 of_volume_beside(vec3 p) { return textureOffset(volume, p, ivec3(1, -1, 2)); }
vec4 fetched(ivec3 p) { return texelFetch(volume, p, 0) + texelFetchOffset(volume, p, 0, ivec2(0, 1).xyx); }
vec4 of_layers(vec3 p) { return texture(layers, p); }
vec4 of_layers_beside(vec3 p) { return textureOffset(layers, p, ivec2(1, 0)); }
vec4 of_layers_fetched(ivec3 p) { return texelFetchOffset(layers, p, 0, ivec2(1, 0)); }
float lit(vec3 p) { return texture(shadow, p); }
float lit_projected(vec4 p) { return textureProj(shadow, p); }
float lit_around(vec4 p) { return texture(round_shadow, p); }
float lit_layer(vec4 p) { return texture(many_shadows, p); }
uvec4 byte(vec2 p) { return texture(bytes, p); }
ivec4 number(ivec3 p) { return texelFetch(numbers, p, 0); }
vec4 gathered(vec2 p) { return textureGather(flat_, p, 1); }
vec4 gathered_beside(vec2 p) { return textureGatherOffset(flat_, p, ivec2(1, 1)); }
vec4 gathered_lit(vec3 p) { return textureGather(shadow, p.xy, p.z); }
ivec3 sizes() { return textureSize(volume, 0) * 10000 + textureSize(layers, 0) * 100 + ivec3(textureSize(cube, 0), 0); }
"""


@pytest.fixture(scope="module")
def library() -> glowjit.Library:
    plane = {"pixels": LAYERS[0], "wrap": "clamp"}
    textures = {
        "cube": Texture.from_pixels(STRIP, shape="cube"),
        "round_shadow": Texture.from_pixels(STRIP, shape="cube"),
        "many_shadows": Texture.from_pixels(np.concatenate(LAYERS), shape="array", wrap="clamp"),
        "volume": Texture.from_pixels(STRIP, shape="volume", wrap="repeat"),
        "layers": Texture.from_pixels(np.concatenate(LAYERS), shape="array", wrap="clamp"),
        "numbers": Texture.from_pixels(STRIP, shape="volume"),
        **{name: Texture.from_pixels(**plane) for name in ("shadow", "bytes", "flat_")},
    }
    return glowjit.compile_functions(SOURCE, textures=textures, check=True)


def places(count: int, low: float, high: float, size: int = 3) -> list[tuple[float, ...]]:
    return [tuple(row) for row in np.floor(RANDOM.uniform(low, high, (count, size)) * 65536) / 65536]


def mixed(texels: np.ndarray, place: tuple[float, ...], wrap: bool) -> np.ndarray:
    """Linear filtering of texels (..., y, x, 4), bottom row first, at x, y, ... in texels."""
    if not place:
        return texels
    axis = len(place) - 1
    at = place[-1] - 0.5
    first, part = int(np.floor(at)), at - np.floor(at)
    size = texels.shape[0]
    near, far = (index % size if wrap else min(max(index, 0), size - 1) for index in (first, first + 1))
    return mixed(texels[near], place[:axis], wrap) * (1 - part) + mixed(texels[far], place[:axis], wrap) * part


UP = LAYERS[:, ::-1] / 255.0  # bottom rows first


def test_a_cube_map_in_every_direction(library: glowjit.Library) -> None:
    for place in places(60, -2, 2):
        face = int(np.argmax(FACES[:, 0] @ place))
        ahead, right, down = FACES[face] @ place
        u, v = (SIDE * (part / ahead + 1) / 2 for part in (right, down))
        assert np.allclose(library.call("of_cube", place), mixed(LAYERS[face] / 255.0, (u, v), False), atol=CLOSE)


def test_a_volume_everywhere(library: glowjit.Library) -> None:
    sides = np.array([SIDE, SIDE, 6])
    for place in places(40, -1.5, 2.5):
        expected = mixed(UP, tuple(place * sides), True)
        assert np.allclose(library.call("of_volume", place), expected, atol=CLOSE)
        doubled = tuple(2 * part for part in place)
        assert np.allclose(library.call("of_volume_projected", (*doubled, 2.0)), expected, atol=CLOSE)
        beside = mixed(UP, tuple(place * sides + [1, -1, 2]), True)
        assert np.allclose(library.call("of_volume_beside", place), beside, atol=CLOSE)
    assert library.call("fetched", (1, 2, 3)) == pytest.approx(tuple(UP[3, 2, 1] + UP[3, 3, 1]), abs=CLOSE)
    assert library.call("fetched", (-1, 9, 99)) == pytest.approx(tuple(2 * UP[5, 3, 0]), abs=CLOSE)


def test_the_layers_of_an_array(library: glowjit.Library) -> None:
    for x, y, z in places(40, -0.5, 1.5):
        layer = min(max(int(np.floor(z * 5 + 0.5)), 0), 5)
        call: Any = (x, y, z * 5)
        assert np.allclose(library.call("of_layers", call), mixed(UP[layer], (x * 4, y * 4), False), atol=CLOSE)
        beside = mixed(UP[layer], (x * 4 + 1, y * 4), False)
        assert np.allclose(library.call("of_layers_beside", call), beside, atol=CLOSE)
    assert library.call("of_layers_fetched", (1, 2, 4)) == pytest.approx(tuple(UP[4, 2, 2]), abs=CLOSE)


def test_shadows_are_shares_of_what_is_lit(library: glowjit.Library) -> None:
    depth = UP[0, ..., :1]
    for x, y, z in places(40, -0.2, 1.2):
        share = mixed((depth >= z).astype(float), (x * 4, y * 4), False)
        assert library.call("lit", (x, y, z)) == pytest.approx(share[0], abs=CLOSE)
        assert library.call("lit_projected", (2 * x, 2 * y, 2 * z, 2.0)) == pytest.approx(share[0], abs=CLOSE)


def test_shadows_of_a_cube_and_an_array(library: glowjit.Library) -> None:
    for *place, depth in places(40, -1, 1, 4):
        face = int(np.argmax(FACES[:, 0] @ place))
        ahead, right, down = FACES[face] @ place
        u, v = (SIDE * (part / ahead + 1) / 2 for part in (right, down))
        share = mixed((LAYERS[face, ..., :1] / 255.0 >= depth).astype(float), (u, v), False)
        assert library.call("lit_around", (*place, depth)) == pytest.approx(share[0], abs=CLOSE)
        x, y, z = np.abs(place)
        share = mixed((UP[int(z * 5 + 0.5), ..., :1] >= depth).astype(float), (x * 4, y * 4), False)
        assert library.call("lit_layer", (x, y, z * 5, depth)) == pytest.approx(share[0], abs=CLOSE)


def test_bytes_are_not_filtered(library: glowjit.Library) -> None:
    for x, y in places(10, 0, 0.999, 2):
        assert library.call("byte", (x, y)) == tuple(LAYERS[0, ::-1][int(y * 4), int(x * 4)].tolist())
    assert library.call("number", (3, 0, 5)) == tuple(LAYERS[5, 3, 3].tolist())


def test_four_texels_at_once(library: glowjit.Library) -> None:
    for x, y in places(20, 0.2, 0.7, 2):
        left, low = int(np.floor(x * 4 - 0.5)), int(np.floor(y * 4 - 0.5))
        corners = [(low + 1, left), (low + 1, left + 1), (low, left + 1), (low, left)]
        green = [UP[0, row, column, 1] for row, column in corners]
        assert np.allclose(library.call("gathered", (x, y)), green, atol=CLOSE)
        red = [UP[0, min(row + 1, 3), min(column + 1, 3), 0] for row, column in corners]
        assert np.allclose(library.call("gathered_beside", (x, y)), red, atol=CLOSE)
        lit = [float(UP[0, row, column, 0] >= 0.5) for row, column in corners]
        assert np.allclose(library.call("gathered_lit", (x, y, 0.5)), lit)


def test_sizes(library: glowjit.Library) -> None:
    assert library.call("sizes") == (40404, 40404, 60600)


def cross(columns: int, rows: int, places: list[tuple[int, int]]) -> np.ndarray:
    picture = np.zeros((rows * SIDE, columns * SIDE, 4), np.uint8)
    for (column, row), face in zip(places, LAYERS, strict=True):
        picture[row * SIDE : (row + 1) * SIDE, column * SIDE : (column + 1) * SIDE] = face
    return picture


@pytest.mark.parametrize("picture", [
    np.concatenate(LAYERS),
    cross(4, 3, [(2, 1), (0, 1), (1, 0), (1, 2), (1, 1), (3, 1)]),
    np.concatenate([cross(3, 3, [(2, 1), (0, 1), (1, 0), (1, 2), (1, 1), (2, 2)])[:, :12],
                    np.pad(LAYERS[5][::-1, ::-1], ((0, 0), (SIDE, SIDE), (0, 0)))]),
])  # fmt: skip
def test_every_layout_of_a_cube(picture: np.ndarray) -> None:
    assert Texture.from_pixels(picture, shape="cube") == Texture.from_pixels(STRIP, shape="cube")


@pytest.mark.parametrize(
    ("shape", "size"), [("cube", (5, 7)), ("cube", (8, 40)), ("volume", (5, 7)), ("array", (8, 12))]
)
def test_no_such_layout(shape: str, size: tuple[int, int]) -> None:
    with pytest.raises(glowjit.GlowjitError, match=r"is no (strip|cube)"):
        Texture.from_pixels(np.zeros(size, np.uint8), shape=shape)


def test_a_paste_takes_the_shape_of_its_picture() -> None:
    source = "void mainImage(out vec4 c, in vec2 p) { c = texture(iChannel0, vec3(0.0, 0.1, -2.0)).rrrr; }"
    faces = np.repeat(np.arange(6, dtype=np.uint8)[:, None, None] * 40, 2, axis=1).repeat(2, axis=2)
    textures = {"iChannel0": Texture.from_pixels(np.concatenate(faces), shape="cube")}
    assert glowjit.compile(source, textures=textures).render(1, 1)[0, 0, 0] == 200
