"""Before launch: what a hold-out of a given share would show, from the last plan and what became of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass

from weixi.engine import Store
from weixi.flow.assessment.lift.design import Stratum, detectable, detectable_always, variance_of
from weixi.flow.decision import PLAN
from weixi.flow.outcome import OUTCOME
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

AFTER_MONTHS = (1, 3, 6, 12)


@dataclass(frozen=True, slots=True)
class Detectable:
    """What one share shows after so many months: the smallest effect, households kept of a hundred in the plan.

    `held_count`: households without contact by then; `once` for one look at the end, `always` for a look every month.
    Above `lost`, the households of a hundred that leave, nothing can be shown at all.
    """

    share: float
    months: int
    held_count: int
    once: float
    always: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """The households of the plan of `month`, how many of them leave in a month, and what each share would show."""

    month: Month
    household_count: int
    lost_rate: float
    rows: tuple[Detectable, ...]


def look_ahead(store: Store, shares: Sequence[float]) -> Outlook:
    """What hold-outs of these shares (0–1) would show, if every month brought the plan as many new households.

    Raises DataError where no plan has come to its end.
    """
    outcomes = store.partitions(OUTCOME)
    if not outcomes:
        raise DataError(
            "lift.no_outcome",
            Text(
                "还没有执行完的计划，不知道预警用户的离网水平",
                "no plan has come to its end: losses are not known",
            ),
            Text("先运行一个月：weixi run", "run a month first: weixi run"),
        )
    last = max(outcomes, key=lambda p: int(p.key["month"]))
    month = Month.from_number(int(last.key["month"]))
    row = store.rows(
        """SELECT CAST(COUNT(*) AS BIGINT) AS household_count,
            CAST(SUM(CASE WHEN o.is_retained THEN 0 ELSE 1 END) AS BIGINT) AS lost_count
        FROM plan AS p JOIN outcome AS o ON o.task_id = p.task_id WHERE p.withdrawn_rule IS NULL""",
        inputs={"plan": store.require(PLAN, month=month.number), "outcome": last},
    )[0]
    count, lost = int(row["household_count"]), int(row["lost_count"] or 0)
    # Jeffreys: no loss among few is not none at all.
    rate = (lost + 0.5) / (count + 1)
    rows = []
    for share in shares:
        for months in AFTER_MONTHS:
            variance = variance_of([Stratum(months * count, share, rate * (1 - rate))])
            held = round(months * count * share)
            rows.append(
                Detectable(share, months, held, 100 * detectable(variance), 100 * detectable_always(variance))
            )
    return Outlook(month, count, rate, tuple(rows))
