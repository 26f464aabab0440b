"""GLSL on top, the IR it becomes below, as comments: one file for each thing worth seeing.

`pytest --bless` writes what comes out as what is expected; read the difference before you commit it. A file with a
`main` is a shader, any other a library of which every function is translated.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from glowjit import glsl, spirv
from glowjit.ir.text import print_module
from glowjit.ir.verify import verify

FILES = sorted((Path(__file__).parent / "filetests").glob("*.glsl"))
MARK = "// ----"


def translated(source: str) -> str:
    """The module's text as GLSL comments."""
    is_shader = "void main(" in source
    binary = (glsl.compile_shader if is_shader else glsl.compile_library)(source)
    module = spirv.translate(binary.spirv, source=source, roots=None if is_shader else "all")
    verify(module)
    return "".join(f"// {line}".rstrip() + "\n" for line in print_module(module).splitlines())


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_file(path: Path, request: pytest.FixtureRequest) -> None:
    source, _, expected = path.read_text().partition(MARK + "\n")
    found = translated(source)
    if request.config.getoption("--bless", default=False):
        path.write_text(f"{source.rstrip()}\n\n{MARK}\n{found}")
        return
    assert found == expected


def test_there_are_files() -> None:
    assert len(FILES) >= 10
