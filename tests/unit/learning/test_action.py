"""The library of actions: cost, contacts and agreements counted again row by row; what was not measured is said so."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from handmade.playbooks import SOURCE, bare_playbook
from weixi.engine import Partition, Store
from weixi.flow.decision import PLAN
from weixi.flow.learning import ActionKind, Known, read_actions
from weixi.flow.outcome import FACT
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Offer

JUNE = Month.of(2025, 6)
DAY = date(2025, 6, 5)
TASKS: dict[str, tuple[str | None, int, str, tuple[str, ...]]] = {
    "t1": ("gift", 3_000, "PHONE", ("ATTEMPTED", "REACHED", "AGREED")),
    "t2": ("gift", 5_000, "PHONE", ("ATTEMPTED", "REFUSED")),
    "t3": ("gift", 7_000, "SMS", ("ATTEMPTED",)),
    "t4": (None, 0, "SMS", ("REACHED",)),
    "t5": ("gift", 9_000, "PHONE", ("ISSUED", "TICKED")),
}
"""Task → offer, its cost, its channel, what happened; the last was never contacted."""


def offer(code: str) -> Offer:
    return Offer(code, Text(code, code), "AIRTIME_CREDIT", "b", None, "0", (), ("PHONE",), (), SOURCE)


@pytest.mark.req("M1")
def test_every_action_with_its_cost_and_what_is_known(store: Store, put: Callable[..., Partition]) -> None:
    plan: list[dict[str, Any]] = [
        {
            "task_id": task,
            "subscriber_id": number,
            "household_key": f"H{number}",
            "line_count": 1,
            "kind": "quiet",
            "task_type": "WARNING",
            "level": "RED",
            "happens_date": DAY,
            "task_date": DAY,
            "window_start_date": DAY,
            "window_end_date": JUNE.end,
            "offer_code": code,
            "offer_cost_fen": cost,
            "channel": channel,
            "unit_code": "U",
            "node_code": "U",
        }
        for number, (task, (code, cost, channel, _)) in enumerate(TASKS.items())
    ]
    facts = [
        {"fact_id": f"{task}{kind}", "task_id": task, "fact_type": kind, "happened_at": datetime(2025, 6, 6)}
        for task, (_, _, _, kinds) in TASKS.items()
        for kind in kinds
    ]
    put(PLAN, plan, month=JUNE.number)
    put(FACT, facts, month=JUNE.number)
    playbook = bare_playbook(offers=(offer("gift"), offer("unused")))
    found = {(each.kind, each.code): each for each in read_actions(store, playbook, JUNE)}
    assert set(found) == {
        (ActionKind.CARE, "contact"),
        (ActionKind.CHANNEL, "PHONE"),
        (ActionKind.CHANNEL, "SMS"),
        (ActionKind.OFFER, "gift"),
        (ActionKind.OFFER, "unused"),
    }
    for (kind, code), action in found.items():
        told = [
            (cost, kinds)
            for name, cost, channel, kinds in TASKS.values()
            if {"ATTEMPTED", "REACHED", "REFUSED", "AGREED"} & set(kinds)
            and code in {ActionKind.CARE: ("contact",), ActionKind.CHANNEL: (channel,)}.get(kind, (name,))
        ]
        assert action.contacted_count == len(told)
        assert action.agreed_count == sum("AGREED" in kinds for _, kinds in told)
        assert action.reached_count == sum(bool({"REACHED", "REFUSED", "AGREED"} & set(k)) for _, k in told)
        costs = [cost for cost, _ in told] if kind is ActionKind.OFFER else []
        assert action.cost_fen == (sum(costs) / len(costs) if costs else None)
        assert (action.known, action.effect) == (Known.UNMEASURED, None)
        assert "未测" in action.text.zh
    assert found[ActionKind.OFFER, "gift"].acceptance == pytest.approx(1 / 3)
    assert found[ActionKind.OFFER, "unused"].acceptance is None
