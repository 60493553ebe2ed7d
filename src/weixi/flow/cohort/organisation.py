"""The organisation's tree as a month sees it."""

from weixi.engine import Partition, Store
from weixi.flow.book import ORG_NODE, ORG_PATH
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month


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
