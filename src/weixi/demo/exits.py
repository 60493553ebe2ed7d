"""Who leaves, how, and what can be seen of it beforehand."""

import numpy as np

from weixi.demo import hazard as truth
from weixi.demo.actions import Acts
from weixi.demo.lines import (
    CANCELLED,
    COMMERCIAL,
    DEBT,
    EXITED,
    FRAUD,
    IN_SERVICE,
    MAIN,
    PENDING,
    PORTED,
    SECONDARY,
    Array,
)  # fmt: skip
from weixi.demo.step import Fate, Step
from weixi.kernel.terms import EventType


def decide(step: Step, rows: Array, log: Array, intercept: float, acts: Acts) -> Fate:
    """Who leaves this month. `rows` and `log` come from the state before it; what was agreed counts from its day."""
    lines, leaving = step.lines, step.rates.leaving
    rate = truth.hazard(log, intercept, lines, leaving)
    rate[lines.open_day >= step.first] = 0
    luck, day = step.luck(), step.day(1, 31)
    waits = lines.pending >= 0
    day = np.where(waits, step.day(1, 8), day)
    if len(acts):
        at = acts.row
        treated = lines.take(at)
        relieved = truth.relief(treated, rows[:, at], acts.family)
        after = truth.hazard(log[at] - relieved, intercept, treated, leaving)
        rate[at] = np.where((day[at] >= acts.day) & (rate[at] > 0), after, rate[at])
    goes = luck < rate
    odds = leaving.port_share * np.exp(0.25 * lines.price)
    kind = np.where(lines.is_main & (step.luck() < odds), PORTED, CANCELLED)
    kind = np.where(waits, lines.pending, kind)
    late = goes & ~waits & lines.is_main & (step.luck() < leaving.late_share)
    _apply_late(step, np.flatnonzero(late), kind)
    goes &= ~late
    stays = waits & ~goes
    lines.pending[stays] = -1
    lines.status[stays & (lines.status == PENDING)] = IN_SERVICE
    return Fate(np.where(goes, kind, -1).astype(np.int8), day)


def _apply_late(step: Step, at: Array, kind: Array) -> None:
    """Lines that apply in the month's last days and go in the next month."""
    lines = step.lines
    day = (step.first + step.days - step.rng.integers(1, 6, len(at))).astype(np.int16)
    lines.pending[at] = kind[at]
    port = kind[at] == PORTED
    step.log.add(at[port], EventType.PORT_OUT_QUERY, day[port] - step.rng.integers(1, 9, int(port.sum())))
    step.log.add(at[port], EventType.PORT_OUT_APPLICATION, day[port])
    lines.query_age[at[port]] = 0
    lines.status[at[~port]] = PENDING
    lines.status_day[at[~port]] = day[~port]


def forced(step: Step, fate: Fate) -> None:
    """Add what is not the customer's will: cancelled for debt, closed by anti-fraud order."""
    lines, leaving = step.lines, step.rates.leaving
    day = step.day(5, 25)
    debt = (lines.arrears_months > leaving.debt_after_months) & ~fate.leaves & (lines.status < EXITED)
    fate.kind[debt] = DEBT
    closed = (lines.suspect_level == 2) & (step.luck() < leaving.fraud_share)
    closed &= ~fate.leaves & (lines.status < EXITED)
    fate.kind[closed] = FRAUD
    moved = debt | closed
    fate.day[moved] = np.maximum(
        day[moved], np.minimum(lines.open_day[moved] + 1, step.first + step.days - 1)
    )


def ask(step: Step, fate: Fate, rate: Array) -> None:
    """Port-out queries of those who stay, and query and application of those who port out this month."""
    lines, leaving = step.lines, step.rates.leaving
    chance = np.minimum(leaving.query_floor + leaving.query_per_hazard * rate, 0.5)
    can = lines.is_main & ~fate.leaves & (lines.status < EXITED) & (lines.pending < 0)
    at = np.flatnonzero(can & (lines.line_use == COMMERCIAL) & (step.luck() < chance))
    step.log.add(at, EventType.PORT_OUT_QUERY, np.maximum(step.day(1, 31)[at], lines.open_day[at]))
    lines.query_age[at] = 0
    at = np.flatnonzero((fate.kind == PORTED) & (lines.pending < 0))
    applied = np.maximum(fate.day[at] - step.rng.integers(1, 7, len(at)), step.first)
    asked = np.maximum(applied - step.rng.integers(0, 9, len(at)), step.first)
    step.log.add(at, EventType.PORT_OUT_QUERY, asked)
    step.log.add(at, EventType.PORT_OUT_APPLICATION, applied)


def leave(step: Step, fate: Fate) -> None:
    """Write the exits into the state; a main card takes its secondary cards along."""
    lines = step.lines
    main = fate.leaves & (lines.line_type == MAIN)
    taken = (lines.line_type == SECONDARY) & ~fate.leaves & (lines.status < EXITED)
    at = np.flatnonzero(taken)
    gone = np.flatnonzero(main)
    if len(at) and len(gone):
        order = gone[np.argsort(lines.party[gone], kind="stable")]
        place = np.searchsorted(lines.party[order], lines.party[at]).clip(max=len(order) - 1)
        follows = lines.party[order[place]] == lines.party[at]
        at, leader = at[follows], order[place][follows]
        fate.kind[at] = CANCELLED
        fate.day[at] = np.maximum(fate.day[leader], lines.open_day[at])
    at = np.flatnonzero(fate.leaves)
    lines.status[at] = EXITED
    lines.status_day[at] = fate.day[at]
    lines.exit_type[at] = fate.kind[at]
    lines.exit_day[at] = fate.day[at]
    lines.pending[at] = -1
    lines.complaint_open[at] = False
    lines.repair_open[at] = False
    lines.balance[at] = 0
