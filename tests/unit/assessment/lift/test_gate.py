"""The gate over the book: a plan judged on what the lot gave out, where the true effect of every offer is known."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pytest

from handmade.tables import put
from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Store, Table
from weixi.flow.assessment import Gate, GateReport, PlannedMonth, judge_months, policy_value
from weixi.flow.assessment.lift.logged import Decided, log_of
from weixi.flow.decision import PLAN
from weixi.flow.outcome import FACT, OUTCOME
from weixi.kernel.errors import DataError
from weixi.kernel.period import Month
from weixi.playbook import Playbook

ALLOTTED = Table(
    name="allocation",
    grain="one task and what was chosen for it",
    partition=("month",),
    key=("subscriber_id",),
    columns=(
        *(
            Column(name, T.BIGINT, name, required=True)
            for name in ("subscriber_id", "value_fen", "cost_fen", "worth_fen", "open_bits")
        ),
        Column("choice", T.INTEGER, "choice", required=True),
        Column("is_drawn", T.BOOLEAN, "drawn", required=True),
        Column("propensity_ppm", T.INTEGER, "propensity"),
        Column("risk_ppm", T.BIGINT, "risk"),
    ),
)
"""The columns of ALLOCATION that the gate reads."""

MAY, JUNE = Month.of(2025, 5), Month.of(2025, 6)
SAVED = np.array([[0.1, 0.7, 0.2], [0.1, 0.0, 0.0]])
"""Of those who would leave, the share that care and two offers keep: of the first warning's tasks, of the second's."""
COST = np.array([0.0, 500.0, 2_000.0])
AGREE = 0.5
KINDS = np.array(["contract_expiring", "usage_drop"])


@dataclass(frozen=True)
class People:
    """Tasks of which everything is known: kind 0 or 1, open actions, risk, worth."""

    kind: np.ndarray
    opened: np.ndarray
    risk: np.ndarray
    worth: np.ndarray

    def truth(self, policy: Callable[["People"], np.ndarray]) -> float:
        """The true mean gain of the policy over care alone."""
        chosen, at = policy(self), np.arange(len(self.risk))
        saved = (SAVED[self.kind, chosen] - SAVED[self.kind, 0]) * self.risk * self.worth
        return float((saved - AGREE * COST[chosen])[at].mean())


def people(seed: int, count: int) -> People:
    rng = np.random.default_rng(seed)
    opened = np.column_stack([np.ones(count, dtype=bool), rng.random((count, 2)) < 0.8])
    return People(
        rng.integers(0, 2, count), opened, rng.uniform(0.1, 0.5, count), rng.uniform(1e4, 4e4, count).round()
    )


def good(tasks: People) -> np.ndarray:
    """The first offer where it helps and is open, care for the others."""
    return np.where((tasks.kind == 0) & tasks.opened[:, 1], 1, 0)


def wasteful(tasks: People) -> np.ndarray:
    """The dear offer for whoever may have it."""
    return np.where(tasks.opened[:, 2], 2, 0)


def decided(tasks: People, action: np.ndarray, seed: int) -> Decided:
    """What became of the tasks under these actions."""
    rng = np.random.default_rng([seed, 9])
    leaves = tasks.risk * (1 - SAVED[tasks.kind, action])
    count = len(action)
    return Decided(
        household=np.arange(count).astype(str).astype(object),
        kind=KINDS[tasks.kind].astype(object),
        action=action,
        open=tasks.opened,
        risk=tasks.risk,
        worth_fen=tasks.worth,
        cost_fen=COST[action],
        value_fen=np.full(count, 9_000.0),
        retained=rng.random(count) >= leaves,
        taken=(action > 0) & (rng.random(count) < AGREE),
    )


def lot(tasks: People, seed: int) -> np.ndarray:
    return (np.random.default_rng([seed, 5]).random(tasks.opened.shape) * tasks.opened).argmax(axis=1)


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


def month_of(
    store: Store,
    month: Month,
    tasks: People,
    action: np.ndarray,
    *,
    drawn: bool,
    is_over: bool,
    seed: int = 1,
) -> PlannedMonth:
    """The month's partitions: plan, allocation and, where it is over, outcomes and agreements."""
    found = decided(tasks, action, seed)
    bits = (tasks.opened * 2 ** np.arange(1, 4)).sum(axis=1)
    plans, rows, outcomes, facts = [], [], [], []
    for i in range(len(action)):
        name = f"t{month.number}-{i}"
        plans.append(
            {
                "task_id": name, "subscriber_id": i, "household_key": f"h{month.number}-{i}",
                "kind": found.kind[i], "task_type": "BALANCE", "level": "RED", "line_count": 1,
                "happens_date": month.first, "task_date": month.first, "window_start_date": month.first,
                "window_end_date": month.last, "unit_code": "U", "node_code": "U",
            }
        )  # fmt: skip
        rows.append(
            {
                "subscriber_id": i, "choice": int(action[i]) + 1, "value_fen": 9_000, "cost_fen": int(COST[action[i]]),
                "worth_fen": int(tasks.worth[i]), "open_bits": int(bits[i]), "is_drawn": drawn,
                "propensity_ppm": 1_000_000 // int(tasks.opened[i].sum()) if drawn else None,
                "risk_ppm": int(tasks.risk[i] * 1e6),
            }
        )  # fmt: skip
        outcomes.append(
            {"task_id": name, "subscriber_id": i, "kind": found.kind[i], "node_code": "U",
             "is_retained": bool(found.retained[i])}
        )  # fmt: skip
        if found.taken[i]:
            facts.append(
                {
                    "fact_id": name,
                    "task_id": name,
                    "fact_type": "AGREED",
                    "happened_at": datetime(month.year, month.number % 100, 10, 12),
                }
            )
    return PlannedMonth(
        month,
        put(store, PLAN, plans, month=month.number),
        put(store, ALLOTTED, rows, month=month.number),
        put(store, OUTCOME, outcomes, month=month.number) if is_over else None,
        put(store, FACT, facts, month=month.number) if is_over else None,
    )


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
