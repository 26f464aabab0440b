"""glowjit: GLSL fragment shaders as fixed-point RISC-V machine code.

program = glowjit.compile("plasma.frag")              # text or path
frame = program.render(64, 64, time=1.5)              # on the emulated board; numpy uint8 (64, 64, 3)
glowjit.compare("plasma.frag", 64, 64, time=1.5)      # against float64
glowjit.check("plasma.frag").findings                 # values that make a picture wrong, and what to write
library = glowjit.compile_functions(source)           # any GLSL functions, no main needed
library.call("lerp", 1.0, 2.0, 0.25)
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from glowjit.errors import GlowjitError

if TYPE_CHECKING:
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


class _Package(ModuleType):
    """`glowjit.reference` is the function, also after an import of the room of that name, which would bind it here."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in __all__ or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    """Import what is public when some of it is first asked for: `glowjit --help` needs neither numpy nor a compiler."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("glowjit")
    if name not in __all__:
        raise AttributeError(f"module 'glowjit' has no attribute {name!r}")
    for module in map(importlib.import_module, ("glowjit.program", "glowjit.library")):
        globals().update({name: value for name, value in vars(module).items() if name in __all__})
    return globals()[name]


def __dir__() -> list[str]:
    return __all__
