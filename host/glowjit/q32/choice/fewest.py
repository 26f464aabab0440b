"""The fewest of some things that suffice, or nearly: what a minimising debugger does with a failing input.

Input: things in an order in which neighbours belong together, and a test. Output: some of them, in order, that pass it;
all of them do. Halves are left out, then quarters, down to sixteenths, each if the rest suffices.
Source: Zeller and Hildebrandt, Simplifying and isolating failure-inducing input (2002). Cost: 30 tests at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

_PARTS = 2, 4, 8, 16


def fewest(things: Sequence[T], suffice: Callable[[Sequence[T]], bool]) -> Sequence[T]:
    """Some of `things` that suffice."""
    kept = list(things)
    for parts in _PARTS:
        size, start = -(-len(things) // parts), 0
        while start < len(kept):
            rest = kept[:start] + kept[start + size :]
            if suffice(rest):
                kept = rest
            else:
                start += size
    return kept
