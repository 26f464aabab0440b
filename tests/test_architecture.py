"""The house rules that a machine can check: who may import whom, how long a file may be, lint, layout, types."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOST = ROOT / "host" / "glowjit"
FIRMWARE = ROOT / "firmware"

LEAVES = {"errors", "image", "board", "glsltypes", "words", "uniforms", "textures", "leds"}

# Room -> the rooms it may import, beside itself and the leaves. The road of DESIGN.md, as a table.
ALLOWED = {
    "__init__": {"program", "library"},
    "__main__": {"cli"},
    "cli": {
        "glsl",
        "program",
        "stats",
        "diagnose",
        "library",
        "pipeline",
        "device",
        "emulator",
        "imagediff",
        "reference",
        "q32",
        "ir",
        "glowcore",
        "yardstick",
        "allocators",
    },
    "stats": {"pipeline", "q32"},
    "program": {"stats", "diagnose", "glsl", "pipeline", "emulator", "reference", "imagediff", "q32", "glowcore"},
    "library": {"glsl", "program", "pipeline", "q32", "emulator", "glowcore"},
    "pipeline": {"glsl", "spirv", "passes", "q32", "probe", "allocators", "qir", "ir", "glowcore"},
    "probe": {"passes", "q32", "qir", "ir", "bare", "glowcore"},
    "diagnose": {"pipeline", "passes", "q32", "ir"},
    "spirv": {"ir"},
    "passes": {"ir"},
    "q32": {"ir"},
    "qir": {"ir", "glowcore"},
    "reference": {"ir"},
    "allocators": {"glowcore"},
    "yardstick": {"ir"},
    "glsl": set(),
    "ir": set(),
    "bare": set(),
    "emulator": set(),
    "device": set(),
    "imagediff": set(),
}

LINE_LIMITS = {HOST: 500, FIRMWARE / "glowcore": 300}
TABLES = {"isa.py", "rules.py", "grammar.py", "builtins.py"}  # rows of data, exempt from the limit


def room_of(module: str) -> str:
    """`glowjit.ir.text` -> `ir`; `glowcore.isa` -> `glowcore`; "" for what is not ours."""
    parts = module.split(".")
    if parts[0] == "glowcore":
        return "glowcore"
    if parts[0] != "glowjit":
        return ""
    return parts[1] if len(parts) > 1 else "__init__"


def imports(path: Path) -> set[str]:
    """The names of all modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names if node.module == "glowjit")
    return found


def sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


@pytest.mark.parametrize("path", sources(HOST), ids=lambda path: str(path.relative_to(HOST)))
def test_imports_run_one_way(path: Path) -> None:
    relative = path.relative_to(HOST)
    room = relative.parts[0].removesuffix(".py")
    targets = {room_of(name) for name in imports(path)} - {"", "__init__", room} - LEAVES
    if room in LEAVES:
        assert not targets, f"{relative} is a leaf and imports {targets}"
    else:
        assert targets <= ALLOWED[room], f"{relative} may not import {targets - ALLOWED[room]}"


@pytest.mark.parametrize("path", sources(FIRMWARE), ids=lambda path: str(path.relative_to(FIRMWARE)))
def test_firmware_imports_nothing_of_the_host(path: Path) -> None:
    known = {"glowcore", "array", "struct", "binascii", "micropython", "gc", "sys"}
    if "glowboard" in path.parts:
        known = {"glowboard", "glownative", "asyncio", "io", "machine", "json", "os", "sys", "time", "uctypes", *known}
    assert {name.split(".")[0] for name in imports(path)} <= known


@pytest.mark.parametrize("folder", LINE_LIMITS, ids=lambda folder: folder.name)
def test_files_stay_short(folder: Path) -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in sources(folder) if path.name not in TABLES}
    assert {path.name: lines for path, lines in lengths.items() if lines > LINE_LIMITS[folder]} == {}


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)],
    ids=["lint", "layout", "types"],
)
def test_tools_find_nothing(command: tuple[str, ...]) -> None:
    result = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-2000:]
