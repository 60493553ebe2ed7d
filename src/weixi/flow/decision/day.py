"""Between two months: who is silenced from a day on, and the tasks that the day adds to the plan."""

from dataclasses import replace
from datetime import date, timedelta

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store, Table
from weixi.flow.book import DAY_FEATURE, DAY_LINE, day_key, day_of, subscriber_pieces
from weixi.flow.cohort import ASSIGNMENT, require_path, require_tree
from weixi.flow.decision.allocate import budget_of
from weixi.flow.decision.contact_policy import barred_pieces, silence_code_sql
from weixi.flow.decision.eligibility import eligibility_table, eligibility_text
from weixi.flow.decision.plan import PLAN_LINE_TEXT, plan_text
from weixi.flow.decision.tables import DAY_PLAN, DAY_PLAN_LINE, DAY_SILENCE, PLAN
from weixi.flow.segment import LABEL
from weixi.flow.warning import DAY_WARNING, absent_columns
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Pool


def silence_day(store: Store, playbook: Playbook, day: date) -> Partition:
    """The households that the playbook's silences forbid to contact, among those that the day concerns."""
    key = day_key(day)
    return store.write(
        DAY_SILENCE,
        key,
        silence_text(playbook),
        inputs={"line": store.require(DAY_LINE, **key), "feature": store.require(DAY_FEATURE, **key)},
        parameters={"as_of": day},
        note={"playbook": playbook.fingerprint},
    )


def silence_text(playbook: Playbook) -> str:
    """The statement over `line` and `feature` that gives the rows of DAY_SILENCE."""
    pieces = Pipeline()
    barred_pieces(pieces, playbook.silences)
    subscriber_pieces(pieces, "concerned", {"household_key", "party_id"})
    last = len(playbook.silences) + 1
    pieces.add(
        "quiet",
        f"""SELECT a.household_key,
            MIN(LEAST(COALESCE(h.barred_household_rank, {last}), COALESCE(p.barred_party_rank, {last})))
                AS silence_rank
        FROM concerned AS a
        LEFT JOIN barred_household AS h ON a.household_key = h.barred_household_key
        LEFT JOIN barred_party AS p ON a.party_id = p.barred_party_key
        GROUP BY a.household_key""",
    )
    code = silence_code_sql(playbook.silences, "silence_rank")
    return pieces.text(
        f"SELECT household_key, {code} AS withdrawn_rule FROM quiet WHERE silence_rank < {last}"
    )


def build_day_plan(store: Store, playbook: Playbook, day: date, open_task: Partition) -> list[Partition]:
    """The tasks that the day's warnings raise (eligibility, DAY_PLAN, DAY_PLAN_LINE).

    A household with a row in `open_task` (`household_key`) gets none. The pools give what the month's plan and the
    days before have left of them. Needs the day's lines and warnings and the month's assignment.
    """
    key = day_key(day)
    line, feature = store.require(DAY_LINE, **key), store.require(DAY_FEATURE, **key)
    month, first = Month.containing(day), day + timedelta(days=1)
    before = month.plus(-1).number
    text = eligibility_text(playbook, absent_columns(line, feature))
    eligibility = store.write(
        day_eligibility(playbook),
        key,
        text,
        inputs={
            "line": line,
            "feature": feature,
            "label": store.require(LABEL, month=before),
            "warning": store.require(DAY_WARNING, **key),
        },
        parameters={"as_of": day, "year_first": Month.of(first.year, 1).first},
        secrets={"hash_key": store.hash_key} if "$hash_key" in text else {},
        note={"playbook": playbook.fingerprint},
    )
    earlier = [p for p in store.partitions(DAY_PLAN) if month.first <= day_of(p) < day]
    plans = [*([p] if (p := store.current(PLAN, month=month.number)) else []), *earlier]
    rest = left_over(store, playbook, month, plans)
    pieces = Pipeline()
    pieces.add(
        "warning",
        f"""SELECT {", ".join(f"d.{name}" for name in DAY_WARNING.types)} FROM day_warning AS d
        LEFT JOIN (SELECT household_key AS busy_key FROM open_task GROUP BY household_key) AS o
            ON d.household_key = o.busy_key
        WHERE o.busy_key IS NULL""",
    )
    note = {"playbook": playbook.fingerprint}
    plan = store.write(
        DAY_PLAN,
        key,
        plan_text(rest, month, prefix=f"{day:%Y%m%d}", given=pieces),
        inputs={
            "day_warning": store.require(DAY_WARNING, **key),
            "open_task": open_task,
            "eligibility": eligibility,
            "assignment": store.require(ASSIGNMENT, month=before),
        },
        parameters={"plan_first": first},
        seal=True,
        note=note,
    )
    lines = store.write(
        DAY_PLAN_LINE,
        key,
        PLAN_LINE_TEXT,
        inputs={"warning": store.require(DAY_WARNING, **key), "eligibility": eligibility, "plan": plan},
        seal=True,
        note=note,
    )
    return [eligibility, plan, lines]


def day_eligibility(playbook: Playbook) -> Table:
    """`eligibility_table` by the day."""
    return replace(eligibility_table(playbook), name="day_eligibility", partition=("month", "day"))


def left_over(store: Store, playbook: Playbook, month: Month, plans: list[Partition]) -> Playbook:
    """The playbook with what those plans have left in each limited pool, and of the month's money beside the pools.

    That money is parted evenly over the pools, so that the day's offers together keep it, whichever county they go to.
    """
    if not plans:
        return playbook
    spent = {
        row["offer_code"]: int(row["spent_fen"])
        for row in store.rows(
            """SELECT offer_code, CAST(SUM(offer_cost_fen) AS BIGINT) AS spent_fen FROM plan
            WHERE offer_code IS NOT NULL GROUP BY offer_code ORDER BY offer_code""",
            inputs={"plan": plans},
        )
    }
    used: dict[str, int] = {}
    for offer in playbook.offers:
        if (budget := budget_of(playbook, offer)) is not None:
            used[budget.code] = used.get(budget.code, 0) + spent.get(offer.code, 0)
    money = _money_left(store, playbook, month, plans, sum(spent.values()))
    most = None if money is None else money // max(len(playbook.pools), 1)

    def left(pool: Pool) -> int | None:
        own = None if pool.amount_fen is None else max(0, pool.amount_fen - used.get(pool.code, 0))
        amounts = [amount for amount in (own, most) if amount is not None]
        return min(amounts) if amounts else None

    return replace(playbook, pools=tuple(replace(pool, amount_fen=left(pool)) for pool in playbook.pools))


def _money_left(
    store: Store, playbook: Playbook, month: Month, plans: list[Partition], spent: int
) -> int | None:
    """What may still be spent in the month wherever it goes: the least of what the whole and any county has left."""
    if playbook.allocation is None:
        return None
    means = playbook.allocation.means
    left = [] if means.money_fen is None else [means.money_fen - spent]
    if means.county_fen or means.county_share is not None:
        path = require_path(store, require_tree(store, month.plus(-1)))
        rows = store.rows(
            """SELECT c.ancestor_code AS county, CAST(SUM(p.offer_cost_fen) AS BIGINT) AS spent_fen
            FROM plan AS p JOIN path AS c ON c.node_code = p.node_code AND c.ancestor_level = 'COUNTY'
            GROUP BY c.ancestor_code""",
            inputs={"plan": plans, "path": path},
        )
        by = {str(row["county"]): int(row["spent_fen"]) for row in rows}
        left += [amount - by.get(code, 0) for code, amount in (means.county_fen or {}).items()]
        if means.county_share is not None and means.money_fen is not None:
            left.append(int(means.county_share * means.money_fen) - max(by.values(), default=0))
    return max(0, min(left)) if left else None
