"""What the daily feeds know of a node: the month so far, and what yesterday's data verified, owner by owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from weixi.desk.base.book import store
from weixi.desk.scorecard.queries.kept import Kept
from weixi.flow.assessment import value
from weixi.flow.book import day_key, day_of
from weixi.flow.cohort import require_path, require_tree
from weixi.flow.outcome import DAY_CLOSING, plans_of
from weixi.kernel.period import Month

Owner = tuple[str, str]
"""A unit's code and an owner's; no owner: the unit's pool."""

_SO_FAR = """WITH state AS (
  SELECT task_id AS state_id, MAX(CASE WHEN state = 'WITHDRAWN' THEN 1 ELSE 0 END) AS withdrawn_flag,
    MAX(CASE WHEN state = 'CLOSED' THEN 1 ELSE 0 END) AS closed_flag
  FROM closing GROUP BY task_id
)
SELECT CAST(COALESCE(SUM(closed_flag), 0) AS BIGINT) AS verified_count, COUNT(*) AS counted_count
FROM plan JOIN path ON path.node_code = plan.node_code LEFT JOIN state ON state_id = task_id
WHERE path.ancestor_code = $code AND is_assessed AND NOT is_holdout AND withdrawn_rule IS NULL
  AND COALESCE(withdrawn_flag, 0) = 0"""


@dataclass(frozen=True)
class DayFigures:
    """What the data up to `day` says of a node: `verified_count` of `counted_count` assessed tasks of the month so far.

    `verified` counts the tasks that the day's own data closed, by owner; hold-outs are nobody's work.
    """

    day: date
    month: Month
    verified_count: int
    counted_count: int
    verified: Mapping[Owner, int]

    @property
    def rate(self) -> Fraction | None:
        """The month's completion so far; the month's own book decides in the end."""
        return value(self.verified_count, self.counted_count)


_days: Kept[DayFigures] = Kept(256)


def last_day(before: date) -> date | None:
    """The latest day before that one whose data were run; None: there are no daily feeds."""
    return max((at for p in store().partitions(DAY_CLOSING) if (at := day_of(p)) < before), default=None)


def day_figures(day: date, code: str) -> DayFigures:
    """The node's figures of a day that was run. Raises DataError where it was not."""
    month = Month.containing(day)
    closings = [p for p in store().partitions(DAY_CLOSING) if month.first <= day_of(p) <= day]
    plans = plans_of(store(), month, day + timedelta(days=1))
    prints = tuple(p.fingerprint for p in (*closings, *plans))
    return _days.get((str(store().home), prints, day, code), lambda: _figures(day, code))


def _figures(day: date, code: str) -> DayFigures:
    month = Month.containing(day)
    own = store().require(DAY_CLOSING, **day_key(day))
    closings = [p for p in store().partitions(DAY_CLOSING) if month.first <= day_of(p) <= day]
    path = require_path(store(), require_tree(store(), month.plus(-1)))
    so_far = store().rows(
        _SO_FAR,
        inputs={
            "plan": plans_of(store(), month, day + timedelta(days=1)),
            "closing": closings,
            "path": path,
        },
        parameters={"code": code},
    )[0]
    rows = store().rows(
        """SELECT c.unit_code, COALESCE(c.owner_code, '') AS owner_code, COUNT(*) AS task_count
FROM closing AS c JOIN path ON path.node_code = c.node_code
WHERE path.ancestor_code = $code AND c.state = 'CLOSED' AND NOT c.is_holdout
GROUP BY c.unit_code, COALESCE(c.owner_code, '') ORDER BY c.unit_code, owner_code""",
        inputs={"closing": own, "path": path},
        parameters={"code": code},
    )
    return DayFigures(
        day=day,
        month=month,
        verified_count=int(so_far["verified_count"]),
        counted_count=int(so_far["counted_count"]),
        verified={(row["unit_code"], row["owner_code"]): row["task_count"] for row in rows},
    )
