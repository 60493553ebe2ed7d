"""Quotas of the warning levels: who keeps a level, who goes down, whom no quota reaches."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from handmade.playbooks import SOURCE, WORDS, bare_playbook, bare_warning
from weixi.engine import Store
from weixi.flow.warning import detect
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import CohortRule, Level, Playbook, Service, ServiceLevel
from weixi.playbook.service import Response

MAY = Month.of(2025, 5)
NAME = Text("", "")
RED = (Level("RED", "TRUE"),)
BASE = "is_in_service AND revenue_3m_fen >= 8000 * complete_months"


def playbook(red: str | None, yellow: str | None, *, responses: tuple[str, ...] = ()) -> Playbook:
    """Two assessed warnings that are always red, one that is not assessed; quotas of the lines from 80 yuan."""

    def level(name: str, share: str | None) -> ServiceLevel:
        return ServiceLevel(name, NAME, SOURCE, None if share is None else Decimal(share))

    return bare_playbook(
        warnings=(
            bare_warning("query", sql="COALESCE(complaints_3m > 0, FALSE)", levels=RED),
            bare_warning("expiring", sql="COALESCE(days_to_contract_end >= 0, FALSE)", levels=RED),
            bare_warning("callback", sql="COALESCE(is_rural, FALSE)", levels=RED, assessed=False),
        ),
        cohorts=(CohortRule("arpu80", WORDS, BASE, SOURCE),),
        service=Service(
            levels=(level("RED", red), level("YELLOW", yellow)),
            responses=tuple(Response(code, NAME, SOURCE, 4) for code in responses),
        ),
    )


def levels(store: Store, plan: Playbook) -> dict[int, str]:
    found = detect(store, plan, MAY)
    rows = store.rows("SELECT subscriber_id, level FROM w", inputs={"w": found})
    return {int(row["subscriber_id"]): str(row["level"]) for row in rows}


def expiring(number: int, revenue: int, **more: Any) -> dict[str, Any]:
    return {
        "subscriber_id": number,
        "contract_end_date": date(2025, 6, 30),
        "revenue_3m_fen": revenue,
        **more,
    }


def quiet(count: int) -> list[dict[str, Any]]:
    """Lines of the population that nothing warns of."""
    return [{"subscriber_id": 1000 + n, "revenue_3m_fen": 30_000} for n in range(count)]


def test_the_most_revenue_keeps_the_level_and_the_rest_go_down_one_by_one(
    store: Store, lines: Callable[..., None]
) -> None:
    """A population of 10: one red (10 %), two yellow (20 %), the others blue; equal revenue: the smaller id."""
    lines(
        *(expiring(n, 24_000 + 1000 * n) for n in range(1, 4)),
        expiring(4, 27_000),
        expiring(5, 24_000),
        *quiet(5),
    )
    assert levels(store, playbook("0.1", "0.2")) == {3: "RED", 4: "YELLOW", 2: "YELLOW", 1: "BLUE", 5: "BLUE"}


def test_a_quota_is_rounded_down_and_counts_the_population_alone(
    store: Store, lines: Callable[..., None]
) -> None:
    """Of 10 lines 9 lie at 80 yuan or above: 0.2 × 9 is one whole line; who lies below may still be warned."""
    lines(expiring(1, 30_000), expiring(2, 29_000), expiring(3, 23_999), *quiet(7))
    assert levels(store, playbook("0.2", None)) == {1: "RED", 2: "YELLOW", 3: "YELLOW"}


def test_a_warning_with_its_own_time_limit_keeps_its_level_and_takes_a_place(
    store: Store, lines: Callable[..., None]
) -> None:
    lines(
        expiring(1, 90_000),
        expiring(2, 24_000, complaints_3m=1),
        expiring(3, 24_001, complaints_3m=2),
        *quiet(7),
    )
    assert levels(store, playbook("0.1", "0.5", responses=("query",))) == {1: "YELLOW", 2: "RED", 3: "RED"}
    assert levels(store, playbook("0.1", "0.5")) == {1: "RED", 2: "YELLOW", 3: "YELLOW"}


def test_what_is_not_assessed_has_no_quota_and_takes_no_place(
    store: Store, lines: Callable[..., None]
) -> None:
    lines(
        expiring(1, 24_000),
        {"subscriber_id": 2, "is_rural": True, "revenue_3m_fen": 90_000},
        {"subscriber_id": 3, "is_rural": True, "revenue_3m_fen": 90_000},
        *quiet(7),
    )
    assert levels(store, playbook("0.1", "0.1")) == {1: "RED", 2: "RED", 3: "RED"}


def test_without_quotas_nothing_is_lowered(store: Store, lines: Callable[..., None]) -> None:
    lines(*(expiring(n, 24_000) for n in range(1, 6)))
    assert set(levels(store, playbook(None, None)).values()) == {"RED"}
    assert set(levels(store, replace(playbook("0.1", None), service=Service())).values()) == {"RED"}
