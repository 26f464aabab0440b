"""The binary point of every value of a module: `choose`.

Input: a module of the float IR, and what its values were seen to be. Output: `Formats`. A value whose words provably
keep within the border's format has that, and so has a value that was seen well within it, or not at all.
"""

from __future__ import annotations

from glowjit.ir.core import Function, Inst, MemKind, MemObject, Module, Type, Value
from glowjit.q32.formats import BORDER_FRACTION, Formats, fit, fit_seen
from glowjit.q32.observe import Observed, Seen
from glowjit.q32.observe import of as seen_of
from glowjit.q32.ranges import Facts, analyse

_FEWEST = 6  # fraction bits of a value that is not whole: beyond, it is a pole that nobody looks at


def choose(module: Module, observed: Observed) -> Formats:
    """Formats for all values that were observed."""
    formats = Formats()
    if not observed:
        return formats
    _objects(module, observed, formats)
    for function in module.functions.values():
        facts = analyse(function, module)
        for value, inst in _values(function):
            if inst is not None and inst.op in ("load", "call"):
                formats.values[value] = _given(inst, formats)
            elif value in observed:
                formats.values[value] = _fraction(facts, value, observed[value])
    return formats


def _values(function: Function) -> list[tuple[Value, Inst | None]]:
    """The float values that a function computes or takes over an edge."""
    found: list[tuple[Value, Inst | None]] = []
    for block in function.blocks:
        found += [(param, None) for param in block.params]
        found += [(value, inst) for inst in block.insts for value in inst.results]
    return [(value, inst) for value, inst in found if value.type is Type.FLOAT]


def _given(inst: Inst, formats: Formats) -> int:
    """A value from memory or from another function comes as it is kept or handed on there."""
    return formats.fraction_of_object(inst.target) if isinstance(inst.target, MemObject) else BORDER_FRACTION


def _objects(module: Module, observed: Observed, formats: Formats) -> None:
    """One binary point for all floats of an object: that of the largest that was seen to be stored."""
    for function in module.functions.values():
        for inst in function.insts():
            if inst.op != "store" or inst.args[1].type is not Type.FLOAT:
                continue
            assert isinstance(inst.target, MemObject)
            stored = seen_of(observed, inst.args[1])
            if stored is not None and inst.target.kind in (MemKind.GLOBAL, MemKind.LOCAL):
                point = max(_FEWEST, min(fit_seen(stored.magnitude), formats.fraction_of_object(inst.target)))
                formats.objects[inst.target] = point


def _fraction(facts: Facts, value: Value, seen: Seen) -> int:
    """As many bits as the border has, or as there is room for."""
    known = facts.range(value)
    if (known.low, known.high) != (facts.widest(value).low, facts.widest(value).high) and known.low > facts.widest(
        value
    ).low:
        return BORDER_FRACTION
    room = fit_seen(seen.magnitude)
    if any(facts.definition(value, op) for op in ("stof", "utof")):
        room = max(room, fit(2.0**32))
    if room >= BORDER_FRACTION:
        return BORDER_FRACTION
    if known.whole:
        return min(room, 0)
    return room if room >= _FEWEST else BORDER_FRACTION
