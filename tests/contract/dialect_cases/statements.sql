-- One statement a paragraph, over the edge table and the view other (id BIGINT, k INTEGER, v BIGINT, name VARCHAR).

SELECT p, CAST(COALESCE(sum(j), 0) AS BIGINT) AS zero, count(*) AS n, count(i) AS known, count(DISTINCT s) AS texts, CAST(sum(i) AS BIGINT) AS total,
  CAST(sum(b) AS DOUBLE) AS big, min(d) AS first_day, max(d) AS last_day, min(s) AS low, max(s) AS high, min(x) AS least_x,
  max(x) AS most_x, avg(i) AS mean_i, avg(i * 2) AS mean_2, bool_or(q) AS any_q, bool_and(q) AS all_q, max(m) AS last_m
FROM edge GROUP BY p ORDER BY p

SELECT q AS flag, count(*) FILTER (WHERE i > 0) AS n, CAST(sum(b) FILTER (WHERE p) AS BIGINT) AS total,
  max(d) FILTER (WHERE p) AS d, avg(j) FILTER (WHERE NOT p) AS a, bool_or(p) FILTER (WHERE i = 1) AS o,
  min(t) FILTER (WHERE s IS NULL) AS t, CAST(COALESCE(sum(CASE WHEN p THEN 1 ELSE 0 END), 0) AS BIGINT) AS c,
  bool_and(p) FILTER (WHERE i = 1) AS l, CAST(sum(j) AS INTEGER) AS small
FROM edge GROUP BY flag HAVING count(*) > 1 ORDER BY flag DESC

SELECT count(*) AS n, CAST(sum(v) AS BIGINT) AS total, max(v) AS most, bool_or(v > 0) AS any_v, avg(v) AS mean
FROM other WHERE v IS NULL AND k = 3

SELECT year(d) * 100 + month(d) AS ym, count(*) AS n FROM edge WHERE d IS NOT NULL GROUP BY year(d) * 100 + month(d) ORDER BY 1

SELECT id, s, row_number() OVER (ORDER BY s, id) AS up, row_number() OVER (PARTITION BY p ORDER BY s DESC, id DESC) AS down,
  rank() OVER (PARTITION BY p ORDER BY i DESC NULLS LAST) AS place, dense_rank() OVER (ORDER BY d NULLS FIRST) AS dense
FROM edge ORDER BY id

SELECT id, CAST(sum(b) OVER (PARTITION BY p ORDER BY b DESC, id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS running,
  CAST(sum(b) OVER (PARTITION BY p) AS BIGINT) AS whole, count(*) OVER (PARTITION BY q) AS n, max(d) OVER (PARTITION BY p) AS last_d,
  max(i) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING) AS near, avg(i) OVER (PARTITION BY p) AS mean
FROM edge ORDER BY id

SELECT s FROM edge ORDER BY s, id LIMIT 20

SELECT s, id FROM edge ORDER BY s DESC, id LIMIT $number

SELECT d, i FROM edge ORDER BY d NULLS FIRST, i DESC NULLS LAST, id

SELECT DISTINCT p, q FROM edge ORDER BY p, q

WITH a AS (SELECT id, i FROM edge WHERE i > 0), b(k, n) AS (SELECT o.k, count(*) FROM other AS o GROUP BY o.k)
SELECT a.id, b.n FROM a JOIN b ON b.k = a.i ORDER BY a.id

SELECT e.id, o.name FROM edge AS e INNER JOIN other AS o ON o.k = e.i AND o.v > 0 ORDER BY e.id, o.id

SELECT e.id, o.name FROM edge AS e LEFT JOIN other AS o ON o.k = e.i ORDER BY e.id, o.id

SELECT e.id, o.id AS oid FROM edge AS e LEFT OUTER JOIN other AS o ON o.k IS NOT DISTINCT FROM e.i ORDER BY e.id, o.id

SELECT e.id, o.id AS oid FROM edge AS e RIGHT JOIN other AS o ON o.k = e.i AND e.p ORDER BY o.id, e.id

SELECT e.id, o.id AS oid FROM edge AS e RIGHT OUTER JOIN other AS o ON o.id = e.id ORDER BY o.id, e.id

SELECT e.id, o.id AS oid FROM edge AS e FULL JOIN other AS o ON o.k = e.i AND e.q ORDER BY e.id, o.id

SELECT id, edge.s, other.name FROM edge FULL OUTER JOIN other USING (id) ORDER BY id

SELECT id, name FROM edge JOIN other USING (id) ORDER BY id

SELECT e.id, o.id AS oid FROM edge AS e CROSS JOIN other AS o WHERE e.id < 3 ORDER BY e.id, o.id

SELECT e.id FROM edge AS e SEMI JOIN other AS o ON o.k = e.i ORDER BY e.id

SELECT e.id FROM edge AS e ANTI JOIN other AS o ON o.k = e.i ORDER BY e.id

SELECT id FROM edge SEMI JOIN other USING (id) ORDER BY id

SELECT id FROM edge UNION ALL SELECT o.k FROM other AS o ORDER BY id

SELECT i FROM edge UNION SELECT v FROM other ORDER BY i

WITH o AS (SELECT k FROM other) SELECT i FROM edge EXCEPT SELECT k FROM o ORDER BY i LIMIT 4

WITH o AS (SELECT k FROM other) SELECT i FROM edge INTERSECT SELECT k FROM o ORDER BY i

WITH o AS (SELECT k FROM other) SELECT id FROM edge UNION ALL SELECT k FROM o ORDER BY id LIMIT 9

SELECT i FROM edge INTERSECT SELECT k FROM other ORDER BY i LIMIT 3

WITH u AS (SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT CAST(NULL AS INTEGER)) SELECT a, a IS NULL AS f FROM u ORDER BY a

SELECT z.n, z.w FROM (SELECT count(*) AS n, p AS w FROM edge GROUP BY p) AS z WHERE z.n > 1 ORDER BY z.w

SELECT v.code, v.place, count(*) AS n FROM (VALUES ('a', 1), ('ab', 2), ('中文', 3)) AS v(code, place)
JOIN edge ON edge.s = v.code GROUP BY v.code, v.place ORDER BY v.place

SELECT "id" AS "编号", s AS "a b" FROM edge WHERE "s" = 'a' ORDER BY "编号"

(SELECT id FROM edge WHERE i = 1) UNION ALL (SELECT id FROM other WHERE v > 0) ORDER BY id
