"""A frozen plan of eight tasks on the handmade tree."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from handmade.desk import U11, W111, W112, W211, code_of
from handmade.tables import Node, put
from weixi.desk.dispatch.models import Task, TaskEvent, TaskLine
from weixi.engine import Store
from weixi.flow.book import day_key
from weixi.flow.decision import DAY_PLAN, DAY_PLAN_LINE, PLAN, PLAN_LINE
from weixi.flow.decision.plan import rules_of
from weixi.kernel.period import Month
from weixi.playbook import Playbook

MONTH = Month.of(2026, 3)
NODES = (
    Node("P01", None, "PROVINCE"),
    Node("C01", "P01", "CITY"),
    Node("D1", "C01", "COUNTY"),
    Node("D2", "C01", "COUNTY"),
    Node("U11", "D1", "UNIT"),
    Node("U12", "D1", "UNIT"),
    Node("U21", "D2", "UNIT"),
    Node("W111", "U11", "OWNER"),
    Node("W112", "U11", "OWNER"),
    Node("W211", "U21", "OWNER"),
)
Row = Mapping[str, Any]


def row(number: int, path: str, **given: Any) -> dict[str, Any]:
    """One planned task of the subscriber of that number, due on 2 March, at the node of that path."""
    node = code_of(path)
    unit = node if node.startswith("U") else code_of(path.removesuffix(f"{node}/"))
    return {
        "task_id": f"202603-{number}-prepaid_balance_running_out",
        "subscriber_id": number,
        "household_key": f"S{number}",
        "line_count": 1,
        "kind": "prepaid_balance_running_out",
        "task_type": "BALANCE",
        "level": "YELLOW",
        "happens_date": date(2026, 3, 9),
        "task_date": date(2026, 3, 2),
        "window_start_date": date(2026, 3, 1),
        "window_end_date": date(2026, 4, 1),
        "reason_1": "balance_low",
        "offer_code": "prepay_bonus",
        "offer_cost_fen": 1000,
        "channel": "PHONE",
        "unit_code": unit,
        "owner_code": node if node.startswith("W") else None,
        "node_code": node,
        "is_assessed": True,
        "revenue_at_risk_fen": number * 1000,
        **given,
    }


ROWS = (
    row(1, W111),
    row(2, W111, level="RED"),
    row(3, W111, line_count=2),
    row(4, W112),
    row(5, U11),
    row(6, W211),
    row(7, W111, is_holdout=True),
    row(8, W111, withdrawn_rule="port_out_application"),
)


def put_plan(store: Store, playbook: Playbook, rows: tuple[Row, ...]) -> None:
    """The rows as the sealed plan of March, with its lines; other rows are another revision."""
    note = {"rules": rules_of(playbook)}
    put(store, PLAN, rows, seal=True, note=note, month=MONTH.number)
    lines = [
        {
            "task_id": r["task_id"],
            "subscriber_id": r["subscriber_id"] + 100 * k,
            "kind": r["kind"],
            "happens_date": r["happens_date"],
        }
        for r in rows
        for k in range(r["line_count"])
    ]
    put(store, PLAN_LINE, lines, seal=True, note=note, month=MONTH.number)


def put_day_plan(store: Store, playbook: Playbook, day: date, rows: tuple[Row, ...]) -> None:
    """The rows as the sealed plan of the morning after `day`."""
    note = {"rules": rules_of(playbook)}
    put(store, DAY_PLAN, rows, seal=True, note=note, **day_key(day))
    lines = [{name: r[name] for name in ("task_id", "subscriber_id", "kind", "happens_date")} for r in rows]
    put(store, DAY_PLAN_LINE, lines, seal=True, note=note, **day_key(day))


def task_id(number: int) -> str:
    """The id of the task of that subscriber."""
    return f"202603-{number}-prepaid_balance_running_out"


def everything() -> list[Any]:
    """All rows of tasks, lines and events: what a refused act must not change."""
    return [list(model.objects.order_by("id").values()) for model in (Task, TaskLine, TaskEvent)]
