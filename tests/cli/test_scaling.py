"""`glowjit bench --scaling`: what it measures, and that the figures kept say linear."""

import json
from pathlib import Path

import pytest

from glowjit.allocators import ALLOCATORS
from glowjit.cli.bench import scaling

ROOT = Path(__file__).resolve().parents[2]


def test_bytecodes_are_counted_exactly() -> None:
    def work(turns: int) -> int:
        total = 0
        for turn in range(turns):
            total += turn
        return total

    ten, hundred, thousand = (scaling.bytecodes(lambda n=n: work(n)) for n in (10, 100, 1000))  # type: ignore[misc]
    assert hundred - ten > 90
    assert thousand - hundred == 10 * (hundred - ten)


def test_a_slope_is_an_exponent() -> None:
    assert scaling.slope([(size, 7.0 * size**1.5) for size in (10, 100, 500, 1000)]) == pytest.approx(1.5)
    assert scaling.slope([(10, 1.0), (20, 2.0)]) is None


def test_the_slope_is_that_of_large_functions() -> None:
    """What an allocator takes once weighs on small ones alone."""
    points = [
        scaling.Point("straight", "single_pass", size, 1.0 * size, size, size + (1000 if size < 300 else 0))
        for size in (100, 200, 500, 1000, 5000)
    ]
    assert scaling.slopes(points)["single_pass, straight"] == {"seconds": 1.0, "bytecodes": 1.0, "bytes": 1.0}


def test_small_functions_are_measured_and_drawn() -> None:
    points = list(scaling.run((30, 60)))
    assert {(point.kind, point.allocator) for point in points} == {(k, a) for k in scaling.KINDS for a in ALLOCATORS}
    assert all(point.bytecodes and point.bytes for point in points)
    drawing = scaling.plot(points)
    assert drawing.count("<polyline") == len(scaling.MEASURES) * len(scaling.KINDS) * len(ALLOCATORS)


def test_the_figures_kept_are_linear() -> None:
    kept = json.loads((ROOT / scaling.RESULTS).read_text())
    sizes = [point["instructions"] for point in kept["points"] if point["allocator"] == "single_pass"]
    assert min(sizes) <= 150
    assert max(sizes) >= 20_000
    for kind in scaling.KINDS:
        slopes = kept["slopes"][f"single_pass, {kind}"]
        assert slopes["bytecodes"] == pytest.approx(1, abs=0.1)
        assert slopes["bytes"] == pytest.approx(1, abs=0.1)
        assert kept["slopes"][f"backtracking, {kind}"]["bytes"] > slopes["bytes"]
    assert len({point["allocator"] for point in kept["points"]}) == len(ALLOCATORS)
