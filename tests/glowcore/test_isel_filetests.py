"""IR in, assembly out: every file of `filetests/` ends with the code that is expected of it.

`pytest --bless` writes what comes out as what is expected; read the difference before you commit it.
"""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from native import Native, assembly, compile_module

from glowjit.ir import MemKind, evaluate
from glowjit.ir.text import parse_module
from glowjit.ir.verify import verify

FILES = sorted((Path(__file__).parent / "filetests").glob("*.ir"))
MARK = "; expected:"


def compiled(source):
    """The assembly of all functions of a file."""
    module = parse_module(source)
    verify(module, integers_only=True)
    _, result = compile_module(module, roots=list(module.functions))
    return assembly(result)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_assembly(path, request):
    source, _, expected = path.read_text().partition(MARK + "\n")
    lines = compiled(source)
    if request.config.getoption("--bless"):
        path.write_text(source + MARK + "\n" + "".join(f"; {line}\n" for line in lines))
    else:
        assert "".join(f"; {line}\n" for line in lines) == expected


LANES = 8

# Arguments to run a file with: indices and numbers of turns have their limits.
ARGUMENTS = {"memory": (0, 1, 2, 3), "loops": tuple(range(9))}
ANY = (0, 1, -1, 7, 9, 65535, 65536, 123456789, -123456789, 2**31 - 1, -(2**31))


def functions():
    """Those that can be run by themselves: not the entries, none that goes to an address or runs until stopped."""
    found = []
    for path in FILES:
        for function in parse_module(path.read_text()).functions.values():
            special = any(inst.op in ("store8", "load16", "burn") for inst in function.insts())
            if not special and function.name != "render" and not function.name.startswith("call."):
                found.append(pytest.param(path, function.name, id=f"{path.stem}-{function.name}"))
    return found


@pytest.mark.parametrize(("path", "name"), functions())
def test_the_code_computes_what_the_evaluator_computes(path, name):
    random = Random(name)
    module = parse_module(path.read_text())
    choices = (0,) if name == "shifted_out" else ARGUMENTS.get(path.stem, ANY)
    args = [np.array(random.choices(choices, k=LANES), np.int32) for _ in module.functions[name].params]
    words = {
        item.name: [random.randint(-99, 99) for _ in range(item.words)]
        for item in module.objects.values()
        if item.kind in (MemKind.UNIFORM, MemKind.GLOBAL)
    }
    expected = evaluate.call(module, name, args, LANES, dict(words))
    native = Native(module, name)
    for lane in range(LANES):
        assert native.call([arg[lane] for arg in args], words) == [int(result[lane]) for result in expected]
