"""The encoder against an independent assembler: the one inside clang, as the ziglang package ships it."""

import struct
import subprocess
import sys
from array import array

import pytest
from isa_samples import samples

from glowcore import disasm, encode, isa

pytest.importorskip("ziglang")


def section(elf: bytes, wanted: bytes) -> bytes:
    """The bytes of one section of a 32-bit little-endian ELF file."""
    (table,) = struct.unpack_from("<I", elf, 32)
    count, names_index = struct.unpack_from("<HH", elf, 48)
    headers = [struct.unpack_from("<10I", elf, table + 40 * index) for index in range(count)]
    names = headers[names_index][4]
    for header in headers:
        start = names + header[0]
        if elf[start : elf.index(b"\0", start)] == wanted:
            return elf[header[4] : header[4] + header[5]]
    raise KeyError(wanted)


def clang(lines, folder) -> bytes:
    source, target = folder / "sample.s", folder / "sample.o"
    source.write_text("\n".join(lines) + "\n")
    command = [sys.executable, "-m", "ziglang", "cc", "-target", "riscv32-freestanding", "-mcpu=generic_rv32+m+c"]
    subprocess.run([*command, "-c", str(source), "-o", str(target)], check=True, capture_output=True)
    return section(target.read_bytes(), b".text")


@pytest.mark.parametrize("wide", [False, True])
def test_clang_assembles_the_same_bytes(tmp_path, wide):
    """Every instruction, aliases and compressed forms included: the text of `disasm` gives the bytes of `encode`."""
    # `mv` is c.mv, an add; in 32 bits the assembler makes it an addi
    insts = [inst for inst in samples() if not (wide and inst[0] == isa.ADD and inst[2] == 0)]
    lines = [".option norelax"] + [".option norvc"] * wide + [disasm.text(*inst, target=str(inst[4])) for inst in insts]
    theirs = clang(lines, tmp_path)
    at = 0
    for inst in insts:
        ours = array("H")
        encode.emit(ours, *inst, wide)
        size = 2 * len(ours)
        assert ours.tobytes().hex() == theirs[at : at + size].hex(), disasm.text(*inst)
        at += size
    assert at == len(theirs)
