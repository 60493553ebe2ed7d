"""Who entered the plan in a month, by arm, and what became of them: one pass over their lines, sums alone come out."""

from dataclasses import dataclass

from weixi.dialect.compose import Pipeline, words
from weixi.engine import Partition, Store
from weixi.flow.assessment.lift.spending import OFFERS, SPENT, spending_pieces
from weixi.flow.assessment.lift.tables import LIFT_SUM, PRODUCTS, VALUES
from weixi.flow.assessment.lift.worth import margin_sql, worth_pieces
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, in_service_sql
from weixi.flow.cohort import require_path, require_tree
from weixi.flow.decision import DAY_PLAN, PLAN, PLAN_LINE, cut_sql, draw_sql
from weixi.flow.outcome import FACT, OUTCOME
from weixi.flow.score import VALUE_SCORE
from weixi.flow.segment import LABEL, LABELLED_COLUMNS, labelled_pieces
from weixi.kernel.period import Month
from weixi.kernel.terms import LineUse, OrgLevel, WarningLevel
from weixi.playbook import Playbook

MEMORY = 12
"""A household enters when no plan of so many months before had a task of it: no contact has made it what it is."""

_NOBODY = "SELECT household_key FROM plan WHERE FALSE"
_LEVELS = tuple(WarningLevel)


@dataclass(frozen=True, slots=True)
class _Ground:
    """Views, and which of the optional ones are there."""

    inputs: dict[str, Partition | list[Partition]]

    @property
    def views(self) -> frozenset[str]:
        """The names of the views that are there."""
        return frozenset(self.inputs)


def sum_entrants(store: Store, playbook: Playbook, entry: Month, horizon: int) -> Partition | None:
    """The sums of the households that entered the plan in `entry`, `horizon` months later (LIFT_SUM).

    None where the plan, its outcomes or a month of the horizon is not there yet.
    """
    ground = _lay(store, entry, horizon)
    if ground is None:
        return None
    return store.write(
        LIFT_SUM,
        {"month": entry.number, "horizon": horizon},
        entrants_text(playbook, ground.views),
        inputs=ground.inputs,
        parameters={"as_of": entry.plus(-1).last},
        secrets={"hash_key": store.hash_key},
        note={"has_facts": "fact" in ground.views, "playbook": playbook.fingerprint},
    )


def _lay(store: Store, entry: Month, horizon: int) -> _Ground | None:
    month, before = entry.number, entry.plus(-1).number
    needed = {
        "plan": store.current(PLAN, month=month),
        "plan_line": store.current(PLAN_LINE, month=month),
        "outcome": store.current(OUTCOME, month=month),
        "line": store.current(SUBSCRIBER_MONTH, month=before),
        "feature": store.current(FEATURE, month=before),
        "label": store.current(LABEL, month=before),
        "last": store.current(SUBSCRIBER_MONTH, month=entry.plus(horizon - 1).number),
    }
    after = [store.current(SUBSCRIBER_MONTH, month=entry.plus(k).number) for k in range(horizon)]
    if any(each is None for each in (*needed.values(), *after)):
        return None
    inputs: dict[str, Partition | list[Partition]] = {
        view: partition for view, partition in needed.items() if partition is not None
    }
    inputs["after"] = [partition for partition in after if partition is not None]
    inputs["path"] = require_path(store, require_tree(store, entry))
    since, end = entry.plus(-MEMORY).number, entry.plus(horizon - 1).number
    for view, table, first, last in (
        ("earlier", PLAN, since, before),
        ("earlier_day", DAY_PLAN, since, before),
        ("task", PLAN, month, end),
        ("task_day", DAY_PLAN, month, end),
        ("fact", FACT, month, end),
    ):
        found = [p for p in store.partitions(table) if first <= int(p.key["month"]) <= last]
        if found:
            inputs[view] = found
    score = store.current(VALUE_SCORE, month=end)
    if score is not None:
        inputs["score"] = score
    return _Ground(inputs)


def entrants_text(playbook: Playbook, views: frozenset[str]) -> str:
    """The statement that gives LIFT_SUM; parameter `$as_of`, secret `$hash_key`.

    Views: `plan`, `plan_line`, `outcome`, `path` of the month of entry; `line`, `feature`, `label` of the month before;
    `after`, the book's months of the horizon, and `last` of them; `task`, the plans of the horizon. `views` names these
    and which of the others there are: `earlier` and `earlier_day`, the plans before; `task_day`, those of the horizon's
    days; `fact`, what the desk did in its months; `score`, what lines are worth at its end.
    Whoever is withdrawn later, by an application or by the desk, stays in the arm he was drawn into.
    """
    pieces = Pipeline()
    seen = " UNION ALL ".join(
        f"SELECT household_key FROM {view}" for view in ("earlier", "earlier_day") if view in views
    )
    pieces.add(
        "known",
        f"SELECT DISTINCT household_key AS known_key FROM ({seen or _NOBODY}) AS s",
    )
    pieces.add(
        "entrant",
        f"""SELECT p.task_id, p.subscriber_id, p.household_key, p.kind, p.node_code, p.is_holdout,
    p.revenue_at_risk_fen AS past, {_urgency("p.level")} AS urgency
FROM plan AS p LEFT JOIN known AS k ON k.known_key = p.household_key
WHERE k.known_key IS NULL AND p.withdrawn_rule IS NULL""",
    )
    pieces.add(
        "listed",
        """SELECT l.subscriber_id, l.task_id AS listed_id
FROM plan_line AS l JOIN entrant AS e ON e.task_id = l.task_id""",
    )
    rules = playbook.holdouts
    named = frozenset(LABELLED_COLUMNS) & words(*(rule.sql for rule in rules))
    labelled_pieces(pieces, named | {"subscriber_id"}, {"listed": ["listed_id"]})
    pieces.add("line_cut", f"SELECT listed_id, {cut_sql(rules)} AS cut FROM labelled")
    pieces.add("task_cut", "SELECT listed_id AS cut_id, MIN(cut) AS cut FROM line_cut GROUP BY listed_id")
    pieces.add(
        "billed",
        f"""SELECT l.listed_id AS billed_id, CAST(SUM(COALESCE(a.bill_fen, 0)) AS BIGINT) AS revenue,
  {margin_sql(playbook)} AS margin
FROM listed AS l LEFT JOIN after AS a ON a.subscriber_id = l.subscriber_id GROUP BY l.listed_id""",
    )
    pieces.add(
        "stayed",
        f"""SELECT e.task_id AS stayed_id, CAST(SUM(CASE WHEN {_serves("a")} THEN 1000 ELSE 0 END) AS BIGINT) AS tenure
FROM entrant AS e LEFT JOIN after AS a ON a.subscriber_id = e.subscriber_id GROUP BY e.task_id""",
    )
    worth_pieces(pieces, is_scored="score" in views)
    spending_pieces(pieces, playbook, views)
    pieces.add(
        "county",
        f"""SELECT node_code AS placed_code, MIN(ancestor_code) AS county_code
FROM path WHERE ancestor_level = '{OrgLevel.COUNTY}' GROUP BY node_code""",
    )
    pieces.add("household", _household(playbook))
    sums = ",\n  ".join(
        f"CAST(SUM({text}) AS {kind}) AS {name}"
        for name, text, kind in (
            ("household_count", "1", "BIGINT"),
            ("misdrawn_count", "CASE WHEN is_drawn = is_holdout THEN 0 ELSE 1 END", "BIGINT"),
            ("contacted_count", "CASE WHEN is_contacted THEN 1 ELSE 0 END", "BIGINT"),
            ("taker_count", "taken", "BIGINT"),
            ("taker_past_fen", "taken * past", "BIGINT"),
            ("taker_revenue_fen", "taken * revenue", "BIGINT"),
            *((name, name, "BIGINT") for name in SPENT),
            *((f"{name}_sum", name, "BIGINT") for name in VALUES),
            *((f"{a}_{b}_sum", f"{a} * {b}", "DOUBLE") for a, b in PRODUCTS),
        )
    )
    return pieces.text(
        f"SELECT {', '.join(LIFT_SUM.key)},\n  {sums}\nFROM household\nGROUP BY {', '.join(LIFT_SUM.key)}"
    )


def _household(playbook: Playbook) -> str:
    """One row a household: its arm, its stratum, its values."""
    priced = "COALESCE(s.contact_cost_fen, 0)" if playbook.contact_cost else "CAST(NULL AS BIGINT)"
    spent = ", ".join(f"COALESCE(s.{name}, 0) AS {name}" for name in (*OFFERS, "contact_count"))
    return f"""SELECT e.kind, COALESCE(c.county_code, '') AS county_code, t.cut, e.is_holdout,
  {draw_sql("holdout")} < t.cut AS is_drawn, o.is_contacted, COALESCE(s.taken, 0) AS taken,
  {spent}, {priced} AS contact_cost_fen,
  CASE WHEN {_serves("n")} THEN 1 ELSE 0 END AS retained,
  CASE WHEN o.is_verified THEN 1 ELSE 0 END AS verified,
  b.revenue, b.revenue - COALESCE(s.spent_fen, 0) AS net, b.margin,
  w.value, y.tenure, w.life, y.tenure + w.life AS span, e.past, e.urgency
FROM entrant AS e
JOIN task_cut AS t ON t.cut_id = e.task_id
JOIN billed AS b ON b.billed_id = e.task_id
JOIN stayed AS y ON y.stayed_id = e.task_id
JOIN worth AS w ON w.worth_id = e.task_id
JOIN outcome AS o ON o.task_id = e.task_id
LEFT JOIN spent AS s ON s.spent_key = e.household_key
LEFT JOIN county AS c ON c.placed_code = e.node_code
LEFT JOIN last AS n ON n.subscriber_id = e.subscriber_id"""


def _serves(line: str) -> str:
    """Whether a line of the book is there, in service and commercial."""
    serving = in_service_sql(f"{line}.service_status")
    return f"COALESCE({serving} AND {line}.line_use = '{LineUse.COMMERCIAL}', FALSE)"


def _urgency(level: str) -> str:
    """1 for the least urgent level, one more for each above it."""
    tests = " ".join(
        f"WHEN {level} = '{each}' THEN {len(_LEVELS) - place}" for place, each in enumerate(_LEVELS)
    )
    return f"CASE {tests} ELSE 0 END"
