"""Simulated agents: skill shows, hold-outs stay untouched, the facts have the shape of the outcome table."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weixi.demo import ACTION_SCHEMA, Crew, agreements, work
from weixi.demo.agents import FACTS
from weixi.demo.rates import Gaming
from weixi.flow.outcome.tables import FACT
from weixi.kernel.period import Month

MONTH = Month.of(2025, 2)
CREW = Crew(("GOOD", "WEAK", "SLY"), np.array([2.0, -2.0, 0.0]), np.array([False, False, True]))


def plan(count: int = 600, **changes: Any) -> pa.Table:
    owners = [("GOOD", "WEAK", "SLY", None)[k % 4] for k in range(count)]
    columns = {
        "task_id": [f"T{k:05d}" for k in range(count)],
        "task_date": [date(2025, 2, 1 + k % 28) for k in range(count)],
        "offer_code": [None if k % 5 == 0 else "O1" for k in range(count)],
        "channel": ["PHONE"] * count,
        "owner_code": owners,
        "is_holdout": [k % 10 == 3 for k in range(count)],
        "withdrawn_rule": ["port_out_application" if k % 10 == 7 else None for k in range(count)],
    }
    table = pa.table({**columns, **changes})
    return table.set_column(5, "is_holdout", table["is_holdout"].cast(pa.bool_()))


def facts_of(rates: float = 0.4, gaming: Gaming | None = None) -> tuple[pa.Table, pa.Table]:
    tasks = plan()
    return tasks, work(tasks, np.full(tasks.num_rows, rates), CREW, MONTH, 4, gaming)


def test_facts_have_the_columns_of_the_outcome_table() -> None:
    assert FACTS.names == list(FACT.types)
    _, facts = facts_of()
    assert facts.schema == FACTS
    assert pc.count_distinct(facts["fact_id"]).as_py() == facts.num_rows
    assert not any(facts[c.name].null_count for c in FACT.columns if c.required)


def test_the_same_seed_gives_the_same_facts() -> None:
    assert facts_of()[1].equals(facts_of()[1])
    tasks = plan()
    assert not facts_of()[1].equals(work(tasks, np.full(tasks.num_rows, 0.4), CREW, MONTH, 5))


def test_holdout_and_withdrawn_tasks_are_never_touched() -> None:
    tasks, facts = facts_of()
    touched = set(facts["task_id"].to_pylist())
    for row in tasks.to_pylist():
        assert (row["task_id"] in touched) == (not row["is_holdout"] and row["withdrawn_rule"] is None)


def test_moments_lie_in_the_month_and_contacts_in_calling_hours() -> None:
    _, facts = facts_of()
    for row in facts.to_pylist():
        local = row["happened_at"] + np.timedelta64(8, "h").astype(object)
        assert (local.year, local.month) == (2025, 2)
        if row["fact_type"] in ("ATTEMPTED", "REACHED"):
            clock = local.hour + local.minute / 60
            assert 9 <= clock < 12 or 14.5 <= clock < 20


def test_answers_follow_a_contact() -> None:
    _, facts = facts_of()
    by_task: dict[str, list[str]] = {}
    for row in facts.to_pylist():
        by_task.setdefault(row["task_id"], []).append(row["fact_type"])
    for kinds in by_task.values():
        assert kinds[0] == "ISSUED"
        answers = [k for k in kinds if k in ("AGREED", "REFUSED")]
        assert len(answers) == kinds.count("REACHED") <= 1
        if answers:
            assert kinds.index("ACCEPTED") < kinds.index("REACHED") < kinds.index(answers[0])


def test_skill_moves_agreement_and_gamers_tick_without_contact() -> None:
    tasks, facts = facts_of()
    owner = dict(zip(tasks["task_id"].to_pylist(), tasks["owner_code"].to_pylist(), strict=True))
    kinds: dict[str, set[str]] = {}
    for row in facts.to_pylist():
        kinds.setdefault(row["task_id"], set()).add(row["fact_type"])
    agreed = {who: sum("AGREED" in k for t, k in kinds.items() if owner[t] == who) for who in CREW.codes}
    assert agreed["GOOD"] > 1.5 * agreed["WEAK"]
    faked = {
        who: sum("TICKED" in k and "REACHED" not in k for t, k in kinds.items() if owner[t] == who)
        for who in CREW.codes
    }
    assert faked["SLY"] > 3 * max(faked["GOOD"], faked["WEAK"], 1)
    honest = facts_of(gaming=Gaming(tick_share=0.0, honest_tick_share=0.0))[1]
    reached = set(honest.filter(pc.equal(honest["fact_type"], "REACHED"))["task_id"].to_pylist())
    assert set(honest.filter(pc.equal(honest["fact_type"], "TICKED"))["task_id"].to_pylist()) <= reached


def test_who_left_does_not_agree() -> None:
    assert "AGREED" not in facts_of(rates=0.0)[1]["fact_type"].to_pylist()


def test_agreements_are_actions_with_the_local_day() -> None:
    tasks, facts = facts_of()
    users = pa.array([None if k == 0 else f"86{k:010d}" for k in range(tasks.num_rows)])
    made = agreements(tasks, facts, users)
    assert made.schema == ACTION_SCHEMA
    yes = [row for row in facts.to_pylist() if row["fact_type"] == "AGREED" and row["task_id"] != "T00000"]
    assert made.num_rows == len(yes) > 50
    offers = dict(zip(tasks["task_id"].to_pylist(), tasks["offer_code"].to_pylist(), strict=True))
    for row, action in zip(yes, made.to_pylist(), strict=True):
        assert action["user_id"] == f"86{int(row['task_id'][1:]):010d}"
        assert action["offer_code"] == offers[row["task_id"]]
        assert action["agreed_date"] == (row["happened_at"] + np.timedelta64(8, "h").astype(object)).date()
        assert action["agent_code"] == row["agent_code"]


def test_an_empty_plan_gives_no_facts() -> None:
    empty = plan().slice(0, 0)
    facts = work(empty, np.empty(0), CREW, MONTH, 1)
    assert facts.num_rows == 0
    assert agreements(empty, facts, pa.array([], pa.string())).num_rows == 0
