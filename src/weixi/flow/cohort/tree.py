"""The tree with counts: how many lines each node answers for, and who looked after a line when."""

from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.cohort.organisation import require_path, require_tree
from weixi.flow.cohort.tables import ASSIGNMENT, COHORT
from weixi.kernel.period import Month


@dataclass(frozen=True, slots=True)
class NodeCount:
    """One node of the tree: `line_count` lines at or below it, `own_count` of them its own (a unit's shared pool)."""

    node_code: str
    parent_code: str | None
    level: str
    name: str
    line_count: int
    own_count: int


@dataclass(frozen=True, slots=True)
class AssignmentMonth:
    """Who looked after one line in one month, and by which rule."""

    month: int
    unit_code: str
    owner_code: str | None
    rule: str


def node_counts(store: Store, month: Month, *, cohort: str | None = None) -> list[NodeCount]:
    """Every node with its lines in `month`; with `cohort`, only members of the year's sealed cohort of that code.

    Each node's count is its own lines and the counts of its children: no orphan, no duplicate.
    """
    tree = require_tree(store, month)
    inputs = {
        "node": tree,
        "path": require_path(store, tree),
        "assignment": store.require(ASSIGNMENT, month=month.number),
    }
    pipeline = Pipeline()
    members = ""
    if cohort is not None:
        inputs["member"] = store.require(COHORT, month=Month.of(month.year - 1, 12).number, cohort=cohort)
        members = "JOIN member m ON m.subscriber_id = a.subscriber_id"
    pipeline.add(
        "own",
        f"""SELECT a.node_code, CAST(count(*) AS BIGINT) AS own_count
        FROM assignment a {members} GROUP BY a.node_code""",
    )
    pipeline.add(
        "below",
        """SELECT p.ancestor_code AS node_code, CAST(sum(o.own_count) AS BIGINT) AS line_count
        FROM own o JOIN path p ON p.node_code = o.node_code GROUP BY p.ancestor_code""",
    )
    text = pipeline.text(
        """SELECT n.node_code, n.parent_code, n.level, n.name,
          COALESCE(b.line_count, 0) AS line_count, COALESCE(o.own_count, 0) AS own_count
        FROM node n
        LEFT JOIN below b ON b.node_code = n.node_code
        LEFT JOIN own o ON o.node_code = n.node_code
        ORDER BY n.node_code"""
    )
    return [NodeCount(**row) for row in store.rows(text, inputs=inputs)]


@dataclass(frozen=True, slots=True)
class TreeCheck:
    """Whether every line of a month's book counts at exactly one node: orphans and duplicates should be 0."""

    line_count: int
    assigned_count: int
    orphan_count: int
    duplicate_count: int


def check_tree(store: Store, month: Month) -> TreeCheck:
    """Counts the book's lines without a node of the tree, and those that are assigned more than once."""
    inputs = {
        "line": store.require(SUBSCRIBER_MONTH, month=month.number),
        "assignment": store.require(ASSIGNMENT, month=month.number),
        "node": require_tree(store, month),
    }
    rows = store.rows(
        """SELECT CAST(count(*) AS BIGINT) AS line_count,
  CAST(COALESCE(sum(each.assigned_count), 0) AS BIGINT) AS assigned_count,
  CAST(COALESCE(sum(CASE WHEN each.assigned_count = 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS orphan_count,
  CAST(COALESCE(sum(CASE WHEN each.assigned_count > 1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS duplicate_count
FROM (
  SELECT l.subscriber_id, CAST(count(n.node_code) AS BIGINT) AS assigned_count
  FROM line l
  LEFT JOIN assignment a ON a.subscriber_id = l.subscriber_id
  LEFT JOIN node n ON n.node_code = a.node_code
  GROUP BY l.subscriber_id
) AS each""",
        inputs=inputs,
    )
    return TreeCheck(**rows[0])


def assignment_history(store: Store, subscriber_id: int) -> list[AssignmentMonth]:
    """Who looked after one line in every month, oldest first: a reassignment never overwrites the one before."""
    inputs = {f"assignment_{p.key['month']}": p for p in store.partitions(ASSIGNMENT)}
    if not inputs:
        return []
    text = "\nUNION ALL ".join(
        f"SELECT {view.removeprefix('assignment_')} AS month, unit_code, owner_code, rule "
        f"FROM {view} WHERE subscriber_id = $subscriber_id"
        for view in inputs
    )
    found = store.rows(text, inputs=inputs, parameters={"subscriber_id": subscriber_id})
    return sorted((AssignmentMonth(**row) for row in found), key=lambda row: row.month)
