"""The truth about leaving: what endangers a line, how likely it goes next month, what an offer would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from weixi.demo.lines import BARE, BROADBAND, EXITED, NEVER, Array, Lines, day_number
from weixi.demo.place import Place
from weixi.demo.rates import EFFECTS, RISKS, Leaving
from weixi.kernel.period import Month
from weixi.kernel.terms import OfferFamily

FAMILIES = tuple(OfferFamily)
CARE = FAMILIES.index(OfferFamily.SERVICE)
_CURE = np.array([[EFFECTS[f].cure.get(r, 0.0) for r in RISKS] for f in FAMILIES], dtype=np.float32)
_TRAITS = np.array(
    [[EFFECTS[f].price, EFFECTS[f].gadget, EFFECTS[f].service, EFFECTS[f].aversion] for f in FAMILIES],
    dtype=np.float32,
)
_BASE = np.array([EFFECTS[f].base for f in FAMILIES], dtype=np.float32)
_WISH = np.array([EFFECTS[f].wish for f in FAMILIES], dtype=np.float32)
MONTHS = np.array([EFFECTS[f].months for f in FAMILIES], dtype=np.int8)


@dataclass(frozen=True, slots=True)
class OfferKind:
    """What the simulation must know of an offer: its family, and the warnings it answers (empty: all)."""

    family: OfferFamily
    kinds: tuple[str, ...] = ()


def default_offers() -> Mapping[str, OfferKind]:
    """One offer for each family, under the family's own name."""
    return {family.value: OfferKind(family) for family in FAMILIES}


def family_index(offers: Mapping[str, OfferKind], codes: Sequence[str | None]) -> Array:
    """The family of each offer code as an index of `FAMILIES`; none or unknown is care."""
    known = {code: FAMILIES.index(kind.family) for code, kind in offers.items()}
    return np.array([known.get(code or "", CARE) for code in codes], dtype=np.int8)


def risks(lines: Lines, month: Month, leaving: Leaving) -> Array:
    """What each risk adds to the log hazard of `month`, from the state before it: one row for each of `RISKS`."""
    day = day_number(month.first)
    weight = np.array(leaving.weight, dtype=np.float32)
    rows = np.empty((len(RISKS), len(lines)), dtype=np.float32)
    rows[0] = _near(lines.contract_end, day, 60, 45) & (lines.contract != BARE)
    rows[1] = _near(lines.subsidy_end, day, 30, 45)
    rows[2] = _near(lines.broadband_end, day, 45, 45) & (lines.converged | (lines.line_type == BROADBAND))
    prepaid = ~lines.postpaid & lines.is_main
    lasts = lines.balance * np.float32(30) / np.maximum(lines.level, 1).astype(np.float32)
    rows[3] = np.where(prepaid, np.clip(1 - lasts / 20, 0, 1), 0)
    rows[4] = np.maximum(lines.complaint_open, np.where(lines.complaint_age < 3, 0.5, 0))
    rows[5] = lines.silent
    rows[6] = np.clip(lines.slow - lines.use - np.float32(0.15), 0, 1.2)
    rows[7] = lines.arrears_months > 0
    rows[8] = np.clip(1 - lines.query_age.astype(np.float32) * 0.4, 0, 1)
    rows[9] = lines.open_day > day - 180
    rows *= weight[:, None]
    return rows


def log_hazard(lines: Lines, rows: Array, month: Month, place: Place, leaving: Leaving) -> Array:
    """The log hazard of leaving of one's own will in `month`, but for the intercept; `rows` from `risks`."""
    day = day_number(month.first)
    total = rows.sum(axis=0)
    total += lines.frailty
    total += place.county_pull[place.unit_county[lines.home_unit]]
    total += np.float32(leaving.season[month.index % 12])
    total += np.where((lines.contract != BARE) & (lines.contract_end > day + 90), leaving.bound, 0.0)
    total += np.where(lines.converged, leaving.converged, 0.0)
    total += np.where(lines.corporate >= 0, leaving.corporate, 0.0)
    total += np.where(lines.open_day < day - 1825, leaving.loyal, 0.0)
    total += np.where(lines.is_main, 0.0, leaving.secondary)
    total -= np.where(lines.relief_months > 0, lines.relief, 0.0)
    result: Array = total.astype(np.float32)
    return result


def hazard(log: Array, intercept: float, lines: Lines, leaving: Leaving) -> Array:
    """The probability of leaving of one's own will in the month; what was applied for goes nearly surely."""
    rate = np.minimum(np.exp(log + np.float32(intercept)), leaving.cap)
    rate = np.where(lines.pending >= 0, leaving.late_goes, rate)
    result: Array = np.where(lines.status < EXITED, rate, 0.0)
    return result


def personal(lines: Lines, family: Array | int) -> Array:
    """What an agreed offer of the family takes off the log hazard for its months, apart from what it cures."""
    weights = _TRAITS[family]
    traits = np.stack([lines.price, lines.gadget, lines.service, lines.aversion])
    moved = np.einsum("tn,nt->n", traits, np.broadcast_to(weights, (len(lines), 4)))
    result: Array = _BASE[family] + moved
    return result


def cured(rows: Array, family: Array | int) -> Array:
    """What an agreed offer of the family cures of the risks, in log hazard, in the month it is agreed."""
    shares = np.broadcast_to(_CURE[family], (rows.shape[1], len(RISKS)))
    result: Array = np.einsum("rn,nr->n", rows, shares)
    return result


def relief(lines: Lines, rows: Array, family: Array | int) -> Array:
    """All that an offer takes off the log hazard of the month it is agreed in; negative where it does harm."""
    result: Array = cured(rows, family) + personal(lines, family)
    return np.where(lines.pending >= 0, 0.0, result)


def effect(log: Array, relieved: Array, intercept: float, lines: Lines, leaving: Leaving) -> Array:
    """The true effect: relative fall of the month's hazard, were the offer agreed on its first day.

    0.3 means three of ten who would have left stay; below 0 the offer drives people away.
    """
    before = hazard(log, intercept, lines, leaving)
    after = hazard(log - relieved, intercept, lines, leaving)
    result: Array = 1 - after / np.maximum(before, 1e-9)
    return np.where(before > 0, result, 0.0).astype(np.float32)


def agree_rate(lines: Lines, rows: Array, family: Array | int) -> Array:
    """The probability that the person agrees to the offer once reached by a mean agent."""
    odds = -0.5 + _WISH[family] + 0.7 * relief(lines, rows, family) - 0.5 * lines.aversion
    odds = odds - np.where(lines.pending >= 0, 3.0, 0.0)
    result: Array = 1 / (1 + np.exp(-odds))
    return result


def intercept(log: Array, leaving: Leaving) -> float:
    """The intercept under which the mean hazard of these log hazards is the voluntary rate."""
    low, high = -15.0, 2.0
    for _ in range(50):
        middle = (low + high) / 2
        mean = float(np.minimum(np.exp(log.astype(np.float64) + middle), leaving.cap).mean())
        low, high = (middle, high) if mean < leaving.voluntary_rate else (low, middle)
    return (low + high) / 2


def _near(day: Array, today: int, after: int, before: int) -> Array:
    """Whether a day lies at most `after` days back or `before` days ahead."""
    known: Array = (day != NEVER) & (day > today - after) & (day <= today + before)
    return known
