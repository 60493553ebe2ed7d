"""The playbook's limits over the cells and places of one month."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from weixi.flow.decision.allocation.fairness import fairness_limits
from weixi.flow.decision.allocation.problem import Kind, Limit, Sense
from weixi.flow.decision.allotment.option import Place
from weixi.kernel.language import Text
from weixi.kernel.terms import Channel, Grade
from weixi.playbook import AllocationRule, Playbook


@dataclass(frozen=True, slots=True)
class Cell:
    """Tasks that take part in the same limits.

    `heads` counts them, `payable` those of them that may have an offer that costs something.
    """

    number: int
    county_code: str
    unit_code: str
    grade: str
    is_existing: bool
    heads: int
    payable: int


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the tree: its name and how many agents (owners) are at or below it."""

    code: str
    name: Text
    agents: int


@dataclass(frozen=True)
class Ground:
    """What the limits of a month are made of: cells, places, and the tree's counties and units by code."""

    cells: tuple[Cell, ...]
    places: tuple[Place, ...]
    nodes: Mapping[str, Node]

    def members(self) -> dict[int, float]:
        """Every cell with all of itself."""
        return {cell.number: 1.0 for cell in self.cells}

    def paid(self, pool: str | None = None) -> dict[int, float]:
        """The places of offers that a pool pays, of `pool` alone where it is named."""
        return {
            k: 1.0
            for k, place in enumerate(self.places, start=1)
            if place.option.offer is not None
            and place.option.offer.pool is not None
            and pool in (None, place.option.offer.pool)
        }

    def costing(self) -> dict[int, float]:
        """All places of offers: what they cost is money."""
        return {k: 1.0 for k, place in enumerate(self.places, start=1) if place.option.offer is not None}

    def name(self, code: str) -> Text:
        """The node's name."""
        return (
            self.nodes[code].name
            if code in self.nodes
            else Text(code or "县分以外", code or "outside any county")
        )

    def counties(self) -> list[str]:
        """The counties that have tasks, in order."""
        return sorted({cell.county_code for cell in self.cells})


def limits_of(playbook: Playbook, rule: AllocationRule, month: Ground) -> list[Limit]:
    """Every limit of the month; those that nothing can use are left out."""
    found = [
        *_money(rule, month),
        *_pools(playbook, rule, month),
        *_hours(rule, month),
        *_contacts(rule, month),
        *_floors(rule, month),
        *_return(rule, month),
        *_fairness(rule, month),
    ]
    return [limit for limit in found if limit.cells and (limit.count or limit.value or limit.cost)]


def _money(rule: AllocationRule, month: Ground) -> Iterable[Limit]:
    means, costs = rule.means, month.costing()
    if means.money_fen is not None:
        name = Text("全部优惠费用", "money of all offers")
        yield Limit("money", name, Kind.MONEY, month.members(), means.money_fen, cost=costs)
    shared = None
    if means.county_share is not None and means.money_fen is not None:
        shared = int(means.county_share * means.money_fen)
    for code in month.counties():
        given = (means.county_fen or {}).get(code)
        amounts = [amount for amount in (shared, given) if amount is not None]
        if amounts:
            name = month.name(code)
            words = Text(f"{name.zh}费用", f"money of {name.en}")
            within = {cell.number: 1.0 for cell in month.cells if cell.county_code == code}
            yield Limit(f"money_{code}", words, Kind.MONEY, within, min(amounts), cost=costs)


def _pools(playbook: Playbook, rule: AllocationRule, month: Ground) -> Iterable[Limit]:
    shares = rule.means.existing_shares or {}
    for pool in playbook.pools:
        costs = month.paid(pool.code)
        if pool.amount_fen is not None:
            name = Text(f"资金池“{pool.text.zh}”", f"pool “{pool.text.en}”")
            yield Limit(f"pool_{pool.code}", name, Kind.MONEY, month.members(), pool.amount_fen, cost=costs)
        if pool.code in shares:
            share = float(shares[pool.code])
            sides = {cell.number: (1 - share) if cell.is_existing else -share for cell in month.cells}
            name = Text(
                f"“{pool.text.zh}”用于老用户的比例", f"share of “{pool.text.en}” for existing customers"
            )
            yield Limit(f"existing_{pool.code}", name, Kind.SHARE, sides, 0.0, Sense.AT_LEAST, cost=costs)


def agents_nodes(rule: AllocationRule, month: Ground) -> dict[str, int]:
    """The nodes whose agents' time is limited, with their minutes."""
    means = rule.means
    own = [cell.unit_code if means.hours_of == "UNIT" else cell.county_code for cell in month.cells]
    found = {}
    for code in sorted(set(own)):
        hours = (means.hours or {}).get(code)
        if (
            hours is None
            and means.agent_hours is not None
            and code in month.nodes
            and month.nodes[code].agents
        ):
            hours = means.agent_hours * month.nodes[code].agents
        if hours is not None:
            found[code] = hours * 60
    return found


def _hours(rule: AllocationRule, month: Ground) -> Iterable[Limit]:
    minutes = rule.means.minutes or {}
    counts = {
        k: float(minutes[place.way])
        for k, place in enumerate(month.places, start=1)
        if minutes.get(place.way)
    }
    by_unit = rule.means.hours_of == "UNIT"
    for code, bound in agents_nodes(rule, month).items():
        within = {
            cell.number: 1.0
            for cell in month.cells
            if (cell.unit_code if by_unit else cell.county_code) == code
        }
        name = month.name(code)
        words = Text(f"{name.zh}客服工时", f"agents' hours of {name.en}")
        yield Limit(f"hours_{code}", words, Kind.MINUTES, within, bound, count=counts)


def _contacts(rule: AllocationRule, month: Ground) -> Iterable[Limit]:
    for channel, most in (rule.means.contacts or {}).items():
        counts = {k: 1.0 for k, place in enumerate(month.places, start=1) if channel in ("", place.way)}
        way = Channel(channel).text if channel else Text("各渠道", "all channels")
        name = Text(f"{way.zh}联系次数", f"contacts by {way.en}")
        yield Limit(
            f"contacts_{channel.lower() or 'all'}", name, Kind.CONTACTS, month.members(), most, count=counts
        )


def _floors(rule: AllocationRule, month: Ground) -> Iterable[Limit]:
    for grade, share in (rule.means.floors or {}).items():
        within = {cell.number: 1.0 for cell in month.cells if cell.grade == grade}
        payable = sum(cell.payable for cell in month.cells if cell.grade == grade)
        least = math.ceil(share * payable)
        who = Grade(grade).text
        name = Text(f"{who.zh}付费优惠户数", f"{who.en}s with a paid offer")
        yield Limit(
            f"floor_{grade.lower()}", name, Kind.FLOOR, within, least, Sense.AT_LEAST, count=month.paid()
        )


def _return(rule: AllocationRule, month: Ground) -> Iterable[Limit]:
    if rule.means.least_return_percent is None:
        return
    paid, least = month.paid(), rule.means.least_return_percent / 100
    costs = dict.fromkeys(paid, 1.0 - least)
    name = Text("付费优惠的最低回报", "least return of paid offers")
    yield Limit("return", name, Kind.RETURN, month.members(), 0.0, Sense.AT_LEAST, value=paid, cost=costs)


def _fairness(rule: AllocationRule, month: Ground) -> Sequence[Limit]:
    if rule.means.difference_fen is None:
        return ()
    counties = {
        code: (
            month.name(code),
            [cell.number for cell in month.cells if cell.county_code == code],
            sum(cell.heads for cell in month.cells if cell.county_code == code),
        )
        for code in month.counties()
    }
    if len(counties) < 2:
        return ()
    places = range(1, len(month.places) + 1)
    return fairness_limits("fairness", counties, places, float(rule.means.difference_fen))
