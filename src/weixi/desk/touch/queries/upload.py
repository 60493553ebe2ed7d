"""A list as it comes from outside: any workbook or text, whatever row its header stands in, without its total lines."""

import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO

from weixi.desk.base.book import store
from weixi.flow import extract
from weixi.flow.extract import LINE, Reason, Source, Style, batches, resolve, sheet_names
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 50_000
KINDS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".txt", ".tsv")
WORKBOOKS = KINDS[:5]
_SEEN = 300
_KEY_WORDS = (
    "号码",
    "手机",
    "电话",
    "用户编号",
    "用户编码",
    "用户标识",
    "msisdn",
    "phone",
    "mobile",
    "number",
    "subscriber",
)
_REASON_WORDS = (
    "原因",
    "理由",
    "事由",
    "说明",
    "活动",
    "标签",
    "备注",
    "类型",
    "reason",
    "note",
    "remark",
    "campaign",
)
_DAY_WORDS = ("截止", "到期", "期限", "完成", "日期", "deadline", "due", "date", "until")
_DIGITS = re.compile(r"[0-9]{5,20}")
_DAY = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?(?:[ T].*)?")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of an upload: its columns, and its rows with their line numbers.

    `sheets` are the workbook's tables, `refused` the lines that could not be read and why, `totals` how many lines of
    totals were left out. The three `*_column` are what the columns look like; "" where none does.
    """

    name: str
    sheet: str
    sheets: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    refused: tuple[tuple[int, Text], ...]
    totals: int
    key_column: str
    reason_column: str
    day_column: str

    def column(self, name: str) -> list[str]:
        """The column's values in order; a column that is not there is empty."""
        if name not in self.columns:
            return ["" for _ in self.rows]
        place = self.columns.index(name)
        return [cells[place] for _, cells in self.rows]


def read_upload(stream: IO[bytes], name: str, size: int, sheet: str = "") -> Sheet:
    """The table of that sheet (default: the first that has rows). Raises UsageError or DataError with what is wrong."""
    ending = Path(name).suffix.lower()
    if ending not in KINDS:
        raise UsageError(
            "list.kind",
            Text(
                f"不能读取 {ending or '没有扩展名'} 的文件",
                f"a file of the kind {ending or '(none)'} cannot be read",
            ),
            Text(
                "请另存为 Excel（.xlsx）或 CSV 再上传", "save it as Excel (.xlsx) or CSV and choose it again"
            ),
        )
    if size > MOST_BYTES:
        raise UsageError(
            "list.size",
            Text(
                f"文件有 {size // 1024 // 1024} MB，超过 20 MB",
                f"the file has {size // 1024 // 1024} MB, over 20",
            ),
            Text(
                "只保留号码、原因、截止日几列，或分成几份",
                "keep only the columns that are needed, or split it",
            ),
        )
    with _kept(stream, ending) as path:
        source = Source(path)
        sheets = tuple(sheet_names(source)) if ending in WORKBOOKS else ()
        chosen = sheet if sheet in sheets else ""
        style = resolve(
            source, Style(delimiter=None, encoding=None, decimal=None, header_row=None, sheet=chosen or None)
        )
        columns = tuple(column for column in extract.header(source, style) if column)
        if not columns:
            raise _nothing()
        rows, refused, totals = _rows(source, columns, style)
    if not rows:
        raise _nothing()
    sample = rows[:_SEEN]
    found = Sheet(
        name=Path(name).name,
        sheet=style.sheet or "",
        sheets=sheets,
        columns=columns,
        rows=tuple(rows),
        refused=tuple(refused),
        totals=totals,
        key_column="",
        reason_column="",
        day_column="",
    )
    key = _likeliest(columns, sample, _KEY_WORDS, _is_key)
    day = _likeliest(columns, sample, _DAY_WORDS, lambda text: parse_day(text) is not None, besides={key})
    reason = next(
        (c for c in columns if c not in {key, day} and any(word in c.casefold() for word in _REASON_WORDS)),
        "",
    )
    return replace(found, key_column=key, day_column=day, reason_column=reason)


def _rows(
    source: Source, columns: Sequence[str], style: Style
) -> tuple[list[tuple[int, tuple[str, ...]]], list[tuple[int, Text]], int]:
    rows: list[tuple[int, tuple[str, ...]]] = []
    refused: list[tuple[int, Text]] = []
    totals = 0
    for batch in batches(source, 0, columns, style):
        lines, faults = batch.column(LINE).to_pylist(), batch.column("row_fault").to_pylist()
        cells = zip(*(batch.column(f"c{k}").to_pylist() for k in range(len(columns))), strict=True)
        for line, fault, row in zip(lines, faults, cells, strict=True):
            if fault == Reason.TOTAL:
                totals += 1
            elif fault is not None:
                refused.append((line, Reason(fault).text))
            elif any(row):
                rows.append((line, tuple(cell or "" for cell in row)))
        if len(rows) + len(refused) > MOST_ROWS:
            raise UsageError(
                "list.too_long",
                Text(f"名单超过 {MOST_ROWS:,} 行", f"the list has over {MOST_ROWS:,} rows"),
                Text("分成几份再上传", "split it into several"),
            )
    return sorted(rows), sorted(refused, key=lambda one: one[0]), totals


def _is_key(text: str) -> bool:
    return _DIGITS.fullmatch(clean_key(text)) is not None


def clean_key(text: str) -> str:
    """A number or an id without what people put around it: blanks, hyphens, +86, a spreadsheet's apostrophe."""
    bare = re.sub(r"[\s\-'’()（）]", "", text)
    return re.sub(r"^(?:\+?86|0086)(?=1[0-9]{10}$)", "", bare)


def parse_day(text: str) -> date | None:
    """The date that a cell says (2026-03-06, 2026/3/6, 20260306, 2026年3月6日); None: it says none."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _likeliest(
    columns: Sequence[str],
    rows: Sequence[tuple[int, tuple[str, ...]]],
    hints: Sequence[str],
    fits: Callable[[str], bool],
    besides: Collection[str] = (),
) -> str:
    """The column that most values fit, one that is called so before others; "" where less than half fit."""
    best, most = "", 0.5
    for place, column in enumerate(columns):
        values = [cells[place] for _, cells in rows if cells[place]]
        if column in besides or not values:
            continue
        share = sum(map(fits, values)) / len(values)
        share += 0.5 if any(word in column.casefold() for word in hints) and share > 0 else 0
        if share > most:
            best, most = column, share
    return best


@contextmanager
def _kept(stream: IO[bytes], ending: str) -> Iterator[Path]:
    """The upload as a file, gone at the end: readers of workbooks want one."""
    scratch = store().home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(suffix=ending, prefix="list-", dir=scratch) as file:
        while piece := stream.read(1024 * 1024):
            file.write(piece)
        file.flush()
        yield Path(file.name)


def _nothing() -> UsageError:
    return UsageError(
        "list.empty",
        Text("这张表里没有一行名单", "this sheet has no row of a list"),
        Text("选择另一张工作表，或核对文件", "choose another sheet, or look at the file"),
    )
