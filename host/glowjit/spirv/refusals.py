"""What glowjit has no answer to, named as a GLSL author knows it."""

from __future__ import annotations

from glowjit.errors import UnsupportedError
from glowjit.spirv.reader import Instruction

_NO_TEXTURES = "textures are read by texture, textureLod, texelFetch and textureSize of a uniform sampler2D"

# Prefix of the SPIR-V name, the GLSL construct, the way out. The first that fits counts.
_CONSTRUCTS = (
    ("InterpolateAt", "interpolateAt", "nothing is interpolated without a vertex shader"),
    ("ImageQuerySize", "textureSize", _NO_TEXTURES),
    ("ImageQueryLevels", "textureQueryLevels", "there is one level"),
    ("ImageQueryLod", "textureQueryLod", "there is one level"),
    ("ImageGather", "textureGather", _NO_TEXTURES),
    ("ImageRead", "imageLoad", _NO_TEXTURES),
    ("ImageWrite", "imageStore", _NO_TEXTURES),
    ("ImageFetch", "texelFetch", _NO_TEXTURES),
    ("Image", "texture", _NO_TEXTURES),
    ("SampledImage", "texture", _NO_TEXTURES),
    ("Atomic", "atomic operation", "every pixel stands alone, so plain variables do"),
    ("ControlBarrier", "barrier", "every pixel stands alone"),
    ("MemoryBarrier", "memoryBarrier", "every pixel stands alone"),
    ("ArrayLength", "length of an unsized array", ""),
    ("PackDouble", "packDouble2x32", "use float"),
    ("UnpackDouble", "unpackDouble2x32", "use float"),
    ("FConvert", "double", "use float"),
    ("DemoteToHelperInvocation", "demote", "use discard"),
)


def refusal(inst: Instruction) -> UnsupportedError:
    """The error for an instruction that cannot be translated."""
    for prefix, construct, hint in _CONSTRUCTS:
        if inst.op.startswith(prefix):
            return UnsupportedError(f"'{construct}' is not supported", hint=hint)
    return UnsupportedError(f"'{inst.op}' is not supported")
