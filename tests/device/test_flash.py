"""Flashing through esptool's library, against the ROM of a C3 as far as esptool can tell."""

from __future__ import annotations

import hashlib
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from click.testing import CliRunner

from glowcore import encode, isa
from glowjit.cli import cli
from glowjit.device import doctor, flash
from glowjit.device.transport import DeviceError, open_link

SYNC, BEGIN, DATA, END = 0x08, 0x02, 0x03, 0x04
ZBEGIN, ZDATA, ZEND = 0x10, 0x11, 0x12
ATTACH, PARAMETERS, BAUD = 0x0D, 0x0B, 0x0F
MEMORY_BEGIN, MEMORY_END, MEMORY_DATA = 0x05, 0x06, 0x07  # how the stub comes
READ, WRITE, MD5, SECURITY = 0x0A, 0x09, 0x13, 0x14
BAD_CHECKSUM, UNKNOWN = 7, 5
EFUSE = 0x6000_8844  # block 1: the MAC, and in its word 3 the revision
SPI = 0x6000_2000  # the flash's controller: command, and from 0x58 on its data
FLASH_4MB = 0x16405E
CLOCK_DIVIDER = 0x6000_0014


class Rom:
    """The ROM loader of a chip on TCP: SLIP frames, commands, a flash of 4 MB. One connection at a time.

    Once esptool has brought its stub and started it, this speaks as the stub does: shorter statuses, sums as bytes.
    """

    def __init__(self, chip_id: int = 5, revision: int = 4) -> None:
        self.flash = bytearray(b"\xff" * (4 << 20))
        self.registers = {EFUSE: 0x33445566, EFUSE + 4: 0x1122, EFUSE + 12: revision << 18, CLOCK_DIVIDER: 347}
        self.chip_id = chip_id
        self.blocks = 0
        self.cut_after = -1  # data blocks, then the line is cut
        self.spoil = -1  # the number of a block that arrives damaged
        self.rot = False  # the flash does not keep what is written
        self.stub = bytearray()  # that was brought
        self._runs_stub = False
        self._at = 0
        self._inflate: Callable[[bytes], bytes] = bytes
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = f"socket://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._server.accept()
                with line:
                    self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        pending = b""
        self._runs_stub = False
        while data := line.recv(65536):
            pending += data
            *frames, pending = pending.split(b"\xc0")
            for frame in frames:
                packet = frame.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb")
                if len(packet) < 8:
                    continue
                if self.blocks == self.cut_after:
                    return
                _, operation, _, checksum = struct.unpack_from("<BBHI", packet)
                answer = self._slip(self._handle(operation, packet[8:], checksum))
                line.sendall(answer * (8 if operation == SYNC else 1))
                if operation == MEMORY_END and not self._runs_stub:
                    self._runs_stub = True
                    line.sendall(self._slip(b"OHAI"))

    def _slip(self, packet: bytes) -> bytes:
        return b"\xc0" + packet.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"

    def _handle(self, operation: int, data: bytes, checksum: int) -> bytes:
        value, body, error = 0, b"", 0
        if operation == SYNC:
            value = 0x20120707
        elif operation == READ:
            value = self.registers.get(struct.unpack_from("<I", data)[0], 0)
        elif operation == WRITE:
            for at in range(0, len(data) - 15, 16):
                self._write(*struct.unpack_from("<3I", data, at))
        elif operation == SECURITY:
            body = struct.pack("<IB7BII", 0, 0, *([0] * 7), self.chip_id, 0)
        elif operation in (BEGIN, ZBEGIN):
            self._at = struct.unpack_from("<4I", data)[3]
            self._inflate = zlib.decompressobj().decompress if operation == ZBEGIN else bytes
        elif operation == MEMORY_DATA:
            self.stub += data[16:]
        elif operation in (DATA, ZDATA):
            error = self._block(data, checksum)
        elif operation == MD5:
            start, size = struct.unpack_from("<2I", data)
            found = hashlib.md5(self.flash[start : start + size])
            body = found.digest() if self._runs_stub else found.hexdigest().encode()
        elif operation not in (ATTACH, PARAMETERS, BAUD, END, ZEND, MEMORY_BEGIN, MEMORY_END):
            error = UNKNOWN
        status = bytes((1, error)) if error else bytes(2)
        body += status if self._runs_stub else status + bytes(2)
        return struct.pack("<BBHI", 1, operation, len(body), value) + body

    def _write(self, address: int, value: int, mask: int) -> None:
        self.registers[address] = self.registers.get(address, 0) & ~mask | value & mask
        if address == SPI and value & 1 << 18:  # a command of the user's
            self.registers[SPI] = 0
            identify = self.registers.get(SPI + 0x20, 0) & 0xFFFF == 0x9F
            self.registers[SPI + 0x58] = FLASH_4MB if identify else 0

    def _block(self, data: bytes, checksum: int) -> int:
        size = struct.unpack_from("<I", data)[0]
        block = data[16 : 16 + size]
        if self.blocks == self.spoil:
            block = bytes((block[0] ^ 1,)) + block[1:]
        self.blocks += 1
        found = 0xEF
        for byte in block:
            found ^= byte
        if found != checksum & 0xFF:
            return BAD_CHECKSUM
        plain = self._inflate(block)
        if self.rot:
            plain = bytes(len(plain))
        self.flash[self._at : self._at + len(plain)] = plain
        self._at += len(plain)
        return 0


@pytest.fixture
def rom() -> Iterator[Rom]:
    rom = Rom()
    yield rom
    rom.close()


def firmware(chip_id: int = 5, size: int = 6000) -> bytes:
    """A file that begins as an image does: magic, segments, mode, size, entry, then chip and oldest revision."""
    head = struct.pack("<4BI", 0xE9, 1, 2, 0x20, 0x4038_0000) + bytes(4) + struct.pack("<HBHH", chip_id, 3, 3, 199)
    return head + bytes((17 * index + (index >> 8)) & 0xFF for index in range(size))


def write(rom: Rom, data: bytes, stub: bool = False) -> list[tuple[int, int]]:
    steps: list[tuple[int, int]] = []
    flash.flash(rom.port, data, "esp32c3", lambda at, total: steps.append((at, total)), stub=stub)
    return steps


@pytest.mark.parametrize("stub", [False, True])
def test_a_good_image_is_written_and_verified(rom: Rom, stub: bool) -> None:
    data = firmware(size=40_000)
    steps = write(rom, data, stub)
    assert rom.flash[: len(data)] == data
    assert steps and steps[-1][0] == steps[-1][1]
    assert bool(rom.stub) == stub


@pytest.mark.parametrize("stub", [False, True])
def test_a_flash_that_does_not_keep_what_is_written(rom: Rom, stub: bool) -> None:
    rom.rot = True
    with pytest.raises(DeviceError, match="not what was sent"):
        write(rom, firmware(), stub)


def test_the_command_says_what_comes_next(rom: Rom, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "firmware.bin"
    path.write_bytes(firmware())
    done = CliRunner().invoke(cli, ["flash", str(path), "--port", rom.port, "--no-stub"])
    assert done.exit_code == 0, done.output
    assert "written and verified on ESP32-C3" in done.output and "glowjit board install" in done.output


def refused(rom: Rom, data: bytes) -> str:
    with pytest.raises(DeviceError) as caught:
        write(rom, data)
    assert caught.value.hint
    return caught.value.message


def test_another_chip_is_refused_before_anything_is_written() -> None:
    rom = Rom(chip_id=13)  # an ESP32-C6
    assert "the chip is an ESP32-C6, not an ESP32-C3" in refused(rom, firmware())
    assert rom.blocks == 0
    rom.close()


def test_too_old_a_revision_is_refused() -> None:
    rom = Rom(revision=2)
    assert "revision v0.2, MicroPython needs v0.3" in refused(rom, firmware())
    assert rom.blocks == 0
    rom.close()


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"PK\x03\x04" + bytes(8000), "not a firmware image"), (firmware(chip_id=9), "not for the ESP32-C3")],
)
def test_another_file_is_refused(rom: Rom, data: bytes, message: str) -> None:
    assert message in refused(rom, data)
    assert rom.blocks == 0


def test_a_cut_connection(rom: Rom) -> None:
    rom.cut_after = 2
    assert "broke while the firmware was written" in refused(rom, firmware(size=100_000))


def test_a_block_that_arrives_damaged_is_sent_again(rom: Rom) -> None:
    rom.spoil = 1
    data = firmware(size=100_000)
    write(rom, data)
    assert rom.flash[: len(data)] == data


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(DeviceError):
        port = f"socket://127.0.0.1:{server.getsockname()[1]}"
        server.close()
        flash.flash(port, firmware(), "esp32c3", lambda *_: None, stub=False)


def test_a_missing_file() -> None:
    with pytest.raises(DeviceError, match=r"cannot read nothing\.bin"):
        flash.read_firmware("nothing.bin")


def test_the_doctor_finds_a_chip_that_waits_for_a_download(rom: Rom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written and nothing reset to find that out."""
    monkeypatch.setattr(doctor, "open_link", lambda port: open_link(port, timeout=0.3))
    findings = {finding.subject: finding for finding in doctor.examine(rom.port, {}, isa, encode.emit)}
    assert not findings["boot mode"].good and findings["boot mode"].text == "the ESP32-C3 waits for a download"
    assert "tap RESET" in findings["boot mode"].advice and "glowjit flash" in findings["boot mode"].advice
    assert list(findings)[-1] == "boot mode" and rom.blocks == 0 and not rom.stub


def test_the_doctor_finds_another_chip(monkeypatch: pytest.MonkeyPatch) -> None:
    rom = Rom(chip_id=13)
    monkeypatch.setattr(doctor, "open_link", lambda port: open_link(port, timeout=0.3))
    findings = [finding for finding in doctor.examine(rom.port, {}, isa, encode.emit) if not finding.good]
    assert "ESP32-C6" in findings[-1].text
    rom.close()
