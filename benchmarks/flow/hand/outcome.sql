COPY (
  WITH task AS (
    SELECT task_id, subscriber_id, household_key, kind, node_code, is_assessed, is_holdout, withdrawn_rule,
      window_start_date, window_end_date FROM plan_due
  ), did AS (
    SELECT task_id, bool_or(fact_type = 'WITHDRAWN') AS withdrawn, bool_or(fact_type = 'TICKED') AS ticked,
      bool_or(fact_type IN ('REACHED', 'REFUSED', 'AGREED')) AS reached,
      bool_or(fact_type IN ('REACHED', 'REFUSED', 'AGREED', 'ATTEMPTED')) AS contacted
    FROM fact JOIN task USING (task_id) WHERE happened_at < window_end_date - INTERVAL 8 HOUR GROUP BY ALL
  ), moved AS (
    SELECT task_id, sum(amount_fen) FILTER (event_type = 'RECHARGE') AS recharged,
      sum(amount_fen) FILTER (event_type = 'PAYMENT') AS paid, bool_or(event_type = 'ORDER') AS ordered,
      bool_or(event_type = 'REPAIR_DONE') AS repaired, bool_or(event_type = 'COMPLAINT_CLOSED') AS closed
    FROM event JOIN task USING (subscriber_id)
    WHERE event_date >= window_start_date AND event_date < window_end_date GROUP BY ALL
  ), applicant AS (
    SELECT household_id, party_id, subscriber_id, event_date FROM event JOIN line_before USING (subscriber_id)
    WHERE event_type = 'PORT_OUT_APPLICATION' AND line_use = 'COMMERCIAL' AND service_status IN
      ('IN_SERVICE', 'ONE_WAY_STOPPED', 'TWO_WAY_STOPPED', 'SUSPENDED', 'PENDING_CANCEL')
  ), silent AS (
    SELECT household_id, subscriber_id, event_date FROM applicant
    UNION ALL SELECT l.household_id, l.subscriber_id, a.event_date FROM line_before l JOIN applicant a USING (party_id)
  ), gone AS (
    SELECT DISTINCT task_id FROM task t
    JOIN silent s ON t.household_key = coalesce('H' || s.household_id, 'S' || s.subscriber_id)
    WHERE event_date >= window_start_date AND event_date < window_end_date
  ), seen AS (
    SELECT t.*, n.service_status IN ('IN_SERVICE', 'ONE_WAY_STOPPED', 'TWO_WAY_STOPPED', 'SUSPENDED', 'PENDING_CANCEL')
        AND n.line_use = 'COMMERCIAL' AS serves,
      coalesce(m.ordered, FALSE) AS ordered, coalesce(m.repaired, FALSE) AS repaired, coalesce(m.closed, FALSE) AS closed,
      coalesce(m.recharged, 0) AS recharged, coalesce(m.paid, 0) AS paid,
      coalesce(n.call_count, 0) + coalesce(n.data_kb, 0) + coalesce(n.sms_count, 0) > 0 AS used,
      n.contract_end_date > w.contract_end_date AS renewed,
      w.contract_end_date IS NULL AND n.contract_end_date IS NOT NULL AS bound,
      n.subsidy_end_date > w.subsidy_end_date AS granted, n.broadband_end_date > w.broadband_end_date AS wired,
      coalesce(n.has_open_complaint, FALSE) AS complains, coalesce(n.arrears_fen, 0) AS owes, w.arrears_fen AS owed,
      n.data_kb > 0 AND n.data_kb * 100 >= w.data_kb * 120
        OR n.call_count > 0 AND n.call_count * 100 >= w.call_count * 120 AS recovered
    FROM task t LEFT JOIN line_before w USING (subscriber_id) LEFT JOIN line n USING (subscriber_id)
    LEFT JOIN moved m USING (task_id)
  )
  SELECT task_id, subscriber_id, kind, node_code, is_assessed, is_holdout,
    withdrawn_rule IS NOT NULL OR coalesce(d.withdrawn, FALSE) OR g.task_id IS NOT NULL AS is_withdrawn, coalesce(d.ticked, FALSE) AS is_handled,
    coalesce(d.reached, FALSE) AS is_reached,
    coalesce(CASE kind
      WHEN 'port_out_query' THEN serves AND (ordered OR repaired OR closed OR renewed OR bound)
      WHEN 'complaint' THEN serves AND closed AND NOT complains
      WHEN 'prepaid_balance_running_out' THEN serves AND recharged >= 5000
      WHEN 'handset_lease_expiring' THEN serves AND renewed
      WHEN 'subsidy_expiring' THEN serves AND (ordered OR granted OR renewed)
      WHEN 'broadband_expiring' THEN serves AND wired
      WHEN 'contract_expiring' THEN serves AND renewed
      WHEN 'large_arrears_recovery' THEN paid > 0 AND owes * 2 <= owed
      WHEN 'arrears_reminder' THEN serves AND owes = 0
      WHEN 'dormant_high_value' THEN serves AND used
      WHEN 'lapsed_lease_reactivation' THEN serves AND used
      ELSE serves AND (ordered OR recovered) END, FALSE) AS is_verified,
    coalesce(d.contacted, FALSE) AS is_contacted, coalesce(serves, FALSE) AS is_retained, NULL::VARCHAR AS missing_column
  FROM seen LEFT JOIN did d USING (task_id) LEFT JOIN gone g USING (task_id)
) TO 'outcome.parquet' (FORMAT parquet, COMPRESSION snappy);
