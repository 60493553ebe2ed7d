"""How a month's customers stand: counts and revenue by grade and category at every node, and who came and went."""

from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.cohort.tables import ASSIGNMENT
from weixi.flow.segment import LABEL
from weixi.kernel.period import Month

AGE_EDGES = (30, 90, 180)
"""Days since leaving at which a class of age ends; the win-back window of the plan is the last."""


@dataclass(frozen=True, slots=True)
class StandingCell:
    """The lines that one node itself answers for (no node below it), of one grade and category.

    `revenue_fen` is their billed revenue of twelve months. `served_count` have an owner or a dedicated representative,
    `managed_count` an owner or the manager of their corporate account.
    """

    node_code: str
    grade: str
    category: str
    line_count: int
    revenue_fen: int
    served_count: int
    managed_count: int


@dataclass(frozen=True, slots=True)
class GradeMove:
    """Lines of one node that held `before` last month and `after` this month; None: not in that month's book."""

    node_code: str
    before: str | None
    after: str
    line_count: int


@dataclass(frozen=True, slots=True)
class LapsedCell:
    """Lines of one node that have left, by how and by the class of days since (0: within the first of AGE_EDGES)."""

    node_code: str
    exit_type: str
    age: int
    line_count: int


def standing(store: Store, month: Month) -> list[StandingCell]:
    """Every node's own cells of a labelled month. Raises DataError where the month was not run."""
    found = store.rows(
        """SELECT a.node_code, b.grade, b.category, CAST(count(*) AS BIGINT) AS line_count,
  CAST(sum(COALESCE(f.revenue_12m_fen, 0)) AS BIGINT) AS revenue_fen,
  CAST(sum(CASE WHEN COALESCE(a.owner_code, l.representative_code) IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT)
    AS served_count,
  CAST(sum(CASE WHEN COALESCE(a.owner_code, l.account_manager_code) IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT)
    AS managed_count
FROM label AS b
JOIN assignment AS a ON a.subscriber_id = b.subscriber_id
JOIN feature AS f ON f.subscriber_id = b.subscriber_id
JOIN line AS l ON l.subscriber_id = b.subscriber_id
GROUP BY a.node_code, b.grade, b.category ORDER BY a.node_code, b.grade, b.category""",
        inputs={
            "label": store.require(LABEL, month=month.number),
            "assignment": store.require(ASSIGNMENT, month=month.number),
            "feature": store.require(FEATURE, month=month.number),
            "line": store.require(SUBSCRIBER_MONTH, month=month.number),
        },
    )
    return [StandingCell(**row) for row in found]


def grade_moves(store: Store, month: Month) -> list[GradeMove]:
    """Every node's lines whose grade is not that of the month before; none where that month has no labels."""
    before = store.current(LABEL, month=month.plus(-1).number)
    if before is None:
        return []
    found = store.rows(
        """SELECT a.node_code, p.grade AS before, b.grade AS after, CAST(count(*) AS BIGINT) AS line_count
FROM label AS b
JOIN assignment AS a ON a.subscriber_id = b.subscriber_id
LEFT JOIN previous AS p ON p.subscriber_id = b.subscriber_id
WHERE p.grade IS DISTINCT FROM b.grade
GROUP BY a.node_code, p.grade, b.grade ORDER BY a.node_code, p.grade NULLS LAST, b.grade""",
        inputs={
            "label": store.require(LABEL, month=month.number),
            "previous": before,
            "assignment": store.require(ASSIGNMENT, month=month.number),
        },
    )
    return [GradeMove(**row) for row in found]


def lapsed(store: Store, month: Month) -> list[LapsedCell]:
    """Every node's lines that have left, by exit type and age at the month's last day."""
    pieces = Pipeline()
    pieces.add(
        "gone",
        f"""SELECT a.node_code, COALESCE(l.exit_type, 'UNLISTED') AS exit_type,
  {age_sql("l.exit_date")} AS age
FROM line AS l JOIN assignment AS a ON a.subscriber_id = l.subscriber_id
WHERE l.service_status = 'EXITED'""",
    )
    found = store.rows(
        pieces.text(
            """SELECT node_code, exit_type, age, CAST(count(*) AS BIGINT) AS line_count
FROM gone GROUP BY node_code, exit_type, age ORDER BY node_code, exit_type, age"""
        ),
        inputs={
            "line": store.require(SUBSCRIBER_MONTH, month=month.number),
            "assignment": store.require(ASSIGNMENT, month=month.number),
        },
        parameters={"as_of": month.last},
    )
    return [LapsedCell(**row) for row in found]


def age_sql(exit_date: str) -> str:
    """The class of days since that date; binds `$as_of`. A date that is not known is the oldest class."""
    days = f"date_diff('day', {exit_date}, $as_of)"
    whens = " ".join(f"WHEN {days} <= {edge} THEN {k}" for k, edge in enumerate(AGE_EDGES))
    return f"CAST(CASE {whens} ELSE {len(AGE_EDGES)} END AS INTEGER)"
