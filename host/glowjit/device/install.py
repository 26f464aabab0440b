"""Putting the runtime onto a board, and asking a board what it is.

The files' digest is written last, so that an installation that was cut off is noticed and repeated. Files that are not
ours are never touched: a `main.py` that someone else wrote stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from glowjit.device import package
from glowjit.device.transport import DeviceError, Link

OLDEST = (1, 24)  # the first with native code for RV32 in its official builds
MPY_VERSION = 6
ARCHITECTURES = {11: "rv32imc"}
DIGEST = f"{package.FOLDER}/{package.RUNTIME}/digest"
PROTECTED = f"{package.FOLDER}/{package.RUNTIME}/protected"  # is there if the heap does not execute
MARK = "# Written by glowjit"

_PROBE = f"""\
import gc, json, os, sys
from binascii import hexlify
gc.collect()
v = sys.implementation
def read(path, size=-1):
    try:
        with open(path) as file:
            return file.read(size)
    except OSError:
        return ""
def failures():
    try:
        name, count = read("/glow/failures").split()
        with open("/glow/shader.glow", "rb") as file:
            file.seek(-4, 2)
            return int(count) if hexlify(file.read()).decode() == name else 0
    except (OSError, ValueError):
        return 0
def is_there(path):
    try:
        return bool(os.stat(path))
    except OSError:
        return False
s = os.statvfs("/")
print(json.dumps({{"version": list(v[1])[:3], "machine": getattr(v, "_machine", sys.platform),
    "mpy": getattr(v, "_mpy", 0), "platform": sys.platform, "free": gc.mem_free(), "flash": s[0] * s[3],
    "digest": read({DIGEST!r}), "main": read("/main.py", {len(MARK)}), "failures": failures(),
    "deployed": is_there("/glow/shader.glow"), "protected": is_there({PROTECTED!r})}}))
"""


@dataclass(frozen=True, slots=True)
class BoardInfo:
    """What a board says of itself. `free` and `flash` are bytes; `digest` names the runtime on it, or is ""."""

    version: tuple[int, int, int]
    machine: str
    mpy: int
    platform: str
    free: int
    flash: int
    digest: str
    main: str
    failures: int
    deployed: bool
    protected: bool  # whether the heap does not execute, so that shaders go to the arena

    @property
    def architecture(self) -> str:
        """Of native code, "" if it is none that glowjit makes."""
        return ARCHITECTURES.get(self.mpy >> 10 & 0xF, "")

    @property
    def release(self) -> str:
        return ".".join(map(str, self.version))

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {name: getattr(self, name) for name in (*self.__slots__, "architecture")}


def ask(link: Link) -> BoardInfo:
    """What the board is."""
    text = link.run(_PROBE)
    try:
        fields = json.loads(text)
        return BoardInfo(**{**fields, "version": tuple(fields["version"])})
    except (ValueError, TypeError, KeyError):
        raise DeviceError(f"the board answered {text.strip()[:80]!r}", hint="reset the board and try again") from None


def check(info: BoardInfo) -> None:
    """DeviceError unless glowjit's machine code can run there."""
    if info.version < OLDEST:
        raise DeviceError(
            f"the board runs MicroPython {info.release}, glowjit needs {OLDEST[0]}.{OLDEST[1]} or newer",
            hint="download the current firmware and run: glowjit flash FIRMWARE.bin",
        )
    if info.mpy & 0xFF != MPY_VERSION or not info.architecture:
        raise DeviceError(
            f"this MicroPython ({info.machine}) does not load native code for rv32imc",
            hint="glowjit makes code for RISC-V boards; an ESP32-C3 with official firmware is one",
        )


def digest(files: Mapping[str, bytes]) -> str:
    """Twelve hex digits that name a set of files."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return whole.hexdigest()[:12]


def is_installed(info: BoardInfo, files: Mapping[str, bytes]) -> bool:
    """Whether exactly these files are on the board."""
    return info.digest == digest(files)


def install(link: Link, files: Mapping[str, bytes], progress: Callable[[str], None] = lambda _: None) -> None:
    """Write the files below `package.FOLDER`, each verified. The old digest goes first, the new one comes last."""
    folders = sorted({f"{package.FOLDER}/{name.rpartition('/')[0]}".rstrip("/") for name in files})
    link.run(f"import os\ntry:\n os.remove({DIGEST!r})\nexcept OSError:\n pass")
    for folder in folders:
        link.run(f"import os\ntry:\n os.mkdir({folder!r})\nexcept OSError as e:\n if e.errno != 17: raise")
    for name, data in files.items():
        progress(name)
        link.write_file(f"{package.FOLDER}/{name}", data)
    link.write_file(DIGEST, digest(files).encode())
