"""Bills, recharges, balances, debts, stops and restores; and the figures some owners mend."""

import numpy as np

from weixi.demo.events import CHANNELS
from weixi.demo.lines import (
    BARE,
    COMMERCIAL,
    EXITED,
    IN_SERVICE,
    IOT,
    NEVER,
    ONE_WAY,
    STAFF,
    SUSPENDED,
    TEST,
    TWO_WAY,
    Array,
)  # fmt: skip
from weixi.demo.population import FEES
from weixi.demo.step import Fate, Step, Sums
from weixi.kernel.terms import Channel, EventType

_LADDER = np.array([3_000, 5_000, 10_000, 20_000, 30_000, 50_000, 100_000], dtype=np.int64)
_APP = CHANNELS.index(Channel.APP)
_OUTLET = CHANNELS.index(Channel.OUTLET)


def bill(step: Step, share: Array, fate: Fate, sums: Sums) -> None:
    """What the month costs each line, before and after discounts, fen. `share`: part of the month in service."""
    lines, money = step.lines, step.rates.money
    fee = FEES[lines.plan].astype(np.float32)
    factor = np.exp(money.noise * step.normal() + money.use_share * lines.use)
    spent = lines.level * factor * money.bill_season[step.season]
    gross = np.where(lines.is_main & ~lines.silent, np.maximum(fee, spent), fee)
    gross = np.where(lines.status == ONE_WAY, fee * 0.5, gross) * share
    gross = np.where((lines.status == SUSPENDED) & ~fate.leaves, 500, gross)
    gross = np.where((lines.line_use == TEST) | (lines.line_use == STAFF), 0, gross)
    gross = np.where((lines.line_use == IOT), 1_000 * share, gross)
    bound = (lines.contract != BARE) & (lines.contract_end > step.first)
    low = np.where(bound, money.bound_discount[0], money.free_discount[0])
    high = np.where(bound, money.bound_discount[1], money.free_discount[1])
    sums.before[:] = gross
    sums.bill[:] = sums.before * (1 - low - (high - low) * step.luck())


def lift(step: Step, fate: Fate, sums: Sums) -> None:
    """Before a cut-off some owners lift lines just under 80 yuan over it with small recharges and add-ons."""
    lines, gaming = step.lines, step.rates.gaming
    if step.season + 1 not in gaming.months:
        return
    near = (sums.bill >= gaming.low_fen) & (sums.bill < gaming.goal_fen) & lines.is_main & ~fate.leaves
    theirs = (lines.owner >= 0) & step.place.owner_games[np.maximum(lines.owner, 0)]
    at = np.flatnonzero(near & theirs & (lines.status == IN_SERVICE) & (step.luck() < gaming.line_share))
    goal = gaming.goal_fen + step.rng.integers(0, 300, len(at))
    missing = goal - sums.bill[at]
    sums.before[at] += missing
    sums.bill[at] = goal
    sums.paid[at] += missing
    lines.gamed[at] = True
    day = step.first + step.days - step.rng.integers(1, 5, len(at))
    day = np.maximum(day, lines.open_day[at])
    step.log.add(at, EventType.RECHARGE, day, amount=missing, channel=_OUTLET, agent=lines.owner[at])


def pay(step: Step, fate: Fate, sums: Sums, agreed: Array) -> None:
    """Recharges and payments; who cannot or will not pay is stopped. `agreed`: recharged by an offer, fen."""
    lines, money = step.lines, step.rates.money
    here = (lines.status < EXITED) & ~fate.leaves
    sums.paid += agreed
    owing = here & (lines.arrears_months > 0)
    _settle_debts(step, owing, sums)
    still = owing & (lines.arrears_months > 0)
    prepaid = here & lines.is_main & ~lines.postpaid & ~owing & (lines.status != SUSPENDED)
    prepaid &= lines.line_use == COMMERCIAL
    releases = (lines.subsidy_end != NEVER) & (lines.subsidy_end > step.first)
    # What an owner paid in to lift a bill is spent by that bill.
    gained = agreed + np.where(releases, lines.release, 0) + np.where(lines.gamed, sums.paid - agreed, 0)
    left = lines.balance + gained - sums.bill
    season = money.recharge_season[step.season]
    chance = np.where(left < lines.level // 2, money.recharge_low * season, money.recharge_high * season)
    chance = np.where(left < 0, np.minimum(money.recharge_negative * (0.9 + season / 10), 0.985), chance)
    chance = chance * np.where(lines.silent, money.recharge_silent, 1.0)
    wanted = lines.level * (0.7 + 1.6 * step.luck())
    wanted = np.maximum(wanted, -left)
    amount = _LADDER[np.minimum(np.searchsorted(_LADDER, wanted), len(_LADDER) - 1)]
    amount = np.maximum(amount, -(left // 1_000) * 1_000)
    at = np.flatnonzero(prepaid & (step.luck() < chance))
    day = np.maximum(step.day(1, 31)[at], lines.open_day[at])
    channel = np.where(step.rng.random(len(at)) < 0.75, _APP, _OUTLET)
    step.log.add(at, EventType.RECHARGE, day, amount=amount[at], channel=channel)
    left[at] += amount[at]
    sums.paid[at] += amount[at]
    lines.balance[:] = np.where(prepaid, np.maximum(left, 0), lines.balance)
    short = prepaid & (left < 0)
    others = here & ~prepaid & ~owing
    unpaid = others & lines.is_main & (lines.line_use == COMMERCIAL) & (step.luck() < money.unpaid_share)
    unpaid &= (sums.bill > 0) & (lines.open_day < step.first)
    sums.paid += np.where(others & ~unpaid & (lines.line_use == COMMERCIAL), sums.bill, 0)
    owed = np.where(short, -left, np.where(unpaid | still, sums.bill, 0))
    lines.arrears[:] = lines.arrears + owed
    fresh = short | unpaid
    _stop(step, fresh, still)
    lines.arrears_months[fresh | still] += 1


def _settle_debts(step: Step, owing: Array, sums: Sums) -> None:
    """Debtors who pay: the debt is paid, the line restored."""
    lines, money = step.lines, step.rates.money
    month = np.clip(lines.arrears_months - 1, 0, len(money.cured) - 1)
    chance = np.where(lines.arrears_months > len(money.cured), 0.0, np.array(money.cured)[month])
    at = np.flatnonzero(owing & (step.luck() < chance))
    day = step.day(1, 22)[at]
    step.log.add(at, EventType.PAYMENT, day, amount=lines.arrears[at], channel=_APP)
    sums.paid[at] += lines.arrears[at]
    stopped = (lines.status[at] == ONE_WAY) | (lines.status[at] == TWO_WAY)
    step.log.add(at[stopped], EventType.RESTORE, day[stopped])
    lines.status[at[stopped]] = IN_SERVICE
    lines.status_day[at[stopped]] = day[stopped]
    spare = np.where(lines.postpaid[at], 0, lines.level[at])
    lines.balance[at] = spare
    sums.paid[at] += spare
    paid = spare > 0
    step.log.add(at[paid], EventType.RECHARGE, day[paid], amount=spare[paid], channel=_APP)
    lines.arrears[at] = 0
    lines.arrears_months[at] = 0


def _stop(step: Step, fresh: Array, still: Array) -> None:
    """A prepaid line is stopped one-way in the first month of a debt, a postpaid one in the second; then two-way."""
    lines, day = step.lines, step.day(20, 31)
    further = np.flatnonzero(still & (lines.status == ONE_WAY))
    at = np.flatnonzero((lines.status == IN_SERVICE) & np.where(lines.postpaid, still, fresh))
    when = np.maximum(day[at], lines.open_day[at])
    step.log.add(at, EventType.STOP, when)
    lines.status[at] = ONE_WAY
    lines.status_day[at] = when
    step.log.add(further, EventType.STOP, day[further] - 15)
    lines.status[further] = TWO_WAY
    lines.status_day[further] = day[further] - 15
