"""What the desk brought about: agreed offers, as the operator's own systems see them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from weixi.demo import hazard
from weixi.demo.catalogue import MOBILE_PLANS
from weixi.demo.events import CHANNELS
from weixi.demo.hazard import CARE, FAMILIES, OfferKind
from weixi.demo.lines import (
    BARE,
    BONUS,
    COMMITMENT,
    EXITED,
    IN_SERVICE,
    LEASE,
    MAIN,
    NEVER,
    Array,
    Lines,
)  # fmt: skip
from weixi.demo.population import FEES, PRICES
from weixi.demo.step import Fate, Step
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import EventType, OfferFamily

ACTION_SCHEMA = pa.schema(
    [
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("offer_code", pa.string()),
        pa.field("agreed_date", pa.date32(), nullable=False),
        pa.field("channel", pa.string()),
        pa.field("agent_code", pa.string()),
    ]
)
"""One row: one line whose customer agreed on that day; without an offer it is care."""

FIRST_USER = 860_000_000_000
"""USER_ID is this plus the line's serial."""


@dataclass(frozen=True, slots=True)
class Acts:
    """Agreed offers of some lines, by position, ascending; at most one for each line (the earliest)."""

    row: Array
    day: Array
    family: Array
    offer: Array  # index of the month's offer codes, −1 none
    channel: Array
    agent: Array  # index of the month's agent codes, −1 none

    def __len__(self) -> int:
        return len(self.row)

    def part(self, start: int, stop: int) -> "Acts":
        """Those of the lines from `start` up to `stop`, positions counted from `start`."""
        low, high = np.searchsorted(self.row, [start, stop])
        cut = slice(int(low), int(high))
        return Acts(
            self.row[cut] - start, self.day[cut], self.family[cut], self.offer[cut], self.channel[cut],
            self.agent[cut],
        )  # fmt: skip


def none() -> Acts:
    """No acts."""
    empty = np.empty(0, dtype=np.int64)
    return Acts(empty, empty, empty, empty, empty, empty)


def read(
    table: pa.Table, serials: Array, offers: Mapping[str, OfferKind], agents: list[str], first: int, days: int
) -> tuple[Acts, list[str]]:
    """The acts of an ACTION_SCHEMA table, and the offer codes they index. New agents are added to `agents`.

    Lines the operator does not know are passed over. Raises UsageError for a date outside the month.
    """
    if table.num_rows == 0:
        return none(), []
    users = np.array(table["user_id"].to_pylist(), dtype=np.int64) - FIRST_USER
    day = table["agreed_date"].cast(pa.int32()).to_numpy() - 10_957  # 2000-01-01 in days from 1970
    if ((day < first) | (day >= first + days)).any():
        raise UsageError(
            "simulate.date",
            Text("办理日期不在该月内", "an agreed date lies outside the month"),
            Text("只交该月的办理结果", "hand over the month's own actions only"),
            where="agreed_date",
        )
    at = np.searchsorted(serials, users).clip(max=len(serials) - 1)
    known = serials[at] == users
    codes = table["offer_code"].to_pylist()
    names = sorted({code for code in codes if code})
    offer = np.array([names.index(code) if code else -1 for code in codes], dtype=np.int16)
    channel = np.array(
        [CHANNELS.index(c) if c in CHANNELS else -1 for c in table["channel"].to_pylist()], dtype=np.int8
    )
    place = {code: k for k, code in enumerate(agents)}
    who: list[int] = []
    for code in table["agent_code"].to_pylist():
        if code and code not in place:
            place[code] = len(agents)
            agents.append(code)
        who.append(place[code] if code else -1)
    order = np.lexsort((day, at))
    order = order[known[order]]
    order = order[np.concatenate([[True], np.diff(at[order]) > 0])] if len(order) else order
    family = hazard.family_index(offers, codes)
    return Acts(
        at[order], day[order], family[order], offer[order], channel[order],
        np.array(who, dtype=np.int32)[order],
    ), names  # fmt: skip


def settle(step: Step, acts: Acts, rows: Array, fate: Fate) -> Array:
    """Do what was agreed with those still there on the day. The result is what each line recharged by it, fen."""
    lines, rng = step.lines, step.rng
    money = np.zeros(len(lines), dtype=np.int64)
    at = acts.row
    here = (lines.status[at] < EXITED) & ~(fate.leaves[at] & (fate.day[at] <= acts.day))
    acts = Acts(*(getattr(acts, name)[here] for name in Acts.__slots__))
    at, count = acts.row, len(acts)
    if not count:
        return money
    price = np.zeros(count, dtype=np.int64)
    lines.relief[at] = hazard.personal(lines.take(at), acts.family)
    lines.relief_months[at] = hazard.MONTHS[acts.family]
    _bind(step, acts, price)
    level = lines.level[at].astype(np.int64)
    prepaid = (lines.line_type[at] == MAIN) & ~lines.postpaid[at]
    deposit = acts.family == FAMILIES.index(OfferFamily.PREPAY_BONUS)
    low = prepaid & (lines.balance[at] < level)
    top = np.where(deposit, 3 * level, np.where(low & (rng.random(count) < 0.75), level, 0))
    top = np.where(prepaid, np.maximum((top + 4_999) // 5_000, top > 0) * 5_000, 0)
    money[at] = top
    gift = acts.family == FAMILIES.index(OfferFamily.AIRTIME_CREDIT)
    lines.balance[at] += np.where(gift & prepaid, level // 2, 0).astype(np.int32)
    price = np.where(deposit, top, price)
    real = acts.offer >= 0
    day = acts.day
    step.log.add(at[real], EventType.ORDER, day[real], amount=price[real], channel=acts.channel[real],
                 offer=acts.offer[real], agent=acts.agent[real])  # fmt: skip
    paid = top > 0
    step.log.add(at[paid], EventType.RECHARGE, day[paid], amount=top[paid], channel=acts.channel[paid])
    _repair_relations(step, acts, rows)
    return money


def _bind(step: Step, acts: Acts, price: Array) -> None:
    """New contracts, handsets, tariffs; `price` receives what the customer pays for it, fen."""
    lines, at, day = step.lines, acts.row, acts.day
    is_main = lines.line_type[at] == MAIN
    device = (acts.family == FAMILIES.index(OfferFamily.DEVICE_OFFER)) & is_main
    bonus = (acts.family == FAMILIES.index(OfferFamily.PREPAY_BONUS)) & is_main
    again = acts.family == FAMILIES.index(OfferFamily.RECONTRACT)
    live = (lines.contract[at] != BARE) & (lines.contract_end[at] > day)
    start = np.where(live & (again | device), lines.contract_end[at], day)
    bound = device | (again & is_main) | (bonus & ~live)
    kind = np.where(device, LEASE, np.where(bonus, BONUS, COMMITMENT))
    to = at[bound]
    lines.contract[to] = kind[bound]
    lines.contract_start[to] = day[bound]
    lines.contract_end[to] = (start + np.where(device, 730, 365))[bound]
    model = np.minimum(np.searchsorted(PRICES, lines.level[at] * 30), len(PRICES) - 1)
    worth = np.where(device, PRICES[model] * 35 // 100, np.where(bonus, lines.level[at], 0))
    gift = (device | bonus) & bound
    to = at[gift]
    lines.subsidy[to] = np.where(device, worth, 0)[gift]
    lines.subsidy_end[to] = lines.contract_end[to]
    lines.release[to] = (worth // np.where(device, 24, 12) // 100 * 100)[gift]
    to = at[device]
    lines.handset[to] = model[device]
    lines.handset_day[to] = day[device]
    price += np.where(device, PRICES[model] * 65 // 100, 0)
    renewed = (again | device) & (lines.broadband_end[at] != NEVER)
    lines.broadband_end[at[renewed]] = (np.maximum(lines.broadband_end[at], day) + 365)[renewed]
    _share_term(lines, at[renewed])
    tariff = (acts.family == FAMILIES.index(OfferFamily.TARIFF)) & is_main
    to = at[tariff]
    fitting = np.searchsorted(FEES[:MOBILE_PLANS], lines.level[to] * 0.9, side="right") - 1
    lines.plan[to] = np.maximum(fitting, 0)


def _share_term(lines: Lines, renewed: Array) -> None:
    """Give the household's other lines the broadband term that one of them renewed."""
    renewed = renewed[lines.household[renewed] >= 0]
    if not len(renewed):
        return
    order = renewed[np.argsort(lines.household[renewed], kind="stable")]
    house = lines.household[order]
    member = np.flatnonzero((lines.broadband_end != NEVER) & np.isin(lines.household, house))
    leader = order[np.searchsorted(house, lines.household[member])]
    lines.broadband_end[member] = np.maximum(lines.broadband_end[member], lines.broadband_end[leader])


def _repair_relations(step: Step, acts: Acts, rows: Array) -> None:
    """Debts paid, complaints and faults closed, silent lines woken, in the share that the family cures."""
    lines, rng, log = step.lines, step.rng, step.log
    at, day, count = acts.row, acts.day, len(acts)
    owes = (lines.arrears[at] > 0) & (rng.random(count) < 0.8)
    to = at[owes]
    log.add(to, EventType.PAYMENT, day[owes], amount=lines.arrears[to], channel=acts.channel[owes])
    stopped = owes & (lines.status[at] != IN_SERVICE) & (lines.status[at] < 3)
    log.add(at[stopped], EventType.RESTORE, day[stopped])
    lines.status[at[stopped]] = IN_SERVICE
    lines.status_day[at[stopped]] = day[stopped]
    lines.arrears[to] = 0
    lines.arrears_months[to] = 0
    care = acts.family == CARE
    closed = lines.complaint_open[at] & (rng.random(count) < np.where(care, 0.85, 0.4))
    log.add(at[closed], EventType.COMPLAINT_CLOSED, day[closed])
    lines.complaint_open[at[closed]] = False
    done = lines.repair_open[at] & (rng.random(count) < 0.9)
    log.add(at[done], EventType.REPAIR_DONE, day[done])
    lines.repair_open[at[done]] = False
    woken = lines.silent[at] & (rng.random(count) < np.where(care, 0.4, 0.25))
    lines.silent[at[woken]] = False
    share = hazard.cured(rows[:, at], acts.family) / np.maximum(rows[:, at].sum(axis=0), 1e-6)
    settled = rng.random(count) < share
    lines.query_age[at[settled]] = 99
    lines.slow[at] -= (np.clip(share, 0, 1) * (lines.slow[at] - lines.use[at])).astype(np.float32)
