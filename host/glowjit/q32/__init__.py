"""q32: floats become fixed-point words (`lower`), and the math library that the words call (`library_source`)."""

from glowjit.q32 import formats
from glowjit.q32.library import library_source
from glowjit.q32.observe import Frame, observe
from glowjit.q32.transform import lower

__all__ = ["Frame", "formats", "library_source", "lower", "observe"]
