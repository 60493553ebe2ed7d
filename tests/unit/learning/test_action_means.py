"""What an action can carry and what lots and trials show of it, counted again row by row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from random import Random
from typing import Any

import numpy as np
import pytest

from handmade.allotted import allotting
from handmade.playbooks import SOURCE
from weixi.desk.evidence.rules.action import cost_said
from weixi.engine import Partition, Store, columns_sql
from weixi.flow.decision import ALLOCATION, PLAN
from weixi.flow.learning import ActionKind, Known, read_actions
from weixi.flow.outcome import FACT, OUTCOME
from weixi.flow.score import Trial, uplift_table
from weixi.kernel.period import Month
from weixi.playbook import ContactCost, ContactCosts, Means, Playbook

pytestmark = pytest.mark.req("M1")

JUNE = Month.of(2025, 6)
DAY = date(2025, 6, 5)
HANDSET, GIFT, MESSAGE = 2, 3, 4
"""The choices of the playbook's offers; 0 is no contact, 1 care alone."""

CODES = {HANDSET: "handset", GIFT: "gift", MESSAGE: "message"}
CHANNEL = {1: "SMS", HANDSET: "PHONE", GIFT: "APP", MESSAGE: "PHONE"}
MEANS = Means(minutes={"PHONE": 8, "VISIT": 60}, agent_hours=100, contacts={"APP": 40})


@pytest.fixture
def playbook() -> Playbook:
    return allotting(MEANS, logging="0.5")


@pytest.fixture
def tasks(store: Store, put: Callable[..., Partition]) -> list[dict[str, Any]]:
    """Tasks of June: some by lot, each with its open choices, what it got, whether it stayed, what was reported."""
    chance = Random(6)
    made = []
    for number in range(400):
        opened = [1, *(k for k in (HANDSET, GIFT, MESSAGE) if chance.random() < 0.6)]
        choice = chance.choice(opened)
        made.append(
            {
                "number": number,
                "opened": opened,
                "choice": choice,
                "drawn": chance.random() < 0.75,
                "stays": chance.random() < (0.9 if choice == HANDSET else 0.7),
                "facts": chance.choice(((), ("ATTEMPTED",), ("ATTEMPTED", "REACHED", "AGREED"))),
                "cost": 1_000 * chance.randint(1, 9) if choice in (HANDSET, GIFT) else 0,
                "withdrawn": chance.random() < 0.1,
            }
        )
    plan = [
        {
            "task_id": f"t{task['number']}", "subscriber_id": task["number"], "household_key": f"S{task['number']}",
            "line_count": 1, "kind": "one", "task_type": "WARNING", "level": "RED", "happens_date": DAY,
            "task_date": DAY, "window_start_date": DAY, "window_end_date": JUNE.end,
            "offer_code": CODES.get(task["choice"]), "offer_cost_fen": task["cost"],
            "channel": CHANNEL[task["choice"]], "unit_code": "U", "node_code": "U",
            "withdrawn_rule": "quiet" if task["withdrawn"] else None,
        }
        for task in made
    ]  # fmt: skip
    first = put(PLAN, plan, month=JUNE.number)
    outcome = [
        {
            "task_id": f"t{task['number']}", "subscriber_id": task["number"], "kind": "one", "node_code": "U",
            "is_retained": task["stays"],
        }
        for task in made
    ]  # fmt: skip
    put(OUTCOME, outcome, month=JUNE.number)
    facts = [
        {
            "fact_id": f"{task['number']}{kind}", "task_id": f"t{task['number']}", "fact_type": kind,
            "happened_at": datetime(2025, 6, 6),
        }
        for task in made
        for kind in task["facts"]
    ]  # fmt: skip
    put(FACT, facts, month=JUNE.number)
    rows = [
        {
            "subscriber_id": task["number"], "choice": task["choice"], "offer_code": CODES.get(task["choice"]),
            "open_bits": sum(1 << k for k in task["opened"]), "is_drawn": task["drawn"],
            "propensity_ppm": 1_000_000 // len(task["opened"]) if task["drawn"] else None,
        }
        for task in made
    ]  # fmt: skip
    limits = [
        {"code": f"hours_{node}", "name": {"zh": "工时", "en": "hours"}, "kind": "MINUTES", "sense": "AT_MOST",
         "bound": bound, "use": 0.0, "price": 0.0, "is_kept": True, "words": {"zh": "", "en": ""}}
        for node, bound in (("C1", 3_600.0), ("C2", 1_200.0))
    ]  # fmt: skip
    note = {"certificate": certificate(limits)}
    chosen = put(ALLOCATION, rows, month=JUNE.number, note=note)
    # The plan stands on its allocation, else there is no certificate of it.
    inputs = {"p": first, "allocation": chosen}
    store.write(PLAN, {"month": JUNE.number}, f"SELECT {columns_sql(PLAN)} FROM p", inputs=inputs, seal=True)
    return made


def certificate(limits: list[dict[str, Any]]) -> dict[str, Any]:
    basis = dict.fromkeys(
        ("measured_rows", "assumed_rows", "unknown_rows", "left_alone_rows", "drawn_rows", "priced_rows",
         "measured_value_fen", "assumed_value_fen", "unknown_value_fen"), 0
    )  # fmt: skip
    whole = {"rows": 400, "bound_fen": 1.0, "value_fen": 1.0, "gap": 0.0, "full_passes": 1}
    return whole | {"limits": limits, "beside": [], "curve": [], "basis": basis}


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The roots of (p − π)² = z² π (1 − π) ÷ n."""
    z2 = 1.959963984540054**2
    roots = np.roots([count + z2, -(2 * hits + z2), hits**2 / count])
    return float(min(roots)), float(max(roots))


def test_the_lot_tells_each_offer_from_care_alone(
    store: Store, tasks: list[dict[str, Any]], playbook: Playbook
) -> None:
    found = {each.code: each for each in read_actions(store, playbook, JUNE) if each.kind is ActionKind.OFFER}
    lot = [task for task in tasks if task["drawn"] and not task["withdrawn"]]
    for choice, code in CODES.items():
        offered = [task["stays"] for task in lot if task["choice"] == choice]
        care = [task["stays"] for task in lot if task["choice"] == 1 and choice in task["opened"]]
        drawn = found[code].drawn
        assert drawn is not None
        assert (drawn.offered_count, drawn.offered_kept) == (len(offered), sum(offered))
        assert (drawn.care_count, drawn.care_kept) == (len(care), sum(care))
        assert drawn.is_told == (min(len(offered), len(care)) >= 30)
        one, two = sum(offered) / len(offered), sum(care) / len(care)
        assert drawn.effect == pytest.approx(100 * (one - two))
        (a, b), (c, d) = wilson(sum(offered), len(offered)), wilson(sum(care), len(care))
        low = one - two - ((one - a) ** 2 + (d - two) ** 2) ** 0.5
        high = one - two + ((b - one) ** 2 + (two - c) ** 2) ** 0.5
        assert drawn.interval == pytest.approx((100 * low, 100 * high))


def test_what_a_month_can_carry_and_what_it_took(
    store: Store, tasks: list[dict[str, Any]], playbook: Playbook
) -> None:
    found = {(each.kind, each.code): each for each in read_actions(store, playbook, JUNE)}
    contacted = [task for task in tasks if task["facts"]]
    for channel in ("PHONE", "APP", "SMS"):
        way = found[ActionKind.CHANNEL, channel].way
        assert way is not None
        assert way.used == sum(CHANNEL[task["choice"]] == channel for task in contacted)
    phone, app, sms = (found[ActionKind.CHANNEL, each].way for each in ("PHONE", "APP", "SMS"))
    # 4,800 minutes of all agents at 8 a call; 40 contacts by the app; nothing limits messages.
    assert phone is not None
    assert app is not None
    assert sms is not None
    assert (phone.most, app.most, sms.most) == (600, 40, None)
    assert phone.used_hours == pytest.approx(phone.used * 8 / 60)
    agreed = [task for task in contacted if "AGREED" in task["facts"]]
    for choice, code in CODES.items():
        money = found[ActionKind.OFFER, code].money
        assert money is not None
        own = sum(task["cost"] for task in agreed if task["choice"] == choice)
        assert (money.own_fen, money.pool_used_fen) == (own, own)
        assert money.pool_fen == (12_000 if code == "handset" else None)


def test_a_channel_costs_what_the_playbook_says(store: Store, playbook: Playbook) -> None:
    phone = ContactCost(125, 665)
    priced = replace(playbook, contact_cost=ContactCosts({"PHONE": phone}, SOURCE))
    found = {each.code: each for each in read_actions(store, priced, JUNE)}
    assert found["PHONE"].contact == phone
    assert found["APP"].contact is None
    assert {each.contact for each in read_actions(store, playbook, JUNE)} == {None}
    said = cost_said(phone, "CNY")
    assert said.zh == "接通 ¥6.65，未接通 ¥1.25"
    assert cost_said(ContactCost(5, 5), "CNY").zh == "每次 ¥0.05"


def test_an_offers_effect_has_the_interval_of_its_trial(store: Store, playbook: Playbook) -> None:
    draw = np.random.default_rng(3)
    treated = draw.random(300) < 0.7
    share = np.where(draw.random(300) < 0.5, 0.8, 0.6)
    outcome = (draw.random(300) < np.where(treated, 0.9, 0.6)).astype(np.float64)
    trial = Trial(np.zeros((300, 1)), ("x",), treated, outcome, share)
    variance = means = 0.0
    for arm, sign in ((True, 1), (False, -1)):
        rows = [
            (y, 1 / (p if arm else 1 - p))
            for y, t, p in zip(outcome, treated, share, strict=True)
            if t == arm
        ]
        weight = sum(w for _, w in rows)
        mean = sum(w * y for y, w in rows) / weight
        means += sign * mean
        variance += sum((w * (y - mean)) ** 2 for y, w in rows) / weight**2
    assert trial.effect == pytest.approx(means)
    assert trial.effect_se == pytest.approx(variance**0.5)
    told = {
        "mean_effect": trial.effect,
        "mean_se": trial.effect_se,
        "treated": 210,
        "control": 90,
        "basis": "GIVEN",
    }
    older = {name: told[name] for name in told if name != "mean_se"}
    note = {"arms": {"handset": told, "gift": older, "message": {"zh": "未知", "en": "unknown"}}}
    store.put(uplift_table(playbook), {"month": JUNE.number}, [], origin="by hand", seal=True, note=note)
    found = {each.code: each for each in read_actions(store, playbook, JUNE)}
    handset = found["handset"]
    assert handset.effect == pytest.approx(100 * means)
    half = 196.0 * variance**0.5
    assert (handset.low, handset.high) == pytest.approx((100 * means - half, 100 * means + half), abs=0.01)
    assert handset.known is Known.HELPS
    assert (found["gift"].low, found["gift"].known) == (None, Known.NOT_SHOWN)
    assert (found["message"].effect, found["message"].known) == (None, Known.UNMEASURED)


def test_the_error_of_a_mean_effect_covers_the_truth() -> None:
    draw, hits = np.random.default_rng(8), 0
    for _ in range(400):
        share = np.where(draw.random(400) < 0.5, 0.9, 0.7)
        treated = draw.random(400) < share
        outcome = (draw.random(400) < np.where(treated, 0.8, 0.7)).astype(np.float64)
        trial = Trial(np.zeros((400, 1)), ("x",), treated, outcome, share)
        hits += abs(trial.effect - 0.1) <= 1.96 * trial.effect_se
    assert 0.92 <= hits / 400 <= 0.98
