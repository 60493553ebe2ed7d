"""The list behind a figure: lines or tasks with their unit and a masked number, ready for a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store, Value
from weixi.flow.book import IDENTITY
from weixi.flow.cohort import county_pieces, require_tree
from weixi.kernel.language import Text
from weixi.kernel.period import Month

Views = Mapping[str, Partition | Sequence[Partition]]

PLACE = {
    "row_id": Text("编号", "id"),
    "subscriber_id": Text("用户编号", "subscriber id"),
    "msisdn": Text("号码（脱敏）", "number (masked)"),
    "county": Text("县分", "county"),
    "node": Text("维护单元/责任人", "unit or owner"),
    "node_code": Text("节点代码", "node code"),
}
"""The columns that every list begins with. `msisdn` is the whole number, for whoever shows it to mask."""


@dataclass(frozen=True)
class Listing:
    """Rows of a list: `headings` are its columns in order, `table` holds them as they are.

    `words` is column → code → what it says to people; a column without words shows its values.
    """

    headings: Mapping[str, Text]
    table: pa.Table
    words: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many rows."""
        return int(self.table.num_rows)


def list_rows(
    store: Store,
    month: Month,
    pipeline: Pipeline,
    headings: Mapping[str, Text],
    *,
    inputs: Views,
    parameters: Mapping[str, Value],
    order: str,
    words: Mapping[str, Mapping[str, Text]] | None = None,
) -> Listing:
    """The rows of the piece `chosen` (`row_id`, `subscriber_id`, `node_code` and the columns of `headings`).

    Each is shown with its county, the name of its node and the number that the line had in the month, where identity
    is known.
    """
    tree = require_tree(store, month)
    identity = store.partitions(IDENTITY)
    given: dict[str, Any] = {**inputs, "node": tree}
    bound = dict(parameters)
    number, join = "CAST(NULL AS VARCHAR)", ""
    if identity:
        given["identity"] = identity
        bound["seen_month"] = month.number
        pipeline.add(
            "seen",
            "SELECT subscriber_id, max(month) AS month FROM identity WHERE month <= $seen_month GROUP BY subscriber_id",
        )
        number = "i.msisdn"
        join = """
LEFT JOIN seen ON seen.subscriber_id = c.subscriber_id
LEFT JOIN identity AS i ON i.subscriber_id = seen.subscriber_id AND i.month = seen.month"""
    county_pieces(pipeline)
    own = "".join(f", c.{name}" for name in headings)
    table = store.arrow(
        pipeline.text(
            f"""SELECT c.row_id, c.subscriber_id, {number} AS msisdn, county_node.name AS county, own.name AS node,
  c.node_code{own}
FROM chosen AS c
LEFT JOIN node AS own ON own.node_code = c.node_code
LEFT JOIN county ON county.member = c.node_code
LEFT JOIN node AS county_node ON county_node.node_code = county.ancestor_code{join}
ORDER BY {order}"""
        ),
        inputs=given,
        parameters=bound,
    )
    return Listing({**PLACE, **headings}, table, words or {})
