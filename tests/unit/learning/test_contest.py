"""Who takes office: one that is truly better, hardly ever one that is not, nobody against a person's word."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from weixi.flow.learning import Contest, Rates, Rows, hold
from weixi.flow.learning.contest import needed_errors
from weixi.flow.learning.profit import Floats
from weixi.flow.score import Placing

RATES = Rates(offer_cost_fen=2_000.0, contact_cost_fen=100.0, taken_rate=0.25, alpha=6.0, beta=14.0)
LINES, MONTHS = 700, 3


def world(seed: int, noises: dict[str, float], kept_share: float = 1.0) -> tuple[dict[str, Floats], Rows]:
    """Lines observed in three months, whose risk is their own, and scores that see it through so much noise."""
    rng = np.random.default_rng(seed)
    risk = np.repeat(rng.normal(-1.5, 1.0, LINES), MONTHS) + rng.normal(0, 0.2, LINES * MONTHS)
    label = (rng.random(len(risk)) < expit(risk)).astype(np.int64)
    margins = {
        name: risk * (1 / (1 + noise**2))
        - 1.5 * noise**2 / (1 + noise**2)
        + rng.normal(0, noise, len(risk)) * 0.5
        for name, noise in noises.items()
    }
    value = np.repeat(rng.lognormal(10.3, 0.5, LINES), MONTHS)
    return margins, Rows(label, np.repeat(np.arange(LINES), MONTHS), value, kept_share)


def run(seed: int, noises: dict[str, float], *, is_held: bool = False) -> Contest:
    margins, rows = world(seed, noises)
    return hold(margins, rows, RATES, "single", is_held=is_held)


def test_equals_are_not_promoted() -> None:
    """Three challengers as good as the champion: one of them takes office in at most one month of twenty."""
    noises = {"single": 0.7, "trio": 0.7, "stack": 0.7, "stack_catboost": 0.7}
    promoted = sum(run(seed, noises).in_office != "single" for seed in range(400))
    assert promoted <= 0.05 * 400


def test_a_better_one_is_promoted() -> None:
    promoted = sum(run(seed, {"single": 1.2, "stack": 0.2}).in_office == "stack" for seed in range(100))
    assert promoted >= 90


def test_a_person_is_stronger() -> None:
    found = run(1, {"single": 1.2, "stack": 0.2}, is_held=True)
    assert found.in_office == "single"
    assert {each.recipe: each.placing for each in found.judged} == {
        "single": Placing.CHAMPION,
        "stack": Placing.HELD,
    }


def test_of_two_better_ones_the_best() -> None:
    found = run(2, {"single": 1.5, "trio": 0.6, "stack": 0.0})
    assert {each.recipe: each.placing for each in found.judged} == {
        "single": Placing.CHAMPION,
        "trio": Placing.SECOND,
        "stack": Placing.PROMOTED,
    }
    assert found.in_office == "stack"


def test_better_without_profit_is_not_promoted() -> None:
    """A challenger that is right about the cheap lines alone and shy of the dear ones is better and earns less."""
    margins, cheap = world(4, {"single": 0.0})
    truth = margins["single"]
    dear = cheap.value_fen > np.quantile(cheap.value_fen, 0.97)
    rows = replace(cheap, value_fen=np.where(dear, 60 * cheap.value_fen, cheap.value_fen))
    margins = {
        "single": np.where(dear, truth, truth.mean()),
        "stack": np.where(dear, truth - 7, truth),
    }
    found = hold(margins, rows, RATES, "single")
    [stack] = [each for each in found.judged if each.recipe == "stack"]
    assert stack.loss.mean > found.needed * stack.loss.error
    assert stack.profit.mean < 0
    assert (stack.placing, found.in_office) == (Placing.NO_PROFIT, "single")


def test_kept_stayers_stand_for_all() -> None:
    """Stayers kept in part, weighed and with their prior put right, give the profit of all rows."""
    margins, rows = world(5, {"single": 0.3})
    whole = hold(margins, rows, RATES, "single").judged[0].profit_fen
    rng = np.random.default_rng(1)
    found = []
    for _ in range(30):
        kept = np.flatnonzero((rows.label == 1) | (rng.random(len(rows.label)) < 0.5))
        part = Rows(rows.label[kept], rows.line[kept], rows.value_fen[kept], 0.5)
        shifted = {"single": margins["single"][kept] - np.log(0.5)}
        found.append(hold(shifted, part, RATES, "single").judged[0].profit_fen)
    assert np.mean(found) == pytest.approx(whole, rel=0.05)


def test_more_challengers_need_more() -> None:
    assert (needed_errors(0), needed_errors(1)) == (2.0, 2.0)
    assert needed_errors(3) == pytest.approx(2.394, abs=0.001)
