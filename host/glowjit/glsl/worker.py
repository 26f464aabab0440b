"""The process in which glslang runs: a loop from standard input to standard output, under limits.

Started by `client.py` as a plain script, `python -S -E worker.py DIRECTORY VERSION...`: the directory of the glslang
libraries, and the GLSL versions whose builtins it prepares before it reads its first request. As a script it neither
imports the glowjit package nor looks at site-packages, and is up in some 20 ms.

Request: `REQUEST` (kind, length), then that many bytes of GLSL. Reply: `REPLY` (outcome, leaving, length), then the
body. `leaving` says that the process has grown fat and ends after this reply. Replies go to a duplicate of standard
output; what glslang itself prints there lands in standard error.

Limits: `ADDRESS_SPACE` bytes, `CPU_SECONDS` for each request, a stack that the recursion of glslang's parser and
tree walks cannot exhaust with texts as long as `client.py` lets pass. At a limit the process dies, which the client
notices.
"""

from __future__ import annotations

import os
import struct
import sys

TYPE_CHECKING = False  # not from `typing`, which would double this program's start
if TYPE_CHECKING:
    from glowjit.glsl import glslang
elif __name__ == "__main__":
    import glslang  # the file beside this one
else:
    from glowjit.glsl import glslang

REQUEST = struct.Struct("<BI")
REPLY = struct.Struct("<BBI")

PREPROCESS, COMPILE, COMPILE_ALL = range(3)
"""Kinds of request; `COMPILE_ALL` keeps functions that nobody calls."""

UNAVAILABLE = 100
"""An outcome beside those of `glslang`: the libraries could not be loaded, the body says why."""

MAX_EXPANDED_BYTES = 256 << 10
"""The longest text that macros may make of a shader; of a longer one, one byte more than this comes back."""

ADDRESS_SPACE = 1 << 30
STACK = 256 << 20
CPU_SECONDS = 5
FAT = 256 << 20


def serve(directory: str, versions: list[str], requests: int, replies: int) -> None:
    """Answer requests from one file descriptor on another until the first one ends."""
    try:
        compiler = glslang.Glslang(directory)
    except (OSError, AttributeError) as error:
        _reply(replies, UNAVAILABLE, True, str(error).encode())
        return
    for version in versions:
        compiler.compile(f"#version {version}\nvoid main() {{}}\n".encode(), False)
    leaving = False
    while not leaving and (header := _read(requests, REQUEST.size)):
        kind, length = REQUEST.unpack(header)
        source = _read(requests, length)
        _allow_cpu_time()
        if kind == PREPROCESS:
            outcome, body = compiler.preprocess(source)
            body = body[: MAX_EXPANDED_BYTES + 1]
        else:
            outcome, body = compiler.compile(source, keep_uncalled=kind == COMPILE_ALL)
        leaving = _resident_bytes() > FAT
        _reply(replies, outcome, leaving, body)


def _reply(replies: int, outcome: int, leaving: bool, body: bytes) -> None:
    message = memoryview(REPLY.pack(outcome, leaving, len(body)) + body)
    while message:
        message = message[os.write(replies, message) :]


def _read(descriptor: int, size: int) -> bytes:
    """Exactly `size` bytes, or fewer at the end of the file."""
    parts = []
    while size and (part := os.read(descriptor, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _limit(kind: int, value: int) -> None:
    """Lower a soft limit of this process, as far as the system knows such a limit."""
    import resource

    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(kind, (value, hard))
    except (OSError, ValueError):
        return  # macOS refuses RLIMIT_AS; it still has the other limits


def _allow_cpu_time() -> None:
    import resource
    import time

    _limit(resource.RLIMIT_CPU, int(time.process_time()) + 1 + CPU_SECONDS)


def _resident_bytes() -> int:
    """Memory in use now; 0 where there is no /proc. (`ru_maxrss` would not do: a child inherits its parent's.)"""
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 0


def main() -> None:
    import resource
    import threading

    replies = os.dup(1)
    os.dup2(2, 1)
    os.set_blocking(2, False)  # nobody reads it before the end: better lose text than wait
    _limit(resource.RLIMIT_AS, ADDRESS_SPACE)
    _limit(resource.RLIMIT_CORE, 0)
    threading.stack_size(STACK)
    thread = threading.Thread(target=serve, args=(sys.argv[1], sys.argv[2:], 0, replies))
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
