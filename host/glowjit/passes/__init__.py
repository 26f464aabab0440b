"""The middle end: passes over the IR, and the lists in which they run.

A pass is a file: its docstring says what it expects, what it leaves behind and what it costs. All work in place, on
float IR and on integer IR alike.

    mem2ssa      memory to SSA, word by word; arrays that are written once become constant tables
    initialise   stores of zeros to locals that may be read before they are written
    simplify     constant folding and algebraic rewriting, by the tables in `rules`
    simplify_cfg constant branches, jump threading, block merging, redundant block parameters
    gvn          global value numbering, with what branch conditions imply
    dce          dead code, dead objects and dead functions
    fuel         no fuel is counted in loops of a provably small trip count
    inline       inlining, callees before callers
    unroll       complete unrolling of loops with few iterations
    ifconvert    if-conversion: small branches become selects
    rotate       loop rotation: the exit test moves to the bottom
    licm         loop-invariant code motion, of whole calls too
    sink         computations move into the branch that uses them
    phifold      operations on block parameters that are mostly constant move to the predecessors
    induction    strength reduction: functions that are linear in a counter become counters
    shortcircuit branches on `and` and `or` become two branches
    narrow       values become constants, and bounds go, by known bits and ranges

Four modules are no optimisations: `link` brings in a library's functions, `kernel` puts the frame loop around the
pixel function and `probe` a loop over single pixels, `exports` wraps functions that are to be called from outside. Four
are analyses: `purity` of functions, `trips` of loops, `knowledge` of the bits and bounds of ints, `ranges` of indices.
`cost` is the table of what operations cost; the passes share `ssa`, `patterns`, `rewrite` and `fold`.
"""

from __future__ import annotations

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
    probe,
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

# What integer IR needs to be run as it is.
PROBE_PASSES: tuple[Pass, ...] = (INITIALISE,)


def run_passes(module: Module, passes: Sequence[Pass]) -> None:
    """Run a list of passes over a module, in place."""
    for step in passes:
        step.run(module)


__all__ = [
    "CLEAN",
    "FLOAT_PASSES",
    "INTEGER_PASSES",
    "LIBRARY_PASSES",
    "LINKED_PASSES",
    "PROBE_PASSES",
    "Pass",
    "exports",
    "fuel",
    "kernel",
    "link",
    "probe",
    "rewrite",
    "run_passes",
]
