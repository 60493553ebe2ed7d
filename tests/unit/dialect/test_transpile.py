"""The golden texts: what a statement is on Spark. A new version of sqlglot must not change them unseen."""

import pytest

from weixi.dialect.transpile import to_spark

GOLDEN = [
    ("SELECT $month AS month", "SELECT :month AS month"),
    ("SELECT d + CAST(n AS INTEGER) AS x FROM t", "SELECT d + CAST(n AS INT) AS x FROM t"),
    (
        "SELECT CAST(date_add(d, INTERVAL 1 MONTH) AS DATE) AS x FROM t",
        "SELECT CAST(d + INTERVAL '1' MONTH AS DATE) AS x FROM t",
    ),
    ("SELECT date_diff('day', a, b) AS x FROM t", "SELECT CAST(DATEDIFF(DAY, a, b) AS BIGINT) AS x FROM t"),
    (
        "SELECT year(d) * 12 + month(d) AS x FROM t",
        "SELECT CAST(YEAR(d) AS BIGINT) * 12 + CAST(MONTH(d) AS BIGINT) AS x FROM t",
    ),
    (
        "SELECT row_number() OVER (PARTITION BY a ORDER BY b DESC, id) AS x FROM t",
        "SELECT CAST(ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC, id NULLS LAST) AS BIGINT) AS x FROM t",
    ),
    ("SELECT a FROM t ORDER BY a DESC, b", "SELECT a FROM t ORDER BY a DESC, b NULLS LAST"),
    ("SELECT a // NULLIF(b, 0) AS x FROM t", "SELECT a DIV NULLIF(b, 0) AS x FROM t"),
    (
        "SELECT sha256(concat(a, b)) AS x FROM t",
        "SELECT SHA2(CONCAT(COALESCE(a, ''), COALESCE(b, '')), 256) AS x FROM t",
    ),
    (
        "SELECT CAST('0x' || substr(sha256(a), 1, 15) AS BIGINT) AS x FROM t",
        "SELECT CAST(CONV(SUBSTRING(SHA2(a, 256), 1, 15), 16, 10) AS BIGINT) AS x FROM t",
    ),
    ("SELECT a FROM t WHERE regexp_matches(a, '^[0-9]+$')", "SELECT a FROM t WHERE a RLIKE '^[0-9]+\\\\z'"),
    ("SELECT 'a\\b' AS x", "SELECT 'a\\\\b' AS x"),
    ("SELECT TIMESTAMP '2025-01-31 08:00:00' AS x", "SELECT CAST('2025-01-31 08:00:00' AS TIMESTAMP_NTZ) AS x"),
    ("SELECT count(*) FILTER (WHERE a > 1) AS x FROM t", "SELECT COUNT(*) FILTER(WHERE a > 1) AS x FROM t"),
    ('SELECT "a b" AS x FROM t', "SELECT `a b` AS x FROM t"),
    ("SELECT v.a FROM (VALUES ('x', 1)) AS v(a, b)", "SELECT v.a FROM VALUES ('x', 1) AS v(a, b)"),
    ("SELECT a -- a remark\nFROM t", "SELECT a FROM t"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "spark"), GOLDEN)
def test_the_spark_text_is_the_golden_one(text: str, spark: str) -> None:
    assert to_spark(text) == spark


def test_transpiling_twice_gives_the_same_text() -> None:
    text = "SELECT year(d) AS x, row_number() OVER (ORDER BY d) AS n FROM t"
    first = to_spark(text)
    to_spark.cache_clear()
    assert to_spark(text) == first
