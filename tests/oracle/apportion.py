"""The slow oracle of shares down a tree, by exact fractions; random trees to ask it about, and what the SQL says."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from weixi.engine import Engine
from weixi.flow.cohort import apportion_text

DEPTH = 5


@dataclass
class Forest:
    """Many trees in columns, one row per node, and each tree's total."""

    trees: list[str] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    parents: list[str | None] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)

    def grow(self, tree: str, code: str, parent: str | None, level: int, draw: random.Random) -> int:
        """Add a node and what hangs below it; its size is its children's, or drawn at a leaf."""
        row = len(self.nodes)
        self.trees.append(tree)
        self.nodes.append(code)
        self.parents.append(parent)
        self.sizes.append(0)
        if level == DEPTH or draw.random() < 0.25:
            size = draw.choice([0, 0, 1, 2, 3, 7, draw.randrange(1000), draw.randrange(10**6)])
        else:
            branches = draw.randrange(1, 4)
            size = sum(self.grow(tree, f"{code}.{k}", code, level + 1, draw) for k in range(branches))
        self.sizes[row] = size
        return size


def random_forest(count: int, seed: int) -> Forest:
    """That many random trees of up to five levels, families without any size and totals of 0 among them."""
    draw = random.Random(seed)
    forest = Forest()
    for number in range(count):
        tree = f"t{number}"
        for root in range(draw.choice([1, 1, 1, 3])):
            forest.grow(tree, f"n{root}", None, 1, draw)
        forest.totals[tree] = draw.choice([0, 1, 2, 5, draw.randrange(100), draw.randrange(10**7)])
    return forest


def oracle_shares(forest: Forest) -> dict[tuple[str, str], int]:
    """Each node's share by exact fractions, one family after the other: slow and plain."""
    families: dict[tuple[str, str | None], list[tuple[str, int]]] = defaultdict(list)
    for tree, node, parent, size in zip(
        forest.trees, forest.nodes, forest.parents, forest.sizes, strict=True
    ):
        families[tree, parent].append((node, size))
    shares: dict[tuple[str, str], int] = {}
    for (tree, parent), children in families.items():  # parents stand before their children
        total = forest.totals[tree] if parent is None else shares[tree, parent]
        whole = sum(size for _, size in children)
        exact = {
            node: Fraction(total * size, whole) if whole else Fraction(total, len(children))
            for node, size in children
        }
        given = {node: share.numerator // share.denominator for node, share in exact.items()}
        by_remainder = sorted(exact, key=lambda node: (given[node] - exact[node], node))
        for node in by_remainder[: total - sum(given.values())]:
            given[node] += 1
        shares.update({(tree, node): count for node, count in given.items()})
    return shares


def sql_shares(engine: Engine, forest: Forest, folder: Path) -> dict[tuple[str, str], int]:
    """The same by the statement that the way uses, on an engine."""
    tree = pa.table(
        {
            "tree_id": forest.trees,
            "node_code": forest.nodes,
            "parent_code": pa.array(forest.parents, pa.string()),
            "size": pa.array(forest.sizes, pa.int64()),
        }
    )
    total = pa.table(
        {"tree_id": list(forest.totals), "total_count": pa.array(list(forest.totals.values()), pa.int64())}
    )
    for view, rows in (("tree", tree), ("total", total)):
        path = folder / f"{view}.parquet"
        pq.write_table(rows, path)
        engine.scan(view, [path])
    found = engine.arrow(apportion_text(DEPTH), {})
    assert found.num_rows == len(forest.nodes)
    columns = [found.column(name).to_pylist() for name in ("tree_id", "node_code", "target_count")]
    return {(t, n): c for t, n, c in zip(*columns, strict=True)}
