"""An operator's mapping: which of his columns and codes fill ours. Frozen values; `mapping_file` reads them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from weixi.dialect.types import ColumnType
from weixi.engine.schema import Column
from weixi.flow.extract.feeds import Feed
from weixi.flow.extract.style import UNKNOWN, Style
from weixi.flow.extract.tables import FeedName
from weixi.kernel.language import Text
from weixi.kernel.period import Month

Constant = str | int | bool


class Unit(StrEnum):
    """The unit an operator's figure is in. KB, MB and GB step by 1,024."""

    YUAN = "yuan"
    FEN = "fen"
    SECONDS = "seconds"
    MINUTES = "minutes"
    KB = "KB"
    MB = "MB"
    GB = "GB"


FACTORS: Mapping[str, Mapping[Unit, int]] = {
    "_fen": {Unit.FEN: 1, Unit.YUAN: 100},
    "_seconds": {Unit.SECONDS: 1, Unit.MINUTES: 60},
    "_kb": {Unit.KB: 1, Unit.MB: 1024, Unit.GB: 1024 * 1024},
}
"""Column suffix → unit → how many of our unit one of the operator's is."""


def units_of(column: str) -> Mapping[Unit, int]:
    """The units that may fill a column of that name; empty where it has no unit."""
    return next((units for suffix, units in FACTORS.items() if column.endswith(suffix)), {})


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """Where one canonical column comes from: an operator's column, an expression over them, or a constant.

    `counted` reads a whole number of months and gives the first day of the month so far from an anchor. `where` is
    the mapping's file and line.
    """

    target: Column
    where: str
    column: str | None = None
    expression: str | None = None
    value: Constant | None = None
    unit: Unit | None = None
    format: str | None = None
    codes: Mapping[str, Constant] = field(default_factory=dict)
    nulls: tuple[str, ...] | None = None
    counted: "Counted | None" = None

    @property
    def label(self) -> str:
        """The operator's name for it, as a fault shows it."""
        return self.column or self.expression or self.target.name


@dataclass(frozen=True, slots=True)
class Counted:
    """The month from which months are counted, back or `onward`; None is the row's own month."""

    month: Month | None
    onward: bool = False


@dataclass(frozen=True, slots=True)
class MonthSource:
    """How a row tells its month: a column in a format, or nothing (the extract or the call says it).

    `is_free`: rows may be of any month (a day's delivery brings late ones).
    """

    column: str | None = None
    format: str = "%Y%m"
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class FixedMonth:
    """One month that the file stands for, with the columns that differ in it."""

    month: Month
    columns: Mapping[str, ColumnSource]


@dataclass(frozen=True, slots=True)
class Join:
    """Files (or a sheet) whose columns go beside the feed's rows: `key` there equals `base_key` in the feed's files.

    A column that an earlier file has too is read from the earlier one.
    """

    files: str
    style: Style
    key: tuple[str, ...]
    base_key: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Label:
    """The operator's column that says who left: `gone` are its values that mean it."""

    column: str
    gone: tuple[str, ...]


@dataclass(frozen=True)
class FeedMapping:
    """One feed of one mapping.

    `key` names the operator's columns that make the key; empty: the file's fingerprint and the line do; None: the
    key is mapped like any other column. `style` is how its tables are written, as far as the mapping says.
    `left_out` gives, of columns that are kept out on purpose, the reason.
    """

    feed: Feed
    files: str
    key: tuple[str, ...] | None
    month: MonthSource
    fixed: tuple[FixedMonth, ...]
    columns: Mapping[str, ColumnSource]
    where: str
    style: Style = UNKNOWN
    joins: tuple[Join, ...] = ()
    label: Label | None = None
    left_out: Mapping[str, Text] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[tuple[str, Style], ...]:
        """The file name pattern and the style of the feed's own files, then of each join."""
        return ((self.files, self.style), *((join.files, join.style) for join in self.joins))

    def columns_in(self, month: Month) -> Mapping[str, ColumnSource]:
        """The columns as they are mapped in that month."""
        for fixed in self.fixed:
            if fixed.month == month:
                return {**self.columns, **fixed.columns}
        return self.columns

    @property
    def missing(self) -> tuple[str, ...]:
        """The canonical columns that this mapping leaves null."""
        mapped = {self.feed.key, *self.columns, *(name for fixed in self.fixed for name in fixed.columns)}
        return tuple(column.name for column in self.feed.columns if column.name not in mapped)

    @property
    def names(self) -> tuple[str, ...]:
        """The operator's columns that the mapping names outside expressions."""
        named = [source.column for source in self.sources() if source.column is not None]
        told = [self.month.column, self.label.column if self.label else None]
        joined = [name for join in self.joins for name in (*join.base_key, *join.key)]
        return tuple(dict.fromkeys([*(self.key or ()), *filter(None, told), *named, *joined]))

    def sources(self) -> Iterator[ColumnSource]:
        """Every column source, those of single months included."""
        yield from self.columns.values()
        for fixed in self.fixed:
            yield from fixed.columns.values()


@dataclass(frozen=True, slots=True)
class SingleNode:
    """The tree of an operator that delivers none: one care unit, which is the whole house."""

    code: str
    name: str


@dataclass(frozen=True)
class OperatorMapping:
    """All that an operator's extract needs to be read; `fingerprint` names the mapping's text.

    `assumes` is what the mapping takes for granted because the extract does not say it, in words for people.
    """

    name: str
    currency: str
    where: str
    fingerprint: str
    nulls: tuple[str, ...]
    needs_manifest: bool
    assumes: tuple[Text, ...]
    node: SingleNode | None
    feeds: Mapping[FeedName, FeedMapping]

    @cached_property
    def missing(self) -> Mapping[FeedName, tuple[str, ...]]:
        """Per feed, the canonical columns that stay null."""
        return {name: mapping.missing for name, mapping in self.feeds.items()}


def takes_codes(column: Column) -> bool:
    """Whether a code table can fill the column."""
    return column.type in (ColumnType.VARCHAR, ColumnType.BOOLEAN, ColumnType.BIGINT, ColumnType.DATE)
