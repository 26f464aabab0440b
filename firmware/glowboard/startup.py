"""What happens on power-up: the shader that was deployed last starts, unless it has failed three times in a row.

`SHADER` is all of it: an image, with its buffer's behind it if it has one, and in the description `settings`
({"output": what `make` takes, "fps", "uniforms" and "buffer_uniforms": {name: value}}). So a new one takes an old one's
place by one rename, and power may fail at any moment. `FAILURES` has the checksum of the shader that failed, and a
number, which is raised before a shader starts and cleared once it has run for a second: whatever goes wrong in between,
a reset by the watchdog for one, counts. Another shader begins with none.
"""

import gc
import os
import sys
from binascii import hexlify

from glowboard.outputs import make
from glowboard.player import Player
from glowboard.shader import Shader, ShaderError

FOLDER = "/glow"
SHADER = FOLDER + "/shader.glow"
FAILURES = FOLDER + "/failures"
NEW = ".new"  # while it is written
LIMIT = 3


def _name():
    """What tells the deployed shader from others: the checksum at its end."""
    with open(SHADER, "rb") as file:
        file.seek(-4, 2)
        return hexlify(file.read()).decode()


def failures():
    """How often in a row the deployed shader has failed."""
    try:
        with open(FAILURES) as file:
            name, count = file.read().split()
        return int(count) if name == _name() else 0
    except (OSError, ValueError):
        return 0


def _count(number):
    try:
        with open(FAILURES, "w") as file:
            file.write("%s %d" % (_name(), number))
    except OSError:  # a full file system is no reason to stay dark
        pass


def _open(path):
    """A shader that has settings."""
    shader = Shader.open(path)
    if not shader.settings:
        raise ShaderError("the shader says nothing of its output: glowjit board deploy")
    return shader


def load():
    """The player of the deployed shader."""
    shader = _open(SHADER)
    settings = shader.settings
    for target, names in ((shader, "uniforms"), (shader.buffer, "buffer_uniforms")):
        for name, value in settings[names].items():
            setattr(target, name, value)
    gc.collect()
    return Player(shader, make(**settings["output"]), settings["fps"])


def start(again=False):
    """Run the deployed shader until Ctrl-C. Errors are printed, and leave the board at its prompt."""
    try:
        os.stat(SHADER)
    except OSError:
        return
    failed = 0 if again else failures()
    if failed >= LIMIT:
        print("glowboard: the shader has failed %d times, it is not started; deploy it anew" % failed)
        return
    _count(failed + 1)
    try:
        player = load()
        player.run(1)
        _count(0)
        player.run()
    except KeyboardInterrupt:
        _count(0)
    except (ShaderError, MemoryError, OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        print("glowboard: the shader stopped")
        sys.print_exception(error)


def adopt():
    """Deploy the shader that was written beside the deployed one, if it is whole; else everything stays."""
    try:
        _open(SHADER + NEW)
    except Exception:
        os.remove(SHADER + NEW)
        raise
    os.rename(SHADER + NEW, SHADER)
    _count(0)
