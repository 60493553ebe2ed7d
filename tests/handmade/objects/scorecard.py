"""Figures."""

from datetime import datetime

from handmade.desk import code_of
from handmade.objects.made import Made, Maker
from handmade.objects.subscriber import customer
from handmade.tables import put
from weixi.desk.base.book import store
from weixi.flow.assessment import CORRECTION
from weixi.kernel.period import Month


def unit(path: str, now: datetime) -> Made:
    """A unit of the tree; its pages say so where no month has figures."""
    return Made({"code": code_of(path)})


def case(path: str, now: datetime) -> Made:
    """An appeal of that unit in the store, which every desk of the tests shares: each is another entry."""
    month = Month.of(2026, 2)
    entry = 1 + len(store().partitions(CORRECTION))
    row = {
        "month": month.number,
        "entry": entry,
        "case_entry": entry,
        "action": "FILED",
        "subscriber_id": 1,
        "node_code": code_of(path),
        "actor": "leader",
        "happened_at": now.replace(tzinfo=None),
        "reason": "工单 7",
    }
    put(store(), CORRECTION, [row], seal=True, month=month.number, entry=entry)
    body = {"decision": "accept", "why": "属实", "month": str(month)}
    return Made({"code": code_of(path), "month": month.number, "entry": entry}, body)


PAGES = (
    "cockpit_node",
    "cockpit_league",
    "cockpit_funnel",
    "cockpit_calibre",
    "cockpit_difference",
    "morning",
    "morning_today",
    "morning_picture",
    "near",
    "near_dispatch",
    "misses",
    "targets",
    "target_issue",
    "target_sign",
    "target_pdf",
    "official",
    "official_enter",
    "official_list",
    "appeals",
)


def export(path: str, now: datetime) -> Made:
    return Made({"code": code_of(path)}, {"what": "cockpit"})


MAKERS: dict[str, Maker] = {
    **dict.fromkeys(PAGES, unit),
    "appeal_decide": case,
    "cockpit_export": export,
    "subscriber_miss": customer,
}
