"""A compiled shader or library, and how to run it: the public face of glowjit.

`compile` and `compile_functions` take GLSL to an image and run it on the emulated board; `reference` evaluates the same
shader in float64; `compare` holds one against the other.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import glowcore.disasm
from glowjit import diagnose, glsl, imagediff, pipeline
from glowjit.board import Board, load_board
from glowjit.emulator import Machine, RunStats
from glowjit.errors import render as render_diagnostic
from glowjit.image import Image
from glowjit.leds import Leds
from glowjit.reference import render as render_reference
from glowjit.reference import to_bytes
from glowjit.stats import Stats, stats_of
from glowjit.textures import Texture
from glowjit.uniforms import Moment, Uniform, frame_scalars
from glowjit.words import PyValue, encode_scalars

Picture = npt.NDArray[np.uint8]

# Loop iterations that a frame may take unless the caller says otherwise; loops that are provably short do not count.
FUEL_PER_PIXEL = 2000
LEAST_FUEL = 2_000_000


def default_fuel(width: int, height: int) -> int:
    """Enough for what people write, little enough that an endless loop is told within seconds."""
    return max(LEAST_FUEL, FUEL_PER_PIXEL * width * height)


@dataclass(frozen=True, slots=True)
class Run:
    """One frame on the emulated board: exact instructions, modelled cycles by model, bytes of heap and stack."""

    pixels: int
    stats: RunStats
    board: Board

    @property
    def instructions(self) -> int:
        return self.stats.instructions

    @property
    def per_pixel(self) -> float:
        """Executed instructions per pixel, the frame's own work included."""
        return self.stats.instructions / self.pixels

    @property
    def cycles(self) -> int:
        """Modelled cycles by the board's first model."""
        return self.stats.cycles[self.board.cycle_model]

    @property
    def fps(self) -> float:
        """Modelled frames per second on the board, output not included."""
        return self.board.clock_hz / self.cycles

    def summary(self) -> str:
        """One line for people."""
        return (
            f"about {self.fps:,.0f} frames/s on the {self.board.title} (modelled), "
            f"heap {self.stats.heap_peak:,} bytes, stack {self.stats.stack_peak:,} bytes"
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        fields = asdict(self.stats)
        return {**fields, "pixels": self.pixels, "instructions_per_pixel": self.per_pixel, "fps_modelled": self.fps}


class Emulated:
    """What runs on an emulated board of its own: one thread at a time; what is pickled or copied gets a new one."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._machine: Machine | None = None
        self._lock = threading.RLock()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_machine", "_lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        Emulated.__init__(self, state["board"])
        self.__dict__.update(state)

    @contextlib.contextmanager
    def _loaded(self, image: Image) -> Iterator[Machine]:
        """The machine with an image, for the caller alone."""
        with self._lock:
            machine = self._machine = self._machine or Machine(self.board, glowcore.disasm)
            if machine.loaded is None or machine.loaded.image is not image:
                machine.load(image)
            yield machine


class Program(Emulated):
    """A compiled shader. `last_run` tells of the last frame, None before the first.

    With a `checker`, every value of every frame is looked at.
    """

    def __init__(self, job: pipeline.Job, checker: diagnose.Checker | None = None) -> None:
        assert job.image is not None
        super().__init__(job.options.board)
        self.image: Image = job.image
        self.options = job.options
        self.stats = stats_of(job)
        self.products = job.products
        self.last_run: Run | None = None
        self.uniform_words: list[int] = []  # of the last frame, in the order of the ctx block
        self.pixels = b""  # of the last picture, as they lie in the board's memory
        self._checker = checker

    def __repr__(self) -> str:
        names = ", ".join(f"{item.type} {name}" for name, item in self.uniforms.items()) or "none"
        return f"<Program for {self.board.name}: {self.stats.code_bytes:,} bytes of code, uniforms: {names}>"

    @property
    def uniforms(self) -> dict[str, Uniform]:
        """Every uniform of the shader by name, the run time's own (see `Uniform.role`) included."""
        return {slot.uniform.name: slot.uniform for slot in self.image.uniforms}

    def render(
        self,
        width: int,
        height: int,
        time: float = 0.0,
        uniforms: Mapping[str, PyValue] | None = None,
        *,
        delta: float = 1 / 60,
        frame: int = 0,
        mouse: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0),
        fuel: int | None = None,
    ) -> Picture:
        """One frame from the emulated board: uint8 (height, width, 3), top row first.

        Raises UniformError for an unknown uniform or a value that does not fit, HeapError for a picture that does not
        fit the board's heap, FuelError for a shader that does not end, MachineFault for code that does what a board
        would not survive; if the shader was compiled `checked`, OverflowFault for a value that its word cannot hold.
        """
        moment = Moment(width, height, time, delta, frame, mouse)
        scalars = frame_scalars(self.uniforms.values(), moment, uniforms or {})
        fuel = default_fuel(width, height) if fuel is None else fuel
        with self._loaded(self.image) as machine:
            self.uniform_words = self._words(scalars)
            pixels, stats = machine.render(width, height, self.uniform_words, fuel)
            self.pixels = pixels
            self.last_run = Run(width * height, stats, self.board)
        if self._checker is not None:
            self._checker.check(width, height, scalars)
        return self.image.format.to_rgb(pixels, width, height)

    def light(
        self, leds: Leds, time: float = 0.0, uniforms: Mapping[str, PyValue] | None = None, *, frame: int = 0
    ) -> bytes:
        """What the board sends to LEDs in a frame, of a program compiled with the pixel format `leds`.

        Errors are those of `render`.
        """
        moment = Moment(leds.width, leds.height, time, frame=frame)
        scalars = frame_scalars(self.uniforms.values(), moment, uniforms or {})
        fuel = default_fuel(leds.width, leds.height)
        with self._loaded(self.image) as machine:
            self.uniform_words = self._words(scalars)
            wire, stats = machine.light(leds, self.uniform_words, fuel, frame)
            self.last_run = Run(leds.count, stats, self.board)
        return wire

    def _words(self, scalars: dict[str, list[float | int | bool]]) -> list[int]:
        return [word for name in scalars for word in encode_scalars(scalars[name], self.image.fraction_bits)]


class Reference:
    """The picture a shader ought to make, in float64, from the float IR before any pass."""

    def __init__(self, source: str, file: str, textures: Mapping[str, Texture] | None = None) -> None:
        binary = glsl.compile_shader(source, file, textures)
        self.module = pipeline.translate(binary, textures=textures)
        self.uniforms = {info.name: pipeline.describe(info) for info in self.module.uniforms.values()}

    def __repr__(self) -> str:
        names = ", ".join(f"{item.type} {name}" for name, item in self.uniforms.items()) or "none"
        return f"<Reference in float64, uniforms: {names}>"

    def render(
        self,
        width: int,
        height: int,
        time: float = 0.0,
        uniforms: Mapping[str, PyValue] | None = None,
        *,
        delta: float = 1 / 60,
        frame: int = 0,
        mouse: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0),
    ) -> npt.NDArray[np.float64]:
        """One frame: float64 (height, width, 4), top row first, not clamped.

        Raises UniformError as `Program.render` does, FuelError for a pixel whose loops do not end.
        """
        moment = Moment(width, height, time, delta, frame, mouse)
        scalars = frame_scalars(self.uniforms.values(), moment, uniforms or {})
        return render_reference(self.module, width, height, scalars)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A board's picture against the float64 one, `expected`; where they differ, `causes` are the values that explain.

    `print` shows the verdict, the figures and the causes.
    """

    expected: Picture = field(repr=False)
    picture: Picture = field(repr=False)
    metrics: imagediff.Metrics
    verdict: imagediff.Verdict
    run: Run = field(repr=False)
    stats: Stats = field(repr=False)
    source: str = field(default="", repr=False)
    causes: tuple[diagnose.Finding, ...] = ()

    def __str__(self) -> str:
        metrics = self.metrics
        figures = [
            f"p99 {metrics.p99:g}, maximum {metrics.maximum} of 255",
            f"PSNR {metrics.psnr:.1f} dB",
            f"SSIM {metrics.ssim:.5f}" if metrics.ssim is not None else "SSIM -",
            f"FLIP {metrics.flip:.4f}" if metrics.flip is not None else "FLIP - (pip install 'glowjit[compare]')",
        ]
        text = [str(self.verdict), ", ".join(figures), f"{self.run.per_pixel:,.0f} instructions per pixel"]
        lines = self.source.split("\n")
        causes = [render_diagnostic(cause.diagnostic(self.source), lines) for cause in self.causes]
        return "\n".join([*text, *(causes or [diagnose.NO_CAUSE] * (not self.verdict.passed))])

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, without the pictures."""
        verdict = asdict(self.verdict)
        figures = {"verdict": verdict, "metrics": self.metrics.as_dict(), "run": self.run.as_dict()}
        return {**figures, "causes": [cause.as_dict() for cause in self.causes]}


def compile(
    source: str | Path,
    board: str = "esp32c3",
    regalloc: str = "single_pass",
    *,
    file: str = "",
    pixel_format: str = "rgb888",
    heap_limit: int | None = None,
    check: bool = False,
    measure: bool = False,
    keep: Iterable[str] = (),
    include: Sequence[str] = (),
    common: str = "",
    textures: Mapping[str, Texture] | None = None,
    checked: bool = False,
) -> Program:
    """Compile a fragment shader, given as text or as the path of a file.

    `heap_limit` is the bytes of memory that the backend may take; `check` verifies every register allocation;
    `measure` counts the memory of every stage; `keep` names products (see `pipeline.PRODUCTS`) to find in
    `Program.products`; `include` are folders to look in for what the shader includes, `common` is a file of GLSL to
    put before it (Shadertoy's Common tab), `textures` are bound to the samplers of these names. `checked` looks at
    every value of every frame that is rendered: the first that its word cannot hold raises OverflowFault; the code is
    the same. Raises GlowjitError for whatever the user can mend.
    """
    text, file = glsl.read_source(source, file, include, common)
    options = pipeline.Options(
        load_board(board), regalloc, pixel_format, heap_limit, check, measure, frozenset(keep), textures or {}
    )
    job = pipeline.run(pipeline.Job(text, file, options))
    return Program(job, diagnose.Checker(text, file, options) if checked else None)


def reference(
    source: str | Path,
    *,
    file: str = "",
    include: Sequence[str] = (),
    common: str = "",
    textures: Mapping[str, Texture] | None = None,
) -> Reference:
    """The float64 twin of `compile`."""
    return Reference(*glsl.read_source(source, file, include, common), textures)


def compare(
    source: str | Path,
    width: int,
    height: int,
    time: float = 0.0,
    uniforms: Mapping[str, PyValue] | None = None,
    *,
    shader_class: str = "auto",
    file: str = "",
    include: Sequence[str] = (),
    common: str = "",
    textures: Mapping[str, Texture] | None = None,
    **settings: Any,
) -> Comparison:
    """Render on the emulated board and in float64, and judge the difference (classes: `imagediff.CLASSES`).

    If the pictures differ, a few wrong pixels are explained: see `diagnose.findings`. Further settings are those of
    `compile`.
    """
    text, file = glsl.read_source(source, file, include, common)
    compiled = compile(text, file=file, textures=textures, **settings)
    picture = compiled.render(width, height, time, uniforms)
    expected = to_bytes(reference(text, file=file, textures=textures).render(width, height, time, uniforms))
    metrics = imagediff.measure(expected, picture)
    assert compiled.last_run is not None
    verdict = imagediff.judge(metrics, expected, picture, shader_class)
    causes: tuple[diagnose.Finding, ...] = ()
    if not verdict.passed:
        explainer = diagnose.Explainer(diagnose.twins(text, file, compiled.options))
        causes = explainer.compare(expected, picture, explainer.view(Moment(width, height, time), uniforms or {}))
    return Comparison(expected, picture, metrics, verdict, compiled.last_run, compiled.stats, text, causes)


def check(
    source: str | Path,
    *,
    size: tuple[int, int] | None = None,
    time: float | None = None,
    uniforms: Mapping[str, PyValue] | None = None,
    board: str = "esp32c3",
    file: str = "",
    include: Sequence[str] = (),
    common: str = "",
    textures: Mapping[str, Texture] | None = None,
    **settings: Any,
) -> diagnose.Report:
    """Look for values that a word cannot hold as the picture needs them: see `diagnose.findings`.

    With `size`, `time` or `uniforms`, in that one frame (64x64 at 0 s unless said otherwise); else in a sample of
    frames. Further settings are those of `pipeline.Options`. Raises GlowjitError for whatever the user can mend.
    """
    text, file = glsl.read_source(source, file, include, common)
    options = pipeline.Options(load_board(board), textures=textures or {}, **settings)
    one = size is not None or time is not None or bool(uniforms)
    frame = (Moment(*(size or (64, 64)), time or 0.0), uniforms or {}) if one else None
    return diagnose.check(text, file, options, frame)
