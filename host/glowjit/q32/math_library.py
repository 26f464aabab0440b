"""The math library: integer GLSL in `library/*.glsl`, compiled by glowjit itself.

One source for the oracle and for the machine code. `FUNCTIONS` says which function stands for which operation where
there is nothing to choose; `lowering.expand` chooses for the others.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

FILES = (
    "words",
    "tables",
    "divide",
    "roots",
    "waves",
    "powers",
    "pairs",
    "numbers",
    "longs",
    "angles",
    "hyperbolic",
    "bits",
)

# operation -> function, number of results
FUNCTIONS: dict[str, tuple[str, int]] = {
    "fasin": ("q_asin", 1),
    "facos": ("q_acos", 1),
    "fatan": ("q_atan", 1),
    "fsinh": ("q_sinh", 1),
    "fcosh": ("q_cosh", 1),
    "ftanh": ("q_tanh", 1),
    "fasinh": ("q_asinh", 1),
    "facosh": ("q_acosh", 1),
    "fatanh": ("q_atanh", 1),
    "fldexp": ("q_ldexp", 1),
    "ffrexp": ("q_frexp", 2),
    "fbits": ("q_bits", 1),
    "bitsf": ("q_from_bits", 1),
    "bitcount": ("q_bitcount", 1),
    "bitreverse": ("q_bitreverse", 1),
    "findlsb": ("q_findlsb", 1),
    "findmsb": ("q_findmsb", 1),
    "findmsbu": ("q_findmsbu", 1),
}


@lru_cache(maxsize=1)
def math_library_source() -> str:
    """The GLSL text of the whole library."""
    folder = resources.files("glowjit.q32") / "library"
    return "\n".join((folder / f"{name}.glsl").read_text(encoding="utf-8") for name in FILES)
