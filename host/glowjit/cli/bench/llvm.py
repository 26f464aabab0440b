"""How many instructions LLVM takes: for a shader's hand-written C twin, and for the very IR that the backend gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import glowcore.disasm
from glowjit import glsl, pipeline, program, yardstick
from glowjit.board import load_board
from glowjit.emulator import Machine
from glowjit.image import ARG_WORDS, KERNEL, Entry, Image
from glowjit.words import encode_scalars

Size = tuple[int, int]


def of_twin(path: Path, size: Size, seconds: float, board: str) -> float | None:
    """Instructions per pixel of the C twin in tests/yardstick; None if there is no twin or no clang."""
    twin = path.parent.parent / "tests" / "yardstick" / f"{path.stem}.c"
    if not twin.exists() or not yardstick.available():
        return None
    words = encode_scalars((seconds, float(size[0]), float(size[1]), 1.0), fraction_bits=16)  # what q32.h expects
    _, instructions = _run(yardstick.compile_c(twin), words, ARG_WORDS + len(words), size, board)
    return instructions / (size[0] * size[1])


def of_ir(path: Path, size: Size, seconds: float, board: str) -> tuple[float, bool] | None:
    """Instructions per pixel of the shader's integer IR, and whether the picture is the same; None without clang."""
    if not yardstick.available():
        return None
    source, name = glsl.read_source(path)
    job = pipeline.run(pipeline.Job(source, name, pipeline.Options(load_board(board))))
    assert job.layout is not None
    compiled = program.Program(job)
    picture = compiled.render(*size, seconds)
    code = yardstick.compile_c(yardstick.to_c(job.module, job.layout.offsets))
    pixels, instructions = _run(code, compiled.uniform_words, job.layout.ctx_words, size, board)
    same = np.array_equal(compiled.image.format.to_rgb(pixels, *size), picture)
    return instructions / (size[0] * size[1]), bool(same)


def _run(code: yardstick.ClangCode, words: list[int], ctx_words: int, size: Size, board: str) -> tuple[Any, int]:
    description = load_board(board)
    image = Image(
        isa=description.isa,
        code=code.code,
        text_bytes=code.text_bytes,
        entries=(Entry(KERNEL, code.entry),),
        ctx_words=ctx_words,
        stack_bytes=4096,
    )
    machine = Machine(description, glowcore.disasm)
    machine.load(image)
    pixels, stats = machine.render(*size, words, program.default_fuel(*size))
    return pixels, stats.instructions
