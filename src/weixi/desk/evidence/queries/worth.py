"""What the value of a month's lines rests on: the survival that was learnt, and what it adds up to."""

from dataclasses import dataclass
from fractions import Fraction

from weixi.desk.base.book import store
from weixi.desk.evidence.queries.sealed import Sealed, choose
from weixi.desk.scorecard.queries.kept import Kept
from weixi.engine import Partition
from weixi.flow.book import SUBSCRIBER_MONTH, origin_of
from weixi.flow.score import SURVIVAL, VALUE_SCORE
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import LineType


@dataclass(frozen=True, slots=True)
class Stratum:
    """The lines of one type: line-months counted, those that ended with the line gone, months expected of the next 12.

    The months are means over the line-months counted, with the means of the ends of the strata's 80 % intervals.
    """

    text: Text
    exposed: int
    left: int
    months: float
    low: float
    high: float

    @property
    def leaving(self) -> Fraction | None:
        """The share that left in a month."""
        return Fraction(self.left, self.exposed) if self.exposed else None


@dataclass(frozen=True)
class Value:
    """The value of a month: lines, those with a complete month, and their expected margin of twelve months in fen."""

    sealed: Sealed
    learnt_from: tuple[Month, ...]
    strata: tuple[Stratum, ...]
    line_count: int
    priced_count: int
    margin_fen: int
    currency: str


_values: Kept[Value] = Kept(16)


def value_of(asked: str = "") -> Value | None:
    """The value of that month or of the latest; None where nothing was valued yet."""
    sealed = choose(VALUE_SCORE, asked)
    if sealed is None:
        return None
    survival = store().require(SURVIVAL, month=sealed.month.number)
    key = (str(store().home), str(sealed.month), sealed.partition.fingerprint, survival.fingerprint)
    return _values.get(key, lambda: _value(sealed, survival))


def _value(sealed: Sealed, survival: Partition) -> Value:
    whole = store().rows(
        """SELECT count(*) AS line_count, count(expected_margin_12_fen) AS priced_count,
  COALESCE(CAST(sum(expected_margin_12_fen) AS BIGINT), 0) AS margin_fen FROM score""",
        inputs={"score": sealed.partition},
    )[0]
    rows = store().rows(
        """SELECT line_type, CAST(sum(exposed_count) AS BIGINT) AS exposed,
  CAST(sum(left_count) AS BIGINT) AS left_count,
  CAST(sum(exposed_count * months_12_milli) AS BIGINT) AS months,
  CAST(sum(exposed_count * months_12_low_milli) AS BIGINT) AS low,
  CAST(sum(exposed_count * months_12_high_milli) AS BIGINT) AS high
FROM (SELECT split_part(stratum, ':', 1) AS line_type, exposed_count, left_count, months_12_milli,
  months_12_low_milli, months_12_high_milli FROM survival) AS typed
GROUP BY line_type HAVING sum(exposed_count) > 0 ORDER BY line_type""",
        inputs={"survival": survival},
    )
    strata = [
        Stratum(
            LineType(row["line_type"]).text,
            int(row["exposed"]),
            int(row["left_count"]),
            *(int(row[name]) / int(row["exposed"]) / 1000 for name in ("months", "low", "high")),
        )
        for row in rows
    ]
    return Value(
        sealed=sealed,
        learnt_from=tuple(Month.from_number(number) for number in survival.manifest.note["months"]),
        strata=tuple(sorted(strata, key=lambda each: -each.exposed)),
        line_count=int(whole["line_count"]),
        priced_count=int(whole["priced_count"]),
        margin_fen=int(whole["margin_fen"]),
        currency=origin_of(store().require(SUBSCRIBER_MONTH, month=sealed.month.number)).currency,
    )
