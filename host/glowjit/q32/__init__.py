"""q32: floats become fixed-point words (`lower`), and the math library that the words call (`math_library_source`).

Every float has a binary point of its own, or is two words where one has too few bits. Three packages, each a step:

    ranges      what is proven of every value, before anything is run
    choice      what is observed of it, how exact the picture needs it, which points cost least, and a trial of them
    lowering    the integer code that moves words to where they are wanted, and computes with them

`formats` is what they agree on; `report` keeps why a value is held as it is, `trace` what became of it. The math
library is integer GLSL in `library/`; `coefficients` computes its tables, `variants` are its cheaper functions.
"""

from glowjit.q32 import formats, report
from glowjit.q32.choice.all_pairs import all_pairs
from glowjit.q32.choice.amplify import exact
from glowjit.q32.choice.choose import choose
from glowjit.q32.choice.nature import Nature, nature
from glowjit.q32.choice.observe import FUEL, Frame, Observed, observe
from glowjit.q32.choice.sample import sample_frames
from glowjit.q32.choice.ties import snap
from glowjit.q32.choice.trial import Words, settled
from glowjit.q32.lowering.transform import lower
from glowjit.q32.math_library import math_library_source
from glowjit.q32.trace import Trace

__all__ = [
    "FUEL",
    "Frame",
    "Nature",
    "Observed",
    "Trace",
    "Words",
    "all_pairs",
    "choose",
    "exact",
    "formats",
    "lower",
    "math_library_source",
    "nature",
    "observe",
    "report",
    "sample_frames",
    "settled",
    "snap",
]
