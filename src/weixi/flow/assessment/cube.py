"""三维交叉表: lines by ARPU, deposit and tenure as they stood a month ago; who left since, what was billed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.assessment.listing import Listing, list_rows
from weixi.flow.assessment.report import require_assessed
from weixi.flow.assessment.tables import LINE_STATE
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT, require_path, require_tree
from weixi.flow.segment import LABEL
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

MEASURES = ("band", "deposit", "tenure")
"""ARPU band of the playbook, class of the balance, class of the months in service; each is a code."""

UNKNOWN = "-"
"""The class of a line whose balance or day of opening is not known."""

_HEADINGS = {
    "band": Text("ARPU 分档", "ARPU band"),
    "balance_fen": Text("预存余额", "balance"),
    "tenure_months": Text("在网月数", "months in service"),
    "bill_fen": Text("本月账单", "bill of the month"),
    "is_churned": Text("已离网", "has left"),
}
_WORDS = {"is_churned": {"true": Text("是", "yes"), "false": Text("否", "no")}}


@dataclass(frozen=True, slots=True)
class Edges:
    """Where the classes of the two measures begin: class k holds from edge k−1 (included) to edge k.

    `deposit_fen` and `tenure_months` ascend; class 0 lies below the first edge. They are an analyst's choice: nothing
    is decided by them.
    """

    deposit_fen: tuple[int, ...]
    tenure_months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CubeCell:
    """One combination of the three classes: lines in service a month ago, those of them that left, their bills."""

    band: str
    deposit: str
    tenure: str
    line_count: int
    churned_count: int
    revenue_fen: int


def build_cube(store: Store, month: Month, edges: Edges, node_code: str | None = None) -> list[CubeCell]:
    """The cells that hold lines, of all lines that the node answers for; of the whole tree without one.

    Main cards that were in service at the end of the month before, suspects left out, by the classes they had then;
    left: not in service at the end of `month`; revenue: billed to them in `month`, fen. Raises DataError where one of
    the two months was not run, UsageError for edges that do not ascend or a node that the tree lacks.
    """
    inputs, parameters = _given(store, month, node_code)
    pipeline = _pieces(edges, node_code)
    found = store.rows(
        pipeline.text(
            """SELECT band, deposit, tenure, count(*) AS line_count,
  CAST(sum(CASE WHEN is_churned THEN 1 ELSE 0 END) AS BIGINT) AS churned_count,
  CAST(sum(COALESCE(bill_fen, 0)) AS BIGINT) AS revenue_fen
FROM classed GROUP BY band, deposit, tenure ORDER BY band, deposit, tenure"""
        ),
        inputs=inputs,
        parameters=parameters,
    )
    return [CubeCell(**row) for row in found]


def list_cell(
    store: Store, month: Month, edges: Edges, cell: Mapping[str, str], node_code: str | None = None
) -> Listing:
    """The lines of the cells that `cell` names (measure → class; measures it leaves out take every class)."""
    inputs, parameters = _given(store, month, node_code)
    pipeline = _pieces(edges, node_code)
    tests = " AND ".join(f"{name} = ${name}_class" for name in MEASURES if name in cell) or "TRUE"
    pipeline.add(
        "chosen",
        f"""SELECT CAST(subscriber_id AS VARCHAR) AS row_id, subscriber_id, node_code, band, balance_fen,
  tenure_months, bill_fen, is_churned
FROM classed WHERE {tests}""",
    )
    bound = {f"{name}_class": value for name, value in cell.items()}
    return list_rows(
        store,
        month,
        pipeline,
        _HEADINGS,
        inputs=inputs,
        parameters={**parameters, **bound},
        order="c.is_churned DESC, c.bill_fen DESC, c.subscriber_id",
        words=_WORDS,
    )


def _given(
    store: Store, month: Month, node_code: str | None
) -> tuple[dict[str, Partition | Sequence[Partition]], dict[str, Any]]:
    before = month.plus(-1)
    tree = require_tree(store, month)
    inputs: dict[str, Partition | Sequence[Partition]] = {
        "path": require_path(store, tree),
        "assignment": store.require(ASSIGNMENT, month=month.number),
        "state_before": require_assessed(store, LINE_STATE, before),
        "state_after": require_assessed(store, LINE_STATE, month),
        "line": store.require(SUBSCRIBER_MONTH, month=before.number),
        "label": store.require(LABEL, month=before.number),
    }
    if node_code is None:
        return inputs, {"before": before.last}
    known = store.rows(
        "SELECT count(*) AS row_count FROM path WHERE node_code = $node_code",
        inputs={"path": inputs["path"]},
        parameters={"node_code": node_code},
    )
    if not known[0]["row_count"]:
        raise UsageError(
            "cube.node",
            Text(f"组织架构里没有节点 {node_code}", f"the tree has no node {node_code}"),
            Text("weixi target tree 列出节点", "weixi target tree lists the nodes"),
        )
    return inputs, {"before": before.last, "node_code": node_code}


def _pieces(edges: Edges, node_code: str | None) -> Pipeline:
    """Add `classed`: one row a line with its classes, its bill and whether it left."""
    for name in ("deposit_fen", "tenure_months"):
        given = getattr(edges, name)
        if not given or list(given) != sorted(set(given)):
            raise UsageError(
                "cube.edges",
                Text("分界点要从小到大，至少一个", "the edges must ascend, and there must be one"),
                Text("如 50,100,300", "for example 50,100,300"),
                where=name,
            )
    pipeline = Pipeline()
    within = ""
    if node_code is not None:
        pipeline.add("own", "SELECT node_code AS own_code FROM path WHERE ancestor_code = $node_code")
        within = "\nJOIN own ON own.own_code = n.node_code"
    pipeline.add(
        "stood",
        f"""SELECT l.subscriber_id, n.node_code, b.band, l.balance_fen, a.bill_fen,
  NOT COALESCE(a.is_in_service, FALSE) AS is_churned,
  CAST(year($before) * 12 + month($before) - (year(l.open_date) * 12 + month(l.open_date)) AS INTEGER) AS tenure_months
FROM state_before s
JOIN line l ON l.subscriber_id = s.subscriber_id
JOIN label b ON b.subscriber_id = s.subscriber_id
LEFT JOIN state_after a ON a.subscriber_id = s.subscriber_id
LEFT JOIN assignment n ON n.subscriber_id = s.subscriber_id{within}
WHERE s.is_counted AND s.is_in_service AND NOT s.is_suspect""",
    )
    return pipeline.add(
        "classed",
        f"""SELECT subscriber_id, node_code, band, balance_fen, tenure_months, bill_fen, is_churned,
  {_class("balance_fen", edges.deposit_fen)} AS deposit, {_class("tenure_months", edges.tenure_months)} AS tenure
FROM stood""",
    )


def _class(column: str, edges: Sequence[int]) -> str:
    whens = " ".join(f"WHEN {column} < {int(edge)} THEN '{k}'" for k, edge in enumerate(edges))
    return f"CASE WHEN {column} IS NULL THEN '{UNKNOWN}' {whens} ELSE '{len(edges)}' END"
