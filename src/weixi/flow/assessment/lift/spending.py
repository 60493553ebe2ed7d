"""What was spent on the households of a plan: offers, handsets, commission and contacts, from the desk's facts."""

from weixi.dialect.compose import Pipeline
from weixi.kernel.terms import Channel, FactType, OfferFamily
from weixi.playbook import ContactCosts, Playbook

OFFERS = ("offer_cost_fen", "handset_cost_fen", "commission_fen")
"""What offers cost; handset subsidies are a part of the first."""

SPENT = (*OFFERS, "contact_count", "contact_cost_fen")
"""What is counted for each household; `contact_cost_fen` is null where the playbook does not price contacts."""

_ANSWERS = (FactType.AGREED, FactType.REFUSED)


def spending_pieces(pieces: Pipeline, playbook: Playbook, views: frozenset[str]) -> None:
    """Add `spent`: what was spent on each household (`spent_key`), `taken` (1: it took an offer), `spent_fen`.

    Views: `task`, and of `views` `task_day` and `fact`. A fact without a result is a contact that reached nobody. An
    answer is the contact that brought it, whether the desk noted that one apart or not: of one task, channel and day
    (8:00 to 8:00) as many customers were reached as contacts or as answers are noted, whichever is more.
    """
    own = "task_id, household_key, offer_code, offer_cost_fen"
    tasks = " UNION ALL ".join(f"SELECT {own} FROM {view}" for view in ("task", "task_day") if view in views)
    pieces.add("work", tasks)
    pieces.add("act", _acts("fact" in views))
    price = _price(playbook.contact_cost)
    pieces.add(
        "dealt",
        f"""SELECT act_id, CAST(SUM(missed + met) AS BIGINT) AS contact_count,
  CAST(SUM({price}) AS BIGINT) AS contact_cost_fen, MAX(agreed) AS agreed
FROM act GROUP BY act_id""",
    )
    device = _codes(playbook, OfferFamily.DEVICE_OFFER)
    is_device = f"w.offer_code IN ({device})" if device else "FALSE"
    figures = ", ".join(
        f"CAST(SUM({figure}) AS BIGINT) AS {name}"
        for name, figure in zip(
            SPENT,
            (
                "d.agreed * w.offer_cost_fen",
                f"CASE WHEN {is_device} THEN d.agreed * w.offer_cost_fen ELSE 0 END",
                f"d.agreed * {_commission(playbook)}",
                "d.contact_count",
                "d.contact_cost_fen",
            ),
            strict=True,
        )
    )
    pieces.add(
        "household_spent",
        f"""SELECT w.household_key AS spent_key, MAX(d.agreed) AS taken, {figures}
FROM work AS w JOIN dealt AS d ON d.act_id = w.task_id GROUP BY w.household_key""",
    )
    pieces.add(
        "spent",
        f"""SELECT spent_key, taken, {", ".join(SPENT)},
  offer_cost_fen + commission_fen + COALESCE(contact_cost_fen, 0) AS spent_fen
FROM household_spent""",
    )


def _acts(has_facts: bool) -> str:
    """One row a task, channel and day: contacts that reached nobody, and those that reached the customer."""
    if not has_facts:
        return """SELECT task_id AS act_id, CAST(NULL AS VARCHAR) AS channel, 0 AS missed, 0 AS met, 0 AS agreed
FROM task WHERE FALSE"""

    def count(*kinds: FactType) -> str:
        tests = " OR ".join(f"fact_type = '{kind}'" for kind in kinds)
        return f"CAST(SUM(CASE WHEN {tests} THEN 1 ELSE 0 END) AS BIGINT)"

    return f"""SELECT task_id AS act_id, channel, {count(FactType.ATTEMPTED)} AS missed,
  GREATEST({count(FactType.REACHED)}, {count(*_ANSWERS)}) AS met,
  MAX(CASE WHEN fact_type = '{FactType.AGREED}' THEN 1 ELSE 0 END) AS agreed
FROM fact GROUP BY task_id, channel, CAST(happened_at AS DATE)"""


def _price(costs: ContactCosts | None) -> str:
    """What the contacts of a row of `act` cost; one whose channel nobody noted is taken for a call."""
    if costs is None:
        return "CAST(NULL AS BIGINT)"
    priced = {channel: cost for channel, cost in costs.channels.items() if channel != Channel.PHONE}
    call = costs.channels[Channel.PHONE]
    missed = " ".join(f"WHEN '{channel}' THEN {cost.missed_fen}" for channel, cost in priced.items())
    reached = " ".join(f"WHEN '{channel}' THEN {cost.reached_fen}" for channel, cost in priced.items())
    return (
        f"missed * CASE channel {missed} ELSE {call.missed_fen} END"
        f" + met * CASE channel {reached} ELSE {call.reached_fen} END"
    )


def _commission(playbook: Playbook) -> str:
    paid = "".join(
        f" WHEN '{offer.code}' THEN {offer.commission_existing_fen}"
        for offer in playbook.offers
        if offer.commission_existing_fen
    )
    return f"CASE w.offer_code{paid} ELSE 0 END" if paid else "0"


def _codes(playbook: Playbook, family: OfferFamily) -> str:
    return ", ".join(f"'{offer.code}'" for offer in playbook.offers if offer.family == family)
