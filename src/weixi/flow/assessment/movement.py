"""规模变动: how the lines within an ARPU range came and went between two months; the parts close exactly."""

from dataclasses import dataclass
from fractions import Fraction

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.assessment.kpi import place_pieces
from weixi.flow.assessment.report import require_assessed
from weixi.flow.assessment.tables import LINE_STATE
from weixi.flow.book import FEATURE
from weixi.flow.cohort import ASSIGNMENT, require_path, require_tree
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month

CAME = ("joined", "returned", "rebilled", "risen", "lowered")
"""Into the range: a line's first rated month; back after leaving; billed again; from below; from above."""

WENT = ("fallen", "raised", "unbilled", "left")
"""Out of the range: below it; above it; in service without a bill; out of service."""

PART_TEXTS = {
    "joined": Text("新增", "joined"),
    "returned": Text("回流", "returned"),
    "rebilled": Text("恢复出账", "billed again"),
    "risen": Text("升档流入", "risen into it"),
    "lowered": Text("高档降入", "fallen into it"),
    "fallen": Text("降档流出", "fallen below"),
    "raised": Text("升档流出", "risen above"),
    "unbilled": Text("在网未出账", "unbilled"),
    "left": Text("离网", "left"),
}

_MOVES = {
    "joined": "before IN ('ABSENT', 'NEW') AND after = 'IN'",
    "returned": "before = 'LEFT' AND after = 'IN'",
    "rebilled": "before = 'UNBILLED' AND after = 'IN'",
    "risen": "before = 'BELOW' AND after = 'IN'",
    "lowered": "before = 'ABOVE' AND after = 'IN'",
    "fallen": "before = 'IN' AND after = 'BELOW'",
    "raised": "before = 'IN' AND after = 'ABOVE'",
    "unbilled": "before = 'IN' AND after IN ('UNBILLED', 'NEW')",
    "left": "before = 'IN' AND after IN ('LEFT', 'ABSENT')",
}
_COUNTS = {
    "opening": "before = 'IN'",
    **_MOVES,
    "closing": "after = 'IN'",
    "served": "after IN ('IN', 'BELOW', 'ABOVE', 'UNBILLED', 'NEW')",
    "takers": "after = 'IN' AND has_order",
}


@dataclass(frozen=True, slots=True)
class Waterfall:
    """One node's lines within the ARPU range, from the opening month to the closing one.

    `parts` counts lines by CAME and WENT: opening + CAME − WENT = closing. `served_count` is every main card in
    service (到达); `revenue_fen` and `line_months` are the members' billed revenue and complete months of the last
    three, so that their mean ARPU is the one over the other; `taker_count` of them ordered something in three months.
    """

    node_code: str
    name: str
    level: str
    opening: int
    parts: dict[str, int]
    closing: int
    served_count: int
    revenue_fen: int
    line_months: int
    taker_count: int

    @property
    def arpu_fen(self) -> Fraction | None:
        """The members' mean ARPU, fen; None where there is none."""
        return Fraction(self.revenue_fen, self.line_months) if self.line_months else None

    @property
    def share(self) -> Fraction | None:
        """The members' part of all lines in service; None where there are none."""
        return Fraction(self.closing, self.served_count) if self.served_count else None


def waterfalls(
    store: Store, since: Month, month: Month, low_fen: int, high_fen: int | None = None
) -> list[Waterfall]:
    """Each node's waterfall between the ends of `since` and `month`, top of the tree first.

    The range is ARPU ≥ `low_fen`, and ≤ `high_fen` where given: three-month sums are compared, never rounded means.
    Lines count where they are assigned in `month`, so that both ends move together when territories change. Main
    cards without confirmed suspects, billed in the month, as in the dynamic retention rate. Raises DataError where
    one of the months was not run, UsageError for a range or a period that is empty.
    """
    if since >= month or (high_fen is not None and high_fen < low_fen):
        raise UsageError(
            "movement.range",
            Text(
                "起止月份或 ARPU 区间颠倒",
                "the months or the edges of the ARPU range are the wrong way round",
            ),
            Text(
                "起始月份要早于截止月份，下限不高于上限",
                "the first month comes first, the lower edge is not above",
            ),
        )
    tree = require_tree(store, month)
    inputs = {
        "path": require_path(store, tree),
        "node": tree,
        "assignment": store.require(ASSIGNMENT, month=month.number),
    }
    for side, each in (("before", since), ("after", month)):
        inputs[f"state_{side}"] = require_assessed(store, LINE_STATE, each)
        inputs[f"feature_{side}"] = store.require(FEATURE, month=each.number)
    found = store.rows(
        waterfall_text(has_top=high_fen is not None),
        inputs=inputs,
        parameters={"low_fen": low_fen, **({} if high_fen is None else {"high_fen": high_fen})},
    )
    return [
        Waterfall(
            row["node_code"],
            row["name"],
            row["level"],
            row["opening"],
            {name: row[name] for name in (*CAME, *WENT)},
            row["closing"],
            row["served"],
            row["revenue_fen"],
            row["line_months"],
            row["takers"],
        )
        for row in found
    ]


def waterfall_text(*, has_top: bool) -> str:
    """The statement; views `state_before/after` (LINE_STATE), `feature_before/after`, `assignment`, `path`, `node`.

    Parameters `$low_fen` and, with `has_top`, `$high_fen`.
    """
    pipeline = Pipeline()
    for side in ("before", "after"):
        pipeline.add(f"placed_{side}", _classes(side, has_top))
    pipeline.add(
        "moved",
        """SELECT COALESCE(a.subscriber_id, b.subscriber_id) AS subscriber_id,
  COALESCE(b.class, 'ABSENT') AS before, COALESCE(a.class, 'ABSENT') AS after,
  COALESCE(a.has_order, FALSE) AS has_order, COALESCE(a.revenue_3m_fen, 0) AS revenue_3m_fen,
  COALESCE(a.complete_months, 0) AS complete_months
FROM placed_after a FULL JOIN placed_before b ON b.subscriber_id = a.subscriber_id""",
    )
    sums = ",\n  ".join(
        f"CAST(sum(CASE WHEN {test} THEN 1 ELSE 0 END) AS BIGINT) AS {name}" for name, test in _COUNTS.items()
    )
    pipeline.add(
        "summed",
        f"""SELECT n.node_code, n.unit_code,
  {sums},
  CAST(sum(CASE WHEN m.after = 'IN' THEN m.revenue_3m_fen ELSE 0 END) AS BIGINT) AS revenue_fen,
  CAST(sum(CASE WHEN m.after = 'IN' THEN m.complete_months ELSE 0 END) AS BIGINT) AS line_months
FROM moved m LEFT JOIN assignment n ON n.subscriber_id = m.subscriber_id
GROUP BY n.node_code, n.unit_code""",
    )
    names = [*_COUNTS, "revenue_fen", "line_months"]
    place_pieces(pipeline, names)
    rolled = ",\n  ".join(f"COALESCE(CAST(sum(s.{name}) AS BIGINT), 0) AS {name}" for name in names)
    pipeline.add(
        "rolled",
        f"""SELECT path.ancestor_code AS node_code, path.ancestor_level AS level,
  {rolled}
FROM path LEFT JOIN placed AS s ON s.node_code = path.node_code
GROUP BY path.ancestor_code, path.ancestor_level""",
    )
    listed = ", ".join(f"r.{name}" for name in ["node_code", "level", *names])
    return pipeline.text(
        f"""SELECT {listed}, n.name
FROM rolled r JOIN node n ON n.node_code = r.node_code
ORDER BY CASE WHEN n.parent_code IS NULL THEN 0 ELSE 1 END, r.served DESC, r.node_code"""
    )


def _classes(side: str, has_top: bool) -> str:
    """Where each main card stands at the end of that month: NEW has no complete month yet."""
    above = "WHEN f.revenue_3m_fen > $high_fen * f.complete_months THEN 'ABOVE'\n    " if has_top else ""
    return f"""SELECT s.subscriber_id, f.revenue_3m_fen, f.complete_months, f.order_3m_count > 0 AS has_order,
  CASE WHEN NOT s.is_in_service THEN 'LEFT' WHEN f.complete_months = 0 THEN 'NEW'
    WHEN NOT s.is_billed THEN 'UNBILLED'
    WHEN f.revenue_3m_fen < $low_fen * f.complete_months THEN 'BELOW'
    {above}ELSE 'IN' END AS class
FROM state_{side} s JOIN feature_{side} f ON f.subscriber_id = s.subscriber_id
WHERE s.is_counted AND NOT s.is_suspect"""
