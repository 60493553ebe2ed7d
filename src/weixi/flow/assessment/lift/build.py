"""The month's effects: sums of those who entered this year become estimates, from a small table and in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from weixi.engine import Partition, Store, columns_sql
from weixi.engine.wire import arrow_schema
from weixi.flow.assessment.lift.design import Stratum, detectable, draw_p_value, variance_of
from weixi.flow.assessment.lift.entrants import sum_entrants
from weixi.flow.assessment.lift.estimate import LEAST, Difference, estimate
from weixi.flow.assessment.lift.interval import fixed, sequential
from weixi.flow.assessment.lift.moments import HELD, TREATED, Array, Moments
from weixi.flow.assessment.lift.spending import SPENT
from weixi.flow.assessment.lift.tables import (
    COVARIATES,
    HORIZONS,
    LIFT,
    LIFT_SUM,
    PRODUCTS,
    STEPS,
    VALUES,
    YEAR,
    LiftOutcome,
)
from weixi.flow.decision import PLAN, share_of
from weixi.kernel.ids import fingerprint
from weixi.kernel.period import Month
from weixi.playbook import Playbook

RESTATED = 0.05
"""Households outside their draw's arm, as a share of those held out, above which a month is not compared."""

_ADDED = ("contacted_count", "taker_count", "taker_past_fen", "taker_revenue_fen", *SPENT)
_PLACES = 6
_READ = f"SELECT {columns_sql(LIFT_SUM)} FROM sums ORDER BY {', '.join(LIFT_SUM.key)}"


@dataclass(frozen=True, slots=True)
class _Sums:
    """The rows of LIFT_SUM of several months of entry at one horizon, as columns."""

    months: tuple[Month, ...]
    month: NDArray[np.integer]
    columns: dict[str, Any]

    def of(self, entry: Month) -> "_Sums":
        """The rows of one month of entry."""
        chosen = self.where(self.month == entry.number)
        return _Sums((entry,), chosen.month, chosen.columns)

    def known(self, name: str) -> "_Sums":
        """The months of entry of which the value is known."""
        found = self.where(~np.isnan(self.columns[f"{name}_sum"].astype(np.float64)))
        there = set(found.month.tolist())
        return _Sums(tuple(m for m in self.months if m.number in there), found.month, found.columns)

    def where(self, chosen: NDArray[np.bool_]) -> "_Sums":
        columns = {name: column[chosen] for name, column in self.columns.items()}
        return _Sums(self.months, self.month[chosen], columns)


def build_lift(store: Store, playbook: Playbook, month: Month) -> Partition:
    """Write every effect that can be measured at the end of `month` (LIFT, sealed).

    At each horizon those count who entered in the year of the last month of entry whose horizon is over: the start
    stays where it is while looks go on, as the always-valid interval asks. A month whose hold-out is not the draw of
    this playbook is left out and named in the note `other_rules`: its strata are not known.
    """
    rows: list[dict[str, Any]] = []
    sources: list[str] = []
    other: set[str] = set()
    for horizon in STEPS:
        sums, used = _gather(store, playbook, month, horizon, other)
        sources += [partition.fingerprint for partition in used]
        if sums is not None:
            rows += _effects(sums, horizon)
    note = {
        "playbook": playbook.fingerprint,
        "other_rules": sorted(other),
        "has_plan": _has_plan(store, month),
    }
    table = pa.Table.from_pylist(rows, schema=arrow_schema(LIFT))
    origin = fingerprint(_METHOD, *sources, str(sorted(other)))
    return store.put(LIFT, {"month": month.number}, table.to_batches(), origin=origin, seal=True, note=note)


_METHOD = "stratified difference of means, CUPED on past and urgency, 3"
"""Another way of estimating is another recipe."""


def effects_of_entry(store: Store, entry: Month, sums: Partition) -> list[dict[str, Any]]:
    """The effects on all who entered in one month alone, rows of LIFT from that month's LIFT_SUM.

    None where nobody entered, or where the hold-out is not the draw of the playbook that summed them.
    """
    found = store.arrow(_READ, inputs={"sums": sums})
    if not found.num_rows or _is_other_draw(found):
        return []
    columns = {name: found[name].to_numpy() for name in found.column_names}
    months = np.full(found.num_rows, entry.number)
    whole = _Sums((entry,), months, columns | {"entry": months})
    return _cell(whole, int(sums.key["horizon"]), {"kind": "", "county_code": ""})


def _has_plan(store: Store, month: Month) -> bool:
    return any(int(p.key["month"]) <= month.number for p in store.partitions(PLAN))


def _gather(
    store: Store, playbook: Playbook, month: Month, horizon: int, other: set[str]
) -> tuple[_Sums | None, list[Partition]]:
    last = month.plus(1 - horizon)
    entries = [Month.of(last.year, number) for number in range(1, last.number % 100 + 1)]
    used, parts, months = [], [], []
    for entry in entries:
        partition = sum_entrants(store, playbook, entry, horizon)
        if partition is None:
            continue
        used.append(partition)
        found = store.arrow(_READ, inputs={"sums": partition})
        if _is_other_draw(found):
            other.add(str(entry))
        elif found.num_rows:
            parts.append(found.append_column("entry", pa.array(np.full(found.num_rows, entry.number))))
            months.append(entry)
    if not parts:
        return None, used
    whole = pa.concat_tables(parts)
    columns = {name: whole[name].to_numpy() for name in whole.column_names}
    return _Sums(tuple(months), columns["entry"], columns), used


def _is_other_draw(sums: pa.Table) -> bool:
    """Whether so many households are in another arm than their draw's that another rule must have drawn them.

    A few are what a restated month brings: their share is another than when they were drawn.
    """
    held = pc.sum(sums.filter(sums["is_holdout"])["household_count"]).as_py() or 0
    misdrawn: int = pc.sum(sums["misdrawn_count"]).as_py() or 0
    return misdrawn > RESTATED * max(held, 1)


def _effects(sums: _Sums, horizon: int) -> list[dict[str, Any]]:
    """The rows of LIFT at one horizon: all together; at HORIZONS each warning, each county, each month of entry too."""
    cells: list[tuple[dict[str, Any], _Sums]] = [({}, sums)]
    if horizon in HORIZONS:
        kinds, counties = (sorted(set(sums.columns[name].tolist())) for name in ("kind", "county_code"))
        cells += [({"kind": kind}, sums.where(sums.columns["kind"] == kind)) for kind in kinds]
        cells += [
            ({"county_code": county}, sums.where(sums.columns["county_code"] == county))
            for county in counties
            if county
        ]
        cells += [({"entry_month": entry.number}, sums.of(entry)) for entry in sums.months]
    nothing = {"kind": "", "county_code": "", "entry_month": 0}
    return [row for key, chosen in cells for row in _cell(chosen, horizon, {**nothing, **key})]


def _cell(sums: _Sums, horizon: int, key: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of one cell; an outcome that not every month of entry knows is compared in those that do."""
    groups: dict[tuple[Month, ...], tuple[_Sums, list[LiftOutcome]]] = {}
    for outcome in LiftOutcome:
        part = sums.known(outcome.value.lower())
        if part.months:
            groups.setdefault(part.months, (part, []))[1].append(outcome)
    return [
        row
        for part, outcomes in groups.values()
        for row in _compared(part, outcomes, {**key, "horizon": horizon})
    ]


def _compared(sums: _Sums, outcomes: Sequence[LiftOutcome], key: dict[str, Any]) -> list[dict[str, Any]]:
    every = sorted(set(sums.columns["cut"].tolist()))
    cuts = [cut for cut in every if 0 < share_of(cut) < 1]
    moments = _moments(sums, cuts)
    compared = [cut for cut, count in zip(cuts, moments.count, strict=True) if (count >= LEAST).all()]
    held = sums.columns["is_holdout"].astype(np.bool_)
    treated = np.isin(sums.columns["cut"], compared or cuts or every) & ~held
    undrawn = ~np.isin(sums.columns["cut"], cuts)
    first = sums.where(sums.month == sums.months[0].number)
    shared = {
        **key,
        "first_month": sums.months[0].number,
        "last_month": sums.months[-1].number,
        "household_count": int(sums.columns["household_count"].sum()),
        "undrawn_count": int(sums.columns["household_count"][undrawn].sum()),
        "planned_count": int(sums.columns["household_count"][treated].sum()),
        **{name: _added(sums.columns[name][treated]) for name in _ADDED},
        "draw_p_value": _number(draw_p_value(moments, [share_of(cut) for cut in cuts])) if cuts else None,
    }
    rows = []
    for outcome in outcomes:
        name = outcome.value.lower()
        picked = moments.pick([VALUES.index(each) for each in (name, *COVARIATES)])
        found = estimate(picked, is_rate=outcome.is_rate)
        planned = _designed(first, cuts, name) / YEAR
        designed = _designed(sums, cuts, name)
        rows.append({**shared, "outcome": outcome.value, **_figures(found, planned, designed)})
    return rows


def _added(column: NDArray[Any]) -> int | None:
    """The sum of the column; None where it is not known of everybody."""
    total = float(column.astype(np.float64).sum())
    return None if np.isnan(total) else int(total)


def _moments(sums: _Sums, cuts: Sequence[str]) -> Moments:
    """The sums of the cell by stratum and arm."""
    shape = (len(cuts), 2)
    inside = sums.where(np.isin(sums.columns["cut"], cuts))
    stratum = np.searchsorted(np.asarray(cuts, dtype=np.str_), inside.columns["cut"].astype(np.str_))
    group = stratum * 2 + np.where(inside.columns["is_holdout"].astype(np.bool_), HELD, TREATED)

    def added(name: str) -> Array:
        weights = inside.columns[name].astype(np.float64)
        sums_of = np.bincount(group, weights=weights, minlength=2 * len(cuts)).astype(np.float64)
        return sums_of.reshape(shape)

    size = len(VALUES)
    product = np.zeros((*shape, size, size))
    for a, b in PRODUCTS:
        j, k = VALUES.index(a), VALUES.index(b)
        product[..., j, k] = product[..., k, j] = added(f"{a}_{b}_sum")
    total = np.stack([added(f"{name}_sum") for name in VALUES], axis=-1)
    return Moments(added("household_count"), total, product)


def _designed(sums: _Sums, cuts: Sequence[str], name: str) -> float:
    """The variance of the effect that these households and shares are designed to give; infinite without a hold-out.

    Of the outcome's variance over both arms together, so that it does not depend on the effect that is seen.
    """
    moments = _moments(sums, cuts)
    place = VALUES.index(name)
    count = float(moments.count.sum())
    if not count:
        return float("inf")
    mean = float(moments.total[..., place].sum()) / count
    variance = max(float(moments.product[..., place, place].sum()) / count - mean**2, 1 / count**2)
    sizes = moments.count.sum(axis=-1).tolist()
    return variance_of([Stratum(n, share_of(cut), variance) for n, cut in zip(sizes, cuts, strict=True)])


def _figures(found: Difference, planned: float, designed: float) -> dict[str, Any]:
    """`planned`: variance at the planned end of the looks; `designed`: of these households, whatever came of them."""
    once = fixed(found)
    known = bool(np.isfinite(found.effect)) and np.isfinite(planned)
    always = sequential(found, 1 / planned) if known else None
    variance = float(found.variance)
    return {
        "small_count": int(found.left_out),
        "held_count": int(found.held_count),
        "treated_count": int(found.treated_count),
        "held_mean": _number(found.held_mean),
        "treated_mean": _number(found.treated_mean),
        "effect": _number(found.effect),
        "low": _number(once.low),
        "high": _number(once.high),
        "always_low": _number(always.low) if always is not None else None,
        "always_high": _number(always.high) if always is not None else None,
        "plain_effect": _number(found.plain_effect),
        "removed_share": _number(found.removed_share),
        "detectable": _number(detectable(variance if np.isfinite(variance) else designed)),
    }


def _number(value: Array | float) -> float | None:
    """A figure with as many places as any platform gives alike; None where there is none."""
    plain = float(value)
    return round(plain, _PLACES) if np.isfinite(plain) else None
