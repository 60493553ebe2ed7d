"""The five-way cross table and how lines move between months."""

from collections.abc import Callable

import pytest

from weixi.engine import Store
from weixi.flow.segment import DIMENSIONS, build_label, build_threshold, cross_table, label_history, moves
from weixi.kernel.errors import UsageError
from weixi.kernel.period import Month
from weixi.playbook import Playbook

APRIL, MAY = Month.of(2025, 4), Month.of(2025, 5)
Book = Callable[..., None]


@pytest.fixture
def two_months(store: Store, plan: Playbook, book: Book) -> Store:
    """April: lines 1–3; May: 1 has left, 2 has risen a band, 3 is as it was, 4 is a new prospect."""
    paid = {"complete_months": 3, "revenue_3m_fen": 10000}
    book({"subscriber_id": 1, **paid}, {"subscriber_id": 2, **paid}, {"subscriber_id": 3}, month=APRIL)
    book(
        {"subscriber_id": 1, **paid, "service_status": "EXITED"},
        {"subscriber_id": 2, "complete_months": 3, "revenue_3m_fen": 30000},
        {"subscriber_id": 3},
        {"subscriber_id": 4, "service_status": "PROSPECT", "open_date": None},
        month=MAY,
    )
    for month in (APRIL, MAY):
        build_threshold(store, plan, month)
        build_label(store, plan, month)
    return store


@pytest.mark.req("P3")
def test_the_totals_of_every_dimension_equal_the_base(two_months: Store) -> None:
    table = cross_table(two_months, MAY)
    assert (table.base_count, table.total, table.unclassified_count) == (4, 4, 0)
    for dimension in DIMENSIONS:
        assert sum(table.by(dimension).values()) == 4
    assert table.by("grade") == {("LAPSED",): 1, ("PROSPECT",): 1, ("REGULAR",): 2}
    assert table.by("grade", "band")[("REGULAR", "B80")] == 1
    assert len(table.cells) == 4


@pytest.mark.req("P5")
def test_the_band_matrix_has_last_months_base_and_this_months(two_months: Store) -> None:
    matrix = {(m.before, m.after): m.line_count for m in moves(two_months, MAY, "band")}
    assert matrix == {("B30", "B30"): 1, ("B30", "B80"): 1, ("NONE", "NONE"): 1, (None, "NONE"): 1}
    assert sum(count for (before, _), count in matrix.items() if before is not None) == 3
    assert sum(count for (_, after), count in matrix.items() if after is not None) == 4


@pytest.mark.req("P6")
def test_lines_that_change_stage_are_counted(two_months: Store) -> None:
    matrix = {(m.before, m.after): m.line_count for m in moves(two_months, MAY, "stage")}
    assert matrix == {("STABLE", "EXITED"): 1, ("STABLE", "STABLE"): 2, (None, "LEAD"): 1}


@pytest.mark.req("P4")
def test_a_lines_grade_history_names_every_month(two_months: Store) -> None:
    assert [(row.month, row.grade) for row in label_history(two_months, 1)] == [
        (202504, "REGULAR"),
        (202505, "LAPSED"),
    ]
    assert [row.month for row in label_history(two_months, 4)] == [202505]
    assert label_history(two_months, 99) == []


def test_an_unknown_dimension_is_refused(two_months: Store) -> None:
    with pytest.raises(UsageError, match=r"segment\.dimension"):
        moves(two_months, MAY, "grade; DROP")
    with pytest.raises(UsageError, match=r"segment\.dimension"):
        cross_table(two_months, MAY).by("colour")
