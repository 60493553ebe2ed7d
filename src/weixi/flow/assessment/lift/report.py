"""The effects of a month as a manager reads them: how sure, per hundred contacts, in yuan after its cost."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from weixi.engine import Partition, Store, columns_sql
from weixi.flow.assessment.lift.tables import HORIZONS, LIFT, LiftOutcome
from weixi.flow.book import ORG_NODE
from weixi.flow.outcome import OUTCOME
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Term
from weixi.playbook import Playbook

SUSPICIOUS = 0.001
"""Arms more uneven than this probability: the hold-out was not kept, and nothing is said of an effect."""


class Verdict(Term):
    """What may be said of an effect, by the interval that holds at every look."""

    SHOWN = "SHOWN", "有效", "it helps"
    HARM = "HARM", "有害", "it does harm"
    NOT_SHOWN = "NOT_SHOWN", "尚不能证明", "not shown yet"
    UNKNOWN = "UNKNOWN", "效果未知", "effect unknown"


@dataclass(frozen=True)
class Effect:
    """One row of LIFT, in its own columns; `text` names its cell."""

    text: Text
    horizon: int
    outcome: LiftOutcome
    kind: str
    county_code: str
    entry_month: int
    first_month: int
    last_month: int
    household_count: int
    undrawn_count: int
    small_count: int
    held_count: int
    treated_count: int
    planned_count: int
    contacted_count: int
    taker_count: int
    taker_past_fen: int
    taker_revenue_fen: int
    offer_cost_fen: int
    handset_cost_fen: int
    commission_fen: int
    contact_count: int
    contact_cost_fen: int | None
    held_mean: float | None
    treated_mean: float | None
    effect: float | None
    low: float | None
    high: float | None
    always_low: float | None
    always_high: float | None
    plain_effect: float | None
    removed_share: float | None
    detectable: float | None
    draw_p_value: float | None

    @property
    def verdict(self) -> Verdict:
        """What may be said, however often one looks."""
        if self.effect is None or (self.draw_p_value or 0) < SUSPICIOUS:
            return Verdict.UNKNOWN
        if self.always_low is not None and self.always_low > 0:
            return Verdict.SHOWN
        return Verdict.HARM if self.always_high is not None and self.always_high < 0 else Verdict.NOT_SHOWN

    @property
    def contact_rate(self) -> float | None:
        """Of the treated households, those with any contact; None where nobody was contacted."""
        return self.contacted_count / self.planned_count if self.contacted_count else None

    def per_hundred(self, figure: float | None) -> float | None:
        """A figure of a treated household as one of a hundred contacted: who was not contacted was not changed."""
        rate = self.contact_rate
        return None if figure is None or rate is None else 100 * figure / rate

    @property
    def cost_fen(self) -> int:
        """What was spent on the treated households: offers agreed to, commission on them, contacts where priced."""
        return self.offer_cost_fen + self.commission_fen + (self.contact_cost_fen or 0)

    @property
    def taker_change(self) -> float | None:
        """受理者前后对比（不是效果）: takers' monthly revenue afterwards against before, less 1.

        Who takes an offer is no random draw, and people who were just warned of come back by themselves.
        """
        if not self.taker_past_fen:
            return None
        return (self.taker_revenue_fen / self.horizon) / (self.taker_past_fen / 3) - 1


@dataclass(frozen=True)
class LiftReport:
    """Every effect of a month; `other_rules`: months of entry whose hold-out is not that of the playbook in force.

    `first_plan` is the month of the earliest plan that came to its end.
    """

    month: Month
    partition: str
    effects: tuple[Effect, ...]
    other_rules: tuple[str, ...]
    first_plan: Month | None = None

    @cached_property
    def horizons(self) -> tuple[int, ...]:
        """The horizons that are over for somebody, of those at which every cell is measured."""
        return tuple(each for each in self.steps if each in HORIZONS)

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The months since entry at which all together are measured."""
        return tuple(sorted({effect.horizon for effect in self.effects}))

    def of(self, horizon: int, outcome: LiftOutcome, by: str = "all") -> list[Effect]:
        """The effects of one kind: all together (`all`), by `programme` (warning), `county` or `month` of entry."""
        chosen = [e for e in self.effects if e.horizon == horizon and e.outcome is outcome]
        return {
            "all": [e for e in chosen if not (e.kind or e.county_code or e.entry_month)],
            "programme": [e for e in chosen if e.kind],
            "county": [e for e in chosen if e.county_code],
            "month": [e for e in chosen if e.entry_month],
        }[by]


def read_lift(store: Store, playbook: Playbook, partition: Partition) -> LiftReport:
    """The effects of one partition of LIFT, with the names of warnings and counties."""
    month = Month.from_number(int(partition.key["month"]))
    rows = store.rows(
        f"SELECT {columns_sql(LIFT)} FROM lift ORDER BY {', '.join(LIFT.key)}", inputs={"lift": partition}
    )
    warnings = {rule.code: rule.text for rule in playbook.warnings}
    counties = _county_names(store, month)
    names = {field.name for field in fields(Effect)}

    def named(row: dict[str, Any]) -> Text:
        if row["kind"]:
            return warnings.get(row["kind"], Text(row["kind"], row["kind"]))
        if row["entry_month"]:
            entry = Month.from_number(row["entry_month"])
            return Text(f"{entry} 批次", f"entered {entry}")
        code = row["county_code"]
        return Text(name := counties.get(code, code), name) if code else Text("全部", "all")

    effects = tuple(
        Effect(
            text=named(row),
            **{**{k: v for k, v in row.items() if k in names}, "outcome": LiftOutcome(row["outcome"])},
        )
        for row in rows
    )
    other = tuple(partition.manifest.note.get("other_rules", ()))
    ended = [int(p.key["month"]) for p in store.partitions(OUTCOME)]
    first = Month.from_number(min(ended)) if ended else None
    return LiftReport(month, partition.name, effects, other, first)


def _county_names(store: Store, month: Month) -> dict[str, str]:
    trees = [p for p in store.partitions(ORG_NODE) if int(p.key["month"]) <= month.number]
    if not trees:
        return {}
    rows = store.rows(
        "SELECT node_code, name FROM node WHERE level = 'COUNTY'",
        inputs={"node": max(trees, key=lambda p: int(p.key["month"]))},
    )
    return {str(row["node_code"]): str(row["name"]) for row in rows}
