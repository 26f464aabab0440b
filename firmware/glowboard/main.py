# Written by glowjit: starts the shader that was deployed last.
import glowboard

glowboard.start()
