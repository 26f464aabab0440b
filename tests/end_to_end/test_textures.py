"""Textures: every format, filter and wrap against numpy, on machine code and in float64; feedback; what is refused."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import glowjit
from glowjit import image
from glowjit.reference import to_bytes
from glowjit.textures import FILTERS, FORMATS, WRAPS, Texture

PIXELS = np.random.default_rng(5).integers(0, 256, (5, 7, 4), np.uint8)
SAMPLE = """void mainImage(out vec4 c, in vec2 p) {
    vec4 t = texture(iChannel0, p / iResolution.xy * 2.5 - 0.7);
    c = vec4(t.rgb * t.a, 1.0);
}"""


def stored(format: str) -> np.ndarray:
    """The texels as a format keeps them: float (height, width, 4), bottom row first."""
    texels = PIXELS[::-1] / 255.0
    for channel, field in enumerate(FORMATS[format].fields):
        top = (1 << field[0]) - 1 if field else 1
        texels[..., channel] = np.floor(texels[..., channel] * top + 0.5) / top if field else channel == 3
    return texels


def wrapped(index: np.ndarray, size: int, wrap: str) -> np.ndarray:
    if wrap == "clamp":
        return np.clip(index, 0, size - 1)
    index = index % (2 * size if wrap == "mirror" else size)
    return np.where(index < size, index, 2 * size - 1 - index)


def sampled(texels: np.ndarray, u: np.ndarray, v: np.ndarray, filter: str, wrap: str) -> np.ndarray:
    height, width, _ = texels.shape

    def texel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return texels[wrapped(y.astype(int), height, wrap), wrapped(x.astype(int), width, wrap)]

    x, y = u * width, v * height
    if filter == "nearest":
        return texel(np.floor(x), np.floor(y))
    left, low = np.floor(x - 0.5), np.floor(y - 0.5)
    across, up = (x - 0.5 - left)[..., None], (y - 0.5 - low)[..., None]
    lower = texel(left, low) * (1 - across) + texel(left + 1, low) * across
    upper = texel(left, low + 1) * (1 - across) + texel(left + 1, low + 1) * across
    return lower * (1 - up) + upper * up


@pytest.mark.parametrize(("format", "filter", "wrap"), [*itertools.product(FORMATS, FILTERS, WRAPS)])
def test_sampling(format: str, filter: str, wrap: str) -> None:
    textures = {"iChannel0": Texture.from_pixels(PIXELS, format, filter, wrap)}
    u, v = np.meshgrid((np.arange(16) + 0.5) / 16 * 2.5 - 0.7, (np.arange(16)[::-1] + 0.5) / 16 * 2.5 - 0.7)
    colour = sampled(stored(format), u, v, filter, wrap)
    expected = colour[..., :3] * colour[..., 3:]
    found = glowjit.reference(SAMPLE, textures=textures).render(16, 16)[..., :3]
    assert np.allclose(found, expected)
    picture = glowjit.compile(SAMPLE, textures=textures, check=True).render(16, 16)
    assert np.abs(picture - expected * 255).max() <= 1.0


ES = "#version 300 es\nuniform sampler2D s;\nout vec4 c;\nvoid main() {{ {} }}"
OLD = "uniform sampler2D s;\nvoid main() {{ gl_FragColor = vec4({}, 1.0); }}"
FOUR = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)

# a shader, and the colour of its one pixel; the texture's bottom row is blue, white
READS = [
    (ES.format("c = texelFetch(s, ivec2(0, 0), 0);"), (0, 0, 255)),
    (ES.format("c = texelFetch(s, ivec2(1, 1), 0);"), (0, 255, 0)),
    (ES.format("c = texelFetch(s, ivec2(-5, 99), 0);"), (255, 0, 0)),
    (ES.format("c = textureLod(s, vec2(0.25, 0.75), 3.0);"), (255, 0, 0)),
    (ES.format("c = texture(s, vec2(0.75, 0.75), -1.0);"), (0, 255, 0)),
    (ES.format("c = textureProj(s, vec3(0.75, 0.25, 1.0) * 3.0);"), (255, 255, 255)),
    (ES.format("c = textureProj(s, vec4(0.25, 0.75, 7.0, 1.0) * 0.5);"), (255, 0, 0)),
    (ES.format("c = textureGrad(s, vec2(0.75, 0.25), vec2(4.0), vec2(4.0));"), (255, 255, 255)),
    (ES.format("c = textureOffset(s, vec2(0.25, 0.25), ivec2(1, 0));"), (255, 255, 255)),
    (ES.format("c = textureOffset(s, vec2(0.25, 0.25), ivec2(-2, 1), 0.5);"), (255, 0, 0)),
    (ES.format("c = textureLodOffset(s, vec2(0.25, 0.25), 0.0, ivec2(0, 1));"), (255, 0, 0)),
    (ES.format("c = textureGradOffset(s, vec2(0.25), vec2(1.0), vec2(1.0), ivec2(1));"), (0, 255, 0)),
    (ES.format("c = texelFetchOffset(s, ivec2(0), 0, ivec2(1));"), (0, 255, 0)),
    (ES.format("c = vec4(vec2(textureSize(s, 0)) / 4.0, 0.0, 1.0);"), (128, 128, 0)),
    (ES.format("c = textureProjLodOffset(s, vec3(0.25, 0.25, 1.0), 0.0, ivec2(1, 0));"), (255, 255, 255)),
    (ES.format("c = textureProjGradOffset(s, vec3(0.5, 0.5, 2.0), vec2(1.0), vec2(1.0), ivec2(0, 1));"), (255, 0, 0)),
    (OLD.format("texture2D(s, vec2(0.25)).rgb"), (0, 0, 255)),
    (OLD.format("texture2D(s, vec2(0.75, 0.25), 1.0).rgb"), (255, 255, 255)),
    (OLD.format("texture2DProj(s, vec3(0.5, 1.5, 2.0)).rgb"), (255, 0, 0)),
    (
        "#extension GL_EXT_shader_texture_lod : enable\n" + OLD.format("texture2DLodEXT(s, vec2(0.25), 0.0).rgb"),
        (0, 0, 255),
    ),
    (
        "uniform sampler2D s;\n"
        "void mainImage(out vec4 c, in vec2 p) { c = texture2D(s, vec2(0.25)) + 0.0 * texture2DLodEXT(s, p, 0.0); }",
        (0, 0, 255),
    ),
    (OLD.format("texture2D(s, vec2(0.5)).rgb"), (128, 128, 128)),
    ("#version 120\n" + OLD.replace("2D", "1D").format("texture1D(s, 0.25).rgb"), (128, 0, 128)),
    ("#version 330\nout vec4 c; uniform sampler1D s; void main() { c = texelFetch(s, 1, 0); }", (255, 255, 255)),
    ("#version 330 core\nout vec4 c; uniform sampler2D s; void main() { c = texture2D(s, vec2(0.25)); }", (0, 0, 255)),
    ("#version 450\nout vec4 c; uniform sampler2D s; void main() { c = texture2D(s, vec2(0.25)); }", (0, 0, 255)),
]


@pytest.mark.parametrize(("source", "expected"), READS)
def test_reads(source: str, expected: tuple[int, ...]) -> None:
    textures = {"s": Texture.from_pixels(FOUR)}
    assert glowjit.compile(source, textures=textures).render(1, 1)[0, 0].tolist() == pytest.approx(expected, abs=1)


FUNCTIONS = """#version 300 es
uniform sampler2D s, t;
uniform sampler2D pair[2];
out vec4 c;
vec4 low(sampler2D from, vec2 p) { return texture(from, p * 0.5); }
vec4 both(sampler2D one, float k, sampler2D other) { return k * low(one, vec2(0.5)) + low(other, vec2(0.5, 1.5)); }
vec4 second(sampler2D from[2]) { return low(from[1], vec2(0.5)); }
void add(sampler2D from, inout vec4 sum, in vec2 p) { sum += texelFetch(from, ivec2(p), 0); }
ivec2 extent(in sampler2D from) { return textureSize(from, 0); }
"""

# what main does, and the colour; s has blue at its lower left, t the inverse of that, yellow; pair is t, s
PASSED = [
    ("c = low(s, vec2(0.5));", (0, 0, 255)),
    ("c = low(s, vec2(0.5)) + low(t, vec2(0.5));", (255, 255, 255)),
    ("c = both(s, 0.5, t);", (0, 255, 255)),  # half blue, cyan
    ("c = both(t, 0.5, s);", (255, 128, 0)),
    ("c = low(pair[0], vec2(0.5));", (255, 255, 0)),
    ("c = second(pair);", (0, 0, 255)),
    ("c = vec4(0.0); add(s, c, vec2(0)); add(pair[1], c, vec2(0)); add(t, c, vec2(0, 1)); c.b *= 0.25;", (0, 255, 191)),
    ("c = vec4(extent(s), extent(pair[1])) / 4.0;", (128, 128, 128)),
    ("c = texture(pair[1], vec2(0.25));", (0, 0, 255)),
]


@pytest.mark.parametrize(("body", "expected"), PASSED)
def test_samplers_are_passed_to_functions(body: str, expected: tuple[int, ...]) -> None:
    own, inverse = (Texture.from_pixels(pixels, filter="nearest") for pixels in (FOUR, 255 - FOUR))
    textures = {"s": own, "t": inverse, "pair[0]": inverse, "pair[1]": own}
    source = FUNCTIONS + f"void main() {{ {body} }}"
    used = {name: texture for name, texture in textures.items() if name.partition("[")[0] in source}
    picture = glowjit.compile(source, textures=used, check=True).render(1, 1)
    assert picture[0, 0].tolist() == pytest.approx(expected, abs=1)


def test_an_index_that_varies_chooses_a_texture() -> None:
    source = """#version 450
    uniform sampler2D t[3]; out vec4 c;
    void main() {
        c = vec4(0.0);
        for (int i = 0; i < 3; i++) c[i] = textureLod(t[int(gl_FragCoord.x) + i - 1], vec2(0.5), 0.0).r;
    }"""
    textures = {f"t[{n}]": Texture.from_pixels([[40 * n + 40]]) for n in range(3)}
    picture = glowjit.compile(source, textures=textures).render(2, 1)
    assert picture[0].tolist() == [[40, 40, 80], [40, 80, 120]]  # an index outside means the nearest


def test_texels_are_set_for_a_frame() -> None:
    program = glowjit.compile(READS[0][0], textures={"s": Texture.from_pixels(FOUR)})
    words = Texture.from_pixels(255 - FOUR).words
    assert program.render(1, 1, uniforms={"s": words})[0, 0].tolist() == [255, 255, 0]
    assert program.render(1, 1)[0, 0].tolist() == [0, 0, 255]


def test_sizes_of_channels() -> None:
    source = """void mainImage(out vec4 c, in vec2 p) {
        c = vec4(iChannelResolution[1].xy / 10.0, iChannelTime[0] + 0.0 * texture(iChannel1, p).r, 1.0);
    }"""
    textures = {"iChannel1": Texture.from_pixels(PIXELS)}
    assert glowjit.compile(source, textures=textures).render(1, 1)[0, 0].tolist() == pytest.approx((179, 128, 0), abs=1)


def test_time_of_channels() -> None:
    """A texture stands still; where there is none, a sound may be meant."""
    source = """void mainImage(out vec4 c, in vec2 p) {
        c = vec4(iChannelTime[0], iChannelTime[1] + 0.0 * texture(iChannel1, p).r, 0.25, 1.0);
    }"""
    textures = {"iChannel1": Texture.from_pixels(PIXELS)}
    assert glowjit.compile(source, textures=textures).render(1, 1, time=0.5)[0, 0].tolist() == [128, 0, 64]
    source = "void mainImage(out vec4 c, in vec2 p) { c = vec4(iChannelTime[3] * 0.5); }"
    assert glowjit.compile(source).render(1, 1, time=0.5)[0, 0].tolist() == [64, 64, 64]


LIFE = """void mainImage(out vec4 c, in vec2 p) {
    ivec2 at = ivec2(p);
    if (iFrame == 0) { c = vec4(at.y == 4 && abs(at.x - 4) < 2); return; }
    int n = 0;
    for (int k = 0; k < 9; k++) if (k != 4) n += int(texelFetch(iChannel0, at + ivec2(k % 3, k / 3) - 1, 0).r + 0.5);
    bool alive = texelFetch(iChannel0, at, 0).r > 0.5;
    c = vec4(n == 3 || (alive && n == 2));
}"""


def render(folder: Path, *arguments: str) -> list[np.ndarray]:
    command = [sys.executable, "-m", "glowjit", "render", *arguments, "-o", "out.png", "--size", "9x9"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    picture = Image.open(folder / "out.png")
    frames = []
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        frames.append(np.asarray(picture.convert("RGB"))[..., 0] > 128)
    return frames


def test_life_goes_on_by_feedback(tmp_path: Path) -> None:
    (tmp_path / "life.frag").write_text(LIFE)
    first, second, third = render(tmp_path, "life.frag", "--feedback", "iChannel0", "--frames", "3")
    assert np.argwhere(first).tolist() == [[4, 3], [4, 4], [4, 5]]
    assert np.argwhere(second).tolist() == [[3, 4], [4, 4], [5, 4]]
    assert (third == first).all()


SEEDED = LIFE.replace("c = vec4(at.y == 4 && abs(at.x - 4) < 2)", "c = vec4(hash(p) > 0.6)").replace(
    "void mainImage",
    "float hash(vec2 p) { return fract(p.x * p.y * 0.271 + dot(p, vec2(0.37, 0.73))); }\nvoid mainImage",
)
FIRE = """float hash(vec2 p) {
    vec3 q = fract(vec3(p.xyx) * 0.1031);
    q += dot(q, q.yzx + 33.33);
    return fract((q.x + q.y) * q.z);
}
void mainImage(out vec4 c, in vec2 p) {
    vec2 size = iResolution.xy, wind = vec2(0.8 * sin(iTime * 3.0 + p.y * 0.3), -1.3);
    float heat = texture(iChannel0, (p + wind) / size).r * 0.5;
    heat += 0.25 * (texture(iChannel0, (p + wind + vec2(1.0, 0.0)) / size).r);
    heat += 0.25 * (texture(iChannel0, (p + wind - vec2(1.0, 0.0)) / size).r) - 0.012;
    if (p.y < 2.0) heat = step(0.4, hash(floor(p * 0.5) + float(iFrame)));
    c = vec4(heat, heat * heat, heat * heat * heat, 1.0);
}"""


@pytest.mark.parametrize(("source", "most"), [(SEEDED, 0), (FIRE, 2)])
def test_fifty_frames_with_a_memory(source: str, most: int) -> None:
    """Both remember bytes, each its own."""
    size = 24
    feedback = {"iChannel0": Texture.from_pixels(np.zeros((size, size, 4), np.uint8), wrap="clamp")}
    board, ideal = glowjit.compile(source, textures=feedback), glowjit.reference(source, textures=feedback)
    ours = theirs = feedback["iChannel0"].words
    for frame in range(50):
        moment = {"time": frame / 30, "frame": frame}
        picture = board.render(size, size, uniforms={"iChannel0": ours}, **moment)
        expected = to_bytes(ideal.render(size, size, uniforms={"iChannel0": theirs}, **moment))
        assert np.abs(picture.astype(int) - expected).max() <= most, frame
        ours, theirs = (Texture.from_pixels(pixels).words for pixels in (picture, expected))
    assert 0 < (picture[..., 0] > 100).mean() < 1


def test_a_buffer_feeds_the_image(tmp_path: Path) -> None:
    (tmp_path / "life.frag").write_text(LIFE)
    (tmp_path / "image.frag").write_text(
        "void mainImage(out vec4 c, in vec2 p) { c = 1.0 - texelFetch(iChannel0, ivec2(p), 0); }"
    )
    frames = render(tmp_path, "image.frag", "--buffer-a", "life.frag", "--frames", "2")
    assert np.argwhere(~frames[1]).tolist() == [[3, 4], [4, 4], [5, 4]]


def test_a_picture_on_the_command_line(tmp_path: Path) -> None:
    Image.fromarray(FOUR).save(tmp_path / "cat.png")
    (tmp_path / "look.frag").write_text(
        "void mainImage(out vec4 c, in vec2 p) { c = texture(iChannel0, p / 9.0).gggg; }"
    )
    (frame,) = render(tmp_path, "look.frag", "--texture", "iChannel0=cat.png,nearest,clamp,rgb565")
    assert frame[0].tolist() == [False] * 4 + [True] * 5


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (SAMPLE, {}, "'iChannel0' is a texture, and none is bound to it"),
    (SAMPLE, {"cat": Texture.from_pixels(FOUR)}, "the shader has no texture 'cat'"),
    (
        OLD.format("texture2D(s, vec2(0.5)).rgb"),
        {"s": Texture.from_pixels(np.zeros((300, 300), np.uint8))},
        "'s' (300x300, rgba8) the textures take 360,000 bytes; the ESP32-C3 has 112,640",
    ),
    (ES.replace("sampler2D s", "samplerCube s").format("c = texture(s, vec3(1.0));"), {}, "s=picture.png,cube"),
    (
        ES.replace("sampler2D s", "sampler3D s").format("c = texture(s, vec3(1.0));"),
        {"s": Texture.from_pixels(FOUR)},
        "'s' is a sampler3D, and its picture is bound as 2d",
    ),
    (
        "#version 450\n" + OLD.replace("2D", "1DArray").format("texture(s, vec2(0.5)).rgb"),
        {},
        "a sampler2D of one row",
    ),
    (
        "#version 450\n" + OLD.replace("sampler2D s", "samplerCubeArray s").format("texture(s, vec4(1.0)).rgb"),
        {},
        "read several samplerCubes",
    ),
    (
        ES.replace("sampler2D s", "sampler2D s[2]").format("c = texture(s[1], vec2(1.0));"),
        {"s[0]": Texture.from_pixels(FOUR)},
        "'s[1]' is a texture, and none is bound to it",
    ),
    (
        "void mainImage(out vec4 c, in vec2 p) { c = texture(iChannel0, vec3(p, 1.0)); }",
        {"iChannel0": Texture.from_pixels(FOUR)},
        "in a cube map or volume a vec3",
    ),
    (
        """#version 450
    uniform sampler2D s[2]; out vec4 c;
    vec4 f(sampler2D t) { return texture(t, vec2(0.5)); }
    void main() { c = f(s[int(gl_FragCoord.x)]); }""",
        {f"s[{n}]": Texture.from_pixels(FOUR) for n in range(2)},
        "index that is not constant",
    ),
]


@pytest.mark.parametrize(("source", "textures", "message"), REFUSED)
def test_refused(source: str, textures: dict[str, Texture], message: str) -> None:
    with pytest.raises(glowjit.GlowjitError) as caught:
        glowjit.compile(source, textures=textures)
    assert message in str(caught.value)


def test_an_image_carries_its_texels() -> None:
    shipped = glowjit.compile(READS[0][0], textures={"s": Texture.from_pixels(FOUR)}).image
    again = image.Image.from_bytes(shipped.to_bytes())
    assert again.uniforms == shipped.uniforms
    assert again.uniforms[0].uniform.default == Texture.from_pixels(FOUR).words


def test_a_function_reads_a_texture() -> None:
    source = "uniform sampler2D s;\nvec4 f(vec2 p) { return texture(s, p); }"
    library = glowjit.compile_functions(source, textures={"s": Texture.from_pixels(FOUR, filter="nearest")})
    assert library.call("f", (0.25, 0.75)) == (1.0, 0.0, 0.0, 1.0)


def test_a_function_that_takes_a_texture_is_for_other_functions() -> None:
    source = """uniform sampler2D t;
    vec4 f(sampler2D s, vec2 p) { return texture(s, p); }
    vec4 g() { return f(t, vec2(0.25)); }"""
    library = glowjit.compile_functions(source, textures={"t": Texture.from_pixels(FOUR, filter="nearest")})
    assert library.call("g") == (0.0, 0.0, 1.0, 1.0)


def test_a_texture_too_large_for_the_board() -> None:
    textures = {"iChannel0": Texture.from_pixels(np.zeros((167, 168), np.uint8))}
    with pytest.raises(glowjit.GlowjitError, match="out of memory"):
        glowjit.compile(SAMPLE, textures=textures).render(4, 4)


@pytest.mark.parametrize("settings", [{"format": "bc7"}, {"filter": "cubic"}, {"wrap": "border"}, {"shape": "4d"}])
def test_bad_settings(settings: dict[str, str]) -> None:
    with pytest.raises(glowjit.GlowjitError, match="there is no texture"):
        Texture.from_pixels(FOUR, **settings)


@pytest.mark.parametrize(
    ("look", "plain"),
    [
        ("IMG_NORM_PIXEL(a, isf_FragNormCoord.yx)", "texture2D(a, (gl_FragCoord.xy / RENDERSIZE).yx)"),
        ("IMG_PIXEL(a, gl_FragCoord.xy * 0.5)", "texture2D(a, gl_FragCoord.xy * 0.5 / vec2(7.0, 5.0))"),
        ("IMG_THIS_PIXEL(a)", "texture2D(a, gl_FragCoord.xy / RENDERSIZE)"),
        ("vec4(IMG_SIZE(a) * 0.1, IMG_THIS_NORM_PIXEL(a).xy)",
         "vec4(0.7, 0.5, texture2D(a, gl_FragCoord.xy / RENDERSIZE).xy)"),
    ],
)  # fmt: skip
def test_pictures_of_isf(look: str, plain: str) -> None:
    header = '/*{"INPUTS": [{"NAME": "a", "TYPE": "image"}]}*/\n'
    textures = {"a": Texture.from_pixels(PIXELS)}
    found, expected = (
        glowjit.compile(f"{header}void main() {{ gl_FragColor = {text}; }}", textures=textures).render(9, 8)
        for text in (look, plain)
    )
    assert np.array_equal(found, expected) and found.std() > 10
