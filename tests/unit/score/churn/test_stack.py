"""The stack against a known truth: honest out of fold, no worse than its members, the same for the same seed."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from unit.score.churn.tables import made, truth
from weixi.flow.score.churn.blend import learn_blend
from weixi.flow.score.churn.budget import choose_members
from weixi.flow.score.churn.frame import Frame, Words
from weixi.flow.score.churn.member import MEMBERS, SHALLOW, Member
from weixi.flow.score.churn.metric import calibration, calibration_error
from weixi.flow.score.churn.net import NET
from weixi.flow.score.churn.stack import AT_ONCE, Stack, fit_stack, folds_of

TRAIN, LABEL = made(2_500, seed=1)
FRESH, CAME = made(8_000, seed=2)
QUICK = {
    **{member.name: member for member in MEMBERS if member.name in ("logistic", "splines")},
    "shallow": Member("shallow", (60, 160), 1, SHALLOW),
}


def few(*names: str) -> tuple[Member, ...]:
    return tuple(QUICK[name] for name in names or QUICK)


@pytest.fixture(scope="module")
def stack() -> Stack:
    return fit_stack(TRAIN, LABEL, few(), seed=3, threads=1)


def test_comes_near_the_truth(stack: Stack) -> None:
    best = roc_auc_score(CAME, truth(FRESH))
    found = roc_auc_score(CAME, stack.margins(FRESH))
    alone = [roc_auc_score(CAME, part.margins(FRESH)) for part in stack.parts]
    assert found > best - 0.02
    assert found > max(alone) - 0.002


def test_says_what_comes(stack: Stack) -> None:
    assert calibration_error(calibration(CAME, stack.probability(FRESH))) < 0.03


def test_out_of_fold_is_as_good_as_new_rows(stack: Stack) -> None:
    # The standard error of an AUC on 2,500 rows is 0.01.
    assert roc_auc_score(LABEL, stack.oof) == pytest.approx(
        roc_auc_score(CAME, stack.margins(FRESH)), abs=0.025
    )


def test_a_row_scores_alike_among_many(stack: Stack) -> None:
    """More rows than are scored at a time; every one as in a table of its own size."""
    rows = np.arange(AT_ONCE + 500) % FRESH.rows
    many, alone = stack.margins(FRESH.take(rows)), stack.margins(FRESH)
    assert many == pytest.approx(alone[rows], rel=1e-9)


def test_learns_nothing_from_nothing() -> None:
    noise = np.random.default_rng(4).permutation(LABEL)
    blind = fit_stack(TRAIN, noise, few("logistic", "shallow"), seed=3, threads=1)
    assert roc_auc_score(noise, blind.oof) < 0.53


def test_same_seed_same_score(stack: Stack) -> None:
    rows = FRESH.take(np.arange(500))
    again = fit_stack(TRAIN, LABEL, few(), seed=3, threads=1)
    assert np.array_equal(again.margins(rows), stack.margins(rows))
    other = fit_stack(TRAIN, LABEL, few("shallow"), seed=4, threads=1)
    assert not np.array_equal(other.parts[0].margins(rows), stack.parts[-1].margins(rows))


def test_the_network_goes_the_same_way_twice() -> None:
    rows = np.arange(400)
    part = TRAIN.take(rows)
    one, two = (NET.fit(part, LABEL[rows], (2, 4), 7, 1).margins(FRESH) for _ in range(2))
    assert np.array_equal(one, two)


def test_words_and_holes_never_seen(stack: Stack) -> None:
    numbers = {name: np.full(3, np.nan) for name in TRAIN.numbers}
    strange = Frame(numbers, {"town": Words(("", "moon"), np.array([0, 1, 1]))}, 3)
    found = stack.probability(strange)
    assert ((found > 0) & (found < 1)).all()


def test_equal_rows_stay_together() -> None:
    groups = np.repeat(np.arange(500), 5)
    for train, test in folds_of(LABEL, groups, 5, seed=1):
        assert not set(groups[train]) & set(groups[test])
        assert LABEL[test].mean() == pytest.approx(LABEL.mean(), abs=0.05)


def test_shares_add_up() -> None:
    alone = fit_stack(TRAIN, LABEL, few("shallow"), seed=3, threads=1)
    rows = FRESH.take(np.arange(50))
    shares = alone.contributions(rows)
    total = np.sum(list(shares.values()), axis=0)
    # SHAP values and one constant make the member's log odds.
    rest = alone.blend.weights[0] * alone.parts[0].margins(rows) - total
    assert rest == pytest.approx(np.full(50, rest[0]), abs=1e-6)
    assert np.abs(shares["noise"]).mean() < np.abs(shares["use"]).mean() / 3


def test_a_blend_is_never_negative_and_calibrates() -> None:
    rng = np.random.default_rng(8)
    signal, other = rng.normal(size=(2, 20_000))
    label = (rng.random(20_000) < 1 / (1 + np.exp(-(0.7 * signal + 0.3 * other - 1)))).astype(np.int64)
    found = learn_blend(np.column_stack([2 * signal, -other]), label, pulls=[0.0])
    assert found.weights[1] == 0
    assert 2 * found.weights[0] == pytest.approx(0.7, abs=0.05)
    assert found.intercept == pytest.approx(-1, abs=0.05)


def test_a_short_budget_drops_the_dearest_first() -> None:
    whole = choose_members(MEMBERS, 10_000, 50, 25, None)
    assert whole.left_out == ()
    part = choose_members(MEMBERS, 10_000, 50, 25, whole.expected_seconds * 0.8)
    assert part.left_out == ("regularised",)
    least = choose_members(MEMBERS, 10_000, 50, 25, 0.001)
    assert len(least.members) == 1
    assert set(least.left_out) | {least.members[0].name} == {member.name for member in MEMBERS}
