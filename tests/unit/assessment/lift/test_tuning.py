"""What a change of the playbook brought: means of months by what they tell, on figures worked by hand."""

import pytest

from weixi.flow.assessment import Tuned, turns
from weixi.kernel.period import Month

pytestmark = pytest.mark.req("P2")
EDGE = 1.959963984540054


def entry(number: int, effect: float | None, error: float = 1.0, *, is_turn: bool = False) -> Tuned:
    low, high = (None, None) if effect is None else (effect - EDGE * error, effect + EDGE * error)
    return Tuned(Month.of(2025, number), "p", is_turn, None, 900, 100, 700, effect, low, high)


def test_months_of_one_playbook_are_weighted_by_what_they_tell() -> None:
    course = (entry(1, 2.0, 1.0), entry(2, 5.0, 2.0), entry(3, 6.0, 0.5, is_turn=True), entry(4, None))
    (turn,) = turns(course)
    # Weights 1 and 1/4: (2 + 5/4) / (5/4) = 2.6, of variance 4/5.
    assert turn.entry == Month.of(2025, 3)
    assert turn.before == pytest.approx(2.6)
    assert turn.after == pytest.approx(6.0)
    assert turn.change == pytest.approx(3.4)
    half = EDGE * (0.8 + 0.25) ** 0.5
    assert (turn.low, turn.high) == pytest.approx((3.4 - half, 3.4 + half))
    assert turn.is_better


def test_each_version_stands_against_the_one_before_it() -> None:
    course = (
        entry(1, 4.0),
        entry(2, 3.0, is_turn=True),
        entry(3, None, is_turn=True),
        entry(4, 1.0, is_turn=True),
    )
    (turn,) = turns(course)
    assert (turn.before, turn.after) == pytest.approx((4.0, 3.0))
    assert not turn.is_better
    assert turns(course[:1]) == ()
    assert turns(()) == ()
