"""A board in Unicorn: its memory map and limits, exact instruction counts, modelled cycles. See `machine`."""

from glowjit.emulator.heap import Heap
from glowjit.emulator.machine import LoadedImage, Machine, RunStats
from glowjit.emulator.text import Decoder

__all__ = ["Decoder", "Heap", "LoadedImage", "Machine", "RunStats"]
