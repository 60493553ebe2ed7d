"""The day on which a deposit runs out: the balance over the expected daily spend of the coming month.

That is the mean of the last complete months times the season (what the whole prepaid base spent in that calendar month
a year ago against the three months now), less a release that goes on. It needs twelve months of books; with fewer the
season is 100 %.
"""

from collections.abc import Sequence
from typing import Any

from weixi.dialect.compose import Pipeline, words
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, going_on_sql, subscriber_pieces
from weixi.kernel.period import Month

LONGEST = 45
"""Forecasts of more days are no clock yet: they are neither listed nor judged."""

BANDS = ((0, 7), (8, 15), (16, 30), (31, LONGEST))
"""Predicted days, both ends included, of which each has an interval of its own."""

_SPENDS = f"NOT is_stopped AND run_out_days IS NOT NULL AND balance_fen < {10**12}"
_GOING_ON = going_on_sql("subsidy_release_fen", "subsidy_end_date", "as_of")


def season_percent(store: Store, month: Month) -> int:
    """What the coming calendar month takes of a prepaid line, in percent of the mean of the last three months."""
    year_ago = store.current(SUBSCRIBER_MONTH, month=month.plus(-11).number)
    recent = [store.current(SUBSCRIBER_MONTH, month=month.plus(-k).number) for k in range(3)]
    if year_ago is None or any(part is None for part in recent):
        return 100
    means = [_mean_bill(store, part) for part in (year_ago, *recent) if part is not None]
    now = sum(means[1:])
    return 100 if min(means) <= 0 else (means[0] * 300 + now // 2) // now


def _mean_bill(store: Store, book: Partition) -> int:
    """The mean bill of the month's prepaid lines with a bill, in hundredths of a fen."""
    row = store.rows(
        """SELECT CAST(COALESCE(sum(bill_fen), 0) AS BIGINT) AS total_fen, count(*) AS line_count FROM line
WHERE payment_type = 'PREPAID' AND line_use = 'COMMERCIAL' AND bill_fen > 0 AND NOT is_carried""",
        inputs={"line": book},
    )[0]
    return int(row["total_fen"]) * 100 // max(int(row["line_count"]), 1)


def forecast_pieces(pipeline: Pipeline, columns: Sequence[str], *, whole: bool) -> None:
    """Add `forecast`: these columns of the subscriber, his `balance_fen`, `going_on_fen` and `predicted_days`.

    `going_on_fen` is the release of a subsidy that goes on. Of the lines in service that have no balance or no spend,
    or whose releases pay it, the days are null; they are there only where the `whole` is asked for.

    Needs `line`, `feature`, `$as_of`, `$season_percent` and `$next_days`, the days of the coming month. Releases come
    on the first of a month, so the first one counts with the balance.
    """
    carried = [*columns, *(name for name in ("balance_fen",) if name not in columns)]
    needed = {"revenue_3m_fen", "complete_months", "is_in_service", *words(_SPENDS, _GOING_ON)}
    subscriber_pieces(pipeline, columns={*carried, *needed})
    named = ", ".join(carried)
    expected = "NULLIF(revenue_3m_fen * $season_percent // (100 * NULLIF(complete_months, 0)), 0)"
    pipeline.add(
        "spending",
        f"""SELECT {named}, {_GOING_ON} AS going_on_fen,
  {f"CASE WHEN {_SPENDS} THEN {expected} END" if whole else expected} AS expected_fen
FROM subscriber WHERE is_in_service{"" if whole else f" AND {_SPENDS}"}""",
    )
    pipeline.add(
        "lasting",
        f"""SELECT {named}, going_on_fen,
  CASE WHEN GREATEST(balance_fen, 0) + going_on_fen <= expected_fen
    THEN (GREATEST(balance_fen, 0) + going_on_fen) * $next_days // NULLIF(expected_fen, 0)
    WHEN expected_fen > going_on_fen
    THEN $next_days
      + (GREATEST(balance_fen, 0) + 2 * going_on_fen - expected_fen) * 30 // NULLIF(expected_fen - going_on_fen, 0)
  END AS days
FROM spending""",
    )
    pipeline.add(
        "forecast",
        f"""SELECT {named}, going_on_fen,
  CAST(CASE WHEN days > 3650 THEN 3650 ELSE days END AS INTEGER) AS predicted_days
FROM lasting{"" if whole else " WHERE days IS NOT NULL"}""",
    )


def forecast_inputs(store: Store, month: Month) -> tuple[dict[str, Partition], dict[str, Any]]:
    """The views and the parameters that `forecast_pieces` needs for forecasts of `month`."""
    inputs = {
        "line": store.require(SUBSCRIBER_MONTH, month=month.number),
        "feature": store.require(FEATURE, month=month.number),
    }
    parameters = {
        "as_of": month.last,
        "season_percent": season_percent(store, month),
        "next_days": month.plus(1).days,
    }
    return inputs, parameters
