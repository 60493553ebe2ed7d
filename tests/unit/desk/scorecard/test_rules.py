"""What a figure says beside its target, and what may be said of an effect."""

from fractions import Fraction

import pytest

from weixi.desk.scorecard.rules.figure import (
    Among,
    Tone,
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


def test_units_that_moved_away_are_withheld() -> None:
    paths = {"U1": "P/C/D1/U1/", "U2": "P/C/D2/U2/", "U10": "P/C/D10/U10/"}
    assert withheld(paths, ["U1", "U2", "U10", "gone"], ("P/C/D1/",)) == {"U2", "U10"}
    assert withheld(paths, ["U1", "U2"], ("P/",)) == frozenset()
    assert withheld(paths, ["U1"], ()) == {"U1"}
