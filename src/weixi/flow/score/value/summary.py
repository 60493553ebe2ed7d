"""The worth of a month's lines, added up for people: by grade and by county."""

from dataclasses import dataclass

from weixi.engine import Partition, Store
from weixi.flow.cohort import ASSIGNMENT, require_path, require_tree
from weixi.flow.score.value.build import build_value
from weixi.flow.segment import LABEL
from weixi.kernel.period import Month
from weixi.playbook import Playbook

GROUPS = ("grade", "county")


@dataclass(frozen=True, slots=True)
class Worth:
    """The lines of one group: what they are expected to leave, and how long they are expected to stay.

    `code` is the grade, or the county's code ('' for none); `margin_12_fen` sums the expected margin of the next
    twelve months over the `priced_count` lines that have a complete month; the months are means over all lines.
    """

    code: str
    name: str
    line_count: int
    priced_count: int
    margin_12_fen: int
    mean_months_12: float
    mean_life_months: float


def value_by(store: Store, playbook: Playbook, month: Month, group: str) -> tuple[Worth, ...]:
    """The lines of the month by `grade` or `county`, the most worth first; scored first where they were not.

    Raises DataError where the month was not run: its labels, its assignment and its features are needed.
    """
    inputs: dict[str, Partition] = {"score": build_value(store, playbook, month)}
    names: dict[str, str] = {}
    if group == "grade":
        inputs["label"] = store.require(LABEL, month=month.number)
        key, joins = "l.grade", "JOIN label l ON l.subscriber_id = s.subscriber_id"
    else:
        tree = require_tree(store, month)
        names = {
            str(row["node_code"]): str(row["name"])
            for row in store.rows(
                "SELECT node_code, name FROM node WHERE level = 'COUNTY'", inputs={"node": tree}
            )
        }
        inputs |= {
            "assignment": store.require(ASSIGNMENT, month=month.number),
            "path": require_path(store, tree),
        }
        key = "COALESCE(c.ancestor_code, '')"
        joins = """LEFT JOIN assignment a ON a.subscriber_id = s.subscriber_id
LEFT JOIN (SELECT node_code, ancestor_code FROM path WHERE ancestor_level = 'COUNTY') c ON c.node_code = a.unit_code"""
    rows = store.rows(
        f"""SELECT code, count(*) AS line_count, count(expected_margin_12_fen) AS priced_count,
  COALESCE(CAST(sum(expected_margin_12_fen) AS BIGINT), 0) AS margin_12_fen,
  CAST(sum(expected_months_12_milli) AS BIGINT) AS months_milli, CAST(sum(remaining_life_milli) AS BIGINT) AS life_milli
FROM (SELECT {key} AS code, s.expected_margin_12_fen, s.expected_months_12_milli, s.remaining_life_milli
  FROM score s {joins}) grouped
GROUP BY code""",
        inputs=inputs,
    )
    found = [
        Worth(
            code=str(row["code"]),
            name=names.get(str(row["code"]), str(row["code"])),
            line_count=int(row["line_count"]),
            priced_count=int(row["priced_count"]),
            margin_12_fen=int(row["margin_12_fen"]),
            mean_months_12=int(row["months_milli"]) / 1000 / int(row["line_count"]),
            mean_life_months=int(row["life_milli"]) / 1000 / int(row["line_count"]),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda worth: (-worth.margin_12_fen, worth.code)))
