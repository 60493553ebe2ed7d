"""What lift should say, from the Parquet rows alone: households, what was spent on them, the estimate in pandas."""

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from weixi.engine import Store, Table
from weixi.flow.book import FEATURE, ORG_PATH, SUBSCRIBER_MONTH
from weixi.flow.decision import DAY_PLAN, PLAN, PLAN_LINE
from weixi.flow.outcome import FACT, OUTCOME
from weixi.flow.score import VALUE_SCORE
from weixi.kernel.period import Month
from weixi.playbook import Playbook

JANUARY = Month.of(2025, 1)
SERVING = ["IN_SERVICE", "ONE_WAY_STOPPED", "TWO_WAY_STOPPED", "SUSPENDED", "PENDING_CANCEL"]
SHARES = {True: 0.25, False: 0.4}
"""The hold-out of these tests: a quarter from 80 yuan, two fifths below."""


def table(store: Store, of: Table, month: Month) -> pd.DataFrame:
    parts = [p for p in store.partitions(of) if int(p.key["month"]) == month.number]
    revisions = {tuple(p.key.values()): p for p in sorted(parts, key=lambda p: p.revision)}
    files = [file for p in revisions.values() for file in p.files]
    return pd.concat([pd.read_parquet(file) for file in files]) if files else pd.DataFrame()


def spent_on(store: Store, playbook: Playbook, months: list[Month]) -> dict[str, dict[str, int]]:
    """What the months' tasks of each household cost, counted task by task and day by day."""
    offers = {offer.code: offer for offer in playbook.offers}
    prices = playbook.contact_cost.channels
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for month in months:
        days: dict[str, dict[Any, list[str]]] = defaultdict(lambda: defaultdict(list))
        for fact in table(store, FACT, month).to_dict("records"):
            days[fact["task_id"]][fact["channel"], fact["happened_at"].date()].append(fact["fact_type"])
        tasks = table(store, PLAN, month).to_dict("records") + table(store, DAY_PLAN, month).to_dict(
            "records"
        )
        for task in tasks:
            spent = found[task["household_key"]]
            agreed = any("AGREED" in kinds for kinds in days[task["task_id"]].values())
            if agreed:
                offer = offers.get(task["offer_code"])
                is_device = offer is not None and offer.family == "DEVICE_OFFER"
                spent["taken"] = 1
                spent["offer_cost_fen"] += task["offer_cost_fen"]
                spent["handset_cost_fen"] += task["offer_cost_fen"] if is_device else 0
                spent["commission_fen"] += (offer.commission_existing_fen or 0) if offer else 0
            for (channel, _), kinds in days[task["task_id"]].items():
                missed = kinds.count("ATTEMPTED")
                met = max(kinds.count("REACHED"), kinds.count("AGREED") + kinds.count("REFUSED"))
                spent["contact_count"] += missed + met
                if missed + met:
                    price = prices[channel]
                    spent["contact_cost_fen"] += missed * price.missed_fen + met * price.reached_fen
    return found


def entered(store: Store, playbook: Playbook, month: Month, horizon: int, seen: set[str]) -> pd.DataFrame:
    """The households that entered the plan of the month, `horizon` months later: one row each."""
    plan, line = table(store, PLAN, month), table(store, PLAN_LINE, month)
    months = [month.plus(k) for k in range(horizon)]
    after = [table(store, SUBSCRIBER_MONTH, each) for each in months]
    feature = table(store, FEATURE, month.plus(-1))
    path = table(store, ORG_PATH, JANUARY.plus(-4))
    plan = plan[~plan["household_key"].isin(seen) & plan["withdrawn_rule"].isna()].set_index("task_id")
    line = line[line["task_id"].isin(plan.index)]
    listed = line.merge(feature, on="subscriber_id", how="left")
    high = (listed["complete_months"] > 0) & (listed["revenue_3m_fen"] >= 8000 * listed["complete_months"])
    listed["share"] = np.where(high, SHARES[True], SHARES[False])
    plan = plan.join(listed.groupby("task_id").agg(share=("share", "min")))
    county = path[path["ancestor_level"] == "COUNTY"].set_index("node_code")["ancestor_code"]
    plan["county"] = plan["node_code"].map(county)
    told = table(store, OUTCOME, month).set_index("task_id")
    plan["contacted"] = told["is_contacted"].reindex(plan.index)
    plan["verified"] = told["is_verified"].reindex(plan.index)
    score = table(store, VALUE_SCORE, months[-1]).set_index("subscriber_id").to_dict("index")
    books = [each.set_index("subscriber_id").to_dict("index") for each in after]
    spent = spent_on(store, playbook, months)
    members = line.groupby("task_id")["subscriber_id"].apply(list).to_dict()
    made: dict[str, dict[str, Any]] = {}
    for name, own in plan.to_dict("index").items():
        bills = [
            (book[number]["bill_fen"], book[number]["line_type"])
            for book in books
            for number in members[name]
            if number in book and not np.isnan(book[number]["bill_fen"])
        ]
        serves = [
            own["subscriber_id"] in book
            and book[own["subscriber_id"]]["service_status"] in SERVING
            and book[own["subscriber_id"]]["line_use"] == "COMMERCIAL"
            for book in books
        ]
        worth = [score[number]["expected_margin_12_fen"] for number in members[name] if number in score]
        lead = score.get(own["subscriber_id"])
        cost = spent[own["household_key"]]
        life = lead["remaining_life_milli"] if lead else 0
        found = {
            "retained": serves[-1],
            "revenue": int(sum(bill for bill, _ in bills)),
            "margin": int(sum(int(bill) * int(10_000 * playbook.value.margins[kind]) for bill, kind in bills))
            // 10_000,
            "value": int(sum(fen for fen in worth if not np.isnan(fen))),
            "tenure": 1_000 * sum(serves),
            "life": life,
            "span": 1_000 * sum(serves) + life,
            "taker": cost["taken"] == 1,
            **{kind: cost[kind] for kind in SPENT},
        }
        found["net"] = (
            found["revenue"] - cost["offer_cost_fen"] - cost["commission_fen"] - cost["contact_cost_fen"]
        )
        made[name] = {column(kind): figure for kind, figure in found.items()}
    return plan.join(pd.DataFrame.from_dict(made, orient="index")).assign(entry=month.number)


SPENT = ("offer_cost_fen", "handset_cost_fen", "commission_fen", "contact_count", "contact_cost_fen")
OWN = ("offer_cost_fen",)
"""Columns of the plan itself: what all tasks cost has another name."""


def column(name: str) -> str:
    """What the column of a figure is called in the rows made by hand."""
    return f"{name}_all" if name in OWN else name


def recomputed(part: pd.DataFrame, outcome: str) -> dict[str, float]:
    """The estimate row by row: slopes by least squares, means and variances by stratum and arm, t from scipy."""
    sizes = part.groupby(["share", "is_holdout"]).size().unstack(fill_value=0)
    compared = sizes.index[(sizes.reindex(columns=[True, False], fill_value=0) >= 10).all(axis=1)]
    part = part[part["share"].isin(compared)]
    urgency = part["level"].map({"RED": 3, "YELLOW": 2, "BLUE": 1})
    past = np.column_stack([part["revenue_at_risk_fen"], urgency]).astype(float)
    value = part[outcome].astype(float).to_numpy()
    cells = pd.get_dummies(part["share"].astype(str) + part["is_holdout"].astype(str)).to_numpy(float)
    slope = np.linalg.lstsq(np.column_stack([cells, past]), value, rcond=None)[0][cells.shape[1] :]
    left = value - past @ slope
    effect = variance = below = 0.0
    for share in compared:
        weight = float((part["share"] == share).mean())
        for held in (True, False):
            chosen = ((part["share"] == share) & (part["is_holdout"] == held)).to_numpy()
            count = int(chosen.sum())
            spread = left[chosen].var(ddof=1)
            if outcome in ("retained", "verified"):
                plain = value[chosen].var(ddof=1)
                jeffreys = (value[chosen].sum() + 0.5) / (count + 1)
                least = jeffreys * (1 - jeffreys)
                spread = max(spread, least * min(spread / plain, 1) if plain > 0 else least)
            effect += weight * left[chosen].mean() * (-1 if held else 1)
            variance += weight**2 * spread / count
            below += (weight**2 * spread / count) ** 2 / (count - 1)
    half = stats.t.ppf(0.975, variance**2 / below) * variance**0.5
    return {
        "effect": effect,
        "low": effect - half,
        "high": effect + half,
        "held_count": int(part["is_holdout"].sum()),
        "treated_count": int((~part["is_holdout"]).sum()),
        "variance": variance,
    }


def always(part: pd.DataFrame, outcome: str, variance: float) -> float:
    """Half the always-valid interval: planned on twelve months like the first, all of them January's."""
    first = part[part["entry"] == JANUARY.number]
    spread = float(first[outcome].astype(float).var(ddof=0))
    sizes = first.groupby("share").size()
    planned = sum(
        (n / sizes.sum()) ** 2 * spread / (12 * n * share * (1 - share)) for share, n in sizes.items()
    )
    log = -2 * np.log(0.05)
    mixture = planned / variance * (log + np.log(1 + log))
    return float(np.sqrt(variance * (1 + 1 / mixture) * (np.log(1 + mixture) + log)))


OUTCOMES = ("retained", "revenue", "verified", "net", "margin", "value", "tenure", "life", "span")


def of(rows: list[dict[str, Any]], outcome: str, horizon: int = 1, entry: int = 0) -> dict[str, Any]:
    """The effect on all, or on those who entered in one month."""
    return next(
        r
        for r in rows
        if not r["kind"]
        and not r["county_code"]
        and (r["outcome"], r["horizon"], r["entry_month"]) == (outcome.upper(), horizon, entry)
    )


PAID = ("offer_cost_fen", "commission_fen", "contact_cost_fen")


def cost_of(treated: pd.DataFrame) -> float:
    """What was spent on those households in all."""
    return float(sum(treated[column(name)].sum() for name in SPENT if name in PAID))
