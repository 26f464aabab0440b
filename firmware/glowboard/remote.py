"""What a computer calls over the REPL: a shader comes in pieces, replaces the one that runs, and pictures go back.

The new shader takes the old one's place between two frames, and only once it is whole, intact and has its uniforms;
whatever fails before that leaves the old one running. A shader's buffer comes before the shader.
"""

import gc
from binascii import a2b_base64, b2a_base64

from glowboard.outputs import make
from glowboard.player import Player
from glowboard.shader import Loader

player = None
_loader = None
_buffer = None


def begin(head, buffered=False):
    """A shader comes; these are its first 16 bytes. `buffered`: its buffer came before."""
    global _loader, _buffer
    _loader = None  # what was cut off leaves its room
    if not buffered:
        _buffer = None
    _loader = Loader(head)


def put(text):
    """More of it, as base64."""
    _loader.write(a2b_base64(text))


def finish(uniforms):
    """The shader is there."""
    global _loader, _buffer
    loader, buffer = _loader, _buffer
    _loader = _buffer = None
    shader = loader.finish()
    for name in uniforms:
        setattr(shader, name, uniforms[name])
    if buffer:
        shader.attach(buffer)
    return shader


def hold(uniforms):
    """What came is the buffer of the shader that comes next."""
    global _buffer
    _buffer = finish(uniforms)


def swap(uniforms=()):
    """Show the shader that came, from the next frame on."""
    player.shader = finish(uniforms or {})
    gc.collect()


def output(settings, fps=0):
    """Where shaders are shown from now on."""
    global player
    player = None
    gc.collect()
    player = Player(None, make(**settings), fps)


def play(report, seconds=0):
    """Frames until Ctrl-C, with figures every `report` milliseconds."""
    try:
        player.run(seconds, report)
    except KeyboardInterrupt:
        pass


def picture(width, height, words):
    """Draw the shader that came, its uniforms being `words` (offset: bytes), and print the pixels a row a line."""
    shader = finish({})
    for at in words:
        shader.ctx[at : at + len(words[at])] = words[at]
    row = bytearray(width * shader.pixel_bytes)
    gc.collect()
    for y in range(height):
        shader.rows(row, width, height, y, 1)
        print(b2a_base64(row).decode(), end="")
