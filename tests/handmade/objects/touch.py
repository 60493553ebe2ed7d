"""Contacts, what customers told us, and lists."""

from datetime import datetime

from handmade.objects.made import Made, Maker
from handmade.objects.subscriber import customer
from weixi.desk.dispatch.models import TaskList
from weixi.desk.touch.models import Finding, Touch


def noted(path: str, now: datetime) -> Made:
    return Made(customer(path, now).parts, {"text": "喜欢下午接电话", "call_id": "n1"})


def visited(path: str, now: datetime) -> Made:
    body = {"channel": "PHONE", "result": "REACHED", "problem": "信号差", "call_id": "v1"}
    return Made(customer(path, now).parts, body)


def found(path: str, now: datetime) -> Made:
    customer(path, now)
    touch = Touch.objects.create(
        subscriber_id=1, household_key="S1", direction="OUT", channel="PHONE", result="FOLLOW_UP", at=now,
        by_id=1, path=path, call_id="t1",
    )  # fmt: skip
    finding = Finding.objects.create(
        touch=touch, kind="PROBLEM", text="信号差", subscriber_id=1, path=path, opened_at=now, is_open=True
    )
    return Made({"finding_id": finding.id}, {"solution": "已换基站"})


def made_list(path: str, now: datetime) -> Made:
    there = TaskList.objects.create(
        call_id="c1", fingerprint="f", source="external_list", title="三月到期.xlsx", month=202603, made_at=now,
        made_by=1, path=path, row_count=1, added_count=0,
    )  # fmt: skip
    there.rows.create(
        number=1,
        subscriber_id=0,
        verdict="UNKNOWN",
        detail="",
        task_id="",
        reason="到期",
        note="三月 #2 130****0001",
    )
    return Made({"list_id": there.id})


def list_file(path: str, now: datetime) -> Made:
    return Made({**made_list(path, now).parts, "form": "xlsx"})


MAKERS: dict[str, Maker] = {
    "subscriber_contacts": customer,
    "subscriber_note": noted,
    "visit": visited,
    "finding_settle": found,
    "list": made_list,
    "list_report": list_file,
}
