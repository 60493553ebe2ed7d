-- The cut lies in one bucket of ten yuan per unit: a histogram finds it, and only that bucket is sorted.
CREATE TEMP TABLE earner AS
  SELECT coalesce(l.unit_code, '') AS unit_code, l.subscriber_id, f.revenue_12m_fen AS fen,
    CASE WHEN f.revenue_12m_fen < 0 THEN -1 ELSE f.revenue_12m_fen // 1000 END AS bucket
  FROM line l JOIN feature f USING (subscriber_id)
  WHERE l.line_use = 'COMMERCIAL' AND l.service_status NOT IN ('EXITED', 'PROSPECT');
COPY (
  WITH histogram AS (
    SELECT unit_code, bucket, sum(fen) AS fen FROM earner GROUP BY ALL
  ), climbed AS (
    SELECT unit_code, bucket, fen, sum(fen) OVER (PARTITION BY unit_code) AS unit_fen,
      sum(fen) OVER (PARTITION BY unit_code ORDER BY bucket DESC) AS through_fen
    FROM histogram
  ), cut AS (
    SELECT unit_code, bucket, unit_fen, through_fen - fen AS above_fen FROM climbed
    WHERE unit_fen > 0 AND through_fen * 2 > unit_fen AND (through_fen - fen) * 2 <= unit_fen
  )
  SELECT unit_code, c.unit_fen::BIGINT AS revenue_fen, e.fen AS key_revenue_fen, e.subscriber_id AS key_subscriber_id
  FROM earner e JOIN cut c USING (unit_code, bucket)
  WINDOW falling AS (PARTITION BY unit_code ORDER BY e.fen DESC, e.subscriber_id ROWS UNBOUNDED PRECEDING)
  QUALIFY (c.above_fen + sum(e.fen) OVER falling) * 2 > c.unit_fen
    AND (c.above_fen + sum(e.fen) OVER falling - e.fen) * 2 <= c.unit_fen
) TO 'threshold.parquet' (FORMAT parquet, COMPRESSION snappy);
