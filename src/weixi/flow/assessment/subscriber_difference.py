"""The difference between two calibres, subscriber by subscriber: exact parts that sum to the whole."""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import pyarrow.compute as pc

from weixi.dialect.compose import Pipeline
from weixi.engine import Store, Value
from weixi.flow.assessment.calibre import Calibre, Grain, value
from weixi.flow.assessment.difference import comparable, counted_by
from weixi.flow.assessment.kpi import Ground, parameters
from weixi.flow.assessment.listing import Listing, list_rows
from weixi.flow.assessment.row import BELOW, FLAG_WORDS, flags_of, row_pieces
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import ExitType

HEADINGS = {
    "numerator_1": Text("A 分子", "A numerator"),
    "denominator_1": Text("A 分母", "A denominator"),
    "numerator_2": Text("B 分子", "B numerator"),
    "denominator_2": Text("B 分母", "B denominator"),
    "share": Text("贡献（份）", "contribution (shares)"),
}

_YES_NO = {"true": Text("是", "yes"), "false": Text("否", "no")}


@dataclass(frozen=True)
class SubscriberDifference:
    """Two calibres of one month at one node, and every line or task that either counts.

    A row contributes `share` ÷ `over` to the difference of the rates (a rate over nothing counts as 0); the shares
    sum to the difference × `over` exactly.
    """

    calibres: tuple[Calibre, Calibre]
    node_code: str
    rates: tuple[Fraction | None, Fraction | None]
    over: int
    listing: Listing

    @property
    def difference(self) -> Fraction:
        """First − second."""
        return (self.rates[0] or Fraction(0)) - (self.rates[1] or Fraction(0))

    @property
    def summed(self) -> Fraction:
        """The contributions of all rows together."""
        return Fraction(pc.sum(self.listing.table["share"]).as_py() or 0, self.over)


def explain_subscribers(
    store: Store, month: Month, first: Calibre, second: Calibre, node_code: str = ""
) -> SubscriberDifference:
    """Every line or task that either calibre counts at the node, largest contribution first.

    Raises UsageError where one counts lines and the other tasks or the tree has no such node, DataError where one
    cannot be computed.
    """
    ground = comparable(store, month, first, second, node_code)
    counted = counted_by(first, second)
    bound: dict[str, Value] = {**parameters(ground, (first, second)), "node_code": node_code}
    totals = _totals(store, first, ground, counted, bound)
    scales, over = scales_of(totals["denominator_1"], totals["denominator_2"])
    flags = flags_of((first, second))
    pipeline = Pipeline()
    row_pieces(pipeline, first.grain, frozenset(ground.views), counted, flags)
    shares = " - ".join(f"p.numerator_{k} * CAST({scale} AS BIGINT)" for k, scale in enumerate(scales, 1))
    kept = ", ".join(f"p.{name}" for name in ("row_id", "subscriber_id", "node_code", *flags, *counted))
    pipeline.add(
        "chosen",
        f"""SELECT {kept}, {shares} AS share FROM placed AS p JOIN path ON path.node_code = p.node_code
WHERE {BELOW} AND ({" OR ".join(f"p.{name} <> 0" for name in counted)})""",
    )
    words = FLAG_WORDS[first.grain]
    headings = {name: words[name][0] if name in words else Text(name, name) for name in flags}
    if "left_as" in headings:
        headings["left_as"] = Text("离网方式", "exit")
    listing = list_rows(
        store,
        month,
        pipeline,
        {**headings, **HEADINGS},
        inputs=ground.views,
        parameters=bound,
        order="abs(c.share) DESC, c.subscriber_id, c.row_id",
        words={**dict.fromkeys(flags, _YES_NO), "left_as": {str(kind): kind.text for kind in ExitType}},
    )
    rates = tuple(value(totals[f"numerator_{k}"], totals[f"denominator_{k}"]) for k in (1, 2))
    return SubscriberDifference((first, second), node_code, (rates[0], rates[1]), over, listing)


def scales_of(first: int, second: int) -> tuple[tuple[int, int], int]:
    """((a, b), c) with n ÷ first = n × a ÷ c and n ÷ second = n × b ÷ c; a denominator of 0 gives the factor 0."""
    if not first or not second:
        return (int(bool(first)), int(bool(second))), first or second or 1
    common = gcd(first, second)
    return (second // common, first // common), first // common * second


def _totals(
    store: Store, first: Calibre, ground: Ground, counted: dict[str, str], bound: dict[str, Value]
) -> dict[str, int]:
    pipeline = Pipeline()
    row_pieces(pipeline, Grain(first.grain), frozenset(ground.views), counted)
    sums = ", ".join(f"COALESCE(CAST(sum(p.{name}) AS BIGINT), 0) AS {name}" for name in counted)
    rows = store.rows(
        pipeline.text(
            f"SELECT {sums} FROM placed AS p JOIN path ON path.node_code = p.node_code WHERE {BELOW}"
        ),
        inputs=ground.views,
        parameters=bound,
    )
    return {name: int(rows[0][name]) for name in counted}
