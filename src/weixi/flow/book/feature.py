"""What the last twelve months say of a line: one GROUP BY, no window."""

from collections.abc import Sequence

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store, Table
from weixi.engine.port import Value
from weixi.flow.book.tables import EVENT, FEATURE, SUBSCRIBER_MONTH
from weixi.kernel.period import Month

MONTHS = 12
RECENT = 3

_BILLED = "NOT is_carried AND bill_fen IS NOT NULL"
_BEFORE = "COALESCE(bill_before_discount_fen, bill_fen)"
_SILENT = """COALESCE(call_count, data_kb, sms_count) IS NOT NULL
      AND COALESCE(call_count, 0) + COALESCE(data_kb, 0) + COALESCE(sms_count, 0) = 0"""
_STOPPED = "service_status IN ('ONE_WAY_STOPPED', 'TWO_WAY_STOPPED')"
_FIRST_DAY = "CASE month WHEN $month THEN $first WHEN $month_1 THEN $first_1 ELSE $first_2 END"
_IS_RECENT = "month >= $month_2"
_IS_BEFORE = "month >= $month_5 AND month < $month_2"


def _total(value: str, when: str = "") -> str:
    """A whole sum of the rows for which `when` holds; 0 without any."""
    counted = f"CASE WHEN {when} THEN {value} END" if when else value
    return f"COALESCE(CAST(sum({counted}) AS BIGINT), 0)"


def _undated(value: str, month: str) -> str:
    """A month's figure of a line whose day of opening is not known; null where it is, or without a bill."""
    return (
        f"CAST(max(CASE WHEN month = {month} AND open_date IS NULL AND {_BILLED} THEN {value} END) AS BIGINT)"
    )


def feature_text(*, has_events: bool) -> str:
    """The SQL of the features; views: `history` (SUBSCRIBER_MONTH, up to twelve months) and `happening` (EVENT).

    Parameters: `$month`, `$month_1`, `$month_2`, `$month_5` (YYYYMM so many months back) and the first days
    `$first`, `$first_1`, `$first_2`. A month is complete for a line that was opened before its first day and has a
    bill in it; where the day of opening is not known, for a line that an earlier one of the twelve months lists.
    """
    dated = f"{_IS_RECENT} AND open_date < {_FIRST_DAY} AND {_BILLED}"
    slots = {0: "$month", 1: "$month_1", 2: "$month_2"}
    undated = ",\n".join(
        f"{_undated('bill_fen', name)} AS undated_{back}_fen, {_undated(_BEFORE, name)} AS undated_{back}_before_fen"
        for back, name in slots.items()
    )
    pipeline = Pipeline().add(
        "summed",
        f"""SELECT subscriber_id,
  min(month) AS first_month,
  {_total("1", dated)} AS dated_months,
  {_total("bill_fen", dated)} AS dated_fen,
  {_total(_BEFORE, dated)} AS dated_before_fen,
  {undated},
  {_total("bill_fen")} AS revenue_12m_fen,
  {_total("1", "bill_fen > 0")} AS billed_months_12m,
  {_total("bill_fen", _IS_BEFORE)} AS revenue_previous_3m_fen,
  {_total("voice_seconds", _IS_RECENT)} AS voice_3m_seconds,
  {_total("voice_seconds", _IS_BEFORE)} AS voice_previous_3m_seconds,
  {_total("data_kb", _IS_RECENT)} AS data_3m_kb,
  {_total("data_kb", _IS_BEFORE)} AS data_previous_3m_kb,
  max(CASE WHEN month = $month_1 THEN bill_fen END) AS previous_bill_fen,
  max(CASE WHEN month = $month_1 THEN call_count END) AS previous_call_count,
  max(CASE WHEN month = $month_1 THEN data_kb END) AS previous_data_kb,
  {_total("1", f"{_IS_RECENT} AND {_SILENT}")} AS silent_months,
  {_total("1", f"{_IS_RECENT} AND {_STOPPED}")} AS stopped_months_3m,
  {_total("complaint_count", _IS_RECENT)} AS complaints_3m,
  CAST(count(*) AS BIGINT) AS seen_months
FROM history
GROUP BY subscriber_id
HAVING max(CASE WHEN month = $month THEN 1 ELSE 0 END) = 1""",
    )
    if has_events:
        pipeline.add("moved", _moved_text())
    return pipeline.text(_final_text(slots, has_events=has_events))


def _moved_text() -> str:
    return f"""SELECT subscriber_id,
  {_total("amount_fen", "event_type = 'RECHARGE'")} AS recharge_3m_fen,
  {_total("1", "event_type = 'PORT_OUT_QUERY' AND month = $month")} AS port_out_query_count,
  max(CASE WHEN event_type = 'PORT_OUT_APPLICATION' THEN event_date END) AS port_out_application_date,
  {_total("1", "event_type = 'ORDER'")} AS order_3m_count,
  {_total("CASE event_type WHEN 'REPAIR' THEN 1 WHEN 'REPAIR_DONE' THEN -1 ELSE 0 END", "month = $month")}
    AS repair_balance
FROM happening
GROUP BY subscriber_id"""


def _final_text(slots: dict[int, str], *, has_events: bool) -> str:
    """The features' columns from the sums of the months and of the events."""

    def complete(value: str) -> str:
        return " + ".join(
            f"CASE WHEN first_month < {name} AND undated_{back}_fen IS NOT NULL THEN {value.format(back)} ELSE 0 END"
            for back, name in slots.items()
        )

    if has_events:
        moved = """COALESCE(e.recharge_3m_fen, 0) AS recharge_3m_fen,
  s.seen_months,
  COALESCE(e.port_out_query_count, 0) AS port_out_query_count,
  e.port_out_application_date,
  COALESCE(e.order_3m_count, 0) AS order_3m_count,
  GREATEST(COALESCE(e.repair_balance, 0), 0) AS open_repair_count
FROM summed s LEFT JOIN moved e ON e.subscriber_id = s.subscriber_id"""
    else:
        moved = """CAST(0 AS BIGINT) AS recharge_3m_fen,
  s.seen_months,
  CAST(0 AS BIGINT) AS port_out_query_count,
  CAST(NULL AS DATE) AS port_out_application_date,
  CAST(0 AS BIGINT) AS order_3m_count,
  CAST(0 AS BIGINT) AS open_repair_count
FROM summed s"""
    return f"""SELECT s.subscriber_id,
  s.dated_months + {complete("1")} AS complete_months,
  s.dated_fen + {complete("undated_{}_fen")} AS revenue_3m_fen,
  s.dated_before_fen + {complete("undated_{}_before_fen")} AS revenue_3m_before_discount_fen,
  s.revenue_12m_fen, s.billed_months_12m, s.revenue_previous_3m_fen,
  s.voice_3m_seconds, s.voice_previous_3m_seconds, s.data_3m_kb, s.data_previous_3m_kb,
  s.previous_bill_fen, s.previous_call_count, s.previous_data_kb,
  s.silent_months, s.stopped_months_3m, s.complaints_3m,
  {moved}"""


def build_feature(store: Store, month: Month) -> Partition:
    """Write the features of every line of `month` from the months and events that the book has.

    Raises DataError where the book lacks `month` itself.
    """
    store.require(SUBSCRIBER_MONTH, month=month.number)
    history = _there(store, SUBSCRIBER_MONTH, month.back(MONTHS))
    events = _there(store, EVENT, month.back(RECENT))
    inputs: dict[str, Sequence[Partition]] = {"history": history}
    if events:
        inputs["happening"] = events
    parameters: dict[str, Value] = {
        "month": month.number,
        "month_1": month.plus(-1).number,
        "month_2": month.plus(-2).number,
        "month_5": month.plus(-5).number,
        "first": month.first,
        "first_1": month.plus(-1).first,
        "first_2": month.plus(-2).first,
    }
    missing = sorted(
        {name for partition in history for name in partition.manifest.note.get("missing_columns", [])}
    )
    return store.write(
        FEATURE,
        {"month": month.number},
        feature_text(has_events=bool(events)),
        inputs=inputs,
        parameters=parameters,
        note={
            "months": [partition.key["month"] for partition in history],
            "event_months": [partition.key["month"] for partition in events],
            "missing_columns": missing,
        },
    )


def _there(store: Store, table: Table, months: Sequence[Month]) -> list[Partition]:
    found = (store.current(table, month=month.number) for month in months)
    return [partition for partition in found if partition is not None]
