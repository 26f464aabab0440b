"""The IR: scalar SSA with block parameters, in memory (`core`), as text (`text`), checked (`verify`), run (`evaluate`).

`core` says what a module is and `ops` what an instruction does; `cfg` answers questions about control flow, and
`generate` makes random modules for tests. Nothing here knows GLSL beyond its types, SPIR-V or RISC-V.
"""

from glowjit.ir.core import (
    Block,
    Channel,
    Const,
    Edge,
    Function,
    Inst,
    MemKind,
    MemObject,
    Module,
    Operand,
    Parameter,
    Signature,
    Terminator,
    Type,
    UniformInfo,
    Value,
    as_int32,
    const_bool,
    const_float,
    const_int,
)
from glowjit.ir.ops import OPS, OpInfo

__all__ = [
    "OPS",
    "Block",
    "Channel",
    "Const",
    "Edge",
    "Function",
    "Inst",
    "MemKind",
    "MemObject",
    "Module",
    "OpInfo",
    "Operand",
    "Parameter",
    "Signature",
    "Terminator",
    "Type",
    "UniformInfo",
    "Value",
    "as_int32",
    "const_bool",
    "const_float",
    "const_int",
]
