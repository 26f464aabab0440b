"""Options that several commands share, and how their text becomes values."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from glowjit import glsl
from glowjit.errors import UniformError
from glowjit.q32.ranges import LARGEST_SIDE
from glowjit.textures import FILTERS, FORMATS, SAMPLERS, WRAPS, Texture, TextureError

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class Finite(click.FloatRange):
    """A float that is a number, within its range: `nan` is within any."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is not a number to compute with", param, ctx)
        return number


SECONDS = Finite(-32768, 32767)  # what a word holds

EXIT_WRONG = 1
"""The exit code of a command that looked for something wrong and found it."""


class Size(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """`64x48` or `64` for a square."""

    name = "WxH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        match = re.fullmatch(r"(\d+)(?:[xX*](\d+))?", value)
        if not match:
            self.fail(f"{value!r} is not a size; write 64x64", param, ctx)
        width = int(match[1])
        height = int(match[2] or match[1])
        if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
            self.fail(f"a picture of {width}x{height} cannot be rendered; each side is 1 to {LARGEST_SIDE}", param, ctx)
        return width, height


def read_shader(path: str, include: Sequence[str] = (), common: str = "") -> str:
    """The text of a shader file with all it includes; GlowjitError if one cannot be read or is not text."""
    return glsl.read_source(Path(path), "", include, common)[0]


class Textures(dict[str, Texture]):
    """Textures by name, as `name=picture.png[,setting...]` binds them; a setting is a format, a filter, a wrap, a size.

    `files` are the pictures' paths.
    """

    def __init__(self, settings: tuple[str, ...]) -> None:
        self.settings = settings
        self.files = [setting.partition("=")[2].split(",")[0] for setting in settings]
        super().__init__(map(_texture, settings))

    def again(self) -> Textures:
        """The same, read anew."""
        return Textures(self.settings)


def _texture(setting: str) -> tuple[str, Texture]:
    name, equals, text = setting.partition("=")
    path, *words = text.split(",")
    if not equals or not name or not path:
        raise TextureError(f"--texture {setting!r} names no picture", hint="write --texture iChannel0=cat.png")
    chosen = {}
    size = None
    for word in words:
        kind = next((kind for kind, known in _TEXTURE_SETTINGS.items() if word in known), None)
        if kind:
            chosen[kind] = word
        elif match := re.fullmatch(r"([1-9]\d{0,3})x([1-9]\d{0,3})", word):
            size = int(match[1]), int(match[2])
        else:
            known = ", ".join(item for items in _TEXTURE_SETTINGS.values() for item in items)
            raise TextureError(f"there is no texture setting {word!r}", hint=f"there are: {known}, and sizes as 32x32")
    from glowjit.cli.pictures import read_pixels  # most shaders have no textures, and start without Pillow

    return name, Texture.from_pixels(read_pixels(path, size), **chosen)


_TEXTURE_SETTINGS: dict[str, Iterable[str]] = {
    "format": FORMATS,
    "filter": FILTERS,
    "wrap": WRAPS,
    "shape": SAMPLERS,
}


def parse_uniforms(settings: tuple[str, ...]) -> dict[str, Any]:
    """`name=value` pairs: numbers, true/false, `(1, 2, 3)` or `1,2,3` for vectors, `[...]` for arrays."""
    out = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name.strip():
            raise UniformError(f"--uniform {setting!r} has no value", hint="write --uniform name=value, or name=1,2,3")
        words = {"true": "True", "false": "False"}
        try:
            out[name.strip()] = ast.literal_eval(words.get(text.strip().lower(), text.strip()))
        except (ValueError, SyntaxError):
            raise UniformError(
                f"cannot read the value {text!r} of uniform {name!r}",
                hint="write a number, true, or 1,2,3 for a vector",
            ) from None
    return out


def stack(*options: Callable[[Decorated], Decorated]) -> Callable[[Decorated], Decorated]:
    """Several options as one decorator; --help lists them in this order."""

    def decorate(function: Decorated) -> Decorated:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _settings() -> str:
    """The settings of a texture, for the help of --texture."""
    kinds = (f"{kind} ({', '.join(words)})" for kind, words in _TEXTURE_SETTINGS.items())
    return ", ".join([*kinds, "size (32x32)"])


board_option = click.option(
    "--board", default="esp32c3", show_default=True, metavar="NAME|FILE", help="A board's name, or its TOML file."
)

regalloc_option = click.option(
    "--regalloc",
    default="single_pass",
    show_default=True,
    metavar="NAME",
    help="The register allocator: single_pass, as on a board, or backtracking.",
)

uniform_option = click.option(
    "--uniform",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a uniform: speed=0.3, on=true, tint=1,0.5,0. Repeat for more.",
)

compile_options = stack(
    board_option,
    regalloc_option,
    click.option(
        "--heap-limit",
        type=click.IntRange(min=1),
        metavar="BYTES",
        help="Fail if the compiler's backend needs more memory than this.",
    ),
    click.option("--check", is_flag=True, help="Verify every register allocation symbolically."),
    click.option("--include", multiple=True, metavar="DIR", help="Look in this folder for #include. Repeat for more."),
    click.option(
        "--common", default="", metavar="FILE", help="GLSL to put before SHADER, like Shadertoy's Common tab."
    ),
    click.option(
        "--texture",
        "textures",
        multiple=True,
        callback=lambda _context, _parameter, settings: Textures(settings),
        metavar="NAME=PICTURE[,SETTING...]",
        help=f"Bind a picture to the sampler NAME. Settings: {_settings()}. Repeat for more.",
    ),
)

channel_options = stack(
    click.option("--feedback", metavar="NAME", help="Bind the previous frame, 8 bits a channel, to the sampler NAME."),
    click.option(
        "--buffer-a",
        metavar="FILE",
        help="Draw the shader FILE before each frame; SHADER, and FILE itself in the next frame, read it as iChannel0.",
    ),
)

frame_options = stack(
    click.option("--size", type=Size(), default="64x64", show_default=True, help="Picture size in pixels."),
    click.option(
        "--time",
        "seconds",
        type=SECONDS,
        default=0.0,
        show_default=True,
        metavar="SECONDS",
        help="The shader's time.",
    ),
    uniform_option,
)

checked_option = click.option(
    "--checked", is_flag=True, help="Stop at the first value of a frame that overflows its 32-bit word."
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

shader_argument = click.argument("shader", type=click.Path(dir_okay=False))
