"""People and lines: the base on the first day, prospects, lapsed lines, and those who join each month."""

from dataclasses import dataclass

import numpy as np

from weixi.demo import catalogue
from weixi.demo import place as places
from weixi.demo.lines import (
    BROADBAND,
    CANCELLED,
    DEBT,
    EXITED,
    IN_SERVICE,
    IOT,
    LEASE,
    MAIN,
    NEVER,
    ONE_WAY,
    PORTED,
    PROSPECT,
    SECONDARY,
    STAFF,
    SUSPENDED,
    TEST,
    TWO_WAY,
    Array,
    Lines,
)  # fmt: skip
from weixi.demo.place import Place
from weixi.demo.rates import Rates

_PATTERNS: tuple[tuple[float, tuple[int, ...]], ...] = (
    (0.46, (MAIN,)),
    (0.15, (MAIN, BROADBAND)),
    (0.06, (MAIN, SECONDARY)),
    (0.12, (MAIN, MAIN, BROADBAND)),
    (0.09, (MAIN, SECONDARY, BROADBAND)),
    (0.05, (MAIN, MAIN, SECONDARY, BROADBAND)),
    (0.05, (MAIN, MAIN)),
    (0.02, (BROADBAND,)),
)
"""What a household holds, and how many of the households do."""
_SIZE = np.array([len(lines) for _, lines in _PATTERNS])
_TYPE = np.array([lines + (MAIN,) * (4 - len(lines)) for _, lines in _PATTERNS], dtype=np.int8)
_SHARE = np.array([share for share, _ in _PATTERNS])

FEES = np.array([fee for _, _, fee in catalogue.PLANS], dtype=np.int32)
_LADDER = FEES[: catalogue.MOBILE_PLANS]
PRICES = np.array([price for _, price in catalogue.HANDSETS], dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes chunks of lines for one place."""

    place: Place
    rates: Rates

    def base(self, count: int, serial: int, today: int, year: int, rng: np.random.Generator) -> Lines:
        """So many lines in service on day `today`, in whole households, their numbers from `serial`."""
        pattern = rng.choice(len(_SHARE), size=count, p=_SHARE)
        size = _SIZE[pattern]
        houses = int(np.searchsorted(np.cumsum(size), count)) + 1
        house = np.repeat(np.arange(houses), size[:houses])[:count]
        first = np.concatenate([[0], np.cumsum(size[:houses])[:-1]])
        lines = Lines.empty(count)
        lines.serial[:] = np.arange(serial, serial + count)
        position = np.arange(count) - first[house]
        lines.line_type[:] = _TYPE[pattern[house], position]
        head = (serial + first[house]).astype(np.int32)
        lines.household[:] = np.where(size[house] > 1, head, -1)
        own = lines.serial.astype(np.int32)
        lines.party[:] = np.where(lines.is_main, own, head)
        lines.account[:] = np.where(lines.is_main & ~_has_broadband(pattern[house]), own, head)
        lines.converged[:] = _has_broadband(pattern[house]) & (size[house] > 1)
        self._home(lines, house, houses, rng)
        self._person(lines, house, houses, year, rng)
        self._age_of_line(lines, today, rng)
        self._product(lines, today, rng)
        self._binding(lines, house, houses, today, rng)
        self._trouble(lines, today, rng)
        return lines

    def joiners(
        self, count: int, serial: int, today: int, year: int, days: int, rng: np.random.Generator
    ) -> Lines:
        """So many lines that open within the `days` days from `today`."""
        lines = self.base(count, serial, today, year, rng)
        lines.open_day[:] = today + rng.integers(0, days, count)
        lines.status[:] = IN_SERVICE
        lines.status_day[:] = lines.open_day
        lines.arrears[:] = 0
        lines.arrears_months[:] = 0
        lines.silent[:] = False
        lines.suspect_level[:] = 0
        lines.balance[:] = np.maximum(lines.balance, lines.level)
        lines.handset_day[:] = np.where(lines.handset_day == NEVER, NEVER, lines.open_day)
        bound = lines.contract > 0
        length = np.where(lines.contract == LEASE, 730, 365)
        lines.contract_start[bound] = lines.open_day[bound]
        lines.contract_end[bound] = (lines.open_day + length)[bound]
        gift = lines.subsidy_end != NEVER
        lines.subsidy_end[gift] = lines.contract_end[gift]
        renew = lines.broadband_end != NEVER
        lines.broadband_end[renew] = today + 365
        return lines

    def prospects(self, count: int, serial: int, year: int, rng: np.random.Generator) -> Lines:
        """So many people without a line, kept with their consent."""
        lines = self.base(count, serial, 7_000, year, rng)
        fresh = Lines.empty(count)
        for name in ("serial", "home_unit", "unit", "owner", "corporate", "birth_year"):
            getattr(fresh, name)[:] = getattr(lines, name)
        for name in ("price", "gadget", "service", "aversion", "frailty"):
            getattr(fresh, name)[:] = getattr(lines, name)
        fresh.party[:] = fresh.serial
        fresh.status[:] = PROSPECT
        fresh.consents_sms[:] = rng.random(count) < self.rates.population.prospect_consent
        fresh.consents_call[:] = rng.random(count) < self.rates.population.prospect_consent
        return fresh

    def lapsed(self, count: int, serial: int, today: int, year: int, rng: np.random.Generator) -> Lines:
        """So many lines that left in the five months before `today`."""
        lines = self.base(count, serial, today - 150, year, rng)
        main = lines.is_main
        lines.status[:] = EXITED
        lines.exit_type[:] = np.where(
            main, rng.choice([PORTED, CANCELLED, DEBT], count, p=[0.4, 0.33, 0.27]), CANCELLED
        )
        lines.exit_day[:] = today - 1 - rng.integers(0, 150, count)
        lines.status_day[:] = lines.exit_day
        lines.balance[:] = 0
        lines.arrears[:] = np.where(lines.exit_type == DEBT, lines.level, 0)
        lines.arrears_months[:] = np.where(lines.exit_type == DEBT, 4, 0)
        return lines

    def _home(self, lines: Lines, house: Array, houses: int, rng: np.random.Generator) -> None:
        """Unit of the home, attachment and owner of each household; organisation of each person."""
        place, rates = self.place, self.rates.population
        unit = np.searchsorted(place.unit_weight, rng.random(houses)).astype(np.int16)
        owner = place.owner_of(unit, rng.random(houses))
        attached = rng.random(houses) < rates.attached_share
        owned = attached & (rng.random(houses) < rates.owned_share)
        lines.home_unit[:] = unit[house]
        lines.unit[:] = np.where(attached, unit, -1)[house]
        lines.owner[:] = np.where(owned, owner, -1)[house]
        count = len(lines)
        member = lines.is_main & (rng.random(count) < rates.corporate_share)
        county = place.unit_county[lines.home_unit]
        lines.corporate[:] = np.where(member, place.firm_of(county, rng.random(count)), -1)
        lines.key_person[:] = member & (rng.random(count) < 0.03)
        served = member & (rng.random(count) < 0.5)
        lines.unit[served] = place.county_corporate_unit[county[served]]
        lines.owner[served] = place.firm_manager[lines.corporate[served]]
        near = np.where(rng.random(count) < 0.8, lines.home_unit, unit[rng.integers(0, houses, count)])
        lines.outlet_unit[:] = np.where(rng.random(count) < 0.7, near, -1)
        agents = len(place.agent_codes)
        lines.agent[:] = np.where(rng.random(count) < 0.85, rng.integers(0, agents, count), -1)

    def _person(self, lines: Lines, house: Array, houses: int, year: int, rng: np.random.Generator) -> None:
        """Age, traits, what a person spends."""
        place, rates, count = self.place, self.rates.population, len(lines)
        kind = place.unit_kind[lines.home_unit]
        head = np.searchsorted(house, np.arange(houses))
        age = np.clip(rng.normal(43, 14, houses), 20, 88)
        old = rng.random(houses) < np.where(kind[head] == places.RURAL, 0.2, 0.1)
        age = np.where(old, rng.uniform(61, 86, houses), age)[house] + rng.normal(0, 4, count)
        student = (kind == places.CAMPUS) & (rng.random(count) < 0.8)
        age = np.clip(np.where(student, rng.uniform(18, 24, count), age), 16, 92)
        age = np.where(lines.is_main, age, age[head][house])
        lines.birth_year[:] = year - age.astype(np.int16)
        normal = rng.standard_normal((6, count), dtype=np.float32)
        z = normal[0]
        years = ((age - 43) / 15).astype(np.float32)
        lines.price[:] = 0.9 * normal[1] - 0.35 * z
        lines.gadget[:] = 0.85 * normal[2] - 0.4 * years + 0.2 * z
        lines.service[:] = 0.95 * normal[3] + 0.25 * years
        lines.aversion[:] = 0.9 * normal[4] + 0.2 * (lines.corporate >= 0) - 0.2 * years
        lines.frailty[:] = self.rates.leaving.frailty_sigma * normal[5]
        shift = (
            0.25 * (lines.corporate >= 0) - 0.3 * student - 0.35 * (age > 60) - 0.08 * (kind == places.RURAL)
        )
        level = rates.median_level_fen * np.exp(rates.level_sigma * z + shift + 0.04)
        lines.level[:] = np.clip(level, 600, 150_000).astype(np.int32)
        lines.consents_sms[:] = rng.random(count) < rates.sms_consent
        lines.consents_call[:] = rng.random(count) < rates.call_consent

    def _age_of_line(self, lines: Lines, today: int, rng: np.random.Generator) -> None:
        """Opening day: most lines are a few years old, some twenty."""
        days = rng.exponential(self.rates.population.tenure_mean_days, len(lines)) + 1
        lines.open_day[:] = np.maximum(today - np.minimum(days, 8_000), 30).astype(np.int16)
        lines.status_day[:] = lines.open_day

    def _product(self, lines: Lines, today: int, rng: np.random.Generator) -> None:
        """Plan, payment, use of the line, handset."""
        rates, count = self.rates.population, len(lines)
        main = lines.is_main
        wanted = lines.level * rng.uniform(0.6, 1.05, count)
        plan = np.maximum(np.searchsorted(_LADDER, wanted, side="right") - 1, 0)
        fixed = np.where(lines.converged, catalogue.PLAN_CONVERGED, catalogue.PLAN_BROADBAND)
        plan = np.where(lines.line_type == BROADBAND, fixed, plan)
        lines.plan[:] = np.where(lines.line_type == SECONDARY, catalogue.PLAN_SECONDARY, plan)
        lines.level[:] = np.where(main, lines.level, FEES[lines.plan])
        share = np.where(lines.corporate >= 0, rates.postpaid_corporate_share, rates.postpaid_share)
        lines.postpaid[:] = (rng.random(count) < share) | ~main
        # Four of ten main cards have neither household nor organisation; only they are test, staff or IoT.
        edges = np.cumsum([rates.test_share, rates.staff_share, rates.iot_share]) / 0.4
        odd = main & (lines.household < 0) & (lines.corporate < 0)
        use = np.array([TEST, STAFF, IOT, 0])[np.searchsorted(edges, rng.random(count), side="right")]
        lines.line_use[:] = np.where(odd, use, 0)
        human = (lines.line_type != BROADBAND) & (lines.line_use != IOT)
        rank = np.searchsorted(
            PRICES, lines.level * 28 * np.exp(0.5 * lines.gadget + rng.normal(0, 0.5, count))
        )
        lines.handset[:] = np.where(human, np.minimum(rank, len(PRICES) - 1), -1)
        seen = np.maximum(today - rng.exponential(560, count).astype(np.int32) - 1, lines.open_day)
        lines.handset_day[:] = np.where(human, seen, NEVER)

    def _binding(self, lines: Lines, house: Array, houses: int, today: int, rng: np.random.Generator) -> None:
        """Contracts, subsidies and gifts, broadband terms, dedicated representatives."""
        rates, count = self.rates.population, len(lines)
        free = ~lines.is_main | (lines.line_use > 0) | (rng.random(count) >= rates.contract_share)
        kind = rng.choice([1, 2, 3], size=count, p=[0.36, 0.26, 0.38])
        lines.contract[:] = np.where(free, 0, kind)
        length = np.where(lines.contract == LEASE, 730, np.where(rng.random(count) < 0.6, 365, 730))
        end = today - 50 + (rng.random(count) * (length + 40)).astype(np.int32)
        bound = ~free
        lines.contract_end[bound] = end[bound]
        lines.contract_start[bound] = (end - length)[bound]
        lines.open_day[:] = np.where(bound, np.minimum(lines.open_day, end - length), lines.open_day)
        lines.status_day[:] = lines.open_day
        gift = bound & (lines.contract != 3)
        months = length // 30
        price = PRICES[np.maximum(lines.handset, 0)]
        worth = np.where(lines.contract == LEASE, (price * 0.35).astype(np.int32), lines.level * 2)
        lines.subsidy[:] = np.where(lines.contract == LEASE, worth, 0)
        lines.release[:] = np.where(gift, worth // months // 100 * 100, 0)
        lines.subsidy_end[gift] = (end - 30 * (rng.random(count) < 0.4))[gift]
        term = today - 30 + rng.integers(0, 760, houses)
        lines.broadband_end[:] = np.where(
            lines.converged | (lines.line_type == BROADBAND), term[house], NEVER
        )
        high = lines.is_main & (lines.level >= 20_000) & (rng.random(count) < 0.7)
        lines.representative[:] = np.where(high, self.place.owner_of(lines.home_unit, rng.random(count)), -1)

    def _trouble(self, lines: Lines, today: int, rng: np.random.Generator) -> None:
        """Balances, debts, stops, silence, suspect traffic, as a network in the middle of its life has them."""
        rates, count = self.rates, len(lines)
        prepaid = lines.is_main & ~lines.postpaid
        lines.balance[:] = np.where(prepaid, lines.level * rng.uniform(0.1, 2.6, count), 0)
        luck = rng.random(count)
        months = np.searchsorted([0.9661, 0.9811, 0.9893, 0.9951], luck, side="right")
        months = np.where(lines.is_main & (lines.line_use == 0), months, 0)
        owing = months > 0
        lines.arrears_months[:] = months
        lines.arrears[:] = np.where(owing, lines.level * rng.uniform(0.3, 1.2, count), 0)
        lines.balance[owing] = 0
        lines.status[:] = np.where(months > 1, TWO_WAY, np.where(owing, ONE_WAY, IN_SERVICE))
        lines.status_day[:] = np.where(owing, today - 30 * months + 12, lines.status_day)
        kept = lines.is_main & ~owing & (rng.random(count) < 0.004)
        lines.status[kept] = SUSPENDED
        lines.status_day[kept] = today - 40
        lines.open_day[:] = np.where(owing | kept, np.minimum(lines.open_day, today - 130), lines.open_day)
        lines.silent[:] = lines.is_main & (rng.random(count) < rates.life.silent_share)
        lines.use[:] = rng.normal(0, 0.15, count)
        lines.slow[:] = lines.use
        suspect = lines.is_main & (lines.line_use == 0) & (rng.random(count) < rates.population.suspect_share)
        lines.suspect[:] = suspect
        lines.suspect_level[:] = np.where(suspect, rng.choice(3, size=count, p=[0.5, 0.3, 0.2]), 0)


def _has_broadband(pattern: Array) -> Array:
    """Whether the household's pattern holds a broadband line."""
    has: Array = np.array([BROADBAND in lines for _, lines in _PATTERNS])[pattern]
    return has
