"""Words that stop at their ends: what fits is as ever, what does not is the last word on its side."""

import numpy as np
import pytest

from glowjit import q32
from glowjit.ir import evaluate
from glowjit.ir.text import parse_module

COUNT = 4000
MOST = 2**31 - 1

# An instruction on x and y, and its result in units of 2^-16, of operands in such units.
BODIES = {
    "sum": ("fadd %x, %y", lambda x, y: x + y),
    "sum with a literal": ("fadd %x, 30000.0", lambda x, y: x + (30000 << 16)),
    "difference": ("fsub %x, %y", lambda x, y: x - y),
    "product": ("fmul %x, %y", lambda x, y: x * y >> 16),
    "product with a literal": ("fmul %x, -2.5", lambda x, y: x * -5 >> 1),
    "product with a power of two": ("fmul %x, 2.0", lambda x, y: x * 2),
    "dot": ("fdot %x, %y, %y, 0.5", lambda x, y: cut(x * y >> 16) + (y >> 1)),
}


def cut(number: int) -> int:
    return max(-MOST - 1, min(MOST, number))


@pytest.mark.parametrize("body, exact", BODIES.values(), ids=BODIES)
def test_what_does_not_fit_stops(body, exact, link):
    module = parse_module(f"func @f(%x: float, %y: float) -> (float) {{\nentry:\n %r: float = {body}\n ret %r\n}}\n")
    (result,) = next(module.functions["f"].insts()).results
    link(module, q32.lower(module, q32.formats.Formats(stops={result})))
    random = np.random.default_rng(1)
    scales = 2.0 ** random.uniform(0, 31, (2, COUNT))
    numbers = (random.choice([-1, 1], (2, COUNT)) * scales).astype(np.int32)
    (found,) = evaluate.call(module, "f", list(numbers), lanes=COUNT)
    wanted = [cut(exact(int(x), int(y))) for x, y in numbers.T]
    assert found.tolist() == wanted
    assert {MOST, -MOST - 1} & set(wanted)
