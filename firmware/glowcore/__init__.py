"""The backend of glowjit: QIR in, RV32IMC machine code out. Runs under CPython and MicroPython alike."""
