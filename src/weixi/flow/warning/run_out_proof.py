"""How the forecasts of a deposit's day came out: the spread of their errors, their calibration, and against a rule."""

from dataclasses import dataclass
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.warning.run_out import BANDS, forecast_inputs, forecast_pieces
from weixi.kernel.period import Month

FEWEST = 20
"""A band with fewer past forecasts takes the interval of all bands."""

_CARRIED = ("subscriber_id", "balance_fen", "bill_fen", "run_out_days")
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


def _realised_pieces(pipeline: Pipeline) -> None:
    """Add `realised`: on which day the two later months' bills had used up the balance and the releases.

    Needs the views `next_1` and `next_2`. `realised_days` is null where two months did not do it, or a bill is not
    known. Recharges do not count: it is the day of this balance, whoever filled it up before.
    """
    pipeline.add(
        "later",
        f"""SELECT {", ".join(f"f.{name}" for name in _CARRIED)}, f.predicted_days, f.going_on_fen,
  a.bill_fen AS bill_1, b.bill_fen AS bill_2, GREATEST(f.balance_fen, 0) + f.going_on_fen AS first_fen
FROM forecast f
JOIN next_1 a ON a.subscriber_id = f.subscriber_id JOIN next_2 b ON b.subscriber_id = f.subscriber_id
WHERE a.bill_fen > 0 AND b.bill_fen > 0 AND NOT a.is_carried AND NOT b.is_carried""",
    )
    pipeline.add(
        "realised",
        f"""SELECT {", ".join(_CARRIED)}, predicted_days, CAST(CASE {_BAND} END AS INTEGER) AS band,
  CAST(CASE WHEN first_fen <= bill_1 THEN first_fen * $next_days // NULLIF(bill_1, 0)
    WHEN first_fen + going_on_fen - bill_1 <= bill_2
    THEN $next_days + (first_fen + going_on_fen - bill_1) * $later_days // NULLIF(bill_2, 0) END AS INTEGER)
    AS realised_days
FROM later""",
    )


def realised(store: Store, month: Month) -> tuple[Pipeline, dict[str, Partition], dict[str, Any]] | None:
    """The statement's beginning for forecasts of `month`; None where the two months after it are not in the book."""
    later = [store.current(SUBSCRIBER_MONTH, month=month.plus(k).number) for k in (1, 2)]
    if store.current(FEATURE, month=month.number) is None:
        return None
    inputs, parameters = forecast_inputs(store, month)
    for k, part in enumerate(later, start=1):
        if part is None:
            return None
        inputs[f"next_{k}"] = part
    pipeline = Pipeline()
    forecast_pieces(pipeline, _CARRIED, whole=False)
    _realised_pieces(pipeline)
    return pipeline, inputs, {**parameters, "later_days": month.plus(2).days}


def spreads(store: Store, month: Month) -> tuple[Spread, ...]:
    """What `month` can know of its forecasts' errors: those of the forecasts made two months before.

    The last entry (band −1) is of all bands. A balance that two months did not use up counts as later than any.
    """
    found = realised(store, month.plus(-2))
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
    if not any(spread.forecast_count >= FEWEST for spread in known):
        return "CAST(NULL AS INTEGER)"
    return f"CAST({interval_ends(_ratio_sql(known, 'low'), _ratio_sql(known, 'high'))[end == 'high']} AS INTEGER)"


def interval_ends(low: str, high: str) -> tuple[str, str]:
    """The whole days whose ratio to `predicted_days` lies from `low` to `high`, thousandths: the first and the last.

    Ratios were learnt rounded down, so one of `high` and a fraction is still inside. Where no whole day is, one is.
    """
    first = f"(GREATEST(predicted_days, 1) * ({low}) + 999) // 1000"
    last = f"(GREATEST(predicted_days, 1) * ({high} + 1) - 1) // 1000"
    return first, f"GREATEST({first}, {last})"


def _ratio_sql(known: tuple[Spread, ...], end: str) -> str:
    by_band = {spread.band: getattr(spread, end) for spread in known if spread.forecast_count >= FEWEST}
    whole = by_band.get(-1, 1000)
    places = " ".join(
        f"WHEN predicted_days <= {high} THEN {by_band.get(k, whole)}" for k, (_, high) in enumerate(BANDS)
    )
    return f"CASE {places} END"


def calibration(store: Store, month: Month) -> tuple[Coverage, ...]:
    """How the forecasts made two months before `month` came out, by band; () where too few months are there.

    Their intervals are those that were known when they were made, from forecasts two months older still.
    """
    made = month.plus(-2)
    known = spreads(store, made)
    found = realised(store, made)
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
  CAST(COALESCE(sum(abs(realised_days - run_out_days)), 0) AS BIGINT) AS flat_error_days,
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
    found = realised(store, month.plus(-2))
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
