"""Every fault an extract is known to come with, and its verdict: taken, so many records in quarantine, or refused.

Each case is a row of CASES: files in, verdict out. What is refused leaves nothing in the book; what is taken adds up to
the record. Ten million rows are the import bench's case (`weixi bench`): no test reads as many.
"""

import datetime as dt
import gzip
import hashlib
import io
import re
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from weixi.engine import Store
from weixi.flow import book
from weixi.flow.extract import (
    QUARANTINE,
    Source,
    Trust,
    batches,
    header,
    look,
    open_files,
    open_folder,
    read_mapping,
)
from weixi.flow.extract.blocks import LONGEST_LINE, blocks
from weixi.kernel.errors import DataError, WeixiError

NOW = dt.datetime(2025, 7, 1, 9, tzinfo=dt.UTC)
MAPPING = """
[mapping]
name = "county"
currency = "CNY"
{style}

[subscriber]
files = "user*"
key = ["用户编码"]
month = {{column = "账期"}}

[subscriber.columns]
msisdn = {{from = "号码"}}
name = {{from = "姓名"}}
line_type = {{value = "MOBILE_MAIN"}}
line_use = {{value = "COMMERCIAL"}}
service_status = {{from = "状态", codes = {{"1" = "IN_SERVICE", "9" = "EXITED"}}}}
open_date = {{from = "入网日期"}}
contract_end_date = {{from = "合约到期"}}
bill_fen = {{from = "出账收入(元)", unit = "yuan"}}
call_count = {{from = "通话次数"}}
"""
HEAD = ["账期", "用户编码", "号码", "姓名", "状态", "入网日期", "合约到期", "出账收入(元)", "通话次数"]
Row = Sequence[object]
Data = bytes | str | Callable[[], bytes]


def row(user: str, **change: str) -> list[str]:
    told = dict(
        zip(
            HEAD,
            ["202506", user, f"1940000{user}", "王五", "1", "2024-01-05", "", "88.50", "12"],
            strict=True,
        )
    )
    names = {"number": "号码", "bill": "出账收入(元)", "opened": "入网日期", "ends": "合约到期", "month": "账期",
             "calls": "通话次数", "name": "姓名", "state": "状态"}  # fmt: skip
    return list((told | {names[key]: value for key, value in change.items()}).values())


GOOD = [row("0001"), row("0002", name="李四㐀"), row("0003")]


def text(rows: Sequence[Row] = GOOD, *, head: Row = HEAD, sep: str = ",", end: str = "\n") -> str:
    return "".join(sep.join(map(str, line)) + end for line in (head, *rows))


def workbook(*sheets: tuple[str, Sequence[Row]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets:
            sheet = made.add_worksheet(name)
            for at, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(at, place, cell)
                    elif isinstance(cell, dt.date):
                        sheet.write_datetime(at, place, dt.datetime.combine(cell, dt.time()), day)
                    else:
                        sheet.write(at, place, cell)
    return buffer.getvalue()


def zip_of(members: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def encrypted(data: bytes) -> bytes:
    """The archive with the mark of encryption on its members."""
    marked = bytearray(data)
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(signature), data):
            marked[found.start() + place] |= 1
    return bytes(marked)


def zip_bomb() -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("user.csv", "w") as member,
    ):
        for _ in range(140):
            member.write(bytes(1024 * 1024))
    return buffer.getvalue()


def unpacking_to(piece: bytes, times: int) -> bytes:
    """A .gz of a good table and so many pieces: .gz files put together are one."""
    return gzip.compress(text().encode(), mtime=0) + gzip.compress(piece, mtime=0) * times


@dataclass(frozen=True)
class Case:
    """One fault: its files, and what becomes of them. `refused` is the error's code, else the counts are expected."""

    name: str
    files: dict[str, Data]
    accepted: int = 3
    reasons: dict[str, int] = field(default_factory=dict)
    refused: str | None = None
    says: str = ""
    style: str = ""
    before: dict[str, Data] | None = None


def taken(name: str, data: Data, accepted: int = 3, says: str = "", **other: Any) -> Case:
    return Case(
        name, {other.pop("file", "user.csv"): data}, accepted, other.pop("reasons", {}), says=says, **other
    )


def refused(name: str, code: str, data: Data, says: str = "", **other: Any) -> Case:
    return Case(name, {other.pop("file", "user.csv"): data}, refused=f"extract.{code}", says=says, **other)


MANY = [row(f"{n:04}") for n in range(240)]
SHA = hashlib.sha256(text().encode()).hexdigest()
MD5 = hashlib.md5(text().encode(), usedforsecurity=False).hexdigest()
RENAMED = ["账期", "用户编码", "号码", "姓名", "状态", "入网日期", "合约到期", "出账收入合计(元)", "通话次数"]
ODD_HEAD = [
    "\ufeff账期 ",
    "用户 编码",
    "号码",
    "姓\u200b名",
    " 状态",
    "入网日期",
    "合约到期",
    '"出账收入\n（元）"',
    "通话次数",
]

CASES = [
    # half-written
    refused("cut in the middle of a row", "cut", text()[:-9], "没有换行符"),
    refused("cut in a field: as many fields as ever", "cut", text()[:-2]),
    refused("packed whole, cut before", "cut", gzip.compress(text()[:-9].encode()), file="user.csv.gz"),
    refused("the packing cut", "broken", gzip.compress(text(MANY).encode())[:-20], file="user.csv.gz"),
    refused("an archive cut", "broken", zip_of({"user.csv": text(MANY)})[:-30], file="user.zip"),
    refused("a workbook cut", "broken", workbook(("a", [HEAD, *GOOD]))[:-300], file="user.xlsx"),
    refused("a text called a workbook", "broken", text(), file="user.xlsx"),
    refused("cut at a line's end: far fewer than the month before", "short",
            text([row("0001", month="202507")]), "上月 240 条", before={"user.csv": text(MANY)}),
    Case("still being written", {"user.csv": text(), "user2.csv.part": ""}, refused="extract.half_written"),
    refused("without its end marker", "end_marker", text(), style='end_marker = "EOF"'),
    taken("with its end marker", text() + "EOF|3\n", style='end_marker = "EOF"'),
    taken("with its end marker, blank lines after it", text() + "EOF\r\n\r\n", style='end_marker = "EOF"'),
    Case("other than its SHA-256 says", {"user.csv": text()[:-9], "user.csv.sha256": f"{SHA}  user.csv\n"},
         refused="extract.sha256"),
    Case("other than its MD5 says", {"user.csv": text()[:-9], "user.csv.md5": MD5}, refused="extract.md5"),
    Case("rows that count the header in its mark", {"user.csv": text(), "user.ok": "4|"}, accepted=3),
    Case("fewer rows than its mark says, header or not", {"user.csv": text(), "user.ok": "5"}, refused="extract.rows"),
    Case("other bytes than a list says", {"user.csv": text(), "files.lst": "user.csv|3|999"}, refused="extract.bytes"),
    Case("as the list says", {"user.csv": text(), "files.lst": f"user.csv|3|{len(text().encode())}|{SHA}"}),
    Case("as its MD5 says, without a last line end", {"user.csv": text()[:-1], "user.csv.md5":
         hashlib.md5(text()[:-1].encode(), usedforsecurity=False).hexdigest()}),
    Case("a mark that says nothing, without a last line end", {"user.csv": text()[:-1], "user.csv.ok": ""}),
    Case("one file marked and one not yet", {"user1.csv": text(), "user1.csv.ok": "", "user2.csv": text(MANY)},
         refused="extract.unmarked"),
    refused("empty", "empty", ""),
    refused("blank lines alone", "empty", "\n\n\n"),
    refused("a header alone", "month_unread", text([])),
    # columns
    taken("a column more", text([[*line, "x"] for line in GOOD], head=[*HEAD, "备注"]), says="新增列 备注",
          before={"user.csv": text()}),
    taken("an unmapped column less", text(), says="减少列 备注",
          before={"user.csv": text([[*line, "x"] for line in GOOD], head=[*HEAD, "备注"])}),
    taken("columns in another order", text([line[::-1] for line in GOOD], head=HEAD[::-1]), says="列序有变",
          before={"user.csv": text()}),
    Case("a mapped column less", {"user.csv": text([line[:-1] for line in GOOD], head=HEAD[:-1])},
         refused="mapping.column", says="通话次数"),
    Case("a mapped column renamed", {"user.csv": text(head=RENAMED)}, refused="mapping.column",
         says="可能改名为“出账收入合计(元)”", before={"user.csv": text()}),
    Case("a mapped column renamed beyond likeness, in its place", {"user.csv": text(head=[*HEAD[:-1], "CALLS"])},
         refused="mapping.column", says="可能改名为“CALLS”", before={"user.csv": text()}),
    refused("a column twice", "header", text(head=[*HEAD[:-2], "通话次数", "通话次数"])),
    refused("100,000 columns", "columns", ",".join(f"c{n}" for n in range(100_000)) + "\n1\n", "100,000"),
    taken("names with a mark, blanks, line breaks, full width", text(head=ODD_HEAD)),
    taken("title lines above the header", "某县用户月报\n\n制表：张三\n" + text(), says="表头在第 4 行"),
    taken("the header where the mapping says", "a,b,c,d,e,f,g,h,i\n" + text(), style="header_row = 2"),
    # bytes
    taken("UTF-8 with a mark", text().encode("utf-8-sig")),
    taken("GB18030, four bytes for one letter", text().encode("gb18030"), says="GB18030"),
    taken("GBK", text([row("0001", name="张三")] * 1).encode("gbk"), 1, says="GB18030"),
    taken("UTF-16 LE with a mark", b"\xff\xfe" + text().encode("utf-16-le"), says="UTF-16-LE"),
    taken("UTF-16 BE with a mark", b"\xfe\xff" + text().encode("utf-16-be"), says="UTF-16-BE"),
    taken("UTF-16 LE without", text().encode("utf-16-le"), says="UTF-16-LE"),
    taken("UTF-16 BE without", text().encode("utf-16-be"), says="UTF-16-BE"),
    refused("UTF-16 that lost a byte", "encoding", b"\xff\xfe" + text().encode("utf-16-le")[:-1]),
    refused("neither UTF-8 nor GB18030", "encoding", text().encode() + b"\xff\xff,\xff\n", "第 5 行（字节偏移"),
    refused("UTF-8 but for one byte: not turned into GB18030", "encoding",
            text().encode().replace("李四".encode(), "李四".encode()[:-1] + b"?"), "UTF-8"),
    refused("GB18030 but for one byte", "encoding", text(MANY).encode("gb18030") + b"\xff\n", "GB18030"),
    taken("the same where the mapping names the encoding", text().encode() + b"\xff\xff\n", reasons={"ENCODING": 1},
          style='encoding = "utf-8"'),
    taken("NUL and a stray carriage return", text() + "a\0b\nc\rd\n", reasons={"CONTROL": 2}),
    refused("a line of 1 GB", "line_length", unpacking_to(b"x" * 1024 * 1024, 1024), file="user.csv.gz"),
    refused("a line of 2 MB", "line_length", text() + "x" * 2_000_000 + "\n" + text(MANY)),
    refused("a header of 2 MB", "line_length", "x" * 2_000_000),
    # separators
    *(taken(f"separated by {sep!r}", text(sep=sep)) for sep in "\t;|\x01^"),
    taken("a decimal comma", text([row("0001", bill="1.088,50"), row("0002", bill="7,5")], sep=";"), 2, "小数点为逗号"),
    taken("a delimiter at the end of records", text([[*line, ""] for line in GOOD])),
    taken("a delimiter at the end of every line", text([[*line, ""] for line in GOOD], head=[*HEAD, ""])),
    taken("quotes that are data", text([row("0001", name='5" 屏')]), 1, style='quote = ""'),
    taken("single quotes", text([row("0001", name="'a,b'")]), 1, style="quote = \"'\""),
    taken("an unclosed quote costs its line", text([row("0001", name='"王'), *GOOD[1:]]), 2, reasons={"QUOTING": 1}),
    taken("line breaks in quotes are one record", text([row("0001", name='"王\n五"'), *GOOD[1:]])),
    taken("blank lines are none", "\n".join(["", *text().splitlines(), "", ""]).lstrip("\n") + "\n\n"),
    taken("CR LF", text(end="\r\n")),
    taken("fewer and more fields", text([*GOOD, GOOD[0][:4], [*GOOD[0], "x", "y"]]), reasons={"FIELD_COUNT": 2}),
    # lines that are no records
    *(taken(f"a total called {word!r}", text([*GOOD, [word, *[""] * 7, "9"]]), reasons={"TOTAL": 1})
      for word in ("合计", "总计：", "小 计", "城东支局小计", "Total", "TOTAL")),
    taken("a total of fewer fields", text() + "合计,265.50\n", reasons={"TOTAL": 1}),
    taken("a total after an empty cell", text([*GOOD, ["", "合计", *[""] * 7]]), reasons={"TOTAL": 1}),
    taken("a name that holds the word is no total", text([row("0001", name="合计套餐")]), 1),
    taken("a line below the table", text() + "制表人：张三　审核：李四\n", reasons={"FIELD_COUNT": 1}),
    # values
    taken("an id twice", text([*GOOD, row("0002", bill="1")]), reasons={"DUPLICATE": 1}),
    taken("a number under two ids", text([row("0001"), row("0002", number="19400000001")]), 2, "同一号码"),
    taken("a number under one id that has left", text([row("0001", state="9"), row("0002", number="19400000001")]), 2),
    taken("a bill below nothing", text([row("0001", bill="-12.30")]), 1, "出账收入为负"),
    taken("NaN", text([*GOOD, row("0004", bill="NaN")]), reasons={"NUMBER": 1}),
    taken("a word for a number", text([*GOOD, row("0004", bill="#N/A")]), reasons={"NUMBER": 1}),
    taken("a percentage for an amount", text([*GOOD, row("0004", bill="12%")]), reasons={"NUMBER": 1}),
    taken("the year 1900", text([*GOOD, row("0004", opened="1900-01-01")]), reasons={"YEAR": 1}),
    taken("the year 2099 in the past", text([*GOOD, row("0004", opened="2099-12-31")]), reasons={"YEAR": 1}),
    taken("the year 2099 as an end", text([row("0001", ends="2099-12-31")]), 1),
    taken("a month of 1900", text([*GOOD, row("0004", month="190001")]), reasons={"MONTH": 1}),
    taken("a month of 2099", text([*GOOD, row("0004", month="209912")]), reasons={"MONTH": 1}),
    taken("full-width digits", text([row("0001", bill="８８．５０", calls="１２", opened="２０２４年１月５日")]), 1),
    taken("thousands separators", text([row("0001", bill='"1,088.50"')]), 1),
    *(taken(f"a date written {day}", text([row("0001", opened=day)]), 1)
      for day in ("2024年1月5日", "20240105", "2024/1/5", "2024.01.05", "2024-1-5")),
    taken("a day that is none", text([*GOOD, row("0004", opened="2024-02-30")]), reasons={"DATE": 1}),
    taken("a serial number where a date should be", text([*GOOD, row("0004", opened="45296")]), reasons={"DATE": 1}),
    # archives and workbooks
    taken("an archive", zip_of({"六月/user.csv": text().encode("gb18030"), "说明.doc": "x"}), file="six.zip"),
    Case("a folder of everything", {"user1.csv": text(GOOD[:1]), "user2.zip": zip_of({"user2.txt.gz": gzip.compress(
         text(GOOD[1:2], sep="\t").encode())}), "user3.xlsx": workbook(("a", [HEAD, GOOD[2]])), "readme.md": "x"}),
    refused("a name that leaves the archive", "names", zip_of({"../user.csv": text()}), file="user.zip"),
    refused("a name that leaves it halfway", "names", zip_of({"a/../../user.csv": text()}), file="user.zip"),
    refused("an absolute name", "names", zip_of({"/etc/user.csv": text()}), file="user.zip"),
    refused("a name with a drive", "names", zip_of({"C:\\user.csv": text()}), file="user.zip"),
    refused("a name with backslashes", "names", zip_of({"..\\user.csv": text()}), file="user.zip"),
    refused("an encrypted archive", "encrypted", encrypted(zip_of({"user.csv": text()})), file="user.zip"),
    refused("an archive in an archive", "nested", zip_of({"user.zip": zip_of({"user.csv": text()})}), file="user.zip"),
    refused("a zip bomb", "bomb", zip_bomb, file="user.zip"),
    refused("a bomb of blank lines", "bomb", unpacking_to(b"\n" * 1024 * 1024, 140), file="user.csv.gz"),
    taken("a sheet", workbook(("用户", [["六月用户表"], [], HEAD, *GOOD, ["合计"]])), reasons={"TOTAL": 1},
          file="user.xlsx", says="表头在第 3 行"),
    taken("a sheet among notes", workbook(("说明", [["勿外传"]]), ("用户", [HEAD, *GOOD])), file="user.xlsx",
          says="工作表“用户”"),
    refused("two sheets that could be it", "sheet", workbook(("一", [HEAD, GOOD[0]]), ("二", [HEAD, GOOD[1]])),
            file="user.xlsx"),
    taken("all its sheets", workbook(("一", [HEAD, GOOD[0]]), ("二", [HEAD, GOOD[1]])), 2, file="user.xlsx",
          style='sheet = "*"'),
    taken("dates and numbers that are cells", workbook(("a", [HEAD, [202506, 13800138000, 13800138000, "王", 1,
          dt.date(2024, 1, 5), None, 88.5, 12]])), 1, file="user.xlsx"),
    taken("an id longer than a spreadsheet's digits", workbook(("a", [HEAD, *GOOD, [202506, 8986011234567890123, "1",
          "王", "1", "2024-01-05", "", 1, 1]])), reasons={"PRECISION": 1}, file="user.xlsx"),
]  # fmt: skip


def written(folder: Path, files: dict[str, Data]) -> Path:
    folder.mkdir()
    for name, data in files.items():
        made = data if isinstance(data, bytes | str) else data()
        (folder / name).write_bytes(made.encode() if isinstance(made, str) else made)
    return folder


def take(store: Store, place: Path, style: str, **options: Any) -> list[book.FeedResult]:
    mapping = read_mapping(MAPPING.format(style=style).encode(), "county.toml")
    extract = open_folder(place, mapping) if place.is_dir() else open_files([place], mapping)
    return book.import_extract(store, extract, book.Intake(actor="li", now=NOW, **options))


def physical(case: Case) -> int:
    return case.accepted + sum(case.reasons.values())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_has_its_verdict(store: Store, tmp_path: Path, case: Case) -> None:
    if case.before is not None:
        take(store, written(tmp_path / "before", case.before), case.style)
    folder = written(tmp_path / "x", case.files)
    place = folder / "six.zip" if "six.zip" in case.files else folder
    if case.refused is not None:
        held = sorted(store.home.rglob("*.parquet"))
        with pytest.raises(WeixiError) as caught:
            take(store, place, case.style)
        assert caught.value.code == case.refused
        assert case.says in f"{caught.value.what.zh} {caught.value.remedy.zh}"
        assert caught.value.where
        assert sorted(store.home.rglob("*.parquet")) == held
        return
    results = take(store, place, case.style)
    assert sum(result.accepted for result in results) == case.accepted
    assert Counter({key: n for r in results for key, n in r.reasons.items()}) == Counter(case.reasons)
    assert all(result.input == result.accepted + result.quarantined for result in results)
    assert sum(result.input for result in results) == physical(case)
    said = " ".join(remark.zh for result in results for remark in result.remarks)
    assert case.says in said
    if not case.says and case.before is None:
        assert not [word for word in ("同一号码", "出账收入为负") if word in said]
    kept = [
        tuple(found.values())
        for result in results
        for found in store.rows(
            "SELECT file, line, text, reason FROM q ORDER BY file, line",
            inputs={"q": store.require(QUARANTINE, month=result.month.number, feed="subscriber")},
        )
    ]
    assert Counter(reason for *_, reason in kept) == Counter(case.reasons)
    assert all(name and line >= 2 and words for name, line, words, _ in kept)


class Endless(io.RawIOBase):
    """A gigabyte of one line, made as it is read; `given` counts."""

    def __init__(self) -> None:
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        room = len(memoryview(buffer))
        if self.given >= 1024**3:
            return 0
        memoryview(buffer)[:] = b"x" * room
        self.given += room
        return room


def test_a_line_of_a_gigabyte_is_refused_after_a_bounded_read() -> None:
    source = Endless()
    with pytest.raises(DataError, match="line_length"):
        list(blocks(io.BufferedReader(source)))
    assert source.given <= 10 * LONGEST_LINE


@pytest.mark.parametrize(
    ("name", "data", "line", "kept"),
    [
        ("user.csv", text([*GOOD, row("0009", bill="？")]).encode("utf-16"), 5, ",？,"),
        (
            "user.zip",
            zip_of({"a/user.csv": text([*GOOD, row("0009", bill="？")]).encode("gb18030")}),
            5,
            ",？,",
        ),
        ("user.xlsx", workbook(("a", [["标题"], HEAD, *GOOD, row("0009", bill="？")])), 6, "\t？\t"),
    ],
)
def test_quarantine_holds_the_record_as_a_person_reads_it_in_the_file(
    store: Store, tmp_path: Path, name: str, data: bytes, line: int, kept: str
) -> None:
    take(store, written(tmp_path / "x", {name: data}), "")
    (found,) = store.rows(
        "SELECT line, text, reason, value FROM q",
        inputs={"q": store.require(QUARANTINE, month=202506, feed="subscriber")},
    )
    assert (found["line"], found["reason"], found["value"]) == (line, "NUMBER", "？")
    assert kept in found["text"]


def test_what_nothing_vouches_for_is_taken_when_a_person_says_so(store: Store, tmp_path: Path) -> None:
    mapping = read_mapping(MAPPING.format(style="").encode(), "county.toml")
    take(store, written(tmp_path / "may", {"user.csv": text([row(r[1], month="202505") for r in MANY])}), "")
    june = written(tmp_path / "june", {"user.csv": text()[:-1]})
    with pytest.raises(DataError, match=r"extract\.cut") as caught:
        take(store, june, "", accept_short=True)
    assert "--accept-short" in caught.value.remedy.en
    extract = open_folder(june, mapping, trust=Trust(accept_short=True))
    with pytest.raises(DataError, match=r"extract\.short") as caught:
        book.import_extract(store, extract, book.Intake(actor="li", now=NOW))
    assert "--accept-short" in caught.value.remedy.en
    (result,) = book.import_extract(store, extract, book.Intake(actor="li", now=NOW, accept_short=True))
    assert (result.accepted, result.unlisted) == (3, 237)


def test_a_file_that_grows_between_two_looks_is_refused(tmp_path: Path) -> None:
    mapping = read_mapping(MAPPING.format(style="").encode(), "county.toml")
    path = written(tmp_path / "x", {"user.csv": text()}) / "user.csv"
    stop = threading.Event()

    def write_on() -> None:
        while not stop.wait(0.01):
            with path.open("a") as stream:
                stream.write("x\n")

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        with pytest.raises(DataError, match=r"extract\.growing"):
            open_files([path], mapping, Trust(wait=0.3))
    finally:
        stop.set()
        writer.join()
    assert open_files([path], mapping, Trust(wait=0.05)).files[0].must_end


def test_looking_tells_the_form_of_a_member_without_a_mapping(tmp_path: Path) -> None:
    path = (
        written(tmp_path / "x", {"a.zip": zip_of({"甲/u.txt": text(sep="\t").encode("gb18030")})}) / "a.zip"
    )
    source = Source(path, "甲/u.txt")
    style = look(source)
    assert (style.delimiter, style.encoding, style.decimal, style.header_row) == ("\t", "gb18030", ".", 1)
    assert header(source, style) == HEAD
    rows = [found for part in batches(source, 0, ["姓名", "用户编码"], style) for found in part.to_pylist()]
    assert [(found["c0"], found["c1"]) for found in rows] == [(line[3], line[1]) for line in GOOD]
