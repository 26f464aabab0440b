"""What happens on power-up: the shader that was deployed last starts, unless it has failed three times in a row.

`FOLDER` holds `shader.glow`, `settings.json` ({"output": what `make` takes, "fps", "uniforms": {name: value}}) and
`failures`, a number. It is raised before a shader starts and cleared once it has run for a second, so that whatever
goes wrong in between, a reset by the watchdog for one, counts.
"""

import gc
import json
import os
import sys

from glowboard.outputs import make
from glowboard.player import Player
from glowboard.shader import Shader, ShaderError

FOLDER = "/glow"
SHADER = FOLDER + "/shader.glow"
SETTINGS = FOLDER + "/settings.json"
FAILURES = FOLDER + "/failures"
NEW = ".new"  # while it is written
LIMIT = 3


def failures():
    """How often in a row the deployed shader has failed."""
    try:
        with open(FAILURES) as file:
            return int(file.read() or 0)
    except (OSError, ValueError):
        return 0


def _count(number):
    with open(FAILURES, "w") as file:
        file.write(str(number))


def load():
    """The player of the deployed shader."""
    with open(SETTINGS) as file:
        settings = json.load(file)
    shader = Shader.open(SHADER)
    for name, value in settings.get("uniforms", {}).items():
        setattr(shader, name, value)
    gc.collect()
    return Player(shader, make(**settings["output"]), settings.get("fps", 0))


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
    """Take over the files that were written beside the deployed ones, if they are whole; else everything stays."""
    try:
        Shader.open(SHADER + NEW)
        with open(SETTINGS + NEW) as file:
            json.load(file)
    except (ShaderError, OSError, ValueError):
        for path in (SHADER, SETTINGS):
            try:
                os.remove(path + NEW)
            except OSError:
                pass
        raise
    os.rename(SHADER + NEW, SHADER)
    os.rename(SETTINGS + NEW, SETTINGS)
    _count(0)
