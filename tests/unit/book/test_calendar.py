"""Which months are there, and what is said of one that is not."""

import pytest

from weixi.dialect.types import ColumnType
from weixi.engine import Column, Store, Table
from weixi.flow.book import months_of, require_month
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

TABLE = Table("thing", "one thing", ("month",), ("n",), (Column("n", ColumnType.BIGINT, "number"),))
WHAT, REMEDY = Text("没有", "there is none"), Text("先做", "do it first")


def fill(store: Store, count: int) -> list[Month]:
    months = [Month.of(2024, 11).plus(k) for k in range(count)]
    for month in reversed(months):
        store.put(TABLE, {"month": month.number}, [], origin="test")
    return months


def test_months_are_in_order_and_one_that_is_there_comes_back(store: Store) -> None:
    months = fill(store, 3)
    assert months_of(store, TABLE) == months
    assert require_month(store, TABLE, months[1], WHAT, REMEDY).key["month"] == months[1].number


@pytest.mark.parametrize(
    ("count", "named"),
    [(0, "无"), (2, "2024-11、2024-12"), (8, "…、2025-01、2025-02、2025-03、2025-04、2025-05、2025-06")],
)
def test_a_month_that_is_not_there_names_the_latest_that_are(store: Store, count: int, named: str) -> None:
    fill(store, count)
    with pytest.raises(DataError) as caught:
        require_month(store, TABLE, Month.of(2030, 1), WHAT, REMEDY)
    assert caught.value.code == "thing.no_month"
    assert caught.value.remedy.zh == f"先做；已有的月份：{named}"
