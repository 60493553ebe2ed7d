"""The months that a table has, and the one that a page shows."""

from dataclasses import dataclass

from weixi.desk.base.book import store
from weixi.engine import Partition, Table
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


@dataclass(frozen=True)
class Sealed:
    """One month's partition of a table, and the months that there are, newest first."""

    month: Month
    months: tuple[Month, ...]
    partition: Partition


def choose(table: Table, asked: str) -> Sealed | None:
    """The partition of the month written as 2025-06, or the latest; None where the table has none.

    Raises UsageError for a month that it does not have.
    """
    found = {Month.from_number(int(each.key["month"])): each for each in store().partitions(table)}
    if not found:
        return None
    months = tuple(sorted(found, reverse=True))
    month = Month.parse(asked) if asked else months[0]
    if month not in found:
        raise UsageError(
            "evidence.month",
            Text(f"{month} 没有这项结果", f"{month} has no such result"),
            Text(
                f"可选月份：{months[-1]} 至 {months[0]}", f"months that have it: {months[-1]} to {months[0]}"
            ),
        )
    return Sealed(month, months, found[month])
