"""Which functions are pure: their results depend on their arguments and the uniforms, and they do nothing else.

A pure function stores into its own locals only, reads nothing else that is ever written, calls pure functions only and
burns no fuel (so `fuel` runs first). A call of one may be removed, shared or moved like any pure operation.
Cost: linear in the module.
"""

from __future__ import annotations

from collections.abc import Collection

from glowjit.ir.core import Function, Inst, MemKind, MemObject, Module
from glowjit.passes.rewrite import read_only


def run(module: Module) -> frozenset[str]:
    """The names of the pure functions of `module`."""
    pure: set[str] = set()
    for function in module.functions.values():  # callees first
        if is_pure(function, pure):
            pure.add(function.name)
    return frozenset(pure)


def is_pure(function: Function, pure: Collection[str]) -> bool:
    """Whether `function` is pure, `pure` being the names of those of its callees that are."""
    return all(_harmless(inst, pure) for inst in function.insts())


def _harmless(inst: Inst, pure: Collection[str]) -> bool:
    if inst.op == "call":
        return inst.target in pure
    if isinstance(inst.target, MemObject):
        kind = inst.target.kind
        return kind is MemKind.LOCAL or (inst.op == "load" and read_only(inst.target))
    return not inst.info.effect
