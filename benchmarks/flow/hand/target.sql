-- Whole numbers down the tree by largest remainder, one level a step of the recursion.
CREATE TEMP TABLE leaf AS
  WITH member AS (
    SELECT 'warning_task_completion_rate' AS kpi, subscriber_id, unit_code, owner_code FROM plan_due
      WHERE is_assessed AND NOT is_holdout AND withdrawn_rule IS NULL
    UNION ALL SELECT 'dynamic_retention_rate', subscriber_id, unit_code, owner_code FROM arpu80
    UNION ALL SELECT 'churn_rate', subscriber_id, unit_code, owner_code FROM network
  ), grouped AS (
    SELECT m.kpi, a.node_code, CASE WHEN a.node_code IS NULL THEN m.owner_code END AS owner_code,
      CASE WHEN a.node_code IS NULL THEN m.unit_code END AS unit_code, count(*) AS size
    FROM member m LEFT JOIN assignment a USING (subscriber_id) GROUP BY ALL
  )
  SELECT kpi, coalesce(g.node_code, o.node_code, u.node_code, (SELECT min(node_code) FROM node WHERE level = 'UNIT'))
    AS node_code, sum(size)::BIGINT AS size
  FROM grouped g LEFT JOIN node o ON o.node_code = g.owner_code LEFT JOIN node u ON u.node_code = g.unit_code
  GROUP BY ALL;
CREATE TEMP TABLE tree AS
  SELECT k.kpi, n.node_code, n.parent_code, coalesce(b.size, 0)::BIGINT AS size
  FROM node n CROSS JOIN (SELECT DISTINCT kpi FROM leaf) k LEFT JOIN (
    SELECT kpi, ancestor_code AS node_code, sum(size) AS size FROM leaf JOIN path USING (node_code) GROUP BY ALL
  ) b USING (kpi, node_code)
  UNION ALL
  SELECT kpi, node_code || ':pool', node_code, size FROM leaf
  WHERE node_code IN (SELECT parent_code FROM node);
CREATE TEMP TABLE weighed AS
  SELECT kpi, node_code, parent_code, size, sum(size) OVER family AS family_size,
    CASE WHEN family_size = 0 THEN 1 ELSE size END AS weight,
    CASE WHEN family_size = 0 THEN count(*) OVER family ELSE family_size END AS whole
  FROM tree WINDOW family AS (PARTITION BY kpi, parent_code);
COPY (
  WITH RECURSIVE shared AS (
    SELECT kpi, node_code, parent_code, size,
      CASE kpi WHEN 'churn_rate' THEN size // 40 WHEN 'dynamic_retention_rate' THEN size
        ELSE (size * 7 + 19) // 20 END::BIGINT AS target_count
    FROM weighed WHERE parent_code IS NULL
    UNION ALL
    SELECT kpi, node_code, parent_code, size, (base + (place <= rest)::INTEGER)::BIGINT FROM (
      SELECT w.kpi, w.node_code, w.parent_code, w.size, s.target_count * w.weight // w.whole AS base,
        row_number() OVER (PARTITION BY w.kpi, w.parent_code
          ORDER BY s.target_count * w.weight % w.whole DESC, w.node_code) AS place,
        s.target_count - sum(s.target_count * w.weight // w.whole) OVER (PARTITION BY w.kpi, w.parent_code) AS rest
      FROM weighed w JOIN shared s ON s.kpi = w.kpi AND s.node_code = w.parent_code
    )
  )
  SELECT * FROM shared
) TO 'target.parquet' (FORMAT parquet, COMPRESSION snappy);
