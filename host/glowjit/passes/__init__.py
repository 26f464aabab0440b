"""The middle end: passes over the IR, and the lists in which they run.

A pass is a file: its docstring says what it expects, what it leaves behind and what it costs. All work in place, on
float IR and on integer IR alike.

    mem2ssa      words of memory objects become SSA values; tables become constants
    initialise   locals are zeroed where they may be read before they are written
    simplify     constant folding and algebra, from the tables in `rules`
    simplify_cfg constant branches, jump threading, block merging, redundant block parameters
    gvn          nothing is computed twice; what a branch says is known behind it
    dce          nothing is computed in vain
    fuel         provably short loops burn no fuel
    inline       calls become copies of their callees
    unroll       loops of few turns become straight code
    ifconvert    small branches become selects
    rotate       loops are tested at the bottom
    licm         what does not change in a loop is computed before it
    sink         what only one way on needs is computed there
    phifold      what is computed of constants that meet is computed where they come from
    induction    what is linear in a counter is counted itself
    shortcircuit branches on several conditions become several branches
    narrow       what can only be one thing, by its bits and bounds, becomes that

`link`, `kernel` and `exports` are no optimisations: they bring in a library's functions, put the frame loop around the
pixel function, and make functions callable from outside. `purity` and `trips` answer questions; `cost` is the table of
what operations cost; `ssa`, `patterns`, `rewrite`, `fold` and `ranges` are the tools.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from glowjit.ir.core import Function, Module
from glowjit.passes import (
    dce,
    exports,
    fuel,
    gvn,
    ifconvert,
    induction,
    initialise,
    inline,
    kernel,
    licm,
    mem2ssa,
    narrow,
    phifold,
    purity,
    rewrite,
    rotate,
    shortcircuit,
    simplify,
    simplify_cfg,
    sink,
    unroll,
)
from glowjit.passes.link import link


@dataclass(frozen=True, slots=True)
class Pass:
    """One step of a list; `run` takes the module and works in place."""

    name: str
    run: Callable[[Module], None]


def _each(run: Callable[[Function], None]) -> Callable[[Module], None]:
    """A pass over functions as a pass over a module."""

    def over_module(module: Module) -> None:
        for function in module.functions.values():
            run(function)

    return over_module


def _each_with_purity(run: Callable[[Function, frozenset[str]], None]) -> Callable[[Module], None]:
    """A pass over functions that wants to know which callees are pure."""

    def over_module(module: Module) -> None:
        pure = purity.run(module)
        for function in module.functions.values():
            run(function, pure)

    return over_module


MEM2SSA = Pass("mem2ssa", mem2ssa.run)
INITIALISE = Pass("initialise", _each(initialise.run))
SIMPLIFY = Pass("simplify", _each(simplify.run))
SIMPLIFY_CFG = Pass("simplify_cfg", _each(simplify_cfg.run))
GVN = Pass("gvn", _each_with_purity(gvn.run))
DCE = Pass("dce", dce.run)
FUEL = Pass("fuel", fuel.run)
INLINE = Pass("inline", inline.run)
INLINE_VARYING = Pass("inline varying calls", lambda module: inline.run(module, keep_invariant=True))
INLINE_SMALL = Pass("inline small functions", inline.run_small)
INLINE_PIXEL = Pass("inline the pixel function", inline.run_pixel_function)
UNROLL = Pass("unroll", _each(unroll.run))
UNROLL_KERNEL = Pass("unroll the kernel", _each(unroll.run_library))
UNROLL_FROZEN = Pass("unroll frozen loops", _each_with_purity(unroll.run_frozen))
IFCONVERT = Pass("ifconvert", _each(ifconvert.run))
ROTATE = Pass("rotate", _each(rotate.run))
LICM = Pass("licm", _each_with_purity(licm.run))
NARROW = Pass("narrow", _each(narrow.run))
PHIFOLD = Pass("phifold", _each(phifold.run))
SHORTCIRCUIT = Pass("shortcircuit", _each(shortcircuit.run))
INDUCTION = Pass("induction", _each(induction.run))
SINK = Pass("sink", _each_with_purity(sink.run))

CLEAN = (SIMPLIFY, SIMPLIFY_CFG, GVN, DCE)

FLOAT_PASSES: tuple[Pass, ...] = (
    MEM2SSA,
    *CLEAN,
    FUEL,
    SIMPLIFY_CFG,
    INITIALISE,  # before copies of a function share the memory of one
    INLINE_VARYING,  # calls that do not change along a row stay, for `licm` to move them out of the kernel's loops
    MEM2SSA,  # the locals and globals that were passed around
    SIMPLIFY,
    SIMPLIFY_CFG,
    UNROLL,  # counters become constants, and so do the indices of arrays
    MEM2SSA,
    *CLEAN,
    IFCONVERT,
    *CLEAN,
)

LIBRARY_PASSES: tuple[Pass, ...] = (
    MEM2SSA,
    INLINE_SMALL,
    *CLEAN,
)

LINKED_PASSES: tuple[Pass, ...] = (
    MEM2SSA,  # what the math library keeps in arrays
    *CLEAN,
)

INTEGER_PASSES: tuple[Pass, ...] = (
    FUEL,  # loops that count a float: now the counter is an int
    SIMPLIFY_CFG,
    INLINE_PIXEL,
    UNROLL_FROZEN,
    *CLEAN,
    ROTATE,
    LICM,  # moves whole calls out of the loops over rows and pixels, while they still are calls
    SINK,  # and others into the branches that need them
    INITIALISE,
    INLINE,
    MEM2SSA,
    SIMPLIFY,
    SIMPLIFY_CFG,
    NARROW,  # before branches, which say what is known behind them, become selects
    GVN,
    DCE,
    UNROLL_KERNEL,
    IFCONVERT,
    *CLEAN,
    PHIFOLD,
    ROTATE,
    SIMPLIFY,  # mostly, a loop is known to be entered
    SIMPLIFY_CFG,
    LICM,
    INDUCTION,
    SHORTCIRCUIT,
    SINK,
    SIMPLIFY_CFG,
    DCE,
)

# What makes integer IR quick to evaluate for many pixels at once.
LANE_PASSES: tuple[Pass, ...] = (Pass("ifconvert for lanes", _each(ifconvert.run_for_lanes)),)


def run_passes(module: Module, passes: Sequence[Pass]) -> list[tuple[str, float]]:
    """Run a list of passes; the name of each and the seconds it took."""
    times = []
    for step in passes:
        start = time.perf_counter()
        step.run(module)
        times.append((step.name, time.perf_counter() - start))
    return times


def optimize_float(module: Module) -> list[tuple[str, float]]:
    """Optimise float IR as the translator makes it; the name of each pass and the seconds it took."""
    return run_passes(module, FLOAT_PASSES)


def optimize_integers(module: Module) -> list[tuple[str, float]]:
    """Optimise integer IR with its kernel or wrappers; the name of each pass and the seconds it took."""
    return run_passes(module, INTEGER_PASSES)


__all__ = [
    "CLEAN",
    "FLOAT_PASSES",
    "INTEGER_PASSES",
    "LANE_PASSES",
    "LINKED_PASSES",
    "Pass",
    "exports",
    "kernel",
    "link",
    "optimize_float",
    "optimize_integers",
    "rewrite",
    "run_passes",
]
