"""What one chunk of lines is handed for one month, and the month's sums it gives back."""

from dataclasses import dataclass

import numpy as np

from weixi.demo.events import Log
from weixi.demo.lines import EXITED, NEVER, SUSPENDED, TWO_WAY, Array, Lines, day_number
from weixi.demo.place import Place
from weixi.demo.rates import Rates
from weixi.kernel.period import Month


@dataclass(slots=True)
class Step:
    """One chunk in one month: its lines, its own randomness, its log."""

    month: Month
    lines: Lines
    place: Place
    rates: Rates
    rng: np.random.Generator
    log: Log

    @property
    def first(self) -> int:
        """Day number of the first day."""
        return day_number(self.month.first)

    @property
    def days(self) -> int:
        """Days of the month."""
        return self.month.days

    @property
    def season(self) -> int:
        """Index of the calendar month, January is 0."""
        return self.month.index % 12

    def luck(self) -> Array:
        """One number from 0 to 1 for each line."""
        result: Array = self.rng.random(len(self.lines), dtype=np.float32)
        return result

    def normal(self) -> Array:
        """One standard normal number for each line."""
        result: Array = self.rng.standard_normal(len(self.lines), dtype=np.float32)
        return result

    def day(self, low: int, high: int) -> Array:
        """One day number for each line, from the month's day `low` to its day `high` (or its last)."""
        top = min(high, self.days)
        result: Array = (self.first + self.rng.integers(low - 1, top, len(self.lines))).astype(np.int16)
        return result


@dataclass(slots=True)
class Sums:
    """The month's sums of each line: money in fen, voice in 1/100 minute, data in 1/100 MB."""

    bill: Array
    before: Array
    paid: Array
    voice: Array
    calls: Array
    calls_out: Array
    peers: Array
    data: Array
    sms: Array
    roaming: Array
    complaints: Array

    @classmethod
    def empty(cls, count: int) -> "Sums":
        """Nothing yet, for so many lines."""
        return cls(*(np.zeros(count, dtype=np.int64) for _ in range(11)))


@dataclass(slots=True)
class Fate:
    """Who leaves in the month: the kind of exit (−1: stays) and the day."""

    kind: Array
    day: Array

    @property
    def leaves(self) -> Array:
        """Whether the line leaves."""
        gone: Array = self.kind >= 0
        return gone


def present(step: Step, fate: Fate) -> Array:
    """Share of the month each line was in service; 0 for prospects, exited and stopped ones."""
    lines = step.lines
    start = np.maximum(lines.open_day, step.first)
    end = np.where(fate.leaves, fate.day, step.first + step.days)
    share = np.clip((end - start) / step.days, 0, 1).astype(np.float32)
    off = (lines.status >= EXITED) | (lines.status == TWO_WAY) | (lines.status == SUSPENDED)
    result: Array = np.where(off | (lines.open_day == NEVER), np.float32(0), share)
    return result
