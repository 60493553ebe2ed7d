"""One task of the desk, put where a test wants it."""

from datetime import date, datetime
from typing import Any

from handmade.desk import code_of
from weixi.desk.dispatch.models import AppliedPlan, Task

MONTH = 202603


def put_task(path: str, now: datetime, number: int = 1, **given: Any) -> Task:
    """An issued task of the pool at that path, of the subscriber of that number."""
    plan, _ = AppliedPlan.objects.get_or_create(
        fingerprint="tasks of a test",
        defaults={
            "month": MONTH,
            "revision": 1,
            "is_issued": True,
            "task_count": 0,
            "applied_at": now,
            "applied_by": "test",
            "completed_at": now,
        },
    )
    values: dict[str, Any] = {
        "task_id": f"{MONTH}-{number}-usage_drop",
        "plan": plan,
        "month": MONTH,
        "subscriber_id": number,
        "household_key": f"S{number}",
        "line_count": 1,
        "kind": "usage_drop",
        "task_type": "WARNING",
        "level": "RED",
        "happens_date": date(2026, 3, 9),
        "task_date": date(2026, 3, 2),
        "window_start_date": date(2026, 3, 1),
        "window_end_date": date(2026, 4, 1),
        "reason_1": "uses_less",
        "reason_2": "",
        "reason_3": "",
        "offer_code": "tariff_follow",
        "offer_cost_fen": 0,
        "channel": "PHONE",
        "unit_code": code_of(path),
        "owner_code": "",
        "node_code": code_of(path),
        "path": path,
        "is_assessed": True,
        "is_holdout": False,
        "withdrawn_rule": "",
        "revenue_at_risk_fen": 30_000,
        "number_masked": "130****5678",
        "name_masked": "王**",
        "grade": "KEY",
        "band": "B80",
        "stage": "STABLE",
        "cluster": "FAMILY",
        "category": "FAMILY",
        "priority": 120_000,
        "state": "ISSUED",
        "state_at": now,
        "next_date": date(2026, 3, 2),
        "due_at": now,
        "created_at": now,
        "issued_at": now,
    }
    return Task.objects.create(**(values | given))
