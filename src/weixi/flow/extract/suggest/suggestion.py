"""What a suggestion says: frozen values, for people, for programs, and for the writer of the mapping."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from weixi.flow.extract.tables import LeftOut
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Term

CERTAIN_FROM, LIKELY_FROM = 0.85, 0.6


class Sureness(Term):
    """How sure a guess is."""

    CERTAIN = "CERTAIN", "确定", "certain"
    LIKELY = "LIKELY", "可能", "likely"
    UNSURE = "UNSURE", "不确定", "unsure"


class Role(Term):
    """What one of the operator's columns is to the mapping."""

    KEY = "KEY", "主键", "key"
    MONTH = "MONTH", "账期", "month"
    LABEL = "LABEL", "离网标识", "label"
    MAPPED = "MAPPED", "入账册", "mapped"
    LEFT_OUT = "LEFT_OUT", "不入账册", "left out"
    UNMAPPED = "UNMAPPED", "未用", "not used"


def sureness_of(score: float) -> Sureness:
    """How sure a score (0–1) is."""
    if score >= CERTAIN_FROM:
        return Sureness.CERTAIN
    return Sureness.LIKELY if score >= LIKELY_FROM else Sureness.UNSURE


@dataclass(frozen=True, slots=True)
class Finding:
    """What the suggestion makes of one of the operator's columns, how sure it is (0–1), and what that rests on.

    `spec` is the entry of the mapping for `target`.
    """

    column: str
    role: Role
    score: float
    evidence: tuple[Text, ...]
    target: str | None = None
    spec: Mapping[str, Any] = field(default_factory=dict)
    left_out: LeftOut | None = None

    @property
    def sureness(self) -> Sureness:
        """The score as a word."""
        return sureness_of(self.score)


@dataclass(frozen=True, slots=True)
class Period:
    """How the mapping tells the month: a column in a format, or one month that is fixed; and why.

    `only` is the one month that the column holds; `is_fixed`: the mapping names it instead of the column.
    """

    why: Text
    score: float
    column: str | None = None
    format: str = "%Y%m"
    month: Month | None = None
    only: Month | None = None
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """The columns that are the key (empty: the line is), why, how sure that is (0–1), and what was refused as key."""

    columns: tuple[str, ...]
    why: tuple[Text, ...]
    score: float
    refused: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """The column that says who left, the values that mean it and those that do not, its rows by value."""

    column: str
    gone: tuple[str, ...]
    stays: tuple[str, ...]
    counts: Mapping[str, int]
    why: tuple[Text, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Beside:
    """A file whose columns are joined to the first one's, by key columns there and in the first."""

    files: str
    key: tuple[str, ...]
    base_key: tuple[str, ...]
    sheet: str | None = None


@dataclass(frozen=True)
class Suggestion:
    """A mapping as far as headers and values give it.

    `columns` are the mapping's entries, `months` those of single months. `rows` are the records that could be split,
    `faulty` those that could not; `repeated` are rows that equal an earlier one in every column. `undecided` is what
    the planner must decide.
    """

    name: str
    files: str
    source: str
    rows: int
    faulty: int
    repeated: int
    currency: str
    style: Mapping[str, str]
    key: KeyChoice
    period: Period
    label: LabelChoice | None
    findings: tuple[Finding, ...]
    assumes: tuple[Text, ...]
    undecided: tuple[Text, ...]
    beside: tuple[Beside, ...] = ()
    sheet: str | None = None
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    months: tuple[tuple[Month, Mapping[str, Mapping[str, Any]]], ...] = ()

    def of(self, role: Role) -> tuple[Finding, ...]:
        """The findings of that role."""
        return tuple(finding for finding in self.findings if finding.role is role)
