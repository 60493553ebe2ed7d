"""What an action can carry in a month, and how much of it the month took: contacts and agents' time, money of pools."""

from dataclasses import dataclass

from weixi.engine import Store
from weixi.flow.decision import PLAN, budget_of, read_certificate
from weixi.flow.learning.stakes import CONTACTS
from weixi.flow.outcome import FACT
from weixi.kernel.period import Month
from weixi.kernel.terms import Channel, FactType
from weixi.playbook import Playbook

HOUR = 60


@dataclass(frozen=True, slots=True)
class ChannelCapacity:
    """One channel in one month: `contacts` that the playbook allows at most (None: no limit), `used` tasks contacted.

    `minutes` are an agent's for one contact (0: none); `agent_minutes` all that agents have for every channel together,
    as the plan's certificate says it; None where the playbook gives no hours.
    """

    contacts: int | None
    used: int
    minutes: int
    agent_minutes: int | None

    @property
    def most(self) -> int | None:
        """Contacts that can be made at most, the agents' whole time on this channel alone; None: nothing limits it."""
        by_time = (
            self.agent_minutes // self.minutes if self.minutes and self.agent_minutes is not None else None
        )
        known = [each for each in (self.contacts, by_time) if each is not None]
        return min(known) if known else None

    @property
    def used_hours(self) -> float:
        """Agents' hours that the contacts took."""
        return self.used * self.minutes / HOUR


@dataclass(frozen=True, slots=True)
class OfferCapacity:
    """One offer in one month: money of its pool (None: nothing limits it), what all offers of the pool took, fen.

    `own_fen` is what this offer took: the cost of those agreed to.
    """

    pool_fen: int | None
    pool_used_fen: int
    own_fen: int


def read_capacity(
    store: Store, playbook: Playbook, month: Month
) -> tuple[dict[str, ChannelCapacity], dict[str, OfferCapacity]]:
    """Channel → its capacity, and offer → its own, of the plan of that month and what the desk reported of it."""
    contacted, agreed = _used(store, month)
    means = playbook.allocation.means if playbook.allocation is not None else None
    certificate = read_certificate(store, month)
    time = [limit.bound for limit in certificate.limits if limit.kind == "MINUTES"] if certificate else []
    channels = {
        channel.value: ChannelCapacity(
            contacts=(means.contacts or {}).get(channel.value) if means else None,
            used=contacted.get(channel.value, 0),
            minutes=(means.minutes or {}).get(channel.value, 0) if means else 0,
            agent_minutes=round(sum(time)) if time else None,
        )
        for channel in Channel
    }
    pools: dict[str, int] = {}
    for offer in playbook.offers:
        if offer.pool is not None:
            pools[offer.pool] = pools.get(offer.pool, 0) + agreed.get(offer.code, 0)
    offers = {}
    for offer in playbook.offers:
        budget = budget_of(playbook, offer)
        own = agreed.get(offer.code, 0)
        used = own if offer.pool is None else pools[offer.pool]
        offers[offer.code] = OfferCapacity(None if budget is None else budget.amount_fen, used, own)
    return channels, offers


def _used(store: Store, month: Month) -> tuple[dict[str, int], dict[str, int]]:
    """Tasks contacted by channel, and the cost of offers agreed to by offer; nothing where the month had no plan."""
    plan, fact = (store.current(table, month=month.number) for table in (PLAN, FACT))
    if plan is None or fact is None:
        return {}, {}
    contact = ", ".join(f"'{kind}'" for kind in CONTACTS)
    rows = store.rows(
        f"""WITH told AS (
  SELECT task_id, MAX(CASE WHEN fact_type = '{FactType.AGREED}' THEN 1 ELSE 0 END) AS agreed
  FROM fact WHERE fact_type IN ({contact}) GROUP BY task_id
)
SELECT p.channel, p.offer_code, CAST(COUNT(*) AS BIGINT) AS contacted,
  CAST(SUM(CASE WHEN t.agreed = 1 THEN p.offer_cost_fen ELSE 0 END) AS BIGINT) AS agreed_fen
FROM plan p JOIN told t ON t.task_id = p.task_id GROUP BY p.channel, p.offer_code""",
        inputs={"plan": plan, "fact": fact},
    )
    contacted: dict[str, int] = {}
    agreed: dict[str, int] = {}
    for row in rows:
        if row["channel"] is not None:
            contacted[row["channel"]] = contacted.get(row["channel"], 0) + int(row["contacted"])
        if row["offer_code"] is not None:
            agreed[row["offer_code"]] = agreed.get(row["offer_code"], 0) + int(row["agreed_fen"] or 0)
    return contacted, agreed
