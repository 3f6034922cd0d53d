"""From samples to figures: medians, spreads, ratios of one run, and which bars they meet.

The rules of reading, in one place: within a process the shortest of several loops counts, for a neighbour on the machine can
only lengthen one; over the rounds the median counts, with smallest and largest beside it; a ratio is formed inside each round,
from two processes that ran one after the other, before its median is taken. It knows neither processes nor tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """A median over the rounds, and between which values it lies."""

    middle: float
    low: float
    high: float


def figure(samples: list[float]) -> Figure:
    return Figure(median(samples), min(samples), max(samples))


def ratio(upper: list[float] | None, lower: list[float] | None) -> Figure | None:
    """upper / lower round by round; None if one side is missing."""
    if not upper or not lower:
        return None
    return figure([a / b for a, b in zip(upper, lower)])


@dataclass(frozen=True)
class Bar:
    """What a ratio must reach, as the issues have it: at most or at least a number."""

    limit: float
    at_most: bool

    def met(self, value: Figure) -> bool:
        return value.middle <= self.limit if self.at_most else value.middle >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.limit:.3g}"


TO_FLOOR = {"plain": Bar(1.25, True), "method": Bar(1.5, True), "buffer": Bar(1.2, True)}
# libffi at most 1.3 times PyGObject's time, read the other way round.
FFI_TO_PEER = Bar(1 / 1.3, False)
COLD = Bar(1.0, True)
IMPORT_TIME = Bar(0.5, True)
IMPORT_MEMORY = Bar(0.7, True)
GTK_MEMORY = Bar(0.85, True)
# Until the first frame of a small program.
WINDOW_TIME = Bar(1.05, True)
