"""Whether the warned are the right ones: how often they leave when left alone, against lines picked at random."""

from dataclasses import dataclass

from weixi.engine import Store
from weixi.flow.assessment.lift.interval import ALPHA, normal
from weixi.flow.assessment.lift.report import LiftReport
from weixi.flow.assessment.lift.tables import LiftOutcome
from weixi.flow.book import SUBSCRIBER_MONTH, in_service_sql
from weixi.kernel.period import Month
from weixi.kernel.terms import LineType, LineUse


@dataclass(frozen=True, slots=True)
class Targeting:
    """The held-out households' loss in their first month, and that of all main cards in the same months.

    `held_lost_rate` is weighted as the effect is; nobody contacted those households, so nothing but the choice shows.
    """

    held_count: int
    held_lost_rate: float
    pool_count: int
    pool_lost_count: int

    @property
    def pool_lost_rate(self) -> float:
        """What a random choice of the same network would have met."""
        return self.pool_lost_count / self.pool_count

    @property
    def times(self) -> float:
        """名单命中是随机的几倍: loss among the chosen ÷ loss among all."""
        return self.held_lost_rate / self.pool_lost_rate

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of that ratio: Wilson's of the held-out share, the network's taken as known."""
        z, n, rate = normal(1 - ALPHA / 2), self.held_count, self.held_lost_rate
        middle = (rate + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * (rate * (1 - rate) / n + z**2 / (4 * n**2)) ** 0.5
        return (middle - half) / self.pool_lost_rate, (middle + half) / self.pool_lost_rate


def targeting(store: Store, report: LiftReport) -> Targeting | None:
    """The targeting of those who entered in the report's months; None without a comparable hold-out or any loss."""
    whole = [effect for effect in report.of(1, LiftOutcome.RETAINED) if effect.held_mean is not None]
    if not whole or whole[0].held_mean is None:
        return None
    first, last = Month.from_number(whole[0].first_month), Month.from_number(whole[0].last_month)
    pool = lost = 0
    for k in range(last.index - first.index + 1):
        counts = pool_of(store, first.plus(k))
        if counts is not None:
            pool, lost = pool + counts[0], lost + counts[1]
    if not lost:
        return None
    return Targeting(whole[0].held_count, 1 - whole[0].held_mean, pool, lost)


def pool_of(store: Store, month: Month) -> tuple[int, int] | None:
    """The main cards in service before the month, and those lost by its end; None where the book lacks either."""
    was, now = (store.current(SUBSCRIBER_MONTH, month=each.number) for each in (month.plus(-1), month))
    if was is None or now is None:
        return None
    row = store.rows(_POOL, inputs={"was": was, "now": now})[0]
    return int(row["pool_count"]), int(row["lost_count"] or 0)


_POOL = f"""SELECT CAST(COUNT(*) AS BIGINT) AS pool_count,
  CAST(SUM(CASE WHEN COALESCE({in_service_sql("n.service_status")}, FALSE) THEN 0 ELSE 1 END) AS BIGINT) AS lost_count
FROM was AS w LEFT JOIN now AS n ON n.subscriber_id = w.subscriber_id
WHERE {in_service_sql("w.service_status")} AND w.line_use = '{LineUse.COMMERCIAL}'
  AND w.line_type = '{LineType.MOBILE_MAIN}'"""
