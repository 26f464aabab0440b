"""The most that finds room: which intervals to keep so that no point is under more of them than it may be.

    heaviest(intervals, room) -> the indices of the intervals to keep

A flow of as many units as any point has room for, from the first point to the last. An interval is a way for one unit
that pays its weight; what goes by the side of the intervals pays nothing, and where a point has less room than another,
the difference is paid beyond measure for staying at the side. The flow that is paid most is found by augmentation along
longest paths. It is exact: the matrix of intervals is totally unimodular. Weights are integers, so nothing is lost.

Time O(units * intervals * log intervals).

Source: M. C. Carlisle and E. L. Lloyd, On the k-coloring of intervals, 1995; R. K. Ahuja, T. L. Magnanti and J. B.
Orlin, Network Flows, 1993, chapter 9.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

BEYOND_MEASURE = 1 << 48
FAR = 1 << 96


class Interval(NamedTuple):
    """From point `start` to before point `end`, both indices of the room."""

    start: int
    end: int
    weight: int


class _Network:
    """Arcs in pairs: the odd one takes back what went through the even one before it."""

    def __init__(self, nodes: int) -> None:
        self.leaving: list[list[int]] = [[] for _ in range(nodes)]
        self.head: list[int] = []
        self.room: list[int] = []
        self.cost: list[int] = []
        self.height = [0] * nodes  # what makes all costs along arcs with room non-negative

    def arc(self, tail: int, head: int, room: int, cost: int) -> None:
        for start, end, free, price in ((tail, head, room, cost), (head, tail, 0, -cost)):
            self.leaving[start].append(len(self.head))
            self.head.append(end)
            self.room.append(free)
            self.cost.append(price)

    def level(self) -> None:
        """The first heights: all arcs lead forwards, so one look at the nodes in order does."""
        for node in range(1, len(self.height)):
            self.height[node] = FAR
        for node in range(len(self.height)):
            for arc in self.leaving[node]:
                if self.room[arc]:
                    other = self.head[arc]
                    self.height[other] = min(self.height[other], self.height[node] + self.cost[arc])

    def augment(self) -> None:
        """Send one more unit from the first node to the last along the cheapest way."""
        head, room, cost, height = self.head, self.room, self.cost, self.height
        distance = [FAR] * len(height)
        came = [-1] * len(height)
        distance[0] = 0
        heap = [(0, 0)]
        last = len(height) - 1
        while heap:
            far, node = heappop(heap)
            if node == last:
                break
            if far > distance[node]:
                continue
            here = far + height[node]
            for arc in self.leaving[node]:
                if room[arc]:
                    other = head[arc]
                    there = here + cost[arc] - height[other]
                    if there < distance[other]:
                        distance[other] = there
                        came[other] = arc
                        heappush(heap, (there, other))
        for node, far in enumerate(distance):
            height[node] += min(far, distance[-1])
        node = len(height) - 1
        while node:
            arc = came[node]
            room[arc] -= 1
            room[arc ^ 1] += 1
            node = head[arc ^ 1]


def heaviest(intervals: list[Interval], room: list[int]) -> list[int]:
    """The indices of intervals of the largest weight that overlap nowhere more often than `room` allows."""
    units = max(room, default=0)
    network = _Network(len(room) + 1)
    for interval in intervals:
        network.arc(interval.start, interval.end, int(interval.start < interval.end), -interval.weight)
    for point, free in enumerate(room):
        network.arc(point, point + 1, units - free, -BEYOND_MEASURE)
        network.arc(point, point + 1, units, 0)
    network.level()
    for _ in range(units):
        network.augment()
    return [index for index in range(len(intervals)) if not network.room[2 * index]]
