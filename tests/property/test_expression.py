"""Whatever is written as an expression: refused with a place, or one harmless piece of SQL."""

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from weixi.dialect.expression import Compiled, Scope, compile_condition, compile_scalar
from weixi.dialect.expression_text import ExpressionError
from weixi.dialect.grammar import EXPRESSIONS
from weixi.dialect.lint import check
from weixi.dialect.types import ColumnType as T
from weixi.flow.run import VOCABULARY
from weixi.kernel.language import Language

COLUMNS = {
    "complete_months": T.BIGINT, "revenue_3m_fen": T.BIGINT, "balance_fen": T.BIGINT, "run_out_days": T.INTEGER,
    "service_status": T.VARCHAR, "exit_date": T.DATE, "open_date": T.DATE, "is_rural": T.BOOLEAN, "share": T.DOUBLE,
    "happened_at": T.TIMESTAMP, "月租": T.VARCHAR, "USER_ID": T.VARCHAR,
}  # fmt: skip
SCOPE = Scope(
    COLUMNS,
    {"low": 80, "rate": Decimal("0.35"), "debt": -3, "day": date(2025, 1, 31), "word": "it's", "on": True},
    {"service_status": ("IN_SERVICE", "EXITED")},
)
OUTSIDE = (duckdb.OutOfRangeException, duckdb.ConversionException)
"""A value too large for its type or a day that is none: known only when the data are there."""

REACHABLE = frozenset(
    [
        *(
            "+",
            "-",
            "*",
            "/",
            "//",
            "%",
            "||",
            "~~",
            "!~~",
            "abs",
            "round",
            "sqrt",
            "floor",
            "ceil",
            "ceiling",
        ),
        *(
            "concat",
            "concat_ws",
            "length",
            "substring",
            "substr",
            "left",
            "right",
            "replace",
            "translate",
            "prefix",
        ),
        *(
            "starts_with",
            "suffix",
            "contains",
            "strpos",
            "instr",
            "lpad",
            "rpad",
            "split_part",
            "regexp_matches",
        ),
        *(
            "sha256",
            "year",
            "month",
            "day",
            "quarter",
            "date_diff",
            "datediff",
            "date_add",
            "last_day",
            "make_date",
        ),
        *(
            "date_trunc",
            "greatest",
            "least",
            "nullif",
            "to_days",
            "to_months",
            "to_years",
            "to_hours",
            "to_minutes",
        ),
    ]
)
"""What a compiled piece may call: arithmetic, text and dates. Nothing reads a file, a setting or the clock."""

FRAGMENTS = [
    *COLUMNS, "$low", "$rate", "$nope", "SELECT", "FROM book", "book", "WHERE", "UNION ALL",
    "; DROP TABLE book", "--", "/*", "*/",
    "(", ")", "(", ")", ",", "'", '"', "''", "+", "-", "*", "/", "//", "%", "||", "=", "<>", "<", ">=", "::",
    ".", "[", "]", "{", "}",
    "AND", "OR", "NOT", "IS NULL", "IS NOT", "IN", "BETWEEN", "LIKE", "CASE WHEN", "THEN", "ELSE", "END",
    "CAST(", "AS", "DATE",
    "BIGINT", "VARCHAR", "INTERVAL 1 DAY", "TRUE", "NULL", "1", "0", "2.5", "1e9", "'IN_SERVICE'", "'x'",
    "DATE '2025-01-01'",
    "yuan(", "arpu_at_least(", "arpu_between(", "days_between(", "sum(", "count(*)", "read_csv('/etc/passwd')",
    "getenv('HOME')",
    "EXISTS (", "OVER ()", "FILTER", "COALESCE(", "greatest(", "length(", "regexp_matches(", "lambda x:",
    "COLUMNS(*)", "*",
    "ORDER BY", "LIMIT 1", "PIVOT", "QUALIFY", "ATTACH", "COPY", "SET", "PRAGMA", "?", "@", "#", "\\", "\n",
    "\x00", "，", "。", "“",
]  # fmt: skip

numbers = st.one_of(
    st.sampled_from(
        [
            "balance_fen",
            "revenue_3m_fen",
            "run_out_days",
            "complete_months",
            "$low",
            "$debt",
            "share",
            "$rate",
        ]
    ),
    st.integers(0, 10**6).map(str),
    st.sampled_from(["yuan(80)", "yuan($low)", "yuan(0.5)", "0.25", "days_between(open_date, exit_date)"]),
)
sums = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda n: f"abs({n})"),
        inner.map(lambda n: f"-({n})"),
        st.tuples(inner, inner).map(lambda t: f"{t[0]} / NULLIF({t[1]}, 0)"),
        st.tuples(inner, inner).map(lambda t: f"COALESCE({t[0]}, {t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"CASE WHEN is_rural THEN {t[0]} ELSE {t[1]} END"),
    ),
    max_leaves=6,
)
dates = st.sampled_from(
    ["open_date", "exit_date", "$day", "DATE '2025-02-28'", "open_date + 30", "last_day(exit_date)"]
)
tests = st.one_of(
    st.tuples(sums, st.sampled_from(["<", "<=", "=", "<>", ">", ">="]), sums).map(" ".join),
    st.tuples(dates, st.sampled_from(["<", "<=", "=", "<>", ">", ">="]), dates).map(" ".join),
    st.sampled_from(
        [
            "is_rural", "$on", "TRUE", "arpu_at_least(80)", "arpu_between($low, 200)", "arpu_above(99.5)",
            "arpu_below($low)",
            "service_status = 'IN_SERVICE'", "service_status IN ('EXITED', 'IN_SERVICE')", "月租 = '20'",
            "user_id LIKE 'A%'",
            "exit_date IS NULL", "run_out_days BETWEEN 0 AND 30",
            "happened_at > TIMESTAMP '2025-01-01 00:00:00'", "月租 <> $word",
        ]
    ),
)  # fmt: skip
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR", "and"]), inner).map(
            lambda t: f"({t[0]}) {t[1]} ({t[2]})"
        ),
        inner.map(lambda c: f"NOT ({c})"),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def book() -> Iterator[duckdb.DuckDBPyConnection]:
    """One table of every column: a row of NULLs, a row of zeros, a row of values."""
    connection = duckdb.connect()
    columns = ", ".join(f'"{name}" {kind.value}' for name, kind in COLUMNS.items())
    connection.execute(f"CREATE TABLE book ({columns})")
    connection.execute(f"INSERT INTO book VALUES ({', '.join(['NULL'] * len(COLUMNS))})")
    for number, day in ((0, "1970-01-01"), (7, "2025-06-30")):
        values = {T.DATE: f"'{day}'", T.TIMESTAMP: f"'{day} 10:00:00'", T.VARCHAR: "'12'", T.BOOLEAN: "TRUE"}
        row = ", ".join(values.get(kind, str(number)) for kind in COLUMNS.values())
        connection.execute(f"INSERT INTO book VALUES ({row})")
    yield connection
    connection.close()


def harmless(text: str, compiled: Compiled, book: duckdb.DuckDBPyConnection) -> None:
    """The compiled piece names only the scope, holds only allowed nodes, passes the lint and runs on DuckDB."""
    statement = f"SELECT {compiled.sql} AS v FROM book"
    check(statement, {"book": COLUMNS})
    verdict(compiled.sql, book)
    tree = sqlglot.parse_one(compiled.sql, read="duckdb")
    assert {type(node) for node in tree.walk()} <= set(EXPRESSIONS)
    assert {column.name for column in tree.find_all(sqlglot.exp.Column)} == compiled.columns <= set(COLUMNS)
    try:
        rows = book.execute(statement).fetchall()
    except OUTSIDE:
        return
    assert len(rows) == 3, text
    kinds = {T.BOOLEAN: bool, T.VARCHAR: str, T.DOUBLE: float, T.INTEGER: int, T.BIGINT: int}
    if compiled.type in kinds:
        assert all(row[0] is None or type(row[0]) is kinds[compiled.type] for row in rows), text


def verdict(sql: str, book: duckdb.DuckDBPyConnection) -> None:
    """DuckDB's own parser finds in the compiled piece one value: no query, no other table, no unknown function."""
    found = book.execute("SELECT json_serialize_sql(?)", [f"SELECT {sql} AS v FROM book"]).fetchone()
    assert found is not None
    told = json.loads(found[0])
    assert not told["error"], sql
    [statement] = told["statements"]
    node = statement["node"]
    assert node["type"] == "SELECT_NODE"
    assert (node["from_table"]["type"], node["from_table"]["table_name"]) == ("BASE_TABLE", "book")
    assert not node["where_clause"]
    assert not node["group_expressions"]
    assert not node["having"]
    assert not node["qualify"]
    assert not node["sample"]
    assert not node["cte_map"]["map"]
    [value] = node["select_list"]
    for part in _parts(value):
        assert part.get("class") not in ("SUBQUERY", "WINDOW", "STAR", "PARAMETER", "LAMBDA"), sql
        if part.get("class") == "FUNCTION":
            assert part["function_name"].lower() in REACHABLE, part["function_name"]
            assert not part["schema"]
            assert not part["catalog"]
        if part.get("class") == "COLUMN_REF":
            assert len(part["column_names"]) == 1, sql


def _parts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner)


def compiled_or_refused(text: str, book: duckdb.DuckDBPyConnection) -> None:
    for compiler in (compile_condition, compile_scalar):
        refused: ExpressionError | None = None
        try:
            compiled = compiler(text, SCOPE)
        except ExpressionError as fault:
            refused = fault
        if refused is None:
            harmless(text, compiled, book)
            continue
        assert 0 <= refused.column <= len(text)
        assert refused.say(Language.ZH)
        assert refused.say(Language.EN)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.lists(st.sampled_from(FRAGMENTS), max_size=14).map(" ".join))
@example(text="1; DROP TABLE book")
@example(text="(SELECT 1)")
@example(text="@")
@example(text="balance_fen > 0) UNION SELECT (1")
@example(text="service_status = 'x' -- '")
@example(text='"balance_fen" > 1')
@example(text="-yuan(-3) > 1")
def test_fragments_of_sql_never_become_more_than_an_expression(
    text: str, book: duckdb.DuckDBPyConnection
) -> None:
    compiled_or_refused(text, book)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_compiled_or_refused(text: str, book: duckdb.DuckDBPyConnection) -> None:
    compiled_or_refused(text, book)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=conditions)
def test_a_condition_is_true_or_false_for_every_row(text: str, book: duckdb.DuckDBPyConnection) -> None:
    compiled = compile_condition(text, SCOPE)
    harmless(text, compiled, book)
    try:
        rows = book.execute(f"SELECT {compiled.sql} AS v FROM book").fetchall()
    except OUTSIDE:
        return
    assert all(row[0] in (True, False) for row in rows)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=conditions, data=st.data())
def test_a_spoiled_condition_is_compiled_or_refused(
    text: str, data: st.DataObject, book: duckdb.DuckDBPyConnection
) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        width = data.draw(st.integers(0, 4))
        text = text[:place] + data.draw(st.sampled_from(["", *FRAGMENTS])) + text[place + width :]
    compiled_or_refused(text, book)


@settings(max_examples=100, deadline=None)
@given(text=conditions, name=st.sampled_from(["balence_fen", "sevice_status", "nothing"]))
def test_an_unknown_column_is_named_and_placed(text: str, name: str) -> None:
    spoiled = f"({text}) AND {name} IS NULL"
    with pytest.raises(ExpressionError) as refused:
        compile_condition(spoiled, SCOPE)
    assert refused.value.code == "expression.column"
    assert name in refused.value.what.en
    assert spoiled[refused.value.column :].startswith(name)


@settings(max_examples=100, deadline=None)
@given(
    yuan=st.integers(0, 10**6),
    cents=st.integers(0, 99),
    revenue=st.integers(0, 10**9),
    months=st.integers(0, 3),
)
def test_arpu_is_compared_as_sums(
    yuan: int, cents: int, revenue: int, months: int, book: duckdb.DuckDBPyConnection
) -> None:
    compiled = compile_condition(f"arpu_at_least({yuan}.{cents:02d})", SCOPE)
    row = book.execute(
        f"SELECT {compiled.sql} FROM (SELECT $r::BIGINT AS revenue_3m_fen, $m::BIGINT AS complete_months)",
        {"r": revenue, "m": months},
    ).fetchone()
    assert row == (months > 0 and Decimal(revenue) >= (yuan * 100 + cents) * months,)


WRITTEN = [
    text
    for name in ("work_plan", "care_scheme")
    for section in tomllib.loads(
        (files("weixi.playbook") / f"{name}.toml").read_text(encoding="utf-8")
    ).values()
    for entry in (section if isinstance(section, list) else [])
    for part in (entry, *entry.get("level", []), *entry.get("condition", []))
    for text in [part.get("when")]
    if text
]
SHIPPED = Scope(
    VOCABULARY.labelled, {"high_value_arpu": 80, "gold_arpu": 200, "notice": 30}, VOCABULARY.words
)
ATTACKS = [
    "; DROP TABLE book", "--", "/* */", "(SELECT 1)", " UNION SELECT 1", "read_csv('/etc/passwd')", "getenv('HOME')",
    "current_setting('x')", "now()", "random()", "nextval('s')", "getvariable('x')", "book.*", "main.book.balance_fen",
    "information_schema.tables", "'a' COLLATE nocase", "x -> 1", "[1, 2][1]", "{'a': 1}", "$$text$$", "E'\\n'",
    "\u202e", "\u0000", "\ufeff", "（", "ｏｒ 1=1", "ⅷ", "\u2028", "’ OR 1=1", "\\", "CAST('1' AS JSON)",
    "TRY(1/0)", "1::BLOB", "(VALUES (1))", "EXISTS (FROM book)", "EXTRACT(epoch FROM open_date)", "?", "$1", ":x",
]  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(base=st.sampled_from(WRITTEN), data=st.data())
def test_a_shipped_condition_with_something_slipped_in_is_one_value_or_refused(
    base: str, data: st.DataObject, wide: duckdb.DuckDBPyConnection
) -> None:
    text = base
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        text = (
            text[:place] + data.draw(st.sampled_from(ATTACKS)) + text[place + data.draw(st.integers(0, 3)) :]
        )
    try:
        compiled = compile_condition(text, SHIPPED)
    except ExpressionError:
        return
    verdict(compiled.sql, wide)
    try:
        rows = wide.execute(f"SELECT {compiled.sql} AS v FROM book").fetchall()
    except OUTSIDE:
        return
    assert [type(row[0]) for row in rows] == [bool, bool]


@pytest.fixture(scope="module")
def wide() -> Iterator[duckdb.DuckDBPyConnection]:
    """One table of every column that a playbook may name: a row of NULLs and a row of values; no way out of it."""
    connection = duckdb.connect(config={"enable_external_access": "false"})
    columns = VOCABULARY.labelled
    connection.execute(
        f"CREATE TABLE book ({', '.join(f'{name} {kind.value}' for name, kind in columns.items())})"
    )
    connection.execute(f"INSERT INTO book VALUES ({', '.join(['NULL'] * len(columns))})")
    values = {
        T.DATE: "'2025-06-30'",
        T.TIMESTAMP: "'2025-06-30 10:00:00'",
        T.VARCHAR: "'KEY'",
        T.BOOLEAN: "TRUE",
    }
    connection.execute(
        f"INSERT INTO book VALUES ({', '.join(values.get(kind, '7') for kind in columns.values())})"
    )
    yield connection
    connection.close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_is_an_expression_by_itself(attack: str) -> None:
    with pytest.raises(ExpressionError):
        compile_condition(attack, SHIPPED)


def test_the_verdict_can_fail(book: duckdb.DuckDBPyConnection) -> None:
    for sql in ("(SELECT 1)", "getenv('HOME')", "sum(balance_fen)", "main.book.balance_fen", "now()"):
        with pytest.raises(AssertionError):
            verdict(sql, book)
