"""How many people a hold-out needs, against published figures and against simulated trials."""

import numpy as np
import pytest
from scipy import stats

from weixi.flow.score.uplift.power import hold_out_needs, need, smallest_effect


@pytest.mark.parametrize(
    # Fleiss, Levin, Paik 2003, without continuity correction, unpooled variance.
    ("base", "effect", "each"),
    [(0.5, 0.1, 385), (0.9, 0.05, 432), (0.1, 0.1, 197)],
)
def test_equal_arms_need_what_the_tables_say(base: float, effect: float, each: int) -> None:
    found = need(base, effect, 0.5)
    assert abs(found.treated_count - each) <= 2
    assert abs(found.control_count - each) <= 2


def test_a_trial_of_that_size_shows_the_effect_four_times_in_five() -> None:
    found = need(0.95, 0.01, 0.1)
    rng = np.random.default_rng(1)
    on = rng.binomial(found.treated_count, 0.96, 4_000) / found.treated_count
    off = rng.binomial(found.control_count, 0.95, 4_000) / found.control_count
    error = np.sqrt(on * (1 - on) / found.treated_count + off * (1 - off) / found.control_count)
    shown = np.mean(np.abs(on - off) / error > stats.norm.isf(0.025))
    assert shown == pytest.approx(0.8, abs=0.03)


def test_a_smaller_hold_out_needs_more_people_in_all() -> None:
    needs = [n for n in hold_out_needs(0.97) if n.effect == pytest.approx(0.006)]
    assert [n.share for n in needs] == [0.02, 0.05, 0.1]
    totals = [n.treated_count + n.control_count for n in needs]
    assert totals == sorted(totals, reverse=True)
    assert needs[0].control_count / totals[0] == pytest.approx(0.02, rel=1e-3)


def test_the_smallest_effect_is_the_one_that_so_many_would_show() -> None:
    found = need(0.95, 0.004, 0.05)
    assert smallest_effect(0.95, found.treated_count, found.control_count) == pytest.approx(0.004, rel=0.05)
