"""What the lint lets through gives the same rows, of the same types, on DuckDB and on Spark.

Every expression of `dialect_cases/expressions.sql` is computed over a table of edge values, every statement of
`dialect_cases/statements.sql` over that and a second table. The last tests show that nothing is on the allow-list
without a case.
"""

import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlglot import exp

from weixi.dialect.casts import ALLOWED
from weixi.dialect.grammar import JOINS, STATEMENTS
from weixi.dialect.infer import Typer
from weixi.dialect.kind import Kind
from weixi.dialect.lint import outputs
from weixi.dialect.parse import parse
from weixi.dialect.types import ColumnType as T
from weixi.engine import Engine

CASES = Path(__file__).parent / "dialect_cases"
INTEGERS = [None, 0, 1, -1, 2, 3, -7, 7, 10, 100, -100, 2147]
BIGINTS = [None, 0, 1, -1, 2, -3, 7, 100, -100, 10**12, -(10**12), 2**53 + 1]
DOUBLES = [None, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e9, 0.1, 1234.5678, 0.49999999999999994]
TEXTS = [
    None, "", "a", "A", "ab", "12", " 12 ", "12.5", "-12.5", "1e3", "1_000", "0x1F", "+5", "-5", "12abc", ".5", "5.",
    "9223372036854775808", "true", "2025-1-1", "2025-01-01", "2025-02-30", "2025-01-01 10:00:00", "20250101", "2025",
    "2025-06", "\t12", "12\n", "\n", "\u3000a\u3000", "ß", "İ", "ΟΔΟΣ", "中文", "中文字", "👍🏽", "e\u0301", "0.005",
    "2.675", "-0.005", "１２", "a%b", "a_b", "a\\b", "a'b", "a,b,c", "1970-01-01 ", "+2025-01-01", "00012", "NaN",
    "epoch", "infinity",
]  # fmt: skip
BOOLEANS = [None, True, False]
DATES = [
    None,
    *map(
        date.fromisoformat,
        ["2024-02-29", "2025-01-01", "2025-01-31", "2025-12-31", "1970-01-01", "1999-12-31"],
    ),
]
MOMENTS = [
    None,
    datetime.fromisoformat("2025-01-01 00:00:00"),
    datetime.fromisoformat("2025-06-15 23:59:59.500000"),
    datetime.fromisoformat("2025-06-30 16:00:00.123456"),
    datetime.fromisoformat("1969-12-31 23:00:00"),
]
ROW_COUNT = 168
# name: type, values, how many rows one value stays: two columns of a type meet in every pair.
COLUMNS: dict[str, tuple[T, list[Any], int]] = {
    "i": (T.INTEGER, INTEGERS, 1), "j": (T.INTEGER, INTEGERS, 12), "b": (T.BIGINT, BIGINTS, 1),
    "c": (T.BIGINT, BIGINTS, 12), "x": (T.DOUBLE, DOUBLES, 1), "y": (T.DOUBLE, DOUBLES, 14), "s": (T.VARCHAR, TEXTS, 1),
    "t": (T.VARCHAR, TEXTS, 7), "p": (T.BOOLEAN, BOOLEANS, 1), "q": (T.BOOLEAN, BOOLEANS, 3), "d": (T.DATE, DATES, 1),
    "e": (T.DATE, DATES, 7), "m": (T.TIMESTAMP, MOMENTS, 1), "n": (T.TIMESTAMP, MOMENTS, 5),
}  # fmt: skip
ARROW = {
    T.INTEGER: pa.int32(), T.BIGINT: pa.int64(), T.DOUBLE: pa.float64(), T.VARCHAR: pa.string(), T.BOOLEAN: pa.bool_(),
    T.DATE: pa.date32(), T.TIMESTAMP: pa.timestamp("us"),
}  # fmt: skip
TABLES = {
    "edge": {"id": T.BIGINT, **{name: kind for name, (kind, _, _) in COLUMNS.items()}},
    "other": {"id": T.BIGINT, "k": T.INTEGER, "v": T.BIGINT, "name": T.VARCHAR},
}
PARAMETERS = {"number": 3, "word": "ab", "day": date(2025, 3, 1), "flag": True, "long": 10**10}
PARAMETER_TYPES = {"number": T.INTEGER, "word": T.VARCHAR, "day": T.DATE, "flag": T.BOOLEAN, "long": T.BIGINT}


def _uncommented(name: str) -> str:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("--"))


EXPRESSIONS = [line for line in _uncommented("expressions.sql").splitlines() if line]
STATEMENT_TEXTS = [piece.strip() for piece in _uncommented("statements.sql").split("\n\n") if piece.strip()]


def _edge() -> pa.Table:
    columns = {"id": pa.array(range(ROW_COUNT), pa.int64())}
    for name, (kind, values, stay) in COLUMNS.items():
        filled = [values[(row // stay) % len(values)] for row in range(ROW_COUNT)]
        columns[name] = pa.array(filled, ARROW[kind])
    return pa.table(columns)


def _other() -> pa.Table:
    rows = [(1, 1, 5, "a"), (2, 2, -3, "b"), (3, 2, None, "中文"), (4, None, 7, None), (9, 77, 2, "a")]
    types = [ARROW[kind] for kind in TABLES["other"].values()]
    return pa.table(
        {
            name: pa.array(values, kind)
            for name, values, kind in zip(TABLES["other"], zip(*rows, strict=True), types, strict=True)
        }
    )


def _used(text: str) -> dict[str, Any]:
    return {name: value for name, value in PARAMETERS.items() if f"${name}" in text}


def _plain(table: pa.Table) -> list[dict[str, Any]]:
    """The rows with every NaN as a text: NaN is not equal to itself."""
    return [
        {k: "NaN" if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()}
        for row in table.to_pylist()
    ]


@pytest.fixture(scope="module")
def engines(
    duckdb: Engine, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Engine, Engine]:
    """DuckDB and Spark over the same two files."""
    folder = tmp_path_factory.mktemp("edge")
    pq.write_table(_edge(), folder / "edge.parquet")
    pq.write_table(_other(), folder / "other.parquet")
    opened = (duckdb, request.getfixturevalue("spark"))
    for engine in opened:
        for name in TABLES:
            engine.scan(name, [folder / f"{name}.parquet"])
    return opened


@pytest.fixture(scope="module")
def computed(engines: tuple[Engine, Engine]) -> list[pa.Table]:
    """All expressions over the edge table, per engine: one column each."""
    listed = ", ".join(f"{text} AS v{number}" for number, text in enumerate(EXPRESSIONS))
    statement = f"SELECT id, {listed} FROM edge ORDER BY id"
    return [engine.arrow(statement, _used(statement)) for engine in engines]


@pytest.mark.spark
@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_is_the_same_on_both_engines(text: str, computed: list[pa.Table]) -> None:
    name = f"v{EXPRESSIONS.index(text)}"
    declared = outputs(f"SELECT {text} AS v FROM edge", TABLES, PARAMETER_TYPES)["v"]
    duckdb, spark = (table.select(["id", name]) for table in computed)
    assert _plain(duckdb) == _plain(spark)
    assert declared is not None
    assert duckdb.schema.types[1] == spark.schema.types[1] == ARROW[declared]


@pytest.mark.spark
@pytest.mark.parametrize("text", STATEMENT_TEXTS)
def test_a_statement_is_the_same_on_both_engines(text: str, engines: tuple[Engine, Engine]) -> None:
    declared = outputs(text, TABLES, PARAMETER_TYPES)
    duckdb, spark = (engine.arrow(text, _used(text)) for engine in engines)
    assert duckdb.num_rows > 0
    assert _plain(duckdb) == _plain(spark)
    assert duckdb.schema.names == spark.schema.names
    expected = [ARROW[kind] for kind in declared.values() if kind is not None]
    assert duckdb.schema.types == spark.schema.types == expected


def _trees() -> list[exp.Expr]:
    return [parse(f"SELECT {text} AS v FROM edge") for text in EXPRESSIONS] + [
        parse(text) for text in STATEMENT_TEXTS
    ]


def test_every_allowed_node_and_part_has_a_case() -> None:
    seen = {
        (type(node), part)
        for tree in _trees()
        for node in tree.walk()
        for part, value in node.args.items()
        if value
    }
    classes = {type(node) for tree in _trees() for node in tree.walk()}
    allowed = {(node, part) for node, parts in STATEMENTS.items() for part in parts}
    # What the parser sets for other dialects, and a list that no allowed type fills.
    flags = {(exp.Div, "typed"), (exp.Div, "safe"), (exp.DataType, "nested")}
    assert set(STATEMENTS) - classes == set()
    assert allowed - seen - flags == set()


def test_every_allowed_join_has_a_case() -> None:
    seen = {
        (str(join.args.get("side") or "").upper(), str(join.args.get("kind") or "").upper())
        for tree in _trees()
        for join in tree.find_all(exp.Join)
    }
    assert seen == JOINS


def test_every_allowed_conversion_has_a_case() -> None:
    seen = set()
    edge = {name: Kind(kind.value) for name, kind in TABLES["edge"].items()}
    typer = Typer(lambda column: edge.get(column.name, Kind.UNKNOWN), None, lambda query: [Kind.BIGINT])
    for tree in _trees():
        for cast in tree.find_all(exp.Cast):
            if not isinstance(cast.this, exp.Literal | exp.Neg):
                seen.add((typer.kind(cast.this), typer.kind(cast)))
    assert {(kind, target) for kind, targets in ALLOWED.items() for target in targets} - seen == set()
