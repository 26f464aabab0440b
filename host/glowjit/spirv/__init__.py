"""SPIR-V -> float IR: reading the binary, scalarising it, and making every access and loop safe.

`translate` is the stage; `disassemble` prints a module for people. Inside, in the order of the work: `grammar` and
`reader` (instructions), `types` and `constants`, `usage` and `signatures` (variables and interfaces), `memory` (access
chains), `arithmetic`, `linear`, `composites`, `extended` and `packing` (what instructions compute), `flow` and
`function` (one function), `pixel` and `clear` (the entry point), `module` (all of it).
"""

from glowjit.ir.core import INITIALISERS
from glowjit.spirv.module import translate
from glowjit.spirv.reader import SpirvError
from glowjit.spirv.text import disassemble

__all__ = ["INITIALISERS", "SpirvError", "disassemble", "translate"]
