"""The organisation's tree: checked, then kept with its transitive closure."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book.tables import ORG_NODE, ORG_PATH
from weixi.flow.extract import Listed, SingleNode
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel

_LEVELS = tuple(OrgLevel)
_REMEDY = Text(
    "修正组织表后重新导入；没有写入组织树",
    "mend the organisation's file and import again; no tree was written",
)


def write_tree(
    store: Store, scratch: Store, listed: Listed, month: Month, note: Mapping[str, object]
) -> Partition:
    """Write the tree of `month` and its closure. Raises DataError unless it has one root, no orphan and no cycle."""
    names = ", ".join(name for name in ORG_NODE.types if name != "month")
    pipeline = Pipeline().add("listed", listed.listed_text())
    _check(scratch, pipeline, listed)
    node = store.write(
        ORG_NODE,
        {"month": month.number},
        pipeline.text(f"SELECT $month AS month, {names} FROM listed"),
        inputs=listed.inputs,
        parameters={"month": month.number},
        note=note,
    )
    _write_path(store, node, month)
    return node


def write_missing_tree(store: Store, single: SingleNode, months: Sequence[Month]) -> None:
    """Write the tree of one care unit from the first of the months on, where none is in force then."""
    trees = store.partitions(ORG_NODE)
    if months and not any(int(tree.key["month"]) <= min(months).number for tree in trees):
        write_single_node(store, single, min(months))


def write_single_node(store: Store, single: SingleNode, month: Month) -> Partition:
    """Write the tree of an operator that delivers none: one care unit."""
    row = {
        "month": month.number,
        "node_code": single.code,
        "parent_code": None,
        "level": OrgLevel.UNIT.value,
        "name": single.name,
        "capacity": None,
    }
    batches = pa.Table.from_pylist([row]).to_batches()
    node = store.put(
        ORG_NODE, {"month": month.number}, batches, origin=f"single node {single.code} {single.name}"
    )
    _write_path(store, node, month)
    return node


def _write_path(store: Store, node: Partition, month: Month) -> Partition:
    return store.write(ORG_PATH, {"month": month.number}, path_text(), inputs={"node": node})


def path_text() -> str:
    """The SQL of ORG_PATH; view: `node`. A tree of five levels is climbed in at most four steps."""
    texts = []
    for distance in range(len(_LEVELS)):
        joins = "".join(
            f" JOIN node n{step} ON n{step}.node_code = n{step - 1}.parent_code"
            for step in range(1, distance + 1)
        )
        texts.append(
            f"SELECT n0.node_code, n{distance}.node_code AS ancestor_code, n{distance}.level AS ancestor_level, "
            f"CAST({distance} AS INTEGER) AS distance FROM node n0{joins}"
        )
    return "\nUNION ALL\n".join(texts)


def _check(scratch: Store, pipeline: Pipeline, listed: Listed) -> None:
    """Levels must fall from parent to child, so that a tree that passes cannot hold a cycle."""
    place = " ".join(f"WHEN '{level}' THEN {index}" for index, level in enumerate(_LEVELS))
    checks = {
        "roots": "SELECT node_code FROM listed WHERE parent_code IS NULL",
        "orphans": """SELECT c.node_code FROM listed c LEFT JOIN listed p ON p.node_code = c.parent_code
WHERE c.parent_code IS NOT NULL AND p.node_code IS NULL""",
        "climbing": f"""SELECT c.node_code FROM listed c JOIN listed p ON p.node_code = c.parent_code
WHERE CASE c.level {place} END <= CASE p.level {place} END""",
    }
    found = {
        name: [
            row["node_code"]
            for row in scratch.rows(pipeline.text(f"{text} ORDER BY 1"), inputs=listed.inputs)
        ]
        for name, text in checks.items()
    }
    if len(found["roots"]) != 1:
        raise _fault(
            "roots",
            found["roots"],
            Text("组织树应有且只有一个根节点", "the tree should have exactly one node without a parent"),
        )
    if found["orphans"]:
        raise _fault("orphans", found["orphans"], Text("上级不存在的节点", "nodes whose parent is not there"))
    if found["climbing"]:
        raise _fault(
            "levels",
            found["climbing"],
            Text(
                "层级不低于上级的节点（或成环）", "nodes whose level is not below their parent's (or a cycle)"
            ),
        )


def _fault(code: str, nodes: Sequence[str], what: Text) -> DataError:
    shown = ", ".join(nodes[:10]) or "-"
    return DataError(
        f"book.tree_{code}",
        Text(f"{what.zh}：{shown}（共 {len(nodes)} 个）", f"{what.en}: {shown} ({len(nodes)} in all)"),
        _REMEDY,
        where="org_node",
    )
