"""What a computer calls over the REPL: a shader comes in pieces, replaces the one that runs, and pictures go back.

The new shader takes the old one's place between two frames, and only once it is whole, intact and has its uniforms;
whatever fails before that leaves the old one running.
"""

import gc
from binascii import a2b_base64, b2a_base64

from glowboard.outputs import make
from glowboard.player import Player
from glowboard.shader import Loader

player = None
_loader = None


def begin(head):
    """A shader comes; these are its first 16 bytes."""
    global _loader
    _loader = None
    _loader = Loader(head)


def put(text):
    """More of it, as base64."""
    _loader.write(a2b_base64(text))


def finish(uniforms):
    """The shader is there."""
    global _loader
    loader = _loader
    _loader = None
    shader = loader.finish()
    for name in uniforms:
        setattr(shader, name, uniforms[name])
    return shader


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
