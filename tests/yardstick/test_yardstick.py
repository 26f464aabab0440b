"""LLVM as third opinion: the same integer IR, compiled by clang, makes the same picture, bit for bit."""

from pathlib import Path

import pytest

from glowjit.cli.bench import llvm
from glowjit.ir.ops import OPS
from glowjit.yardstick import translate

ROOT = Path(__file__).resolve().parents[2]
SHADERS = [*sorted((ROOT / "shaders").glob("*.frag")), *sorted((ROOT / "tests" / "shaders").glob("*.frag"))]


@pytest.mark.parametrize("path", SHADERS, ids=lambda path: path.stem)
def test_llvm_draws_the_same_picture(path: Path) -> None:
    found = llvm.of_ir(path, (12, 12), 1.0, "esp32c3")
    assert found is not None, "ziglang is not installed"
    instructions, same = found
    assert same
    assert instructions > 10


def test_every_integer_operation_has_its_c() -> None:
    floats = {name for name, info in OPS.items() if info.is_float or "M" in info.flags}
    elsewhere = {"call", "load", "load16", "store", "burn"}
    known = {*translate._OPS, *translate._DIVISIONS, *translate._STORES, *elsewhere}
    assert set(OPS) - floats - known == set()
