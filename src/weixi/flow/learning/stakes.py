"""What is at stake in a contact: the customer's value, the offer, the call, how often it helps, and what says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.engine import Partition, Store, Table
from weixi.flow.assessment import LIFT, LiftOutcome, Verdict, read_lift
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, origin_of
from weixi.flow.decision import PLAN
from weixi.flow.learning.profit import Rates
from weixi.flow.outcome import FACT
from weixi.flow.score import VERBRAKEN_ECONOMY, valuation
from weixi.kernel.period import Month
from weixi.kernel.terms import FactType, Term
from weixi.playbook import Playbook

MONTHS = 3
"""Months of plans and facts that costs and acceptance are measured on."""

YEAR = 4
"""Three-month revenues in the year that a customer's value is counted over, as the value score does."""


class Ground(Term):
    """What a figure rests on."""

    MEASURED = "MEASURED", "实测", "measured"
    DRAWN = "DRAWN", "随机投放实测", "measured by lot"
    OBSERVED = "OBSERVED", "受理率，不是效果", "acceptance, no effect"
    PLAYBOOK = "PLAYBOOK", "方案", "of the playbook"
    ASSUMED = "ASSUMED", "文献假设，未测", "assumed from the literature, not measured"


@dataclass(frozen=True, slots=True)
class Stakes:
    """The figures a profit is reckoned with. `margin_rate` of a line's yearly revenue is what it is worth.

    `mean_value_fen` is that of the month's lines in service; `grounds` says of each figure of `rates`, by its name, and
    of `margin_rate` what it rests on; `inputs` are the fingerprints of what was read, `currency` that of the book.
    """

    rates: Rates
    margin_rate: float
    mean_value_fen: float
    grounds: Mapping[str, Ground]
    inputs: tuple[str, ...]
    currency: str


def read_stakes(store: Store, playbook: Playbook, month: Month) -> Stakes:
    """The stakes as `month` knows them: from its book, and the plans and facts of the three months up to it.

    What nobody measured and the playbook does not say is Verbraken's share of the customer's value. Raises DataError
    where the playbook says nothing of value.
    """
    line, feature = (store.require(t, month=month.number) for t in (SUBSCRIBER_MONTH, FEATURE))
    used = [line, feature]
    margin, value = _value(store, playbook, line, feature)
    usual = VERBRAKEN_ECONOMY
    grounds = {"margin_rate": Ground.PLAYBOOK}
    contact = value * usual.contact_cost / usual.lifetime_value
    grounds["contact_cost_fen"] = Ground.ASSUMED
    plans = _last(store, PLAN, month)
    facts = _last(store, FACT, month)
    used += [*plans, *facts]
    offer = _offer_cost(store, plans)
    grounds["offer_cost_fen"] = Ground.ASSUMED if offer is None else Ground.MEASURED
    taken = _taken(store, facts)
    grounds["taken_rate"] = Ground.ASSUMED if taken is None else Ground.MEASURED
    lift = store.current(LIFT, month=month.number)
    kept = None if lift is None else _kept(store, playbook, lift)
    if lift is not None:
        used.append(lift)
    grounds["kept_rate"] = Ground.ASSUMED if kept is None else Ground.MEASURED
    spread = usual.alpha + usual.beta
    alpha = usual.alpha if kept is None else spread * kept
    rates = Rates(
        value * usual.offer_cost / usual.lifetime_value if offer is None else offer,
        contact,
        1.0 if taken is None else taken,
        alpha,
        spread - alpha,
    )
    names = tuple(dict.fromkeys(f"{part.name} {part.fingerprint}" for part in used))
    return Stakes(rates, margin, value, grounds, names, origin_of(line).currency)


def _value(store: Store, playbook: Playbook, line: Partition, feature: Partition) -> tuple[float, float]:
    """The share of revenue that is margin over all lines in service, and their mean value of a year, fen."""
    margins = valuation(playbook).margins
    shares = " ".join(f"WHEN '{kind}' THEN {int(share * 10_000)}" for kind, share in margins.items())
    [row] = store.rows(
        f"""SELECT CAST(SUM(f.revenue_3m_fen) AS DOUBLE) AS revenue,
  CAST(SUM(f.revenue_3m_fen * CASE l.line_type {shares} ELSE 0 END) AS DOUBLE) AS earned,
  CAST(COUNT(*) AS BIGINT) AS lines
FROM line l JOIN feature f ON f.subscriber_id = l.subscriber_id
WHERE l.service_status <> 'EXITED'""",
        inputs={"line": line, "feature": feature},
    )
    revenue, count = float(row["revenue"] or 0), int(row["lines"])
    rate = float(row["earned"] or 0) / 10_000 / revenue if revenue else 0.0
    return rate, YEAR * rate * revenue / max(count, 1)


def _last(store: Store, table: Table, month: Month) -> list[Partition]:
    return [p for each in month.back(MONTHS) if (p := store.current(table, month=each.number)) is not None]


def _offer_cost(store: Store, plans: list[Partition]) -> float | None:
    """What an offer of these plans costs on the mean, fen; None where they make none."""
    if not plans:
        return None
    [row] = store.rows(
        "SELECT CAST(AVG(offer_cost_fen) AS DOUBLE) AS cost FROM plan WHERE offer_code IS NOT NULL",
        inputs={"plan": plans},
    )
    return None if row["cost"] is None else float(row["cost"])


def _taken(store: Store, facts: list[Partition]) -> float | None:
    """Of the tasks with any contact, the share that agreed; None where there was no contact."""
    if not facts:
        return None
    contact = ", ".join(f"'{kind}'" for kind in CONTACTS)
    [row] = store.rows(
        f"""SELECT CAST(COUNT(*) AS BIGINT) AS tasks, CAST(SUM(agreed) AS BIGINT) AS agreed FROM (
  SELECT task_id, MAX(CASE WHEN fact_type = '{FactType.AGREED}' THEN 1 ELSE 0 END) AS agreed
  FROM fact WHERE fact_type IN ({contact}) GROUP BY task_id) t""",
        inputs={"fact": facts},
    )
    return int(row["agreed"]) / int(row["tasks"]) if row["tasks"] else None


CONTACTS = (FactType.ATTEMPTED, FactType.REACHED, FactType.REFUSED, FactType.AGREED)
"""Facts that show a contact, reached or not."""


def _kept(store: Store, playbook: Playbook, lift: Partition) -> float | None:
    """The share of those who would leave that contact keeps, where the hold-out has shown it; the longest horizon."""
    report = read_lift(store, playbook, lift)
    for horizon in reversed(report.horizons):
        for effect in report.of(horizon, LiftOutcome.RETAINED):
            rate, held, won = effect.contact_rate, effect.held_mean, effect.effect
            if effect.verdict is Verdict.SHOWN and rate and won and held is not None and held < 1:
                return min(won / rate / (1 - held), 0.95)
    return None
