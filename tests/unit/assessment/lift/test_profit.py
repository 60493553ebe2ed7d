"""Whether it pays, and how far the first year is over."""

from dataclasses import replace

import pytest

from weixi.flow.assessment import LiftReport, LiftSpan, Profit, Verdict, year_ahead
from weixi.kernel.language import Text
from weixi.kernel.period import Month

NET = LiftSpan(5.0, 3.0, 7.0, 1.0, 9.0)
PROFIT = Profit(
    text=Text("全部", "all"),
    kind="",
    county_code="",
    entry_month=0,
    horizon=3,
    first_month=202501,
    last_month=202502,
    verdict=Verdict.SHOWN,
    treated_count=10,
    held_count=10,
    contacted_count=8,
    contact_count=12,
    taker_count=2,
    costs=(),
    revenue=NET,
    net=NET,
    treated_month=None,
    taker_month=None,
)


@pytest.mark.req("T14")
def test_whether_it_pays_is_what_every_look_may_say() -> None:
    assert NET.around(-9.5) == LiftSpan(-9.5, -11.5, -7.5, -13.5, -5.5)
    assert PROFIT.net_verdict is Verdict.SHOWN
    assert replace(PROFIT, net=NET.around(-9.5)).net_verdict is Verdict.HARM
    assert replace(PROFIT, net=NET.around(3.0)).net_verdict is Verdict.NOT_SHOWN
    assert replace(PROFIT, net=replace(NET, always_low=None)).net_verdict is Verdict.NOT_SHOWN
    assert replace(PROFIT, net=None).pays.zh == "效果未知"


@pytest.mark.req("T14")
@pytest.mark.parametrize(("month", "over"), [(2, 2), (11, 11), (12, None)])
def test_the_year_is_over_when_the_first_plan_is_twelve_months_old(month: int, over: int | None) -> None:
    report = LiftReport(Month.of(2025, month), "lift", (), (), Month.of(2025, 1))
    year = year_ahead(report)
    assert (None if year is None else year.over) == over
    assert year is None or year.ends == Month.of(2025, 12)
    assert year_ahead(replace(report, first_plan=None)) is None
