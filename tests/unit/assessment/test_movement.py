"""The waterfall of an ARPU range: each move lands in its part, and the parts close at every node."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from weixi.engine import Store
from weixi.flow.assessment import CAME, WENT, Waterfall, build_kpi, waterfalls
from weixi.flow.book import FEATURE
from weixi.flow.cohort import build_assignment
from weixi.kernel.errors import UsageError
from weixi.kernel.period import Month
from weixi.playbook import Playbook

BASE = Month.of(2024, 12)
JANUARY = BASE.plus(1)
LOW, HIGH = 8000, 20000
# Line → bill in fen, the month before and this month; None: not in the book. Features follow the bill.
BILLS: Mapping[int, tuple[int | None, int | None]] = {
    1: (9000, 9000),  # stays
    2: (7999, 8000),  # rises over the lower edge
    3: (8000, 7999),  # falls below it
    4: (20000, 20001),  # the upper edge is included
    5: (20001, 20000),
    6: (None, 9000),  # joined
    7: (9000, None),  # gone from the book
    8: (7000, 30000),  # passes over the range
    9: (0, 9000),  # billed again
    10: (9000, 0),
    11: (30000, 30000),
}
EXITED = {"service_status": "EXITED", "exit_type": "CANCELLED", "exit_date": date(2025, 1, 9)}


@pytest.fixture
def moved(
    store: Store, tree: None, lines: Callable[..., None], playbook: Playbook, put: Callable[..., Any]
) -> Store:
    """Two months of the lines above, line 12 leaving, line 13 back; odd ids in unit A1, even ones in B1."""
    for place, month in enumerate((BASE, JANUARY)):
        bills = {key: pair[place] for key, pair in BILLS.items() if pair[place] is not None}
        rows: dict[int, dict[str, Any]] = {
            key: {"bill_fen": bill, "unit_code": "B1" if key % 2 == 0 else "A1"}
            for key, bill in bills.items()
        }
        rows[12 if place else 13] = {**EXITED, "bill_fen": 0}
        rows[13 if place else 12] = {"bill_fen": 9000}
        lines(month, rows)
        features = [
            {"subscriber_id": key, "complete_months": 1, "revenue_3m_fen": row["bill_fen"] or 9000}
            for key, row in rows.items()
        ]
        put(FEATURE, features, month=month.number)
        build_assignment(store, playbook, month)
        build_kpi(store, playbook, month)
    return store


def _parts(waterfall: Waterfall) -> dict[str, int]:
    return {name: count for name, count in waterfall.parts.items() if count}


@pytest.mark.req("T2", "T12")
def test_each_move_lands_in_its_part(moved: Store) -> None:
    top, *_ = waterfalls(moved, BASE, JANUARY, LOW, HIGH)
    assert (top.node_code, top.opening, top.closing) == ("P", 6, 6)
    assert _parts(top) == {
        "joined": 1,
        "returned": 1,
        "rebilled": 1,
        "risen": 1,
        "lowered": 1,
        "fallen": 1,
        "raised": 1,
        "unbilled": 1,
        "left": 2,
    }
    assert (top.revenue_fen, top.line_months) == (9000 + 8000 + 20000 + 9000 + 9000 + 9000, 6)


@pytest.mark.req("T2")
def test_without_an_upper_edge_nothing_leaves_upwards(moved: Store) -> None:
    top, *_ = waterfalls(moved, BASE, JANUARY, LOW)
    assert top.opening == 8
    assert top.parts["raised"] == top.parts["lowered"] == 0
    assert top.parts["risen"] == 2
    assert top.closing == 9


@pytest.mark.req("T2", "T12", "T13")
@pytest.mark.parametrize("high", [HIGH, None])
def test_the_parts_close_at_every_node_and_nodes_sum_up_the_tree(moved: Store, high: int | None) -> None:
    found = {each.node_code: each for each in waterfalls(moved, BASE, JANUARY, LOW, high)}
    for each in found.values():
        came, went = (sum(each.parts[name] for name in names) for names in (CAME, WENT))
        assert each.opening + came - went == each.closing
    for name in ("opening", "closing", "served_count", "revenue_fen"):
        # Line 7 is in no book any more, so nobody below the top answers for it.
        lost = 1 if name == "opening" else 0
        assert getattr(found["P"], name) == getattr(found["A1"], name) + getattr(found["B1"], name) + lost


def test_a_range_the_wrong_way_round_is_refused(moved: Store) -> None:
    with pytest.raises(UsageError, match=r"movement\.range"):
        waterfalls(moved, JANUARY, BASE, LOW)
    with pytest.raises(UsageError, match=r"movement\.range"):
        waterfalls(moved, BASE, JANUARY, HIGH, LOW)
