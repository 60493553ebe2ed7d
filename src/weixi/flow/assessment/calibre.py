"""What a calibre (口径) is: one way to compute one KPI, written out so that it can be argued with."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from weixi.kernel.language import Text
from weixi.kernel.period import Month


class Grain(StrEnum):
    """What a calibre counts: rows of the piece `state` (lines) or of the table `outcome` (tasks)."""

    LINE = "LINE"
    TASK = "TASK"


class Input(StrEnum):
    """A stored table that a calibre may need besides the month's own line states."""

    NETWORK = "cohort.network"
    HIGH = "cohort.arpu80"
    PREVIOUS = "previous_month"
    OUTCOME = "outcome"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Calibre:
    """One calibre of one KPI: numerator ÷ denominator, both exact integer sums of a row's value.

    `numerator` and `denominator` are SQL expressions over one row (BIGINT), summed over the node's rows, then over
    its children; `inputs` are the tables and `columns` the book columns without which it cannot be computed, written
    `now.x`, `previous.x` or `base.x` after the month they are read in. A changed definition is a new version.
    `since` is the first assessed month that the version holds for; None: every month.
    """

    code: str
    version: int
    kpi: str
    name: Text
    numerator_text: Text
    denominator_text: Text
    population: Text
    exclusions: Text
    period: Text
    owner: Text
    grain: Grain
    numerator: str
    denominator: str
    inputs: frozenset[Input]
    columns: frozenset[str]
    since: Month | None = None

    def holds(self, month: Month | None) -> bool:
        """Whether the version is in force in the month; None asks for no month in particular."""
        return self.since is None or month is None or self.since <= month

    @property
    def id(self) -> str:
        """The calibre with its version, as tables and people name it: `churn_rate.gross@1`."""
        return f"{self.code}@{self.version}"


def value(numerator: int, denominator: int) -> Fraction | None:
    """The KPI as an exact fraction; None where nothing stands in the denominator."""
    return Fraction(numerator, denominator) if denominator else None


def show(rate: Fraction | None, digits: int = 2) -> str:
    """A rate for people, half-up: `97.50 %`; `—` where there is none."""
    if rate is None:
        return "—"
    scaled = abs(rate) * 100 * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if rate < 0 and whole else ""
    if digits == 0:
        return f"{sign}{whole} %"
    return f"{sign}{whole // 10**digits}.{whole % 10**digits:0{digits}d} %"


def exact(rate: float) -> Fraction:
    """The fraction of two counts that a table's DOUBLE stands for."""
    return Fraction(rate).limit_denominator(10**8)


def yearly_loss(monthly_rate: Fraction) -> Fraction:
    """The share of a base that is gone after twelve months of that monthly churn: 1 − (1 − rate)¹²."""
    return 1 - (1 - monthly_rate) ** 12
