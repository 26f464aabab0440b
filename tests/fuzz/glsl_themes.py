"""What the functions of a random GLSL program are about.

Floats hide what goes wrong among their rounding, and many things in a function hide one another. So there are, beside
functions of everything, some that are about one thing and compute little: control flow, moves between the parts of
aggregates, calls with out parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glsl_catalogue import ARRAYS, MATRICES, TYPES


@dataclass(frozen=True)
class Theme:
    """`plain` and `structured` name the kinds of statements, as often as they come; `leaving` is how often a break, a
    continue or a return comes. `depth` is that of expressions, 0 for what the knobs say."""

    types: Sequence[str]
    plain: str
    structured: str
    depth: int = 1
    leaving: int = 1
    modes: Sequence[str] = ("in", "in", "in", "in", "out", "inout")


MIXED = Theme(
    TYPES,
    "declare " * 5 + "assign " * 6 + "compound " * 3 + "step " + "out_call " * 2 + "call " * 3,
    "branch " * 3 + "for_loop " * 2 + "while_loop do_loop switch",
    depth=0,
)
FLOW = Theme(
    ["int"] * 6 + ["uint", "bool", "ivec2"],
    "declare assign compound compound step call",
    "branch branch for_loop while_loop do_loop switch switch switch " * 2,
    leaving=5,
)
MOVES = Theme(
    [*ARRAYS, "S", "T", "S", "T", *MATRICES, "ivec3", "vec4", "int"],
    "declare assign assign assign call",
    "branch",
    modes=("in", "inout", "inout"),
)
CALLS = Theme(
    ["int", "int", "ivec2", "uvec3", "vec3", "S", "bool[2]", "int[2][3]"],
    "declare assign compound step call call call",
    "branch for_loop",
    modes=("in", "out", "out", "inout", "inout"),
)
THEMES = (MIXED, MIXED, FLOW, MOVES, CALLS)
