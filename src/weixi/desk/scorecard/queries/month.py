"""The months that have KPIs, and the one that a page shows."""

from dataclasses import dataclass
from datetime import date

from weixi.desk.base.book import store
from weixi.flow.assessment import KPI, SCORECARD
from weixi.flow.book import SUBSCRIBER_MONTH, month_state
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import MonthState

TREND_MONTHS = 13
"""The months of a trend: one year, and the month it is compared with."""


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """The month that a page shows among those there are, newest first; figures stand as of `until`."""

    month: Month
    months: tuple[Month, ...]
    state: MonthState

    @property
    def until(self) -> date:
        """The last day that the figures count."""
        return self.month.last

    @property
    def is_latest(self) -> bool:
        """Whether no later month has KPIs."""
        return self.month == self.months[0]

    @property
    def is_open(self) -> bool:
        """Whether the month still takes extracts, so that its figures may change."""
        return self.state is MonthState.OPEN

    @property
    def course(self) -> tuple[Month, ...]:
        """The months that a trend up to this one shows, oldest first."""
        since = self.month.plus(1 - TREND_MONTHS)
        return tuple(sorted(month for month in self.months if since <= month <= self.month))


def choose_month(text: str = "") -> MonthChoice:
    """The month written as 2025-06, or the latest assessed one where none is asked for.

    Raises DataError where no month was assessed, UsageError for a month that was not.
    """
    kpis = {int(partition.key["month"]) for partition in store().partitions(KPI)}
    cards = {int(partition.key["month"]) for partition in store().partitions(SCORECARD)}
    months = tuple(sorted((Month.from_number(number) for number in kpis & cards), reverse=True))
    if not months:
        raise DataError(
            "cockpit.no_month",
            Text("还没有任何月份的指标", "no month has KPIs yet"),
            Text(
                "由方案策划导入月度数据并运行该月，之后这里就有数字",
                "once a planner has imported a month and run it, its figures are here",
            ),
        )
    month = Month.parse(text) if text else months[0]
    if month not in months:
        raise UsageError(
            "cockpit.month",
            Text(f"{month} 没有指标", f"{month} has no KPIs"),
            Text(f"可选月份：{months[-1]} 至 {months[0]}", f"months with KPIs: {months[-1]} to {months[0]}"),
        )
    return MonthChoice(month, months, month_state(store(), month))


def fingerprints(month: Month) -> tuple[str, ...]:
    """The partitions that the month's figures are read from, the book's included: another one is another answer."""
    tables = (KPI, SCORECARD, SUBSCRIBER_MONTH)
    found = (store().current(table, month=month.number) for table in tables)
    return (str(store().home), *(partition.fingerprint for partition in found if partition is not None))
