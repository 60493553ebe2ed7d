"""Other values of a figure: planted ones are found, null ones hardly ever, the sums again in plain loops."""

from dataclasses import fields
from math import sqrt

import numpy as np
import pytest

from weixi.flow.learning import Outcome, Values, confirm, gains

HOUSES, FIGURES = 900, 4


def world(seed: int, better: float = 1.0) -> list[Values]:
    """Lines of households over a quarter; four figures with three values each: narrower, wider, much wider.

    Whoever leaves loses an amount of his own; the lines that the first figure's wider values add leave `better` times
    as often as all others.
    """
    rng = np.random.default_rng(seed)
    household = np.repeat(np.arange(HOUSES), rng.integers(1, 4, HOUSES))
    lines = len(household)
    half = (rng.random(HOUSES) < 0.5).astype(np.int64)[household]
    # People of one household tend to leave together.
    shared = rng.random(HOUSES)[household]
    luck = np.where(rng.random(lines) < 0.4, shared, rng.random(lines))
    places = rng.random((lines, FIGURES))
    wide = (places[:, 0] > 0.5) & (places[:, 0] < 0.7)
    left = luck < np.where(wide, 0.15 * better, 0.15)
    loss = left * rng.lognormal(0, 1, lines)
    listed = (places < 0.5).any(axis=1)
    found = []
    for figure in range(FIGURES):
        own = places[:, figure] < 0.5
        change = np.column_stack(
            [
                -((places[:, figure] > 0.3) & own).astype(np.int64),
                ((places[:, figure] < 0.7) & ~own).astype(np.int64),
                ((places[:, figure] < 0.9) & ~own).astype(np.int64),
            ]
        )
        found.append(Values(household, half, loss, listed, own, change))
    return found


def test_where_nothing_is_better_nothing_is_proposed() -> None:
    """Twelve values looked at, in each of 300 quarters in which none is better."""
    wrong = sum(any(each.outcome is Outcome.BETTER for each in confirm(world(seed))) for seed in range(300))
    assert wrong <= 0.05 * 300


def test_a_planted_value_is_found() -> None:
    right = 0
    for seed in range(60):
        found = confirm(world(seed, better=3.0))
        right += found[0].outcome is Outcome.BETTER and found[0].place in (1, 2)
    assert right >= 54


def test_too_few_leavers_say_nothing() -> None:
    few = world(1, better=3.0)[0]
    kept = few.household < 60
    part = Values(*(getattr(few, each.name)[kept] for each in fields(Values)))
    assert confirm([part])[0].outcome is Outcome.TOO_FEW


def test_gain_in_plain_loops() -> None:
    values = world(7)[1]
    for half in (0, 1):
        rows = [k for k in range(len(values.half)) if values.half[k] == half]
        of_list = [values.loss_fen[k] for k in rows if values.listed[k]]
        price = sum(of_list) / len(of_list)
        for column, found in enumerate(gains(values, half)):
            change = {k: int(values.change[k, column]) for k in rows}
            fen = sum(change[k] * (values.loss_fen[k] - price) for k in rows)
            longer = sum(change.values()) / len(of_list)
            houses: dict[int, float] = {}
            for k in rows:
                weight = change[k] - longer * bool(values.listed[k])
                home = int(values.household[k])
                houses[home] = houses.get(home, 0.0) + weight * (values.loss_fen[k] - price)
            assert found.fen == pytest.approx(fen)
            assert found.error == pytest.approx(sqrt(sum(each**2 for each in houses.values())))
            assert found.leavers == sum(change[k] != 0 and values.loss_fen[k] > 0 for k in rows)


def test_narrower_must_drop_the_worse_part() -> None:
    """A cheap warning beside a dear list gains by any cut; one that drops its own best lines is not proposed."""
    rng = np.random.default_rng(2)
    lines = 4_000
    place = rng.random(lines)
    own = place < 0.5
    left = rng.random(lines) < np.where(place < 0.25, 0.1, np.where(own, 0.2, 0.6))
    change = -((place >= 0.25) & own).astype(np.int64)[:, None]
    half = (np.arange(lines) % 2).astype(np.int64)
    values = Values(np.arange(lines), half, left.astype(np.float64), np.ones(lines, np.bool_), own, change)
    assert gains(values, 1)[0].z > 5
    assert confirm([values])[0].outcome is Outcome.NOT_BETTER
