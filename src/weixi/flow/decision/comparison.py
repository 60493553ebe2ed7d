"""Two playbooks on one month's data: who changes labels, how many tasks each county gets, what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.cohort import county_pieces, require_path, require_tree
from weixi.flow.decision.tables import PLAN, PLAN_LINE
from weixi.flow.segment import DIMENSIONS, LABEL
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

LABELS = (*DIMENSIONS, "rule_grade")
"""What is compared of a line: its five labels, and the grade that the rules give before any month of holding it."""


@dataclass(frozen=True, slots=True)
class LabelMove:
    """`lines` hold `old` of one of LABELS under the first playbook and `new` under the second."""

    dimension: str
    old: str
    new: str
    lines: int


@dataclass(frozen=True, slots=True)
class CountyChange:
    """One county: the tasks of the next month's plan under each playbook, those to be contacted, and their cost."""

    code: str
    name: str
    old_tasks: int
    new_tasks: int
    old_contacts: int
    new_contacts: int
    old_cost_fen: int
    new_cost_fen: int


@dataclass(frozen=True, slots=True)
class CostChange:
    """One pool ("" for what no pool pays): its budget and what the plan takes from it, fen, under each playbook."""

    code: str
    text: Text
    old_amount_fen: int | None
    new_amount_fen: int | None
    old_used_fen: int
    new_used_fen: int


@dataclass(frozen=True, slots=True)
class OfferChange:
    """One offer ("" for none) or one warning: how many tasks have it under each playbook."""

    code: str
    text: Text
    old_tasks: int
    new_tasks: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the second playbook changes against the first on the month's data.

    `moves` holds every pair of values of every label, equal ones too: the sum over one label is `lines`. `changed`
    counts the lines of which a label, the task's warning or its offer differs.
    """

    month: Month
    lines: int
    changed: int
    moves: tuple[LabelMove, ...]
    counties: tuple[CountyChange, ...]
    pools: tuple[CostChange, ...]
    warnings: tuple[OfferChange, ...]
    offers: tuple[OfferChange, ...]

    def moved(self, dimension: str) -> int:
        """How many lines change that label."""
        return sum(move.lines for move in self.moves if move.dimension == dimension and move.old != move.new)


def compare(old: Store, new: Store, playbooks: tuple[Playbook, Playbook], month: Month) -> Comparison:
    """The two stores, each with the month tried out under its own playbook, side by side."""
    inputs = _inputs(old, new, month)
    pieces = _both()
    changed = " OR ".join(
        f"old_{name} IS DISTINCT FROM new_{name}" for name in (*LABELS, "kind", "offer_code")
    )
    [total] = old.rows(
        pieces.text(
            f"""SELECT COUNT(*) AS lines, CAST(COALESCE(SUM(CASE WHEN {changed} THEN 1 ELSE 0 END), 0) AS BIGINT) AS n
            FROM both_sides"""
        ),
        inputs=inputs,
    )
    tasks = [_tasks(store, month) for store in (old, new)]
    return Comparison(
        month,
        int(total["lines"]),
        int(total["n"]),
        tuple(_moves(old, inputs)),
        tuple(_counties(tasks)),
        tuple(_pools(playbooks, tasks)),
        tuple(_counted(tasks, "kind", [[(w.code, w.text) for w in p.warnings] for p in playbooks])),
        tuple(_counted(tasks, "offer_code", [[(o.code, o.text) for o in p.offers] for p in playbooks])),
    )


def changed_lines(old: Store, new: Store, month: Month) -> pa.Table:
    """Every line of which a label, the task's warning or its offer differs, by id, with both sides of each."""
    names = (*LABELS, "kind", "offer_code")
    shown = ", ".join(f"old_{name}, new_{name}" for name in names)
    changed = " OR ".join(f"old_{name} IS DISTINCT FROM new_{name}" for name in names)
    return old.arrow(
        _both().text(f"SELECT subscriber_id, {shown} FROM both_sides WHERE {changed} ORDER BY subscriber_id"),
        inputs=_inputs(old, new, month),
    )


def _both() -> Pipeline:
    """`both_sides`: one row a line, its labels, and its task's warning and offer, under each playbook."""
    pieces = Pipeline()
    for side in ("old", "new"):
        pieces.add(
            f"{side}_task",
            f"""SELECT l.subscriber_id, l.kind, p.offer_code FROM {side}_line AS l
            JOIN {side}_plan AS p ON p.task_id = l.task_id""",
        )
    labels = ", ".join(f"a.{name} AS old_{name}, b.{name} AS new_{name}" for name in LABELS)
    pieces.add(
        "both_sides",
        f"""SELECT a.subscriber_id, {labels}, s.kind AS old_kind, t.kind AS new_kind,
            s.offer_code AS old_offer_code, t.offer_code AS new_offer_code
        FROM old_label AS a JOIN new_label AS b ON b.subscriber_id = a.subscriber_id
        LEFT JOIN old_task AS s ON s.subscriber_id = a.subscriber_id
        LEFT JOIN new_task AS t ON t.subscriber_id = a.subscriber_id""",
    )
    return pieces


def _inputs(old: Store, new: Store, month: Month) -> dict[str, Partition]:
    found = {}
    for side, store in (("old", old), ("new", new)):
        found[f"{side}_label"] = store.require(LABEL, month=month.number)
        found[f"{side}_plan"] = store.require(PLAN, month=month.plus(1).number)
        found[f"{side}_line"] = store.require(PLAN_LINE, month=month.plus(1).number)
    return found


def _moves(store: Store, inputs: Mapping[str, Partition]) -> list[LabelMove]:
    parts = " UNION ALL ".join(
        f"""SELECT '{name}' AS dimension, a.{name} AS old, b.{name} AS new, COUNT(*) AS lines
        FROM old_label AS a JOIN new_label AS b ON b.subscriber_id = a.subscriber_id GROUP BY a.{name}, b.{name}"""
        for name in LABELS
    )
    labels = {view: inputs[view] for view in ("old_label", "new_label")}
    rows = store.rows(f"SELECT dimension, old, new, lines FROM ({parts}) AS moves", inputs=labels)
    moves = [LabelMove(str(r["dimension"]), str(r["old"]), str(r["new"]), int(r["lines"])) for r in rows]
    return sorted(moves, key=lambda move: (LABELS.index(move.dimension), move.old, move.new))


def _tasks(store: Store, month: Month) -> list[dict[str, Any]]:
    """The plan's tasks by county, warning and offer."""
    tree = require_tree(store, month)
    pieces = Pipeline()
    county_pieces(pieces)
    return store.rows(
        pieces.text(
            """SELECT COALESCE(n.node_code, '') AS county, COALESCE(n.name, '') AS name, p.kind,
                COALESCE(p.offer_code, '') AS offer_code, COUNT(*) AS tasks,
                CAST(SUM(CASE WHEN p.is_holdout OR p.withdrawn_rule IS NOT NULL THEN 0 ELSE 1 END) AS BIGINT)
                    AS contacts,
                CAST(SUM(p.offer_cost_fen) AS BIGINT) AS cost_fen
            FROM plan AS p LEFT JOIN county AS c ON p.node_code = c.member
            LEFT JOIN node AS n ON c.ancestor_code = n.node_code
            GROUP BY n.node_code, n.name, p.kind, p.offer_code"""
        ),
        inputs={
            "plan": store.require(PLAN, month=month.plus(1).number),
            "path": require_path(store, tree),
            "node": tree,
        },
    )


Tasks = Sequence[Sequence[Mapping[str, Any]]]


def _sums(tasks: Tasks, value: str, column: str, code: str) -> tuple[int, int]:
    old, new = (sum(int(row[value]) for row in side if row[column] == code) for side in tasks)
    return old, new


def _counties(tasks: Tasks) -> list[CountyChange]:
    names = {str(row["county"]): str(row["name"]) for side in tasks for row in side}
    return [
        CountyChange(
            code,
            names[code],
            *_sums(tasks, "tasks", "county", code),
            *_sums(tasks, "contacts", "county", code),
            *_sums(tasks, "cost_fen", "county", code),
        )
        for code in sorted(names)
    ]


def _pools(playbooks: tuple[Playbook, Playbook], tasks: Tasks) -> list[CostChange]:
    texts = {pool.code: pool.text for playbook in playbooks for pool in playbook.pools}
    texts[""] = Text("不占资金池", "no pool")
    amounts = [{pool.code: pool.amount_fen for pool in playbook.pools} for playbook in playbooks]
    payers = [{offer.code: offer.pool or "" for offer in playbook.offers} for playbook in playbooks]
    changes = []
    for code, text in texts.items():
        old, new = (
            sum(int(row["cost_fen"]) for row in side if payer.get(str(row["offer_code"]), "") == code)
            for side, payer in zip(tasks, payers, strict=True)
        )
        changes.append(CostChange(code, text, amounts[0].get(code), amounts[1].get(code), old, new))
    return changes


def _counted(tasks: Tasks, column: str, names: list[list[tuple[str, Text]]]) -> list[OfferChange]:
    texts = {code: text for side in reversed(names) for code, text in side}
    order = list(dict.fromkeys([code for side in names for code, _ in side]))
    texts[""] = Text("无优惠，服务关怀", "no offer, care only")
    counted = [OfferChange(code, texts[code], *_sums(tasks, "tasks", column, code)) for code in (*order, "")]
    return [change for change in counted if change.old_tasks or change.new_tasks]
