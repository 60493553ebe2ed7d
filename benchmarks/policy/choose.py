"""The plans that are compared: the allocation, the usual rules of thumb, and what one who knew the truth would do.

All choose among the same fitting offers within the same limits. The rules of thumb go through the rows in their order
and give each the offer of the highest estimated value, while every limit is kept; they are written here once more,
apart from those that the product shows beside its certificate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.policy.world import Flags, Floats, Rows, Whole
from weixi.engine import Store, open_engine
from weixi.engine.wire import arrow_schema
from weixi.flow.decision import Allocation, Choice, Kind, Limit, allocate, wide_table
from weixi.kernel.language import Text
from weixi.kernel.terms import OfferFamily
from weixi.playbook import Offer

SIGNED = {OfferFamily.DEVICE_OFFER: 20.0, OfferFamily.RECONTRACT: 15.0}
CALL = 8.0
"""An agent's minutes for one contact: what has to be signed takes longer."""
SHORT = {"all": (0.35, 0.35), "money": (0.15, 0.7)}
"""What is short: the part of the money, and that of the minutes and contacts, of what the plan without limits takes."""
EASE = 1.2
"""How much more than its share by warned lines a county may take of the money and of the minutes."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is believed of every row and offer: `value` and `cost` (n, K) in fen, `may` (n, K); `minutes` (K) each."""

    value: Floats
    cost: Floats
    minutes: Floats
    may: Flags
    risk: Floats
    worth: Floats


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of money and of contacts altogether, and of minutes and of money in each county."""

    money: float
    contacts: float
    minutes: Mapping[int, float]
    county_money: Mapping[int, float]


def minutes_of(offers: Sequence[Offer]) -> Floats:
    """An agent's minutes for one contact with each offer."""
    return np.array([SIGNED.get(OfferFamily(offer.family), CALL) for offer in offers])


def set_limits(rows: Rows, judged: Judged, short: str) -> Limits:
    """What all plans of a world have to keep: one of SHORT of what the estimates would have without limits."""
    of_money, of_time = SHORT[short]
    best, gained = best_of(judged)
    at, wanted = np.arange(len(best)), gained > 0
    money = of_money * float(judged.cost[at, best][wanted].sum())
    minutes = of_time * float(judged.minutes[best][wanted].sum())
    heads = np.bincount(rows.county)
    share = {county: float(count / heads.sum()) for county, count in enumerate(heads) if count}
    return Limits(
        money,
        float(np.floor(of_time * float(wanted.sum()))),
        {county: EASE * minutes * part for county, part in share.items()},
        {county: EASE * money * part for county, part in share.items()},
    )


def best_of(judged: Judged) -> tuple[Whole, Floats]:
    """Each row's offer of the highest value, and that value (−∞ where it may have none)."""
    value = np.where(judged.may, judged.value, -np.inf)
    best: Whole = value.argmax(axis=1).astype(np.int64)
    return best, value[np.arange(len(best)), best]


def allocated(rows: Rows, judged: Judged, limits: Limits, codes: Sequence[str], home: Path) -> Whole:
    """The product's allocation: each row's offer, −1 for no contact."""
    choices = (Choice("no_contact", Text("不打扰", "no contact")), *(Choice(c, Text(c, c)) for c in codes))
    table, count = wide_table(choices), len(rows.county)
    counties = sorted(limits.minutes)
    cell = np.searchsorted(counties, rows.county)
    columns = {
        "subscriber_id": np.arange(count),
        "cell": cell.astype(np.int32),
        "is_holdout": np.zeros(count, dtype=np.bool_),
        "risk": judged.risk,
        "worth_fen": np.rint(judged.worth).astype(np.int64),
        "value_0": np.zeros(count, dtype=np.int32),
        **{
            f"value_{k}": pa.array(
                np.rint(judged.value[:, k - 1]).astype(np.int32), mask=~judged.may[:, k - 1]
            )
            for k in range(1, len(choices))
        },
        **{f"cost_{k}": np.rint(judged.cost[:, k - 1]).astype(np.int32) for k in range(1, len(choices))},
    }
    places = range(1, len(choices))
    every = dict.fromkeys(range(len(counties)), 1.0)
    cost, minutes = dict.fromkeys(places, 1.0), {k: float(judged.minutes[k - 1]) for k in places}

    def limit(
        code: str, kind: Kind, cells: Mapping[int, float], bound: float, **of: Mapping[int, float]
    ) -> Limit:
        return Limit(code, Text(code, code), kind, cells, bound, **of)

    asked = [
        limit("money", Kind.MONEY, every, limits.money, cost=cost),
        limit("contacts", Kind.CONTACTS, every, limits.contacts, count=dict.fromkeys(places, 1.0)),
        *(
            limit(f"minutes_{county}", Kind.MINUTES, {g: 1.0}, limits.minutes[county], count=minutes)
            for g, county in enumerate(counties)
        ),
        *(
            limit(f"money_{county}", Kind.MONEY, {g: 1.0}, limits.county_money[county], cost=cost)
            for g, county in enumerate(counties)
        ),
    ]
    store = Store(home, open_engine("duckdb", home / "scratch"))
    batch = pa.RecordBatch.from_pydict(columns, schema=arrow_schema(table))
    made = store.put(table, {"month": 202601}, [batch], origin="benchmark")
    found = allocate(store, made, choices, asked, len(counties), compare=False)
    store.engine.close()
    if not isinstance(found, Allocation):
        raise AssertionError("limits that nothing has to meet cannot contradict each other")
    chosen = pq.read_table(found.chosen.files, partitioning=None).sort_by("subscriber_id")
    choice: Whole = chosen["choice"].to_numpy().astype(np.int64) - 1
    return choice


def ruled(rows: Rows, judged: Judged, limits: Limits, rule: str) -> Whole:
    """One rule of thumb: each row's offer, −1 for no contact."""
    best, gained = best_of(judged)
    at = np.arange(len(best))
    cost, time = np.rint(judged.cost[at, best]), judged.minutes[best]
    key = {
        "risk": judged.risk,
        "value_at_risk": judged.risk * judged.worth,
        "return": gained / np.maximum(cost, 1.0),
        "uplift": gained / np.maximum(judged.worth, 1.0),
    }[rule]
    chosen = np.full(len(best), -1, dtype=np.int64)
    money, contacts = limits.money, limits.contacts
    minutes, county_money = dict(limits.minutes), dict(limits.county_money)
    for row in np.lexsort((at, -key)):
        county = int(rows.county[row])
        spent, taken = float(cost[row]), float(time[row])
        fits = spent <= min(money, county_money[county]) and taken <= minutes[county] and contacts >= 1
        if gained[row] > 0 and fits:
            chosen[row] = best[row]
            money, contacts = money - spent, contacts - 1
            minutes[county] -= taken
            county_money[county] -= spent
    return chosen


RULES = ("risk", "value_at_risk", "return", "uplift")
