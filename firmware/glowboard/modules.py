"""The other way to execute a shader: as a native module, which MicroPython copies to where code may run.

For boards whose heap does not execute. Each one keeps its place in executable memory until the next soft reset, so a
shader cannot be exchanged as often as one likes; `glowjit doctor` finds out whether a board needs this.
"""

import io
import os
import sys

NAME = "glowkernel"


class _File:
    """A file system with one file."""

    def __init__(self, data):
        self.data = data

    def mount(self, readonly, mkfs):
        pass

    def umount(self):
        pass

    def stat(self, path):
        if path.lstrip("/") != NAME + ".mpy":
            raise OSError(2)
        return (0x8000, 0, 0, 0, 0, 0, len(self.data), 0, 0, 0)

    def open(self, path, mode):
        self.stat(path)
        return io.BytesIO(self.data)


def load(data):
    """The function `kernel` of a native module, given as bytes."""
    os.mount(_File(data), "/" + NAME)
    sys.path.insert(0, "/" + NAME)
    try:
        return __import__(NAME).kernel
    finally:
        sys.path.pop(0)
        sys.modules.pop(NAME, None)
        os.umount("/" + NAME)
