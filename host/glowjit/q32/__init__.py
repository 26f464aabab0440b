"""q32: floats become fixed-point words (`lower`), and the math library that the words call (`library_source`).

Every float has a binary point of its own. `observe` runs the float IR over a sample of pixels (`sample_frames`),
`precision` tells how exact each value has to be for the picture, `ranges` what is proven of it, `choose` decides,
`settled` tries where that is in doubt, `report` keeps why and `trace` what became of it; `snap` keeps what is on an
edge on its side of it; `expand` and its kin emit integer code that moves words to where they are wanted. Values for
which a word has too few bits are `longs`, or `pairs` where magnitudes differ too much for one binary point.
"""

from glowjit.q32 import formats, report
from glowjit.q32.amplify import exact
from glowjit.q32.choose import choose
from glowjit.q32.library import library_source
from glowjit.q32.observe import Observed, observe
from glowjit.q32.sample import sample_frames
from glowjit.q32.ties import snap
from glowjit.q32.trace import Trace
from glowjit.q32.transform import lower
from glowjit.q32.trial import Words, settled

__all__ = [
    "Observed",
    "Trace",
    "Words",
    "choose",
    "exact",
    "formats",
    "library_source",
    "lower",
    "observe",
    "report",
    "sample_frames",
    "settled",
    "snap",
]
