-- One expression a line, over the edge table: i j INTEGER, b c BIGINT, x y DOUBLE, s t VARCHAR, p q BOOLEAN,
-- d e DATE, m n TIMESTAMP, and the view other (id, k, v, name).

-- comparisons and truth
i = j
i <> j
i < j
i <= j
i > b
i >= x
x = y
x > i
s = t
s < t
s >= '中'
d <= e
m > n
p = q
p <> q
b = 9007199254740993
p AND q
p OR q
NOT p
NOT (i > 0)
COALESCE(p, FALSE) AND i > 0
p = TRUE
p IS NULL
s IS NOT NULL
p IS TRUE
p IS NOT FALSE
p IS NOT DISTINCT FROM q
i IS DISTINCT FROM j
i IN (1, 2, j)
i IN (1, NULL)
s NOT IN ('a', 'ab')
d IN (DATE '2025-01-01', e)
i BETWEEN j AND 10
d NOT BETWEEN e AND DATE '2025-01-31'
s BETWEEN 'A' AND 'b'

-- arithmetic
i + j
i - j
i * j
i + b
b + c
b - 1
i * 100000000000
x + y
x * i
x - y
b + x
-i
-x
-(b)
(i + 1) * 2
b // NULLIF(c, 0)
CAST(i // NULLIF(j, 0) AS INTEGER)
CAST(i // 3 AS INTEGER)
b // 7
b // -7
b // (2 * 30)
CAST((i // 3) * 2 AS BIGINT)
b // 3 - i // 3
b % NULLIF(c, 0)
i % 3
CASE WHEN i <> 0 THEN b % i END
i / NULLIF(j, 0)
b / NULLIF(c, 0)
x / NULLIF(y, 0)
x / 3
b / CAST(NULLIF(i, 0) AS DOUBLE)
CASE WHEN j > 0 THEN i / j ELSE 0 END
IF(j <> 0, b // j, NULL)
abs(i)
abs(b)
abs(x)
CAST(0.1 AS DOUBLE) * i
CAST(-0.5 AS DOUBLE) + x
CAST(2.5 AS DOUBLE)
round(x)
round(x * 1000)
sqrt(x)
sqrt(abs(x) / 7)
1
9999999999
TRUE

-- choices
CASE WHEN p THEN i ELSE b END
CASE WHEN p THEN 1 WHEN q THEN 2 ELSE 3 END
CASE WHEN p THEN s END
CASE i WHEN 1 THEN 'a' WHEN j THEN 'b' ELSE 'c' END
IF(p, i, j)
IF(p, d, NULL)
COALESCE(i, b, 0)
COALESCE(s, '')
COALESCE(x, i)
COALESCE(d, e)
ifnull(i, 0)
NULLIF(i, j)
NULLIF(i, b)
NULLIF(s, '')
greatest(i, j)
greatest(i, b, 5)
greatest(s, t)
greatest(i, x)
least(d, e)
least(x, y)
least(i, 3)
least(m, n)

-- texts
concat(s, '-', t)
concat_ws(',', s, t)
concat_ws(',', CASE WHEN p THEN 'a' END, NULLIF(s, ''))
s || t
s || 'x' || t
length(s)
substr(s, 1, 1)
substr(s, 2)
substring(s, 2, 2)
left(s, 1)
left(s, 0)
right(s, 2)
replace(s, 'a', 'xx')
replace(s, ' ', t)
translate(s, 'ab0', 'xy')
translate(s, '１２', '12')
starts_with(s, t)
starts_with(s, 'a')
ends_with(s, 'b')
contains(s, t)
strpos(s, 'b')
strpos(s, '文')
lpad(s, 4, '0')
rpad(s, 3, '*')
split_part(s, ',', 2)
split_part(s, '-', 1)
s LIKE 'a%'
s LIKE '_'
s LIKE '%中%'
s NOT LIKE '%5'
s LIKE 'a''b'
regexp_matches(s, '^-?[0-9]{1,18}$')
regexp_matches(s, '[a-z]')
regexp_matches(s, '^(12|ab)+$')
regexp_matches(s, '^[^0-9]+$')
regexp_matches(s, '\.5$')
regexp_matches(s, 'b$')
regexp_matches(s, '^\d+')
regexp_matches(s, '^中文?$')
regexp_matches(s, '^[^ ]$')
sha256(s)
sha256(concat(s, CAST(b AS VARCHAR)))
CAST('0x' || substr(sha256(s), 1, 15) AS BIGINT)
CAST('0x' || substr(sha256(concat(s, 'a')), 50, 15) AS BIGINT)
s = 'a''b'
s = 'a\b'

-- conversions
CAST(i AS INTEGER)
CAST(i AS BIGINT)
CAST(i AS DOUBLE)
CAST(i AS VARCHAR)
CAST(i AS BOOLEAN)
CAST(b AS BIGINT)
CAST(b AS DOUBLE)
CAST(b AS VARCHAR)
CAST(b AS BOOLEAN)
CAST(b % 1000 AS INTEGER)
TRY_CAST(b AS INTEGER)
CAST(x AS DOUBLE)
CAST(s AS VARCHAR)
CAST(p AS BOOLEAN)
CAST(p AS INTEGER)
CAST(p AS BIGINT)
CAST(p AS VARCHAR)
CAST(d AS DATE)
CAST(d AS TIMESTAMP)
CAST(d AS VARCHAR)
CAST(m AS TIMESTAMP)
CAST(m AS DATE)
CAST(m AS VARCHAR)
CAST(i // 3 AS BIGINT)
CAST(i // 3 AS DOUBLE)
CAST(i // 3 AS VARCHAR)
CAST(round(x) AS BIGINT)
CAST(round(x) AS INTEGER)
CAST(floor(x) AS BIGINT)
CAST(floor(x) AS INTEGER)
CAST(ceil(x) AS BIGINT)
CAST(ceil(x / 7) AS INTEGER)
CAST(NULL AS BIGINT)
CAST(NULL AS DATE)
CAST(i AS DECIMAL(18, 2)) > 2
CAST(CAST(i AS DECIMAL(18, 2)) AS DOUBLE)
CAST(CAST(i // 3 AS DECIMAL(12, 2)) AS DOUBLE)
CAST(CAST(CAST(i AS DECIMAL(18, 4)) AS DECIMAL(18, 2)) AS DOUBLE)
CAST(round(CAST(i AS DECIMAL(18, 2)) * 100) AS BIGINT)
CAST(round(CAST(i AS DECIMAL(18, 2)) * 100) AS INTEGER)
CAST(round(CAST(b AS DECIMAL(20, 0)) * 2, 0) AS BIGINT)
CASE WHEN regexp_matches(s, '^-?[0-9]{1,18}$') THEN CAST(s AS BIGINT) END
CASE WHEN regexp_matches(s, '^[0-9]{1,6}$') THEN CAST(s AS INTEGER) END
CASE WHEN p AND regexp_matches(s, '^-?[0-9]+([.][0-9]+)?$') THEN TRY_CAST(s AS DOUBLE) ELSE 0 END
CASE WHEN regexp_matches(s, '^-?[0-9]{1,12}([.][0-9]{1,6})?$') THEN CAST(round(CAST(s AS DECIMAL(24, 6)) * 100) AS BIGINT) END
CAST(round(TRY_CAST(CASE WHEN regexp_matches(s, '^-?[0-9]+([.][0-9]+)?$') THEN s END AS DECIMAL(24, 6)) * 100) AS BIGINT)
CASE WHEN regexp_matches(s, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') THEN TRY_CAST(s AS DATE) END
CASE WHEN regexp_matches(s, '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$') THEN TRY_CAST(s AS TIMESTAMP) END

-- dates
d + i
d - i
d + 30
d + CAST(b % 1000 AS INTEGER)
date_diff('day', d, e)
CAST(date_add(d, INTERVAL 2 MONTH) AS DATE)
CAST(date_add(m, INTERVAL 8 HOUR) AS DATE)
CAST(d + INTERVAL 1 MONTH AS DATE)
CAST(d - INTERVAL 13 MONTH AS DATE)
CAST(d + INTERVAL 1 YEAR AS DATE)
m + INTERVAL 8 HOUR
m - INTERVAL 90 MINUTE
m + INTERVAL 1 SECOND
m + INTERVAL 2 DAY
year(d)
month(d)
day(d)
quarter(d)
year(m)
day(m)
year(d) * 12 + month(d)
last_day(d)
make_date(2025, 2, 28)
make_date(year(d), month(d), 1)
CAST(date_trunc('month', d) AS DATE)
CAST(date_trunc('quarter', d) AS DATE)
CAST(date_trunc('year', d) AS DATE)
DATE '2025-02-28'
TIMESTAMP '2025-02-28 10:00:00'

-- parameters
d + $number
date_diff('day', d, $day)
b * $number
s = $word
d < $day
$flag AND p
b + $long
COALESCE(d, $day)
sha256(concat($word, s))
CAST($number AS BIGINT)

-- sub-queries
EXISTS (SELECT 1 FROM other WHERE other.k = edge.i AND other.v > 0)
NOT EXISTS (SELECT 1 FROM other AS o WHERE o.k = i)
(SELECT max(o.v) FROM other AS o)
(SELECT max(o.v) FROM other AS o WHERE o.k = edge.i)
