"""Formats for functions that are called from outside with numbers that no word holds: every float is a pair.

Input: a module of the float IR. Output: `Formats` with all its floats in pairs, also those in memory: the module gets
an object of exponents beside each of its own. Linear.
"""

from __future__ import annotations

from glowjit.ir.core import MemKind, MemObject, Module, Type
from glowjit.q32.formats import FINE, Formats


def all_pairs(module: Module) -> Formats:
    """Formats in which every float is a pair."""
    formats = Formats(exact=True, exponents={})
    for item in [item for item in module.objects.values() if item.kind in (MemKind.GLOBAL, MemKind.CONSTANT)]:
        beside = _beside(item, formats)
        module.objects[beside.name] = beside
    for function in module.functions.values():
        function.locals += [_beside(item, formats) for item in function.locals]
        for value, inst in function.values():
            if value.type is Type.FLOAT:
                formats.pairs.add(value)
                if inst is not None and inst.op in FINE:
                    formats.values[value] = FINE[inst.op]
    return formats


def _beside(item: MemObject, formats: Formats) -> MemObject:
    assert formats.exponents is not None
    beside = formats.exponents[item] = MemObject(f"{item.name}.exponents", item.kind, item.words)
    return beside
