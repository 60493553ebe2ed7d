"""The lint: names resolved, types checked, everything else refused with a reason."""

import time

import pytest

from weixi.dialect.lint import DialectError, check, outputs
from weixi.dialect.types import ColumnType as T
from weixi.kernel.language import Language

TABLES = {
    "line": {
        "subscriber_id": T.BIGINT, "month": T.INTEGER, "bill_fen": T.BIGINT, "birth_year": T.INTEGER,
        "open_date": T.DATE,
        "exit_date": T.DATE, "status": T.VARCHAR, "is_rural": T.BOOLEAN, "share": T.DOUBLE, "seen_at": T.TIMESTAMP,
    },
    "label": {"subscriber_id": T.BIGINT, "grade": T.VARCHAR, "month": T.INTEGER},
}  # fmt: skip


def fault(text: str, **more: object) -> DialectError:
    with pytest.raises(DialectError) as caught:
        check(text, TABLES, **more)
    assert caught.value.say(Language.ZH)
    return caught.value


@pytest.mark.parametrize(
    ("text", "name", "nearest"),
    [
        ("SELECT bil_fen FROM line", "bil_fen", "bill_fen"),
        ("SELECT l.bil_fen FROM line AS l", "bil_fen", "bill_fen"),
        ("SELECT a.subscriber FROM (SELECT subscriber_id FROM line) AS a", "subscriber", "subscriber_id"),
        ("WITH a AS (SELECT month FROM line) SELECT a.mont FROM a", "mont", "month"),
        ("SELECT line.month FROM line AS l", "line", "l"),
        ("SELECT month FROM lines", "lines", "line"),
        (
            "SELECT month FROM line WHERE EXISTS (SELECT 1 FROM label WHERE label.grad = 'KEY')",
            "grad",
            "grade",
        ),
        (
            "SELECT l.month FROM line AS l SEMI JOIN label AS g USING (subscriber_id) WHERE g.grade = 'KEY'",
            "g",
            "l",
        ),
        ("SELECT month FROM line ORDER BY mounth", "mounth", "month"),
    ],
)
def test_an_unknown_name_is_named_with_what_is_near(text: str, name: str, nearest: str) -> None:
    found = fault(text)
    assert found.code in ("dialect.column", "dialect.table")
    assert name in found.what.en
    assert nearest in found.remedy.en


def test_a_name_that_two_relations_have_must_say_which() -> None:
    found = fault("SELECT month FROM line JOIN label USING (subscriber_id)")
    assert found.code == "dialect.ambiguous"
    assert "line.month" in found.remedy.en
    check("SELECT subscriber_id, line.month FROM line JOIN label USING (subscriber_id)", TABLES)


def test_a_piece_sees_only_the_pieces_before_it() -> None:
    assert fault("WITH a AS (SELECT n FROM b), b AS (SELECT 1 AS n) SELECT n FROM a").code == "dialect.table"
    check("WITH b AS (SELECT 1 AS n), a AS (SELECT n FROM b) SELECT n FROM a", TABLES)
    # A piece hides the table of its name from then on.
    assert fault("WITH line AS (SELECT 1 AS n) SELECT month FROM line").code == "dialect.column"


def test_a_subquery_of_from_does_not_see_its_neighbours() -> None:
    text = "SELECT l.month FROM line AS l JOIN (SELECT g.month FROM label AS g WHERE g.month = l.month) AS z ON TRUE"
    assert fault(text).code == "dialect.table"


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("SELECT * FROM line", "dialect.star", "name the columns"),
        ("SELECT l.* FROM line AS l", "dialect.star", "name the columns"),
        (
            "SELECT month, count(*) AS n FROM line GROUP BY ALL",
            "dialect.node",
            "name the columns to group by",
        ),
        ("SELECT DISTINCT ON (month) month FROM line", "dialect.node", "row_number"),
        (
            "SELECT month FROM line QUALIFY row_number() OVER (ORDER BY month) = 1",
            "dialect.node",
            "outer select",
        ),
        ("SELECT a.month FROM line AS a POSITIONAL JOIN label AS b", "dialect.node", "ON"),
        ("SELECT a.month FROM line AS a NATURAL JOIN label AS b", "dialect.node", "ON"),
        ("SELECT a.month FROM line AS a, label AS b", "dialect.join", "CROSS JOIN"),
        ("PIVOT line ON month USING sum(bill_fen)", "dialect.query", "SELECT"),
        ("INSERT OR REPLACE INTO line SELECT month FROM label", "dialect.query", "SELECT"),
        ("DROP TABLE line", "dialect.query", "SELECT"),
        ("COPY line TO 'x'", "dialect.query", "SELECT"),
        ("SELECT month FROM line; SELECT month FROM label", "dialect.single", "semicolon"),
        ("", "dialect.single", "semicolon"),
        ("SELECT month FROM", "dialect.syntax", "parentheses"),
        ("SELECT 'a FROM line", "dialect.syntax", "quotes"),
        ("SELECT month FROM read_csv('/etc/passwd')", "dialect.node", "given views"),
        ("SELECT month FROM 'x.parquet'", "dialect.table", "line"),
        ("SELECT month FROM main.line", "dialect.node", "given views"),
        ("SELECT u FROM unnest([1]) AS t(u)", "dialect.node", "given views"),
        ("SELECT getenv('HOME') AS h FROM line", "dialect.node", "0002"),
        ("SELECT hash(month) AS h FROM line", "dialect.node", "sha256"),
        ("SELECT list(month ORDER BY month) AS l FROM line", "dialect.node", "order"),
        ("SELECT string_agg(status, ',') AS l FROM line", "dialect.node", "order"),
        ("SELECT quantile_cont(bill_fen, 0.5) AS q FROM line", "dialect.node", "rank"),
        ("SELECT max_by(status, month) AS s FROM line", "dialect.node", "row_number"),
        ("SELECT any_value(status) AS s FROM line", "dialect.node", "row_number"),
        ("SELECT lower(status) AS s FROM line", "dialect.node", "translate"),
        ("SELECT trim(status) AS s FROM line", "dialect.node", "replace"),
        ("SELECT ln(share) AS s FROM line", "dialect.node", "integer"),
        ("SELECT current_date AS d FROM line", "dialect.node", "parameter"),
        ("SELECT now() AS d FROM line", "dialect.node", "parameter"),
        ("SELECT bill_fen IN (SELECT bill_fen FROM line) AS b FROM line", "dialect.node", "EXISTS"),
        ("WITH RECURSIVE a AS (SELECT 1 AS n) SELECT n FROM a", "dialect.node", "paths"),
        ("SELECT month FROM line LIMIT 5", "dialect.order", ""),
        ("SELECT month FROM line ORDER BY month LIMIT 5 OFFSET 2", "dialect.node", "row_number"),
        ("SELECT row_number() OVER (PARTITION BY month) AS n FROM line", "dialect.order", "total order"),
        ("SELECT lag(bill_fen) OVER (ORDER BY month) AS n FROM line", "dialect.node", "GROUP BY"),
        (
            "SELECT CAST(sum(bill_fen) OVER (ORDER BY month) AS BIGINT) AS n FROM line",
            "dialect.window",
            "ROWS",
        ),
        (
            "SELECT count(*) FILTER (WHERE is_rural) OVER (PARTITION BY month) AS n FROM line",
            "dialect.window",
            "CASE",
        ),
        ("SELECT count(*) FROM line", "dialect.alias", "AS"),
        ("SELECT 1 AS a, 2 AS A", "dialect.alias", ""),
        ("SELECT month AS a FROM line AS t JOIN label AS t USING (month)", "dialect.alias", "rename"),
    ],
)
def test_what_the_dialect_lacks_is_refused_with_a_way_out(text: str, code: str, hint: str) -> None:
    found = fault(text)
    assert found.code == code, found
    assert hint in found.remedy.en


@pytest.mark.parametrize(
    ("expression", "code", "hint"),
    [
        ("0.5", "fraction", "CAST(0.5 AS DOUBLE)"),
        ("bill_fen * 1.1", "fraction", "CAST(1.1 AS DOUBLE)"),
        ("99999999999999999999", "number", ""),
        ("sum(bill_fen)", "unsettled", "CAST(sum(x) AS BIGINT)"),
        ("sum(bill_fen) + 1", "type", "CAST(sum(x) AS BIGINT)"),
        ("CAST(sum(share) AS BIGINT)", "sum", "whole numbers"),
        ("avg(share)", "sum", ""),
        ("birth_year // 10", "unsettled", "CAST(a // b AS INTEGER)"),
        ("NULL", "unsettled", "CAST(NULL AS BIGINT)"),
        ("floor(share)", "unsettled", "CAST(floor(x) AS BIGINT)"),
        ("bill_fen / month", "zero", "NULLIF"),
        ("bill_fen // month", "zero", "NULLIF"),
        ("bill_fen % 0", "zero", "NULLIF"),
        ("share // 2", "type", ""),
        ("exit_date - open_date", "date", "date_diff"),
        ("open_date + bill_fen", "date", "CAST(n AS INTEGER)"),
        ("open_date + CAST(birth_year // 2 AS BIGINT)", "date", "CAST(n AS INTEGER)"),
        ("30 + open_date", "date", "date"),
        ("open_date - $day", "date", "date_diff"),
        ("$a - $b", "date", "date_diff"),
        ("date_diff('month', open_date, exit_date)", "date", "year(d) * 12"),
        ("date_diff('day', seen_at, seen_at)", "type", ""),
        ("date_add(open_date, INTERVAL 30 DAY)", "interval", "d + 30"),
        ("CAST(open_date + INTERVAL (month) MONTH AS DATE)", "interval", "CAST(n AS INTEGER)"),
        ("open_date + INTERVAL 1 MONTH", "unsettled", "CAST(… AS DATE)"),
        ("date_trunc('month', open_date)", "unsettled", "CAST(… AS DATE)"),
        ("CAST(date_trunc('week', open_date) AS DATE)", "date", ""),
        ("open_date = '2025-01-31'", "type", "DATE '…'"),
        ("open_date < seen_at", "type", "CAST"),
        ("status = 1", "type", "CAST"),
        ("status + 1", "type", "CAST"),
        ("is_rural > FALSE", "type", ""),
        ("greatest(is_rural, TRUE)", "type", ""),
        ("max(is_rural)", "type", ""),
        ("bill_fen = NULL", "null", "IS NULL"),
        ("CASE WHEN bill_fen THEN 1 END", "type", ""),
        ("CASE WHEN is_rural THEN 1 ELSE 'a' END", "type", ""),
        ("NOT bill_fen", "type", ""),
        ("concat(status, bill_fen)", "type", ""),
        ("CAST(share AS BIGINT)", "cast", "round"),
        ("CAST(share AS VARCHAR)", "cast", ""),
        ("CAST(status AS BIGINT)", "cast", "regexp_matches"),
        ("TRY_CAST(status AS DATE)", "cast", "regexp_matches"),
        ("IF(regexp_matches(status, '^[0-9]+$'), 1, CAST(status AS BIGINT))", "cast", "regexp_matches"),
        ("CAST('2025-1-31' AS DATE)", "cast", ""),
        ("CAST('0x' || substr(status, 1, 15) AS BIGINT)", "cast", "regexp_matches"),
        ("CAST('0x' || substr(sha256(status), 1, 16) AS BIGINT)", "cast", "regexp_matches"),
        ("CAST('0x' || substr(sha256(status), 51, 15) AS BIGINT)", "cast", "regexp_matches"),
        ("CAST('0x' || substr(sha256(status), 64) AS BIGINT)", "cast", "regexp_matches"),
        ("TRY_CAST('0x' || substr(sha256(status), 1, 15) AS BIGINT)", "cast", "regexp_matches"),
        ("CAST(month AS HUGEINT)", "cast", "BIGINT"),
        ("round(share, 2)", "arguments", "whole number"),
        ("substr(status, 0, 2)", "arguments", ""),
        ("left(status, -1)", "arguments", ""),
        ("split_part(status, '', 1)", "arguments", ""),
        ("status LIKE 'a\\_%'", "pattern", ""),
        ("regexp_matches(status, '.*')", "pattern", "[…]"),
        ("regexp_matches(status, '(?i)a')", "pattern", "[…]"),
        ("regexp_matches(status, 'a$b')", "pattern", "$ last"),
        ("regexp_matches(status, '(a')", "pattern", ""),
        ("regexp_matches(status, status)", "arguments", ""),
        ("greatest(month)", "arguments", ""),
        ("(SELECT month, grade FROM label)", "arguments", ""),
        ("?", "parameter", ""),
        ("$1", "parameter", ""),
    ],
)  # fmt: skip
def test_what_the_engines_take_differently_is_refused(expression: str, code: str, hint: str) -> None:
    found = fault(f"SELECT {expression} AS v FROM line")
    assert (
        found.code in (f"dialect.{code}", "dialect.node")
        if code == "arguments"
        else found.code == f"dialect.{code}"
    )
    assert hint in found.remedy.en


def test_the_columns_of_a_statement_have_their_types() -> None:
    found = outputs(
        """WITH g AS (SELECT subscriber_id, CAST(sum(bill_fen) AS BIGINT) AS total, count(*) AS n FROM line GROUP BY 1)
        SELECT g.subscriber_id, g.total / NULLIF(g.n, 0) AS mean, $day AS day, label.grade IS NULL AS none,
          CAST(g.n // 2 AS INTEGER) AS half, label.grade
        FROM g LEFT JOIN label ON label.subscriber_id = g.subscriber_id""",
        TABLES,
        {"day": T.DATE},
    )
    assert found == {
        "subscriber_id": T.BIGINT, "mean": T.DOUBLE, "day": T.DATE, "none": T.BOOLEAN, "half": T.INTEGER,
        "grade": T.VARCHAR,
    }  # fmt: skip


def test_a_parameter_that_was_not_given_is_refused() -> None:
    check("SELECT month FROM line WHERE month = $month", TABLES)
    check("SELECT month FROM line WHERE month = $month", TABLES, {"month": T.INTEGER})
    assert (
        fault("SELECT month FROM line WHERE month = $mont", parameters={"month": T.INTEGER}).code
        == "dialect.parameter"
    )
    assert (
        fault("SELECT month FROM line WHERE month = $day", parameters={"day": T.DATE}).code == "dialect.type"
    )


def test_unions_go_together_column_by_column() -> None:
    assert outputs("SELECT month FROM line UNION ALL SELECT bill_fen FROM line", TABLES) == {
        "month": T.BIGINT
    }
    assert fault("SELECT month FROM line UNION ALL SELECT grade FROM label").code == "dialect.type"
    assert fault("SELECT month FROM line UNION ALL SELECT month, grade FROM label").code == "dialect.union"


def test_letters_of_names_may_be_large_or_small() -> None:
    check('SELECT L."MONTH", Subscriber_ID FROM Line AS l', TABLES)


def test_what_was_nested_without_end_is_refused() -> None:
    assert fault(f"SELECT {'(' * 3000}1{')' * 3000} AS a").code == "dialect.syntax"


def test_long_chains_are_no_trouble() -> None:
    chain = " OR ".join(f"month = {number}" for number in range(400))
    check(f"SELECT month FROM line WHERE {chain}", TABLES)
    check(" UNION ALL ".join(["SELECT month FROM line"] * 100), TABLES)


def test_checking_costs_little_beside_parsing() -> None:
    sums = ", ".join(
        f"CAST(sum(CASE WHEN month = {number} THEN bill_fen ELSE 0 END) AS BIGINT) AS c{number}"
        for number in range(120)
    )
    text = f"SELECT subscriber_id, {sums} FROM line GROUP BY subscriber_id"
    assert len(text) > 9_000
    check(text, TABLES)
    started = time.process_time()
    check(text, TABLES)  # the tree is kept, so that only the check itself is timed
    assert time.process_time() - started < 0.05


def test_a_sum_of_many_terms_is_typed_in_one_pass() -> None:
    """Were every operand asked twice, sixty terms would take 2⁶⁰ steps."""
    total = " + ".join(f"CASE WHEN a = {k} THEN 1 ELSE 0 END" for k in range(60))
    assert outputs(f"SELECT {total} AS n FROM t", {"t": {"a": T.BIGINT}}) == {"n": T.INTEGER}
