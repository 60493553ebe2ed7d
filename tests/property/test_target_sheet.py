"""A sheet's sums are exact at every node, by size and by difficulty, whatever the weights."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handmade.tables import Node
from weixi.engine import Engine
from weixi.flow.assessment import sheet_text
from weixi.flow.cohort import POOL_SUFFIX

TREE = (
    Node("P", None, "PROVINCE"),
    Node("C1", "P", "CITY"),
    Node("C2", "P", "CITY"),
    Node("D1", "C1", "COUNTY"),
    Node("D2", "C1", "COUNTY"),
    Node("D3", "C2", "COUNTY"),
    Node("U1", "D1", "UNIT"),
    Node("U2", "D2", "UNIT"),
    Node("U3", "D3", "UNIT"),
    Node("a", "U1", "OWNER"),
    Node("b", "U1", "OWNER"),
    Node("c", "U3", "OWNER"),
)
LEAVES = ("a", "b", "c", "U1", "U2", "U3")
weights = st.integers(0, 10**9)
basis = st.dictionaries(st.sampled_from(LEAVES), st.tuples(st.integers(0, 10**5), weights), min_size=1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(retention=basis, churn=basis, totals=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)))
def test_every_node_is_the_sum_of_its_children(
    duckdb: Engine,
    tmp_path: Path,
    retention: dict[str, tuple[int, int]],
    churn: dict[str, tuple[int, int]],
    totals: tuple[int, int],
) -> None:
    given = {"r": retention, "c": churn}
    rows = [(k, n, s, w) for k, leaves in given.items() for n, (s, w) in leaves.items()]
    above = {node.code: node.parent for node in TREE}
    paths = []
    for node in TREE:
        at: str | None = node.code
        while at is not None:
            paths.append((node.code, at))
            at = above[at]
    views: dict[str, tuple[tuple[str, ...], list[Any]]] = {
        "basis": (("kpi", "node_code", "size", "weight"), rows),
        "node": (("node_code", "parent_code"), list(above.items())),
        "path": (("node_code", "ancestor_code"), paths),
    }
    for view, (names, values) in views.items():
        table = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in values])
        pq.write_table(table, tmp_path / f"{view}.parquet")
        duckdb.scan(view, [tmp_path / f"{view}.parquet"])
    wanted = dict(zip(given, totals, strict=True))
    found = duckdb.arrow(sheet_text(wanted), {}).to_pylist()
    for kpi, total in wanted.items():
        sheet = {row["node_code"]: row for row in found if row["kpi"] == kpi}
        assert sheet["P"]["target_count"] == total
        assert sheet["P"]["size"] == sum(size for size, _ in given[kpi].values())
        for code, row in sheet.items():
            children = [each for each in sheet.values() if each["parent_code"] == code]
            assert row["target_count"] >= 0
            if children:
                assert sum(each["target_count"] for each in children) == row["target_count"]
                assert sum(each["size"] for each in children) == row["size"]
        pools = {code.removesuffix(POOL_SUFFIX) for code in sheet if code.endswith(POOL_SUFFIX)}
        assert pools == {code for code in given[kpi] if code in ("U1", "U3")}
