-- Both populations in one pass: the second is a part of the first.
CREATE TEMP TABLE member AS
  SELECT l.subscriber_id, a.unit_code, a.owner_code, payment_type, customer_kind, contract_kind, complete_months,
    revenue_3m_fen, coalesce(bill_fen, 0) AS bill_fen,
    bill_fen > 0 AND complete_months > 0 AND revenue_3m_fen >= 8000 * complete_months AS is_high
  FROM line_base l JOIN feature_base f USING (subscriber_id) LEFT JOIN assignment_base a USING (subscriber_id)
  WHERE line_type = 'MOBILE_MAIN' AND line_use = 'COMMERCIAL' AND service_status NOT IN ('EXITED', 'PROSPECT')
    AND coalesce(suspect_level, 0) < 2;
COPY (SELECT * EXCLUDE is_high FROM member) TO 'network.parquet' (FORMAT parquet, COMPRESSION snappy);
COPY (SELECT * EXCLUDE is_high FROM member WHERE is_high) TO 'arpu80.parquet' (FORMAT parquet, COMPRESSION snappy);
