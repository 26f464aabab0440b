"""The GLSL front end: shader text in any of the usual conventions -> SPIR-V, by glslang in a process of its own."""

import contextlib

from glowjit.errors import GlowjitError
from glowjit.glsl.client import CLIENT
from glowjit.glsl.compiler import SpirvBinary, begin_trusted, compile_library, compile_shader, compile_trusted
from glowjit.glsl.includes import files_of, read_source
from glowjit.glsl.isf import ShaderInput

__all__ = [
    "ShaderInput",
    "SpirvBinary",
    "begin_trusted",
    "compile_library",
    "compile_shader",
    "compile_trusted",
    "files_of",
    "read_source",
    "warm_up",
]


def warm_up() -> None:
    """Start the worker process and return at once, so that its start overlaps whatever the caller does next."""
    with contextlib.suppress(GlowjitError):  # whoever compiles will be told
        CLIENT.start()
