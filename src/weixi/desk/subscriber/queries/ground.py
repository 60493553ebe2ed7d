"""The territory as a condition on the current assignment: `seen`, the nodes whose customers the person sees."""

from weixi.desk.base.book import store
from weixi.desk.subscriber.rules import Ground
from weixi.dialect.compose import Pipeline
from weixi.engine import Partition
from weixi.flow.cohort import require_path, require_tree
from weixi.kernel.period import Month


def seen_pieces(pipeline: Pipeline, ground: Ground) -> dict[str, str]:
    """Add `seen` (node_code), which needs the views `path` and `node`; the values that it binds.

    A node answers for its own customers alone: an owner for his, a unit for its pool.
    """
    values: dict[str, str] = {}

    def any_of(name: str, column: str, codes: tuple[str, ...]) -> str:
        bound = {f"{name}_{k}": code for k, code in enumerate(codes)}
        values.update(bound)
        return f"{column} IN ({', '.join(f'${key}' for key in bound)})"

    tests = []
    if ground.whole:
        tests.append(any_of("whole", "p.ancestor_code", ground.whole))
    if ground.agents:
        values["own"] = ground.own
        tests.append(
            f"({any_of('agent', 'p.ancestor_code', ground.agents)} AND (n.level <> 'OWNER' OR p.node_code = $own))"
        )
    if ground.pools:
        tests.append(f"(p.distance = 0 AND {any_of('pool', 'p.node_code', ground.pools)})")
    pipeline.add(
        "seen",
        f"""SELECT p.node_code FROM path AS p JOIN node AS n ON n.node_code = p.node_code
        WHERE {" OR ".join(tests) or "FALSE"} GROUP BY p.node_code""",
    )
    return values


def tree_inputs(month: Month) -> dict[str, Partition]:
    """The views that `seen` needs: the tree that holds in that month."""
    tree = require_tree(store(), month)
    return {"node": tree, "path": require_path(store(), tree)}
