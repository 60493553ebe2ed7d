"""Looking at a table: the same cells from every encoding and delimiter, and nothing decoded as what it is not."""

from pathlib import Path

import pytest

from weixi.flow.extract.look import find_decimal, find_delimiter, header_place, look, resolve
from weixi.flow.extract.read import batches, header
from weixi.flow.extract.style import DELIMITERS, UNKNOWN, Style
from weixi.kernel.errors import DataError

HEAD = ["用户编码", "姓名", "月费"]
ROWS = [["0012", "王五", "59.00"], ["0013", "欧阳㐀", "8.5"], ["0014", "Zoë", "7.25"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_every_encoding_and_delimiter_gives_the_same_cells(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("".join(delimiter.join(line) + "\r\n" for line in (HEAD, *ROWS)).encode(encoding))
    style = look(path)
    assert (style.delimiter, style.decimal, style.header_row) == (delimiter, ".", 1)
    assert header(path, style) == HEAD
    rows = [row for part in batches(path, 0, HEAD, style) for row in part.to_pylist()]
    assert [[row["c0"], row["c1"], row["c2"]] for row in rows] == ROWS
    assert [row["row_line"] for row in rows] == [2, 3, 4]


def test_what_is_broken_is_named_by_byte_and_line_and_never_recoded(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    good = "编码,姓名\n1,王五\n2,李四\n".encode()
    path.write_bytes(good + b"3,\xe6\x9d\n" + "4,赵\n".encode())
    with pytest.raises(DataError) as caught:
        look(path)
    assert caught.value.where.endswith("a.csv:4")
    assert f"（字节偏移 {len(good) + 2}）" in caught.value.what.zh
    assert "UTF-8" in caught.value.what.zh


def test_letters_that_come_late_decide_as_well(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    plain = b"id,name\n" + b"1,a\n" * 2_000_000
    path.write_bytes(plain + "2,王\n".encode("gb18030"))
    assert look(path).encoding == "gb18030"
    path.write_bytes(plain + "2,王\n".encode())
    assert look(path).encoding == "utf-8"


def test_what_the_mapping_says_is_not_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a|b,c\n1|2,3\n")
    said = resolve(path, Style("|", None, decimal=",", header_row=1))
    assert (said.delimiter, said.encoding, said.decimal) == ("|", "utf-8", ",")
    assert resolve(path, UNKNOWN).delimiter == ","


def test_delimiters_by_agreement_of_lines() -> None:
    assert find_delimiter(["a;b", "1,5;2", "1,7;3"], '"') == ";"
    assert find_delimiter(["a,b", '"x;y;z",1', '"x;y;z",2'], '"') == ","
    assert find_delimiter(["编码", "1", "2"], '"') == ","
    assert find_delimiter(["某县报表，2025", "a\tb\tc", "1\t2\t3", "4\t5\t6"], '"') == "\t"


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["59,5", "8,25"], ","),
        (["1.234,50"], ","),
        (["0,125"], ","),
        (["1,234", "5,678"], None),
        (["1,234.50", "59.5"], "."),
        (["12", "王"], None),
    ],
)
def test_decimal_marks(cells: list[str], mark: str | None) -> None:
    assert find_decimal([cells], ";") == mark


def test_titles_above_the_header_are_passed_over() -> None:
    rows = [
        (1, ["某县月报", "", ""]),
        (3, ["制表", "2025", ""]),
        (4, HEAD),
        *((5 + n, r) for n, r in enumerate(ROWS)),
    ]
    assert header_place(rows) == 4
    assert header_place([(1, HEAD), (2, ["1", "", ""]), (3, ["2", "", ""])]) == 1
    assert header_place([]) == 1
