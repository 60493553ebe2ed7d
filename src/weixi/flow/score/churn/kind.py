"""What each column of a table is: a number, a day, words; a key of the row or the same in every row is no feature."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from weixi.flow.score.churn.frame import Floats, Frame, Words
from weixi.flow.score.churn.reading import TextTable
from weixi.kernel.terms import Term

EMPTY = (
    *("", "na", "n/a", "nan", "null", "none", "nil", "\\n", "-", "--", "?", "#n/a"),
    *("unknown", "missing", "空", "未知", "不详", "缺失"),
)
"""Words for a missing number, in lower case. Among words "" alone is missing, for "None" may be an answer."""

_NUMBER = re.compile(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?%?")
_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})([ T].*)?")
_KEY_ROWS = 100
"""In a shorter table a number that is different in every row may be chance."""


class Kind(Term):
    """What a column is to the models."""

    NUMBER = "NUMBER", "数值", "number"
    DAY = "DAY", "日期", "day"
    WORDS = "WORDS", "类别", "words"
    KEY = "KEY", "编号（每行不同）", "key (different in every row)"
    SAME = "SAME", "全表相同", "the same in every row"


@dataclass(frozen=True, eq=False)
class Typed:
    """The table's columns by kind, and the frame of those that are features."""

    kinds: Mapping[str, Kind]
    frame: Frame


def type_table(table: TextTable) -> Typed:
    """What every column of the table is. Looks at no label.

    A column is of numbers where every cell is a number or a word for a missing one. Whole numbers and words that are
    different in every row are a key; amounts may be.
    """
    kinds: dict[str, Kind] = {}
    numbers: dict[str, Floats] = {}
    words: dict[str, Words] = {}
    for name, column in table.columns.items():
        encoded = column.dictionary_encode()
        spelt = [str(word) for word in encoded.dictionary.to_pylist()]
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        kind, values = _kind(spelt, table)
        kinds[name] = kind
        if values is not None:
            numbers[name] = values[codes]
        elif kind is Kind.WORDS:
            words[name] = Words.of(column)
    return Typed(kinds, Frame(numbers, words, table.rows))


def _kind(spelt: list[str], table: TextTable) -> tuple[Kind, Floats | None]:
    """The kind of a column of those different texts, and what each is as a number or a day."""
    is_empty = [word.lower() in EMPTY for word in spelt]
    if len(spelt) < 2 or all(is_empty):
        return Kind.SAME, None
    is_key = len(spelt) == table.rows and table.rows >= _KEY_ROWS
    for kind, read in ((Kind.NUMBER, number), (Kind.DAY, day)):
        values = _read(spelt, table.decimal, read)
        if values is not None:
            if is_key and kind is Kind.NUMBER and bool((values == np.floor(values)).all()):
                return Kind.KEY, None
            return kind, values
    return (Kind.KEY if is_key else Kind.WORDS), None


def numbers_in(column: pa.StringArray, decimal: str) -> Floats | None:
    """The column as numbers, NaN where a cell is empty; None where one says something else."""
    encoded = column.dictionary_encode()
    values = _read([str(word) for word in encoded.dictionary.to_pylist()], decimal, number)
    return None if values is None else values[encoded.indices.to_numpy(zero_copy_only=False)]


def _read(spelt: Sequence[str], decimal: str, read: Callable[[str, str], float]) -> Floats | None:
    """What each text says, NaN for an empty one; None where one of the others says nothing."""
    values = np.array([np.nan if word.lower() in EMPTY else read(word, decimal) for word in spelt])
    known = sum(word.lower() not in EMPTY for word in spelt)
    return values if len(spelt) - np.isnan(values).sum() == known else None


def number(text: str, decimal: str) -> float:
    """The number that a text says; NaN where it says none. Thousands may be marked, a percentage keeps its figure."""
    plain = text.replace(" ", "")
    if decimal == ",":
        plain = plain.replace(".", "").replace(",", ".")
    elif "," in plain and re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]*)?", plain):
        plain = plain.replace(",", "")
    plain = plain.lstrip("$¥￥€£")
    return float(plain.rstrip("%")) if _NUMBER.fullmatch(plain) else np.nan


def day(text: str, _: str) -> float:
    """Days since 1970-01-01 of a day like 2025-12-31; NaN for anything else."""
    found = _DAY.fullmatch(text)
    if found is None:
        return np.nan
    year, month, date = (int(part) for part in found.groups()[:3])
    try:
        return float(np.datetime64(f"{year:04d}-{month:02d}-{date:02d}").astype(np.int64))
    except ValueError:
        return np.nan
