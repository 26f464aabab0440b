"""The road of a shader, from its text to an image: read this file top to bottom.

    shader text
      | glsl        which convention is it? wrap it, keep its line numbers; glslang -> SPIR-V
    SPIR-V
      | spirv       scalarise vectors and matrices, structured control flow -> SSA with block parameters
    IR (float)
      | optimise    memory to SSA, inline, fold, number values
    IR (float)
      | q32         every float becomes fixed point in an int32; builtins become calls; tried on a sample of pixels
      | link        the math library's functions that were called (words that were tried have them already)
      | kernel      the frame loop around the pixel function, or a wrapper around each function to call
    IR (integers)
      | integers    optimise again; what does not change per pixel leaves the pixel loops
    IR (integers)
      | qir         one flat binary: the border between host and firmware
    QIR
      | backend     glowcore: instruction selection, register allocation, emission
      | image       code, entry points, uniform layout, sizes
    Image

Input: a `Job`, which says what to compile for which board. Each stage takes the job and leaves its product there. Every
stage is timed; the peak of its memory is counted when asked for.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import glowcore.backend
import glowcore.memory
from glowcore import disasm
from glowjit import glsl, passes, q32, qir, spirv
from glowjit.allocators import ALLOCATORS, checker
from glowjit.allocators.text import print_allocation
from glowjit.board import Board
from glowjit.errors import GlowjitError, HeapError, locate
from glowjit.glsltypes import Signature
from glowjit.image import LEDS, PIXEL_FORMATS, Entry, Image, UniformSlot
from glowjit.ir import Module, UniformInfo, Value
from glowjit.ir.text import print_module
from glowjit.probe import Probe
from glowjit.textures import Texture, TextureError
from glowjit.uniforms import Uniform

NUMBERS = {
    "plain": "every float is Q16.16",
    "words": "every float is a word with a binary point of its own",
    "fitted": "the same, tried on a sample of pixels; where words do not do, longs and pairs",
}


@dataclass(frozen=True, slots=True)
class Options:
    """How to compile. `heap_limit` is the bytes of memory that the backend may take."""

    board: Board
    regalloc: str = "single_pass"
    pixel_format: str = "rgb888"
    heap_limit: int | None = None
    check: bool = False  # the symbolic checker on every allocation
    measure: bool = False  # count the memory of the host's stages too (slower)
    keep: frozenset[str] = frozenset()  # which of PRODUCTS to keep
    textures: Mapping[str, Texture] = field(default_factory=dict)  # bound to samplers by name
    placed: Callable[..., None] | None = None  # sees every allocated function, see glowcore.backend.compile
    numbers: str = "fitted"  # one of NUMBERS

    def __post_init__(self) -> None:
        for what, names, known in (
            ("register allocator", [self.regalloc], ALLOCATORS),
            ("pixel format", [self.pixel_format], (*PIXEL_FORMATS, LEDS)),
            ("product", sorted(self.keep), PRODUCTS),
            ("kind of numbers", [self.numbers], NUMBERS),
        ):
            for name in names:
                if name not in known:
                    raise GlowjitError(f"there is no {what} {name!r}", hint=f"there are: {', '.join(known)}")
        self._fit_textures()

    def _fit_textures(self) -> None:
        taken = 0
        for name, texture in self.textures.items():
            taken += texture.bytes
            if taken > self.board.heap.limit:
                raise TextureError(
                    f"with '{name}' ({texture.width}x{texture.height}, {texture.format}) the textures take {taken:,} "
                    f"bytes; the {self.board.title} has {self.board.heap.limit:,} for textures, code and picture",
                    hint=f"shrink it: --texture {name}=picture.png,64x64; rgb565 takes half as much, r8 a quarter",
                )


@dataclass(frozen=True, slots=True)
class StageStats:
    """What one stage took; `peak_bytes` is None where it was not counted."""

    name: str
    seconds: float
    peak_bytes: int | None


@dataclass(slots=True)
class Job:
    """One compilation: what is asked for, and what the stages have made so far."""

    source: str
    file: str
    options: Options
    library: bool = False  # functions to call from outside, instead of a shader to render
    roots: Sequence[str] | None = None  # of a library: the functions that are wanted; None for all
    paired: bool = False  # of a library: every float is a pair, arguments and results too
    traced: bool = False  # of a shader: keep a `trace` of its floats

    binary: glsl.SpirvBinary | None = None  # made by glsl
    module: Module = field(default_factory=Module)  # by spirv; the stages up to `integers` change it
    nature: q32.Nature = q32.Nature.WHOLE  # by q32, of a library
    values: tuple[q32.report.ValueRecord, ...] = ()  # by q32, of a shader: what is known of its floats
    trace: q32.Trace | None = None  # by q32, if it is `traced`
    needed: list[str] | None = None  # by q32: the math library's functions to link; None if they are linked
    signatures: dict[str, Signature | None] = field(default_factory=dict)  # by kernel, of a library: by entry
    layout: qir.Layout | None = None  # by qir
    blob: bytes = b""  # by qir
    code: Any = None  # by backend: a glowcore.backend.Result
    meter: Any = None  # by backend: a glowcore.memory.Meter
    image: Image | None = None  # by image

    products: dict[str, str | bytes] = field(default_factory=dict)  # those that the options keep
    stats: list[StageStats] = field(default_factory=list)


def _glsl(job: Job) -> None:
    if job.library:
        job.binary = glsl.compile_library(job.source, job.file)
    else:
        job.binary = glsl.compile_shader(job.source, job.file, job.options.textures)
    _begin_math_library()


def _spirv(job: Job) -> None:
    assert job.binary is not None
    everything = "all" if job.library else None
    job.module = translate(job.binary, everything if job.roots is None else job.roots, job.options.textures)


def _optimise(job: Job) -> None:
    passes.run_passes(job.module, passes.FLOAT_PASSES)


def _q32(job: Job) -> None:
    if job.options.numbers == "plain":
        job.needed = q32.lower(job.module)
    elif job.library:
        _lower_functions(job)
    else:
        _lower_shader(job)


def _lower_functions(job: Job) -> None:
    """Functions are called with anything, so nothing is observed: results are exact, or every float is a pair."""
    job.nature = q32.nature(job.module)
    chosen = q32.all_pairs(job.module) if job.paired else q32.exact(job.module, job.nature)
    q32.snap(job.module, chosen, {})
    job.needed = q32.lower(job.module, chosen)


def _lower_shader(job: Job) -> None:
    """Formats are chosen from a float64 run over a sample of pixels, and "fitted" until those pixels are right."""
    uniforms = [describe(info) for info in job.module.uniforms.values()]
    frames = q32.sample_frames(uniforms, job.options.textures)
    observed = q32.observe(job.module, frames)
    chosen = q32.choose(job.module, observed)
    tried: Module | None = None
    if job.options.numbers == "fitted":
        chosen, tried = q32.settled(job.module, observed, chosen, frames, partial(lowered_copy, job.module, observed))
    job.values = q32.report.records(job.module, chosen)
    if tried is not None and not job.traced:
        job.module = tried
        return
    job.trace = q32.Trace(job.module, chosen) if job.traced else None
    q32.snap(job.module, chosen, observed)
    job.needed = q32.lower(job.module, chosen, job.trace)


def lowered_copy(module: Module, observed: q32.Observed, chosen: q32.formats.Formats) -> q32.Words:
    """The integer IR that formats make of a module, linked, and what draws its pixels. `module` stays as it is."""
    copy, copier = passes.rewrite.copy_module(module)
    formats = chosen.of_copy(copier.values, copier.objects)
    moved = {place: seen for value, seen in observed.items() if isinstance(place := copier.values[value], Value)}
    snapped = q32.snap(copy, formats, moved)
    link_math_library(copy, q32.lower(copy, formats))
    passes.run_passes(copy, passes.LINKED_PASSES)
    return q32.Words(copy, Probe(copy, q32.FUEL, own=module.functions).draw, snapped)


def _link(job: Job) -> None:
    if job.needed is not None:
        link_math_library(job.module, job.needed)
        passes.run_passes(job.module, passes.LINKED_PASSES)


def link_math_library(module: Module, needed: Collection[str]) -> None:
    """Bring in the math library's functions that are needed."""
    if needed:
        passes.link(module, _math_library(frozenset(needed)))


@lru_cache(maxsize=4)  # words and finer words need much the same
def _math_library(names: frozenset[str]) -> Module:
    library = spirv.translate(_math_library_binary(), roots=names, file="the math library")
    passes.run_passes(library, passes.LIBRARY_PASSES)
    return library


@lru_cache(maxsize=1)
def _math_library_binary() -> bytes:
    return glsl.compile_trusted(q32.math_library_source())


@lru_cache(maxsize=1)  # once: a process that needs none of it does not wait for it again
def _begin_math_library() -> None:
    glsl.begin_trusted(q32.math_library_source())


def _kernel(job: Job) -> None:
    if job.library:
        signatures = passes.exports.build(job.module, _wanted(job))
        job.signatures = {name: item.in_pairs() if item and job.paired else item for name, item in signatures.items()}
    else:
        passes.kernel.build(job.module, job.options.pixel_format, q32.formats.BORDER_FRACTION)


def _wanted(job: Job) -> list[str]:
    """The IR names of a library's functions that are to be called."""
    functions = job.module.functions.values()
    return [
        function.name
        for function in functions
        if function.signature and (job.roots is None or function.signature.name in job.roots)
    ]


def _integers(job: Job) -> None:
    passes.run_passes(job.module, passes.INTEGER_PASSES)


def _qir(job: Job) -> None:
    job.layout = qir.layout(job.module)
    job.blob = qir.encode(job.module, job.layout)


def _backend(job: Job) -> None:
    texts: list[str] = []
    job.meter = glowcore.backend.Meter(job.options.heap_limit)
    try:
        job.code = glowcore.backend.compile(
            job.blob,
            allocate=ALLOCATORS[job.options.regalloc],
            meter=job.meter,
            check=checker.check if job.options.check else None,
            dump=(lambda *parts: texts.append(print_allocation(*parts))) if "vcode" in job.options.keep else None,
            placed=job.options.placed,
        )
    except glowcore.memory.MemoryLimit as error:
        what, hint = f"{error.stage} of {error.what}", "split the largest functions, or allow more: --heap-limit"
        raise HeapError(what, error.requested, error.available, error.limit, stage="backend", hint=hint) from None
    job.products["vcode"] = "\n".join(texts)


def _image(job: Job) -> None:
    assert job.layout is not None and job.binary is not None
    code, layout, module = job.code, job.layout, job.module
    uniforms = (UniformSlot(describe(info), layout.offsets[info.object]) for info in module.uniforms.values())
    calls = module.objects.get(passes.exports.CALL_IN), module.objects.get(passes.exports.CALL_OUT)
    job.image = Image(
        isa=job.options.board.isa,
        code=code.code,
        text_bytes=code.code_size,
        entries=tuple(Entry(name, at, job.signatures.get(name)) for name, at in code.entries.items()),
        uniforms=tuple(uniforms),
        ctx_words=layout.ctx_words,
        stack_bytes=code.stack,
        fraction_bits=q32.formats.BORDER_FRACTION,
        pixel_format=job.options.pixel_format,
        call_in=layout.offsets[calls[0]] if calls[0] else -1,
        call_out=layout.offsets[calls[1]] if calls[1] else -1,
    )


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    run: Callable[[Job], None]


ROAD = (
    Stage("glsl", _glsl),
    Stage("spirv", _spirv),
    Stage("optimise", _optimise),
    Stage("q32", _q32),
    Stage("link", _link),
    Stage("kernel", _kernel),
    Stage("integers", _integers),
    Stage("qir", _qir),
    Stage("backend", _backend),
    Stage("image", _image),
)

# What can be looked at: the stage after which it is there, and how to get it from the job.
PRODUCTS: dict[str, tuple[str, Callable[[Job], str | bytes]]] = {
    "spirv": ("glsl", lambda job: spirv.disassemble(job.binary.spirv) if job.binary else ""),
    "ir": ("optimise", lambda job: print_module(job.module)),
    "q32": ("integers", lambda job: print_module(job.module)),
    "qir": ("qir", lambda job: job.blob),
    "vcode": ("backend", lambda job: job.products["vcode"]),
    "asm": ("image", lambda job: _listing(job)),
    "bin": ("image", lambda job: job.image.to_bytes() if job.image else b""),
}


def run(job: Job, until: str = "image", after: str = "") -> Job:
    """Take a job down the road, or the part of it `after` one stage `until` another, timing each stage.

    The products that the job's options ask for are kept.
    """
    names = [stage.name for stage in ROAD]
    start = names.index(after) + 1 if after else 0
    if job.options.measure:
        tracemalloc.start()
    try:
        for stage in ROAD[start : names.index(until) + 1]:
            _run_stage(job, stage)
    finally:
        if job.options.measure:
            tracemalloc.stop()
    return job


def _run_stage(job: Job, stage: Stage) -> None:
    if job.options.measure:
        tracemalloc.reset_peak()
    start = time.perf_counter()
    try:
        stage.run(job)
    except GlowjitError as error:
        if error.line and not error.source:  # whoever knows the text has said the whole place
            locate(error, job.file, job.source, error.line)
        raise
    seconds = time.perf_counter() - start
    peak = tracemalloc.get_traced_memory()[1] if job.options.measure else None
    job.stats.append(StageStats(stage.name, seconds, peak))
    for name in sorted(job.options.keep):
        after, product = PRODUCTS[name]
        if after == stage.name:
            job.products[name] = product(job)


def translate(
    binary: glsl.SpirvBinary, roots: Collection[str] | None = None, textures: Mapping[str, Texture] | None = None
) -> Module:
    """The float IR of a shader before any pass, with what its text says of its uniforms."""
    module = spirv.translate(binary.spirv, file=binary.file, source=binary.source, roots=roots, textures=textures)
    for name, info in module.uniforms.items():
        info.role = binary.uniforms.get(name, "")
        if info.role == "resolution":
            info.minimum = 1.0  # no picture is smaller, and a divisor that cannot be 0 costs one multiplication
        elif name in binary.inputs:
            _apply(binary.inputs[name], info)
    return module


def _apply(given: glsl.ShaderInput, info: UniformInfo) -> None:
    """Take over a default and a range; the range of a vector is the widest of its components'."""
    if given.default and len(given.default) == info.type.words:
        kinds = {"float": float, "int": int, "uint": int, "bool": bool}
        scalars = zip(info.type.scalars(), given.default, strict=True)
        info.default = tuple(kinds[scalar.kind](value) for scalar, value in scalars)
    if given.minimum:
        info.minimum = min(given.minimum)
    if given.maximum:
        info.maximum = max(given.maximum)


def describe(info: UniformInfo) -> Uniform:
    """A uniform as its user sees it."""
    return Uniform(info.name, info.type, info.default, info.minimum, info.maximum, info.role)


def _listing(job: Job) -> str:
    """The machine code, with the source line above what it became."""
    labels = {function.offset: function.name for function in job.code.functions}
    code, text = job.code, job.source.split("\n")
    lines = dict(zip(code.lines[::2], code.lines[1::2], strict=True))
    remarks = {at: f"; {line} | {text[line - 1].strip()}" for at, line in lines.items() if line <= len(text)}
    return str(disasm.listing(code.code[: code.code_size], labels, remarks))
