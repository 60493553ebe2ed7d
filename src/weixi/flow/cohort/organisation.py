"""The organisation's tree as a month sees it."""

from difflib import get_close_matches

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book import ORG_NODE, ORG_PATH
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel


def require_tree(store: Store, month: Month) -> Partition:
    """The newest ORG_NODE partition that holds in `month`.

    Raises DataError where there is none, or where it names no care unit: no line could be assigned.
    """
    held = [p for p in store.partitions(ORG_NODE) if int(p.key["month"]) <= month.number]
    if not held:
        return store.require(ORG_NODE, month=month.number)
    tree = max(held, key=lambda p: int(p.key["month"]))
    found = store.rows(
        "SELECT CAST(count(*) AS BIGINT) AS unit_count FROM node WHERE level = 'UNIT'", inputs={"node": tree}
    )
    if found[0]["unit_count"] == 0:
        raise DataError(
            "cohort.no_unit",
            Text("组织树中没有维护单元", "the organisation's tree has no care unit"),
            Text(
                "导入的组织表至少要有一个 UNIT 级节点",
                "the imported tree needs at least one node of level UNIT",
            ),
            where=tree.name,
        )
    return tree


def require_path(store: Store, tree: Partition) -> Partition:
    """The transitive closure of `tree`."""
    return store.require(ORG_PATH, month=int(tree.key["month"]))


def county_pieces(pipeline: Pipeline) -> None:
    """Add the CTE `county`: each node of a county (`member`) and that county (`ancestor_code`), from `path`."""
    pipeline.add(
        "county",
        f"SELECT node_code AS member, ancestor_code FROM path WHERE ancestor_level = '{OrgLevel.COUNTY}'",
    )


def require_node(store: Store, tree: Partition, node_code: str) -> None:
    """Raises UsageError where `tree` has no node of that code."""
    codes = [row["node_code"] for row in store.rows("SELECT node_code FROM node", inputs={"node": tree})]
    if node_code not in codes:
        close = get_close_matches(node_code, codes, n=5, cutoff=0.4) or sorted(codes)[:5]
        raise UsageError(
            "org.no_node",
            Text(f"组织树中没有节点“{node_code}”", f"the organisation's tree has no node “{node_code}”"),
            Text(f"例如：{'、'.join(close)}", f"for example: {', '.join(close)}"),
        )
