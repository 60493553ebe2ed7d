"""拍照与分解: sealed cohorts, who looks after whom, targets that sum exactly."""

from weixi.flow.cohort.apportion import apportion_pieces, apportion_text
from weixi.flow.cohort.assignment import LAST_RESORT, assignment_text, build_assignment
from weixi.flow.cohort.freeze import CONFIRMED_SUSPECT, base_months, freeze, freeze_text
from weixi.flow.cohort.organisation import county_pieces, require_node, require_path, require_tree
from weixi.flow.cohort.position import (
    AGE_EDGES,
    GradeMove,
    LapsedCell,
    StandingCell,
    age_sql,
    grade_moves,
    lapsed,
    ranked,
    ranked_nodes,
    standing,
)
from weixi.flow.cohort.tables import ASSIGNMENT, COHORT, TARGET
from weixi.flow.cohort.target import (
    COHORT_OF,
    POOL_SUFFIX,
    Gap,
    build_target,
    placed_pieces,
    rate_to_date,
    root_count,
    target_gaps,
    target_text,
    tree_pieces,
)
from weixi.flow.cohort.tree import (
    AssignmentMonth,
    NodeCount,
    TreeCheck,
    assignment_history,
    check_tree,
    node_counts,
)

TABLES = (ASSIGNMENT, COHORT, TARGET)

__all__ = [
    "AGE_EDGES",
    "ASSIGNMENT",
    "COHORT",
    "COHORT_OF",
    "CONFIRMED_SUSPECT",
    "LAST_RESORT",
    "POOL_SUFFIX",
    "TABLES",
    "TARGET",
    "AssignmentMonth",
    "Gap",
    "GradeMove",
    "LapsedCell",
    "NodeCount",
    "StandingCell",
    "TreeCheck",
    "age_sql",
    "apportion_pieces",
    "apportion_text",
    "assignment_history",
    "assignment_text",
    "base_months",
    "build_assignment",
    "build_target",
    "check_tree",
    "county_pieces",
    "freeze",
    "freeze_text",
    "grade_moves",
    "lapsed",
    "node_counts",
    "placed_pieces",
    "ranked",
    "ranked_nodes",
    "rate_to_date",
    "require_node",
    "require_path",
    "require_tree",
    "root_count",
    "standing",
    "target_gaps",
    "target_text",
    "tree_pieces",
]
