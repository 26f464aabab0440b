"""What is known of values before anything is run: intervals, by a fixpoint over a function's blocks (`facts`).

`interval` is the arithmetic of ranges, `dataflow` the iteration with widening and narrowing, `conditions` what a branch
tells of its operands, `shapes` forms of expressions whose range is tighter than that of their parts, `rounding` what
words add to it.
"""

from glowjit.q32.ranges.facts import ANY, LARGEST_SIDE, Facts, Range, analyse, analyse_all

__all__ = ["ANY", "LARGEST_SIDE", "Facts", "Range", "analyse", "analyse_all"]
