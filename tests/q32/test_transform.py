"""Text filetests: `filetests/*.ir` hold float IR, and behind `; expected:` the words that `q32.lower` makes of it.

`pytest --bless` writes what comes out as what is expected; read the difference before you commit it. Input and output
are verified, and `main`, which takes numbers, must compute the same in words as in float64, to a tolerance that the
file may state in ulp (`; within 3`), for small arguments of every kind.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from glowjit import q32
from glowjit.ir import evaluate
from glowjit.ir.core import MemKind, Type
from glowjit.ir.text import parse_module, print_module
from glowjit.ir.verify import verify
from glowjit.q32.lowering.expand import EXPANSIONS

FILES = sorted((Path(__file__).parent / "filetests").glob("*.ir"))
MARK = "; expected:\n"
FLOATS = np.array([0.0, 1.0, 0.5, -2.0, 3.25, 10.0, -7.75, 0.125, 1.9375, -0.0625, 5.5, -1.0])
INTS = np.array([0, 1, 2, 3, 5, 7, -1, -9, 100, 12, -4, 6], dtype=np.int32)


def each_file():
    return pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@each_file()
def test_output(path, request):
    source, _, expected = path.read_text().partition(MARK)
    module = parse_module(source)
    verify(module)
    called = q32.lower(module)
    lines = [*print_module(module).splitlines(), f"library: {', '.join(called) or 'nothing'}"]
    output = "".join(f"; {line}".rstrip() + "\n" for line in lines)
    if request.config.getoption("--bless", default=False):
        path.write_text(source + MARK + output)
    else:
        assert output == expected


@each_file()
def test_no_floats_are_left(path, link):
    module = parse_module(path.read_text())
    link(module, q32.lower(module))
    verify(module, integers_only=True)


@each_file()
def test_meaning(path, link):
    source = path.read_text()
    stated = re.search(r"^; within ([\d.]+)", source, re.MULTILINE)
    tolerance = float(stated[1]) if stated else 1.0
    reference, module = parse_module(source), parse_module(source)
    link(module, q32.lower(module))
    params = reference.functions["main"].params
    numbers = [
        np.roll({Type.FLOAT: FLOATS, Type.INT: INTS}[param.type], 5 * place) for place, param in enumerate(params)
    ]
    wanted = evaluate.call(reference, "main", numbers, len(FLOATS), uniforms(reference, 1.0))
    words = [to_words(array) for array in numbers]
    found = evaluate.call(module, "main", words, len(FLOATS), uniforms(module, 65536))
    for want, got in zip(wanted, found, strict=True):
        if want.dtype == np.float64:
            fits = np.abs(want) < 32768
            assert np.all(np.abs(got - want * 65536)[fits] <= tolerance)
            assert fits.any()
        else:
            assert np.array_equal(got, want)


def to_words(array):
    return (array * 65536).astype(np.int32) if array.dtype == np.float64 else array


def uniforms(module, one):
    """Every uniform is 3, 4, 5..."""
    return {
        item.name: np.arange(3, 3 + item.words) * one
        for item in module.objects.values()
        if item.kind is MemKind.UNIFORM
    }


def test_every_expansion_is_shown():
    shown = {inst.op for path in FILES for f in parse_module(path.read_text()).functions.values() for inst in f.insts()}
    assert set(EXPANSIONS) <= shown


def test_an_angle_of_sums_of_sums_is_taken_apart_once(link):
    """The 40th difference of neighbours has 10^8 paths to its two terms, which a phase has once each: it is x - y."""
    lines, names = [], ["%x", "%y"]
    for index in range(40):
        names.append(f"%s{index}")
        lines.append(f"{names[-1]}: float = fsub {names[-2]}, {names[-3]}\n")
    body = "".join(lines) + f"%r: float = fsin {names[-1]}\nret %r\n"
    module = parse_module(f"func @main(%x: float, %y: float) -> (float) {{\nentry:\n{body}}}\n")
    angle = module.functions["main"].blocks[0].insts[-2].result
    link(module, q32.lower(module, q32.formats.Formats(values={angle: 4})))
    x, y = FLOATS, np.roll(FLOATS, 5)
    (found,) = evaluate.call(module, "main", [to_words(x), to_words(y)], len(x))
    assert np.abs(found / 65536 - np.sin(x - y)).max() < 2**-15


@pytest.mark.parametrize("factor", [6.283203125, 123001.0])
def test_a_factor_that_is_nearly_round_is_what_it_is(factor, link):
    """Of an angle: only the rounding of a literal is forgiven, as in 6.2831853, and only where it can be told."""
    module = parse_module(
        f"func @main(%x: float) -> (float) {{\nentry:\n%a: float = fmul %x, {factor}\n%r: float = fsin %a\nret %r\n}}\n"
    )
    link(module, q32.lower(module))
    words = np.arange(-500, 500, dtype=np.int32) * 997
    (found,) = evaluate.call(module, "main", [words], len(words))
    assert np.abs(found / 65536 - np.sin(words / 65536 * factor)).max() < 2**-15
