"""glowjit: GLSL fragment shaders as fixed-point RISC-V machine code."""
