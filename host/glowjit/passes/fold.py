"""Constants in, constants out: `ir.semantics` as the passes want it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from glowjit.ir import semantics
from glowjit.ir.core import Const, Operand


def fold(op: str, args: Sequence[Operand]) -> tuple[Const, ...] | None:
    """The results of a pure operation; None if an operand is no constant or a result is no finite number.

    What x/0 or the root of a negative number gives is not the same in float64 and in fixed point, so such an operation
    stays for the machine to compute.
    """
    constants = [arg for arg in args if isinstance(arg, Const)]
    if len(constants) < len(args):
        return None
    results = semantics.fold(op, constants)
    return results if all(math.isfinite(result.value) for result in results) else None
