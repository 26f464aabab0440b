"""A second opinion on a picture: the same GLSL on an OpenGL implementation (Mesa's llvmpipe in CI), in float32.

Optional: needs `moderngl` and an EGL driver, and raises OpenGLUnavailable where they are missing. Input: fragment
shader text, size, uniforms as Python values. Output: float32 (h, w, 4), top row first, unclamped.

Understood: any `void main()` with `gl_FragColor` or one output, Shadertoy's `mainImage` and `vec4 render(vec2)`. The
`#version` is replaced by a desktop one, and low precisions by high: the question is what the shader means, not what a
telephone makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np

from glowjit.errors import GlowjitError, ShaderError

_SHADERTOY = {
    "iTime": "float",
    "iTimeDelta": "float",
    "iFrame": "int",
    "iFrameRate": "float",
    "iResolution": "vec3",
    "iMouse": "vec4",
    "iDate": "vec4",
}
_COLOR = "glowjit_color"
_ENTRIES = {
    r"\bvoid\s+mainImage\s*\(": f"out vec4 {_COLOR}; void main() {{ mainImage({_COLOR}, gl_FragCoord.xy); }}",
    r"\bvec4\s+render\s*\(": f"out vec4 {_COLOR}; void main() {{ {_COLOR} = render(gl_FragCoord.xy); }}",
}
_VERTEX = "in vec2 corner; void main() { gl_Position = vec4(corner, 0.0, 1.0); }"
_CORNERS = np.array([-1, -1, 3, -1, -1, 3], dtype=np.float32)  # one triangle that covers the picture


class OpenGLUnavailable(GlowjitError):
    """There is no OpenGL here."""

    stage = "opengl"


def render(source: str, width: int, height: int, uniforms: Mapping[str, Any] | None = None) -> np.ndarray:
    """The picture as float32 (height, width, 4), top row first, not clamped.

    `uniforms` are Python values as `glowjit.words` takes them: vectors are tuples, matrices tuples of columns, arrays
    lists, structs dicts. Names that the driver does not know (unused ones among them) are passed over. Raises
    OpenGLUnavailable, or ShaderError with the driver's message.
    """
    context = open_context()
    fragment, version = _complete(source, context.version_code)
    try:
        program = context.program(vertex_shader=f"#version {version}\n{_VERTEX}", fragment_shader=fragment)
    except Exception as error:  # moderngl.Error, a name that exists only where moderngl does
        raise ShaderError(f"OpenGL refuses the shader: {error}", stage="opengl") from None
    for name, value in _flattened(uniforms or {}):
        if name in program:
            program[name].value = value
    target = context.simple_framebuffer((width, height), components=4, dtype="f4")
    vertices = context.buffer(_CORNERS.tobytes())
    array = context.vertex_array(program, [(vertices, "2f", "corner")])
    target.use()
    target.clear(0.0, 0.0, 0.0, 0.0)
    array.render()
    pixels = np.frombuffer(target.read(components=4, dtype="f4"), dtype=np.float32)
    for item in (array, vertices, target, program):
        item.release()
    return pixels.reshape(height, width, 4)[::-1].copy()


def available() -> bool:
    """Whether `render` can work here."""
    try:
        open_context()
    except OpenGLUnavailable:
        return False
    return True


@cache
def open_context() -> Any:
    """The one moderngl context of the process. Raises OpenGLUnavailable."""
    try:
        import moderngl

        options: dict[str, Any] = {"standalone": True, "backend": "egl"}
        return moderngl.create_context(**options)
    except Exception as error:  # a missing module, library, driver or device: each has its own exception
        hint = "pip install moderngl, and on Debian apt-get install libegl1 libgl1-mesa-dri; or do without"
        raise OpenGLUnavailable(f"no OpenGL: {error}", hint=hint) from None


def _complete(source: str, driver: int) -> tuple[str, int]:
    """The whole fragment shader and its version; the user's first line stays line 1."""
    version = min(330 if "gl_FragColor" in source else 450, driver)  # 4.20 took gl_FragColor away
    body = re.sub(r"(?m)^[ \t]*#[ \t]*version.*$", "", source)
    body = re.sub(r"\b(mediump|lowp)\b", "highp", body)
    head = [f"#version {version}"]
    head += [
        f"uniform {type} {name};"
        for name, type in _SHADERTOY.items()
        if re.search(rf"\b{name}\b", body) and not re.search(rf"\buniform\b[^;]*\b{name}\b", body)
    ]
    tail = ""
    if not re.search(r"\bvoid\s+main\s*\(", body):
        tail = next((text for pattern, text in _ENTRIES.items() if re.search(pattern, body)), "")
    return "\n".join([*head, "#line 1", body, tail]), version


def _flattened(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """OpenGL's own names and flat values: `light.color`, `lights[2].color`."""
    if isinstance(value, Mapping):
        for member, inner in value.items():
            yield from _flattened(inner, f"{name}.{member}" if name else member)
    elif isinstance(value, list) and value and isinstance(value[0], (Mapping, list)):
        for index, inner in enumerate(value):
            yield from _flattened(inner, f"{name}[{index}]")
    elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
        yield name, tuple(scalar for column in value for scalar in column)
    else:
        yield name, value
