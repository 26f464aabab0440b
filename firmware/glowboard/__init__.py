"""glowjit's run time on a MicroPython board: load compiled shaders, set their uniforms, light LEDs.

    from glowboard import Shader, Matrix, Player
    shader = Shader.open("/plasma.glow")           # `glowjit compile plasma.frag --pixel-format leds -o plasma.glow`
    shader.speed = 0.3                              # a uniform
    Player(shader, Matrix(8, 16, 16)).run()         # until Ctrl-C; or: await player.play()

Machine code is verified before it is entered, each frame has a limited number of loop iterations, and all memory is
taken when shader and output are made, not while frames are drawn.
"""

from glowboard.outputs import Capture, Display, Leds, Map, Matrix, Strip, make
from glowboard.player import Player
from glowboard.shader import Loader, Shader, ShaderError
from glowboard.startup import adopt, start

VERSION = 1  # of what the host may call

__all__ = (
    "Capture",
    "Display",
    "Leds",
    "Loader",
    "Map",
    "Matrix",
    "Player",
    "Shader",
    "ShaderError",
    "Strip",
    "adopt",
    "make",
    "start",
)
