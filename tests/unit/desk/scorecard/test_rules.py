"""What a figure says beside its target, and what may be said of an effect."""

from fractions import Fraction

import pytest

from weixi.desk.scorecard.rules.figure import (
    LEAST_HELD,
    Among,
    Tone,
    effect_of,
    leagues_of,
    places,
    points,
    tone,
    withheld,
)
from weixi.kernel.terms import OrgLevel

CEILING, FLOOR = "AT_MOST", "AT_LEAST"


@pytest.mark.parametrize(
    ("change", "direction", "means"),
    [
        (Fraction(1, 100), FLOOR, Tone.GOOD),
        (Fraction(-1, 100), FLOOR, Tone.BAD),
        (Fraction(1, 100), CEILING, Tone.BAD),
        (Fraction(-1, 100), CEILING, Tone.GOOD),
        (Fraction(0), CEILING, Tone.EVEN),
        (None, FLOOR, Tone.EVEN),
    ],
)
def test_rising_churn_is_bad_and_rising_completion_is_good(
    change: Fraction | None, direction: str, means: Tone
) -> None:
    assert tone(change, direction) is means


def test_equal_rates_share_the_better_place_and_no_rate_has_none() -> None:
    rates = {"a": Fraction(1, 2), "b": Fraction(1, 3), "c": Fraction(1, 2), "d": None}
    assert places(rates, FLOOR) == {"a": 1, "c": 1, "b": 3}
    assert places(rates, CEILING) == {"b": 1, "a": 2, "c": 2}


def test_points_are_signed() -> None:
    assert points(Fraction(18, 1000)) == "+1.80"
    assert points(Fraction(-1033, 10_000)) == "−10.33"
    assert points(Fraction(0)) == "0.00"
    assert points(Fraction(4, 100_000)) == "+0.004"
    assert points(None) == "—"


def test_each_level_has_its_league() -> None:
    assert leagues_of(OrgLevel.PROVINCE, 1, 3) == (Among.COUNTY, Among.BELOW)
    assert leagues_of(OrgLevel.CITY, 3, 4) == (Among.COUNTY, Among.BESIDE)
    assert leagues_of(OrgLevel.COUNTY, 4, 11) == (Among.BESIDE, Among.BELOW)
    assert leagues_of(OrgLevel.OWNER, 10, 0) == (Among.BESIDE,)
    assert leagues_of(OrgLevel.COUNTY, 1, 0) == ()


def test_the_bounds_of_an_effect_are_newcombes() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table II, method 10: 56/70 − 48/80 = 0.0524 to 0.3339.
    effect = effect_of((56, 70), (48, 80))
    assert effect is not None
    assert effect.difference == Fraction(1, 5)
    assert round(effect.low, 4) == 0.0524
    assert round(effect.high, 4) == 0.3339
    assert effect.is_sure
    assert effect.is_told
    assert effect.per_hundred == "20.0"


def test_a_loss_is_said_without_a_minus() -> None:
    loss, gain = effect_of((300, 1000), (331, 1000)), effect_of((331, 1000), (300, 1000))
    assert loss is not None
    assert gain is not None
    assert (loss.is_loss, loss.per_hundred) == (True, "3.1")
    assert (gain.is_loss, gain.per_hundred) == (False, "3.1")


def test_a_small_hold_out_tells_no_effect_and_none_at_all_has_none() -> None:
    few = effect_of((277, 382), (2, 2))
    assert few is not None
    assert not few.is_told
    assert not few.is_sure
    enough = effect_of((277, 382), (10, LEAST_HELD))
    assert enough is not None
    assert enough.is_told
    assert effect_of((1, 2), (0, 0)) is None
    assert effect_of((0, 0), (1, 2)) is None


def test_units_that_moved_away_are_withheld() -> None:
    paths = {"U1": "P/C/D1/U1/", "U2": "P/C/D2/U2/", "U10": "P/C/D10/U10/"}
    assert withheld(paths, ["U1", "U2", "U10", "gone"], ("P/C/D1/",)) == {"U2", "U10"}
    assert withheld(paths, ["U1", "U2"], ("P/",)) == frozenset()
    assert withheld(paths, ["U1"], ()) == {"U1"}
