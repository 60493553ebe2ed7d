"""What happens to lines that stay: use, silence, complaints, faults, contracts, handsets, suspect traffic."""

import numpy as np

from weixi.demo import place as places
from weixi.demo.events import CHANNELS
from weixi.demo.lines import (
    BARE,
    BROADBAND,
    COMMERCIAL,
    COMMITMENT,
    EXITED,
    IN_SERVICE,
    IOT,
    LEASE,
    NEVER,
    ONE_WAY,
    SECONDARY,
    SUSPENDED,
    Array,
)  # fmt: skip
from weixi.demo.population import PRICES
from weixi.demo.step import Fate, Step, Sums
from weixi.kernel.terms import Channel, EventType

_OUTLET = CHANNELS.index(Channel.OUTLET)
_PHONE = CHANNELS.index(Channel.PHONE)
_APP = CHANNELS.index(Channel.APP)


def grow_older(step: Step) -> None:
    """A month passes for everything that is counted in months; contracts long over are forgotten."""
    lines = step.lines
    for name in ("complaint_age", "query_age"):
        ages = getattr(lines, name)
        np.minimum(ages + 1, 99, out=ages, casting="unsafe")
    np.maximum(lines.relief_months - 1, 0, out=lines.relief_months)
    lines.gamed[:] = False
    over = (lines.contract != BARE) & (lines.contract_end < step.first - 180)
    lines.contract[over] = BARE
    for name in ("contract_start", "contract_end"):
        getattr(lines, name)[over] = NEVER
    ended = (lines.subsidy_end != NEVER) & (lines.subsidy_end < step.first - 180)
    lines.subsidy_end[ended] = NEVER
    lines.subsidy[ended] = 0
    lines.release[ended] = 0


def drift(step: Step) -> None:
    """Use rises and falls; declines begin; some lines fall silent, some speak again."""
    lines, life = step.lines, step.rates.life
    starts = (lines.falling == 0) & lines.is_main & (step.luck() < life.starts_falling)
    lines.falling[starts] = step.rng.integers(2, 7, int(starts.sum()))
    falls = lines.falling > 0
    lines.use[:] = life.memory * lines.use + life.use_noise * step.normal() + np.where(falls, life.fall, 0.0)
    lines.falling[falls] -= 1
    lines.slow[:] = 0.65 * lines.slow + 0.35 * lines.use
    luck = step.luck()
    mute = lines.is_main & ~lines.silent & (lines.status == IN_SERVICE) & (lines.open_day < step.first)
    chance = np.where(falls, 3 * life.turns_silent, life.turns_silent)
    turned = mute & (luck < chance)
    back = lines.silent & (luck < life.speaks_again)
    lines.silent[turned] = True
    lines.silent[back] = False


def complain(step: Step, fate: Fate, sums: Sums) -> None:
    """Complaints and faults: opened, closed in the month or later."""
    lines, life = step.lines, step.rates.life
    here = (lines.status < EXITED) & ~fate.leaves
    old = here & lines.complaint_open & (step.luck() < life.complaint_closed)
    at = np.flatnonzero(old)
    step.log.add(at, EventType.COMPLAINT_CLOSED, step.day(1, 20)[at])
    lines.complaint_open[at] = False
    chance = life.complaint * np.exp(0.35 * lines.service)
    new = here & (lines.line_type != SECONDARY) & (step.luck() < chance)
    at = np.flatnonzero(new)
    opened = np.maximum(step.day(1, 26)[at], lines.open_day[at])
    step.log.add(at, EventType.COMPLAINT, opened, channel=_PHONE)
    sums.complaints[at] = 1
    lines.complaint_age[at] = 0
    closed = step.rng.random(len(at)) < life.complaint_closed
    closing = np.minimum(opened + step.rng.integers(1, 9, len(at)), step.first + step.days - 1)
    step.log.add(at[closed], EventType.COMPLAINT_CLOSED, closing[closed])
    lines.complaint_open[at[~closed]] = True
    fixed = lines.line_type == BROADBAND
    old = here & fixed & lines.repair_open & (step.luck() < life.repair_done)
    at = np.flatnonzero(old)
    step.log.add(at, EventType.REPAIR_DONE, step.day(1, 10)[at])
    lines.repair_open[at] = False
    at = np.flatnonzero(here & fixed & (step.luck() < life.repair))
    opened = np.maximum(step.day(1, 28)[at], lines.open_day[at])
    step.log.add(at, EventType.REPAIR, opened, channel=_PHONE)
    done = step.rng.random(len(at)) < life.repair_done
    closing = np.minimum(opened + step.rng.integers(0, 3, len(at)), step.first + step.days - 1)
    step.log.add(at[done], EventType.REPAIR_DONE, closing[done])
    lines.repair_open[at[~done]] = True


def renew(step: Step, fate: Fate) -> None:
    """Contracts and broadband terms that end and are renewed unasked; new handsets; lines put on hold."""
    lines, life = step.lines, step.rates.life
    here = (lines.status < EXITED) & ~fate.leaves
    last = step.first + step.days
    ends = here & (lines.contract != BARE) & (lines.contract_end >= step.first) & (lines.contract_end < last)
    at = np.flatnonzero(ends & (step.luck() < life.renews))
    day = np.minimum(lines.contract_end[at] + step.rng.integers(0, 4, len(at)), last - 1)
    step.log.add(at, EventType.ORDER, day, amount=0, channel=_OUTLET, agent=lines.owner[at])
    length = np.where(lines.contract[at] == LEASE, 730, 365)
    lines.contract_start[at] = day
    lines.contract_end[at] = day + length
    gift = at[lines.subsidy_end[at] != NEVER]
    lines.subsidy_end[gift] = lines.contract_end[gift]
    signs = here & lines.is_main & (lines.contract == BARE) & (lines.line_use == COMMERCIAL)
    at = np.flatnonzero(signs & (lines.status == IN_SERVICE) & (step.luck() < life.signs))
    day = np.maximum(step.day(1, 28)[at], lines.open_day[at])
    step.log.add(at, EventType.ORDER, day, amount=0, channel=_OUTLET, agent=lines.owner[at])
    lines.contract[at] = COMMITMENT
    lines.contract_start[at] = day
    lines.contract_end[at] = day + np.where(step.rng.random(len(at)) < 0.5, 365, 730)
    # Lines of one household decide together: the luck is drawn from the household, not from the line.
    term = here & (lines.broadband_end >= step.first) & (lines.broadband_end < last)
    at = np.flatnonzero(term & (_shared_luck(step, lines.household) < life.broadband_renews))
    lines.broadband_end[at] += 365
    fixed = at[lines.line_type[at] == BROADBAND]
    step.log.add(fixed, EventType.ORDER, lines.broadband_end[fixed] - 365, amount=36_000, channel=_OUTLET)
    at = np.flatnonzero(here & (lines.handset >= 0) & (step.luck() < life.new_handset))
    better = lines.handset[at] + step.rng.integers(-1, 3, len(at))
    lines.handset[at] = np.clip(better, 0, len(PRICES) - 1)
    lines.handset_day[at] = np.maximum(step.day(1, 28)[at], lines.open_day[at])
    at = np.flatnonzero(here & lines.is_main & (step.luck() < life.changes_plan))
    lines.plan[at] = np.clip(lines.plan[at] + step.rng.choice([-1, 1], len(at)), 0, 11)
    step.log.add(
        at, EventType.ORDER, np.maximum(step.day(1, 28)[at], lines.open_day[at]), amount=0, channel=_APP
    )
    luck, day_of = step.luck(), step.day(1, 28)
    hold = here & lines.is_main & (lines.status == IN_SERVICE) & (luck < life.suspends)
    hold &= lines.open_day < step.first
    at = np.flatnonzero(hold)
    step.log.add(at, EventType.STOP, day_of[at])
    lines.status[at], lines.status_day[at] = SUSPENDED, day_of[at]
    at = np.flatnonzero(here & (lines.status == SUSPENDED) & ~hold & (luck < life.returns))
    step.log.add(at, EventType.RESTORE, day_of[at])
    lines.status[at], lines.status_day[at] = IN_SERVICE, day_of[at]
    found = here & lines.suspect & (step.luck() < life.suspected)
    lines.suspect_level[found] = np.minimum(lines.suspect_level[found] + 1, 2)
    wrong = here & lines.is_main & (lines.suspect_level == 0) & (step.luck() < 0.0001)
    lines.suspect_level[wrong] = 1


def measure(step: Step, share: Array, sums: Sums) -> None:
    """The month's use. `share` is the part of the month in service."""
    lines = step.lines
    size = np.log(np.maximum(lines.level, 100) / 4_500.0).astype(np.float32)
    works = np.where((lines.status == ONE_WAY) & (lines.arrears_months > 0), 0.5, 1.0) * share
    works = np.where(lines.silent, 0.0, works)
    mobile = works * (lines.line_type != BROADBAND) * (lines.line_use != IOT)
    data_only = works * ((lines.line_type == BROADBAND) | (lines.line_use == IOT))
    minutes = mobile * 85 * np.exp(0.5 * size + lines.use + 0.25 * step.normal() - 0.12 * lines.gadget)
    calls = minutes / 1.7
    out = calls * (0.45 + 0.1 * step.luck())
    suspect = lines.suspect & (mobile > 0)
    out = np.where(suspect, mobile * (900 + 2_600 * step.luck()), out)
    calls = np.where(suspect, out * 1.03, calls)
    minutes = np.where(suspect, out * 0.6, minutes)
    peers = np.where(suspect, out * 0.92, np.minimum(out, 2.2 * out**0.68))
    megabytes = mobile * 9_500 * np.exp(0.5 * size + lines.use + 0.3 * step.normal() + 0.3 * lines.gadget)
    megabytes += data_only * np.where(lines.line_use == IOT, 30, 160_000) * np.exp(0.3 * step.normal())
    sums.voice[:] = minutes * 100
    sums.calls[:] = calls
    sums.calls_out[:] = np.minimum(out, sums.calls)
    sums.peers[:] = np.minimum(peers, sums.calls_out)
    sums.data[:] = megabytes * 100
    sums.sms[:] = mobile * np.exp(1.2 + 0.6 * step.normal())
    far = (lines.serial * 2_654_435_761 >> 7) % 100
    rural = step.place.unit_kind[lines.home_unit] == places.RURAL
    worker = rural & (lines.birth_year > step.month.year - 52) & (far < 28)
    away = np.where(worker & (step.season > 1), 22, np.where((lines.corporate >= 0) & (far > 80), 5, 0))
    luck = step.luck()
    away = np.where((away == 0) & (luck < 0.12), 2, away)
    sums.roaming[:] = np.where(mobile > 0, np.minimum(away * (0.6 + 0.5 * luck) * mobile, step.days), 0)


def _shared_luck(step: Step, household: Array) -> Array:
    """One number from 0 to 1 for each household and month, the same for all its lines."""
    x = household.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(step.month.index * 0x2545F491)
    x ^= x >> np.uint64(31)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(29)
    result: Array = (x >> np.uint64(11)).astype(np.float64) / float(1 << 53)
    return result
