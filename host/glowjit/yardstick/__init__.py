"""What LLVM makes of the same program: integer IR as C, compiled by clang -O2 for RV32IMC, run in the same emulator.

    translate.to_c(module, offsets) -> C      the IR of the stage "integers", memory objects where the backend has them
    clang.compile_c(source) -> ClangCode      position-independent code, its read-only data behind it

A yardstick for the backend's code, and a third opinion on what a shader computes. Needs the `ziglang` package.
"""

from __future__ import annotations

from glowjit.yardstick.clang import ClangCode, available, compile_c
from glowjit.yardstick.translate import to_c

__all__ = ["ClangCode", "available", "compile_c", "to_c"]
