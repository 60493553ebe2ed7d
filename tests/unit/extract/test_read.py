"""Files as batches of text: the same from text, gz and Parquet; memory bounded; half-written ones refused."""

import datetime as dt
import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weixi.flow.extract.ahead import ahead
from weixi.flow.extract.read import batches, header, record_texts
from weixi.flow.extract.style import Style
from weixi.kernel.errors import DataError

TEXT = "ID,NAME,FEE\n1, 王 ,59.00\n2,only\n\n3,李,8\n"


def rows(path: Path, names: list[str], style: Style | None = None) -> list[dict[str, object]]:
    found = pa.Table.from_batches(list(batches(path, 0, names, style or Style()))).to_pylist()
    return sorted(found, key=lambda row: row["row_line"])


@pytest.mark.parametrize("packed", [False, True])
def test_text_and_gz_read_alike_with_physical_lines(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / ("a.csv.gz" if packed else "a.csv")
    path.write_bytes(gzip.compress(TEXT.encode()) if packed else TEXT.encode())
    found = rows(path, ["FEE", "NAME"])
    assert [(row["row_line"], row["c0"], row["c1"], row["row_fault"]) for row in found] == [
        (2, "59.00", "王", None),
        (3, None, None, "FIELD_COUNT"),
        (5, "8", "李", None),
    ]
    assert found[1]["row_text"] == "2,only"
    assert dict(record_texts(path, np.array([2, 5]), Style())) == {2: "1, 王 ,59.00", 5: "3,李,8"}


def test_a_byte_order_mark_and_another_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeff用户编码|套餐\n1|5,9\n".encode())
    assert header(path, Style("|")) == ["用户编码", "套餐"]
    assert rows(path, ["套餐"], Style("|"))[0]["c0"] == "5,9"


def test_parquet_types_become_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    moment = dt.datetime(2025, 1, 2, 3, 4, 5, 678000)
    pq.write_table(
        pa.table(
            {
                "whole": pa.array([1, None]),
                "real": [2.5, float("nan")],
                "money": pa.array([1, 2]).cast(pa.decimal128(21, 2)),
                "day": [dt.date(2025, 1, 2)] * 2,
                "local": [moment] * 2,
                "zoned": pa.array([moment] * 2, pa.timestamp("us", "Asia/Shanghai")),
                "flag": [True, None],
                "word": pa.array([" a ", None]).dictionary_encode(),
            }
        ),
        path,
    )
    first, second = rows(path, header(path, Style()))
    assert [first[f"c{i}"] for i in range(8)] == [
        "1", "2.5", "1.00", "2025-01-02", "2025-01-02 03:04:05", "2025-01-02 03:04:05Z", "true", "a",
    ]  # fmt: skip
    assert [second[f"c{i}"] for i in (0, 1, 6, 7)] == [None] * 4
    assert [first["row_line"], second["row_line"]] == [1, 2]
    assert dict(record_texts(path, np.array([2]), Style()))[2].startswith('{"whole": null')


def test_parquet_bytes_that_are_no_text_are_one_bad_record(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"word": pa.array([b"a", b"\xff", b"b"], pa.binary())}), path)
    assert [(row["row_line"], row["c0"], row["row_fault"]) for row in rows(path, ["word"])] == [
        (1, "a", None), (2, None, "ENCODING"), (3, "b", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv.gz", gzip.compress(TEXT.encode() * 500)[:-20], "extract.broken"),
        ("a.csv.gz", b"no gz at all", "extract.broken"),
        ("a.parquet", b"PAR1 half", "extract.broken"),
        ("a.csv", b"", "extract.empty"),
        ("a.csv", b"ID,id\n1,2\n", "extract.header"),
        ("a.csv", b"ID,\xff\n1,2\n", "extract.header"),
    ],
)
def test_half_written_and_unusable_files_are_refused(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        list(batches(path, 0, header(path, Style())[:1], Style()))
    assert caught.value.code == code


def test_reading_ahead_gives_the_reader_s_error_and_stops_when_left() -> None:
    def source():
        yield 1
        raise ValueError("broken")

    items = ahead(source())
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken"):
        next(items)
    endless = ahead(iter(range(10_000_000)))
    assert next(endless) == 0
    endless.close()
