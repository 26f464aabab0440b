"""The picture a shader ought to make: its float IR, untouched by any pass, computed in float64.

`render` gives the colours, `to_bytes` what a display would show of them. `opengl` asks a real OpenGL implementation for
a second opinion, where there is one. Cost: half a microsecond and numpy's time per executed IR operation and tile.
"""

from glowjit.reference.picture import render, to_bytes

__all__ = ["render", "to_bytes"]
