"""A small month whose offers are chosen together, put by hand, and the same choice in plain Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
from scipy.optimize import LinearConstraint, milp

from handmade.playbooks import SOURCE, bare_playbook, bare_warning
from handmade.tables import Node, put, put_tree, split
from weixi.engine import Store
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.decision import eligibility_table
from weixi.flow.score import CHURN_SCORE, VALUE_SCORE, Effect, uplift_table
from weixi.flow.segment import LABEL
from weixi.flow.warning import WARNING
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import AllocationRule, AssumedEffect, Means, Offer, Playbook, Pool

MAY = Month.of(2025, 5)
JUNE = MAY.plus(1)
Row = Mapping[str, Any]

TREE = (
    Node("P", None, "PROVINCE"), Node("C", "P", "CITY"),
    Node("Q1", "C", "COUNTY"), Node("U1", "Q1", "UNIT"), Node("O1", "U1", "OWNER"),
    Node("Q2", "C", "COUNTY"), Node("U2", "Q2", "UNIT"), Node("O2", "U2", "OWNER"),
)  # fmt: skip

URGENT = ("RED", "YELLOW", "BLUE")
SHARES = {None: "0.02", "handset": "0.4", "gift": "0.2", "message": "0.1"}
FOUND = {
    "contact": {"one": (0.01, 0.02, -0.03, 0.05, 0.2)},
    "handset": {"one": (0.03, 0.01, 0.01, 0.05, 0.2)},
    "gift": {"one": (-0.08, 0.02, -0.12, -0.04, 0.25)},
}
"""What the trial found by arm and warning: effect, its error, its interval, and the share that leaves untreated."""
ROOMY = Means(
    money_fen=30_000,
    county_fen={"Q1": 18_000},
    minutes={"PHONE": 20},
    agent_hours=5,
    floors={"KEY": Decimal("0.3")},
)
"""Limits that can be kept together and of which several bind."""


def offer(code: str, pool: str | None, **changes: Any) -> Offer:
    """One offer, with the words that a page would show."""
    made = Offer(
        code=code,
        text=Text(code, code),
        family="PREPAY_BONUS",
        billing_code="",
        pool=pool,
        cost_sql="0",
        conditions=(),
        channels=("PHONE",),
        kinds=(),
        source=SOURCE,
    )
    return replace(made, **changes)


def allotting(
    means: Means = ROOMY, *, logging: str = "0", first: bool = False, offers_from: str | None = None
) -> Playbook:
    """Two offers that cost and one that does not, chosen together within `means`."""
    return bare_playbook(
        warnings=(bare_warning("one"),),
        offers=(
            offer("handset", "devices"),
            offer("gift", "gifts", channels=("APP",)),
            offer("message", None, family="SERVICE", channels=("PHONE",)),
        ),
        pools=(
            Pool("devices", Text("手机", "devices"), 12_000, SOURCE, existing_first=first),
            Pool("gifts", Text("赠费", "gifts"), None, SOURCE),
        ),
        allocation=AllocationRule(
            means,
            tuple(AssumedEffect(code, Decimal(share), SOURCE) for code, share in SHARES.items()),
            Decimal("0.5"),
            "SMS",
            Decimal(logging),
            SOURCE,
            offers_from,
        ),
    )


def month_rows(count: int = 60, seed: int = 1) -> list[dict[str, Any]]:
    """Warned lines in two counties, some in one household, held out, silenced, harmed, measured or not."""
    dice = Random(seed)
    rows = []
    for number in range(1, count + 1):
        county = dice.choice("12")
        row: dict[str, Any] = {
            "subscriber_id": number,
            "household_key": dice.choice((f"S{number}", f"S{number}", f"H{dice.randint(1, 6)}")),
            "kind": "one",
            "kinds": "one",
            "kind_rank": 1,
            "level": "BLUE",
            "happens_date": date(2025, 6, dice.randint(1, 30)),
            "task_date": date(2025, 6, dice.randint(1, 30)),
            "revenue_at_risk_fen": dice.randint(0, 60_000),
            "is_assessed": True,
            "is_existing": dice.random() < 0.7,
            "is_holdout": dice.random() < 0.1,
            "withdrawn_rule": "silence" if dice.random() < 0.05 else None,
            "has_complaint": False,
            "may_call": True,
            "may_sms": True,
            "unit_code": f"U{county}",
            "owner_code": f"O{county}",
            "node_code": f"O{county}",
            "rule": "attachment",
            "grade": dice.choice(("KEY", "REGULAR")),
            "band": "B80",
            "stage": "STABLE",
            "cluster": "GENERAL",
            "category": "PERSONAL",
            "score": 1,
            "probability_ppm": dice.randint(10_000, 600_000),
            "stratum": "x",
            "expected_margin_12_fen": dice.choice((None, dice.randint(0, 90_000), dice.randint(0, 90_000))),
        }
        for code, cost in (("handset", (2000, 4000)), ("gift", (500, 900)), ("message", (0, 0))):
            row[f"fit_{code}"] = dice.choice((0, 0, 1))
            row[f"cost_{code}"] = dice.randint(*cost)
            row[f"effect_{code}"] = (
                dice.choice(list(Effect)).value if dice.random() < 0.3 else Effect.UNKNOWN.value
            )
            row[f"uplift_{code}_ppm"] = dice.randint(-50_000, 300_000)
        row["effect_contact"] = (
            dice.choice(("HARMS", "HELPS", "UNPROVEN")) if dice.random() < 0.3 else "UNKNOWN"
        )
        row["uplift_contact_ppm"] = dice.randint(-50_000, 40_000)
        rows.append(row)
    return rows


def put_month(
    store: Store, playbook: Playbook, rows: Sequence[Row], *, scored: bool = True, measured: bool = True
) -> None:
    """Writes the month that the allocation reads; without scores, or without a trial, where so told."""
    tables = [WARNING, eligibility_table(playbook), ASSIGNMENT, LABEL]
    lent = [CHURN_SCORE, VALUE_SCORE, uplift_table(playbook)]
    parts = split(rows, *tables, *lent)
    for table, values in zip(tables, parts, strict=False):
        put(store, table, values, month=MAY.number)
    if scored:
        for table, values in zip(lent[:2], parts[4:6], strict=True):
            put(store, table, values, month=MAY.number)
    if measured:
        arms = ["contact", *(one.code for one in playbook.offers)]
        put(
            store,
            lent[2],
            parts[6],
            note={"arms": {arm: {"by_kind": FOUND.get(arm, {})} for arm in arms}},
            month=MAY.number,
        )
    put_tree(store, MAY.number, TREE)


@dataclass
class Task:
    """One household as the checker sees it: what it may have by name, with (value, cost) in fen."""

    lead: Row
    is_holdout: bool
    withdrawn: str | None
    choices: dict[str | None, tuple[int, int]]


def tasks_of(rows: Sequence[Row], playbook: Playbook, *, measured: bool = True) -> list[Task]:
    """Fold, effects and values again, household by household, in plain Python."""
    rule = playbook.allocation
    assert rule is not None
    houses: dict[str, list[Row]] = {}
    for row in rows:
        houses.setdefault(row["household_key"], []).append(row)
    found = []
    for house in houses.values():
        free = [row for row in house if row["withdrawn_rule"] is None] or house
        lead = min(
            free,
            key=lambda r: (
                r["happens_date"], URGENT.index(r["level"]), -r["revenue_at_risk_fen"], r["subscriber_id"],
            ),
        )  # fmt: skip
        withdrawn = lead["withdrawn_rule"]
        if withdrawn is None and measured and any(row["effect_contact"] == "HARMS" for row in free):
            withdrawn = "do_not_wake"
        worth = 0
        for row in free:
            own = row["expected_margin_12_fen"]
            worth += max(0, row["revenue_at_risk_fen"] * 4 // 2 if own is None else own)
        choices: dict[str | None, tuple[int, int]] = {}
        for code in (None, *(one.code for one in playbook.offers)):
            if code is not None and lead[f"fit_{code}"] != 0:
                continue
            if code and rule.offers_from and URGENT.index(lead["level"]) > URGENT.index(rule.offers_from):
                continue
            arm, cost = code or "contact", 0 if code is None else lead[f"cost_{code}"]
            share = rule.saved_share(code)
            assumed = 0 if share is None else lead["probability_ppm"] * int(share * 1_000_000) // 1_000_000
            moved = believed_share(float(share or 0), FOUND.get(arm))
            said, uplift = lead[f"effect_{arm}"] if measured else "UNKNOWN", lead[f"uplift_{arm}_ppm"]
            unproven = lead["probability_ppm"] * round(moved * 1_000_000) // 1_000_000
            if moved <= 0:
                unproven = 0 if code is None else -1
            effect = {
                "HARMS": -1,
                "HELPS": max(uplift, 0),
                "UNPROVEN": unproven,
                "UNKNOWN": assumed,
            }[said]
            if effect >= 0:
                choices[code] = (effect * worth // 1_000_000 - cost, cost)
        found.append(Task(lead, all(row["is_holdout"] for row in free), withdrawn, choices))
    return found


def believed_share(assumed: float, found: Mapping[str, tuple[float, ...]] | None) -> float:
    """The one warning's share of leavers kept, by conditioning the joint normal of offer, warning and finding."""
    if found is None or not found:
        return assumed
    effect, error, _, _, leaves = found["one"]
    # (the offer's own share, the warning's, what was found): each adds its own variance to the one before.
    own, beside, noise = assumed**2 / 16, assumed**2 / 8, assumed**2 / 8 + (error / leaves) ** 2
    joint = np.array([[own, own, own], [own, beside, beside], [own, beside, noise]])
    return float(assumed + joint[1, 2] / joint[2, 2] * (effect / leaves - assumed))


def best_value(tasks: Sequence[Task], playbook: Playbook) -> float:
    """The most that any choice within money, county, pool, hours and floor is worth: one integer program."""
    rule = playbook.allocation
    assert rule is not None
    open_tasks = [task for task in tasks if not task.is_holdout and task.withdrawn is None]
    pairs = [(i, code, *task.choices[code]) for i, task in enumerate(open_tasks) for code in task.choices]
    rows, low, high = [], [], []

    def limit(amounts: list[float], least: float, most: float) -> None:
        rows.append(amounts)
        low.append(least)
        high.append(most)

    for i in range(len(open_tasks)):
        limit([float(j == i) for j, *_ in pairs], 1, 1)
    means = rule.means
    if means.money_fen is not None:
        limit([float(cost) for *_, cost in pairs], 0, means.money_fen)
    for county, amount in (means.county_fen or {}).items():
        inside = [
            float(cost) * (open_tasks[i].lead["unit_code"] == f"U{county[1]}") for i, _, _, cost in pairs
        ]
        limit(inside, 0, amount)
    for pool in playbook.pools:
        if pool.amount_fen is not None:
            paid = {one.code for one in playbook.offers if one.pool == pool.code}
            limit([float(cost) * (code in paid) for _, code, _, cost in pairs], 0, pool.amount_fen)
    if means.minutes and means.agent_hours is not None:
        for unit in ("U1", "U2"):
            calls = [
                float(code in ("handset", "message") and open_tasks[i].lead["unit_code"] == unit)
                * means.minutes["PHONE"]
                for i, code, _, _ in pairs
            ]
            limit(calls, 0, means.agent_hours * 60)
    for grade, share in (means.floors or {}).items():
        paying = {i for i, code, _, _ in pairs if code in ("handset", "gift")}
        of_grade = {i for i in paying if open_tasks[i].lead["grade"] == grade}
        given = [float(i in of_grade and code in ("handset", "gift")) for i, code, _, _ in pairs]
        limit(given, float(np.ceil(float(share) * len(of_grade) - 1e-9)), len(pairs))
    values = np.array([float(value) for _, _, value, _ in pairs])
    done = milp(
        -values,
        constraints=LinearConstraint(np.array(rows), low, high),
        integrality=np.ones(len(pairs)),
        bounds=(0, 1),
    )
    assert done.success, done.message
    return float(-done.fun)
