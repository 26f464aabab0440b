"""Text filetests: `filetests/<pass>/*.ir` hold IR, and behind `; expected:` what the pass makes of it.

`pytest --bless` writes what comes out as what is expected; read the difference before you commit it. Input and output
are verified, and where a function `main` has no parameters but numbers, both must compute the same.
"""

from pathlib import Path

import numpy as np
import pytest

from glowjit.ir.core import MemKind, Type
from glowjit.ir.evaluate import Evaluator
from glowjit.ir.text import parse_module, print_module
from glowjit.ir.verify import verify
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
    rotate,
    shortcircuit,
    simplify,
    simplify_cfg,
    sink,
    unroll,
)

ROOT = Path(__file__).parent / "filetests"
MARK = "; expected:\n"
LANES = 16


def each(run):
    def over_module(module):
        for function in module.functions.values():
            run(function)

    return over_module


def each_with_purity(run):
    def over_module(module):
        pure = purity.run(module)
        for function in module.functions.values():
            run(function, pure)

    return over_module


PASSES = {
    "dce": dce.run,
    "exports": exports.build,
    "fuel": fuel.run,
    "gvn": each_with_purity(gvn.run),
    "ifconvert": each(ifconvert.run),
    "induction": each(induction.run),
    "initialise": each(initialise.run),
    "inline": lambda module: inline.run(module, keep_invariant=True),
    "inline_small": inline.run_small,
    "kernel": lambda module: kernel.build(module, "rgb565", 16),
    "licm": each_with_purity(licm.run),
    "mem2ssa": mem2ssa.run,
    "narrow": each(narrow.run),
    "phifold": each(phifold.run),
    "probe": lambda module: probe.build(module, 16, 4000),
    "rotate": each(rotate.run),
    "shortcircuit": each(shortcircuit.run),
    "simplify": each(simplify.run),
    "simplify_cfg": each(simplify_cfg.run),
    "sink": each_with_purity(sink.run),
    "unroll": each(unroll.run),
}

FILES = sorted(ROOT.glob("*/*.ir"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_output(path, request):
    source, _, expected = path.read_text().partition(MARK)
    module = parse_module(source)
    verify(module)
    PASSES[path.parent.name](module)
    verify(module)
    output = "".join(f"; {line}".rstrip() + "\n" for line in print_module(module).splitlines())
    if request.config.getoption("--bless", default=False):
        path.write_text(source + MARK + output)
    else:
        assert output == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_meaning(path):
    source = path.read_text()
    module = parse_module(source)
    if "main" not in module.functions:
        pytest.skip("nothing to run")
    before = run(module)
    PASSES[path.parent.name](module)
    for old, new in zip(before, run(module), strict=True):
        np.testing.assert_allclose(new, old, rtol=1e-12)


def run(module):
    """The results of `main` for a few numbers."""
    edges = {
        Type.INT: np.resize([0, 1, 2, 3, 5, 7, -1, -9, 100, 2**31 - 1, -(2**31)], LANES),
        Type.FLOAT: np.resize([0.0, 1.0, 0.5, -2.0, 3.25, 10.0, -7.75], LANES),
        Type.BOOL: np.resize([True, False, False], LANES),
    }
    args = [np.roll(edges[param.type], place) for place, param in enumerate(module.functions["main"].params)]
    words = {
        item.name: [place + 2 for place in range(item.words)]
        for item in module.objects.values()
        if item.kind is MemKind.UNIFORM
    }
    return Evaluator(module, LANES, words).call("main", args)


def test_every_pass_has_files():
    assert {path.parent.name for path in FILES} == set(PASSES)
