"""The offers of the last plans as they were taken, one row a task with a contact; and those that the lot made."""

import numpy as np

from weixi.engine import Partition, Store
from weixi.flow.assessment import Decided, logged_before, read_decided
from weixi.flow.decision import PLAN, draw_sql
from weixi.flow.learning.order import Offered
from weixi.flow.learning.stakes import CONTACTS
from weixi.flow.outcome import FACT
from weixi.kernel.period import Month
from weixi.kernel.terms import FactType
from weixi.playbook import Playbook

MONTHS = 3
_HALF = "80000000"


def plans_with_facts(store: Store, month: Month) -> dict[str, list[Partition]]:
    """The plans of the three months up to `month` that came to an end, and what the desk reported of them."""
    pairs = [
        (plan, fact)
        for each in month.back(MONTHS)
        if (plan := store.current(PLAN, month=each.number))
        and (fact := store.current(FACT, month=each.number))
    ]
    return {"plan": [plan for plan, _ in pairs], "fact": [fact for _, fact in pairs]}


def read_offered(store: Store, playbook: Playbook, used: dict[str, list[Partition]]) -> Offered:
    """The tasks with an offer of the playbook and any contact; `used` are the plans and their facts, at least one."""
    contact = ", ".join(f"'{kind}'" for kind in CONTACTS)
    rows = store.arrow(
        f"""WITH told AS (
  SELECT task_id, MAX(CASE WHEN fact_type = '{FactType.AGREED}' THEN 1 ELSE 0 END) AS agreed
  FROM fact WHERE fact_type IN ({contact}) GROUP BY task_id
)
SELECT p.offer_code, concat(p.kind, ':', p.level) AS stratum, p.offer_cost_fen,
  {draw_sql("learning")} >= '{_HALF}' AS is_second, CAST(t.agreed AS BIGINT) AS agreed
FROM plan p JOIN told t ON t.task_id = p.task_id WHERE p.offer_code IS NOT NULL""",
        inputs=used,
        secrets={"hash_key": store.hash_key},
    )
    places = {offer.code: place for place, offer in enumerate(playbook.offers)}
    offer = np.array([places.get(code, -1) for code in rows["offer_code"].to_pylist()], dtype=np.int64)
    _, stratum = np.unique(rows["stratum"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
    return Offered(
        offer,
        stratum.astype(np.int64),
        rows["is_second"].to_numpy(zero_copy_only=False).astype(np.int64),
        rows["agreed"].to_numpy().astype(np.int64),
        rows["offer_cost_fen"].to_numpy().astype(np.float64),
    )


def read_drawn(store: Store, playbook: Playbook, month: Month) -> Decided | None:
    """The tasks that the lot decided in the year up to `month`, under the playbook's offers; None where there are none.

    Raises DataError where a stored probability is not the lot's.
    """
    logged = logged_before(store, playbook, month.plus(1))
    if not logged.months:
        return None
    drawn = read_decided(store, logged.months, len(playbook.offers) + 1, drawn=True)
    return drawn if len(drawn) else None


def neighbours(playbook: Playbook) -> list[tuple[int, int]]:
    """Pairs of offers (earlier, later) that may answer the same warning and that the playbook ranks by their order.

    An offer that answers named warnings is preferred to one that answers all, wherever it stands: no pair of theirs.
    """
    offers = playbook.offers
    return [
        (a, b)
        for b in range(len(offers))
        for a in range(b)
        if bool(offers[a].kinds) is bool(offers[b].kinds)
        and (not offers[a].kinds or set(offers[a].kinds) & set(offers[b].kinds))
    ]
