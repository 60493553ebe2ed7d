-- Every flag of a line becomes a bit; lines that look alike at one node are counted once, and the calibres are sums over
-- those few groups. The book carries a line that has left for thirteen months, so the month's lines hold everyone.
CREATE TEMP TABLE state AS
  SELECT l.subscriber_id, line_type = 'MOBILE_MAIN' AND line_use = 'COMMERCIAL' AND service_status <> 'PROSPECT' AS is_counted,
    line_use = 'COMMERCIAL' AND service_status NOT IN ('EXITED', 'PROSPECT') AND coalesce(exit_type, '') <> 'PORTED_OUT'
      AS is_in_service,
    is_in_service AND coalesce(bill_fen, 0) > 0 AS is_billed,
    is_counted AND is_billed AND coalesce(suspect_level, 0) < 2
      AND complete_months > 0 AND revenue_3m_fen >= 8000 * complete_months AS is_high,
    coalesce(suspect_level, 0) >= 2 AS is_suspect, exit_type, open_date, coalesce(bill_fen, 0) AS bill_fen
  FROM line l JOIN feature f USING (subscriber_id);
COPY state TO 'line_state.parquet' (FORMAT parquet, COMPRESSION snappy);
CREATE TEMP TABLE alike AS
  SELECT a.node_code, n.subscriber_id IS NOT NULL AS in_base, h.subscriber_id IS NOT NULL AS was_high,
    n.payment_type AS pay, n.customer_kind AS customer, n.contract_kind = 'HANDSET_LEASE' AS leased,
    coalesce(n.bill_fen > 0, FALSE) AS was_billed,
    coalesce(p.is_counted AND p.is_in_service, FALSE) AS opening, coalesce(p.is_high, FALSE) AS high_before,
    s.is_in_service AS serves, is_billed AS billed, s.is_high AS high, s.is_counted AS counted,
    n.subscriber_id IS NOT NULL OR h.subscriber_id IS NOT NULL OR k.subscriber_id IS NOT NULL
      OR coalesce(open_date <= getvariable('base_last'), FALSE) AS existing,
    s.is_counted AND coalesce(open_date > getvariable('base_last'), FALSE) AS opened,
    CASE WHEN NOT s.is_in_service THEN coalesce(exit_type, 'UNLISTED') END AS left_as,
    count(*) AS lines, sum(s.bill_fen) FILTER (h.subscriber_id IS NOT NULL) AS bill, sum(h.bill_fen) AS base_bill
  FROM state s JOIN assignment a USING (subscriber_id) LEFT JOIN network n USING (subscriber_id)
  LEFT JOIN arpu80 h USING (subscriber_id)
  LEFT JOIN (SELECT subscriber_id, is_counted, is_in_service, is_high FROM state_before WHERE is_counted AND is_in_service) p
    USING (subscriber_id)
  LEFT JOIN (SELECT b.subscriber_id FROM line_base b SEMI JOIN (SELECT subscriber_id FROM state
      WHERE is_in_service AND coalesce(open_date > getvariable('base_last'), TRUE)) USING (subscriber_id)
    WHERE b.service_status <> 'PROSPECT') k USING (subscriber_id)
  WHERE NOT is_suspect GROUP BY ALL;
COPY (
  WITH own AS (
    SELECT node_code,
      sum(lines) FILTER (was_high) AS s0, sum(lines) FILTER (high AND existing) AS he, sum(lines) FILTER (high) AS h,
      sum(lines) FILTER (was_high AND serves) AS kept, sum(lines) FILTER (was_high AND billed) AS kept_billed,
      sum(lines) FILTER (was_high AND high) AS kept_high, sum(lines) FILTER (high_before AND high) AS rolled,
      sum(lines) FILTER (high_before) AS before, sum(lines) FILTER (was_high AND NOT serves) AS gone,
      sum(lines) FILTER (was_high AND serves AND NOT high) AS fell,
      sum(lines) FILTER (high AND existing AND NOT was_high) AS rose, sum(lines) FILTER (high AND NOT existing) AS joined,
      sum(lines) FILTER (was_high AND left_as = 'PORTED_OUT') AS g1, sum(lines) FILTER (was_high AND left_as = 'CANCELLED') AS g2,
      sum(lines) FILTER (was_high AND left_as = 'DEBT_CANCELLED') AS g3,
      sum(lines) FILTER (was_high AND left_as = 'FRAUD_CLOSED') AS g4, sum(lines) FILTER (was_high AND left_as = 'UNLISTED') AS g5,
      sum(lines) FILTER (in_base) AS base, sum(lines) FILTER (in_base AND NOT serves) AS lost,
      sum(lines) FILTER (counted AND serves AND existing) AS still,
      sum(lines) FILTER (in_base AND was_billed) AS base_billed, sum(lines) FILTER (counted AND billed AND existing) AS still_billed,
      sum(lines) FILTER (opening) AS opening, sum(lines) FILTER (opening AND NOT serves) AS lost_now,
      sum(lines) FILTER (counted AND serves) AS closing,
      sum(lines) FILTER (in_base AND pay = 'PREPAID') AS b1, sum(lines) FILTER (in_base AND pay = 'PREPAID' AND NOT serves) AS l1,
      sum(lines) FILTER (in_base AND pay = 'POSTPAID') AS b2, sum(lines) FILTER (in_base AND pay = 'POSTPAID' AND NOT serves) AS l2,
      sum(lines) FILTER (in_base AND customer = 'ENTERPRISE') AS b3,
      sum(lines) FILTER (in_base AND customer = 'ENTERPRISE' AND NOT serves) AS l3,
      sum(lines) FILTER (in_base AND customer = 'PUBLIC') AS b4, sum(lines) FILTER (in_base AND customer = 'PUBLIC' AND NOT serves) AS l4,
      sum(lines) FILTER (in_base AND leased) AS b5, sum(lines) FILTER (in_base AND leased AND NOT serves) AS l5,
      sum(lines) FILTER (opened) AS opened, sum(lines) FILTER (opened AND NOT serves) AS opened_lost,
      sum(lines) FILTER (in_base AND left_as = 'PORTED_OUT') AS x1, sum(lines) FILTER (in_base AND left_as = 'CANCELLED') AS x2,
      sum(lines) FILTER (in_base AND left_as = 'DEBT_CANCELLED') AS x3,
      sum(lines) FILTER (in_base AND left_as = 'FRAUD_CLOSED') AS x4, sum(lines) FILTER (in_base AND left_as = 'UNLISTED') AS x5,
      sum(bill) AS bill, sum(base_bill) AS base_bill
    FROM alike GROUP BY ALL
  ), task AS (
    SELECT node_code, count(*) AS due, count(*) FILTER (is_handled) AS handled, count(*) FILTER (is_reached) AS reached,
      count(*) FILTER (is_retained) AS retained, count(*) FILTER (sure) AS sure, count(*) FILTER (sure AND is_verified) AS met,
      count(*) FILTER (sure AND is_verified AND NOT is_contacted) AS cured
    FROM (SELECT *, NOT is_withdrawn AND missing_column IS NULL AS sure FROM outcome WHERE is_assessed AND NOT is_holdout) GROUP BY ALL
  ), spared AS (
    SELECT node_code, count(*) AS spared, count(*) FILTER (is_verified) AS healed FROM outcome
    WHERE is_assessed AND is_holdout AND NOT is_withdrawn AND missing_column IS NULL GROUP BY ALL
  ), node_sum AS (
    SELECT ancestor_code AS node_code, ancestor_level AS level, sum(COLUMNS(* EXCLUDE (node_code, ancestor_code, ancestor_level, distance)))
    FROM path LEFT JOIN own USING (node_code) LEFT JOIN task USING (node_code) LEFT JOIN spared USING (node_code) GROUP BY ancestor_code, ancestor_level
  ), filled AS (
    SELECT node_code, level, coalesce(COLUMNS(* EXCLUDE (node_code, level)), 0)::BIGINT FROM node_sum
  ), listed AS (
    SELECT node_code, level, unnest([
      {'c': 'dynamic_retention_rate.existing@1', 'n': he, 'd': s0}, {'c': 'dynamic_retention_rate.with_new@1', 'n': h, 'd': s0},
      {'c': 'dynamic_retention_rate.static_in_service@1', 'n': kept, 'd': s0},
      {'c': 'dynamic_retention_rate.static_billed@1', 'n': kept_billed, 'd': s0},
      {'c': 'dynamic_retention_rate.static_value@1', 'n': kept_high, 'd': s0},
      {'c': 'dynamic_retention_rate.rolling@1', 'n': rolled, 'd': before}, {'c': 'dynamic_retention_rate.exits@1', 'n': gone, 'd': s0},
      {'c': 'dynamic_retention_rate.fell@1', 'n': fell, 'd': s0}, {'c': 'dynamic_retention_rate.rose@1', 'n': rose, 'd': s0},
      {'c': 'dynamic_retention_rate.joined_high@1', 'n': joined, 'd': s0},
      {'c': 'dynamic_retention_rate.exits_ported_out@1', 'n': g1, 'd': s0}, {'c': 'dynamic_retention_rate.exits_cancelled@1', 'n': g2, 'd': s0},
      {'c': 'dynamic_retention_rate.exits_debt_cancelled@1', 'n': g3, 'd': s0},
      {'c': 'dynamic_retention_rate.exits_fraud_closed@1', 'n': g4, 'd': s0}, {'c': 'dynamic_retention_rate.exits_unlisted@1', 'n': g5, 'd': s0},
      {'c': 'churn_rate.gross@1', 'n': lost, 'd': base}, {'c': 'churn_rate.net@1', 'n': base - still, 'd': base},
      {'c': 'churn_rate.net_billed@1', 'n': base_billed - still_billed, 'd': base_billed},
      {'c': 'churn_rate.monthly_opening@1', 'n': lost_now, 'd': opening}, {'c': 'churn_rate.monthly_closing@1', 'n': lost_now, 'd': closing},
      {'c': 'churn_rate.monthly_mean@1', 'n': 2 * lost_now, 'd': opening + closing},
      {'c': 'churn_rate.monthly_average@1', 'n': lost, 'd': base * getvariable('months')},
      {'c': 'churn_rate.prepaid@1', 'n': l1, 'd': b1}, {'c': 'churn_rate.postpaid@1', 'n': l2, 'd': b2},
      {'c': 'churn_rate.enterprise@1', 'n': l3, 'd': b3}, {'c': 'churn_rate.public@1', 'n': l4, 'd': b4},
      {'c': 'churn_rate.handset_lease@1', 'n': l5, 'd': b5}, {'c': 'churn_rate.arpu80@1', 'n': gone, 'd': s0},
      {'c': 'churn_rate.new_lines@1', 'n': opened_lost, 'd': opened}, {'c': 'churn_rate.ported_out@1', 'n': x1, 'd': base},
      {'c': 'churn_rate.cancelled@1', 'n': x2, 'd': base}, {'c': 'churn_rate.debt_cancelled@1', 'n': x3, 'd': base},
      {'c': 'churn_rate.fraud_closed@1', 'n': x4, 'd': base}, {'c': 'churn_rate.unlisted@1', 'n': x5, 'd': base},
      {'c': 'warning_task_completion_rate.verified@1', 'n': met, 'd': sure}, {'c': 'warning_task_completion_rate.handled@1', 'n': handled, 'd': due},
      {'c': 'warning_task_completion_rate.contacted@1', 'n': reached, 'd': due}, {'c': 'warning_task_completion_rate.retained@1', 'n': retained, 'd': due},
      {'c': 'warning_task_completion_rate.cured_without_contact@1', 'n': cured, 'd': sure},
      {'c': 'warning_task_completion_rate.holdout@1', 'n': healed, 'd': spared},
      {'c': 'revenue_retention_rate.base@1', 'n': bill, 'd': base_bill}]) AS one
    FROM filled
  )
  SELECT one.c AS calibre, node_code, level, one.n AS numerator, one.d AS denominator FROM listed
) TO 'kpi.parquet' (FORMAT parquet, COMPRESSION snappy);
CREATE VIEW kpi AS SELECT * FROM 'kpi.parquet';
COPY (
  WITH assessed(kpi, calibre, floor, goal, per) AS (VALUES
    ('warning_task_completion_rate', 'warning_task_completion_rate.verified@1', TRUE, 7, 20),
    ('dynamic_retention_rate', 'dynamic_retention_rate.existing@1', TRUE, 1, 1),
    ('churn_rate', 'churn_rate.gross@1', FALSE, 1, 40)
  ), beside AS (
    SELECT a.kpi, calibre, k.node_code, k.level, numerator AS n, denominator AS d, floor,
      if(t.size > 0, t.target_count, goal)::BIGINT AS goal, if(t.size > 0, t.size, per)::BIGINT AS per,
      n::DOUBLE / nullif(d, 0)::DOUBLE AS rate
    FROM kpi k JOIN assessed a USING (calibre) LEFT JOIN target t ON t.kpi = a.kpi AND t.node_code = k.node_code
  )
  SELECT kpi, calibre, node_code, level, n AS numerator, d AS denominator, rate, goal::DOUBLE / per::DOUBLE AS target_rate,
    CASE WHEN d = 0 THEN 0 WHEN floor THEN greatest((goal * d + per - 1) // per - n, 0)
      ELSE CASE WHEN n * per <= goal * d THEN 0 ELSE n - goal * d // per END END::BIGINT AS gap_count,
    CASE WHEN d = 0 THEN 'NONE'
      WHEN floor THEN CASE WHEN n * per >= goal * d THEN 'GREEN' WHEN n * per * 50 >= goal * d * 49 THEN 'YELLOW' ELSE 'RED' END
      ELSE CASE WHEN n * per <= goal * d THEN 'GREEN' WHEN n * per * 50 <= goal * d * 51 THEN 'YELLOW' ELSE 'RED' END END AS light,
    NULL::DOUBLE AS last_year_rate,
    if(rate IS NULL, NULL, rank() OVER (PARTITION BY kpi, level ORDER BY if(floor, -rate, rate) NULLS LAST))::BIGINT AS rank
  FROM beside
) TO 'scorecard.parquet' (FORMAT parquet, COMPRESSION snappy);
