"""diagnose: which values of a shader do not fit their words, where they are written, and what to write instead.

`twins` runs the words beside real numbers; `overflow` finds the first value of a frame that leaves its word, `causes`
the values that make a pixel wrong; `places` and `advice` say it to people; `findings` is the lint made of all of them.
"""

from glowjit.diagnose.findings import NO_CAUSE, Explainer, Finding, Report, View, check
from glowjit.diagnose.overflow import Checker
from glowjit.diagnose.twins import twins

__all__ = ["NO_CAUSE", "Checker", "Explainer", "Finding", "Report", "View", "check", "twins"]
