"""An allocated function as text, for people: `glowjit compile --emit vcode`."""

from __future__ import annotations

from glowcore.dump import vcode_text
from glowcore.vcode import Output, VCode
from glowjit.allocators.report import measure


def print_allocation(name: str, vcode: VCode, output: Output) -> str:
    """The function's instructions with their registers, the edits between them, and a line of counts."""
    return f"function {name}: {measure(vcode, output)}\n{vcode_text(vcode, output)}\n"
