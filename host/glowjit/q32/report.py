"""What is known of every float value of a shader, and how it is held: the record that `glowjit check` reads.

Input: a module of the float IR and the `Formats` chosen for it, before `lower` makes words of its values. Output: a
tuple of `ValueRecord`s, immutable plain data, in the order of the program: functions, callees first; in each the
blocks; in each block its parameters, then its instructions. A compilation keeps them in `Program.stats.values`;
`glowjit compile --json` prints them under "values". A library of functions, which is not observed, has none. Linear in
the instructions.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from glowjit.ir.core import Inst, Module, Type, Value
from glowjit.q32.formats import WORD_BITS, Basis, Formats, fit, limits, ulp


@dataclass(frozen=True, slots=True)
class ValueRecord:
    """One float value: low <= value <= high in real arithmetic.

    `basis` says how that is known: "proven" for every input, "observed" in a sample of frames, or "unknown", and then
    low and high are infinite. `need` is the fraction bits that the picture asks for: an error of 2^-need is harmless;
    `fraction` is how many were chosen. `wraps` tells that only the value's fraction is used, so that it may exceed its
    word; `pair`, that it has two words and no binary point; `long`, that it has 32 bits more, in a second word. `op` is
    the operation of the IR, "parameter" for a parameter; `line` is the shader's, 0 if there is none.
    """

    function: str
    name: str
    op: str
    line: int
    low: float
    high: float
    basis: str
    need: float
    fraction: int
    wraps: bool = False
    pair: bool = False
    long: bool = False

    @property
    def needed_bits(self) -> int:
        """The bits of a word, sign included, that would hold the value as exactly as is needed."""
        magnitude = max(-self.low, self.high)
        whole = 64 if math.isinf(magnitude) else 32 - fit(magnitude) if magnitude else 1
        return max(whole + math.ceil(self.need), 1)

    @property
    def overflows(self) -> bool:
        """Whether the value may leave its word and lose what counts."""
        low, high = limits(self.fraction)
        known = self.basis != "unknown" and not (self.wraps or self.pair)
        return known and (self.low < low or self.high > high + ulp(self.fraction))

    @property
    def missing_bits(self) -> int:
        """How many fraction bits are fewer than the picture asks for."""
        held = self.fraction + WORD_BITS * self.long
        return 0 if self.pair else max(math.ceil(self.need) - held, 0)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: what is unbounded is null."""
        ends = {name: end if math.isfinite(end) else None for name, end in (("low", self.low), ("high", self.high))}
        bits = {"needed_bits": self.needed_bits, "missing_bits": self.missing_bits, "overflows": self.overflows}
        return {**asdict(self), **ends, **bits}


def records(module: Module, chosen: Formats) -> tuple[ValueRecord, ...]:
    """Every float value of `module` that a basis is known of."""
    found = []
    for function in module.functions.values():
        for block in function.blocks:
            line = block.insts[0].loc if block.insts else block.terminator.loc
            found += [_record(function.name, param, None, line, chosen) for param in block.params]
            for inst in block.insts:
                found += [_record(function.name, value, inst, inst.loc, chosen) for value in inst.results]
    return tuple(record for record in found if record is not None)


def shares(values: Iterable[ValueRecord]) -> dict[str, int]:
    """How many values are proven, observed and unknown."""
    counts = Counter(value.basis for value in values)
    return {basis: counts[basis] for basis in ("proven", "observed", "unknown")}


def _record(function: str, value: Value, inst: Inst | None, line: int, chosen: Formats) -> ValueRecord | None:
    basis: Basis | None = chosen.basis.get(value)
    if value.type is not Type.FLOAT or basis is None:
        return None
    op = inst.op if inst is not None else "parameter"
    return ValueRecord(
        function=function,
        name=value.name,
        op=op,
        line=line,
        low=basis.low,
        high=basis.high,
        basis=basis.kind,
        need=basis.need,
        fraction=chosen.fraction_of(value),
        wraps=basis.wraps,
        pair=value in chosen.pairs,
        long=value in chosen.longs,
    )
