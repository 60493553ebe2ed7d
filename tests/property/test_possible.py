"""What is said to be impossible never happens, whatever the row: conditions beside an engine that tries every row."""

from collections.abc import Iterator
from itertools import product

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.dialect.expression import Scope, compile_condition
from weixi.dialect.possible import Possibilities, Truth
from weixi.dialect.types import ColumnType as T

COLUMNS = {"age": T.INTEGER, "grade": T.VARCHAR, "is_used": T.BOOLEAN, "revenue_3m_fen": T.BIGINT,
           "complete_months": T.BIGINT}  # fmt: skip
WORDS = {"grade": ("KEY", "REGULAR")}
SCOPE = Scope(COLUMNS, {"low": 80}, WORDS)
ROWS = list(
    product(
        (None, 0, 1, 2, 3, 4),
        (None, "KEY", "REGULAR"),
        (None, True, False),
        (None, 0, 7_999, 8_000, 16_000, 24_000),
        (0, 1, 2, 3),
    )
)

numbers = st.integers(-1, 5)
tests = st.one_of(
    st.tuples(st.sampled_from(["<", "<=", "=", "<>", ">", ">="]), numbers).map(
        lambda t: f"age {t[0]} {t[1]}"
    ),
    st.tuples(numbers, st.sampled_from(["<", "<=", "=", "<>", ">", ">="])).map(
        lambda t: f"{t[0]} {t[1]} age"
    ),
    st.tuples(numbers, numbers).map(lambda t: f"age BETWEEN {t[0]} AND {t[1]}"),
    st.lists(numbers, min_size=1, max_size=3).map(lambda n: f"age IN ({', '.join(map(str, n))})"),
    st.tuples(numbers, numbers).map(lambda t: f"COALESCE(age, {t[0]}) >= {t[1]}"),
    st.sampled_from(
        ["age IS NULL", "grade IS NOT NULL", "is_used", "COALESCE(is_used, TRUE)", "is_used = FALSE"]
    ),
    st.sampled_from(
        ["grade = 'KEY'", "grade <> 'KEY'", "grade IN ('KEY', 'REGULAR')", "age % 2 = 0", "TRUE"]
    ),
    st.sampled_from([f"arpu_{sign}($low)" for sign in ("at_least", "above", "at_most", "below")]),
    st.sampled_from(
        ["arpu_between($low, 160)", "revenue_3m_fen > 7999", "complete_months > 0", "age + 1 > 3"]
    ),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        inner.map(lambda c: f"NOT ({c})"),
        inner.map(lambda c: f"COALESCE({c}, TRUE)"),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def everyone() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute(
        f"CREATE TABLE everyone ({', '.join(f'{name} {kind.value}' for name, kind in COLUMNS.items())})"
    )
    connection.executemany("INSERT INTO everyone VALUES (?, ?, ?, ?, ?)", ROWS)
    yield connection
    connection.close()


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(conditions, min_size=1, max_size=3), unmet=st.booleans())
def test_what_cannot_hold_holds_for_no_row(
    texts: list[str], unmet: bool, everyone: duckdb.DuckDBPyConnection
) -> None:
    possible = Possibilities(COLUMNS, WORDS)
    compiled = [compile_condition(text, SCOPE).sql for text in texts]
    asked = [(sql, Truth.UNMET if unmet and k else Truth.TRUE) for k, sql in enumerate(compiled)]
    if possible.can_hold(*asked):
        return
    where = " AND ".join(f"({sql}) = {truth is Truth.TRUE}" for sql, truth in asked)
    assert everyone.execute(f"SELECT count(*) FROM everyone WHERE {where}").fetchone() == (0,)


@settings(max_examples=200, deadline=None)
@given(text=conditions)
def test_no_row_lies_above_the_highest_value(text: str, everyone: duckdb.DuckDBPyConnection) -> None:
    sql = compile_condition(text, SCOPE).sql
    highest = Possibilities(COLUMNS, WORDS).highest(sql, "age")
    found = everyone.execute(f"SELECT max(age) FROM everyone WHERE {sql}").fetchone()
    assert found is not None
    assert highest is None or found[0] is None or found[0] <= highest


def test_the_generated_conditions_are_told_apart(everyone: duckdb.DuckDBPyConnection) -> None:
    """The tests above would pass if nothing were ever proved."""
    possible = Possibilities(COLUMNS, WORDS)
    impossible = [
        "age > 3 AND age < 4",
        "grade = 'KEY' AND grade = 'REGULAR'",
        "grade <> 'KEY' AND grade <> 'REGULAR'",
        "age IS NULL AND age < 3",
        "is_used AND NOT is_used",
        "arpu_below(80) AND arpu_at_least(80)",
        "arpu_above(200) AND arpu_between(80, 120)",
        "NOT COALESCE(age >= 3, TRUE) AND age = 4",
        "age % 2 = 0 AND NOT age % 2 = 0",
        "COALESCE(age, 5) < 3 AND age IS NULL",
    ]
    for text in impossible:
        assert not possible.can_hold((compile_condition(text, SCOPE).sql, Truth.TRUE)), text
    for text in ("age > 3 OR age < 4", "age > 2 AND age < 4", "arpu_at_least(80) AND arpu_between(80, 120)"):
        assert possible.can_hold((compile_condition(text, SCOPE).sql, Truth.TRUE)), text
