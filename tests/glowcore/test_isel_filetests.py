"""IR in, assembly out: every file of `filetests/` ends with the code that is expected of it.

`pytest --bless` writes what comes out as what is expected; read the difference before you commit it.
"""

from pathlib import Path

import pytest
from native import assembly, compile_module

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
