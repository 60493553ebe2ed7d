"""Where lines live and who looks after them: province → cities → counties → care units → owners, and organisations."""

from dataclasses import dataclass

import numpy as np

from weixi.demo import catalogue
from weixi.demo.lines import Array
from weixi.demo.rates import Rates
from weixi.kernel.terms import CorporateKind, OrgLevel

TOWN, RURAL, CAMPUS, CORPORATE = range(4)
CORPORATE_KINDS = tuple(CorporateKind)


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the tree; `capacity` is households, None where it has no limit."""

    code: str
    parent: str | None
    level: OrgLevel
    name: str
    capacity: int | None


@dataclass(frozen=True)
class Place:
    """The tree as arrays. Units and owners are known by index; owners of a unit are neighbours."""

    nodes: tuple[Node, ...]
    unit_codes: tuple[str, ...]
    unit_kind: Array  # TOWN, RURAL, CAMPUS or CORPORATE
    unit_county: Array
    unit_weight: Array  # share of the households, cumulative
    owner_first: Array  # of each unit
    owner_count: Array
    owner_codes: tuple[str, ...]
    owner_skill: Array  # the truth: about 0, deviation about 1
    owner_games: Array  # the truth
    county_corporate_unit: Array
    county_pull: Array  # how strong rivals are: added to the log hazard
    firm_names: tuple[str, ...]
    firm_kind: Array
    firm_staff: Array  # known staff, whatever network they are on
    firm_manager: Array  # owner index
    firm_first: Array  # of each county; firms of a county are neighbours
    firm_count: Array
    agent_codes: tuple[str, ...]
    addresses: tuple[str, ...]  # one for each unit and street

    def firm_of(self, county: Array, luck: Array) -> Array:
        """The organisation of each person of a county; large ones are met more often."""
        return self.firm_first[county] + (luck**1.6 * self.firm_count[county]).astype(np.int32)

    def owner_of(self, unit: Array, luck: Array) -> Array:
        """One owner of each unit."""
        return self.owner_first[unit] + (luck * self.owner_count[unit]).astype(np.int32)


def build(subscribers: int, seed: int, rates: Rates) -> Place:
    """The tree that suits so many lines; the same seed gives the same tree."""
    rng = np.random.default_rng([seed, 1])
    names = catalogue.people()
    nodes = [Node("P01", None, OrgLevel.PROVINCE, catalogue.PROVINCE, None)]
    cities = 2 if subscribers < 20_000 else 3
    counties = int(np.clip(subscribers // cities // 70_000, 2, 12))
    towns = int(np.clip(subscribers // (cities * counties) // 9_000, 2, 10))
    households = subscribers * 0.62 / (cities * counties * (towns + 2))
    owners = int(np.clip(round(households / 450), 2, 80))
    unit_codes: list[str] = []
    kinds: list[int] = []
    unit_county: list[int] = []
    owner_codes: list[str] = []
    addresses: list[str] = []
    corporate_unit: list[int] = []
    for c in range(cities):
        city = f"C{c + 1:02d}"
        nodes.append(Node(city, "P01", OrgLevel.CITY, catalogue.CITIES[c], None))
        for d in range(counties):
            county = f"D{c + 1:02d}{d + 1:02d}"
            county_name = catalogue.COUNTIES[c * 12 + d]
            nodes.append(Node(county, city, OrgLevel.COUNTY, county_name, None))
            corporate_unit.append(len(unit_codes) + towns + 1)
            for u in range(towns + 2):
                unit = f"U{c + 1:02d}{d + 1:02d}{u + 1:02d}"
                town, kind = _town(u, towns)
                nodes.append(Node(unit, county, OrgLevel.UNIT, f"{county_name}{town}维护单元", None))
                unit_codes.append(unit)
                kinds.append(kind)
                unit_county.append(c * counties + d)
                addresses += [f"{county_name}{town}{street}" for street in catalogue.STREETS]
                for o in range(owners):
                    owner = f"W{unit[1:]}{o + 1:02d}"
                    name = names[int(rng.integers(len(names)))]
                    nodes.append(Node(owner, unit, OrgLevel.OWNER, name, int(rng.choice([400, 500, 600]))))
                    owner_codes.append(owner)
    units, total = len(unit_codes), cities * counties
    kind_array = np.array(kinds, dtype=np.int8)
    weight = rng.uniform(0.6, 1.4, units) * np.array([1.0, 1.0, 0.5, 0.0])[kind_array]
    firms = np.full(total, max(3, int(subscribers * 0.62 / total / 150)), dtype=np.int32)
    first = np.concatenate([[0], np.cumsum(firms)[:-1]]).astype(np.int32)
    firm_kind, staff, firm_names = _firms(int(firms.sum()), first, rng)
    firm_county = np.repeat(np.arange(total), firms)
    manager_unit = np.array(corporate_unit, dtype=np.int32)[firm_county]
    return Place(
        nodes=tuple(nodes),
        unit_codes=tuple(unit_codes),
        unit_kind=kind_array,
        unit_county=np.array(unit_county, dtype=np.int16),
        unit_weight=np.cumsum(weight / weight.sum()),
        owner_first=np.arange(units, dtype=np.int32) * owners,
        owner_count=np.full(units, owners, dtype=np.int32),
        owner_codes=tuple(owner_codes),
        owner_skill=rng.standard_normal(len(owner_codes)).astype(np.float32),
        owner_games=rng.random(len(owner_codes)) < rates.gaming.owner_share,
        county_corporate_unit=np.array(corporate_unit, dtype=np.int16),
        county_pull=rng.normal(0, 0.15, total).astype(np.float32),
        firm_names=firm_names,
        firm_kind=firm_kind,
        firm_staff=staff,
        firm_manager=(manager_unit * owners + rng.integers(0, owners, len(firm_kind))).astype(np.int32),
        firm_first=first,
        firm_count=firms,
        agent_codes=tuple(f"FZ{k + 1:05d}" for k in range(max(20, subscribers // 800))),
        addresses=tuple(addresses),
    )


def _town(index: int, towns: int) -> tuple[str, int]:
    """Name and kind of a county's unit: towns (the first ones urban), the campus, the corporate centre."""
    if index == towns:
        return catalogue.CAMPUS_TOWN, CAMPUS
    if index == towns + 1:
        return catalogue.CORPORATE_TOWN, CORPORATE
    return catalogue.TOWNS[index], TOWN if index < max(1, towns * 2 // 5) else RURAL


def _firms(count: int, first: Array, rng: np.random.Generator) -> tuple[Array, Array, tuple[str, ...]]:
    """Kind, known staff and name of each organisation; the first of a county is large, the second a government."""
    kind = rng.choice([0, 1, 2], size=count, p=[0.06, 0.8, 0.14]).astype(np.int8)
    kind[first], kind[first + 1] = 0, 2
    middle, spread = np.array([700.0, 35.0, 150.0])[kind], np.array([0.6, 0.7, 0.7])[kind]
    staff = np.maximum(5, middle * np.exp(spread * rng.standard_normal(count))).astype(np.int32)
    a = rng.integers(0, len(catalogue.FIRM_FIRST), count)
    b = rng.integers(0, len(catalogue.FIRM_LAST), count)
    tail = rng.integers(0, 1000, count)
    names = []
    for i in range(count):
        tails = catalogue.FIRM_KINDS[CORPORATE_KINDS[kind[i]]]
        ending = tails[tail[i] % len(tails)]
        head = "" if kind[i] == 2 else catalogue.FIRM_FIRST[a[i]] + catalogue.FIRM_LAST[b[i]]
        names.append(head + ending)
    return kind, staff, tuple(names)
