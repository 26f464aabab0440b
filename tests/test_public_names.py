"""Public names are functions and classes, whatever was imported first."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("first", ["import glowjit", "from glowjit.reference import to_bytes; import glowjit"])
def test_every_public_name_is_callable(first: str) -> None:
    program = f"{first}\nassert all(callable(getattr(glowjit, name)) for name in glowjit.__all__)"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
