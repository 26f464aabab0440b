"""Where an expansion stands: the instruction, what is known of its operands, and where its integer code goes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from glowjit.ir.core import Const, Inst, Operand, Type, const_int
from glowjit.q32 import formats
from glowjit.q32.lowering.emit import Emitter, constant
from glowjit.q32.ranges import Facts, Range

Pair = tuple[Operand, Operand]  # m, e of m * 2^e: see `pairs`


class Site:
    """One float instruction while it is expanded: its operands, what is known of them, and where the code goes.

    An expansion gets operands from `word`, with `operand_point` fraction bits, and returns operands with
    `result_point` of them. It may set either; both begin as the border's. The transform then shifts what was returned
    to `wanted_point`, the fraction bits that the result is to have. `pairs` has the m and e of every value that is a
    pair; `word` makes a word of one. `lows` has the low words of longs.
    """

    __slots__ = ("_word", "emit", "facts", "inst", "lows", "operand_point", "pairs", "result_point")

    def __init__(
        self,
        inst: Inst,
        emit: Emitter,
        facts: Facts,
        word: Callable[[Operand], Operand],
        pairs: Mapping[Operand, Pair] = MappingProxyType({}),
        lows: Mapping[Operand, Operand] = MappingProxyType({}),
    ) -> None:
        self.inst = inst
        self.lows = lows
        self.pairs = pairs
        self.emit = emit
        self.facts = facts
        self._word = word
        self.operand_point = self.result_point = formats.BORDER_FRACTION

    def work_at(self, point: int) -> None:
        """Take operands with `point` fraction bits and return results with as many."""
        self.operand_point = self.result_point = point

    def point_of(self, operand: Operand) -> int:
        """The fraction bits that an operand has of its own."""
        return self.facts.formats.fraction_of(operand)

    @property
    def wanted_point(self) -> int:
        """The fraction bits of the result."""
        return self.point_of(self.inst.results[0])

    @property
    def exact(self) -> bool:
        """Whether the result is to be right to its last bits, whatever they cost."""
        return self.facts.formats.exact

    @property
    def basis(self) -> formats.Basis | None:
        """What the result's binary point rests on, if the module was observed."""
        return self.facts.formats.basis.get(self.inst.results[0])

    def own(self, operand: Operand) -> Operand:
        """The word of an operand with the fraction bits that it has; an int as it is."""
        return self.word(operand, self.point_of(operand))

    def least_point(self, *operands: Operand) -> int:
        """The fewest fraction bits among operands; constants have what the others have."""
        points = [self.point_of(operand) for operand in operands if not isinstance(operand, Const)]
        return min(points, default=formats.BORDER_FRACTION)

    def fitting_point(self, *operands: Operand) -> int:
        """The fewest fraction bits among operands, or fewer so that the constants among them fit a word."""
        numbers = [number for number in map(constant, operands) if number and math.isfinite(number)]
        return min([self.least_point(*operands), *(formats.fit(abs(number)) for number in numbers)])

    def word(self, operand: Operand, point: int | None = None, wraps: bool = False) -> Operand:
        """The word of an operand with `point` fraction bits, or else `operand_point`; it saturates, or `wraps`."""
        point = self.operand_point if point is None else point
        if operand.type is not Type.FLOAT:
            return self._word(operand)
        if isinstance(operand, Const):
            return const_int(formats.wrapped(operand, point) if wraps else formats.word_of(operand, point))
        if operand in self.pairs:
            return word_of_pair(self.emit, self.pairs[operand], point, wraps)
        word = self._word(operand)
        by = point - self.point_of(operand)
        if operand in self.lows and by < 0 and self.exact:
            word = self.emit("add", word, 1 << -by - 1)
        elif operand in self.lows and by <= 0:
            word = self.emit("add", word, self.emit("shr", self.lows[operand], formats.WORD_BITS - 1))
        found = aligned(self.emit, word, by, None if wraps or by <= 0 else self.range(operand), point)
        if operand in self.lows and 0 < by < formats.WORD_BITS:
            return self.emit("or", found, self.emit("shr", self.lows[operand], formats.WORD_BITS - by))
        return found

    def halves(self, operand: Operand) -> tuple[Operand, Operand]:
        """An operand as a long with the fraction bits that it has: its word, rounded down, and the 32 bits below."""
        if operand in self.lows:
            return self._word(operand), self.lows[operand]
        return self.own(operand), const_int(0)

    def words(self) -> list[Operand]:
        return [self.word(arg) for arg in self.inst.args]

    def range(self, of: int | Operand) -> Range:
        """The range of an operand, or of the one with this index."""
        return self.facts.range(self.inst.args[of] if isinstance(of, int) else of)

    def size(self, operand: Operand) -> float:
        """The largest magnitude that an operand was seen to have, or can have."""
        basis = None if isinstance(operand, Const) else self.facts.formats.basis.get(operand)
        return max(-basis.low, basis.high) if basis is not None else self.range(operand).magnitude

    def least_seen(self, operand: Operand) -> float:
        """The least value that an operand was seen to have, or can have."""
        basis = None if isinstance(operand, Const) else self.facts.formats.basis.get(operand)
        return basis.low if basis is not None else self.range(operand).low

    @property
    def enough(self) -> float | None:
        """Fraction bits with which the results that are used are exact enough; None if their last bits count."""
        bases = [self.facts.formats.basis.get(result) for result in self.inst.results]
        bits = max((basis.enough for basis in bases if basis is not None), default=0.0)
        return bits if 0 < bits < math.inf else None

    @property
    def once_a_frame(self) -> bool:
        """Whether it is computed of uniforms alone: it costs no pixel anything, and after hours the time is larger than
        was seen."""
        return all(map(self.facts.same_for_all_pixels, self.inst.args))

    def may_lose(self, bits: float) -> bool:
        """Whether results may be off by 2^-bits of the largest magnitude: that is possible, or twice that was seen."""
        if self.enough is None:
            return False
        bases = [self.facts.formats.basis[result] for result in self.inst.results]
        largest = max(min(max(-basis.low, basis.high), 2 * basis.large) for basis in bases)
        return bits - math.log2(max(largest, 2.0**-40)) >= self.enough

    def small(self, operand: Operand) -> float:
        """A magnitude that an operand is seldom below."""
        if isinstance(operand, Const):
            return abs(float(operand.value))
        basis = self.facts.formats.basis.get(operand)
        return basis.small if basis is not None and math.isfinite(basis.small) else 0.0

    def finest(self, function: str) -> str:
        """The name of a library function, or of its `_fine` variant where the last bits count."""
        return f"{function}_fine" if self.exact else function

    def far(self, function: str) -> str:
        """A library function, or its `_far` variant, which leaves room above what is too large: for pictures, where
        something may be added to it."""
        return function if self.basis is None else f"{function}_far"

    def nearest(self, function: str) -> str:
        """A library function, or its `_near` variant, which rounds to nearest, if every float is a pair."""
        return function if self.facts.formats.exponents is None else f"{function}_near"

    def call(self, function: str, *args: Operand) -> Operand:
        return self.emit.call(function, list(args), [Type.INT])[0]


def word_of_pair(emit: Emitter, pair: Pair, point: int, wraps: bool = False) -> Operand:
    """The word nearest to a pair, with `point` fraction bits; it saturates, or wraps."""
    m, e = pair
    return emit.call("q_pair_bits" if wraps else "q_pair_word", [m, emit("add", e, point)], [Type.INT])[0]


def aligned(emit: Emitter, word: Operand, by: int, range: Range | None = None, point: int = 0) -> Operand:
    """`word` with `by` more fraction bits, `point` then; given its range, it saturates where that does not fit."""
    if by == 0:
        return word
    if isinstance(word, Const):
        return const_int(int(word.value) << by if by > 0 else int(word.value) >> -by)
    if by < 0:
        return emit("sar", word, min(-by, formats.WORD_BITS - 1))
    if range is not None:
        low, high = formats.limits(point)
        if range.high > high:
            word = emit("min", word, ((1 << (formats.WORD_BITS - 1)) - 1) >> by)
        if range.low < low:
            word = emit("max", word, -(1 << (formats.WORD_BITS - 1)) >> by)
    return emit("shl", word, by) if by < formats.WORD_BITS else const_int(0)
