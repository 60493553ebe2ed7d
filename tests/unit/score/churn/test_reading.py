"""What the lab makes of a file: kinds of columns, the label, refusals in words."""

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weixi.flow.score.churn.kind import Kind, day, number, numbers_in, type_table
from weixi.flow.score.churn.label import read_label
from weixi.flow.score.churn.reading import TextTable, read_table, stacked
from weixi.kernel.errors import DataError, UsageError

ROWS = 120


def columns() -> dict[str, list[str]]:
    left = [k % 4 == 0 for k in range(ROWS)]
    return {
        "user_no": [f"{10_000 + k}" for k in range(ROWS)],
        "bill": [f"{k * 1.37:.2f}" if k % 9 else "" for k in range(ROWS)],
        "price": ["Unknown" if k % 3 else str(k) for k in range(ROWS)],
        "offer": ["None" if k % 2 else "A" for k in range(ROWS)],
        "opened": [f"2025-0{1 + k % 9}-15" for k in range(ROWS)],
        "country": ["CN"] * ROWS,
        "是否离网": ["是" if one else "否" for one in left],
    }


def write(path: Path, table: dict[str, list[str]]) -> Path:
    lines = [",".join(table), *(",".join(row) for row in zip(*table.values(), strict=True))]
    text = "\n".join(lines).encode() + b"\n"
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def test_kinds(tmp_path: Path) -> None:
    typed = type_table(read_table(write(tmp_path / "a.csv", columns())))
    assert typed.kinds == {
        "user_no": Kind.KEY,
        "bill": Kind.NUMBER,
        "price": Kind.NUMBER,
        "offer": Kind.WORDS,
        "opened": Kind.DAY,
        "country": Kind.SAME,
        "是否离网": Kind.WORDS,
    }
    assert np.isnan(typed.frame.numbers["bill"]).sum() == 14
    assert np.isnan(typed.frame.numbers["price"]).sum() == 80
    assert typed.frame.words["offer"].words == ("A", "None")


def test_every_form_is_the_same_table(tmp_path: Path) -> None:
    table = columns()
    plain, packed = write(tmp_path / "a.csv", table), write(tmp_path / "b.csv.gz", table)
    parquet = tmp_path / "c.parquet"
    pq.write_table(pa.table(table), parquet)
    frames = [type_table(read_table(path)).frame for path in (plain, packed, parquet)]
    for other in frames[1:]:
        assert other.names == frames[0].names
        for name in other.numbers:
            assert np.array_equal(other.numbers[name], frames[0].numbers[name], equal_nan=True)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("12", ".", 12),
        ("-1.5e3", ".", -1500),
        ("1,234.5", ".", 1234.5),
        ("1.234,5", ",", 1234.5),
        ("3%", ".", 3),
    ],
)
def test_numbers(text: str, decimal: str, value: float) -> None:
    assert number(text, decimal) == value


def test_what_is_no_number_or_day() -> None:
    assert np.isnan([number("12a", "."), number("1,23", "."), number("", "."), day("2025-13-01", ".")]).all()
    assert day("1970-01-31", ".") == 30


def test_the_label_is_found_by_its_name(tmp_path: Path) -> None:
    label = read_label(read_table(write(tmp_path / "a.csv", columns())), None, ())
    assert (label.column, label.positive, label.values.sum()) == ("是否离网", ("是",), 30)


def table_of(**columns: list[str]) -> TextTable:
    return TextTable(
        {name: pa.array(values) for name, values in columns.items()},
        ".",
        len(next(iter(columns.values()))),
        0,
    )


def test_labels_that_cannot_be_told() -> None:
    state = ["good"] * 30 + ["bad"] * 30
    with pytest.raises(UsageError, match="positive"):
        read_label(table_of(state=state), "state", ())
    assert read_label(table_of(state=state), "STATE", ["bad"]).values.sum() == 30
    with pytest.raises(UsageError, match="no column looks like the label"):
        read_label(table_of(state=state), None, ())
    with pytest.raises(UsageError, match="churn looks like the label, but no value"):
        read_label(table_of(churn=["no"] * 60), None, ())
    with pytest.raises(UsageError, match="no column away"):
        read_label(table_of(state=state), "away", ())
    with pytest.raises(DataError, match="empty in 1"):
        read_label(table_of(churn=["yes"] * 30 + ["no"] * 30 + [""]), "churn", ())
    with pytest.raises(DataError, match="5 rows left"):
        read_label(table_of(churn=["yes"] * 5 + ["no"] * 30), "churn", ())


def test_a_column_of_numbers_with_holes_and_one_of_words() -> None:
    found = numbers_in(pa.array(["2", "", "unknown", "2", "1,5"]), ",")
    assert found is not None
    assert np.array_equal(found, [2, np.nan, np.nan, 2, 1.5], equal_nan=True)
    assert numbers_in(pa.array(["2", "two"]), ".") is None


def test_a_second_table_stands_below_the_first_whatever_the_order_of_its_columns() -> None:
    above = TextTable({"a": pa.array(["1"]), "b": pa.array(["x"])}, ".", 1, 2)
    below = TextTable({"c": pa.array(["?"]), "b": pa.array(["y"]), "a": pa.array(["2"])}, ".", 1, 3)
    both = stacked(above, below)
    assert {name: column.to_pylist() for name, column in both.columns.items()} == {
        "a": ["1", "2"],
        "b": ["x", "y"],
    }
    assert (both.rows, both.faulty) == (2, 5)
