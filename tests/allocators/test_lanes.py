"""The choice of intervals: the heaviest that find room, held against all subsets there are."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit.allocators.backtracking.lanes import Interval, heaviest

POINTS = 6


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    start = draw(st.integers(0, POINTS - 1))
    return Interval(start, draw(st.integers(start, POINTS)), draw(st.integers(1, 9)))


def fits(chosen: list[Interval], room: list[int]) -> bool:
    return all(sum(item.start <= point < item.end for item in chosen) <= free for point, free in enumerate(room))


@given(st.lists(intervals(), max_size=6), st.lists(st.integers(0, 4), min_size=POINTS, max_size=POINTS))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_nothing_that_fits_is_heavier(items: list[Interval], room: list[int]) -> None:
    kept = [items[index] for index in heaviest(items, room)]
    subsets = (list(chosen) for size in range(len(items) + 1) for chosen in combinations(items, size))
    assert fits(kept, room)
    assert sum(item.weight for item in kept) == max(
        sum(item.weight for item in chosen) for chosen in subsets if fits(chosen, room)
    )
