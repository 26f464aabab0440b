"""Whether words will do: a sample of pixels in fixed point, held against float64, before values become pairs.

Range and precision say where a word may have too few bits (`doubtful`), and are upper bounds: what is largest is often
cut off, or far from where precision counts. So a shader in doubt is tried, with words and with more and more pairs, and
the first formats are taken that give the right colours; those with the fewest wrong ones, if none does. The pixels are
those of the frames that are observed, without the late ones. A shader without doubts, as most are, costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from glowjit.ir.core import Module, Operand, Value
from glowjit.q32.formats import BORDER_FRACTION, Basis, Formats, fit_seen
from glowjit.q32.observe import Frame, Lanes, Observed, pixels

_GRID = 15, 11  # pixels of a frame
_STEPS = 4  # of 255 that a colour may be off
_SHARE = 0.02  # of the pixels of one frame that may be off by more: three of them
_DOUBT = 6.0  # bits that a word lacks: needs are upper bounds

Lowered = Callable[[Formats], Module]


def settled(module: Module, observed: Observed, chosen: Formats, frames: Sequence[Frame], lowered: Lowered) -> Formats:
    """`chosen`, or the same with pairs in it. `lowered` makes the integer IR of `module`, with the math library."""
    doubtful = _doubtful(chosen, observed)
    seen = [frame for frame in frames if not frame.late]
    wanted = _colours(Lanes(module, seen, _GRID))
    best, fewest = chosen, 1.0
    for attempt in _attempts(module, chosen, doubtful):
        words = Lanes(lowered(attempt), seen, _GRID, BORDER_FRACTION)
        wrong = _worst_share(_colours(words), wanted, seen)
        if wrong < fewest:
            best, fewest = attempt, wrong
        if wrong <= _SHARE:
            break
    return best


def _doubtful(chosen: Formats, observed: Observed) -> set[Value]:
    """The values that a word has too few bits for, if they are needed as they may be."""
    return {
        value
        for value, basis in chosen.basis.items()
        if _may_be_pair(basis) and not basis.whole and basis.need - _room(observed, value) >= _DOUBT
    }


def _room(observed: Observed, value: Value) -> float:
    """The fraction bits that a word has for what was seen."""
    return fit_seen(observed[value].magnitude) if value in observed else math.inf


def _may_be_pair(basis: Basis) -> bool:
    return not (basis.wraps or basis.loaded)


def _attempts(module: Module, chosen: Formats, doubtful: set[Value]) -> Iterator[Formats]:
    """Words; pairs where it is doubtful; pairs wherever words need not wrap."""
    yield chosen
    if doubtful:
        yield _widened(module, chosen, doubtful)
    yield _widened(module, chosen, {value for value, basis in chosen.basis.items() if _may_be_pair(basis)})


def _widened(module: Module, chosen: Formats, pairs: set[Value]) -> Formats:
    """`chosen` with these pairs. What a function returns is one for all who call it."""
    wide: set[Operand] = {*pairs}
    calls = [inst for function in module.functions.values() for inst in function.insts() if inst.op == "call"]
    returned = {(inst.target, at) for inst in calls for at, result in enumerate(inst.results) if result in wide}
    wide.update(inst.results[at] for inst in calls for at in range(len(inst.results)) if (inst.target, at) in returned)
    return replace(chosen, wide=wide)


def _worst_share(found: np.ndarray, wanted: np.ndarray, frames: Sequence[Frame]) -> float:
    """The largest share of wrong pixels of a frame."""
    off = np.abs(found - wanted).max(axis=0) > _STEPS
    ends = np.cumsum([len(pixels(frame, _GRID)[0]) for frame in frames])[:-1]
    return max(float(part.mean()) for part in np.split(off, ends))


def _colours(machine: Lanes) -> np.ndarray:
    """Red, green and blue of all pixels, in steps of 255."""
    channels = np.nan_to_num(machine.draw()[:3], nan=0.0)
    steps: np.ndarray = np.floor(np.clip(channels, 0.0, 1.0) * 255.0 + 0.5)
    return steps
