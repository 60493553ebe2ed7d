"""Misses with their reasons, edge cases with what tips them, and a league that is fair to the mix of lines."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from weixi.engine import Partition, Store
from weixi.flow.assessment import (
    assess,
    build_league,
    find_calibre,
    find_kpi,
    list_misses,
    list_near,
)
from weixi.flow.decision import PLAN
from weixi.flow.segment import LABEL
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.period import Month
from weixi.kernel.terms import Light, OrgLevel
from weixi.playbook import Playbook

BASE, JANUARY = Month.of(2024, 12), Month.of(2025, 1)
GONE = {"service_status": "EXITED", "exit_type": "PORTED_OUT", "bill_fen": 0}
EXISTING, GROSS = find_calibre("dynamic_retention_rate.existing"), find_calibre("churn_rate.gross")
VERIFIED = find_calibre("warning_task_completion_rate.verified")
Write = Callable[..., None]
Put = Callable[..., Partition]


def rows(listing: Any) -> dict[int, dict[str, Any]]:
    return {row["subscriber_id"]: row for row in listing.table.to_pylist()}


@pytest.fixture
def january(store: Store, operator: Write, outcome: Write, playbook: Playbook) -> None:
    """S0 = 1–5: 1 stays, 2 leaves, 3 falls, 4 is unbilled, 5 is just over; 6 rises to just under; 7 is cancelling."""
    base = {key: {} for key in range(1, 6)} | {6: {"bill_fen": 7000}, 7: {"bill_fen": 100}}
    operator(
        base,
        {
            JANUARY: {
                1: {"bill_fen": 20_000},
                2: GONE,
                3: {"bill_fen": 1000},
                4: {"bill_fen": 0},
                5: {"bill_fen": 7100},
                6: {"bill_fen": 8980, "unit_code": "B1"},
                7: {"bill_fen": 100, "service_status": "PENDING_CANCEL"},
            }
        },
    )
    outcome(
        JANUARY,
        {
            "a": {"is_verified": False, "is_reached": True},
            "b": {"is_verified": False, "is_reached": False, "is_contacted": True},
            "c": {"is_verified": False, "is_reached": False, "is_contacted": False},
            "d": {"is_verified": False, "is_reached": False, "is_contacted": False, "is_handled": False},
            "e": {},
            "f": {"is_verified": False, "is_withdrawn": True},
        },
    )
    assess(store, playbook, JANUARY)


@pytest.mark.req("K2", "K3", "K4")
def test_every_miss_has_its_reason(store: Store, january: None) -> None:
    retention = list_misses(store, JANUARY, EXISTING)
    assert {key: row["reason"] for key, row in rows(retention.listing).items()} == {
        2: "PORTED_OUT",
        3: "FELL",
        4: "UNBILLED",
    }
    assert retention.by_reason == {"FELL": 1, "PORTED_OUT": 1, "UNBILLED": 1}
    churn = list_misses(store, JANUARY, GROSS)
    assert {key: row["reason"] for key, row in rows(churn.listing).items()} == {2: "PORTED_OUT"}
    tasks = list_misses(store, JANUARY, VERIFIED)
    assert {row["row_id"]: row["reason"] for row in tasks.listing.table.to_pylist()} == {
        "a": "NOT_MET",
        "b": "NOT_REACHED",
        "c": "TICKED_ONLY",
        "d": "NOT_CONTACTED",
    }
    assert list_misses(store, JANUARY, EXISTING, "B").by_reason == {}


@pytest.mark.req("X8")
def test_the_lines_at_the_edge_and_how_many_are_needed(store: Store, january: None) -> None:
    near = list_near(store, JANUARY, "dynamic_retention_rate", OrgLevel.COUNTY)
    # Two complete months: ¥160 in all. 5 has 90 + 71, 6 has 70 + 89.80, 4 has 90 + 0.
    assert {k: (r["side"], r["tip"], r["amount_fen"]) for k, r in rows(near.listing).items()} == {
        5: ("ABOVE", "MARGIN", 100),
        6: ("BELOW", "BILL", 20),
    }
    gaps = {node.node_code: (node.gap_count, node.short_count, node.risk_count) for node in near.nodes}
    assert gaps == {"P": (3, 1, 1), "A": (3, 0, 1), "B": (0, 1, 0)}
    assert rows(
        list_near(store, JANUARY, "dynamic_retention_rate", OrgLevel.COUNTY, within=Fraction(1, 800)).listing
    ).keys() == {6}
    leaving = list_near(store, JANUARY, "churn_rate", OrgLevel.COUNTY)
    assert {k: r["tip"] for k, r in rows(leaving.listing).items()} == {7: "PENDING_CANCEL"}
    assert leaving.nodes[0].light is Light.RED
    assert leaving.nodes[0].room == 0
    with pytest.raises(UsageError, match=r"near\.no_kpi"):
        list_near(store, JANUARY, "revenue_retention_rate", OrgLevel.COUNTY)


@pytest.mark.req("X8")
def test_only_tasks_whose_window_is_still_open_can_change_the_month(
    store: Store, put: Put, january: None
) -> None:
    ends = {"a": date(2025, 2, 1), "b": date(2025, 2, 2), "e": date(2025, 2, 20)}
    base = {"household_key": "H", "line_count": 1, "kind": "k", "task_type": "CARE", "level": "RED"}
    base |= dict.fromkeys(("happens_date", "task_date", "window_start_date"), date(2025, 1, 5))
    base |= {"unit_code": "A1", "node_code": "A1X", "subscriber_id": 1}
    put(
        PLAN,
        [{**base, "task_id": k, "window_end_date": end} for k, end in ends.items()],
        month=JANUARY.number,
    )
    near = list_near(store, JANUARY, "warning_task_completion_rate", OrgLevel.COUNTY)
    assert near.listing.table["row_id"].to_pylist() == ["b"]


@pytest.mark.req("K5")
def test_counties_that_differ_only_in_their_mix_share_the_adjusted_rank(
    store: Store, operator: Write, put: Put, playbook: Playbook
) -> None:
    """In both counties one in two of the risky leaves and one in ten of the calm; A was given more risky ones."""
    risky = {"A1": range(1, 21), "B1": range(21, 31)}
    calm = {"A1": range(31, 41), "B1": range(41, 61)}
    base = {k: {"unit_code": unit} for group in (risky, calm) for unit, keys in group.items() for k in keys}
    left = [k for keys in risky.values() for k in keys if k % 2] + [31, 41, 42]
    operator(base, {JANUARY: {k: {**row, **(GONE if k in left else {})} for k, row in base.items()}})
    assess(store, playbook, JANUARY)
    with pytest.raises(DataError, match="label"):
        build_league(store, JANUARY, GROSS, OrgLevel.COUNTY, highest_first=False)
    labels = [
        {
            "subscriber_id": k,
            "grade": "REGULAR",
            "band": "M",
            "stage": "DECLINING" if any(k in keys for keys in risky.values()) else "STABLE",
            "cluster": "GENERAL",
            "category": "PERSONAL",
        }
        for k in base
    ]
    put(LABEL, labels, month=BASE.number)
    found = build_league(store, JANUARY, GROSS, OrgLevel.COUNTY, highest_first=False)
    a, b = sorted(found.standings, key=lambda each: each.node_code)
    assert (a.raw, b.raw) == (Fraction(11, 30), Fraction(7, 30))
    assert (a.raw_rank, b.raw_rank) == (2, 1)
    assert (a.expected, b.expected) == (11, 7)
    assert a.adjusted == b.adjusted == found.whole == Fraction(18, 60)
    assert a.adjusted_rank == b.adjusted_rank == 1


def test_a_kpi_is_found_by_what_people_call_it() -> None:
    assert find_kpi("动态保有率") == find_kpi("dynamic") == find_kpi("保有率") == "dynamic_retention_rate"
    assert find_kpi("离网率") == "churn_rate"
    assert find_kpi("收入") == "revenue_retention_rate"
    with pytest.raises(UsageError, match=r"kpi\.unknown"):
        find_kpi("rate")
