"""未达清单: the lines and tasks that keep a KPI from being better, with the reason of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.assessment.calibre import Calibre, Grain
from weixi.flow.assessment.difference import computable
from weixi.flow.assessment.entry import CHURN, RETENTION
from weixi.flow.assessment.kpi import parameters
from weixi.flow.assessment.listing import Listing, list_rows
from weixi.flow.assessment.row import BELOW, row_pieces
from weixi.flow.book import FEATURE
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import ExitType

LEFT = {str(kind): Text(f"离网：{kind.text.zh}", f"left: {kind.text.en}") for kind in ExitType}

REASONS: Mapping[str, Text] = {
    **LEFT,
    "UNBILLED": Text("在网但未出账", "in service, not billed"),
    "FELL": Text("降档：ARPU 不足 80", "fell below ARPU 80"),
    "NOT_CONTACTED": Text("从未接触", "never contacted"),
    "TICKED_ONLY": Text("自报完成，无接触", "ticked done, no contact"),
    "NOT_REACHED": Text("有外呼，未接触到客户", "attempted, not reached"),
    "NOT_MET": Text("已接触，数据核验未达成", "reached, success test not met"),
}
"""Reason → what it says; of a line how it left the numerator, of a task how far the work got."""

HEADINGS = {
    "reason": Text("原因", "reason"),
    "kind": Text("预警", "warning"),
    "bill_fen": Text("本月出账", "billed this month"),
    "arpu_fen": Text("三个月 ARPU", "three-month ARPU"),
}

_LINE_REASON = (
    """CASE WHEN NOT is_in_service THEN left_as WHEN NOT is_billed THEN 'UNBILLED' ELSE 'FELL' END"""
)
_TASK_REASON = """CASE WHEN is_reached THEN 'NOT_MET' WHEN is_contacted THEN 'NOT_REACHED'
  WHEN is_handled THEN 'TICKED_ONLY' ELSE 'NOT_CONTACTED' END"""


@dataclass(frozen=True)
class Misses:
    """The misses of one calibre at one node: how many of what (code of the reason → count), and the list."""

    calibre: Calibre
    node_code: str
    by_county: dict[tuple[str, str], int]
    listing: Listing

    @property
    def by_reason(self) -> dict[str, int]:
        """Reason → count, most first."""
        found: dict[str, int] = {}
        for (_, reason), count in self.by_county.items():
            found[reason] = found.get(reason, 0) + count
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def list_misses(store: Store, month: Month, calibre: Calibre, node_code: str = "") -> Misses:
    """Whoever stands in the calibre's denominator and is missed: not in its numerator, or for churn, in it.

    For retention these are members of S0 that are not high now, also where lines that rose make them good. Raises
    DataError where the month was not assessed or the calibre cannot be computed, UsageError for an unknown node.
    """
    ground = computable(store, month, (calibre,), node_code)
    kept = ["is_in_service", "is_billed", "left_as", "bill_fen"]
    missed = "numerator = 0"
    counted = {"numerator": calibre.numerator, "denominator": calibre.denominator}
    reason, kind, bill = _LINE_REASON, "CAST(NULL AS VARCHAR)", "bill_fen"
    if calibre.grain is Grain.TASK:
        kept = ["is_reached", "is_contacted", "is_handled", "kind"]
        reason, kind, bill = _TASK_REASON, "kind", "CAST(NULL AS BIGINT)"
    elif calibre.kpi == CHURN:
        missed = "numerator <> 0"
    elif calibre.kpi == RETENTION:
        counted["numerator"] = "CASE WHEN is_high THEN 1 ELSE 0 END"
    pipeline = Pipeline()
    row_pieces(pipeline, calibre.grain, frozenset(ground.views), counted, kept)
    pipeline.add(
        "chosen",
        f"""SELECT p.row_id, p.subscriber_id, p.node_code, {reason} AS reason, {kind} AS kind, {bill} AS bill_fen,
  f.revenue_3m_fen // NULLIF(f.complete_months, 0) AS arpu_fen
FROM placed AS p JOIN path ON path.node_code = p.node_code
LEFT JOIN feature AS f ON f.subscriber_id = p.subscriber_id
WHERE {BELOW} AND p.denominator <> 0 AND p.{missed}""",
    )
    names = {"reason", "kind"} if calibre.grain is Grain.TASK else {"reason", "bill_fen", "arpu_fen"}
    listing = list_rows(
        store,
        month,
        pipeline,
        {name: text for name, text in HEADINGS.items() if name in names},
        inputs={**ground.views, "feature": store.require(FEATURE, month=month.number)},
        parameters={**parameters(ground, (calibre,)), "node_code": node_code},
        order="county, c.node_code, c.reason, c.subscriber_id",
        words={"reason": REASONS},
    )
    groups = (
        listing.table.select(["county", "reason"])
        .group_by(["county", "reason"])
        .aggregate([([], "count_all")])
    )
    by_county = {
        (r["county"] or "", r["reason"]): r["count_all"] for r in groups.sort_by("county").to_pylist()
    }
    return Misses(calibre, node_code, by_county, listing)
