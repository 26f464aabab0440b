"""What single pixels of a shader are: its integer IR, compiled as it is and run without a board.

Cost: the backend's for code that was not optimised for it (a tenth of a second for a shader of 200 lines) when
something is drawn first, and the pixels' own time, a second for some hundred million instructions.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any

import numpy as np

import glowcore.backend
from glowjit import passes, q32, qir
from glowjit.image import ARG_DEST
from glowjit.ir.core import Channel, Module
from glowjit.q32.formats import BORDER_FRACTION
from glowjit.words import encode_scalars

_MOST_RECORDS = 4096  # pixels that are drawn at once, at most


class Probe:
    """Draws single pixels of an integer module that is linked, and has no kernel yet. It stays as it is.

    Each pixel has `fuel` units; one that takes more leaves its loops, and is what it is by then. Short loops of
    functions that are not the module's `own`, but the math library's, take none.
    """

    def __init__(self, module: Module, fuel: int, own: Collection[str]) -> None:
        self._module, _ = passes.rewrite.copy_module(module)
        passes.fuel.spare(self._module, [name for name in module.functions if name not in own])
        passes.run_passes(self._module, passes.PROBE_PASSES)
        self._channels = module.channels or (Channel(BORDER_FRACTION),) * 4
        passes.probe.build(self._module, BORDER_FRACTION, fuel)

    @cached_property
    def _compiled(self) -> tuple[qir.Layout, glowcore.backend.Result]:
        layout = qir.layout(self._module)
        return layout, glowcore.backend.compile(qir.encode(self._module, layout))

    @cached_property
    def _bare(self) -> Any:
        from glowjit.bare import Bare  # Unicorn takes 30 ms to load, and a library needs no trials

        layout, code = self._compiled
        return Bare(code.code, layout.ctx_words, code.stack, _MOST_RECORDS * passes.probe.RECORD)

    def draw(self, frame: q32.Frame, places: np.ndarray) -> np.ndarray:
        """The channels `(4, pixels)`, float64, of the pixels at `places` `(pixels, 2)` of a frame: their columns and
        rows, from the bottom."""
        records = np.zeros((len(places), passes.probe.RECORD // 2), np.uint16)
        records[:, :2] = places
        layout, code = self._compiled
        ctx = self._ctx(frame, layout, records.nbytes)
        found = self._bare.run(code.entries[passes.probe.NAME], ctx, records.tobytes())
        words = np.frombuffer(found, np.int32).reshape(-1, 4).T
        drawn: np.ndarray = words * np.ldexp(1.0, [[-channel.fraction] for channel in self._channels])
        return drawn

    def _ctx(self, frame: q32.Frame, layout: qir.Layout, size: int) -> list[int]:
        ctx = [0] * layout.ctx_words
        ctx[ARG_DEST], ctx[passes.probe.ARG_STOP] = self._bare.data, self._bare.data + size
        for name, info in self._module.uniforms.items():
            words = encode_scalars(frame.uniforms[name], BORDER_FRACTION)
            at = layout.offsets[info.object]
            ctx[at : at + len(words)] = [word & 0xFFFF_FFFF for word in words]
        return ctx
