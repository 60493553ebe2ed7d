"""How many may leave by chance: true probabilities, months whose windows overlap, and how often the range holds."""

import numpy as np
import pytest

from weixi.flow.score.judged import SURE, LevelHit, overlap
from weixi.kernel.period import Month
from weixi.kernel.terms import WarningLevel

QUARTER = [Month.of(2025, 7), Month.of(2025, 8), Month.of(2025, 9)]
WORLDS = 4_000


def left_in(hazard: np.ndarray, rng: np.random.Generator) -> int:
    """Lines that leave once, counted in each month's window of two months while they are there."""
    gone = np.full(len(hazard), 9)
    for month in range(3, -1, -1):
        gone[rng.random(len(hazard)) < hazard] = month
    return sum(int(((gone >= seen) & (gone < seen + 2)).sum()) for seen in range(3))


def hit(lines: int, left: int, expected: float, error: float) -> LevelHit:
    """The highest level of so many lines."""
    return LevelHit(WarningLevel.RED, lines, left, 0, expected, error, left, lines)


def test_the_range_holds_what_chance_brings() -> None:
    """Three levels together in at least 95 of 100 quarters; without the overlap in far fewer."""
    rng = np.random.default_rng(3)
    levels = [np.full(500, 0.03), np.full(800, 0.015), np.full(1_300, 0.01)]
    held, naive = 0, 0
    for _ in range(WORLDS):
        fine = plain = True
        for hazard in levels:
            # Two months of a hazard; of the lines of a quarter's start, some are gone at its end.
            there = sum(((1 - hazard) ** seen).sum() for seen in range(3))
            chance = 1 - (1 - hazard[0]) ** 2
            spread = there * chance * (1 - chance)
            left = left_in(hazard, rng)
            said = hit(10_000, left, there * chance, (overlap(QUARTER, 2) * spread) ** 0.5)
            fine &= said.is_chance
            plain &= abs(left - said.expected) <= SURE * spread**0.5
        held, naive = held + fine, naive + plain
    assert held / WORLDS == pytest.approx(0.95, abs=0.015)
    assert naive / WORLDS < 0.9


def test_windows_that_do_not_meet_do_not_overlap() -> None:
    assert overlap(QUARTER[:1], 2) == 1
    assert overlap([QUARTER[0], QUARTER[2]], 2) == 1
    assert overlap(QUARTER, 1) == 1
    # Variances 3, and twice two neighbours that share half of a window.
    assert overlap(QUARTER, 2) == pytest.approx(5 / 3)


def test_a_level_beyond_chance_is_said_to_be() -> None:
    def said(left: int) -> LevelHit:
        return hit(500, left, 30.0, 5.0)

    assert [said(left).is_chance for left in (18, 19, 41, 42)] == [False, True, True, False]
    assert hit(3, 0, 1.0, 5.0).chance == (0.0, 3.0)
