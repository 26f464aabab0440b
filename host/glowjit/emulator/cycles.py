"""What a run amounted to: events, counted exactly, and cycles, modelled from them.

The machine records the address of every block of instructions it enters (a block runs to its end: it ends at a jump,
at a page's end, or where the translator had enough). Counting events is then arithmetic on a few arrays: how often
each block was entered, and how often not from the one before it. Cycles of a model are a scalar product of events and
the costs in the board's description. No cache, no contention: instructions and data are in SRAM without wait states.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from glowjit.board import CycleCosts
from glowjit.emulator.text import KINDS, Text

Array = np.ndarray[Any, Any]


class Profile:
    """The events of one run over `text`. `add` takes the blocks that were entered, in order, in one or more parts."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self._entered = np.zeros(text.slots, np.int64)  # by slot of the block's first instruction
        self._jumped = np.zeros(text.slots, np.int64)  # those entries that did not come from right above
        self._taken = np.zeros(text.slots, np.int64)  # how often a block was left for elsewhere
        self._partial = np.zeros(len(KINDS) + 1, np.int64)  # events of blocks that a part's end cut in two
        self._cut: list[tuple[int, int]] = []  # the parts of those blocks that were done, as slots
        self._begun = False

    def add(self, blocks: Array, retired: int | None = None) -> None:
        """Count a part of a run. `retired` is its number of instructions, if the run goes on: then the last block was
        entered, but is not yet at its end."""
        ends, size = self.text.ends, self.text.slots
        if not self._begun:
            self._jumped[blocks[0]] += 1
            self._begun = True
        moved = ends[blocks[:-1]] != blocks[1:]
        self._taken += np.bincount(blocks[:-1][moved], minlength=size)
        self._jumped += np.bincount(blocks[1:][moved], minlength=size)
        if retired is not None:
            self._count_begun(blocks, retired)
            blocks = blocks[:-1]
        self._entered += np.bincount(blocks, minlength=size)

    def _count_begun(self, blocks: Array, retired: int) -> None:
        """Count what was done of the last block; the next part goes on right there, with a block of its own."""
        before, last = self.text.before, int(blocks[-1])
        counts = before[:-1].sum(axis=0)
        done = retired - int((counts[self.text.ends[blocks[:-1]]] - counts[blocks[:-1]]).sum())
        stop = int(np.searchsorted(counts, counts[last] + done, side="right")) - 1
        self._partial += before[:, stop] - before[:, last]
        self._cut.append((last, stop))

    def executed(self) -> Array:
        """How often the instruction that starts at each slot was executed."""
        steps = np.zeros(self.text.slots + 1, np.int64)
        blocks = np.flatnonzero(self._entered)
        np.add.at(steps, blocks, self._entered[blocks])
        np.subtract.at(steps, self.text.ends[blocks], self._entered[blocks])
        for first, end in self._cut:
            steps[first] += 1
            steps[end] -= 1
        return np.cumsum(steps)[:-1]

    def events(self, divisor_zeros: int) -> dict[str, int]:
        """How often what happened: the KINDS, which add up to the instructions, and what costs extra."""
        text = self.text
        blocks = np.flatnonzero(self._entered)
        entered, ends = self._entered[blocks], text.ends[blocks]
        counts = (text.before[:, ends] - text.before[:, blocks]) @ entered + self._partial
        # a block's first instruction waits for a load only if control came from right above
        counts[-1] -= (text.uses_load * self._jumped).sum()
        branches = text.branches[text.last[ends]]
        taken = self._taken[blocks]
        out = dict(zip((*KINDS, "load_use"), map(int, counts), strict=True))
        out["taken_forward"] = int(taken[branches > 0].sum())
        out["taken_backward"] = int(taken[branches < 0].sum())
        out["unaligned_target"] = int(self._jumped[text.unaligned].sum())
        out["div_per_zero"] = divisor_zeros
        return out


def instructions(events: dict[str, int]) -> int:
    """The number of instructions that make up these events."""
    return sum(events[kind] for kind in KINDS)


def cycles(events: dict[str, int], costs: CycleCosts) -> int:
    """The cycles that a model makes of these events. A taken branch costs its own price instead of `branch`."""
    total: int = sum(events[field.name] * getattr(costs, field.name) for field in fields(costs))
    return total - (events["taken_forward"] + events["taken_backward"]) * costs.branch
