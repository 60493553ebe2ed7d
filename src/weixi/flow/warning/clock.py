"""The four clocks of a line: when its balance, lease, subsidy and broadband end, and how sure the first of them is.

The deposit's day is a forecast: the balance over the expected daily spend of the coming month, which is the mean of
the last complete months times the season (what the whole prepaid base spent in that calendar month a year ago against
the three months now), less a release that goes on. It needs twelve months of books; with fewer the season is 100 %.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, subscriber_pieces
from weixi.flow.warning.tables import CLOCK
from weixi.kernel.period import Month

LONGEST = 45
"""Forecasts of more days are no clock yet: they are neither listed nor judged."""

BANDS = ((0, 7), (8, 15), (16, 30), (31, LONGEST))
"""Predicted days, both ends included, of which each has an interval of its own."""

FEWEST = 20
"""A band with fewer past forecasts takes the interval of all bands."""

_BAND = " ".join(f"WHEN predicted_days <= {high} THEN {k}" for k, (_, high) in enumerate(BANDS))


@dataclass(frozen=True, slots=True)
class Spread:
    """Realised over predicted days of one band's past forecasts, in thousandths: its 10 %, 50 % and 90 % points."""

    band: int
    forecast_count: int
    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the forecasts of one band came out: `within_count` of them inside their 80 % interval.

    `error_days` is the mean of |realised − predicted|, `flat_error_days` the same of a forecast without the season.
    """

    low_days: int
    high_days: int
    forecast_count: int
    within_count: int
    error_days: float
    flat_error_days: float


@dataclass(frozen=True, slots=True)
class Against:
    """The forecast beside a fixed 30-day rule at an equal number of calls.

    The rule calls, on the month's first day, every line whose balance is below its last bill. The forecast calls as
    many lines, those that run out first, `lead_days` before the day. `ran_out_count`: the balance was used up within
    30 days; `late_count`: it was so before the call; `off_days`: mean distance of the call from `lead_days` before the
    day, over the lines whose day is known (`known_count`). `date_error_days`: mean distance of the day that the method
    names (the rule: the thirtieth) from the day.
    """

    method: str
    call_count: int
    ran_out_count: int
    late_count: int
    known_count: int
    off_days: float
    date_error_days: float


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


def forecast_pieces(pipeline: Pipeline) -> None:
    """Add `forecast`: one row a prepaid line in service with a balance and spend, and its `predicted_days`.

    A line whose releases pay its spend has no row. Needs `line`, `feature`, `$as_of`, `$season_percent` and
    `$next_days`, the days of the coming month. Releases come on the first of a month, so the first one counts with the
    balance.
    """
    subscriber_pieces(pipeline)
    pipeline.add(
        "spending",
        f"""SELECT subscriber_id, household_key, balance_fen, previous_bill_fen, bill_fen, revenue_3m_fen,
  complete_months, run_out_days AS flat_days,
  CASE WHEN subsidy_end_date >= as_of + 30 AND subsidy_release_fen > 0 THEN subsidy_release_fen ELSE 0 END
    AS release_fen,
  revenue_3m_fen * $season_percent // (100 * NULLIF(complete_months, 0)) AS expected_fen
FROM subscriber WHERE is_in_service AND NOT is_stopped AND run_out_days IS NOT NULL AND balance_fen < {10**12}""",
    )
    pipeline.add(
        "lasting",
        f"""SELECT {_CARRIED}, release_fen, expected_fen,
  CASE WHEN GREATEST(balance_fen, 0) + release_fen <= expected_fen
    THEN (GREATEST(balance_fen, 0) + release_fen) * $next_days // NULLIF(expected_fen, 0)
    WHEN expected_fen > release_fen
    THEN $next_days
      + (GREATEST(balance_fen, 0) + 2 * release_fen - expected_fen) * 30 // NULLIF(expected_fen - release_fen, 0)
  END AS days
FROM spending WHERE expected_fen > 0""",
    )
    pipeline.add(
        "forecast",
        f"""SELECT {_CARRIED}, release_fen, CAST(LEAST(days, 3650) AS INTEGER) AS predicted_days
FROM lasting WHERE days IS NOT NULL""",
    )


_CARRIED = "subscriber_id, household_key, balance_fen, previous_bill_fen, bill_fen, revenue_3m_fen, flat_days"


def _forecast(store: Store, month: Month) -> tuple[dict[str, Partition], dict[str, Any]]:
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


def _realised_pieces(pipeline: Pipeline) -> None:
    """Add `realised`: on which day the two later months' bills had used up the balance and the releases.

    Needs the views `next_1` and `next_2`. `realised_days` is null where two months did not do it, or a bill is not
    known. Recharges do not count: it is the day of this balance, whoever filled it up before.
    """
    pipeline.add(
        "later",
        f"""SELECT f.{_CARRIED.replace(", ", ", f.")}, f.predicted_days, f.release_fen,
  a.bill_fen AS bill_1, b.bill_fen AS bill_2, GREATEST(f.balance_fen, 0) + f.release_fen AS first_fen
FROM forecast f
JOIN next_1 a ON a.subscriber_id = f.subscriber_id JOIN next_2 b ON b.subscriber_id = f.subscriber_id
WHERE a.bill_fen > 0 AND b.bill_fen > 0 AND NOT a.is_carried AND NOT b.is_carried""",
    )
    pipeline.add(
        "realised",
        f"""SELECT {_CARRIED}, predicted_days, CAST(CASE {_BAND} END AS INTEGER) AS band,
  CAST(CASE WHEN first_fen <= bill_1 THEN first_fen * $next_days // NULLIF(bill_1, 0)
    WHEN first_fen + release_fen - bill_1 <= bill_2
    THEN $next_days + (first_fen + release_fen - bill_1) * $later_days // NULLIF(bill_2, 0) END AS INTEGER)
    AS realised_days
FROM later""",
    )


def _realised(store: Store, month: Month) -> tuple[Pipeline, dict[str, Partition], dict[str, Any]] | None:
    """The statement's beginning for forecasts of `month`; None where the two months after it are not in the book."""
    later = [store.current(SUBSCRIBER_MONTH, month=month.plus(k).number) for k in (1, 2)]
    if store.current(FEATURE, month=month.number) is None:
        return None
    inputs, parameters = _forecast(store, month)
    for k, part in enumerate(later, start=1):
        if part is None:
            return None
        inputs[f"next_{k}"] = part
    pipeline = Pipeline()
    forecast_pieces(pipeline)
    _realised_pieces(pipeline)
    return pipeline, inputs, {**parameters, "later_days": month.plus(2).days}


def spreads(store: Store, month: Month) -> tuple[Spread, ...]:
    """What `month` can know of its forecasts' errors: those of the forecasts made two months before.

    The last entry (band −1) is of all bands. A balance that two months did not use up counts as later than any.
    """
    found = _realised(store, month.plus(-2))
    if found is None:
        return ()
    pipeline, inputs, parameters = found
    pipeline.add(
        "ratio",
        """SELECT subscriber_id, band,
  CAST(COALESCE(realised_days * 1000 // NULLIF(GREATEST(predicted_days, 1), 0), 9000) AS BIGINT) AS ratio
FROM realised WHERE band IS NOT NULL""",
    )
    pipeline.add(
        "each",
        """SELECT subscriber_id, band, ratio FROM ratio
UNION ALL
SELECT subscriber_id, CAST(-1 AS INTEGER) AS band, ratio FROM ratio""",
    )
    pipeline.add(
        "placed",
        """SELECT band, ratio, row_number() OVER (PARTITION BY band ORDER BY ratio, subscriber_id) AS place,
  count(*) OVER (PARTITION BY band) AS forecast_count
FROM each""",
    )
    # The interval must hold eight forecasts of ten that are still to be made, so its ends lie one place outside.
    rows = store.rows(
        pipeline.text(
            """SELECT band, max(forecast_count) AS forecast_count,
  max(CASE WHEN place <= GREATEST((forecast_count + 1) // 10, 1) THEN ratio END) AS low,
  max(CASE WHEN place <= (forecast_count + 1) // 2 THEN ratio END) AS middle,
  min(CASE WHEN place >= LEAST((forecast_count * 9 + 18) // 10, forecast_count) THEN ratio END) AS high
FROM placed GROUP BY band ORDER BY band"""
        ),
        inputs=inputs,
        parameters=parameters,
    )
    return tuple(
        Spread(
            int(r["band"]),
            int(r["forecast_count"]),
            int(r["low"]),
            int(r["middle"] or r["low"]),
            int(r["high"]),
        )
        for r in sorted(rows, key=lambda r: -int(r["band"]))
    )


def interval_sql(known: tuple[Spread, ...], end: str) -> str:
    """The `low` or `high` day of the 80 % interval over `predicted_days`; NULL where nothing is known yet."""
    by_band = {spread.band: getattr(spread, end) for spread in known if spread.forecast_count >= FEWEST}
    if not by_band:
        return "CAST(NULL AS INTEGER)"
    whole = by_band.get(-1, 1000)
    places = " ".join(
        f"WHEN predicted_days <= {high} THEN {by_band.get(k, whole)}" for k, (_, high) in enumerate(BANDS)
    )
    up = " + 999" if end == "high" else ""
    return f"CAST((GREATEST(predicted_days, 1) * CASE {places} END{up}) // 1000 AS INTEGER)"


def build_clock(store: Store, month: Month) -> Partition:
    """The clocks of every line that has one (CLOCK). A month without balances or bills has no run-out days."""
    inputs, parameters = _forecast(store, month)
    known = spreads(store, month)
    pipeline = Pipeline()
    forecast_pieces(pipeline)
    pipeline.add(
        "soon",
        f"""SELECT subscriber_id, predicted_days, {interval_sql(known, "low")} AS low_days,
  {interval_sql(known, "high")} AS high_days
FROM forecast WHERE predicted_days <= {LONGEST}""",
    )
    pipeline.add(
        "ticking",
        """SELECT s.subscriber_id, s.household_key, s.as_of + f.predicted_days AS run_out_date,
  s.as_of + f.low_days AS run_out_low_date,
  CASE WHEN f.high_days IS NOT NULL THEN s.as_of + LEAST(f.high_days, 3650) END AS run_out_high_date,
  CASE WHEN s.contract_kind = 'HANDSET_LEASE' AND s.days_to_contract_end >= 0 AND s.days_to_contract_end <= 90
    THEN s.contract_end_date END AS lease_end_date,
  CASE WHEN s.days_to_subsidy_end >= 0 AND s.days_to_subsidy_end <= 90 THEN s.subsidy_end_date END AS subsidy_end_date,
  s.revenue_3m_fen // NULLIF(s.complete_months, 0) AS bill_after_fen, COALESCE(s.subsidy_release_fen, 0) AS release_fen,
  CASE WHEN s.days_to_broadband_end >= 0 AND s.days_to_broadband_end <= 90 THEN s.broadband_end_date END
    AS broadband_end_date,
  s.open_repair_count, s.revenue_3m_fen
FROM subscriber s LEFT JOIN soon f ON f.subscriber_id = s.subscriber_id WHERE s.is_in_service""",
    )
    return store.write(
        CLOCK,
        {"month": month.number},
        pipeline.text(
            """SELECT subscriber_id, household_key, run_out_date, run_out_low_date, run_out_high_date, lease_end_date,
  subsidy_end_date,
  CASE WHEN subsidy_end_date IS NOT NULL THEN GREATEST(bill_after_fen - release_fen, 0) END AS bill_before_fen,
  CASE WHEN subsidy_end_date IS NOT NULL THEN bill_after_fen END AS bill_after_fen,
  broadband_end_date, open_repair_count,
  LEAST(COALESCE(run_out_date, $never), COALESCE(lease_end_date, $never), COALESCE(subsidy_end_date, $never),
    COALESCE(broadband_end_date, $never)) AS first_date, revenue_3m_fen
FROM ticking
WHERE COALESCE(run_out_date, lease_end_date, subsidy_end_date, broadband_end_date) IS NOT NULL"""
        ),
        inputs=inputs,
        parameters={**parameters, "never": date(9999, 12, 31)},
        note={
            "season_percent": parameters["season_percent"],
            "spreads": [[k.band, k.forecast_count, k.low, k.middle, k.high] for k in known],
        },
    )


def calibration(store: Store, month: Month) -> tuple[Coverage, ...]:
    """How the forecasts made two months before `month` came out, by band; () where too few months are there.

    Their intervals are those that were known when they were made, from forecasts two months older still.
    """
    made = month.plus(-2)
    known = spreads(store, made)
    found = _realised(store, made)
    if found is None or not known:
        return ()
    pipeline, inputs, parameters = found
    rows = store.rows(
        pipeline.text(
            f"""SELECT band, count(*) AS forecast_count,
  CAST(sum(CASE WHEN COALESCE(realised_days, 999) >= {interval_sql(known, "low")}
    AND COALESCE(realised_days, 999) <= CASE WHEN {interval_sql(known, "high")} >= 9 * GREATEST(predicted_days, 1)
      THEN 999 ELSE {interval_sql(known, "high")} END THEN 1 ELSE 0 END) AS BIGINT) AS within_count,
  CAST(COALESCE(sum(abs(realised_days - predicted_days)), 0) AS BIGINT) AS error_days,
  CAST(COALESCE(sum(abs(realised_days - flat_days)), 0) AS BIGINT) AS flat_error_days,
  count(realised_days) AS known_count
FROM realised WHERE band IS NOT NULL GROUP BY band ORDER BY band"""
        ),
        inputs=inputs,
        parameters=parameters,
    )
    return tuple(
        Coverage(
            *BANDS[int(row["band"])],
            forecast_count=int(row["forecast_count"]),
            within_count=int(row["within_count"]),
            error_days=int(row["error_days"]) / max(int(row["known_count"]), 1),
            flat_error_days=int(row["flat_error_days"]) / max(int(row["known_count"]), 1),
        )
        for row in rows
    )


def against_rule(store: Store, month: Month, lead_days: int) -> tuple[Against, ...]:
    """The forecasts of two months before `month` beside the fixed rule; () where the later months are not there."""
    found = _realised(store, month.plus(-2))
    if found is None:
        return ()
    pipeline, inputs, parameters = found
    pipeline.add(
        "ruled",
        "SELECT count(*) AS call_count FROM realised WHERE balance_fen < bill_fen",
    )
    pipeline.add(
        "ranked",
        """SELECT predicted_days, realised_days, row_number() OVER (ORDER BY predicted_days, subscriber_id) AS place
FROM realised""",
    )
    pipeline.add(
        "called",
        f"""SELECT 'RULE' AS method, CAST(1 AS INTEGER) AS call_day, CAST(30 AS INTEGER) AS named_day, realised_days
FROM realised WHERE balance_fen < bill_fen
UNION ALL
SELECT 'FORECAST' AS method, CAST(GREATEST(predicted_days - {int(lead_days)}, 1) AS INTEGER) AS call_day,
  predicted_days AS named_day, realised_days
FROM ranked JOIN ruled ON place <= call_count""",
    )
    rows = store.rows(
        pipeline.text(
            f"""SELECT method, count(*) AS call_count, count(realised_days) AS known_count,
  CAST(sum(CASE WHEN realised_days <= 30 THEN 1 ELSE 0 END) AS BIGINT) AS ran_out_count,
  CAST(sum(CASE WHEN realised_days < call_day THEN 1 ELSE 0 END) AS BIGINT) AS late_count,
  CAST(COALESCE(sum(abs(GREATEST(realised_days - {int(lead_days)}, 1) - call_day)), 0) AS BIGINT) AS off_days,
  CAST(COALESCE(sum(abs(realised_days - named_day)), 0) AS BIGINT) AS date_days
FROM called GROUP BY method ORDER BY method DESC"""
        ),
        inputs=inputs,
        parameters=parameters,
    )
    return tuple(
        Against(
            method=str(row["method"]),
            call_count=int(row["call_count"]),
            ran_out_count=int(row["ran_out_count"]),
            late_count=int(row["late_count"]),
            known_count=int(row["known_count"]),
            off_days=int(row["off_days"]) / max(int(row["known_count"]), 1),
            date_error_days=int(row["date_days"]) / max(int(row["known_count"]), 1),
        )
        for row in rows
    )
