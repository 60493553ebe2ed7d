-- The month's lines with the two months before joined beside them; only what is older is summed. One aggregate over all
-- months takes three times the work: a million wide groups are visited at random for every row of every month.
COPY (
  WITH moved AS (
    SELECT subscriber_id, sum(amount_fen) FILTER (event_type = 'RECHARGE') AS recharged,
      count(*) FILTER (event_type = 'PORT_OUT_QUERY' AND month = getvariable('month')) AS queries,
      max(event_date) FILTER (event_type = 'PORT_OUT_APPLICATION') AS applied,
      count(*) FILTER (event_type = 'ORDER') AS orders,
      count(*) FILTER (event_type = 'REPAIR' AND month = getvariable('month'))
        - count(*) FILTER (event_type = 'REPAIR_DONE' AND month = getvariable('month')) AS faults
    FROM happening GROUP BY ALL
  ), m4_6 AS (
    SELECT subscriber_id, sum(bill_fen) AS bill, count_if(bill_fen > 0) AS billed, sum(voice_seconds) AS voice,
      sum(data_kb) AS data, count(*) AS seen FROM earlier GROUP BY ALL
  ), m7_12 AS (
    SELECT subscriber_id, sum(bill_fen) AS bill, count_if(bill_fen > 0) AS billed, count(*) AS seen FROM oldest GROUP BY ALL
  ), beside AS (
    SELECT a.subscriber_id, a.bill_fen AS b0, b.bill_fen AS b1, c.bill_fen AS b2,
      coalesce(a.bill_before_discount_fen, a.bill_fen) AS f0, coalesce(b.bill_before_discount_fen, b.bill_fen) AS f1,
      coalesce(c.bill_before_discount_fen, c.bill_fen) AS f2,
      NOT a.is_carried AND b0 IS NOT NULL AND (a.open_date < getvariable('first') OR (a.open_date IS NULL
        AND coalesce(b.subscriber_id, c.subscriber_id, d.subscriber_id, e.subscriber_id) IS NOT NULL)) AS k0,
      NOT b.is_carried AND b1 IS NOT NULL AND (b.open_date < getvariable('first') - INTERVAL 1 MONTH OR (b.open_date IS NULL
        AND coalesce(c.subscriber_id, d.subscriber_id, e.subscriber_id) IS NOT NULL)) AS k1,
      NOT c.is_carried AND b2 IS NOT NULL AND (c.open_date < getvariable('first') - INTERVAL 2 MONTH OR (c.open_date IS NULL
        AND coalesce(d.subscriber_id, e.subscriber_id) IS NOT NULL)) AS k2,
      coalesce(a.voice_seconds, 0) + coalesce(b.voice_seconds, 0) + coalesce(c.voice_seconds, 0) AS voice,
      coalesce(a.data_kb, 0) + coalesce(b.data_kb, 0) + coalesce(c.data_kb, 0) AS data,
      b.call_count AS last_calls, b.data_kb AS last_data,
      coalesce(a.complaint_count, 0) + coalesce(b.complaint_count, 0) + coalesce(c.complaint_count, 0) AS complaints,
      (coalesce(a.call_count, a.data_kb, a.sms_count) IS NOT NULL
        AND coalesce(a.call_count, 0) + coalesce(a.data_kb, 0) + coalesce(a.sms_count, 0) = 0)::BIGINT
      + (coalesce(b.call_count, b.data_kb, b.sms_count) IS NOT NULL
        AND coalesce(b.call_count, 0) + coalesce(b.data_kb, 0) + coalesce(b.sms_count, 0) = 0)::BIGINT
      + (coalesce(c.call_count, c.data_kb, c.sms_count) IS NOT NULL
        AND coalesce(c.call_count, 0) + coalesce(c.data_kb, 0) + coalesce(c.sms_count, 0) = 0)::BIGINT AS silent,
      coalesce(a.service_status IN ('ONE_WAY_STOPPED', 'TWO_WAY_STOPPED'), FALSE)::BIGINT
        + coalesce(b.service_status IN ('ONE_WAY_STOPPED', 'TWO_WAY_STOPPED'), FALSE)::BIGINT
        + coalesce(c.service_status IN ('ONE_WAY_STOPPED', 'TWO_WAY_STOPPED'), FALSE)::BIGINT AS stopped,
      1 + (b.subscriber_id IS NOT NULL)::BIGINT + (c.subscriber_id IS NOT NULL)::BIGINT + coalesce(d.seen, 0)
        + coalesce(e.seen, 0) AS seen,
      d.bill AS bill4, d.billed AS billed4, d.voice AS voice4, d.data AS data4, e.bill AS bill7, e.billed AS billed7,
      m.* EXCLUDE subscriber_id
    FROM history_0 a LEFT JOIN history_1 b USING (subscriber_id) LEFT JOIN history_2 c USING (subscriber_id)
    LEFT JOIN m4_6 d USING (subscriber_id) LEFT JOIN m7_12 e USING (subscriber_id) LEFT JOIN moved m USING (subscriber_id)
  )
  SELECT subscriber_id, if(k0, 1, 0)::BIGINT + if(k1, 1, 0) + if(k2, 1, 0) AS complete_months,
    if(k0, b0, 0) + if(k1, b1, 0) + if(k2, b2, 0) AS revenue_3m_fen,
    if(k0, f0, 0) + if(k1, f1, 0) + if(k2, f2, 0) AS revenue_3m_before_discount_fen,
    (coalesce(b0, 0) + coalesce(b1, 0) + coalesce(b2, 0) + coalesce(bill4, 0) + coalesce(bill7, 0))::BIGINT AS revenue_12m_fen,
    (if(b0 > 0, 1, 0) + if(b1 > 0, 1, 0) + if(b2 > 0, 1, 0) + coalesce(billed4, 0) + coalesce(billed7, 0))::BIGINT
      AS billed_months_12m,
    coalesce(bill4, 0)::BIGINT AS revenue_previous_3m_fen, voice AS voice_3m_seconds,
    coalesce(voice4, 0)::BIGINT AS voice_previous_3m_seconds, data AS data_3m_kb,
    coalesce(data4, 0)::BIGINT AS data_previous_3m_kb, b1 AS previous_bill_fen, last_calls AS previous_call_count,
    last_data AS previous_data_kb, silent AS silent_months, stopped AS stopped_months_3m, complaints AS complaints_3m,
    coalesce(recharged, 0)::BIGINT AS recharge_3m_fen, seen AS seen_months, coalesce(queries, 0) AS port_out_query_count,
    applied AS port_out_application_date, coalesce(orders, 0) AS order_3m_count,
    greatest(coalesce(faults, 0), 0) AS open_repair_count
  FROM beside
) TO 'feature.parquet' (FORMAT parquet, COMPRESSION snappy);
