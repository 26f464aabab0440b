"""glowjit: GLSL fragment shaders as fixed-point RISC-V machine code.

program = glowjit.compile("plasma.frag")              # text or path
frame = program.render(64, 64, time=1.5)              # on the emulated board; numpy uint8 (64, 64, 3)
glowjit.compare("plasma.frag", 64, 64, time=1.5)      # against float64
glowjit.check("plasma.frag").findings                 # values that make a picture wrong, and what to write
library = glowjit.compile_functions(source)           # any GLSL functions, no main needed
library.call("lerp", 1.0, 2.0, 0.25)
"""

from glowjit.errors import GlowjitError
from glowjit.library import Library, compile_functions
from glowjit.program import Comparison, Program, Reference, check, compare, compile, reference

__all__ = [
    "Comparison",
    "GlowjitError",
    "Library",
    "Program",
    "Reference",
    "check",
    "compare",
    "compile",
    "compile_functions",
    "reference",
]
