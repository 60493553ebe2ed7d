"""Features, labels and KPIs with window functions over history: `python -m … HOME MONTH FOLDER`."""

import os
import sys
import time
from pathlib import Path

from benchmarks.flow.gauge import answer
from benchmarks.flow.home import number
from benchmarks.flow.peer import connect, open_views, variables
from benchmarks.flow.scripts.calibres import CALIBRES, CONDITIONS, EXITS

RECENT = "(PARTITION BY subscriber_id ORDER BY step RANGE BETWEEN 2 PRECEDING AND CURRENT ROW)"
BEFORE = "(PARTITION BY subscriber_id ORDER BY step RANGE BETWEEN 5 PRECEDING AND 3 PRECEDING)"
YEAR = "(PARTITION BY subscriber_id ORDER BY step RANGE BETWEEN 11 PRECEDING AND CURRENT ROW)"
LAST = "(PARTITION BY subscriber_id ORDER BY step RANGE BETWEEN 1 PRECEDING AND 1 PRECEDING)"

FEATURE = f"""
CREATE TEMP TABLE feature AS
  WITH numbered AS (
    SELECT *, month // 100 * 12 + month % 100 AS step, make_date(month // 100, month % 100, 1) AS first_day,
      min(month) OVER (PARTITION BY subscriber_id) AS first_month FROM history
  ), marked AS (
    SELECT *, NOT is_carried AND bill_fen IS NOT NULL
        AND coalesce(open_date < first_day, first_month < month) AS complete,
      coalesce(call_count, data_kb, sms_count) IS NOT NULL
        AND coalesce(call_count, 0) + coalesce(data_kb, 0) + coalesce(sms_count, 0) = 0 AS silent
    FROM numbered
  ), windowed AS (
    SELECT subscriber_id, month,
      coalesce(sum(complete::BIGINT) OVER {RECENT}, 0) AS complete_months,
      coalesce(sum(if(complete, bill_fen, 0)) OVER {RECENT}, 0) AS revenue_3m_fen,
      coalesce(sum(if(complete, coalesce(bill_before_discount_fen, bill_fen), 0)) OVER {RECENT}, 0)
        AS revenue_3m_before_discount_fen,
      coalesce(sum(bill_fen) OVER {YEAR}, 0) AS revenue_12m_fen,
      coalesce(sum((bill_fen > 0)::BIGINT) OVER {YEAR}, 0) AS billed_months_12m,
      coalesce(sum(bill_fen) OVER {BEFORE}, 0) AS revenue_previous_3m_fen,
      coalesce(sum(voice_seconds) OVER {RECENT}, 0) AS voice_3m_seconds,
      coalesce(sum(voice_seconds) OVER {BEFORE}, 0) AS voice_previous_3m_seconds,
      coalesce(sum(data_kb) OVER {RECENT}, 0) AS data_3m_kb,
      coalesce(sum(data_kb) OVER {BEFORE}, 0) AS data_previous_3m_kb,
      max(bill_fen) OVER {LAST} AS previous_bill_fen, max(call_count) OVER {LAST} AS previous_call_count,
      max(data_kb) OVER {LAST} AS previous_data_kb,
      sum(silent::BIGINT) OVER {RECENT} AS silent_months,
      sum((service_status IN ('ONE_WAY_STOPPED', 'TWO_WAY_STOPPED'))::BIGINT) OVER {RECENT} AS stopped_months_3m,
      coalesce(sum(complaint_count) OVER {RECENT}, 0) AS complaints_3m,
      count(*) OVER {YEAR} AS seen_months
    FROM marked
  ), moved AS (
    SELECT subscriber_id, coalesce(sum(if(event_type = 'RECHARGE', amount_fen, 0)), 0) AS recharge_3m_fen,
      sum((event_type = 'PORT_OUT_QUERY' AND month = getvariable('month'))::BIGINT) AS port_out_query_count,
      max(if(event_type = 'PORT_OUT_APPLICATION', event_date, NULL)) AS port_out_application_date,
      sum((event_type = 'ORDER')::BIGINT) AS order_3m_count,
      greatest(sum(CASE WHEN month <> getvariable('month') THEN 0 WHEN event_type = 'REPAIR' THEN 1
        WHEN event_type = 'REPAIR_DONE' THEN -1 ELSE 0 END), 0) AS open_repair_count
    FROM happening GROUP BY subscriber_id
  )
  SELECT subscriber_id, CAST(COLUMNS(* EXCLUDE (subscriber_id, month, port_out_application_date)) AS BIGINT),
    port_out_application_date
  FROM (
    SELECT w.*, coalesce(recharge_3m_fen, 0) AS recharge_3m_fen,
      coalesce(port_out_query_count, 0) AS port_out_query_count,
      port_out_application_date, coalesce(order_3m_count, 0) AS order_3m_count,
      coalesce(open_repair_count, 0) AS open_repair_count
    FROM windowed w LEFT JOIN moved USING (subscriber_id) WHERE month = getvariable('month')
  );
COPY feature TO 'feature.parquet' (FORMAT parquet, COMPRESSION snappy);
"""

LABEL = """
CREATE TEMP TABLE ruled AS
  WITH joined AS (
    SELECT l.*, f.* EXCLUDE subscriber_id, coalesce(unit_code, '') AS unit,
      service_status NOT IN ('EXITED', 'PROSPECT') AND line_use = 'COMMERCIAL' AS serves,
      date_diff('day', getvariable('as_of'), contract_end_date) AS ends_in,
      date_diff('month', date_trunc('month', open_date), getvariable('first')) AS tenure
    FROM line l JOIN feature f USING (subscriber_id)
  ), ranked AS (
    SELECT *, sum(if(serves, revenue_12m_fen, 0)) OVER (PARTITION BY unit) AS unit_fen,
      sum(if(serves, revenue_12m_fen, 0)) OVER (PARTITION BY unit
        ORDER BY serves DESC, revenue_12m_fen DESC, subscriber_id ROWS UNBOUNDED PRECEDING) AS through_fen
    FROM joined
  )
  SELECT subscriber_id,
    CASE WHEN service_status = 'PROSPECT' THEN 'PROSPECT' WHEN service_status = 'EXITED' THEN 'LAPSED'
      WHEN (serves AND unit_fen > 0 AND (through_fen - revenue_12m_fen) * 2 <= unit_fen) OR is_key_person
        OR (complete_months > 0 AND revenue_3m_fen >= 20000 * complete_months) THEN 'KEY' ELSE 'REGULAR' END AS grade,
    CASE WHEN complete_months = 0 THEN 'NONE' WHEN revenue_3m_fen < 3000 * complete_months THEN 'B0'
      WHEN revenue_3m_fen < 5000 * complete_months THEN 'B30' WHEN revenue_3m_fen < 8000 * complete_months THEN 'B50'
      WHEN revenue_3m_fen < 12000 * complete_months THEN 'B80' WHEN revenue_3m_fen < 20000 * complete_months THEN 'B120'
      WHEN revenue_3m_fen < 30000 * complete_months THEN 'B200' ELSE 'B300' END AS band,
    CASE WHEN service_status = 'PROSPECT' THEN 'LEAD'
      WHEN service_status = 'EXITED' AND date_diff('day', exit_date, getvariable('as_of')) <= 180 THEN 'WIN_BACK'
      WHEN service_status = 'EXITED' THEN 'EXITED'
      WHEN complete_months = 3 AND revenue_previous_3m_fen > 0 AND (revenue_3m_fen * 100 < revenue_previous_3m_fen * 70
        OR (voice_3m_seconds * 100 < voice_previous_3m_seconds * 70 AND data_3m_kb * 100 < data_previous_3m_kb * 70))
        THEN 'DECLINING'
      WHEN ends_in BETWEEN 0 AND 90 THEN 'EXPIRING' WHEN tenure <= 3 THEN 'ONBOARDING' WHEN tenure <= 12 THEN 'GROWING'
      ELSE 'STABLE' END AS stage,
    CASE WHEN corporate_account_id IS NOT NULL THEN 'CORPORATE_MEMBER'
      WHEN is_campus THEN 'CAMPUS'
      WHEN year(getvariable('as_of')) - birth_year >= 60 THEN 'SENIOR'
      WHEN roaming_day_count >= 20 THEN 'MIGRANT_WORKER'
      WHEN call_peer_count >= 80 AND roaming_day_count >= 5 THEN 'BUSINESS' WHEN is_rural THEN 'RURAL'
      WHEN household_id IS NOT NULL THEN 'FAMILY' ELSE 'GENERAL' END AS cluster,
    CASE WHEN corporate_kind = 'LARGE' THEN 'LARGE_ENTERPRISE' WHEN corporate_kind = 'GOVERNMENT' THEN 'GOVERNMENT'
      WHEN corporate_kind = 'SME' OR customer_kind = 'ENTERPRISE' THEN 'SME'
      WHEN household_id IS NOT NULL OR is_converged THEN 'FAMILY'
      WHEN call_peer_count >= 80 AND roaming_day_count >= 5 THEN 'PERSONAL_BUSINESS' ELSE 'PERSONAL' END AS category
  FROM ranked;
COPY (
  SELECT r.subscriber_id, r.band, r.stage, r.cluster, r.category, r.grade AS rule_grade,
    if(waits, p.grade, r.grade) AS grade, CAST(if(waits, p.pending_months + 1, 0) AS INTEGER) AS pending_months
  FROM (
    SELECT r.*, coalesce(r.grade <> p.grade AND r.grade IN ('KEY', 'REGULAR') AND p.grade IN ('KEY', 'REGULAR')
      AND p.pending_months = 0, FALSE) AS waits
    FROM ruled r LEFT JOIN label_before p USING (subscriber_id)
  ) r LEFT JOIN label_before p USING (subscriber_id)
) TO 'label.parquet' (FORMAT parquet, COMPRESSION snappy);
"""

_LEFT = ", ".join(
    f"NOT s.serves AND coalesce(s.exit_type, 'UNLISTED') = '{kind}' AS left_{kind}" for kind in EXITS
)
_COUNTED = ", ".join(
    f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END) AS {name}" for name, condition in CONDITIONS.items()
)
_LISTED = " UNION ALL ".join(
    f"SELECT '{calibre}' AS calibre, node_code, level, "
    + ", ".join(
        f"CAST({' + '.join(f'{weight} * {name}' for name, weight in side.items())} AS BIGINT) AS {what}"
        for what, side in zip(("numerator", "denominator"), sides, strict=True)
    )
    + " FROM rolled"
    for calibre, sides in CALIBRES.items()
)

KPI = f"""
COPY (
  WITH state AS (
    SELECT l.*, complete_months, revenue_3m_fen,
      line_type = 'MOBILE_MAIN' AND line_use = 'COMMERCIAL' AND service_status <> 'PROSPECT' AS counted,
      line_use = 'COMMERCIAL' AND service_status NOT IN ('EXITED', 'PROSPECT')
        AND exit_type IS DISTINCT FROM 'PORTED_OUT' AS serves,
      serves AND coalesce(bill_fen, 0) > 0 AS billed,
      counted AND billed AND complete_months > 0 AND revenue_3m_fen >= 8000 * complete_months AS high
    FROM line l JOIN feature USING (subscriber_id) WHERE coalesce(suspect_level, 0) < 2
  ), joined AS (
    SELECT a.node_code, s.counted, s.serves, s.billed, s.high,
      n.subscriber_id IS NOT NULL AS in_base, h.subscriber_id IS NOT NULL AS was_high,
      coalesce(n.bill_fen > 0, FALSE) AS was_billed,
      coalesce(p.is_counted AND p.is_in_service, FALSE) AS opening, coalesce(p.is_high, FALSE) AS high_before,
      in_base OR was_high OR (serves AND b.service_status <> 'PROSPECT')
        OR coalesce(s.open_date <= getvariable('base_last'), FALSE) AS existing,
      counted AND coalesce(s.open_date > getvariable('base_last'), FALSE) AS opened,
      coalesce(n.payment_type = 'PREPAID', FALSE) AS prepaid, coalesce(n.payment_type = 'POSTPAID', FALSE) AS postpaid,
      coalesce(n.customer_kind = 'ENTERPRISE', FALSE) AS enterprise,
      coalesce(n.customer_kind = 'PUBLIC', FALSE) AS public,
      coalesce(n.contract_kind = 'HANDSET_LEASE', FALSE) AS handset_lease, {_LEFT},
      if(was_high, coalesce(s.bill_fen, 0), 0) AS bill, if(was_high, h.bill_fen, 0) AS base_bill
    FROM state s JOIN assignment a USING (subscriber_id) LEFT JOIN network n USING (subscriber_id)
    LEFT JOIN arpu80 h USING (subscriber_id) LEFT JOIN state_before p USING (subscriber_id)
    LEFT JOIN line_base b USING (subscriber_id)
  ), rolled AS (
    SELECT ancestor_code AS node_code, ancestor_level AS level,
      coalesce(COLUMNS(* EXCLUDE (ancestor_code, ancestor_level)), 0),
      coalesce(base, 0) * getvariable('months') AS base_months
    FROM (
      SELECT ancestor_code, ancestor_level, {_COUNTED}, sum(bill) AS bill, sum(base_bill) AS base_bill
      FROM path LEFT JOIN joined USING (node_code) GROUP BY ALL
    )
  )
  {_LISTED}
) TO 'kpi_lines.parquet' (FORMAT parquet, COMPRESSION snappy);
"""


def main(home: Path, month: int, folder: Path) -> None:
    """Write the three tables into `folder` and answer with the CPU seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    home = home.resolve()
    connection = connect(folder.resolve() / "spill")
    os.chdir(folder)
    began = time.process_time()
    for name, value in variables(home, month).items():
        connection.execute(f"SET VARIABLE {name} = {value}")
    open_views(
        connection,
        home,
        month,
        "history happening line label_before assignment network arpu80 state_before line_base path",
    )
    for text in (FEATURE, LABEL, KPI):
        connection.execute(text)
    answer({"cpu": time.process_time() - began})


if __name__ == "__main__":
    main(Path(sys.argv[1]), number(sys.argv[2]), Path(sys.argv[3]))
