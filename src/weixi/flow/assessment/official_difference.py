"""对数: our value beside the official one, and where its list is known, the difference subscriber by subscriber."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.assessment.calibre import Calibre, Grain, value
from weixi.flow.assessment.difference import computable
from weixi.flow.assessment.entry import REVENUE
from weixi.flow.assessment.kpi import Ground, parameters
from weixi.flow.assessment.listing import Listing, list_rows
from weixi.flow.assessment.official import OfficialEntry, official_list, official_values
from weixi.flow.assessment.report import KpiValue, require_assessed
from weixi.flow.assessment.row import describe, flags_of, row_pieces
from weixi.flow.assessment.subscriber_difference import scales_of
from weixi.flow.assessment.tables import KPI
from weixi.flow.cohort import require_tree
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Term


class Side(Term):
    """Who counts a subscriber."""

    OURS_ONLY = "OURS_ONLY", "我方计、官方未计", "ours, not theirs"
    THEIRS_ONLY = "THEIRS_ONLY", "官方计、我方未计", "theirs, not ours"
    DIFFERENT = "DIFFERENT", "两方都计，分子或分母不同", "both, not alike"
    ALIKE = "ALIKE", "两方一致", "both alike"


class Outside(Term):
    """Why a subscriber of the official list has no row in our figure."""

    SUSPECT = "SUSPECT", "已确认黑话，我方剔除", "confirmed suspect, left out by us"
    UNKNOWN_KEY = "UNKNOWN_KEY", "官方清单的编码在我方身份表中没有", "no line of ours has that key"
    NOT_IN_MONTH = (
        "NOT_IN_MONTH",
        "不在本月账册（任务口径：本月没有到期任务）",
        "not in this month's book, or no task due",
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """One node: our value beside the official one."""

    node_code: str
    name: str
    ours: KpiValue
    official: OfficialEntry

    @property
    def difference(self) -> Fraction | None:
        """Ours − official."""
        return None if self.ours.rate is None else self.ours.rate - self.official.value.rate


@dataclass(frozen=True, slots=True)
class Group:
    """Subscribers on the same side for the same reason; their contributions sum to the difference of the rates."""

    side: Side
    reason: Text
    rows: int
    example: str
    ours: tuple[int, int]
    theirs: tuple[int, int]
    contribution: Fraction


@dataclass(frozen=True)
class ListedDifference:
    """Our rate against the rate that the official list itself gives, by side and reason, then one by one.

    A row contributes `share` ÷ `over`. `remainder` is the list's own rate less the official value entered, where both
    are known: what no list can explain.
    """

    ours: Fraction | None
    listed: Fraction | None
    official: Fraction | None
    groups: tuple[Group, ...]
    over: int
    listing: Listing

    @property
    def summed(self) -> Fraction:
        """The contributions of all groups together: ours − listed, a rate over nothing counted as 0."""
        return sum((group.contribution for group in self.groups), Fraction(0))

    @property
    def remainder(self) -> Fraction | None:
        """The list's rate − the official value; None where one of them is not known."""
        if self.listed is None or self.official is None:
            return None
        return self.listed - self.official


def compare_official(store: Store, month: Month, calibre: Calibre) -> tuple[Beside, ...]:
    """Every node with an official value of the calibre's KPI, beside ours, in the tree's order.

    Raises DataError where the month was never assessed.
    """
    kpis = require_assessed(store, KPI, month)
    entered = {node: e for (kpi, node), e in official_values(store, month).items() if kpi == calibre.kpi}
    rows = store.rows(
        """SELECT k.calibre, k.node_code, k.numerator, k.denominator, n.name
FROM kpi AS k JOIN node AS n ON n.node_code = k.node_code WHERE k.calibre = $calibre
ORDER BY n.parent_code IS NULL DESC, k.node_code""",
        inputs={"kpi": kpis, "node": require_tree(store, month)},
        parameters={"calibre": calibre.id},
    )
    return tuple(
        Beside(
            row["node_code"],
            row.pop("name"),
            KpiValue(**row),
            entered[row["node_code"]],
        )
        for row in rows
        if row["node_code"] in entered
    )


def reconcile(store: Store, month: Month, calibre: Calibre, node_code: str = "") -> ListedDifference | None:
    """Why ours differs from the official list at the node (`''`: the whole tree); None where no list was supplied.

    Subscribers of the list that we have no row for stand at the top alone. Raises UsageError for revenue, which a list
    of subscribers cannot give, or an unknown node, DataError where the calibre cannot be computed.
    """
    given = official_list(store, month, calibre.kpi)
    if given is None:
        return None
    if calibre.kpi == REVENUE:
        raise UsageError(
            "reconcile.revenue",
            Text("收入保有率不能由用户清单对数", "a list of subscribers gives no revenue"),
            Text("选择按户数计的指标", "choose a KPI that counts subscribers"),
        )
    ground = computable(store, month, (calibre,), node_code)
    bound = {**parameters(ground, (calibre,)), "node_code": node_code}
    inputs: dict[str, Any] = {**ground.views, "official": given}
    flags = _flags(calibre)
    rows = store.rows(_rows(ground, calibre, flags).text(_grouped(flags)), inputs=inputs, parameters=bound)
    totals = [sum(row[name] * row["row_count"] for row in rows) for name in _COUNTED]
    scales, over = scales_of(totals[1], totals[3])
    pipeline = _rows(ground, calibre, flags)
    share = " - ".join(
        f"c.{name} * CAST({scale} AS BIGINT)"
        for name, scale in zip(("ours_n", "theirs_n"), scales, strict=True)
    )
    pipeline.add(
        "chosen",
        f"""SELECT c.row_id, c.subscriber_id, c.node_code, {_SIDE} AS side, c.outside, c.ours_n, c.ours_d, c.theirs_n,
  c.theirs_d, {share} AS share FROM compared AS c
WHERE {" OR ".join(f"c.{name} <> 0" for name in _COUNTED)}""",
    )
    listing = list_rows(
        store,
        month,
        pipeline,
        _HEADINGS,
        inputs=inputs,
        parameters=bound,
        order="c.side, abs(c.share) DESC, c.subscriber_id, c.row_id",
        words={
            "side": {str(side): side.text for side in Side},
            "outside": {str(each): each.text for each in Outside},
        },
    )
    official = official_values(store, month).get((calibre.kpi, node_code or _top(store, month)))
    return ListedDifference(
        ours=value(totals[0], totals[1]),
        listed=value(totals[2], totals[3]),
        official=None if official is None else official.value.rate,
        groups=tuple(_group(calibre, row, flags, totals) for row in rows),
        over=over,
        listing=listing,
    )


_COUNTED = ("ours_n", "ours_d", "theirs_n", "theirs_d")
_HEADINGS = {
    "side": Text("哪一方计入", "who counts it"),
    "outside": Text("我方没有的原因", "why we have no row"),
    "ours_n": Text("我方分子", "our numerator"),
    "ours_d": Text("我方分母", "our denominator"),
    "theirs_n": Text("官方分子", "official numerator"),
    "theirs_d": Text("官方分母", "official denominator"),
    "share": Text("贡献（份）", "contribution (shares)"),
}
_SIDE = f"""CASE WHEN c.theirs_n = 0 AND c.theirs_d = 0 THEN '{Side.OURS_ONLY}'
  WHEN c.ours_n = 0 AND c.ours_d = 0 THEN '{Side.THEIRS_ONLY}'
  WHEN c.ours_n = c.theirs_n AND c.ours_d = c.theirs_d THEN '{Side.ALIKE}' ELSE '{Side.DIFFERENT}' END"""


def _flags(calibre: Calibre) -> tuple[str, ...]:
    """The state that tells why a row is counted, or not: what the calibre names, and what its population asks."""
    told = (
        ("is_counted_now", "in_base", "was_high", "is_billed")
        if calibre.grain is Grain.LINE
        else ("is_holdout",)
    )
    return tuple(dict.fromkeys((*told, *flags_of((calibre,)))))


def _rows(ground: Ground, calibre: Calibre, flags: tuple[str, ...]) -> Pipeline:
    """The pieces up to `compared`: every row of ours and every subscriber of the list, once."""
    pipeline = Pipeline()
    counted = {"numerator": calibre.numerator, "denominator": calibre.denominator}
    row_pieces(pipeline, calibre.grain, frozenset(ground.views), counted, flags)
    # A subscriber with two tasks is compared by the first.
    pipeline.add("lead", "SELECT subscriber_id, min(row_id) AS row_id FROM placed GROUP BY subscriber_id")
    kept = ", ".join(f"p.{flag}" for flag in flags)
    pipeline.add(
        "own",
        f"""SELECT p.row_id, p.subscriber_id, p.node_code, p.numerator, p.denominator, {kept},
  lead.row_id IS NOT NULL AS leads
FROM placed AS p LEFT JOIN lead ON lead.subscriber_id = p.subscriber_id AND lead.row_id = p.row_id""",
    )
    pipeline.add(
        "below",
        """SELECT path.node_code FROM path
WHERE path.ancestor_code = $node_code OR ($node_code = '' AND path.distance = 0)""",
    )
    own = ", ".join(f"o.{flag}" for flag in flags)
    pipeline.add(
        "compared",
        f"""SELECT COALESCE(o.row_id, concat('#', CAST(f.row_number AS VARCHAR))) AS row_id,
  COALESCE(o.subscriber_id, f.subscriber_id) AS subscriber_id, o.node_code, {own},
  CASE WHEN o.row_id IS NOT NULL THEN CAST(NULL AS VARCHAR) WHEN f.subscriber_id IS NULL THEN '{Outside.UNKNOWN_KEY}'
    WHEN n.is_suspect THEN '{Outside.SUSPECT}' ELSE '{Outside.NOT_IN_MONTH}' END AS outside,
  COALESCE(o.numerator, 0) AS ours_n, COALESCE(o.denominator, 0) AS ours_d,
  CASE WHEN f.in_numerator THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS theirs_n,
  CASE WHEN f.in_denominator THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS theirs_d
FROM own AS o
FULL JOIN official AS f ON f.subscriber_id = o.subscriber_id AND o.leads
LEFT JOIN (SELECT subscriber_id, is_suspect FROM line_now) AS n ON n.subscriber_id = f.subscriber_id
LEFT JOIN below AS b ON b.node_code = o.node_code
WHERE b.node_code IS NOT NULL OR ($node_code = '' AND o.row_id IS NULL)""",
    )
    return pipeline


def _grouped(flags: tuple[str, ...]) -> str:
    state = ", ".join(f"c.{flag}" for flag in flags)
    counted = ", ".join(f"c.{name}" for name in _COUNTED)
    return f"""SELECT {_SIDE} AS side, c.outside, {state}, {counted}, CAST(count(*) AS BIGINT) AS row_count,
  min(c.row_id) AS example
FROM compared AS c
WHERE {" OR ".join(f"c.{name} <> 0" for name in _COUNTED)}
GROUP BY {_SIDE}, c.outside, {state}, {counted}
ORDER BY row_count DESC, example"""


def _group(calibre: Calibre, row: Mapping[str, Any], flags: tuple[str, ...], totals: list[int]) -> Group:
    count = row["row_count"]
    ours, theirs = (
        value(row[f"{who}_n"] * count, total) or Fraction(0)
        for who, total in (("ours", totals[1]), ("theirs", totals[3]))
    )
    state = {flag: row[flag] for flag in flags}
    reason = Outside(row["outside"]).text if row["outside"] else describe(calibre.grain, state)
    return Group(
        side=Side(row["side"]),
        reason=reason,
        rows=count,
        example=row["example"],
        ours=(row["ours_n"] * count, row["ours_d"] * count),
        theirs=(row["theirs_n"] * count, row["theirs_d"] * count),
        contribution=ours - theirs,
    )


def _top(store: Store, month: Month) -> str:
    tree: Partition = require_tree(store, month)
    rows = store.rows("SELECT node_code FROM node WHERE parent_code IS NULL", inputs={"node": tree})
    return str(rows[0]["node_code"])
