"""临界户: the lines and tasks at an edge, who decide a KPI's figure, beside how many the target still needs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.assessment.calibre import Calibre
from weixi.flow.assessment.catalogue import find_calibre
from weixi.flow.assessment.difference import computable
from weixi.flow.assessment.entry import CHURN, COMPLETION
from weixi.flow.assessment.kpi import Ground, parameters
from weixi.flow.assessment.listing import Listing, Views, list_rows
from weixi.flow.assessment.report import require_assessed
from weixi.flow.assessment.row import BELOW, high_edge_fen, row_pieces
from weixi.flow.assessment.tables import SCORECARD
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.cohort import require_tree
from weixi.flow.decision import PLAN
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Light, OrgLevel, ServiceStatus, Term

WITHIN = Fraction(1, 20)
"""How far from the edge a line is still near, as a share of the edge."""


class Side(Term):
    """On which side of the edge a line or task stands."""

    BELOW = "BELOW", "差一点达到", "just short"
    ABOVE = "ABOVE", "刚过线", "just over"
    LEAVING = "LEAVING", "将离网", "about to leave"
    OPEN = "OPEN", "窗口未到期", "window still open"


TIPS: Mapping[str, Text] = {
    "BILL": Text("三个月合计再出账该金额即达", "reaches it with that much more billed over the three months"),
    "UNBILLED": Text("ARPU 已够，本月未出账", "ARPU is high enough, nothing billed this month"),
    "MARGIN": Text(
        "三个月合计只多出该金额，少出账即跌出", "only that much over it; falls out with a smaller bill"
    ),
    "PORT_OUT": Text("已申请携转", "applied to port out"),
    "VERIFY": Text(
        "窗口内达成即计入（该月将重述）", "counts if met inside the window (the month is then restated)"
    ),
    **{str(status): status.text for status in ServiceStatus},
}
"""What tips a line or task over the edge."""

HEADINGS = {
    "side": Text("位置", "side"),
    "tip": Text("如何改变", "what tips it"),
    "amount_fen": Text("金额", "amount"),
    "kind": Text("预警", "warning"),
    "until": Text("窗口截止", "window ends"),
}


@dataclass(frozen=True, slots=True)
class NodeGap:
    """One node's figure beside its target: how many it is short, and how many stand at the edge on either side.

    A ceiling that is met has `room`: so many more may leave.
    """

    node_code: str
    name: str
    numerator: int
    denominator: int
    target_rate: float
    gap_count: int
    light: Light
    short_count: int
    risk_count: int
    room: int


@dataclass(frozen=True)
class Near:
    """The edge cases of one assessed KPI, node by node and one by one."""

    calibre: Calibre
    direction: str
    nodes: tuple[NodeGap, ...]
    listing: Listing


def list_near(
    store: Store,
    month: Month,
    kpi: str,
    level: OrgLevel,
    node_code: str = "",
    within: Fraction = WITHIN,
) -> Near:
    """Who stands at the edge of the assessed calibre of `kpi`, below the node (`''`: the whole tree).

    Retention: lines whose ARPU lies within that share of the edge; churn: lines of the base about to leave; completion:
    tasks not met whose window reaches beyond the month. Raises UsageError for a KPI that the month's plan does not
    assess, DataError where it cannot be computed.
    """
    card = require_assessed(store, SCORECARD, month)
    said = {each["kpi"]: each for each in card.manifest.note["targets"]}
    if kpi not in said:
        raise UsageError(
            "near.no_kpi",
            Text(f"方案没有考核“{kpi}”", f"the plan does not assess “{kpi}”"),
            Text(f"可选：{'、'.join(said)}", f"choose one of: {', '.join(said)}"),
        )
    scores = _scores(store, card, month, kpi, level)
    calibre = find_calibre(scores[0]["calibre"])
    ground = computable(store, month, (calibre,), node_code)
    pipeline, inputs, headings = _pieces(store, ground, calibre, within)
    bound = {**parameters(ground, (calibre,)), "node_code": node_code}
    if calibre.kpi == COMPLETION:
        bound["after"] = month.plus(1).first
    listing = list_rows(
        store,
        month,
        _with(pipeline, _CHOSEN),
        {name: HEADINGS[name] for name in headings},
        inputs=inputs,
        parameters=bound,
        order="c.side DESC, abs(c.amount_fen), c.subscriber_id"
        if "amount_fen" in headings
        else "c.side, c.row_id",
        words={"side": {str(side): side.text for side in Side}, "tip": TIPS},
    )
    direction = said[kpi]["direction"]
    at = _counts(store, ground.views["path"], listing, level, scores[0]["node_code"])
    nodes = tuple(_gap(row, at.get(row["node_code"], Counter()), direction) for row in scores)
    return Near(calibre, direction, nodes, listing)


_CHOSEN = f"""SELECT e.row_id, e.subscriber_id, e.node_code, e.side, e.tip, e.amount_fen, e.kind, e.until
FROM edge AS e JOIN path ON path.node_code = e.node_code WHERE e.side IS NOT NULL AND {BELOW}"""


def _counts(
    store: Store, path: Partition | Sequence[Partition], listing: Listing, level: OrgLevel, top: str
) -> Mapping[str, Counter[str]]:
    """Node of that level, or the top → side → how many of the list stand there."""
    found: dict[str, Counter[str]] = {}
    rows = store.rows(
        "SELECT node_code, ancestor_code FROM path WHERE ancestor_level = $level OR ancestor_code = $top",
        inputs={"path": path},
        parameters={"level": str(level), "top": top},
    )
    above: dict[str, set[str]] = {}
    for row in rows:
        above.setdefault(row["node_code"], set()).add(row["ancestor_code"])
    groups = (
        listing.table.select(["node_code", "side"])
        .group_by(["node_code", "side"])
        .aggregate([([], "count_all")])
    )
    for group in groups.to_pylist():
        for node in above.get(group["node_code"], ()):
            found.setdefault(node, Counter())[group["side"]] += group["count_all"]
    return found


def _with(pieces: Mapping[str, str], chosen: str) -> Pipeline:
    pipeline = Pipeline()
    for name, text in pieces.items():
        pipeline.add(name, text)
    return pipeline.add("chosen", chosen)


def _pieces(
    store: Store, ground: Ground, calibre: Calibre, within: Fraction
) -> tuple[dict[str, str], Views, tuple[str, ...]]:
    """The pieces up to `edge`, their inputs, and the columns worth showing."""
    month = ground.month
    inputs: dict[str, Any] = dict(ground.views)
    pipeline = Pipeline()
    given = frozenset(ground.views)
    if calibre.kpi == COMPLETION:
        counted = {"numerator": calibre.numerator, "denominator": calibre.denominator}
        row_pieces(pipeline, calibre.grain, given, counted, ["kind"])
        inputs["plan"] = store.require(PLAN, month=month.number)
        pipeline.add(
            "edge",
            f"""SELECT p.row_id, p.subscriber_id, p.node_code, p.kind, t.window_end_date AS until,
  CASE WHEN p.denominator <> 0 AND p.numerator = 0 AND t.window_end_date > $after THEN '{Side.OPEN}' END AS side,
  'VERIFY' AS tip, CAST(NULL AS BIGINT) AS amount_fen
FROM placed AS p JOIN plan AS t ON t.task_id = p.row_id""",
        )
        return pipeline.pieces, inputs, ("side", "tip", "kind", "until")
    row_pieces(
        pipeline,
        calibre.grain,
        given,
        {"denominator": calibre.denominator},
        ["is_in_service", "is_billed", "is_high", "is_existing", "is_counted_now", "in_base"],
    )
    feature = store.require(FEATURE, month=month.number)
    line = store.require(SUBSCRIBER_MONTH, month=month.number)
    if calibre.kpi == CHURN:
        inputs |= {"feature": feature, "line": line}
        pipeline.add(
            "edge",
            f"""SELECT p.row_id, p.subscriber_id, p.node_code, CAST(NULL AS VARCHAR) AS kind,
  CAST(NULL AS DATE) AS until, CAST(NULL AS BIGINT) AS amount_fen,
  CASE WHEN f.port_out_application_date IS NOT NULL THEN 'PORT_OUT' ELSE l.service_status END AS tip,
  CASE WHEN p.denominator <> 0 AND p.is_in_service AND (f.port_out_application_date IS NOT NULL OR l.service_status IN
    ('{ServiceStatus.PENDING_CANCEL}', '{ServiceStatus.TWO_WAY_STOPPED}')) THEN '{Side.LEAVING}' END AS side
FROM placed AS p JOIN line AS l ON l.subscriber_id = p.subscriber_id
JOIN feature AS f ON f.subscriber_id = p.subscriber_id""",
        )
        return pipeline.pieces, inputs, ("side", "tip")
    inputs |= {"feature": feature}
    edge = high_edge_fen(ground.views["high"])
    whole, part = within.denominator, within.numerator
    line_ = f"{edge} * f.complete_months"
    pipeline.add(
        "edge",
        f"""SELECT p.row_id, p.subscriber_id, p.node_code, CAST(NULL AS VARCHAR) AS kind, CAST(NULL AS DATE) AS until,
  abs({line_} - f.revenue_3m_fen) AS amount_fen,
  CASE WHEN p.is_high THEN 'MARGIN' WHEN f.revenue_3m_fen >= {line_} THEN 'UNBILLED' ELSE 'BILL' END AS tip,
  CASE WHEN NOT (p.is_counted_now AND p.is_in_service AND p.is_existing) OR f.complete_months = 0
      THEN CAST(NULL AS VARCHAR)
    WHEN p.is_high AND f.revenue_3m_fen * {whole} <= {line_} * {whole + part} THEN '{Side.ABOVE}'
    WHEN NOT p.is_high AND f.revenue_3m_fen * {whole} >= {line_} * {whole - part} THEN '{Side.BELOW}' END AS side
FROM placed AS p JOIN feature AS f ON f.subscriber_id = p.subscriber_id""",
    )
    return pipeline.pieces, inputs, ("side", "tip", "amount_fen")


def _scores(store: Store, card: Partition, month: Month, kpi: str, level: OrgLevel) -> list[dict[str, Any]]:
    return store.rows(
        """SELECT k.calibre, k.node_code, n.name, k.numerator, k.denominator, k.target_rate, k.gap_count, k.light
FROM card AS k JOIN node AS n ON n.node_code = k.node_code
WHERE k.kpi = $kpi AND (n.level = $level OR n.parent_code IS NULL)
ORDER BY n.parent_code IS NULL DESC, k.node_code""",
        inputs={"card": card, "node": require_tree(store, month)},
        parameters={"kpi": kpi, "level": str(level)},
    )


def _gap(row: Mapping[str, Any], counts: Counter[str], direction: str) -> NodeGap:
    allowed = int(Fraction(row["target_rate"]).limit_denominator(10**8) * row["denominator"])
    return NodeGap(
        node_code=row["node_code"],
        name=row["name"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        target_rate=row["target_rate"],
        gap_count=row["gap_count"],
        light=Light(row["light"]),
        short_count=counts[Side.BELOW] + counts[Side.OPEN],
        risk_count=counts[Side.ABOVE] + counts[Side.LEAVING],
        room=max(allowed - row["numerator"], 0) if direction == "AT_MOST" else 0,
    )
