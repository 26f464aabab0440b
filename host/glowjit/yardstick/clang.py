"""What clang makes of the same arithmetic: C compiled to RV32IMC, as code that the emulated board can run.

Input: a C file with `int render(int32_t *ctx)` (the kernel's ABI). Output: position-independent code with its read-only
data behind it. Needs the `ziglang` package, which carries clang and lld.
"""

from __future__ import annotations

import importlib.util
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from glowjit.errors import GlowjitError

_LINKER_SCRIPT = """
ENTRY(render)
SECTIONS {
  . = 0;
  .text : { *(.text .text.*) }
  .rodata : ALIGN(4) { *(.rodata .rodata.* .srodata .srodata.*) }
  /DISCARD/ : { *(.comment .riscv.attributes .eh_frame .eh_frame_hdr) }
}
"""

_FLAGS = [
    *("-target", "riscv32-freestanding-none", "-mcpu=generic_rv32+m+c", "-mcmodel=medany"),
    *("-O2", "-g0", "-ffreestanding", "-nostdlib", "-static", "-fno-sanitize=all", "-Wl,-e,render"),
]


@dataclass(frozen=True, slots=True)
class ClangCode:
    """`code` is instructions then data; the first `text_bytes` are instructions; `entry` is the offset of `render`."""

    code: bytes
    text_bytes: int
    entry: int


def available() -> bool:
    """Whether the `ziglang` package is there."""
    return importlib.util.find_spec("ziglang") is not None


def compile_c(source: Path | str) -> ClangCode:
    """Compile and link one C file, or C text. GlowjitError with clang's own words if it refuses."""
    with tempfile.TemporaryDirectory() as folder:
        path = source if isinstance(source, Path) else Path(folder, "shader.c")
        if isinstance(source, str):
            path.write_text(source)
        script = Path(folder, "link.ld")
        script.write_text(_LINKER_SCRIPT)
        elf = Path(folder, "out.elf")
        command = [sys.executable, "-m", "ziglang", "cc", *_FLAGS, f"-Wl,-T,{script}", str(path), "-o", str(elf)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            raise GlowjitError(f"clang refused {path.name}: {result.stderr.strip()}", stage="yardstick")
        return _load(elf.read_bytes())


def _load(elf: bytes) -> ClangCode:
    """The loadable sections of a little-endian ELF32 file that was linked at address 0 (ELF specification 1.2)."""
    entry, _, section_table = struct.unpack_from("<III", elf, 24)
    size, count, names_index = struct.unpack_from("<HHH", elf, 46)
    sections = [struct.unpack_from("<10I", elf, section_table + index * size) for index in range(count)]
    names_at = sections[names_index][4]
    code = bytearray()
    text_bytes = 0
    for name, kind, flags, address, offset, length, *_ in sections:
        if kind != 1 or not flags & 2 or not length:  # SHT_PROGBITS, SHF_ALLOC
            continue
        code.extend(bytes(address - len(code)))
        code += elf[offset : offset + length]
        start = names_at + name
        if elf[start : elf.index(b"\0", start)] == b".text":
            text_bytes = address + length
    return ClangCode(bytes(code), text_bytes, entry)
