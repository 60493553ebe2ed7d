"""What a group of a trial proves where leaving is rare."""

from itertools import product

import numpy as np
import pytest

from weixi.flow.score.uplift.evidence import FEWEST_OF_A_GROUP, Effect, weigh

TABLES, GROUPS = 600, 9
TREATED, CONTROL, LEAVING = 390, 97, 0.03


def verdicts(rng: np.random.Generator, leaving: tuple[float, float]) -> list[tuple[str, ...]]:
    """The verdicts of TABLES trials whose arms (control, treated) leave so often; no model knows anything."""
    group = np.repeat(np.arange(GROUPS), TREATED + CONTROL)
    treated = np.tile(np.arange(TREATED + CONTROL) < TREATED, GROUPS)
    share = TREATED / (TREATED + CONTROL)
    names, told = [f"group {k}" for k in range(GROUPS)], []
    for _ in range(TABLES):
        stays = (rng.random(len(group)) >= np.where(treated, leaving[1], leaving[0])).astype(np.float64)
        mean = stays.mean()
        robust = np.where(treated, (stays - mean) / share, (mean - stays) / (1 - share))
        found = weigh(group, names, np.zeros(len(group)), robust, treated, stays)
        told.append(tuple(each.effect.value for each in found))
    return told


def test_few_leavers_do_not_prove_that_contact_harms() -> None:
    """Without any effect: harm is said in at most one table of forty, help in as few, as the level promises."""
    told = verdicts(np.random.default_rng(5), (LEAVING, LEAVING))
    for wrong in (Effect.HARMS, Effect.HELPS):
        tables = sum(wrong.value in table for table in told)
        assert tables / TABLES <= 0.025 + 2.6 * (0.025 * 0.975 / TABLES) ** 0.5


def test_harm_that_is_there_is_found() -> None:
    told = verdicts(np.random.default_rng(6), (0.03, 0.20))
    assert np.mean([effect == Effect.HARMS for table in told for effect in table]) > 0.9


@pytest.mark.parametrize(("left_control", "left_treated"), list(product((0, 1, 5), (0, 12, 40))))
def test_the_error_of_a_group_is_the_wider_of_two_that_allow_for_few(
    left_control: int, left_treated: int
) -> None:
    treated = np.arange(TREATED + CONTROL) < TREATED
    stays = np.ones(TREATED + CONTROL)
    stays[:left_treated], stays[TREATED : TREATED + left_control] = 0.0, 0.0
    share = TREATED / (TREATED + CONTROL)
    on, off = stays[treated].mean(), stays[~treated].mean()
    # Models that know each arm's mean: the doubly robust mean is the plain difference.
    robust = on - off + np.where(treated, (stays - on) / share, (off - stays) / (1 - share))
    group = np.zeros(len(stays), dtype=np.int64)
    (found,) = weigh(group, ["all"], np.zeros(len(stays)), robust, treated, stays)
    # One group: z is 1.96, so that 0.96 cases of either outcome are added to both arms.
    more, on_rows, off_rows = 1.96**2 / 4, TREATED + 1.96**2 / 2, CONTROL + 1.96**2 / 2
    p, q = (left_treated + more) / on_rows, (left_control + more) / off_rows
    apart = p * (1 - p) / on_rows + q * (1 - q) / off_rows
    both = (left_treated + left_control) / (TREATED + CONTROL)
    error = max(apart, both * (1 - both) * (1 / TREATED + 1 / CONTROL)) ** 0.5
    assert found.found is not None
    assert found.found.value == pytest.approx(on - off)
    assert found.found.se == pytest.approx(error, rel=0.01)


def test_a_group_with_too_few_rows_tells_nothing() -> None:
    rows = 2 * FEWEST_OF_A_GROUP
    treated = np.arange(rows) <= FEWEST_OF_A_GROUP
    stays = np.where(treated, 0.0, 1.0)
    (found,) = weigh(np.zeros(rows, dtype=np.int64), ["all"], stays, 0 - stays, treated, stays)
    assert (found.found, found.effect) == (None, Effect.UNPROVEN)
