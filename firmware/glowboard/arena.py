"""Executing shaders on a board whose heap does not execute: in a region of memory that does, taken once.

A native module has its code copied to executable memory, which it keeps until the next soft reset. So one module is
made that is nearly all empty, and shaders are copied into that room, one in the place of another. A shader keeps its
code in the heap too, and is copied again if another has been there in the meantime: for a shader and its buffer, twice
a frame. Only for a larger shader than ever before another region is taken, at least twice as large.
"""

import io
import os
import sys

import uctypes

NAME = "glowarena"
# A module with one function, `enter(entry, ctx)`: its container up to the function's length, and its code, which ends
# where the room begins. The room at first holds code that returns its own address. From host/glowjit/device/native.py.
HEAD = b"M\x06/\x1f\x03\x01\x18glowarena.py\x00\x0f\x0aenter\x00\x00L\x00\x02\x012\x00\x16\x02Qc\x01"
CODE = (
    b"A\x11\x06\xc6\x83\xa2\x06\x00\x93\xd2\x12@\xc8B}\x15\x06\x05"
    b"\x17\x03\x00\x00\x16\x93\xe7\x00c\x01\x06\x05\x05\x05\xb2@A\x01\x82\x80\x00\x00"
)
FIND = b"\x17\x05\x00\x00\x09\x81\x82\x80"

_enter = None
_room = b""
_inside = 0  # the number of the shader that was copied last


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


def module(size):
    """The native module with a room of `size` bytes, a multiple of 4."""
    length = (len(CODE) + size) << 3 | 2
    number = bytes((length >> shift & 127 | (128 if shift else 0)) for shift in (21, 14, 7, 0))
    return HEAD + number + CODE + FIND + bytes(size - len(FIND) + 1)


def _take(size):
    """Make room for `size` bytes."""
    global _enter, _room, _inside
    size = max(size + 3 & -4, 2 * len(_room), 64)
    os.mount(_File(module(size)), "/" + NAME)
    sys.path.insert(0, "/" + NAME)
    try:
        _enter = __import__(NAME).enter
    finally:
        sys.path.pop(0)
        sys.modules.pop(NAME, None)
        os.umount("/" + NAME)
    _room = uctypes.bytearray_at(_enter(0, 0) << 2, size)
    _inside = 0


def enter(number, code, entry, ctx):
    """Run the kernel at `entry` of shader `number`'s code on the block at address `ctx` << 2; its status."""
    global _inside
    if number != _inside:
        if len(code) > len(_room):
            _take(len(code))
        _room[: len(code)] = code
        _inside = number
    return _enter(entry, ctx)
