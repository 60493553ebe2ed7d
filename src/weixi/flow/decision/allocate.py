"""The best offer a task may have within the pools' budgets, in a fixed number of set-based rounds."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.flow.decision.eligibility import cost_column, fit_column
from weixi.kernel.terms import WarningLevel
from weixi.playbook import Offer, Playbook, Pool

NO_OFFER = 0
"""The choice of a task that has no offer."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one pool may spend in the month: `amount_fen` in whole fen."""

    code: str
    amount_fen: int
    existing_first: bool


def budget_of(playbook: Playbook, offer: Offer) -> Budget | None:
    """The limited pool that pays the offer; None where nothing limits it."""
    if offer.pool is None:
        return None
    pool: Pool = {pool.code: pool for pool in playbook.pools}[offer.pool]
    return None if pool.amount_fen is None else Budget(pool.code, pool.amount_fen, pool.existing_first)


def level_rank_sql(level: str = "level") -> str:
    """The urgency as a number, 1 the most urgent."""
    places = [f"WHEN {level} = '{word.value}' THEN {k}" for k, word in enumerate(WarningLevel, start=1)]
    return f"CASE {' '.join(places)} END"


def allocate_pieces(pipeline: Pipeline, playbook: Playbook, source: str) -> None:
    """Add the rounds after `source`, and `allocated`: one row a task with the offer it gets.

    `source` gives subscriber_id (the task's), level, revenue_at_risk_fen, is_existing, `is_open` (whether it may have
    an offer at all) and, of every offer, its fit and cost columns. `allocated` gives subscriber_id, `choice` (the
    offer's place in the playbook from 1, 0 for none) and `cost_fen`.

    An offer without a limit never refuses, so a task asks at most the limited offers before the first one of those it
    is eligible for, which it gets if all refuse; tasks that ask none take no part in the rounds. In each round every
    task without an offer asks for the next one. Each limited pool serves those it already holds, then the more
    urgent, the more revenue at risk, the smaller id, until the running sum passes its budget; whoever does not fit
    asks on in the next round. As many rounds as there are limited offers leave nobody who could still be served.
    Where a pool serves existing customers first the rounds are run twice: in the first run others do not ask it, and
    in the second it serves them only if it refused no existing customer.
    """
    _Rounds(pipeline, playbook).run(source)


class _Rounds:
    """The rounds of one playbook: `next_n` finds whom each task asks, `asked_n` prices it, `held_n` says who fits."""

    def __init__(self, pipeline: Pipeline, playbook: Playbook) -> None:
        self._pipeline = pipeline
        self._offers = dict(enumerate(playbook.offers, start=1))
        budgets = {k: budget_of(playbook, offer) for k, offer in self._offers.items()}
        self._limited = {k: budget for k, budget in budgets.items() if budget is not None}
        # Few and narrow columns go through the rounds; what the plan shows is joined again at the end.
        asks = [column for k in self._limited for column in (f"asks_{k}", cost_column(self._offers[k]))]
        self._kept = ", ".join(["subscriber_id", "level_rank", "revenue_at_risk_fen", "is_existing", *asks])
        first = {budget.code for budget in self._limited.values() if budget.existing_first}
        # Of each pool that serves existing customers first: whether it refused one (`unmet`), then whether it is
        # closed to others (`closed`).
        self._reserved = {code: f"pool_{k}" for k, code in enumerate(sorted(first), start=1)}
        self._count = 0

    def run(self, source: str) -> None:
        """Add everything."""
        free = " ".join(
            f"WHEN t.{fit_column(offer)} = 0 THEN {k}"
            for k, offer in self._offers.items()
            if k not in self._limited
        )
        free = f"CASE WHEN NOT t.is_open THEN {NO_OFFER} {free} ELSE {NO_OFFER} END"
        choice = self._ask(source, free) if self._limited else free
        costs = _by_choice({k: cost_column(offer) for k, offer in self._offers.items()})
        names = "".join(f", t.{cost_column(offer)}" for offer in self._offers.values())
        joined = f"LEFT JOIN {self._last} AS r ON r.subscriber_id = t.subscriber_id" if self._limited else ""
        self._pipeline.add(
            "chosen",
            f"SELECT t.subscriber_id, {choice} AS choice{names}\n        FROM {source} AS t {joined}",
        )
        self._pipeline.add(
            "allocated",
            f"""SELECT subscriber_id, choice,
            CAST(CASE WHEN choice = {NO_OFFER} THEN 0 ELSE {costs} END AS BIGINT) AS cost_fen
        FROM chosen""",
        )

    def _ask(self, source: str, free: str) -> str:
        """Add the rounds; the choice of a row of `source` t beside its row r of the last one."""
        asks = "".join(
            f", t.is_open AND t.{fit_column(self._offers[k])} = 0{self._none_before(k)} AS asks_{k}"
            f", t.{cost_column(self._offers[k])}"
            for k in self._limited
        )
        self._pipeline.add(
            "asking",
            f"""SELECT t.subscriber_id, {level_rank_sql("t.level")} AS level_rank, t.revenue_at_risk_fen,
            t.is_existing{asks}
        FROM {source} AS t""",
        )
        flags = "".join(f", FALSE AS {flag}" for flag in self._reserved.values())
        self._last = "round_0"
        self._pipeline.add(
            "round_0",
            f"""SELECT {self._kept}{flags}, {NO_OFFER} AS choice, FALSE AS is_held
        FROM asking WHERE {" OR ".join(f"asks_{k}" for k in self._limited)}""",
        )
        if self._reserved:
            for _ in self._limited:
                self._round(others_wait=True)
            self._close()
        for _ in self._limited:
            self._round(others_wait=False)
        return f"CASE WHEN COALESCE(r.is_held, FALSE) THEN r.choice ELSE {free} END"

    def _none_before(self, place: int) -> str:
        """That no offer without a limit, which would never let the task go on, stands before that place."""
        return "".join(
            f" AND t.{fit_column(offer)} <> 0"
            for k, offer in self._offers.items()
            if k < place and k not in self._limited
        )

    def _close(self) -> None:
        """Close each pool that had to refuse an existing customer."""
        flags = "".join(
            f", MAX(CASE WHEN {flag} THEN 1 ELSE 0 END) OVER () = 1 AS {flag}"
            for flag in self._reserved.values()
        )
        self._pipeline.add("closed", f"SELECT {self._kept}{flags}, choice, is_held FROM {self._last}")
        self._last = "closed"

    def _round(self, *, others_wait: bool) -> None:
        self._count += 1
        number, kept = self._count, self._kept + "".join(f", {flag}" for flag in self._reserved.values())
        past = len(self._offers) + 1
        onward = " ".join(f"WHEN choice < {k} AND asks_{k} THEN {k}" for k in self._limited)
        self._pipeline.add(
            f"next_{number}",
            f"""SELECT {kept}, is_held, choice AS held_choice,
            CASE WHEN is_held THEN choice {onward} ELSE {past} END AS choice
        FROM {self._last}""",
        )
        reserved = ", ".join(str(k) for k, budget in self._limited.items() if budget.existing_first)
        waits = f"(NOT is_existing AND choice IN ({reserved}))" if others_wait else "FALSE"
        pools = _by_choice({k: f"'{budget.code}'" for k, budget in self._limited.items()}, "''")
        costs = _by_choice({k: cost_column(self._offers[k]) for k in self._limited}, "0")
        self._pipeline.add(
            f"asked_{number}",
            f"""SELECT {kept}, is_held, CASE WHEN {waits} THEN held_choice ELSE choice END AS choice,
            CASE WHEN {waits} THEN '' ELSE {pools} END AS pool_code,
            CAST(CASE WHEN {waits} THEN 0 ELSE {costs} END AS BIGINT) AS asked_fen,
            (NOT {waits} AND choice < {past}) AS is_asking
        FROM next_{number}""",
        )
        self._pipeline.add(
            f"summed_{number}",
            f"""SELECT {kept}, choice, is_held AS was_held, is_asking, pool_code, asked_fen,
            CAST(SUM(asked_fen) OVER (
                PARTITION BY pool_code
                ORDER BY CASE WHEN is_held THEN 0 ELSE 1 END, level_rank, revenue_at_risk_fen DESC, subscriber_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS BIGINT) AS running_fen
        FROM asked_{number}""",
        )
        self._pipeline.add(
            f"held_{number}",
            f"SELECT {kept}, choice, is_asking, pool_code, {self._held(others_wait)} AS is_held FROM summed_{number}",
        )
        flags = "".join(
            f", {self._flag(code, flag, others_wait)} AS {flag}" for code, flag in self._reserved.items()
        )
        self._last = f"round_{number}"
        self._pipeline.add(self._last, f"SELECT {self._kept}{flags}, choice, is_held FROM held_{number}")

    def _held(self, others_wait: bool) -> str:
        """Whether the pool that is asked has room: what costs nothing always fits."""
        limits = {budget.code: budget.amount_fen for budget in self._limited.values()}
        fits = " ".join(
            f"WHEN pool_code = '{code}' THEN asked_fen = 0 OR running_fen <= {amount}"
            for code, amount in limits.items()
        )
        held = f"is_asking AND CASE {fits} ELSE TRUE END"
        if others_wait or not self._reserved:
            return f"({held})"
        closed = " OR ".join(f"(pool_code = '{code}' AND {flag})" for code, flag in self._reserved.items())
        return f"({held} AND (was_held OR NOT ({closed})))"

    def _flag(self, code: str, flag: str, others_wait: bool) -> str:
        if not others_wait:
            return flag
        return f"({flag} OR (is_existing AND is_asking AND NOT is_held AND pool_code = '{code}'))"


def _by_choice(values: Mapping[int, str], otherwise: str = "NULL") -> str:
    if not values:
        return otherwise
    tests = " ".join(f"WHEN choice = {k} THEN {value}" for k, value in values.items())
    return f"CASE {tests} ELSE {otherwise} END"
