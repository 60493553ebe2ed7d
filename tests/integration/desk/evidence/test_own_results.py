"""The pages over what the simulated operator's own months made, nothing sealed by hand."""

from datetime import datetime
from pathlib import Path

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handmade.desk import person
from weixi.desk.base import book
from weixi.desk.org.rules import Role
from weixi.flow.assessment import LIFT, LiftOutcome, read_lift
from weixi.flow.score import VALUE_SCORE
from weixi.kernel.period import Month

FEBRUARY = Month.of(2025, 2)


def test_the_months_own_results_are_shown(demo_desk: Path, now: datetime) -> None:
    posts = ((Role.MANAGER, "P01/"), (Role.PLANNER, "P01/"))
    user = person("whole", *posts, since=timezone.localdate(), now=now)
    client = Client()
    client.force_login(user)
    pages = {}
    for name in (
        "effect",
        "experiments",
        "quiet",
        "certificate",
        "risk_card",
        "uplift_card",
        "value_card",
        "actions",
        "proposals",
    ):
        response = client.get(reverse(name))
        assert response.status_code == 200
        pages[name] = response.content.decode()
        assert " style=" not in pages[name]
    store = book.store()
    lift = store.require(LIFT, month=FEBRUARY.number)
    whole = read_lift(store, book.playbook(), lift).of(1, LiftOutcome.RETAINED)[0]
    assert f'data-whole="{whole.verdict.value}"' in pages["experiments"]
    assert f"{whole.household_count:,} 户" in pages["experiments"]
    scores = store.require(VALUE_SCORE, month=FEBRUARY.number)
    rows = store.rows("SELECT expected_margin_12_fen FROM v", inputs={"v": scores})
    assert f'data-margin="{sum(row["expected_margin_12_fen"] or 0 for row in rows)}"' in pages["value_card"]
