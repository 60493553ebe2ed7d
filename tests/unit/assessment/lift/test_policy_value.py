"""The value of a policy before launch, where the logged rows come from a known truth."""

from dataclasses import replace

import numpy as np
import pytest

from weixi.flow.assessment import Gate, LoggedRows, decide_publication, policy_value, ridge_model
from weixi.kernel.errors import DataError

OFFERS = 12


def world(
    seed: int, rows: int, worth: np.ndarray, noise: float, lines: int = 1
) -> tuple[LoggedRows, np.ndarray]:
    """Logged rows and the true mean of every action for each of them, fen; action 0 is no contact.

    The logging prefers action 1 for the first half of the first feature, and draws all others alike.
    """
    rng = np.random.default_rng(seed)
    kinds = len(worth)
    features = rng.normal(size=(rows, 5))
    household = np.arange(rows) // lines
    truth = 50 + 8 * features[:, [1]] + worth + np.where(features[:, [2]] > 0, 1, -1) * worth * 0.5
    propensity = np.full((rows, kinds), 0.3 / kinds)
    propensity[np.arange(rows), (features[:, 0] > 0).astype(int)] += 0.7
    action = (rng.random((rows, 1)) > propensity.cumsum(axis=1)).sum(axis=1).clip(max=kinds - 1)
    common = rng.normal(size=household.max() + 1)[household]
    reward = truth[np.arange(rows), action] + noise * (rng.normal(size=rows) + common * (lines > 1))
    cost = np.tile(np.arange(kinds) * 10.0, (rows, 1))
    return LoggedRows(features, action, propensity, reward, cost, household), truth


def always(action: int, kinds: int):
    return lambda log: lambda features: np.tile(np.eye(kinds)[action], (len(features), 1))


def greedy(log: LoggedRows):
    """The optimiser: each row gets the action whose predicted reward is the highest."""
    predict = ridge_model(log)
    return lambda features: np.eye(log.propensity.shape[1])[predict(features).argmax(axis=1)]


def blind(log: LoggedRows):
    """A model that knows nothing."""
    return lambda features: np.zeros((len(features), log.propensity.shape[1]))


@pytest.mark.parametrize("model", [ridge_model, blind])
def test_the_interval_holds_the_truth_in_95_of_100_logs(model) -> None:
    held = []
    for seed in range(300):
        log, _ = world(seed, 800, np.array([0.0, 3.0, -2.0, 5.0]), noise=20.0)
        found = policy_value(log, always(3, 4), seed=1, model=model)
        # Of all such people, half have 1.5 times the effect of action 3, half 0.5 times.
        held.append(found.low_fen <= 5.0 <= found.high_fen)
    assert np.mean(held) == pytest.approx(0.95, abs=3.3 * (0.95 * 0.05 / 300) ** 0.5)


def test_lines_of_one_household_are_taken_together() -> None:
    worth = np.array([0.0, 0.0, 0.0])
    log, _ = world(3, 4_000, worth, noise=20.0, lines=4)
    # All lines of a household get the same action, as a task does.
    first = log.household * 4
    log = replace(log, action=log.action[first], propensity=log.propensity[first])
    together = policy_value(log, always(2, 3), seed=1)
    apart = policy_value(replace(log, household=np.arange(4_000)), always(2, 3), seed=1)
    assert together.household_count == 1_000
    assert together.high_fen - together.low_fen > 1.15 * (apart.high_fen - apart.low_fen)


def test_a_model_makes_it_surer() -> None:
    log, _ = world(5, 20_000, np.array([0.0, 3.0, -2.0, 5.0]), noise=10.0)
    unseeing, seeing = (
        policy_value(log, always(3, 4), seed=1, model=model) for model in (blind, ridge_model)
    )
    assert seeing.high_fen - seeing.low_fen < 0.5 * (unseeing.high_fen - unseeing.low_fen)


def test_the_optimisers_own_objective_is_no_evidence() -> None:
    """Twelve offers that all lose money: the optimiser promises a gain every time, and the gate refuses."""
    worth = np.concatenate([[0.0], np.full(OFFERS, -40.0)])
    gates = []
    for seed in range(30):
        log, truth = world(seed, 5_000, worth, noise=900.0)
        chosen = greedy(log)(log.features)
        assert ((chosen * truth).sum(axis=1) - truth[:, 0]).mean() < -20
        found = policy_value(log, greedy, seed=1)
        assert found.promised_fen > 50
        gates.append(decide_publication(found, budget_fen=10_000).gate)
    # One in forty slips through at this level; more than three of thirty would be chance once in a hundred runs.
    assert gates.count(Gate.PUBLISHED) <= 3


def test_a_refusal_says_why() -> None:
    log, _ = world(4, 5_000, np.concatenate([[0.0], np.full(OFFERS, -40.0)]), noise=900.0)
    refused = decide_publication(policy_value(log, greedy, seed=1), budget_fen=10_000)
    assert refused.gate is Gate.NOT_SHOWN
    assert "尚不能证明更好" in refused.text.zh
    assert "no evidence" in refused.text.en


def test_a_policy_that_is_better_is_published_within_its_budget() -> None:
    log, truth = world(9, 20_000, np.array([0.0, 10.0, -30.0, 60.0]), noise=100.0)
    found = policy_value(log, greedy, seed=1)
    best = float((truth.max(axis=1) - truth[:, 0]).mean())
    assert 0 < found.low_fen <= best
    assert found.cost_fen == pytest.approx(30, abs=1)
    assert decide_publication(found, budget_fen=31).gate is Gate.PUBLISHED
    over = decide_publication(found, budget_fen=found.cost_high_fen - 0.01)
    assert over.gate is Gate.OVER_BUDGET
    assert "¥" in over.text.zh


def test_what_was_never_drawn_cannot_be_judged() -> None:
    log, _ = world(2, 500, np.array([0.0, 1.0, 2.0]), noise=1.0)
    closed = log.propensity.copy()
    closed[:, 0] += closed[:, 2]
    closed[:, 2] = 0
    log = replace(log, propensity=closed, action=np.where(log.action == 2, 0, log.action))
    with pytest.raises(DataError, match="never drawn"):
        policy_value(log, always(2, 3), seed=1)
    assert np.isfinite(policy_value(log, always(1, 3), seed=1).effect_fen)
    with pytest.raises(DataError, match="propensities"):
        policy_value(replace(log, propensity=closed * 2), always(1, 3), seed=1)
