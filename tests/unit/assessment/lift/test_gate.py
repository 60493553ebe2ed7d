"""The gate over the book: a plan judged on what the lot gave out, where the true effect of every offer is known."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from handmade.logged import COST, People, decided, good, lot, month_of, people, wasteful
from weixi.engine import Store
from weixi.flow.assessment import Gate, GateReport, judge_months, policy_value
from weixi.flow.assessment.lift.logged import log_of
from weixi.kernel.errors import DataError
from weixi.kernel.period import Month
from weixi.playbook import Playbook

MAY, JUNE = Month.of(2025, 5), Month.of(2025, 6)


@pytest.mark.parametrize("policy", [good, wasteful])
def test_the_interval_holds_the_truth(policy: Callable[[People], np.ndarray]) -> None:
    coming = people(999, 4_000)
    planned = decided(coming, policy(coming), 0)
    truth = people(998, 200_000).truth(policy)
    held = []
    for seed in range(120):
        tasks = people(seed, 900)
        log, as_planned = log_of(decided(tasks, lot(tasks, seed), seed), planned)
        found = policy_value(log, lambda _, made=as_planned: made, seed=1)
        held.append(found.low_fen <= truth <= found.high_fen)
    assert np.mean(held) == pytest.approx(0.95, abs=3.3 * (0.95 * 0.05 / 120) ** 0.5)


def test_the_policy_is_the_plan_where_its_strata_tell_it() -> None:
    tasks = people(3, 3_000)
    planned = decided(tasks, good(tasks), 0)
    log, as_planned = log_of(planned, planned)
    wanted = as_planned(log.features)
    assert (wanted[np.arange(3_000), good(tasks)] == 1).all()
    assert (log.cost[np.arange(3_000), good(tasks)] == COST[good(tasks)]).all()
    # A pattern of open offers, or a warning, that the plan never met: nothing but what is open is taken.
    strange = replace(planned, kind=np.full(3_000, "complaint", dtype=object))
    log, as_planned = log_of(strange, replace(planned, open=np.ones((3_000, 3), dtype=bool)))
    wanted = as_planned(log.features)
    assert wanted.sum(axis=1) == pytest.approx(np.ones(3_000))
    assert not wanted[~tasks.opened].any()


@pytest.fixture
def judged(store: Store, work_plan: Playbook) -> Callable[..., GateReport]:
    """Judge a policy on so many tasks that the lot decided in May."""
    playbook = replace(work_plan, offers=work_plan.offers[:2])

    def judge(
        policy: Callable[[People], np.ndarray], rows: int, budget_fen: float | None = None
    ) -> GateReport:
        coming, past = people(70, 800), people(71, rows)
        months = []
        if rows:
            months = [month_of(store, MAY, past, lot(past, 71), drawn=True, is_over=True, seed=71)]
        planned = month_of(store, JUNE, coming, policy(coming), drawn=False, is_over=False)
        return judge_months(store, playbook, planned, months, seed=1, budget_fen=budget_fen)

    return judge


@pytest.mark.req("P2")
def test_what_is_shown_better_may_be_published(judged: Callable[..., GateReport]) -> None:
    found = judged(good, 1_500)
    assert found.gate is Gate.PUBLISHED, found.text.zh
    assert found.decision is not None
    value = found.decision.value
    assert value.low_fen < people(998, 200_000).truth(good) < value.high_fen
    assert (found.row_count, found.task_count, found.logged) == (1_500, 800, (MAY,))
    assert found.promised_fen == value.promised_fen == 9_000
    assert "一律只做关怀" in found.text.zh
    costs = COST[good(people(71, 1_500))]
    assert value.cost_fen == pytest.approx(costs.mean(), rel=0.05)


def test_what_may_cost_more_than_its_budget_is_not(judged: Callable[..., GateReport]) -> None:
    assert judged(good, 1_500, budget_fen=100).gate is Gate.OVER_BUDGET


def test_what_the_optimiser_promises_is_no_evidence(judged: Callable[..., GateReport]) -> None:
    """It promises 90 yuan a task; in truth the dear offer loses."""
    assert people(998, 200_000).truth(wasteful) < 0
    found = judged(wasteful, 1_500, budget_fen=1e6)
    assert found.gate is Gate.NOT_SHOWN
    assert "¥90" in found.text.zh


def test_without_a_log_it_says_what_would_show(judged: Callable[..., GateReport]) -> None:
    found = judged(good, 0)
    assert (found.gate, found.decision, found.row_count) == (Gate.NOT_SHOWN, None, 0)
    tasks = people(70, 800)
    spread = tasks.worth**2 * tasks.risk * (1 - tasks.risk) * 2 * tasks.opened.sum(axis=1) * (good(tasks) > 0)
    rows = 2.801585**2 * spread.mean() / 9_000**2
    for need in found.needs:
        assert need.months == pytest.approx(rows / (need.share * 800), rel=1e-4)
    assert "logging_share = 0.02" in found.text.zh
    assert "个月" in found.text.zh


def test_a_log_under_other_offers_is_refused(store: Store, work_plan: Playbook) -> None:
    """Choices are numbered by the playbook's offers: under another one the stored probabilities are not the lot's."""
    past, coming = people(71, 200), people(70, 200)
    month = month_of(store, MAY, past, lot(past, 1), drawn=True, is_over=True)
    planned = month_of(store, JUNE, coming, good(coming), drawn=False, is_over=False)
    same, other = (replace(work_plan, offers=work_plan.offers[:count]) for count in (2, 1))
    assert judge_months(store, same, planned, [month], seed=1).row_count == 200
    with pytest.raises(DataError, match=r"lift\.propensity"):
        judge_months(store, other, planned, [month], seed=1)
