"""分解: whole numbers shared down a tree, exactly, by the largest remainder in integer arithmetic."""

from weixi.dialect.compose import Pipeline


def apportion_pieces(pipeline: Pipeline, depth: int) -> None:
    """Add the CTE `share`: every node's `target_count`, level by level down to `depth` levels.

    Needs `tree` (tree_id, node_code, parent_code, size), one row per node and null parents at the top, and `total`
    (tree_id, total_count), the whole number to share; both may hold many trees. Among the children of one node the
    floor of each one's exact share is taken first, then one more each by the largest remainder, of equal remainders
    the smaller code first. Where all children have size 0 they share alike. `total_count × size` must fit a BIGINT.
    """
    family = "PARTITION BY tree_id, parent_code"
    pipeline.add(
        "sized",
        f"""SELECT tree_id, node_code, parent_code, size,
          CAST(sum(size) OVER ({family}) AS BIGINT) AS family_size,
          CAST(count(*) OVER ({family}) AS BIGINT) AS sibling_count
        FROM tree""",
    )
    pipeline.add(
        "weighed",
        """SELECT tree_id, node_code, parent_code, size,
          CASE WHEN family_size = 0 THEN CAST(1 AS BIGINT) ELSE size END AS weight,
          CASE WHEN family_size = 0 THEN sibling_count ELSE family_size END AS family_weight
        FROM sized""",
    )
    columns = "w.tree_id, w.node_code, w.parent_code, w.size"
    for level in range(1, depth + 1):
        above = (
            "JOIN total t ON t.tree_id = w.tree_id WHERE w.parent_code IS NULL"
            if level == 1
            else f"""JOIN (SELECT tree_id, node_code, target_count AS total_count FROM share_{level - 1}) t
            ON t.tree_id = w.tree_id AND t.node_code = w.parent_code"""
        )
        pipeline.add(
            f"floor_{level}",
            f"""SELECT {columns}, t.total_count,
              t.total_count * w.weight // NULLIF(w.family_weight, 0) AS floor_count,
              t.total_count * w.weight % NULLIF(w.family_weight, 0) AS remainder
            FROM weighed w {above}""",
        )
        pipeline.add(
            f"place_{level}",
            f"""SELECT tree_id, node_code, parent_code, size, floor_count,
              total_count - CAST(sum(floor_count) OVER ({family}) AS BIGINT) AS left_count,
              row_number() OVER ({family} ORDER BY remainder DESC, node_code) AS place
            FROM floor_{level}""",
        )
        pipeline.add(
            f"share_{level}",
            f"""SELECT tree_id, node_code, parent_code, size,
              floor_count + CASE WHEN place <= left_count THEN 1 ELSE 0 END AS target_count
            FROM place_{level}""",
        )
    pipeline.add(
        "share",
        "\nUNION ALL ".join(
            f"SELECT tree_id, node_code, parent_code, size, target_count FROM share_{level}"
            for level in range(1, depth + 1)
        ),
    )


def apportion_text(depth: int) -> str:
    """The SQL that shares each `total` down its `tree`, both of them views; one row per node."""
    pipeline = Pipeline()
    apportion_pieces(pipeline, depth)
    return pipeline.text("SELECT tree_id, node_code, parent_code, size, target_count FROM share")
