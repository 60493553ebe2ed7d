"""The best offer a task may have within the pools' budgets, in a fixed number of set-based rounds."""

from collections.abc import Mapping, Sequence
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


def ask_columns(playbook: Playbook, eligibility: str, is_open: str) -> list[str]:
    """The columns that `allocate_pieces` needs of a task, from its row of eligibility and whether it may be offered.

    `ask_n`: the cost of the limited offer n, fen; null where the task does not ask for it. `free_choice` and
    `free_fen`: what it gets where all refuse, and its cost. An offer without a limit never refuses, so a task asks at
    most the limited offers before the first one of those it is eligible for.
    """
    asks, before = [], f"{is_open}"
    free: list[tuple[int, str, str]] = []
    for k, offer in enumerate(playbook.offers, start=1):
        fit, cost = f"{eligibility}.{fit_column(offer)} = 0", f"{eligibility}.{cost_column(offer)}"
        if budget_of(playbook, offer) is None:
            free.append((k, fit, cost))
            before += f" AND NOT {fit}"
        else:
            asks.append(f"CASE WHEN {before} AND {fit} THEN {cost} END AS ask_{k}")
    choices = "".join(f" WHEN {fit} THEN {k}" for k, fit, _ in free)
    costs = "".join(f" WHEN {fit} THEN {cost}" for _, fit, cost in free)
    return [
        *asks,
        f"CASE WHEN NOT ({is_open}) THEN {NO_OFFER}{choices} ELSE {NO_OFFER} END AS free_choice",
        f"CAST(CASE WHEN NOT ({is_open}) THEN 0{costs} ELSE 0 END AS BIGINT) AS free_fen",
    ]


def allocate_pieces(pipeline: Pipeline, playbook: Playbook, source: str, columns: Sequence[str]) -> None:
    """Add the rounds after `source`, and `allocated`: its `columns`, the task's `choice` and its `cost_fen`.

    `source` gives one row a task: subscriber_id, level_rank, revenue_at_risk_fen, is_existing and `ask_columns`. The
    choice is the offer's place in the playbook from 1, 0 for none.

    Tasks that ask no limited offer take no part in the rounds. In each round every task without an offer asks for the
    next one. Each limited pool serves those it already holds, then the more urgent, the more revenue at risk, the
    smaller id, until the running sum passes its budget; whoever does not fit asks on in the next round. As many
    rounds as there are limited offers leave nobody who could still be served. Where a pool serves existing customers
    first the rounds are run twice: in the first run others wait before it, and in the second it serves them only if
    it refused no existing customer.
    """
    _Rounds(pipeline, playbook).run(source, columns)


class _Rounds:
    """The rounds of one playbook: `next_n` says where each task stands, `round_n` whether the pool it asks has room.

    A task stands at twice the place of the offer that it asks or holds, or one below while it waits before it. Few
    and narrow columns and as few pieces as can be go through the rounds: an engine plans each of them.
    """

    def __init__(self, pipeline: Pipeline, playbook: Playbook) -> None:
        self._pipeline = pipeline
        budgets = {k: budget_of(playbook, offer) for k, offer in enumerate(playbook.offers, start=1)}
        self._limited = {k: budget for k, budget in budgets.items() if budget is not None}
        self._past = 2 * len(playbook.offers) + 2
        codes = sorted({budget.code for budget in self._limited.values()})
        self._pools = {code: number for number, code in enumerate(codes, start=1)}
        self._kept = ", ".join(["subscriber_id", "is_existing", "turn", *(f"ask_{k}" for k in self._limited)])
        # Of each pool that serves existing customers first: whether it is closed to others.
        first = sorted({budget.code for budget in self._limited.values() if budget.existing_first})
        self._closed = {code: f"closed_{self._pools[code]}" for code in first}
        self._last = "round_0"
        self._count = 0

    def run(self, source: str, columns: Sequence[str]) -> None:
        """Add everything."""
        named = ", ".join(f"t.{name}" for name in columns)
        if not self._limited:
            self._pipeline.add(
                "allocated",
                f"SELECT {named}, t.free_choice AS choice, t.free_fen AS cost_fen FROM {source} AS t",
            )
            return
        asks = "".join(f", ask_{k}" for k in self._limited)
        self._pipeline.add(
            "round_0",
            f"""SELECT subscriber_id, is_existing{asks},
            ROW_NUMBER() OVER (ORDER BY level_rank, revenue_at_risk_fen DESC, subscriber_id) AS turn,
            {NO_OFFER} AS stand, FALSE AS is_held
        FROM {source} WHERE {" OR ".join(f"ask_{k} IS NOT NULL" for k in self._limited)}""",
        )
        if self._closed:
            for _ in self._limited:
                self._round(others_wait=True)
            self._close()
        for _ in self._limited:
            self._round(others_wait=False)
        self._pipeline.add(
            "served", f"SELECT subscriber_id, stand, {self._fen()} AS fen FROM {self._last} WHERE is_held"
        )
        self._pipeline.add(
            "allocated",
            f"""SELECT {named}, COALESCE(r.stand // 2, t.free_choice) AS choice, COALESCE(r.fen, t.free_fen) AS cost_fen
        FROM {source} AS t LEFT JOIN served AS r ON r.subscriber_id = t.subscriber_id""",
        )

    def _close(self) -> None:
        """Close each pool that had to refuse an existing customer: one who stands past an offer that he asked for."""
        flags = ""
        for code, flag in self._closed.items():
            refused = " OR ".join(
                f"(ask_{k} IS NOT NULL AND (stand > {2 * k} OR (stand = {2 * k} AND NOT is_held)))"
                for k, budget in self._limited.items()
                if budget.code == code
            )
            flags += f", MAX(CASE WHEN is_existing AND ({refused}) THEN 1 ELSE 0 END) OVER () = 1 AS {flag}"
        self._pipeline.add("closed", f"SELECT {self._kept}{flags}, stand, is_held FROM {self._last}")
        self._last = "closed"
        self._kept += "".join(f", {flag}" for flag in self._closed.values())

    def _round(self, *, others_wait: bool) -> None:
        self._count += 1
        onward = ""
        for k, budget in self._limited.items():
            there = f"CASE WHEN is_existing THEN {2 * k} ELSE {2 * k - 1} END"
            stand = there if others_wait and budget.existing_first else str(2 * k)
            onward += f" WHEN stand < {2 * k} AND ask_{k} IS NOT NULL THEN {stand}"
        self._pipeline.add(
            f"next_{self._count}",
            f"""SELECT {self._kept}, is_held, CASE WHEN is_held THEN stand{onward} ELSE {self._past} END AS stand
        FROM {self._last}""",
        )
        self._last = f"round_{self._count}"
        self._pipeline.add(
            self._last,
            f"SELECT {self._kept}, stand, {self._held(others_wait)} AS is_held FROM next_{self._count}",
        )

    def _held(self, others_wait: bool) -> str:
        """Whether the pool that is asked has room: what costs nothing always fits."""
        pool = self._by_stand({k: self._pools[budget.code] for k, budget in self._limited.items()})
        amounts = {budget.code: budget.amount_fen for budget in self._limited.values()}
        room = " ".join(f"WHEN {number} THEN {amounts[code]}" for code, number in self._pools.items())
        held = f"""{pool} > 0 AND ({self._fen()} = 0 OR CAST(SUM({self._fen()}) OVER (
                PARTITION BY {pool} ORDER BY CASE WHEN is_held THEN 0 ELSE 1 END, turn
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS BIGINT) <= CASE {pool} {room} ELSE 0 END)"""
        if others_wait or not self._closed:
            return f"({held})"
        closed = " OR ".join(
            f"({pool} = {self._pools[code]} AND {flag})" for code, flag in self._closed.items()
        )
        return f"({held} AND (is_held OR NOT ({closed})))"

    def _fen(self) -> str:
        return self._by_stand({k: f"ask_{k}" for k in self._limited})

    def _by_stand(self, values: Mapping[int, object]) -> str:
        """The value of the offer at which a task stands; 0 where it waits or is past all."""
        return (
            f"CASE stand {' '.join(f'WHEN {2 * k} THEN {value}' for k, value in values.items())} ELSE 0 END"
        )
