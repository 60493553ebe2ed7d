"""Month by month: how much better than a random list the warned were chosen, and what contact kept, plan by plan.

A playbook is tuned by whoever publishes a version of it. Each month's entrants were chosen by the version that its plan
was made by, so that the months before and after a version tell what the tuning brought.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyarrow as pa

from weixi.dialect.types import ColumnType as T
from weixi.engine import Column as C
from weixi.engine import Partition, Store, Table, columns_sql
from weixi.engine.wire import arrow_schema
from weixi.flow.assessment.lift.build import effects_of_entry
from weixi.flow.assessment.lift.entrants import sum_entrants
from weixi.flow.assessment.lift.interval import ALPHA, normal
from weixi.flow.assessment.lift.tables import LIFT_SUM, LiftOutcome
from weixi.flow.assessment.lift.targeting import Targeting, pool_of
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.decision import PLAN
from weixi.kernel.ids import fingerprint
from weixi.kernel.period import Month
from weixi.playbook import Playbook

BACK = 12
"""Months of entry that a course goes back, the last included."""

TUNING = Table(
    name="tuning",
    grain="those who entered the plan in one of the last twelve months, one month after; what `month` knew; sealed",
    partition=("month",),
    key=("entry_month",),
    columns=(
        C("entry_month", T.INTEGER, "month of entry, YYYYMM", required=True),
        C("playbook", T.VARCHAR, "fingerprint of the playbook that its plan was made by", required=True),
        C("held_count", T.BIGINT, "households held out that are compared", required=True, minimum=0),
        C("treated_count", T.BIGINT, "households treated that are compared", required=True, minimum=0),
        C("planned_count", T.BIGINT, "households of the treated arm", required=True, minimum=0),
        C("contacted_count", T.BIGINT, "of them, those with any contact", required=True, minimum=0),
        C("held_lost_rate", T.DOUBLE, "of those held out, the share lost in the month; null: none compared"),
        C("pool_count", T.BIGINT, "main cards in service before the month", required=True, minimum=0),
        C("pool_lost_count", T.BIGINT, "of them, those lost by its end", required=True, minimum=0),
        C("effect", T.DOUBLE, "share kept of the treated less that of those held out, adjusted"),
        C("low", T.DOUBLE, "lower end of its 95 % interval for one look"),
        C("high", T.DOUBLE, "upper end"),
    ),
)


@dataclass(frozen=True, slots=True)
class Tuned:
    """One month of entry. `effect` with its 95 % interval is households kept of a hundred contacted; None: not known.

    `targeting` is None where nobody was held out or nobody left; `is_turn`: its plan is the first of a playbook.
    """

    entry: Month
    playbook: str
    is_turn: bool
    targeting: Targeting | None
    treated_count: int
    held_count: int
    contacted_count: int
    effect: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What changed at one month: households kept of a hundred contacted in the months before and from it on.

    `before` and `after` are means of the months of one playbook each, weighted by what they tell (inverse variance);
    `change` is their difference with its 95 % interval.
    """

    entry: Month
    before: float
    after: float
    change: float
    low: float
    high: float

    @property
    def is_better(self) -> bool:
        """Whether the change is surely for the better."""
        return self.low > 0


def build_tuning(store: Store, playbook: Playbook, month: Month) -> Partition:
    """The course of the last twelve months of entry (TUNING, sealed); a month without a plan or outcome is not in it.

    A month that is told by the partition there, or by that of the month before, is not reckoned again.
    """
    kept = _kept(store, month)
    rows: list[dict[str, Any]] = []
    origins: dict[str, str] = {}
    for entry in month.back(BACK):
        plan = store.current(PLAN, month=entry.number)
        sums = store.current(LIFT_SUM, month=entry.number, horizon=1) or sum_entrants(
            store, playbook, entry, 1
        )
        if plan is None or sums is None:
            continue
        books = (store.current(SUBSCRIBER_MONTH, month=each.number) for each in (entry.plus(-1), entry))
        origin = fingerprint(
            plan.fingerprint, sums.fingerprint, *(each.fingerprint for each in books if each)
        )
        origins[str(entry)] = origin
        rows.append(kept.get(origin) or _row(store, entry, plan, sums))
    made = pa.Table.from_pylist(rows, schema=arrow_schema(TUNING))
    return store.put(
        TUNING,
        {"month": month.number},
        made.to_batches(),
        origin=fingerprint(*origins.values()),
        seal=True,
        note={"origins": origins},
    )


def read_tuning(store: Store, month: Month) -> tuple[Tuned, ...]:
    """The course as `month` knew it, the earliest month of entry first; empty where it was not built."""
    partition = store.current(TUNING, month=month.number)
    return () if partition is None else _tuned(_rows(store, partition))


def turns(course: Sequence[Tuned]) -> tuple[Turn, ...]:
    """What each change of the playbook brought, against the months of the one before it; where both are known."""
    runs: list[list[Tuned]] = []
    for each in course:
        if each.is_turn or not runs:
            runs.append([])
        runs[-1].append(each)
    found = []
    for earlier, later in pairwise(runs):
        before, after = _mean(earlier), _mean(later)
        if before is not None and after is not None:
            change, half = after[0] - before[0], normal(1 - ALPHA / 2) * (before[1] + after[1]) ** 0.5
            found.append(Turn(later[0].entry, before[0], after[0], change, change - half, change + half))
    return tuple(found)


def _mean(months: Sequence[Tuned]) -> tuple[float, float] | None:
    """The mean of the months' effects and its variance; a month's variance is that of its interval."""
    edge = 2 * normal(1 - ALPHA / 2)
    known = [
        (each.effect, ((each.high - each.low) / edge) ** 2)
        for each in months
        if each.effect is not None and each.low is not None and each.high is not None and each.high > each.low
    ]
    if not known:
        return None
    weight = sum(1 / variance for _, variance in known)
    return sum(effect / variance for effect, variance in known) / weight, 1 / weight


def _tuned(rows: Sequence[dict[str, Any]]) -> tuple[Tuned, ...]:
    found = []
    for place, row in enumerate(rows):
        rate = row["contacted_count"] / row["planned_count"] if row["contacted_count"] else None
        effect, low, high = (
            None if rate is None or row[name] is None else 100 * row[name] / rate
            for name in ("effect", "low", "high")
        )
        known = row["held_lost_rate"] is not None and row["pool_lost_count"]
        found.append(
            Tuned(
                entry=Month.from_number(row["entry_month"]),
                playbook=row["playbook"],
                is_turn=place > 0 and row["playbook"] != rows[place - 1]["playbook"],
                targeting=Targeting(
                    row["held_count"], row["held_lost_rate"], row["pool_count"], row["pool_lost_count"]
                )
                if known
                else None,
                treated_count=row["treated_count"],
                held_count=row["held_count"],
                contacted_count=row["contacted_count"],
                effect=effect,
                low=low,
                high=high,
            )
        )
    return tuple(found)


def _row(store: Store, entry: Month, plan: Partition, sums: Partition) -> dict[str, Any]:
    rows = effects_of_entry(store, entry, sums)
    kept = next((row for row in rows if row["outcome"] == LiftOutcome.RETAINED), None)
    pool, lost = pool_of(store, entry) or (0, 0)
    counts = ("held_count", "treated_count", "planned_count", "contacted_count")
    figures = ("effect", "low", "high")
    return {
        "entry_month": entry.number,
        "playbook": str(plan.manifest.note["playbook"]),
        **{name: 0 if kept is None else kept[name] for name in counts},
        "held_lost_rate": None if kept is None or kept["held_mean"] is None else 1 - kept["held_mean"],
        "pool_count": pool,
        "pool_lost_count": lost,
        **{name: None if kept is None else kept[name] for name in figures},
    }


def _rows(store: Store, partition: Partition) -> list[dict[str, Any]]:
    return store.rows(
        f"SELECT {columns_sql(TUNING)} FROM tuning ORDER BY entry_month", inputs={"tuning": partition}
    )


def _kept(store: Store, month: Month) -> dict[str, dict[str, Any]]:
    """Origin → row, of what is there already."""
    found: dict[str, dict[str, Any]] = {}
    for each in (month.plus(-1), month):
        partition = store.current(TUNING, month=each.number)
        if partition is not None:
            by_entry = {str(Month.from_number(row["entry_month"])): row for row in _rows(store, partition)}
            origins: dict[str, str] = partition.manifest.note["origins"]
            found |= {origin: by_entry[entry] for entry, origin in origins.items()}
    return found
