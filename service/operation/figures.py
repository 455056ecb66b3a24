"""What is counted while requests are answered: plain numbers that cost next to nothing, and are read when somebody asks for metrics."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)  # seconds
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
Series = dict[str, float]  # what Prometheus calls one time series, by its name and labels, and its value


@dataclass(slots=True)
class Latencies:
    """How many requests took how long: a number for each of BOUNDS and one for all above, and the sum in seconds."""

    numbers: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def add(self, others: Latencies) -> None:
        """Counts others too."""
        self.numbers = [mine + theirs for mine, theirs in zip(self.numbers, others.numbers, strict=True)]
        self.seconds += others.seconds


class Figures:
    """The requests that one process has answered."""

    def __init__(self) -> None:
        self._answered: dict[tuple[str, str, int], Latencies] = {}
        self.under_way = 0

    def count(self, door: str, method: str, status: int, seconds: float) -> None:
        """Counts one request; a status of 0 is a client that left before it was answered."""
        found = self._answered.get((door, method, status))
        if found is None:
            found = self._answered[door, method, status] = Latencies()
        found.numbers[bisect_left(BOUNDS, seconds)] += 1
        found.seconds += seconds

    def series(self) -> Series:
        """What was counted, as Prometheus names it; the series of several processes can be added up."""
        requests, doors = Counter[str](), dict[str, Latencies]()
        for (door, method, status), latencies in list(self._answered.items()):
            told = f"{status // 100}xx" if status else "left"
            series = f'styrgraf_requests_total{{door="{door}",method="{method if method in METHODS else "other"}",status="{told}"}}'
            requests[series] += sum(latencies.numbers)
            doors.setdefault(door, Latencies()).add(latencies)
        histograms = {name: value for door, latencies in doors.items() for name, value in _histogram(door, latencies).items()}
        return {"styrgraf_requests_under_way": self.under_way, **requests, **histograms}


def _histogram(door: str, latencies: Latencies) -> Series:
    name, made, total = "styrgraf_request_seconds", Series(), 0
    for bound, number in zip((*map(str, BOUNDS), "+Inf"), latencies.numbers, strict=True):
        total += number
        made[f'{name}_bucket{{door="{door}",le="{bound}"}}'] = total
    return {**made, f'{name}_sum{{door="{door}"}}': round(latencies.seconds, 6), f'{name}_count{{door="{door}"}}': total}
