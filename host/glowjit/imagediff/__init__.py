"""How far apart two pictures are, and whether that is far enough to matter.

Input: two uint8 pictures (h, w, 3). `measure` gives the figures, `judge` the judgement, `side_by_side` the picture a
person looks at. SSIM and FLIP come from scikit-image and flip-evaluator and are None without them.
"""

from glowjit.imagediff.metrics import Metrics, Picture, measure
from glowjit.imagediff.picture import contact_sheet, side_by_side
from glowjit.imagediff.verdict import CLASSES, Verdict, judge

__all__ = ["CLASSES", "Metrics", "Picture", "Verdict", "contact_sheet", "judge", "measure", "side_by_side"]
