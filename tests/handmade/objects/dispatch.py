"""Tasks."""

from datetime import UTC, date, datetime, timedelta

from handmade.desk import code_of
from handmade.objects.made import Made, Maker
from handmade.objects.subscriber import customer
from weixi.desk.dispatch.models import AppliedPlan, Task


def task_at(path: str, now: datetime, **given: object) -> Task:
    """One issued task of the pool at that path, due today; `given` sets other fields."""
    plan, _ = AppliedPlan.objects.get_or_create(
        fingerprint="made",
        defaults={
            "month": 202603, "revision": 1, "is_issued": True, "task_count": 0, "applied_at": now,
            "applied_by": "test", "completed_at": now,
        },
    )  # fmt: skip
    today = datetime.now(UTC).date()
    values: dict[str, object] = {
        "task_id": "202603-1-usage_drop", "plan": plan, "month": 202603, "subscriber_id": 1, "household_key": "S1",
        "line_count": 1, "kind": "usage_drop", "task_type": "WARNING", "level": "RED", "happens_date": today,
        "task_date": today, "window_start_date": date(2026, 3, 1), "window_end_date": today + timedelta(days=30),
        "reason_1": "uses_less", "reason_2": "", "reason_3": "", "offer_code": "tariff_follow", "offer_cost_fen": 0,
        "channel": "PHONE", "unit_code": code_of(path), "owner_code": "", "node_code": code_of(path), "path": path,
        "is_assessed": True, "is_holdout": False, "withdrawn_rule": "", "revenue_at_risk_fen": 30000,
        "number_masked": "130****5678", "name_masked": "王**", "grade": "KEY", "band": "B80", "stage": "STABLE",
        "cluster": "FAMILY", "category": "FAMILY", "priority": 120000, "state": "ISSUED", "state_at": now,
        "next_date": today, "due_at": now + timedelta(days=1), "created_at": now, "issued_at": now,
        **given,
    }  # fmt: skip
    return Task.objects.create(**values)


def _made(**body: str) -> Maker:
    def make(path: str, now: datetime) -> Made:
        task = Task.objects.filter(task_id="202603-1-usage_drop").first() or task_at(path, now)
        return Made({"task_id": task.task_id}, body)

    return make


def verified(path: str, now: datetime) -> Made:
    task_at(path, now, state="VERIFIED", verified_at=now)
    return Made({"task_id": "202603-1-usage_drop"}, {"result": "REACHED", "note": "满意"})


MAKERS: dict[str, Maker] = {
    "subscriber_tasks": customer,
    "outcome": _made(outcome="REACHED", note="再想想"),
    "reveal": _made(),
    "call": _made(),
    "call_back": verified,
    "task": _made(),
    "why": _made(),
    "task_act": _made(verb="escalate"),
}
