"""The gate over the book: a plan judged on what the lot gave out, where the true effect of every offer is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
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
        log, (as_planned,) = log_of(decided(tasks, lot(tasks, seed), seed), planned)
        found = policy_value(log, lambda _, made=as_planned: made, seed=1)
        held.append(found.low_fen <= truth <= found.high_fen)
    assert np.mean(held) == pytest.approx(0.95, abs=3.3 * (0.95 * 0.05 / 120) ** 0.5)


def test_the_policy_is_the_plan_where_its_strata_tell_it() -> None:
    tasks = people(3, 3_000)
    planned = decided(tasks, good(tasks), 0)
    log, (as_planned,) = log_of(planned, planned)
    wanted = as_planned(log.features)
    assert (wanted[np.arange(3_000), good(tasks)] == 1).all()
    assert (log.cost[np.arange(3_000), good(tasks)] == COST[good(tasks)]).all()
    # A pattern of open offers, or a warning, that the plan never met: nothing but what is open is taken.
    strange = replace(planned, kind=np.full(3_000, "complaint", dtype=object))
    log, (as_planned,) = log_of(strange, replace(planned, open=np.ones((3_000, 3), dtype=bool)))
    wanted = as_planned(log.features)
    assert wanted.sum(axis=1) == pytest.approx(np.ones(3_000))
    assert not wanted[~tasks.opened].any()


@pytest.fixture
def judged(store: Store, work_plan: Playbook) -> Callable[..., GateReport]:
    """Judge a policy on so many tasks that the lot decided in May."""
    playbook = replace(work_plan, offers=work_plan.offers[:2])

    def judge(
        policy: Callable[[People], np.ndarray],
        rows: int,
        budget_fen: float | None = None,
        limits: Sequence[Mapping[str, object]] = (),
        rounds: Callable[[People], np.ndarray] | None = None,
    ) -> GateReport:
        coming, past = people(70, 800), people(71, rows)
        months = []
        if rows:
            months = [month_of(store, MAY, past, lot(past, 71), drawn=True, is_over=True, seed=71)]
        note = {"certificate": {"limits": list(limits)}}
        planned = month_of(store, JUNE, coming, policy(coming), drawn=False, is_over=False, note=note)
        instead = None if rounds is None else as_table(rounds(coming), playbook)
        return judge_months(store, playbook, planned, months, seed=1, budget_fen=budget_fen, rounds=instead)

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
    # The plan is made: its cost is counted and has no interval.
    assert value.cost_fen == value.cost_high_fen == COST[good(people(70, 800))].mean()


def test_what_may_cost_more_than_its_budget_is_not(judged: Callable[..., GateReport]) -> None:
    assert judged(good, 1_500, budget_fen=100).gate is Gate.OVER_BUDGET


@pytest.mark.parametrize(("part", "gate"), [(1.0, Gate.PUBLISHED), (0.99, Gate.OVER_BUDGET)])
def test_the_limit_of_money_is_the_plans_own(
    judged: Callable[..., GateReport], part: float, gate: Gate
) -> None:
    """A plan that spends all of its money is within it: no pool of the playbook, and no interval, says otherwise."""
    spent = float(COST[good(people(70, 800))].sum())
    found = judged(good, 1_500, limits=[limit("county", 5.0, 5.0), limit("money", part * spent, spent)])
    assert found.gate is gate
    assert found.budget_fen == pytest.approx(part * spent / 800)
    assert [(each.code, each.use_fen) for each in found.limits] == [("county", 5.0), ("money", spent)]


def limit(code: str, bound: float, use: float) -> dict[str, object]:
    """One limit of money as a certificate keeps it."""
    return {"code": code, "name": {"zh": code, "en": code}, "kind": "MONEY", "bound": bound, "use": use}


def as_table(action: np.ndarray, playbook: Playbook) -> pa.Table:
    """What the rounds give, in another order than the plan's, and a task that the plan does not have."""
    codes = [None, *(each.code for each in playbook.offers)]
    ids = np.arange(len(action))[::-1]
    return pa.table(
        {
            "subscriber_id": np.append(ids, 10**6),
            "offer_code": pa.array([*(codes[action[i]] for i in ids), None], pa.string()),
            "offer_cost_fen": np.append(COST[action[ids]], 0).astype(np.int64),
        }
    )


def test_the_plan_is_held_against_the_rounds(judged: Callable[..., GateReport]) -> None:
    found = judged(good, 2_000, rounds=wasteful)
    beside = found.beside_rounds
    assert beside is not None
    many = people(998, 200_000)
    truth = many.truth(good) - many.truth(wasteful)
    assert 0 < beside.value.low_fen < truth < beside.value.high_fen
    tasks = people(70, 800)
    assert beside.cost_fen == COST[good(tasks)].mean()
    assert beside.rounds_cost_fen == COST[wasteful(tasks)].mean()
    assert beside.unknown_count == 0
    assert "分轮" in beside.text.zh
    same = judged(good, 2_000, rounds=good).beside_rounds
    assert same is not None
    assert same.value.effect_fen == pytest.approx(0, abs=1e-9)


def test_what_the_rounds_would_give_and_the_lot_could_not_is_left_out(
    judged: Callable[..., GateReport],
) -> None:
    tasks = people(70, 800)
    beside = judged(good, 2_000, rounds=lambda each: np.full(len(each.risk), 2)).beside_rounds
    assert beside is not None
    closed = int((~tasks.opened[:, 2]).sum())
    assert beside.unknown_count == closed > 100
    assert f"{closed}" in beside.text.zh
    assert judged(good, 0, rounds=good).beside_rounds is None


def test_the_interval_against_the_rounds_holds_the_truth() -> None:
    many, coming = people(998, 200_000), people(999, 4_000)
    truth = many.truth(good) - many.truth(wasteful)
    plans = [decided(coming, each(coming), 0) for each in (good, wasteful)]
    held = []
    for seed in range(120):
        tasks = people(seed, 900)
        log, (plan, rounds) = log_of(decided(tasks, lot(tasks, seed), seed), *plans)
        found = policy_value(log, lambda _, made=plan: made, seed=1, beside=rounds)
        held.append(found.low_fen <= truth <= found.high_fen)
    assert np.mean(held) == pytest.approx(0.95, abs=3.3 * (0.95 * 0.05 / 120) ** 0.5)


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
