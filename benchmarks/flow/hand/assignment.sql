-- Attachment, household, account manager, representative, home, outlet, then capacity; last the tree's first unit.
CREATE TEMP TABLE owner AS
  SELECT o.node_code AS owner, u.node_code AS unit, o.capacity
  FROM node o JOIN node u ON u.node_code = o.parent_code WHERE o.level = 'OWNER' AND u.level = 'UNIT';
CREATE TEMP TABLE unit AS SELECT node_code AS unit FROM node WHERE level = 'UNIT';
CREATE TEMP TABLE head AS
  SELECT household_id, coalesce(a.unit, b.unit) AS unit, a.owner
  FROM (
    SELECT household_id, min_by({'o': owner_code, 'u': unit_code}, subscriber_id) AS own
    FROM line LEFT JOIN owner ON owner.owner = line.owner_code LEFT JOIN unit ON unit.unit = line.unit_code
    WHERE line_type = 'MOBILE_MAIN' AND service_status NOT IN ('EXITED', 'PROSPECT') AND household_id IS NOT NULL
      AND (owner.owner IS NOT NULL OR unit.unit IS NOT NULL)
    GROUP BY household_id
  ) LEFT JOIN owner a ON a.owner = own.o LEFT JOIN unit b ON b.unit = own.u;
CREATE TEMP TABLE placed AS
  WITH known AS (
    SELECT l.subscriber_id, coalesce(l.household_id, -l.subscriber_id) AS family,
      coalesce(a.unit, b.unit) AS u1, a.owner AS o1, d.unit AS u2, d.owner AS o2, m.unit AS u3, m.owner AS o3,
      r.unit AS u4, r.owner AS o4, h.unit AS u5, o.unit AS u6
    FROM line l LEFT JOIN owner a ON a.owner = l.owner_code LEFT JOIN unit b ON b.unit = l.unit_code
    LEFT JOIN head d ON d.household_id = l.household_id
    LEFT JOIN owner m ON m.owner = l.account_manager_code LEFT JOIN owner r ON r.owner = l.representative_code
    LEFT JOIN unit h ON h.unit = l.home_unit_code LEFT JOIN unit o ON o.unit = l.outlet_unit_code
  ), chosen AS (
    SELECT *, coalesce(u1, u2, u3, u4, u5, u6) AS unit,
      CASE WHEN u1 IS NOT NULL THEN 'attachment' WHEN u2 IS NOT NULL THEN 'household'
        WHEN u3 IS NOT NULL THEN 'account_manager' WHEN u4 IS NOT NULL THEN 'representative'
        WHEN u5 IS NOT NULL THEN 'home' WHEN u6 IS NOT NULL THEN 'outlet' ELSE 'last_resort' END AS unit_rule
    FROM known
  )
  SELECT subscriber_id, family, unit, unit_rule,
    CASE WHEN u1 = unit AND o1 IS NOT NULL THEN 1 WHEN u2 = unit AND o2 IS NOT NULL THEN 2
      WHEN u3 = unit AND o3 IS NOT NULL THEN 3 WHEN u4 = unit AND o4 IS NOT NULL THEN 4 END AS pick,
    CASE pick WHEN 1 THEN o1 WHEN 2 THEN o2 WHEN 3 THEN o3 WHEN 4 THEN o4 END AS owner
  FROM chosen;
CREATE TEMP TABLE waiting AS
  SELECT unit, family, min(subscriber_id) AS first_id FROM placed
  WHERE owner IS NULL AND unit_rule <> 'last_resort' GROUP BY ALL;
CREATE TEMP TABLE room AS
  SELECT o.owner, o.unit, coalesce(h.held, 0) AS held,
    greatest(o.capacity - coalesce(h.held, 0), 0) AS room
  FROM owner o LEFT JOIN (
    SELECT owner, count(DISTINCT family) AS held FROM placed WHERE owner IS NOT NULL GROUP BY ALL
  ) h USING (owner);
CREATE TEMP TABLE kept AS
  SELECT unit, family, k.owner FROM (
    SELECT p.unit, p.family, min(b.owner_code) AS owner
    FROM placed p JOIN assignment_before b ON b.subscriber_id = p.subscriber_id AND b.rule = 'capacity'
    JOIN owner o ON o.owner = b.owner_code AND o.unit = p.unit
    WHERE p.owner IS NULL AND p.unit_rule <> 'last_resort' GROUP BY ALL
  ) k JOIN waiting w USING (unit, family) JOIN room m ON m.owner = k.owner
  QUALIFY m.room IS NULL OR row_number() OVER (PARTITION BY k.owner ORDER BY w.first_id, family) <= m.room;
CREATE TEMP TABLE spread AS
  WITH load AS (SELECT owner, count(*) AS added FROM kept GROUP BY ALL),
  queue AS (
    SELECT unit, family, row_number() OVER (PARTITION BY unit ORDER BY first_id, family) - 1 AS place,
      count(*) OVER (PARTITION BY unit) AS length
    FROM waiting ANTI JOIN kept USING (unit, family)
  ), seat AS (
    SELECT m.unit, m.owner, m.held + coalesce(l.added, 0) AS held,
      least(coalesce(m.room - coalesce(l.added, 0), q.length), q.length) AS seats
    FROM room m LEFT JOIN load l USING (owner) JOIN (SELECT unit, any_value(length) AS length FROM queue GROUP BY ALL) q USING (unit)
  ), seated AS (
    SELECT unit, owner, seats, sum(seats) OVER (PARTITION BY unit) AS unit_seats,
      sum(seats) OVER (PARTITION BY unit ORDER BY seats DESC, held, owner ROWS UNBOUNDED PRECEDING) AS seat_end
    FROM seat
  )
  SELECT q.unit, q.family, s.owner FROM queue q JOIN seated s ON s.unit = q.unit
    AND CASE WHEN q.length >= s.unit_seats THEN q.place ELSE q.place * s.unit_seats // q.length END
      BETWEEN s.seat_end - s.seats AND s.seat_end - 1
  UNION ALL SELECT unit, family, owner FROM kept;
COPY (
  SELECT p.subscriber_id, coalesce(p.unit, first) AS unit_code, coalesce(p.owner, s.owner) AS owner_code,
    coalesce(p.owner, s.owner, p.unit, first) AS node_code,
    CASE WHEN pick IS NULL AND s.owner IS NOT NULL THEN 'capacity'
      ELSE CASE pick WHEN 1 THEN 'attachment' WHEN 2 THEN 'household' WHEN 3 THEN 'account_manager'
        WHEN 4 THEN 'representative' ELSE unit_rule END END AS rule
  FROM placed p LEFT JOIN spread s ON s.unit = p.unit AND s.family = p.family AND p.owner IS NULL
  CROSS JOIN (SELECT min(unit) AS first FROM unit)
) TO 'assignment.parquet' (FORMAT parquet, COMPRESSION snappy);
