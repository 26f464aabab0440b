"""Boards with MicroPython: what is put on them, how they are spoken to, and a virtual one.

`mpy`, `native` and `module` make the files with machine code, `virtual_board` is a board without hardware, `transport`
speaks to either, `install`, `session` and `flash` do what the commands of the same names promise. Nothing here knows
the compiler or the emulator: an `Image` comes in, and what needs either is handed over by the caller.
"""
