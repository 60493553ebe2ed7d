"""What a plan comes to: tasks by kind, urgency, county and offer, and what it takes from each budget."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.book import SUBSCRIBER_MONTH, Origin, origin_of
from weixi.flow.cohort import county_pieces, require_node, require_path, require_tree
from weixi.flow.decision.plan import require_plan
from weixi.flow.decision.wording import left_out, warning_name
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import WarningLevel
from weixi.playbook import Playbook

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """The tasks that share one value: `contact_count` of them are to be contacted; money in fen."""

    code: str
    text: Text
    task_count: int
    contact_count: int
    offer_count: int
    cost_fen: int
    revenue_at_risk_fen: int


@dataclass(frozen=True, slots=True)
class PoolUse:
    """What a plan takes from one budget, fen; `amount_fen` None is unlimited."""

    code: str
    text: Text
    amount_fen: int | None
    used_fen: int
    task_count: int


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """One month's plan in figures, of the whole network or of one node of the tree.

    `not_computable` is warning → what the data lacks for it; `left_out` says the same in words. `by_rounds` says why
    priority rounds gave the offers although the playbook would have them chosen together.
    """

    plan_month: Month
    unit_code: str | None
    fingerprint: str
    seal: str | None
    task_count: int
    line_count: int
    contact_count: int
    holdout_count: int
    withdrawn_count: int
    assessed_count: int
    cost_fen: int
    revenue_at_risk_fen: int
    by_kind: tuple[Group, ...]
    by_level: tuple[Group, ...]
    by_county: tuple[Group, ...]
    by_offer: tuple[Group, ...]
    pools: tuple[PoolUse, ...]
    not_computable: Mapping[str, list[str]]
    left_out: tuple[Text, ...]
    origin: Origin
    by_rounds: Text | None = None


def summarise(
    store: Store, playbook: Playbook, plan_month: Month, unit_code: str | None = None
) -> PlanSummary:
    """The plan of `plan_month` in figures; with `unit_code`, of the tasks at or below that node of the tree."""
    plan = require_plan(store, plan_month, playbook)
    tree = require_tree(store, plan_month.plus(-1))
    if unit_code is not None:
        require_node(store, tree, unit_code)
    pieces = Pipeline()
    within = ""
    if unit_code is not None:
        pieces.add("below", "SELECT node_code AS below_code FROM path WHERE ancestor_code = $unit")
        within = "JOIN below ON p.node_code = below_code"
    county_pieces(pieces)
    rows = store.rows(
        pieces.text(
            f"""SELECT p.kind, p.level, COALESCE(n.node_code, '') AS county_code, COALESCE(n.name, '') AS county_name,
                COALESCE(p.offer_code, '') AS offer_code,
                COUNT(*) AS task_count,
                CAST(SUM(p.line_count) AS BIGINT) AS line_count,
                CAST(SUM(CASE WHEN p.is_assessed THEN 1 ELSE 0 END) AS BIGINT) AS assessed_count,
                CAST(SUM(CASE WHEN p.withdrawn_rule IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS withdrawn_count,
                CAST(SUM(CASE WHEN p.withdrawn_rule IS NULL AND p.is_holdout THEN 1 ELSE 0 END) AS BIGINT)
                    AS holdout_count,
                CAST(SUM(p.offer_cost_fen) AS BIGINT) AS cost_fen,
                CAST(SUM(p.revenue_at_risk_fen) AS BIGINT) AS revenue_at_risk_fen
            FROM plan AS p {within}
            LEFT JOIN county AS c ON p.node_code = c.member
            LEFT JOIN node AS n ON c.ancestor_code = n.node_code
            GROUP BY p.kind, p.level, n.node_code, n.name, p.offer_code"""
        ),
        inputs={"plan": plan, "path": require_path(store, tree), "node": tree},
        parameters={} if unit_code is None else {"unit": unit_code},
    )
    offers = {offer.code: offer for offer in playbook.offers}
    kinds = [rule.code for rule in playbook.warnings]
    levels = [level.value for level in WarningLevel]
    counties = {str(row["county_code"]): str(row["county_name"]) for row in rows}
    outside = Text("县分以外", "outside any county")
    none = Text("无优惠，服务关怀", "no offer, care only")
    total = _total("", Text("", ""), rows)
    return PlanSummary(
        plan_month=plan_month,
        unit_code=unit_code,
        fingerprint=plan.fingerprint,
        seal=plan.manifest.seal,
        task_count=total.task_count,
        line_count=sum(int(row["line_count"]) for row in rows),
        contact_count=total.contact_count,
        holdout_count=sum(int(row["holdout_count"]) for row in rows),
        withdrawn_count=sum(int(row["withdrawn_count"]) for row in rows),
        assessed_count=sum(int(row["assessed_count"]) for row in rows),
        cost_fen=total.cost_fen,
        revenue_at_risk_fen=total.revenue_at_risk_fen,
        by_kind=_groups(rows, "kind", kinds, lambda code: warning_name(playbook, code)),
        by_level=_groups(rows, "level", levels, lambda code: WarningLevel(code).text),
        by_county=_groups(
            rows,
            "county_code",
            sorted(counties),
            lambda code: Text(counties[code], counties[code]) if code else outside,
        ),
        by_offer=_groups(
            rows, "offer_code", [*offers, ""], lambda code: offers[code].text if code in offers else none
        ),
        pools=_pools(playbook, rows),
        not_computable=plan.manifest.note.get("not_computable", {}),
        left_out=left_out(playbook, plan),
        origin=origin_of(store.require(SUBSCRIBER_MONTH, month=plan_month.plus(-1).number)),
        by_rounds=Text(**said) if (said := plan.manifest.note.get("by_rounds")) else None,
    )


def _total(code: str, text: Text, rows: Sequence[Row]) -> Group:
    tasks = sum(int(row["task_count"]) for row in rows)
    idle = sum(int(row["holdout_count"]) + int(row["withdrawn_count"]) for row in rows)
    return Group(
        code=code,
        text=text,
        task_count=tasks,
        contact_count=tasks - idle,
        offer_count=sum(int(row["task_count"]) for row in rows if row["offer_code"]),
        cost_fen=sum(int(row["cost_fen"]) for row in rows),
        revenue_at_risk_fen=sum(int(row["revenue_at_risk_fen"]) for row in rows),
    )


def _groups(
    rows: Sequence[Row], column: str, order: list[str], name: Callable[[str], Text]
) -> tuple[Group, ...]:
    """One group a value that occurs, in the given order."""
    found = {code: [row for row in rows if row[column] == code] for code in order}
    return tuple(_total(code, name(code), members) for code, members in found.items() if members)


def _pools(playbook: Playbook, rows: Sequence[Row]) -> tuple[PoolUse, ...]:
    payer = {offer.code: offer.pool for offer in playbook.offers}
    uses = []
    for pool in playbook.pools:
        paid = [row for row in rows if payer.get(str(row["offer_code"])) == pool.code]
        uses.append(
            PoolUse(
                code=pool.code,
                text=pool.text,
                amount_fen=pool.amount_fen,
                used_fen=sum(int(row["cost_fen"]) for row in paid),
                task_count=sum(int(row["task_count"]) for row in paid),
            )
        )
    return tuple(uses)
