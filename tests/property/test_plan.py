"""What holds of every plan, whatever the lines, the offers and the budgets."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handmade.playbooks import SOURCE, WORDS, bare_playbook, bare_warning
from handmade.tables import put, split
from weixi.engine import Engine, Store
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.decision import PLAN, PLAN_LINE, build_plan, eligibility_table
from weixi.flow.warning import WARNING
from weixi.kernel.period import Month
from weixi.playbook import Offer, Playbook, Pool

MAY = Month.of(2025, 5)
POOLS = ("p1", "p2", "free")
LEVELS = ("RED", "YELLOW", "BLUE")
Row = Mapping[str, Any]


@st.composite
def playbooks(draw: st.DrawFn) -> Playbook:
    """Up to five offers paid from two limited pools, a free one, or none."""
    paid = draw(st.lists(st.sampled_from([*POOLS, None]), max_size=5))
    amounts = st.none() | st.integers(0, 60)
    limits = [draw(amounts), draw(amounts), None]
    first = [draw(st.booleans()), draw(st.booleans()), False]
    return bare_playbook(
        warnings=tuple(bare_warning(code) for code in ("first", "second")),
        offers=tuple(
            Offer(
                code=f"offer_{k}", text=WORDS, family="PREPAY_BONUS", billing_code="", pool=pool, cost_sql="0",
                conditions=(), channels=("OUTLET",), kinds=(), source=SOURCE,
            )
            for k, pool in enumerate(paid)
        ),
        pools=tuple(
            Pool(code, WORDS, limit, SOURCE, existing_first=existing)
            for code, limit, existing in zip(POOLS, limits, first, strict=True)
        ),
    )  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> tuple[Playbook, list[Row]]:
    """A playbook and up to 25 warned lines in a few households, with what each may have and what it costs."""
    playbook = draw(playbooks())
    dice = random.Random(draw(st.integers(0, 2**32)))
    rows = []
    for number in range(1, draw(st.integers(1, 25)) + 1):
        rank = dice.choice((1, 1, 2))
        row: dict[str, Any] = {
            "subscriber_id": number,
            "household_key": dice.choice((f"S{number}", f"H{dice.randint(1, 4)}")),
            "kind": playbook.warnings[rank - 1].code,
            "kinds": playbook.warnings[rank - 1].code,
            "kind_rank": rank,
            "level": dice.choice(LEVELS),
            "happens_date": date(2025, 6, dice.randint(1, 30)),
            "task_date": date(2025, 6, dice.randint(1, 30)),
            "revenue_at_risk_fen": dice.choice((0, 100, 100, 5000)),
            "is_assessed": dice.random() < 0.5,
            "is_existing": dice.random() < 0.6,
            "is_holdout": dice.random() < 0.15,
            "withdrawn_rule": "silence" if dice.random() < 0.1 else None,
            "has_complaint": False,
            "may_call": True,
            "may_sms": True,
            "unit_code": "U",
            "node_code": "U",
            "rule": "attachment",
        }
        for offer in playbook.offers:
            row[f"fit_{offer.code}"] = dice.choice((0, 0, 0, 1, -1))
            row[f"cost_{offer.code}"] = dice.choice((0, 1, 5, 10, 20))
        rows.append(row)
    return playbook, rows


@pytest.fixture(scope="module")
def store(duckdb: Engine, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("home"), duckdb)


def plan_of(
    store: Store, playbook: Playbook, rows: Sequence[Row]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    tables = (WARNING, eligibility_table(playbook), ASSIGNMENT)
    for table, values in zip(tables, split(rows, *tables), strict=True):
        put(store, table, values, month=MAY.number)
    plan, lines = build_plan(store, playbook, MAY)
    tasks = store.rows(f"SELECT {', '.join(PLAN.types)} FROM p ORDER BY task_id", inputs={"p": plan})
    listed = store.rows(f"SELECT {', '.join(PLAN_LINE.types)} FROM l", inputs={"l": lines})
    return tasks, listed


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases())
def test_budgets_eligibility_and_silence_hold(store: Store, case: tuple[Playbook, list[Row]]) -> None:
    playbook, rows = case
    tasks, listed = plan_of(store, playbook, rows)
    lines = {row["subscriber_id"]: row for row in rows}
    households = defaultdict(list)
    for row in rows:
        households[row["household_key"]].append(row)

    def members_of(household: str) -> list[Row]:
        """The lines of the household that may be contacted; all of it where none may."""
        return [row for row in households[household] if row["withdrawn_rule"] is None] or households[
            household
        ]

    assert {task["household_key"] for task in tasks} == set(households)
    assert len(tasks) == len(households)
    assert {line["subscriber_id"] for line in listed} == {
        row["subscriber_id"] for k in households for row in members_of(k)
    }

    offers = {offer.code: offer for offer in playbook.offers}
    spent: dict[str | None, int] = defaultdict(int)
    for task in tasks:
        members, leader = members_of(task["household_key"]), lines[task["subscriber_id"]]
        assert task["line_count"] == len(members)
        assert leader in members
        assert task["kind"] == leader["kind"]
        assert leader["kind_rank"] == min(row["kind_rank"] for row in members)
        assert task["task_date"] == min(row["task_date"] for row in members)
        assert task["revenue_at_risk_fen"] == sum(row["revenue_at_risk_fen"] for row in members)
        assert task["is_holdout"] == all(row["is_holdout"] for row in members)
        assert task["withdrawn_rule"] == leader["withdrawn_rule"]
        left_alone = task["is_holdout"] or task["withdrawn_rule"] is not None
        assert (task["channel"] is None) == left_alone
        if task["offer_code"] is None:
            assert task["offer_cost_fen"] == 0
        else:
            assert not left_alone
            assert leader[f"fit_{task['offer_code']}"] == 0
            assert task["offer_cost_fen"] == leader[f"cost_{task['offer_code']}"]
            spent[offers[task["offer_code"]].pool] += task["offer_cost_fen"]
    for pool in playbook.pools:
        assert pool.amount_fen is None or spent[pool.code] <= pool.amount_fen
    refusals(playbook, tasks, lines, spent)


def refusals(
    playbook: Playbook,
    tasks: Sequence[Row],
    lines: Mapping[int, Row],
    spent: Mapping[str | None, int],
) -> None:
    """Nobody is refused what his pool had room for, and no one new is served where an existing one was refused."""
    codes = [offer.code for offer in playbook.offers]
    pools = {pool.code: pool for pool in playbook.pools}
    closed = set()
    refused = []
    for task in tasks:
        if task["is_holdout"] or task["withdrawn_rule"] is not None:
            continue
        leader = lines[task["subscriber_id"]]
        place = codes.index(task["offer_code"]) if task["offer_code"] else len(codes)
        for offer in playbook.offers[:place]:
            if leader[f"fit_{offer.code}"] != 0:
                continue
            assert offer.pool is not None, "an offer without a pool refuses nobody"
            limit = pools[offer.pool].amount_fen
            assert limit is not None, "a pool without a limit refuses nobody"
            refused.append((offer.pool, leader))
            if leader["is_existing"] and pools[offer.pool].existing_first:
                closed.add(offer.pool)
    for pool, leader in refused:
        room = (pools[pool].amount_fen or 0) - spent[pool]
        assert room < 20 or (pool in closed and not leader["is_existing"])
    for task in tasks:
        offer_pool = playbook.offer(task["offer_code"]).pool if task["offer_code"] else None
        if offer_pool in closed and not lines[task["subscriber_id"]]["is_existing"]:
            raise AssertionError(
                f"{task['task_id']} was served by {offer_pool}, which refused an existing customer"
            )


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases(), seed=st.integers(0, 1000))
def test_the_plan_does_not_depend_on_the_order_of_rows(
    store: Store, case: tuple[Playbook, list[Row]], seed: int
) -> None:
    playbook, rows = case
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert plan_of(store, playbook, rows)[0] == plan_of(store, playbook, shuffled)[0]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases())
def test_without_limits_everyone_gets_the_first_offer_he_may_have(
    store: Store, case: tuple[Playbook, list[Row]]
) -> None:
    playbook, rows = case
    free = replace(playbook, pools=tuple(replace(pool, amount_fen=None) for pool in playbook.pools))
    lines = {row["subscriber_id"]: row for row in rows}
    for task in plan_of(store, free, rows)[0]:
        leader = lines[task["subscriber_id"]]
        fitting = [offer.code for offer in playbook.offers if leader[f"fit_{offer.code}"] == 0]
        left_alone = task["is_holdout"] or task["withdrawn_rule"] is not None
        assert task["offer_code"] == (fitting[0] if fitting and not left_alone else None)
