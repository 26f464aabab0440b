"""The heap against MicroPython's rules: blocks of 16, one more for the object, first fit, nothing moves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glowjit.emulator import Heap
from glowjit.errors import HeapError


def test_an_allocation_costs_its_blocks_and_one():
    heap = Heap(0x1000, 160, 16)
    first = heap.allocate("a", 17)
    assert (first, heap.used, heap.available) == (0x1010, 48, 112)
    second = heap.allocate("b", 1)
    assert (second, heap.used) == (0x1040, 80)
    heap.free(first)
    assert (heap.used, heap.peak) == (32, 80)
    assert heap.allocate("c", 32) == 0x1010  # first fit: where the first was


def test_the_error_has_the_numbers():
    heap = Heap(0x1000, 160, 16)
    heap.allocate("a", 100)
    with pytest.raises(HeapError) as caught:
        heap.allocate("the frame", 40)
    error = caught.value
    assert (error.what, error.requested, error.available, error.limit) == ("the frame", 40, 32, 160)
    assert error.message == "out of memory: the frame asked for 40 bytes, 32 of 160 were left"
    assert heap.used == 128  # the failed one left nothing behind
    assert heap.allocate("b", 16) == 0x1090


@pytest.mark.parametrize(("size", "hint"), [(80, "not in one piece"), (81, "fewer pixels")])
def test_free_bytes_in_pieces_do_not_help(size, hint):
    heap = Heap(0, 160, 16)
    addresses = [heap.allocate("x", 16) for _ in range(5)]
    for address in addresses[::2]:
        heap.free(address)
    assert heap.available == 96
    with pytest.raises(HeapError) as caught:
        heap.allocate("y", size)
    assert hint in caught.value.hint


def test_freeing_twice_is_a_bug():
    heap = Heap(0, 160, 16)
    address = heap.allocate("x", 16)
    heap.free(address)
    with pytest.raises(KeyError):
        heap.free(address)


@given(st.lists(st.one_of(st.integers(1, 90), st.integers(-8, -1)), max_size=60))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_against_a_map_of_blocks(requests):
    """Positive: allocate so many bytes; negative: free one. A list of block owners says what must come out."""
    heap = Heap(0, 640, 16)
    owners = [None] * 40
    live = []

    def find(blocks):
        for at in range(len(owners) - blocks + 1):
            if all(owner is None for owner in owners[at : at + blocks]):
                return at
        return None

    for number, request in enumerate(requests):
        if request < 0:
            if live:
                address, name = live.pop(request % len(live))
                heap.free(address)
                owners = [None if owner == name else owner for owner in owners]
            continue
        saved = list(owners)
        head = find(1)
        if head is not None:
            owners[head] = number
        data = find(-(-request // 16))
        if head is None or data is None:
            owners = saved
            with pytest.raises(HeapError):
                heap.allocate("x", request)
            continue
        owners[data : data + -(-request // 16)] = [number] * -(-request // 16)
        assert heap.allocate("x", request) == 16 * data
        live.append((16 * data, number))
    assert heap.used == 16 * sum(owner is not None for owner in owners)
