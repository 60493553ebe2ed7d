"""携入携出: numbers ported out by county, as far as the feeds tell; what they do not tell is said."""

from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.assessment.calibre import Grain
from weixi.flow.assessment.kpi import lay_ground
from weixi.flow.assessment.report import require_assessed
from weixi.flow.assessment.row import row_pieces
from weixi.flow.assessment.tables import LINE_STATE
from weixi.flow.book import FEATURE
from weixi.flow.cohort import require_tree
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import ExitType, OrgLevel

NOT_DELIVERED: tuple[Text, ...] = (
    Text("携入（数据没有携入标志）", "port-ins (no feed says that a line was ported in)"),
    Text("携往哪家运营商（数据没有对方网络）", "the rival (no feed names the other network)"),
)
"""What the balance lacks: no accepted feed has a column for it."""


@dataclass(frozen=True, slots=True)
class PortCount:
    """One node: numbers of main cards ported out in the month and since date 0, queries and applications pending."""

    node_code: str
    name: str
    out_month: int
    out_year: int
    queried: int
    applied: int


def count_ports(store: Store, month: Month, level: OrgLevel) -> tuple[PortCount, ...]:
    """Port-outs at the top and at each node of `level`. Raises DataError where the month was never assessed."""
    require_assessed(store, LINE_STATE, month)
    ground = lay_ground(store, month)
    ported = f"NOT is_in_service AND left_as = '{ExitType.PORTED_OUT}'"
    pipeline = Pipeline()
    row_pieces(
        pipeline,
        Grain.LINE,
        frozenset(ground.views),
        {
            "out_month": f"CASE WHEN is_opening AND {ported} THEN 1 ELSE 0 END",
            "out_year": f"CASE WHEN in_base AND {ported} THEN 1 ELSE 0 END",
            "serves": "CASE WHEN is_counted_now AND is_in_service THEN 1 ELSE 0 END",
        },
    )
    rows = store.rows(
        pipeline.text(
            """SELECT n.node_code, n.name, CAST(sum(p.out_month) AS BIGINT) AS out_month,
  CAST(sum(p.out_year) AS BIGINT) AS out_year,
  CAST(sum(CASE WHEN f.port_out_query_count > 0 THEN p.serves ELSE 0 END) AS BIGINT) AS queried,
  CAST(sum(CASE WHEN f.port_out_application_date IS NOT NULL THEN p.serves ELSE 0 END) AS BIGINT) AS applied
FROM placed AS p JOIN path ON path.node_code = p.node_code
JOIN node AS n ON n.node_code = path.ancestor_code
LEFT JOIN feature AS f ON f.subscriber_id = p.subscriber_id
WHERE n.level = $level OR n.parent_code IS NULL
GROUP BY n.node_code, n.name, n.parent_code
ORDER BY n.parent_code IS NULL DESC, n.node_code"""
        ),
        inputs={
            **ground.views,
            "node": require_tree(store, month),
            "feature": store.require(FEATURE, month=month.number),
        },
        parameters={"base_last": ground.base.last, "level": str(level)},
    )
    return tuple(PortCount(**row) for row in rows)
