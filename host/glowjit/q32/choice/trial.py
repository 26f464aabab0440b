"""Whether words will do: a sample of pixels in fixed point, held against float64, before values become pairs.

Range and precision are estimates: what is largest is often cut off, or far from where precision counts. So a shader is
tried, with words, with finer words, with words that stop at their ends, with long ones, and with more and more pairs,
and the first formats are taken that give the right colours; those with the fewest wrong ones, if none does. Two words
take several times the instructions of one: nobody gets them for a few pixels, or for pictures after minutes alone. The
pixels are those of the frames that are observed, without the late ones. Cost: that of lowering, for each trial, and of
what draws the words' pixels (a `Words` brings that along).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

import numpy as np

from glowjit.ir.cfg import reverse_postorder
from glowjit.ir.core import Module, Operand, Value
from glowjit.q32.choice.choose import choose
from glowjit.q32.choice.fewest import fewest
from glowjit.q32.choice.observe import Frame, Lanes, Observed, pixels
from glowjit.q32.choice.rehearsal import Astray, Rehearsal
from glowjit.q32.formats import BORDER_FRACTION, UNIT_FRACTION, Basis, Formats, fit_seen
from glowjit.q32.lowering import expand_longs
from glowjit.q32.lowering.expand_pairs import comes_as_word

_GRID = 11, 9  # pixels of a frame
_DENSE = 23, 17  # where few wrong ones decide whether values become two words
_PARTS = 4  # in which many pixels are drawn: what is bad, shows soon
_CLEARLY = 2.0  # times as many, or as few
_STEPS = 4  # of 255 that a colour may be off
_SHARE = 0.01  # of the pixels of one frame that may be off by more
_DOUBT = 6.0  # bits that a word lacks: needs are upper bounds
_SHORT = 1.0  # bits that a word lacks before it is a long one
_DETOUR = 4.0  # times as many steps as float64 needs may be taken, until a rehearsal is astray
_QUICK = 1000  # steps of a picture that may be run again and again
_SLOW = 8000  # steps of a picture of which there are few trials, with few pixels
_SPARE = 2  # bits that a word has to have too many, where it might be a long one
_FAR = 2.0**15  # what the border's words do not reach
_LOST = 0.05  # of the pixels, too many for a picture
_SOON = 4  # frames, the first ones, for which it may become slow


class Words(NamedTuple):
    """The integer IR that formats make of a module, with the math library; what draws the channels `(4, pixels)` of
    the pixels `(pixels, 2)` of a frame; and whether anything was put onto a grid."""

    module: Module
    draw: Callable[[Frame, np.ndarray], np.ndarray]
    snapped: bool


Lowered = Callable[[Formats], Words]


def settled(
    module: Module, observed: Observed, chosen: Formats, frames: Sequence[Frame], lowered: Lowered
) -> tuple[Formats, Module]:
    """`chosen`, or the same with two words for some values, and the integer IR that they make of `module`."""
    trial = _Trial(module, [frame for frame in frames if not frame.late], lowered)
    _settle(trial, module, observed, chosen)
    assert trial.best is not None
    return trial.best, trial.words.module


def _settle(trial: _Trial, module: Module, observed: Observed, chosen: Formats) -> None:
    """Words; finer words; what takes more instructions, or two words."""
    if trial.settles(_with_grids_and_without(trial, chosen), 0.0):
        return
    strict = choose(module, observed, strict=True)
    if strict.values != chosen.values and trial.settles(_with_grids_and_without(trial, strict), 0.0):
        return
    slow = trial.judge.steps > _SLOW
    if not slow:
        trial.look_closer()
    if max(trial.wrong[:_SOON]) <= _SHARE:
        return
    attempts = chain.from_iterable(map(trial.hopeful, _costly(module, observed, chosen, strict)))
    if slow or not trial.settles(attempts, _SHARE):
        trial.settles([_all_pairs(module, strict)], _SHARE, last=True)


def _with_grids_and_without(trial: _Trial, formats: Formats) -> Iterator[Formats]:
    """What an edge gains, a slope may lose: hardly ever, so that is not tried again where it did not."""
    yield formats
    with_grids = trial.last
    if with_grids.snapped and trial.grids_harm:
        yield replace(formats, snaps=False)
        trial.grids_harm = trial.last.wrong < with_grids.wrong


class _Outcome(NamedTuple):
    """Of a trial: how many pixels were wrong, as a sum of shares, and whether anything was put onto a grid."""

    wrong: float
    snapped: bool


class _Trial:
    """Tries formats; `best` are those with the fewest `wrong` pixels, as shares of each frame, and `words` what they
    make of the module."""

    def __init__(self, module: Module, frames: Sequence[Frame], lowered: Lowered) -> None:
        self.module, self.frames, self.lowered = module, frames, lowered
        self.judge = _Judge(module, frames, _GRID)
        self.best: Formats | None = None
        self.wrong = [1.0] * len(frames)
        self.last = _Outcome(0.0, False)
        self.grids_harm = True  # or may do

    def settles(self, attempts: Iterable[Formats], share: float, *, last: bool = False) -> bool:
        """Whether one of them has no more wrong pixels than that in any frame: then it is the best. If it is the `last`
        one, it need not be looked at for long to be better than the others."""
        for formats in attempts:
            words = self.lowered(formats)
            wrong = self.judge.wrong(words, sum(self.wrong) if self.best else math.inf, last=last)
            self.last = _Outcome(sum(wrong), words.snapped)
            if self.best is None or sum(wrong) < sum(self.wrong):
                self.best, self.words, self.wrong = formats, words, wrong
            if max(wrong) <= share:
                return True
        return False

    def look_closer(self) -> None:
        """At more pixels."""
        self.judge = _Judge(self.module, self.frames, _DENSE)
        self.wrong = self.judge.wrong(self.words)

    def hopeful(self, formats: Formats) -> Iterator[Formats]:
        """These formats, and before them leaner ones if there are; none if a rehearsal foretells clear failure. Where a
        rehearsal takes more time than a trial, there is none."""
        if self.judge.steps < _QUICK:
            share = max(self.judge.foretold(formats))
            if share > _LOST:
                return
            if formats.longs and share <= _SHARE:
                yield from self._with_fewer_longs(formats, max(share, _SHARE / 2))
        yield formats

    def _with_fewer_longs(self, formats: Formats, most: float) -> Iterator[Formats]:
        """The same with those long words alone without which a rehearsal foretells more wrong pixels than `most`: the
        others may be words, and would be right with fewer bits than they get. Nothing if all are needed."""
        values = [value for function in self.module.functions.values() for value, _ in function.values()]
        longs = [value for value in values if value in formats.longs]

        def suffice(kept: Sequence[Value]) -> bool:
            lean = self._with_longs(formats, kept)
            points = {value: lean.fraction_of(value) - _SPARE for value in longs if value not in lean.longs}
            return max(self.judge.foretold(replace(lean, values={**lean.values, **points}))) <= most

        kept = fewest(longs, suffice)
        if len(kept) < len(longs):
            yield self._with_longs(formats, kept)

    def _with_longs(self, formats: Formats, longs: Sequence[Value]) -> Formats:
        return replace(formats, longs=_with_returned(self.module, set(longs)))


class _Judge:
    """Holds words against float64 in a grid of pixels of each frame."""

    def __init__(self, module: Module, frames: Sequence[Frame], grid: tuple[int, int]) -> None:
        self.module, self.frames, self.grid = module, frames, grid
        self.places = [np.stack(pixels(frame, grid), axis=1).astype(int) for frame in frames]
        machine = Lanes(module, frames, grid)
        self.wanted = self._frames_of(_colours(machine.draw()))
        self.steps = machine.steps

    def wrong(self, words: Words, best: float = math.inf, *, last: bool = False) -> list[float]:
        """The share of wrong pixels of each frame, among those that are drawn: a part of them, where these words are
        clearly wrong and no better than others with a sum of `best`, or the `last` ones and clearly better."""
        counts, drawn = [0] * len(self.frames), [0] * len(self.frames)
        shares = [0.0] * len(self.frames)
        parts = _PARTS if last or self.grid == _DENSE else 1
        for part in range(parts):
            for index, (frame, places, wanted) in enumerate(zip(self.frames, self.places, self.wanted, strict=True)):
                places, wanted = places[part::parts], wanted[:, part::parts]
                counts[index] += _wrong(_colours(words.draw(frame, places)), wanted)
                drawn[index] += len(places)
                shares[index] = counts[index] / drawn[index]
                if max(shares) > _CLEARLY * _SHARE and sum(shares) >= best:
                    return shares
            if last and sum(shares) <= best / _CLEARLY:
                return shares
        return shares

    def foretold(self, chosen: Formats) -> list[float]:
        """The shares, without the words."""
        try:
            rehearsal = Rehearsal(self.module, self.frames, self.grid, chosen, _DETOUR * self.steps)
            found = self._frames_of(_colours(rehearsal.draw()))
        except Astray:
            return [1.0] * len(self.frames)
        return [_wrong(*pair) / pair[0].shape[1] for pair in zip(found, self.wanted, strict=True)]

    def _frames_of(self, colours: np.ndarray) -> list[np.ndarray]:
        """The pixels of each frame."""
        return np.split(colours, np.cumsum([len(places) for places in self.places])[:-1], axis=1)


def _wrong(found: np.ndarray, wanted: np.ndarray) -> int:
    """How many pixels differ."""
    return int((np.abs(found - wanted).max(axis=0, initial=0) > _STEPS).sum())


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


def _longs(module: Module, chosen: Formats) -> set[Operand]:
    """The values that want more bits below the point than their words have, or than those have that they come of; and
    products of such, which enlarge what a word leaves out."""
    found: set[Operand] = set()

    def note(value: Value, given: list[int], enlarged: bool = False) -> None:
        basis = chosen.basis.get(value)
        if basis is None or basis.whole:
            return
        if enlarged or basis.need > min([chosen.fraction_of(value) + _SHORT, *given]):
            found.add(value)

    for function in module.functions.values():
        for param in function.params:
            note(param, [])
        for block in reverse_postorder(function):
            for param in block.params:
                note(param, [])
            for inst in block.insts:
                for result in inst.results if inst.op == "call" else ():
                    note(result, [])
                if inst.op in expand_longs.EXPANSIONS:
                    given = [chosen.fraction_of(arg) for arg in inst.args if arg in found]
                    given += [BORDER_FRACTION] if inst.op == "fnormalize" else []
                    for result in inst.results:
                        note(result, given, bool(given) and inst.op in expand_longs.ENLARGING)
                    if not found.isdisjoint(inst.results):
                        found.update(inst.results)
    return _with_returned(module, found)


def _with_returned(module: Module, chosen: Collection[Operand]) -> set[Operand]:
    """`chosen`, and what else comes from functions in the place of one of them: what they return is one for all."""
    calls = [inst for function in module.functions.values() for inst in function.insts() if inst.op == "call"]
    places = [((inst.target, at), result) for inst in calls for at, result in enumerate(inst.results)]
    returned = {place for place, result in places if result in chosen}
    return {*chosen, *(result for place, result in places if place in returned)}


def _costly(module: Module, observed: Observed, chosen: Formats, strict: Formats) -> Iterator[Formats]:
    """Words that stop; long ones; pairs where it is doubtful."""
    far = {value for value, seen in observed.items() if seen.magnitude > _FAR}
    if far:
        yield _stopping(module, observed, far)
    longer = _longs(module, strict)
    if longer:
        yield replace(strict, longs=longer)
    doubtful = _doubtful(chosen, observed)
    if doubtful:
        yield _with_pairs(module, strict, doubtful)


def _all_pairs(module: Module, strict: Formats) -> Formats:
    """Pairs wherever words need not wrap. What wraps, and its fraction, gets as many bits as a pair."""
    insts = [inst for function in module.functions.values() for inst in function.insts()]
    fractions = {result for inst in insts if inst.op == "ffract" for result in inst.results}
    fractions |= {value for value, basis in strict.basis.items() if basis.wraps}
    finest = replace(strict, values={**strict.values, **dict.fromkeys(fractions, UNIT_FRACTION)})
    return _with_pairs(module, finest, {value for value, basis in strict.basis.items() if _may_be_pair(basis)})


def _stopping(module: Module, observed: Observed, far: set[Value]) -> Formats:
    """Points for what is near; what is `far` stops at the ends of its word."""
    near = {value: seen.within(_FAR / 2) for value, seen in observed.items()}
    found = choose(module, near, strict=True)
    return replace(found, stops={value for value in far if value in found.basis and not found.basis[value].wraps})


def _with_pairs(module: Module, chosen: Formats, pairs: Collection[Value]) -> Formats:
    """`chosen` with these pairs."""
    insts = [inst for function in module.functions.values() for inst in function.insts()]
    words: set[Operand] = {result for inst in insts if comes_as_word(inst) for result in inst.results}
    return replace(chosen, pairs=_with_returned(module, {*pairs} - words))


def _colours(drawn: np.ndarray) -> np.ndarray:
    """Red, green and blue of all pixels, in steps of 255."""
    channels = np.nan_to_num(drawn[:3], nan=0.0)
    steps: np.ndarray = np.floor(np.clip(channels, 0.0, 1.0) * 255.0 + 0.5)
    return steps
