"""The months that a table has, and the one that a page shows."""

from dataclasses import dataclass

from weixi.desk.base.book import store
from weixi.engine import Partition, Table
from weixi.flow.score import SCORE_GAP, Gap, Score, read_gaps
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


@dataclass(frozen=True, slots=True)
class Lacking:
    """Why the latest month has not a score, and what to do."""

    month: Month
    gap: Gap


def lacking(score: Score, shown: Sealed | None) -> Lacking | None:
    """Why a month later than the one shown has not that score; None where nothing lacks or none was tried."""
    tried = [
        Month.from_number(int(each.key["month"]))
        for each in store().partitions(SCORE_GAP)
        if each.key["score"] == score.value.lower()
    ]
    if not tried or (shown is not None and max(tried) <= shown.months[0]):
        return None
    gap = next((each for each in read_gaps(store(), max(tried)) if each.score is score), None)
    return None if gap is None else Lacking(max(tried), gap)
