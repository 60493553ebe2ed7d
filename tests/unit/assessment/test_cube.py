"""The cube of ARPU, deposit and tenure: classes as a month ago, who left, what was billed, and the lines behind."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from weixi.engine import Store
from weixi.flow.assessment import CubeEdges, build_cube, build_kpi, list_cell
from weixi.flow.book import FEATURE
from weixi.flow.cohort import build_assignment
from weixi.flow.segment import LABEL
from weixi.kernel.errors import UsageError
from weixi.kernel.period import Month
from weixi.playbook import Playbook

BASE = Month.of(2024, 12)
JANUARY = BASE.plus(1)
EDGES = CubeEdges(deposit_fen=(0, 5000), tenure_months=(12, 36))
EXITED = {"service_status": "EXITED", "exit_type": "CANCELLED", "exit_date": date(2025, 1, 9), "bill_fen": 0}
# Line → band, balance, opened, then its row of January.
LINES: dict[int, tuple[str, int | None, date | None, dict[str, Any]]] = {
    1: ("MID", 4999, date(2023, 12, 31), {"bill_fen": 9100}),  # 12 months, below 50 yuan
    2: ("MID", 5000, date(2024, 1, 1), EXITED),  # 11 months, the edge is included
    3: ("MID", 4000, date(2023, 11, 1), EXITED),  # the cell of line 1
    4: ("LOW", -1, date(2021, 12, 1), {"bill_fen": 100}),  # 36 months, below nothing
    5: ("LOW", None, None, {"bill_fen": 200}),  # neither is known
    6: ("MID", 4999, date(2023, 12, 31), {"bill_fen": 9100, "service_status": "EXITED"}),  # had left before
}


@pytest.fixture
def followed(
    store: Store, tree: None, lines: Callable[..., None], playbook: Playbook, put: Callable[..., Any]
) -> Store:
    """The lines above in December and January; odd ids in unit A1, even ones in B1."""
    for month in (BASE, JANUARY):
        rows = {}
        for key, (_, balance, opened, later) in LINES.items():
            own = {"balance_fen": balance, "open_date": opened, "unit_code": "B1" if key % 2 == 0 else "A1"}
            own |= later if month == JANUARY else {}
            rows[key] = own | (EXITED if key == 6 else {})
        rows[7] = {"unit_code": "A1"} if month == JANUARY else {"suspect_level": 2, "unit_code": "A1"}
        lines(month, rows)
        features = [{"subscriber_id": key, "complete_months": 1, "revenue_3m_fen": 9000} for key in rows]
        put(FEATURE, features, month=month.number)
        labels = [
            {
                "subscriber_id": key,
                "grade": "REGULAR",
                "band": LINES[key][0] if key in LINES else "MID",
                "stage": "STABLE",
                "cluster": "GENERAL",
                "category": "PERSONAL",
                "rule_grade": "REGULAR",
                "pending_months": 0,
            }
            for key in rows
        ]
        put(LABEL, labels, month=month.number)
        build_assignment(store, playbook, month)
        build_kpi(store, playbook, month)
    return store


@pytest.mark.req("M12")
def test_lines_stand_in_the_cell_of_the_month_before_with_who_left_and_what_was_billed(
    followed: Store,
) -> None:
    found = {
        (c.band, c.deposit, c.tenure): (c.line_count, c.churned_count, c.revenue_fen)
        for c in build_cube(followed, JANUARY, EDGES)
    }
    assert found == {
        ("MID", "1", "1"): (2, 1, 9100),
        ("MID", "2", "0"): (1, 1, 0),
        ("LOW", "0", "2"): (1, 0, 100),
        ("LOW", "-", "-"): (1, 0, 200),
    }


@pytest.mark.req("M12")
def test_nodes_part_the_cube_and_a_cell_opens_into_its_lines(followed: Store) -> None:
    whole, a, b = (build_cube(followed, JANUARY, EDGES, node) for node in (None, "A", "B"))
    for name in ("line_count", "churned_count", "revenue_fen"):
        sums = [sum(getattr(cell, name) for cell in cells) for cells in (whole, a, b)]
        assert sums[0] == sums[1] + sums[2]
    assert sum(cell.line_count for cell in b) == 2
    listed = list_cell(followed, JANUARY, EDGES, {"deposit": "1", "tenure": "1"}).table.to_pylist()
    assert [(row["subscriber_id"], row["is_churned"], row["tenure_months"]) for row in listed] == [
        (3, True, 13),
        (1, False, 12),
    ]
    assert len(list_cell(followed, JANUARY, EDGES, {}, "B")) == 2


def test_edges_that_do_not_ascend_and_a_node_that_is_not_there_are_refused(followed: Store) -> None:
    with pytest.raises(UsageError, match=r"cube\.edges"):
        build_cube(followed, JANUARY, CubeEdges((5000, 0), (12,)))
    with pytest.raises(UsageError, match=r"cube\.edges"):
        build_cube(followed, JANUARY, CubeEdges((5000,), ()))
    with pytest.raises(UsageError, match=r"cube\.node"):
        build_cube(followed, JANUARY, EDGES, "NOBODY")
