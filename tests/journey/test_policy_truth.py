"""A month's allocation on a simulated operator, learnt from random logging and judged by the true effects."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks.policy.believe import judged_by, true_of
from benchmarks.policy.choose import RULES, Judged, Limits, allocated, ruled, set_limits
from benchmarks.policy.learn import draw, learn
from benchmarks.policy.world import Fit, World, make_world

from weixi.playbook import Playbook


@pytest.fixture(scope="module")
def world(work_plan: Playbook, tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(work_plan, Fit.ANSWERING, 8_000, 5, 3, tmp_path_factory.mktemp("policy"))


@pytest.fixture(scope="module")
def judged(world: World) -> Judged:
    """What is believed of the coming month after the logged ones."""
    drawn = draw(world.logged, 3)
    return judged_by("believed", world, drawn, learn(world, drawn, seed=3, folds=2))


def used(
    world: World, judged: Judged, choice: np.ndarray
) -> tuple[float, int, np.ndarray, np.ndarray, float]:
    """What a plan uses of money and contacts, of minutes and money by county, and what it is thought to bring."""
    at = np.flatnonzero(choice >= 0)
    offer, county = choice[at], world.coming.county[at]
    assert judged.may[at, offer].all()
    cost = np.rint(judged.cost[at, offer])
    counties = int(world.coming.county.max()) + 1
    return (
        float(cost.sum()), len(at), np.bincount(county, judged.minutes[offer], counties),
        np.bincount(county, cost, counties), float(judged.value[at, offer].sum()),
    )  # fmt: skip


def keeps(limits: Limits, of: tuple[float, int, np.ndarray, np.ndarray, float]) -> bool:
    money, contacts, minutes, county_money, _ = of
    return (
        money <= limits.money
        and contacts <= limits.contacts
        and all(minutes[county] <= bound for county, bound in limits.minutes.items())
        and all(county_money[county] <= bound for county, bound in limits.county_money.items())
    )


@pytest.mark.parametrize("short", ["all", "money"])
def test_the_allocation_keeps_the_limits_and_beats_the_rules_of_thumb(
    world: World, judged: Judged, short: str, tmp_path: Path
) -> None:
    limits, truth = set_limits(world.coming, judged, short), true_of(world)
    codes = [offer.code for offer in world.offers]
    best = allocated(world.coming, judged, limits, codes, tmp_path / "ours")
    mine = used(world, judged, best)
    assert keeps(limits, mine)
    rules = {rule: ruled(world.coming, judged, limits, rule) for rule in RULES}
    for rule, choice in rules.items():
        theirs = used(world, judged, choice)
        assert keeps(limits, theirs), rule
        assert mine[-1] > theirs[-1], rule

    def realised(choice: np.ndarray) -> float:
        at = np.flatnonzero(choice >= 0)
        return float(truth.value[at, choice[at]].sum())

    oracle = allocated(world.coming, truth, limits, codes, tmp_path / "oracle")
    # What is done on estimates may spend more in truth than the limits say; one who knows keeps them in truth.
    assert keeps(limits, used(world, truth, oracle))
    assert realised(oracle) > realised(best) > max(realised(rules[rule]) for rule in ("risk", "uplift"))
