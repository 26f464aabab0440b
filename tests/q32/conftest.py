"""The math library as a module, the way from GLSL to words without emulator or machine code, a loop to look at."""

import pytest

from glowjit import glsl, passes, q32, spirv
from glowjit.ir.text import parse_module
from glowjit.ir.verify import verify

DOUBLING = """
entry @main
func @main(%x: float, %y: float) -> (float, float, float, float) {{
entry:
  %a: float = fmul %x, 0.0001
  jump loop({start}, 0)
loop(%z: float, %i: int):
  %more: bool = lt %i, {turns}
  branch %more, turn, end
turn:
  %twice: float = fmul %z, 2.0
  %next: int = add %i, 1
  jump loop(%twice, %next)
end:
  ret %z, 0.5, 0.5, 1.0
}}
"""


@pytest.fixture(scope="session")
def doubling():
    """The module of a pixel function whose loop doubles `start` (%a is a small part of x) so many times."""
    return lambda start, turns: parse_module(DOUBLING.format(start=start, turns=turns))


@pytest.fixture(scope="session")
def library_spirv():
    return glsl.compile_library(q32.math_library_source(), "library").spirv


@pytest.fixture(scope="session")
def library(library_spirv):
    """Every function of the library as the translator makes it."""
    return spirv.translate(library_spirv, roots="all")


@pytest.fixture(scope="session")
def link(library_spirv):
    """Bring the library's functions `needed` into a module that was lowered."""

    def link_into(module, needed):
        if needed:
            passes.link(module, spirv.translate(library_spirv, roots=needed))
        verify(module, integers_only=False)

    return link_into


@pytest.fixture(scope="session")
def translate():
    """GLSL functions -> float IR, optimised as for real."""

    def to_module(source):
        module = spirv.translate(glsl.compile_library(source, "test").spirv, roots="all")
        passes.run_passes(module, passes.FLOAT_PASSES)
        return module

    return to_module


@pytest.fixture(scope="session")
def lower(link):
    """Float IR -> integer IR with the library, in place."""

    def to_words(module):
        link(module, q32.lower(module))
        verify(module)

    return to_words
