"""A board's REPL: mpremote's SerialTransport behind one class, its exceptions said as sentences.

`Link` is in the raw REPL from `open_link` to `close`. Everything it sends is Python, through raw paste; there is no
protocol of our own. Whatever breaks the line is a DeviceError with what to do about it.
"""

from __future__ import annotations

import ast
import contextlib
import errno
import hashlib
import io
import os
import re
import stat
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from glowjit.device.package import missing
from glowjit.errors import GlowjitError

PLUG_IN = "plug it in with a data cable (some only charge), or try a virtual one: --port virtual"
POLL_SECONDS = 0.1  # between two looks at the clock while connecting
READ_SECONDS = 4.0  # the longest silence in the middle of something
INTERRUPT = b"\x03"
EXEC_SECONDS = 10.0  # the longest silence of a board that computes
_END = b"\x04"
_RESET = b"rst:0x"  # how the ROM's first line begins
_RESET_MESSAGE = r"t:0x[0-9a-f]+ \("  # the same, if mpremote took the first letters for something else
_BOARD_ERRNO = (errno.ENOENT, errno.ENOSPC)  # what mpremote makes of errors of the board's file system


class DeviceError(GlowjitError):
    """A board that is not there, does not answer, or says no. `kind` is the name of the board's exception, or ""."""

    stage = "device"

    def __init__(self, message: str, *, hint: str = "", kind: str = "") -> None:
        super().__init__(message, hint=hint)
        self.kind = kind


def serial_ports() -> list[tuple[str, str, bool]]:
    """The serial ports with USB behind them: device, description, and whether it looks like an ESP32's own USB."""
    try:
        from serial.tools import list_ports
    except ImportError:
        raise missing("pyserial") from None
    ports = [port for port in list_ports.comports() if port.vid is not None]
    return sorted((port.device, port.description or "", port.vid == 0x303A) for port in ports)


def find_port() -> str:
    """The port of the one board that is there. DeviceError if there is none or a choice."""
    ports = serial_ports()
    likely = [device for device, _, espressif in ports if espressif] or [device for device, _, _ in ports]
    if not likely:
        raise DeviceError("no board is connected", hint=PLUG_IN)
    if len(likely) > 1:
        raise DeviceError(f"there are several ports: {', '.join(likely)}", hint=f"choose one: --port {likely[0]}")
    return likely[0]


def open_link(port: str, *, soft_reset: bool = True, timeout: float = 5.0) -> Link:
    """Open a port and enter the raw REPL; with `soft_reset` from a clean start, main.py not run."""
    try:
        from mpremote.transport import TransportError
        from mpremote.transport_serial import SerialTransport
    except ImportError:
        raise missing("mpremote") from None
    check_port(port)

    class Transport(SerialTransport):  # type: ignore[misc]
        """Does not wait as long as mpremote for what always comes at once."""

        def read_until(self, count: int, ending: bytes, timeout: float | None = READ_SECONDS, **options: Any) -> bytes:
            return bytes(super().read_until(count, ending, timeout=timeout, **options))

    try:
        serial = Transport(port, timeout=READ_SECONDS)
    except (TransportError, OSError):
        if "://" in port:
            raise DeviceError(f"nobody answers at {port}", hint="check its host and its number") from None
        hint = "close the other terminal, mpremote or glowjit"
        raise DeviceError(f"{port} is in use by another program, or no serial port", hint=hint) from None
    link = Link(serial, port)
    try:
        link.enter(soft_reset, timeout)
    except BaseException:
        link.close()
        raise
    return link


def check_port(port: str) -> None:
    """DeviceError unless a serial port of this name is there and may be used; URLs of pyserial are believed."""
    if "://" in port or os.name == "nt":
        return
    if not Path(port).exists():
        there = [device for device, _, _ in serial_ports()]
        hint = f"those with a board behind them: {', '.join(there)}" if there else f"no board is connected: {PLUG_IN}"
        raise DeviceError(f"there is no port {port}", hint=hint)
    if not stat.S_ISCHR(os.stat(port).st_mode):
        raise DeviceError(f"{port} is not a serial port", hint="leave --port away, or name one like /dev/ttyACM0")
    if not os.access(port, os.R_OK | os.W_OK):
        raise DeviceError(
            f"no permission to use {port}", hint="sudo usermod -a -G dialout $USER, then log out and in again"
        )


class Link:
    """An open raw REPL. Close it, or use it as a context manager: that leaves the board at its friendly prompt."""

    def __init__(self, transport: Any, port: str) -> None:
        self.transport = transport
        self.port = port
        self.connected = False
        self.busy = False  # the board runs a frame loop

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def enter(self, soft_reset: bool, timeout: float) -> None:
        """Enter the raw REPL, interrupting what runs. A second try, since the first may meet a board that starts."""
        serial = self.transport.serial
        serial.timeout = POLL_SECONDS
        for last in (False, True):
            try:
                with self._errors(), contextlib.redirect_stdout(io.StringIO()):
                    self.transport.enter_raw_repl(soft_reset=soft_reset, timeout_overall=timeout)
                serial.timeout = READ_SECONDS
                self.connected = True
                return
            except DeviceError as error:
                if last or error.kind != "silent":
                    raise

    def run(self, code: str) -> str:
        """Run Python on the board; what it prints. DeviceError with the board's own message if it raises."""
        output = bytearray()
        said = io.StringIO()  # mpremote prints what it did not expect
        with self._errors(said), contextlib.redirect_stdout(said):
            _, failure = self.transport.exec_raw(
                code, timeout=EXEC_SECONDS, data_consumer=lambda data: self._consume(output, data)
            )
        if failure:
            raise _board_error(failure.decode(errors="replace"))
        return output.strip(_END).decode(errors="replace")

    def _consume(self, output: bytearray, data: bytes) -> None:
        """Take what the board prints. A board that reports a reset has forgotten what it was told to do."""
        output += data
        if data == b"\n" and _RESET in output:
            self.transport.in_raw_repl = False
            raise _was_reset(output.decode(errors="replace"))

    def evaluate(self, expression: str) -> Any:
        """The value of an expression on the board, if it is a literal."""
        text = self.run(f"print(repr({expression}))")
        try:
            return ast.literal_eval(text.strip())
        except (ValueError, SyntaxError):
            raise DeviceError(f"the board answered {text.strip()[:80]!r}", hint="reset the board") from None

    def watch(self, code: str, idle: Callable[[], bool]) -> Iterator[str]:
        """Run Python that prints lines until `idle`, asked several times a second, is true: then it is interrupted."""
        with self._errors():
            self.transport.exec_raw_no_follow(code)
            self.busy = True
            serial = self.transport.serial
            line = bytearray()
            stopped = False
            while line != _END:
                if not stopped and idle():
                    serial.write(INTERRUPT)
                    stopped = True
                if not serial.inWaiting():
                    time.sleep(0.005)
                    continue
                self._consume(line, serial.read(1))  # not more: the prompt that follows is mpremote's to read
                if line.endswith(b"\n"):
                    yield line.decode(errors="replace").rstrip()
                    line.clear()
            self.busy = False
            failure = bytes(self.transport.read_until(1, _END, timeout=READ_SECONDS)).strip(_END)
        if failure and b"KeyboardInterrupt" not in failure:
            raise _board_error(failure.decode(errors="replace"))

    def write_file(self, path: str, data: bytes) -> None:
        """Write a file, verified, all or not at all: what was there stays until the new one is whole."""
        new = path + ".new"
        try:
            with self._errors():
                self.transport.fs_writefile(new, data)
                arrived = self.transport.fs_hashfile(new, "sha256") == hashlib.sha256(data).digest()
            if not arrived:
                raise DeviceError(f"{path} did not arrive as it was sent", hint="try again, with another cable")
        except (DeviceError, OSError) as error:
            if getattr(error, "kind", "") == "reset":
                raise
            with contextlib.suppress(DeviceError):
                self.run(f"import os\nos.remove({new!r})")
            if "ENOSPC" in str(error) or getattr(error, "errno", 0) == errno.ENOSPC:
                raise DeviceError(
                    f"no room for {path} on the board ({len(data)} bytes)", hint="remove files: mpremote rm"
                ) from None
            raise
        self.run(f"import os\nos.rename({new!r}, {path!r})")

    def close(self) -> None:
        """Stop what runs, back to the friendly prompt, and close the port."""
        with contextlib.suppress(Exception):
            if self.busy:
                self.transport.serial.write(INTERRUPT)
                self.transport.read_until(1, _END + b">", timeout=READ_SECONDS)
        with contextlib.suppress(Exception):
            if self.transport.in_raw_repl:
                self.transport.exit_raw_repl()
        with contextlib.suppress(Exception):
            self.transport.close()

    @contextlib.contextmanager
    def _errors(self, said: io.StringIO | None = None) -> Iterator[None]:
        """What mpremote and pyserial raise, as a DeviceError; `said` is what mpremote has printed."""
        from mpremote.transport import TransportError, TransportExecError

        try:
            yield
        except TransportExecError as error:
            raise _board_error(error.error_output) from None
        except TransportError as error:
            text = str(error) + (said.getvalue() if said else "")
            if re.search(_RESET_MESSAGE, text):
                raise _was_reset(text) from None
            if "raw repl" in str(error) and not self.connected:
                raise DeviceError(
                    f"{self.port} does not answer as MicroPython does",
                    hint="press RESET and try again; a new board needs `glowjit flash FIRMWARE.bin` first",
                    kind="silent",
                ) from None
            raise _lost(self.port, error) from None
        except (OSError, struct.error) as error:
            if getattr(error, "errno", 0) in _BOARD_ERRNO and type(error) in (OSError, FileNotFoundError):
                raise
            raise _lost(self.port, error) from None


def _was_reset(text: str) -> DeviceError:
    lines = text.replace("\\r\\n", "\n").splitlines()
    reason = next((line for line in lines if "panic" in line), lines[-1])
    hint = "run this again; if it happens each time, the shader or its output is at fault"
    return DeviceError(f"the board has reset itself: {reason}", hint=hint, kind="reset")


def _lost(port: str, error: Exception) -> DeviceError:
    return DeviceError(f"the connection to {port} broke: {error}", hint="check the cable, then run this again")


def _board_error(traceback: str) -> DeviceError:
    """The last line of a traceback from the board, as an error."""
    line = traceback.strip().splitlines()[-1] if traceback.strip() else "the board failed and said nothing"
    kind, _, message = line.partition(":")
    hints = {
        "MemoryError": "a smaller shader or output needs less; a reset gives back what is fragmented",
        "ImportError": "glowjit board install",
    }
    kind = kind.strip()
    if kind == "ShaderError":
        return DeviceError(message.strip(), kind=kind)
    return DeviceError(f"the board reports {line}", hint=hints.get(kind, ""), kind=kind)
