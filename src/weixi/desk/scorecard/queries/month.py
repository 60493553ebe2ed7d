"""The months that have KPIs, and the one that a page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from weixi.desk.base.book import store
from weixi.desk.scorecard.queries.kept import Kept
from weixi.flow.assessment import (
    KPI,
    KPI_NAMES,
    LINE_STATE,
    SCORECARD,
    Calibre,
    base_month,
    find_calibre,
)
from weixi.flow.book import FEATURE, IDENTITY, SUBSCRIBER_MONTH, month_state
from weixi.flow.cohort import ASSIGNMENT, COHORT
from weixi.flow.decision import PLAN
from weixi.flow.outcome import OUTCOME
from weixi.flow.segment import LABEL
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import MonthState

TREND_MONTHS = 13
"""The months of a trend: one year, and the month it is compared with."""

_calibres: Kept[dict[str, str]] = Kept(16)


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """The month that a page shows among those there are, newest first; figures stand as of `until`.

    `prints` is month → the fingerprints of its rollups, the store's home before them.
    """

    month: Month
    months: tuple[Month, ...]
    state: MonthState
    prints: Mapping[Month, tuple[str, ...]]

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

    @property
    def key(self) -> tuple[str, ...]:
        """What a figure of the month rests on, last month's value beside it included."""
        return (*self.prints[self.month], *self.prints.get(self.month.plus(-1), ()), self.origin)

    @property
    def course_key(self) -> tuple[str, ...]:
        """What the course rests on."""
        return tuple(each for month in self.course for each in self.prints[month])

    @property
    def origin(self) -> str:
        """The book of the month, which says where its data comes from."""
        book = store().current(SUBSCRIBER_MONTH, month=self.month.number)
        return "" if book is None else book.fingerprint

    @property
    def line_key(self) -> tuple[str, ...]:
        """What is read of the month's lines, for lists and leagues, rests on."""
        base = base_month(self.month)
        of_month = (LINE_STATE, FEATURE, OUTCOME, ASSIGNMENT, SUBSCRIBER_MONTH, PLAN)
        single = [store().current(table, month=self.month.number) for table in of_month]
        single += [store().current(LINE_STATE, month=self.month.plus(-1).number)]
        single += [store().current(table, month=base.number) for table in (LABEL, SUBSCRIBER_MONTH)]
        cohorts = [each for each in store().partitions(COHORT) if each.key["month"] == base.number]
        found = (each for each in (*single, *cohorts, *store().partitions(IDENTITY)) if each is not None)
        return (*self.key, *(each.fingerprint for each in found))


def assessed_months() -> tuple[Month, ...]:
    """The months that have KPIs and a scorecard, newest first."""
    return tuple(sorted(_prints(), reverse=True))


def choose_month(text: str = "") -> MonthChoice:
    """The month written as 2025-06, or the latest assessed one where none is asked for.

    Raises DataError where no month was assessed, UsageError for a month that was not.
    """
    prints = _prints()
    months = tuple(sorted(prints, reverse=True))
    if not months:
        raise DataError(
            "scorecard.no_month",
            Text("还没有任何月份的指标", "no month has KPIs yet"),
            Text(
                "由方案策划导入月度数据并运行该月，之后这里就有数字",
                "once a planner has imported a month and run it, its figures are here",
            ),
        )
    month = Month.parse(text) if text else months[0]
    if month not in months:
        raise UsageError(
            "scorecard.month",
            Text(f"{month} 没有指标", f"{month} has no KPIs"),
            Text(f"可选月份：{months[-1]} 至 {months[0]}", f"months with KPIs: {months[-1]} to {months[0]}"),
        )
    return MonthChoice(month, months, month_state(store(), month), prints)


def assessed_kpis(month: Month) -> tuple[str, ...]:
    """The KPIs that the month assesses, in the plan's order. Raises DataError where it was never assessed."""
    card = store().require(SCORECARD, month=month.number)
    return tuple(str(said["kpi"]) for said in card.manifest.note["targets"])


def assessed_calibre(month: Month, kpi: str) -> Calibre:
    """The calibre that the month's scorecard assesses the KPI in. Raises UsageError where it assesses no such KPI."""
    card = store().require(SCORECARD, month=month.number)
    found = _calibres.get(
        card.fingerprint,
        lambda: {
            row["kpi"]: row["calibre"]
            for row in store().rows(
                "SELECT DISTINCT kpi, calibre FROM card ORDER BY kpi", inputs={"card": card}
            )
        },
    )
    if kpi not in found:
        known = [KPI_NAMES[each] for each in assessed_kpis(month)]
        raise UsageError(
            "scorecard.kpi",
            Text(f"{month} 没有考核“{kpi}”", f"{month} does not assess “{kpi}”"),
            Text(
                f"考核的指标：{'、'.join(name.zh for name in known)}",
                f"it assesses: {', '.join(name.en for name in known)}",
            ),
        )
    return find_calibre(found[kpi])


def _prints() -> dict[Month, tuple[str, ...]]:
    kpis, cards = (
        {Month.from_number(int(each.key["month"])): each.fingerprint for each in store().partitions(table)}
        for table in (KPI, SCORECARD)
    )
    return {month: (str(store().home), kpis[month], cards[month]) for month in kpis.keys() & cards.keys()}
