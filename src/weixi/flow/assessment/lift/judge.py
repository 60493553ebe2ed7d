"""The gate over the book: the coming plan judged on what the lot gave out before, or how long that would take."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from weixi.engine import Store
from weixi.flow.assessment.lift.beside import BesideRounds, MoneyLimit, as_rounds, money_limits
from weixi.flow.assessment.lift.design import POWER
from weixi.flow.assessment.lift.gate import Decision, Gate, decide
from weixi.flow.assessment.lift.interval import ALPHA, normal
from weixi.flow.assessment.lift.logged import Decided, PlannedMonth, has_same_offers, log_of, read_decided
from weixi.flow.assessment.lift.policy_value import value_of
from weixi.flow.decision import ALLOCATION, PLAN, by_rounds
from weixi.flow.outcome import FACT, OUTCOME
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.money import show
from weixi.kernel.period import Month
from weixi.playbook import Playbook

MEMORY = 12
"""Months of random logging before the plan's that are read."""
LEAST = 100
"""Drawn households under which nothing is estimated: the interval rests on a central limit theorem."""
SHARES = (0.01, 0.02, 0.05)
"""Shares of random logging whose months are told."""
CARE_ALONE = Text("一律只做关怀", "care alone for all")
"""What the plan is compared with: every task may be given it, and the lot gave it to some of them."""


@dataclass(frozen=True, slots=True)
class LoggingNeed:
    """The months of plans like this one after which so large a share by lot would show what it promises."""

    share: float
    months: float


@dataclass(frozen=True, slots=True)
class Logged:
    """The months whose lot can be read under a playbook, and those whose offers were others: choices are numbers."""

    months: tuple[PlannedMonth, ...]
    other_offers: tuple[Month, ...]


@dataclass(frozen=True)
class GateReport:
    """What the gate says of the plan of `month`; money in fen a task.

    `task_count`: tasks that the plan chose for; `row_count`: tasks drawn by lot in `logged`, the months read.
    `promised_fen` is the plan's own estimate against no contact. `limits` are those of money that the plan was made
    within, with what it spends; `budget_fen` is what they leave a task. `decision` is None where too little was logged;
    `needs` tells then, and where nothing is shown, how long it would take if the promise, or what was found, is true.
    `beside_rounds` compares with the priority rounds; None where too little was logged, or nobody said what they give.
    """

    month: Month
    gate: Gate
    text: Text
    task_count: int
    row_count: int
    logged: tuple[Month, ...]
    budget_fen: float | None
    promised_fen: float
    decision: Decision | None
    needs: tuple[LoggingNeed, ...]
    limits: tuple[MoneyLimit, ...] = ()
    beside_rounds: BesideRounds | None = None


def budget_of_tasks(playbook: Playbook, limits: Sequence[MoneyLimit], tasks: int) -> float | None:
    """What the plan may spend, fen a task: the money it was allocated within, the playbook's pools together, or less.

    None where neither is limited. A pool without a limit leaves all pools without one.
    """
    amounts = [pool.amount_fen for pool in playbook.pools]
    limited = [amount for amount in amounts if amount is not None]
    whole = [limit.bound_fen for limit in limits if limit.code == "money"]
    if limited and len(limited) == len(amounts):
        whole.append(float(sum(limited)))
    return min(whole) / tasks if whole and tasks else None


def judge_plan(
    store: Store, playbook: Playbook, month: Month, *, seed: int, budget_fen: float | None = None
) -> GateReport:
    """Judge the plan of `month` on the tasks that the lot decided in the year before it.

    `budget_fen` a task; None: the limits of money that the plan was made within, shared out among its tasks. Raises
    DataError where the month has no plan whose offers were chosen together.
    """
    coming = planned_month(store, month)
    if coming is None:
        raise DataError(
            "gate.no_plan",
            Text(
                f"{month} 没有择优分配的计划，无从评审",
                f"{month} has no plan whose offers were chosen together",
            ),
            Text(
                "先用带 [allocation] 的方案运行上一个月",
                "run the month before it with a playbook that has [allocation]",
            ),
        )
    logged = logged_before(store, playbook, month)
    rounds = by_rounds(store, playbook, month)
    return judge(store, playbook, coming, logged.months, seed=seed, budget_fen=budget_fen, rounds=rounds)


def logged_before(store: Store, playbook: Playbook, month: Month) -> Logged:
    """The months of the year before `month` whose offers were chosen together and whose outcome is known."""
    codes = [offer.code for offer in playbook.offers]
    before = [planned_month(store, each) for each in month.plus(-1).back(MEMORY)]
    over = [each for each in before if each is not None and each.outcome is not None]
    same = [each for each in over if has_same_offers(store, each, codes)]
    return Logged(tuple(same), tuple(each.month for each in over if each not in same))


def planned_month(store: Store, month: Month) -> PlannedMonth | None:
    """What the store has of one month; None where its offers were not chosen together."""
    plan, allocation = (store.current(table, month=month.number) for table in (PLAN, ALLOCATION))
    if plan is None or allocation is None:
        return None
    outcome, fact = (store.current(table, month=month.number) for table in (OUTCOME, FACT))
    return PlannedMonth(month, plan, allocation, outcome, fact)


def judge(
    store: Store,
    playbook: Playbook,
    coming: PlannedMonth,
    logged: Sequence[PlannedMonth],
    *,
    seed: int,
    budget_fen: float | None = None,
    rounds: pa.Table | None = None,
) -> GateReport:
    """The same of months that are given: `coming` as planned, `logged` with outcomes, `rounds` from `by_rounds`."""
    actions = len(playbook.offers) + 1
    planned = read_decided(store, [replace(coming, outcome=None, fact=None)], actions, drawn=False)
    if not len(planned):
        raise DataError(
            "gate.empty",
            Text(f"{coming.month} 的计划没有可评的任务", f"the plan of {coming.month} chose for nobody"),
            Text("先检查当月的预警和分配", "look at the month's warnings and allocation first"),
        )
    drawn = read_decided(store, logged, actions, drawn=True) if logged else None
    rows = 0 if drawn is None else len(drawn)
    promised = float(planned.value_fen.mean())
    limits = money_limits(coming.allocation)
    budget = budget_of_tasks(playbook, limits, len(planned)) if budget_fen is None else budget_fen
    report = GateReport(
        month=coming.month,
        gate=Gate.NOT_SHOWN,
        text=Gate.NOT_SHOWN.text,
        task_count=len(planned),
        row_count=rows,
        logged=tuple(each.month for each in logged),
        budget_fen=budget,
        promised_fen=promised,
        decision=None,
        needs=(),
        limits=limits,
    )
    if drawn is None or len(set(drawn.household)) < LEAST:
        needs = _needs(planned, promised)
        return replace(report, text=_too_little(rows, promised, needs), needs=needs)
    log, (policy,) = log_of(drawn, planned)
    # The plan is made: what it costs where all agree is counted, not estimated.
    own = float(planned.cost_fen.mean())
    value = replace(
        value_of(log, lambda _: policy, seed=seed), promised_fen=promised, cost_fen=own, cost_high_fen=own
    )
    decision = decide(value, budget, CARE_ALONE)
    needs = ()
    if decision.gate is Gate.NOT_SHOWN and value.effect_fen > 0:
        needs = _needs(planned, value.effect_fen)
    text = decision.text
    if needs:
        told = _told(needs)
        text = Text(f"{text.zh}。{told.zh}", f"{text.en}. {told.en}")
    beside = None if rounds is None else _beside_rounds(drawn, planned, rounds, playbook, seed)
    return replace(
        report, gate=decision.gate, text=text, decision=decision, needs=needs, beside_rounds=beside
    )


def _beside_rounds(
    drawn: Decided, planned: Decided, rounds: pa.Table, playbook: Playbook, seed: int
) -> BesideRounds | None:
    """The plan against the rounds; None where the lot could have decided no task as they would."""
    other, unknown = as_rounds(planned, rounds, playbook)
    if not len(other):
        return None
    log, (policy, instead) = log_of(drawn, planned, other)
    value = value_of(log, lambda _: policy, seed=seed, beside=instead)
    return BesideRounds(value, float(planned.cost_fen.mean()), float(other.cost_fen.mean()), unknown)


def _needs(planned: Decided, effect: float) -> tuple[LoggingNeed, ...]:
    """How long each share takes to show that effect in four of five cases.

    A task whose action the plan changes counts c times as often as it was drawn, c its open choices, and so does the
    care that it is compared with; the reward is its worth or nothing. No model is reckoned with.
    """
    if effect <= 0:
        return ()
    open_count = planned.open.sum(axis=1)
    spread = planned.worth_fen**2 * planned.risk * (1 - planned.risk)
    variance = float((2 * open_count * spread * (planned.action != 0)).mean())
    if not variance:
        return ()
    rows = (normal(1 - ALPHA / 2) + normal(POWER)) ** 2 * variance / effect**2
    return tuple(LoggingNeed(share, rows / (share * len(planned))) for share in SHARES)


def _told(needs: Sequence[LoggingNeed]) -> Text:
    """The needs in words."""
    zh = "；".join(f"按 {100 * each.share:g}% 约 {_months(each.months).zh}" for each in needs)
    en = "; ".join(f"{100 * each.share:g} % takes about {_months(each.months).en}" for each in needs)
    return Text(f"要看出这样的效果，随机投放 {zh}", f"To show such an effect by lot: {en}")


def _months(months: float) -> Text:
    if months > 120:
        return Text("十年以上，本地量级看不出", "more than ten years: it cannot show here")
    whole = int(np.ceil(months))
    return Text(f"{whole} 个月", f"{whole} month(s)")


def _too_little(rows: int, promised: float, needs: Sequence[LoggingNeed]) -> Text:
    gate, said = Gate.NOT_SHOWN.text, show(round(promised))
    told = _told(needs)
    how = Text(
        "在方案 [allocation] 中写 logging_share = 0.02，每月抽 2% 的户随机投放并存下概率",
        "write logging_share = 0.02 in [allocation] of the playbook: the lot decides for 2 % of the households",
    )
    zh = (
        f"{gate.zh}：只有 {rows:,} 行随机投放记录，至少要 {LEAST} 户。"
        f"优化器自己的估计是每户 {said}，不作依据。{how.zh}"
    )
    en = (
        f"{gate.en}: only {rows:,} rows were drawn by lot, {LEAST} households are the least. "
        f"The optimiser itself says {said} a task, which is no evidence; {how.en}"
    )
    return Text(f"{zh}。{told.zh}", f"{en}. {told.en}") if needs else Text(zh, en)
